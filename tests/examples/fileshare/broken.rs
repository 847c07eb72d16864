//! Neighbours that are not in order.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// What becomes of a reply that has been begun.
pub(crate) enum Then {
    /// The connection closes.
    Close,
    /// Nothing, until the other side has gone: the sender is told that it has begun.
    Stall(std::sync::mpsc::Sender<()>),
}

/// Says hello to one caller, and begins to answer its query, with the first of a thousand million bytes. Its URL, and what
/// tells that it is over.
pub(crate) fn begins_to_answer(then: Then) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (over, is_over) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            if request(&stream).contains("<methodName>hello</methodName>") {
                reply(
                    &mut stream,
                    "<methodResponse><params><param><value><int>0</int></value></param></params></methodResponse>",
                );
                continue;
            }
            let start = "<methodResponse><params><param><value><base64>";
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{start}").unwrap();
            stream.write_all("aGFsZiBvZiBpdCBh".repeat(50_000).as_bytes()).unwrap();
            if let Then::Stall(begun) = &then {
                begun.send(()).unwrap();
                // The other side goes.
                let _ = stream.read(&mut [0]);
            }
            break;
        }
        let _ = over.send(());
    });
    (url, is_over)
}

/// Reads one request, and gives its body.
fn request(stream: &TcpStream) -> String {
    let mut input = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        if let Some(digits) = line.strip_prefix("Content-Length: ") {
            length = digits.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn reply(stream: &mut TcpStream, body: &str) {
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
}
