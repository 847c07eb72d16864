//! The instance with nested and private members: our sides and Python's, each with each.

use crate::example::example;
use crate::peer::Peer;
use crate::{printed, python};

/// What a caller of ours prints but for what the two servers have of their own.
const RESULTS: &str = r#"chop_in_half: "I am a con"
repeat: "tick tick tick tick tick "
words.join: "I really like it!"
words.case.upper: "STRASSE"
"#;

#[test]
fn both_sides_are_ours() {
    let methods = "the methods:\n  chop_in_half\n  repeat\n  words.case.upper\n  words.join\n";
    let private = "_secret: fault -32601: method \"_secret\" not found\n\
                   _hidden.upper: fault -32601: method \"_hidden.upper\" not found\n";
    let all = format!("{methods}{RESULTS}{private}");
    assert_eq!(printed("strings", &[]), all);

    let mut server = Peer::start(example("strings").args(["serve", "127.0.0.1:0"]));
    assert_eq!(printed("strings", &["call", &server.line()]), all);
}

#[test]
fn the_server_is_pythons() {
    let Some(mut server) = python("strings.py", &["serve"]) else { return };
    // Python lists what an instance has, and not what its members have.
    let methods = "the methods:\n  chop_in_half\n  repeat\n";
    let printed = printed("strings", &["call", &server.line()]);
    let private = printed.strip_prefix(&format!("{methods}{RESULTS}")).expect(&printed);
    let [secret, hidden] = private.lines().collect::<Vec<_>>()[..] else { panic!("{private}") };
    assert_eq!(secret, "_secret: fault 1: <class 'Exception'>:method \"_secret\" is not supported");
    assert_eq!(hidden, "_hidden.upper: fault 1: <class 'Exception'>:method \"_hidden.upper\" is not supported");
}

#[test]
fn the_client_is_pythons() {
    let mut server = Peer::start(example("strings").args(["serve", "127.0.0.1:0"]));
    let Some(client) = python("strings.py", &["call", &server.line()]) else { return };
    let expected = r#"['chop_in_half', 'repeat', 'words.case.upper', 'words.join']
I am a con
tick tick tick tick tick 
I really like it!
'STRASSE UND GR\xd6SSE'
1, expected a result of at most 1000000 bytes
-32601, method "_secret" not found
-32601, method "_hidden.upper" not found
-32601, method "words.__init__" not found"#;
    assert_eq!(client.finish().join("\n"), expected);
}
