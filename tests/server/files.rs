//! Files as results: sent from where they are.

use std::fs::File;
use std::io::{Read, Write};

use super::serving::Serving;
use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Client, Limits, Result, Stream};

/// More than sockets take at once.
const SIZE: u64 = 16 << 20;

/// A server of a file, on one thread, and the file.
fn serve() -> (Serving, File) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"beginning").unwrap();
    file.set_len(SIZE).unwrap();
    let served = file.try_clone().unwrap();
    let server = Serving::start(Config::default(), move |server| {
        server.add("file", move || served.try_clone().map(Stream::file));
        server.add("add", |a: i32, b: i32| a + b);
    });
    (server, file)
}

/// Calls the method, does something when the first bytes are there, and reads the others.
fn receive(server: &Serving, meanwhile: impl FnOnce()) -> Result<u64> {
    let mut limits = Limits::default();
    (limits.bytes, limits.text) = (u64::MAX, u64::MAX);
    let client = Client::with_options(&server.url, Options::new().limits(limits)).unwrap();
    client.stream("file").receive(|reply| {
        let mut bytes = reply.bytes()?;
        let mut beginning = [0; 9];
        bytes.read_exact(&mut beginning)?;
        assert_eq!(&beginning, b"beginning");
        meanwhile();
        Ok(9 + std::io::copy(&mut bytes, &mut std::io::sink())?)
    })
}

#[test]
fn a_client_that_takes_its_time_holds_up_nobody() {
    let (server, _file) = serve();
    let received = receive(&server, || {
        let other = Client::new(&server.url).unwrap();
        for number in 0..10 {
            assert_eq!(other.call::<i32>("add", (number, 1)).unwrap(), number + 1);
        }
    });
    assert_eq!(received.unwrap(), SIZE);
}

#[test]
fn a_file_that_becomes_shorter_breaks_the_reply_off() {
    let (server, file) = serve();
    let error = receive(&server, || file.set_len(1000).unwrap()).unwrap_err();
    assert!(error.to_string().contains("end"), "{error}");
    assert!(matches!(error.kind(), tiny_xmlrpc::ErrorKind::Transport(_)), "{error:?}");
    // The server goes on, with what is there now.
    assert_eq!(receive(&server, || {}).unwrap(), 1000);
}
