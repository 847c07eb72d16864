//! A stream of the caller's in place of a socket.

use std::io::Cursor;
use std::sync::Mutex;

use super::*;
use crate::client::{Client, Kept};

/// Gives its replies in pieces of this size, and an error behind them.
struct Line {
    replies: Cursor<Vec<u8>>,
    piece: usize,
    end: fn() -> std::io::Result<usize>,
    /// What was written, and what of it was flushed.
    written: Arc<Mutex<(Vec<u8>, usize)>>,
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (written, flushed) = &*self.written.lock().unwrap();
        assert_eq!(written.len(), *flushed, "nothing is waited for that was not asked");
        let size = self.piece.min(buffer.len());
        match self.replies.read(&mut buffer[..size])? {
            0 => (self.end)(),
            read => Ok(read),
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let size = self.piece.min(bytes.len());
        self.written.lock().unwrap().0.extend_from_slice(&bytes[..size]);
        Ok(size)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let (written, flushed) = &mut *self.written.lock().unwrap();
        *flushed = written.len();
        Ok(())
    }
}

type Written = Arc<Mutex<(Vec<u8>, usize)>>;

fn over(replies: Vec<u8>, piece: usize, end: fn() -> std::io::Result<usize>, options: &Options) -> (Kept, Written) {
    let written = Written::default();
    let line = Line { replies: Cursor::new(replies), piece, end, written: written.clone() };
    (Kept::over(line, &"http://u:p@device:7/x".parse().unwrap(), options).unwrap(), written)
}

#[test]
fn calls_until_it_ends() {
    let reply = reply("200 OK", "", ANSWER);
    for piece in [1, reply.len()] {
        let (mut kept, written) = over(reply.repeat(2), piece, || Ok(0), &Options::new());
        for _ in 0..2 {
            assert_eq!(exchange(&mut kept).unwrap().1, ANSWER);
        }
        let sent = String::from_utf8(std::mem::take(&mut written.lock().unwrap().0)).unwrap();
        written.lock().unwrap().1 = 0;
        assert_eq!(sent.matches("POST /x HTTP/1.1\r\nHost: device:7\r\n").count(), 2);
        // The request went out, and the end was found.
        assert_error(exchange(&mut kept), ErrorKind::Transport(Phase::Connect), true);
        assert_error(exchange(&mut kept), ErrorKind::Transport(Phase::Connect), false);
        assert!(!written.lock().unwrap().0.is_empty());
    }
}

#[test]
fn what_follows_a_reply_ends_it() {
    let forged = [reply("200 OK", "", ANSWER), reply("200 OK", "", b"<forged/>")].concat();
    let (mut kept, _) = over(forged, usize::MAX, || Ok(0), &Options::new());
    assert_eq!(exchange(&mut kept).unwrap().1, ANSWER);
    assert_error(exchange(&mut kept), ErrorKind::Transport(Phase::Connect), false);
}

#[test]
fn its_own_time_outs_lead_to_ours() {
    let waits = || {
        std::thread::sleep(Duration::from_millis(1));
        Err(std::io::ErrorKind::WouldBlock.into())
    };
    let start = std::time::Instant::now();
    let (kept, _) = over(b"HTTP/1.1 200".to_vec(), 3, waits, &brief());
    let error = Client::over(kept).call::<i32>("m", ()).unwrap_err();
    assert!(error.is_timeout() && error.kind() == RECEIVE, "{error:?}");
    assert!(start.elapsed() >= BRIEF);
}
