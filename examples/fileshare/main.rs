//! Peer-to-peer file sharing: each node has a directory of files and knows some other nodes, and what a node does not
//! have its neighbours are asked for, who ask theirs.
//!
//! ```text
//! cargo run --release --example fileshare -- URLFILE DIRECTORY URL
//! ```
//!
//! `URLFILE` lists the URLs of the neighbours, one a line; it is read again at each fetch. `DIRECTORY` has the files. `URL`
//! is where this node is reached: `http://HOST:PORT`; port 0 takes any free one. The URL is printed once it listens.
//! Then there is a prompt: `fetch NAME`, `peers`, `ls`, `help`, `exit`.
//!
//! Two nodes on one machine, each in a terminal:
//!
//! ```text
//! echo http://127.0.0.1:4243 > ann.urls; fileshare ann.urls ann http://127.0.0.1:4242
//! echo http://127.0.0.1:4242 > bob.urls; fileshare bob.urls bob http://127.0.0.1:4243
//! ```
//!
//! The protocol, which nodes in other languages speak as well:
//!
//! | method | |
//! |---|---|
//! | `hello(url)` | makes a node known; 0 |
//! | `query(name, history)` | the file as base64, from the directory or from a neighbour that is not in `history`, the URLs of the nodes that the query went through. It goes over at most 6 hops |
//! | `fetch(name, secret)` | has the node get the file into its directory; 0. The secret is the prompt's |
//!
//! Fault 100 says that the file was not found, fault 200 that access is denied: to names that lead out of the directory,
//! to hidden files, and to `fetch` without the secret.
//!
//! Files of any size go through in constant memory. What comes is written to a file without a name in the node's directory,
//! so that nothing half is ever seen there, and nothing is left of a node that is killed.
//!
//! This is for networks whose members trust each other: whoever reaches a node may have its files, and nothing says that
//! a file is what its name says.

mod faults;
mod files;
mod neighbours;
mod node;
mod progress;
mod prompt;
mod search;
mod secret;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use files::Files;
use neighbours::Neighbours;
use node::Node;

const USAGE: &str = "usage: fileshare URLFILE DIRECTORY URL";

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [url_file, directory, url] = arguments else { return Err(USAGE.into()) };
    let secret = secret::letters()?;
    let (mut server, url) = node::bind(url)?;
    let neighbours = Neighbours::read(Path::new(url_file), &url)?;
    let node = Arc::new(Node::new(Files::open(Path::new(directory))?, neighbours, secret.clone()));
    node::serve_on(&mut server, &node)?;
    let stop = server.shutdown_handle();

    println!("{url}");
    let prompt = thread::spawn(move || {
        let ended = prompt::run(&node, &secret).map_err(|error| error.to_string());
        stop.shutdown();
        ended
    });
    server.serve_forever()?;
    Ok(prompt.join().map_err(|_| "the prompt panicked")??)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fileshare: {error}");
            ExitCode::FAILURE
        }
    }
}
