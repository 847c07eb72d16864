//! To and from the `time` crate's date and time without a zone.

use ::time::{Date, Month, PrimitiveDateTime, Time};

use super::{DateTime, RANGE, narrow};
use crate::{Error, ErrorKind, Result};

/// The same date and time of day.
///
/// ```
/// let moment = tiny_xmlrpc::DateTime::new(1998, 7, 17, 14, 8, 55)?;
/// let theirs = time::PrimitiveDateTime::try_from(moment)?;
/// assert_eq!((theirs.year(), theirs.month(), theirs.minute()), (1998, time::Month::July, 8));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Scalar`] for a leap second, which this type does not have. Every other moment can be had.
impl TryFrom<DateTime> for PrimitiveDateTime {
    type Error = Error;

    fn try_from(moment: DateTime) -> Result<Self> {
        let range = |_| Error::new(ErrorKind::Scalar, RANGE);
        let month = Month::try_from(moment.month).map_err(range)?;
        let date = Date::from_calendar_date(moment.year.into(), month, moment.day).map_err(range)?;
        let time = Time::from_hms(moment.hour, moment.minute, moment.second).map_err(range)?;
        Ok(Self::new(date, time))
    }
}

/// The same date and time of day, without its fraction of a second, which `dateTime.iso8601` cannot carry.
///
/// ```
/// use time::{Date, Month, PrimitiveDateTime, Time};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let date = Date::from_calendar_date(1998, Month::July, 17)?;
/// let moment = PrimitiveDateTime::new(date, Time::from_hms_milli(14, 8, 55, 500)?);
/// assert_eq!(tiny_xmlrpc::DateTime::try_from(moment)?.to_string(), "19980717T14:08:55");
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`ErrorKind::Scalar`] outside of the years 0 to 9999.
impl TryFrom<PrimitiveDateTime> for DateTime {
    type Error = Error;

    fn try_from(moment: PrimitiveDateTime) -> Result<Self> {
        Self::new(
            narrow(moment.year())?,
            moment.month().into(),
            moment.day(),
            moment.hour(),
            moment.minute(),
            moment.second(),
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
            let theirs = PrimitiveDateTime::try_from(moment).unwrap();
            assert_eq!(theirs.assume_utc().unix_timestamp(), moment.timestamp());
            assert_eq!(DateTime::try_from(theirs).unwrap(), moment);
        }
        let leap = DateTime::new(2016, 12, 31, 23, 59, 60).unwrap();
        assert_eq!(PrimitiveDateTime::try_from(leap).unwrap_err().kind(), ErrorKind::Scalar);
        assert_eq!(DateTime::try_from(PrimitiveDateTime::MIN).unwrap_err().kind(), ErrorKind::Scalar);
    }
}
