//! What minreq takes for a reply, and this crate does not.

use super::*;

#[test]
fn interim_replies_are_refused() {
    for status in ["100 Continue", "103 Early Hints", "101 Switching Protocols"] {
        let bytes = [format!("HTTP/1.1 {status}\r\n\r\n").into_bytes(), reply("200 OK", "", ANSWER)].concat();
        assert_error(Server::once(bytes).call_minreq(), ErrorKind::Http, true);
    }
}

#[test]
fn statuses_out_of_range_are_refused() {
    for line in ["HTTP/1.1 99 X", "HTTP/1.1 600 X", "HTTP/1.1 99999 X", "HTTP/1.1", "HTTP/1.1 OK", ""] {
        let server = Server::once(format!("{line}\r\n\r\n{}", std::str::from_utf8(ANSWER).unwrap()));
        assert_error(server.call_minreq(), ErrorKind::Http, true);
    }
}

#[test]
fn an_empty_reply_is_none() {
    for bytes in ["", "\r\n", "\r\n\r\n", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
        let error = Server::once(bytes).call_minreq().unwrap_err();
        assert!(matches!(error.kind(), WAIT | RECEIVE | ErrorKind::Http), "{bytes:?}: {error:?}");
        assert!(error.may_have_executed());
    }
}

#[test]
fn a_head_that_ends_at_its_limit_is_an_error_and_no_panic() {
    // minreq subtracts two for a line end of one byte there.
    let line = format!("X: {}\n", "x".repeat(16 * 1024 - 4));
    let error = Server::once(format!("HTTP/1.1 200 OK\r\n{line}\r\n")).call_minreq().unwrap_err();
    assert!(error.may_have_executed(), "{error:?}");
}

#[test]
fn each_call_has_its_own_connection() {
    let server = Server::once(reply("200 OK", "", ANSWER));
    let mut transport = super::super::Minreq::new(&server.url(), &Options::new()).unwrap();
    for _ in 0..3 {
        assert_eq!(exchange(&mut transport).unwrap().1, ANSWER);
    }
    assert_eq!((server.connections(), server.requests()), (3, 3));
}
