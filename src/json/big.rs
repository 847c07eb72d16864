//! Integers of more than 64 bits: serde_json makes doubles of them, so their digits are found in the text.

use alloc::vec::Vec;
use core::ops::Range;

/// No integer of less digits than these is beyond 64 bits.
const DIGITS: usize = 19;

/// The integers beyond 64 bits that stand in a text: each with its place among all the numbers there.
#[derive(Debug, Default)]
pub(super) struct BigIntegers {
    found: Vec<(usize, Range<usize>)>,
    /// Numbers that have been read.
    read: usize,
    /// Of those in `found`, how many.
    passed: usize,
}

impl BigIntegers {
    /// Most texts have none, which is found out by a look at every nineteenth byte.
    pub(super) fn in_text(text: &str) -> Self {
        let mut found = Vec::new();
        if has_run(text.as_bytes()) {
            let mut place: usize = 0;
            each_number(text, |span| {
                let number = text.get(span.clone()).unwrap_or_default();
                let is_integer = number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit());
                if number.len() >= DIGITS && is_integer && number.parse::<i64>().is_err() {
                    found.push((place, span));
                }
                place = place.saturating_add(1);
            });
        }
        Self { found, read: 0, passed: 0 }
    }

    /// The next number has been read: where its digits stand, if it is one of these.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Range<usize>> {
        let (place, span) = self.found.get(self.passed)?;
        let is_it = *place == self.read;
        let span = span.clone();
        self.read = self.read.saturating_add(1);
        if is_it {
            self.passed = self.passed.saturating_add(1);
        }
        is_it.then_some(span)
    }

    /// This part of the text has been passed over.
    pub(super) fn skip(&mut self, part: &str) {
        if !self.found.is_empty() {
            each_number(part, |_| {
                self.next();
            });
        }
    }
}

/// Whether so many digits stand in a row anywhere.
fn has_run(text: &[u8]) -> bool {
    let mut at = DIGITS.saturating_sub(1);
    while let Some(byte) = text.get(at) {
        if byte.is_ascii_digit() {
            let before = text.get(..at).unwrap_or_default().iter().rev().take_while(|byte| byte.is_ascii_digit());
            let after = text.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit());
            if before.take(DIGITS).count().saturating_add(after.take(DIGITS).count()) >= DIGITS {
                return true;
            }
        }
        at = at.saturating_add(DIGITS);
    }
    false
}

/// Where each number stands in a text that is JSON, or begins as JSON does.
fn each_number(text: &str, mut found: impl FnMut(Range<usize>)) {
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((start, byte)) = bytes.next() {
        match byte {
            b'"' => {
                while let Some((_, byte)) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            b'-' | b'0'..=b'9' => {
                let mut end = start.saturating_add(1);
                while let Some((at, _)) =
                    bytes.next_if(|(_, byte)| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
                {
                    end = at.saturating_add(1);
                }
                found(start..end);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_beyond_64_bits() {
        let text = r#"[1, "12345678901234567890123 \" 5", -9223372036854775808, 9223372036854775807,
            9223372036854775808, -9223372036854775809, 1234567890123456789012345.0, {"a": 1e300, "b":123456789012345678901}]"#;
        let big = BigIntegers::in_text(text);
        let found: Vec<_> = big.found.iter().map(|(place, span)| (*place, &text[span.clone()])).collect();
        let expected = [(3, "9223372036854775808"), (4, "-9223372036854775809"), (7, "123456789012345678901")];
        assert_eq!(found, expected);
    }

    #[test]
    fn runs_are_found_wherever_they_are() {
        for before in 0..45 {
            for length in 0..45 {
                let text = alloc::format!("{}{}x", "y".repeat(before), "7".repeat(length));
                assert_eq!(has_run(text.as_bytes()), length >= DIGITS, "{before} {length}");
            }
        }
    }
}
