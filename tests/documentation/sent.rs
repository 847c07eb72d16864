//! The page as the server sends it.

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Methods, Page, Server};

use crate::raw_http::{ADD, Answer, Socket, exchange, post};
use crate::serving::Serving;

fn add_methods(methods: &mut Methods<'_>) {
    methods.introspection(true);
    methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
}

/// A server on a thread, and the authority of its URL.
fn serve(set_up: impl FnOnce(&mut Server<'static>) + Send + 'static) -> (Serving, String) {
    let serving = Serving::start(Config::default(), |server| {
        add_methods(server.methods());
        set_up(server);
    });
    let address = serving.address().to_owned();
    (serving, address)
}

fn ask(address: &str, method: &str, path: &str) -> Answer {
    exchange(address, format!("{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).unwrap()
}

fn call(address: &str, path: &str) -> Answer {
    exchange(address, post(path, "Connection: close\r\n", ADD)).unwrap()
}

fn expected(page: &Page) -> String {
    let mut methods = Methods::new();
    add_methods(&mut methods);
    page.html(&methods)
}

#[test]
fn get_shows_the_page_and_post_calls() {
    for forms in [false, true] {
        let page = Page::new("A page").description("About it.").forms(forms);
        let (html, headers) = (expected(&page), page.headers());
        let (_serving, address) = serve(|server| {
            server.documentation(page);
        });
        for path in ["/RPC2", "/", "/RPC2?x=1", "http://a/RPC2"] {
            let answer = ask(&address, "GET", path);
            assert_eq!((answer.status, answer.text()), (200, &*html), "{path}");
            for (name, value) in headers {
                assert_eq!(answer.header(name), Some(value));
            }
        }
        for path in ["/RPC2", "/"] {
            let answer = call(&address, path);
            assert!(answer.status == 200 && answer.text().contains("<int>5</int>"), "{answer:?}");
        }
    }
}

#[test]
fn head_tells_of_the_page() {
    let page = Page::new("A page");
    let length = expected(&page).len();
    let (_serving, address) = serve(|server| {
        server.documentation(page);
    });
    let mut socket = Socket::connect(address);
    let head = socket.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").head();
    assert!(socket.is_ended(), "no body follows");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nContent-Length: {length}\r\n")), "{head}");
    assert!(head.contains("\r\nContent-Security-Policy: default-src 'none'; style-src 'sha256-"), "{head}");
}

#[test]
fn other_methods_and_other_paths_are_refused() {
    let (_serving, address) = serve(|server| {
        server.documentation(Page::new("A page"));
    });
    for method in ["OPTIONS", "DELETE", "get"] {
        let answer = ask(&address, method, "/RPC2");
        assert_eq!((answer.status, answer.header("Allow")), (405, Some("GET, HEAD, POST")), "{method}");
    }
    for path in ["/index.html", "/rpc2", "/RPC2/"] {
        assert_eq!(ask(&address, "GET", path).status, 404, "{path}");
    }
    // Without a page.
    let (_serving, address) = serve(|_| {});
    for method in ["GET", "DELETE"] {
        let answer = ask(&address, method, "/RPC2");
        assert_eq!((answer.status, answer.header("Allow")), (405, Some("POST")), "{method}");
    }
    assert_eq!(ask(&address, "GET", "/none").status, 404);
}

#[test]
fn the_page_is_at_the_root_though_calls_go_elsewhere() {
    let page = Page::new("A page").forms(true);
    let html = expected(&page);
    let html_elsewhere = expected(&page.clone().calls_to("/api"));
    let (_serving, address) = serve(|server| {
        server.paths(["/api", "/api/2"]).documentation(page);
    });
    assert!(html_elsewhere.contains("<body data-calls=\"/api\">"));
    assert_eq!(ask(&address, "GET", "/").text(), html_elsewhere);
    assert_eq!(ask(&address, "GET", "/api").text(), html);
    assert_eq!(ask(&address, "GET", "/api/2").text(), html);
    assert_eq!((call(&address, "/api").status, call(&address, "/api/2").status), (200, 200));
    let answer = call(&address, "/");
    assert_eq!((answer.status, answer.header("Allow")), (405, Some("GET, HEAD")));
}

#[test]
fn a_page_shown_is_a_request_answered() {
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    server.documentation(Page::new("A page"));
    let address = server.local_addr().unwrap().to_string();
    let client = std::thread::spawn(move || ask(&address, "GET", "/").status);
    assert!(server.handle_request().unwrap());
    // The reply is on its way; the rest of it may need the loop.
    while !client.is_finished() {
        server.handle_request_timeout(std::time::Duration::from_millis(10)).unwrap();
    }
    assert_eq!(client.join().unwrap(), 200);
}
