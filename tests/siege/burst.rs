//! Many kept connections that all ask at once.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::FULL;
use super::besieged::Besieged;
use super::process::{PATIENCE, Share};
use super::requests::add;

#[test]
fn a_burst_on_64_kept_connections_is_answered_whole() {
    let server = Besieged::start(Share::FULL, None);
    let mut streams: Vec<TcpStream> = (0..64).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    for stream in &mut streams {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
    }
    for round in 0..if FULL { 500 } else { 50 } {
        // Now and then several at once on each.
        let each = if round % 5 == 4 { 10 } else { 1 };
        let requests = add().repeat(each);
        for stream in &mut streams {
            stream.write_all(&requests).unwrap();
        }
        for stream in &mut streams {
            let mut answers = String::new();
            let mut buffer = [0; 4096];
            while answers.matches("</methodResponse>").count() < each {
                let count = stream.read(&mut buffer).unwrap();
                assert!(count > 0, "{answers}");
                answers.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            }
            assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), each);
            assert_eq!(answers.matches("<int>5</int>").count(), each);
            assert!(answers.trim_end().ends_with("</methodResponse>"), "{answers}");
        }
    }
}
