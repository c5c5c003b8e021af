//! Attachments in and out, and texts from files.

use crate::sandbox::Sandbox;

#[test]
fn files_come_back_byte_for_byte_under_names_of_their_own() {
    let sandbox = Sandbox::escalated();
    let large: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    sandbox.write("empty.log", "");
    sandbox.write("shot.png", &large);
    sandbox.ok(&["attach", "CUS-1", "empty.log", "shot.png"]);
    sandbox.write("shot.png", "another");
    sandbox.ok(&["attach", "CUS-1", "shot.png"]);
    assert_eq!(sandbox.ok(&["attachment", "list", "CUS-1", "--format", "keys"]), "empty.log\nshot.png\nshot-2.png\n");
    for (name, content) in [("empty.log", b"".as_slice()), ("shot.png", &large), ("shot-2.png", b"another")] {
        sandbox.ok(&["attachment", "save", "CUS-1", name, "--to", "saved"]);
        assert_eq!(std::fs::read(sandbox.path("saved")).unwrap(), content);
        std::fs::remove_file(sandbox.path("saved")).unwrap();
    }
    assert_eq!(sandbox.ok(&["attachment", "save", "CUS-1", "shot-2.png", "--to", "-"]), "another");
    assert_eq!(sandbox.json(&["attachment", "save", "CUS-1", "shot-2.png", "--to", "saved"])["saved"], "saved");
}

#[test]
fn files_that_come_with_a_step_are_kept_as_those_that_come_alone() {
    let sandbox = Sandbox::new();
    let contents = [("a.txt", "file A\n".repeat(2)), ("b.bin", "b".repeat(200_000)), ("c.txt", "file C".to_owned())];
    for (name, content) in &contents {
        sandbox.write(name, content);
    }
    let report = ["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"];
    sandbox.ok(&[report.as_slice(), &["--attach", "a.txt", "--attach", "b.bin"]].concat());
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    let escalate = ["escalate", "CSD-1", "--priority", "low", "--steps", "1. look"];
    sandbox.ok(&[escalate.as_slice(), &["--attach", "c.txt", "--attach", "a.txt"]].concat());
    for (key, files) in [("CSD-1", ["a.txt", "b.bin"]), ("CUS-1", ["c.txt", "a.txt"])] {
        for name in files {
            let content = contents.iter().find(|(other, _)| *other == name).map(|(_, content)| content);
            assert_eq!(Some(&sandbox.ok(&["attachment", "save", key, name, "--to", "-"])), content, "{name} of {key}");
        }
    }
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn a_file_that_is_not_what_was_attached_is_not_handed_out() {
    let sandbox = Sandbox::escalated();
    sandbox.write("a.txt", "what was attached");
    sandbox.ok(&["attach", "CUS-1", "a.txt"]);
    let put = |content: &str| {
        let connection = rusqlite::Connection::open(sandbox.database()).unwrap();
        connection.execute("UPDATE chunk SET bytes = ?1", [content.as_bytes()]).unwrap();
    };
    put("what was not");
    let ran = sandbox.run(&["attachment", "save", "CUS-1", "a.txt", "--to", "-"]);
    assert_eq!((ran.exit, ran.out.as_str()), (7, ""));
    assert!(ran.err.contains("the content of a.txt of `CUS-1` is not what was attached"), "{}", ran.err);
    put("what was attached");
}

#[test]
fn saving_overwrites_nothing_and_stays_where_it_is_told() {
    let sandbox = Sandbox::escalated();
    sandbox.write("a.txt", "first");
    sandbox.ok(&["attach", "CUS-1", "a.txt"]);
    sandbox.write("a.txt", "mine");
    let ran = sandbox.run(&["attachment", "save", "CUS-1", "a.txt"]);
    assert_eq!(ran.exit, 1, "{}", ran.err);
    assert_eq!(std::fs::read_to_string(sandbox.path("a.txt")).unwrap(), "mine");
    sandbox.write("..\\evil", "x");
    sandbox.ok(&["attach", "CUS-1", "..\\evil"]);
    assert_eq!(sandbox.run(&["attachment", "save", "CUS-1", "..\\evil"]).exit, 2);
}

#[test]
fn texts_come_from_files_and_standard_input() {
    let sandbox = Sandbox::assessed();
    sandbox.write("steps.txt", "1. @rate\n2. look\n");
    sandbox.ok(&["escalate", "CSD-1", "--priority", "low", "--steps", "@steps.txt", "--note", "@@home"]);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["steps"], "1. @rate\n2. look");
    let ran = sandbox.run_with(&["comment", "CUS-1", "-"], "from a pipe\n");
    assert_eq!(ran.exit, 0, "{}", ran.err);
    let log = sandbox.ok(&["log", "CUS-1", "--format", "jsonl"]);
    assert!(log.contains(r#""text":"from a pipe""#) && log.contains(r#""text":"@home""#), "{log}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_and_is_not_waited_for() {
    let sandbox = Sandbox::escalated();
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("pipe")).status().unwrap();
    assert!(made.success());
    let ran = sandbox.run(&["attach", "CUS-1", "pipe"]);
    assert_eq!(ran.exit, 1);
    assert!(ran.err.contains("it is not a file"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn the_database_is_private_to_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    assert_eq!(std::fs::metadata(sandbox.database()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_customers_write_reaches_a_terminal_visibly_and_json_exactly() {
    let sandbox = Sandbox::new();
    let hostile = "a\u{1b}[2J\u{202e}b\u{7}";
    sandbox.ok(&[
        "report",
        "--customer",
        hostile,
        "--summary",
        hostile,
        "--channel",
        "email",
        "--description",
        hostile,
    ]);
    for arguments in [vec!["show", "CSD-1"], vec!["list"], vec!["next"], vec!["log"]] {
        let out = sandbox.ok(&arguments);
        assert!(!out.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{arguments:?}: {out:?}");
    }
    assert_eq!(sandbox.json(&["show", "CSD-1"])["description"], hostile);
    sandbox.ok(&["report", "--customer", "=1+1", "--summary", "s", "--channel", "email"]);
    assert!(sandbox.ok(&["list", "--format", "csv"]).contains(",'=1+1,"));
    sandbox.ok(&["report", "--customer", "Acme\nCSD-9", "--summary", "s", "--channel", "email"]);
    assert!(sandbox.ok(&["list"]).contains("Acme CSD-9"), "a name stays in its line");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let sandbox = Sandbox::escalated();
    let script = format!(
        "{} log --format jsonl | head -c 1 > /dev/null; {} list | true",
        env!("CARGO_BIN_EXE_cus"),
        env!("CARGO_BIN_EXE_cus")
    );
    let mut shell = std::process::Command::new("sh");
    let output = shell.args(["-c", &script]).env("CUS_DB", sandbox.database()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_backup_is_complete_and_overwrites_nothing() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["db", "backup", "copy.db"]);
    let shown = |db: &str| {
        let mut ticket = sandbox.json(&["--db", db, "show", "CUS-1"]);
        for owed in ticket["owed"].as_array_mut().unwrap() {
            owed["fix"].take();
        }
        ticket
    };
    assert_eq!(shown("copy.db"), shown("cus.db"));
    assert_eq!(sandbox.json(&["--db", "copy.db", "db", "verify"]), sandbox.json(&["db", "verify"]));
    let again = sandbox.run(&["db", "backup", "copy.db"]);
    assert_eq!(again.exit, 1, "{}", again.err);
    let left: Vec<String> = std::fs::read_dir(sandbox.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".cus-") || name.ends_with("-wal"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_restore_brings_the_copy_back_and_keeps_what_was_there() {
    let sandbox = Sandbox::escalated();
    let head = sandbox.json(&["db", "verify"])["head"].clone();
    sandbox.ok(&["db", "backup", "copy.db"]);
    sandbox.ok(&["comment", "CUS-1", "written after the copy"]);
    let asked = sandbox.run(&["db", "restore", "copy.db"]);
    assert_eq!(asked.exit, 2);
    assert!(asked.err.contains("hint: --yes"), "{}", asked.err);
    let restored = sandbox.json(&["db", "restore", "copy.db", "--yes"]);
    assert_eq!(sandbox.json(&["db", "verify"])["head"], head);
    let kept = restored["kept"].as_str().unwrap();
    assert!(sandbox.ok(&["--db", kept, "log"]).contains("written after the copy"));
    sandbox.ok(&["--db", "new.db", "db", "restore", "copy.db"]);
    assert_eq!(sandbox.json(&["--db", "new.db", "db", "verify"])["head"], head);
}

#[test]
fn what_is_no_sound_copy_is_not_restored() {
    let sandbox = Sandbox::escalated();
    let head = sandbox.json(&["db", "verify"])["head"].clone();
    sandbox.write("text.db", "no database");
    sandbox.ok(&["db", "backup", "copy.db"]);
    let mut bytes = std::fs::read(sandbox.path("copy.db")).unwrap();
    let place = bytes.windows(14).position(|window| window == b"Rate a parcel.").unwrap();
    bytes[place] = b'H';
    sandbox.write("tampered.db", bytes);
    for copy in ["text.db", "tampered.db", "missing.db"] {
        let ran = sandbox.run(&["db", "restore", copy, "--yes"]);
        assert_eq!(ran.exit, 7, "{copy}: {}", ran.err);
    }
    assert_eq!(sandbox.json(&["db", "verify"])["head"], head);
}

#[test]
fn copies_are_private_and_a_group_shared_database_stays_shared() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::escalated();
    let mode = |name: &str| std::fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o777;
    sandbox.ok(&["db", "backup", "copy.db"]);
    assert_eq!(mode("copy.db"), 0o600);
    std::fs::set_permissions(sandbox.database(), std::fs::Permissions::from_mode(0o660)).unwrap();
    sandbox.ok(&["comment", "CUS-1", "x"]);
    sandbox.ok(&["db", "rebuild"]);
    sandbox.ok(&["db", "restore", "copy.db", "--yes"]);
    sandbox.ok(&["redact", "CUS-1", "--text", "Rate a parcel", "--note", "x"]);
    assert_eq!(mode("cus.db"), 0o660);
    let kept: Vec<String> = std::fs::read_dir(sandbox.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("cus.db.replaced-"))
        .collect();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|name| mode(name) == 0o600), "{kept:?}");
}

#[test]
fn a_link_in_the_place_of_a_copy_is_not_followed() {
    let sandbox = Sandbox::escalated();
    sandbox.write("precious", "mine");
    std::os::unix::fs::symlink(sandbox.path("precious"), sandbox.path("copy.db")).unwrap();
    assert_eq!(sandbox.run(&["db", "backup", "copy.db"]).exit, 1);
    assert_eq!(std::fs::read_to_string(sandbox.path("precious")).unwrap(), "mine");
}
