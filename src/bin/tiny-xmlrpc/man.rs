//! `man`: the manual page, in roff.

use std::fmt::Write as _;

use crate::commands::{COMMANDS, COMMON, Opt, URLS};
use crate::failure::Result;
use crate::output::print;

/// `tiny-xmlrpc man`
pub(crate) fn man() -> Result<()> {
    print(&page())
}

fn page() -> String {
    let mut text = format!(
        ".TH TINY\\-XMLRPC 1 \"\" \"tiny_xmlrpc {}\" \"User Commands\"\n\
         .SH NAME\ntiny\\-xmlrpc \\- XML\\-RPC from the command line\n.SH SYNOPSIS\n",
        env!("CARGO_PKG_VERSION")
    );
    // `write!` to a text cannot fail.
    for command in COMMANDS {
        let operands = roff(command.operands);
        let _ = writeln!(text, ".B tiny\\-xmlrpc {}\n[\\fIOPTION\\fR...] {operands}\n.br", command.name);
    }
    text.push_str(".SH OPTIONS\n");
    for option in COMMON {
        describe(option, &mut text);
    }
    text.push_str(".SH COMMANDS\n");
    for command in COMMANDS {
        let _ = writeln!(text, ".SS {} {}", command.name, roff(command.operands));
        let about = command.about;
        let _ = writeln!(text, "{}.\n.PP\n.nf", roff(&format!("{}{}", about[..1].to_uppercase(), &about[1..])));
        for line in command.text.lines() {
            let _ = writeln!(text, "{}", roff(line));
        }
        text.push_str(".fi\n");
        for option in command.options.iter().copied().flatten() {
            describe(option, &mut text);
        }
        text.push_str(".PP\n.nf\n");
        for example in command.examples {
            let _ = writeln!(text, "    $ tiny\\-xmlrpc {}", roff(example));
        }
        text.push_str(".fi\n");
    }
    let _ = writeln!(text, ".SH URLS\n{}.", roff(URLS));
    text.push_str(
        "\
.SH EXIT STATUS
.TP
.B 0
All was done.
.TP
.B 1
A document is not XML\\-RPC, or a file could not be read.
.TP
.B 2
The command line makes no sense.
.TP
.B 3
The service answered with a fault, which is told on standard error.
.TP
.B 4
The network failed, or HTTP did.
.SH ENVIRONMENT
.TP
.B XMLRPC_PASSWORD
The password for a
.B \\-\\-user
that has none.
.TP
.B TMPDIR
Where large output waits until all of it is known to be good. A directory in memory makes no sense there.
",
    );
    text
}

fn describe(option: &Opt, text: &mut String) {
    let short = option.short.map_or_else(String::new, |short| format!("\\fB\\-{short}\\fR, "));
    let value = if option.value.is_empty() { String::new() } else { format!(" \\fI{}\\fR", roff(option.value)) };
    let _ = writeln!(text, ".TP\n{short}\\fB\\-\\-{}\\fR{value}\n{}", roff(option.long), roff(option.about));
}

/// A text with nothing in it that roff would take for its own.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('…', "...").replace('\'', "\\(aq");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_roff() {
        assert_eq!(roff(".a-b \\n 'x' …"), "\\&.a\\-b \\en \\(aqx\\(aq ...");
        assert!(page().is_ascii());
    }
}
