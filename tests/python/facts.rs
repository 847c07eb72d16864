//! What Python's own tests (`Lib/test/test_xmlrpc.py`) expect of its server, of ours. What is called and expected is in
//! `facts.py`.

use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request, Service, Stats, serve_gateway};
use tiny_xmlrpc::{Context, Fault, Instance, MethodCall, MethodResponse, Methods, Rest, Value};

use crate::python;
use crate::serving::Serving;

fn pow(base: i32, exponent: u32) -> Result<i32, Fault> {
    base.checked_pow(exponent).ok_or_else(|| Fault::new(2, "too large"))
}

fn add(a: Value, b: Value) -> Result<Value, Fault> {
    match (&a, &b) {
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(a + b)),
        (Value::String(a), Value::String(b)) => Ok(Value::from(format!("{a}{b}"))),
        _ => Err(Fault::new(-32602, "expected two of a kind")),
    }
}

fn add_methods(methods: &mut Methods<'_>) {
    methods.introspection(true).multicall(true);
    methods.add("pow", pow);
    methods.add("têšt", |value: Value| value);
    methods.add("my_function", || true).help("This is my function");
    methods.add("add", add);
    let mut fixture = Instance::new(());
    fixture.add("getData", |_: &()| "42");
    let mut instance = Instance::new(());
    instance
        .add("div", |_: &(), x: i32, y: i32| x.checked_div(y).ok_or("division by zero"))
        .help("This is the div function");
    instance.add("_div", |_: &()| true);
    instance.member("Fixture", fixture);
    methods.instance("", instance);
}

/// The fields of the request that begin with `X-`, as they came.
fn fields(context: Context) -> Vec<(String, String)> {
    let named = |name: &str| Some((name.to_owned(), String::from_utf8(context.header(name)?.to_vec()).ok()?));
    ["X-Test", "X-Test-Second"].into_iter().filter_map(named).collect()
}

/// Runs one of the functions of the script. What the server did; `None` where there is no Python.
fn fact(name: &str, further: impl FnOnce(&mut Methods<'static>) + Send + 'static) -> Option<Stats> {
    let server = Serving::start(Config::default(), move |server| {
        add_methods(server.methods());
        further(server.methods());
    });
    python("facts.py", &[name, &server.url])?.finish();
    Some(server.stop())
}

macro_rules! facts {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            fact(stringify!($name), |_| {});
        }
    )*};
}

facts! {
    simple not_ascii name_that_is_not_ascii not_found names help_of_an_instance help_of_a_function signature multicall
    multicall_of_what_is_not_there dotted_names part_of_a_post closed_after_an_error
}

#[test]
fn encoding_of_the_client() {
    fact(if cfg!(feature = "encoding_rs") { "encoding_of_the_client" } else { "encoding_that_is_not_there" }, |_| {});
}

#[test]
fn handlers_see_header_fields() {
    fact("header_fields", |methods| {
        methods.add("fields", fields);
    });
}

#[test]
fn failures_tell_nothing_of_the_inside() {
    fact("failures_tell_nothing_of_the_inside", |methods| {
        methods.add("panic", || -> i32 { panic!("a text that stays here") });
    });
}

#[test]
fn connections_are_kept() {
    if let Some(stats) = fact("kept", |_| {}) {
        assert_eq!((stats.accepted, stats.requests), (3, 8));
    }
}

/// Two registries, each at its path.
struct TwoPaths {
    foo: Methods<'static>,
    bar: Methods<'static>,
}

impl Service for TwoPaths {
    fn request(&mut self, request: &Request<'_>) -> Reply {
        let methods = match request.path() {
            "/foo" => &mut self.foo,
            "/foo/bar" => &mut self.bar,
            _ => return Reply::error(404, "no such path here"),
        };
        Reply::new(200, "text/xml", methods.respond(request.body()))
    }
}

#[test]
fn two_paths_have_registries_of_their_own() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let (url, stop) = (format!("http://{}/foo", server.local_addr().unwrap()), server.shutdown_handle());
    let serving = std::thread::spawn(move || {
        let mut paths = TwoPaths { foo: Methods::new(), bar: Methods::new() };
        paths.foo.introspection(true).add("pow", pow);
        paths.bar.add("add", add);
        server.run_until_shutdown(&mut paths).unwrap();
    });
    let client = python("facts.py", &["two_paths", &url]);
    let called = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| client.map(|client| client.finish())));
    stop.shutdown();
    serving.join().unwrap();
    called.unwrap();
}

fn ask(methods: &mut Methods<'_>, name: &str) -> Result<Value, Fault> {
    let call = MethodCall::new(name, vec![Value::Int(1), Value::Int(2), Value::Int(3)]);
    match MethodResponse::from_bytes(&methods.respond(&call.to_vec(Default::default()).unwrap())).unwrap() {
        MethodResponse::Result(value) => Ok(value),
        MethodResponse::Fault(fault) => Err(fault),
    }
}

/// What is called, of a registered function, of an instance, by a fallback, gets the parameters, and its error is the
/// fault.
#[test]
fn what_is_called_gets_the_parameters() {
    let mut methods = Methods::new();
    let told = |Rest(params): Rest<i32>| Err::<(), _>(format!("{params:?}"));
    methods.add("function", told);
    let mut instance = Instance::new(());
    instance.add("method", move |_: &(), rest: Rest<i32>| told(rest));
    methods.instance("", instance);
    methods
        .fallback(|context: Context, Rest(params): Rest<i32>| Err::<(), _>(format!("{} {params:?}", context.method())));
    let fault = |text: &str| Err(Fault::new(-32500, text));
    assert_eq!(ask(&mut methods, "function"), fault("[1, 2, 3]"));
    assert_eq!(ask(&mut methods, "method"), fault("[1, 2, 3]"));
    assert_eq!(ask(&mut methods, "other"), fault("other [1, 2, 3]"));
}

#[test]
fn what_cannot_be_found_is_named() {
    let mut methods = Methods::new();
    assert!(ask(&mut methods, "method").unwrap_err().message().contains("method"));
    methods.instance("", Instance::new(()));
    assert!(ask(&mut methods, "method").unwrap_err().message().contains("method"));
}

/// By CGI the length that is told is that of the document behind it.
#[test]
fn cgi_tells_the_length() {
    let call = MethodCall::new("my_function", vec![]).to_vec(Default::default()).unwrap();
    let length = call.len().to_string();
    let variables = [("REQUEST_METHOD", "POST"), ("SCRIPT_NAME", "/cgi"), ("CONTENT_LENGTH", &length)];
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    let mut methods = Methods::new();
    add_methods(&mut methods);
    let mut service = |request: &Request<'_>| Reply::new(200, "text/xml", methods.respond(request.body()));
    let mut output = Vec::new();
    serve_gateway(variables, &call[..], &mut output, &mut service, &Config::default()).unwrap();
    let (head, body) = std::str::from_utf8(&output).unwrap().split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("Status: 200 OK\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nContent-Length: {}", body.len())), "{head}");
    let response = MethodResponse::from_bytes(body.as_bytes()).unwrap();
    assert_eq!(response, MethodResponse::Result(Value::Boolean(true)));
}
