//! What other programs change of the schema, and in every column: it is found and named, and made anew where it can be.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::sandbox::Sandbox;

fn raw(sandbox: &Sandbox) -> Connection {
    Connection::open(sandbox.database()).unwrap()
}

/// Changes the schema, looks whether that is named, and has it made anew.
#[track_caller]
fn found_and_mended(sandbox: &Sandbox, sql: &str, words: &str) {
    let before = sandbox.json(&["list"]);
    raw(sandbox).execute_batch(sql).unwrap();
    for command in ["check", "verify"] {
        let ran = sandbox.run(&["db", command]);
        assert_eq!(ran.exit, 7, "{command} after {sql}: {}", ran.err);
        assert!(ran.err.contains(words) && ran.err.contains("hint: cus db rebuild\n"), "{sql}: {}", ran.err);
    }
    sandbox.ok(&["db", "backup", "copy.db"]);
    let restored = sandbox.run(&["db", "restore", "copy.db", "--yes"]);
    assert!(restored.exit == 7 && restored.err.contains(words), "{sql}: {}", restored.err);
    std::fs::remove_file(sandbox.path("copy.db")).unwrap();
    sandbox.ok(&["db", "rebuild"]);
    sandbox.ok(&["db", "check"]);
    sandbox.ok(&["db", "verify"]);
    assert_eq!(sandbox.json(&["list"]), before, "{sql}");
}

#[test]
fn what_is_missing_is_named_and_made_anew() {
    let sandbox = Sandbox::escalated();
    for (kind, names) in [
        ("trigger", &["event_in_order", "event_never_changed", "event_never_deleted", "event_redacted"][..]),
        ("index", &["ticket_by_stage", "event_by_once", "link_by_cus", "event_by_message"]),
        ("table", &["alias", "link", "duty", "stage_count", "outbox", "policy", "counter", "stage_change", "word"]),
        ("table", &["origin", "origin_link", "word_config"]),
    ] {
        for name in names {
            let words = format!("the {kind} `{name}` is missing or was changed");
            found_and_mended(&sandbox, &format!("DROP {kind} {name}"), &words);
        }
    }
    raw(&sandbox).execute_batch("PRAGMA foreign_keys = OFF; DROP TABLE ticket").unwrap();
    let ran = sandbox.run(&["db", "verify"]);
    assert!(ran.exit == 7 && ran.err.contains("the table `ticket` is missing"), "{}", ran.err);
    sandbox.ok(&["db", "rebuild"]);
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn what_was_changed_is_named_and_made_anew() {
    let sandbox = Sandbox::escalated();
    for (kind, name, statement) in [
        (
            "trigger",
            "event_never_deleted",
            "CREATE TRIGGER event_never_deleted BEFORE DELETE ON event BEGIN SELECT 1; END",
        ),
        (
            "trigger",
            "event_never_deleted",
            "CREATE TRIGGER event_never_deleted BEFORE DELETE ON event BEGIN\nSELECT RAISE(ABORT, 'events --x') WHERE 0; \
             SELECT ('\n are never deleted');\nEND",
        ),
        ("index", "ticket_by_product", "CREATE INDEX ticket_by_product ON ticket (product_version)"),
        ("table", "policy", "CREATE TABLE policy (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT"),
        ("table", "policy", "CREATE VIEW policy AS SELECT 'close.low' AS key, '1m' AS value"),
        ("table", "word", "CREATE TABLE word (text)"),
    ] {
        let words = format!("the {kind} `{name}` is missing or was changed");
        found_and_mended(&sandbox, &format!("DROP {kind} {name}; {statement}"), &words);
    }
    found_and_mended(
        &sandbox,
        "ALTER TABLE ticket ADD COLUMN secret TEXT",
        "the table `ticket` is missing or was changed",
    );
    for sql in ["DELETE FROM stage_change", "INSERT INTO stage_change VALUES ('csd', 'reported', 'escalated')"] {
        found_and_mended(&sandbox, sql, "the stage changes that are allowed were changed");
    }
}

#[test]
fn what_does_not_belong_there_is_named_and_goes() {
    let sandbox = Sandbox::escalated();
    for (kind, name, rest) in [
        ("trigger", "word_x", "BEFORE INSERT ON event WHEN NEW.type = 'commented' BEGIN SELECT RAISE(IGNORE); END"),
        ("trigger", "word_y", "AFTER INSERT ON hold BEGIN DELETE FROM hold; END"),
        ("trigger", "sneaky", "AFTER INSERT ON duty BEGIN DELETE FROM duty; END"),
        ("index", "mine", "ON ticket (updated)"),
        ("index", "word_mine", "ON ticket (updated)"),
        ("view", "word_view", "AS SELECT * FROM ticket"),
        ("table", "notes", "(text)"),
        ("table", "word_notes", "(text, ticket REFERENCES ticket (began))"),
        ("table", "numbered", "(id INTEGER PRIMARY KEY AUTOINCREMENT)"),
    ] {
        let words = format!("the {kind} `{name}` does not belong there");
        found_and_mended(&sandbox, &format!("CREATE {kind} {name} {rest}"), &words);
    }
    let odd = "CREATE TRIGGER \"my \"\" own\" AFTER INSERT ON duty BEGIN DELETE FROM duty; END";
    found_and_mended(&sandbox, odd, "the trigger `my \" own` does not belong there");
    let virtual_table = "CREATE VIRTUAL TABLE copies USING fts5 (text); INSERT INTO copies VALUES ('kept')";
    found_and_mended(&sandbox, virtual_table, "the table `copies_data` does not belong there");
    found_and_mended(&sandbox, "ANALYZE", "the table `sqlite_stat1` does not belong there");
    let two = "DROP INDEX ticket_by_product; CREATE VIEW a AS SELECT 1; CREATE TABLE b (x)";
    found_and_mended(
        &sandbox,
        two,
        "the index `ticket_by_product` is missing or was changed; the view `a` does not belong there; the table `b` does not",
    );
    sandbox.ok(&["comment", "CUS-1", "this is important"]);
    assert!(sandbox.ok(&["log", "CUS-1"]).contains("this is important"));
}

#[test]
fn a_changed_table_of_the_record_is_named_and_not_made_anew() {
    for (sql, table) in [
        ("ALTER TABLE event ADD COLUMN more TEXT", "event"),
        ("ALTER TABLE chunk ADD COLUMN more TEXT", "chunk"),
        ("DROP TABLE chunk", "chunk"),
    ] {
        let sandbox = Sandbox::escalated();
        sandbox.write("damaged", "");
        raw(&sandbox).execute_batch(sql).unwrap();
        for command in ["verify", "rebuild"] {
            let ran = sandbox.run(&["db", command]);
            let words = format!("the record is damaged: the table `{table}` is missing or was changed");
            assert!(ran.exit == 7 && ran.err.contains(&words), "{command} after {sql}: {}", ran.err);
        }
    }
}

#[test]
fn an_export_is_not_taken_into_a_file_with_something_else_in_it() {
    let sandbox = Sandbox::escalated();
    sandbox.write("export.jsonl", sandbox.ok(&["export"]));
    sandbox.ok(&["--db", "other.db", "init"]);
    let trigger = "CREATE TRIGGER word_x AFTER INSERT ON event BEGIN DELETE FROM chunk; END";
    Connection::open(sandbox.path("other.db")).unwrap().execute_batch(trigger).unwrap();
    let ran = sandbox.run(&["--db", "other.db", "import", "export.jsonl"]);
    assert!(ran.exit == 7 && ran.err.contains("the trigger `word_x` does not belong there"), "{}", ran.err);
}

/// A database with a row in every table.
fn full() -> Sandbox {
    let sandbox = Sandbox::escalated();
    sandbox.write("file.txt", "content");
    sandbox.ok(&["attach", "CUS-1", "file.txt"]);
    sandbox.ok(&["comment", "CSD-1", "a secret"]);
    sandbox.ok(&["redact", "CSD-1", "--text", "secret", "--note", "n"]);
    sandbox.ok(&["policy", "set", "close", "2d"]);
    let known = ["customer", "Acme", "--tier", "gold", "--zone", "UTC", "--contact", "a@example.com", "--note", "n"];
    sandbox.ok(&[&known[..], &["--product-version", "8.0"]].concat());
    sandbox.ok(&["hold", "CUS-1", "--product-version", "8.0", "--note", "n"]);
    sandbox.ok(&["edit", "CSD-1", "--csd", "DESK-9"]);
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "8.1"]);
    sandbox.write(
        "config.toml",
        "[notify.support]\nvia = \"command\"\nto = \"desk@example.com\"\ncommand = [\"/bin/false\"]\n",
    );
    sandbox.write(
        "jira.csv",
        "Summary,Issue key,Issue Type,Status,Created,Outward issue link (Escalation)\nRates,SUP-1,Bug,Open,02/Jan/24 9:00 AM,DEV-7\n",
    );
    sandbox.ok(&["import", "jira.csv"]);
    let mut notify = sandbox.command();
    notify.args(["notify", "CUS-1", "--to", "support"]).env("CUS_CONFIG", "config.toml");
    let output = notify.output().unwrap();
    assert_eq!(output.status.code(), Some(8), "{}", String::from_utf8_lossy(&output.stderr));
    sandbox
}

#[test]
fn every_column_is_verified_or_said_not_to_be() {
    let sandbox = full();
    let verified = sandbox.json(&["db", "verify"]);
    let unverified: Vec<&str> =
        verified["unverified"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(sandbox.ok(&["db", "verify"]).contains("outbox.attempts"));
    let sound = std::fs::read(sandbox.database()).unwrap();
    sandbox.write("damaged", "");
    let columns = "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c \
                   WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
    let connection = raw(&sandbox);
    let mut statement = connection.prepare(columns).unwrap();
    let columns = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    let columns: Vec<(String, String)> = columns.map(Result::unwrap).collect();
    drop(statement);
    drop(connection);
    assert!(columns.len() > 80);
    let mut changed: BTreeMap<String, i32> = BTreeMap::new();
    for (table, column) in columns {
        std::fs::write(sandbox.database(), &sound).unwrap();
        let connection = raw(&sandbox);
        let triggers: Vec<(String, String)> = connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for (name, _) in &triggers {
            connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        let change = format!("UPDATE {table} SET {column} = ");
        let which = if table == "event" { " WHERE id = 1" } else { "" };
        let number = format!("{change} coalesce({column}, 0) + 7000000{which}");
        let text = format!("{change} coalesce({column}, '') || '1'{which}");
        let bytes = format!("{change} CAST(coalesce({column}, x'') || x'00' AS BLOB){which}");
        connection.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").unwrap();
        let done = [number, text, bytes].iter().any(|sql| connection.execute_batch(sql).is_ok());
        assert!(done, "{table}.{column} can be changed");
        for (_, sql) in triggers {
            connection.execute_batch(&sql).unwrap();
        }
        drop(connection);
        changed.insert(format!("{table}.{column}"), sandbox.run(&["db", "verify"]).exit);
    }
    let passed: Vec<&String> = changed.iter().filter(|(_, exit)| **exit == 0).map(|(name, _)| name).collect();
    let mut expected = unverified.clone();
    expected.sort_unstable();
    assert_eq!(passed, expected);
    let failed: BTreeMap<_, _> = changed.iter().filter(|(_, exit)| ![0, 7].contains(*exit)).collect();
    assert_eq!(failed, BTreeMap::new(), "what is found is told as damage");
}
