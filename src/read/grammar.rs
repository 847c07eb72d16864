//! From tokens to events: the grammar of XML-RPC, in full and for every spelling of it.
//!
//! This is the slow and complete way; `fast.rs` takes the common spellings off it. Nothing here
//! recurses: the open containers are on a stack of its own, bounded by the limits.

mod gathered;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::path::{Kind, Stack};
use super::tokens::{Span, Token, Tokens, View, safe_cut};
use crate::text::{TextError, Within, short};
use crate::{DateTime, ErrorKind, Limit, Limits, scalar};
use gathered::{Gathered, Piece};

/// An event as the core tells it: text by its place in the window, where it can be borrowed.
#[derive(Debug)]
pub(crate) enum Raw {
    Call(Text),
    Response,
    Fault,
    Nil,
    Boolean(bool),
    Int(i32),
    I8(i64),
    Double(f64),
    DateTime(DateTime, Text),
    BigInteger(Text),
    BigDecimal(Text),
    StringChunk(String),
    String(Text),
    Base64Chunk(Vec<u8>),
    Base64(Vec<u8>),
    StartArray,
    EndArray,
    StartStruct,
    Name(Text),
    EndStruct,
    End,
}

/// Text as it stands in the window, or decoded.
#[derive(Debug)]
pub(crate) enum Text {
    Window(Span),
    Owned(String),
}

/// An error before its line and path are known.
#[derive(Debug)]
pub(super) struct Fail {
    pub(super) kind: ErrorKind,
    pub(super) message: Cow<'static, str>,
    /// In the window; where the present value begins if there is no better place.
    pub(super) at: Option<usize>,
}

impl Fail {
    #[cold]
    pub(super) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>, at: usize) -> Box<Self> {
        Box::new(Self { kind, message: message.into(), at: Some(at) })
    }

    #[cold]
    fn value(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Box<Self> {
        Box::new(Self { kind, message: message.into(), at: None })
    }

    #[cold]
    pub(super) fn text(error: TextError, base: usize) -> Box<Self> {
        Self::new(error.kind, error.message, base + error.at)
    }
}

type Step<T = Raw> = Result<Option<T>, Box<Fail>>;

/// What comes next. The names follow the elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Before the root element.
    Prolog,
    /// In `methodCall`, before `methodName`.
    CallName,
    /// In `methodCall`, behind `methodName`.
    CallParams,
    /// In `methodResponse`: `params` or `fault`.
    ResponseBody,
    /// In `params`: `param` or the end.
    Params,
    /// In `param`, before its value.
    ParamValue,
    /// In `param`, behind its value.
    ParamEnd,
    /// In `fault`, before its value.
    FaultValue,
    /// In `fault`, behind its value.
    FaultEnd,
    /// Behind `params` or `fault`: the end of the root element.
    RootEnd,
    /// In `array`, before `data`.
    ArrayData,
    /// In `data`: a value or the end.
    Data,
    /// In `array`, behind `data`.
    ArrayEnd,
    /// In `struct`: a member or the end.
    Members,
    /// In `member`, before `name`.
    MemberName,
    /// In `member`, before its value.
    MemberValue,
    /// In `member`, behind its value.
    MemberEnd,
    /// In `value`, before anything that decides about its type.
    ValueOpen,
    /// In an element that holds text.
    Collect,
    /// Behind the type element: the end of `value`.
    ValueEnd,
    /// Behind the root element.
    Epilog,
    /// The document is complete.
    Done,
}

/// What the text of an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Holds {
    MethodName,
    Name,
    #[default]
    String,
    Nil,
    Boolean,
    /// An integer of at most so many bits.
    Int(u8),
    /// `int` and `i4`: 32 bits, but more is let pass.
    Int32,
    Double,
    DateTime,
    Base64,
    BigInteger,
    BigDecimal,
}

/// The root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Call,
    Response,
    Fault,
    Value,
}

/// The state between two events.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) tokens: Tokens,
    pub(super) state: State,
    pub(super) root: Root,
    pub(super) stack: Stack,
    pub(super) limits: Limits,
    pub(super) non_finite: bool,
    /// Which root element is expected, as an error message says it.
    pub(super) wanted: &'static str,
    /// Whether common shapes are recognised at once.
    pub(super) shortcuts: bool,
    /// Text is handed out in chunks of about this size.
    pub(super) chunk: usize,
    /// Where in the document the window begins.
    pub(super) base: u64,
    /// Where in the window the present event begins.
    pub(super) start: usize,
    /// How many values have begun.
    pub(super) values: u64,
    gathered: Gathered,
}

impl Grammar {
    #[inline]
    pub(super) fn new(base: u64, chunk: usize) -> Self {
        Self {
            tokens: Tokens::default(),
            state: State::Prolog,
            root: Root::Value,
            stack: Stack::default(),
            limits: Limits::default(),
            non_finite: false,
            wanted: "<methodCall> or <methodResponse>",
            shortcuts: true,
            chunk,
            base,
            start: 0,
            values: 0,
            gathered: Gathered::default(),
        }
    }

    /// What the path of an error begins with.
    pub(super) fn root_name(&self) -> &'static str {
        match (self.state, self.root) {
            (State::Collect, _) if self.gathered.holds == Holds::MethodName => "",
            (State::Prolog | State::Epilog | State::Done | State::CallName | State::CallParams | State::RootEnd, _) => {
                ""
            }
            (_, Root::Call | Root::Response) => "params",
            (_, Root::Fault) => "fault",
            (_, Root::Value) => "",
        }
    }

    /// A value begins: counts it.
    #[inline]
    pub(super) fn begin_value(&mut self, at: usize) -> Result<(), Box<Fail>> {
        self.start = at;
        self.stack.top.count += 1;
        self.values += 1;
        if self.values > self.limits.values {
            let message = format!("expected at most {} values, found more", self.limits.values);
            return Err(Fail::value(ErrorKind::Limit(Limit::Values), message));
        }
        if self.stack.top.kind == Kind::Document && self.stack.top.count > self.limits.params as u64 {
            let message = format!("expected at most {} parameters, found more", self.limits.params);
            return Err(Fail::value(ErrorKind::Limit(Limit::Params), message));
        }
        Ok(())
    }

    /// A container begins.
    #[inline]
    pub(super) fn push(&mut self, kind: Kind) -> Result<(), Box<Fail>> {
        if self.stack.depth() >= self.limits.depth {
            let message = format!("expected at most {} levels of nesting, found more", self.limits.depth);
            return Err(Fail::value(ErrorKind::Limit(Limit::Depth), message));
        }
        self.stack.push(kind);
        Ok(())
    }

    /// What follows a complete value, by what it stands in.
    #[inline]
    pub(super) fn after_value(&self) -> State {
        match (self.stack.top.kind, self.root) {
            (Kind::Array, _) => State::Data,
            (Kind::Struct, _) => State::MemberEnd,
            (Kind::Document, Root::Call | Root::Response) => State::ParamEnd,
            (Kind::Document, Root::Fault) => State::FaultEnd,
            (Kind::Document, Root::Value) => State::Epilog,
        }
    }

    /// Remembers a member's name for the path.
    #[inline]
    pub(super) fn named(&mut self, raw: &Span) {
        self.stack.top.name_at = self.base + raw.start as u64;
        self.stack.top.name_len = raw.len();
    }

    /// The next event, token by token; `None` when more of the document is needed.
    pub(super) fn step(&mut self, view: View<'_>) -> Step {
        let mut piece: Piece = None;
        loop {
            let token = match self.tokens.next(view) {
                Ok(Some(token)) => token,
                other => {
                    // What is wrong in the text before it counts first.
                    self.gather(view, &mut piece)?;
                    other?;
                    return Ok(self.chunk());
                }
            };
            let at = self.tokens.began;
            let ended = matches!(token, Token::End { .. });
            if let Some(event) = self.token(view, token, at, &mut piece)? {
                return Ok(Some(event));
            }
            // Back between two values, what follows may well come in a common shape again.
            if ended {
                if let Some(event) = self.fast(view) {
                    return Ok(Some(event));
                }
            }
        }
    }

    fn token(&mut self, view: View<'_>, token: Token, at: usize, piece: &mut Piece) -> Step {
        match token {
            Token::Start { name } => {
                let name = view.text.get(name).unwrap_or_default();
                match self.state {
                    State::ValueOpen => {
                        self.no_text(view, piece)?;
                        self.type_element(name, at)
                    }
                    State::Collect => {
                        self.gather(view, piece)?;
                        Err(self.unexpected(at, format!("<{}> in <{}>", short(name), short(&self.gathered.tag))))
                    }
                    _ => self.start(name, at),
                }
            }
            Token::End { name } => {
                let name = view.text.get(name).unwrap_or_default();
                match self.state {
                    State::ValueOpen if name == "value" => {
                        let text = self.gathered_text(view, piece)?;
                        self.state = self.after_value();
                        Ok(Some(Raw::String(text)))
                    }
                    State::Collect if name == self.gathered.tag => self.collected(view, piece).map(Some),
                    _ => {
                        self.gather(view, piece)?;
                        self.end(name, at)
                    }
                }
            }
            Token::Text { raw, within } => match self.state {
                State::ValueOpen | State::Collect => {
                    self.gather(view, piece)?;
                    *piece = Some((raw, within));
                    let chunk = self.chunk();
                    if chunk.is_some() {
                        // The piece does not outlive this step.
                        self.gather(view, piece)?;
                    }
                    Ok(chunk)
                }
                _ => {
                    let text = view.text.get(raw.clone()).unwrap_or_default();
                    let stray = scalar::trim(text);
                    if stray.is_empty() {
                        return Ok(None);
                    }
                    let at = raw.start + text.find(stray).unwrap_or_default();
                    if within == Within::Cdata {
                        return Err(self.unexpected(at, "text in a CDATA section".into()));
                    }
                    if at > raw.start {
                        // Again from here, so that as much of it as is shown is at hand.
                        self.tokens.jump(at);
                        return Ok(None);
                    }
                    // Not more of it than is sure to be at hand.
                    let head = text.char_indices().nth(32).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
                    let shown = scalar::trim(head);
                    let more = if head.len() < text.len() && shown.len() == head.len() { "…" } else { "" };
                    Err(self.unexpected(at, format!("text \"{}{more}\"", shown.escape_debug())))
                }
            },
            Token::Eof if self.state == State::Epilog => {
                self.state = State::Done;
                self.start = at;
                Ok(Some(Raw::End))
            }
            Token::Eof => {
                // A reference that is cut is not wrong.
                if let Some((span, Within::Content)) = piece {
                    span.end = span.start + safe_cut(view.text.get(span.clone()).unwrap_or_default());
                }
                self.gather(view, piece)?;
                let message = format!("expected {}, found the end of the document", self.expected());
                Err(Fail::new(ErrorKind::Truncated, message, at))
            }
        }
    }

    fn start(&mut self, name: &str, at: usize) -> Step {
        let (state, event) = match (self.state, name) {
            (State::Prolog, "methodCall") => {
                self.root = Root::Call;
                (State::CallName, None)
            }
            (State::Prolog, "methodResponse") => {
                self.root = Root::Response;
                (State::ResponseBody, None)
            }
            (State::Prolog | State::ParamValue | State::FaultValue | State::Data | State::MemberValue, "value") => {
                self.begin_value(at)?;
                self.gathered_clear("value", Holds::String);
                (State::ValueOpen, None)
            }
            (State::CallName, "methodName") => {
                self.start = at;
                self.gathered_clear(name, Holds::MethodName);
                (State::Collect, None)
            }
            (State::CallParams, "params") => (State::Params, None),
            (State::ResponseBody, "params") => (State::Params, Some(Raw::Response)),
            (State::ResponseBody, "fault") => {
                self.root = Root::Fault;
                (State::FaultValue, Some(Raw::Fault))
            }
            (State::Params, "param") if self.root == Root::Call || self.stack.top.count == 0 => {
                (State::ParamValue, None)
            }
            (State::ArrayData, "data") => (State::Data, None),
            (State::Members, "member") => (State::MemberName, None),
            (State::MemberName, "name") => {
                self.start = at;
                self.stack.top.name_len = 0;
                self.gathered_clear(name, Holds::Name);
                (State::Collect, None)
            }
            _ => return Err(self.unexpected(at, format!("<{}>", short(name)))),
        };
        self.state = state;
        if event.is_some() {
            self.start = at;
        }
        Ok(event)
    }

    fn end(&mut self, name: &str, at: usize) -> Step {
        self.state = match (self.state, name) {
            (State::CallParams, "methodCall") => State::Epilog,
            (State::Params, "params") if self.root == Root::Call || self.stack.top.count == 1 => State::RootEnd,
            (State::ParamEnd, "param") => State::Params,
            (State::FaultEnd, "fault") => State::RootEnd,
            (State::RootEnd, "methodCall") if self.root == Root::Call => State::Epilog,
            (State::RootEnd, "methodResponse") if self.root != Root::Call => State::Epilog,
            (State::Data, "data") => State::ArrayEnd,
            (State::ArrayData | State::ArrayEnd, "array") => {
                self.stack.pop();
                self.start = at;
                self.state = State::ValueEnd;
                return Ok(Some(Raw::EndArray));
            }
            (State::Members, "struct") => {
                self.stack.pop();
                self.start = at;
                self.state = State::ValueEnd;
                return Ok(Some(Raw::EndStruct));
            }
            (State::MemberEnd, "member") => State::Members,
            (State::ValueEnd, "value") => self.after_value(),
            _ => {
                let mut fail = self.unexpected(at, format!("</{}>", short(name)));
                if name != self.open_element() {
                    fail.kind = ErrorKind::Syntax;
                }
                return Err(fail);
            }
        };
        Ok(None)
    }

    /// The innermost open element: another one's end tag is not only out of place but not well-formed.
    fn open_element(&self) -> &str {
        match self.state {
            State::CallName | State::CallParams => "methodCall",
            State::RootEnd if self.root == Root::Call => "methodCall",
            State::ResponseBody | State::RootEnd => "methodResponse",
            State::Params => "params",
            State::ParamValue | State::ParamEnd => "param",
            State::FaultValue | State::FaultEnd => "fault",
            State::ArrayData | State::ArrayEnd => "array",
            State::Data => "data",
            State::Members => "struct",
            State::MemberName | State::MemberValue | State::MemberEnd => "member",
            State::ValueOpen | State::ValueEnd => "value",
            State::Collect => &self.gathered.tag,
            State::Prolog | State::Epilog | State::Done => "",
        }
    }

    /// The element in a value that says of which type it is.
    fn type_element(&mut self, qualified: &str, at: usize) -> Step {
        let holds = match qualified {
            "int" | "i4" => Holds::Int32,
            "i8" => Holds::Int(64),
            "i1" => Holds::Int(8),
            "i2" => Holds::Int(16),
            "boolean" => Holds::Boolean,
            "string" => Holds::String,
            "double" | "float" => Holds::Double,
            "dateTime.iso8601" => Holds::DateTime,
            "base64" => Holds::Base64,
            "nil" => Holds::Nil,
            "array" => {
                self.push(Kind::Array)?;
                self.state = State::ArrayData;
                return Ok(Some(Raw::StartArray));
            }
            "struct" => {
                self.push(Kind::Struct)?;
                self.state = State::Members;
                return Ok(Some(Raw::StartStruct));
            }
            _ => match qualified.split_once(':').map(|(_, local)| local) {
                // Apache's extensions, whatever prefix they come under.
                Some("nil") => Holds::Nil,
                Some("i1") => Holds::Int(8),
                Some("i2") => Holds::Int(16),
                Some("i8") => Holds::Int(64),
                Some("float") => Holds::Double,
                Some("dateTime") => Holds::DateTime,
                Some("biginteger") => Holds::BigInteger,
                Some("bigdecimal") => Holds::BigDecimal,
                Some(local @ ("serializable" | "dom")) => {
                    let message =
                        format!("expected a value, found <{local}>, which carries Java objects or XML and is refused");
                    return Err(Fail::new(ErrorKind::Grammar, message, at));
                }
                _ => {
                    let message =
                        format!("expected a type element like <int> or <string>, found <{}>", short(qualified));
                    return Err(Fail::new(ErrorKind::Grammar, message, at));
                }
            },
        };
        self.gathered_clear(qualified, holds);
        self.state = State::Collect;
        Ok(None)
    }

    /// What may come now, as an error message says it.
    fn expected(&self) -> Cow<'static, str> {
        match self.state {
            State::Prolog => self.wanted.into(),
            State::CallName => "<methodName>".into(),
            State::CallParams => "<params> or </methodCall>".into(),
            State::ResponseBody => "<params> or <fault>".into(),
            State::Params if self.root == Root::Call => "<param> or </params>".into(),
            State::Params if self.stack.top.count == 0 => "<param>".into(),
            State::Params => "</params>".into(),
            State::ParamValue | State::FaultValue | State::MemberValue => "<value>".into(),
            State::ParamEnd => "</param>".into(),
            State::FaultEnd => "</fault>".into(),
            State::RootEnd if self.root == Root::Call => "</methodCall>".into(),
            State::RootEnd => "</methodResponse>".into(),
            State::ArrayData => "<data>".into(),
            State::Data => "<value> or </data>".into(),
            State::ArrayEnd => "</array>".into(),
            State::Members => "<member> or </struct>".into(),
            State::MemberName => "<name>".into(),
            State::MemberEnd => "</member>".into(),
            State::ValueOpen => "a type element, text or </value>".into(),
            State::Collect => format!("</{}>", short(&self.gathered.tag)).into(),
            State::ValueEnd => "</value>".into(),
            State::Epilog | State::Done => "the end of the document".into(),
        }
    }

    #[cold]
    fn unexpected(&self, at: usize, found: String) -> Box<Fail> {
        Fail::new(ErrorKind::Grammar, format!("expected {}, found {found}", self.expected()), at)
    }
}
