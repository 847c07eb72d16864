//! A body that is written → one that is read, for a library that wants to read it (feature `ureq`).
//!
//! What writes is on the caller's thread and what reads on another, since neither can be left in the middle.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::outgoing::{Outgoing, PIECE};
use super::refuse::{network, usage};
use super::verbose::{Hook, Wire};
use crate::{Error, Phase, Result, Sink};

/// Has `send` read what `request` writes, a piece at a time, and returns what it returns.
///
/// # Errors
/// Those of `send`; and where it did not fail before, those of what writes.
pub(super) fn pulled<T: Send>(
    request: &mut Outgoing<'_>,
    verbose: Option<&Hook>,
    send: impl FnOnce(&mut dyn Read) -> Result<T> + Send,
) -> Result<T> {
    let (sender, receiver) = sync_channel(1);
    std::thread::scope(|scope| {
        let mut body = Pulled { receiver, piece: Vec::new(), taken: 0, has_ended: false };
        let sending = std::thread::Builder::new()
            .name("xmlrpc-send".to_owned())
            .spawn_scoped(scope, move || send(&mut body))
            .map_err(|error| network(Phase::Send, "starting a thread", error))?;
        let mut sink = Pushed { sender, piece: Vec::new(), verbose, is_wanted: true };
        let written = request.write_to(&mut sink).and_then(|()| sink.finish());
        let is_wanted = sink.is_wanted;
        // Without an end before it this is a failure to whoever reads.
        drop(sink);
        let sent = sending.join().unwrap_or_else(|_| Err(usage("expected a reply, found a panic")));
        match written {
            Err(error) if is_wanted => Err(error.with_executed(false)),
            _ => sent,
        }
    })
}

struct Pushed<'v> {
    sender: SyncSender<Vec<u8>>,
    piece: Vec<u8>,
    verbose: Option<&'v Hook>,
    /// Nobody reads once the request has failed, or was answered early.
    is_wanted: bool,
}

impl Pushed<'_> {
    fn push(&mut self) -> Result<()> {
        let piece = std::mem::take(&mut self.piece);
        if let (Some(hook), [_, ..]) = (self.verbose, &piece[..]) {
            hook(Wire::RequestBody(&piece));
        }
        self.sender.send(piece).map_err(|_| {
            self.is_wanted = false;
            usage("expected the request to be sent, found that it has ended")
        })
    }

    /// The last piece, and an empty one, which is the end.
    fn finish(&mut self) -> Result<()> {
        if !self.piece.is_empty() {
            self.push()?;
        }
        self.push()
    }
}

impl Sink for Pushed<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE { self.push() } else { Ok(()) }
    }
}

struct Pulled {
    receiver: Receiver<Vec<u8>>,
    piece: Vec<u8>,
    taken: usize,
    has_ended: bool,
}

impl Read for Pulled {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken >= self.piece.len() && !self.has_ended {
            let broken = |_| io::Error::other(Error::new(crate::ErrorKind::Usage, "the request was not written whole"));
            self.piece = self.receiver.recv().map_err(broken)?;
            self.taken = 0;
            self.has_ended = self.piece.is_empty();
        }
        let length = self.piece.get(self.taken..).unwrap_or_default().read(buffer)?;
        self.taken = self.taken.saturating_add(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn all(body: &mut dyn Read) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn what_is_written_is_read() {
        for size in [0, 1, PIECE - 1, PIECE, 5 * PIECE + 7] {
            let bytes: Vec<u8> = (0..size).map(|at| at as u8).collect();
            let mut write = |sink: &mut dyn Sink| bytes.chunks(1000).try_for_each(|chunk| sink.write(chunk));
            assert!(pulled(&mut Outgoing::new(Some(size as u64), &mut write), None, all).unwrap() == bytes);
        }
    }

    #[test]
    fn the_first_failure_is_told() {
        let mut fails = |sink: &mut dyn Sink| {
            sink.write(b"some")?;
            Err(Error::new(ErrorKind::Io, "no file"))
        };
        let error = pulled(&mut Outgoing::new(None, &mut fails), None, all).unwrap_err();
        assert_eq!((error.to_string(), error.may_have_executed()), ("no file".to_owned(), false));

        let mut endless = |sink: &mut dyn Sink| {
            loop {
                sink.write(&[0; 1000])?;
            }
        };
        let refused = |_: &mut dyn Read| Err::<(), _>(Error::new(ErrorKind::Http, "too large"));
        let error = pulled(&mut Outgoing::new(None, &mut endless), None, refused).unwrap_err();
        assert_eq!(error.to_string(), "too large");
        assert_eq!(pulled(&mut Outgoing::new(None, &mut endless), None, |_| Ok(5)).unwrap(), 5);
    }
}
