//! Documents larger than the memory that they go through.

use crate::printed;

#[test]
fn it_measures_six_ways() {
    // A size that shows, and does not take long without optimisation.
    let printed = printed("constant_memory", &["6"]);
    let mut lines = printed.lines();
    assert_eq!(lines.next(), Some("Documents of 6 MiB:"));
    for what in ["ints", "base64", "text"] {
        for done in ["read", "written"] {
            let line = lines.next().unwrap();
            let speed = line.strip_prefix(&format!("  {what} {done} at ")).expect(line).strip_suffix(" MB/s");
            assert!(speed.is_some_and(|speed| speed.parse::<u64>().is_ok()), "{line}");
        }
    }
    assert!(lines.next().unwrap().contains("at its highest."), "{printed}");
    assert_eq!(lines.next(), None);
}
