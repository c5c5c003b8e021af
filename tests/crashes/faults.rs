//! Every write, sync and truncation fails once, and from then on; and a file may grow no further.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::place::{Place, report};

/// The library that lets a system call fail.
pub(crate) fn library(place: &Place) -> PathBuf {
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
    let _beside = crate::beside_others();
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
    let _beside = crate::beside_others();
    let place = Place::new();
    place.write("lines", (0..3_000).map(report).collect::<String>());
    for blocks in [300, 700, 1_500] {
        is_refused_by_a_limit(&place, blocks, "batch lines");
        assert_eq!(place.is_good()["events"], 0);
    }
    place.ok(&["batch", "lines"]);
    let files = || {
        let names = std::fs::read_dir(place.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
        names.collect::<BTreeSet<_>>()
    };
    let before = files();
    for words in ["db backup copy.db", "--db new.db init", "db rebuild", "export > out"] {
        is_refused_by_a_limit(&place, 100, words);
        let _ = std::fs::remove_file(place.path("out"));
        assert_eq!(files(), before, "{words} leaves nothing behind");
    }
    place.is_good();
}

/// Runs the program where no file may have more than so many blocks.
#[track_caller]
fn is_refused_by_a_limit(place: &Place, blocks: u32, words: &str) {
    let program = env!("CARGO_BIN_EXE_cus");
    let mut command = place.command(&[]);
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("ulimit -f {blocks}; exec {program} {words}")]);
    shell
        .current_dir(place.path("."))
        .env_clear()
        .envs(command.env("HOME", place.path(".")).get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}, {blocks} blocks: {told}");
    assert!(told.starts_with("error: "), "{told}");
}

/// A file system of so many KiB, which is gone with it; nothing where nobody may make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(at: PathBuf, kib: u32) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"]).arg(&at).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Self(at))
    }

    fn may_be_written(&self, may: bool) {
        let how = if may { "remount,rw" } else { "remount,ro" };
        let mount = Command::new("mount").args(["-o", how]).arg(&self.0).status();
        assert!(mount.is_ok_and(|status| status.success()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A file system that is left is gone with the machine.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "who reads the output is to know that it was not tried")]
fn a_full_disk_is_told_and_leaves_the_file_good_and_usable_once_there_is_room() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let Some(disk) = SmallDisk::new(place.path("disk"), 4_096) else {
        println!("a full disk: not tried, since no file system can be mounted here");
        return;
    };
    let on_disk = |arguments: &[&str]| place.run(&[&["--db", "disk/cus.db"], arguments].concat());
    std::fs::write(disk.0.join("ballast"), vec![1; 2_560 * 1_024]).unwrap();
    assert!(on_disk(&["init"]).status.success());
    place.write("lines", (0..3_000).map(report).collect::<String>());
    let output = on_disk(&["batch", "lines", "--keep-going"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("error: ") && !told.contains("panicked"), "{told}");
    let acknowledged = String::from_utf8_lossy(&output.stdout).lines().count();
    assert!(acknowledged > 0, "what fits is written");
    let listed = on_disk(&["list", "--format", "keys"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().count(), acknowledged);
    std::fs::remove_file(disk.0.join("ballast")).unwrap();
    for arguments in [&["db", "check"][..], &["db", "verify"], &["comment", "CSD-1", "there is room again"]] {
        let output = on_disk(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(!disk.0.join("cus.db-wal").exists(), "with room the database is one file again");
}

#[test]
fn a_full_device_for_results_is_told_and_what_was_written_stays() {
    let _beside = crate::beside_others();
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

/// How many notices to customers are recorded, and how many of them wait.
fn notices(place: &Place) -> (usize, usize) {
    let ticket: Value = serde_json::from_str(&place.ok(&["show", "CUS-1", "--json"])).unwrap();
    let to_customers: Vec<&Value> =
        ticket["notices"].as_array().unwrap().iter().filter(|notice| notice["to"] == "customer").collect();
    (to_customers.len(), to_customers.iter().filter(|notice| notice["state"] == "queued").count())
}

#[test]
fn a_kill_at_every_point_between_decision_and_mark_loses_no_notice_and_repeats_it_under_its_own_id() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let library = library(&place);
    std::fs::create_dir_all(place.path(".config/cus")).unwrap();
    let mailer = "n=$(ls mails | wc -l); cat > mails/$n";
    let config = format!("[notify.customer]\nvia = \"command\"\ncommand = [\"sh\", \"-c\", \"{mailer}\"]\n");
    place.write(".config/cus/config.toml", config);
    place.ok(&["report", "--customer", "A", "--summary", "s", "--channel", "email", "--contact", "a@example.com"]);
    place.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    place.ok(&["escalate", "CSD-1", "--priority", "low", "--steps", "s"]);
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    place.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    place.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "8.1"]);
    place.ok(&["notify", "CUS-1", "--to", "support"]);
    let good = std::fs::read(place.path("cus.db")).unwrap();
    let notify = ["notify", "CUS-1", "--to", "customer"];
    std::fs::create_dir(place.path("mails")).unwrap();
    let output = place.command(&notify).env("LD_PRELOAD", &library).env("COUNT_TO", "count").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls: u32 = std::fs::read_to_string(place.path("count")).unwrap().parse().unwrap();
    let mut repeated = 0;
    for at in 1..=calls {
        place.write("cus.db", &good);
        std::fs::remove_dir_all(place.path("mails")).unwrap();
        std::fs::create_dir(place.path("mails")).unwrap();
        let output =
            place.command(&notify).env("LD_PRELOAD", &library).env("KILL_AT", at.to_string()).output().unwrap();
        assert!(output.status.code().is_none(), "it is killed at {at}");
        let mails = || std::fs::read_dir(place.path("mails")).unwrap().count();
        let (decided, waiting) = notices(&place);
        assert!(decided == 1 || (mails() == 0 && decided == 0), "{at}: a mail that nobody decided");
        assert!(decided == 0 || waiting == 1 || mails() == 1, "{at}: told, and not by mail");
        if decided == 0 {
            place.ok(&notify);
        }
        place.ok(&["outbox", "retry"]);
        assert_eq!(notices(&place), (1, 0), "{at}: it is told in the end");
        let ids: Vec<String> = std::fs::read_dir(place.path("mails"))
            .unwrap()
            .map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap())
            .map(|mail| mail.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned())
            .collect();
        assert!((1..=2).contains(&ids.len()) && ids.iter().all(|id| *id == ids[0]), "{at}: {ids:?}");
        repeated += usize::from(ids.len() == 2);
        place.is_good();
    }
    assert!(repeated > 0, "between delivery and mark a kill repeats the mail");
}

#[test]
#[expect(clippy::print_stdout, reason = "who reads the output is to know that it was not tried")]
fn where_nothing_can_be_written_a_database_is_read_and_nothing_is_left() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let Some(disk) = SmallDisk::new(place.path("disk"), 4_096) else {
        println!("a disk that cannot be written to: not tried, since no file system can be mounted here");
        return;
    };
    let on_disk = |arguments: &[&str]| place.run(&[&["--db", "disk/cus.db"], arguments].concat());
    assert!(on_disk(&["init"]).status.success());
    let reported = on_disk(&["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "email"]);
    assert!(reported.status.success());
    disk.may_be_written(false);
    for arguments in [&["list"][..], &["show", "CSD-1"], &["search", "rates"], &["db", "verify"], &["export"]] {
        let output = on_disk(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(String::from_utf8_lossy(&on_disk(&["list"]).stdout).contains("Rates are zero"));
    let refused = on_disk(&["comment", "CSD-1", "x"]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(told.contains("cannot be written to") && told.contains("hint: "), "{told}");
    assert_eq!(std::fs::read_dir(&disk.0).unwrap().count(), 1, "nothing is left beside it");
    disk.may_be_written(true);
}
