//! The server: a thread for each connection, a reply that is always the same.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// The answer to `add(2, 3)`.
pub(crate) const ANSWER: &str = "<?xml version=\"1.0\"?>\n<methodResponse>\n<params>\n<param>\n\
    <value><int>5</int></value>\n</param>\n</params>\n</methodResponse>\n";

/// Serves until the process is ended. It prints its address first.
pub(crate) fn serve() -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept()?;
        std::thread::spawn(move || connection(stream));
    }
}

fn connection(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let small = format!(
        "HTTP/1.1 200 OK\r\nServer: canned\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{ANSWER}",
        ANSWER.len()
    );
    let mut input = vec![0; 64 * 1024];
    let mut filled = 0;
    loop {
        // Requests here are as small as that.
        let end = loop {
            if let Some(end) = end_of(&input[..filled]) {
                break end;
            }
            match stream.read(&mut input[filled..])? {
                0 => return Ok(()),
                read => filled += read,
            }
        };
        match large(&input[..end]) {
            None => stream.write_all(small.as_bytes())?,
            Some(megabytes) => download(&mut stream, megabytes)?,
        }
        let closes = field(&input[..end], "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if closes {
            return Ok(());
        }
        input.copy_within(end..filled, 0);
        filled -= end;
    }
}

/// Where a request ends, if all of it is there.
fn end_of(input: &[u8]) -> Option<usize> {
    let head = input.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let length: usize = field(&input[..head], "content-length")?.parse().ok()?;
    (input.len() >= head + length).then_some(head + length)
}

fn field<'h>(head: &'h [u8], name: &str) -> Option<&'h str> {
    let lines = head.split(|&byte| byte == b'\n').skip(1);
    lines.take_while(|line| line.len() > 1).find_map(|line| {
        let (found, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The megabytes of the download at `/download/100`.
fn large(request: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(request.split(|&byte| byte == b'\r').next()?).ok()?;
    line.split(' ').nth(1)?.strip_prefix("/download/")?.parse().ok()
}

/// A base64 of so many megabytes, from memory that is written again and again.
fn download(stream: &mut TcpStream, megabytes: u64) -> io::Result<()> {
    let start = "<?xml version=\"1.0\"?>\n<methodResponse><params><param><value><base64>";
    let end = "</base64></value></param></params></methodResponse>\n";
    let text: Vec<u8> = b"ABCDefgh0123+/xY".repeat(16 * 1024);
    let mut left = megabytes * 1_000_000 / 3 * 4;
    let length = start.len() as u64 + left + end.len() as u64;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n{start}")?;
    while left > 0 {
        let now = left.min(text.len() as u64);
        stream.write_all(&text[..now as usize])?;
        left -= now;
    }
    stream.write_all(end.as_bytes())
}

/// The server in a process of its own, which ends when this is dropped.
pub(crate) struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    pub(crate) fn start() -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child =
            Command::new(program).arg("serve").stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("no pipe")?;
        BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        let address = line.trim().parse().map_err(|_| "expected the server's address".to_owned())?;
        Ok(Self { child, address })
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
