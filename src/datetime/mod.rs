//! `dateTime.iso8601`: a date and a time of day without a zone, both ways.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

use core::fmt;
use core::str::FromStr;

use crate::{Error, ErrorKind, Result};

/// A date and a time of day, to the second, without a time zone.
///
/// That is all that the specification's `dateTime.iso8601` says: "Don't assume a timezone. It should
/// be specified by the server in its documentation what assumptions it makes about timezones."
/// What peers send beyond it (fractions of a second, offsets) is read and passed over; the text as
/// it came is in [`Event::DateTime`](crate::Event::DateTime), and is what a `String` gets where one
/// is asked for.
///
/// ```
/// use tiny_xmlrpc::DateTime;
///
/// let moment: DateTime = "1998-07-17T14:08:55Z".parse()?;
/// assert_eq!(moment, DateTime::new(1998, 7, 17, 14, 8, 55)?);
/// assert_eq!(moment.to_string(), "19980717T14:08:55");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// With the features `jiff`, `chrono` and `time` it can be had from those crates' types without a zone, and they
/// from it, by `TryFrom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

const FORM: &str = "expected a date and time like 19980717T14:08:55";
const RANGE: &str = "expected a date and time that exists";

impl DateTime {
    /// A moment from its parts: years 0 to 9999 of the Gregorian calendar, months and days from 1,
    /// seconds up to 60 (a leap second).
    ///
    /// ```
    /// use tiny_xmlrpc::{DateTime, ErrorKind};
    ///
    /// let moment = DateTime::new(2024, 2, 29, 23, 59, 60)?;
    /// assert_eq!(moment.to_string(), "20240229T23:59:60");
    /// assert_eq!(DateTime::new(2023, 2, 29, 0, 0, 0).unwrap_err().kind(), ErrorKind::Scalar);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Scalar`] when there is no such day or time of day.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Result<Self> {
        Self::checked(year, month, day, hour, minute, second).ok_or_else(|| Error::new(ErrorKind::Scalar, RANGE))
    }

    fn checked(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let exists = year <= 9999 && (1..=days).contains(&day) && hour < 24 && minute < 60 && second <= 60;
        exists.then_some(Self { year, month, day, hour, minute, second })
    }

    /// The year, 0 to 9999.
    ///
    /// ```
    /// # use tiny_xmlrpc::DateTime;
    /// let moment: DateTime = "19980717T14:08:55".parse()?;
    /// assert_eq!(moment.year(), 1998);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    ///
    /// ```
    /// # use tiny_xmlrpc::DateTime;
    /// let moment: DateTime = "19980717T14:08:55".parse()?;
    /// assert_eq!(moment.month(), 7);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    ///
    /// ```
    /// # use tiny_xmlrpc::DateTime;
    /// let moment: DateTime = "19980717T14:08:55".parse()?;
    /// assert_eq!(moment.day(), 17);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn day(&self) -> u8 {
        self.day
    }

    /// The hour, 0 to 23.
    ///
    /// ```
    /// # use tiny_xmlrpc::DateTime;
    /// let moment: DateTime = "19980717T14:08:55".parse()?;
    /// assert_eq!(moment.hour(), 14);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn hour(&self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    ///
    /// ```
    /// # use tiny_xmlrpc::DateTime;
    /// let moment: DateTime = "19980717T14:08:55".parse()?;
    /// assert_eq!(moment.minute(), 8);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn minute(&self) -> u8 {
        self.minute
    }

    /// The second, 0 to 60.
    ///
    /// ```
    /// # use tiny_xmlrpc::DateTime;
    /// let moment: DateTime = "19980717T14:08:55".parse()?;
    /// assert_eq!(moment.second(), 55);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn second(&self) -> u8 {
        self.second
    }

    /// The moment so many seconds after 1970-01-01T00:00:00 in whatever zone you count in; a negative number lies
    /// before it.
    ///
    /// Days have 86,400 seconds here, as in POSIX: no leap second comes out.
    ///
    /// ```
    /// use tiny_xmlrpc::DateTime;
    ///
    /// assert_eq!(DateTime::from_timestamp(900_684_535)?.to_string(), "19980717T14:08:55");
    /// assert_eq!(DateTime::from_timestamp(-1)?.to_string(), "19691231T23:59:59");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Scalar`] outside of the years 0 to 9999.
    pub fn from_timestamp(seconds: i64) -> Result<Self> {
        let days = seconds.div_euclid(86_400);
        let time = seconds.rem_euclid(86_400);
        let range = || Error::new(ErrorKind::Scalar, RANGE);
        // Days to date, by eras of 400 years that begin in March (Howard Hinnant, "chrono-Compatible
        // Low-Level Date Algorithms").
        let z = days.checked_add(719_468).ok_or_else(range)?;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        let small = |part: i64| u8::try_from(part).map_err(|_| range());
        let year = u16::try_from(year).map_err(|_| range())?;
        Self::new(year, small(month)?, small(day)?, small(time / 3_600)?, small(time / 60 % 60)?, small(time % 60)?)
    }

    /// Seconds since 1970-01-01T00:00:00 in the zone that this moment is meant in; negative before it.
    ///
    /// A leap second counts as the first second of the next minute, as in POSIX.
    ///
    /// ```
    /// use tiny_xmlrpc::DateTime;
    ///
    /// let (start, end): (DateTime, DateTime) = ("20240228T23:00:00".parse()?, "20240301T01:00:00".parse()?);
    /// assert_eq!(end.timestamp() - start.timestamp(), 26 * 3_600);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let yoe = year.rem_euclid(400);
        let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
        days * 86_400 + i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }

    /// The present moment in UTC, by the system's clock, without its fraction of a second.
    ///
    /// ```
    /// use tiny_xmlrpc::DateTime;
    ///
    /// let now = DateTime::now_utc()?;
    /// let in_an_hour = DateTime::from_timestamp(now.timestamp() + 3_600)?;
    /// assert!(in_an_hour > now);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Scalar`] when the clock stands outside of the years 1970 to 9999.
    #[cfg(feature = "std")]
    pub fn now_utc() -> Result<Self> {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let seconds = since.ok().and_then(|since| i64::try_from(since.as_secs()).ok());
        Self::from_timestamp(seconds.ok_or_else(|| Error::new(ErrorKind::Scalar, RANGE))?)
    }

    /// The base form, `19980717T14:08:55`, which every peer reads.
    pub(crate) fn to_bytes(self) -> [u8; 17] {
        // The parts are all below 100.
        let tens = |n: u8| b'0'.wrapping_add(n / 10);
        let ones = |n: u8| b'0'.wrapping_add(n % 10);
        let (century, year) = ((self.year / 100) as u8, (self.year % 100) as u8);
        [
            tens(century),
            ones(century),
            tens(year),
            ones(year),
            tens(self.month),
            ones(self.month),
            tens(self.day),
            ones(self.day),
            b'T',
            tens(self.hour),
            ones(self.hour),
            b':',
            tens(self.minute),
            ones(self.minute),
            b':',
            tens(self.second),
            ones(self.second),
        ]
    }

    /// Reads the base form and what peers make of it: dashes, missing colons, fractions, `Z`, offsets.
    ///
    /// ```text
    /// dateTime ::= YYYY '-'? MM '-'? DD 'T' hh ':'? mm ':'? ss ([.,] digit+)? ('Z' | [+-] hh (':'? mm)?)?
    /// ```
    /// The two dashes come together or not at all, and so do the two colons.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some(moment) = Self::base(text.as_bytes()) {
            return Ok(moment);
        }
        let mut rest = crate::scalar::trim(text).as_bytes();
        let year = u16::from(digits(&mut rest)?) * 100 + u16::from(digits(&mut rest)?);
        let dashed = take(&mut rest, b"-");
        let month = digits(&mut rest)?;
        if take(&mut rest, b"-") != dashed {
            return Err(FORM);
        }
        let day = digits(&mut rest)?;
        if !take(&mut rest, b"Tt") {
            return Err(FORM);
        }
        let hour = digits(&mut rest)?;
        let colons = take(&mut rest, b":");
        let minute = digits(&mut rest)?;
        if take(&mut rest, b":") != colons {
            return Err(FORM);
        }
        let second = digits(&mut rest)?;
        if take(&mut rest, b".,") {
            let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if length == 0 {
                return Err(FORM);
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        if take(&mut rest, b"+-") {
            let hours = digits(&mut rest)?;
            let minutes = if take(&mut rest, b":") || !rest.is_empty() { digits(&mut rest)? } else { 0 };
            if hours > 23 || minutes > 59 {
                return Err(RANGE);
            }
        } else {
            take(&mut rest, b"Zz");
        }
        if !rest.is_empty() {
            return Err(FORM);
        }
        Self::checked(year, month, day, hour, minute, second).ok_or(RANGE)
    }

    /// Reads the base form alone, which is what nearly every peer writes: without a step from part to part.
    fn base(text: &[u8]) -> Option<Self> {
        let &[y1, y2, y3, y4, o1, o2, d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2] = text else { return None };
        let number = |tens: u8, ones: u8| {
            let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
            (tens < 10 && ones < 10).then(|| tens * 10 + ones)
        };
        let year = u16::from(number(y1, y2)?) * 100 + u16::from(number(y3, y4)?);
        Self::checked(year, number(o1, o2)?, number(d1, d2)?, number(h1, h2)?, number(m1, m2)?, number(s1, s2)?)
    }
}

/// A part of another type's moment, if it is in the range of this one's.
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
fn narrow<A, B: TryFrom<A>>(part: A) -> Result<B> {
    B::try_from(part).map_err(|_| Error::new(ErrorKind::Scalar, RANGE))
}

/// Two digits from the front.
fn digits(rest: &mut &[u8]) -> Result<u8, &'static str> {
    match **rest {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ref after @ ..] => {
            *rest = after;
            Ok((tens - b'0') * 10 + (ones - b'0'))
        }
        _ => Err(FORM),
    }
}

/// One byte from the front, if it is among these.
fn take(rest: &mut &[u8], bytes: &[u8]) -> bool {
    match rest.split_first() {
        Some((first, after)) if bytes.contains(first) => {
            *rest = after;
            true
        }
        _ => false,
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.to_bytes();
        f.pad(core::str::from_utf8(&bytes).unwrap_or_default())
    }
}

impl FromStr for DateTime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).map_err(|message| Error::new(ErrorKind::Scalar, message))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// What every crate's type for it has.
    #[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
    pub(super) const MOMENTS: [(u16, u8, u8, u8, u8, u8); 5] = [
        (0, 1, 1, 0, 0, 0),
        (1969, 12, 31, 23, 59, 59),
        (1998, 7, 17, 14, 8, 55),
        (2000, 2, 29, 12, 0, 1),
        (9999, 12, 31, 23, 59, 59),
    ];

    #[test]
    fn reads_what_peers_write() {
        let moment = DateTime::new(1998, 7, 17, 14, 8, 55).unwrap();
        for text in [
            "19980717T14:08:55",
            " 19980717T14:08:55\n",
            "1998-07-17T14:08:55",
            "19980717T140855",
            "19980717t14:08:55",
            "1998-07-17T14:08:55.000Z",
            "19980717T14:08:55,5",
            "19980717T14:08:55+0200",
            "19980717T14:08:55-02:30",
            "19980717T14:08:55+02",
        ] {
            assert_eq!(text.parse::<DateTime>().unwrap(), moment, "{text}");
        }
        assert_eq!(moment.to_string(), "19980717T14:08:55");
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            " ",
            "14:08:55",
            "19980717",
            "19980717T14:08",
            "19980717 14:08:55",
            "19980717 T 14:08:55",
            "19980717T14:08:55x",
            "19980717T14:08:55.",
            "19980717T14:08:55+2",
            "19980717T14:08:55+25:00",
            "1998-0717T14:08:55",
            "19980717T14:0855",
            "19981317T14:08:55",
            "19980017T14:08:55",
            "19980230T14:08:55",
            "19000229T14:08:55",
            "19980717T24:00:00",
            "19980717T14:60:00",
        ] {
            assert_eq!(text.parse::<DateTime>().unwrap_err().kind(), ErrorKind::Scalar, "{text}");
        }
    }

    #[test]
    fn counts_seconds_both_ways() {
        for (seconds, text) in [
            (0, "19700101T00:00:00"),
            (900_684_535, "19980717T14:08:55"),
            (-1, "19691231T23:59:59"),
            (951_782_400, "20000229T00:00:00"),
            (-62_167_219_200, "00000101T00:00:00"),
            (253_402_300_799, "99991231T23:59:59"),
        ] {
            let moment = DateTime::from_timestamp(seconds).unwrap();
            assert_eq!(moment.to_string(), text);
            assert_eq!(moment.timestamp(), seconds);
        }
        for seconds in [i64::MIN, i64::MAX, 253_402_300_800, -62_167_219_201] {
            assert!(DateTime::from_timestamp(seconds).is_err());
        }
    }
}
