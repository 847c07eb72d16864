//! The values of a document without types, and how they are written.
//!
//! A plain writer of its own, so that no codec measures its own output.

use std::fmt::Write as _;

use super::{Message, model::Date};

/// A value as XML-RPC knows it.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Written as `<int>`.
    Int(i32),
    /// The same type, written as `<i4>`.
    I4(i32),
    Double(f64),
    Boolean(bool),
    String(String),
    Date(Date),
    Base64(Vec<u8>),
    Array(Vec<Node>),
    /// The params of a call.
    Params(Vec<Node>),
    Struct(Vec<(&'static str, Node)>),
}

/// Where white space goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Nowhere.
    Compact,
    /// Each element on its own line, indented by two spaces; scalars stay together.
    Pretty,
    /// As compact, but base64 in lines of 76 characters, as Python writes it.
    Wrapped,
}

pub(crate) fn write(message: Message, value: &Node, layout: Layout) -> String {
    let mut writer = Writer { out: String::from("<?xml version=\"1.0\"?>"), layout, depth: 0 };
    let envelope = match message {
        Message::Response => "methodResponse",
        Message::Call(_) => "methodCall",
    };
    writer.open(envelope);
    if let Message::Call(method) = message {
        writer.leaf("methodName", method);
    }
    writer.open("params");
    let params = match value {
        Node::Params(params) => params.as_slice(),
        value => std::slice::from_ref(value),
    };
    for param in params {
        writer.open("param");
        writer.value(param);
        writer.close("param");
    }
    writer.close("params");
    writer.close(envelope);
    writer.out
}

struct Writer {
    out: String,
    layout: Layout,
    depth: usize,
}

impl Writer {
    fn line(&mut self) {
        if self.layout == Layout::Pretty {
            self.out.push('\n');
            (0..self.depth).for_each(|_| self.out.push_str("  "));
        }
    }

    fn open(&mut self, tag: &str) {
        self.line();
        let _ = write!(self.out, "<{tag}>");
        self.depth += 1;
    }

    fn close(&mut self, tag: &str) {
        self.depth -= 1;
        self.line();
        let _ = write!(self.out, "</{tag}>");
    }

    fn leaf(&mut self, tag: &str, text: &str) {
        self.line();
        let _ = write!(self.out, "<{tag}>{text}</{tag}>");
    }

    fn scalar(&mut self, tag: &str, text: &str) {
        self.line();
        let _ = write!(self.out, "<value><{tag}>{text}</{tag}></value>");
    }

    fn value(&mut self, value: &Node) {
        match value {
            Node::Int(value) => self.scalar("int", &value.to_string()),
            Node::I4(value) => self.scalar("i4", &value.to_string()),
            Node::Double(value) => self.scalar("double", &value.to_string()),
            Node::Boolean(value) => self.scalar("boolean", if *value { "1" } else { "0" }),
            Node::String(value) => {
                let text = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                self.scalar("string", &text);
            }
            Node::Date(Date(value)) => self.scalar("dateTime.iso8601", value),
            Node::Base64(value) => self.scalar("base64", &base64(value, self.layout == Layout::Wrapped)),
            Node::Array(items) | Node::Params(items) => {
                self.open("value");
                self.open("array");
                self.open("data");
                items.iter().for_each(|item| self.value(item));
                self.close("data");
                self.close("array");
                self.close("value");
            }
            Node::Struct(members) => {
                self.open("value");
                self.open("struct");
                for (name, value) in members {
                    self.open("member");
                    self.leaf("name", name);
                    self.value(value);
                    self.close("member");
                }
                self.close("struct");
                self.close("value");
            }
        }
    }
}

fn base64(bytes: &[u8], wrapped: bool) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    for (index, group) in bytes.chunks(3).enumerate() {
        // 19 groups of 4 characters are a line of 76.
        if wrapped && index > 0 && index % 19 == 0 {
            out.push('\n');
        }
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let symbol = ALPHABET.get((bits >> (18 - 6 * digit)) as usize & 63).copied().unwrap_or(b'=');
            out.push(if digit > group.len() { '=' } else { char::from(symbol) });
        }
    }
    out
}
