use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::{Counter, Struct, Value};

fn written(value: &Value, dialect: Dialect) -> Result<String> {
    let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
    writer.value(value)?;
    Ok(String::from_utf8(writer.finish()?).unwrap())
}

#[test]
fn writes_the_form_that_every_peer_reads() {
    let members = Struct::from_iter([("a&b", Value::from("x<y>\r\n")), ("empty", Value::from(""))]);
    let value = Value::from(vec![
        Value::Int(-1),
        Value::Boolean(true),
        Value::Double(1e21),
        Value::DateTime("19980717T14:08:55".parse().unwrap()),
        Value::Base64(b"xy".to_vec()),
        Value::Array(vec![]),
        Value::Struct(Struct::new()),
        members.into(),
    ]);
    assert_eq!(
        written(&value, Dialect::strict()).unwrap(),
        "<value><array><data><value><int>-1</int></value><value><boolean>1</boolean></value>\
         <value><double>1000000000000000000000.0</double></value>\
         <value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value><value><base64>eHk=</base64></value>\
         <value><array><data></data></array></value><value><struct></struct></value>\
         <value><struct><member><name>a&amp;b</name><value><string>x&lt;y&gt;&#13;\n</string></value></member>\
         <member><name>empty</name><value><string></string></value></member></struct></value></data></array></value>"
    );
}

#[test]
fn writes_calls_responses_and_faults() {
    let mut writer = Writer::new(Vec::new());
    writer.response().unwrap();
    writer.string("x").unwrap();
    assert_eq!(
        writer.finish().unwrap(),
        b"<?xml version=\"1.0\"?><methodResponse><params><param><value><string>x</string></value></param></params></methodResponse>"
    );
    let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::apache());
    writer.write_fault(&Fault::new(4, "bad \u{1}")).unwrap();
    assert_eq!(
        String::from_utf8(writer.finish().unwrap()).unwrap(),
        "<?xml version=\"1.0\"?><methodResponse xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"><fault>\
         <value><struct><member><name>faultCode</name><value><int>4</int></value></member>\
         <member><name>faultString</name><value><string>bad \u{FFFD}</string></value></member></struct></value>\
         </fault></methodResponse>"
    );
}

#[test]
fn extensions_are_written_only_where_the_dialect_has_them() {
    let big = Value::I8(1 << 40);
    for value in [Value::Nil, big.clone(), Value::BigInteger("1".into()), Value::Double(f64::NAN)] {
        assert_eq!(written(&value, Dialect::strict()).unwrap_err().kind(), ErrorKind::Unsupported);
    }
    assert_eq!(written(&Value::I8(5), Dialect::strict()).unwrap(), "<value><int>5</int></value>");
    assert_eq!(written(&Value::I8(5), Dialect::python()).unwrap(), "<value><i8>5</i8></value>");
    assert_eq!(written(&Value::Nil, Dialect::python()).unwrap(), "<value><nil/></value>");
    assert_eq!(written(&Value::Double(f64::NAN), Dialect::python()).unwrap(), "<value><double>nan</double></value>");
    assert_eq!(written(&Value::Nil, Dialect::apache()).unwrap(), "<value><ex:nil/></value>");
    assert_eq!(written(&big, Dialect::apache()).unwrap(), "<value><ex:i8>1099511627776</ex:i8></value>");
    let digits = Value::BigDecimal("1.5".into());
    assert_eq!(written(&digits, Dialect::apache()).unwrap(), "<value><ex:bigdecimal>1.5</ex:bigdecimal></value>");
    assert_eq!(written(&"a&b".into(), Dialect::ros()).unwrap(), "<value>a&amp;b</value>");
}

#[test]
fn characters_that_xml_cannot_carry_follow_the_policy() {
    let value = Value::from("a\u{1}b");
    let error = written(&value, Dialect::strict()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a value that the dialect can write, found the character U+0001 at byte 1 of a string, which XML does not allow"
    );
    let under = |policy| written(&value, Dialect { unrepresentable: policy, ..Dialect::strict() }).unwrap();
    assert_eq!(under(Unrepresentable::Replace), "<value><string>a\u{FFFD}b</string></value>");
    assert_eq!(under(Unrepresentable::Strip), "<value><string>ab</string></value>");
    assert_eq!(under(Unrepresentable::Base64), "<value><base64>YQFi</base64></value>");
}

#[test]
fn text_in_chunks_is_the_same_as_text_at_once() {
    let bytes: Vec<u8> = (0..=255).collect();
    for size in [1, 2, 3, 4, 5, 7, 100, 300] {
        let mut writer = Writer::new(Vec::new());
        writer.start_array().unwrap();
        for chunk in bytes.chunks(size) {
            writer.base64_chunk(chunk).unwrap();
        }
        writer.base64(&[]).unwrap();
        for chunk in ["a<", "b", ""] {
            writer.string_chunk(chunk).unwrap();
        }
        writer.string("&c").unwrap();
        #[cfg(feature = "std")]
        writer.base64_from(&bytes[..]).unwrap();
        #[cfg(not(feature = "std"))]
        writer.base64(&bytes).unwrap();
        writer.end_array().unwrap();
        let value = Value::Array(vec![Value::Base64(bytes.clone()), "a<b&c".into(), Value::Base64(bytes.clone())]);
        assert_eq!(String::from_utf8(writer.finish().unwrap()).unwrap(), written(&value, Dialect::strict()).unwrap());
    }
}

#[test]
fn events_out_of_order_are_refused() {
    type Step = fn(&mut Writer<Vec<u8>>) -> Result<()>;
    let cases: [(&[Step], &str); 10] = [
        (&[|w| w.end()], "expected the beginning of a document, found the end of the document"),
        (&[|w| w.response(), |w| w.end()], "expected one value, found the end of the document"),
        (&[|w| w.int(1), |w| w.int(2)], "expected the end of the document, found an int"),
        (&[|w| w.response(), |w| w.call("m")], "expected one value, found the beginning of a document"),
        (&[|w| w.start_struct(), |w| w.int(1)], "expected a member's name or the end of the struct, found an int"),
        (
            &[|w| w.start_struct(), |w| w.name("a"), |w| w.end_struct()],
            "expected a member's value, found the end of a struct",
        ),
        (&[|w| w.start_array(), |w| w.name("a")], "expected a value or the end of the array, found a member's name"),
        (
            &[|w| w.start_array(), |w| w.end()],
            "expected a value or the end of the array, found the end of the document",
        ),
        (&[|w| w.string_chunk("a"), |w| w.base64(b"a")], "expected the rest of a string, found base64"),
        (&[|w| w.int(1), |w| w.end(), |w| w.int(1)], "expected nothing after the document, found an int"),
    ];
    for (steps, expected) in cases {
        let mut writer = Writer::new(Vec::new());
        let (last, first) = steps.split_last().unwrap();
        for step in first {
            step(&mut writer).unwrap();
        }
        let error = last(&mut writer).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, expected));
    }
}

#[test]
fn nesting_is_kept_beyond_a_word_of_bits() {
    let mut writer = Writer::new(Vec::new());
    for level in 0..400 {
        if level % 3 == 0 {
            writer.start_struct().unwrap();
            writer.name("m").unwrap();
        } else {
            writer.start_array().unwrap();
        }
    }
    writer.int(1).unwrap();
    for level in (0..400).rev() {
        if level % 3 == 0 { writer.end_struct() } else { writer.end_array() }.unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn a_full_buffer_and_a_counter() {
    let mut buffer = [0; 40];
    let mut writer = Writer::new(&mut buffer[..]);
    writer.string("x").unwrap();
    assert_eq!(writer.finish().unwrap().len(), 40 - "<value><string>x</string></value>".len());
    let mut writer = Writer::new(&mut buffer[..]);
    assert_eq!(writer.string("xxxxxxxxxx").unwrap_err().kind(), ErrorKind::Limit(crate::Limit::Buffer));
    let mut counter = Writer::new(Counter::default());
    counter.string("x").unwrap();
    assert_eq!(counter.finish().unwrap().bytes(), 33);
}

#[test]
fn a_document_in_which_something_failed_is_never_complete() {
    let mut writer = Writer::new(Vec::new());
    writer.response().unwrap();
    assert_eq!(writer.value(&Value::Array(vec![Value::Nil])).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(writer.end().unwrap_err().to_string(), "expected nothing after an error, found the end of the document");
}

#[test]
fn containers_of_every_depth_are_closed_in_order() {
    let mut value = Value::from("a name of more than sixteen bytes");
    let mut expected = "<value><string>a name of more than sixteen bytes</string></value>".to_string();
    for level in 0..20 {
        if level % 3 == 0 {
            let members = [("before", Value::I8(1)), ("sixteen bytes ok", value), ("after", Value::Int(-1))];
            value = Struct::from_iter(members).into();
            expected = [
                "<value><struct><member><name>before</name><value><int>1</int></value></member>\
                 <member><name>sixteen bytes ok</name>",
                &expected,
                "</member><member><name>after</name><value><int>-1</int></value></member></struct></value>",
            ]
            .concat();
        } else {
            value = Value::Array(vec![Value::Boolean(false), value, Value::Boolean(true)]);
            expected = [
                "<value><array><data><value><boolean>0</boolean></value>",
                &expected,
                "<value><boolean>1</boolean></value></data></array></value>",
            ]
            .concat();
        }
        assert_eq!(written(&value, Dialect::strict()).unwrap(), expected);
    }
}
