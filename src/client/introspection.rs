//! What a server tells of its methods, in every shape that peers send.

use super::Client;
use crate::{Error, ErrorKind, Result, Value};

/// What a server says it can do: see [`Client::capabilities`].
///
/// ```
/// # use tiny_xmlrpc::{Client, Methods, client::Memory};
/// # let client = Client::over(Memory::new(|call| Methods::new().introspection(true).respond(call)));
/// let knows_nil = client.capabilities()?.iter().any(|capability| capability.name == "nil");
/// assert!(!knows_nil);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capability {
    /// Its name: `introspection`, `faults_interop`, `nil` …
    pub name: String,
    /// The address of its specification; empty where none is given.
    pub spec_url: String,
    /// The version of that; `None` where none is given, or none that is a number.
    pub spec_version: Option<i64>,
}

impl Client {
    /// The names of the server's methods, by `system.listMethods`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("add", |a: i32, b: i32| a + b);
    /// #     methods.introspection(true).respond(call)
    /// # }));
    /// let mut names = client.list_methods()?;
    /// names.retain(|name| !name.starts_with("system."));
    /// assert_eq!(names, ["add"]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`call`](Self::call). A server without introspection answers with a fault.
    pub fn list_methods(&self) -> Result<Vec<String>> {
        self.call("system.listMethods", ())
    }

    /// The help text of a method, by `system.methodHelp`; empty where it has none.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
    /// #     methods.introspection(true).respond(call)
    /// # }));
    /// assert_eq!(client.method_help("add")?, "Adds two numbers.");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`list_methods`](Self::list_methods).
    pub fn method_help(&self, method: &str) -> Result<String> {
        match self.call_value("system.methodHelp", &[method.into()])? {
            Value::String(text) => Ok(text),
            // What Perl's and node's peers make of no text at all.
            Value::Nil | Value::Boolean(false) => Ok(String::new()),
            other => Err(unexpected("string", &other)),
        }
    }

    /// The signatures of a method, by `system.methodSignature`: for each its result's type and its
    /// parameters' types.
    ///
    /// None where the server says anything but a signature: servers without any have texts for it, like `undef` or
    /// `signatures not supported`. One that gives a flat array, as supervisor does, means a single one.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("repeat", |text: String, times: u8| text.repeat(times.into()));
    /// #     methods.introspection(true).respond(call)
    /// # }));
    /// assert_eq!(client.method_signature("repeat")?, [["string", "string", "int"]]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`list_methods`](Self::list_methods).
    pub fn method_signature(&self, method: &str) -> Result<Vec<Vec<String>>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let Value::Array(items) = self.call_value("system.methodSignature", &[method.into()])? else {
            return Ok(Vec::new());
        };
        if let Some(flat) = items.iter().map(text).collect::<Option<Vec<_>>>() {
            return Ok(match &flat[..] {
                [] => Vec::new(),
                // RPC::XML's older servers: each a text, the types in it apart by blanks.
                [first, ..] if first.contains(' ') => {
                    flat.iter().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
                }
                _ => vec![flat],
            });
        }
        let signature = |item: &Value| item.as_array()?.iter().map(text).collect();
        Ok(items.iter().filter_map(signature).collect())
    }

    /// What the server can do beyond the specification, by `system.getCapabilities`, in the server's order.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| Methods::new().introspection(true).respond(call)));
    /// for capability in client.capabilities()? {
    ///     println!("{} (see {})", capability.name, capability.spec_url);
    /// }
    /// # assert!(client.capabilities()?.iter().any(|one| one.name == "introspection" && one.spec_version == Some(1)));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`list_methods`](Self::list_methods); [`ErrorKind::Type`] when the answer is no struct.
    pub fn capabilities(&self) -> Result<Vec<Capability>> {
        let Value::Struct(members) = self.call_value("system.getCapabilities", &[])? else {
            return Err(Error::new(ErrorKind::Type, "expected a struct of capabilities").with_executed(true));
        };
        let capability = |(name, value): (&str, &Value)| Capability {
            name: name.to_owned(),
            spec_url: value.get("specUrl").and_then(Value::as_str).unwrap_or_default().to_owned(),
            spec_version: value.get("specVersion").and_then(|version| match version {
                Value::String(digits) => digits.parse().ok(),
                version => version.as_i64(),
            }),
        };
        Ok(members.iter().map(capability).collect())
    }
}

#[cold]
fn unexpected(expected: &str, found: &Value) -> Error {
    let message = format!("expected {expected}, found {}", found.type_name());
    Error::new(ErrorKind::Type, message).with_executed(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Memory;
    use crate::{Dialect, MethodResponse, Struct};

    fn answering(value: Value) -> Client {
        Client::over(Memory::new(move |_| MethodResponse::Result(value.clone()).to_vec(Dialect::python()).unwrap()))
    }

    #[test]
    fn signatures_of_every_shape() {
        let strings = |items: &[&str]| Value::from_iter(items.iter().copied());
        let of = |value| answering(value).method_signature("m").unwrap();
        for none in ["undef", "signatures not supported", ""] {
            assert!(of(none.into()).is_empty());
        }
        assert!(of(Value::Array(vec![])).is_empty());
        assert!(of(Value::Int(0)).is_empty());
        assert_eq!(of(strings(&["int", "string"])), [["int", "string"]]);
        assert_eq!(of(strings(&["int string", "int"])), [vec!["int", "string"], vec!["int"]]);
        let nested = Value::Array(vec![strings(&["int", "int"]), strings(&["string"])]);
        assert_eq!(of(nested), [vec!["int", "int"], vec!["string"]]);
    }

    #[test]
    fn capabilities_of_every_shape() {
        let known = Struct::from_iter([("specUrl", Value::from("http://x")), ("specVersion", Value::Int(2))]);
        let text = Struct::from_iter([("specVersion", Value::from("20010516"))]);
        let all = Struct::from_iter([("a", Value::from(known)), ("b", text.into()), ("c", Value::Boolean(true))]);
        let capabilities = answering(all.into()).capabilities().unwrap();
        let told: Vec<_> =
            capabilities.iter().map(|one| (&one.name[..], &one.spec_url[..], one.spec_version)).collect();
        assert_eq!(told, [("a", "http://x", Some(2)), ("b", "", Some(20_010_516)), ("c", "", None)]);
        assert_eq!(answering(Value::Int(1)).capabilities().unwrap_err().kind(), ErrorKind::Type);
    }

    #[test]
    fn help_that_is_none() {
        assert_eq!(answering("Adds.".into()).method_help("m").unwrap(), "Adds.");
        assert_eq!(answering(Value::Boolean(false)).method_help("m").unwrap(), "");
        assert_eq!(answering(Value::Int(1)).method_help("m").unwrap_err().kind(), ErrorKind::Type);
    }
}
