//! Requests as clients that are not run here send them, byte by byte: their documents and their header fields.

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Client, Dialect, ErrorKind, MethodResponse, Rest, Server, Value};

use crate::raw_http::exchange;
use crate::serving::Serving;

/// The parameters, told in short.
fn told(value: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(told).collect::<Vec<_>>().join(", ");
    match value {
        Value::Nil => "nil".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::I8(value) => format!("i8 {value}"),
        Value::Double(value) => format!("{value:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::DateTime(moment) => moment.to_string(),
        Value::Base64(bytes) => format!("{bytes:?}"),
        Value::Array(items) => format!("[{}]", all(items)),
        Value::Struct(members) => {
            let member = |(name, value): (&str, &Value)| format!("{name}: {}", told(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn serve(set_up: impl FnOnce(&mut Server<'static>) + Send + 'static) -> Serving {
    Serving::start(Config::default(), |server| {
        server.add("told", |Rest(params): Rest<Value>| told(&Value::Array(params)));
        set_up(server);
    })
}

/// Sends a document after a head. The result, or the fault.
fn call(serving: &Serving, head: &str, body: &str) -> MethodResponse {
    let length = if head.to_ascii_lowercase().contains("content-length") { "" } else { "Content-Length: LENGTH\n" };
    let head = format!("{head}{length}\n").replace('\n', "\r\n").replace("LENGTH", &body.len().to_string());
    let answer = exchange(serving.address(), head + body).unwrap();
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("text/xml")), "{answer:?}");
    MethodResponse::from_bytes(&answer.body).unwrap()
}

/// A call of `told` with these values, without white space between the elements.
fn dense(params: &[&str]) -> String {
    let params: String = params.iter().map(|param| format!("<param>{param}</param>")).collect();
    format!("<?xml version=\"1.0\"?><methodCall><methodName>told</methodName><params>{params}</params></methodCall>")
}

const PLAIN: &str = "POST /RPC2 HTTP/1.1\nHost: a\nContent-Type: text/xml\n";

/// `xmlrpc` 1.3.2 for node: `undefined` is an empty value, what has markup in it comes as CDATA.
#[test]
fn calls_of_xmlrpc_for_node() {
    let head = "POST /RPC2 HTTP/1.1\nUser-Agent: NodeJS XML-RPC Client\nContent-Type: text/xml\nAccept: text/xml\n\
                Accept-Charset: UTF8\nConnection: Keep-Alive\nContent-Length: LENGTH\nHost: 127.0.0.1:33685\n";
    let body = dense(&[
        "<value/>",
        "<value><nil/></value>",
        "<value><string><![CDATA[<a> & b]]></string></value>",
        "<value><string/></value>",
        "<value><dateTime.iso8601>19700101T00:00:00</dateTime.iso8601></value>",
        "<value><struct><member><name>a</name><value/></member><member><name>b</name><value><array><data>\
         <value><double>1.5</double></value><value><boolean>1</boolean></value></data></array></value></member>\
         </struct></value>",
        "<value><base64>eW91</base64></value>",
    ]);
    let expected = "[\"\", nil, \"<a> & b\", \"\", 19700101T00:00:00, {a: \"\", b: [1.5, true]}, [121, 111, 117]]";
    let serving = serve(|_| {});
    assert_eq!(call(&serving, head, &body), MethodResponse::Result(expected.into()));
    // Its numbers without a fraction are all <int>, however large.
    let large =
        |method: &str| dense(&["<value><int>9007199254740991</int></value>"]).replace(">told<", &format!(">{method}<"));
    let serving = serve(|server| {
        server.add("next", |number: i32| number.checked_add(1).ok_or("too large"));
    });
    assert_eq!(call(&serving, head, &large("told")), MethodResponse::Result("[i8 9007199254740991]".into()));
    let MethodResponse::Fault(fault) = call(&serving, head, &large("next")) else { panic!("expected a fault") };
    assert!(fault.code() == -32602 && fault.message().contains("9007199254740991"), "{fault}");
}

/// `davexmlrpc` for node: no Content-Type, white space everywhere, dates with dashes, milliseconds and a zone.
#[test]
fn calls_of_davexmlrpc() {
    let head = "POST /RPC2 HTTP/1.1\nhost: 127.0.0.1:33685\ncontent-length: LENGTH\nConnection: keep-alive\n";
    let body = "<?xml version=\"1.0\"?>\n<methodCall>\n\t<methodName>told</methodName>\n\t<params>\n\t\t<param>\n\t\t\t\
                <value><i4>1</i4></value>\n\t\t\t</param>\n\t\t<param>\n\t\t\t<value><dateTime.iso8601>\
                1970-01-01T00:00:00.000Z</dateTime.iso8601></value>\n\t\t\t</param>\n\t\t<param>\n\t\t\t<value><array>\
                \n\t<data>\n\t\t<value><i4>1</i4></value>\n\t\t</data>\n\t</array>\n</value>\n\t\t\t</param>\n\t\t\
                <param>\n\t\t\t<value><struct>\n\t<member>\n\t\t<name>a</name>\n\t\t<value><string>x</string></value>\
                \n\t\t</member>\n\t</struct>\n</value>\n\t\t\t</param>\n\t\t</params>\n\t</methodCall>\n\n";
    let expected = "[1, 19700101T00:00:00, [1], {a: \"x\"}]";
    assert_eq!(call(&serve(|_| {}), head, body), MethodResponse::Result(expected.into()));
}

/// ROS nodes: strings without an element, doubles of 17 digits, HTTP/1.1 without more than is needed.
#[test]
fn calls_of_ros() {
    let head = "POST / HTTP/1.1\nUser-Agent: XMLRPC++ 0.7\nHost: robot:11311\nContent-Type: text/xml\n\
                Content-length: LENGTH\n";
    let body = "<?xml version=\"1.0\"?>\r\n<methodCall><methodName>told</methodName>\r\n<params><param><value>/talker\
                </value></param><param><value><array><data><value>TCPROS</value></data></array></value></param><param>\
                <value><double>0.10000000000000001</double></value></param></params></methodCall>\r\n";
    let expected = "[\"/talker\", [\"TCPROS\"], 0.1]";
    assert_eq!(call(&serve(|_| {}), head, body), MethodResponse::Result(expected.into()));
    // It sends what the specification has not, and a server for it says so.
    let body = dense(&["<value><double>-nan</double></value>"]);
    assert!(
        matches!(call(&serve(|_| {}), head, &body), MethodResponse::Fault(fault) if fault.message().contains("nan"))
    );
    let serving = serve(|server| {
        server.dialect(Dialect::ros());
    });
    assert_eq!(call(&serving, head, &body), MethodResponse::Result("[NaN]".into()));
}

/// Apache ws-xmlrpc with its extensions: in its namespace, under whatever prefix.
#[test]
fn calls_of_apache_with_its_extensions() {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall \
                xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"><methodName>told</methodName><params>\
                <param><value><ex:nil/></value></param><param><value><ex:i8>9007199254740993</ex:i8></value></param>\
                <param><value><ex:i2>-7</ex:i2></value></param><param><value><ex:float>1.5</ex:float></value></param>\
                <param><value>text</value></param></params></methodCall>";
    let head = "POST /RPC2 HTTP/1.1\nContent-Type: text/xml\nUser-Agent: Apache XML RPC 3.1.3\nHost: a\n";
    let expected = "[nil, i8 9007199254740993, -7, 1.5, \"text\"]";
    assert_eq!(call(&serve(|_| {}), head, body), MethodResponse::Result(expected.into()));
}

/// phpxmlrpc in its default encoding, aXMLRPC's dates, a blank line before the declaration, and keyword arguments as
/// a last struct, as aiohttp-xmlrpc sends them.
#[test]
fn calls_of_phpxmlrpc_axmlrpc_and_aiohttp() {
    let serving = serve(|_| {});
    let php = "POST /RPC2 HTTP/1.0\nUser-Agent: XML-RPC for PHP 4.11\nHost: a:80\nAccept-Charset: UTF-8,ISO-8859-1,\
               US-ASCII\nContent-Type: text/xml; charset=US-ASCII\n";
    let space = |body: String| body.replace("?><", "?>\n<").replace("><", ">\n<");
    for (head, body, expected) in [
        (php, space(dense(&["<value><string>&#233;t&#233; &lt;</string></value>"])), "[\"été <\"]"),
        (PLAIN, dense(&["<value><dateTime.iso8601>20240101T120000</dateTime.iso8601></value>"]), "[20240101T12:00:00]"),
        (PLAIN, format!("\r\n{}", dense(&["<value><i4>1</i4></value>"])), "[1]"),
        (
            PLAIN,
            dense(&[
                "<value><int>1</int></value>",
                "<value><struct><member><name>by</name><value><int>2</int></value></member></struct></value>",
            ]),
            "[1, {by: 2}]",
        ),
        // Nothing at all instead of parameters, in each way that there is.
        (PLAIN, dense(&[]), "[]"),
        (PLAIN, dense(&[]).replace("<params></params>", "<params/>"), "[]"),
        (PLAIN, dense(&[]).replace("<params></params>", ""), "[]"),
    ] {
        assert_eq!(call(&serving, head, &body), MethodResponse::Result(expected.into()), "{body}");
    }
}

/// Clients that ask what there is before they call: where nothing tells them, each question is a fault, and the
/// connection goes on.
#[test]
fn questions_of_clients_that_ask_what_there_is() {
    let questions = ["listMethods", "getCapabilities", "methodHelp", "methodSignature", "multicall", "describeMethods"];
    let serving = serve(|_| {});
    let client = Client::new(&serving.url).unwrap();
    for question in questions {
        let error = client.at("system").call::<Value>(question, ("told",)).unwrap_err();
        assert_eq!((error.kind(), error.fault().unwrap().code()), (ErrorKind::Fault, -32601), "{question}");
    }
    assert_eq!(client.list_methods().unwrap_err().fault().unwrap().code(), -32601);
    assert_eq!(client.call::<String>("told", (1,)).unwrap(), "[1]");
    assert_eq!(serving.stop().accepted, 1);

    // Where they are told, also of what is not there, and of what has no signature.
    let serving = serve(|server| {
        server.introspection(true).multicall(true);
    });
    let client = Client::new(&serving.url).unwrap();
    assert!(client.list_methods().unwrap().contains(&"told".into()));
    assert_eq!(client.method_help("told").unwrap(), "");
    assert_eq!(client.call::<String>("system.methodSignature", ("told",)).unwrap(), "undef");
    for question in ["methodHelp", "methodSignature"] {
        let error = client.at("system").call::<Value>(question, ("none",)).unwrap_err();
        assert_eq!(error.fault().unwrap().code(), -32601, "{question}");
    }
    assert_eq!(client.call::<Vec<Value>>("system.multicall", (Vec::<Value>::new(),)).unwrap(), []);
    assert_eq!(client.call::<String>("told", (1,)).unwrap(), "[1]");
}
