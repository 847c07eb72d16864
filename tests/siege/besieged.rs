//! The server that is besieged, in a process of its own.

use std::fs;
use std::io::Write;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::peer::wait_until;
use super::process::{Share, itself};
use tiny_xmlrpc::server::{Config, Reply};
use tiny_xmlrpc::{Server, Value};

const BESIEGED: &str = "TEST_BESIEGED";

/// How many connections it takes.
const CONNECTIONS: &str = "TEST_CONNECTIONS";

/// A process with a server. Dropping it ends it.
pub(crate) struct Besieged {
    pub(crate) url: String,
    process: Child,
    directory: tempfile::TempDir,
}

/// What a process has used of the processor, and how long it was ready to run and did not.
#[derive(Clone, Copy)]
pub(crate) struct Processor {
    pub(crate) ran: Duration,
    pub(crate) waited: Duration,
}

impl Besieged {
    /// Takes so many connections, or as many as it does by default.
    pub(crate) fn start(share: Share, connections: Option<usize>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("url");
        let mut command = itself("besieged::serves_if_it_is_asked_to", BESIEGED, directory.path(), share);
        if let Some(connections) = connections {
            command.env(CONNECTIONS, connections.to_string());
        }
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let mut this = Self { url: String::new(), process, directory };
        wait_until("the server listens", || {
            this.url = fs::read_to_string(&file).unwrap_or_default();
            !this.url.is_empty()
        });
        this
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.split('/').nth(2).unwrap()
    }

    /// What its log says.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse().unwrap()
    }

    /// KiB of resident memory.
    pub(crate) fn memory(&self) -> u64 {
        self.status("VmRSS")
    }

    /// KiB of resident memory at most since `forget_peak`.
    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM")
    }

    /// Where the system lets it; otherwise the peak stays that of all the time.
    pub(crate) fn forget_peak(&self) {
        let _ = fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5");
    }

    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }

    pub(crate) fn processor(&self) -> Processor {
        let mut sum = Processor { ran: Duration::ZERO, waited: Duration::ZERO };
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap() {
            let times = fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
            let mut times = times.split_whitespace().map(|number| Duration::from_nanos(number.parse().unwrap()));
            sum.ran += times.next().unwrap();
            sum.waited += times.next().unwrap();
        }
        sum
    }
}

impl Drop for Besieged {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves in the process that is started for it. Otherwise there is nothing to do.
#[test]
fn serves_if_it_is_asked_to() {
    let Some(directory) = std::env::var_os(BESIEGED).map(std::path::PathBuf::from) else { return };
    let mut config = Config::default();
    if let Some(connections) = std::env::var_os(CONNECTIONS) {
        config.max_connections = connections.into_string().unwrap().parse().unwrap();
    }
    // Here all have the same address.
    config.max_connections_per_address = config.max_connections;
    let mut server = Server::bind_with("127.0.0.1:0", config).unwrap();
    server.introspection(true).multicall(true);
    server.add("add", |a: i32, b: i32| a + b);
    server.add("echo", |value: Value| value);
    server.add("fail", || -> Result<i32, &str> { Err("as asked") });
    for size in [1, 4] {
        // So many MB.
        server.page(format!("/{size}"), move |_| Reply::new(200, "text/plain", vec![b'x'; size * 1_000_000]));
    }
    server.log_to(Trouble(fs::File::create(directory.join("log")).unwrap()));
    fs::write(directory.join("new"), server.url()).unwrap();
    fs::rename(directory.join("new"), directory.join("url")).unwrap();
    server.serve_forever().unwrap();
}

/// Keeps of a log what is not about requests, which would be hundreds of MB.
struct Trouble(fs::File);

impl Write for Trouble {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if line.starts_with(b"#") {
            self.0.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
