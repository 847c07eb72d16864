//! Nodes as processes, ours and Python's.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tiny_xmlrpc::Client;
use tiny_xmlrpc::client::Options;

use crate::example::example;

/// How long a node may take for what it is told. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(300);

/// A node, with its directory and its file of URLs. Dropping it ends it.
pub(crate) struct Node {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    place: PathBuf,
    pub(crate) url: String,
}

impl Node {
    /// One of ours, in a directory of this name at `place`.
    pub(crate) fn start(place: &Path, name: &str) -> Self {
        let place = prepared(place, name);
        let mut command = example("fileshare");
        command.arg(place.with_extension("urls")).arg(&place).arg("http://127.0.0.1:0");
        Self::run(place, &mut command)
    }

    /// One of Python's, with this secret.
    pub(crate) fn python(place: &Path, name: &str, secret: &str) -> Self {
        let place = prepared(place, name);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples/fileshare/node.py");
        let mut command = Command::new("python3");
        command.args(["-B", script]).arg(place.with_extension("urls")).arg(&place).arg(secret);
        Self::run(place, &mut command)
    }

    fn run(place: PathBuf, command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, lines) = channel();
        // It ends with the process, whose death closes the pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut this = Self { child, stdin, lines, place, url: String::new() };
        this.url = this.line();
        this
    }

    /// The next line that it prints.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("the node prints a line")
    }

    /// Types a line.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    /// Types a line that is answered with one.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.say(line);
        self.line()
    }

    /// The lines that a command lists.
    pub(crate) fn listed(&mut self, command: &str) -> Vec<String> {
        self.say(command);
        // What is no command is answered with this, and so ends the list.
        self.say("?");
        let end = "no such command; help lists what there is";
        std::iter::repeat_with(|| self.line()).take_while(|line| line != end).collect()
    }

    /// Writes its file of URLs.
    pub(crate) fn knows<'u>(&self, urls: impl IntoIterator<Item = &'u str>) {
        let lines: String = urls.into_iter().map(|url| format!("{url}\n")).collect();
        fs::write(self.place.with_extension("urls"), lines).unwrap();
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.place
    }

    pub(crate) fn put(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.place.join(name), contents).unwrap();
    }

    pub(crate) fn has(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.place.join(name)).ok()
    }

    /// All that is in its directory, hidden or not.
    pub(crate) fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.place).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn client(&self) -> Client {
        Client::with_options(&self.url, Options::new().timeout(PATIENCE)).unwrap()
    }

    /// The most memory that it has had, in bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Ends it without a warning.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Has it end by itself, and well.
    pub(crate) fn exit(mut self) {
        self.say("exit");
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A directory of this name, and an empty file of URLs beside it.
fn prepared(place: &Path, name: &str) -> PathBuf {
    let directory = place.join(name);
    fs::create_dir(&directory).unwrap();
    fs::write(directory.with_extension("urls"), "").unwrap();
    directory
}
