//! `https` in the default recipe of the feature `tls`: the right certificate is accepted, and each wrong one is
//! refused with an error that says what is wrong.
//!
//! The trusted certificates are the system's, read once in a process: the test makes a certificate authority, and runs
//! itself again with `SSL_CERT_FILE` pointing to it.
#![cfg(test)]

#[path = "../support/peer.rs"]
mod peer;
mod proxy;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tiny_xmlrpc::client::{Options, Tls, TlsVersion, Transport, TransportChoice, Url};
use tiny_xmlrpc::{Error, ErrorKind, Phase};

const CALL: &[u8] = b"<methodCall><methodName>x</methodName></methodCall>";
const ANSWER: &[u8] = b"<methodResponse><params><param><value/></param></params></methodResponse>";

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

/// A certificate for these names, signed by `issuer`, and its key.
fn signed(names: &[&str], issuer: &Issuer<'_, KeyPair>) -> (rcgen::Certificate, KeyPair) {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    (CertificateParams::new(names).unwrap().signed_by(&key, issuer).unwrap(), key)
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
            answer(&mut stream);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    address
}

/// Answers one call, unless there is none: a client that refuses the certificate makes none.
fn answer(stream: &mut (impl Read + Write)) {
    let mut request = Vec::new();
    while !request.ends_with(b"</methodCall>") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1..) => request.extend(byte),
            _ => return,
        }
    }
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", ANSWER.len());
    stream.write_all(&[head.as_bytes(), ANSWER].concat()).unwrap();
}

#[test]
fn certificates_are_verified() {
    // The system's certificates are looked up once for a process, so the client is one: this test, run again.
    if let Ok(calls) = std::env::var("TLS_TEST_CALLS") {
        return as_a_client_of_these(&calls);
    }
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
        .args(["--exact", "certificates_are_verified", "--nocapture"])
        .env("SSL_CERT_FILE", &file)
        .env_remove("SSL_CERT_DIR")
        .env("TLS_TEST_CALLS", calls.join("\n"))
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What the test above does in a process with certificates of its own.
fn as_a_client_of_these(calls: &str) {
    for call in calls.lines() {
        let (authority, expected) = call.split_once(' ').unwrap();
        let url: Url = format!("https://u:secret@{authority}/").parse().unwrap();
        for choice in [TransportChoice::Automatic, TransportChoice::Ureq] {
            let mut transport = Options::new().choice(choice).transport(&url).unwrap();
            let mut reply = Vec::new();
            match transport.exchange(CALL, &mut reply) {
                Ok(_) => {
                    assert_eq!(expected, "ok", "{call}");
                    assert_eq!(reply, ANSWER);
                }
                Err(error) => assert_refused(&error, expected),
            }
        }
    }
}

#[track_caller]
fn assert_refused(error: &Error, expected: &str) {
    let text = error.to_string();
    assert!(text.contains(expected) && !text.contains("secret"), "expected {expected}, found {text}");
    assert_eq!(error.kind(), ErrorKind::Transport(Phase::Tls), "{text}");
    assert!(!error.may_have_executed() && !error.is_timeout() && !error.is_retryable(), "{text}");
}

/// One call with these settings.
fn call(address: SocketAddr, tls: Tls) -> Result<(), Error> {
    let url: Url = format!("https://localhost:{}/", address.port()).parse().unwrap();
    let mut reply = Vec::new();
    Options::new().tls(tls).transport(&url).unwrap().exchange(CALL, &mut reply)?;
    assert_eq!(reply, ANSWER);
    Ok(())
}

#[test]
fn other_authorities_than_the_systems_are_trusted_if_named() {
    let (own, stranger) = (authority("trusted in this test"), authority("unknown to everybody"));
    let (good, unknown) = (serve(&["localhost"], &own, false), serve(&["localhost"], &stranger, false));
    let (wrong_name, expired) = (serve(&["example.org"], &own, false), serve(&["localhost"], &own, true));
    let trusting = || Tls::new().trust_only(own.pem().as_bytes()).unwrap();
    call(good, trusting()).unwrap();
    assert_refused(&call(unknown, trusting()).unwrap_err(), "expected an issuer that is trusted");
    assert_refused(&call(wrong_name, trusting()).unwrap_err(), "not valid for name");
    assert_refused(&call(expired, trusting()).unwrap_err(), "expired");
    assert_refused(&call(good, Tls::new()).unwrap_err(), "certificate was refused");
}

/// A configuration of a server's, with a certificate from `issuer` and one more step.
fn server(
    issuer: &Issuer<'_, KeyPair>,
    versions: &[&'static rustls::SupportedProtocolVersion],
    clients: Option<Arc<dyn rustls::server::danger::ClientCertVerifier>>,
) -> SocketAddr {
    let (certificate, key) = signed(&["localhost"], issuer);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    let builder = match clients {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    listen(Arc::new(builder.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap()))
}

#[test]
fn client_certificates_are_sent() {
    let own = authority("trusted in this test");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(own.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let address = server(&own, rustls::ALL_VERSIONS, Some(verifier.unwrap()));
    let trusting = || Tls::new().trust_only(own.pem().as_bytes()).unwrap();
    let (certificate, key) = signed(&["me"], &own);
    let (pem, key_pem) = (certificate.pem(), key.serialize_pem());
    call(address, trusting().client_certificate(pem.as_bytes(), key_pem.as_bytes()).unwrap()).unwrap();
    // In TLS 1.3 the server refuses behind the handshake: what was sent by then cannot be known.
    assert!(call(address, trusting()).unwrap_err().may_have_executed());
    let another = KeyPair::generate().unwrap().serialize_pem();
    let error = trusting().client_certificate(pem.as_bytes(), another.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
}

#[test]
fn the_minimum_version_is_kept_to() {
    let own = authority("trusted in this test");
    let trusting = || Tls::new().trust_only(own.pem().as_bytes()).unwrap();
    let old = server(&own, &[&rustls::version::TLS12], None);
    call(old, trusting()).unwrap();
    let error = call(old, trusting().minimum(TlsVersion::Tls13)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(Phase::Tls), "{error}");
    call(server(&own, rustls::ALL_VERSIONS, None), trusting().minimum(TlsVersion::Tls13)).unwrap();
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
fn nobody_listening_is_told() {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let url: Url = format!("https://{address}/").parse().unwrap();
    let error = Options::new().transport(&url).unwrap().exchange(CALL, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(Phase::Connect), "{error}");
    assert!(!error.may_have_executed());
}
