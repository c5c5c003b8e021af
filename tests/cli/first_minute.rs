//! The first minute: who I am, the configuration, a database to look at, the way through the work.

use crate::sandbox::Sandbox;
use crate::screen::Screen;

const SIZE: (u16, u16) = (24, 80);

#[test]
fn whoami_says_what_says_so() {
    let sandbox = Sandbox::empty();
    let who = sandbox.json(&["whoami"]);
    assert_eq!((who["name"].as_str(), who["name_from"].as_str()), (Some("dana"), Some("CUS_USER")));
    assert_eq!((who["roles"].as_array().unwrap().len(), &who["roles_from"]), (0, &serde_json::Value::Null));
    sandbox.ok(&["config", "set", "user.role", "support, product"]);
    let who = sandbox.json(&["whoami", "--as", "eli"]);
    assert_eq!((who["name_from"].as_str(), who["roles_from"].as_str()), (Some("--as"), Some("configuration")));
    assert_eq!(who["roles"], serde_json::json!(["support", "product"]));
}

#[test]
fn the_configuration_is_shown_with_its_sources_and_checked_before_it_is_kept() {
    let sandbox = Sandbox::empty();
    let file = sandbox.path(".config/cus/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "# mine\n[user]\nname = \"ada\" # me\n").unwrap();
    sandbox.ok(&["config", "set", "filters.urgent", "--priority critical"]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# mine\n[user]\nname = \"ada\" # me\n") && text.contains("urgent"), "{text}");
    for (key, value) in [("user.nmae", "x"), ("user.role", "boss"), ("notify.customer.via", "pigeon"), ("user", "x")] {
        let ran = sandbox.run(&["config", "set", key, value]);
        assert_eq!(ran.exit, 2, "{key}: {}", ran.err);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    let shown = sandbox.json(&["config"]);
    let items = shown["items"].as_array().unwrap();
    let source = |key: &str| items.iter().find(|item| item["key"] == key).map(|item| item["source"].clone()).unwrap();
    assert_eq!(source("user.name"), "CUS_USER");
    assert_eq!(source("filters.urgent"), "configuration");
    assert_eq!(source("database"), "CUS_DB");
}

#[test]
fn init_offers_to_keep_name_and_role() {
    let sandbox = Sandbox::empty();
    let login = [("CUS_USER", ""), ("LOGNAME", "mira")];
    let mut screen = Screen::start_with(&sandbox, SIZE, &["init"], &login);
    screen.wait_for("Enter for mira").answer("Your name ›", "\r").answer("talks to customers", " \r");
    screen.wait_for("Next: cus report").ends(0);
    let config = std::fs::read_to_string(sandbox.path(".config/cus/config.toml")).unwrap();
    assert!(config.contains("name = \"mira\"") && config.contains("role = \"support\""), "{config}");
}

#[test]
fn quiet_leaves_results_and_errors() {
    let sandbox = Sandbox::escalated();
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "backlog"]);
    let told = sandbox.run(&["notify", "CUS-1", "--to", "support", "-q"]);
    assert_eq!(told.err, "");
    assert!(told.out.contains("CSD-1"), "{}", told.out);
    let refused = sandbox.run(&["assess", "CUS-1", "--quiet"]);
    assert!(refused.exit != 0 && refused.err.starts_with("error:"), "{}", refused.err);
}

#[test]
fn a_demo_is_of_these_days() {
    let sandbox = Sandbox::empty();
    sandbox.ok(&["demo", "look.db"]);
    let again = sandbox.run(&["demo", "look.db"]);
    assert!(again.exit == 2 && again.err.contains("there already"), "{}", again.err);
    let newest = sandbox.json(&["--db", "look.db", "list", "--sort", "created", "--limit", "1"]);
    assert!(newest["items"][0]["created"].as_str().unwrap().starts_with("2026-03-02T07"), "{newest}");
    sandbox.ok(&["--db", "look.db", "db", "verify"]);
    assert!(!sandbox.database().exists());
    sandbox.ok(&["demo"]);
    sandbox.ok(&["demo"]);
}

#[test]
fn start_leads_from_the_call_to_the_escalation() {
    let sandbox = Sandbox::new();
    let mut screen = Screen::start(&sandbox, SIZE, &["start", "-c", "Acme", "-s", "Rates are zero"]);
    screen.answer("How did it arrive?", "p\r").answer("Description ›", "\r").answer("Contact ›", "\r");
    screen.answer("Product version ›", "\r").answer("Attach a file ›", "\r").answer("Save?", "\r");
    screen.answer("after an upgrade", "n").answer("financial", "n").answer("large customer impact", "n");
    screen.answer("a bug: escalate it next", "e\r").answer("handled by          engineering", "\r");
    screen.answer("drop everything", "\r").answer("Reproduction steps ›", "Rate.\r");
    screen.wait_for("Reproduction steps › Rate.").press("\r").wait_for("steps               Rate.").press("\r").ends(0);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["stage"], "escalated");
    let ran = sandbox.run(&["start"]);
    assert!(ran.exit == 2 && ran.err.contains("hint: cus report"), "{}", ran.err);
}

#[test]
fn work_takes_what_is_owed_one_after_another() {
    let sandbox = Sandbox::escalated();
    let mut screen = Screen::start(&sandbox, SIZE, &["work", "--role", "engineering"]);
    screen.wait_for("CUS-1  assess (in 3 d): Rates are zero").answer("Do it now?", "y");
    screen.answer("Cause ›", "\u{1b}").wait_for("error: cancelled").wait_for("That was all.").ends(0);
    let mut screen = Screen::start(&sandbox, SIZE, &["work", "--role", "product"]);
    screen.wait_for("Nothing is owed now.").ends(0);
    assert_eq!(sandbox.run(&["work"]).exit, 2);
}
