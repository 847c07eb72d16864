//! Requests written as they go, replies read as they come.

use std::sync::Mutex;

use super::*;
use crate::client::Client;
use crate::{Binary, MethodCall, Value};

/// A body that a server makes of a call.
fn answer(call: &MethodCall) -> Vec<u8> {
    match (call.method.as_str(), call.params.as_slice()) {
        ("numbers", [Value::Int(to)]) => crate::to_vec(&(1..=*to).collect::<Vec<i32>>()),
        ("bytes", [Value::Int(size)]) => crate::to_vec(&Binary::from(vec![7; *size as usize])),
        ("size", [Value::Base64(bytes)]) => crate::to_vec(&(bytes.len() as i32)),
        ("sum", [Value::Array(items)]) => crate::to_vec(&items.iter().filter_map(Value::as_i64).sum::<i64>()),
        (name, params) => panic!("{name} {params:?}"),
    }
    .unwrap()
}

/// Reads a request in chunks.
fn read_chunked(peer: &mut Peer) -> Vec<u8> {
    let line = |peer: &mut Peer| {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            peer.stream.read_exact(&mut byte).unwrap();
            line.extend(byte);
        }
        String::from_utf8(line).unwrap().trim_end().to_owned()
    };
    let mut head = String::new();
    loop {
        let next = line(peer);
        if next.is_empty() {
            break;
        }
        head.push_str(&next);
    }
    let head = head.to_lowercase();
    assert!(head.contains("transfer-encoding: chunked") && !head.contains("content-length"));
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&line(peer), 16).unwrap();
        let mut chunk = vec![0; size];
        peer.stream.read_exact(&mut chunk).unwrap();
        body.extend(chunk);
        assert_eq!(line(peer), "");
        if size == 0 {
            return body;
        }
    }
}

fn serve() -> Server {
    Server::start(|peer| {
        while let Some(request) = peer.request() {
            let start = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
            let body = answer(&MethodCall::from_bytes(&request[start..]).unwrap());
            peer.send(&reply("200 OK", "", &body));
        }
    })
}

#[test]
fn large_arguments_and_results() {
    let server = serve();
    for &choice in CHOICES {
        let mut options = Options::new();
        let client = Client::with_options(&server.url().to_string(), options.choice(choice)).unwrap();
        for size in [0, 1, 60_000_i32] {
            let sum: i64 = client
                .stream("sum")
                .params(|params| {
                    params.start_array()?;
                    (1..=size).try_for_each(|number| params.int(number))?;
                    params.end_array()
                })
                .call()
                .unwrap();
            assert_eq!(sum, (1..=i64::from(size)).sum::<i64>());
            let bytes = vec![1; size as usize];
            let counted: i32 = client.stream("size").params(|params| params.base64_from(&bytes[..])).call().unwrap();
            assert_eq!(counted, size);
            let numbers = client
                .stream("numbers")
                .params(|params| params.int(size))
                .receive(|reply| reply.items::<i32>()?.try_fold(0, |sum, number| Ok(sum + i64::from(number?))));
            assert_eq!(numbers.unwrap(), sum);
            let mut got = Vec::new();
            let copied = client
                .stream("bytes")
                .params(|params| params.int(size))
                .receive(|reply| Ok(std::io::copy(&mut reply.bytes()?, &mut got)?));
            assert_eq!((copied.unwrap(), got.len()), (size as u64, size as usize));
        }
        // What is not taken is passed over.
        let first = client
            .stream("numbers")
            .params(|params| params.int(100_000))
            .receive(|reply| reply.items::<i32>()?.next().unwrap());
        assert_eq!(first.unwrap(), 1);
    }
    // All on one connection, but for minreq.
    assert_eq!(server.connections(), CHOICES.len() - 1 + 3 * 4 + 1);
}

#[test]
fn tells_how_far_a_reply_has_come() {
    let server = serve();
    let document = answer(&MethodCall::new("bytes", vec![Value::Int(60_000)])).len() as u64;
    let told_by = |client: &Client| {
        let mut told = Vec::new();
        let call = client.stream("bytes").params(|params| params.int(60_000));
        call.progress(|done, all| told.push((done, all))).call::<Binary>().unwrap();
        assert!(told.is_sorted() && told.len() > 1, "{told:?}");
        assert_eq!(told.last().unwrap().0, document);
        assert!(told.iter().all(|&(_, all)| all == told[0].1));
        told[0].1
    };
    for &choice in CHOICES {
        let mut options = Options::new();
        let client = Client::with_options(&server.url().to_string(), options.choice(choice)).unwrap();
        assert_eq!(told_by(&client), Some(document));
    }
    // In one chunk, and up to the end of the connection.
    let body = answer(&MethodCall::new("bytes", vec![Value::Int(60_000)]));
    let mut chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len()).into_bytes();
    chunked.extend([&body[..], b"\r\n0\r\n\r\n"].concat());
    let to_the_end = [b"HTTP/1.1 200 OK\r\n\r\n", &body[..]].concat();
    for whole in [chunked, to_the_end] {
        let server = Server::once(whole);
        assert_eq!(told_by(&Client::new(&server.url().to_string()).unwrap()), None);
    }
    // A fault is nothing to wait for.
    let fault = crate::MethodResponse::Fault(crate::Fault::new(4, "no")).to_vec(crate::Dialect::strict()).unwrap();
    let server = Server::once(reply("200 OK", "", &fault));
    let client = Client::new(&server.url().to_string()).unwrap();
    let call = client.stream("m").progress(|done, _| panic!("{done}")).call::<i32>();
    assert_eq!(call.unwrap_err().fault().map(crate::Fault::code), Some(4));
}

#[test]
fn what_can_be_written_only_once_goes_in_chunks() {
    let server = Server::start(|peer| {
        let body = read_chunked(peer);
        let answer = answer(&MethodCall::from_bytes(&body).unwrap());
        peer.send(&reply("200 OK", "", &answer));
    });
    for &choice in CHOICES.iter().filter(|&&choice| choice != TransportChoice::Minreq) {
        let mut options = Options::new();
        let client = Client::with_options(&server.url().to_string(), options.choice(choice)).unwrap();
        for size in [0, 1, 31 * 1024, 32 * 1024, 200_000_usize] {
            let mut source = Some(std::io::repeat(5).take(size as u64));
            let once = client.stream("size").once().params(|params| params.base64_from(source.take().unwrap()));
            assert_eq!(once.call::<i32>().unwrap(), size as i32);
        }
    }
}

#[test]
fn parameters_that_change_are_found_out() {
    let server = Server::start(|peer| while peer.request().is_some() {});
    for (choice, start) in CHOICES.iter().flat_map(|&choice| [(choice, 5), (choice, 100_000)]) {
        let mut options = Options::new();
        let client = Client::with_options(&server.url().to_string(), options.choice(choice)).unwrap();
        for change in [1, -1] {
            let mut length = start;
            let error = client
                .stream("size")
                .params(|params| {
                    length += change;
                    params.base64(&vec![0; length as usize * 3])
                })
                .call::<i32>()
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
            assert!(!error.may_have_executed());
        }
    }
    let client = Client::new(&server.url().to_string()).unwrap();
    let error =
        client.stream("size").params(|_| Err(std::io::Error::other("no file").into())).call::<i32>().unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Io, "no file".into()));
}

#[test]
fn errors_keep_their_phase() {
    let body = crate::to_vec(&(1..1000).collect::<Vec<i32>>()).unwrap();
    let whole = reply("200 OK", "", &body);
    for cut in [whole.len() - 1, whole.len() - 100, whole.len() / 2] {
        let server = Server::once(&whole[..cut]);
        let client = Client::new(&server.url().to_string()).unwrap();
        let error = client.stream("m").receive(|reply| reply.items::<i32>()?.collect::<Result<Vec<_>>>()).unwrap_err();
        assert_eq!((error.kind(), error.may_have_executed()), (RECEIVE, true), "{error:?}");
        let error = client.stream("m").call::<Vec<i32>>().unwrap_err();
        assert_eq!((error.kind(), error.may_have_executed()), (RECEIVE, true), "{error:?}");
    }
    let dripping = Server::start(|peer| {
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n<methodResponse><params><param><value><array><data>");
        while peer.send(b"<value><int>1</int></value>") {
            std::thread::sleep(Duration::from_millis(3));
        }
    });
    let client = Client::with_options(&dripping.url().to_string(), &brief()).unwrap();
    let error =
        client.stream("m").receive(|reply| reply.items::<i32>()?.try_for_each(|item| item.map(drop))).unwrap_err();
    assert!(error.is_timeout() && error.kind() == RECEIVE, "{error:?}");
    let endless = Server::start(|peer| {
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n<methodResponse><params><param><value><array><data>");
        peer.send_for_ever(b"<value><int>1</int></value>");
    });
    let client = Client::with_options(&endless.url().to_string(), &limited(100_000)).unwrap();
    let error =
        client.stream("m").receive(|reply| reply.items::<i32>()?.try_for_each(|item| item.map(drop))).unwrap_err();
    assert_eq!(error.kind(), BYTES);
}

#[test]
fn pages_faults_and_statuses() {
    let call = |bytes: Vec<u8>| {
        let server = Server::once(bytes);
        Client::new(&server.url().to_string()).unwrap().stream("m").call::<i32>().unwrap_err()
    };
    let page = b"<html><body>Log in first</body></html>";
    let error = call(reply("200 OK", "Content-Type: text/html\r\n", page));
    assert!(error.to_string().contains("Log in first") && error.to_string().contains("text/html"), "{error}");
    let error = call(reply("404 Not Found", "", page));
    assert_eq!((error.http_status(), error.may_have_executed()), (Some(404), false));
    let fault = crate::MethodResponse::Fault(crate::Fault::new(4, "no")).to_vec(crate::Dialect::strict()).unwrap();
    for status in ["200 OK", "500 Oops"] {
        assert_eq!(call(reply(status, "", &fault)).fault().map(crate::Fault::code), Some(4));
    }
}

#[test]
fn a_stale_connection_is_left() {
    let bodies = std::sync::Arc::new(Mutex::new(0));
    let server = Server::start(|peer| {
        peer.request();
        peer.send(&reply("200 OK", "", &crate::to_vec(&1).unwrap()));
    });
    let client = Client::new(&server.url().to_string()).unwrap();
    for _ in 0..5 {
        let written = client.stream("m").params(|params| {
            *bodies.lock().unwrap() += 1;
            params.int(1)
        });
        assert_eq!(written.call::<i32>().unwrap(), 1);
    }
    assert_eq!(server.requests(), 5);
    assert!(*bodies.lock().unwrap() >= 10);
}
