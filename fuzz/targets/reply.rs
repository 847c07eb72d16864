//! Any bytes in place of a reply, to a client over a stream: no panic, what comes of them does not depend on the pieces
//! in which they come, and a reply read as it comes is the same as one read whole.
#![no_main]

use std::io::{self, Read, Write};

use fuzz::input::{Input, Pieces};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::client::{Kept, Options, Url};
use tiny_xmlrpc::{Client, Dialect, Error, ErrorKind, Phase, Value};

fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    let whole = calls(&input, [usize::MAX; 3], call);
    let pieces = calls(&input, input.sizes, call);
    // Whether a second call finds the stream usable depends on what has come behind the first reply by then.
    assert_eq!(told(&whole[0]), told(&pieces[0]));
    let streamed = calls(&input, input.sizes, stream);
    match (&whole[0], &streamed[0]) {
        (Ok(value), Ok(same)) => assert_eq!(format!("{value:?}"), format!("{same:?}")),
        // Of several errors one comes upon another first.
        (Err(error), Err(other)) => assert_eq!(error.may_have_executed(), other.may_have_executed()),
        (whole, streamed) => panic!("{whole:?}\n{streamed:?}"),
    }
    for outcome in [&whole[0], &pieces[0], &streamed[0]] {
        if let Err(error) = outcome {
            judge(error);
        }
    }
});

type Outcome = Result<Value, Error>;

fn call(client: &Client) -> Outcome {
    client.call_value("m", &[])
}

fn stream(client: &Client) -> Outcome {
    client.stream("m").receive(|reply| reply.read_value())
}

/// Two calls over the same stream.
fn calls(input: &Input, sizes: [usize; 3], call: fn(&Client) -> Outcome) -> [Outcome; 2] {
    let mut options = Options::new();
    options.limits(input.limits).timeout(None).connect_timeout(None).cookies(true);
    options.verbose(|piece| assert!(piece.to_string().len() < 1_000_000));
    let stream = Replies { bytes: input.document.clone(), at: 0, sizes };
    let url: Url = "http://host/RPC2".parse().expect("a URL");
    let dialect = if input.non_finite { Dialect::python() } else { Dialect::strict() };
    let client = Client::over(Kept::over(stream, &url, &options).expect("a transport"));
    let client = client.with_limits(input.limits).with_dialect(dialect);
    [call(&client), call(&client)]
}

/// The server's end: it takes everything and answers with these bytes.
struct Replies {
    bytes: Vec<u8>,
    at: usize,
    sizes: [usize; 3],
}

impl Read for Replies {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut pieces = Pieces { bytes: &self.bytes[self.at..], sizes: self.sizes };
        let read = pieces.read(buffer)?;
        self.sizes = pieces.sizes;
        self.at += read;
        Ok(read)
    }
}

impl Write for Replies {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What of an outcome has to be the same however the bytes come.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Ok(value) => format!("{value:?}"),
        Err(error) => format!(
            "{:?} {error} {:?} {} {}",
            error.kind(),
            error.http_status(),
            error.may_have_executed(),
            error.is_retryable()
        ),
    }
}

/// What holds for every error behind a request that was sent whole.
fn judge(error: &Error) {
    let refused = error.http_status().is_some_and(|status| status != 200);
    assert!(error.may_have_executed() || refused, "{error:?}");
    assert!(!error.is_timeout(), "{error:?}");
    let phase = matches!(error.kind(), ErrorKind::Transport(Phase::Wait | Phase::Receive));
    let other = !matches!(error.kind(), ErrorKind::Transport(_) | ErrorKind::Usage | ErrorKind::Io);
    assert!(phase || other, "{error:?}");
    assert!(error.to_string().len() < 2_000, "{error}");
}
