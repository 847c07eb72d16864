//! A tour of XML-RPC: a server and a client in one process.
//!
//! Run it with `cargo run --example quickstart`.
//!
//! A server is started with three methods; then a client asks what there is, calls it typed, makes a
//! few calls at once, and shows what one call and its reply look like on the wire.

use std::error::Error;
use std::thread;

use tiny_xmlrpc::{Client, Dialect, Fault, Rest, Result, Server, Struct, Value, call_to_vec, response_to_vec};

/// Adds up what it is given: numbers, or strings one behind the other.
fn add_together(Rest(items): Rest<Value>) -> Result<Value, Fault> {
    let mismatch = || Fault::new(1, "expected numbers or strings, and not both");
    if items.iter().all(|item| item.as_i64().is_some()) {
        let sum = items.iter().filter_map(Value::as_i64).try_fold(0i64, i64::checked_add);
        let sum = sum.and_then(|sum| i32::try_from(sum).ok());
        return sum.map(Value::Int).ok_or_else(|| Fault::new(2, "the sum needs more than 32 bits"));
    }
    if items.iter().all(|item| item.as_f64().is_some()) {
        return Ok(Value::Double(items.iter().filter_map(Value::as_f64).sum()));
    }
    items.iter().map(Value::as_str).collect::<Option<String>>().map(Value::from).ok_or_else(mismatch)
}

/// The roots of a·x² + b·x + c.
fn quadratic(a: f64, b: f64, c: f64) -> Result<Vec<f64>, Fault> {
    let discriminant = b * b - 4.0 * a * c;
    if a == 0.0 || discriminant < 0.0 {
        return Err(Fault::new(3, "math domain error"));
    }
    let root = discriminant.sqrt();
    Ok(vec![(-b - root) / (2.0 * a), (-b + root) / (2.0 * a)])
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let mut server = Server::bind("127.0.0.1:0")?;
    server.introspection(true).multicall(true);
    server.add("addtogether", add_together).help("Adds up numbers, or puts strings together.");
    server.add("quadratic", quadratic).help("Returns the roots of a*x*x + b*x + c.");
    server.add("remote_repr", |value: Value| value).help("Returns its argument as it was received.");

    let url = server.url();
    let stop = server.shutdown_handle();
    println!("A server listens at {url}, and a client takes a tour.\n");
    // The tour must end the server even when it fails.
    let client = thread::spawn(move || {
        let toured = tour(&url).map_err(|error| error.to_string());
        stop.shutdown();
        toured
    });
    server.serve_forever()?;
    client.join().map_err(|_| "the client panicked")??;
    Ok(())
}

fn tour(url: &str) -> std::result::Result<(), Box<dyn Error>> {
    let client = Client::new(url)?;

    println!("The methods, with their signatures and help:");
    for name in client.list_methods()? {
        let signatures = client.method_signature(&name)?;
        let forms: Vec<String> = match signatures.as_slice() {
            [] => vec![format!("{name}(...)")],
            _ => signatures.iter().filter_map(|types| form(&name, types)).collect(),
        };
        println!("  {}", forms.join(", "));
        let help = client.method_help(&name)?;
        if !help.is_empty() {
            println!("      {help}");
        }
    }

    println!("\nTyped calls:");
    let text: String = client.call("addtogether", ("x", "ÿ", "z"))?;
    println!("  addtogether(\"x\", \"ÿ\", \"z\") = {text:?}");
    let sum: i32 = client.call("addtogether", (20, 30, 4, 1))?;
    println!("  addtogether(20, 30, 4, 1) = {sum}");
    let roots: Vec<f64> = client.call("quadratic", (2, -4, 0))?;
    println!("  quadratic(2, -4, 0) = {roots:?}");
    let mixed: (i32, f64, bool, String) = client.call("remote_repr", ((1, 2.5, true, "four"),))?;
    println!("  remote_repr([1, 2.5, true, \"four\"]) = {mixed:?}");

    let arthur = Struct::from_iter([
        ("name", Value::from("Arthur")),
        (
            "quest",
            Struct::from_iter([("goal", Value::from("the Grail")), ("years", Value::from(vec![930, 932]))]).into(),
        ),
    ]);
    let echoed: Struct = client.call("remote_repr", (&arthur,))?;
    println!("  remote_repr({{name: \"Arthur\", quest: {{...}}}}):");
    println!("      name = {:?}, quest.goal = {:?}", echoed["name"].as_str(), echoed["quest"]["goal"].as_str());
    println!("      the same as was sent: {}", echoed == arthur);

    println!("\nAn error arrives as a fault:");
    match client.call::<Vec<f64>>("quadratic", (1, 0, 1)) {
        Ok(roots) => println!("  quadratic(1, 0, 1) = {roots:?}"),
        Err(error) => println!("  quadratic(1, 0, 1): {error}"),
    }

    println!("\nThree calls at once:");
    let mut calls = client.multicall();
    calls.add("addtogether", (1, 2, 3))?.add("quadratic", (1, 0, 1))?.add("quadratic", (1, -3, 2))?;
    let (sum, none, roots): (Result<i32>, Result<Vec<f64>>, Result<Vec<f64>>) = calls.run()?;
    println!("  addtogether(1, 2, 3) = {}", sum?);
    println!("  quadratic(1, 0, 1): {}", none.err().map_or_else(String::new, |error| error.to_string()));
    println!("  quadratic(1, -3, 2) = {:?}", roots?);

    println!("\nOn the wire, addtogether(20, 30, 4, 1) is");
    println!("  {}", String::from_utf8(call_to_vec("addtogether", &(20, 30, 4, 1), Dialect::strict())?)?);
    println!("and its reply");
    println!("  {}", String::from_utf8(response_to_vec(&55, Dialect::strict())?)?);
    Ok(())
}

/// `name(parameters) -> result`
fn form(name: &str, types: &[String]) -> Option<String> {
    let (result, params) = types.split_first()?;
    Some(format!("{name}({}) -> {result}", params.join(", ")))
}
