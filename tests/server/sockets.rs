//! Unix sockets, and sockets that somebody else opened.
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};
use std::thread;

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Client, Context, Server};

fn with_add(server: &mut Server<'_>) {
    server.add("add", |a: i32, b: i32| a + b);
    server.add("peer", |context: Context| context.peer().map(|peer| peer.to_string()).unwrap_or_default());
    let stop = server.shutdown_handle();
    server.add("stop", move || stop.shutdown());
}

/// Calls from another thread while this one serves.
fn calls(mut server: Server<'_>, url: String, expected_peer: &str) {
    with_add(&mut server);
    let client = thread::spawn(move || {
        let client = Client::new(&url).unwrap();
        let told = (client.call::<i32>("add", (2, 3)).unwrap(), client.call::<String>("peer", ()).unwrap());
        client.call::<()>("stop", ()).unwrap();
        told
    });
    server.serve_forever().unwrap();
    let (sum, peer) = client.join().unwrap();
    assert_eq!(sum, 5);
    assert!(peer.starts_with(expected_peer) && peer.is_empty() == expected_peer.is_empty(), "{peer:?}");
}

#[test]
fn a_unix_socket_has_its_mode_and_is_cleaned_up() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rpc.sock");
    for mode in [0o600, 0o666] {
        let server = Server::bind_unix(&path, mode).unwrap();
        let metadata = fs::symlink_metadata(&path).unwrap();
        assert!(metadata.file_type().is_socket());
        assert_eq!(metadata.permissions().mode() & 0o777, mode);
        let url = server.url();
        assert_eq!(url, format!("unix:{}:/RPC2", path.display()));
        calls(server, url, "");
        // It went at the shutdown already.
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
    }
}

#[test]
fn what_stands_in_a_unix_sockets_way() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rpc.sock");
    // Another file stays.
    fs::write(&path, "precious").unwrap();
    assert!(Server::bind_unix(&path, 0o600).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    fs::remove_file(&path).unwrap();
    // A socket that somebody listens on stays.
    let listener = UnixListener::bind(&path).unwrap();
    let error = Server::bind_unix(&path, 0o600).unwrap_err();
    assert!(error.to_string().contains("somebody listens"), "{error}");
    // One that was left behind does not.
    drop(listener);
    assert!(path.exists());
    let server = Server::bind_unix(&path, 0o600).unwrap();
    // What came in its place later isn't the server's to remove.
    fs::remove_file(&path).unwrap();
    let other = UnixListener::bind(&path).unwrap();
    drop(server);
    assert!(path.exists());
    drop(other);
    assert!(Server::bind_unix(directory.path().join("no/such/directory"), 0o600).is_err());
}

#[test]
fn one_server_may_listen_on_both_kinds() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rpc.sock");
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    server.event_loop().bind_unix(&path, 0o600).unwrap();
    with_add(&mut server);
    let urls = [server.url(), format!("unix:{}", path.display())];
    let clients = thread::spawn(move || {
        urls.map(|url| {
            tiny_xmlrpc::call::<i32>(&url, "add", (2, 3))
                .or_else(|_| Client::new(&url).unwrap().call::<i32>("add", (2, 3)))
                .unwrap()
        })
    });
    for _ in 0..2 {
        server.handle_request().unwrap();
    }
    assert_eq!(clients.join().unwrap(), [5, 5]);
}

/// What serves in the process that inherits a socket.
const SERVE: &str = "TEST_SERVE_INHERITED";

/// Runs this test again as a process that has a socket as its standard input, as under inetd with `wait`.
#[test]
fn a_socket_may_be_inherited_as_standard_input() {
    if std::env::var_os(SERVE).is_some() {
        let mut server = Server::from_stdin(Config::default()).unwrap();
        with_add(&mut server);
        return server.serve_forever().unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rpc.sock");
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let unix = UnixListener::bind(&path).unwrap();
    let urls = [format!("http://{}", tcp.local_addr().unwrap()), format!("unix:{}", path.display())];
    let descriptors: [std::os::fd::OwnedFd; 2] = [tcp.into(), unix.into()];
    for (url, descriptor) in urls.iter().zip(descriptors) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sockets::a_socket_may_be_inherited_as_standard_input"])
            .env(SERVE, "1")
            .stdin(Stdio::from(descriptor))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        answers_and_stops(url, &mut child);
    }
}

/// Calls the server in that process, and has it end itself.
fn answers_and_stops(url: &str, server: &mut Child) {
    let client = Client::new(url).unwrap();
    let sum = client.call::<i32>("add", (2, 3));
    let stopped = client.call::<()>("stop", ());
    if sum.is_err() || stopped.is_err() {
        let _ = server.kill();
    }
    assert!(server.wait().unwrap().success());
    assert_eq!((sum.unwrap(), stopped.unwrap()), (5, ()));
}

/// Runs this test again as a process that systemd would have started. A shell puts the socket where it belongs, since
/// descriptors can't be passed without unsafe code here.
#[test]
#[cfg(feature = "listenfd")]
fn a_socket_may_be_inherited_from_the_service_manager() {
    if std::env::var_os(SERVE).is_some() {
        let mut server = Server::inherited(Config::default()).unwrap();
        with_add(&mut server);
        return server.serve_forever().unwrap();
    }
    assert!(Server::inherited(Config::default()).is_err());
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", tcp.local_addr().unwrap());
    let mut child = Command::new("sh")
        .args(["-c", "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" --exact \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg("sockets::a_socket_may_be_inherited_from_the_service_manager")
        .env(SERVE, "1")
        .stdin(Stdio::from(std::os::fd::OwnedFd::from(tcp)))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    answers_and_stops(&url, &mut child);
}
