//! `system.multicall`: several calls in one, each with its own result or fault.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::context::Call;
use super::handler::refused;
use super::returns::unwritable;
use super::{Answer, Methods};
use crate::fault::codes;
use crate::read::Raw;
use crate::{Error, ErrorKind, Fault, Limit, Reader, Writer};

pub(super) const NAME: &str = "system.multicall";

pub(super) const HELP: &str = "Makes several calls at once. Takes an array of structs, each with a methodName and an \
     array of params, and returns an array with, for each, an array of its one result, or the struct of its fault.";

/// One of the calls: what is asked for, or why it cannot be.
type Asked = Result<(String, Vec<Raw>), Fault>;

/// Reads all the calls, so that a document that is not well-formed makes none, and then makes them.
pub(super) fn run(
    methods: &mut Methods<'_>,
    whole: Call<'_>,
    reader: &mut Reader<'_>,
    writer: &mut Writer<Answer>,
) -> Result<(), Fault> {
    let calls = read(reader, methods.limits.multicall).map_err(|error| refused(&error))?;
    let written = (|| {
        writer.start_array()?;
        for call in calls {
            match call {
                Ok((name, params)) => {
                    let call = Call { name: &name, ..whole };
                    methods.dispatch_isolated(call, &mut reader.replay_like(params), writer)?;
                }
                Err(fault) => writer.fault_struct(&fault)?,
            }
        }
        writer.end_array()
    })();
    written.map_err(|error| unwritable(&error))
}

fn read(reader: &mut Reader<'_>, limit: usize) -> crate::Result<Vec<Asked>> {
    let mut calls = Vec::new();
    match reader.next_raw()? {
        Raw::StartArray => {}
        other => return Err(reader.mismatch("an array of calls", &other)),
    }
    loop {
        match reader.next_raw()? {
            Raw::EndArray => break,
            _ if calls.len() >= limit => {
                let message = format!("expected at most {limit} calls in a multicall, found more");
                return Err(reader.locate(Error::new(ErrorKind::Limit(Limit::Multicall), message)));
            }
            Raw::StartStruct => calls.push(call(reader)?),
            other => {
                reader.skip_rest(&other)?;
                let message =
                    format!("expected a struct with methodName and params, found {}", reader.describe(&other));
                calls.push(Err(Fault::new(codes::INVALID_PARAMS, message)));
            }
        }
    }
    match reader.next_raw()? {
        Raw::End => Ok(calls),
        other => {
            reader.skip_rest(&other)?;
            reader.finish()?;
            Err(Error::new(ErrorKind::Type, "expected 1 parameter, found more"))
        }
    }
}

/// The members of a call, in any order; others among them are passed over, and without `params` there are none.
fn call(reader: &mut Reader<'_>) -> crate::Result<Asked> {
    let mut name = None;
    let mut params = Vec::new();
    let mut wrong = None;
    while let Raw::Name(member) = reader.next_raw()? {
        match reader.resolve(&member) {
            "methodName" => match reader.next_raw()? {
                Raw::String(text) => name = Some(reader.own(text)),
                Raw::StringChunk(chunk) => name = Some(reader.rest_of_string(chunk)?),
                other => {
                    reader.skip_rest(&other)?;
                    wrong = Some("expected a methodName that is a string, found another type");
                }
            },
            "params" => {
                let first = reader.next_raw()?;
                let mut events = reader.record(first)?;
                match events.first() {
                    Some(Raw::StartArray) => {
                        events.pop();
                        events.remove(0);
                        params = events;
                    }
                    _ => wrong = Some("expected params that are an array, found another type"),
                }
            }
            _ => reader.skip_value()?,
        }
    }
    Ok(match (name, wrong) {
        (_, Some(wrong)) => Err(Fault::new(codes::INVALID_PARAMS, wrong)),
        (None, _) => Err(Fault::new(codes::INVALID_PARAMS, "expected a methodName, found none")),
        (Some(name), None) => Ok((name, params)),
    })
}
