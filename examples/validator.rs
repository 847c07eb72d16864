//! The UserLand validation suite, and a few methods beside it, for any client to be tried against.
//!
//! Run it with `cargo run --release --example validator -- 127.0.0.1:8000`. Port 0 takes any free one. It prints its
//! URL on a line once it listens, and serves until it is interrupted.
//!
//! A browser shows there what is offered, with forms that call it.
//!
//! There are the eight methods of the suite, `validator1.*`; `addtogether`, `quadratic` and `remote_repr`; `faulty`,
//! which always answers fault 42; and all of `system.*`. Nil and integers of 64 bits are written where they are needed.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use tiny_xmlrpc::{Binary, DateTime, Dialect, Extension, Fault, Methods, Page, Rest, Result, Server, Struct, Value};

/// The application's fault codes.
const MISMATCH: i32 = 1;
const OVERFLOW: i32 = 2;
const DOMAIN: i32 = 3;
const FAULTY: i32 = 42;

/// A struct with members for the three, whatever others it has.
#[derive(Deserialize)]
struct Stooges {
    moe: i32,
    larry: i32,
    curly: i32,
}

impl Stooges {
    fn sum(&self) -> Result<i32, Fault> {
        sum([self.moe, self.larry, self.curly])
    }
}

fn sum(numbers: impl IntoIterator<Item = i32>) -> Result<i32, Fault> {
    let sum = numbers.into_iter().try_fold(0, i32::checked_add);
    sum.ok_or_else(|| Fault::new(OVERFLOW, "the sum needs more than 32 bits"))
}

fn array_of_structs(items: Vec<Stooges>) -> Result<i32, Fault> {
    sum(items.iter().map(|item| item.curly))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entities {
    ct_left_angle_brackets: usize,
    ct_right_angle_brackets: usize,
    ct_ampersands: usize,
    ct_apostrophes: usize,
    ct_quotes: usize,
}

tiny_xmlrpc::returns!(Entities);

fn count_the_entities(text: String) -> Entities {
    let count = |of| text.matches(of).count();
    Entities {
        ct_left_angle_brackets: count('<'),
        ct_right_angle_brackets: count('>'),
        ct_ampersands: count('&'),
        ct_apostrophes: count('\''),
        ct_quotes: count('"'),
    }
}

type ManyTypes = (i32, bool, String, f64, DateTime, Binary);

fn many_types(number: i32, boolean: bool, string: String, double: f64, date: DateTime, bytes: Binary) -> ManyTypes {
    (number, boolean, string, double, date, bytes)
}

fn moderate_size_array(strings: Vec<String>) -> Result<String, Fault> {
    match (strings.first(), strings.last()) {
        (Some(first), Some(last)) => Ok(format!("{first}{last}")),
        _ => Err(Fault::new(MISMATCH, "expected some strings, found none")),
    }
}

fn nested_struct(calendar: BTreeMap<String, Value>) -> Result<i32, Fault> {
    let day = calendar.get("2000").and_then(|year| year.get("04")?.get("01"));
    let number = |name| day.and_then(|day| i32::try_from(day.get(name)?.as_i64()?).ok());
    match (number("moe"), number("larry"), number("curly")) {
        (Some(moe), Some(larry), Some(curly)) => sum([moe, larry, curly]),
        _ => Err(Fault::new(MISMATCH, "expected 2000.04.01 with integers moe, larry and curly")),
    }
}

#[derive(Serialize)]
struct Multiples {
    times10: i64,
    times100: i64,
    times1000: i64,
}

tiny_xmlrpc::returns!(Multiples);

fn simple_struct_return(number: i32) -> Multiples {
    let number = i64::from(number);
    Multiples { times10: number * 10, times100: number * 100, times1000: number * 1000 }
}

fn add_together(Rest(things): Rest<Value>) -> Result<Value, Fault> {
    if things.is_empty() {
        return Err(Fault::new(MISMATCH, "expected something to add, found nothing"));
    }
    if things.iter().all(|thing| thing.as_i64().is_some()) {
        let sum = things.iter().filter_map(Value::as_i64).try_fold(0, i64::checked_add);
        let sum = sum.ok_or_else(|| Fault::new(OVERFLOW, "the sum needs more than 64 bits"))?;
        return Ok(i32::try_from(sum).map_or(Value::I8(sum), Value::Int));
    }
    if things.iter().all(|thing| thing.as_f64().is_some()) {
        return Ok(things.iter().filter_map(Value::as_f64).sum::<f64>().into());
    }
    if let Some(strings) = things.iter().map(Value::as_str).collect::<Option<String>>() {
        return Ok(strings.into());
    }
    let arrays: Option<Vec<&[Value]>> = things.iter().map(Value::as_array).collect();
    let arrays =
        arrays.ok_or_else(|| Fault::new(MISMATCH, "expected numbers, strings or arrays, and only one kind"))?;
    Ok(arrays.concat().into())
}

fn quadratic(a: f64, b: f64, c: f64) -> Result<Vec<f64>, Fault> {
    let discriminant = b * b - 4.0 * a * c;
    if a == 0.0 || discriminant < 0.0 {
        return Err(Fault::new(DOMAIN, "math domain error"));
    }
    let root = discriminant.sqrt();
    let mut roots = vec![(-b - root) / (2.0 * a), (-b + root) / (2.0 * a)];
    roots.sort_by(f64::total_cmp);
    roots.dedup();
    Ok(roots)
}

fn faulty(_: Rest<Value>) -> Result<(), Fault> {
    Err(Fault::new(FAULTY, "this method always fails"))
}

/// Registers all the methods, and switches on what they need.
pub(crate) fn add_methods(methods: &mut Methods<'_>) {
    let mut dialect = Dialect::strict();
    dialect.nil = Extension::Plain;
    dialect.i8 = Extension::Plain;
    methods.introspection(true).multicall(true).dialect(dialect);

    methods.add("validator1.arrayOfStructsTest", array_of_structs).parameters(["structs"]).help(
        "Returns the sum of all members curly. Takes an array of structs, each with at least the integers moe, larry \
         and curly.",
    );
    methods.add("validator1.countTheEntities", count_the_entities).parameters(["text"]).help(
        "Counts the characters that XML needs entities for. Returns a struct with ctLeftAngleBrackets, \
         ctRightAngleBrackets, ctAmpersands, ctApostrophes and ctQuotes.",
    );
    methods
        .add("validator1.easyStructTest", |stooges: Stooges| stooges.sum())
        .help("Returns the sum of the struct's integers moe, larry and curly.");
    methods.add("validator1.echoStructTest", |value: Struct| value).help("Returns the struct as it came.");
    methods
        .add("validator1.manyTypesTest", many_types)
        .parameters(["number", "boolean", "string", "double", "date", "bytes"])
        .help("Takes a value of each type that is no container, and returns an array of all six.");
    methods
        .add("validator1.moderateSizeArrayCheck", moderate_size_array)
        .parameters(["strings"])
        .help("Returns the first and the last string of the array, one behind the other.");
    methods.add("validator1.nestedStructTest", nested_struct).parameters(["calendar"]).help(
        "Takes a calendar, a struct of years, which are structs of months, which are structs of days. Returns the sum \
         of the integers moe, larry and curly of the 1st of April 2000, which is calendar.2000.04.01.",
    );
    methods
        .add("validator1.simpleStructReturnTest", simple_struct_return)
        .parameters(["number"])
        .help("Returns a struct with the number multiplied: times10, times100 and times1000.");

    // These two take any number of parameters, which no signature can say.
    methods
        .add("addtogether", add_together)
        .help("Adds up any number of numbers, or puts strings, or arrays, one behind the other.");
    methods.add("faulty", faulty).help("Always answers fault 42, whatever it is given.");
    methods.add("quadratic", quadratic).parameters(["a", "b", "c"]).help(
        "Returns the real roots of a*x*x + b*x + c, the smaller one first; a double one once. If there are none, or a \
         is zero, it is fault 3.",
    );
    methods.add("remote_repr", |value: Value| value).help("Returns its argument as it was received.");
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), None) = (arguments.next(), arguments.next()) else {
        eprintln!("expected one argument, the address to listen at, like 127.0.0.1:8000");
        return ExitCode::from(2);
    };
    match serve(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Gives a server all the methods and the page about them.
pub(crate) fn set_up(server: &mut Server<'_>) {
    add_methods(server.methods());
    server.documentation(
        Page::new("XML-RPC validator")
            .description(
                "The UserLand validation suite and a few methods beside it, for any client to be tried against.\n\n\
                 Nil and integers of 64 bits are written where they are needed. The method faulty always fails.",
            )
            .forms(true),
    );
}

fn serve(address: &str) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut server = Server::bind(address)?;
    set_up(&mut server);
    let mut out = std::io::stdout();
    writeln!(out, "{}", server.url())?;
    out.flush()?;
    server.serve_forever()?;
    Ok(())
}
