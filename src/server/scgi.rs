//! The head of an SCGI request: a netstring of variables, `70:CONTENT_LENGTH\027\0SCGI\01\0…,`
//! (<https://python.ca/scgi/protocol.txt>), with the body behind it.

use super::gateway::{Described, head_of};
use crate::http1::{HeadError, MAX_HEAD};

/// Digits of a netstring's size.
const MAX_DIGITS: usize = 5;

/// The size of the netstring with all around it, the head of the HTTP request it stands for, and on whose behalf the web
/// server asks; once all of it is there, and `None` until then.
///
/// # Errors
/// 400 if it is malformed, 431 if it is too large.
pub(super) fn head(input: &[u8]) -> Result<Option<(usize, Described)>, HeadError> {
    const MALFORMED: HeadError = HeadError::new(400, "expected an SCGI request");
    let digits = input.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = input.split_at_checked(digits).unwrap_or_default();
    if digits > MAX_DIGITS || (digits > 1 && number.starts_with(b"0")) {
        return Err(MALFORMED);
    }
    let rest = match rest.split_first() {
        None => return Ok(None),
        Some((b':', rest)) if digits > 0 => rest,
        Some(_) => return Err(MALFORMED),
    };
    let size = number
        .iter()
        .fold(0_usize, |sum, &digit| sum.saturating_mul(10).saturating_add(usize::from(digit.saturating_sub(b'0'))));
    if size > MAX_HEAD {
        return Err(HeadError::new(431, "head larger than 16 KiB"));
    }
    let (Some(variables), Some(&end)) = (rest.get(..size), rest.get(size)) else { return Ok(None) };
    if end != b',' || !variables.starts_with(b"CONTENT_LENGTH\0") {
        return Err(MALFORMED);
    }
    let variables = variables.strip_suffix(b"\0").ok_or(MALFORMED)?;
    let mut parts = variables.split(|&byte| byte == 0);
    let mut pairs = Vec::new();
    while let Some(name) = parts.next() {
        pairs.push((name, parts.next().ok_or(MALFORMED)?));
    }
    if !pairs.contains(&(&b"SCGI"[..], &b"1"[..])) {
        return Err(MALFORMED);
    }
    let twice = |name: &[u8]| pairs.iter().filter(|pair| pair.0 == name).count() > 1;
    if twice(b"CONTENT_LENGTH") || twice(b"REQUEST_METHOD") || twice(b"REQUEST_URI") {
        return Err(MALFORMED);
    }
    let described = head_of(pairs)?;
    let around = digits.saturating_add(2);
    Ok(Some((size.saturating_add(around), described)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn netstring(variables: &[&str]) -> Vec<u8> {
        let joined: String = variables.iter().flat_map(|text| [text, "\0"]).collect();
        format!("{}:{joined},", joined.len()).into_bytes()
    }

    #[test]
    fn reads_the_example_of_the_protocol() {
        let mut input =
            netstring(&["CONTENT_LENGTH", "27", "SCGI", "1", "REQUEST_METHOD", "POST", "REQUEST_URI", "/x"]);
        assert!(input.starts_with(b"60:CONTENT_LENGTH\x0027\0SCGI\x001\0"));
        for end in 0..input.len() {
            assert_eq!(head(&input[..end]), Ok(None), "{end}");
        }
        let size = input.len();
        input.extend_from_slice(b"What is the answer to life?");
        let expected = "POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 27\r\nConnection: close\r\n\r\n";
        assert_eq!(head(&input), Ok(Some((size, (expected.into(), None)))));
    }

    #[test]
    fn refuses_what_is_not_scgi() {
        for (input, status) in [
            (&b"POST / HTTP/1.1\r\n"[..], 400),
            (b":", 400),
            (b"01:x", 400),
            (b"123456", 400),
            (b"+5:", 400),
            (b"16385:", 431),
            (b"1:x,", 400),
            (b"5:abcde;", 400),
        ] {
            assert_eq!(head(input).unwrap_err().status, status, "{}", input.escape_ascii());
        }
        for variables in [
            &["SCGI", "1", "CONTENT_LENGTH", "0", "REQUEST_METHOD", "GET"][..],
            &["CONTENT_LENGTH", "0", "REQUEST_METHOD", "GET"],
            &["CONTENT_LENGTH", "0", "SCGI", "1", "REQUEST_METHOD"],
            &["CONTENT_LENGTH", "0", "SCGI", "1", "REQUEST_METHOD", "GET", "CONTENT_LENGTH", "5"],
            &["CONTENT_LENGTH", "0", "SCGI", "1"],
            &["CONTENT_LENGTH", "x", "SCGI", "1", "REQUEST_METHOD", "GET\r\n"],
        ] {
            assert_eq!(head(&netstring(variables)).unwrap_err().status, 400, "{variables:?}");
        }
    }
}
