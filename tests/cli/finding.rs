//! What a search finds, and how a list of keys is sorted.

use crate::sandbox::Sandbox;

fn report(sandbox: &Sandbox, summary: &str, more: &[&str]) {
    sandbox.ok(&[&["report", "--customer", "Acme", "--channel", "phone", "--summary", summary], more].concat());
}

fn found(sandbox: &Sandbox, text: &str) -> Vec<String> {
    sandbox.ok(&["search", text, "--format", "keys"]).lines().map(str::to_owned).collect()
}

#[test]
fn a_word_is_found_within_a_text_without_blanks() {
    let sandbox = Sandbox::new();
    report(&sandbox, "登録画面が真っ白になる", &[]);
    report(&sandbox, "로그인화면이 하얗다", &[]);
    report(&sandbox, "登録と面会", &[]);
    for text in ["画面", "真っ白", "登録画面", "白", "る", "登録 画面"] {
        assert_eq!(found(&sandbox, text), ["CSD-1"], "{text}");
    }
    assert_eq!(found(&sandbox, "화면"), ["CSD-2"]);
    assert_eq!(found(&sandbox, "登録"), ["CSD-3", "CSD-1"]);
    assert_eq!(found(&sandbox, "面画"), Vec::<String>::new());
    let hit = &sandbox.json(&["search", "画面"])["items"][0];
    assert!(hit["snippet"].as_str().unwrap().contains("登録画面"), "{hit}");
    sandbox.ok(&["db", "rebuild"]);
    assert_eq!(found(&sandbox, "真っ白"), ["CSD-1"]);
}

#[test]
fn a_version_is_found_with_and_without_its_v() {
    let sandbox = Sandbox::new();
    report(&sandbox, "fails since v5.1.10", &[]);
    report(&sandbox, "fails since 5.1.2 of 10", &[]);
    for text in ["5.1.10", "v5.1.10", "5.1.10.0", "V5.1.10"] {
        assert_eq!(found(&sandbox, text), ["CSD-1"], "{text}");
    }
    assert_eq!(found(&sandbox, "5.1").len(), 2);
    assert_eq!(found(&sandbox, "5.10"), Vec::<String>::new());
}

#[test]
fn beginnings_are_found_beside_exact_words() {
    let sandbox = Sandbox::new();
    report(&sandbox, "the rate is wrong", &[]);
    report(&sandbox, "rates are zero", &[]);
    assert_eq!(found(&sandbox, "rate"), ["CSD-1", "CSD-2"]);
    assert_eq!(found(&sandbox, "rates"), ["CSD-2"]);
}

#[test]
fn keys_are_sorted_by_prefix_and_number() {
    let sandbox = Sandbox::new();
    for key in ["HELP-77", "CSD-10", "CSD-2", "CSD-11", "ABC-1", "Z-2", "Z-9", "Z-10", "Z-100", "Z-11"] {
        report(&sandbox, key, &["--csd", key]);
    }
    let sorted = "ABC-1\nCSD-2\nCSD-10\nCSD-11\nHELP-77\nZ-2\nZ-9\nZ-10\nZ-11\nZ-100\n";
    assert_eq!(sandbox.ok(&["list", "--sort", "key", "--format", "keys"]), sorted);
}

#[test]
fn a_similar_ticket_is_shown_as_long_as_it_can_be_joined() {
    let sandbox = Sandbox::new();
    let report = |customer: &str, summary: &str| {
        sandbox.ok(&["report", "--customer", customer, "--summary", summary, "--channel", "phone"])
    };
    report("Alder", "Driver bonus is blank after the upgrade");
    sandbox.ok(&["assess", "CSD-1", "--trigger", "none", "--handled-by", "engineering"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "low", "--steps", "Open the pay sheet."]);
    assert!(report("Birch", "The bonus of a driver is blank").contains("CSD-2 looks like CUS-1"));
    let join = "cus escalate CSD-2 --into CUS-1";
    for command in [&["show", "CSD-2"][..], &["next", "CSD-2"]] {
        assert!(sandbox.ok(command).contains(join), "{command:?}");
    }
    let assessed = sandbox.ok(&["assess", "CSD-2", "--trigger", "none", "--handled-by", "engineering"]);
    assert!(assessed.contains("it can join") && assessed.contains(join), "{assessed}");
    sandbox.ok(&["escalate", "CSD-2", "--into", "CUS-1"]);
    assert!(!sandbox.ok(&["show", "CSD-2"]).contains("looks like"));
}
