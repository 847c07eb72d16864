use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use ::serde::de::DeserializeOwned;
use ::serde::{Deserialize, Serialize};

use crate::{Binary, DateTime, Dialect, ErrorKind, Extension, Reader, Struct, Value, Writer};

fn written<T: Serialize>(value: &T, dialect: Dialect) -> crate::Result<String> {
    let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
    writer.serialize(value)?;
    Ok(String::from_utf8(writer.finish()?).unwrap())
}

#[track_caller]
fn read<'de, T: Deserialize<'de>>(xml: &'de str) -> crate::Result<T> {
    let mut reader = Reader::new(xml);
    let value = reader.read()?;
    reader.finish()?;
    Ok(value)
}

/// There and back, through the strict dialect and one with every extension.
#[track_caller]
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug>(value: T, expected: &str) {
    let strict = written(&value, Dialect::strict()).unwrap();
    assert_eq!(strict, expected);
    assert_eq!(read::<T>(&strict).unwrap(), value);
    let all = written(&value, Dialect { non_finite: true, ..Dialect::apache() }).unwrap();
    assert_eq!(read::<T>(&all).unwrap(), value, "{all}");
    #[cfg(feature = "std")]
    assert_eq!(Reader::from_reader(all.as_bytes()).with_window(256).read::<T>().unwrap(), value);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Row {
    id: u8,
    #[serde(default)]
    note: Option<String>,
    at: DateTime,
    data: Binary,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Shape {
    Empty,
    Circle(f64),
    Line(i32, i32),
    Box { width: i32 },
}

#[test]
fn scalars() {
    round_trip(5i8, "<value><int>5</int></value>");
    round_trip(-5i64, "<value><int>-5</int></value>");
    round_trip(u16::MAX, "<value><int>65535</int></value>");
    round_trip(true, "<value><boolean>1</boolean></value>");
    round_trip(1.5f32, "<value><double>1.5</double></value>");
    round_trip('ÿ', "<value><string>ÿ</string></value>");
    round_trip("a<b".to_string(), "<value><string>a&lt;b</string></value>");
    round_trip(Binary::from(b"xy".to_vec()), "<value><base64>eHk=</base64></value>");
    let moment = DateTime::new(2026, 1, 2, 3, 4, 5).unwrap();
    round_trip(moment, "<value><dateTime.iso8601>20260102T03:04:05</dateTime.iso8601></value>");
}

#[test]
fn containers() {
    round_trip(
        (1, "a".to_string()),
        "<value><array><data><value><int>1</int></value><value><string>a</string></value></data></array></value>",
    );
    round_trip(Vec::<i32>::new(), "<value><array><data></data></array></value>");
    round_trip(
        BTreeMap::from([(1, true)]),
        "<value><struct><member><name>1</name><value><boolean>1</boolean></value></member></struct></value>",
    );
    let row = Row { id: 7, note: None, at: DateTime::new(2026, 1, 2, 3, 4, 5).unwrap(), data: Binary::default() };
    round_trip(
        row,
        "<value><struct><member><name>id</name><value><int>7</int></value></member>\
         <member><name>at</name><value><dateTime.iso8601>20260102T03:04:05</dateTime.iso8601></value></member>\
         <member><name>data</name><value><base64></base64></value></member></struct></value>",
    );
}

#[test]
fn enums() {
    round_trip(Shape::Empty, "<value><string>Empty</string></value>");
    round_trip(
        Shape::Circle(0.5),
        "<value><struct><member><name>Circle</name><value><double>0.5</double></value></member></struct></value>",
    );
    round_trip(
        Shape::Line(1, 2),
        "<value><struct><member><name>Line</name><value><array><data><value><int>1</int></value><value><int>2</int></value></data></array></value></member></struct></value>",
    );
    round_trip(
        Shape::Box { width: 3 },
        "<value><struct><member><name>Box</name><value><struct><member><name>width</name><value><int>3</int></value></member></struct></value></member></struct></value>",
    );
    let error = read::<Shape>("<value>Square</value>").unwrap_err();
    assert_eq!(error.to_string(), "expected \"Empty\", \"Circle\", \"Line\" or \"Box\", found \"Square\" at 1:1");
}

#[test]
fn nil_and_what_is_absent() {
    assert_eq!(written(&Some(1), Dialect::strict()).unwrap(), "<value><int>1</int></value>");
    assert_eq!(written(&None::<i32>, Dialect::strict()).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(written(&None::<i32>, Dialect::python()).unwrap(), "<value><nil/></value>");
    assert_eq!(read::<Option<i32>>("<value><nil/></value>").unwrap(), None);
    assert_eq!(read::<Option<i32>>("<value><int>1</int></value>").unwrap(), Some(1));
    // As a result, `()` takes whatever comes.
    for xml in ["<value/>", "<value><array><data><value>x</value></data></array></value>", "<value><nil/></value>"] {
        read::<()>(xml).unwrap();
    }
    let members = BTreeMap::from([("a", None), ("b", Some(1))]);
    let xml = written(&members, Dialect::strict()).unwrap();
    assert_eq!(xml, "<value><struct><member><name>b</name><value><int>1</int></value></member></struct></value>");
}

#[test]
fn integers_beyond_32_and_64_bits() {
    let wide = 1i64 << 40;
    let error = written(&wide, Dialect::strict()).unwrap_err();
    assert!(error.to_string().contains("the integer 1099511627776, which needs the extension i8"), "{error}");
    assert_eq!(written(&wide, Dialect::python()).unwrap(), "<value><i8>1099511627776</i8></value>");
    assert_eq!(read::<u64>("<value><int>1099511627776</int></value>").unwrap(), 1 << 40);
    let huge = u128::MAX;
    assert_eq!(written(&huge, Dialect::python()).unwrap_err().kind(), ErrorKind::Unsupported);
    let xml = written(&huge, Dialect::apache()).unwrap();
    assert_eq!(read::<u128>(&xml).unwrap(), huge);
    assert_eq!(read::<String>(&xml).unwrap(), huge.to_string());
    let error = read::<i64>(&xml).unwrap_err();
    assert_eq!(error.to_string(), "expected i64, found biginteger 34028236692093846346337460743176… at 1:1");
    for (error, expected) in [
        (read::<u8>("<value><int>300</int></value>").unwrap_err(), "expected u8, found int 300 at 1:1"),
        (read::<u32>("<value><int>-1</int></value>").unwrap_err(), "expected u32, found int -1 at 1:1"),
        (read::<i32>("<value><i8>2147483648</i8></value>").unwrap_err(), "expected int, found i8 2147483648 at 1:1"),
    ] {
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn leniences_that_lose_nothing() {
    assert_eq!(read::<f64>("<value><int>5</int></value>").unwrap(), 5.0);
    assert_eq!(read::<Vec<u8>>("<value><base64>eHk=</base64></value>").unwrap(), b"xy");
    let date = "<value><dateTime.iso8601>1998-07-17T14:08:55.5Z</dateTime.iso8601></value>";
    assert_eq!(read::<String>(date).unwrap(), "1998-07-17T14:08:55.5Z");
    assert_eq!(read::<DateTime>(date).unwrap().to_string(), "19980717T14:08:55");
    for wrong in ["<value>19980717T14:08:55</value>", "<value><int>5</int></value>"] {
        assert_eq!(read::<DateTime>(wrong).unwrap_err().kind(), ErrorKind::Type);
    }
}

#[test]
fn text_is_borrowed_where_it_stands_as_it_is() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        #[serde(borrow)]
        plain: &'a str,
        #[serde(borrow)]
        perhaps: Cow<'a, str>,
        #[serde(borrow)]
        bytes: &'a [u8],
    }
    let xml = "<value><struct><member><name>plain</name><value><string x='y'>a b</string></value></member>\
        <member><name>perhaps</name><value>a&amp;b</value></member>\
        <member><name>bytes</name><value>abc</value></member></struct></value>";
    let borrowed: Borrowed<'_> = read(xml).unwrap();
    assert_eq!((borrowed.plain, &*borrowed.perhaps, borrowed.bytes), ("a b", "a&b", b"abc".as_slice()));
    let error = read::<&str>("<value>a&amp;b</value>").unwrap_err();
    assert_eq!(error.to_string(), "expected string, found string \"a&b\" at 1:1");
}

#[test]
fn values_and_unknown_members_inside_types() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Outer {
        known: i32,
        any: Value,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let moment = DateTime::new(2026, 1, 2, 3, 4, 5).unwrap();
    let any = Value::Array(vec![
        Value::DateTime(moment),
        Value::I8(5),
        Value::BigInteger("99".into()),
        Value::BigDecimal("1.50".into()),
        Value::Nil,
        Value::Base64(vec![1]),
        Struct::from_iter([("b", 1), ("a", 2)]).into(),
    ]);
    let outer =
        Outer { known: 1, any, rest: BTreeMap::from([("x".into(), Value::from("y")), ("n".into(), Value::Int(2))]) };
    let xml = written(&outer, Dialect::apache()).unwrap();
    assert_eq!(read::<Outer>(&xml).unwrap(), outer);
}

#[test]
fn a_path_leads_to_the_wrong_value() {
    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Table {
        rows: Vec<Row>,
    }
    let xml = "<methodResponse><params><param><value><struct><member><name>rows</name>\n<value><array><data>\
        <value><struct><member><name>id</name><value><string>x</string></value></member></struct></value>";
    let error = Reader::new(xml).read_response::<Table>().unwrap_err();
    assert_eq!(error.to_string(), "params[0].rows[0].id: expected u8, found string \"x\" at 2:59");
    for (xml, expected) in [
        ("<value><struct/></value>", "expected a member named \"rows\", found none at 1:8"),
        ("<value><array><data/></array></value>", "expected struct, found array at 1:1"),
        (
            "<value><struct><member><name>rows</name><value>x</value></member></struct></value>",
            "rows: expected array, found string \"x\" at 1:41",
        ),
    ] {
        assert_eq!(read::<Table>(xml).unwrap_err().to_string(), expected);
    }
    let three = "<value><array><data><value>a</value><value>b</value><value>c</value></data></array></value>";
    assert_eq!(
        read::<(String, String)>(three).unwrap_err().to_string(),
        "[2]: expected the end of the array, found another item at 1:53"
    );
    assert_eq!(
        read::<[String; 4]>(three).unwrap_err().to_string(),
        "expected an array of length 4, found 3 items at 1:76"
    );
}

#[test]
fn parameters_are_as_many_as_a_tuple_has() {
    fn params(params: impl Serialize) -> String {
        let mut writer = Writer::new(Vec::new());
        writer.call("m").unwrap();
        writer.params(&params).unwrap();
        let xml = String::from_utf8(writer.finish().unwrap()).unwrap();
        xml.split_once("<params>")
            .unwrap()
            .1
            .split_once("</params>")
            .unwrap()
            .0
            .replace("<value>", "")
            .replace("</value>", "")
    }
    assert_eq!(params(()), "");
    assert_eq!(params(5), "<param><int>5</int></param>");
    assert_eq!(params((5, "x")), "<param><int>5</int></param><param><string>x</string></param>");
    assert_eq!(params([1, 2].as_slice()), "<param><int>1</int></param><param><int>2</int></param>");
    assert_eq!(params(([1, 2],)), "<param><array><data><int>1</int><int>2</int></data></array></param>");
    let keywords = BTreeMap::from([("a", 1)]);
    assert_eq!(
        params((1, &keywords)),
        "<param><int>1</int></param><param><struct><member><name>a</name><int>1</int></member></struct></param>"
    );
    assert_eq!(params((5, None::<i32>, None::<&str>)), "<param><int>5</int></param>");
    assert_eq!(params((None::<i32>,)), "");
    let mut writer = Writer::new(Vec::new());
    writer.call("m").unwrap();
    assert_eq!(writer.params(&(None::<i32>, Some(5))).unwrap_err().kind(), ErrorKind::Unsupported);
    let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::python());
    writer.call("m").unwrap();
    writer.params(&(5, None::<i32>)).unwrap();
    assert!(writer.finish().unwrap().ends_with(b"<param><value><nil/></value></param></params></methodCall>"));
    assert_eq!(params(&keywords), "<param><struct><member><name>a</name><int>1</int></member></struct></param>");
}

#[test]
fn other_formats_read_and_write_the_types_as_well() {
    let value = Value::Array(vec![
        Value::DateTime(DateTime::new(2026, 1, 2, 3, 4, 5).unwrap()),
        Value::Int(1),
        Value::from("x"),
        Struct::from_iter([("a", 2.5)]).into(),
    ]);
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(json, r#"["20260102T03:04:05",1,"x",{"a":2.5}]"#);
    let back: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(back[3], value[3]);
    let moment: DateTime = serde_json::from_str("\"20260102T03:04:05\"").unwrap();
    assert_eq!(Value::DateTime(moment), value[0]);
}

#[test]
fn keys_that_are_no_text_are_refused() {
    let error = written(&BTreeMap::from([(vec![1], 1)]), Dialect::strict()).unwrap_err();
    assert_eq!(error.to_string(), "expected a text or a number as the key of a map, found something else");
    let mut dialect = Dialect::strict();
    dialect.nil = Extension::Plain;
    let nested: Box<Option<Vec<Option<i32>>>> = Box::new(Some(vec![None, Some(1)]));
    let xml = written(&nested, dialect).unwrap();
    assert_eq!(read::<Box<Option<Vec<Option<i32>>>>>(&xml).unwrap(), nested);
    assert_eq!(format!("{:?}", read::<Value>(&xml).unwrap()), "Array([Nil, Int(1)])");
}
