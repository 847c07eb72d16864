//! What handlers take and give.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use serde::{Deserialize, Serialize};

use super::{ask, fault};
use crate::fault::codes;
use crate::methods::{Methods, Rest, Typed};
use crate::{DateTime, Dialect, Fault, Value};

#[test]
fn functions_of_no_to_twelve_parameters() {
    let mut methods = Methods::new();
    methods.add("none", || 0);
    methods.add("one", |a: String| a);
    methods.add("two", |a: i32, b: i64| i64::from(a) + b);
    methods.add("eight", |a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32| {
        [a, b, c, d, e, f, g, h].iter().sum::<i32>()
    });
    methods.add("twelve", |a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: String| {
        alloc::format!("{}{l}", [a, b, c, d, e, f, g, h, i, j, k].iter().sum::<u8>())
    });
    methods.add("named", u32::count_ones);
    assert_eq!(ask::<i32>(&mut methods, "none", ()).unwrap(), 0);
    assert_eq!(ask::<String>(&mut methods, "one", ("ÿ",)).unwrap(), "ÿ");
    assert_eq!(ask::<i64>(&mut methods, "two", (2, 3)).unwrap(), 5);
    assert_eq!(ask::<i32>(&mut methods, "eight", (1, 2, 3, 4, 5, 6, 7, 8)).unwrap(), 36);
    assert_eq!(ask::<String>(&mut methods, "twelve", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "!")).unwrap(), "66!");
    assert_eq!(ask::<i32>(&mut methods, "named", (7,)).unwrap(), 3);
}

#[test]
fn optional_and_remaining_parameters() {
    let mut methods = Methods::new();
    methods.add("greet", |name: String, greeting: Option<String>| {
        alloc::format!("{} {name}", greeting.unwrap_or("hello".into()))
    });
    methods.add("sum", |first: i32, Rest(more): Rest<i32>| first + more.iter().sum::<i32>());
    assert_eq!(ask::<String>(&mut methods, "greet", ("Ada",)).unwrap(), "hello Ada");
    assert_eq!(ask::<String>(&mut methods, "greet", ("Ada", "good day")).unwrap(), "good day Ada");
    assert_eq!(ask::<i32>(&mut methods, "sum", (1, 2, 3)).unwrap(), 6);
    assert_eq!(ask::<i32>(&mut methods, "sum", (1,)).unwrap(), 1);
    assert_eq!(
        fault(&mut methods, "sum", ()),
        Fault::new(codes::INVALID_PARAMS, "params[0]: expected int, found none")
    );
}

#[test]
fn handlers_may_change_and_borrow_what_is_around_them() {
    let running = Cell::new(true);
    let mut calls = 0;
    let mut methods = Methods::new();
    methods.add("stop", || running.set(false));
    methods.add("count", || {
        calls += 1;
        calls
    });
    ask::<()>(&mut methods, "stop", ()).unwrap();
    assert_eq!(ask::<i32>(&mut methods, "count", ()).unwrap(), 1);
    drop(methods);
    assert!(!running.get());
    assert_eq!(calls, 1);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Point {
    x: i32,
    y: Option<i32>,
}

crate::returns!(Point);

#[test]
fn results_of_every_kind() {
    let mut methods = Methods::new();
    let moment = DateTime::new(2026, 1, 2, 3, 4, 5).unwrap();
    methods.add("point", |point: Point| Point { x: point.x + 1, ..point });
    methods.add("nothing", || ());
    methods.add("moment", move || moment);
    methods.add("pairs", || vec![(1, "a"), (2, "b")]);
    methods.add("perhaps", |yes: bool| yes.then_some(1));
    methods.add("wrapped", || Typed(Point { x: 1, y: None }));
    methods.add("value", |value: Value| value);
    assert_eq!(ask::<Point>(&mut methods, "point", (Point { x: 1, y: None },)).unwrap(), Point { x: 2, y: None });
    assert!(ask::<bool>(&mut methods, "nothing", ()).unwrap());
    assert_eq!(ask::<DateTime>(&mut methods, "moment", ()).unwrap(), moment);
    assert_eq!(ask::<Vec<(i32, String)>>(&mut methods, "pairs", ()).unwrap(), [(1, "a".into()), (2, "b".into())]);
    assert_eq!(ask::<i32>(&mut methods, "perhaps", (true,)).unwrap(), 1);
    let refused = fault(&mut methods, "perhaps", (false,));
    assert_eq!(refused.code(), codes::INTERNAL);
    assert!(refused.message().contains("nil, which is an extension"), "{refused}");
    methods.dialect(Dialect::python());
    assert_eq!(ask::<Value>(&mut methods, "nothing", ()).unwrap(), Value::Nil);
    assert_eq!(ask::<Option<i32>>(&mut methods, "perhaps", (false,)).unwrap(), None);
    assert_eq!(ask::<Value>(&mut methods, "value", (Value::I8(1 << 40),)).unwrap(), Value::I8(1 << 40));
}
