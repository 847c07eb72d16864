//! `https` in the default recipe of the feature `tls`: the right certificate is accepted, and each wrong one is
//! refused with an error that says what is wrong.
//!
//! The trusted certificates are the system's, read once in a process: the test makes a certificate authority, and runs
//! itself again with `SSL_CERT_FILE` pointing to it.
#![cfg(test)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tiny_xmlrpc::client::{Options, Transport, Url};
use tiny_xmlrpc::{ErrorKind, Phase};

const CALL: &[u8] = b"<methodCall><methodName>x</methodName></methodCall>";
const ANSWER: &[u8] = b"<methodResponse><params/></methodResponse>";

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn config(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key.into())
        .unwrap();
    Arc::new(config)
}

/// A server with a certificate for these names, signed by `issuer`.
fn serve(names: &[&str], issuer: &Issuer<'_, KeyPair>, expired: bool) -> SocketAddr {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    if expired {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    listen(config(vec![certificate.der().clone()], &key))
}

fn self_signed() -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    listen(config(vec![certificate.der().clone()], &key))
}

/// Answers one request on each connection, until the process ends.
fn listen(config: Arc<ServerConfig>) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(session, stream.unwrap());
            let mut request = Vec::new();
            while !request.ends_with(CALL) {
                let mut byte = [0];
                match stream.read(&mut byte) {
                    Ok(1..) => request.extend(byte),
                    _ => break, // the client refused the certificate
                }
            }
            if request.ends_with(CALL) {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", ANSWER.len());
                stream.write_all(&[head.as_bytes(), ANSWER].concat()).unwrap();
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    address
}

#[test]
fn certificates_are_verified() {
    let trusted = authority("trusted in this test");
    let stranger = authority("unknown to everybody");
    let good = serve(&["localhost"], &trusted, false);
    let address = serve(&["127.0.0.1"], &trusted, false);
    let wrong_name = serve(&["example.org"], &trusted, false);
    let expired = serve(&["localhost"], &trusted, true);
    let unknown = serve(&["localhost"], &stranger, false);
    let self_signed = self_signed();

    let file = std::env::temp_dir().join(format!("tiny_xmlrpc-tls-{}.pem", std::process::id()));
    std::fs::write(&file, trusted.pem()).unwrap();
    let calls = [
        format!("localhost:{} ok", good.port()),
        format!("127.0.0.1:{} ok", address.port()),
        format!("localhost:{} not valid for name", wrong_name.port()),
        format!("127.0.0.1:{} not valid for name", good.port()),
        format!("localhost:{} expired", expired.port()),
        format!("localhost:{} expected an issuer that is trusted", unknown.port()),
        format!("localhost:{} certificate was refused", self_signed.port()),
    ];
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "as_a_client_of_these", "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", &file)
        .env_remove("SSL_CERT_DIR")
        .env("TLS_TEST_CALLS", calls.join("\n"))
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Not a test of its own: what the one above runs in a process with certificates of its own.
#[test]
#[ignore = "run by certificates_are_verified"]
fn as_a_client_of_these() {
    let calls = std::env::var("TLS_TEST_CALLS").unwrap();
    for call in calls.lines() {
        let (authority, expected) = call.split_once(' ').unwrap();
        let url: Url = format!("https://u:secret@{authority}/").parse().unwrap();
        let mut transport = Options::new().transport(&url).unwrap();
        let mut reply = Vec::new();
        match transport.exchange(CALL, &mut reply) {
            Ok(_) => {
                assert_eq!(expected, "ok", "{call}");
                assert_eq!(reply, ANSWER);
            }
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains(expected) && !text.contains("secret"), "expected {expected}, found {text}");
                assert_eq!(error.kind(), ErrorKind::Transport(Phase::Tls), "{text}");
                assert!(!error.may_have_executed() && !error.is_timeout(), "{text}");
            }
        }
    }
}

#[test]
fn a_server_without_tls_is_told_as_such() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url: Url = format!("https://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
        // All that the client sends, so that closing does not reset what it has yet to read.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let mut transport = Options::new().transport(&url).unwrap();
    let error = transport.exchange(CALL, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(Phase::Tls), "{error}");
    drop(transport);
    server.join().unwrap();
}

#[test]
fn nobody_listens() {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let url: Url = format!("https://{address}/").parse().unwrap();
    let error = Options::new().transport(&url).unwrap().exchange(CALL, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(Phase::Connect), "{error}");
    assert!(!error.may_have_executed());
}
