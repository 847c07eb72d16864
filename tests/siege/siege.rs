//! The siege: one attack after the other.

use std::fmt::Write as _;
use std::time::Duration;

use super::attacks::{ATTACKS, Attacker, LEFT, most_left};
use super::besieged::Besieged;
use super::healthy::{CALLS, COLUMNS, observed};
use super::peer::wait_until;
use super::process::Share;
use super::{alone, show, tell};

/// KiB that the server's process may ever use.
const MEMORY: u64 = 64 * 1024;

#[test]
fn a_healthy_client_is_served_whatever_others_do() {
    let _alone = alone();
    if most_left() < LEFT {
        tell(&format!("{} connections in place of {LEFT}, for want of descriptors", most_left()));
    }
    let server = Besieged::start(Share::FULL, None);
    let few = Besieged::start(Share::descriptors(64), None);
    let elsewhere = Besieged::start(Share::FULL, None);
    // Without anything else, which is what all is compared with; the first calls warm up.
    observed(&few.url, &elsewhere.url, |_| ());
    observed(&server.url, &elsewhere.url, |_| ());
    let quiet = observed(&server.url, &elsewhere.url, |_| ()).calls;
    let descriptors = [&server, &few].map(Besieged::descriptors);

    let mut table = format!(
        "{:26} {COLUMNS} {:>6} {:>9} {:>8} {:>6} {:>6}\n{:26} {quiet}\n",
        "attack", "times", "elsewhere", "peak MiB", "busy %", "wait %", "(none)"
    );
    let attacks = ATTACKS.iter().map(|(name, _)| (*name, *name, &server));
    for (title, attack, server) in attacks.chain([("few descriptors", "connections left", &few)]) {
        server.forget_peak();
        let before = server.processor();
        let mut attacker = None;
        let observed = observed(&server.url, &elsewhere.url, |made| {
            attacker = Some(Attacker::start(attack, server.address()));
            // Half as many again while it goes on.
            let so_far = made();
            wait_until("calls are made", || made() >= so_far + CALLS / 2);
        });
        let (after, peak) = (server.processor(), server.peak());
        let calls = &observed.calls;
        let share = |part: Duration| 100.0 * part.as_secs_f64() / calls.lasted.as_secs_f64();
        writeln!(
            table,
            "{title:26} {calls} {:6.1} {:9} {:8.1} {:6.0} {:6.0}",
            calls.slow().as_secs_f64() / quiet.slow().as_secs_f64(),
            observed.control.slow().as_micros(),
            peak as f64 / 1024.0,
            share(after.ran - before.ran),
            share(after.waited - before.waited),
        )
        .unwrap();
        attacker.unwrap().end();
        if peak >= MEMORY {
            panic!("{title}: {peak} KiB\n{table}");
        }
        observed.assert_undisturbed(&quiet, title);
    }
    show(&table);
    let closed = || server.descriptors() <= descriptors[0] && few.descriptors() <= descriptors[1];
    wait_until("what the attackers had is closed", closed);
    assert_eq!(server.log(), "");
    let log = few.log();
    assert!(log.starts_with("# [") && log.contains("] cannot accept connections: "), "{log}");
    assert!(log.lines().count() <= 5, "{log}");
}
