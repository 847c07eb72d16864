//! A child process, spoken to over its standard input and output.

use std::fmt;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::receive::Stream;
use super::refuse::network;
use super::socket::{Socket, Stream as Connected};
use super::{Kept, Options, Outgoing, Reply, Transport, Url};
use crate::{Phase, Result};

/// How long a process may take to end once its input has ended.
const PATIENCE: Duration = Duration::from_secs(2);

/// A process of its own, which gets the calls on its standard input and answers on its standard output.
///
/// What goes over them is HTTP/1.1 as over any connection: a request after the other, each with its
/// `Content-Length`, and a reply to each. A process that ends after a reply, as one does that `inetd` could start,
/// is started again for the next call; so is one that said `Connection: close`. Its standard error
/// output stays what the command says.
///
/// Dropping the transport ends the process: its input ends, and if it has not ended by itself within two seconds, it is
/// killed. Input and output are the two directions of a Unix domain socket, which is what gives them time-outs; a
/// program that opens `/dev/stdin` by its name does not get along with that. Only on Unix.
///
/// Requests and replies of any size go through in constant memory, both ways.
///
/// ```no_run
/// use std::process::Command;
/// use tiny_xmlrpc::{Client, client::{Options, Process}};
///
/// let client = Client::over(Process::new(Command::new("/usr/lib/tool/rpc"), &Options::new())?);
/// let sum: i32 = client.call("add", (2, 3))?;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug)]
pub struct Process(Kept);

impl Process {
    /// A transport to what this command starts, which it does with the first call.
    ///
    /// ```
    /// use std::process::Command;
    /// use tiny_xmlrpc::{Client, ErrorKind, Phase, client::{Options, Process}};
    ///
    /// let client = Client::over(Process::new(Command::new("/no/such/program"), &Options::new())?);
    /// let error = client.call::<i32>("add", (2, 3)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Transport(Phase::Connect));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for header fields and credentials that cannot be sent.
    pub fn new(command: Command, options: &Options) -> Result<Self> {
        let url: Url = "http://localhost/RPC2".parse()?;
        Kept::to_process(Launcher { command, child: None }, &url, options).map(Self)
    }
}

impl Transport for Process {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        self.0.exchange(request, reply)
    }

    fn stream(&mut self, request: &mut Outgoing<'_>, receive: &mut Stream<'_>) -> Result<()> {
        self.0.stream(request, receive)
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.0.set_timeout(timeout);
    }
}

/// Starts the process, and ends it.
pub(super) struct Launcher {
    command: Command,
    child: Option<Child>,
}

impl Launcher {
    /// Starts the process. One that was started before has nobody to talk to any more.
    pub(super) fn launch(&mut self) -> Result<Socket> {
        self.end(Duration::ZERO);
        let failed = |error| network(Phase::Connect, "starting the process", error);
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let output = theirs.try_clone().map_err(failed)?;
        self.command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::from(OwnedFd::from(output)));
        let spawned = self.command.spawn();
        // The command holds on to the process's end of the socket otherwise, and its death is not seen.
        self.command.stdin(Stdio::null()).stdout(Stdio::null());
        self.child = Some(spawned.map_err(failed)?);
        Ok(Socket::new(Connected::Unix(ours)))
    }

    /// Ends the process, if there is one: by itself within this time, or else by force.
    fn end(&mut self, patience: Duration) {
        let Some(mut child) = self.child.take() else { return };
        let start = Instant::now();
        let mut pause = Duration::from_micros(100);
        while matches!(child.try_wait(), Ok(None)) && start.elapsed() < patience {
            std::thread::sleep(pause);
            pause = pause.saturating_mul(2).min(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The connection is closed before this: its field comes first in what holds both.
impl Drop for Launcher {
    fn drop(&mut self) {
        self.end(PATIENCE);
    }
}

/// Without arguments and environment, which may have secrets.
impl fmt::Debug for Launcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Launcher").field(&self.command.get_program()).finish()
    }
}
