//! Documents of any size in the memory of a window: an array of ints, a base64 and a string, each of
//! 1 GiB, written and read.
//!
//! Run it with `cargo run --release --example constant_memory`, or with another size in MiB behind it.
//! It prints what the process's memory came to at its highest (on Linux), and fails above 4 MiB,
//! or 8 MiB without `--release`.

use std::error::Error;
use std::io::{self, Read, Write};
use std::time::Instant;

use tiny_xmlrpc::{IoSink, Limits, Reader, Writer};

/// What may be in memory: some of it is the program, which is larger without optimisation.
const MEMORY: u64 = if cfg!(debug_assertions) { 8 << 20 } else { 4 << 20 };

/// A response that is made while it is read: a beginning, a piece again and again, an end.
struct Made {
    parts: [Vec<u8>; 3],
    at: usize,
    offset: usize,
    pieces: u64,
}

impl Made {
    fn new(open: &str, piece: &str, close: &str, bytes: u64) -> Self {
        let begin = format!("<methodResponse><params><param><value>{open}");
        let end = format!("{close}</value></param></params></methodResponse>");
        let parts = [begin.into(), piece.into(), end.into()];
        Self { parts, at: 0, offset: 0, pieces: bytes / piece.len() as u64 }
    }
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let Some(part) = self.parts.get(self.at) else { break };
            let rest = &part[self.offset..];
            let length = rest.len().min(buffer.len() - filled);
            buffer[filled..filled + length].copy_from_slice(&rest[..length]);
            filled += length;
            self.offset += length;
            if self.offset == part.len() {
                self.offset = 0;
                if self.at == 1 && self.pieces > 1 {
                    self.pieces -= 1;
                } else {
                    self.at += 1;
                }
            }
        }
        Ok(filled)
    }
}

/// Counts what is written and gives it up.
#[derive(Debug, Default)]
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mebibytes: u64 = std::env::args().nth(1).map_or(Ok(1024), |size| size.parse())?;
    let bytes = mebibytes << 20;
    // Of what is not collected, there is nothing that a limit would have to protect.
    let limits = Limits::unbounded();

    const INT: &str = "<value><int>1234567890</int></value>";
    let begun = |document: Made| -> Result<Reader<'static>, tiny_xmlrpc::Error> {
        let mut reader = Reader::from_reader(document).with_limits(limits);
        reader.begin_response()?.map_err(tiny_xmlrpc::Error::from)?;
        Ok(reader)
    };
    println!("Documents of {mebibytes} MiB:");

    let start = Instant::now();
    let mut reader = begun(Made::new("<array><data>", INT, "</data></array>", bytes))?;
    let mut sum = 0u64;
    for item in reader.items::<u32>()? {
        sum += u64::from(item?);
    }
    reader.finish()?;
    assert_eq!(sum, bytes / INT.len() as u64 * 1_234_567_890);
    told("read", "ints", bytes, start);

    let start = Instant::now();
    let mut writer = Writer::new(IoSink(io::BufWriter::new(Counted::default())));
    writer.response()?;
    writer.start_array()?;
    for _ in 0..bytes / INT.len() as u64 {
        writer.int(1_234_567_890)?;
    }
    writer.end_array()?;
    let written = writer.finish()?.0.into_inner()?.0;
    assert!(written >= bytes - INT.len() as u64);
    told("written", "ints", bytes, start);

    let start = Instant::now();
    let mut reader = begun(Made::new("<base64>", "eW91IGNhbid0IHJlYWQgdGhpcyEu", "</base64>", bytes))?;
    let read = io::copy(&mut reader.bytes()?, &mut io::sink())?;
    reader.finish()?;
    assert_eq!(read, bytes / 28 * 21);
    told("read", "base64", bytes, start);

    let start = Instant::now();
    let mut writer = Writer::new(IoSink(io::BufWriter::new(Counted::default())));
    writer.response()?;
    writer.base64_from(io::repeat(7).take(bytes / 4 * 3))?;
    assert!(writer.finish()?.0.into_inner()?.0 >= bytes);
    told("written", "base64", bytes, start);

    let start = Instant::now();
    let piece = "a long text &amp; so on, äöü\r\n";
    let mut reader = begun(Made::new("<string>", piece, "</string>", bytes))?;
    let read = io::copy(&mut reader.bytes()?, &mut io::sink())?;
    reader.finish()?;
    // The reference stands for one byte, and so does the line end.
    assert_eq!(read, bytes / piece.len() as u64 * (piece.len() as u64 - 5));
    told("read", "text", bytes, start);

    let start = Instant::now();
    let mut writer = Writer::new(IoSink(io::BufWriter::new(Counted::default())));
    writer.response()?;
    let chunk = "a long text & so on, äöü\n".repeat(1000);
    for _ in 0..bytes / chunk.len() as u64 {
        writer.string_chunk(&chunk)?;
    }
    writer.string("")?;
    writer.finish()?;
    told("written", "text", bytes, start);

    match highest() {
        Some(memory) if memory > MEMORY => {
            return Err(format!("expected {} KiB of memory at most, found {}", MEMORY >> 10, memory >> 10).into());
        }
        Some(memory) => println!("The memory came to {} KiB at its highest.", memory >> 10),
        None => println!("This system does not tell the memory at its highest."),
    }
    Ok(())
}

fn told(done: &str, what: &str, bytes: u64, start: Instant) {
    println!("  {what} {done} at {:.0} MB/s", bytes as f64 / 1e6 / start.elapsed().as_secs_f64());
}

/// The resident memory at its highest, in bytes.
fn highest() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}
