use super::*;

fn url(text: &str) -> Url {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn reads_each_form() {
    for (text, authority, port, path, printed) in [
        ("http://localhost", "localhost", 80, "/RPC2", "http://localhost/RPC2"),
        ("HTTP://Localhost:8000", "localhost:8000", 8000, "/RPC2", "http://localhost:8000/RPC2"),
        ("https://h.example./", "h.example.", 443, "/", "https://h.example./"),
        ("http://127.0.0.1/RPC2?a=b", "127.0.0.1", 80, "/RPC2?a=b", "http://127.0.0.1/RPC2?a=b"),
        ("http://h?a=b", "h", 80, "/?a=b", "http://h/?a=b"),
        ("http://[::1]:65535/x", "[::1]:65535", 65535, "/x", "http://[::1]:65535/x"),
        ("http://[FE80:0::1%25eth0]/", "[fe80::1]", 80, "/", "http://[fe80::1%25eth0]/"),
        ("http://h:00080//a", "h:80", 80, "//a", "http://h:80//a"),
        ("http://@h/", "h", 80, "/", "http://h/"),
        ("http://my_service.local:1/", "my_service.local:1", 1, "/", "http://my_service.local:1/"),
    ] {
        let url = url(text);
        assert_eq!(url.authority(), authority, "{text}");
        assert_eq!(url.port(), Some(port), "{text}");
        assert_eq!(url.path(), path, "{text}");
        assert_eq!(url.to_string(), printed, "{text}");
    }
    assert_eq!(url("http://[fe80::1%25eth0]/").host(), Some("fe80::1%eth0"));
}

#[test]
fn reads_unix_sockets() {
    for (text, socket, path, printed) in [
        ("unix:/run/x.sock", &b"/run/x.sock"[..], "/RPC2", "unix:/run/x.sock:/RPC2"),
        ("unix:///run/x.sock", b"/run/x.sock", "/RPC2", "unix:/run/x.sock:/RPC2"),
        ("unix:/run/x.sock:/", b"/run/x.sock", "/", "unix:/run/x.sock:/"),
        ("unix:/run/x.sock:/a:b?c", b"/run/x.sock", "/a:b?c", "unix:/run/x.sock:/a:b?c"),
        ("unix:/run/a%3Ab%C3%A9", "/run/a:b\u{e9}".as_bytes(), "/RPC2", "unix:/run/a%3Ab%C3%A9:/RPC2"),
    ] {
        let url = url(text);
        assert_eq!(url.place(), &Place::Unix(socket.to_vec()), "{text}");
        assert_eq!((url.path(), url.scheme(), url.port(), url.host()), (path, Scheme::Unix, None, None), "{text}");
        assert_eq!(url.to_string(), printed, "{text}");
        assert_eq!(super::Url::parse(printed).unwrap(), url);
    }
}

#[test]
fn reads_scgi() {
    for (text, place, printed) in [
        ("scgi://h:5000", Place::Tcp { host: "h".into(), port: Some(5000) }, "scgi://h:5000/RPC2"),
        ("scgi://[::1]:1/a?b", Place::Tcp { host: "::1".into(), port: Some(1) }, "scgi://[::1]:1/a?b"),
        ("scgi:/run/x.sock", Place::Unix(b"/run/x.sock".to_vec()), "scgi:/run/x.sock:/RPC2"),
        ("scgi:///run/x.sock:/a", Place::Unix(b"/run/x.sock".to_vec()), "scgi:/run/x.sock:/a"),
    ] {
        let url = url(text);
        assert_eq!((url.scheme(), url.place()), (Scheme::Scgi, &place), "{text}");
        assert_eq!(url.to_string(), printed, "{text}");
        assert_eq!(super::Url::parse(printed).unwrap(), url);
    }
}

#[test]
fn refuses_the_rest() {
    for text in [
        "",
        "localhost",
        "localhost:8000/RPC2",
        "ftp://h/",
        "scgi://h/",
        "scgi:h:1/",
        "scgi:",
        "http:h",
        "http:/h",
        "http://",
        "http:///RPC2",
        "http://:80/",
        "http://h:/",
        "http://h:0/",
        "http://h:65536/",
        "http://h:65545/",
        "http://h:+1/",
        "http://h:1x/",
        "http://h:000080/",
        "http://h /",
        "http://h/\r\nX: y",
        "http://h/\0",
        "http://h/a b",
        "http://h/\u{e9}",
        "http://h\u{e9}/",
        "http://h/%",
        "http://h/%4",
        "http://h/%zz",
        "http://h/<",
        "http://h/\"",
        "http://h/\\",
        "http://h\\@evil/",
        "http://h/#top",
        "http://h#top",
        "http://a@b@h/",
        "http://a:b:c%0a@h/",
        "http://a%3Ab:c@h/",
        "http://a%@h/",
        "http://a[@h/",
        "http://h..x/",
        "http://.h/",
        "http://256.1.1.1/",
        "http://10.1/",
        "http://0x7f000001/",
        "http://127.0.0.1./",
        "http://h%41/",
        "http://[::1/",
        "http://[::1]x/",
        "http://[::1]:/",
        "http://[1.2.3.4]/",
        "http://[::1%25]/",
        "http://[::1%eth0]/",
        "http://[v1.x]/",
        "unix:",
        "unix:x.sock",
        "unix://host/x.sock",
        "unix:/x:y",
        "unix:/x%00",
        "unix:/x%0",
        "unix:/x?y",
        "unix:/x:/#y",
    ] {
        let error = text.parse::<Url>().expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
    }
    assert!(format!("http://h/{}", "a".repeat(LONGEST)).parse::<Url>().is_err());
}

#[test]
fn credentials_are_decoded_and_never_shown() {
    for (text, header) in [
        ("http://Aladdin:open%20sesame@h/", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("http://user@h/", "Basic dXNlcjo="),
        ("http://u:a:b@h/", "Basic dTphOmI="),
        ("http://u:%C3%A9%40@h/", "Basic dTrDqUA="),
    ] {
        let url = url(text);
        assert_eq!(url.credentials().unwrap().to_header(), header);
        let shown = format!("{url} {url:?} {:#?} {:?}", url, url.credentials());
        assert_eq!(shown, "http://***@h/ Url(http://***@h/) Url(http://***@h/) Some(***)");
        assert_eq!(url.without_credentials(), "http://h/");
    }
    for text in ["http://u:secret@h:99999/", "http://u:secret@h/ ", "http://u:sec%ret@h/", "http://u:secret@@h/"] {
        let error = text.parse::<Url>().expect_err(text);
        assert!(!format!("{error} {error:?}").contains("sec"), "{error}");
    }
}

#[test]
fn never_panics_on_short_texts() {
    let alphabet = [":", "/", "//", "http", "unix", "@", "[", "]", "%", "%2", "a", "0", "?", "#", "::1", "é"];
    let mut texts = vec![String::new()];
    for _ in 0..4 {
        texts = texts.iter().flat_map(|text| alphabet.map(|piece| format!("{text}{piece}"))).collect();
    }
    for text in &texts {
        let _ = text.parse::<Url>();
        let _ = format!("http://{text}").parse::<Url>();
    }
}
