use std::io::Read;

use struson::reader::{JsonReader, JsonStreamReader, ReaderSettings, ValueType};

use super::*;

const XML: &str = "<?xml version=\"1.0\"?><methodCall><methodName>m</methodName><params>";

fn kind(bare: bool, dialect: Dialect) -> Kind {
    Kind { bare, dialect }
}

/// Reads at most so many bytes at a time.
struct Slowly<'a>(&'a [u8], usize);

impl Read for Slowly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(buffer.len());
        self.0.read(&mut buffer[..size])
    }
}

fn decoded(xml: &[u8], kind: Kind) -> Result<String, String> {
    let mut json = Vec::new();
    decode_one(xml, &mut json, kind).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(json).unwrap())
}

fn encoded(json: &str, kind: Kind) -> Result<String, String> {
    let mut xml = Spool::new();
    let mut documents = Canonical::new(Slowly(json.as_bytes(), 5));
    encode_one(&mut documents, &mut xml, kind).map_err(|error| error.to_string())?;
    documents.end().map_err(|error| error.to_string())?;
    let mut text = String::new();
    xml.into_reader().read_to_string(&mut text).unwrap();
    Ok(text)
}

/// A JSON text with its objects' members in order, white space aside, to be compared: numbers by their value.
fn normal(json: &str) -> String {
    fn next(json: &mut JsonStreamReader<&[u8]>) -> String {
        match json.peek().unwrap() {
            ValueType::Number => format!("{:?}", json.next_number_as_str().unwrap().parse::<f64>().unwrap()),
            ValueType::String => format!("{:?}", json.next_string().unwrap()),
            ValueType::Boolean => json.next_bool().unwrap().to_string(),
            ValueType::Null => {
                json.next_null().unwrap();
                "null".into()
            }
            ValueType::Array => {
                json.begin_array().unwrap();
                let mut items = Vec::new();
                while json.has_next().unwrap() {
                    items.push(next(json));
                }
                json.end_array().unwrap();
                format!("[{}]", items.join(","))
            }
            ValueType::Object => {
                json.begin_object().unwrap();
                let mut members = Vec::new();
                while json.has_next().unwrap() {
                    let name = json.next_name_owned().unwrap();
                    members.push(format!("{name}:{}", next(json)));
                }
                json.end_object().unwrap();
                format!("{{{}}}", members.join(","))
            }
        }
    }
    let settings = ReaderSettings { restrict_number_values: false, ..ReaderSettings::default() };
    next(&mut JsonStreamReader::new_custom(json.as_bytes(), settings))
}

#[test]
fn every_vector_both_ways() {
    let file: serde_json::Value = serde_json::from_str(include_str!("../../../../tests/data/vectors.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    let mut wrong = Vec::new();
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let xml = match &vector["xml"] {
            serde_json::Value::String(xml) => xml.clone().into_bytes(),
            _ => base64_simd::STANDARD.decode_to_vec(vector["xml_base64"].as_str().unwrap()).unwrap(),
        };
        let kind = kind(vector["kind"] == "value", Dialect::apache());
        let outcome = decoded(&xml, kind);
        let expected: Vec<String> = match (&vector["expect"], &vector["expect_any"]) {
            (serde_json::Value::Null, serde_json::Value::Array(any)) => {
                any.iter().map(|one| normal(&one.to_string())).collect()
            }
            (serde_json::Value::Null, _) => vec![],
            (one, _) => vec![normal(&one.to_string())],
        };
        let problem = match (vector["accept"].as_bool(), &outcome) {
            (Some(true), Err(error)) => format!("refused{error}"),
            // Both kinds of messages are decoded, whichever was expected here.
            (Some(false), Ok(json)) if json.contains("\"methodName\"") != (vector["kind"] == "call") => continue,
            (Some(false), Ok(json)) => format!("accepted as {json}"),
            (_, Ok(json)) if !expected.is_empty() && !expected.contains(&normal(json)) && !has_duplicates(json) => {
                format!("decoded as {json}")
            }
            (_, Ok(json)) => match encoded(json, kind).and_then(|xml| decoded(xml.as_bytes(), kind)) {
                Ok(again) if again == *json => continue,
                other => format!("decoded as {json}, encoded, and decoded again as {other:?}"),
            },
            (_, Err(_)) => continue,
        };
        wrong.push(format!("{id}: {problem}"));
    }
    assert!(vectors.len() > 250 && wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

/// Whether a struct has a member twice: the vectors keep one of them, the canonical form here both.
fn has_duplicates(json: &str) -> bool {
    json.matches("[\"a\",").count() > 1
}

#[test]
fn canonical_forms() {
    let body = "<value><array><data><value><i4>5</i4></value><value><i8>5</i8></value><value><boolean>1</boolean></value>\
        <value>x</value><value><double>1.5</double></value><value><double>1e300</double></value>\
        <value><dateTime.iso8601>1998-07-17T14:08:55Z</dateTime.iso8601></value><value><base64>eW91\nIQ==</base64></value>\
        <value><array><data/></array></value><value><struct><member><name>b</name><value/></member><member><name>a</name>\
        <value><nil/></value></member><member><name>b</name><value><int>1</int></value></member></struct></value>\
        <value><double>nan</double></value><value><double>-inf</double></value></data></array></value>";
    let json = decoded(body.as_bytes(), kind(true, Dialect::python())).unwrap();
    assert_eq!(
        json,
        "{\"array\":[{\"int\":5},{\"i8\":5},{\"boolean\":true},{\"string\":\"x\"},{\"double\":1.5},{\"double\":1e+300},\
         {\"dateTime\":\"19980717T14:08:55\"},{\"base64\":\"eW91IQ==\"},{\"array\":[]},\
         {\"struct\":[[\"b\",{\"string\":\"\"}],[\"a\",{\"nil\":null}],[\"b\",{\"int\":1}]]},\
         {\"double\":\"nan\"},{\"double\":\"-inf\"}]}"
    );
    let again = encoded(&json, kind(true, Dialect::python())).unwrap();
    assert_eq!(decoded(again.as_bytes(), kind(true, Dialect::python())).unwrap(), json);
    assert!(decoded(body.as_bytes(), kind(true, Dialect::xmlrpc_c())).unwrap_err().contains("nan"));
}

#[test]
fn messages() {
    let kind = kind(false, Dialect::strict());
    let call = "{\"methodName\":\"m\",\"params\":[{\"int\":1},{\"string\":\"<&>\"}]}";
    let xml = encoded(call, kind).unwrap();
    assert_eq!(
        xml,
        format!(
            "{XML}<param><value><int>1</int></value></param><param><value><string>&lt;&amp;&gt;</string></value></param></params></methodCall>"
        )
    );
    assert_eq!(decoded(xml.as_bytes(), kind).unwrap(), call);
    for reply in ["{\"params\":[{\"int\":1}]}", "{\"fault\":{\"faultCode\":-3,\"faultString\":\"no\\u0085 more\"}}"] {
        assert_eq!(decoded(encoded(reply, kind).unwrap().as_bytes(), kind).unwrap(), reply);
    }
}

/// Texts beyond the reader's window come in parts, cut at every place of a character and of a group.
#[test]
fn long_texts_come_in_parts() {
    let kind = kind(true, Dialect::strict());
    for shift in 0..4 {
        let text = format!("{}{}", "x".repeat(shift), "é\u{1F600}a<".repeat(40_000));
        let xml = format!("<value><string>{}</string></value>", text.replace('<', "&lt;"));
        let json = decoded(xml.as_bytes(), kind).unwrap();
        assert_eq!(json, format!("{{\"string\":\"{text}\"}}"));
        assert_eq!(encoded(&json, kind).unwrap(), xml);
        let bytes: Vec<u8> = (0..200_000 + shift).map(|at| (at * 7 % 251) as u8).collect();
        let xml = format!("<value><base64>{}</base64></value>", base64_simd::STANDARD.encode_to_string(&bytes));
        let json = decoded(xml.as_bytes(), kind).unwrap();
        assert_eq!(json, format!("{{\"base64\":\"{}\"}}", base64_simd::STANDARD.encode_to_string(&bytes)));
        assert_eq!(encoded(&json, kind).unwrap(), xml);
    }
}

#[test]
fn several_documents_in_a_row() {
    let json = "{\"int\":1} {\"int\":2}\n{\"int\":3}\n";
    let mut documents = Canonical::new(json.as_bytes());
    let mut all = Vec::new();
    loop {
        let mut xml = Spool::new();
        encode_one(&mut documents, &mut xml, kind(true, Dialect::strict())).unwrap();
        all.push(String::from_utf8(xml.into_vec().unwrap()).unwrap());
        if !documents.has_next().unwrap() {
            break;
        }
    }
    assert_eq!(all, ["<value><int>1</int></value>", "<value><int>2</int></value>", "<value><int>3</int></value>"]);
}

#[test]
fn errors_tell_the_place() {
    let mut wrong = Vec::new();
    let mut check = |outcome: Result<String, String>, expected: &str| {
        if outcome.as_ref().err().map(String::as_str) != Some(expected) {
            wrong.push(format!("{outcome:?}\n    expected {expected}"));
        }
    };
    let message = kind(false, Dialect::strict());
    let value = kind(true, Dialect::strict());
    for (kind, xml, expected) in [
        (
            message,
            "<value/>",
            ":1:1: expected a methodCall or a methodResponse, found a bare value (which --value reads)",
        ),
        (value, "<methodCall><methodName>m</methodName></methodCall>", ":1:13: expected a bare value, found a message"),
        (
            message,
            "<methodCall><methodName>m</methodName><params>\n<param><value><struct><member><name>a</name>\n <value><int>x\
             </int></value></member></struct></value></param></params></methodCall>",
            ":3:2: params[0].a: expected an integer like -12, found \"x\"",
        ),
        (message, "", ":1:1: expected <methodCall> or <methodResponse>, found the end of the document"),
    ] {
        check(decoded(xml.as_bytes(), kind), expected);
    }
    for (kind, json, expected) in [
        (message, "", ":1:1: expected more JSON, found its end"),
        (
            message,
            "[]",
            ":1:1: expected an object with methodName and params, with params, or with fault, found an array",
        ),
        (message, "{\"method\":1}", ":1:10: expected methodName, params or fault, found \"method\""),
        (message, "{\"methodName\":\"m\"}", ":1:18: expected params, found the end of the object"),
        (
            message,
            "{\"methodName\":\"m\",\n\"params\":[{\"int\":1},{\"struct\":[[\"a\",{\"array\":[{\"int\":2147483648}]}]]}]}",
            ":2:64: params[1].a[0]: expected an int of 32 bits, found 2147483648",
        ),
        (
            message,
            "{\"params\":[{\"int\":1}],\"methodName\":\"m\"}",
            ":1:35: expected methodName before params, found it behind them",
        ),
        (message, "{\"params\":[{\"int\":1}],\"x\":1}", ":1:26: expected the end of the object, found \"x\""),
        (value, "{\"int\":1,\"int\":2}", ":1:10: value: expected the end of the array or object, found more in it"),
        (value, "{\"i4\":1}", ":1:6: value: expected the name of a type, found \"i4\""),
        (value, "{\"string\":\"a", ":1:13: value: expected more JSON, found its end"),
        (value, "{\"string\":\"\\x\"}", ":1:12: value: expected an escape like \\n, found another"),
        (value, "{\"base64\":\"QQ==QQ==\"}", ":1:21: value: expected base64, found something else"),
        (value, "{\"double\":1e400}", ":1:16: value: expected a double, found a larger number"),
        (
            value,
            "{\"nil\":null}",
            ":1:12: value: expected a value that the dialect can write, found nil, which is an extension; try another --dialect",
        ),
        (message, "{\"params\":[]}", ":1:14: expected one value, found the end of the document"),
        (
            message,
            "{\"fault\":{\"faultCode\":1}}",
            ":1:24: fault: expected faultCode and faultString, found one of them missing",
        ),
        (value, "{\"int\":1} x", ":1:11: expected JSON, found something else"),
    ] {
        check(encoded(json, kind), expected);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nesting_ends_at_the_limit_both_ways() {
    let kind = kind(true, Dialect::strict());
    let xml = |depth: usize| {
        format!("{}<value/>{}", "<value><array><data>".repeat(depth), "</data></array></value>".repeat(depth))
    };
    let json = |depth: usize| format!("{}{{\"int\":1}}{}", "{\"array\":[".repeat(depth), "]}".repeat(depth));
    assert!(decoded(xml(128).as_bytes(), kind).is_ok());
    assert!(decoded(xml(129).as_bytes(), kind).is_err());
    assert!(encoded(&json(128), kind).is_ok());
    assert!(encoded(&json(129), kind).unwrap_err().contains("at most 128 arrays"));
}
