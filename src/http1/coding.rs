//! The one coding of a body that is known here (RFC 9110, section 8.4.1.3): what it is called, and whom it suits.

/// Bodies from this size on are compressed: what fits in one packet gains nothing. Python's server has the same.
#[cfg(feature = "gzip")]
pub(crate) const WORTH_GZIP: usize = 1400;

/// Whether a coding of this name is gzip.
pub(crate) fn is_gzip(coding: &[u8]) -> bool {
    coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
}

/// Whether who sends this `Accept-Encoding` takes gzip: it names it, with a weight that is not 0.
#[cfg(all(feature = "gzip", feature = "server"))]
pub(crate) fn accepts_gzip(field: &[u8]) -> bool {
    let mut codings = core::str::from_utf8(field).unwrap_or_default().split(',');
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let refused = |part: &str| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        };
        parts.next().is_some_and(|coding| is_gzip(coding.as_bytes())) && !parts.any(refused)
    })
}

#[cfg(all(test, feature = "gzip", feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn knows_who_takes_it() {
        for (field, accepted) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("x-gzip", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, br", false),
            ("*", false),
            ("gzipped", false),
            ("", false),
        ] {
            assert_eq!(accepts_gzip(field.as_bytes()), accepted, "{field}");
        }
    }
}
