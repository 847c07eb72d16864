//! The reader: a document, from wherever it comes, to one event after another.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use super::charset::Malformed;
use super::grammar::{Fail, Grammar, Raw, State, Text};
use super::tokens::View;
use super::window::{End, Source, Window, advance};

use crate::{Error, ErrorKind, Event, Limits, Position, Result, text};

/// How much of a stream is in memory at a time unless said otherwise, in bytes.
///
/// ```
/// # #[cfg(feature = "std")] {
/// # use tiny_xmlrpc::{DEFAULT_WINDOW, Reader};
/// let stream = &b"<value><double>0.5</double></value>"[..];
/// let mut reader = Reader::from_reader(stream).with_window(DEFAULT_WINDOW / 16);
/// assert_eq!(reader.read_value()?.as_f64(), Some(0.5));
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub const DEFAULT_WINDOW: usize = 64 * 1024;

/// The place of an event that the window has left.
const GONE: usize = usize::MAX;

/// The smallest window: room for the longest reference and the longest ordinary tag.
const SMALLEST_WINDOW: usize = 256;

/// Reads a document, one [`Event`] at a time.
///
/// From a `&str` or bytes, text is borrowed wherever it stands as it is. From a stream, a window
/// slides over the document, so that memory stays the same whatever the document's size; text
/// longer than the window comes in chunks.
///
/// ```
/// use tiny_xmlrpc::{Event, Reader};
///
/// let mut reader = Reader::new("<methodCall><methodName>add</methodName>\
///     <params><param><value><int>2</int></value></param></params></methodCall>");
/// assert_eq!(reader.next_event()?, Event::Call("add".into()));
/// assert_eq!(reader.next_event()?, Event::Int(2));
/// assert_eq!(reader.next_event()?, Event::End);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// Every method that reads fails on what is not XML-RPC, on a breach of the [`Limits`] and on an
/// error of the stream, with the position and the path of the value. After an error, and after
/// [`Event::End`], there is nothing more to read.
pub struct Reader<'de> {
    pub(super) input: Input<'de>,
    pub(super) grammar: Grammar,
    pub(super) charset: Option<String>,
    pub(super) window: usize,
    /// No fast shape is looked for until the window has grown to this: with input that comes byte
    /// by byte, the same beginning is not gone through again and again.
    ///
    /// 0 but while more is waited for; never reached after an error.
    pub(super) retry: usize,
    pub(super) failed: bool,
    /// What was left of a value that was read in part.
    #[cfg(any(feature = "serde", feature = "std"))]
    pub(super) unread: Option<super::stream::Unread>,
    /// Where the present event begins, once the window has left it.
    pub(super) left: Option<Position>,
}

pub(super) enum Input<'de> {
    /// Not yet looked at.
    Bytes(&'de [u8]),
    Text(&'de str),
    #[cfg(any(feature = "std", test))]
    Pending(Box<dyn Source + 'de>),
    /// All the text there is, and what is wrong behind it.
    Slice(&'de str, Option<Malformed>),
    Stream(Window<'de>),
    /// Events that were read before.
    #[cfg(feature = "serde")]
    Replay(super::replay::Replay<'de>),
}

impl<'de> Reader<'de> {
    /// Reads from text. What its XML declaration says of an encoding does not matter any more.
    ///
    /// ```
    /// # use tiny_xmlrpc::Reader;
    /// let mut reader = Reader::new("<?xml version='1.0' encoding='utf-16'?><value>café</value>");
    /// assert_eq!(reader.read_value()?.as_str(), Some("café"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn new(text: &'de str) -> Self {
        Self::of(Input::Text(text))
    }

    /// Reads from bytes in whatever encoding the document says; UTF-8 without copying.
    ///
    /// UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are built in; the feature `encoding_rs` brings the others.
    /// What is in none of them is an [`ErrorKind::Encoding`], a byte that the encoding does not have an
    /// [`ErrorKind::Character`].
    ///
    /// ```
    /// # use tiny_xmlrpc::Reader;
    /// let mut reader = Reader::from_bytes(b"<?xml version='1.0' encoding='iso-8859-1'?><value>caf\xE9</value>");
    /// assert_eq!(reader.read_value()?.as_str(), Some("café"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn from_bytes(bytes: &'de [u8]) -> Self {
        Self::of(Input::Bytes(bytes))
    }

    /// Reads from a stream, which need not be buffered, through a window of 64 KiB.
    ///
    /// It reads to the stream's end, so hand it one that ends with the document. Its encoding is found out as in
    /// [`from_bytes`](Self::from_bytes).
    ///
    /// ```
    /// # use std::io::Read;
    /// # use tiny_xmlrpc::Reader;
    /// let stream = b"<value><int>4".chain(&b"2</int></value>"[..]);
    /// assert_eq!(Reader::from_reader(stream).read_value()?.as_i64(), Some(42));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[cfg(feature = "std")]
    #[must_use]
    pub fn from_reader(reader: impl std::io::Read + 'de) -> Self {
        Self::of(Input::Pending(Box::new(super::window::IoSource(reader))))
    }

    /// In place, as a copy of it costs as much as reading a value.
    #[inline(always)]
    pub(super) fn of(input: Input<'de>) -> Self {
        Self {
            input,
            grammar: Grammar::new(0, usize::MAX),
            charset: None,
            window: DEFAULT_WINDOW,
            retry: 0,
            failed: false,
            #[cfg(any(feature = "serde", feature = "std"))]
            unread: None,
            left: None,
        }
    }

    /// Other limits than the default ones. To be said before anything is read, like the following.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, Limit, Limits, Reader};
    /// let mut limits = Limits::default();
    /// limits.text = 3;
    /// let mut reader = Reader::new("<value>Lund</value>").with_limits(limits);
    /// assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Limit(Limit::Text));
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.grammar.limits = limits;
        self
    }

    /// The size of the window over a stream, in bytes: at least 256. A tag has to fit in it whole; one that does
    /// not is an [`ErrorKind::Limit`], of [`Limit::Buffer`](crate::Limit::Buffer).
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// # use tiny_xmlrpc::{Event, Reader};
    /// let xml = format!("<value>{}</value>", "x".repeat(1_000));
    /// let mut reader = Reader::from_reader(xml.as_bytes()).with_window(256);
    /// assert!(matches!(reader.next_event()?, Event::StringChunk(chunk) if chunk.len() <= 256));
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_window(mut self, bytes: usize) -> Self {
        self.window = bytes.max(SMALLEST_WINDOW);
        self
    }

    /// The charset that the transport names, as in `Content-Type: text/xml; charset=iso-8859-1`:
    /// it counts before the XML declaration, but not before a byte order mark (RFC 7303, 3.2).
    ///
    /// ```
    /// # use tiny_xmlrpc::Reader;
    /// let mut reader = Reader::from_bytes(b"<value>caf\xE9</value>").with_charset("iso-8859-1");
    /// assert_eq!(reader.read_value()?.as_str(), Some("café"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_charset(mut self, charset: impl Into<String>) -> Self {
        self.charset = Some(charset.into());
        self
    }

    /// Reads `nan`, `inf` and the like as doubles. The specification knows no such numbers, so they
    /// are refused unless this is said.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, Event, Reader};
    /// let xml = "<value><double>-inf</double></value>";
    /// assert_eq!(Reader::new(xml).next_event().unwrap_err().kind(), ErrorKind::Scalar);
    /// assert_eq!(Reader::new(xml).with_non_finite(true).next_event()?, Event::Double(f64::NEG_INFINITY));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_non_finite(mut self, allowed: bool) -> Self {
        self.grammar.non_finite = allowed;
        self
    }

    /// Leaves the shortcuts for common shapes alone: for tests that compare both ways.
    #[doc(hidden)]
    #[must_use]
    pub fn without_shortcuts(mut self) -> Self {
        self.grammar.shortcuts = false;
        self
    }

    /// The limits in force.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Limits, Reader};
    /// let reader = Reader::new("<value/>").with_limits(Limits::device());
    /// assert_eq!(reader.limits().depth, 16);
    /// ```
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.grammar.limits
    }

    /// The next event, the last of which is [`Event::End`]. What it borrows is there until the next one is asked for.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, Event, Reader};
    /// let mut reader = Reader::new("<value>Lund</value>");
    /// assert_eq!(reader.next_event()?, Event::String("Lund".into()));
    /// assert_eq!(reader.next_event()?, Event::End);
    /// assert_eq!(reader.next_event().unwrap_err().kind(), ErrorKind::Usage);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn next_event(&mut self) -> Result<Event<'_>> {
        let raw = self.next_raw()?;
        Ok(self.event(raw))
    }

    /// Where the event that was read last begins: its tag, or for a value its `<value>`.
    ///
    /// ```
    /// # use tiny_xmlrpc::Reader;
    /// let mut reader = Reader::new("<value><array>\n<data>\n <value><i4>1</i4></value></data></array></value>");
    /// reader.next_event()?;
    /// reader.next_event()?;
    /// assert_eq!((reader.position().line, reader.position().column), (3, 2));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn position(&self) -> Position {
        match self.left {
            Some(position) if self.grammar.start == GONE => position,
            _ => self.position_at(self.grammar.start),
        }
    }

    /// The path of the event that was read last, like `params[0].rows[7].id`; empty outside of the values.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Event, MethodCall, Reader, Struct, Value};
    /// let table = Value::from(Struct::from_iter([("rows", Value::from(vec![7, 8, 9]))]));
    /// let xml = MethodCall::new("put", vec![table]).to_vec(Dialect::strict())?;
    /// let mut reader = Reader::from_bytes(&xml);
    /// while reader.next_event()? != Event::Int(8) {}
    /// assert_eq!(reader.path(), "params[0].rows[1]");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> String {
        self.grammar.stack.path(self.grammar.root_name(), self.text(), self.start().offset)
    }

    /// Reads on to behind the value, array or struct that begins with the next event.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Event, MethodCall, Reader, Value};
    /// let xml = MethodCall::new("add", vec![vec![1, 2].into(), Value::Int(3)]).to_vec(Dialect::strict())?;
    /// let mut reader = Reader::from_bytes(&xml);
    /// reader.begin_call()?;
    /// reader.skip_value()?;
    /// assert_eq!(reader.next_event()?, Event::Int(3));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Type`] where no value begins.
    pub fn skip_value(&mut self) -> Result<()> {
        let first = self.next_raw()?;
        self.skip_rest(&first)
    }

    /// Reads on to behind the value that began with `first`.
    pub(crate) fn skip_rest(&mut self, first: &Raw) -> Result<()> {
        match first {
            Raw::StartArray | Raw::StartStruct => {
                let outside = self.grammar.stack.depth();
                while self.grammar.stack.depth() >= outside {
                    self.next_raw()?;
                }
            }
            Raw::StringChunk(_) => while !matches!(self.next_raw()?, Raw::String(_)) {},
            Raw::Base64Chunk(_) => while !matches!(self.next_raw()?, Raw::Base64(_)) {},
            Raw::EndArray | Raw::EndStruct | Raw::Name(_) | Raw::Call(_) | Raw::Response | Raw::Fault | Raw::End => {
                return Err(self.mismatch("a value", first));
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads to the end of the document and checks all of it.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Event, Reader};
    /// let mut reader = Reader::new("<value><int>1</int></value> and more");
    /// assert_eq!(reader.next_event()?, Event::Int(1));
    /// assert!(reader.finish().is_err());
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn finish(&mut self) -> Result<()> {
        while self.grammar.state != State::Done {
            self.next_raw()?;
        }
        Ok(())
    }

    /// The next event, with its text by place.
    #[inline]
    pub(crate) fn next_raw(&mut self) -> Result<Raw> {
        #[cfg(any(feature = "serde", feature = "std"))]
        if let Some(unread) = self.unread.take() {
            self.pass_over(unread)?;
        }
        let view = match &self.input {
            Input::Slice(text, tail) => View { text, last: tail.is_none(), full: false, broken: tail.is_some() },
            Input::Stream(window) if window.text().len() >= self.retry => window.view(),
            _ => return self.next_slow(),
        };
        match self.grammar.fast(view) {
            Some(event) => Ok(event),
            None => self.next_slow(),
        }
    }

    #[inline(never)]
    pub(super) fn next_slow(&mut self) -> Result<Raw> {
        if self.failed || self.grammar.state == State::Done {
            return Err(Error::new(ErrorKind::Usage, "expected to read a document, found its end already read"));
        }
        loop {
            let view = match &self.input {
                Input::Slice(text, tail) => View { text, last: tail.is_none(), full: false, broken: tail.is_some() },
                Input::Stream(window) if window.text().is_empty() && self.grammar.state == State::Prolog => {
                    match window.end() {
                        Some(_) => window.view(),
                        None => {
                            self.more()?;
                            continue;
                        }
                    }
                }
                Input::Stream(window) => window.view(),
                #[cfg(feature = "serde")]
                Input::Replay(_) => return Ok(self.next_replayed()),
                _ => {
                    self.begin()?;
                    continue;
                }
            };
            let shortcut = if view.text.len() >= self.retry { self.grammar.fast(view) } else { None };
            let event = match shortcut {
                Some(event) => Ok(Some(event)),
                None => self.grammar.step(view),
            };
            match event {
                Ok(Some(event)) => {
                    self.retry = 0;
                    return Ok(event);
                }
                Ok(None) => self.more()?,
                Err(fail) => return Err(self.fail(fail)),
            }
        }
    }

    /// More of the document is needed.
    pub(super) fn more(&mut self) -> Result<()> {
        let needed = self.grammar.tokens.needed();
        let seen = self.text().len() - needed;
        self.retry = needed + 2 * seen;
        let malformed = match &mut self.input {
            Input::Stream(window) => match window.end() {
                Some(End::Malformed(malformed)) => Some(malformed.clone()),
                _ => {
                    if needed > 0 && window.wants_to_slide() {
                        self.slide(needed);
                    }
                    let Input::Stream(window) = &mut self.input else { return Ok(()) };
                    // A long base64 is most of its document, and its letters need not be looked at twice.
                    let filled = if window.can_read_past() && self.grammar.takes_letters(self.window) {
                        window.read_past(|bytes| self.grammar.letters(bytes))
                    } else {
                        window.fill(self.charset.as_deref())
                    };
                    self.grammar.base = window.start().offset;
                    return filled.map_err(|error| {
                        self.give_up();
                        error.locate(self.position_at(usize::MAX), || self.path())
                    });
                }
            },
            Input::Slice(_, tail) => tail.clone(),
            _ => None,
        };
        let (kind, message) = malformed.unwrap_or((ErrorKind::Usage, "expected an event, found none".into()));
        Err(self.fail(Fail::new(kind, message, self.text().len())))
    }

    /// Moves the window on, behind what is no longer needed.
    pub(super) fn slide(&mut self, needed: usize) {
        let (mut at, mut from) = (0, self.start());
        if self.grammar.start < needed {
            (at, from) = (self.grammar.start, self.position_at(self.grammar.start));
            self.left = Some(from);
            self.grammar.start = GONE;
        }
        let Input::Stream(window) = &mut self.input else { return };
        let base = window.start().offset;
        self.grammar.stack.keep_names(window.text(), base, base + needed as u64);
        window.slide(needed, at, from);
        self.grammar.tokens.slide(needed);
        if self.grammar.start != GONE {
            self.grammar.start -= needed;
        }
        self.retry = self.retry.saturating_sub(needed);
    }

    /// Looks at the input for the first time.
    #[cold]
    pub(super) fn begin(&mut self) -> Result<()> {
        let limit = self.grammar.limits.bytes;
        let input = core::mem::replace(&mut self.input, Input::Text(""));
        self.input = match input {
            Input::Text(text) => {
                let within = within(text.as_bytes(), limit);
                // The limit may fall inside a character.
                let length = (0..=within.len()).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
                let cut = text.get(..length).unwrap_or_default();
                let bare = cut.strip_prefix('\u{FEFF}').unwrap_or(cut);
                self.grammar.base = (cut.len() - bare.len()) as u64;
                Input::Slice(bare, (within.len() < text.len()).then(super::window::too_long))
            }
            Input::Bytes(bytes) => {
                let within = within(bytes, limit);
                let detected = super::charset::detect(within, true, self.charset.as_deref());
                let (charset, mark) = match detected {
                    Ok(detected) => detected.unwrap_or((super::charset::Charset::Utf8, 0)),
                    Err(error) => {
                        self.give_up();
                        return Err(error.locate(self.position_at(0), String::new));
                    }
                };
                let more = within.len() < bytes.len();
                match super::charset::as_text(&charset, within.get(mark..).unwrap_or_default(), more) {
                    Some((text, tail)) => {
                        self.grammar.base = mark as u64;
                        Input::Slice(text, tail.or_else(|| more.then(super::window::too_long)))
                    }
                    None => self.stream(Box::new(bytes)),
                }
            }
            #[cfg(any(feature = "std", test))]
            Input::Pending(source) => self.stream(source),
            ready => ready,
        };
        Ok(())
    }

    /// Text of a stream is handed out in chunks of this size.
    pub(super) fn chunked(&mut self) {
        if let Input::Stream(_) = self.input {
            self.grammar.chunk = self.window / 2;
        }
    }

    pub(super) fn stream(&mut self, source: Box<dyn Source + 'de>) -> Input<'de> {
        self.grammar.chunk = self.window / 2;
        Input::Stream(Window::new(source, self.window, self.grammar.limits.bytes))
    }

    /// What is in memory of the document.
    pub(super) fn text(&self) -> &str {
        match &self.input {
            Input::Slice(text, _) => text,
            Input::Stream(window) => window.text(),
            #[cfg(feature = "json")]
            Input::Replay(replay) => &replay.text,
            _ => "",
        }
    }

    /// Where that begins.
    pub(super) fn start(&self) -> Position {
        match &self.input {
            Input::Stream(window) => window.start(),
            _ => Position { offset: self.grammar.base, line: 1, column: 1 },
        }
    }

    pub(super) fn position_at(&self, at: usize) -> Position {
        let text = self.text();
        advance(self.start(), text.get(..at).unwrap_or(text))
    }

    /// After an error there is nothing more to read: neither slowly nor by a shortcut.
    pub(super) fn give_up(&mut self) {
        self.failed = true;
        self.retry = usize::MAX;
    }

    #[cold]
    #[expect(clippy::boxed_local, reason = "boxed as it comes, which keeps the results of the grammar small")]
    pub(super) fn fail(&mut self, fail: Box<Fail>) -> Error {
        self.give_up();
        let position = match fail.at {
            Some(at) => self.position_at(at),
            None => self.position(),
        };
        let error = Error::new(fail.kind, fail.message).locate(position, || self.path());
        self.input = match core::mem::replace(&mut self.input, Input::Text("")) {
            // The fast way looks at slices only, and must not go on.
            Input::Slice(text, _) => Input::Slice(text.get(text.len()..).unwrap_or_default(), None),
            other => other,
        };
        self.left = Some(position);
        self.grammar.start = GONE;
        error
    }

    /// Says which root element is expected, for the error that tells of another one.
    pub(crate) fn expect_root(&mut self, root: &'static str) {
        self.grammar.wanted = root;
    }

    /// Adds the present position and path to an error that has none.
    #[cold]
    pub(crate) fn locate(&self, error: Error) -> Error {
        match self.input {
            // What is no text has no lines.
            #[cfg(feature = "serde")]
            Input::Replay(_) => error.locate(None, || self.path()),
            _ => error.locate(self.position(), || self.path()),
        }
    }

    /// An event that was not expected here.
    #[cold]
    pub(crate) fn mismatch(&self, expected: &str, found: &Raw) -> Error {
        let message = alloc::format!("expected {expected}, found {}", self.describe(found));
        self.locate(Error::new(ErrorKind::Type, message))
    }

    /// The present value as error messages show it: its type and, of a scalar, what it is.
    #[cold]
    pub(crate) fn describe(&self, raw: &Raw) -> String {
        use alloc::format;
        let shown = |text: &Text| format!("{:?}", text::short(self.resolve(text)));
        match raw {
            Raw::Call(name) => format!("a call of {}", shown(name)),
            Raw::Response => "a response".into(),
            Raw::Fault => "a fault".into(),
            Raw::Nil => "nil".into(),
            Raw::Boolean(value) => format!("boolean {value}"),
            Raw::Int(value) => format!("int {value}"),
            Raw::I8(value) => format!("i8 {value}"),
            Raw::Double(value) => format!("double {value}"),
            Raw::DateTime(value, _) => format!("dateTime.iso8601 {value}"),
            Raw::BigInteger(digits) => format!("biginteger {}", text::short(self.resolve(digits))),
            Raw::BigDecimal(digits) => format!("bigdecimal {}", text::short(self.resolve(digits))),
            Raw::StringChunk(text) => format!("string {:?}", text::short(text)),
            Raw::String(text) => format!("string {}", shown(text)),
            Raw::Base64Chunk(_) | Raw::Base64(_) => "base64".into(),
            Raw::StartArray => "array".into(),
            Raw::StartStruct => "struct".into(),
            Raw::EndArray => "the end of an array".into(),
            Raw::EndStruct => "the end of a struct".into(),
            Raw::Name(name) => format!("a member's name {}", shown(name)),
            Raw::End => "the end of the document".into(),
        }
    }

    /// The characters that a text stands for.
    #[inline]
    pub(crate) fn resolve<'t>(&'t self, text: &'t Text) -> &'t str {
        match text {
            Text::Window(span) => self.text().get(span.clone()).unwrap_or_default(),
            Text::Owned(text) => text,
        }
    }

    /// The characters, borrowed from the document where it outlives the reader.
    #[cfg(feature = "serde")]
    #[inline]
    pub(crate) fn borrow(&self, text: &Text) -> Option<&'de str> {
        match (&self.input, text) {
            (Input::Slice(all, _), Text::Window(span)) => all.get(span.clone()),
            #[cfg(feature = "json")]
            (Input::Replay(replay), Text::Window(span)) => match replay.text {
                Cow::Borrowed(all) => all.get(span.clone()),
                Cow::Owned(_) => None,
            },
            _ => None,
        }
    }

    /// The characters, owned.
    #[inline]
    pub(crate) fn own(&self, text: Text) -> String {
        match text {
            Text::Window(span) => self.text().get(span).unwrap_or_default().into(),
            Text::Owned(text) => text,
        }
    }

    pub(super) fn event(&self, raw: Raw) -> Event<'_> {
        let text = |text: Text| -> Cow<'_, str> {
            match text {
                Text::Window(span) => self.text().get(span).unwrap_or_default().into(),
                Text::Owned(text) => text.into(),
            }
        };
        match raw {
            Raw::Call(name) => Event::Call(text(name)),
            Raw::Response => Event::Response,
            Raw::Fault => Event::Fault,
            Raw::Nil => Event::Nil,
            Raw::Boolean(value) => Event::Boolean(value),
            Raw::Int(value) => Event::Int(value),
            Raw::I8(value) => Event::I8(value),
            Raw::Double(value) => Event::Double(value),
            Raw::DateTime(value, lexeme) => Event::DateTime(value, text(lexeme)),
            Raw::BigInteger(digits) => Event::BigInteger(text(digits)),
            Raw::BigDecimal(digits) => Event::BigDecimal(text(digits)),
            Raw::StringChunk(chunk) => Event::StringChunk(chunk.into()),
            Raw::String(string) => Event::String(text(string)),
            Raw::Base64Chunk(chunk) => Event::Base64Chunk(chunk.into()),
            Raw::Base64(bytes) => Event::Base64(bytes.into()),
            Raw::StartArray => Event::StartArray,
            Raw::EndArray => Event::EndArray,
            Raw::StartStruct => Event::StartStruct,
            Raw::Name(name) => Event::Name(text(name)),
            Raw::EndStruct => Event::EndStruct,
            Raw::End => Event::End,
        }
    }
}

/// As much of a document as the limit lets through.
fn within(bytes: &[u8], limit: u64) -> &[u8] {
    usize::try_from(limit).ok().and_then(|limit| bytes.get(..limit)).unwrap_or(bytes)
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("position", &self.position()).field("path", &self.path()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
