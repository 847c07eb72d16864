//! What the node's user types.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::{Client, Result};

use crate::node::Node;
use crate::progress::size;

/// How long a fetch may take: longer than the node itself searches.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

const HELP: &str = "\
fetch NAME  gets a file, from whoever has it
peers       lists the nodes that are known
ls          lists the files that are here
help        says this
exit        ends the node";

/// Does what is typed, until `exit` or the end of the input.
pub(crate) fn run(node: &Node, secret: &str) -> Result<()> {
    let client = Client::with_options(node.neighbours().own(), Options::new().timeout(PATIENCE))?;
    let shown = io::stdin().is_terminal();
    for line in prompted(shown) {
        let line = line?;
        let (command, name) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        match (command, name.trim()) {
            ("", _) => {}
            ("fetch", "") => println!("expected the name of a file behind fetch"),
            ("fetch", name) => fetch(node, &client, name, secret)?,
            ("peers", "") => node.neighbours().list().iter().for_each(|url| println!("{url}")),
            ("ls", "") => node.files().names()?.iter().for_each(|name| println!("{}", name.escape_debug())),
            ("help", "") => println!("{HELP}"),
            ("exit", "") => return Ok(()),
            _ => println!("no such command; help lists what there is"),
        }
    }
    Ok(())
}

/// The lines that are typed, each asked for on a terminal.
fn prompted(shown: bool) -> impl Iterator<Item = io::Result<String>> {
    let mut lines = io::stdin().lock().lines();
    std::iter::from_fn(move || {
        if shown {
            print!("> ");
        }
        let _ = io::stdout().flush();
        lines.next()
    })
}

/// By a call of this node, as from any program that has the secret.
fn fetch(node: &Node, client: &Client, name: &str, secret: &str) -> Result<()> {
    let was_here = node.files().size(name).is_some();
    match client.call::<i32>("fetch", (name, secret)) {
        Ok(_) if was_here => println!("{} is here already", name.escape_debug()),
        Ok(_) => println!("{}, {}", name.escape_debug(), size(node.files().size(name).unwrap_or_default())),
        Err(error) => match error.fault() {
            Some(fault) => println!("{}", fault.message()),
            None => return Err(error),
        },
    }
    Ok(())
}
