//! What `--help` shows.

use crate::commands::{COMMANDS, Command, Opt, URLS};

/// The help of the whole program.
pub(crate) fn all() -> String {
    let mut text = format!("{}: XML-RPC from the command line\n\n", version());
    text.push_str("  tiny-xmlrpc COMMAND [OPTION…] [ARGUMENT…]\n\n");
    for command in COMMANDS {
        text.push_str(&row(&format!("{} {}", command.name, command.operands), command.about, 25));
    }
    text.push_str("\nFor example: tiny-xmlrpc call http://localhost:8000 add 2 3\n");
    text.push_str("More: tiny-xmlrpc COMMAND --help, tiny-xmlrpc --version\n\n");
    text.push_str(&format!("URL: {URLS}\n"));
    text.push_str("Exit status: 0 done, 1 not XML-RPC or no such file, 2 bad command line, 3 the\n");
    text.push_str("service answered with a fault (on standard error), 4 network or HTTP failed\n");
    text
}

/// The help of a command.
pub(crate) fn of(command: &Command) -> String {
    let mut text = format!("tiny-xmlrpc {}: {}\n\n", command.name, command.about);
    for line in command.text.lines() {
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
    // The help of the whole program has the version: there is just room for one screen.
    for option in command.options().filter(|option| option.long != "version") {
        text.push_str(&row(&spelled(option), option.about, 27));
    }
    text.push('\n');
    for example in command.examples {
        text.push_str(&format!("  tiny-xmlrpc {example}\n"));
    }
    text
}

/// The program's name and version.
pub(crate) fn version() -> String {
    format!("tiny-xmlrpc {}", env!("CARGO_PKG_VERSION"))
}

/// An option as it is written.
fn spelled(option: &Opt) -> String {
    let short = option.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    let value = if option.value.is_empty() { String::new() } else { format!(" {}", option.value) };
    format!("{short}--{}{value}", option.long)
}

/// Two columns; where the first one is too long, the second one goes to the next line.
fn row(left: &str, right: &str, width: usize) -> String {
    let left = left.trim_end();
    if left.chars().count() < width {
        format!("  {left:<width$}{right}\n")
    } else {
        format!("  {left}\n  {:<width$}{right}\n", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_fits_a_screen() {
        let mut pages = vec![("all", all())];
        pages.extend(COMMANDS.iter().map(|command| (command.name, of(command))));
        let mut wrong = Vec::new();
        for (name, text) in pages {
            // One line of the 24 is the next prompt's.
            if text.lines().count() > 23 {
                wrong.push(format!("{name}: {} lines", text.lines().count()));
            }
            let wide = text.lines().filter(|line| line.chars().count() > 80);
            wrong.extend(wide.map(|line| format!("{name}: {line}")));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(COMMANDS.iter().all(|command| !command.examples.is_empty()));
    }
}
