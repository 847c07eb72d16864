//! A server without descriptors for those who come.

use std::fs::File;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::process::{PATIENCE, Share, itself};
use super::requests::add;
use tiny_xmlrpc::Server;

const FEW: &str = "TEST_FEW_DESCRIPTORS";
const NAME: &str = "descriptors::want_of_descriptors_is_logged_once_and_survived";

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push_str(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs itself with few descriptors, so that there is no need to change those of the other tests.
#[test]
fn want_of_descriptors_is_logged_once_and_survived() {
    if std::env::var_os(FEW).is_some() {
        return with_few_descriptors();
    }
    let output = itself(NAME, FEW, "1", Share::descriptors(64)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn with_few_descriptors() {
    let lines = Lines::default();
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    server.add("add", |a: i32, b: i32| a + b);
    server.log_to(lines.clone());
    let address = server.local_addr().unwrap();
    // All but the one for the client's end.
    let mut files: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    files.pop();
    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client.write_all(&add()).unwrap();
    // It is tried again and again, with rests between the tries.
    while server.stats().exhausted < 4 {
        assert!(!server.handle_request_timeout(Duration::from_millis(50)).unwrap());
    }
    let tries = server.stats().exhausted;
    let log = lines.0.lock().unwrap().clone();
    assert!(log.starts_with("# [") && log.contains(" +0000] cannot accept connections: "), "{log}");
    assert!(log.contains("(os error 24)") && log.ends_with('\n'), "{log}");
    assert_eq!(log.lines().count(), 1, "of {tries} tries: {log}");
    drop(files);
    assert!(server.handle_request_timeout(PATIENCE).unwrap());
    assert!(client.peek(&mut [0]).unwrap() > 0);
    let log = lines.0.lock().unwrap().clone();
    assert!(log.lines().count() == 2 && log.contains("\"add\""), "{log}");
}
