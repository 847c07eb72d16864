//! Base64 (RFC 4648), both ways: whole, and in pieces cut anywhere.
//!
//! Reading takes line breaks and white space anywhere and does without padding, as peers' output
//! wants; anything else outside of the alphabet is an error, never skipped.

use alloc::vec::Vec;

use base64_simd::{AsOut, STANDARD, STANDARD_NO_PAD};

/// The text is not base64: at which byte of the piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadBase64(pub(crate) usize);

/// How much is gathered before it is decoded: whole groups of four.
const BLOCK: usize = 4096;

/// Decodes a whole text.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, BadBase64> {
    // The form that nearly everybody sends has neither line breaks nor missing padding.
    if let Ok(bytes) = STANDARD.decode_to_vec(text) {
        return Ok(bytes);
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut decoder = Decoder::default();
    decoder.push(text, &mut bytes)?;
    decoder.finish(&mut bytes).map_err(|BadBase64(_)| BadBase64(text.len()))?;
    Ok(bytes)
}

/// Decodes a text that comes in pieces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decoder {
    /// Letters that do not make a group of four yet.
    carry: Vec<u8>,
    /// How many `=` have come: after the first one nothing else may.
    padding: usize,
}

impl Decoder {
    /// Decodes the next piece and appends to `out`.
    pub(crate) fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), BadBase64> {
        let mut at = 0;
        while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
            let length = find_non_letter(rest);
            let (run, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            if !run.is_empty() {
                if self.padding > 0 {
                    return Err(BadBase64(at));
                }
                self.letters(run, out).map_err(|()| BadBase64(at))?;
            }
            match after.first() {
                Some(b'=') if self.padding < 2 => self.padding += 1,
                Some(b' ' | b'\t' | b'\r' | b'\n') | None => {}
                Some(_) => return Err(BadBase64(at + length)),
            }
            at += length + 1;
        }
        Ok(())
    }

    /// How many bytes the letters will give that are not decoded yet, as far as that is certain.
    pub(crate) fn pending(&self) -> usize {
        self.carry.len() / 4 * 3
    }

    /// The end of the text: decodes what remains.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), BadBase64> {
        self.flush(out).map_err(|()| BadBase64(0))?;
        let value = |letter: u8| -> u8 {
            match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                _ => 63,
            }
        };
        // The unused bits of the last letter are passed over, as nearly all peers do.
        match (self.carry.as_slice(), self.padding) {
            ([], 0) => {}
            (&[a, b], 0 | 2) => out.push(value(a) << 2 | value(b) >> 4),
            (&[a, b, c], 0 | 1) => {
                out.extend([value(a) << 2 | value(b) >> 4, value(b) << 4 | value(c) >> 2]);
            }
            _ => return Err(BadBase64(0)),
        }
        *self = Self::default();
        Ok(())
    }

    fn letters(&mut self, mut run: &[u8], out: &mut Vec<u8>) -> Result<(), ()> {
        // A long run needs no gathering.
        if self.carry.is_empty() && run.len() >= BLOCK {
            let (groups, rest) = run.split_at_checked(run.len() / 4 * 4).unwrap_or((run, &[]));
            append(groups, out)?;
            run = rest;
        }
        self.carry.extend_from_slice(run);
        if self.carry.len() >= BLOCK {
            self.flush(out)?;
        }
        Ok(())
    }

    /// Decodes the whole groups that were gathered.
    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), ()> {
        let whole = self.carry.len() / 4 * 4;
        append(self.carry.get(..whole).unwrap_or_default(), out)?;
        self.carry.drain(..whole);
        Ok(())
    }
}

fn append(groups: &[u8], out: &mut Vec<u8>) -> Result<(), ()> {
    let start = out.len();
    out.resize(start + groups.len() / 4 * 3, 0);
    let target = out.get_mut(start..).unwrap_or_default();
    STANDARD_NO_PAD.decode(groups, target.as_out()).map(|_| ()).map_err(|_| ())
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// The index of the first byte that is not of the alphabet, or the length; blocks without a branch.
fn find_non_letter(bytes: &[u8]) -> usize {
    let mut done = 0;
    let (blocks, tail) = bytes.as_chunks::<16>();
    for block in blocks {
        let mut all = true;
        for &byte in block {
            all &= is_letter(byte);
        }
        if !all {
            break;
        }
        done += 16;
    }
    let rest = if done == blocks.len() * 16 { tail } else { bytes.get(done..).unwrap_or_default() };
    done + rest.iter().position(|&byte| !is_letter(byte)).unwrap_or(rest.len())
}

/// Hands the padded base64 form of `bytes`, without line breaks, to `out` in pieces.
pub(crate) fn encode<E>(bytes: &[u8], mut out: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let mut buffer = [0; BLOCK];
    for piece in bytes.chunks(BLOCK / 4 * 3) {
        out(STANDARD.encode(piece, buffer.as_mut_slice().as_out()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        encode(bytes, |piece| {
            text.extend_from_slice(piece);
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(text.len(), bytes.len().div_ceil(3) * 4);
        String::from_utf8(text).unwrap()
    }

    fn in_pieces(text: &[u8], size: usize) -> Result<Vec<u8>, BadBase64> {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        for piece in text.chunks(size) {
            decoder.push(piece, &mut out)?;
        }
        decoder.finish(&mut out)?;
        Ok(out)
    }

    #[test]
    fn round_trips_at_every_length_and_piece_size() {
        let bytes: Vec<u8> = (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for length in (0..70).chain([3071, 3072, 3073, 4096, 20_000]) {
            let bytes = &bytes[..length];
            let text = encoded(bytes);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes);
            let wrapped: String =
                text.as_bytes().chunks(76).flat_map(|line| [core::str::from_utf8(line).unwrap(), "\r\n"]).collect();
            assert_eq!(decode(wrapped.as_bytes()).unwrap(), bytes);
            let bare = text.trim_end_matches('=');
            assert_eq!(decode(bare.as_bytes()).unwrap(), bytes);
            for size in [1, 2, 3, 5, 7, 4095, 4096, 5000] {
                assert_eq!(in_pieces(wrapped.as_bytes(), size).unwrap(), bytes, "{length} by {size}");
            }
        }
    }

    #[test]
    fn takes_what_peers_send_and_refuses_the_rest() {
        for (text, bytes) in
            [("", ""), (" \n", ""), ("eA==", "x"), ("eA", "x"), ("eR==", "y"), ("e A =\t=", "x"), ("eHk", "xy")]
        {
            assert_eq!(decode(text.as_bytes()), Ok(bytes.into()), "{text}");
        }
        for (text, at) in [("e", 1), ("eHl6e", 5), ("eW91*IGNh", 4), ("eA=", 3), ("eA==eA==", 4), ("e===", 3), ("=", 1)]
        {
            assert_eq!(decode(text.as_bytes()), Err(BadBase64(at)), "{text}");
        }
        assert_eq!(decode("eA==".repeat(2).as_bytes()), Err(BadBase64(4)));
        assert_eq!(decode(&[0xFF; 40]), Err(BadBase64(0)));
    }
}
