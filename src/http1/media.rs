//! The parameters of a `Content-Type`.

/// The value of its `charset` parameter (RFC 9110, section 8.3.2), which outranks what a document says of
/// itself (RFC 7303, section 3).
pub(crate) fn charset_of(content_type: &str) -> Option<&str> {
    // Mostly there is none, and finding that out needs no search that has to be set up.
    let at = content_type.bytes().position(|byte| byte == b';')?;
    let mut rest = content_type.get(at..)?;
    loop {
        rest = rest.split_once(';')?.1.trim_start();
        let (name, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        if name.trim().eq_ignore_ascii_case("charset") {
            return Some(value.trim()).filter(|value| !value.is_empty());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_charset() {
        for (content_type, charset) in [
            ("text/xml", None),
            ("text/xml;charset=utf-8", Some("utf-8")),
            ("text/xml; Charset = UTF-8 ", Some("UTF-8")),
            ("text/xml; a=\"x; charset=b\"; charset=\"c\"", Some("c")),
            ("text/xml; charset=", None),
            ("text/xml; charset", None),
            ("text/xml; charset=\"x", None),
            ("; charset=x; y=z", Some("x")),
            ("", None),
            (";;;=;", None),
        ] {
            assert_eq!(charset_of(content_type), charset, "{content_type:?}");
        }
    }
}
