//! Plain text to HTML.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// Appends text so that none of it is markup, in an element and in a quoted attribute.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// The `id` of a method's section, which is also the fragment that leads there: that of Python's page, `-name`.
pub(super) fn anchor(name: &str) -> String {
    let mut anchor = String::from("-");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' => {
                anchor.push(byte.into());
            }
            _ => {
                let _ = write!(anchor, "%{byte:02X}");
            }
        }
    }
    anchor
}

/// Appends a text for people: its paragraphs, with their line breaks and indentation. Names of methods, for which
/// `is_method` is true, become links; so do URLs, RFCs and PEPs, as on Python's page. What stands between backquotes
/// is code.
pub(super) fn prose(text: &str, is_method: impl Fn(&str) -> bool, out: &mut String) {
    let lines = without_indentation(text);
    for paragraph in lines.split(|line| line.is_empty()).filter(|paragraph| !paragraph.is_empty()) {
        out.push_str("<p>");
        for (number, line) in paragraph.iter().enumerate() {
            if number > 0 {
                out.push_str("<br>");
            }
            inline(line, &is_method, out);
        }
        out.push_str("</p>\n");
    }
}

/// The lines without blanks at their ends, and without what all but the first begin with: the indentation that a
/// text has where it stands in a program.
fn without_indentation(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let margin = lines.iter().skip(1).filter(|line| !line.is_empty()).map(|line| blanks(line)).min().unwrap_or(0);
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start();
    }
    for line in lines.iter_mut().skip(1) {
        // Other blanks than spaces and tabs may be longer than a byte.
        *line = line.get(margin..).unwrap_or(line.trim_start());
    }
    lines
}

/// A line's pieces, from left to right.
fn inline(line: &str, is_method: &impl Fn(&str) -> bool, out: &mut String) {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = if let Some((code, _)) = rest.strip_prefix('`').and_then(|code| code.split_once('`')) {
            out.push_str("<code>");
            match code.strip_suffix("()").unwrap_or(code) {
                name if is_method(name) => link(&["#", &anchor(name)].concat(), code, out),
                _ => escape(code, out),
            }
            out.push_str("</code>");
            code.len() + 2
        } else if let Some(url) = url(rest) {
            link(url, url, out);
            url.len()
        } else if let Some((reference, address)) = reference(rest) {
            link(&address, reference, out);
            reference.len()
        } else if is_word(first) {
            let word = rest.find(|c| !is_word(c)).map_or(rest, |end| &rest[..end]);
            // The end of a sentence is not the end of a name.
            let name = word.trim_end_matches(['.', ':', '/']);
            if is_method(name) {
                link(&["#", &anchor(name)].concat(), name, out);
                name.len()
            } else {
                escape(word, out);
                word.len()
            }
        } else {
            escape(&rest[..first.len_utf8()], out);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
}

/// Whether a character can be part of a method's name, by the specification and beyond ASCII.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '/')
}

fn link(address: &str, text: &str, out: &mut String) {
    out.push_str("<a href=\"");
    escape(address, out);
    out.push_str("\">");
    escape(text, out);
    out.push_str("</a>");
}

/// The URL at the beginning of a text, without the punctuation behind it.
fn url(text: &str) -> Option<&str> {
    let rest = ["https://", "http://", "ftp://"].into_iter().find_map(|scheme| text.strip_prefix(scheme))?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).unwrap_or(rest.len());
    let whole = &text[..text.len() - rest.len() + end];
    let parentheses = whole.contains('(');
    let url = whole.trim_end_matches(|c| {
        matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '}') || (c == ')' && !parentheses)
    });
    (url.len() > text.len() - rest.len()).then_some(url)
}

/// `RFC 9110`, `RFC-9110` or `RFC9110` at the beginning of a text, or a PEP, and where that is.
fn reference(text: &str) -> Option<(&str, String)> {
    let (series, rest) = text.split_at_checked(3)?;
    let rest = rest.strip_prefix([' ', '-']).unwrap_or(rest);
    let (digits, behind) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
    if behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let number: u16 = digits.parse().ok()?;
    let address = match series {
        "RFC" => alloc::format!("https://www.rfc-editor.org/rfc/rfc{number}"),
        "PEP" => alloc::format!("https://peps.python.org/pep-{number:04}/"),
        _ => return None,
    };
    Some((&text[..text.len() - behind.len()], address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        prose(text, |name| ["add", "math.add", "größe", "a<b"].contains(&name), &mut out);
        out
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            shown("<b>&amp;</b> \"x\" 'y' `<i>`"),
            "<p>&lt;b&gt;&amp;amp;&lt;/b&gt; &quot;x&quot; &#39;y&#39; <code>&lt;i&gt;</code></p>\n"
        );
        assert_eq!(
            shown("http://a/'\"><script>"),
            "<p><a href=\"http://a/\">http://a/</a>&#39;&quot;&gt;&lt;script&gt;</p>\n"
        );
    }

    #[test]
    fn paragraphs_and_lines_stay() {
        assert_eq!(shown(""), "");
        assert_eq!(shown(" \n\n \n"), "");
        assert_eq!(shown("one\ntwo\r\n\n\nthree"), "<p>one<br>two</p>\n<p>three</p>\n");
        // The indentation of the program goes, that of the text stays.
        assert_eq!(
            shown("  one\n      - two\n        three\n\n      four\n    "),
            "<p>one<br>- two<br>  three</p>\n<p>four</p>\n"
        );
        assert_eq!(shown("a\n\u{3000}b\n c"), "<p>a<br>b<br>c</p>\n");
    }

    #[test]
    fn what_can_be_found_is_a_link() {
        for (text, html) in [
            ("add", "<a href=\"#-add\">add</a>"),
            ("see add.", "see <a href=\"#-add\">add</a>."),
            ("math.add(1, 2)", "<a href=\"#-math.add\">math.add</a>(1, 2)"),
            ("größe: x", "<a href=\"#-gr%C3%B6%C3%9Fe\">größe</a>: x"),
            (
                "`add`, `add()`, `a<b`",
                concat!(
                    "<code><a href=\"#-add\">add</a></code>, <code><a href=\"#-add\">add()</a></code>, ",
                    "<code><a href=\"#-a%3Cb\">a&lt;b</a></code>"
                ),
            ),
            ("adds address math.added .add Add", "adds address math.added .add Add"),
            ("an `open quote", "an `open quote"),
            (
                "(https://example.org/a?b=1&c).",
                "(<a href=\"https://example.org/a?b=1&amp;c\">https://example.org/a?b=1&amp;c</a>).",
            ),
            (
                "https://example.org/a_(b), http:// https://.",
                "<a href=\"https://example.org/a_(b)\">https://example.org/a_(b)</a>, http:// https://.",
            ),
            (
                "RFC 9110, PEP-8, RFC1952. PEP008",
                concat!(
                    "<a href=\"https://www.rfc-editor.org/rfc/rfc9110\">RFC 9110</a>, ",
                    "<a href=\"https://peps.python.org/pep-0008/\">PEP-8</a>, ",
                    "<a href=\"https://www.rfc-editor.org/rfc/rfc1952\">RFC1952</a>. ",
                    "<a href=\"https://peps.python.org/pep-0008/\">PEP008</a>"
                ),
            ),
            (
                "RFC x, RFC, PEP 1234567, RFC 12a, rFC1952 pEp008 xRFC1",
                "RFC x, RFC, PEP 1234567, RFC 12a, rFC1952 pEp008 xRFC1",
            ),
            ("ftp://a/b, ÿÿ", "<a href=\"ftp://a/b\">ftp://a/b</a>, ÿÿ"),
        ] {
            assert_eq!(shown(text), alloc::format!("<p>{html}</p>\n"), "{text}");
        }
    }

    #[test]
    fn anchors_stand_in_a_url_as_they_are() {
        assert_eq!(anchor("math.add"), "-math.add");
        assert_eq!(anchor("a b\"<ß>"), "-a%20b%22%3C%C3%9F%3E");
        assert_eq!(anchor(""), "-");
    }

    #[test]
    fn whatever_the_text_is_it_is_shown_whole() {
        let pieces = [
            "`",
            "add",
            "(",
            ")",
            ".",
            " ",
            "\n",
            "\t",
            "\u{3000}",
            "ÿ",
            "RFC",
            "PEP ",
            "8",
            "65536",
            "http://",
            "https://a",
            "<",
            "&",
            "\"",
            "_",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let text = [first, second, third, "x", first].concat();
                    let html = shown(&text);
                    // Without its tags it is the text again, but for backquotes around code and blanks at ends of lines.
                    let mut plain = String::new();
                    for piece in html.split('<') {
                        plain.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
                    }
                    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
                    {
                        plain = plain.replace(entity, c);
                    }
                    let bare = |text: &str| text.replace(['`', ' ', '\n', '\t', '\u{3000}'], "");
                    assert_eq!(bare(&plain), bare(&text), "{text:?}: {html}");
                }
            }
        }
    }
}
