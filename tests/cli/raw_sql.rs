//! Other programs' SQL against the file: the record cannot be changed, and where it was, that is found.

use rusqlite::Connection;

use crate::sandbox::Sandbox;

/// A connection as any program has it: foreign keys and recursive triggers are off.
fn raw(sandbox: &Sandbox) -> Connection {
    Connection::open(sandbox.database()).unwrap()
}

#[track_caller]
fn refused(connection: &Connection, sql: &str, why: &str) {
    let error = connection.execute_batch(sql).expect_err(sql).to_string();
    assert!(error.contains(why), "{sql}: {error}");
}

/// An insert of a next event of CUS-1, with some columns changed.
fn insert(verb: &str, id: &str, seq: &str, before: &str, after: &str) -> String {
    format!(
        "{verb} INTO event (id, stream, seq, type, version, step, edition, at, actor, origin, command, stage_before, \
         stage_after, data, chain) \
         VALUES ({id}, 'CUS-1', {seq}, 'commented', 1, 'comment', 2, 0, 'x', 'cus', 1, {before}, {after}, '{{}}', x'00')"
    )
}

#[test]
fn events_are_neither_changed_nor_deleted_nor_replaced() {
    let sandbox = Sandbox::escalated();
    let connection = raw(&sandbox);
    refused(&connection, "UPDATE event SET actor = 'x' WHERE id = 1", "never changed");
    for name in ["id", "rowid", "oid", "_rowid_", "ROWID"] {
        refused(&connection, &format!("UPDATE event SET {name} = 9 WHERE id = 4"), "never changed");
    }
    let mut columns = connection.prepare("SELECT name FROM pragma_table_info('event')").unwrap();
    for column in columns.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap) {
        refused(&connection, &format!("UPDATE event SET \"{column}\" = \"{column}\" WHERE id = 4"), "never changed");
    }
    refused(&connection, "UPDATE event SET texts = '{}' WHERE id = 1", "never changed");
    refused(&connection, "UPDATE event SET texts = '{}', redacted_by = 2 WHERE id = 1", "never changed");
    refused(&connection, "DELETE FROM event", "never deleted");
    let escalated = "'escalated'";
    refused(&connection, &insert("INSERT OR REPLACE", "1", "2", escalated, escalated), "without gaps");
    refused(&connection, &insert("INSERT OR REPLACE", "5", "1", escalated, escalated), "does not follow");
    refused(&connection, &insert("INSERT OR REPLACE", "5", "1", "NULL", escalated), "does not follow");
    refused(&connection, &insert("INSERT", "5", "0", escalated, escalated), "does not follow");
    refused(&connection, &insert("INSERT", "9", "2", escalated, escalated), "without gaps");
    refused(&connection, &insert("INSERT", "5", "3", escalated, escalated), "does not follow");
}

#[test]
fn no_illegal_stage_change_gets_in() {
    let sandbox = Sandbox::escalated();
    let connection = raw(&sandbox);
    refused(&connection, &insert("INSERT", "5", "2", "'escalated'", "'postmortem'"), "not legal");
    refused(&connection, &insert("INSERT", "5", "2", "'postmortem'", "'closed'"), "does not follow");
    refused(&connection, &insert("INSERT", "5", "2", "NULL", "'escalated'"), "does not follow");
    let legal = insert("INSERT", "5", "2", "'escalated'", "'returned'");
    connection.execute_batch(&format!("BEGIN; {legal}; ROLLBACK")).unwrap();
}

/// Tampers with the file behind the triggers' back, and looks whether that is found.
#[track_caller]
fn found(sql: &str, words: &str) {
    let sandbox = Sandbox::escalated();
    let connection = raw(&sandbox);
    connection
        .execute_batch(
            "DROP TRIGGER event_never_changed; DROP TRIGGER event_redacted; DROP TRIGGER event_never_deleted; \
             DROP TRIGGER event_in_order;",
        )
        .unwrap();
    connection.execute_batch(sql).unwrap();
    drop(connection);
    sandbox.write("damaged", "");
    let ran = sandbox.run(&["db", "verify"]);
    assert_eq!((ran.exit, ran.out.as_str()), (7, ""), "{sql}: {}", ran.err);
    assert!(ran.err.contains(words), "{sql}: {}", ran.err);
}

#[test]
fn verifying_finds_what_was_tampered_with_and_names_the_first() {
    found("UPDATE event SET actor = 'x' WHERE id = 2", "event 2 was changed");
    found("UPDATE event SET at = at + 1 WHERE id = 3", "event 3 was changed");
    found("UPDATE event SET texts = replace(texts, 'Acme', 'Acne') WHERE id = 1", "the texts of event 1 were changed");
    found("DELETE FROM event WHERE id = 2", "or one before it is missing");
    found("DELETE FROM event WHERE id = 4", "events of `CSD-1` are missing");
    found("INSERT INTO chunk (event, n, bytes) VALUES (1, 0, x'41')", "event 1 attached no file");
    found("UPDATE event SET data = '{\"cus\":\"CUS-2\"}' WHERE id = 4", "event 4 was changed");
    found("UPDATE event SET step = 'x' WHERE id = 4", "event 4 was changed");
    found("UPDATE event SET edition = 1 WHERE id = 4", "event 4 was changed");
    found("UPDATE event SET once = 'x' WHERE id = 3", "event 3 was changed");
    found("UPDATE event SET redacted_by = 4 WHERE id = 1", "the texts of event 1 were changed");
    found("UPDATE event SET texts = json_remove(texts, '$.summary') WHERE id = 1", "the texts of event 1 were changed");
    let swapped = r#"{"customer":"Rates are zero","summary":"Acme"}"#;
    found(&format!("UPDATE event SET texts = '{swapped}' WHERE id = 1"), "the texts of event 1 were changed");
    found(
        "UPDATE event SET nonces = json_set(nonces, '$.summary', '00000000000000000000000000000000') WHERE id = 1",
        "the texts of event 1 were changed",
    );
    found("UPDATE event SET hashes = CAST(hashes || hashes AS BLOB) WHERE id = 1", "the texts of event 1 were changed");
    found(
        "UPDATE event SET texts = NULL, nonces = NULL, hashes = NULL, hash = NULL WHERE id = 1",
        "event 1 was changed",
    );
    found("UPDATE ticket SET stage = 'closed' WHERE id = 'CUS-1'", "the current state of `CUS-1`");
    found("UPDATE ticket SET customer = 'x' WHERE id = 'CSD-1'", "the current state of `CSD-1`");
    found("UPDATE duty SET due = due + 1", "the current state of `CSD-1`");
    found("DELETE FROM duty", "the current state of `CSD-1`");
    found("DELETE FROM link", "the current state of `CUS-1`");
    found("INSERT INTO alias SELECT 'X-1', began FROM ticket WHERE id = 'CSD-1'", "the current state of `CSD-1`");
    found("UPDATE counter SET next = 9 WHERE kind = 'cus'", "next free keys");
    found("UPDATE stage_count SET tickets = tickets + 1 WHERE stage = 'escalated'", "the counts of the stages");
    found("INSERT INTO word (rowid, text) VALUES (16, 'nonsense')", "the index of words");
    found("INSERT INTO word (word) VALUES ('delete-all')", "the index of words");
}

#[test]
fn a_record_that_was_changed_is_not_rebuilt_from() {
    let sandbox = Sandbox::escalated();
    let forge = "DROP TRIGGER event_redacted; UPDATE event SET texts = replace(texts, 'Acme', 'Acne') WHERE id = 1";
    raw(&sandbox).execute_batch(forge).unwrap();
    sandbox.write("damaged", "");
    for command in ["verify", "rebuild"] {
        let ran = sandbox.run(&["db", command]);
        assert_eq!((ran.exit, ran.out.as_str()), (7, ""), "{command}");
        let told = "error: the record is damaged: the texts of event 1 were changed\nhint: cus db restore COPY\n";
        assert_eq!(ran.err, told, "{command}");
    }
    let beside = std::fs::read_dir(sandbox.path(".")).unwrap().map(|file| file.unwrap().file_name());
    assert!(beside.into_iter().all(|name| !name.to_string_lossy().contains("replaced")), "nothing was replaced");
}

#[test]
fn rebuilding_makes_the_tables_what_the_events_say() {
    let sandbox = Sandbox::empty();
    sandbox.ok(&["batch", "--create", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/walkthrough.jsonl")]);
    sandbox.ok(&["policy", "set", "close", "2d", "--now", "2026-05-01"]);
    sandbox.ok(&["edit", "CSD-5", "--csd", "DESK-5", "--note", "the desk's own", "--now", "2026-05-02"]);
    let before = ["list", "search rates", "policy get", "next --all", "log", "db verify"];
    let look = || before.map(|line| sandbox.json(&line.split(' ').collect::<Vec<_>>()));
    let sound = look();
    let connection = rusqlite::Connection::open(sandbox.database()).unwrap();
    connection
        .execute_batch(
            "DELETE FROM duty; DELETE FROM link; UPDATE ticket SET stage = 'closed', summary = 1; DELETE FROM alias; \
             DELETE FROM policy; UPDATE counter SET next = 99; INSERT INTO word (word) VALUES ('delete-all');",
        )
        .unwrap();
    drop(connection);
    assert_eq!(sandbox.run(&["db", "verify"]).exit, 7);
    let rebuilt = sandbox.json(&["db", "rebuild"]);
    assert_eq!(rebuilt["rebuilt"], 7);
    assert_eq!(look(), sound);
    let kept = rebuilt["kept"].as_str().unwrap();
    assert_eq!(sandbox.run(&["--db", kept, "db", "verify"]).exit, 7, "what was there is kept as it was");
}

#[test]
fn flipped_bytes_are_found_without_a_panic() {
    let sandbox = Sandbox::escalated();
    let sound = std::fs::read(sandbox.database()).unwrap();
    sandbox.write("damaged", "");
    for page in 0..sound.len() / 4096 {
        let mut bytes = sound.clone();
        bytes[page * 4096..page * 4096 + 64].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(sandbox.database(), &bytes).unwrap();
        for arguments in [["db", "check"], ["db", "verify"], ["show", "CUS-1"]] {
            let exit = sandbox.command().args(arguments).output().unwrap().status.code().unwrap();
            assert!([0, 1, 3, 7].contains(&exit), "{arguments:?} with page {page} flipped: {exit}");
        }
    }
    std::fs::write(sandbox.database(), &sound[..sound.len() / 2]).unwrap();
    assert_eq!(sandbox.command().args(["db", "check"]).output().unwrap().status.code(), Some(7));
}

#[test]
fn a_file_of_the_first_version_is_known_and_the_hint_names_one_database() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["db", "backup", "old.db"]);
    let old = Connection::open(sandbox.path("old.db")).unwrap();
    old.pragma_update(None, "application_id", 0x6375_7331).unwrap();
    drop(old);
    let ran = sandbox.run(&["--db", "old.db", "list"]);
    assert_eq!(ran.exit, 7, "{}", ran.err);
    assert!(ran.err.contains("made by cus 0.1.0") && ran.err.matches("--db ").count() == 1, "{}", ran.err);
}
