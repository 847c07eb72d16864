//! What has no type in JSON, and numbers of every size, both ways.

use std::collections::BTreeMap;

use serde_json::json;
use tiny_xmlrpc::{Binary, DateTime, Methods, Rest, Stream, Struct, Value};

use super::call;

#[derive(serde::Deserialize, serde::Serialize)]
struct Photo {
    taken: DateTime,
    bytes: Binary,
    title: Option<String>,
}

tiny_xmlrpc::returns!(Photo);

fn methods() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.add("echo", |value: Value| value);
    methods.add("text", |text: String| text);
    methods.add("moment", |moment: DateTime| moment);
    methods.add("year", |moment: DateTime| i32::from(moment.year()));
    methods.add("bytes", |Binary(mut bytes): Binary| {
        bytes.reverse();
        Binary(bytes)
    });
    methods.add("photo", |photo: Photo| photo);
    methods.add("moments", |moments: Vec<DateTime>| moments);
    methods.add("by_name", |moments: BTreeMap<String, DateTime>| moments);
    methods.add("i64", |number: i64| number);
    methods.add("u64", |number: u64| number);
    methods.add("i128", |number: i128| number);
    methods.add("double", |number: f64| number);
    methods.add("float", |number: f32| number);
    methods.add("nothing", || ());
    methods.add("nan", || f64::NAN);
    methods.add("infinite", || vec![f64::NEG_INFINITY]);
    methods.add("option", |value: Option<i32>| value);
    methods.add("type", |value: Value| value.type_name()).signature(["string", "dateTime.iso8601"]);
    methods.add("types", |Rest(values): Rest<Value>| values.iter().map(Value::type_name).collect::<Vec<_>>());
    methods.add("declared", |value: Value| value.type_name()).signature(["string", "base64"]);
    methods
        .add("either", |value: Value| value.type_name())
        .signature(["string", "base64"])
        .signature(["string", "string"]);
    methods.add("squares", |to: i64| Stream::items((0..to).map(|number| number * number)));
    methods.add("zeros", |count: u64| Stream::base64(std::io::Read::take(std::io::repeat(0), count)));
    methods.add_streaming("copy", |params, out| {
        let mut bytes = Vec::new();
        std::io::copy(&mut params.bytes()?.unwrap(), &mut bytes)?;
        out.start_array()?;
        for (name, value) in params.members::<Value>()?.unwrap().map(Result::unwrap) {
            out.string(&name)?;
            out.value(&value)?;
        }
        out.base64_chunk(&bytes)?;
        out.base64(b"!")?;
        out.string_chunk("a\u{1}")?;
        out.string("b")?;
        out.end_array()
    });
    methods.add("control", || "\u{0}\u{1f}\u{7f}");
    methods
}

#[test]
fn dates_and_bytes_are_text() {
    let methods = &mut methods();
    let moment = json!("1998-07-17T14:08:55");
    for text in ["1998-07-17T14:08:55", "19980717T14:08:55", "1998-07-17T14:08:55.5Z", r"1998-07-17T14\u003a08:55"] {
        assert_eq!(call(methods, "moment", &format!("[\"{text}\"]")), Ok(moment.clone()), "{text}");
    }
    assert_eq!(call(methods, "year", r#"["2026-01-02T03:04:05"]"#), Ok(json!(2026)));
    let refused = |methods: &mut Methods<'_>, method, params| call(methods, method, params).unwrap_err();
    let expected = "params[0]: expected dateTime.iso8601, found string \"yesterday\"";
    assert_eq!(refused(methods, "moment", r#"["yesterday"]"#), (-32602, expected.into()));
    assert_eq!(refused(methods, "moment", "[5]").1, "params[0]: expected dateTime.iso8601, found int 5");

    assert_eq!(call(methods, "bytes", r#"["eW91"]"#), Ok(json!("dW95")));
    assert_eq!(call(methods, "bytes", r#"[""]"#), Ok(json!("")));
    assert_eq!(refused(methods, "bytes", r#"["*"]"#).1, "params[0]: expected base64, found string \"*\"");

    let photo = json!({"taken": moment, "bytes": "AAE=", "title": null});
    assert_eq!(call(methods, "photo", &json!([photo]).to_string()), Ok(photo.clone()));
    assert_eq!(call(methods, "photo", &photo.to_string()), Ok(photo));
    assert_eq!(call(methods, "moments", &json!([[moment, moment]]).to_string()), Ok(json!([moment, moment])));
    assert_eq!(call(methods, "by_name", &json!([{"a": moment}]).to_string()), Ok(json!({"a": moment})));

    // Where nothing asks for something else, text stays text.
    assert_eq!(call(methods, "types", r#"["1998-07-17T14:08:55", "eW91"]"#), Ok(json!(["string", "string"])));
    assert_eq!(call(methods, "text", r#"["19980717T14:08:55"]"#), Ok(json!("19980717T14:08:55")));
    // A signature asks.
    assert_eq!(call(methods, "type", r#"["1998-07-17T14:08:55"]"#), Ok(json!("dateTime.iso8601")));
    assert_eq!(refused(methods, "type", r#"["x"]"#).1, "params[0]: expected dateTime.iso8601, found string \"x\"");
    assert_eq!(call(methods, "declared", r#"["eW91"]"#), Ok(json!("base64")));
    assert_eq!(refused(methods, "declared", r#"["*"]"#).1, "params[0]: expected base64, found string \"*\"");
    assert_eq!(call(methods, "either", r#"["eW91"]"#), Ok(json!("string")));
}

#[test]
fn numbers_of_every_size_go_through() {
    let methods = &mut methods();
    let kinds = r#"[1, -2147483648, 2147483648, -9223372036854775808, 9223372036854775808, 1.0, 1e2, -0.5, true, null,
        "x", [], {}]"#;
    let expected = json!([
        "int",
        "int",
        "i8",
        "i8",
        "biginteger",
        "double",
        "double",
        "double",
        "boolean",
        "nil",
        "string",
        "array",
        "struct"
    ]);
    assert_eq!(call(methods, "types", kinds), Ok(expected));
    let mut same = |method: &str, number: &str| {
        let request = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":[{number}],"id":1}}"#);
        let answer = String::from_utf8(methods.respond_json(request.as_bytes())).unwrap();
        assert_eq!(answer, format!(r#"{{"jsonrpc":"2.0","id":1,"result":{number}}}"#), "{method}");
    };
    for number in ["0", "-1", "2147483648", "9223372036854775807", "-9223372036854775808"] {
        for method in ["echo", "i64", "i128"] {
            same(method, number);
        }
    }
    for number in ["18446744073709551615", "9223372036854775808"] {
        for method in ["echo", "u64", "i128"] {
            same(method, number);
        }
    }
    same("i128", "170141183460469231731687303715884105727");
    same("echo", "-170141183460469231731687303715884105729");
    same("echo", &format!("1{}", "0".repeat(300)));
    same("echo", r#"{"a":[123456789012345678901,1,12345678901234567890123],"b":"99999999999999999999"}"#);
    for number in ["0.1", "1.0", "-2.5", "1e+300", "1.5e-7", "5e-324"] {
        same("echo", number);
        same("double", number);
    }
    same("float", "0.5");
    assert_eq!(call(methods, "double", "[3]"), Ok(json!(3.0)));
    assert_eq!(call(methods, "double", "[123456789012345678901]"), Ok(json!(123_456_789_012_345_680_000.0)));
    let message = |result: Result<serde_json::Value, (i64, String)>| result.unwrap_err();
    assert_eq!(
        message(call(methods, "i64", "[9223372036854775808]")),
        (-32602, "params[0]: expected i64, found biginteger 9223372036854775808".into())
    );
    assert_eq!(message(call(methods, "i64", "[1.5]")).1, "params[0]: expected i64, found double 1.5");
    let out_of_range = (-32600, "Invalid Request: expected a number of at most 1.8e308 at 1:".to_owned());
    for number in ["1e400", "-1e309", &"9".repeat(400)] {
        let (code, message) = message(call(methods, "echo", &format!("[{number}]")));
        assert_eq!(code, out_of_range.0);
        assert!(message.starts_with(&out_of_range.1), "{message}");
    }
    for method in ["nan", "infinite"] {
        let (code, message) = message(call(methods, method, "[]"));
        assert_eq!(code, -32603);
        assert!(
            message.starts_with("the method's result cannot be sent: expected a value that JSON can say"),
            "{message}"
        );
    }
    assert_eq!(message(call(methods, "echo", "[NaN]")), (-32700, "Parse error".into()));
}

/// The nearest double to what is written, and what is written reads as the same.
#[test]
fn doubles_are_exact() {
    let methods = &mut methods();
    let mut read = |text: &str| {
        let request = format!(r#"{{"jsonrpc":"2.0","method":"double","params":[{text}],"id":1}}"#);
        let answer = String::from_utf8(methods.respond_json(request.as_bytes())).unwrap();
        let number = answer.strip_prefix(r#"{"jsonrpc":"2.0","id":1,"result":"#).unwrap().strip_suffix('}').unwrap();
        number.parse::<f64>().unwrap().to_bits()
    };
    for text in
        ["0.30000000000000004", "2.2250738585072011e-308", "9007199254740993.0", "1.7976931348623157e308", "1e23"]
    {
        assert_eq!(read(text), text.parse::<f64>().unwrap().to_bits(), "{text}");
    }
    for bits in (1..3_000_u64).map(|step| step.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
        let number = f64::from_bits(bits);
        if number.is_finite() {
            assert_eq!(read(&format!("{number:e}")), bits, "{number:e}");
        }
    }
}

#[test]
fn nothing_is_null_whatever_the_dialect() {
    let methods = &mut methods();
    assert_eq!(call(methods, "nothing", "[]"), Ok(json!(null)));
    assert_eq!(call(methods, "option", "[null]"), Ok(json!(null)));
    assert_eq!(call(methods, "option", "[]"), Ok(json!(null)));
    assert_eq!(call(methods, "option", "[5]"), Ok(json!(5)));
    assert_eq!(call(methods, "echo", "[{\"a\":null}]"), Ok(json!({"a": null})));
}

#[test]
fn strings_are_whatever_unicode_has() {
    let methods = &mut methods();
    let text = "\u{0}\u{1}\n\"\\/é\u{2028}😀<&>]]>";
    let params = json!([{ text: text }]);
    assert_eq!(call(methods, "echo", &params.to_string()), Ok(params[0].clone()));
    assert_eq!(call(methods, "text", r#"["\ud83d\ude00\u0000\/"]"#), Ok(json!("😀\u{0}/")));
    assert_eq!(call(methods, "control", "[]"), Ok(json!("\u{0}\u{1f}\u{7f}")));
    for surrogate in [r#"["\ud800"]"#, r#"["\udc00\ud800"]"#, r#"[{"\ud800":1}]"#] {
        assert_eq!(call(methods, "echo", surrogate), Err((-32700, "Parse error".into())), "{surrogate}");
    }
}

#[test]
fn streamed_and_large_results_are_written() {
    let methods = &mut methods();
    assert_eq!(call(methods, "squares", "[4]"), Ok(json!([0, 1, 4, 9])));
    assert_eq!(call(methods, "zeros", "[4]"), Ok(json!("AAAAAA==")));
    assert_eq!(call(methods, "zeros", "[300000]").unwrap().as_str().unwrap().len(), 400_000);
    let copied = call(methods, "copy", r#"["yoü", {"a&b": 1, "c": [2]}]"#);
    assert_eq!(copied, Ok(json!(["a&b", 1, "c", [2], "eW/DvCE=", "a\u{1}b"])));
}

/// Errors say where, with names of every kind.
#[test]
fn errors_have_the_path_of_their_value() {
    let methods = &mut methods();
    methods.add("deep", |_: BTreeMap<String, Vec<BTreeMap<String, i32>>>| 0);
    for (params, path) in [
        (r#"[{"a":[{"b":1},{"c":"x"}]}]"#, "params[0].a[1].c"),
        (r#"[{"a&amp;b":[{"c&d":"x"}]}]"#, "params[0].a&amp;b[0].c&d"),
        (r#"[{"\u0061":[{"\"":"x"}]}]"#, "params[0].a[0].\""),
    ] {
        let (code, message) = call(methods, "deep", params).unwrap_err();
        assert_eq!((code, message), (-32602, format!("{path}: expected int, found string \"x\"")));
    }
}

/// A struct's members keep their order, and of two of one name the last counts, as in XML.
#[test]
fn members_keep_their_order() {
    let methods = &mut methods();
    methods.add("names", |members: Struct| members.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
    assert_eq!(call(methods, "names", r#"[{"z":1,"a":2,"m":3,"z":4}]"#), Ok(json!(["z", "a", "m"])));
    assert_eq!(call(methods, "echo", r#"[{"z":1,"z":4}]"#), Ok(json!({"z": 4})));
}
