//! Calls `add`.

fn main() -> tiny_xmlrpc::Result<()> {
    let url = std::env::args().nth(1).unwrap_or_default();
    let sum: i32 = tiny_xmlrpc::Client::new(&url)?.call("add", (2, 3))?;
    println!("{sum}");
    Ok(())
}
