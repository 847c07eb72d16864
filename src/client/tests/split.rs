//! Replies cut off at every byte, and dripped in at every split.

use super::*;

/// Each reply cut off before each of its bytes: the connection's number is where.
fn cut_everywhere(bytes: Vec<u8>) -> Server {
    Server::start(move |peer| {
        peer.request();
        let cut = peer.number;
        peer.send(&bytes[..cut]);
    })
}

#[test]
fn a_kept_connection_finds_every_truncation() {
    for bytes in [reply("200 OK", "Content-Type: text/xml\r\n", ANSWER), chunked(&[1, 12])] {
        let size = bytes.len();
        let server = cut_everywhere(bytes);
        for cut in 0..size {
            let error = assert_error(server.call(), if cut == 0 { WAIT } else { RECEIVE }, true);
            assert!(!error.is_timeout());
        }
        assert_eq!(server.call().unwrap().1, ANSWER);
        assert_eq!(server.connections(), size + 1);
    }
}

#[test]
fn without_a_length_the_head_is_whole_or_refused() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n";
    let server = cut_everywhere([head, ANSWER].concat());
    for cut in 0..head.len() + ANSWER.len() {
        let result = server.call();
        if cut < head.len() {
            assert_error(result, if cut == 0 { WAIT } else { RECEIVE }, true);
        } else {
            assert_eq!(result.unwrap().1, ANSWER[..cut - head.len()]);
        }
    }
}

#[test]
fn minreq_passes_no_truncated_document() {
    let closing = [b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n", ANSWER].concat();
    let counted = reply("200 OK", "", ANSWER);
    for (bytes, has_length) in [(counted, true), (chunked(&[1, 12]), false), (closing, false)] {
        let size = bytes.len();
        let server = cut_everywhere(bytes);
        for cut in 0..size {
            match server.call_minreq() {
                Ok((_, body)) => {
                    assert!(!has_length, "at {cut}");
                    assert!(body == ANSWER || body.ends_with(b">"), "at {cut}");
                }
                Err(error) => {
                    let told = matches!(error.kind(), WAIT | RECEIVE | ErrorKind::Http);
                    assert!(told && error.may_have_executed(), "at {cut}: {error:?}");
                }
            }
        }
        assert_eq!(server.call_minreq().unwrap().1, ANSWER);
    }
}

#[cfg(feature = "ureq")]
#[test]
fn ureq_passes_no_truncated_document() {
    let closing = [b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n", ANSWER].concat();
    for (bytes, closes) in [(reply("200 OK", "", ANSWER), false), (chunked(&[1, 12]), false), (closing, true)] {
        let size = bytes.len();
        let server = cut_everywhere(bytes);
        let mut options = Options::new();
        let mut transport = options.choice(TransportChoice::Ureq).transport(&server.url()).unwrap();
        for cut in 0..size {
            match exchange(&mut transport) {
                // The end of the connection is that of the document, and the decoder finds out; or what is missing is
                // only what follows the last chunk.
                Ok((_, body)) => assert!(if closes { ANSWER.starts_with(&body) } else { body == ANSWER }, "at {cut}"),
                Err(error) => {
                    assert!(matches!(error.kind(), WAIT | RECEIVE | ErrorKind::Http), "at {cut}: {error:?}");
                    assert!(error.may_have_executed() && !error.is_timeout(), "at {cut}: {error:?}");
                }
            }
        }
        assert_eq!(exchange(&mut transport).unwrap().1, ANSWER);
    }
}

#[test]
fn chunks_of_every_size_in_packets_of_every_size() {
    let server = Server::start(|peer| {
        let chunk = peer.number % (ANSWER.len() - 1) + 1;
        while peer.request().is_some() {
            for packet in chunked(&[chunk]).chunks(peer.number / 7 + 1) {
                peer.send(packet);
            }
        }
    });
    for _ in 1..ANSWER.len() {
        let mut kept = server.kept(&Options::new());
        for _ in 0..2 {
            assert_eq!(exchange(&mut kept).unwrap().1, ANSWER);
        }
        assert!(kept.is_connected());
    }
    let server = Server::start(|peer| {
        let chunk = peer.number % (ANSWER.len() - 1) + 1;
        peer.request();
        for packet in chunked(&[chunk]).chunks(peer.number / 7 + 1) {
            peer.send(packet);
        }
    });
    for _ in 1..ANSWER.len() {
        assert_eq!(server.call_minreq().unwrap().1, ANSWER);
    }
}

#[test]
fn chunks_that_are_malformed() {
    for body in [
        "\r\n",
        "x\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "-1\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "11111111111111111\r\nabc",
        "3\r\nabc\r\n0\r\nno trailer\r\n\r\n",
    ] {
        let server = Server::once(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));
        let error = server.call().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Http | BYTES), "{body:?}: {error:?}");
        assert!(error.may_have_executed());
    }
}
