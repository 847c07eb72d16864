//! Base64 (RFC 4648), both ways: whole, and in pieces cut anywhere.
//!
//! Reading takes line breaks and white space anywhere and does without padding, as peers' output
//! wants; anything else outside of the alphabet is an error, never skipped.

use alloc::vec::Vec;

use base64_simd::{AsOut, STANDARD, STANDARD_NO_PAD};
use memchr::memchr;

/// The text is not base64: at which byte of the piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadBase64(pub(crate) usize);

/// How much is gathered before it is decoded: whole groups of four.
const BLOCK: usize = 4096;

/// How much of a line is decoded at once from where it stands: bounded, since it is gone through again where it is
/// not all letters.
const STRETCH: usize = 16 * BLOCK;

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
        let mut at = self.push_lines(piece, out);
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

    /// Decodes as much of the beginning of the piece as is lines of letters and nothing else: how much that was.
    ///
    /// Nobody looks at the letters but the decoder, and what it refuses is left to be looked at one by one.
    pub(crate) fn push_lines(&mut self, piece: &[u8], out: &mut Vec<u8>) -> usize {
        // The padding is not for here.
        let last = piece.iter().rposition(|byte| !matches!(byte, b'=' | b' ' | b'\t' | b'\r' | b'\n'));
        let body = last.and_then(|last| piece.get(..=last)).unwrap_or_default();
        let mut done = 0;
        while let Some(rest) = body.get(done..).filter(|rest| self.padding == 0 && !rest.is_empty()) {
            let carried = self.carry.len();
            let taken = match self.long_line(rest, out) {
                Some(taken) => taken,
                None => self.short_lines(rest, out),
            };
            if taken == 0 {
                self.carry.truncate(carried);
                break;
            }
            done += taken;
        }
        done
    }

    /// Decodes a piece that is letters alone. Of any other nothing is taken, and the answer is `false`.
    pub(crate) fn push_letters(&mut self, piece: &[u8], out: &mut Vec<u8>) -> bool {
        let missing = self.carry.len().wrapping_neg() % 4;
        if self.padding > 0 {
            return false;
        }
        let Some((first, rest)) = piece.split_at_checked(missing) else {
            let letters = piece.iter().all(|&byte| is_letter(byte));
            self.carry.extend_from_slice(if letters { piece } else { &[] });
            return letters;
        };
        let Some((groups, tail)) = rest.split_at_checked(rest.len() / 4 * 4) else { return false };
        let (carried, before) = (self.carry.len(), out.len());
        self.carry.extend_from_slice(first);
        let decoded = append(&self.carry, out).and_then(|()| append(groups, out));
        if decoded.is_err() || !tail.iter().all(|&byte| is_letter(byte)) {
            out.truncate(before);
            self.carry.truncate(carried);
            return false;
        }
        self.carry.clear();
        self.carry.extend_from_slice(tail);
        true
    }

    /// Decodes the line at the front, if it is a long one, from where it stands.
    fn long_line(&mut self, rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        let rest = rest.get(..STRETCH).unwrap_or(rest);
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        // What is missing to a group of four.
        let missing = self.carry.len().wrapping_neg() % 4;
        let groups = length.checked_sub(missing).filter(|&length| length >= BLOCK)? / 4 * 4;
        let end = missing + groups;
        let carried = self.carry.len();
        self.carry.extend_from_slice(rest.get(..missing)?);
        let before = out.len();
        let decoded = append(&self.carry, out).and_then(|()| append(rest.get(missing..end).unwrap_or_default(), out));
        if decoded.is_err() {
            out.truncate(before);
            self.carry.truncate(carried);
            return None;
        }
        self.carry.clear();
        Some(end)
    }

    /// Decodes lines that together make a block, or all that there are: how much was taken of them.
    fn short_lines(&mut self, rest: &[u8], out: &mut Vec<u8>) -> usize {
        let mut end = 0;
        while self.carry.len() < BLOCK {
            let ahead = rest.get(end..).unwrap_or_default();
            let ahead = ahead.get(..BLOCK).unwrap_or(ahead);
            let Some(length) = memchr(b'\n', ahead) else {
                self.carry.extend_from_slice(without_blanks(ahead));
                end += ahead.len();
                break;
            };
            self.carry.extend_from_slice(without_blanks(ahead.get(..length).unwrap_or_default()));
            end += length + 1;
        }
        let (groups, tail) = self.carry.split_at_checked(self.carry.len() / 4 * 4).unwrap_or((&self.carry, &[]));
        if !tail.iter().all(|&byte| is_letter(byte)) || append(groups, out).is_err() {
            return 0;
        }
        let whole = groups.len();
        self.carry.drain(..whole);
        end
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

/// Decodes whole groups; where that fails nothing is appended.
fn append(groups: &[u8], out: &mut Vec<u8>) -> Result<(), ()> {
    // Else it would grow to no more than what it needs, each time.
    out.reserve(groups.len() / 4 * 3);
    STANDARD_NO_PAD.decode_append(groups, out).map_err(|_| ())
}

/// A line without the white space around it.
fn without_blanks(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r'] = line {
        line = rest;
    }
    line
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// The index of the first byte that is not of the alphabet, or the length; blocks without a branch.
fn find_non_letter(bytes: &[u8]) -> usize {
    let mut done = 0;
    let blocks = bytes.chunks_exact(16);
    let (whole, tail) = (blocks.len() * 16, blocks.remainder());
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
    let rest = if done == whole { tail } else { bytes.get(done..).unwrap_or_default() };
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
            let lines = |letters: usize, end: &'static str| -> String {
                text.as_bytes().chunks(letters).flat_map(|l| [core::str::from_utf8(l).unwrap(), end]).collect()
            };
            let wrapped = lines(76, "\r\n");
            for text in [&wrapped, &lines(75, "\n"), &lines(4097, " \r\n\t "), &lines(4200, "\n\n"), &lines(1, " ")] {
                assert_eq!(decode(text.as_bytes()).unwrap(), bytes);
            }
            let bare = text.trim_end_matches('=');
            assert_eq!(decode(bare.as_bytes()).unwrap(), bytes);
            for size in [1, 2, 3, 5, 7, 4095, 4096, 5000] {
                assert_eq!(in_pieces(wrapped.as_bytes(), size).unwrap(), bytes, "{length} by {size}");
            }
        }
    }

    #[test]
    fn the_first_wrong_byte_is_named_wherever_it_is() {
        for wrap in [76, 5000, 200_000] {
            let text: Vec<u8> = (0..150_000).map(|at| if at % wrap == wrap - 1 { b'\n' } else { b'A' }).collect();
            for at in [0, 1, 75, 4095, 4096, 65_537, 70_000, 149_999] {
                for wrong in [b'*', b'\r' + 1, 0x80] {
                    let mut text = text.clone();
                    text[at] = wrong;
                    assert_eq!(decode(&text), Err(BadBase64(at)), "{wrong} at {at} by {wrap}");
                }
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

    #[test]
    fn letters_alone_or_nothing() {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        for piece in ["eW9", "", "1", "IGNhbiByZWFkIHRoaX", "M", "h"] {
            assert!(decoder.push_letters(piece.as_bytes(), &mut out), "{piece}");
        }
        for piece in ["eW91 ", "=", "eW91\n", "e-", "eW91<", "\u{e9}", "IGNhbiByZWFkIHRoaX="] {
            assert!(!decoder.push_letters(piece.as_bytes(), &mut out), "{piece}");
        }
        decoder.finish(&mut out).unwrap();
        assert_eq!(out, b"you can read this!");
    }
}
