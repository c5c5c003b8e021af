//! Every write, sync and truncation fails once, and from then on; and a file may grow no further.

use std::path::PathBuf;
use std::process::Command;

use crate::place::{Place, report};

/// The library that lets a system call fail.
fn library(place: &Place) -> PathBuf {
    let path = place.path("faults.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crashes/faults.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&path).arg(source).arg("-ldl").status();
    assert!(built.unwrap().success());
    path
}

/// Lets each such system call of a command fail in its turn, alone or with all that follow. Each time the file must be
/// good, and either as it was or as it should be.
fn each_fails(place: &Place, arguments: &[&str], with_all_after: bool) {
    let library = library(place);
    let good = std::fs::read(place.path("cus.db")).unwrap();
    let before = place.is_good()["events"].as_u64().unwrap();
    let output = place.command(arguments).env("LD_PRELOAD", &library).env("COUNT_TO", "count").output().unwrap();
    assert!(output.status.success());
    let calls: u32 = std::fs::read_to_string(place.path("count")).unwrap().parse().unwrap();
    let after = place.is_good()["events"].as_u64().unwrap();
    assert!(calls > 5, "{calls} calls: the library is not in the way");
    for at in 1..=calls {
        place.write("cus.db", &good);
        let mut command = place.command(arguments);
        command.env("LD_PRELOAD", &library).env("FAIL_AT", at.to_string());
        if with_all_after {
            command.env("FAIL_AFTER", "1");
        }
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code().unwrap_or_else(|| panic!("{arguments:?} died at {at}: {told}"));
        assert!(matches!(code, 0 | 1 | 7), "{arguments:?} at {at} ended with {code}: {told}");
        assert!(!told.contains("panicked"), "{told}");
        assert!(code == 0 || told.starts_with("error: "), "{arguments:?} at {at}: {told}");
        place.ok(&["list"]);
        let events = place.is_good()["events"].as_u64().unwrap();
        let is_done = code == 0;
        assert!(events == after || (events == before && !is_done), "{arguments:?} at {at}: {code}, {events} events");
    }
    place.write("cus.db", &good);
}

#[test]
fn a_fault_at_any_write_sync_or_truncation_is_told_and_leaves_the_file_good() {
    let place = Place::new();
    place.write("lines", (0..30).map(report).collect::<String>());
    place.ok(&["batch", "lines"]);
    place.write("file", vec![3_u8; 200_000]);
    for arguments in [
        &["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"][..],
        &["attach", "CSD-1", "file"],
        &["batch", "lines"],
    ] {
        for with_all_after in [false, true] {
            each_fails(&place, arguments, with_all_after);
        }
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_told_and_leaves_the_file_good() {
    let place = Place::new();
    place.write("lines", (0..3_000).map(report).collect::<String>());
    let program = env!("CARGO_BIN_EXE_cus");
    for blocks in [300, 700, 1_500] {
        let mut command = place.command(&[]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("ulimit -f {blocks}; exec {program} batch lines")]);
        shell
            .current_dir(place.path("."))
            .env_clear()
            .envs(command.env("HOME", place.path(".")).get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{blocks}: {told}");
        assert!(told.starts_with("error: "), "{told}");
        assert_eq!(place.is_good()["events"], 0);
    }
}

#[test]
fn a_full_device_for_results_is_told_and_what_was_written_stays() {
    let place = Place::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = place
        .command(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(place.has("CSD-1"));
    place.is_good();
}
