use alloc::format;

use sha2::{Digest, Sha256};

use super::*;
use crate::{Rest, base64};

fn methods() -> Methods<'static> {
    let mut methods = Methods::new();
    methods
        .add("math.add", |a: i32, b: i32| a + b)
        .help("Adds <two> numbers.\nSee math.subtract, math.add and https://example.org/.");
    methods.add("math.subtract", |a: i32, b: i32| a - b).parameters(["a", "b"]);
    methods.add("join", |_: String, Rest(words): Rest<String>| words.join("")).parameters(["separator", "words"]);
    methods.add("any", |Rest(all): Rest<i32>| all.len());
    methods.add("now", || 1).signature(["int"]).signature(["int", "string"]);
    methods.add("<\"größe\">", || "named");
    methods.introspection(true);
    methods
}

/// The piece of the page that is the method's section.
fn section<'h>(html: &'h str, anchor: &str) -> &'h str {
    let (_, rest) = html.split_once(&format!("<section class=\"method\" id=\"{anchor}\">\n")).unwrap();
    rest.split_once("</section>").unwrap().0
}

#[test]
fn each_method_has_its_signatures_and_its_help() {
    let html = Page::new("A & B").description("One.\n\nTwo: any").html(&methods());
    assert!(html.contains("<title>A &amp; B</title>"));
    assert!(html.contains("<h1>A &amp; B</h1>\n<p>One.</p>\n<p>Two: <a href=\"#-any\">any</a></p>\n"));
    assert_eq!(
        section(&html, "-math.add"),
        "<h2><a href=\"#-math.add\"><code>math.add</code></a></h2>\n\
         <ul class=\"signatures\">\n<li><code><b>math.add</b><wbr>(int, int) →\u{a0}<i>int</i></code></li>\n</ul>\n\
         <p>Adds &lt;two&gt; numbers.<br>See <a href=\"#-math.subtract\">math.subtract</a>, math.add and \
         <a href=\"https://example.org/\">https://example.org/</a>.</p>\n"
    );
    assert!(section(&html, "-any").contains("<li><code><b>any</b><wbr>(…)</code></li>"));
    assert!(section(&html, "-join").contains("<li><code><b>join</b><wbr>(separator, words)</code></li>"));
    let named = "<li><code><b>math.subtract</b><wbr>(a: int, b: int) →\u{a0}<i>int</i></code></li>";
    assert!(section(&html, "-math.subtract").contains(named));
    let now = "<li><code><b>now</b><wbr>() →\u{a0}<i>int</i></code></li>\n<li><code><b>now</b><wbr>(string) →\u{a0}<i>int</i></code></li>";
    assert!(section(&html, "-now").contains(now));
    assert!(section(&html, "-%3C%22gr%C3%B6%C3%9Fe%22%3E").contains("<code>&lt;&quot;größe&quot;&gt;</code>"));
    assert!(section(&html, "-system.listMethods").contains("Returns the names of all methods, sorted."));
    assert!(!html.contains("<form") && !html.contains("<script"));
    assert!(Page::new("A").heading("B").html(&methods()).contains("<title>A</title>"));
    assert!(Page::new("A").heading("B").html(&methods()).contains("<h1>B</h1>"));
    assert!(Page::new("A").html(&Methods::new()).contains("There are no methods."));
}

#[test]
fn the_contents_lead_to_every_method() {
    let html = Page::new("A").html(&methods());
    let (_, contents) = html.split_once("<nav aria-label=\"Methods\">").unwrap();
    let contents = contents.split_once("</nav>").unwrap().0;
    let links: Vec<&str> = contents.split("href=\"#").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    let system = ["getCapabilities", "listMethods", "methodHelp", "methodSignature"];
    let mut expected = ["-%3C%22gr%C3%B6%C3%9Fe%22%3E", "-any", "-join", "-now", "-math.add", "-math.subtract"]
        .map(String::from)
        .to_vec();
    expected.extend(system.map(|name| format!("-system.{name}")));
    assert_eq!(links, expected);
    for link in links {
        section(&html, link);
    }
    assert!(
        contents.contains("<h2><code>math</code></h2>\n<ul>\n<li><a href=\"#-math.add\"><code>add</code></a></li>")
    );
}

#[test]
fn forms_are_there_when_they_are_wanted() {
    let html = Page::new("A").forms(true).calls_to("/RPC2?\"").html(&methods());
    assert!(html.contains("<body data-calls=\"/RPC2?&quot;\">"));
    assert_eq!(html.matches("<form hidden data-method=\"").count(), methods().names().len());
    let add = section(&html, "-math.add");
    assert!(add.contains("<form hidden data-method=\"math.add\">"));
    assert!(add.contains("<label class=\"parameters\"><span class=\"label\">Parameters of math.add</span><input"));
    assert!(add.contains("placeholder=\"int, int\""));
    assert!(add.contains("<button>Call<span class=\"label\"> math.add</span></button>"));
    assert!(add.contains("<output aria-label=\"Result of math.add\"></output>"));
    assert!(section(&html, "-math.subtract").contains("placeholder=\"a: int, b: int\""));
    assert!(section(&html, "-any").contains("placeholder=\"parameters\""));
    // Nothing to type where nothing is taken.
    assert!(!section(&html, "-system.listMethods").contains("<input"));
    assert!(section(&html, "-now").contains("<input") && section(&html, "-any").contains("<input"));
    assert!(html.contains(SCRIPT));
}

#[test]
fn the_policy_knows_the_style_and_the_script() {
    // What ends the element would end it early.
    assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    let hash = |text: &str| {
        let mut hash = Vec::new();
        let encoded: Result<(), ()> = base64::encode(&Sha256::digest(text), |piece| {
            hash.extend_from_slice(piece);
            Ok(())
        });
        encoded.unwrap();
        format!("'sha256-{}'", String::from_utf8(hash).unwrap())
    };
    for page in [Page::new("A"), Page::new("A").forms(true)] {
        let headers = page.headers();
        let policy = headers.iter().find(|(name, _)| *name == "Content-Security-Policy").unwrap().1;
        let source = |directive: &str| {
            policy.split("; ").find_map(|part| part.strip_prefix(directive)?.strip_prefix(' ')).unwrap_or("")
        };
        assert_eq!(source("default-src"), "'none'");
        assert_eq!(source("style-src"), hash(STYLE));
        assert_eq!(source("script-src"), if page.forms { hash(SCRIPT) } else { String::new() });
        assert_eq!(source("connect-src"), if page.forms { "'self'" } else { "" });
        for none in ["base-uri", "form-action", "frame-ancestors"] {
            assert_eq!(source(none), "'none'", "{none}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'));
        // What the policy would block.
        let html = page.html(&methods());
        for blocked in ["<link", "<img", " src=", "@import", "url(", " style=\"", " onclick=", " onsubmit="] {
            assert!(!html.contains(blocked), "{blocked}");
        }
    }
}
