//! Many at once.

use std::collections::BTreeSet;
use std::process::{Child, Output};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::{ALONE, persistence};

const WRITERS: usize = 64;
/// How often each writes in the mean before they are compared: of a few turns, luck gives one a third as many.
const TURNS: usize = 20;

#[test]
fn no_key_is_lost_or_given_twice_nobody_starves_and_readers_are_not_blocked() {
    // Who gets how much says nothing while other tests take their share.
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let place = Place::new();
    let long = Duration::from_secs(5 * persistence());
    let stop = AtomicBool::new(false);
    let turns = AtomicUsize::new(0);
    let (written, slowest_read) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (place, stop, turns) = (&place, &stop, &turns);
                scope.spawn(move || {
                    let mut keys = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        let output = place.run(&[
                            "report",
                            "--customer",
                            "Acme",
                            "--summary",
                            "s",
                            "--channel",
                            "phone",
                            "--format",
                            "keys",
                        ]);
                        match output.status.code() {
                            Some(0) => {
                                keys.push(String::from_utf8(output.stdout).unwrap().trim().to_owned());
                                turns.fetch_add(1, Ordering::Relaxed);
                            }
                            Some(6) => {}
                            other => panic!("{other:?}: {}", String::from_utf8_lossy(&output.stderr)),
                        }
                    }
                    keys
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let mut slowest = Duration::ZERO;
            while !stop.load(Ordering::Relaxed) {
                let begun = Instant::now();
                place.ok(&["list", "--limit", "5"]);
                slowest = slowest.max(begun.elapsed());
            }
            slowest
        });
        let begun = Instant::now();
        let is_enough = || turns.load(Ordering::Relaxed) >= WRITERS * TURNS || begun.elapsed() > 12 * long;
        while begun.elapsed() < long || !is_enough() {
            std::thread::sleep(Duration::from_millis(100));
        }
        stop.store(true, Ordering::Relaxed);
        let written: Vec<Vec<String>> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        (written, reader.join().unwrap())
    });
    let all: Vec<&String> = written.iter().flatten().collect();
    let distinct: BTreeSet<&String> = all.iter().copied().collect();
    assert_eq!(all.len(), distinct.len(), "a key was given twice");
    assert_eq!(place.ok(&["list", "--format", "keys"]).lines().count(), all.len(), "a key was lost");
    place.is_good();
    let least = written.iter().map(Vec::len).min().unwrap();
    assert!(least * 3 * WRITERS >= all.len(), "one wrote {least} of {} in all", all.len());
    assert!(slowest_read < Duration::from_secs(5), "a reader waited for {slowest_read:?}");
}

fn both(place: &Place, arguments: &[&str]) -> Vec<Output> {
    let children: Vec<Child> = ["ada", "bo"]
        .iter()
        .map(|name| place.command(&[arguments, &["--as", name]].concat()).spawn().unwrap())
        .collect();
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

#[test]
fn of_two_who_take_the_same_step_exactly_one_succeeds_and_the_other_is_told_who_did() {
    let _beside = crate::beside_others();
    let place = Place::new();
    for n in 1..=6 {
        let csd = format!("CSD-{n}");
        let cus = format!("CUS-{n}");
        place.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
        place.ok(&["assess", &csd, "--handled-by", "engineering", "--trigger", "none"]);
        let escalate = ["escalate", &csd, "--priority", "low", "--steps", "s"];
        let close = ["close", &cus, "--resolution", "wont-fix", "--note", "n"];
        for arguments in [&escalate[..], &close[..]] {
            let outputs = both(&place, arguments);
            let winners: Vec<&Output> = outputs.iter().filter(|output| output.status.success()).collect();
            assert_eq!(winners.len(), 1, "{arguments:?}");
            let loser = outputs.iter().find(|output| !output.status.success()).unwrap();
            let told = String::from_utf8_lossy(&loser.stderr);
            assert_eq!(loser.status.code(), Some(5), "{told}");
            assert!(told.contains("(by ada,") || told.contains("(by bo,"), "{told}");
        }
    }
    place.is_good();
}

#[test]
fn what_is_written_beside_a_restore_is_in_the_database_or_in_the_copy_that_was_kept() {
    let _beside = crate::beside_others();
    let place = Place::new();
    place.ok(&["db", "backup", "copy.db"]);
    let acknowledged = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let place = &place;
                scope.spawn(move || {
                    let summaries = (0..25).map(|n| format!("the {n}th of writer {writer}"));
                    let report = |summary: &String| {
                        let report = ["report", "--customer", "Acme", "--channel", "phone", "--summary", summary];
                        place.run(&report).status.success()
                    };
                    summaries.filter(report).collect::<Vec<_>>()
                })
            })
            .collect();
        while writers.iter().any(|writer| !writer.is_finished()) {
            place.run(&["db", "restore", "copy.db", "--yes"]);
        }
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<String>>()
    });
    let files = std::fs::read_dir(place.path(".")).unwrap().map(|file| file.unwrap().path());
    let databases = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("cus.db"));
    let there: String =
        databases.map(|path| place.ok(&["--db", path.to_str().unwrap(), "export", "--form", "csv"])).collect();
    assert!(acknowledged.len() > 20, "{} are enough to tell", acknowledged.len());
    for summary in acknowledged {
        assert!(there.contains(&format!("{summary},")), "`{summary}` is lost");
    }
    place.is_good();
}
