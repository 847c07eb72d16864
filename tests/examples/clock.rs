//! The clock: our sides and Python's, each with each.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tiny_xmlrpc::DateTime;

use crate::example::example;
use crate::peer::Peer;
use crate::{printed, python};

/// Whether it was this minute or that before when the clock was asked, as the client writes it.
#[track_caller]
fn tells_the_time(printed: &str) {
    let now = SystemTime::now();
    let forms: Vec<String> = [now, now - Duration::from_secs(60)]
        .iter()
        .map(|moment| {
            let seconds = moment.duration_since(UNIX_EPOCH).unwrap().as_secs();
            let digits = DateTime::from_timestamp(seconds.try_into().unwrap()).unwrap().to_string();
            let (year, month, day, time) = (&digits[..4], &digits[4..6], &digits[6..8], &digits[9..14]);
            format!("today: {day}.{month}.{year}, {time}\n  Returns the date and the time of day, in UTC.")
        })
        .collect();
    assert!(forms.iter().any(|form| form == printed.trim_end()), "{forms:?}, {printed:?}");
}

#[test]
fn both_sides_are_ours() {
    tells_the_time(&printed("clock", &[]));
    let mut server = Peer::start(example("clock").args(["serve", "127.0.0.1:0"]));
    tells_the_time(&printed("clock", &["call", &server.line()]));
}

#[test]
fn the_server_is_pythons() {
    let Some(mut server) = python("clock.py", &["serve"]) else { return };
    tells_the_time(&printed("clock", &["call", &server.line()]));
}

#[test]
fn the_client_is_pythons() {
    let mut server = Peer::start(example("clock").args(["serve", "127.0.0.1:0"]));
    let Some(client) = python("clock.py", &["call", &server.line()]) else { return };
    tells_the_time(&client.finish().join("\n"));
}
