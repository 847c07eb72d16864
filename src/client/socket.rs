//! A connected socket, TCP or Unix, whose every read and write ends by a deadline; or a stream of the caller's.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// The shortest time-out that is set: the systems' clocks are not finer, and zero means none.
const SHORTEST: Duration = Duration::from_millis(1);

/// By when something has to be done, if there is such a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// `timeout` from now; one beyond what the clock can tell is none.
    pub(crate) fn after(now: Instant, timeout: Option<Duration>) -> Self {
        Self(timeout.and_then(|timeout| now.checked_add(timeout)))
    }

    /// The earlier of the two.
    pub(crate) fn min(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(a), Some(b)) => Self(Some(a.min(b))),
            (a, b) => Self(a.or(b)),
        }
    }

    /// The time that is left, `None` if there is no end to it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] if none is.
    pub(crate) fn remaining(self) -> io::Result<Option<Duration>> {
        match self.0 {
            None => Ok(None),
            Some(at) => match at.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Ok(Some(left)),
                _ => Err(ErrorKind::TimedOut.into()),
            },
        }
    }
}

/// What a stream of the caller's can do.
pub(crate) trait Duplex: Read + Write + Send {}

impl<S: Read + Write + Send> Duplex for S {}

/// The stream underneath.
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    /// One that knows no time-outs.
    Other(Box<dyn Duplex>),
}

impl Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            #[cfg(unix)]
            Self::Unix(stream) => stream.read(buffer),
            Self::Other(stream) => stream.read(buffer),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            #[cfg(unix)]
            Self::Unix(stream) => stream.write(bytes),
            Self::Other(stream) => stream.write(bytes),
        }
    }

    /// Sockets have nothing to flush.
    fn flush(&mut self) -> io::Result<()> {
        if let Self::Other(stream) = self { stream.flush() } else { Ok(()) }
    }

    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(timeout),
            #[cfg(unix)]
            Self::Unix(stream) => stream.set_read_timeout(timeout),
            Self::Other(_) => Ok(()),
        }
    }

    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_write_timeout(timeout),
            #[cfg(unix)]
            Self::Unix(stream) => stream.set_write_timeout(timeout),
            Self::Other(_) => Ok(()),
        }
    }

    fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_nonblocking(nonblocking),
            #[cfg(unix)]
            Self::Unix(stream) => stream.set_nonblocking(nonblocking),
            Self::Other(_) => Ok(()),
        }
    }
}

/// A connected socket. It remembers which time-outs the system has, because setting one is a system call:
/// an ordinary exchange sets none at all.
pub(crate) struct Socket {
    stream: Stream,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Socket {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, read_timeout: None, write_timeout: None }
    }

    /// Reads what is there, at least one byte; zero is the end of the connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] at the deadline, or what the system says.
    pub(crate) fn read(&mut self, buffer: &mut [u8], deadline: Deadline) -> io::Result<usize> {
        loop {
            if let Some(timeout) = next_timeout(self.read_timeout, deadline.remaining()?) {
                self.stream.set_read_timeout(timeout)?;
                self.read_timeout = timeout;
            }
            match self.stream.read(buffer) {
                Err(error) if goes_on(&error) => {}
                result => return result,
            }
        }
    }

    /// Writes all of it.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub(crate) fn write_all(&mut self, mut bytes: &[u8], deadline: Deadline) -> io::Result<()> {
        while !bytes.is_empty() {
            if let Some(timeout) = next_timeout(self.write_timeout, deadline.remaining()?) {
                self.stream.set_write_timeout(timeout)?;
                self.write_timeout = timeout;
            }
            match self.stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if goes_on(&error) => {}
                Err(error) => return Err(error),
            }
        }
        self.stream.flush()
    }

    /// Whether nothing has happened on a connection that lay idle: the server has neither closed it nor
    /// sent something unasked.
    pub(crate) fn is_quiet(&mut self) -> bool {
        if let Stream::Other(_) = self.stream {
            // It cannot be looked at.
            return true;
        }
        let probe = |stream: &mut Stream| -> io::Result<usize> {
            stream.set_nonblocking(true)?;
            let result = stream.read(&mut [0]);
            stream.set_nonblocking(false)?;
            result
        };
        matches!(probe(&mut self.stream), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }
}

/// Whether the loop goes on after this error: an interruption, or the socket's own time-out, which comes
/// before the deadline on purpose. A Unix reports its time-out as `WouldBlock`, and `TimedOut` where TCP gave up.
fn goes_on(error: &io::Error) -> bool {
    match error.kind() {
        ErrorKind::Interrupted | ErrorKind::WouldBlock => true,
        ErrorKind::TimedOut => cfg!(windows),
        _ => false,
    }
}

/// Which time-out is to be set before the next read or write, if the one that is set will not do.
///
/// What is left is different each time, so the time-out is set somewhat shorter than that; then it serves
/// the following calls too, as long as it ends before their deadline and not needlessly early.
#[allow(clippy::option_option)]
fn next_timeout(set: Option<Duration>, left: Option<Duration>) -> Option<Option<Duration>> {
    match (set, left) {
        (None, None) => None,
        (Some(_), None) => Some(None),
        (Some(set), Some(left)) if set <= left && set.saturating_mul(4) >= left => None,
        (_, Some(left)) => {
            let shorter = if left > Duration::from_millis(50) {
                left.saturating_sub(left.checked_div(16).unwrap_or_default())
            } else {
                left
            };
            Some(Some(shorter.max(SHORTEST)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    const fn ms(millis: u64) -> Option<Duration> {
        Some(Duration::from_millis(millis))
    }

    #[test]
    fn sets_a_timeout_rarely_and_never_a_late_one() {
        assert_eq!(next_timeout(None, None), None);
        assert_eq!(next_timeout(None, ms(1600)), Some(ms(1500)));
        for left in [1600, 1599, 1500] {
            assert_eq!(next_timeout(ms(1500), ms(left)), None);
        }
        assert_eq!(next_timeout(ms(1500), ms(800)), Some(ms(750)));
        assert_eq!(next_timeout(ms(30), ms(1600)), Some(ms(1500)));
        assert_eq!(next_timeout(ms(1500), None), Some(None));
        assert_eq!(next_timeout(ms(1500), ms(3)), Some(ms(3)));
        assert_eq!(next_timeout(None, Some(Duration::from_nanos(1))), Some(ms(1)));
    }

    #[test]
    fn reads_end_at_the_deadline_and_the_probe_sees_what_happened() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let mut socket = Socket::new(Stream::Tcp(TcpStream::connect(listener.local_addr().unwrap()).unwrap()));
        let (mut peer, _) = listener.accept().unwrap();
        let start = Instant::now();
        let error = socket.read(&mut [0; 8], Deadline::after(start, ms(120))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(start.elapsed() >= Duration::from_millis(120), "{:?}", start.elapsed());
        assert!(socket.is_quiet());
        peer.write_all(b"xy").unwrap();
        let forever = Deadline::after(start, None);
        assert_eq!(socket.read(&mut [0; 1], forever).unwrap(), 1);
        assert!(!socket.is_quiet());
        drop(peer);
        assert_eq!(socket.read(&mut [0; 1], forever).unwrap(), 0);
        assert!(!socket.is_quiet());
    }

    #[test]
    fn a_deadline_beyond_the_clock_is_none() {
        assert!(Deadline::after(Instant::now(), Some(Duration::MAX)).remaining().unwrap().is_none());
        assert!(Deadline::after(Instant::now(), ms(0)).remaining().is_err());
    }
}
