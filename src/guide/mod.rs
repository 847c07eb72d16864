//! Guides: each takes one subject from beginning to end.
//!
//! | guide | for whom |
//! |---|---|
//! | [`from_python`] | those who know `xmlrpc.client` and `xmlrpc.server`: each name there, and what it is here |
//! | [`streaming`] | those whose arguments or results are larger than their memory |
//! | [`errors_and_retries`] | callers who have to decide what to do when a call fails |
//! | [`limits`] | those whose documents come from people they don't know |
//! | [`dialects`] | those whose peer has its own view of the specification |
//! | [`without_std`] | those who have a heap and no operating system |
//!
//! There is nothing here to call: this module is part of the documentation only.

#[cfg(all(feature = "server", feature = "client"))]
#[doc = include_str!("from_python.md")]
pub mod from_python {}

#[cfg(all(feature = "server", feature = "client"))]
#[doc = include_str!("streaming.md")]
pub mod streaming {}

#[cfg(feature = "client")]
#[doc = include_str!("errors_and_retries.md")]
pub mod errors_and_retries {}

#[cfg(feature = "server")]
#[doc = include_str!("limits.md")]
pub mod limits {}

#[cfg(feature = "serde")]
#[doc = include_str!("dialects.md")]
pub mod dialects {}

#[doc = include_str!("without_std.md")]
pub mod without_std {}
