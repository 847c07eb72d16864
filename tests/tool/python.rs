//! What calls a service, against Python's server.

use std::process::Command;

use crate::peer::{Peer, installed};
use crate::run::{run, run_with};

#[test]
fn a_service_of_python_is_called() {
    let mut probe = Command::new("python3");
    if !installed(probe.args(["-c", "import xmlrpc.server"]), "the tool against Python's server") {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tool/server.py");
    let mut server = Peer::start(Command::new("python3").args(["-B", script]));
    let url = &server.line();
    for (arguments, expected) in [
        (&["add", "2", "3"][..], "5"),
        (&["add", "a", "b"], "\"ab\""),
        (&["echo", "{\"a\":[1,null,2.5,\"x\"]}"], "{\"a\":[1,null,2.5,\"x\"]}"),
        (&["kind", "5"], "\"int\""),
        (&["kind", "I/5"], "\"int\""),
        (&["kind", "d/5"], "\"float\""),
        (&["kind", "b/0"], "\"bool\""),
        (&["kind", "n/"], "\"NoneType\""),
        (&["kind", "t/20260102T03:04:05"], "\"DateTime\""),
        (&["kind", "h/00"], "\"Binary\""),
        (&["odd", "--dialect", "python"], "[\"nan\",null,\"AA==\",\"20260102T00:00:00\"]"),
    ] {
        let line = [&["call", url], arguments].concat();
        assert_eq!(run(line).ok(), format!("{expected}\n"), "{arguments:?}");
    }
    let typed = run(["call", url, "odd", "-T", "--dialect", "python"]).ok();
    assert_eq!(
        typed,
        "{\"array\":[{\"double\":\"nan\"},{\"nil\":null},{\"base64\":\"AA==\"},{\"dateTime\":\"20260102T00:00:00\"}]}\n"
    );
    assert!(run(["call", url, "odd"]).failed(1).contains("try --dialect python"));
    assert_eq!(run(["call", url, "fail", "42", "a text"]).failed(3), "fault 42: a text\n");
    assert!(run(["call", url, "none"]).failed(3).starts_with("fault 1: <class 'Exception'>:method \"none\""));
    assert!(run(["list", url]).ok().starts_with("add\necho\nfail\nkind\n"));
    assert_eq!(run(["describe", url, "add"]).ok(), "add, without a signature\n    Adds two numbers.\n\n    Any two.\n");
    let ran = run_with(["multicall", url], b"[[\"add\",1,2],[\"fail\",7,\"no\"]]");
    assert_eq!(ran.out, "[{\"params\":[3]},{\"fault\":{\"faultCode\":7,\"faultString\":\"no\"}}]\n");
    assert_eq!((ran.status, ran.err.as_str()), (3, "calls[1], fail: fault 7: no\n"));
    assert!(
        run(["ping", url, "-c", "2", "-i", "0"]).ok().starts_with("2 answers to system.getCapabilities, 2 of them")
    );
    // None of its methods has a signature.
    let module = run(["codegen", url]).ok();
    assert!(module.contains("    pub trait Service {\n    }\n") && module.contains("\n// add\n// echo\n"), "{module}");
    assert!(server.finish().is_empty());
}

/// A service with a certificate that nobody else has signed.
#[test]
#[cfg(feature = "ureq")]
fn a_certificate_of_its_own_is_trusted() {
    let mut probe = Command::new("openssl");
    let what = "a server with a certificate of its own";
    if !installed(probe.arg("version"), what)
        || !installed(Command::new("python3").args(["-c", "import ssl, xmlrpc.server"]), what)
    {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let [certificate, key, both] =
        ["certificate.pem", "key.pem", "both.pem"].map(|name| directory.path().join(name).to_str().unwrap().to_owned());
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        "/CN=x",
    ]);
    openssl.args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]);
    let output = openssl.args(["-keyout", &key, "-out", &certificate]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::write(
        &both,
        std::fs::read(&certificate).unwrap().into_iter().chain(std::fs::read(&key).unwrap()).collect::<Vec<_>>(),
    )
    .unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tool/server.py");
    let mut server = Peer::start(Command::new("python3").args(["-B", script, &both]));
    let url = &server.line();
    assert_eq!(run(["call", url, "add", "2", "3", "--cacert", &certificate]).ok(), "5\n");
    let told = run(["call", url, "add", "2", "3"]).failed(4);
    assert!(told.contains("certificate"), "{told}");
    let told = run(["call", url, "add", "2", "3", "--cacert", script]).failed(2);
    assert!(told.starts_with("tiny-xmlrpc call: "), "{told}");
    assert!(server.finish().is_empty());
}

#[test]
#[cfg(not(feature = "ureq"))]
fn certificates_need_a_feature() {
    let told = run(["call", "https://127.0.0.1:1", "m", "--cacert", "x"]).failed(2);
    assert!(told.starts_with("tiny-xmlrpc call: expected a tool with the feature `ureq` for --cacert"), "{told}");
}
