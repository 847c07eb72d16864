//! The methods that all these clients call, without any client: a document as text, and the text of the answer.

use tiny_xmlrpc::Methods;

use crate::validator::add_methods;

/// What each method answers. A `fault` is told by its code.
const CALLS: [(&str, &str, Result<&str, i32>); 29] = [
    (
        "validator1.arrayOfStructsTest",
        "<array><data>
            <value><struct>
                <member><name>moe</name><value><int>1</int></value></member>
                <member><name>larry</name><value><i4>2</i4></value></member>
                <member><name>curly</name><value><i4>-3</i4></value></member>
            </struct></value>
            <value><struct>
                <member><name>curly</name><value><i4>10</i4></value></member>
                <member><name>shemp</name><value>the fourth</value></member>
                <member><name>larry</name><value><i4>4</i4></value></member>
                <member><name>moe</name><value><i4>5</i4></value></member>
            </struct></value>
        </data></array>",
        Ok("<int>7</int>"),
    ),
    ("validator1.arrayOfStructsTest", "<array><data></data></array>", Ok("<int>0</int>")),
    ("validator1.arrayOfStructsTest", "<array><data><value><struct/></value></data></array>", Err(-32602)),
    (
        "validator1.countTheEntities",
        "<string>a &lt;&lt; b &gt; &amp;&amp;amp; 'c' \"</string>",
        Ok("<struct>\
            <member><name>ctLeftAngleBrackets</name><value><int>2</int></value></member>\
            <member><name>ctRightAngleBrackets</name><value><int>1</int></value></member>\
            <member><name>ctAmpersands</name><value><int>2</int></value></member>\
            <member><name>ctApostrophes</name><value><int>2</int></value></member>\
            <member><name>ctQuotes</name><value><int>1</int></value></member>\
            </struct>"),
    ),
    (
        "validator1.easyStructTest",
        "<struct>
            <member><name>moe</name><value><i4>5</i4></value></member>
            <member><name>larry</name><value><i4>-7</i4></value></member>
            <member><name>curly</name><value><i4>40</i4></value></member>
        </struct>",
        Ok("<int>38</int>"),
    ),
    (
        "validator1.easyStructTest",
        "<struct>
            <member><name>moe</name><value><i4>2147483647</i4></value></member>
            <member><name>larry</name><value><i4>1</i4></value></member>
            <member><name>curly</name><value><i4>0</i4></value></member>
        </struct>",
        Err(2),
    ),
    (
        "validator1.echoStructTest",
        "<struct><member><name>substruct 0</name><value><struct>\
         <member><name>a &amp; b</name><value>&lt;untyped&gt;</value></member>\
         <member><name>nothing</name><value><nil/></value></member>\
         </struct></value></member></struct>",
        Ok("<struct><member><name>substruct 0</name><value><struct>\
            <member><name>a &amp; b</name><value><string>&lt;untyped&gt;</string></value></member>\
            <member><name>nothing</name><value><nil/></value></member>\
            </struct></value></member></struct>"),
    ),
    ("validator1.echoStructTest", "<array><data></data></array>", Err(-32602)),
    (
        "validator1.manyTypesTest",
        "<i4>1</i4></value></param>
         <param><value><boolean>1</boolean></value></param>
         <param><value>two</value></param>
         <param><value><double>3.5</double></value></param>
         <param><value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value></param>
         <param><value><base64>eW91IGNhbid0IHJlYWQgdGhpcyE=</base64>",
        Ok("<array><data>\
            <value><int>1</int></value>\
            <value><boolean>1</boolean></value>\
            <value><string>two</string></value>\
            <value><double>3.5</double></value>\
            <value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value>\
            <value><base64>eW91IGNhbid0IHJlYWQgdGhpcyE=</base64></value>\
            </data></array>"),
    ),
    (
        "validator1.moderateSizeArrayCheck",
        "<array><data><value>first</value><value>x</value><value><string> last</string></value></data></array>",
        Ok("<string>first last</string>"),
    ),
    (
        "validator1.moderateSizeArrayCheck",
        "<array><data><value>one</value></data></array>",
        Ok("<string>oneone</string>"),
    ),
    ("validator1.moderateSizeArrayCheck", "<array><data></data></array>", Err(1)),
    (
        "validator1.nestedStructTest",
        "<struct><member><name>1999</name><value>no year</value></member>
         <member><name>2000</name><value><struct>
         <member><name>04</name><value><struct>
         <member><name>01</name><value><struct>
            <member><name>moe</name><value><i4>1</i4></value></member>
            <member><name>larry</name><value><i4>20</i4></value></member>
            <member><name>curly</name><value><i4>300</i4></value></member>
         </struct></value></member>
         </struct></value></member>
         </struct></value></member></struct>",
        Ok("<int>321</int>"),
    ),
    ("validator1.nestedStructTest", "<struct></struct>", Err(1)),
    (
        "validator1.simpleStructReturnTest",
        "<i4>2147483</i4>",
        Ok("<struct>\
            <member><name>times10</name><value><int>21474830</int></value></member>\
            <member><name>times100</name><value><int>214748300</int></value></member>\
            <member><name>times1000</name><value><int>2147483000</int></value></member>\
            </struct>"),
    ),
    (
        "validator1.simpleStructReturnTest",
        "<int>-2147483648</int>",
        Ok("<struct>\
            <member><name>times10</name><value><i8>-21474836480</i8></value></member>\
            <member><name>times100</name><value><i8>-214748364800</i8></value></member>\
            <member><name>times1000</name><value><i8>-2147483648000</i8></value></member>\
            </struct>"),
    ),
    ("addtogether", "x</value></param><param><value>ÿ</value></param><param><value>z", Ok("<string>xÿz</string>")),
    ("addtogether", "<int>20</int></value></param><param><value><int>35</int>", Ok("<int>55</int>")),
    ("addtogether", "<int>2147483647</int></value></param><param><value><int>1</int>", Ok("<i8>2147483648</i8>")),
    ("addtogether", "<int>1</int></value></param><param><value><double>.5</double>", Ok("<double>1.5</double>")),
    (
        "addtogether",
        "<array><data/></array></value></param><param><value><array><data><value><nil/></value></data></array>",
        Ok("<array><data><value><nil/></value></data></array>"),
    ),
    ("addtogether", "<int>1</int></value></param><param><value>x", Err(1)),
    (
        "quadratic",
        "<int>2</int></value></param><param><value><int>-4</int></value></param><param><value><double>0</double>",
        Ok("<array><data><value><double>0.0</double></value><value><double>2.0</double></value></data></array>"),
    ),
    (
        "quadratic",
        "<int>1</int></value></param><param><value><int>2</int></value></param><param><value><int>1</int>",
        Ok("<array><data><value><double>-1.0</double></value></data></array>"),
    ),
    (
        "quadratic",
        "<int>1</int></value></param><param><value><int>0</int></value></param><param><value><int>1</int>",
        Err(3),
    ),
    ("remote_repr", "<i8>9007199254740993</i8>", Ok("<i8>9007199254740993</i8>")),
    ("remote_repr", "<nil/>", Ok("<nil/>")),
    ("faulty", "whatever", Err(42)),
    ("system.methodHelp", "faulty", Ok("<string>Always answers fault 42, whatever it is given.</string>")),
];

#[test]
fn every_method_of_the_validator_answers_as_it_should() {
    let mut methods = Methods::new();
    add_methods(&mut methods);
    for (name, params, expected) in CALLS {
        let call = format!(
            "<?xml version=\"1.0\"?>\n<methodCall><methodName>{name}</methodName>\
             <params><param><value>{params}</value></param></params></methodCall>"
        );
        let answer = String::from_utf8(methods.respond(call.as_bytes())).unwrap();
        let result = answer.strip_prefix("<?xml version=\"1.0\"?><methodResponse>").expect("a response");
        match expected {
            Ok(value) => assert_eq!(
                result,
                format!("<params><param><value>{value}</value></param></params></methodResponse>"),
                "{name}"
            ),
            Err(code) => assert!(
                result.starts_with(&format!(
                    "<fault><value><struct><member><name>faultCode</name><value><int>{code}</int></value></member>"
                )),
                "{name}: {result}"
            ),
        }
    }
    let names: Vec<String> = methods.names().into_iter().map(String::from).collect();
    for name in names.iter().filter(|name| !name.starts_with("system.")) {
        assert!(CALLS.iter().any(|(called, ..)| called == name), "{name} is called");
    }
}
