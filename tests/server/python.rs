//! Python on the other side: its client with compressed requests, its web server with CGI.

use std::process::Command;

use super::peer::{self, Peer};

/// Python with a script of this directory; `None` where it is not installed.
pub(crate) fn python(script: &str, arguments: &[&str], directory: Option<&std::path::Path>) -> Option<Peer> {
    let mut probe = Command::new("python3");
    if !peer::installed(probe.args(["-c", "import xmlrpc.client, http.server"]), script) {
        return None;
    }
    let path = format!("{}/tests/server/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("python3");
    command.arg("-W").arg("ignore").arg(path).args(arguments);
    if let Some(directory) = directory {
        command.current_dir(directory);
    }
    Some(Peer::start(&mut command))
}

#[test]
#[cfg(feature = "gzip")]
fn compressed_calls_and_replies() {
    use super::serving::Serving;
    use tiny_xmlrpc::server::Config;

    for workers in [false, true] {
        let server = Serving::start(Config::default(), move |server| {
            if workers {
                let factory = || {
                    let mut methods = tiny_xmlrpc::Methods::new();
                    methods.add("echo", |text: String| text);
                    methods
                };
                server.workers(2, factory).unwrap();
            } else {
                server.add("echo", |text: String| text);
            }
        });
        let Some(peer) = python("compressed.py", &[&server.url], None) else { return };
        assert_eq!(peer.finish(), ["done"]);
    }
}

/// This test is the CGI program too: a script starts it again.
#[test]
#[cfg(unix)]
fn python_serves_it_by_cgi() {
    use std::os::unix::fs::PermissionsExt;
    use tiny_xmlrpc::{Client, Context, Server, server::Config};

    if let Some(output) = std::env::var_os("TEST_CGI_OUTPUT") {
        let mut server = Server::without_listeners(Config::default()).unwrap();
        server.add("add", |a: i32, b: i32| a + b);
        server.add("where", |context: Context| {
            (context.path().unwrap().to_owned(), context.peer().unwrap().ip().to_string())
        });
        // The harness has the standard output.
        let output = std::fs::File::create(output).unwrap();
        return server.serve_gateway(std::env::vars_os(), std::io::stdin().lock(), output).unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let programs = directory.path().join("cgi-bin");
    std::fs::create_dir(&programs).unwrap();
    let program = programs.join("rpc");
    let script = format!(
        "#!/bin/sh\nexport TEST_CGI_OUTPUT={}/out.$$\n'{}' --exact python::python_serves_it_by_cgi >/dev/null 2>&1\n\
         cat \"$TEST_CGI_OUTPUT\"\n",
        directory.path().display(),
        std::env::current_exe().unwrap().display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let Some(mut peer) = python("cgi_server.py", &[], Some(directory.path())) else { return };
    let port = peer.line();
    let client = Client::new(&format!("http://127.0.0.1:{port}/cgi-bin/rpc")).unwrap();
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    let (path, peer_address): (String, String) = client.call("where", ()).unwrap();
    assert_eq!((&*path, &*peer_address), ("/cgi-bin/rpc", "127.0.0.1"));
    assert_eq!(client.call::<()>("no_such", ()).unwrap_err().fault().unwrap().code(), -32601);
    let get = format!("GET /cgi-bin/rpc HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    std::io::Write::write_all(&mut stream, get.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.contains("Status: 405 Method Not Allowed\r\n") && answer.contains("Allow: POST"), "{answer}");
    peer.finish();
}
