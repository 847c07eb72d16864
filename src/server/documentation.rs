//! The documentation page as a reply.

use super::Reply;
use crate::{Methods, Page};

/// Whether a request is for the page, by its method.
pub(super) fn is_asked_for(method: &str) -> bool {
    matches!(method, "GET" | "HEAD")
}

/// The page. `calls_to` is where calls go, if that is another path than the page's.
pub(super) fn reply(page: &Page, methods: &Methods<'_>, calls_to: Option<&str>) -> Reply {
    let html = match calls_to {
        Some(path) if !page.says_where() => page.clone().calls_to(path).html(methods),
        _ => page.html(methods),
    };
    let headers = page.headers();
    let of_content = |name: &str| name.eq_ignore_ascii_case("Content-Type");
    let content_type = headers.iter().find(|(name, _)| of_content(name)).map_or("text/html", |(_, value)| value);
    let reply = Reply::new(200, content_type, html.into_bytes());
    let mut others = headers.into_iter().filter(|(name, _)| !of_content(name));
    others.try_fold(reply, |reply, (name, value)| reply.with_header(name, value)).unwrap_or_else(|error| {
        // Without its policy the page is not sent.
        Reply::error(500, error.message())
    })
}
