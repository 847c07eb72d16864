//! Reads a call of `add` and writes its answer.

use std::io::Read;

use tiny_xmlrpc::{Dialect, Event, Reader, Result, Writer};

fn main() -> Result<()> {
    let mut document = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut document);
    let mut reader = Reader::from_bytes(&document);
    let mut sum = 0;
    loop {
        match reader.next_event()? {
            Event::Int(number) => sum += number,
            Event::End => break,
            _ => {}
        }
    }
    let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::strict());
    writer.response()?;
    writer.int(sum)?;
    println!("{}", String::from_utf8_lossy(&writer.finish()?));
    Ok(())
}
