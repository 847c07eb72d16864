//! What dispatch costs: a small call, bytes to bytes, beside reading and writing the same documents without it.
//!
//! `cargo bench --bench dispatch` shows times, with what is beyond reading and writing in the last column;
//! `cargo bench --bench dispatch -- --instructions` has valgrind count instructions, which are the same in every run.

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use tiny_xmlrpc::{Context, Dialect, Instance, Methods, Reader, Value, Writer, call_to_vec};

const ROUNDS: usize = 15;
const TURN: Duration = Duration::from_millis(5);

/// Runs that instructions are counted over.
const COUNTED: u32 = 1_000;

struct Case {
    name: &'static str,
    run: Box<dyn FnMut()>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| args.iter().any(|arg| arg == option);
    let mut cases = cases();
    if let Some(name) = args.iter().skip_while(|arg| *arg != "--count").nth(1) {
        // This is the process that valgrind watches.
        let Some(case) = cases.iter_mut().find(|case| case.name == name) else { return ExitCode::FAILURE };
        (case.run)();
        measured(&mut case.run, COUNTED);
        return ExitCode::SUCCESS;
    }
    if has("--instructions") {
        println!("| case | instructions | beyond reading and writing |");
        println!("| --- | --- | --- |");
        let mut alone = None;
        for case in &cases {
            match instructions(case.name) {
                Ok(count) => {
                    let alone = *alone.get_or_insert(count);
                    println!("| {} | {count} | {} |", case.name, count as i64 - alone as i64);
                }
                Err(error) => {
                    println!("| {} | {error} | |", case.name);
                    return ExitCode::FAILURE;
                }
            }
        }
        return ExitCode::SUCCESS;
    }
    // Cargo passes `--bench` to a bench; without it this is a test run, where one turn shows that all of it works.
    times(&mut cases, if has("--bench") { ROUNDS } else { 1 });
    ExitCode::SUCCESS
}

/// Named, so that valgrind can be told to count in here alone.
#[inline(never)]
fn measured(run: &mut dyn FnMut(), runs: u32) {
    for _ in 0..runs {
        run();
    }
}

fn instructions(name: &str) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*dispatch::measured*"])
        .arg(program)
        .args(["--count", name])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :")).map(|(_, figure)| figure.trim());
    let total: u64 = collected.and_then(|figure| figure.parse().ok()).ok_or("valgrind said nothing")?;
    Ok(total / u64::from(COUNTED))
}

fn times(cases: &mut [Case], rounds: usize) {
    let runs: Vec<u32> = cases.iter_mut().map(calibrate).collect();
    let mut samples: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for ((case, &runs), samples) in cases.iter_mut().zip(&runs).zip(&mut samples) {
            let start = Instant::now();
            measured(&mut case.run, runs);
            samples.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(runs));
        }
    }
    println!("| case | ns | fastest–slowest | beyond reading and writing |");
    println!("| --- | --- | --- | --- |");
    let mut alone = None;
    for (case, samples) in cases.iter().zip(&mut samples) {
        samples.sort_by(f64::total_cmp);
        if let (Some(least), Some(median), Some(most)) =
            (samples.first(), samples.get(samples.len() / 2), samples.last())
        {
            let alone = *alone.get_or_insert(*median);
            println!("| {} | {median:.0} | {least:.0}–{most:.0} | {:.0} |", case.name, median - alone);
        }
    }
}

/// How many runs fill a turn.
fn calibrate(case: &mut Case) -> u32 {
    let mut runs = 1;
    loop {
        let start = Instant::now();
        measured(&mut case.run, runs);
        let time = start.elapsed();
        if time * 10 >= TURN {
            return (f64::from(runs) * TURN.as_secs_f64() / time.as_secs_f64()).ceil() as u32;
        }
        runs *= 10;
    }
}

/// The first one is what the others are compared with.
#[expect(clippy::expect_used, reason = "a case that does not work measures nothing")]
fn cases() -> Vec<Case> {
    let call = call_to_vec("add", &(20, 22), Dialect::strict()).expect("a call");
    let alone = call.clone();
    let mut cases = vec![Case {
        name: "read-and-write",
        run: Box::new(move || {
            let mut reader = Reader::from_bytes(black_box(&alone));
            let name = reader.begin_call().expect("a call");
            let sum = reader.read::<i32>().expect("an int") + reader.read::<i32>().expect("an int");
            reader.finish().expect("the end");
            let mut writer = Writer::new(Vec::new());
            writer.response().and_then(|()| writer.int(black_box(sum))).expect("a result");
            drop(black_box((name, writer.finish())));
        }),
    }];
    let mut respond = |name: &'static str, mut methods: Methods<'static>| {
        let call = call.clone();
        let answer = methods.respond(&call);
        assert!(answer.windows(4).any(|part| part == b">42<"), "{name}");
        cases.push(Case { name, run: Box::new(move || drop(black_box(methods.respond(black_box(&call))))) });
    };
    let with = |set_up: &dyn Fn(&mut Methods<'static>)| {
        let mut methods = Methods::new();
        set_up(&mut methods);
        methods
    };
    respond(
        "closure",
        with(&|methods| {
            methods.add("add", |a: i32, b: i32| a + b);
        }),
    );
    respond(
        "among-1000",
        with(&|methods| {
            for number in 0..1_000 {
                methods.add(format!("group.method{number}"), move || number);
            }
            methods.add("add", |a: i32, b: i32| a + b);
        }),
    );
    respond(
        "alias",
        with(&|methods| {
            methods.alias("add", "sum").add("sum", |a: i32, b: i32| a + b);
        }),
    );
    respond(
        "instance",
        with(&|methods| {
            let mut instance = Instance::new(());
            instance.add("add", |_: &mut (), a: i32, b: i32| a + b);
            methods.instance("", instance);
        }),
    );
    respond(
        "signature",
        with(&|methods| {
            methods.add("add", |a: i32, b: i32| a + b).signature(["int", "int", "int"]);
        }),
    );
    respond(
        "context",
        with(&|methods| {
            methods.add("add", |_: Context, a: i32, b: i32| a + b);
        }),
    );
    respond(
        "authorize",
        with(&|methods| {
            methods.authorize(|_, _| Ok(())).add("add", |a: i32, b: i32| a + b);
        }),
    );
    respond(
        "value",
        with(&|methods| {
            methods.add("add", |a: Value, b: Value| {
                Value::I8(a.as_i64().unwrap_or_default() + b.as_i64().unwrap_or_default())
            });
            methods.dialect(Dialect::python());
        }),
    );
    cases
}
