//! The codec without `std`: calls read and answered from buffers of a fixed size.
//!
//! Run it with `cargo run --example embedded`. With `-- answer` it answers one call, from standard input, where a device
//! would have a serial line:
//!
//! ```text
//! tiny-xmlrpc encode <<< '{"methodName":"state","params":[]}' | cargo run --example embedded -- answer
//! ```
//!
//! All that a device needs is in `device.rs`. For it the crate is used without its features:
//! `tiny_xmlrpc = { version = "0.1", default-features = false }`.

mod device;

use std::error::Error;
use std::io::{Read, Write};
use std::process::ExitCode;

use device::Device;
use tiny_xmlrpc::{Dialect, MethodCall, Value};

/// Bytes that a call may have, and an answer.
const SIZE: usize = 1024;

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn answer() -> Outcome {
    let (mut call, mut length) = ([0; SIZE], 0);
    loop {
        match std::io::stdin().read(&mut call[length..])? {
            0 if length < SIZE => break,
            0 => return Err(format!("expected a call of less than {SIZE} bytes").into()),
            read => length += read,
        }
    }
    let mut buffer = [0; SIZE];
    std::io::stdout().write_all(Device::default().answer(&call[..length], &mut buffer)?)?;
    Ok(())
}

fn demonstrate() -> Outcome {
    let mut device = Device::default();
    let mut buffer = [0; SIZE];
    println!("calls and answers are in buffers of {SIZE} bytes");
    for (method, params) in [
        ("switch", vec![Value::Int(2), Value::Boolean(true)]),
        ("show", vec![Value::from("21.5 °C")]),
        ("state", vec![]),
        ("switch", vec![Value::Int(7), Value::Boolean(true)]),
        ("show", vec![Value::from("more than the display has room for")]),
        ("explode", vec![]),
    ] {
        // What a caller would send, and what he would get.
        let call = MethodCall::new(method, params).to_vec(Dialect::strict())?;
        let answer = device.answer(&call, &mut buffer)?;
        println!("{method}: a call of {} bytes, an answer of {}", call.len(), answer.len());
        println!("  {}", String::from_utf8_lossy(answer));
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demonstrate(),
        ["answer"] => answer(),
        _ => Err("expected nothing, or `answer`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
