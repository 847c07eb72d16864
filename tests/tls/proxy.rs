//! Calls by way of tinyproxy, a forward proxy: to plain `http` and to `https`, told to the client or by the environment.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;

use tiny_xmlrpc::client::{Options, Tls, Url};
use tiny_xmlrpc::{Client, Error, ErrorKind, Phase};

use crate::peer::{Peer, installed, wait_until};
use crate::{authority, serve};

/// A running proxy, and what it wrote down.
struct Proxy {
    _peer: Peer,
    address: SocketAddr,
    directory: PathBuf,
}

impl Proxy {
    /// With these lines more in its configuration.
    fn start(name: &str, lines: &str) -> Option<Self> {
        if !installed(Command::new("tinyproxy").arg("-v"), "calls by way of a proxy") {
            return None;
        }
        let directory = std::env::temp_dir().join(format!("tiny_xmlrpc-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir(&directory).unwrap();
        // Free a moment ago. tinyproxy can't be asked for any that is.
        let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let config = directory.join("config");
        let log = directory.join("log");
        let text = format!(
            "Port {}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nLogLevel Connect\nLogFile \"{}\"\n{lines}\n",
            address.port(),
            log.display()
        );
        std::fs::write(&config, text).unwrap();
        let peer = Peer::start(Command::new("tinyproxy").arg("-d").arg("-c").arg(&config));
        wait_until("tinyproxy listens", || TcpStream::connect(address).is_ok());
        Some(Self { _peer: peer, address, directory })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests it has had for this host and port.
    fn requests(&self, authority: &str) -> usize {
        let log = std::fs::read_to_string(self.directory.join("log")).unwrap();
        log.lines().filter(|line| line.contains("Request") && line.contains(authority)).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A plain server, which answers each connection once, until the process ends.
fn plain() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().for_each(|stream| crate::answer(&mut stream.unwrap())));
    address
}

fn call(url: &str, options: &Options) -> Result<(), Error> {
    Client::with_options(url, options)?.call("x", ())
}

#[test]
fn plain_and_encrypted_calls_go_by_a_proxy() {
    let Some(proxy) = Proxy::start("proxy", "") else { return };
    let own = authority("trusted in this test");
    let mut options = Options::new();
    options.proxy(&*proxy.url());
    let plain = plain();
    call(&format!("http://{plain}/"), &options).unwrap();
    assert_eq!(proxy.requests(&plain.to_string()), 1);

    let encrypted = format!("localhost:{}", serve(&["localhost"], &own, false).port());
    options.tls(Tls::new().trust_only(own.pem().as_bytes()).unwrap());
    call(&format!("https://{encrypted}/"), &options).unwrap();
    assert_eq!(proxy.requests(&encrypted), 1);

    // The certificate is the server's own, behind the proxy as without it.
    let other = format!("localhost:{}", serve(&["example.org"], &own, false).port());
    let error = call(&format!("https://{other}/"), &options).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Transport(Phase::Tls), false), "{error}");
    // Where nobody listens.
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let error = call(&format!("https://{closed}/"), &options).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Transport(Phase::Connect), false), "{error}");
    options.proxy(&*format!("http://{closed}"));
    let error = call(&format!("http://{plain}/"), &options).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Transport(Phase::Connect), false), "{error}");
}

#[test]
fn a_proxy_may_want_credentials() {
    let Some(proxy) = Proxy::start("proxy-auth", "BasicAuth me sesame") else { return };
    let url = format!("http://{}/", plain());
    let mut options = Options::new();
    call(&url, options.proxy(&*format!("http://me:sesame@{}", proxy.address))).unwrap();
    for credentials in ["", "me:wrong@"] {
        let error = call(&url, options.proxy(&*format!("http://{credentials}{}", proxy.address))).unwrap_err();
        assert!(!error.may_have_executed() && !error.to_string().contains("wrong"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Transport(Phase::Connect), "{error}");
    }
}

/// Calls, each with whether it has to succeed, that this test makes in a process with an environment of its own.
const CALLS: &str = "PROXY_TEST_CALLS";

#[test]
fn the_environment_names_a_proxy() {
    if let Ok(calls) = std::env::var(CALLS) {
        return in_that_environment(&calls);
    }
    let Some(proxy) = Proxy::start("proxy-env", "") else { return };
    let own = authority("trusted in this test");
    let (plain, encrypted) = (plain(), serve(&["localhost"], &own, false));
    let authorities = proxy.directory.join("authorities.pem");
    std::fs::write(&authorities, own.pem()).unwrap();
    let calls = format!("http://{plain}/\nhttps://localhost:{}/", encrypted.port());
    let run = |variables: &[(&str, &str)]| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "proxy::the_environment_names_a_proxy"]);
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            child.env_remove(name);
        }
        child.env(CALLS, &calls).env("SSL_CERT_FILE", &authorities).env_remove("SSL_CERT_DIR");
        let output = child.envs(variables.iter().copied()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
        let counts = [plain.to_string(), format!("localhost:{}", encrypted.port())];
        counts.map(|authority| proxy.requests(&authority))
    };
    let url = proxy.url();
    assert_eq!(run(&[("http_proxy", &url)]), [1, 0]);
    assert_eq!(run(&[("https_proxy", &url)]), [1, 1]);
    assert_eq!(run(&[("all_proxy", &url)]), [2, 2]);
    assert_eq!(run(&[("all_proxy", &url), ("no_proxy", "127.0.0.1")]), [2, 3]);
    assert_eq!(run(&[("all_proxy", &url), ("no_proxy", "*")]), [2, 3]);
    assert_eq!(run(&[("HTTP_PROXY", "http://127.0.0.1:1")]), [2, 3]);
}

fn in_that_environment(calls: &str) {
    let mut options = Options::new();
    options.environment_proxy(true);
    for url in calls.lines() {
        let parsed: Url = url.parse().unwrap();
        call(url, &options).unwrap_or_else(|error| panic!("{parsed}: {error}"));
    }
}
