//! `call`: one method, its result as JSON.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tiny_xmlrpc::client::{Url, Wire};
use tiny_xmlrpc::{Counter, MethodResponse, Reader, Sink, Spool, Writer};

use crate::arguments::Arguments;
use crate::connection::Connection;
use crate::failure::{Failure, Result};
use crate::json::Located;
use crate::json::plain;
use crate::json::read::Canonical;
use crate::json::write::{Form, Json};
use crate::output::print_spool;
use crate::progress::{Progress, Unit};
use crate::values::Argument;

/// What is sent.
enum Params {
    Each(Vec<Argument>),
    /// One JSON array of typed values.
    Typed(String),
}

/// `tiny-xmlrpc call`
pub(crate) fn call(arguments: &Arguments) -> Result<()> {
    let connection = Connection::of(arguments)?.without_limits();
    let method = arguments.operand(1)?;
    let params = Params::of(arguments)?;
    if let Params::Typed(text) = &params {
        // Its errors have places in it, which those of a call have not.
        let mut checked = Writer::new(Counter::default()).with_dialect(crate::dialect::of(arguments)?);
        checked.call(method)?;
        write_typed(text, &mut checked).map_err(|error| arguments.usage(format!("the arguments{error}")))?;
    }
    let progress = (!arguments.has("verbose")).then(|| Progress::start(format!("calling {method}"), Unit::Time));
    if arguments.has("raw") && arguments.has("json-rpc") {
        return raw_json(connection, arguments, &params, progress);
    }
    if arguments.has("raw") {
        return raw(&connection, method, &params, progress);
    }
    let form = Form { typed: arguments.has("typed"), pretty: io::stdout().is_terminal() };
    // All of it is read before any of it is printed: of a reply that breaks off there is no output.
    let result = RefCell::new(Spool::new());
    connection.client()?.stream(method).params(|writer| params.write(writer)).receive(|reply| {
        let mut json = Json::new(Spool::new(), form);
        json.value(reply)?;
        result.replace(json.finish()?);
        Ok(())
    })?;
    drop(progress);
    let mut result = result.into_inner();
    result.write_all(b"\n")?;
    print_spool(result)
}

/// Prints the reply's XML as it came, a fault's too.
fn raw(connection: &Connection, method: &str, params: &Params, progress: Option<Progress>) -> Result<()> {
    let mut writer = Writer::new(Vec::new()).with_dialect(connection.dialect);
    writer.call(method)?;
    params.write(&mut writer)?;
    let request = writer.finish()?;
    let url: Url = connection.url.parse()?;
    let mut reply = Vec::new();
    let head = connection.options.transport(&url)?.exchange(&request, &mut reply)?;
    drop(progress);
    let mut out = io::stdout().lock();
    out.write_all(&reply)?;
    if out.is_terminal() && !reply.ends_with(b"\n") {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    let mut reader = Reader::from_bytes(&reply).with_non_finite(true);
    if let Some(charset) = head.charset() {
        reader = reader.with_charset(charset);
    }
    match MethodResponse::read(&mut reader)? {
        MethodResponse::Fault(fault) => Err(Failure::Fault(fault)),
        MethodResponse::Result(_) => Ok(()),
    }
}

/// Prints the reply's JSON as it came. The client makes request and sense of it, and the bytes are seen on the wire.
fn raw_json(
    mut connection: Connection,
    arguments: &Arguments,
    params: &Params,
    progress: Option<Progress>,
) -> Result<()> {
    let reply = Arc::new(Mutex::new(Vec::new()));
    let (seen, shows_all) = (reply.clone(), arguments.has("verbose"));
    connection.options.verbose(move |piece| {
        if shows_all {
            eprint!("{piece}");
        }
        if let Wire::ReplyBody(bytes) = piece {
            seen.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        }
    });
    #[cfg(feature = "gzip")]
    connection.options.gzip_replies(false);
    let client = connection.client()?;
    let made = client.stream(arguments.operand(1)?).params(|writer| params.write(writer)).call::<()>();
    drop(progress);
    let mut reply = std::mem::take(&mut *reply.lock().unwrap_or_else(PoisonError::into_inner));
    let mut out = io::stdout().lock();
    if out.is_terminal() && !reply.ends_with(b"\n") {
        reply.push(b'\n');
    }
    out.write_all(&reply)?;
    out.flush()?;
    Ok(made?)
}

impl Params {
    fn of(arguments: &Arguments) -> Result<Self> {
        let operands = arguments.operands().len();
        let json = arguments.value("json")?;
        if arguments.has("typed") {
            return match (json, operands) {
                (None, 2) => Ok(Self::Typed("[]".into())),
                (None, 3) => Ok(Self::Typed(text_of(arguments.operand(2)?)?)),
                (Some(json), 2) => Ok(Self::Typed(text_of(json)?)),
                _ => Err(arguments.usage("expected the arguments as one JSON array with --typed, found several")),
            };
        }
        let Some(json) = json else {
            let reads = |argument: &&OsString| *argument == "-" || *argument == "@-";
            if arguments.operands().iter().skip(2).filter(reads).count() > 1 {
                return Err(arguments.usage("expected standard input as one argument, found it as several"));
            }
            let argument = |at| {
                let text = arguments.operand(at)?;
                let parsed = match text {
                    "-" => Argument::parse_input(&text_of("-")?),
                    "@-" => Ok(Argument::Input(input()?)),
                    text => Argument::parse(text),
                };
                parsed.map_err(|message| arguments.usage(format!("argument {}: {message}", at - 1)))
            };
            return Ok(Self::Each((2..operands).map(argument).collect::<Result<_>>()?));
        };
        if operands > 2 {
            return Err(arguments.usage("expected all arguments in --json, found others"));
        }
        match plain::value(&text_of(json)?).map_err(|message| arguments.usage(message))? {
            Some(tiny_xmlrpc::Value::Array(items)) => Ok(Self::Each(items.into_iter().map(Argument::Value).collect())),
            Some(_) => Err(arguments.usage("expected a JSON array as --json, found another type")),
            None => Err(arguments.usage("expected a JSON array as --json, found no JSON")),
        }
    }

    /// Writes them. It may be called several times, and writes the same each time.
    fn write(&self, writer: &mut Writer<impl Sink>) -> tiny_xmlrpc::Result<()> {
        match self {
            Self::Each(arguments) => arguments.iter().try_for_each(|argument| argument.write(writer)),
            Self::Typed(text) => write_typed(text, writer).map_err(|error| {
                // It has been written before without one.
                tiny_xmlrpc::Error::new(tiny_xmlrpc::ErrorKind::Usage, error.to_string())
            }),
        }
    }
}

fn write_typed(text: &str, writer: &mut Writer<impl Sink>) -> Result<(), Located> {
    let mut json = Canonical::new(text.as_bytes());
    json.params(writer)?;
    json.end()
}

/// The text itself, or with `-` what comes on standard input.
fn text_of(argument: &str) -> Result<String> {
    if argument != "-" {
        return Ok(argument.into());
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => {
            Failure::Bad("standard input: expected UTF-8, found other bytes; as an argument @- sends bytes".into())
        }
        _ => unread(&error),
    })?;
    Ok(text)
}

/// The bytes that come on standard input.
fn input() -> Result<Spool> {
    let mut bytes = Spool::new();
    io::copy(&mut io::stdin().lock(), &mut bytes).map_err(|error| unread(&error))?;
    Ok(bytes)
}

fn unread(error: &io::Error) -> Failure {
    Failure::Bad(format!("standard input: {error}"))
}
