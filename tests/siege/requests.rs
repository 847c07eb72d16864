//! Requests as bytes.

pub(crate) use super::raw_http::ADD;
use super::raw_http::post;

/// A call of `add(2, 3)`.
pub(crate) fn add() -> Vec<u8> {
    document("", ADD)
}

/// A document as a request, with these header fields too.
pub(crate) fn document(fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    post("/", fields, body)
}

/// The beginning of a call of `echo`.
pub(crate) const ECHO: &str = "<methodCall><methodName>echo</methodName><params><param>";

/// Asks for a page of 4 MB.
pub(crate) const LARGE: &[u8] = b"GET /4 HTTP/1.1\r\nHost: a\r\n\r\n";

/// A call that says little and would come out as 200 MB (20 without optimisation, since it has to be made too).
#[cfg(feature = "gzip")]
pub(crate) fn gzip_bomb() -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(ECHO.as_bytes()).unwrap();
    encoder.write_all(b"<value><string>").unwrap();
    for _ in 0..if super::FULL { 200 } else { 20 } {
        encoder.write_all(&[b'x'; 1_000_000]).unwrap();
    }
    encoder.write_all(b"</string></value></param></params></methodCall>").unwrap();
    document("Content-Encoding: gzip\r\n", encoder.finish().unwrap())
}
