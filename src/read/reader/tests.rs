use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::*;
use crate::{Limit, Limits, Value};

mod found;

/// Gives so many bytes a read.
struct Chunked<'b>(&'b [u8], usize);

impl Source for Chunked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.1.min(buffer.len());
        Source::read(&mut self.0, &mut buffer[..length])
    }
}

fn chunked(xml: &[u8], size: usize) -> Reader<'_> {
    let mut reader = Reader::from_bytes(&[]);
    reader.input = Input::Pending(Box::new(Chunked(xml, size)));
    reader
}

/// All that a reader tells, events with their positions and paths, chunks put together, and the error.
fn told(mut reader: Reader<'_>) -> Vec<String> {
    let mut told = Vec::new();
    let (mut text, mut bytes) = (String::new(), Vec::new());
    loop {
        let event = match reader.next_event() {
            Ok(Event::StringChunk(chunk)) => {
                text.push_str(&chunk);
                continue;
            }
            Ok(Event::Base64Chunk(chunk)) => {
                bytes.extend_from_slice(&chunk);
                continue;
            }
            Ok(Event::String(last)) => Event::String((core::mem::take(&mut text) + &last).into()),
            Ok(Event::Base64(last)) => {
                bytes.extend_from_slice(&last);
                Event::Base64(core::mem::take(&mut bytes).into())
            }
            Ok(event) => event,
            Err(error) => {
                told.push(alloc::format!(
                    "{:?}: {error} at byte {:?}",
                    error.kind(),
                    error.position().map(|p| p.offset)
                ));
                return told;
            }
        };
        let ended = event == Event::End;
        let shown = alloc::format!("{event:?}");
        told.push(alloc::format!("{shown} at {} in {:?}", reader.position(), reader.path()));
        if ended {
            return told;
        }
    }
}

/// A document with every construct, each in its own spelling.
const EVERYTHING: &str = "\n<?xml version='1.0' encoding=\"utf-8\" ?>\n<!-- a - comment --><?pi x?>\
    <methodCall xmlns:ex='urn:x'> <methodName>a.b</methodName>\n<params >\n<param><value><i4>-5</i4></value></param>\
    <param><value> <string a='1' b=\"2>\">x &amp; &#x20AC;\r\ny<![CDATA[<z>]]]]><!-- c -->é</string ></value></param>\
    <param><value>untyped</value></param><param><value/></param><param><value><ex:nil/></value></param>\
    <param><value><base64>\n eW91\r\n IGNhbg==\n</base64></value></param><param><value><double> 1.5 </double></value></param>\
    <param><value><struct>\n<member><name>a</name><value><array><data/></array></value></member><member>\n<name>\
    b<!-- -->c</name>\n<value><array><data><value><i8>1</i8></value> <value><struct/></value></data></array></value></member>\
    </struct></value></param><param><value><dateTime.iso8601>1998-07-17T14:08:55Z</dateTime.iso8601></value></param>\
    </params></methodCall>\n<!-- end -->\n";

#[test]
fn every_way_to_read_tells_the_same() {
    let whole = told(Reader::new(EVERYTHING));
    assert!(whole.last().unwrap().starts_with("End"), "{whole:#?}");
    assert_eq!(told(Reader::new(EVERYTHING).without_shortcuts()), whole);
    for size in [1, 2, 3, 7, 64, 10_000] {
        for window in [256, 300, 65_536] {
            let pieces = told(chunked(EVERYTHING.as_bytes(), size).with_window(window));
            for (piece, whole) in pieces.iter().zip(&whole) {
                assert_eq!(piece, whole, "{size} {window}");
            }
            assert_eq!(pieces.len(), whole.len());
        }
    }
}

#[test]
fn every_cut_is_told_the_same() {
    for cut in (0..EVERYTHING.len()).filter(|&cut| EVERYTHING.is_char_boundary(cut)) {
        let text = &EVERYTHING[..cut];
        let whole = told(Reader::new(text));
        assert_eq!(told(Reader::new(text).without_shortcuts()), whole, "{cut}");
        assert_eq!(told(chunked(text.as_bytes(), 5).with_window(256)), whole, "{cut}");
        if cut < EVERYTHING.rfind("</methodCall>").unwrap() {
            assert!(whole.last().unwrap().starts_with("Truncated"), "{cut}: {:?}", whole.last());
        }
    }
}

#[test]
fn positions_and_paths_are_right_after_any_number_of_slides() {
    let mut xml = String::from("<methodResponse><params><param><value><array><data>");
    for row in 0..2000 {
        let _ = write!(xml, "\n<value><struct><member><name>rows</name><value><array><data><value>{row}</value>\n");
        xml.push_str("</data></array></value></member></struct></value>");
    }
    xml.push_str("\n<value><struct><member><name>rows</name><value><array><data><value>a</value>");
    xml.push_str("<value><struct><member><name>id</name><value><int>12x</int>");
    let expected = "params[0][2000].rows[1].id: expected an integer like -12, found \"12x\" at 4002:115";
    for mut reader in [Reader::new(&xml), chunked(xml.as_bytes(), 1000).with_window(512), chunked(xml.as_bytes(), 1)] {
        let error = loop {
            if let Err(error) = reader.next_event() {
                break error;
            }
        };
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.position().unwrap().offset, xml.rfind("<value><int>").unwrap() as u64);
    }
}

#[test]
fn errors_say_what_was_expected_where_and_at_which_value() {
    for (xml, expected) in [
        ("", "expected <methodCall> or <methodResponse>, found the end of the document at 1:1"),
        ("hello", "expected <methodCall> or <methodResponse>, found text \"hello\" at 1:1"),
        ("<html>", "expected <methodCall> or <methodResponse>, found <html> at 1:1"),
        ("<!DOCTYPE x>", "expected an element, found a document type declaration at 1:1"),
        ("<?xml version='1.0'?><?xml version='1.0'?>", "malformed XML declaration or processing instruction at 1:22"),
        ("<methodCall/>", "expected <methodName>, found </methodCall> at 1:1"),
        ("<methodCall a='1' a='2'>", "expected each attribute once, found a twice at 1:19"),
        ("<methodCall a='<'>", "malformed tag at 1:1"),
        ("<methodCall a='&x;'>", "expected one of the entities lt, gt, amp, quot, apos, found another at 1:16"),
        ("<methodCall><methodName> </methodName>", "expected the name of a method, found none at 1:13"),
        ("<value><int>1</value>", "expected </int>, found </value> at 1:14"),
        ("<value><int>1</int><int>2</int></value>", "expected </value>, found <int> at 1:20"),
        ("<value><i16>5</i16></value>", "expected a type element like <int> or <string>, found <i16> at 1:8"),
        (
            "<value><ex:dom/></value>",
            "expected a value, found <dom>, which carries Java objects or XML and is refused at 1:8",
        ),
        ("<value><i1>200</i1></value>", "expected an integer of 8 bits, found 200 at 1:1"),
        ("<value><double>nan</double></value>", "expected a finite number, found \"nan\" at 1:1"),
        ("<value><base64>a*b=</base64></value>", "expected base64, found '*' at 1:17"),
        ("<value><array><data>x", "expected <value> or </data>, found text \"x\" at 1:21"),
        ("<value><!-- a -- b --></value>", "expected --> after -- in a comment at 1:15"),
        ("<value>a\u{1}</value>", "expected a character that XML allows, found a control character at 1:9"),
        ("<value></value>x", "expected the end of the document, found text \"x\" at 1:16"),
        ("<value><a b></value>", "malformed tag at 1:8"),
    ] {
        for reader in [Reader::new(xml), Reader::new(xml).without_shortcuts(), chunked(xml.as_bytes(), 1)] {
            let all = told(reader);
            let last = all.last().unwrap();
            let shown = last.split_once(": ").unwrap().1.rsplit_once(" at byte").unwrap().0;
            assert_eq!(shown, expected, "{xml}");
        }
    }
}

fn failing(xml: &str, limits: Limits) -> (ErrorKind, ErrorKind, ErrorKind) {
    let kind = |mut reader: Reader<'_>| loop {
        match reader.next_event() {
            Ok(Event::End) => break ErrorKind::Usage,
            Ok(_) => {}
            Err(error) => break error.kind(),
        }
    };
    (
        kind(Reader::new(xml).with_limits(limits)),
        kind(Reader::new(xml).with_limits(limits).without_shortcuts()),
        kind(chunked(xml.as_bytes(), 3).with_window(256).with_limits(limits)),
    )
}

#[test]
fn every_limit_holds_to_the_last_one_allowed() {
    let all = |kind| (kind, kind, kind);
    let fine = all(ErrorKind::Usage);
    let nested = |depth: usize| {
        let mut xml = "<value><array><data>".repeat(depth);
        xml.push_str(&"</data></array></value>".repeat(depth));
        xml
    };
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let depth = limits(|limits| limits.depth = 10);
    assert_eq!(failing(&nested(10), depth), fine);
    assert_eq!(failing(&nested(11), depth), all(ErrorKind::Limit(Limit::Depth)));
    let values = limits(|limits| limits.values = 10);
    assert_eq!(failing(&nested(10), values), fine);
    assert_eq!(failing(&nested(11), values), all(ErrorKind::Limit(Limit::Values)));
    let bytes = limits(|limits| limits.bytes = 39);
    assert_eq!(failing("<value><string>12345678</string></value>", bytes), all(ErrorKind::Limit(Limit::Bytes)));
    assert_eq!(failing("<value><string>1234567</string></value>", bytes), fine);
    let text = limits(|limits| limits.text = 6);
    for long in ["<string>1234567</string>", "<string>123456&amp;</string>", "<base64>MTIzNDU2Nw==</base64>", "1234567"]
    {
        assert_eq!(
            failing(&alloc::format!("<value>{long}</value>"), text),
            all(ErrorKind::Limit(Limit::Text)),
            "{long}"
        );
    }
    for short in ["<string>123456</string>", "<string>12345&amp;</string>", "<base64>MTIzNDU2</base64>", "123456"] {
        assert_eq!(failing(&alloc::format!("<value>{short}</value>"), text), fine, "{short}");
    }
    let name = limits(|limits| limits.name = 3);
    for (name_is, expected) in [("abc", fine), ("abcd", all(ErrorKind::Limit(Limit::Name)))] {
        let member = alloc::format!("<value><struct><member><name>{name_is}</name><value/></member></struct></value>");
        assert_eq!(failing(&member, name), expected);
        assert_eq!(
            failing(&alloc::format!("<methodCall><methodName>{name_is}</methodName></methodCall>"), name),
            expected
        );
    }
    let params = limits(|limits| limits.params = 2);
    for (count, expected) in [(2, fine), (3, all(ErrorKind::Limit(Limit::Params)))] {
        let values = "<param><value>x</value></param>".repeat(count);
        let call = alloc::format!("<methodCall><methodName>m</methodName><params>{values}</params></methodCall>");
        assert_eq!(failing(&call, params), expected);
    }
}

#[test]
fn long_constructs_pass_through_a_small_window() {
    let long = "x".repeat(5000);
    for (xml, value) in [
        (alloc::format!("<!-- {long} --><value><!-- {long} -->a</value>"), Value::from("a")),
        (alloc::format!("<value>{long}</value>"), long.as_str().into()),
        (alloc::format!("<value><string>{long}&amp;{long}</string></value>"), alloc::format!("{long}&{long}").into()),
        (alloc::format!("<value><![CDATA[{long}]] >{long}]]></value>"), alloc::format!("{long}]] >{long}").into()),
        (alloc::format!("<value><int>{}5</int></value>", "0".repeat(5000)), Value::Int(5)),
        (alloc::format!("<value>{}<int>5</int></value>", " ".repeat(5000)), Value::Int(5)),
        (alloc::format!("<value><base64>{}</base64></value>", "AAAA\n".repeat(2000)), Value::Base64(vec![0; 6000])),
    ] {
        for size in [1, 100, 10_000] {
            let mut reader = chunked(xml.as_bytes(), size).with_window(256);
            assert_eq!(reader.read_value().unwrap(), value, "{size}");
            reader.finish().unwrap();
        }
    }
    let tag = alloc::format!("<value a='{long}'/>");
    assert_eq!(Reader::new(&tag).read_value().unwrap(), "".into());
    let error = chunked(tag.as_bytes(), 100).with_window(256).read_value().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit(Limit::Buffer));
}

#[test]
fn one_byte_at_a_time_is_linear() {
    // Quadratic work on any of these would take minutes.
    let long = "x".repeat(200_000);
    for xml in [
        alloc::format!("<value><!-- {long} -->a</value>"),
        alloc::format!("<value b='{long}'>a</value>"),
        alloc::format!("<value>{long}</value>"),
        alloc::format!("<value><![CDATA[{long}]]></value>"),
        alloc::format!("<?pi {long}?><value>a</value>"),
        alloc::format!("<value><struct><member><name>{long}</name><value/></member></struct></value>"),
    ] {
        let limits = Limits::unbounded();
        chunked(xml.as_bytes(), 1).with_window(1 << 20).with_limits(limits).read_value().unwrap();
    }
}

#[test]
fn charsets() {
    let named = |name: &str, text: &[u8]| {
        let mut xml = alloc::format!("<?xml version=\"1.0\" encoding='{name}'?><value>").into_bytes();
        xml.extend_from_slice(text);
        xml.extend_from_slice(b"</value>");
        xml
    };
    let utf16 = |text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        let mut all = mark.to_vec();
        all.extend(text.encode_utf16().flat_map(bytes));
        all
    };
    let document = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><value>é😀</value>";
    for (xml, expected) in [
        (named("utf-8", "é😀".as_bytes()), "é😀"),
        (named("US-ASCII", b"&#233;"), "é"),
        (named("iso-8859-1", b"\xE9\xA4"), "é¤"),
        (named("Windows-1252", b"\x80\xE9"), "€é"),
        (utf16(document, b"\xFF\xFE", u16::to_le_bytes), "é😀"),
        (utf16(document, b"\xFE\xFF", u16::to_be_bytes), "é😀"),
        (utf16("<value>é😀</value>", b"", u16::to_le_bytes), "é😀"),
        (b"\xEF\xBB\xBF<value>a</value>".to_vec(), "a"),
    ] {
        assert_eq!(Reader::from_bytes(&xml).read_value().unwrap(), expected.into());
        for size in [1, 2, 3, 1000] {
            assert_eq!(chunked(&xml, size).with_window(256).read_value().unwrap(), expected.into());
        }
    }
    let latin1 = b"<value>\xE9</value>";
    assert_eq!(Reader::from_bytes(latin1).with_charset("latin1").read_value().unwrap(), "é".into());
    for (xml, kind) in [
        (named("us-ascii", "é".as_bytes()), ErrorKind::Character),
        (named("utf-8", b"\xE9"), ErrorKind::Character),
        (named("utf-8", b"\xED\xA0\x80"), ErrorKind::Character),
        (named("utf-16", b"a"), ErrorKind::Encoding),
        (named("klingon", b"a"), ErrorKind::Encoding),
        (utf16("<value>\u{e9}", b"\xFF\xFE", u16::to_le_bytes)[..17].to_vec(), ErrorKind::Character),
        (b"\xFF\xFE<\0v\0a\0l\0u\0e\0>\0\x00\xDC<\0".to_vec(), ErrorKind::Character),
    ] {
        assert_eq!(Reader::from_bytes(&xml).read_value().unwrap_err().kind(), kind);
        assert_eq!(chunked(&xml, 1).read_value().unwrap_err().kind(), kind);
    }
    // What comes before the byte that is no text is read all the same.
    let mut reader = Reader::from_bytes(b"<methodCall><methodName>m</methodName>\xFF");
    assert_eq!(reader.next_event().unwrap(), Event::Call("m".into()));
    assert_eq!(reader.next_event().unwrap_err().to_string(), "expected text in utf-8, found byte 0xff at 1:39");
}

#[test]
fn after_an_error_and_after_the_end_nothing_is_read() {
    let mut reader = Reader::new("<value><int>x</int></value>");
    assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Scalar);
    assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(reader.position().column, 1);
    let mut reader = Reader::new("<value>x</value>");
    reader.skip_value().unwrap();
    reader.finish().unwrap();
    reader.finish().unwrap();
    assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Usage);
}

#[cfg(all(feature = "std", feature = "serde"))]
#[test]
fn what_is_left_of_a_value_is_passed_over() {
    use std::io::Read as _;
    let base64 = "AAAA".repeat(1000);
    let xml = alloc::format!(
        "<value><array><data><value><array><data><value>1</value><value><array><data/></array></value></data></array></value>\
         <value><base64>{base64}</base64></value><value><struct><member><name>a</name><value><int>1</int></value></member>\
         <member><name>b</name><value><int>2</int></value></member></struct></value><value>last</value></data></array></value>"
    );
    for mut reader in [Reader::new(&xml), chunked(xml.as_bytes(), 10).with_window(256)] {
        assert!(matches!(reader.next_event().unwrap(), Event::StartArray));
        assert_eq!(reader.items::<String>().unwrap().next().unwrap().unwrap(), "1");
        reader.bytes().unwrap().read_exact(&mut [0; 10]).unwrap();
        assert_eq!(reader.members::<i32>().unwrap().next().unwrap().unwrap(), ("a".into(), 1));
        assert_eq!(reader.read::<String>().unwrap(), "last");
        assert!(matches!(reader.next_event().unwrap(), Event::EndArray));
        reader.finish().unwrap();
    }
    let mut reader = chunked(xml.as_bytes(), 10).with_window(256);
    let mut outer = reader.items::<()>().unwrap();
    assert_eq!(outer.by_ref().count(), 4);
    assert!(outer.next().is_none());
}

#[test]
fn readings_of_every_length_tell_what_the_bytes_do() {
    let long = "文字列 & text; 😀é\r\n".replace('&', "&amp;").repeat(100);
    let letters = "QUJD".repeat(2000);
    let lines = (letters.clone() + "\n").repeat(2) + &"QUJDREVG\r\n".repeat(600) + "QQ==\n";
    let xml = alloc::format!(
        "<methodCall><methodName>m</methodName><params><param><value>{long}</value></param><param><value><base64>{lines}\
         </base64></value></param><param><value><string>x{long}</string></value></param></params></methodCall>\n"
    );
    let wrong = |at: usize, bytes: &[u8]| {
        let mut xml = xml.clone().into_bytes();
        xml.splice(at..at, bytes.iter().copied());
        xml
    };
    let documents = [
        xml.clone().into_bytes(),
        wrong(1023, b"\xFF"),
        wrong(2500, b"\xE0\x80"),
        wrong(xml.len() / 2, b"*"),
        wrong(xml.len(), b"\xF0\x9F\x98"),
    ];
    for (index, document) in documents.iter().enumerate() {
        let whole = told(Reader::from_bytes(document));
        let value = Reader::from_bytes(document).begin_and_read();
        for size in [1, 2, 3, 511, 512, 1023, 1024, 1025, 5000, 30_000, 1 << 20] {
            for window in [256, DEFAULT_WINDOW] {
                assert!(told(chunked(document, size).with_window(window)) == whole, "{index} by {size} in {window}");
                let read = chunked(document, size).with_window(window).begin_and_read();
                assert!(read == value, "{index} by {size} in {window}: {read:?}");
            }
        }
        let end = whole.last().unwrap();
        assert_eq!(end.starts_with("End"), index == 0, "{end}");
    }
}

impl Reader<'_> {
    /// The parameters of a call, or which error there is and where.
    fn begin_and_read(&mut self) -> core::result::Result<Vec<Value>, (ErrorKind, Option<Position>)> {
        crate::MethodCall::read(self).map(|call| call.params).map_err(|error| (error.kind(), error.position()))
    }
}
