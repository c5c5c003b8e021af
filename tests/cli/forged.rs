//! Redactions that another program writes: they can remove a text, as `cus` itself does, and never replace one.

use rusqlite::{Connection, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::sandbox::Sandbox;

const WORDS: &str = "Customer error: they changed the tariff themselves";

fn raw(sandbox: &Sandbox) -> Connection {
    Connection::open(sandbox.database()).unwrap()
}

/// An event to be appended to CSD-1, with all that the chain covers.
struct Forgery {
    type_name: &'static str,
    stream: &'static str,
    data: String,
    texts: Vec<(&'static str, &'static str)>,
}

impl Forgery {
    /// A redaction that removes these texts of an event, and has these texts itself.
    fn of(event: i64, removed: &serde_json::Value, texts: &[(&'static str, &'static str)]) -> Self {
        let data = json!({ "event": event, "removed": removed, "file": false }).to_string();
        Self { type_name: "redacted", stream: "CSD-1", data, texts: texts.to_vec() }
    }

    /// Appends it with a right hash and a right chain, and returns its id.
    fn append(&self, connection: &Connection) -> i64 {
        let (last, chain): (i64, Vec<u8>) = connection
            .query_row("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        let (seq, stage, at): (i64, String, i64) = connection
            .query_row(
                "SELECT seq, stage_after, at FROM event WHERE stream = ?1 ORDER BY seq DESC LIMIT 1",
                [self.stream],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap();
        let (id, nonce) = (last + 1, [7_u8; 16]);
        let hashes: Vec<Vec<u8>> = self
            .texts
            .iter()
            .map(|(_, text)| Sha256::digest([&nonce[..], text.as_bytes()].concat()).to_vec())
            .collect();
        let list = self
            .texts
            .iter()
            .zip(&hashes)
            .flat_map(|((name, _), hash)| [&(name.len() as i64).to_be_bytes()[..], name.as_bytes(), hash].concat());
        let list: Vec<u8> = list.collect();
        let hash = (!self.texts.is_empty()).then(|| Sha256::digest(&list).to_vec());
        let mut link = Sha256::new();
        link.update(chain);
        [id, seq + 1, 1, 2, at, id].iter().for_each(|number| link.update(number.to_be_bytes()));
        let columns = [
            Some(self.stream),
            Some(self.type_name),
            Some("redact"),
            Some("mallory"),
            None,
            Some("cus"),
            None,
            Some(&*stage),
            Some(&*stage),
            None,
            Some(&*self.data),
        ];
        for part in columns.map(|text| text.map(str::as_bytes)).into_iter().chain([hash.as_deref()]) {
            link.update(part.map_or(-1, |part| part.len() as i64).to_be_bytes());
            link.update(part.unwrap_or_default());
        }
        let object = |value: &dyn Fn(usize) -> String| {
            let entries = self.texts.iter().enumerate().map(|(n, (name, _))| ((*name).to_owned(), json!(value(n))));
            (!self.texts.is_empty()).then(|| serde_json::Value::Object(entries.collect()).to_string())
        };
        let texts = object(&|n| self.texts[n].1.to_owned());
        let nonces = object(&|_| "07".repeat(16));
        let hashes = (!self.texts.is_empty()).then(|| hashes.concat());
        connection
            .execute(
                "INSERT INTO event (id, stream, seq, type, version, step, edition, at, actor, origin, command, \
                 stage_before, stage_after, data, texts, nonces, hashes, hash, chain) \
                 VALUES (?1, ?2, ?3, ?4, 1, 'redact', 2, ?5, 'mallory', 'cus', ?1, ?6, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    id,
                    self.stream,
                    seq + 1,
                    self.type_name,
                    at,
                    stage,
                    self.data,
                    texts,
                    nonces,
                    hashes,
                    hash,
                    link.finalize().to_vec()
                ],
            )
            .unwrap();
        id
    }
}

#[track_caller]
fn refused(connection: &Connection, sql: &str) {
    let error = connection.execute_batch(sql).expect_err(sql).to_string();
    assert!(error.contains("events are never changed"), "{sql}: {error}");
}

#[test]
fn a_forged_redaction_cannot_replace_a_text() {
    let sandbox = Sandbox::assessed();
    let head = sandbox.json(&["db", "verify"])["head"].as_str().unwrap().to_owned();
    let connection = raw(&sandbox);
    let by = Forgery::of(1, &json!({ "summary": null }), &[]).append(&connection);
    let other = |by: i64| {
        format!("UPDATE event SET texts = json_set(texts, '$.summary', '{WORDS}'), redacted_by = {by} WHERE id = 1")
    };
    refused(&connection, &other(by));
    for sql in [
        "UPDATE event SET redacted_by = BY WHERE id = 1",
        "UPDATE event SET texts = json_remove(texts, '$.summary'), redacted_by = BY WHERE id = 1",
        "UPDATE event SET nonces = json_remove(nonces, '$.summary'), redacted_by = BY WHERE id = 1",
        "UPDATE event SET texts = json_remove(texts, '$.summary'), nonces = NULL, redacted_by = BY WHERE id = 1",
        "UPDATE event SET texts = '{}', nonces = '{}', redacted_by = BY WHERE id = 1",
        "UPDATE event SET texts = NULL, nonces = NULL, redacted_by = BY WHERE id = 1",
        "UPDATE event SET hashes = x'', redacted_by = BY WHERE id = 1",
    ] {
        refused(&connection, &sql.replace("BY", &by.to_string()));
    }
    connection.execute_batch(&format!("DROP TRIGGER event_redacted; {}", other(by))).unwrap();
    drop(connection);
    sandbox.write("damaged", "");
    for arguments in [&["db", "verify", "--expect", &head][..], &["db", "rebuild"]] {
        let ran = sandbox.run(arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (7, ""), "{arguments:?}");
        assert!(ran.err.contains("the texts of event 1 were changed"), "{}", ran.err);
    }
}

#[test]
fn a_redaction_that_would_put_something_in_is_none() {
    for removed in [json!({ "summary": WORDS }), json!(["summary"]), json!(null), json!({ "summary": { "x": null } })] {
        let sandbox = Sandbox::assessed();
        sandbox.write("damaged", "");
        let connection = raw(&sandbox);
        let by = Forgery::of(1, &removed, &[]).append(&connection);
        for texts in ["json_set(texts, '$.summary', 'x')", "json_remove(texts, '$.summary')", "NULL", "'{}'"] {
            let nonces = texts.replace("texts", "nonces");
            let sql = format!("UPDATE event SET texts = {texts}, nonces = {nonces}, redacted_by = {by} WHERE id = 1");
            refused(&connection, &sql);
        }
    }
}

#[test]
fn a_redaction_in_another_ticket_removes_nothing() {
    let sandbox = Sandbox::escalated();
    sandbox.write("damaged", "");
    let connection = raw(&sandbox);
    let redaction = Forgery { stream: "CUS-1", ..Forgery::of(1, &json!({ "summary": null }), &[]) };
    let by = redaction.append(&connection);
    let both = "json_remove(COLUMN, '$.summary')";
    let [texts, nonces] = ["texts", "nonces"].map(|column| both.replace("COLUMN", column));
    refused(
        &connection,
        &format!("UPDATE event SET texts = {texts}, nonces = {nonces}, redacted_by = {by} WHERE id = 1"),
    );
}

#[test]
fn words_that_a_forged_redaction_gives_are_shown_as_a_redactions() {
    let sandbox = Sandbox::assessed();
    let head = sandbox.json(&["db", "verify"])["head"].as_str().unwrap().to_owned();
    let connection = raw(&sandbox);
    let texts = [("instead.summary", WORDS), ("note", "n")];
    let by = Forgery::of(1, &json!({ "summary": null }), &texts).append(&connection);
    let update = format!(
        "UPDATE event SET texts = json_patch(texts, '{{\"summary\":null}}'), \
         nonces = json_patch(nonces, '{{\"summary\":null}}'), redacted_by = {by} WHERE id = 1"
    );
    connection.execute_batch(&update).unwrap();
    drop(connection);
    sandbox.ok(&["db", "rebuild"]);
    sandbox.ok(&["db", "verify", "--expect", &head]);
    let shown = format!("[redacted] {WORDS}");
    assert_eq!(sandbox.json(&["show", "CSD-1"])["summary"], shown);
    let log = sandbox.json(&["log", "CSD-1"]);
    let events = log["items"].as_array().unwrap();
    assert_eq!((&events[0]["redacted_by"], &events[0]["data"]["summary"]), (&json!(by), &json!(shown)));
    let redaction = events.last().unwrap();
    assert_eq!((&redaction["actor"], &redaction["data"]["instead"]), (&json!("mallory"), &json!({ "summary": WORDS })));
}

#[test]
fn a_text_that_is_put_back_or_replaced_after_its_redaction_is_found() {
    let sandbox = Sandbox::assessed();
    let connection = raw(&sandbox);
    let read = "SELECT texts, nonces FROM event WHERE id = 1";
    let (texts, nonces): (String, String) =
        connection.query_row(read, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    drop(connection);
    sandbox.ok(&["redact", "CSD-1", "--text", "zero", "--note", "a secret"]);
    sandbox.write("damaged", "");
    let connection = raw(&sandbox);
    let put = |texts: &str| format!("UPDATE event SET texts = '{texts}', nonces = '{nonces}' WHERE id = 1");
    refused(&connection, &put(&texts));
    refused(&connection, &format!("{}; ", put(&texts)).replace("WHERE", ", redacted_by = redacted_by + 1 WHERE"));
    connection.execute_batch("DROP TRIGGER event_redacted").unwrap();
    let sound: (String, String) = connection.query_row(read, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    drop(connection);
    for change in [
        put(&texts),
        put(&texts.replace("zero", "nil")),
        format!("UPDATE event SET texts = '{texts}' WHERE id = 1"),
        "UPDATE event SET redacted_by = NULL WHERE id = 1".to_owned(),
        "UPDATE event SET redacted_by = redacted_by - 1 WHERE id = 1".to_owned(),
    ] {
        raw(&sandbox).execute_batch(&change).unwrap();
        let ran = sandbox.run(&["db", "verify"]);
        assert!(ran.exit == 7 && ran.err.contains("the texts of event 1 were changed"), "{change}: {}", ran.err);
        let (texts, nonces) = &sound;
        raw(&sandbox)
            .execute("UPDATE event SET texts = ?1, nonces = ?2, redacted_by = 3 WHERE id = 1", [texts, nonces])
            .unwrap();
    }
    sandbox.ok(&["db", "rebuild"]);
    sandbox.ok(&["db", "verify"]);
}
