//! The quickstart as a user runs it: what it prints, line by line.

use crate::printed;

const TOUR: &str = include_str!("../data/quickstart.txt");

#[test]
fn the_tour_is_as_it_was() {
    let printed = printed("quickstart", &[]);
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
