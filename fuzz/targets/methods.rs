//! Any bytes as a call to a registry of methods: no panic, the answer is always a response that can
//! be read, and it does not depend on how the call came.
#![no_main]

use std::collections::BTreeMap;
use std::io::{Read, Write};

use fuzz::input::{Input, Pieces};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::{
    Answer, Binary, Context, DateTime, Dialect, Fault, Instance, Limits, MethodCall, MethodResponse, Methods, Reader,
    Rest, Spool, Stream, Struct, Value,
};

// The settings of `Input`, of which the window is the dialect here.
fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    let dialect = [Dialect::strict, Dialect::python, Dialect::apache, Dialect::ros][usize::from(bytes[0] % 4)]();
    let mut methods = methods();
    methods.limits(input.limits).dialect(dialect);

    let answer = methods.respond(&input.document);
    let mut reader = Reader::from_bytes(&answer).with_limits(roomy()).with_non_finite(dialect.non_finite);
    if let Err(error) = MethodResponse::read(&mut reader) {
        panic!("{error}: {}", answer.escape_ascii());
    }

    let mut streamed = b"before".to_vec();
    let pieces = Pieces { bytes: &input.document, sizes: input.sizes };
    methods.respond_to(Reader::from_reader(pieces), &mut streamed);
    let streamed = streamed.strip_prefix(b"before").expect("what was there stays");
    assert!(answer == streamed, "{}\n{}", answer.escape_ascii(), streamed.escape_ascii());

    // Now and then, as making files takes its time.
    if bytes[0] >> 4 == 0 {
        into_a_file(&mut methods, &input, &answer);
    }

    alone_and_among_many(&mut methods, &input);
});

/// In a file from the first byte, where what stood there before is in one already.
fn into_a_file(methods: &mut Methods<'_>, input: &Input, answer: &[u8]) {
    let mut spool = Spool::new().with_threshold(0);
    spool.write_all(b"before").expect("room on the disk");
    let mut spooled = Answer::from(spool);
    methods.respond_for(&(), Reader::from_bytes(&input.document), &mut spooled);
    let mut all = Vec::new();
    spooled.into_spool().into_reader().read_to_end(&mut all).expect("what was written");
    assert!(all.strip_prefix(b"before") == Some(answer), "{}\n{}", answer.escape_ascii(), all.escape_ascii());
}

fn methods() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.add("echo", |value: Value| value).help("Gives its argument back.");
    methods.add("add", |a: i32, b: i32| a.checked_add(b).ok_or("an overflow"));
    methods.add("sum", |Rest(numbers): Rest<f64>| numbers.iter().sum::<f64>());
    methods.add("join", |separator: Option<String>, words: Option<Vec<String>>| {
        words.unwrap_or_default().join(&separator.unwrap_or_default())
    });
    methods.add("keys", |members: BTreeMap<String, Value>| members.into_keys().collect::<Vec<_>>());
    methods.add("bytes", |Binary(mut bytes): Binary| {
        bytes.reverse();
        Binary(bytes)
    });
    methods.add("year", |moment: DateTime| i32::from(moment.year()));
    methods.add("none", || ());
    methods.add("fault", |code: i32, text: String| Err::<(), _>(Fault::new(code, text)));
    methods.add("text", |code: u32| char::from_u32(code).map(String::from)).signature(["string", "int"]);
    methods
        .add("several", |Rest(values): Rest<Value>| values.len())
        .signature(["int", "int"])
        .signature(["int", "string", "double"]);
    methods.add("items", |values: Vec<Value>| {
        Stream::items(values.into_iter().map(|value| if value == Value::Nil { Err("a nil") } else { Ok(value) }))
    });
    methods.add_streaming("copy", |params, out| {
        out.start_array()?;
        for value in params.items::<Value>()?.into_iter().flatten() {
            out.value(&value?)?;
        }
        out.end_array()
    });
    methods
        .add_streaming("wrong", |params, out| {
            // What it writes is as the caller says: nothing, too much, half of something.
            while let Some(what) = params.next::<i32>()? {
                match what {
                    0 => out.start_array()?,
                    1 => out.end_array()?,
                    2 => out.start_struct()?,
                    3 => out.name("n")?,
                    4 => out.end_struct()?,
                    5 => out.string_chunk("s")?,
                    6 => out.base64_chunk(b"b")?,
                    7 => out.end()?,
                    _ => out.int(what)?,
                }
            }
            Ok(())
        })
        .help("Writes what it is told to.");
    let mut instance = Instance::new(0);
    instance.add("add", |sum: &mut i32, value: i32| *sum = sum.wrapping_add(value));
    instance.add("_private", |_: &i32| 1);
    methods.instance("instance", instance);
    methods.alias("plus", "add").alias("names", "system.listMethods").alias("many", "system.multicall");
    methods.fallback(|context: Context, Rest(params): Rest<Value>| match context.method().strip_prefix('f') {
        Some(_) => Ok(params.len()),
        None => Err(Fault::method_not_found(context.method())),
    });
    methods.introspection(true).multicall(true);
    methods
}

/// A call makes the same result alone and as one of many.
fn alone_and_among_many(methods: &mut Methods<'_>, input: &Input) {
    methods.limits(roomy()).dialect(Dialect::apache());
    let Ok(call) = MethodCall::read(&mut input.slice()) else { return };
    if call.method == "system.multicall" || call.method == "many" {
        return;
    }
    let ask = |methods: &mut Methods<'_>, call: &MethodCall| {
        let Ok(call) = call.to_vec(everything()) else { return None };
        let answer = methods.respond(&call);
        let mut reader = Reader::from_bytes(&answer).with_limits(roomy()).with_non_finite(true);
        Some(MethodResponse::read(&mut reader).expect("a response"))
    };
    let entry = Struct::from_iter([
        ("methodName", Value::from(call.method.clone())),
        ("params", Value::Array(call.params.clone())),
    ]);
    let Some(alone) = ask(methods, &call) else { return };
    let many = MethodCall::new("system.multicall", vec![Value::Array(vec![Value::Struct(entry)])]);
    let Some(MethodResponse::Result(many)) = ask(methods, &many) else { panic!("a multicall has a result") };
    match alone {
        MethodResponse::Result(value) => assert_eq!(format!("{value:?}"), format!("{:?}", many[0][0])),
        MethodResponse::Fault(fault) => {
            // Positions and paths tell of another document.
            assert_eq!(many[0]["faultCode"], Value::Int(fault.code()), "{fault} {many:?}");
        }
    }
}

fn everything() -> Dialect {
    fuzz::values::everything()
}

/// No limit that a document of this size comes upon.
fn roomy() -> Limits {
    let mut limits = Limits::unbounded();
    limits.depth = 1_000;
    limits
}
