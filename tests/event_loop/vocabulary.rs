//! Nonsense made of the words of HTTP: whatever it is, and however it is cut, the answers are the same.

use std::io::{Read, Write};

use super::support::*;
use tiny_xmlrpc::server::Config;

const WORDS: &[&str] = &[
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST /refuse/404 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
    "POST / HTTP/1.1\r\n",
    "GET / HTTP/1.0\r\n",
    "HEAD /close HTTP/1.1\r\n",
    "POST /refuse/404 HTTP/1.1\r\n",
    "GET / HTTP/2.0\r\n",
    "Host: a\r\n",
    "Host: a\r\n",
    "Host: a\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 99999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "Connection: keep-alive\r\n",
    "Expect: 100-continue\r\n",
    "\r\n",
    "\r\n",
    "\r\n",
    "hello",
    "hello",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "0\r\nA: b\r\n\r\n",
    "1;x\r\n",
    "\n",
    "\r",
    "\0",
    ": ",
    " ",
];

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Everything the server says to these pieces, but for the date and for `100 Continue`, which depends on whether
/// the body was there already.
fn answers(server: &Running, pieces: &[&[u8]]) -> String {
    let mut client = server.connect();
    for piece in pieces {
        // It may have ended the connection by now.
        let _ = client.stream.write_all(piece);
    }
    let _ = client.stream.shutdown(std::net::Shutdown::Write);
    let mut all = Vec::new();
    client.stream.read_to_end(&mut all).unwrap();
    let all = String::from_utf8(all).unwrap().replace("HTTP/1.1 100 Continue\r\n\r\n", "");
    all.split("\r\n").filter(|line| !line.starts_with("Date: ")).collect::<Vec<_>>().join("\r\n")
}

#[test]
fn the_answers_do_not_depend_on_the_pieces() {
    let server = Running::start(Config::default());
    let mut healthy = server.connect();
    let mut random = Random(0x5eed_1234_5678_9abc);
    let mut answered = 0;
    for round in 0..400 {
        let text: String = (0..random.below(14)).map(|_| WORDS[random.below(WORDS.len())]).collect();
        let bytes = text.as_bytes();
        let whole = answers(&server, &[bytes]);
        let at = random.below(bytes.len() + 1);
        let size = 1 + random.below(9);
        for pieces in [vec![&bytes[..at], &bytes[at..]], bytes.chunks(size).collect()] {
            assert_eq!(answers(&server, &pieces), whole, "round {round}: {text:?}");
        }
        answered += whole.matches("HTTP/1.1 200").count();
        echo(&mut healthy, "x");
    }
    assert!(answered > 20, "{answered}");
}
