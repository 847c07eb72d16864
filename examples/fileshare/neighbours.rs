//! The nodes that a node knows.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

use tiny_xmlrpc::Fault;
use tiny_xmlrpc::client::{Scheme, Url};

use crate::faults::denied;

/// Strangers can make themselves known: more than so many are not remembered.
const MOST: usize = 1_000;

/// One that has answered within this time is not greeted again.
const FRESH: Duration = Duration::from_secs(30);

/// The neighbours: those of a file, and those that said hello.
pub(crate) struct Neighbours {
    /// Where this node is reached.
    own: String,
    file: PathBuf,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    nodes: Vec<Neighbour>,
    /// How the file was when it was read.
    read: Option<(SystemTime, u64)>,
}

struct Neighbour {
    url: String,
    answered: Option<Instant>,
}

impl Neighbours {
    /// Reads them from a file.
    pub(crate) fn read(file: &Path, own: &str) -> io::Result<Self> {
        let this = Self { own: own.to_owned(), file: file.to_owned(), known: Mutex::default() };
        let strange =
            this.read_again().map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
        for line in strange {
            eprintln!("fileshare: {}: expected a URL like http://host:port, found {line:?}", file.display());
        }
        Ok(this)
    }

    pub(crate) fn own(&self) -> &str {
        &self.own
    }

    /// Adds those of the file; those that were forgotten are known again. The lines that are no URLs.
    pub(crate) fn read_again(&self) -> io::Result<Vec<String>> {
        let state = self.state_of_file();
        let text = fs::read_to_string(&self.file)?;
        self.lock().read = state;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(lines.filter(|line| self.add(line).is_err()).map(str::to_owned).collect())
    }

    /// The same if the file has changed. If it is gone, those that are known stay.
    pub(crate) fn read_if_changed(&self) {
        let state = self.state_of_file();
        if state.is_some() && self.lock().read != state {
            let _ = self.read_again();
        }
    }

    /// Makes a node known.
    pub(crate) fn add(&self, url: &str) -> Result<(), Fault> {
        let wanted = place(url).ok_or_else(|| denied(format_args!("expected a URL like http://host:port")))?;
        let mut known = self.lock();
        let is_known = known.nodes.iter().any(|node| place(&node.url).as_ref() == Some(&wanted));
        if !is_known && Some(wanted) != place(&self.own) && known.nodes.len() < MOST {
            known.nodes.push(Neighbour { url: url.to_owned(), answered: None });
        }
        Ok(())
    }

    pub(crate) fn forget(&self, url: &str) {
        self.lock().nodes.retain(|node| node.url != url);
    }

    /// Notes that a node has answered just now.
    pub(crate) fn has_answered(&self, url: &str) {
        if let Some(node) = self.lock().nodes.iter_mut().find(|node| node.url == url) {
            node.answered = Some(Instant::now());
        }
    }

    /// Whether it has answered lately.
    pub(crate) fn is_fresh(&self, url: &str) -> bool {
        let known = self.lock();
        let node = known.nodes.iter().find(|node| node.url == url);
        node.and_then(|node| node.answered).is_some_and(|answered| answered.elapsed() < FRESH)
    }

    /// Those that are known, in the order in which they became so.
    pub(crate) fn list(&self) -> Vec<String> {
        self.lock().nodes.iter().map(|node| node.url.clone()).collect()
    }

    fn state_of_file(&self) -> Option<(SystemTime, u64)> {
        let metadata = fs::metadata(&self.file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What two URLs of one node have in common, however they are written: `/` and `/RPC2` are the same there. Only `http` is
/// taken: the name of a socket on this machine is nothing that a stranger may have called.
pub(crate) fn place(url: &str) -> Option<(String, u16, String)> {
    let url: Url = url.parse().ok().filter(|url: &Url| url.scheme() == Scheme::Http)?;
    let path = if url.path() == "/" { "/RPC2" } else { url.path() };
    Some((url.host()?.to_ascii_lowercase(), url.port()?, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_known_once_and_never_to_itself() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "http://a:1\n\n  http://A:1/ \nhttp://a:1/RPC2\nunix:/run/x\nnonsense\nhttp://me:5\n")
            .unwrap();
        let neighbours = Neighbours::read(file.path(), "http://me:5/").unwrap();
        assert_eq!(neighbours.list(), ["http://a:1"]);
        neighbours.add("http://b:2").unwrap();
        for refused in ["unix:/run/x", "https://a", "b:2", ""] {
            assert_eq!(neighbours.add(refused).unwrap_err().code(), 200);
        }
        neighbours.forget("http://a:1");
        assert_eq!(neighbours.list(), ["http://b:2"]);
        neighbours.read_if_changed();
        assert_eq!(neighbours.list(), ["http://b:2"]);
        assert_eq!(neighbours.read_again().unwrap(), ["unix:/run/x", "nonsense"]);
        assert_eq!(neighbours.list(), ["http://b:2", "http://a:1"]);
        fs::write(file.path(), "http://c:3").unwrap();
        neighbours.read_if_changed();
        fs::remove_file(file.path()).unwrap();
        neighbours.read_if_changed();
        assert_eq!(neighbours.list(), ["http://b:2", "http://a:1", "http://c:3"]);
    }

    #[test]
    fn the_number_of_strangers_is_bounded() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let neighbours = Neighbours::read(file.path(), "http://me:5/").unwrap();
        for number in 0..2 * MOST {
            neighbours.add(&format!("http://host{number}:1")).unwrap();
        }
        assert_eq!(neighbours.list().len(), MOST);
    }
}
