//! Time-outs and resets: which phase they are told as, and whether the call may have been executed.

use std::time::Instant;

use super::*;

/// More than a socket's buffers take.
fn huge() -> Vec<u8> {
    vec![b' '; 32 << 20]
}

#[track_caller]
fn assert_times_out(transport: &mut dyn Transport, call: &[u8], kind: ErrorKind, executed: bool) {
    let start = Instant::now();
    let error = transport.exchange(call, &mut Vec::new()).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!((error.kind(), error.may_have_executed()), (kind, executed), "{error:?}");
    let took = start.elapsed();
    assert!(took >= BRIEF && took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn a_silent_server_times_out() {
    let server = Server::start(|peer| {
        peer.request();
        peer.wait_for_close();
    });
    let mut kept = server.kept(&brief());
    assert_times_out(&mut kept, CALL, WAIT, true);
    assert!(!kept.is_connected());
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_server_that_reads_nothing_times_out_in_sending() {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let server = Server::start(move |_| {
        let _ = wait.recv();
    });
    assert_times_out(&mut server.kept(&brief()), &huge(), SEND, false);
    drop(done);
}

#[test]
fn a_drip_does_not_stretch_the_timeout() {
    let server = Server::start(|peer| {
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while peer.send(b" ") {
            std::thread::sleep(Duration::from_millis(3));
        }
    });
    assert_times_out(&mut server.kept(&brief()), CALL, RECEIVE, true);
    #[cfg(feature = "ureq")]
    assert_times_out(
        brief().choice(TransportChoice::Ureq).transport(&server.url()).unwrap().as_mut(),
        CALL,
        RECEIVE,
        true,
    );
    let server = Server::start(|peer| {
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\nX: ");
        while peer.send(b"x") {
            std::thread::sleep(Duration::from_millis(3));
        }
    });
    assert_times_out(&mut server.kept(&brief()), CALL, RECEIVE, true);
}

#[test]
fn minreq_times_out_in_whole_seconds() {
    let silent = Server::start(|peer| {
        peer.request();
        peer.wait_for_close();
    });
    assert_times_out(&mut super::super::Minreq::new(&silent.url(), &brief()).unwrap(), CALL, WAIT, true);
    let dripping = Server::start(|peer| {
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while peer.send(b" ") {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    assert_times_out(&mut super::super::Minreq::new(&dripping.url(), &brief()).unwrap(), CALL, RECEIVE, true);
}

#[test]
fn no_time_left_is_an_error_before_anything_is_sent() {
    let server = Server::once(reply("200 OK", "", ANSWER));
    let mut options = Options::new();
    options.timeout(Duration::ZERO);
    let error = assert_error(exchange(&mut server.kept(&options)), ErrorKind::Transport(Phase::Connect), false);
    assert!(error.is_timeout());
    assert_eq!(server.requests(), 0);
}

#[test]
fn calls_without_a_timeout() {
    let server = Server::start(|peer| while peer.request().is_some() && peer.send(&reply("200 OK", "", ANSWER)) {});
    let mut options = Options::new();
    options.timeout(None).connect_timeout(None);
    let mut kept = server.kept(&options);
    for _ in 0..3 {
        assert_eq!(exchange(&mut kept).unwrap().1, ANSWER);
    }
}

#[test]
fn resets() {
    let waiting = Server::start(Peer::request_for_reset);
    for result in waiting.call_both() {
        let error = assert_error(result, WAIT, true);
        assert!(!error.is_timeout());
    }
    let in_the_head = Server::start(|peer| {
        peer.request_for_reset();
        peer.send(b"HTTP/1.1 200 OK\r\nContent");
    });
    assert_error(in_the_head.call(), RECEIVE, true);
    assert!(in_the_head.call_minreq().unwrap_err().may_have_executed());
    let in_the_body = Server::start(|peer| {
        peer.request_for_reset();
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<?xml");
    });
    for result in in_the_body.call_both() {
        assert_error(result, RECEIVE, true);
    }
    assert_eq!(waiting.connections() + in_the_head.connections() + in_the_body.connections(), 2 * CHOICES.len() + 2);
}

#[test]
fn a_reset_in_sending_cannot_have_executed() {
    let server = Server::start(|peer| {
        peer.stream.read_exact(&mut [0; 100]).unwrap();
    });
    let error = server.kept(&Options::new()).exchange(&huge(), &mut Vec::new()).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (SEND, false), "{error:?}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_early_refusal_is_read_although_sending_failed() {
    let server = Server::start(|peer| {
        peer.stream.read_exact(&mut [0; 100]).unwrap();
        peer.send(&reply("413 Content Too Large", "", b"too large"));
    });
    let error = server.kept(&Options::new()).exchange(&huge(), &mut Vec::new()).unwrap_err();
    // Where the reset overtakes the reply, it is a failure in sending; executed it is in neither case.
    assert!(!error.may_have_executed());
    assert!(error.http_status() == Some(413) || error.kind() == SEND, "{error:?}");
}

#[test]
fn nobody_listens() {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let url: Url = format!("http://{address}").parse().unwrap();
    for mut transport in each(&url, &Options::new()) {
        assert_error(exchange(&mut transport), ErrorKind::Transport(Phase::Connect), false);
    }
}
