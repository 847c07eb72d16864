//! The body of a request with its coding taken off, wherever it is.

use std::io::Read;

use super::Request;
#[cfg(feature = "gzip")]
use super::gzip;

/// The body of a request with its coding taken off.
pub(super) enum Decoded<'r> {
    /// All of it, in memory.
    Whole(&'r [u8]),
    /// Out of a file, or as it is inflated.
    Stream(Box<dyn Read + 'r>),
}

impl<'r> Decoded<'r> {
    /// The body of this request, from its beginning. What is compressed grows by `ratio` at most.
    #[cfg_attr(not(feature = "gzip"), expect(unused_variables, reason = "nothing comes compressed"))]
    pub(super) fn of(request: &Request<'r>, ratio: u64) -> Self {
        #[cfg(feature = "gzip")]
        if gzip::is_coded(request.head()) {
            return Self::Stream(Box::new(gzip::Inflater::new(request.reader(), ratio)));
        }
        match request.is_spooled() {
            true => Self::Stream(Box::new(request.reader())),
            false => Self::Whole(request.body()),
        }
    }
}
