//! The fields of a head that frame the message → how the end of its body is told, for both sides.

use super::Version;

/// How the end of a body is told (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes, none for a message without a body.
    Length(u64),
    /// In chunks, each with its size before it.
    Chunked,
    /// Until the connection closes. Replies only.
    UntilClose,
}

/// What the framing fields of a head say, gathered while its fields are walked.
#[derive(Default)]
pub(crate) struct FramingFields<'b> {
    length: Option<&'b [u8]>,
    coding: Option<&'b [u8]>,
    close: bool,
    keep_alive: bool,
}

impl<'b> FramingFields<'b> {
    /// Takes note of a field if it is one of those that frame the message.
    pub(crate) fn note(&mut self, name: &str, value: &'b [u8]) -> Result<(), &'static str> {
        // The lengths sort out most fields before a text is compared.
        let (place, twice) = match name.len() {
            // Equal values twice are refused as well: no XML-RPC peer sends them, some proxies join them.
            14 if name.eq_ignore_ascii_case("content-length") => (&mut self.length, "more than one Content-Length"),
            17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                (&mut self.coding, "more than one Transfer-Encoding")
            }
            10 if name.eq_ignore_ascii_case("connection") => {
                for option in value.split(|&byte| byte == b',') {
                    let option = option.trim_ascii();
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        if place.replace(value).is_some() {
            return Err(twice);
        }
        Ok(())
    }

    /// Whether the connection may carry another message after this one (RFC 9112, section 9.3).
    pub(crate) fn stays_open(&self, version: Version) -> bool {
        match version {
            Version::Http10 => self.keep_alive && !self.close,
            Version::Http11 => !self.close,
        }
    }

    /// The framing that was declared, if one was. The flag of an error says that the coding is one we don't know.
    pub(crate) fn framing(&self, version: Version) -> Result<Option<Framing>, (bool, &'static str)> {
        match (self.coding, self.length) {
            (Some(_), Some(_)) => Err((false, "both Transfer-Encoding and Content-Length")),
            (Some(_), None) if version == Version::Http10 => Err((false, "Transfer-Encoding in HTTP/1.0")),
            (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Some(Framing::Chunked)),
            (Some(_), None) => Err((true, "expected Transfer-Encoding chunked alone")),
            (None, Some(length)) => Ok(Some(Framing::Length(parse_length(length).map_err(|text| (false, text))?))),
            (None, None) => Ok(None),
        }
    }
}

/// `Content-Length = 1*DIGIT`. A number beyond 64 bits is told as the largest one: it is over every limit.
fn parse_length(text: &[u8]) -> Result<u64, &'static str> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err("expected digits in Content-Length");
    }
    Ok(text.iter().fold(0_u64, |sum, &digit| sum.saturating_mul(10).saturating_add(u64::from(digit & 0x0f))))
}
