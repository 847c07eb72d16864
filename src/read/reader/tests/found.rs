//! What fuzzing has found, each by what was wrong.

use super::*;

/// What every way to read tells of a document, under these limits: the same.
fn alike_under(limits: Limits, xml: &[u8]) -> Vec<String> {
    let whole = told(Reader::from_bytes(xml).with_limits(limits));
    assert_eq!(told(Reader::from_bytes(xml).with_limits(limits).without_shortcuts()), whole, "without shortcuts");
    for size in [1, 7, 100_000] {
        for window in [256, 300, 65_536] {
            let reader = || chunked(xml, size).with_window(window).with_limits(limits);
            assert_eq!(told(reader()), whole, "{size} bytes a read, window {window}");
            assert_eq!(told(reader().without_shortcuts()), whole, "{size} bytes a read, window {window}");
        }
    }
    whole
}

/// The last thing that every way to read tells of a document: its end, or what is wrong with it.
fn end(xml: &[u8]) -> String {
    alike_under(Limits::default(), xml).pop().unwrap()
}

#[test]
fn nothing_is_read_from_a_stream_after_an_error() {
    let xml = b"<value><struct>x<member><name>a</name><value><int>1</int></value></member></struct></value>";
    for mut reader in [Reader::from_bytes(xml), chunked(xml, 10), chunked(xml, 100)] {
        assert_eq!(reader.next_event().unwrap(), Event::StartStruct);
        assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Grammar);
        for _ in 0..3 {
            assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Usage);
        }
    }
}

#[test]
fn what_is_wrong_in_text_counts_before_what_is_wrong_behind_it() {
    let long = "x".repeat(600);
    let behind = ["", "<b", "<b 1>", "</b>", "<i>", "<!DOCTYPE a>", "<!-- -- -->", "\u{1}</string>", "<![CDATA[", "&"];
    for behind in behind.map(str::as_bytes).into_iter().chain([&b"\xFF"[..], b"<![CDATA[a\xFF"]) {
        for (wrong, kind) in [("&nbsp;", "Syntax"), ("\u{FFFE}", "Character"), ("]]>", "Syntax")] {
            for element in ["<value>", "<value><string>", "<value><struct><member><name>", "<methodCall><methodName>"] {
                for (before, after) in [("", ""), (long.as_str(), ""), ("", &long), (&long, &long)] {
                    let mut xml = [element, before, wrong, after].concat().into_bytes();
                    let at = xml.len() - after.len() - wrong.len() + if wrong == "]]>" { 2 } else { 0 };
                    xml.extend_from_slice(behind);
                    let end = end(&xml);
                    assert!(end.starts_with(kind) && end.ends_with(&alloc::format!("Some({at})")), "{end}");
                }
            }
        }
    }
    // In a CDATA section the same, though its end is missing.
    let xml = alloc::format!("<value><![CDATA[{long}]]\u{1}{long}");
    assert!(end(xml.as_bytes()).starts_with("Character"));
}

#[test]
fn a_limit_counts_before_what_is_wrong_behind_it() {
    let limits = Limits { text: 100, name: 100, ..Limits::default() };
    let text = "eW91".repeat(200);
    for element in ["<value><string>", "<value><base64>", "<value><base64>&#65;AAA", "<value><struct><member><name>"] {
        for behind in ["&nbsp;", "*", "\u{1}", "<b", "", "<![CDATA[\u{1}"] {
            let end = alike_under(limits, alloc::format!("{element}{text}{behind}").as_bytes()).pop().unwrap();
            assert!(end.starts_with("Limit("), "{end}");
        }
    }
    let end = alike_under(limits, alloc::format!("<value><base64>eW91*{text}").as_bytes()).pop().unwrap();
    assert!(end.starts_with("Scalar"), "{end}");
}

#[test]
fn brackets_and_returns_fill_a_window() {
    for text in ["]", "\r", "\r]", "]]\r"] {
        let long = text.repeat(400);
        let end = end(alloc::format!("<value><string>{long}</string></value>").as_bytes());
        assert!(end.starts_with("End"), "{end}");
        let end = super::found::end(alloc::format!("<value><![CDATA[{long}]]></value>").as_bytes());
        assert!(end.starts_with("End"), "{end}");
    }
}

#[test]
fn what_is_not_base64_is_where_it_stands() {
    let long = "eW91&#73;GNh\r\n".repeat(50);
    for (before, wrong) in [("&#65;&#65;", "*"), ("&#65;\r\n", "&#42;"), (long.as_str(), "é"), ("AA==\r\n", "A")] {
        let head = alloc::format!("<value><base64>{before}");
        let end = end(alloc::format!("{head}{wrong}{long}</base64></value>").as_bytes());
        assert!(end.starts_with("Scalar") && end.ends_with(&alloc::format!("Some({})", head.len())), "{end}");
    }
}

#[test]
fn a_name_in_pieces_is_whole_in_paths() {
    let long = "n".repeat(300);
    for (name, shown) in [
        ("a<!-- -->b", "a.b"),
        ("<![CDATA[a&amp;]]>b", "a&amp;b"),
        ("a&amp;<![CDATA[]]>", "a&"),
        (&alloc::format!("a{long}"), &alloc::format!("a{}…", &long[..31])),
        (&alloc::format!("{long}&amp;"), &alloc::format!("{}…", &long[..32])),
    ] {
        let shown = shown.replace('.', "");
        let xml = alloc::format!("<value><struct><member><name>{name}</name><value><int>x</int></value>");
        let end = end(xml.as_bytes());
        assert!(end.starts_with(&alloc::format!("Scalar: {shown}: ")), "{end}");
    }
}

#[test]
fn a_character_may_be_cut_where_the_window_grows() {
    for before in 0..4 {
        let text = alloc::format!("{}{}", "x".repeat(before), "é漢😀".repeat(3_000));
        let xml = alloc::format!("<value>{text}</value>");
        for size in [1, 2, 3, 4096, 100_000] {
            assert_eq!(chunked(xml.as_bytes(), size).read_value().unwrap(), text.as_str().into(), "{before} {size}");
        }
    }
}

#[test]
fn a_declaration_may_be_longer_than_the_window() {
    for spaces in [0, 200, 300, 900, 950, 2000] {
        let spaces = " ".repeat(spaces);
        for blank in ["", "\n\n"] {
            let head = alloc::format!("{blank}<?xml version='1.0'{spaces} encoding='iso-8859-1'?><value>");
            let xml = [head.as_bytes(), b"\xE9</value>"].concat();
            let whole = told(Reader::from_bytes(&xml));
            for size in [1, 100, 100_000] {
                // It has to fit, like any other markup.
                let window = (2 * head.len()).max(256);
                assert_eq!(told(chunked(&xml, size).with_window(window)), whole, "{} {size}", spaces.len());
                if head.len() < 250 {
                    assert_eq!(told(chunked(&xml, size).with_window(256)), whole, "{} {size}", spaces.len());
                }
            }
        }
    }
    // One that is too long is never taken for the document's end.
    let xml = alloc::format!("<?xml version='1.0'{}", " ".repeat(2000));
    let error = chunked(xml.as_bytes(), 1).with_window(256).next_event().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit(Limit::Buffer));
}

#[test]
fn the_limit_of_a_document_is_where_it_is_for_a_slice_and_for_a_stream() {
    let documents = [
        "\u{FEFF}<value>a</value>".as_bytes(),
        "<value>é漢😀</value>".as_bytes(),
        b"<value>a\xD0\xFFb</value>",
        b"<value>a\xFF</value>",
        b"<?xml version='1.0' encoding='klingon'?><value/>",
        b"<?xml version='1.0' encoding='us-ascii'?><value>\xE9</value>",
        b"<?xml version='1.0' encoding='latin1'?><value>\xE9</value>",
        b"\xFE\xFF\0<\0v\0a\0l\0u\0e\0/\0>",
    ];
    for xml in documents {
        for bytes in 0..xml.len() as u64 + 2 {
            let limits = Limits { bytes, ..Limits::default() };
            let end = alike_under(limits, xml).pop().unwrap();
            assert!(!end.starts_with("End") || bytes >= xml.len() as u64, "{end}");
            // In a text the declared encoding does not matter.
            if let Some(text) = core::str::from_utf8(xml).ok().filter(|text| !text.contains("encoding")) {
                assert_eq!(told(Reader::new(text).with_limits(limits)).pop().unwrap(), end, "as text");
            }
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_variant_may_be_longer_than_the_window() {
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    enum Long {
        #[serde(rename = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                          xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
        Name,
    }
    let xml = alloc::format!("<value>{}</value>", "x".repeat(140));
    assert_eq!(Reader::new(&xml).read::<Long>().unwrap(), Long::Name);
    assert_eq!(chunked(xml.as_bytes(), 10).with_window(256).read::<Long>().unwrap(), Long::Name);
}

#[test]
fn text_out_of_place_is_told_by_its_beginning() {
    let long = "x".repeat(600);
    for blank in ["", " ", &"\n ".repeat(200)] {
        for (text, behind, shown) in [
            ("hello world", "", "hello world"),
            ("hello", "<b>", "hello"),
            ("hello", &" \n".repeat(200), "hello"),
            (&long, "", &alloc::format!("{}…", &long[..32])),
            ("]]", "&<", "]] &"),
        ] {
            let end = end(alloc::format!("<methodCall>{blank}{text} {behind}").as_bytes());
            let at = "<methodCall>".len() + blank.len();
            assert!(end.contains(&alloc::format!("found text \"{shown}\"")), "{end}");
            assert!(end.ends_with(&alloc::format!("Some({at})")), "{end}");
        }
        let end = end(alloc::format!("<methodCall><![CDATA[{blank}{long}]]>").as_bytes());
        assert!(end.contains("found text in a CDATA section"), "{end}");
    }
}

#[test]
fn a_comment_is_checked_behind_a_return() {
    for comment in ["\r\u{1}", "\r\n \u{FFFE}", "a\r&<>\u{B}"] {
        let end = end(alloc::format!("<!--{comment}--><value/>").as_bytes());
        assert!(end.starts_with("Character"), "{end}");
    }
    assert!(end(b"<!--\r&<\r\n>]]>--><value/>").starts_with("End"));
}

#[test]
fn text_before_a_type_is_told_alike() {
    let end = end(alloc::format!("<value>{}<int>1</int></value>", "x".repeat(600)).as_bytes());
    assert!(end.contains("expected a type element or text alone in <value>, found both"), "{end}");
}

#[test]
fn no_piece_of_text_is_lost_behind_a_chunk() {
    for (long, short) in [(200, 1), (300, 200), (1, 300), (254, 2)] {
        let (a, b) = ("a".repeat(long), "b".repeat(short));
        for (content, value) in [
            (alloc::format!("<string><![CDATA[{a}]]>{b}</string>"), Value::String(alloc::format!("{a}{b}"))),
            (alloc::format!("<string>{a}<!-- -->{b}<![CDATA[{b}]]></string>"), alloc::format!("{a}{b}{b}").into()),
            (alloc::format!("{a}<!-- -->{b}"), alloc::format!("{a}{b}").into()),
            (
                alloc::format!("<base64>{}<!-- -->{}</base64>", "AAAA".repeat(long), "AAAA".repeat(short)),
                Value::Base64(vec![0; 3 * (long + short)]),
            ),
        ] {
            let xml = alloc::format!("<value>{content}</value>");
            assert!(end(xml.as_bytes()).starts_with("End"));
            assert_eq!(chunked(xml.as_bytes(), 100).with_window(256).read_value().unwrap(), value);
        }
    }
}

#[test]
fn a_declaration_is_the_first_thing_or_wrong() {
    let rest = "<?xml version=\"1.0\"?><methodResponse><params><param><value/></param></params></methodResponse>";
    for (begin, end_of_it) in [("<!-- a comment", "-->"), ("<?an instruction", "?>"), ("<?xml version='1.0'", "?>")] {
        let first = alloc::format!("{begin:<97}{end_of_it:>3}");
        let xml = first.clone() + rest;
        let end = end(xml.as_bytes());
        assert!(end.starts_with("Syntax") && end.ends_with("Some(100)"), "{first}: {end}");
        // All that comes first is understood before the rest is there.
        assert_eq!(told(chunked(xml.as_bytes(), 100)).pop(), Some(end));
    }
    // White space before it is what some servers send.
    assert!(end(alloc::format!("\n{rest}").as_bytes()).starts_with("End"));
}

#[test]
fn the_limit_of_text_is_one_for_numbers_and_dates() {
    for (element, text) in [
        ("int", "-123456789"),
        ("i4", "1234567890"),
        ("i8", "1234567890"),
        ("double", "1234567.25"),
        ("dateTime.iso8601", "19980717T14:08:55"),
    ] {
        let xml = alloc::format!("<value><{element}>{text}</{element}></value>");
        let under = |text| alike_under(Limits { text, ..Limits::default() }, xml.as_bytes()).pop().unwrap();
        assert!(under(text.len() as u64).starts_with("End"), "{element}");
        assert!(under(text.len() as u64 - 1).starts_with("Limit(Text)"), "{element}");
    }
}

#[test]
fn letters_that_are_not_looked_at_twice_are_told_like_any() {
    let letters = "eW91IGNhbiBy".repeat(200);
    for behind in [
        "",
        "eW8=",
        "e",
        "e*",
        "\u{e9}",
        " \n",
        "&#73;",
        "&#x;",
        "<!-- c -->",
        "<![CDATA[eW91]]>",
        "]]>",
        "<b/>",
        "=eW91",
    ] {
        for (before, after) in [(400, 0), (400, 1200), (401, 1199), (1500, 700), (2399, 1), (2400, 2400)] {
            let xml = alloc::format!(
                "<methodResponse><params><param><value>\n<base64>{}{behind}{}</base64></value></param></params></methodResponse>",
                &letters[..before],
                &letters[..after]
            );
            for (limit, bytes) in
                [(u64::MAX, u64::MAX), (1200, u64::MAX), (u64::MAX, 1000), (u64::MAX, xml.len() as u64 - 60)]
            {
                let limits = Limits { text: limit, bytes, ..Limits::default() };
                let whole = told(Reader::from_bytes(xml.as_bytes()).with_limits(limits));
                for (window, size) in [(256, 7), (256, 256), (512, usize::MAX), (1024, 1000)] {
                    let reader = chunked(xml.as_bytes(), size).with_window(window).with_limits(limits);
                    assert_eq!(told(reader), whole, "{behind:?} {before} {after} {limit} {bytes} {window} {size}");
                }
            }
        }
    }
}

/// What is no digit was reckoned with before it was found to be none.
#[test]
fn a_date_of_seventeen_other_bytes_is_refused() {
    let date = *b"19980717T14:08:55";
    for at in 0..date.len() {
        for byte in [b' ', b',', b'/', b':', b'T', b'~', b'+'] {
            let mut other = date;
            other[at] = byte;
            let other = core::str::from_utf8(&other).unwrap();
            let xml = alloc::format!(
                "<methodResponse><params><param><value><dateTime.iso8601>{other}</dateTime.iso8601></value></param></params>\
                 </methodResponse>"
            );
            let read = crate::MethodResponse::from_bytes(xml.as_bytes());
            assert!(read.is_err() || other.as_bytes() == date || other.trim().len() < date.len(), "{other}: {read:?}");
        }
    }
}
