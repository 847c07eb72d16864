//! What `--help` shows.

use crate::commands::{COMMANDS, Command, Opt};

/// The help of the whole program.
pub(crate) fn all() -> String {
    let mut text = format!("{}: XML-RPC from the command line\n\n", version());
    text.push_str("  tiny-xmlrpc COMMAND [OPTION…] [ARGUMENT…]\n\n");
    for command in COMMANDS {
        text.push_str(&row(&format!("{} {}", command.name, command.operands), command.about, 25));
    }
    text.push_str("\nFor example: tiny-xmlrpc call http://localhost:8000 add 2 3\n");
    text.push_str("More of one: tiny-xmlrpc COMMAND --help\n\n");
    text.push_str("Exit status: 0 done, 1 not XML-RPC or no such file, 2 bad command line, 3 the\n");
    text.push_str("service answered with a fault, 4 network or HTTP failed\n");
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
    for option in command.options() {
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
        let mut pages = vec![("all", all(), 24)];
        pages.extend(COMMANDS.iter().map(|command| (command.name, of(command), 28)));
        let mut wrong = Vec::new();
        for (name, text, most) in pages {
            if text.lines().count() > most {
                wrong.push(format!("{name}: {} lines", text.lines().count()));
            }
            let wide = text.lines().filter(|line| line.chars().count() > 80);
            wrong.extend(wide.map(|line| format!("{name}: {line}")));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(COMMANDS.iter().all(|command| !command.examples.is_empty()));
    }
}
