//! What the methods tell about themselves: `system.listMethods` and its kin.

use alloc::string::String;
use alloc::vec::Vec;

use super::handler::refused;
use super::{Answer, Argument, Methods, Params, Return, Signature, multicall};
use crate::{Extension, Fault, Struct, Value, Writer};

/// The methods that a registry has of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    ListMethods,
    MethodHelp,
    MethodSignature,
    GetCapabilities,
}

const SYSTEM: [(&str, System); 4] = [
    ("system.listMethods", System::ListMethods),
    ("system.methodHelp", System::MethodHelp),
    ("system.methodSignature", System::MethodSignature),
    ("system.getCapabilities", System::GetCapabilities),
];

impl System {
    pub(super) fn named(name: &str) -> Option<Self> {
        SYSTEM.iter().find(|(known, _)| *known == name).map(|(_, method)| *method)
    }

    fn help(self) -> &'static str {
        match self {
            Self::ListMethods => "Returns the names of all methods, sorted.",
            Self::MethodHelp => "Returns the help text of the method of this name.",
            Self::MethodSignature => {
                "Returns the signatures of the method of this name: for each an array of the result's type and the \
                 parameters' types; or the string \"undef\" if it has none."
            }
            Self::GetCapabilities => "Returns the specifications that this server keeps to, with their versions.",
        }
    }

    fn signature(self) -> Signature {
        let types: &[&str] = match self {
            Self::ListMethods => &["array"],
            Self::MethodHelp => &["string", "string"],
            Self::MethodSignature => &["array", "string"],
            Self::GetCapabilities => &["struct"],
        };
        types.iter().map(|&name| name.into()).collect()
    }
}

impl Methods<'_> {
    /// The names of the methods of `system` that are switched on.
    pub(super) fn system_names(&self) -> impl Iterator<Item = &'static str> {
        let introspection = SYSTEM.iter().map(|(name, _)| *name).filter(|_| self.introspection);
        introspection.chain(self.multicall.then_some(multicall::NAME))
    }

    /// The help text of a method; empty where it has none, `None` where there is no such method.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.introspection(true).add("add", |a: i32, b: i32| a + b);
    /// assert_eq!(methods.help("add"), Some(""));
    /// assert_eq!(methods.help("system.listMethods"), Some("Returns the names of all methods, sorted."));
    /// assert_eq!(methods.help("divide"), None);
    /// ```
    #[must_use]
    pub fn help(&self, name: &str) -> Option<&str> {
        let name = self.resolve(name);
        if let Some(entry) = self.entries.get(name) {
            return Some(&entry.help);
        }
        match System::named(name) {
            Some(method) if self.introspection => Some(method.help()),
            _ => (self.multicall && name == multicall::NAME).then_some(multicall::HELP),
        }
    }

    /// The signatures of a method; empty where its types do not tell one, `None` where there is no such method.
    ///
    /// ```
    /// use tiny_xmlrpc::{Methods, Rest};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// methods.add("sum", |Rest(numbers): Rest<i32>| numbers.iter().sum::<i32>());
    /// assert_eq!(methods.signatures("add").unwrap(), [["int", "int", "int"]]);
    /// assert_eq!(methods.signatures("sum").unwrap().len(), 0);
    /// ```
    #[must_use]
    pub fn signatures(&self, name: &str) -> Option<Vec<Signature>> {
        let name = self.resolve(name);
        if let Some(entry) = self.entries.get(name) {
            if !entry.signatures.is_empty() {
                return Some(entry.signatures.iter().map(|one| one.types().clone()).collect());
            }
            return Some(entry.handler.signature(&self.dialect).into_iter().collect());
        }
        match System::named(name) {
            Some(method) if self.introspection => Some([method.signature()].into()),
            _ => (self.multicall && name == multicall::NAME)
                .then(|| [["array", "array"].map(String::from).into()].into()),
        }
    }

    /// The names of a method's parameters; empty where they are not known, `None` where there is no such method.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// methods.add("divide", |a: f64, b: f64| a / b).parameters(["dividend", "divisor"]);
    /// assert_eq!(methods.parameters("add").unwrap().len(), 0);
    /// assert_eq!(methods.parameters("divide").unwrap(), ["dividend", "divisor"]);
    /// ```
    #[must_use]
    pub fn parameters(&self, name: &str) -> Option<&[String]> {
        match self.entries.get(self.resolve(name)) {
            Some(entry) => Some(&entry.parameters),
            None => self.help(name).map(|_| [].as_slice()),
        }
    }

    /// Answers a method of `system`.
    pub(super) fn system(
        &self,
        method: System,
        params: &mut Params<'_, '_>,
        out: &mut Writer<Answer>,
    ) -> Result<(), Fault> {
        let named = match method {
            System::MethodHelp | System::MethodSignature => String::take(params).map_err(|error| refused(&error))?,
            System::ListMethods | System::GetCapabilities => String::new(),
        };
        params.end().map_err(|error| refused(&error))?;
        match method {
            System::ListMethods => self.names().return_to(out),
            System::MethodHelp => self.help(&named).ok_or_else(|| Fault::method_not_found(&named))?.return_to(out),
            System::MethodSignature => match self.signatures(&named).ok_or_else(|| Fault::method_not_found(&named))? {
                signatures if signatures.is_empty() => "undef".return_to(out),
                signatures => signatures.return_to(out),
            },
            System::GetCapabilities => self.capabilities().return_to(out),
        }
    }

    /// The capabilities as the [proposal for them](https://xmlrpc-epi.sourceforge.net/specs/rfc.system.getCapabilities.php)
    /// has it: for each the address of its specification and its version.
    fn capabilities(&self) -> Struct {
        let known = [
            ("xmlrpc", "http://xmlrpc.com/spec.md", 1, true),
            ("introspection", "https://xmlrpc-epi.sourceforge.net/specs/rfc.introspection.php", 1, self.introspection),
            ("faults_interop", "https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20010516, true),
            (
                "system.multicall",
                "https://web.archive.org/web/20060824100531/http://www.xmlrpc.com/discuss/msgReader$1208",
                1,
                self.multicall,
            ),
            (
                "nil",
                "https://web.archive.org/web/20050911054235/http://ontosys.com/xml-rpc/extensions.php",
                20010518,
                self.dialect.nil != Extension::Off,
            ),
        ];
        known
            .into_iter()
            .filter(|(.., on)| *on)
            .map(|(name, url, version, _)| {
                (name, Struct::from_iter([("specUrl", Value::from(url)), ("specVersion", Value::Int(version))]))
            })
            .collect()
    }
}
