//! Several paths: methods of their own, and other pages.

use super::add_request;
use super::raw_http::exchange;
use super::serving::Serving;
use tiny_xmlrpc::Client;
use tiny_xmlrpc::server::{Config, Reply};

#[test]
fn each_path_has_its_own_methods_and_pages_live_beside() {
    let server = Serving::start(Config::default(), |server| {
        server.add("add", |a: i32, b: i32| a + b);
        server.at("/strings").add("add", |a: String, b: String| a + &b);
        server.at("/strings").introspection(true);
        let mut hits = 0;
        server.page("/", move |request| {
            hits += 1;
            Reply::text(200, format!("{} {hits}", request.method()))
        });
        server.page("/static/*", |request| Reply::text(200, request.path().to_owned()));
        server.page("/static/deep/*", |_| Reply::text(200, "deep"));
        server.page("/panic", |_| panic!("as asked"));
    });
    let host = server.address().to_owned();
    let at = |path: &str| Client::new(&format!("http://{host}{path}")).unwrap();
    assert_eq!(at("/RPC2").call::<i32>("add", (2, 3)).unwrap(), 5);
    assert_eq!(at("/strings").call::<String>("add", ("a", "b")).unwrap(), "ab");
    let names: Vec<String> = at("/strings").call("system.listMethods", ()).unwrap();
    assert!(names.contains(&"add".to_owned()));
    assert!(at("/RPC2").call::<Vec<String>>("system.listMethods", ()).is_err());
    let get = |path: &str| {
        let answer = exchange(&host, format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).unwrap();
        (answer.status, answer.text().to_owned())
    };
    assert_eq!(get("/"), (200, "GET 1".into()));
    // A page has its path for itself.
    assert_eq!(exchange(&host, add_request("/", "")).unwrap().text(), "POST 2");
    assert_eq!(get("/static/a?b"), (200, "/static/a".into()));
    assert_eq!(get("/static/deep/a"), (200, "deep".into()));
    assert_eq!(get("/panic").0, 500);
    assert_eq!((get("/strings").0, get("/RPC2").0, get("/other").0), (405, 405, 404));
}
