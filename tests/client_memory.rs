//! The memory that a client takes for calls and replies that are larger: one test alone in its process, since it measures
//! that process's memory.
#![cfg(all(feature = "client", target_os = "linux"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use tiny_xmlrpc::client::{Options, TransportChoice};
use tiny_xmlrpc::{Client, Limits};

/// Bytes of the base64 in each direction. In its text form it is a third more.
const SIZE: u64 = 12 << 20;

/// What may be taken beyond what the process had before.
const MOST: u64 = 4 << 20;

/// The most memory that the process has had so far, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

/// Reads requests past, and answers the `n`th with so many bytes of base64.
fn serve(stream: &TcpStream, answers: &[u64]) {
    let mut input = BufReader::new(stream);
    let mut output = stream;
    for &bytes in answers {
        let mut length = 0;
        loop {
            let mut line = String::new();
            input.read_line(&mut line).unwrap();
            if let Some(digits) = line.to_lowercase().strip_prefix("content-length: ") {
                length = digits.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let read = std::io::copy(&mut (&mut input).take(length), &mut std::io::sink()).unwrap();
        assert_eq!(read, length);

        let (start, end) =
            ("<methodResponse><params><param><value><base64>", "</base64></value></param></params></methodResponse>");
        let text = bytes / 3 * 4;
        let length = start.len() as u64 + text + end.len() as u64;
        write!(output, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{start}").unwrap();
        let piece = [b'A'; 48 * 1024];
        let mut left = text;
        while left > 0 {
            let now = left.min(piece.len() as u64);
            output.write_all(&piece[..now as usize]).unwrap();
            left -= now;
        }
        output.write_all(end.as_bytes()).unwrap();
    }
}

fn choices() -> Vec<TransportChoice> {
    vec![
        TransportChoice::Kept,
        #[cfg(feature = "ureq")]
        TransportChoice::Ureq,
    ]
}

#[test]
fn large_calls_and_replies_take_no_memory() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for _ in choices() {
            serve(&listener.accept().unwrap().0, &[3, SIZE, 3]);
        }
    });
    for choice in choices() {
        let mut options = Options::new();
        options.limits(Limits::unbounded()).choice(choice);
        let client = Client::with_options(&url, &options).unwrap();
        // Whatever is set up with the first call.
        client.stream("small").receive(|reply| Ok(std::io::copy(&mut reply.bytes()?, &mut std::io::sink())?)).unwrap();

        let before = peak();
        let down = client.stream("down");
        let received = down.receive(|reply| Ok(std::io::copy(&mut reply.bytes()?, &mut std::io::sink())?));
        assert_eq!(received.unwrap(), SIZE);
        let down = peak() - before;
        assert!(down < MOST, "{choice:?}: {down}");

        let sent = client.stream("up").params(|params| params.base64_from(std::io::repeat(0).take(SIZE)));
        sent.receive(|reply| Ok(std::io::copy(&mut reply.bytes()?, &mut std::io::sink())?)).unwrap();
        let both = peak() - before;
        assert!(both < MOST, "{choice:?}: {both}");
    }
    server.join().unwrap();
}
