//! What the fuzz targets share: what an input is made of, what a reader tells, what a server answers, values and
//! events made from nothing.

pub mod events;
pub mod input;
pub mod serving;
pub mod trace;
pub mod values;
