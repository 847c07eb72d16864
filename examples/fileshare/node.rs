//! What a node serves.

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use tiny_xmlrpc::client::{Scheme, Url};
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Fault, Methods, Server, Stream, StreamedFile};

use crate::faults::{denied, failed};
use crate::files::Files;
use crate::neighbours::Neighbours;
use crate::progress::Bar;
use crate::search::{Passing, search};
use crate::secret;

/// Calls that are answered at the same time.
const WORKERS: usize = 16;

/// How many of them may be waiting for other nodes. So there is always one that answers from the directory, and nodes that
/// ask each other in a circle do not wait for each other.
const PASSING: usize = 12;

/// A file of any size, as base64.
type Contents = Stream<StreamedFile>;

pub(crate) struct Node {
    files: Files,
    neighbours: Neighbours,
    secret: String,
    passing: Passing,
}

impl Node {
    pub(crate) fn new(files: Files, neighbours: Neighbours, secret: String) -> Self {
        Self { files, neighbours, secret, passing: Passing::default() }
    }

    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    fn hello(&self, url: &str) -> Result<i32, Fault> {
        self.neighbours.add(url).map(|()| 0)
    }

    fn query(&self, name: &str, history: &[String]) -> Result<Contents, Fault> {
        let file = match self.files.read(name) {
            Ok(file) => file,
            Err(fault) if fault.code() != crate::faults::NOT_FOUND => return Err(fault),
            Err(not_found) => {
                let Some(_pass) = self.passing.begin(PASSING) else { return Err(not_found) };
                self.neighbours.read_if_changed();
                let found = search(&self.files, &self.neighbours, name, history, &mut |_, _| {})?;
                found.as_file().try_clone().map_err(failed)?.into_std()
            }
        };
        Ok(Stream::file(file))
    }

    fn fetch(&self, name: &str, secret: &str) -> Result<i32, Fault> {
        if !secret::is_right(&self.secret, secret) {
            return Err(denied("fetch is for the node's own prompt"));
        }
        match self.files.read(name) {
            Ok(_) => return Ok(0),
            Err(fault) if fault.code() != crate::faults::NOT_FOUND => return Err(fault),
            Err(_) => {}
        }
        self.neighbours.read_again().map_err(failed)?;
        let mut bar = Bar::new(name);
        let file = search(&self.files, &self.neighbours, name, &[], &mut |done, all| bar.show(done, all))?;
        self.files.keep(file, name)?;
        Ok(0)
    }
}

/// Listens where this node is reached. Beside the server is its URL, with the port that it has.
pub(crate) fn bind(url: &str) -> Result<(Server<'static>, String), Box<dyn Error>> {
    // Port 0 is none that a URL can have.
    let free = url.rsplit_once(":0").filter(|(_, path)| path.is_empty() || path.starts_with('/'));
    let with_port = |port: u16| match free {
        Some((host, path)) => format!("{host}:{port}{path}"),
        // As it was given: so the others know it.
        None => url.to_owned(),
    };
    let parsed: Url = with_port(1).parse().map_err(|error| format!("{url}: {error}"))?;
    let (Scheme::Http, Some(host), Some(port)) = (parsed.scheme(), parsed.host(), parsed.port()) else {
        return Err(format!("expected a URL like http://127.0.0.1:4242, found {url:?}").into());
    };
    let port = if free.is_some() { 0 } else { port };
    let listener = TcpListener::bind((host, port)).map_err(|error| format!("cannot listen at {url}: {error}"))?;
    let url = with_port(listener.local_addr()?.port());

    let mut config = Config::default();
    // Calls are small. What is large in the replies stays in its file.
    config.max_body = 64 * 1024;
    let mut server = Server::from_listener(listener, config)?;
    if !matches!(parsed.path(), "/" | "/RPC2") {
        server.paths([parsed.path()]);
    }
    Ok((server, url))
}

/// Puts the methods on a server.
pub(crate) fn serve_on(server: &mut Server<'static>, node: &Arc<Node>) -> tiny_xmlrpc::Result<()> {
    // They are compressed already, most of them.
    #[cfg(feature = "gzip")]
    server.compress_from(usize::MAX);
    let node = Arc::clone(node);
    server.workers(WORKERS, move || methods(&node))?;
    Ok(())
}

/// The methods, for one of the threads that answer.
fn methods(node: &Arc<Node>) -> Methods<'static> {
    let mut methods = Methods::new();
    methods.introspection(true);
    let this = Arc::clone(node);
    methods.add("hello", move |url: String| this.hello(&url)).help("Makes a node known to this one.");
    let this = Arc::clone(node);
    methods
        .add("query", move |name: String, history: Option<Vec<String>>| {
            this.query(&name, history.as_deref().unwrap_or_default())
        })
        .help("Returns a file of this node, or of one that it knows and that is not in the history.");
    let this = Arc::clone(node);
    methods
        .add("fetch", move |name: String, secret: String| this.fetch(&name, &secret))
        .help("Gets a file into this node's directory. It takes the node's secret.");
    methods
}
