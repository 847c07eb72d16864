//! The quickstart as a user runs it: what it prints, line by line.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/example.rs"]
mod example;

const TOUR: &str = include_str!("data/quickstart.txt");

#[test]
fn the_tour_is_as_it_was() {
    let output = example::example("quickstart", "").output().unwrap();
    let (printed, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{printed}\n{errors}", output.status);
    assert_eq!(errors, "");

    let mut printed = printed.lines();
    let first = printed.next().unwrap();
    // The port is another one each time.
    let (before, after) = ("A server listens at http://127.0.0.1:", "/RPC2, and a client takes a tour.");
    let port = first.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    assert!(port.is_some_and(|port| port.parse::<u16>().is_ok()), "{first}");
    let mut expected = TOUR.lines();
    for (number, line) in printed.by_ref().enumerate() {
        assert_eq!(Some(line), expected.next(), "line {}", number + 2);
    }
    assert_eq!(expected.next(), None);
}
