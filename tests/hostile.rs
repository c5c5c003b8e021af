//! Whatever bytes come in, every reader ends with a result: nothing panics, hangs or grows without bound.
//!
//! This is the short run of what `fuzz/` does for longer.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::{Duration, Instant};

use cus::hostile::{READERS, Reader};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// How many inputs each reader gets beside its seeds.
const CASES: u32 = 300;
/// How long the slowest input may take, on a busy machine too.
const LONGEST: Duration = Duration::from_secs(10);

/// What is nearly what some reader wants, to be put into its seeds.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "\n", "\r\n", "\"", ",", ";", "\t", "{", "}", "[", "]", ":", "null", "\\ud800", "1e999", "-1", "0",
    "18446744073709551616", "9999-12-31T23:59:59Z", "+262142-12-31", "22/Mar/14 07:59", "\u{feff}", "\u{202e}", "\0",
    "é", "CSD-18446744073709551615", "CUS-1", "<", ">", "--b", "=?utf-8?q?", "{{ ", " }}", "{% ", " %}", "a ~ a",
    "for x in range(99999)", "endfor", "**", "|", "\u{1f600}",
];

/// A change to a seed, at places that are taken modulo what is there.
#[derive(Debug, Clone)]
enum Change {
    Cut(usize, usize),
    Repeat(usize, usize),
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    /// The end of another seed in the place of this one's.
    Splice(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Cut(from, to)),
        (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Repeat(from, to)),
        (any::<usize>(), 1..=u8::MAX).prop_map(|(at, bits)| Change::Flip(at, bits)),
        (any::<usize>(), piece()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (any::<usize>(), any::<usize>(), any::<usize>()).prop_map(|(at, seed, from)| Change::Splice(at, seed, from)),
    ]
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => "\\PC{0,12}".prop_map(String::into_bytes),
    ]
}

/// The seed with these changes made to it, one after the other.
fn changed(seeds: &[Vec<u8>], seed: usize, changes: &[Change]) -> Vec<u8> {
    let mut bytes = seeds[seed % seeds.len()].clone();
    for change in changes {
        let length = bytes.len();
        let place = |at: usize| at % (length + 1);
        match change {
            Change::Cut(from, to) => {
                let (from, to) = (place(*from).min(place(*to)), place(*from).max(place(*to)));
                bytes.drain(from..to);
            }
            Change::Repeat(from, to) => {
                let (from, to) = (place(*from).min(place(*to)), place(*from).max(place(*to)));
                bytes.extend_from_within(from..to);
            }
            Change::Flip(at, bits) => {
                if let Some(byte) = bytes.get_mut(place(*at)) {
                    *byte ^= bits;
                }
            }
            Change::Insert(at, piece) => drop(bytes.splice(place(*at)..place(*at), piece.iter().copied())),
            Change::Splice(at, seed, from) => {
                let other = &seeds[seed % seeds.len()];
                bytes.truncate(place(*at));
                bytes.extend_from_slice(&other[from % (other.len() + 1)..]);
            }
        }
    }
    bytes
}

/// The seeds of a reader, which its fuzz target begins with too.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 2, "{name} has seeds");
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Reads the seeds, and then what is nearly like them.
fn short_run(name: &str) {
    let (_, read): &Reader = READERS.iter().find(|(other, _)| *other == name).unwrap();
    let seeds = seeds(name);
    let in_time = |bytes: &[u8]| {
        let begun = Instant::now();
        read(bytes);
        assert!(begun.elapsed() < LONGEST, "it took {:?}", begun.elapsed());
    };
    seeds.iter().for_each(|seed| in_time(seed));
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let inputs = (any::<usize>(), prop::collection::vec(change(), 1..6))
        .prop_map(|(seed, changes)| changed(&seeds, seed, &changes));
    let run = TestRunner::new(config).run(&inputs, |bytes| {
        in_time(&bytes);
        Ok::<(), TestCaseError>(())
    });
    if let Err(TestError::Fail(reason, bytes)) = &run {
        panic!("{reason}, with {:?}", String::from_utf8_lossy(bytes));
    }
    run.unwrap();
}

macro_rules! short_runs {
    ($($name:ident,)+) => {
        $(#[test]
        fn $name() {
            short_run(stringify!($name));
        })+

        #[test]
        fn every_reader_has_a_short_run_and_a_fuzz_target() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let names: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($name),)+]);
            for name in names {
                let target = std::fs::read_to_string(folder.join("fuzz_targets").join(format!("{name}.rs"))).unwrap();
                assert!(target.contains(&format!("cus::hostile::{name}(data)")), "{target}");
                assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            }
        }
    };
}

short_runs! {
    address,
    batch,
    configuration,
    duration,
    export,
    jira_csv,
    jira_json,
    jira_xml,
    mapping,
    mbox,
    plain_csv,
    reply,
    template,
    time,
}
