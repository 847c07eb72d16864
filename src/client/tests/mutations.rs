//! Replies changed at random: nothing panics or hangs, and read whole or as a stream they come to the same.

use std::os::unix::net::UnixStream;
use std::time::Instant;

use super::*;
use crate::client::receive::{Failure, Form, Receiver, Target};
use crate::client::socket::{Deadline, Socket, Stream};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % limit
    }
}

/// What may stand where something else stood.
const PIECES: [&[u8]; 22] = [
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"0\r\n\r\n",
    b"\0",
    b":",
    b" ",
    b"Content-Length: 5\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Connection: close\r\n",
    b"Status: 500\r\n",
    b"Location: /x\r\n",
    b"Set-Cookie: a=b\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n",
    b"HTTP/1.1 500 Oops\r\n",
    b"<methodResponse>",
    b"ffffffffffffffff\r\n",
    b"\xff\xfe",
    b"1",
];

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(5) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied())),
            3 => drop(bytes.splice(at..end, PIECES[random.below(PIECES.len())].iter().copied())),
            _ => bytes.extend_from_within(at..end),
        }
    }
}

type Outcome = Result<(Reply, bool, Vec<u8>), (ErrorKind, bool)>;

/// What comes of these bytes, read whole or as a stream.
fn receive(bytes: &[u8], form: Form, whole: bool, options: &Options) -> Outcome {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    theirs.write_all(bytes).unwrap();
    drop(theirs);
    let settings = options.settings(&"http://h".parse().unwrap()).unwrap();
    let mut body = Vec::new();
    let mut receiver = Receiver {
        socket: &mut Socket::new(Stream::Unix(ours)),
        input: &mut Vec::new(),
        settings: &settings,
        deadline: Deadline::after(Instant::now(), Some(Duration::from_secs(60))),
        form,
    };
    let received = if whole {
        receiver.receive(&mut Target::Whole(&mut body))
    } else {
        receiver.receive(&mut Target::Stream(&mut |_, stream| Ok(stream.read_to_end(&mut body).map(drop)?)))
    };
    match received {
        Ok((reply, again)) => Ok((reply, again, body)),
        Err(Failure { error, .. }) => {
            assert!(!error.is_timeout(), "{error:?}");
            Err((error.kind(), error.may_have_executed()))
        }
    }
}

#[test]
fn whole_and_streamed_come_to_the_same() {
    let fault = b"<methodResponse><fault></fault></methodResponse>";
    let http = [
        reply("200 OK", "Content-Type: text/xml\r\nSet-Cookie: a=b; Path=/\r\n", ANSWER),
        reply("500 Oops", "", fault),
        reply("302 Found", "Location: http://h/x\r\n", b""),
        chunked(&[1, 12]),
        [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200 OK\r\n\r\n", ANSWER].concat(),
    ];
    let cgi = [[b"Status: 200 OK\nContent-Type: text/xml\n\n", ANSWER].concat(), b"Status: 404 No\r\n\r\n".to_vec()];
    let mut options = limited(4096);
    options.cookies(true);
    let mut random = Random(7);
    let (mut passed, mut refused) = (0, 0);
    for number in 0..2000 {
        let form = if number % 4 == 0 { Form::Cgi } else { Form::Http };
        let seeds = if form == Form::Cgi { &cgi[..] } else { &http[..] };
        let mut bytes = seeds[random.below(seeds.len())].clone();
        mutate(&mut random, &mut bytes);
        let whole = receive(&bytes, form, true, &options);
        assert_eq!(whole, receive(&bytes, form, false, &options), "{}", bytes.escape_ascii());
        *if whole.is_ok() { &mut passed } else { &mut refused } += 1;
    }
    // Both happen often enough to mean something.
    assert!(passed > 200 && refused > 200, "{passed} {refused}");
}
