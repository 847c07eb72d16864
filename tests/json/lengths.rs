//! The example `lengths` as a user runs it: what it prints, line by line.

use crate::example::example_with;

const EXPECTED: &str = include_str!("lengths.txt");

#[test]
fn the_example_prints_what_it_did() {
    let output = example_with("lengths", "json").output().unwrap();
    let (printed, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{printed}\n{errors}", output.status);
    assert_eq!(errors, "");
    let (first, rest) = printed.split_once('\n').unwrap();
    // The port is another one each time.
    let port = first.strip_prefix("A server listens at http://127.0.0.1:").unwrap().strip_suffix("/RPC2 for both.");
    assert!(port.is_some_and(|port| port.parse::<u16>().is_ok()), "{first}");
    assert_eq!(rest, EXPECTED);
}
