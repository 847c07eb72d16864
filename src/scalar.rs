//! The lexical forms of int, double, boolean and the big numbers, both ways.
//!
//! Reading takes what peers write, with white space around it; writing gives what every peer reads.

use alloc::string::String;

use crate::ErrorKind;

/// Why a text is not of its type: the kind and what was expected.
pub(crate) type ScalarError = (ErrorKind, &'static str);

const fn scalar(message: &'static str) -> ScalarError {
    (ErrorKind::Scalar, message)
}

/// Trims what XML calls white space (XML 1.0, production 3).
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// `[+-]? [0-9]+`, leading zeros allowed, as the specification's answers say.
///
/// Digits beyond 64 bits are an error, never a wrap.
pub(crate) fn parse_integer(text: &str) -> Result<i64, ScalarError> {
    const FORM: ScalarError = scalar("expected an integer like -12");
    const RANGE: ScalarError = scalar("expected an integer of at most 64 bits");
    let text = trim(text);
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(FORM);
    }
    let mut number: i64 = 0;
    for &digit in digits {
        let digit = i64::from(digit.wrapping_sub(b'0'));
        let tens = number.checked_mul(10).ok_or(RANGE)?;
        number = if negative { tens.checked_sub(digit) } else { tens.checked_add(digit) }.ok_or(RANGE)?;
    }
    Ok(number)
}

/// The specification's plain decimals, and exponents, which most peers write for large numbers.
///
/// `nan` and the infinities in any of the peers' spellings only where `non_finite` allows them.
pub(crate) fn parse_double(text: &str, non_finite: bool) -> Result<f64, ScalarError> {
    const FORM: ScalarError = scalar("expected a decimal number like -12.214");
    const RANGE: ScalarError = scalar("expected a number of at most 1.8e308");
    let text = trim(text);
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E')) {
        let name = text.trim_start_matches(['+', '-']);
        if ["nan", "inf", "infinity"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            if !non_finite {
                return Err(scalar("expected a finite number"));
            }
            // Rust reads a signed "nan" as well; the sign of a NaN carries nothing.
            return text.parse().map_err(|_| FORM);
        }
        return Err(FORM);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(RANGE),
        Err(_) => Err(FORM),
    }
}

/// `0`, `1`, and the words that some peers write.
pub(crate) fn parse_boolean(text: &str) -> Result<bool, ScalarError> {
    match trim(text) {
        "0" | "false" => Ok(false),
        "1" | "true" => Ok(true),
        _ => Err(scalar("expected a boolean, 0 or 1")),
    }
}

/// Apache's `biginteger`: `[+-]? [0-9]+` of any length. Gives the digits as they stand.
pub(crate) fn parse_big_integer(text: &str) -> Result<&str, ScalarError> {
    let text = trim(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(scalar("expected an integer of any length"));
    }
    Ok(text)
}

/// Apache's `bigdecimal`, in the form of Java's `BigDecimal`: digits, a point, an exponent.
pub(crate) fn parse_big_decimal(text: &str) -> Result<&str, ScalarError> {
    let text = trim(text);
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (number, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let some = !exponent.is_empty() && !(whole.is_empty() && (fraction.is_empty() || !mantissa.contains('.')));
    if some && digits(whole) && digits(fraction) && digits(exponent) {
        return Ok(text);
    }
    Err(scalar("expected a decimal number of any length"))
}

/// A number's text at the front of a buffer, and its length.
///
/// The buffer can be copied whole, which is faster than a copy of a length that only the number tells.
pub(crate) type Short = ([u8; SHORT], usize);

/// What holds the text of any `i32`, in a size that is one copy.
pub(crate) const SHORT: usize = 16;

/// The decimal digits of an `int`.
///
/// All digits are made at once, eight in a word, and the zeros in front are shifted out: how many there are is
/// different from number to number, and a branch on it would be guessed wrong again and again.
#[inline]
pub(crate) fn write_int(number: i32) -> Short {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let size = number.unsigned_abs();
    let low = eight_digits(size % 100_000_000);
    let (text, length) = if size < 100_000_000 {
        // Of a zero one digit stays.
        let front = (low | 1 << 56).trailing_zeros() & !7;
        (u128::from((low | ZEROS) >> front), 8 - front / 8)
    } else {
        let high = eight_digits(size / 100_000_000);
        let front = high.trailing_zeros() & !7;
        let high_text = u128::from((high | ZEROS) >> front);
        (high_text | u128::from(low | ZEROS) << (64 - front), 16 - front / 8)
    };
    let negative = number < 0;
    let signed = if negative { text << 8 | u128::from(b'-') } else { text };
    (signed.to_le_bytes(), (length + u32::from(negative)) as usize)
}

/// The digits of a number below 10⁸, a byte each, the first one lowest.
#[inline(always)]
const fn eight_digits(number: u32) -> u64 {
    // Two fours, four pairs, eight digits; each division is a product with a reciprocal that is exact in its range.
    let fours = (number / 10_000) as u64 | ((number % 10_000) as u64) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | (pairs - tens * 10) << 8
}

/// The shortest plain decimal that reads back as the same number, handed to `out`.
///
/// Plain, since the specification knows no exponents; always with a point, since some peers take
/// a number without one for an integer.
pub(crate) fn write_double<T>(number: f64, out: impl FnOnce(&[u8]) -> T) -> T {
    let mut digits = zmij::Buffer::new();
    if !number.is_finite() {
        return out(if number.is_nan() {
            b"nan"
        } else if number > 0.0 {
            b"inf"
        } else {
            b"-inf"
        });
    }
    let text = digits.format_finite(number);
    // An exponent is at most five characters, like `e-308`.
    let end = text.as_bytes().last_chunk::<5>();
    if !end.map_or(text.contains('e'), |end| end.iter().fold(false, |found, &byte| found | (byte == b'e'))) {
        return out(text.as_bytes());
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    out(without_exponent(mantissa, exponent).as_bytes())
}

/// `1.5e-7` as `0.00000015`: for the numbers, very large or very small, that get an exponent.
#[cold]
fn without_exponent(mantissa: &str, exponent: &str) -> String {
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let distance = usize::try_from(exponent.unsigned_abs()).unwrap_or_default();
    let mut text = String::with_capacity(distance.saturating_add(24));
    text.push_str(sign);
    if exponent < 0 {
        text.push_str("0.");
        text.extend(core::iter::repeat_n('0', distance.saturating_sub(1)));
        text.push_str(whole);
        text.push_str(fraction);
    } else {
        text.push_str(whole);
        text.push_str(fraction);
        text.extend(core::iter::repeat_n('0', distance.saturating_sub(fraction.len())));
        text.push_str(".0");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (text, number) in [
            ("0", 0),
            ("+5", 5),
            (" -007\n", -7),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("000000000000000000000000000012", 12),
        ] {
            assert_eq!(parse_integer(text), Ok(number), "{text}");
        }
        for text in ["", " ", "-", "+-5", "5x", "1 2", "0x1F", "1_000", "5.0", "9223372036854775808", "٣"] {
            assert!(parse_integer(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ints_of_every_length() {
        let powers = (0..=9).map(|power| 10i32.pow(power));
        let numbers = powers.flat_map(|power| [power - 1, power, power + 1, power.wrapping_mul(7), -power]);
        let steps = (0..200_000i32).map(|step| step.wrapping_mul(1_640_531_527) >> (step % 31));
        for number in numbers.chain(steps).chain([i32::MIN, i32::MAX]) {
            let (text, length) = write_int(number);
            assert_eq!(core::str::from_utf8(&text[..length]).unwrap(), alloc::format!("{number}"));
        }
        for number in (0..10_000).map(|four| four * 10_000 + (9_999 - four)) {
            let (text, length) = write_int(number);
            assert_eq!(core::str::from_utf8(&text[..length]).unwrap(), alloc::format!("{number}"));
        }
    }

    #[test]
    fn doubles() {
        for (text, number) in
            [("0.0", 0.0), ("+1.5", 1.5), (" -12.214 ", -12.214), ("1.5E+5", 1.5e5), ("1e-400", 0.0), (".5", 0.5)]
        {
            assert_eq!(parse_double(text, false), Ok(number), "{text}");
        }
        for text in ["", "-", "--1.5", "1.1.1", "e5", "5%", "1 .5", "abc", "1e400", "nan", "inf", "-Infinity"] {
            assert!(parse_double(text, false).is_err(), "{text}");
        }
        for text in ["NaN", "-nan", "+nan"] {
            assert!(parse_double(text, true).unwrap().is_nan(), "{text}");
        }
        assert_eq!(parse_double("-INF", true), Ok(f64::NEG_INFINITY));
    }

    #[test]
    fn doubles_are_written_plain_and_read_back() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-12.214, "-12.214"),
            (1e30, "1000000000000000000000000000000.0"),
            (1.5e-7, "0.00000015"),
            (-1e-12, "-0.000000000001"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(write_double(number, |text| text.to_vec()), text.as_bytes());
        }
        for bits in (0..20_000u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let text = write_double(number, |text| String::from_utf8(text.to_vec()).unwrap());
                assert_eq!(parse_double(&text, false).map(f64::to_bits), Ok(bits), "{text}");
            }
        }
    }

    #[test]
    fn booleans() {
        for (text, value) in [("0", false), (" 1\n", true), ("true", true), ("false", false)] {
            assert_eq!(parse_boolean(text), Ok(value));
        }
        for text in ["", "2", "t", "00", "+1", "TRUE"] {
            assert!(parse_boolean(text).is_err(), "{text}");
        }
    }

    #[test]
    fn big_numbers_keep_their_digits() {
        assert_eq!(parse_big_integer(" -123456789012345678901234567890 "), Ok("-123456789012345678901234567890"));
        for text in ["1.0", "1", "-.5", "1.", "12e5", "+1.5E-10"] {
            assert_eq!(parse_big_decimal(text), Ok(text));
        }
        for text in ["", ".", "-", "e5", "1e", "1.2.3", "0x1", "1 2"] {
            assert!(parse_big_decimal(text).is_err(), "{text}");
        }
        assert!(parse_big_integer("1.0").is_err());
    }
}
