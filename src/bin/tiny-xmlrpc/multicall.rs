//! `multicall`: many calls in one exchange.

use std::fs::File;
use std::io::{self, IsTerminal, Read};

use tiny_xmlrpc::{Dialect, MethodCall, MethodResponse, Reader, Value};

use crate::arguments::Arguments;
use crate::connection::Connection;
use crate::failure::{Failure, Result, printable};
use crate::json::plain;
use crate::json::read::Canonical;
use crate::json::write::{Form, Json};
use crate::output::{print_spool, tell};
use crate::progress::{Progress, Unit};

const EXPECTED: &str = "expected calls like [\"method\",arg] or {\"methodName\":\"method\",\"params\":[arg]}";

/// `tiny-xmlrpc multicall`
pub(crate) fn multicall(arguments: &Arguments) -> Result<()> {
    let connection = Connection::of(arguments)?;
    let (name, text) = input(arguments.operand(1)?)?;
    let is_typed = arguments.has("typed");
    let calls = if is_typed { typed_calls(&text) } else { plain_calls(&text).ok_or_else(|| format!(": {EXPECTED}")) };
    let calls = calls.map_err(|error| Failure::Bad(format!("{name}{error}")))?;
    let client = connection.client()?;
    let mut all = client.multicall();
    all.fall_back(arguments.has("fall-back"));
    for call in &calls {
        all.add(&call.method, &call.params)?;
    }
    let progress =
        (!arguments.has("verbose")).then(|| Progress::start(format!("making {} calls", calls.len()), Unit::Time));
    let outcomes: Vec<tiny_xmlrpc::Result<Value>> = all.run()?;
    drop(progress);
    let mut json = Json::new(tiny_xmlrpc::Spool::new(), Form { typed: is_typed, pretty: io::stdout().is_terminal() });
    let mut faults = Vec::new();
    json.begin_list()?;
    for ((at, call), outcome) in calls.iter().enumerate().zip(outcomes) {
        let response = match outcome {
            Ok(value) => MethodResponse::Result(value),
            Err(error) => match error.fault() {
                Some(fault) => {
                    faults.push(format!("calls[{at}], {}: {fault}", call.method));
                    MethodResponse::Fault(fault.clone())
                }
                None => return Err(error.into()),
            },
        };
        // By the way of a document, as there is one way from that to JSON.
        let xml = response.to_vec(everything())?;
        let mut reader = Reader::from_bytes(&xml).with_limits(tiny_xmlrpc::Limits::unbounded()).with_non_finite(true);
        json.document(&mut reader, false).map_err(|error| Failure::Bad(format!("the reply{error}")))?;
    }
    json.end_list()?;
    let mut text = json.finish()?;
    io::Write::write_all(&mut text, b"\n")?;
    print_spool(text)?;
    for fault in &faults {
        tell(format_args!("{}\n", printable(fault)));
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Faults) }
}

/// A dialect that can write whatever has been read.
fn everything() -> Dialect {
    let mut dialect = Dialect::apache();
    dialect.non_finite = true;
    dialect
}

/// The text with the calls, and the name of where it is from.
fn input(file: &str) -> Result<(String, String)> {
    let mut text = String::new();
    let (name, read) = match file {
        "" | "-" => ("standard input".to_owned(), io::stdin().lock().read_to_string(&mut text)),
        file => (file.to_owned(), File::open(file).and_then(|mut file| file.read_to_string(&mut text))),
    };
    match read {
        Ok(_) => Ok((name, text)),
        Err(error) => Err(Failure::Bad(format!("{name}: {error}"))),
    }
}

/// Calls in plain JSON: an array of them, or one behind the other.
fn plain_calls(text: &str) -> Option<Vec<MethodCall>> {
    let values = plain::values(text)?;
    match &values[..] {
        // An array that begins with a name is a call itself.
        [Value::Array(calls)] if !matches!(calls.first(), Some(Value::String(_))) => {
            calls.iter().map(plain_call).collect()
        }
        calls => calls.iter().map(plain_call).collect(),
    }
}

fn plain_call(call: &Value) -> Option<MethodCall> {
    match call {
        Value::Array(items) => {
            let (method, params) = items.split_first()?;
            Some(MethodCall::new(method.as_str()?, params.to_vec()))
        }
        Value::Struct(members) if members.len() <= 2 => {
            let params = match members.get("params") {
                Some(params) => params.as_array()?.to_vec(),
                None if members.len() == 1 => vec![],
                None => return None,
            };
            Some(MethodCall::new(members.get("methodName")?.as_str()?, params))
        }
        _ => None,
    }
}

/// The same in typed JSON.
fn typed_calls(text: &str) -> Result<Vec<MethodCall>, String> {
    let mut calls = Vec::new();
    let read = Canonical::new(text.as_bytes()).calls(everything(), |xml| {
        calls.push(MethodCall::read(&mut Reader::from_bytes(xml).with_non_finite(true))?);
        Ok(())
    });
    read.map_err(|error| error.to_string())?;
    Ok(calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_come_in_every_form() {
        let expected = vec![MethodCall::new("a", vec![Value::Int(1)]), MethodCall::new("b", vec![])];
        for text in [
            "[[\"a\",1],[\"b\"]]",
            "[[\"a\",1],{\"methodName\":\"b\"}]",
            "[\"a\",1]\n[\"b\"]\n",
            "{\"methodName\":\"a\",\"params\":[1]} {\"params\":[],\"methodName\":\"b\"}",
        ] {
            assert_eq!(plain_calls(text).as_ref(), Some(&expected), "{text}");
        }
        assert_eq!(plain_calls("[]"), Some(vec![]));
        assert_eq!(plain_calls("[\"b\"]"), Some(vec![MethodCall::new("b", vec![])]));
        for text in ["", "5", "[[1]]", "[[]]", "{\"methodName\":\"a\",\"parms\":[]}", "[\"a\""] {
            assert_eq!(plain_calls(text), None, "{text}");
        }
        let call = "{\"methodName\":\"a\",\"params\":[{\"int\":1}]}";
        for text in [
            format!("[{call},{{\"methodName\":\"b\",\"params\":[]}}]"),
            format!("{call}\n{{\"methodName\":\"b\",\"params\":[]}}"),
        ] {
            assert_eq!(typed_calls(&text).as_ref(), Ok(&expected));
        }
        assert_eq!(typed_calls("{\"params\":[{\"int\":1}]}").unwrap_err(), ":1:23: expected a call, found a reply");
    }
}
