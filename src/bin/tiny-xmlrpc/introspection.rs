//! `list` and `describe`: what a service tells of its methods.

use tiny_xmlrpc::{Client, ErrorKind};

use crate::arguments::Arguments;
use crate::connection::Connection;
use crate::failure::{Failure, Result, printable};
use crate::output::{print, wrap};
use crate::progress::{Progress, Unit};

/// A method, as its service describes it.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: String,
    /// For each the type of the result, then those of the parameters.
    pub(crate) signatures: Vec<Vec<String>>,
    pub(crate) help: String,
}

/// `tiny-xmlrpc list`
pub(crate) fn list(arguments: &Arguments) -> Result<()> {
    let client = Connection::of(arguments)?.client()?;
    let names = names(&client, arguments)?;
    print(&names.iter().map(|name| format!("{}\n", printable(name))).collect::<String>())
}

/// `tiny-xmlrpc describe`
pub(crate) fn describe(arguments: &Arguments) -> Result<()> {
    let client = Connection::of(arguments)?.client()?;
    let methods = match arguments.operand(1)? {
        "" => all(&client, arguments)?,
        name => vec![of(&client, name)?],
    };
    let pages: Vec<String> = methods.iter().map(page).collect();
    print(&pages.join("\n"))
}

/// All methods of a service.
pub(crate) fn all(client: &Client, arguments: &Arguments) -> Result<Vec<Method>> {
    let names = names(client, arguments)?;
    let progress = progress(arguments, "asking about methods", Unit::Things(names.len() as u64));
    let described = names.iter().map(|name| {
        let method = of(client, name);
        progress.iter().for_each(|progress| progress.add(1));
        method
    });
    described.collect()
}

fn names(client: &Client, arguments: &Arguments) -> Result<Vec<String>> {
    let _progress = progress(arguments, "asking for the methods", Unit::Time);
    Ok(client.list_methods()?)
}

/// None where the wire is shown in the same place.
fn progress(arguments: &Arguments, label: &str, unit: Unit) -> Option<Progress> {
    (!arguments.has("verbose")).then(|| Progress::start(label, unit))
}

/// One method. A service that does not know it says so with a fault to both questions.
fn of(client: &Client, name: &str) -> Result<Method> {
    let signatures = or_none(client.method_signature(name));
    let help = or_none(client.method_help(name));
    match (signatures, help) {
        (Err(failure), Err(_)) => Err(failure),
        (Err(failure @ Failure::Transport(_)), _) | (_, Err(failure @ Failure::Transport(_))) => Err(failure),
        (signatures, help) => Ok(Method {
            name: name.to_owned(),
            signatures: signatures.unwrap_or_default(),
            help: help.unwrap_or_default(),
        }),
    }
}

/// A service may answer with what is of no use: that is none, and no error.
fn or_none<T: Default>(answer: tiny_xmlrpc::Result<T>) -> Result<T> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Type => Ok(T::default()),
        other => Ok(other?),
    }
}

/// A method for people to read.
fn page(method: &Method) -> String {
    let mut text = String::new();
    for signature in &method.signatures {
        if let Some((result, params)) = signature.split_first() {
            text.push_str(&format!("{result} {}({})\n", method.name, params.join(", ")));
        }
    }
    if text.is_empty() {
        text.push_str(&format!("{}, without a signature\n", method.name));
    }
    for line in method.help.trim().lines() {
        if line.trim().is_empty() {
            text.push('\n');
        } else {
            let own = line.len() - line.trim_start().len();
            wrap(line, &format!("    {}", &line[..own]), 78, &mut text);
        }
    }
    printable(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_readable() {
        let signature = |types: &[&str]| types.iter().copied().map(str::to_owned).collect();
        let method = Method {
            name: "m".into(),
            signatures: vec![signature(&["int", "string", "array"]), signature(&["nil"])],
            help: format!("\nDoes {}it.\n\n  Indented.\x1b\n", "something and ".repeat(8)),
        };
        assert_eq!(
            page(&method),
            "int m(string, array)\nnil m()\n    \
             Does something and something and something and something and something and\n    \
             something and something and something and it.\n\n      Indented.\\u{1b}\n"
        );
        let bare = Method { name: "m".into(), signatures: vec![], help: String::new() };
        assert_eq!(page(&bare), "m, without a signature\n");
    }
}
