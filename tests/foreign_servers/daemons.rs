//! Programs that are spoken to by XML-RPC: aria2, supervisor, rTorrent.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tiny_xmlrpc::client::{Options, TransportChoice};
use tiny_xmlrpc::{Client, Dialect, Result, Value};

use super::peer::Peer;
use super::{fault_of, free_port, is_installed, patient};

#[test]
fn aria2_is_controlled() {
    if !is_installed("aria2c", &["--version"], "calls to aria2") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    let _peer = Peer::start(
        Command::new("aria2c")
            .args(["--no-conf", "--enable-rpc", "--rpc-secret=sesame", "--disable-ipv6", "--quiet"])
            .args(["--enable-dht=false", "--enable-peer-exchange=false", "--pause", "--stop=600"])
            .arg(format!("--rpc-listen-port={port}"))
            .arg("--dir")
            .arg(directory.path()),
    );
    let url = format!("http://127.0.0.1:{port}/rpc");
    let client = patient(&url, &mut Options::new());
    let methods = client.list_methods().unwrap();
    for name in ["aria2.addUri", "aria2.getVersion", "system.multicall"] {
        assert!(methods.iter().any(|method| method == name), "{methods:?}");
    }
    let token = "token:sesame";
    let aria2 = client.at("aria2");
    let version: BTreeMap<String, Value> = aria2.call("getVersion", (token,)).unwrap();
    assert!(version["version"].as_str().unwrap().starts_with(char::is_numeric));
    assert!(version["enabledFeatures"].as_array().is_some());
    assert_eq!(fault_of(aria2.call::<Value>("getVersion", ("token:wrong",))).0, 1);
    assert_eq!(fault_of(aria2.call::<Value>("nothing", (token,))).0, 1);

    // A download that stays paused: strings, arrays, structs and base64 on the way there.
    let options = BTreeMap::from([("out", "file"), ("pause", "true")]);
    let uris = ["http://127.0.0.1:1/file"];
    let id: String = aria2.call("addUri", (token, uris, options)).unwrap();
    let status: BTreeMap<String, Value> = aria2.call("tellStatus", (token, &id, ["gid", "status"])).unwrap();
    assert_eq!((status["gid"].as_str(), status["status"].as_str()), (Some(&id[..]), Some("paused")));
    let broken = tiny_xmlrpc::Binary::from(b"no torrent".to_vec());
    assert_eq!(fault_of(aria2.call::<String>("addTorrent", (token, broken))).0, 1);

    let mut calls = client.multicall();
    calls.add("aria2.getVersion", (token,)).unwrap();
    calls.add("aria2.tellStatus", (token, "0000000000000000")).unwrap();
    calls.add("aria2.remove", (token, &id)).unwrap();
    let (version, fault, removed): (Result<Value>, Result<Value>, Result<String>) = calls.run().unwrap();
    assert!(version.unwrap().get("version").is_some());
    assert_eq!(fault_of(fault).0, 1);
    assert_eq!(removed.unwrap(), id);
}

fn supervisor(client: &Client) {
    let methods = client.list_methods().unwrap();
    assert!(methods.iter().any(|method| method == "supervisor.getState"), "{methods:?}");
    // One flat array.
    let signature = client.method_signature("supervisor.getProcessInfo").unwrap();
    assert_eq!(signature, [["struct", "string"]]);
    assert!(client.method_help("supervisor.getState").unwrap().contains("Return current state of supervisord"));
    let supervisor = client.at("supervisor");
    let state: BTreeMap<String, Value> = supervisor.call("getState", ()).unwrap();
    assert_eq!(state["statename"].as_str(), Some("RUNNING"));
    assert_eq!(fault_of(supervisor.call::<Value>("getProcessInfo", ("nobody",))), (10, "BAD_NAME: nobody".into()));
    assert_eq!(fault_of(supervisor.call::<Value>("nothing", ())).0, 1);
    let pid: i32 = supervisor.call("getPID", ()).unwrap();
    assert!(pid > 1);

    // Its results are not wrapped.
    let mut calls = client.multicall();
    calls.add("supervisor.getPID", ()).unwrap();
    calls.add("supervisor.getProcessInfo", ("nobody",)).unwrap();
    calls.add("supervisor.getAllProcessInfo", ()).unwrap();
    let (own, fault, all): (Result<i32>, Result<Value>, Result<Vec<Value>>) = calls.run().unwrap();
    assert_eq!((own.unwrap(), all.unwrap()), (pid, vec![]));
    assert_eq!(fault_of(fault).0, 10);
}

#[test]
fn supervisor_is_controlled_over_tcp_and_unix_socket() {
    if !is_installed("supervisord", &["--version"], "calls to supervisor") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (path, port) = (directory.path().display(), free_port());
    let secret = "username=me\npassword=sesame";
    let config = format!(
        "[unix_http_server]\nfile={path}/socket\n{secret}\n\
         [inet_http_server]\nport=127.0.0.1:{port}\n{secret}\n\
         [supervisord]\nlogfile={path}/log\npidfile={path}/pid\nchildlogdir={path}\n\
         [rpcinterface:supervisor]\n\
         supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
    );
    let file = directory.path().join("config");
    std::fs::write(&file, config).unwrap();
    let _peer = Peer::start(Command::new("supervisord").arg("-n").arg("-c").arg(&file));

    supervisor(&patient(&format!("http://me:sesame@127.0.0.1:{port}"), &mut Options::new()));
    supervisor(&patient(&format!("unix:{path}/socket"), Options::new().basic_auth("me", "sesame")));
    let error = Client::new(&format!("http://me:wrong@127.0.0.1:{port}")).unwrap().list_methods().unwrap_err();
    assert_eq!((error.http_status(), error.may_have_executed()), (Some(401), false));
    assert!(!error.to_string().contains("wrong"));
}

/// rTorrent, served over SCGI at a socket in this directory.
fn start_rtorrent(directory: &TempDir) -> Option<(Peer, PathBuf)> {
    if !is_installed("rtorrent", &["-h"], "calls to rTorrent over SCGI") {
        return None;
    }
    let socket = directory.path().join("socket");
    let peer = Peer::start(
        Command::new("rtorrent")
            .args(["-n", "-o", "system.daemon.set=true", "-o", "network.port_range.set=0-0"])
            .args(["-o", "network.port_open.set=no", "-o"])
            .arg(format!("network.scgi.open_local={}", socket.display()))
            .current_dir(directory.path())
            .env("HOME", directory.path()),
    );
    Some((peer, socket))
}

fn rtorrent(client: &Client) {
    let methods = client.list_methods().unwrap();
    assert!(methods.len() > 100 && methods.iter().any(|method| method == "system.client_version"));
    assert!(client.call::<String>("system.client_version", ()).unwrap().starts_with("0."));
    client.call::<i64>("network.max_open_files", ()).unwrap();
    assert_eq!(client.call::<Vec<Vec<String>>>("d.multicall2", ("", "main", "d.hash=")).unwrap(), [[""; 0]; 0]);
    // A string with everything, there and back, in a variable of its own.
    let text = "<\u{e4}\u{20ac}> & \"x\"";
    client.call::<Value>("session.name.set", ("", text)).unwrap();
    assert_eq!(client.call::<String>("session.name", ()).unwrap(), text);
    assert_eq!(fault_of(client.call::<Value>("nothing", ())).0, -506);
    let mut calls = client.multicall();
    calls.add("system.client_version", ()).unwrap().add("nothing", ()).unwrap();
    let (version, fault): (Result<String>, Result<Value>) = calls.run().unwrap();
    assert!(version.unwrap().starts_with("0."));
    assert_eq!(fault_of(fault).0, -506);
}

#[test]
fn rtorrent_is_controlled_over_scgi() {
    let directory = tempfile::tempdir().unwrap();
    let Some((_peer, socket)) = start_rtorrent(&directory) else { return };
    let mut options = Options::new();
    options.dialect(Dialect::xmlrpc_c());
    rtorrent(&patient(&format!("scgi:{}", socket.display()), &mut options));
}

#[test]
fn rtorrent_is_controlled_behind_nginx() {
    if !is_installed("nginx", &["-v"], "calls to rTorrent behind nginx") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let Some((_peer, socket)) = start_rtorrent(&directory) else { return };
    let (path, port) = (directory.path().display(), free_port());
    // nginx as root gives up that for its workers, who then have to get into the directory.
    let user = if fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0) { "user root;" } else { "" };
    let config = format!(
        "{user} daemon off; pid {path}/nginx.pid; worker_processes 1; events {{}}
         http {{
             access_log off;
             client_body_temp_path {path}/body; proxy_temp_path {path}/proxy; fastcgi_temp_path {path}/fastcgi;
             uwsgi_temp_path {path}/uwsgi; scgi_temp_path {path}/scgi;
             server {{
                 listen 127.0.0.1:{port};
                 location = /RPC2 {{
                     scgi_param CONTENT_LENGTH $content_length;
                     scgi_param SCGI 1;
                     scgi_param REQUEST_METHOD $request_method;
                     scgi_param REQUEST_URI $request_uri;
                     scgi_param CONTENT_TYPE $content_type;
                     scgi_pass unix:{};
                 }}
             }}
         }}",
        socket.display()
    );
    let file = directory.path().join("nginx.conf");
    fs::write(&file, config).unwrap();
    let nginx =
        Peer::start(Command::new("nginx").args(["-e", "stderr", "-c"]).arg(&file).arg("-p").arg(directory.path()));
    // It ends its workers only if it is asked to end.
    let _nginx = Asked(nginx);
    let mut options = Options::new();
    options.dialect(Dialect::xmlrpc_c());
    let url = format!("http://127.0.0.1:{port}/RPC2");
    let client = patient(&url, &mut options);
    // Until rTorrent is there nginx says 502, and such a call may have been executed.
    let start = Instant::now();
    while client.list_methods().is_err_and(|error| error.http_status() == Some(502)) {
        assert!(start.elapsed() < Duration::from_secs(100), "rTorrent does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    for choice in [TransportChoice::Kept, TransportChoice::Minreq] {
        rtorrent(&Client::with_options(&url, options.choice(choice)).unwrap());
    }
    let error = Client::new(&format!("http://127.0.0.1:{port}/other")).unwrap().list_methods().unwrap_err();
    assert_eq!((error.http_status(), error.may_have_executed()), (Some(404), false));
}

/// A process that is asked to end before it is made to.
struct Asked(Peer);

impl Drop for Asked {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        self.0.wait(Duration::from_secs(20));
    }
}
