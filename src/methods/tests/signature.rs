//! Parameters against the signatures that were said of a method.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::ask;
use crate::fault::codes;
use crate::methods::{Methods, Rest};
use crate::{Fault, MethodResponse, Value};

/// The answer to a call with these parameters, as they stand in the document.
fn answer(methods: &mut Methods<'_>, params: &[&str]) -> Result<Value, Fault> {
    let params: String = params.iter().map(|param| format!("<param><value>{param}</value></param>")).collect();
    let call = format!("<methodCall><methodName>m</methodName><params>{params}</params></methodCall>");
    match MethodResponse::from_bytes(&methods.respond(call.as_bytes())).unwrap() {
        MethodResponse::Result(value) => Ok(value),
        MethodResponse::Fault(fault) => Err(fault),
    }
}

/// A method of any number of anything, with these signatures.
fn declared(signatures: &[&[&str]]) -> Methods<'static> {
    let mut methods = Methods::new();
    let entry = methods.add("m", |Rest(values): Rest<Value>| values.len());
    for signature in signatures {
        entry.signature(signature.iter().copied());
    }
    methods
}

#[test]
fn a_type_takes_what_is_of_it() {
    const INT: &str = "<int>1</int>";
    const I8_SMALL: &str = "<i8>1</i8>";
    const I8: &str = "<i8>3000000000</i8>";
    const BIG_SMALL: &str = "<ex:biginteger>1</ex:biginteger>";
    const BIG: &str = "<ex:biginteger>30000000000000000000</ex:biginteger>";
    const DOUBLE: &str = "<double>1.5</double>";
    const DECIMAL: &str = "<ex:bigdecimal>1.5</ex:bigdecimal>";
    let all = [
        INT,
        I8_SMALL,
        I8,
        BIG_SMALL,
        BIG,
        DOUBLE,
        DECIMAL,
        "<boolean>1</boolean>",
        "text",
        "<string>text</string>",
        "<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>",
        "<base64>eW91</base64>",
        "<array><data/></array>",
        "<struct/>",
        "<nil/>",
    ];
    let cases: [(&[&str], &[&str]); 13] = [
        (&["int", "i4", "i1", "i2"], &[INT, I8_SMALL, BIG_SMALL]),
        (&["i8"], &[INT, I8_SMALL, I8, BIG_SMALL]),
        (&["biginteger"], &[INT, I8_SMALL, I8, BIG_SMALL, BIG]),
        (&["double", "bigdecimal"], &[INT, I8_SMALL, I8, BIG_SMALL, BIG, DOUBLE, DECIMAL]),
        (&["boolean"], &["<boolean>1</boolean>"]),
        (&["string"], &["text", "<string>text</string>"]),
        (&["dateTime.iso8601"], &["<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>"]),
        (&["base64"], &["<base64>eW91</base64>"]),
        (&["array"], &["<array><data/></array>"]),
        (&["struct"], &["<struct/>"]),
        (&["nil"], &["<nil/>"]),
        (&["any", "undef", ""], &all),
        (&["int or string", "Int"], &all),
    ];
    for (names, fitting) in cases {
        for name in names {
            let mut methods = declared(&[&["int", name]]);
            for value in all {
                let fits = answer(&mut methods, &[value]).is_ok();
                assert_eq!(fits, fitting.contains(&value), "{name} {value}");
            }
        }
    }
}

/// What typed handlers read as a number, the type's name takes as well.
#[test]
fn numbers_are_those_that_typed_handlers_read() {
    let values = [
        "<int>1</int>",
        "<int>-3000000000</int>",
        "<i8>1</i8>",
        "<i8>3000000000</i8>",
        "<ex:biginteger>7</ex:biginteger>",
        "<ex:biginteger>3000000000</ex:biginteger>",
        "<ex:biginteger>30000000000000000000</ex:biginteger>",
        "<double>1.5</double>",
        "<double>1</double>",
        "<ex:bigdecimal>1.5</ex:bigdecimal>",
        "<boolean>1</boolean>",
        "1",
    ];
    let mut typed: [(&str, Methods<'_>); 4] =
        [("int", Methods::new()), ("i8", Methods::new()), ("biginteger", Methods::new()), ("double", Methods::new())];
    typed[0].1.add("m", |_: i32| 1);
    typed[1].1.add("m", |_: i64| 1);
    typed[2].1.add("m", |_: i128| 1);
    typed[3].1.add("m", |_: f64| 1);
    for (name, methods) in &mut typed {
        assert_eq!(methods.signatures("m").unwrap(), [["int", *name]]);
        for value in values {
            let (read, fits) = (answer(methods, &[value]), answer(&mut declared(&[&["int", name]]), &[value]));
            assert_eq!(read.is_ok(), fits.is_ok(), "{name} {value}");
        }
    }
}

#[test]
fn a_refusal_says_which_parameter_and_what_was_expected_and_found() {
    let mut methods = declared(&[
        &["int"],
        &["int", "int"],
        &["int", "string"],
        &["int", "string", "boolean"],
        &["int", "string", "array"],
        &["int", "i4", "int", "struct"],
    ]);
    const A: &str = "<array><data/></array>";
    const S: &str = "<struct/>";
    let cases: [(&[&str], Result<i32, &str>); 13] = [
        (&[], Ok(0)),
        (&["<int>1</int>"], Ok(1)),
        (&["x"], Ok(1)),
        (&["x", "<boolean>0</boolean>"], Ok(2)),
        (&["x", A], Ok(2)),
        (&["<int>1</int>", "<int>2</int>", S], Ok(3)),
        (&[A], Err("params[0]: expected int, string or i4, found array at 1:54")),
        (&["x", "y"], Err("params[1]: expected boolean or array, found string \"y\" at 1:85")),
        (&["<int>1</int>", "<nil/>"], Err("params[1]: expected int, found nil at 1:96")),
        (&["<int>1</int>", "<int>2</int>"], Err("params[2]: expected struct, found only 2 parameters")),
        (&["<int>1</int>", "<int>2</int>", A], Err("params[2]: expected struct, found array at 1:138")),
        (&["x", A, S], Err("expected 2 parameters, found 3")),
        (&["x", A, S, "<int>1</int>", "z"], Err("expected 2 parameters, found 5")),
    ];
    for (params, expected) in cases {
        let expected = expected.map(Value::Int).map_err(|message| Fault::new(codes::INVALID_PARAMS, message));
        assert_eq!(answer(&mut methods, params), expected, "{params:?}");
    }
}

#[test]
fn what_is_not_well_formed_counts_more_than_what_is_too_much() {
    let mut methods = declared(&[&["int", "int"]]);
    let call = b"<methodCall><methodName>m</methodName><params><param><value><int>1</int></value></param>\
        <param><value><int>2</int></value></param><oops";
    let MethodResponse::Fault(fault) = MethodResponse::from_bytes(&methods.respond(call)).unwrap() else { panic!() };
    assert_eq!(fault.code(), codes::NOT_WELL_FORMED);
}

#[test]
fn typed_handlers_and_calls_of_a_multicall_are_checked_as_well() {
    let mut methods = Methods::new();
    methods.multicall(true);
    methods.add("m", |a: Value, b: Option<Value>| [Some(a), b].iter().flatten().count()).signature(["int", "string"]);
    assert_eq!(answer(&mut methods, &["x"]), Ok(Value::Int(1)));
    let two = answer(&mut methods, &["x", "y"]).unwrap_err();
    assert_eq!(two, Fault::new(codes::INVALID_PARAMS, "expected 1 parameter, found 2"));
    let none = answer(&mut methods, &[]).unwrap_err();
    assert_eq!(none, Fault::new(codes::INVALID_PARAMS, "params[0]: expected string, found none"));
    let call = |params: Vec<i32>| [("methodName", Value::from("m")), ("params", params.into())];
    let calls = [call([1].into()), call([].into())].map(crate::Struct::from_iter);
    let faults: Vec<crate::Struct> = ask(&mut methods, "system.multicall", (calls,)).unwrap();
    assert_eq!(faults[0]["faultString"], "params[0]: expected string, found int 1".into());
    assert_eq!(faults[1]["faultString"], "params[0]: expected string, found none".into());
}

#[test]
fn a_signature_without_types_says_nothing() {
    let mut methods = declared(&[&[]]);
    assert_eq!(answer(&mut methods, &["x"]), Ok(Value::Int(1)));
    assert_eq!(methods.signatures("m"), Some([].into()));
}
