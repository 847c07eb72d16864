//! What the fuzz targets share: what an input is made of, what a reader tells, values and events
//! made from nothing.

pub mod events;
pub mod input;
pub mod trace;
pub mod values;
