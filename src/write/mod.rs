//! Writing: events to bytes, in the form that every peer reads.
//!
//! The same grammar that reading checks is enforced on the way out: a document that is written is a
//! document that is read.
//!
//! | file | what it does |
//! |---|---|
//! | `writer` | [`Writer`]: an event at a time |
//! | `state` | what may come next |
//! | `elements`, `chunks` | scalars as elements; text that is written in pieces |
//! | `value` | a whole [`Value`](crate::Value) (types of serde: `serde/ser.rs`) |
//! | `json` | the same events as JSON |
//! | `dialect` | what the peer understands |
//! | `sink` | where the bytes go |

// First, as its methods then come first in the documentation.
mod writer;

mod chunks;
mod dialect;
mod elements;
#[cfg(feature = "json")]
mod json;
mod sink;
mod state;
mod value;

pub use dialect::{Dialect, Extension};
#[cfg(feature = "std")]
pub use sink::IoSink;
#[cfg(feature = "serde")]
pub(crate) use sink::Rewind;
pub use sink::{Counter, Sink};
#[cfg(feature = "serde")]
pub(crate) use writer::Checkpoint;
pub use writer::Writer;
