//! Reads and writes calls without std.
//!
//! That it links is the proof: std brings a panic handler, so a crate among the dependencies that needed
//! std would make two of them, which the compiler refuses. What it does is checked too: the exit status
//! is 0 if all of it held, and a panic aborts.
#![no_std]
#![no_main]

extern crate alloc;

// The example for devices, which so is seen to need no std.
#[path = "../../examples/embedded/device.rs"]
mod device;
mod heap;
mod host;

use alloc::vec::Vec;

use tiny_xmlrpc::{Dialect, Event, Limits, MethodCall, MethodResponse, Reader, Result, Struct, Value, Writer};

/// A call as Python writes it.
const CALL: &[u8] = b"<?xml version='1.0'?>\n<methodCall>\n<methodName>add</methodName>\n<params>\n\
    <param>\n<value><int>2</int></value>\n</param>\n<param>\n<value><int>3</int></value>\n</param>\n\
    </params>\n</methodCall>\n";

/// What the C runtime starts.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn main() -> i32 {
    let done =
        values().and_then(|()| events()).and_then(|()| typed()).and_then(|()| borrowed()).and_then(|()| device());
    match done {
        Ok(()) => {
            host::print(format_args!("read and wrote calls without std; {} bytes of heap taken\n", heap::taken()));
            0
        }
        Err(error) => {
            host::print(format_args!("{error}\n"));
            1
        }
    }
}

/// Whole messages, and every kind of value there and back.
fn values() -> Result<()> {
    let call = MethodCall::read(&mut Reader::from_bytes(CALL).with_limits(Limits::device()))?;
    assert_eq!(call, MethodCall::new("add", Vec::from([Value::Int(2), Value::Int(3)])));

    let value = Value::from(Struct::from_iter([
        ("int", Value::Int(-7)),
        ("double", Value::Double(2.5)),
        ("text", Value::from("<ÿ & \r\n>")),
        ("base64", Value::Base64(Vec::from(*b"\0\xFF"))),
        ("dateTime", Value::DateTime("19980717T14:08:55".parse()?)),
        ("array", Value::from(Vec::from([true, false]))),
    ]));
    let response = MethodResponse::Result(value);
    assert_eq!(MethodResponse::from_bytes(&response.to_vec(Dialect::strict())?)?, response);

    let error = MethodCall::from_bytes(b"<methodCall>\n<methodName>add</methodNam>").unwrap_err();
    assert_eq!(error.position().map(|position| position.line), Some(2));
    Ok(())
}

/// Event by event, into a buffer on the stack.
fn events() -> Result<()> {
    let mut buffer = [0; 512];
    let mut reader = Reader::from_bytes(CALL);
    let mut writer = Writer::new(&mut buffer[..]);
    loop {
        let event = reader.next_event()?;
        let ended = event == Event::End;
        writer.write(&event)?;
        if ended {
            break;
        }
    }
    let unused = writer.into_inner().len();
    let written = &buffer[..buffer.len() - unused];
    assert_eq!(MethodCall::from_bytes(written)?, MethodCall::from_bytes(CALL)?);
    Ok(())
}

#[cfg(feature = "serde")]
tiny_xmlrpc::interface! {
    trait Adder {
        /// Adds two numbers.
        fn add(&mut self, a: i32, b: &i32) -> i32;
    }
    client AdderClient;
}

#[cfg(feature = "serde")]
impl Adder for i32 {
    fn add(&mut self, a: i32, b: &i32) -> i32 {
        *self += a + b;
        *self
    }
}

/// The same through serde, and methods called.
#[cfg(feature = "serde")]
fn typed() -> Result<()> {
    let mut methods = tiny_xmlrpc::Methods::new();
    methods.add("add", |a: i32, b: i32| a + b);
    let reply = methods.respond(CALL);
    assert_eq!(tiny_xmlrpc::from_slice::<i32>(&reply)?, 5);

    methods.remove("add");
    methods.instance("", 100.into_instance());
    let reply = methods.respond(CALL);
    assert_eq!(tiny_xmlrpc::from_slice::<i32>(&reply)?, 105);
    assert_eq!(methods.help("add"), Some("Adds two numbers."));
    Ok(())
}

/// The device of the example takes the heap for faults alone.
fn device() -> Result<()> {
    let mut device = device::Device::default();
    let mut buffer = [0; 512];
    let mut answers = |method: &str, params: &[Value]| -> Result<(MethodResponse, usize)> {
        let call = MethodCall::new(method, params.to_vec()).to_vec(Dialect::strict())?;
        let before = heap::taken();
        let answer = device.answer(&call, &mut buffer)?;
        let taken = heap::taken() - before;
        Ok((MethodResponse::from_bytes(answer)?, taken))
    };
    let off = MethodResponse::Result(Value::Boolean(false));
    assert_eq!(answers("switch", &[Value::Int(2), Value::Boolean(true)])?, (off, 0));
    let done = MethodResponse::Result(Value::Boolean(true));
    assert_eq!(answers("show", &[Value::from("hello")])?, (done, 0));
    let (state, taken) = answers("state", &[])?;
    let MethodResponse::Result(state) = state else { panic!("expected a result, found a fault") };
    assert_eq!((state["lamps"][2].as_bool(), state["display"].as_str(), taken), (Some(true), Some("hello"), 0));
    let (fault, taken) = answers("switch", &[Value::Int(4), Value::Boolean(true)])?;
    assert!(matches!(fault, MethodResponse::Fault(_)) && taken > 0);
    Ok(())
}

/// A small call takes nothing of the heap: what is text is borrowed from the bytes.
#[cfg(feature = "serde")]
fn borrowed() -> Result<()> {
    const NOTE: &[u8] = b"<?xml version=\"1.0\"?><methodCall><methodName>log.note</methodName><params>\
        <param><value><string>a text of some length that is borrowed</string></value></param>\
        <param><value><int>7</int></value></param><param><value><double>-2.5</double></value></param>\
        <param>\n<value>untyped</value>\n</param><param><value><array><data><value><boolean>1</boolean></value>\
        <value><string></string></value></data></array></value></param></params></methodCall>\n";
    let before = heap::taken();
    let mut reader = Reader::from_bytes(NOTE);
    assert_eq!(reader.next_event()?, Event::Call("log.note".into()));
    let (text, number): (&str, i32) = (reader.read()?, reader.read()?);
    let (double, untyped): (f64, &str) = (reader.read()?, reader.read()?);
    let pair: (bool, &str) = reader.read()?;
    reader.finish()?;
    assert_eq!(heap::taken(), before);
    assert_eq!((text, number), ("a text of some length that is borrowed", 7));
    assert_eq!((double, untyped, pair), (-2.5, "untyped", (true, "")));
    // So that it is known to count.
    drop(MethodCall::from_bytes(NOTE)?);
    assert!(heap::taken() > before);
    Ok(())
}

#[cfg(not(feature = "serde"))]
fn borrowed() -> Result<()> {
    Ok(())
}

#[cfg(not(feature = "serde"))]
fn typed() -> Result<()> {
    Ok(())
}
