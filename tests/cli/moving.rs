//! Moving in and out: exports that are taken back, other trackers' files, pages to paste.

use crate::importing::imported;
use crate::sandbox::Sandbox;

/// A story with files, a policy and notices of each kind.
fn eventful() -> Sandbox {
    let sandbox = Sandbox::escalated();
    sandbox.write("shot.png", [0_u8, 255, 10, 13].repeat(60_000));
    sandbox.write("empty", "");
    sandbox.ok(&["attach", "CUS-1", "shot.png", "empty"]);
    sandbox.ok(&["policy", "set", "close", "2d"]);
    sandbox.ok(&["comment", "CSD-1", "=cmd() | <b>bold</b> \u{202e}evil"]);
    sandbox.ok(&["edit", "CSD-1", "--csd", "DESK-9"]);
    sandbox
}

#[test]
fn an_export_is_taken_back_byte_for_byte() {
    for sandbox in [eventful(), imported()] {
        let export = sandbox.ok(&["export"]);
        sandbox.write("export.jsonl", &export);
        let ran = sandbox.run(&["--db", "other.db", "import", "export.jsonl"]);
        assert_eq!(ran.exit, 7, "only --create makes a database");
        sandbox.ok(&["--db", "other.db", "import", "--create", "export.jsonl"]);
        assert_eq!(sandbox.ok(&["--db", "other.db", "export"]), export);
        let listed = |db: &str| sandbox.ok(&["--db", db, "list", "--json"]).replace(&format!("--db {db} "), "");
        assert_eq!(listed("other.db"), listed("cus.db"));
        let heads = ["cus.db", "other.db"].map(|db| sandbox.json(&["--db", db, "db", "verify"])["head"].clone());
        assert_eq!(heads[0], heads[1]);
        let ran = sandbox.run(&["--db", "other.db", "import", "export.jsonl"]);
        assert!(ran.exit == 4 && ran.err.contains("empty database"), "{}", ran.err);
    }
}

#[test]
fn an_export_that_was_cut_or_changed_is_refused_and_leaves_nothing() {
    let sandbox = eventful();
    let export = sandbox.ok(&["export"]);
    let lines: Vec<&str> = export.lines().collect();
    let joined = |lines: &[&str]| format!("{}\n", lines.join("\n"));
    let without = |n: usize| joined(&[&lines[..n], &lines[n + 1..]].concat());
    let changed = [
        joined(&lines[..lines.len() - 1]),
        without(2),
        without(lines.len() - 2),
        export.replace("Rates are zero", "Rates are fine"),
        export.replace("\"actor\":\"dana\"", "\"actor\":\"eve\""),
        export.replace("\"schema\":2", "\"schema\":99"),
        format!("{export}{{}}\n"),
        export.replacen("{\"event\":3", "{\"event\":03", 1),
    ];
    for (n, text) in changed.iter().enumerate() {
        sandbox.write("changed.jsonl", text);
        let database = format!("{n}.db");
        let ran = sandbox.run(&["--db", &database, "import", "--create", "changed.jsonl"]);
        assert_eq!(ran.exit, 7, "{n}: {}", ran.err);
        assert_eq!(sandbox.ok(&["--db", &database, "list", "--format", "keys"]), "", "{n}");
        sandbox.ok(&["--db", &database, "db", "verify"]);
    }
    let some = sandbox.ok(&["export", "CUS-1"]);
    assert!(some.lines().count() < lines.len());
    sandbox.write("some.jsonl", some);
    let ran = sandbox.run(&["--db", "some.db", "import", "--create", "some.jsonl"]);
    assert!(ran.exit == 7 && ran.err.contains("some tickets only"), "{}", ran.err);
}

#[test]
fn a_table_of_tickets_defuses_formulas_and_a_page_escapes_marks() {
    let sandbox = eventful();
    sandbox.ok(&["edit", "DESK-9", "--summary", "=cmd()", "--customer", "A|B <i>*x*"]);
    let table = sandbox.ok(&["export", "--form", "csv"]);
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains(",'=cmd(),"), "{table}");
    let page = sandbox.ok(&["export", "--form", "md", "DESK-9"]);
    assert!(page.starts_with("# DESK-9: =cmd()\n"), "{page}");
    assert!(
        page.contains("A\\|B &lt;i&gt;\\*x\\*") && page.contains("\\<b") | page.contains("&lt;b&gt;bold"),
        "{page}"
    );
    assert!(!page.contains('\u{202e}'), "{page}");
    let page = sandbox.ok(&["export", "--form", "md", "CUS-1"]);
    assert!(page.contains("## Timeline") && page.contains("| DESK-9 |"), "{page}");
    assert_eq!(sandbox.ok(&["export", "--form", "csv", "--kind", "cus"]).lines().count(), 2);
    assert_eq!(sandbox.run(&["export", "--form", "md", "CUS-99"]).exit, 3);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let sandbox = eventful();
    let line =
        r#"{"do":"report","customer":"Acme","summary":"Rates are zero, and nobody knows why","channel":"phone"}"#;
    sandbox.write("lines", format!("{line}\n").repeat(300));
    sandbox.ok(&["batch", "lines"]);
    for arguments in [
        &["export"][..],
        &["export", "--form", "csv"],
        &["export", "--form", "md"],
        &["list", "--json"],
        &["list", "--format", "jsonl"],
        &["list", "--format", "csv"],
        &["list", "--limit", "500"],
        &["log"],
        &["log", "--json"],
        &["next", "--all", "--limit", "500"],
        &["batch", "lines", "--dry-run"],
    ] {
        let mut command = sandbox.command();
        let piped = std::process::Stdio::piped;
        let mut child = command.args(arguments).stdout(piped()).stderr(piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.contains("rror")), (Some(0), false), "{arguments:?}: {told}");
    }
}
