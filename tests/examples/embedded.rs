//! The device: what it answers, and that Python reads it.

use tiny_xmlrpc::{Dialect, MethodCall, MethodResponse, Value};

use crate::peer::Peer;
use crate::{example::example, printed, python};

#[test]
fn calls_are_answered() {
    let printed = printed("embedded", &[]);
    let mut lines = printed.lines();
    assert_eq!(lines.next(), Some("calls and answers are in buffers of 1024 bytes"));
    let expected = [
        ("switch: a call of 186 bytes, an answer of 121", "<boolean>0</boolean>"),
        ("show: a call of 147 bytes, an answer of 121", "<boolean>1</boolean>"),
        ("state: a call of 93 bytes, an answer of 413", "<string>21.5 °C</string>"),
        ("switch: a call of 186 bytes, an answer of 267", "<string>expected a lamp from 0 to 3</string>"),
        ("show: a call of 173 bytes, an answer of 260", "<string>the text is too long</string>"),
        ("explode: a call of 95 bytes, an answer of 271", "<int>-32601</int>"),
    ];
    for (about, part) in expected {
        assert_eq!(lines.next(), Some(about));
        let answer = lines.next().unwrap().trim_start();
        assert!(answer.contains(part), "{answer}");
        MethodResponse::from_bytes(answer.as_bytes()).unwrap();
    }
    assert_eq!(lines.next(), None);
}

/// What it answers to these bytes on its standard input.
fn answer(call: &[u8]) -> std::process::Output {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, call).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    example("embedded").arg("answer").stdin(file).output().unwrap()
}

#[test]
fn whatever_comes_is_answered() {
    let call =
        |method: &str, params: &[Value]| MethodCall::new(method, params.to_vec()).to_vec(Dialect::strict()).unwrap();
    let [one, text, on] = [Value::Int(1), Value::from("x"), Value::Boolean(true)];
    for (call, code) in [
        (call("switch", &[one.clone(), on.clone()]), None),
        (call("switch", &[one.clone(), on.clone(), one.clone()]), Some(-32602)),
        (call("switch", std::slice::from_ref(&one)), Some(-32602)),
        (call("switch", &[text.clone(), on]), Some(-32602)),
        (call("show", &[text]), None),
        (call("state", &[one]), Some(-32602)),
        (call(&"a".repeat(800), &[]), Some(-32600)),
        (b"".to_vec(), Some(-32700)),
        (vec![0; 1023], Some(-32600)),
        (vec![b'&'; 1023], Some(-32600)),
        (vec![0xff; 1023], Some(-32702)),
    ] {
        let output = answer(&call);
        let shown = format!("{} {output:?}", String::from_utf8_lossy(&call));
        assert!(output.status.success() && output.stderr.is_empty(), "{shown}");
        match MethodResponse::from_bytes(&output.stdout).expect(&shown) {
            MethodResponse::Result(_) => assert_eq!(code, None, "{shown}"),
            MethodResponse::Fault(fault) => assert_eq!(Some(fault.code()), code, "{shown}"),
        }
    }
    let output = answer(&[b' '; 1024]);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert_eq!(output.stderr, b"expected a call of less than 1024 bytes\n");
}

#[test]
fn the_caller_is_python() {
    let built = example("embedded");
    let (program, arguments) = (built.get_program(), built.get_args());
    let command: Vec<&str> = [program].into_iter().chain(arguments).map(|part| part.to_str().unwrap()).collect();
    let Some(caller) = python("embedded.py", &command) else { return };
    let expected = [
        "False",
        "True",
        "{'lamps': [False, False, False, False], 'display': ''}",
        "1, expected a lamp from 0 to 3",
        "-32602, expected a boolean",
        r#"-32601, method "gr\xfc\xdfe" not found"#,
    ];
    assert_eq!(Peer::finish(caller), expected);
}
