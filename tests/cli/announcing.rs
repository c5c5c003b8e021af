//! Announcements (R36): what happens is told to colleagues who asked for it, and nothing waits for it.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::web_server::WebServer;

/// An assessed ticket, with these audiences.
fn with(config: &str) -> Sandbox {
    let sandbox = Sandbox::assessed();
    std::fs::create_dir_all(sandbox.path(".config/cus")).unwrap();
    sandbox.write(".config/cus/config.toml", config);
    sandbox
}

fn hook(name: &str, port: u16) -> String {
    format!("[notify.{name}]\nvia = 'webhook'\nurl = 'http://127.0.0.1:{port}/{name}'\ntimeout = '2s'\n")
}

const ESCALATE: &[&str] = &["escalate", "CSD-1", "--priority", "high", "--steps", "Rate a parcel."];

#[test]
fn what_happens_is_announced_to_whom_the_policy_names() {
    let server = WebServer::start(&["200 OK"]);
    let sandbox = with(&format!("{}{}", hook("engineering", server.port), hook("leadership", server.port)));
    sandbox.ok(&["policy", "set", "announce.engineering", "escalated,hold-set"]);
    sandbox.ok(&["policy", "set", "announce.leadership", "closed"]);
    let said = sandbox.ok(ESCALATE);
    assert!(said.contains("announcement to engineering"), "{said}");
    sandbox.ok(&["comment", "CUS-1", "x"]);
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    let requests = server.requests();
    assert_eq!(requests.iter().map(|request| request.path.as_str()).collect::<Vec<_>>(), ["/engineering"; 2]);
    let body: Value = serde_json::from_str(&requests[0].body).unwrap();
    assert_eq!(body["audience"], "engineering");
    assert!(body["text"].as_str().unwrap().starts_with("CUS-1 was escalated to Engineering."), "{body}");
    let shown = sandbox.json(&["show", "CUS-1"]);
    assert_eq!(shown["announcements"][0]["what"][0], "escalated");
    assert_eq!((&shown["announcements"][0]["state"], &shown["notices"]), (&"told".into(), &Value::Array(Vec::new())));
    assert!(sandbox.ok(&["show", "CUS-1"]).contains("engineering: escalated, by webhook; delivered"));
    assert!(sandbox.ok(&["log", "CUS-1"]).contains("announcement 1"));
}

#[test]
fn an_announcement_that_cannot_be_delivered_is_kept_and_can_be_dropped() {
    let server = WebServer::start(&["500 no"]);
    let sandbox = with(&hook("operations", server.port));
    sandbox.ok(&["policy", "set", "announce.operations", "escalated"]);
    let ran = sandbox.run(ESCALATE);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    let waiting = sandbox.json(&["outbox"]);
    assert_eq!(
        (&waiting["items"][0]["to"], &waiting["items"][0]["announces"][0]),
        (&"operations".into(), &"escalated".into())
    );
    assert!(sandbox.ok(&["outbox"]).contains("CUS-1 announcement 1 to operations by webhook"));
    assert_eq!(sandbox.run(&["outbox", "retry"]).exit, 8);
    sandbox.ok(&["outbox", "drop", "CUS-1", "1", "--dry-run"]);
    sandbox.ok(&["outbox", "drop", "CUS-1", "1"]);
    assert_eq!(sandbox.ok(&["outbox"]), "The outbox is empty.\n");
    let ran = sandbox.run(&["outbox", "drop", "CUS-1", "1"]);
    assert_eq!(ran.exit, 4, "{}", ran.err);
    sandbox.ok(&["db", "rebuild"]);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["announcements"][0]["state"], "dropped");
}

#[test]
fn nothing_is_announced_to_customers_or_by_printing() {
    let sandbox = with("");
    let ran = sandbox.run(&["policy", "set", "announce.customer", "closed"]);
    assert!(ran.exit != 0 && ran.err.contains("R36"), "{}", ran.err);
    sandbox.ok(&["policy", "set", "announce.support", "escalated"]);
    sandbox.ok(&["policy", "set", "announce.nobody", "escalated"]);
    sandbox.ok(ESCALATE);
    assert!(sandbox.json(&["show", "CUS-1"]).get("announcements").is_none());
    assert_eq!(sandbox.ok(&["outbox"]), "The outbox is empty.\n");
}

#[test]
fn a_batch_announces_what_its_lines_did() {
    let server = WebServer::start(&["200 OK"]);
    let sandbox = with(&hook("engineering", server.port));
    sandbox.ok(&["policy", "set", "announce.engineering", "escalated"]);
    let line = r#"{"do":"escalate","csd":"CSD-1","priority":"low","steps":"s"}"#;
    let ran = sandbox.run_with(&["batch", "-"], &format!("{line}\n"));
    assert_eq!((ran.exit, server.requests().len()), (0, 1), "{}{}", ran.out, ran.err);
}
