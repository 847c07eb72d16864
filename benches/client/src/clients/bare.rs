//! A socket alone: the request's bytes out by one write, the reply's in by as many reads as it takes, which is one.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::{CALL, Calls, function, sum_of};
use crate::server::ANSWER;

pub(super) fn kept(url: &str) -> Result<Box<dyn Calls>, String> {
    let (authority, request) = request(url, "");
    let mut stream = TcpStream::connect(authority).map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let mut buffer = vec![0; 16 * 1024];
    function(move || exchange(&mut stream, &request, &mut buffer))
}

pub(super) fn once(url: &str) -> Result<Box<dyn Calls>, String> {
    let (authority, request) = request(url, "Connection: close\r\n");
    let mut buffer = vec![0; 16 * 1024];
    function(move || {
        let mut stream = TcpStream::connect(&authority).map_err(|error| error.to_string())?;
        exchange(&mut stream, &request, &mut buffer)
    })
}

/// With the head that tiny_xmlrpc sends.
fn request(url: &str, fields: &str) -> (String, Vec<u8>) {
    let (authority, path) = url.trim_start_matches("http://").split_once('/').unwrap_or((url, ""));
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: text/xml\r\nUser-Agent: tiny_xmlrpc/0.1.0\r\n\
         {fields}Content-Length: {}\r\n\r\n",
        CALL.len()
    );
    (authority.to_owned(), [head.as_bytes(), CALL.as_bytes()].concat())
}

fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut [u8]) -> Result<i32, String> {
    stream.write_all(request).map_err(|error| error.to_string())?;
    let mut filled = 0;
    while !buffer[..filled].ends_with(ANSWER.as_bytes()) {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => return Err("the connection ended".to_owned()),
            Ok(read) => filled += read,
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(sum_of(&buffer[..filled]))
}
