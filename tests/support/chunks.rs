//! A stream that gives so many bytes a read and no more.

use std::io::{self, Read};

pub struct Chunks<'b> {
    bytes: &'b [u8],
    size: usize,
}

impl<'b> Chunks<'b> {
    pub fn new(bytes: &'b [u8], size: usize) -> Self {
        Self { bytes, size }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(buffer.len());
        self.bytes.read(&mut buffer[..size])
    }
}
