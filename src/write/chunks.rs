//! Text that is written in chunks, so that it need not be in memory whole.

use super::state::OpenText;
use super::writer::unless_json;
use super::{Sink, Writer};
use crate::Result;

impl<S: Sink> Writer<S> {
    /// A part of a string, of any length; [`string`](Self::string) writes the last one.
    ///
    /// What comes in chunks cannot turn into base64 any more: under that policy a character that XML
    /// cannot carry is an error here.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// for line in ["a < b\n", "b < c\n"] {
    ///     writer.string_chunk(line)?;
    /// }
    /// writer.string("")?;
    /// assert_eq!(writer.finish()?, b"<value><string>a &lt; b\nb &lt; c\n</string></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub fn string_chunk(&mut self, chunk: &str) -> Result<()> {
        unless_json!(self.json_string_chunk(chunk));
        match self.state.text {
            OpenText::None => {
                self.begin_value("a string")?;
                self.sink.write(if self.dialect.untyped_strings { b"<value>" } else { b"<value><string>" })?;
                self.state.text = OpenText::String;
            }
            OpenText::String => {}
            OpenText::Base64(..) => return Err(self.out_of_order("a string")),
        }
        self.escaped(chunk, self.dialect.unrepresentable)
    }

    /// A part of a base64, of any length; [`base64`](Self::base64) writes the last one.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// for part in [&b"yo"[..], b"u ca", b"n"] {
    ///     writer.base64_chunk(part)?;
    /// }
    /// writer.base64(b"")?;
    /// assert_eq!(writer.finish()?, b"<value><base64>eW91IGNhbg==</base64></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn base64_chunk(&mut self, mut chunk: &[u8]) -> Result<()> {
        let (mut rest, mut length) = match self.state.text {
            OpenText::None => {
                self.begin_base64()?;
                ([0; 2], 0)
            }
            OpenText::Base64(rest, length) => (rest, length),
            OpenText::String => return Err(self.out_of_order("base64")),
        };
        // First the group that the last chunk left open.
        if length > 0 {
            let wanted = 3 - usize::from(length);
            if let Some((head, tail)) = chunk.split_at_checked(wanted) {
                let mut group = [0; 3];
                for (to, from) in group.iter_mut().zip(rest.iter().take(usize::from(length)).chain(head)) {
                    *to = *from;
                }
                self.encoded(&group)?;
                chunk = tail;
                length = 0;
            }
        }
        if length == 0 {
            let (whole, tail) = chunk.split_at_checked(chunk.len() / 3 * 3).unwrap_or((chunk, &[]));
            self.encoded(whole)?;
            chunk = tail;
        }
        for &byte in chunk {
            if let Some(to) = rest.get_mut(usize::from(length)) {
                *to = byte;
                length += 1;
            }
        }
        self.state.text = OpenText::Base64(rest, length);
        Ok(())
    }

    pub(super) fn last_of_string(&mut self, chunk: &str) -> Result<()> {
        self.escaped(chunk, self.dialect.unrepresentable)?;
        self.state.text = OpenText::None;
        self.sink.write(if self.dialect.untyped_strings { b"</value>" } else { b"</string></value>" })?;
        self.end_value()
    }

    pub(super) fn last_of_base64(&mut self, chunk: &[u8]) -> Result<()> {
        self.base64_chunk(chunk)?;
        if let OpenText::Base64(rest, length) = self.state.text {
            self.encoded(rest.get(..usize::from(length)).unwrap_or_default())?;
        }
        self.state.text = OpenText::None;
        unless_json!(self.json_close(b"\""));
        self.sink.write(b"</base64></value>")?;
        self.end_value()
    }

    fn begin_base64(&mut self) -> Result<()> {
        unless_json!(self.json_begin("base64", b"\""));
        self.begin_value("base64")?;
        self.sink.write(b"<value><base64>")
    }

    /// A base64 whose letters `put` hands to the sink itself.
    #[cfg(all(feature = "std", feature = "serde"))]
    pub(crate) fn base64_letters(&mut self, put: impl FnOnce(&mut S) -> Result<()>) -> Result<()> {
        self.base64_chunk(&[])?;
        put(&mut self.sink)?;
        self.base64(&[])
    }

    /// `<base64>` of all that a stream gives up to its end, in constant memory.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// let file = &b"you can"[..];
    /// writer.base64_from(file)?;
    /// assert_eq!(writer.finish()?, b"<value><base64>eW91IGNhbg==</base64></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when the stream fails.
    #[cfg(feature = "std")]
    pub fn base64_from(&mut self, mut reader: impl std::io::Read) -> Result<()> {
        let mut buffer = [0; 12 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return self.base64(&[]),
                Ok(length) => self.base64_chunk(buffer.get(..length).unwrap_or_default())?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
