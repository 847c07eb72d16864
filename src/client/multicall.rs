//! Several calls in one exchange.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Client;
use super::call::check_method;
use crate::fault::codes;
use crate::message::fault_of;
use crate::read::{Raw, Text};
use crate::{Error, ErrorKind, Limits, MethodCall, Reader, Result, Value, Writer};

/// Calls that are made all at once, by the server's `system.multicall`, or as a batch of JSON-RPC.
///
/// ```
/// use tiny_xmlrpc::{Client, Methods, Result, client::Memory};
///
/// let client = Client::over(Memory::new(|call| {
///     let mut methods = Methods::new();
///     methods.add("add", |a: i32, b: i32| a + b);
///     methods.add("name", || "Arthur");
///     methods.multicall(true);
///     methods.respond(call)
/// }));
///
/// let mut calls = client.multicall();
/// calls.add("add", (2, 3))?.add("name", ())?.add("none", ())?;
/// let (sum, name, none): (Result<i32>, Result<String>, Result<i32>) = calls.run()?;
/// assert_eq!(sum?, 5);
/// assert_eq!(name?, "Arthur");
/// assert_eq!(none.unwrap_err().fault().unwrap().code(), -32601);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug)]
pub struct Multicall<'c> {
    client: &'c Client,
    document: Result<Writer<Vec<u8>>>,
    length: usize,
    falls_back: bool,
    /// In place of the document, where the client speaks JSON-RPC.
    #[cfg(feature = "json")]
    batch: Option<super::batch::Batch>,
}

/// What gathers calls.
const METHOD: &str = "system.multicall";

impl<'c> Multicall<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        let begin = || {
            let mut writer = Writer::new(Vec::new()).with_dialect(client.dialect());
            writer.call(METHOD)?;
            writer.start_array()?;
            Ok(writer)
        };
        Self {
            client,
            document: begin(),
            length: 0,
            falls_back: false,
            #[cfg(feature = "json")]
            batch: client.json.is_some().then(super::batch::Batch::default),
        }
    }

    /// One more call; its parameters as in [`Client::call`].
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, ErrorKind, client::Memory};
    /// # let client = Client::over(Memory::new(|_| Vec::new()));
    /// let mut calls = client.multicall();
    /// calls.add("add", (2, 3))?.add("name", ())?;
    /// // The specification's integers have 32 bits.
    /// assert_eq!(calls.add("add", (1_i64 << 40, 3)).unwrap_err().kind(), ErrorKind::Unsupported);
    /// assert_eq!(calls.len(), 2);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when a parameter cannot be written, [`ErrorKind::Usage`] when the name has control
    /// characters. The calls before it stay.
    pub fn add(&mut self, method: &str, params: impl Serialize) -> Result<&mut Self> {
        #[cfg(feature = "json")]
        if let Some(batch) = &mut self.batch {
            batch.add(method, &params)?;
            self.length = self.length.saturating_add(1);
            return Ok(self);
        }
        if let Ok(writer) = &mut self.document {
            let before = writer.checkpoint();
            if let Err(error) = entry(writer, method, &params) {
                writer.roll_back(before);
                return Err(error);
            }
            self.length = self.length.saturating_add(1);
        }
        Ok(self)
    }

    /// Makes the calls one after the other where the server has no `system.multicall`. Default: no.
    ///
    /// Whether it has one is learned from its answer each time: the fault −32601, a fault that says so, or
    /// HTTP's 404. If one of the single calls fails for another reason than a fault, those behind it are not made, and
    /// their errors say that.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, Result, client::Memory};
    /// let client = Client::over(Memory::new(|call| {
    ///     let mut methods = Methods::new(); // without `multicall(true)`
    ///     methods.add("add", |a: i32, b: i32| a + b);
    ///     methods.respond(call)
    /// }));
    /// let mut calls = client.multicall();
    /// calls.fall_back(true).add("add", (2, 3))?.add("add", (4, 5))?;
    /// let (first, second): (Result<i32>, Result<i32>) = calls.run()?;
    /// assert_eq!((first?, second?), (5, 9));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn fall_back(&mut self, falls_back: bool) -> &mut Self {
        self.falls_back = falls_back;
        self
    }

    /// How many calls there are.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, client::Memory};
    /// # let client = Client::over(Memory::new(|_| Vec::new()));
    /// let mut calls = client.multicall();
    /// calls.add("add", (2, 3))?;
    /// assert_eq!(calls.len(), 1);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, client::Memory};
    /// # let client = Client::over(Memory::new(|_| Vec::new()));
    /// assert!(client.multicall().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Makes the calls and reads their results in order: as a tuple of `Result`s of types, one for each
    /// call, or as a vector of them.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, Result, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("inverse", |x: f64| if x == 0.0 { Err("division by zero") } else { Ok(1.0 / x) });
    /// #     methods.multicall(true).respond(call)
    /// # }));
    /// let mut calls = client.multicall();
    /// calls.add("inverse", (4.0,))?.add("inverse", (0.0,))?;
    /// let results: Vec<Result<f64>> = calls.run()?;
    /// assert!(matches!(results[0], Ok(0.25)));
    /// assert!(results[1].as_ref().is_err_and(|error| error.fault().is_some()));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// What keeps all results from coming: a fault of the multicall itself, a reply with another number of
    /// results, and the errors of [`Client`]. A call's own fault, and a result of another type than asked
    /// for, are in its place.
    pub fn run<R: Results>(self) -> Result<R> {
        #[cfg(feature = "json")]
        if let Some(batch) = self.batch {
            let outcome = |made: Result<Vec<Raw>>| made.map_or_else(Outcome::Failed, Outcome::Json);
            let outcomes: Vec<Outcome> = batch.run(self.client)?.into_iter().map(outcome).collect();
            return R::from_outcomes(Outcomes(outcomes.into_iter()), self.length);
        }
        let mut writer = self.document?;
        writer.end_array()?;
        let request = writer.finish()?;
        let length = self.length;
        let made = self.client.exchange(METHOD, &request, |reader| {
            let results = read(reader)?;
            if results.len() != length {
                let message = format!("expected {length} results of a multicall, found {}", results.len());
                return Err(Error::new(ErrorKind::Type, message));
            }
            Ok(results)
        });
        let outcomes = match made {
            Err(error) if self.falls_back => {
                let calls = calls_of(&request)?;
                if !is_missing(&error, &calls) {
                    return Err(error);
                }
                one_by_one(self.client, calls)?
            }
            made => made?.into_iter().map(Outcome::Wrapped).collect(),
        };
        R::from_outcomes(Outcomes(outcomes.into_iter()), length)
    }
}

/// The calls that the document of a multicall gathers.
fn calls_of(request: &[u8]) -> Result<Vec<MethodCall>> {
    let mut reader = Reader::from_bytes(request).with_limits(Limits::unbounded());
    let gathered = MethodCall::read(&mut reader)?.params.into_iter().next();
    let Some(Value::Array(entries)) = gathered else { return Ok(Vec::new()) };
    let call = |entry: Value| {
        let Value::Struct(mut entry) = entry else { return None };
        match (entry.remove("methodName"), entry.remove("params")) {
            (Some(Value::String(method)), Some(Value::Array(params))) => Some(MethodCall::new(method, params)),
            _ => None,
        }
    };
    Ok(entries.into_iter().filter_map(call).collect())
}

/// Whether the error says that the server has no multicall. A fault that names one of the calls is theirs: there are
/// servers that answer so for all of them, and some of the calls have been made then.
fn is_missing(error: &Error, calls: &[MethodCall]) -> bool {
    const TEXTS: [&str; 9] = [
        "not supported",
        "unsupported",
        "unknown",
        "not found",
        "no such",
        "no method",
        "not defined",
        "undefined",
        "does not exist",
    ];
    let Some(fault) = error.fault() else { return error.http_status() == Some(404) };
    let text = fault.message().to_lowercase();
    let names_a_call = calls.iter().any(|call| call.method != METHOD && text.contains(&call.method.to_lowercase()));
    !names_a_call && (fault.code() == codes::METHOD_NOT_FOUND || TEXTS.iter().any(|part| text.contains(part)))
}

/// Makes the calls one after the other.
fn one_by_one(client: &Client, calls: Vec<MethodCall>) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    let mut failed = None;
    for (number, call) in calls.into_iter().enumerate() {
        if let Some(failed) = failed {
            let message = format!("not called, since call {failed} of the multicall failed");
            outcomes.push(Outcome::Failed(Error::new(ErrorKind::Usage, message).with_executed(false)));
            continue;
        }
        let request = call.to_vec(client.dialect())?;
        let made = client.exchange(&call.method, &request, |reader| {
            reader.begin_response()?.map_err(Error::from)?;
            let first = reader.next_raw()?;
            let events = reader.record(first)?;
            reader.finish()?;
            Ok(events)
        });
        outcomes.push(match made {
            Ok(events) => Outcome::Single(events),
            Err(error) => {
                if error.fault().is_none() {
                    failed = Some(number.saturating_add(1));
                }
                Outcome::Failed(error)
            }
        });
    }
    Ok(outcomes)
}

fn entry(writer: &mut Writer<Vec<u8>>, method: &str, params: &impl Serialize) -> Result<()> {
    check_method(method)?;
    writer.start_struct()?;
    writer.name("methodName")?;
    writer.string(method)?;
    writer.name("params")?;
    writer.start_array()?;
    writer.params(params)?;
    writer.end_array()?;
    writer.end_struct()
}

/// Each result by its events: all of the reply is read before anything is made of it.
fn read(reader: &mut Reader<'_>) -> Result<Vec<Vec<Raw>>> {
    reader.begin_response()?.map_err(Error::from)?;
    match reader.next_raw()? {
        Raw::StartArray => {}
        other => return Err(reader.mismatch("an array of results", &other)),
    }
    let mut results = Vec::new();
    loop {
        match reader.next_raw()? {
            Raw::EndArray => break,
            first => results.push(reader.record(first)?),
        }
    }
    reader.finish()?;
    Ok(results)
}

/// The outcomes of the calls, one after another: what [`Results`] are made of.
///
/// ```
/// # use tiny_xmlrpc::{Client, Methods, Result, client::Memory};
/// # let client = Client::over(Memory::new(|call| {
/// #     let mut methods = Methods::new();
/// #     methods.add("add", |a: i32, b: i32| a + b);
/// #     methods.add("name", || "Arthur");
/// #     methods.multicall(true).respond(call)
/// # }));
/// # let mut calls = client.multicall();
/// # calls.add("name", ())?.add("add", (2, 3))?;
/// // Nobody has them in hand: this tuple is made of those of two calls.
/// let (name, sum): (Result<String>, Result<i32>) = calls.run()?;
/// # assert_eq!((name?.as_str(), sum?), ("Arthur", 5));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug)]
pub struct Outcomes(std::vec::IntoIter<Outcome>);

/// What came of a call, by its events.
#[derive(Debug)]
enum Outcome {
    /// As a multicall brings it.
    Wrapped(Vec<Raw>),
    /// As a call of its own brings it.
    Single(Vec<Raw>),
    /// As a batch of JSON-RPC brings it.
    #[cfg(feature = "json")]
    Json(Vec<Raw>),
    Failed(Error),
}

impl Outcomes {
    /// The outcome of the next call.
    fn next<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut events = match self.0.next() {
            Some(Outcome::Wrapped(events)) => events,
            Some(Outcome::Single(events)) => return Reader::replay_value(events).read(),
            #[cfg(feature = "json")]
            Some(Outcome::Json(events)) => return Reader::json_value(events).read(),
            Some(Outcome::Failed(error)) => return Err(error),
            None => Vec::new(),
        };
        if is_fault(&events) {
            return Err(fault_of(&Reader::replay_value(events).read_value()?)?.into());
        }
        // A result comes in an array of one item; supervisor, for one, sends it bare.
        if matches!(events.first(), Some(Raw::StartArray)) && items(&events) == 1 {
            events.pop();
            events.remove(0);
        }
        Reader::replay_value(events).read()
    }
}

/// How deep each event stands, the containers' own ends as deep as what stands in them.
fn depths(events: &[Raw]) -> impl Iterator<Item = (usize, &Raw)> {
    events.iter().scan(0_usize, |depth, event| {
        let at = *depth;
        match event {
            Raw::StartArray | Raw::StartStruct => *depth = depth.saturating_add(1),
            Raw::EndArray | Raw::EndStruct => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some((at, event))
    })
}

/// How many items the array has.
fn items(events: &[Raw]) -> usize {
    let ends =
        |event: &Raw| matches!(event, Raw::EndArray | Raw::EndStruct | Raw::StringChunk(_) | Raw::Base64Chunk(_));
    depths(events).filter(|(depth, event)| *depth == 1 && !ends(event)).count()
}

/// Whether it is a struct with the members of a fault.
fn is_fault(events: &[Raw]) -> bool {
    let has = |wanted: &str| {
        depths(events)
            .any(|(depth, event)| depth == 1 && matches!(event, Raw::Name(Text::Owned(name)) if name == wanted))
    };
    matches!(events.first(), Some(Raw::StartStruct)) && has("faultCode") && has("faultString")
}

/// How the results of a multicall are wanted: a tuple of up to eight `Result`s, or a `Vec` of them.
///
/// ```
/// use std::time::{Duration, Instant};
/// use tiny_xmlrpc::client::{Multicall, Results};
///
/// fn timed<R: Results>(calls: Multicall<'_>) -> tiny_xmlrpc::Result<(R, Duration)> {
///     let start = Instant::now();
///     Ok((calls.run()?, start.elapsed()))
/// }
/// # use tiny_xmlrpc::{Client, Methods, Result, client::Memory};
/// # let client = Client::over(Memory::new(|call| Methods::new().multicall(true).respond(call)));
/// # let mut calls = client.multicall();
/// # calls.add("none", ())?;
/// # let (results, _) = timed::<Vec<Result<i32>>>(calls)?;
/// # assert!(results[0].is_err());
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub trait Results: Sized {
    /// Makes them of the outcomes, of which there are so many.
    ///
    /// # Errors
    /// [`ErrorKind::Type`] when there are not as many as wanted.
    #[doc(hidden)]
    fn from_outcomes(outcomes: Outcomes, length: usize) -> Result<Self>;
}

impl<T: DeserializeOwned> Results for Vec<Result<T>> {
    fn from_outcomes(mut outcomes: Outcomes, length: usize) -> Result<Self> {
        Ok((0..length).map(|_| outcomes.next()).collect())
    }
}

macro_rules! tuples {
    ($($count:literal: $($type:ident)*;)*) => {$(
        impl<$($type: DeserializeOwned),*> Results for ($(Result<$type>,)*) {
            fn from_outcomes(mut outcomes: Outcomes, length: usize) -> Result<Self> {
                if length != $count {
                    let message = format!("expected {} calls for as many results, found {length}", $count);
                    return Err(Error::new(ErrorKind::Usage, message));
                }
                Ok(($(outcomes.next::<$type>(),)*))
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Memory;
    use crate::{Fault, Methods};

    fn answered(results: &'static str) -> Client {
        Client::over(Memory::new(move |_| {
            let xml = format!(
                "<methodResponse><params><param><value><array><data>{results}</data></array></value></param></params></methodResponse>"
            );
            xml.into_bytes()
        }))
    }

    #[test]
    fn results_come_wrapped_bare_and_as_faults() {
        let client = answered(
            "<value><array><data><value><int>1</int></value></data></array></value><value><int>2</int></value>\
             <value><struct><member><name>faultString</name><value>no</value></member>\
             <member><name>faultCode</name><value><int>3</int></value></member></struct></value>\
             <value><array><data><value><struct><member><name>faultCode</name><value>x</value></member>\
             <member><name>faultString</name><value>y</value></member></struct></value></data></array></value>\
             <value><array><data/></array></value><value><struct/></value>\
             <value><array><data><value><array><data><value>a</value><value>b</value></data></array></value></data></array></value>",
        );
        let mut calls = client.multicall();
        for _ in 0..7 {
            calls.add("m", ()).unwrap();
        }
        let results: Vec<Result<Value>> = calls.run().unwrap();
        let told: Vec<String> = results
            .iter()
            .map(|result| match result {
                Ok(value) => format!("{value:?}"),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(told[..3], ["Int(1)", "Int(2)", "fault 3: no"]);
        assert_eq!(results[3].as_ref().unwrap()["faultString"], "y".into());
        assert_eq!(told[4..6], ["Array([])", "Struct(Struct { members: [] })"]);
        assert_eq!(told[6], "Array([String(\"a\"), String(\"b\")])");
    }

    #[test]
    fn one_of_another_type_leaves_the_others_alone() {
        let client = answered("<value><array><data><value>x</value></data></array></value><value>y</value>");
        let mut calls = client.multicall();
        calls.add("m", ()).unwrap().add("m", ()).unwrap();
        let (first, second): (Result<i32>, Result<String>) = calls.run().unwrap();
        let error = first.unwrap_err();
        assert_eq!(error.to_string(), "expected int, found string \"x\"");
        assert_eq!(second.unwrap(), "y");
    }

    #[test]
    fn as_many_results_as_calls() {
        let client = answered("<value>x</value>");
        let mut calls = client.multicall();
        calls.add("m", ()).unwrap().add("m", ()).unwrap();
        let error = calls.run::<Vec<Result<String>>>().unwrap_err();
        assert_eq!(error.to_string(), "expected 2 results of a multicall, found 1");
        assert!(error.may_have_executed());
        let mut calls = client.multicall();
        calls.add("m", ()).unwrap();
        let error = calls.run::<(Result<i32>, Result<i32>)>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    #[test]
    fn a_parameter_that_cannot_be_written_leaves_the_others() {
        let client = Client::over(Memory::new(|call| {
            assert_eq!(String::from_utf8_lossy(call).matches("<name>methodName</name>").count(), 1);
            let fault = crate::MethodResponse::Fault(Fault::new(1, "none of them"));
            fault.to_vec(crate::Dialect::strict()).unwrap()
        }));
        let mut calls = client.multicall();
        calls.add("m", (1,)).unwrap();
        assert_eq!(calls.add("m", ("\0",)).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(calls.len(), 1);
        let error = calls.run::<Vec<Result<i32>>>().unwrap_err();
        assert_eq!(error.fault().map(Fault::code), Some(1));
    }
    /// A server without multicall that says it like this, and what it was called.
    fn without(fault: Fault) -> (Client, std::sync::mpsc::Receiver<String>) {
        let (sender, called) = std::sync::mpsc::channel();
        let client = Client::over(Memory::new(move |call| {
            let read = MethodCall::from_bytes(call).unwrap();
            sender.send(read.method.clone()).unwrap();
            if read.method == METHOD {
                return crate::MethodResponse::Fault(fault.clone()).to_vec(crate::Dialect::strict()).unwrap();
            }
            let mut methods = Methods::new();
            methods.add("add", |a: i32, b: i32| a + b);
            methods.add("list", || vec![7]);
            methods.respond(call)
        }));
        (client, called)
    }

    #[test]
    fn falls_back_to_single_calls_if_asked() {
        for fault in [
            Fault::new(-32601, ""),
            Fault::new(1, "<class 'Exception'>:method \"system.multicall\" is not supported"),
            Fault::new(-506, "Method 'system.multicall' not defined"),
        ] {
            let (client, called) = without(fault.clone());
            let mut calls = client.multicall();
            calls.add("add", (2, 3)).unwrap().add("list", ()).unwrap().add("none", ()).unwrap().fall_back(true);
            let (sum, list, none): (Result<i32>, Result<Vec<i32>>, Result<i32>) = calls.run().unwrap();
            assert_eq!((sum.unwrap(), list.unwrap()), (5, vec![7]));
            assert_eq!(none.unwrap_err().fault().map(Fault::code), Some(-32601));
            assert_eq!(called.try_iter().collect::<Vec<_>>(), [METHOD, "add", "list", "none"]);

            let mut calls = client.multicall();
            calls.add("add", (2, 3)).unwrap();
            let error = calls.run::<Vec<Result<i32>>>().unwrap_err();
            assert_eq!(error.fault().map(Fault::code), Some(fault.code()));
        }
    }

    #[test]
    fn does_not_fall_back_where_calls_may_have_been_made() {
        for fault in [Fault::new(300, "Unknown method: add"), Fault::new(4, "out of memory")] {
            let (client, called) = without(fault);
            let mut calls = client.multicall();
            calls.add("add", (2, 3)).unwrap().fall_back(true);
            assert!(calls.run::<Vec<Result<i32>>>().unwrap_err().fault().is_some());
            assert_eq!(called.try_iter().count(), 1);
        }
    }

    #[test]
    fn control_characters_in_names_are_refused() {
        let client = answered("");
        for name in ["a\nb", "a\r", "\0", "a\u{85}"] {
            assert_eq!(client.multicall().add(name, ()).unwrap_err().kind(), ErrorKind::Usage);
            assert_eq!(client.call::<()>(name, ()).unwrap_err().kind(), ErrorKind::Usage);
            assert_eq!(client.call_value(name, &[]).unwrap_err().kind(), ErrorKind::Usage);
            assert_eq!(client.at(name).call::<()>("x", ()).unwrap_err().kind(), ErrorKind::Usage);
            assert_eq!(client.stream(name).call::<()>().unwrap_err().kind(), ErrorKind::Usage);
        }
    }
}
