//! A place → a connected socket, within a deadline.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::time::Duration;

use super::Url;
use super::refuse::network;
use super::socket::{Deadline, Socket, Stream};
use super::url::Place;
use crate::{Error, ErrorKind, Phase, Result};

/// Connects to where the URL points.
///
/// All addresses of a host are tried in turn, each for its share of the time that is left.
pub(crate) fn connect(url: &Url, deadline: Deadline) -> Result<Socket> {
    match url.place() {
        Place::Tcp { host, .. } => {
            let port = url.port().unwrap_or_default();
            let addresses = resolve(host, port, deadline)?;
            connect_tcp(&addresses, deadline)
                .map_err(|error| network(Phase::Connect, &format!("connecting to {}", url.authority()), error))
        }
        Place::Unix(path) => connect_unix(path, deadline),
    }
}

/// Looks up the host's addresses. The system's resolver knows no time-outs: if there is a deadline and
/// something to look up, a thread of its own asks it, and is left alone with it at the deadline.
fn resolve(host: &str, port: u16, deadline: Deadline) -> Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let name = host.to_owned();
    let look_up = move || (name.as_str(), port).to_socket_addrs().map(Vec::from_iter);
    let addresses = within(deadline, look_up)
        .map_err(|error| network(Phase::Resolve, &format!("looking up the addresses of {host}"), error))?;
    if addresses.is_empty() {
        let message = format!("expected an address of {host}, found none");
        return Err(Error::new(ErrorKind::Transport(Phase::Resolve), message).with_executed(false));
    }
    Ok(addresses)
}

fn connect_tcp(addresses: &[SocketAddr], deadline: Deadline) -> io::Result<Socket> {
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for address in addresses {
        let stream = match deadline.remaining()? {
            Some(time) => {
                let share = time.checked_div(left).unwrap_or(time);
                TcpStream::connect_timeout(address, share.max(Duration::from_millis(1)))
            }
            None => TcpStream::connect(address),
        };
        match stream {
            Ok(stream) => {
                // Not on a loopback of every system, and only speed depends on it.
                let _ = stream.set_nodelay(true);
                return Ok(Socket::new(Stream::Tcp(stream)));
            }
            Err(error) => failure = error,
        }
        left = left.saturating_sub(1);
    }
    Err(failure)
}

/// A Unix socket connects at once, unless its server does not accept: then `connect` blocks, and there is no
/// time-out for it in the standard library.
#[cfg(unix)]
fn connect_unix(path: &[u8], deadline: Deadline) -> Result<Socket> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let path = std::path::PathBuf::from(OsStr::from_bytes(path));
    let doing = format!("connecting to {}", path.display());
    within(deadline, move || UnixStream::connect(path))
        .map(|stream| Socket::new(Stream::Unix(stream)))
        .map_err(|error| network(Phase::Connect, &doing, error))
}

#[cfg(not(unix))]
fn connect_unix(_: &[u8], _: Deadline) -> Result<Socket> {
    Err(Error::new(ErrorKind::Usage, "expected a system with Unix domain sockets"))
}

/// Does what the system gives no time-out for, on another thread if there is a deadline. At the deadline
/// that thread is left to end by itself.
fn within<T: Send + 'static>(
    deadline: Deadline,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let Some(left) = deadline.remaining()? else {
        return work();
    };
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new().name("xmlrpc-connect".to_owned()).spawn(move || sender.send(work()))?;
    match receiver.recv_timeout(left) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(io::Error::other("the thread that connects ended")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::time::Instant;

    #[test]
    fn tries_all_addresses_in_turn() {
        let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let deadline = Deadline::after(Instant::now(), Some(Duration::from_secs(20)));
        connect_tcp(&[closed, closed, listener.local_addr().unwrap()], deadline).unwrap();
        let error = connect_tcp(&[closed, closed], deadline).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn work_without_a_timeout_is_left_alone_at_the_deadline() {
        let (sender, receiver) = mpsc::channel::<()>();
        let deadline = Deadline::after(Instant::now(), Some(Duration::from_millis(30)));
        let error = within(deadline, move || Ok(receiver.recv())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(sender);
    }

    #[test]
    fn tells_the_phase() {
        let deadline = Deadline::after(Instant::now(), Some(Duration::from_secs(20)));
        let fail = |text: &str| connect(&text.parse().unwrap(), deadline).err().unwrap();
        let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let error = fail(&format!("http://u:secret@{closed}/"));
        assert_eq!(error.kind(), ErrorKind::Transport(Phase::Connect));
        assert!(!error.may_have_executed() && !error.is_timeout());
        assert!(error.to_string().starts_with(&format!("connecting to {closed} failed: ")), "{error}");
        #[cfg(unix)]
        assert_eq!(fail("unix:/nonexistent/socket").kind(), ErrorKind::Transport(Phase::Connect));
        // RFC 6761: names under .invalid never resolve; without a network that is found out at once.
        let error = fail("http://name.invalid/");
        assert_eq!(error.kind(), ErrorKind::Transport(Phase::Resolve));
        assert!(!error.may_have_executed());
    }
}
