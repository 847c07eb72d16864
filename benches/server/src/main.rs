//! The servers that `run` measures, one of them in each process.
//!
//!     servers NAME PORT FILE       serves on this port of this machine (0: any that is free) and says where
//!     servers replies DIRECTORY    writes the bodies of the calls and of their replies
//!
//! Servers that answer calls take their records from FILE, which is the body of a reply.
//!
//! | name | what it is |
//! |---|---|
//! | `ours`, `ours-workers` | tiny_xmlrpc's `Server`, and with handlers on two threads |
//! | `adapter` | tiny_xmlrpc's methods on tiny_http |
//! | `dxr`, `dxr-threads` | dxr on axum, with tokio on one thread, and on one for each core |
//! | `tiny_http` | tiny_http; answers whatever comes with the bytes of FILE |
//! | `canned` | a bare loop; does the same |

mod canned;
mod dxr;
mod ours;
mod records;
mod tiny_http;

use std::error::Error;
use std::fmt::Display;
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::path::Path;

/// Why a server can't begin.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["replies", directory] => records::write(Path::new(directory)),
        ["ours", port, file] => ours::serve(address(port)?, Path::new(file), 0),
        ["ours-workers", port, file] => ours::serve(address(port)?, Path::new(file), 2),
        ["adapter", port, file] => tiny_http::adapter(address(port)?, Path::new(file)),
        ["dxr", port, file] => dxr::serve(address(port)?, Path::new(file), false),
        ["dxr-threads", port, file] => dxr::serve(address(port)?, Path::new(file), true),
        ["tiny_http", port, file] => tiny_http::canned(address(port)?, &std::fs::read(file)?),
        ["canned", port, file] => canned::serve(address(port)?, &std::fs::read(file)?),
        _ => Err("expected the name of a server, a port and a file".into()),
    }
}

fn address(port: &str) -> Result<SocketAddr, Failure> {
    Ok(SocketAddr::from(([127, 0, 0, 1], port.parse()?)))
}

/// Tells who started the server where it listens.
fn announce(address: impl Display) -> Result<(), Failure> {
    writeln!(stdout(), "{address}")?;
    Ok(stdout().flush()?)
}
