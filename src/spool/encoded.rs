//! A file → its base64, from any place on.

use std::fs::File;
use std::io;

use base64_simd::{AsOut, STANDARD};

use super::read_file_at;

/// Bytes of the file that are encoded at once: whole groups of three.
const BLOCK: usize = 24 * 1024;

/// A file that is told in base64. It is encoded when it is read, so it takes neither memory nor disk.
#[derive(Debug)]
pub(super) struct Encoded {
    file: File,
    /// Bytes of the file, as it was in the beginning.
    size: u64,
}

impl Encoded {
    pub(super) fn new(file: File, size: u64) -> Self {
        Self { file, size }
    }

    /// Letters of base64 that so many bytes are, padding included.
    pub(super) fn letters(size: u64) -> u64 {
        size.div_ceil(3).saturating_mul(4)
    }

    /// Reads letters from this place on, some at least. 0 at the end, or into an empty buffer.
    pub(super) fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let from = (at / 4).saturating_mul(3);
        let left = usize::try_from(self.size.saturating_sub(from)).unwrap_or(usize::MAX);
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let whole = (buffer.len() / 4).saturating_mul(3).min(left).min(BLOCK);
        if at % 4 == 0 && whole > 0 {
            let mut bytes = [0; BLOCK];
            let bytes = bytes.get_mut(..whole).unwrap_or_default();
            self.read_exact(from, bytes)?;
            return Ok(STANDARD.encode(bytes, buffer.as_out()).len());
        }
        // The rest of a group, or the beginning of one for which there is no room.
        let (mut bytes, mut letters) = ([0; 3], [0; 4]);
        let bytes = bytes.get_mut(..left.min(3)).unwrap_or_default();
        self.read_exact(from, bytes)?;
        let letters = STANDARD.encode(bytes, letters.as_mut_slice().as_out());
        let wanted = letters.iter().skip(usize::try_from(at % 4).unwrap_or(0));
        Ok(buffer.iter_mut().zip(wanted).map(|(to, from)| *to = *from).count())
    }

    /// Reads all letters.
    pub(super) fn read_to_end(&self, letters: &mut Vec<u8>) -> io::Result<()> {
        let (mut at, mut buffer) = (0, [0; 4096]);
        loop {
            let count = self.read_at(at, &mut buffer)?;
            let Some(piece @ [_, ..]) = buffer.get(..count) else { return Ok(()) };
            letters.extend_from_slice(piece);
            at = at.saturating_add(count as u64);
        }
    }

    /// Fills the buffer. A file that is shorter than it was is an error.
    fn read_exact(&self, mut at: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            match read_file_at(&self.file, at, buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    at = at.saturating_add(count as u64);
                    buffer = buffer.get_mut(count..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn tells_the_same_from_any_place_in_pieces_of_any_size() {
        for size in [0, 1, 2, 3, 4, 5, 100, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 2] {
            let bytes: Vec<u8> = (0..size).map(|number| (number % 251) as u8).collect();
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            let encoded = Encoded::new(file, size as u64);
            let expected = STANDARD.encode_to_string(&bytes).into_bytes();
            assert_eq!(Encoded::letters(size as u64), expected.len() as u64);
            for piece in [1, 2, 3, 4, 5, 7, 8, 4096, 1 << 20] {
                let step = if size > 100 && piece < 8 { 50_000 } else { 1 };
                let mut buffer = vec![0; piece];
                let mut at = 0;
                while at < expected.len() {
                    let count = encoded.read_at(at as u64, &mut buffer).unwrap();
                    assert!(count > 0 && buffer[..count] == expected[at..at + count], "{size} {piece} {at}");
                    at += count + if step > 1 { piece * step / 7 } else { 0 };
                }
                assert_eq!(encoded.read_at(expected.len() as u64, &mut buffer).unwrap(), 0);
            }
        }
    }

    #[test]
    fn a_file_that_has_shrunk_is_an_error() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(10).unwrap();
        let encoded = Encoded::new(file.try_clone().unwrap(), 10);
        file.set_len(5).unwrap();
        let mut buffer = [0; 100];
        assert_eq!(encoded.read_at(0, &mut buffer).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(encoded.read_at(0, &mut buffer[..3]).unwrap(), 3);
    }
}
