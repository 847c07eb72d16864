//! What is done only if asked for: trying again, redirects, cookies, the look at the wire, compression.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::*;
use crate::client::{Client, Retry, Wire};

/// A reply after which the server closes, and says so: not every transport finds it out otherwise.
fn reply(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    super::reply(status, &format!("{fields}Connection: close\r\n"), body)
}

/// The document of a result.
fn result(value: i32) -> Vec<u8> {
    crate::to_vec(&value).unwrap()
}

fn client(url: &Url, options: &Options) -> Client {
    Client::with_options(&url.to_string(), options).unwrap()
}

fn target_of(request: &[u8]) -> String {
    String::from_utf8_lossy(request).split(' ').nth(1).unwrap().to_owned()
}

fn field_of(request: &[u8], name: &str) -> Option<String> {
    let request = String::from_utf8_lossy(request).into_owned();
    let mut fields = request.split("\r\n").filter_map(|line| line.split_once(": "));
    Some(fields.find(|(found, _)| found.eq_ignore_ascii_case(name))?.1.to_owned())
}

/// A server that is overloaded for the first calls.
fn overloaded(for_calls: usize, status: &'static str) -> Server {
    Server::start(move |peer| {
        peer.request();
        let refusal = reply(status, "", b"");
        peer.send(&if peer.number < for_calls { refusal } else { reply("200 OK", "", &result(7)) });
    })
}

#[test]
fn calls_are_tried_again_if_that_is_safe() {
    let mut options = Options::new();
    options.retry(Retry::new(3).first_pause(Duration::from_millis(1)));
    for &choice in CHOICES {
        options.choice(choice);
        let server = overloaded(2, "429 Too Many Requests");
        assert_eq!(client(&server.url(), &options).call::<i32>("m", ()).unwrap(), 7);
        assert_eq!(server.requests(), 3);
        let server = overloaded(3, "429 Too Many Requests");
        assert_eq!(client(&server.url(), &options).call::<i32>("m", ()).unwrap_err().http_status(), Some(429));
        let server = overloaded(1, "503 Service Unavailable");
        assert_eq!(client(&server.url(), &options).call::<i32>("m", ()).unwrap_err().http_status(), Some(503));
        assert_eq!(server.requests(), 1);
    }
    options.retry(Retry::new(3).first_pause(Duration::from_millis(1)).idempotent(|name| name == "m"));
    let server = overloaded(1, "503 Service Unavailable");
    assert_eq!(client(&server.url(), &options).call::<i32>("m", ()).unwrap(), 7);
    assert_eq!(client(&server.url(), &options).stream("m").call::<i32>().unwrap(), 7);
}

#[test]
fn all_tries_together_keep_to_the_timeout() {
    let server = Server::start(|peer| {
        peer.request();
        peer.wait_for_close();
    });
    let mut options = brief();
    options.retry(Retry::new(1000).first_pause(Duration::from_millis(1)).idempotent(|_| true));
    let start = Instant::now();
    let error = client(&server.url(), &options).call::<i32>("m", ()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_executed());
    assert!(start.elapsed() >= BRIEF && start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn redirects_within_the_server_are_followed() {
    for (status, remembered) in
        [("308 Permanent", true), ("301 Moved", true), ("307 Temporary", false), ("302 Found", false)]
    {
        let server = Server::start(move |peer| {
            if let Some(request) = peer.request() {
                let target = target_of(&request);
                peer.send(&match target.as_str() {
                    "/RPC2" => reply(status, "Location: /new?x\r\n", b""),
                    "/new?x" => reply("200 OK", "", &result(request.len() as i32)),
                    _ => reply("404 Not Found", "", b""),
                });
            }
        });
        let mut options = Options::new();
        options.redirects(1);
        let client = client(&server.url(), &options);
        let first: i32 = client.call("m", (1,)).unwrap();
        assert_eq!(client.call::<i32>("m", (1,)).unwrap(), first);
        assert_eq!(server.requests(), if remembered { 3 } else { 4 });
        client.stream("m").call::<i32>().unwrap();
    }
}

#[test]
fn redirects_elsewhere_and_in_circles_are_not() {
    let elsewhere = Server::once(reply("200 OK", "", &result(1)));
    let mut options = Options::new();
    options.redirects(5).basic_auth("u", "secret");
    for location in [format!("http://{}/", elsewhere.address), format!("//{}/", elsewhere.address), "https://h/".into()]
    {
        let server = Server::once(reply("307 Temporary", &format!("Location: {location}\r\n"), b""));
        let error = client(&server.url(), &options).call::<i32>("m", ()).unwrap_err();
        assert_eq!((error.http_status(), server.requests()), (Some(307), 1));
    }
    assert_eq!(elsewhere.connections(), 0);
    let circle = Server::once(reply("307 Temporary", "Location: /RPC2\r\n", b""));
    assert_eq!(client(&circle.url(), &options).call::<i32>("m", ()).unwrap_err().http_status(), Some(307));
    assert_eq!(circle.requests(), 6);
}

#[test]
fn cookies_are_kept_if_asked() {
    let server = Server::start(|peer| {
        let request = peer.request().unwrap();
        let session = match field_of(&request, "Cookie") {
            Some(cookie) => cookie.split('=').nth(1).unwrap().parse().unwrap(),
            None => 0,
        };
        let fields = format!("Set-Cookie: session={}; HttpOnly\r\n", session + 1);
        peer.send(&reply("200 OK", &fields, &result(session)));
    });
    let mut options = Options::new();
    for &choice in CHOICES {
        options.choice(choice).cookies(true);
        let sessions = |client: &Client| [(); 3].map(|()| client.call::<i32>("m", ()).unwrap());
        assert_eq!(sessions(&client(&server.url(), &options)), [0, 1, 2]);
        assert_eq!(sessions(&client(&server.url(), &options)), [0, 1, 2]);
        assert_eq!(sessions(&client(&server.url(), options.cookies(false))), [0, 0, 0]);
    }
    assert!(options.cookies(true).header("Cookie", "a=b").transport(&server.url()).is_err());
}

#[test]
fn the_wire_is_shown_without_secrets() {
    let server = Server::once(reply("200 OK", "Set-Cookie: s=sesame\r\nX-Kind: test\r\n", &result(7)));
    let url: Url = format!("http://user:sesame@{}/RPC2", server.address).parse().unwrap();
    for &choice in CHOICES {
        let shown = Arc::new(Mutex::new(String::new()));
        let mut options = Options::new();
        options.choice(choice).cookies(true).header("X-Api-Token", "sesame").verbose({
            let shown = shown.clone();
            move |piece: Wire<'_>| shown.lock().unwrap().push_str(&piece.to_string())
        });
        let mut transport = options.transport(&url).unwrap();
        for _ in 0..2 {
            exchange(&mut transport).unwrap();
        }
        let shown = shown.lock().unwrap();
        for part in [
            "> POST /RPC2 HTTP/1.1\n",
            "> Authorization: ***\n",
            "> Cookie: ***\n",
            "> X-Api-Token: ***\n",
            "> <?xml version=\"1.0\"?><methodCall>",
            "< HTTP/1.1 200 OK\n",
            "<int>7</int>",
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
        assert!(!shown.contains("sesame") && !shown.contains("dXNlcj"), "{shown}");
        assert!(
            shown.to_lowercase().contains("< x-kind: test\n") && shown.to_lowercase().contains("< set-cookie: ***\n")
        );
    }
}

#[cfg(feature = "gzip")]
#[test]
fn bodies_are_compressed_both_ways() {
    use std::io::Read as _;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
    let server = Server::start(|peer| {
        let request = peer.request().unwrap();
        let start = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let mut body = request[start..].to_vec();
        if field_of(&request, "Content-Encoding").as_deref() == Some("gzip") {
            body = Vec::new();
            flate2::read::GzDecoder::new(&request[start..]).read_to_end(&mut body).unwrap();
        }
        let size = result(body.len() as i32);
        peer.send(&match field_of(&request, "Accept-Encoding").as_deref() {
            Some("gzip") => reply("200 OK", "Content-Encoding: gzip\r\n", &packed(&size)),
            _ => reply("200 OK", "", &size),
        });
    });
    for &choice in CHOICES {
        let mut options = Options::new();
        options.choice(choice);
        let text = "x".repeat(5000);
        let sizes = [(false, false), (true, false), (false, true), (true, true)].map(|(replies, requests)| {
            options.gzip_replies(replies).gzip_requests(requests);
            let client = client(&server.url(), &options);
            let streamed: i32 = client.stream("m").params(|params| params.string(&text)).call().unwrap();
            assert_eq!(client.call::<i32>("m", (&text,)).unwrap(), streamed);
            streamed
        });
        assert!(sizes.iter().all(|&size| size > 5000 && size == sizes[0]));
    }
    let bomb = Server::once(reply("200 OK", "Content-Encoding: gzip\r\n", &packed(&vec![b' '; 20 << 20])));
    for mut transport in each(&bomb.url(), &limited(1 << 20)) {
        assert_error(exchange(&mut transport), BYTES, true);
    }
    let whole = reply("200 OK", "Content-Encoding: gzip\r\n", &packed(ANSWER));
    assert_eq!(Server::once(whole).call().unwrap().1, ANSWER);
    let rubbish = Server::once(reply("200 OK", "Content-Encoding: gzip\r\n", ANSWER));
    for result in rubbish.call_both() {
        assert_error(result, ErrorKind::Http, true);
    }
}
