//! The methods as a page for people: what there is to call, and forms that call it.

mod text;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Methods, Signature};
use text::{anchor, escape, prose};

/// How the page looks.
const STYLE: &str = include_str!("style.css");
/// What makes the forms call.
const SCRIPT: &str = include_str!("script.js");

/// What the page may do, when it has no forms: show itself in this style. A hash is that of the file, which a test
/// checks.
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-OErRo3M6IqZxc2sTMZPHz0DM01LKTfBTJY4BtNakTys='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The same with forms: run this script, and call where it came from.
const POLICY_WITH_FORMS: &str = "default-src 'none'; \
    style-src 'sha256-OErRo3M6IqZxc2sTMZPHz0DM01LKTfBTJY4BtNakTys='; \
    script-src 'sha256-4waDRqV/fKOCRlup8d1QsGvpbQyYca+dJHVngJMRzbc='; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The documentation of [`Methods`] as a page for browsers, as Python's `DocXMLRPCServer` has it.
///
/// It tells of each method its signatures and its help, with paragraphs and line breaks as they are; names of other
/// methods in a help text lead to them, and so do URLs. The links that Python's page has, `#-name`, are right here too.
/// It is one document that loads nothing, is light or dark as the reader's system is, and fits small screens. Whoever
/// gets it sees all methods, since [`Methods::authorize`] is asked about calls only.
///
/// [`Server::documentation`](crate::Server::documentation) shows it to browsers, and
/// [`tiny_http::document`](crate::tiny_http::document) on a server of that crate. To send it by other means,
/// take [`html`](Self::html) and [`headers`](Self::headers):
///
/// ```
/// use tiny_xmlrpc::{Methods, Page};
///
/// let mut methods = Methods::new();
/// methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
/// let page = Page::new("Arithmetic").description("What this server can calculate.");
/// let html = page.html(&methods);
/// assert!(html.contains("Adds two numbers."));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    title: String,
    heading: Option<String>,
    description: String,
    forms: bool,
    calls_to: Option<String>,
}

impl Page {
    /// A page with this title, which is the heading too.
    ///
    /// ```
    /// use tiny_xmlrpc::{Methods, Page};
    ///
    /// let html = Page::new("Arithmetic").html(&Methods::new());
    /// assert!(html.contains("<title>Arithmetic</title>") && html.contains("<h1>Arithmetic</h1>"));
    /// ```
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), heading: None, description: String::new(), forms: false, calls_to: None }
    }

    /// Another heading than the title: Python's `set_server_name`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Methods, Page};
    /// let page = Page::new("Thermostat").heading("Thermostat in room 7");
    /// assert!(page.html(&Methods::new()).contains("<h1>Thermostat in room 7</h1>"));
    /// ```
    #[must_use]
    pub fn heading(mut self, text: impl Into<String>) -> Self {
        self.heading = Some(text.into());
        self
    }

    /// The text below the heading: Python's `set_server_documentation`. As in help texts, methods in it
    /// become links.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Methods, Page};
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// let page = Page::new("Arithmetic").description("Begin with add.");
    /// assert!(page.html(&methods).contains("<a href=\"#-add\">"));
    /// ```
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Whether each method has a form that calls it. It is off unless it is said.
    ///
    /// The parameters are typed as JSON values with commas between them: `1, "two", [3.5]`. A number without a fraction is
    /// an integer, any other one a double; `{"$dateTime": "19980717T14:08:55"}` is a date and `{"$base64": "eW91"}`
    /// are bytes. Results are shown in the same way, and faults as such.
    ///
    /// A form calls as the reader: who may see the page and call the methods anyway can call them with it.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Methods, Page};
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// let page = Page::new("Arithmetic").forms(true);
    /// assert!(page.html(&methods).contains("data-method=\"add\""));
    /// ```
    #[must_use]
    pub fn forms(mut self, on: bool) -> Self {
        self.forms = on;
        self
    }

    /// The path that the forms send their calls to, like `/RPC2`. Unless it is said, it is the page's own.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Methods, Page};
    /// let page = Page::new("Arithmetic").forms(true).calls_to("/calls");
    /// assert!(page.html(&Methods::new()).contains("data-calls=\"/calls\""));
    /// ```
    #[must_use]
    pub fn calls_to(mut self, path: impl Into<String>) -> Self {
        self.calls_to = Some(path.into());
        self
    }

    /// The path that was said for calls.
    #[cfg(feature = "server")]
    pub(crate) fn says_where(&self) -> bool {
        self.calls_to.is_some()
    }

    /// The page as it is sent, in UTF-8, of the methods that there are now.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Methods, Page};
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
    /// let html = Page::new("Arithmetic").html(&methods);
    /// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("Adds two numbers."));
    /// ```
    #[must_use]
    pub fn html(&self, methods: &Methods<'_>) -> String {
        let names = methods.names();
        let mut out = String::with_capacity(16 << 10);
        out.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
        escape(&self.title, &mut out);
        out.push_str("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>");
        out.push_str(STYLE);
        out.push_str("</style>\n</head>\n<body");
        if let Some(path) = self.calls_to.as_deref().filter(|_| self.forms) {
            out.push_str(" data-calls=\"");
            escape(path, &mut out);
            out.push('"');
        }
        out.push_str(">\n<a class=\"skip\" href=\"#methods\">Skip to the methods</a>\n<header>\n<h1>");
        escape(self.heading.as_ref().unwrap_or(&self.title), &mut out);
        out.push_str("</h1>\n");
        prose(&self.description, |name| names.binary_search(&name).is_ok(), &mut out);
        if self.forms {
            out.push_str(NOTATION);
        }
        out.push_str("</header>\n<div class=\"columns\">\n");
        let groups = groups(&names);
        contents(&groups, &mut out);
        out.push_str("<main id=\"methods\">\n");
        if names.is_empty() {
            out.push_str("<p>There are no methods.</p>\n");
        }
        for name in groups.iter().flat_map(|(_, names)| names) {
            self.method(name, methods, &names, &mut out);
        }
        out.push_str("</main>\n</div>\n");
        if self.forms {
            out.push_str("<script>");
            out.push_str(SCRIPT);
            out.push_str("</script>\n");
        }
        out.push_str("</body>\n</html>\n");
        out
    }

    /// The header fields that the page is to be sent with.
    ///
    /// The `Content-Security-Policy` lets it load nothing and run nothing but what is its own, known by its hash.
    ///
    /// ```
    /// let page = tiny_xmlrpc::Page::new("Arithmetic");
    /// let mut head = String::from("HTTP/1.1 200 OK\r\n");
    /// for (name, value) in page.headers() {
    ///     head += &format!("{name}: {value}\r\n");
    /// }
    /// assert!(head.contains("Content-Type: text/html; charset=utf-8\r\n"));
    /// ```
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &'static str); 5] {
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", if self.forms { POLICY_WITH_FORMS } else { POLICY }),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-cache"),
        ]
    }

    fn method(&self, name: &str, methods: &Methods<'_>, names: &[&str], out: &mut String) {
        let anchor = anchor(name);
        out.push_str("<section class=\"method\" id=\"");
        escape(&anchor, out);
        out.push_str("\">\n<h2><a href=\"#");
        escape(&anchor, out);
        out.push_str("\"><code>");
        escape(name, out);
        out.push_str("</code></a></h2>\n");
        let forms = forms(&methods.signatures(name).unwrap_or_default(), methods.parameters(name).unwrap_or_default());
        signatures(name, &forms, out);
        let help = methods.help(name).unwrap_or_default();
        prose(help, |other| other != name && names.binary_search(&other).is_ok(), out);
        if self.forms {
            form(name, &forms, out);
        }
        out.push_str("</section>\n");
    }
}

/// How parameters are typed into the forms.
const NOTATION: &str = "<details hidden>
<summary>How to type parameters</summary>
<dl>
<dt><code>1, \"two\", [3.5], {\"four\": true}</code></dt>
<dd>JSON, with commas between parameters. A number without a fraction is an integer.</dd>
<dt><code>{\"$dateTime\": \"19980717T14:08:55\"}</code></dt><dd>a date and a time</dd>
<dt><code>{\"$base64\": \"eW91\"}</code></dt><dd>bytes</dd>
<dt><code>null</code></dt><dd>nil</dd>
</dl>
</details>
";

/// The names by what they begin with, up to the last dot: first those without a dot, last those of `system`.
fn groups<'n>(names: &[&'n str]) -> Vec<(&'n str, Vec<&'n str>)> {
    let mut groups: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
    for name in names {
        let prefix = name.rsplit_once('.').map_or("", |(prefix, _)| prefix);
        groups.entry((prefix == "system", prefix)).or_default().push(name);
    }
    groups.into_iter().map(|((_, prefix), names)| (prefix, names)).collect()
}

fn contents(groups: &[(&str, Vec<&str>)], out: &mut String) {
    out.push_str("<nav aria-label=\"Methods\">\n");
    for (prefix, names) in groups {
        if !prefix.is_empty() {
            out.push_str("<h2><code>");
            escape(prefix, out);
            out.push_str("</code></h2>\n");
        }
        out.push_str("<ul>\n");
        for name in names {
            out.push_str("<li><a href=\"#");
            escape(&anchor(name), out);
            out.push_str("\"><code>");
            let shown = name.strip_prefix(prefix).map_or(*name, |rest| rest.strip_prefix('.').unwrap_or(rest));
            escape(shown, out);
            out.push_str("</code></a></li>\n");
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</nav>\n");
}

/// A way to call a method: what stands between the parentheses, and the type of the result.
struct Form {
    params: String,
    result: Option<String>,
}

/// The ways to call a method, as far as they are known: `a: int, b: string` for each signature, `a, b` where only the
/// names are known, and `…` where nothing is.
fn forms(signatures: &[Signature], names: &[String]) -> Vec<Form> {
    let form = |signature: &Signature| {
        let (result, types) = signature.split_first()?;
        let param = |(at, name): (usize, &String)| match names.get(at) {
            Some(of) => [of, ": ", name].concat(),
            None => name.clone(),
        };
        let params: Vec<String> = types.iter().enumerate().map(param).collect();
        Some(Form { params: params.join(", "), result: Some(result.clone()) })
    };
    let known: Vec<Form> = signatures.iter().filter_map(form).collect();
    if known.is_empty() {
        let params = if names.is_empty() { "…".into() } else { names.join(", ") };
        return Vec::from([Form { params, result: None }]);
    }
    known
}

/// `name(a: int, b: string) → array` for each.
fn signatures(name: &str, forms: &[Form], out: &mut String) {
    out.push_str("<ul class=\"signatures\">\n");
    for form in forms {
        out.push_str("<li><code><b>");
        escape(name, out);
        out.push_str("</b><wbr>(");
        escape(&form.params, out);
        out.push(')');
        if let Some(result) = &form.result {
            // The arrow stays with what it points to.
            out.push_str(" →\u{a0}<i>");
            escape(result, out);
            out.push_str("</i>");
        }
        out.push_str("</code></li>\n");
    }
    out.push_str("</ul>\n");
}

/// A form that calls the method. It is hidden from readers without scripts, to whom it is of no use.
fn form(name: &str, forms: &[Form], out: &mut String) {
    out.push_str("<form hidden data-method=\"");
    escape(name, out);
    out.push_str("\">\n");
    // A method that takes none needs no place to type them.
    if let Some(form) = forms.iter().find(|form| !form.params.is_empty()) {
        out.push_str("<label class=\"parameters\"><span class=\"label\">Parameters of ");
        escape(name, out);
        out.push_str("</span><input name=\"parameters\" type=\"text\" placeholder=\"");
        escape(if form.params == "…" { "parameters" } else { &form.params }, out);
        out.push_str("\" autocomplete=\"off\" autocapitalize=\"off\" spellcheck=\"false\"></label>\n");
    }
    out.push_str("<button>Call<span class=\"label\"> ");
    escape(name, out);
    out.push_str("</span></button>\n<output aria-label=\"Result of ");
    escape(name, out);
    out.push_str("\"></output>\n</form>\n");
}

#[cfg(test)]
mod tests;
