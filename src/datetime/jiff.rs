//! To and from `jiff`'s date and time without a zone.

use ::jiff::civil;

use super::{DateTime, RANGE, narrow};
use crate::{Error, ErrorKind, Result};

/// The same date and time of day.
///
/// ```
/// let moment = tiny_xmlrpc::DateTime::new(1998, 7, 17, 14, 8, 55)?;
/// assert_eq!(jiff::civil::DateTime::try_from(moment)?, jiff::civil::date(1998, 7, 17).at(14, 8, 55, 0));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Scalar`] for a leap second, which jiff does not have. Every other moment can be had.
impl TryFrom<DateTime> for civil::DateTime {
    type Error = Error;

    fn try_from(moment: DateTime) -> Result<Self> {
        let range = |_| Error::new(ErrorKind::Scalar, RANGE);
        let [month, day, hour, minute, second] =
            [moment.month, moment.day, moment.hour, moment.minute, moment.second].map(|part| part as i8);
        Self::new(moment.year as i16, month, day, hour, minute, second, 0).map_err(range)
    }
}

/// The same date and time of day, without its fraction of a second, which `dateTime.iso8601` cannot carry.
///
/// ```
/// let moment = jiff::civil::date(1998, 7, 17).at(14, 8, 55, 500_000_000);
/// assert_eq!(tiny_xmlrpc::DateTime::try_from(moment)?.to_string(), "19980717T14:08:55");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Scalar`] before the year 0.
impl TryFrom<civil::DateTime> for DateTime {
    type Error = Error;

    fn try_from(moment: civil::DateTime) -> Result<Self> {
        Self::new(
            narrow(moment.year())?,
            narrow(moment.month())?,
            narrow(moment.day())?,
            narrow(moment.hour())?,
            narrow(moment.minute())?,
            narrow(moment.second())?,
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
            let theirs = civil::DateTime::try_from(moment).unwrap();
            assert_eq!(alloc::format!("{}", theirs.strftime("%Y%m%dT%H:%M:%S")), alloc::format!("{moment}"));
            assert_eq!(DateTime::try_from(theirs).unwrap(), moment);
        }
        let leap = DateTime::new(2016, 12, 31, 23, 59, 60).unwrap();
        assert_eq!(civil::DateTime::try_from(leap).unwrap_err().kind(), ErrorKind::Scalar);
        assert_eq!(DateTime::try_from(civil::DateTime::MIN).unwrap_err().kind(), ErrorKind::Scalar);
        assert_eq!(alloc::format!("{}", DateTime::try_from(civil::DateTime::MAX).unwrap()), "99991231T23:59:59");
    }
}
