//! The canonical typed JSON in which the conformance vectors say what they expect.

use serde_json::{Value as Json, json};
use tiny_xmlrpc::{Binary, MethodCall, MethodResponse, Value};

/// A value in canonical typed JSON.
pub fn of_value(value: &Value) -> Json {
    match value {
        Value::Nil => json!({ "nil": null }),
        Value::Boolean(value) => json!({ "boolean": value }),
        Value::Int(value) => json!({ "int": value }),
        Value::I8(value) => json!({ "i8": value }),
        Value::Double(value) => json!({ "double": value }),
        Value::String(value) => json!({ "string": value }),
        Value::DateTime(value) => json!({ "dateTime": value.to_string() }),
        Value::Base64(bytes) => {
            let xml = tiny_xmlrpc::to_string(&Binary::from(bytes.clone())).unwrap();
            let text = xml.split("<base64>").nth(1).unwrap().split('<').next().unwrap();
            json!({ "base64": text })
        }
        Value::Array(items) => json!({ "array": items.iter().map(of_value).collect::<Vec<_>>() }),
        Value::Struct(members) => {
            json!({ "struct": members.iter().map(|(name, value)| json!([name, of_value(value)])).collect::<Vec<_>>() })
        }
        Value::BigInteger(digits) => json!({ "biginteger": digits }),
        Value::BigDecimal(digits) => json!({ "bigdecimal": digits }),
        other => panic!("a type that the vectors do not know: {other:?}"),
    }
}

/// A call in canonical typed JSON.
pub fn of_call(call: &MethodCall) -> Json {
    json!({ "methodName": call.method, "params": call.params.iter().map(of_value).collect::<Vec<_>>() })
}

/// A response in canonical typed JSON.
pub fn of_response(response: &MethodResponse) -> Json {
    match response {
        MethodResponse::Result(value) => json!({ "params": [of_value(value)] }),
        MethodResponse::Fault(fault) => {
            json!({ "fault": { "faultCode": fault.code(), "faultString": fault.message() } })
        }
    }
}
