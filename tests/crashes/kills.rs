//! Killed at any moment.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::persistence;
use crate::place::{Place, report};

/// A number that looks like chance and is the same at each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Lets a command run for a while and kills it; what it had printed by then was acknowledged.
fn killed(mut child: Child, after: Duration) -> Vec<String> {
    let stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut lines = Vec::new();
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|count| count > 0) {
            // A line that was cut says nothing.
            if line.ends_with('\n') {
                lines.push(line.trim_end().to_owned());
            }
            line.clear();
        }
        lines
    });
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn what_a_batch_acknowledged_is_there_and_an_unfinished_one_leaves_nothing() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let lines: String = (0..3_000).map(report).collect();
    place.write("lines", lines);
    let mut dice = Dice(1);
    let mut before = 0;
    for round in 0..12 * persistence() {
        let keeps_going = round % 2 == 0;
        let flags: &[&str] = if keeps_going { &["batch", "lines", "--keep-going"] } else { &["batch", "lines"] };
        let acknowledged = killed(place.command(flags).spawn().unwrap(), Duration::from_micros(dice.below(250_000)));
        let events = place.is_good()["events"].as_u64().unwrap();
        for line in acknowledged.iter().rev().take(3) {
            let result: Value = serde_json::from_str(line).unwrap();
            assert!(place.has(result["key"].as_str().unwrap()), "{line}");
        }
        let new = events - before;
        assert!(new >= acknowledged.len() as u64, "{new} events, {} acknowledged", acknowledged.len());
        if !keeps_going {
            assert!(new == 0 || new == 3_000, "half a batch: {new}");
        }
        before = events;
    }
}

#[test]
fn a_single_step_that_was_acknowledged_is_there() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let mut dice = Dice(2);
    for n in 0..40 * persistence() {
        let arguments = ["report", "--customer", "Acme", "--summary", "s", "--channel", "phone", "--format", "keys"];
        let keys = killed(place.command(&arguments).spawn().unwrap(), Duration::from_micros(dice.below(12_000)));
        for key in keys {
            assert!(place.has(&key), "{key} of round {n}");
        }
    }
    place.is_good();
}

#[test]
fn files_imports_restores_and_rebuilds_are_all_or_nothing() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let lines: String = (0..400).map(report).collect();
    place.write("lines", lines);
    place.ok(&["batch", "lines"]);
    place.ok(&["db", "backup", "copy.db"]);
    place.write("big", vec![7_u8; 3_000_000]);
    let rows: String = (0..2_000).map(|n| format!("{},Customer {n},Subject {n}\n", 10_000 + n)).collect();
    place.write("table.csv", format!("Ticket ID,Customer,Subject\n{rows}"));
    let tickets = |place: &Place| place.is_good()["tickets"].as_u64().unwrap();
    let mut dice = Dice(3);
    for round in 0..16 * persistence() {
        let before = tickets(&place);
        let (arguments, longest): (&[&str], u64) = match round % 4 {
            0 => (&["attach", "CSD-1", "big"], 60_000),
            1 => (&["import", "table.csv"], 500_000),
            2 => (&["db", "restore", "copy.db", "--yes"], 120_000),
            _ => (&["db", "rebuild"], 250_000),
        };
        killed(place.command(arguments).spawn().unwrap(), Duration::from_micros(dice.below(longest)));
        let after = tickets(&place);
        assert!(after == before || after == before + 2_000 || after == 400, "{arguments:?}: {before} became {after}");
        let files: Value = serde_json::from_str(&place.ok(&["attachment", "list", "CSD-1", "--json"])).unwrap();
        for file in files["items"].as_array().unwrap() {
            assert_eq!(file["size"], 3_000_000);
        }
    }
}

#[test]
fn a_reader_after_a_kill_finds_the_file_and_folds_the_side_files_in() {
    let _beside = crate::beside_others();
    let place = Place::new();
    place.write("lines", (0..200).map(report).collect::<String>());
    let mut child = place.command(&["batch", "lines", "--keep-going"]).spawn().unwrap();
    let mut first = [0; 1];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    place.ok(&["list"]);
    place.is_good();
}
