//! Calls as documents, answered by a registry.

mod context;
mod faults;
mod handlers;
mod instance;
mod registry;
mod signature;
mod stream;
mod system;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Methods;
use crate::{Dialect, Error, Fault, Value, call_to_vec, from_slice};

/// Calls a method, and reads its result.
fn ask<T: DeserializeOwned>(methods: &mut Methods<'_>, name: &str, params: impl Serialize) -> Result<T, Error> {
    let call = call_to_vec(name, &params, Dialect::python()).unwrap();
    from_slice(&methods.respond(&call))
}

/// Calls a method that answers with a fault.
fn fault(methods: &mut Methods<'_>, name: &str, params: impl Serialize) -> Fault {
    ask::<Value>(methods, name, params).unwrap_err().fault().unwrap().clone()
}
