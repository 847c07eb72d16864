//! The client's side: a visit that tries everything.

use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::{Client, Dialect, Result, Value};

/// Calls every method of the server at this URL, and prints what comes of it. It makes a directory `visit` there.
pub(crate) fn visit(url: &str) -> Result<()> {
    // Nil goes out as well.
    let client = Client::with_options(url, Options::new().dialect(Dialect::python()))?;
    let call = |method: &str, params: &[Value]| shown(&client, method, params);

    println!("Who is there:");
    call("hello", &["Brian".into()])?;
    call("hello", &[Value::Nil])?;
    call("show", &[])?;

    println!("\nFiles:");
    call("pwd", &[])?;
    call("ls", &[])?;
    call("mkdir", &["visit".into()])?;
    call("cp", &["charter.txt".into(), "visit".into()])?;
    call("cd", &["visit".into()])?;
    call("cp", &["charter.txt".into(), "copy.txt".into()])?;
    call("ls", &[Value::Nil])?;

    println!("\nThe current directory is the server's; another client has the same:");
    shown(&Client::new(url)?, "pwd", &[])?;
    call("cd", &["..".into()])?;
    call("pwd", &[])?;

    println!("\nWhat goes wrong is a fault:");
    call("cd", &["nowhere".into()])?;
    call("cd", &["charter.txt".into()])?;
    call("mkdir", &["visit".into()])?;
    call("cp", &["visit".into(), "elsewhere".into()])?;

    println!("\nNothing leads out:");
    call("ls", &["..".into()])?;
    call("ls", &["/etc".into()])?;
    call("cp", &["outside/passwd".into(), "mine".into()])?;
    call("cp", &["charter.txt".into(), "visit/../../theirs".into()])?;
    Ok(())
}

/// Makes a call and prints it. A fault is printed too; everything else that goes wrong ends the visit.
fn shown(client: &Client, method: &str, params: &[Value]) -> Result<()> {
    let listed: Vec<String> = params.iter().map(text).collect();
    let call = format!("  {method}({})", listed.join(", "));
    match client.call_value(method, params) {
        Ok(value) => println!("{call} = {}", text(&value)),
        Err(error) => match error.fault() {
            Some(fault) => println!("{call}: {fault}"),
            None => return Err(error),
        },
    }
    Ok(())
}

/// A value for people.
fn text(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Struct(members) => {
            let shown: Vec<String> = members.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
            format!("{{{}}}", shown.join(", "))
        }
        other => format!("{other:?}"),
    }
}
