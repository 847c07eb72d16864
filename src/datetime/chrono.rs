//! To and from `chrono`'s date and time without a zone.

use ::chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::{DateTime, RANGE, narrow};
use crate::{Error, ErrorKind, Result};

/// What a leap second has in nanoseconds, and no other one.
const LEAP: u32 = 1_000_000_000;

/// The same date and time of day; a leap second as chrono has it, with 1,000,000,000 nanoseconds in second 59.
///
/// ```
/// let moment = tiny_xmlrpc::DateTime::new(1998, 7, 17, 14, 8, 55)?;
/// assert_eq!(chrono::NaiveDateTime::try_from(moment)?.to_string(), "1998-07-17 14:08:55");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// None is known: chrono's range holds every moment. [`ErrorKind::Scalar`] if that ever changes.
impl TryFrom<DateTime> for NaiveDateTime {
    type Error = Error;

    fn try_from(moment: DateTime) -> Result<Self> {
        let (second, nanoseconds) = if moment.second == 60 { (59, LEAP) } else { (moment.second, 0) };
        NaiveDate::from_ymd_opt(moment.year.into(), moment.month.into(), moment.day.into())
            .and_then(|date| {
                date.and_hms_nano_opt(moment.hour.into(), moment.minute.into(), second.into(), nanoseconds)
            })
            .ok_or_else(|| Error::new(ErrorKind::Scalar, RANGE))
    }
}

/// The same date and time of day, without its fraction of a second, which `dateTime.iso8601` cannot carry.
///
/// ```
/// let moment = chrono::NaiveDate::from_ymd_opt(1998, 7, 17).and_then(|date| date.and_hms_milli_opt(14, 8, 55, 500));
/// let moment = tiny_xmlrpc::DateTime::try_from(moment.unwrap_or_default())?;
/// assert_eq!(moment.to_string(), "19980717T14:08:55");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Scalar`] outside of the years 0 to 9999.
impl TryFrom<NaiveDateTime> for DateTime {
    type Error = Error;

    fn try_from(moment: NaiveDateTime) -> Result<Self> {
        let leap = u32::from(moment.nanosecond() >= LEAP);
        Self::new(
            narrow(moment.year())?,
            narrow(moment.month())?,
            narrow(moment.day())?,
            narrow(moment.hour())?,
            narrow(moment.minute())?,
            narrow(moment.second() + leap)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_and_where_it_ends() {
        for (year, month, day, hour, minute, second) in super::super::tests::MOMENTS {
            let moment = DateTime::new(year, month, day, hour, minute, second).unwrap();
            let theirs = NaiveDateTime::try_from(moment).unwrap();
            assert_eq!(theirs.and_utc().timestamp(), moment.timestamp());
            assert_eq!(DateTime::try_from(theirs).unwrap(), moment);
        }
        let leap = DateTime::new(2016, 12, 31, 23, 59, 60).unwrap();
        let theirs = NaiveDateTime::try_from(leap).unwrap();
        assert_eq!((theirs.second(), theirs.nanosecond()), (59, LEAP));
        assert_eq!(DateTime::try_from(theirs).unwrap(), leap);
        for moment in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            assert_eq!(DateTime::try_from(moment).unwrap_err().kind(), ErrorKind::Scalar);
        }
    }
}
