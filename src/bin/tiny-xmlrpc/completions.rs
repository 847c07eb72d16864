//! `completions`: what a shell has to know of the commands and options.

use std::fmt::Write as _;

use crate::arguments::Arguments;
use crate::commands::{COMMANDS, COMMON, Command, Opt, SHELLS};
use crate::failure::Result;
use crate::output::print;

/// `tiny-xmlrpc completions`
pub(crate) fn completions(arguments: &Arguments) -> Result<()> {
    let shell = arguments.operand(0)?;
    match shell {
        "bash" => print(&bash()),
        "zsh" => print(&zsh()),
        "fish" => print(&fish()),
        _ => Err(arguments.usage(format!("expected one of {}, found {shell:?}", SHELLS.join(", ")))),
    }
}

/// Whether a value, or operands, are names of files.
fn is_file(value: &str) -> bool {
    value.contains("FILE") || value == "SOCKET"
}

/// The ways to write an option.
fn spellings(option: &Opt) -> Vec<String> {
    let short = option.short.map(|short| format!("-{short}"));
    short.into_iter().chain([format!("--{}", option.long)]).collect()
}

fn names() -> String {
    COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>().join(" ")
}

/// All options of all commands, each once.
fn options() -> Vec<&'static Opt> {
    let mut all: Vec<&Opt> = Vec::new();
    for option in COMMANDS.iter().flat_map(Command::options) {
        if all.iter().all(|known| known.long != option.long || known.value != option.value) {
            all.push(option);
        }
    }
    all
}

fn bash() -> String {
    let mut text = "\
# Completions of tiny-xmlrpc for bash. Put them at
# ~/.local/share/bash-completion/completions/tiny-xmlrpc, or source them.
_tiny_xmlrpc() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' word words='' files=''
    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do
        case $word in
"
    .to_owned();
    // `write!` to a text cannot fail.
    let _ = writeln!(text, "            {}) command=$word; break ;;", names().replace(' ', "|"));
    text.push_str("        esac\n    done\n    case $previous in\n");
    for option in options().into_iter().filter(|option| !option.value.is_empty()) {
        let action = match option.choices {
            [] if is_file(option.value) => "files=1".to_owned(),
            [] => "return".to_owned(),
            choices => format!("words='{}'", choices.join(" ")),
        };
        let _ = writeln!(text, "        {}) {action} ;;", spellings(option).join("|"));
    }
    text.push_str("        *) case $command in\n");
    let common: Vec<String> = COMMON.iter().flat_map(spellings).collect();
    let _ = writeln!(text, "            '') words='{} {}' ;;", names(), common.join(" "));
    for command in COMMANDS {
        let own: Vec<String> = command.options().flat_map(spellings).collect();
        let rest = match command.name {
            "completions" => format!("words='{}'", SHELLS.join(" ")),
            _ if is_file(command.operands) => "files=1".to_owned(),
            _ => ":".to_owned(),
        };
        let options = own.join(" ");
        let _ = writeln!(
            text,
            "            {}) if [[ $current == -* ]]; then words='{options}'; else {rest}; fi ;;",
            command.name
        );
    }
    text.push_str(
        "\
        esac ;;
    esac
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")
    else
        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")
    fi
}
complete -F _tiny_xmlrpc tiny-xmlrpc
",
    );
    text
}

fn zsh() -> String {
    // Colons and brackets end a part of a specification.
    let plain = |text: &str| text.replace('\'', "'\\''").replace(':', "\\:").replace('[', "\\[").replace(']', "\\]");
    let specification = |option: &Opt| {
        let about = plain(option.about);
        let value = match (option.value, option.choices) {
            ("", _) => String::new(),
            (value, []) if is_file(value) => format!(":{value}:_files"),
            (value, []) => format!(":{}: ", plain(value)),
            (value, choices) => format!(":{value}:({})", choices.join(" ")),
        };
        match option.short {
            Some(short) => {
                let long = option.long;
                format!("'(-{short} --{long})'{{-{short},--{long}}}'[{about}]{value}'")
            }
            None => format!("'--{}[{about}]{value}'", option.long),
        }
    };
    let mut text = "\
#compdef tiny-xmlrpc
# Completions of tiny-xmlrpc for zsh. Put them at a directory of $fpath as _tiny-xmlrpc.
_tiny-xmlrpc() {
    local context state state_descr line
    typeset -A opt_args
    local -a commands=(
"
    .to_owned();
    for command in COMMANDS {
        let _ = writeln!(text, "        '{}:{}'", command.name, plain(command.about));
    }
    text.push_str("    )\n    _arguments -C \\\n");
    for option in COMMON {
        let _ = writeln!(text, "        {} \\", specification(option));
    }
    text.push_str(
        "\
        '1:command:->command' '*::argument:->argument'
    case $state in
        command) _describe command commands ;;
        argument) case $words[1] in
",
    );
    for command in COMMANDS {
        let _ = writeln!(text, "            {}) _arguments \\", command.name);
        for option in command.options() {
            let _ = writeln!(text, "                {} \\", specification(option));
        }
        let operands = match command.name {
            "completions" => format!("'1:SHELL:({})'", SHELLS.join(" ")),
            _ if command.operands.starts_with("URL") && is_file(command.operands) => {
                "'1:URL:_urls' '*:FILE:_files'".to_owned()
            }
            _ if command.operands.starts_with("URL") => "'1:URL:_urls' '*:argument: '".to_owned(),
            _ if is_file(command.operands) => "'*:FILE:_files'".to_owned(),
            _ => "'*:argument: '".to_owned(),
        };
        let _ = writeln!(text, "                {operands} ;;");
    }
    text.push_str("        esac ;;\n    esac\n}\n_tiny-xmlrpc \"$@\"\n");
    text
}

fn fish() -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut text = "\
# Completions of tiny-xmlrpc for fish. Put them at ~/.config/fish/completions/tiny-xmlrpc.fish.
complete -c tiny-xmlrpc -f
"
    .to_owned();
    for option in COMMON {
        let short = option.short.map_or_else(String::new, |short| format!(" -s {short}"));
        let _ = writeln!(text, "complete -c tiny-xmlrpc{short} -l {} -d '{}'", option.long, quoted(option.about));
    }
    for command in COMMANDS {
        let (name, about) = (command.name, quoted(command.about));
        let _ = writeln!(text, "complete -c tiny-xmlrpc -n __fish_use_subcommand -a {name} -d '{about}'");
        let seen = format!("complete -c tiny-xmlrpc -n '__fish_seen_subcommand_from {name}'");
        if is_file(command.operands) {
            let _ = writeln!(text, "{seen} -F");
        }
        if name == "completions" {
            let _ = writeln!(text, "{seen} -a '{}'", SHELLS.join(" "));
        }
        for option in command.options.iter().copied().flatten() {
            let short = option.short.map_or_else(String::new, |short| format!(" -s {short}"));
            let value = match (option.value, option.choices) {
                ("", _) => String::new(),
                (value, []) if is_file(value) => " -r -F".to_owned(),
                (_, []) => " -x".to_owned(),
                (_, choices) => format!(" -x -a '{}'", choices.join(" ")),
            };
            let _ = writeln!(text, "{seen}{short} -l {}{value} -d '{}'", option.long, quoted(option.about));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_is_there() {
        for text in [bash(), zsh(), fish()] {
            for command in COMMANDS {
                assert!(text.contains(command.name), "{}", command.name);
                for option in command.options() {
                    assert!(text.contains(option.long), "{}", option.long);
                }
            }
        }
    }

    /// Quotes would end the texts that bash has them in.
    #[test]
    fn no_option_needs_quoting_in_bash() {
        for option in options() {
            assert!(option.choices.iter().all(|choice| !choice.contains('\'')));
        }
    }
}
