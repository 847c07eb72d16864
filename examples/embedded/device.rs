//! A small device: a call in one buffer, the answer to it in another.
//!
//! All of this does without `std`, and without the heap until something is wrong: what is text is borrowed from the
//! call, and what is a fault is put together.

use tiny_xmlrpc::{Error, ErrorKind, Event, Fault, Limits, Reader, Result, Writer};

/// Bytes that the display shows.
const WIDTH: usize = 16;

/// Four lamps and a display.
#[derive(Default)]
pub(crate) struct Device {
    lamps: [bool; 4],
    display: [u8; WIDTH],
    shown: usize,
}

enum Method {
    Switch,
    Show,
    State,
}

impl Device {
    /// Answers a call, with a fault if need be. The answer is the beginning of the buffer.
    ///
    /// # Errors
    /// If not even a fault has room there.
    pub(crate) fn answer<'b>(&mut self, call: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8]> {
        let unused = match self.respond(call, Writer::new(&mut *buffer)) {
            Ok(unused) => unused,
            Err(error) => {
                let fault = match error.fault() {
                    Some(fault) => fault,
                    None => &Fault::new(error.fault_code(), error.message()),
                };
                let mut reply = Writer::new(&mut *buffer);
                reply.write_fault(fault)?;
                reply.finish()?.len()
            }
        };
        let (answer, _) = buffer.split_at(buffer.len() - unused);
        Ok(answer)
    }

    /// Executes a call, and says how much of the buffer its result has left. Nothing is changed by a call that is not
    /// complete and correct.
    fn respond(&mut self, call: &[u8], mut reply: Writer<&mut [u8]>) -> Result<usize> {
        let mut call = Reader::from_bytes(call).with_limits(Limits::device());
        let method = match call.next_event()? {
            Event::Call(name) => match &*name {
                "switch" => Method::Switch,
                "show" => Method::Show,
                "state" => Method::State,
                other => return Err(Fault::method_not_found(other).into()),
            },
            _ => return Err(Error::new(ErrorKind::Grammar, "expected a call, found another document")),
        };
        reply.response()?;
        match method {
            Method::Switch => {
                let number = int(&mut call)?;
                let on = boolean(&mut call)?;
                end(&mut call)?;
                let lamp = usize::try_from(number).ok().and_then(|number| self.lamps.get_mut(number));
                let lamp = lamp.ok_or_else(|| Fault::new(1, "expected a lamp from 0 to 3"))?;
                reply.boolean(core::mem::replace(lamp, on))?;
            }
            Method::Show => {
                let mut display = [0; WIDTH];
                let shown = match call.next_event()? {
                    Event::String(text) => {
                        let place =
                            display.get_mut(..text.len()).ok_or_else(|| Fault::new(2, "the text is too long"))?;
                        place.copy_from_slice(text.as_bytes());
                        text.len()
                    }
                    _ => return Err(Error::new(ErrorKind::Type, "expected a string")),
                };
                end(&mut call)?;
                (self.display, self.shown) = (display, shown);
                reply.boolean(true)?;
            }
            Method::State => {
                end(&mut call)?;
                reply.start_struct()?;
                reply.name("lamps")?;
                reply.start_array()?;
                for &lamp in &self.lamps {
                    reply.boolean(lamp)?;
                }
                reply.end_array()?;
                reply.name("display")?;
                reply.string(core::str::from_utf8(&self.display[..self.shown]).unwrap_or_default())?;
                reply.end_struct()?;
            }
        }
        Ok(reply.finish()?.len())
    }
}

fn int(call: &mut Reader<'_>) -> Result<i32> {
    match call.next_event()? {
        Event::Int(value) => Ok(value),
        _ => Err(Error::new(ErrorKind::Type, "expected an int")),
    }
}

fn boolean(call: &mut Reader<'_>) -> Result<bool> {
    match call.next_event()? {
        Event::Boolean(value) => Ok(value),
        _ => Err(Error::new(ErrorKind::Type, "expected a boolean")),
    }
}

fn end(call: &mut Reader<'_>) -> Result<()> {
    match call.next_event()? {
        Event::End => Ok(()),
        _ => Err(Error::new(ErrorKind::Type, "expected no more parameters")),
    }
}
