//! Reading: bytes to characters, to tokens, to events, and to a [`Value`](crate::Value).
//!
//! | file | what it does |
//! |---|---|
//! | `reader` | [`Reader`]: where it reads from, the next event, errors and their places |
//! | `charset`, `window` | bytes to characters; the stretch of a stream that is in memory |
//! | `fast` | the shapes of ordinary traffic, straight to events |
//! | `tokens`, `grammar` | everything else: to tokens by `xmlparser`, to events; `gathered` the text between two tags |
//! | `path` | where among arrays and structs it stands |
//! | `value`, `stream` | events to a value, or to items, members and bytes one after another (types of serde: `serde/de.rs`) |
//! | `replay` | events that were read before, or made of JSON, read as if they came |

// First, as its methods then come first in the documentation.
mod reader;

mod charset;
mod fast;
mod grammar;
mod path;
#[cfg(feature = "serde")]
mod replay;
#[cfg(any(feature = "serde", feature = "std"))]
mod stream;
mod tokens;
mod value;
mod window;

pub(crate) use grammar::Raw;
#[cfg(feature = "serde")]
pub(crate) use grammar::Text;
pub use reader::{DEFAULT_WINDOW, Reader};
#[cfg(feature = "std")]
pub use stream::Bytes;
#[cfg(feature = "serde")]
pub use stream::{Items, Members};
