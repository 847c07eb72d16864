//! The recipes for web servers in front, with the real programs.
#![cfg(unix)]

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::peer::{installed, wait_until};
use super::python::python;
use tiny_xmlrpc::server::{Reply, ShutdownHandle};
use tiny_xmlrpc::{Client, Context, Server};

/// Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that is ended with this.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A recipe with all its paths in this directory, written there.
fn recipe(name: &str, directory: &Path, replace: &[(&str, &str)]) -> std::path::PathBuf {
    let path = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut text = fs::read_to_string(path).unwrap().replace("/run/rpc", directory.to_str().unwrap());
    for (from, to) in replace {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let written = directory.join(name);
    fs::write(&written, text).unwrap();
    written
}

#[test]
fn nginx_brings_tls_and_forwards_by_http_and_scgi() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    if !installed(Command::new("nginx").arg("-v"), "the recipe for nginx") {
        return;
    }
    let certificate = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .current_dir(directory)
        .output();
    assert!(certificate.is_ok_and(|output| output.status.success()), "openssl makes a certificate");

    let mut server = Server::bind_unix(directory.join("http.sock"), 0o666).unwrap();
    server.event_loop().bind_scgi_unix(directory.join("scgi.sock"), 0o666).unwrap();
    server.paths(["/RPC2", "/scgi"]);
    server.add("add", |a: i32, b: i32| a + b);
    server.add("echo", |text: String| text);
    server.add("peer", |context: Context| context.peer().map(|peer| peer.to_string()).unwrap_or_default());
    let stop = server.shutdown_handle();
    // Free a moment ago. nginx can't be asked for any that is.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    // nginx as root gives up that for its workers, who then have to get into the directory.
    let user = if fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0) {
        "user root;\ndaemon off;"
    } else {
        "daemon off;"
    };
    let config = recipe("nginx.conf", directory, &[("127.0.0.1:8443", &address), ("daemon off;", user)]);
    let nginx = Command::new("nginx")
        .args(["-e", "stderr", "-c"])
        .arg(&config)
        .arg("-p")
        .arg(directory)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let nginx = Nginx(nginx);
    let client = std::thread::spawn(move || {
        // Both end however this does.
        let (_nginx, _stop) = (nginx, OnDrop(stop));
        wait_until("nginx listens", || std::net::TcpStream::connect(&address).is_ok());
        let certificate = config.with_file_name("cert.pem");
        let peer = python("through_tls.py", &[&format!("https://{address}"), certificate.to_str().unwrap()], None);
        peer.map(super::peer::Peer::finish)
    });
    server.serve_forever().unwrap();
    if let Some(told) = client.join().unwrap() {
        assert_eq!(told, ["done"]);
    }
}

/// Shuts a server down.
struct OnDrop(ShutdownHandle);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.shutdown();
    }
}

/// It ends its workers only if it is asked to end.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let start = Instant::now();
        while matches!(self.0.try_wait(), Ok(None)) && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const NODE: &str = "TEST_NODE_SOCKET";

/// This test is each process of the fleet too.
#[test]
fn haproxy_keeps_a_fleet_going_when_a_process_dies() {
    if let Some(path) = std::env::var_os(NODE) {
        let mut server = Server::bind_unix(path, 0o666).unwrap();
        server.add("pid", std::process::id);
        server.page("/health", |_| Reply::text(200, "well"));
        return server.serve_forever().unwrap();
    }
    if !installed(Command::new("haproxy").arg("-v"), "the recipe for HAProxy") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let mut nodes: Vec<Process> = (1..=3)
        .map(|number| {
            let mut node = Command::new(std::env::current_exe().unwrap());
            node.args(["--exact", "proxies::haproxy_keeps_a_fleet_going_when_a_process_dies"]);
            node.env(NODE, directory.join(format!("{number}.sock"))).stdin(Stdio::null()).stdout(Stdio::null());
            Process(node.spawn().unwrap())
        })
        .collect();
    for number in 1..=3 {
        let path = directory.join(format!("{number}.sock"));
        wait_until("a node listens", || UnixStream::connect(&path).is_ok());
    }
    let config = recipe("haproxy.cfg", directory, &[]);
    let mut haproxy = Command::new("haproxy");
    let _haproxy = Process(haproxy.arg("-db").arg("-f").arg(config).stdin(Stdio::null()).spawn().unwrap());
    let url = format!("unix:{}/haproxy.sock", directory.display());
    let call = || Client::new(&url).unwrap().call::<u32>("pid", ());
    wait_until("the fleet answers", || call().is_ok());

    let answered_by = |calls: usize| {
        let mut pids: Vec<u32> = (0..calls)
            .map(|_| {
                loop {
                    match call() {
                        Ok(pid) => return pid,
                        // This method may be called again, which HAProxy can't know.
                        Err(error) => assert!(error.may_have_executed(), "{error}"),
                    }
                }
            })
            .collect();
        pids.sort_unstable();
        pids.dedup();
        pids
    };
    let mut all: Vec<u32> = nodes.iter().map(|node| node.0.id()).collect();
    all.sort_unstable();
    wait_until("all take part", || answered_by(30) == all);
    // One dies between the calls, and none of them is lost.
    drop(nodes.remove(0));
    let alive = answered_by(100);
    assert!(alive.len() == 2 && nodes.iter().all(|node| alive.contains(&node.0.id())), "{alive:?} of {all:?}");
}
