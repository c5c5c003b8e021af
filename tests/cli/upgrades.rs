//! Databases of earlier versions.

use rusqlite::Connection;
use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::schemas;

/// A place with a database as an earlier version left it.
fn earlier(version: i64) -> Sandbox {
    let sandbox = Sandbox::empty();
    schemas::write(&sandbox.database(), version);
    sandbox
}

/// Every table, index and trigger, without the white space of its text.
fn schema(sandbox: &Sandbox) -> Vec<(String, String)> {
    let database = Connection::open(sandbox.database()).unwrap();
    let mut statement = database.prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    rows.map(|row| row.map(|(name, sql)| (name, without_comments(&sql))).unwrap()).collect()
}

fn without_comments(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap());
    let line = lines.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace(" )", ")").replace(" ,", ",")
}

#[test]
fn a_database_of_an_earlier_version_is_brought_up_to_date_by_the_first_command_and_nothing_is_lost() {
    schemas::earlier().for_each(nothing_is_lost_of);
}

fn nothing_is_lost_of(version: i64) {
    let sandbox = earlier(version);
    let before = std::fs::read(sandbox.database()).unwrap();
    let listed = sandbox.ok(&["list", "--format", "keys"]);
    assert_eq!(listed.lines().count(), 7);
    let kept = std::fs::read(sandbox.path(&format!("cus.db.schema-{version}"))).unwrap();
    assert_eq!(kept.len(), before.len(), "a copy is kept");
    let fresh = Sandbox::new();
    assert_eq!(schema(&sandbox), schema(&fresh));
    sandbox.ok(&["db", "check"]);
    let verified: Value = serde_json::from_str(&sandbox.ok(&["db", "verify", "--json"])).unwrap();
    assert_eq!(verified["tickets"], 7);
    let waiting = sandbox.json(&["outbox"]);
    assert_eq!(waiting["items"][0]["attempts"], 1, "how often a notice was tried is kept");
    assert!(waiting["items"][0]["error"].as_str().unwrap().contains("false"));
    assert_eq!(sandbox.json(&["attachment", "list", "CSD-1"])["items"][0]["name"], "note.txt");
    assert!(sandbox.ok(&["policy", "get"]).contains("2d"));
    assert_eq!(sandbox.json(&["show", "CSD-5"])["key"], "SD-17");
    assert!(sandbox.ok(&["search", "midnight"]).contains("CUS-2"));
    sandbox.ok(&["comment", "CUS-2", "still here", "--now", "2027-02-01T00:00:00Z"]);
}

#[test]
fn of_a_read_only_database_of_an_earlier_version_it_is_said_what_to_do() {
    let sandbox = earlier(1);
    // A folder in the way of the copy: nothing is brought up to date without one.
    std::fs::create_dir(sandbox.path("cus.db.schema-1")).unwrap();
    let refused = sandbox.run(&["list"]);
    assert_eq!(refused.exit, 7, "{}", refused.err);
    assert!(refused.err.contains("earlier cus") && refused.err.contains("hint: "), "{}", refused.err);
    assert_eq!(schemas::version(&sandbox.database()), 1);
    std::fs::remove_dir(sandbox.path("cus.db.schema-1")).unwrap();
    sandbox.ok(&["list"]);
    assert_eq!(schemas::version(&sandbox.database()), schemas::THIS);
}
