//! Results and parameters that are never whole in memory.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{ask, fault};
use crate::fault::codes;
use crate::methods::{Methods, Stream};
use crate::{Fault, MethodResponse, Struct, Value};

#[test]
fn arrays_come_from_iterators() {
    let mut methods = Methods::new();
    methods.introspection(true);
    methods.add("squares", |to: i32| Stream::items((0..to).map(|number| number * number)));
    methods.add("words", || Stream::items(["a", "b"]));
    methods.add("pairs", || Ok::<_, Fault>(Stream::items(vec![(1, "x")])));
    methods.add("nested", || Stream::items((1..3).map(|to| Stream::items(0..to))));
    methods.add("breaks", |at: i32| {
        Stream::items((0..10).map(move |number| if number < at { Ok(number) } else { Err(Fault::new(9, "no more")) }))
    });
    assert_eq!(ask::<Vec<i32>>(&mut methods, "squares", (4,)).unwrap(), [0, 1, 4, 9]);
    assert_eq!(ask::<Vec<i32>>(&mut methods, "squares", (0,)).unwrap(), [0; 0]);
    assert_eq!(ask::<Vec<String>>(&mut methods, "words", ()).unwrap(), ["a", "b"]);
    assert_eq!(ask::<Vec<(i32, String)>>(&mut methods, "pairs", ()).unwrap(), [(1, "x".into())]);
    assert_eq!(ask::<Vec<Vec<i32>>>(&mut methods, "nested", ()).unwrap(), [vec![0], vec![0, 1]]);
    assert_eq!(ask::<Vec<i32>>(&mut methods, "breaks", (10,)).unwrap().len(), 10);
    assert_eq!(fault(&mut methods, "breaks", (5,)), Fault::new(9, "no more"));
    assert_eq!(methods.signatures("squares").unwrap(), [["array", "int"]]);
    assert_eq!(methods.signatures("pairs").unwrap(), [["array"]]);
}

#[test]
#[cfg(feature = "std")]
fn base64_comes_from_streams() {
    use std::io::{self, Read};

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("a secret path"))
        }
    }

    let mut methods = Methods::new();
    methods.add("zeros", |count: u64| Stream::base64(io::repeat(0).take(count)));
    methods.add("broken", || Stream::base64((&b"some bytes"[..]).chain(Broken)));
    for count in [0, 1, 100_000] {
        let bytes: crate::Binary = ask(&mut methods, "zeros", (count,)).unwrap();
        assert!(bytes.0 == vec![0; count]);
    }
    assert_eq!(fault(&mut methods, "broken", ()), Fault::new(codes::INTERNAL, "internal error"));
    assert_eq!(methods.signatures("zeros").unwrap(), [["base64", "i8"]]);
}

#[test]
#[cfg(feature = "std")]
fn base64_comes_from_files() {
    use std::io::Write;

    use crate::{Answer, Binary, Dialect, Reader, Spool, call_to_vec, from_reader};

    let mut file = tempfile::tempfile().unwrap();
    let bytes: Vec<u8> = (0..100_000).map(|number| (number % 251) as u8).collect();
    file.write_all(&bytes).unwrap();
    let mut methods = Methods::new();
    methods.multicall(true).introspection(true);
    let copy = file.try_clone().unwrap();
    methods.add("file", move || copy.try_clone().map(Stream::file));
    methods.add("no file", || Stream::file(std::fs::File::open("/").unwrap()));
    // In memory there is the whole of it.
    assert!(ask::<Binary>(&mut methods, "file", ()).unwrap().0 == bytes);
    assert_eq!(methods.signatures("file").unwrap(), [["base64"]]);

    let mut answered = |call: &[u8]| {
        let mut answer = Answer::from(Spool::new().with_threshold(10_000));
        methods.respond_for(&(), Reader::from_bytes(call), &mut answer);
        answer.into_spool()
    };
    let call = call_to_vec("file", &(), Dialect::strict()).unwrap();
    let spool = answered(&call);
    assert!(spool.memory() < 10_000 && spool.as_slice().is_none() && spool.len() > 133_336);
    assert!(from_reader::<Binary>(spool.into_reader()).unwrap().0 == bytes);

    let mut calls = Vec::new();
    for method in ["file", "no file", "file", "no method"] {
        let call = [("methodName", Value::from(method)), ("params", Value::Array(Vec::new()))];
        calls.push(Value::from(Struct::from_iter(call)));
    }
    let spool = answered(&call_to_vec("system.multicall", &(calls,), Dialect::strict()).unwrap());
    assert!(spool.memory() < 10_000);
    let results: Vec<Value> = from_reader(spool.into_reader()).unwrap();
    let code = |result: &Value| result.as_struct().unwrap()["faultCode"].as_i64().unwrap();
    assert!(results[0] == results[2] && results[0].as_array().unwrap()[0] == Value::Base64(bytes));
    #[cfg(unix)]
    assert_eq!(code(&results[1]), i64::from(codes::INTERNAL));
    assert_eq!(code(&results[3]), i64::from(codes::METHOD_NOT_FOUND));

    // What was promised and is not there any more.
    let spool = answered(&call);
    file.set_len(50_000).unwrap();
    let error = from_reader::<Binary>(spool.into_reader()).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Io, "{error}");
}

/// Handlers that pull and push at once.
fn streaming() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.multicall(true);
    methods.add_streaming("sum", |params, out| {
        let mut sum = params.next::<i32>()?.ok_or(Fault::new(1, "no start"))?;
        for item in params.items::<i32>()?.ok_or(Fault::new(2, "no numbers"))? {
            sum += item?;
        }
        out.int(sum)
    });
    methods.add_streaming("double", |params, out| {
        out.start_array()?;
        if let Some(items) = params.items::<i32>()? {
            for item in items {
                out.int(item? * 2)?;
            }
        }
        out.end_array()
    });
    methods.add_streaming("first", |params, out| match params.items::<String>()? {
        Some(mut items) => out.string(&items.next().unwrap_or(Ok("none".into()))?),
        None => out.string("nothing"),
    });
    methods.add_streaming("names", |params, out| {
        let names: Result<Vec<String>, _> =
            params.members::<Value>()?.into_iter().flatten().map(|one| Ok(one?.0)).collect();
        out.string(&names.map_err(|error: crate::Error| error)?.join(" "))
    });
    methods.add_streaming("none", |_, _| Ok(()));
    methods.add_streaming("two", |_, out| {
        out.int(1)?;
        out.int(2)
    });
    methods.add_streaming("open", |_, out| out.start_array());
    methods.add_streaming("chunk", |_, out| out.string_chunk("half"));
    methods.add_streaming("closes", |_, out| {
        out.int(1)?;
        out.end_array()
    });
    methods.add_streaming("nil", |_, out| out.nil());
    methods.add_streaming("checked", |params, out| {
        out.string(&params.context().method().replace('c', "k"))?;
        while params.next::<Value>()?.is_some() {}
        Ok(())
    });
    methods
}

#[test]
fn parameters_are_pulled_while_the_result_is_pushed() {
    let mut methods = streaming();
    assert_eq!(ask::<i32>(&mut methods, "sum", (1, [2, 3])).unwrap(), 6);
    assert_eq!(ask::<Vec<i32>>(&mut methods, "double", ([1, 2],)).unwrap(), [2, 4]);
    assert_eq!(ask::<String>(&mut methods, "first", (["a", "b"],)).unwrap(), "a");
    assert_eq!(ask::<String>(&mut methods, "first", ()).unwrap(), "nothing");
    let members = Struct::from_iter([("x", Value::Int(1)), ("y", Value::Int(2))]);
    assert_eq!(ask::<String>(&mut methods, "names", (members,)).unwrap(), "x y");
    assert_eq!(ask::<String>(&mut methods, "checked", (1, "x")).unwrap(), "khekked");
}

/// What goes wrong in a streaming handler, alone and in a multicall.
#[test]
fn one_whole_value_or_a_fault() {
    let cases: [(&str, Vec<Value>, i32, &str); 11] = [
        ("sum", vec![], 1, "no start"),
        ("sum", vec![1.into()], 2, "no numbers"),
        ("sum", vec![1.into(), 2.into()], -32602, "params[1]: expected array, found int 2"),
        ("double", vec![vec!["x"].into()], -32602, "params[0][0]: expected int, found string \"x\""),
        ("double", vec![vec![1].into(), 2.into()], -32602, "expected 1 parameter, found 2"),
        ("none", vec![], -32603, "the method's result cannot be sent: expected "),
        ("two", vec![], -32603, "the method's result cannot be sent: expected the end of the document, found an int"),
        ("open", vec![], -32603, "the method's result cannot be sent: expected a value or the end of the array"),
        ("chunk", vec![], -32603, "the method's result cannot be sent: expected the rest of a string, found the end"),
        (
            "closes",
            vec![],
            -32603,
            "the method's result cannot be sent: expected the end of the document, found the end",
        ),
        ("nil", vec![], -32603, "the method's result cannot be sent: expected a value that the dialect can write"),
    ];
    let mut methods = streaming();
    for (name, params, code, message) in cases {
        let told = fault(&mut methods, name, &params);
        assert!(told.code() == code && told.message().starts_with(message), "{name}: {told}");
        let call = Struct::from_iter([("methodName", Value::from(name)), ("params", params.into())]);
        let good = Struct::from_iter([("methodName", Value::from("double"))]);
        let calls = [&good, &call, &good];
        let results: Vec<Value> = ask(&mut methods, "system.multicall", (calls,)).unwrap();
        assert_eq!(results[0], Value::from(vec![Value::Array(vec![])]));
        assert_eq!(results[0], results[2]);
        assert_eq!(results[1]["faultCode"], Value::Int(code), "{name}: {results:?}");
    }
}

#[test]
fn signatures_are_checked_as_parameters_are_pulled() {
    let mut methods = Methods::new();
    methods
        .add_streaming("m", |params, out| {
            let mut count = 0;
            while params.next::<Value>()?.is_some() {
                count += 1;
            }
            out.int(count)
        })
        .signature(["int", "int", "string"]);
    assert_eq!(ask::<i32>(&mut methods, "m", (1, "x")).unwrap(), 2);
    assert_eq!(fault(&mut methods, "m", (1, 2)).message(), "params[1]: expected string, found int 2 at 1:117");
    assert_eq!(fault(&mut methods, "m", (1,)).message(), "params[1]: expected string, found only 1 parameter");
    assert_eq!(fault(&mut methods, "m", (1, "x", 3)).message(), "expected 2 parameters, found 3");
}

#[test]
fn a_document_that_breaks_off_is_answered_with_its_fault() {
    let call =
        b"<methodCall><methodName>double</methodName><params><param><value><array><data><value><int>1</int></value>";
    let MethodResponse::Fault(fault) = MethodResponse::from_bytes(&streaming().respond(call)).unwrap() else {
        panic!()
    };
    assert_eq!(fault.code(), codes::NOT_WELL_FORMED);
}

/// The same bytes over and over.
#[cfg(all(feature = "std", feature = "spool"))]
struct Repeated {
    item: &'static [u8],
    at: usize,
    left: usize,
}

#[cfg(all(feature = "std", feature = "spool"))]
impl std::io::Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut count = 0;
        for to in buffer.iter_mut().take(self.left) {
            *to = self.item[self.at];
            self.at = (self.at + 1) % self.item.len();
            count += 1;
        }
        self.left -= count;
        Ok(count)
    }
}

/// A result far larger than what memory may hold of it, from a call far larger than the window.
#[test]
#[cfg(all(feature = "std", feature = "spool"))]
fn memory_is_bounded_both_ways() {
    use std::io::Read;

    use crate::methods::Answer;
    use crate::{Limits, Reader, Spool};

    const COUNT: usize = 100_000;
    let mut methods = streaming();
    methods.limits(Limits::unbounded());
    let item = "<value><int>21</int></value>";
    let head = "<methodCall><methodName>double</methodName><params><param><value><array><data>";
    let call = |tail: &'static str| {
        let body = Repeated { item: item.as_bytes(), at: 0, left: COUNT * item.len() };
        Reader::from_reader(head.as_bytes().chain(body).chain(tail.as_bytes()))
    };
    let mut answer = Answer::from(Spool::new().with_threshold(10_000));
    methods.respond_for(&(), call("</data></array></value></param></params></methodCall>"), &mut answer);
    assert!(answer.len() > 2_000_000);
    let spool = answer.into_spool();
    assert!(spool.memory() < 100_000, "{}", spool.memory());
    let mut reader = Reader::from_reader(spool.into_reader()).with_limits(Limits::unbounded());
    reader.begin_response().unwrap().unwrap();
    let items: crate::Result<Vec<i32>> = reader.items::<i32>().unwrap().collect();
    assert!(items.unwrap() == vec![42; COUNT]);
    // What was begun is taken back from the file as well.
    let mut answer = Answer::from(Spool::new().with_threshold(10_000));
    methods.respond_for(&(), call("</data></array></value></param></params></methodCal>"), &mut answer);
    let xml = answer.into_vec().unwrap();
    let MethodResponse::Fault(fault) = MethodResponse::from_bytes(&xml).unwrap() else { panic!() };
    assert_eq!(fault.code(), codes::NOT_WELL_FORMED);
}
