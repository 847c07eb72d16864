//! SCGI, against a server that takes its netstrings apart.

use super::*;
use crate::client::{Client, Scgi};

type Variables = Vec<(String, String)>;

/// Reads a request: its variables and its body.
fn read_scgi(stream: &mut impl Read) -> Option<(Variables, Vec<u8>)> {
    let mut size = Vec::new();
    while size.last() != Some(&b':') {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        size.extend(byte);
    }
    let size: usize = std::str::from_utf8(&size[..size.len() - 1]).unwrap().parse().unwrap();
    let mut head = vec![0; size + 1];
    stream.read_exact(&mut head).ok()?;
    assert_eq!(head.pop(), Some(b','));
    assert_eq!(head.pop(), Some(0));
    let text = String::from_utf8(head).unwrap();
    let parts: Vec<&str> = text.split('\0').collect();
    let variables: Variables = parts.chunks(2).map(|pair| (pair[0].into(), pair[1].into())).collect();
    assert_eq!(variables[0].0, "CONTENT_LENGTH");
    let mut body = vec![0; variables[0].1.parse().unwrap()];
    stream.read_exact(&mut body).ok()?;
    Some((variables, body))
}

fn answering(bytes: impl Into<Vec<u8>>) -> Server {
    let bytes = bytes.into();
    Server::start(move |peer| {
        read_scgi(&mut peer.stream);
        peer.send(&bytes);
    })
}

fn url(server: &Server) -> Url {
    format!("scgi://u:p@{}/RPC2?a=b", server.address).parse().unwrap()
}

fn call(server: &Server) -> Result<(Reply, Vec<u8>)> {
    exchange(&mut Scgi::new(&url(server), &Options::new()).unwrap())
}

#[test]
fn a_call_goes_out_and_its_answer_comes_back() {
    let server = Server::start(|peer| {
        let (variables, body) = read_scgi(&mut peer.stream).unwrap();
        assert_eq!(body, CALL);
        let text: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        peer.send(format!("Status: 200 OK\r\nContent-Type: text/xml\r\n\r\n{text}").as_bytes());
    });
    let mut options = Options::new();
    options.header("X-Y", "z").user_agent("test");
    let mut scgi = options.transport(&url(&server)).unwrap();
    for _ in 0..2 {
        let (head, text) = exchange(&mut scgi).unwrap();
        assert_eq!((head.status(), head.content_type()), (200, Some("text/xml")));
        let text = String::from_utf8(text).unwrap();
        for line in [
            "SCGI=1",
            "REQUEST_METHOD=POST",
            "REQUEST_URI=/RPC2?a=b",
            "PATH_INFO=/RPC2",
            "QUERY_STRING=a=b",
            "CONTENT_TYPE=text/xml",
            "HTTP_USER_AGENT=test",
            "HTTP_AUTHORIZATION=Basic dTpw",
            "HTTP_X_Y=z",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
    assert_eq!(server.connections(), 2);
}

#[test]
fn truncations_are_found() {
    let head = format!("Status: 200 OK\nContent-Length: {}\n\n", ANSWER.len());
    let whole = [head.as_bytes(), ANSWER].concat();
    let size = whole.len();
    let server = Server::start({
        let whole = whole.clone();
        move |peer| {
            read_scgi(&mut peer.stream);
            peer.send(&whole[..peer.number]);
        }
    });
    for cut in 0..size {
        assert_error(call(&server), if cut == 0 { WAIT } else { RECEIVE }, true);
    }
    assert_eq!(call(&answering(whole)).unwrap().1, ANSWER);
}

#[test]
fn what_is_wrong_is_told() {
    for head in ["HTTP/1.1 200 OK\r\n\r\n", "\n", "Status: 1\n\n", "A: b\nContent-Length: x\n\n", "A b\n\n"] {
        assert_error(call(&answering(head)), ErrorKind::Http, true);
    }
    assert_error(call(&answering(vec![b'x'; 20_000])), BUFFER, true);
    let error = assert_error(call(&answering("Status: 404 Not Found\n\nno page")), ErrorKind::Http, false);
    assert!(error.http_status() == Some(404) && error.to_string().contains("no page"));
    let silent = Server::start(|peer| {
        read_scgi(&mut peer.stream);
        peer.wait_for_close();
    });
    let error = exchange(&mut Scgi::new(&url(&silent), &brief()).unwrap()).unwrap_err();
    assert!(error.is_timeout() && error.kind() == WAIT);
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let url: Url = format!("scgi://{closed}").parse().unwrap();
    let error = exchange(&mut Scgi::new(&url, &Options::new()).unwrap()).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Transport(Phase::Connect), false));
}

#[test]
fn streams() {
    let server = Server::start(|peer| {
        let (_, body) = read_scgi(&mut peer.stream).unwrap();
        let answer = crate::to_vec(&(body.len() as i32)).unwrap();
        peer.send(&[b"Content-Type: text/xml\n\n", &answer[..]].concat());
    });
    let client = Client::new(&url(&server).to_string().replace("***@", "")).unwrap();
    let bytes = vec![0; 100_000];
    let size: i32 = client.stream("m").params(|params| params.base64_from(&bytes[..])).call().unwrap();
    assert!(size > 130_000);
    assert_eq!(client.stream("m").once().call::<i32>().unwrap_err().kind(), ErrorKind::Usage);
}

#[cfg(unix)]
#[test]
fn unix_sockets() {
    let path = std::env::temp_dir().join(format!("tiny_xmlrpc-scgi-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_scgi(&mut stream).unwrap();
        stream.write_all(&[b"Content-Type: text/xml\n\n", ANSWER].concat()).unwrap();
    });
    let mut transport = Options::new().transport(&format!("scgi:{}", path.display()).parse().unwrap()).unwrap();
    assert_eq!(exchange(&mut transport).unwrap().1, ANSWER);
    server.join().unwrap();
    std::fs::remove_file(&path).unwrap();
}
