//! `codegen`: a Rust interface from what a service tells of its methods.

use std::collections::BTreeSet;

use crate::arguments::Arguments;
use crate::connection::Connection;
use crate::failure::{Result, printable};
use crate::introspection::{self, Method};
use crate::output::{print, wrap};

/// Parameters that a method of an interface can have.
const MOST: usize = 12;

/// `tiny-xmlrpc codegen`
pub(crate) fn codegen(arguments: &Arguments) -> Result<()> {
    let name = arguments.value("name")?.unwrap_or("Service");
    let starts_well = name.starts_with(|first: char| first.is_ascii_uppercase());
    if !starts_well || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(arguments.usage(format!("expected a --name like Service, found {name:?}")));
    }
    let client = Connection::of(arguments)?.client()?;
    print(&module(name, &introspection::all(&client, arguments)?))
}

/// The module with the interface.
fn module(name: &str, methods: &[Method]) -> String {
    let mut taken = BTreeSet::new();
    let mut imports = BTreeSet::from(["interface"]);
    let mut body = String::new();
    let mut left_out = Vec::new();
    for method in methods {
        let fits = |signature: &&Vec<String>| !signature.is_empty() && signature.len() <= MOST + 1;
        let signatures: Vec<&Vec<String>> = method.signatures.iter().filter(fits).collect();
        if signatures.is_empty() {
            left_out.push(method.name.as_str());
        }
        for signature in signatures {
            if !body.is_empty() {
                body.push('\n');
            }
            let function = unique(identifier(&method.name), &mut taken);
            documentation(method, &mut body);
            declaration(method, signature, &function, &mut imports, &mut body);
        }
    }
    // Types before macros, as rustfmt has them.
    let (small, large): (Vec<&str>, Vec<&str>) = imports.iter().partition(|name| name.starts_with('i'));
    let imports = match [large, small].concat()[..] {
        [only] => only.to_owned(),
        ref all => format!("{{{}}}", all.join(", ")),
    };
    let mut text = format!(
        "//! The methods of a service, as its introspection tells them: made by `tiny-xmlrpc codegen`.\n\n\
         use tiny_xmlrpc::{imports};\n\n\
         interface! {{\n    /// The methods of the service.\n    pub trait {name} {{\n{body}    }}\n    \
         pub client {name}Client;\n}}\n"
    );
    if !left_out.is_empty() {
        text.push_str("\n// These have no signature that could be said here; `Client::call` calls them:\n");
        for method in left_out {
            text.push_str(&format!("// {}\n", one_line(method)));
        }
    }
    text
}

fn documentation(method: &Method, body: &mut String) {
    let help = method.help.trim();
    if help.is_empty() {
        body.push_str(&format!("        /// Calls `{}`.\n", one_line(&method.name)));
    }
    for line in help.lines() {
        // Neither indented nor fenced text may become a test of its own.
        let line = printable(line.trim()).replace("```", "'''").replace("~~~", "---");
        if line.is_empty() {
            body.push_str("        ///\n");
        } else {
            wrap(&line, "        /// ", 120, body);
        }
    }
}

fn declaration(
    method: &Method,
    signature: &[String],
    function: &str,
    imports: &mut BTreeSet<&'static str>,
    body: &mut String,
) {
    let mut params = String::new();
    for (at, name) in signature.iter().skip(1).enumerate() {
        let (kind, import) = type_of(name, false);
        imports.extend(import);
        params.push_str(&format!(", arg{}: {kind}", at + 1));
    }
    let (kind, import) = type_of(signature.first().map_or("", String::as_str), true);
    imports.extend(import);
    let result = if kind == "()" { String::new() } else { format!(" -> {kind}") };
    let wire = if function == method.name { String::new() } else { format!(" = {:?}", method.name) };
    body.push_str(&format!("        fn {function}(&self{params}){result}{wire};\n"));
}

/// The Rust type of an XML-RPC type, and what of it has to be imported.
fn type_of(name: &str, is_result: bool) -> (&'static str, Option<&'static str>) {
    match name {
        "int" | "i4" | "i1" | "i2" | "ex:i1" | "ex:i2" => ("i32", None),
        "i8" | "ex:i8" => ("i64", None),
        "boolean" => ("bool", None),
        "double" | "float" | "ex:float" => ("f64", None),
        "string" if is_result => ("String", None),
        "string" => ("&str", None),
        "dateTime.iso8601" | "dateTime" => ("DateTime", Some("DateTime")),
        "base64" => ("Binary", Some("Binary")),
        "array" if is_result => ("Vec<Value>", Some("Value")),
        "array" => ("&[Value]", Some("Value")),
        "struct" => ("Struct", Some("Struct")),
        "nil" | "ex:nil" | "void" if is_result => ("()", None),
        _ => ("Value", Some("Value")),
    }
}

/// A function's name for a method: `system.listMethods` is `system_list_methods`.
fn identifier(method: &str) -> String {
    let mut name = String::new();
    let mut was_lower = false;
    for character in method.chars() {
        if !character.is_ascii_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            was_lower = false;
            continue;
        }
        if character.is_ascii_uppercase() && was_lower {
            name.push('_');
        }
        was_lower = !character.is_ascii_uppercase();
        name.push(character.to_ascii_lowercase());
    }
    let mut name = name.trim_end_matches('_').to_owned();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, "method");
    }
    if KEYWORDS.contains(&name.as_str()) || RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// The same name with a number where it is taken.
fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut unique = name.clone();
    let mut number = 2;
    while !taken.insert(unique.clone()) {
        unique = format!("{name}_{number}");
        number += 1;
    }
    unique
}

/// A name in a comment.
fn one_line(name: &str) -> String {
    printable(name).replace(['\n', '\t'], " ")
}

/// What the client itself has.
const RESERVED: [&str; 3] = ["new", "at", "into_instance"];

/// The keywords of Rust's 2024 edition, lowercase as names are.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (method, expected) in [
            ("add", "add"),
            ("system.listMethods", "system_list_methods"),
            ("validator1.arrayOfStructsTest", "validator1_array_of_structs_test"),
            ("getHTTPReply", "get_httpreply"),
            ("wp.getUsersBlogs", "wp_get_users_blogs"),
            ("snake_case", "snake_case"),
            ("d.multicall2=", "d_multicall2"),
            ("type", "type_"),
            ("new", "new_"),
            ("at", "at_"),
            ("7zip", "method7zip"),
            ("_", "method"),
            ("ünïcode", "n_code"),
        ] {
            assert_eq!(identifier(method), expected, "{method}");
        }
    }

    #[test]
    fn a_module_of_all_that_is_told() {
        let method = |name: &str, signatures: &[&str], help: &str| Method {
            name: name.into(),
            signatures: signatures.iter().map(|types| types.split(' ').map(str::to_owned).collect()).collect(),
            help: help.into(),
        };
        let methods = [
            method("a.b", &["string int", "nil string array"], "Does it.\r\n\n    Indented \x1b.\n```\n"),
            method("a_b", &["mixed base64"], ""),
            method("none", &[], ""),
            method("evil\nfn", &["int"], "\u{202e}"),
        ];
        assert_eq!(
            module("Service", &methods),
            "//! The methods of a service, as its introspection tells them: made by `tiny-xmlrpc codegen`.

use tiny_xmlrpc::{Binary, Value, interface};

interface! {
    /// The methods of the service.
    pub trait Service {
        /// Does it.
        ///
        /// Indented \\u{1b}.
        /// '''
        fn a_b(&self, arg1: i32) -> String = \"a.b\";

        /// Does it.
        ///
        /// Indented \\u{1b}.
        /// '''
        fn a_b_2(&self, arg1: &str, arg2: &[Value]) = \"a.b\";

        /// Calls `a_b`.
        fn a_b_3(&self, arg1: Binary) -> Value = \"a_b\";

        /// \\u{202e}
        fn evil_fn(&self) -> i32 = \"evil\\nfn\";
    }
    pub client ServiceClient;
}

// These have no signature that could be said here; `Client::call` calls them:
// none
"
        );
        assert!(module("Service", &[]).contains("\nuse tiny_xmlrpc::interface;\n"));
    }
}
