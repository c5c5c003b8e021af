//! `cus page`: what stands on it, what never does, and how it is written.

use std::fs;

use crate::sandbox::Sandbox;

const HOSTILE: &str = "</style><script>alert(1)</script><img src=x onerror=alert(2)>";

/// The page with its style taken off.
fn page(sandbox: &Sandbox, flags: &[&str]) -> String {
    let page = sandbox.ok(&[&["page"], flags].concat());
    let (before, rest) = page.split_once("<style>").expect("a style");
    format!("{before}{}", rest.split_once("</style>").expect("the end of the style").1)
}

#[test]
fn the_page_shows_duties_cards_and_every_open_ticket() {
    let sandbox = Sandbox::escalated();
    let page = page(&sandbox, &[]);
    assert!(page.starts_with("<!doctype html>"), "{page}");
    for part in ["id=\"overdue\"", "id=\"board\"", "href=\"#CUS-1\"", "id=\"CUS-1\"", "Open Bug List", "<svg "] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"), "{page}");
    assert!(page.contains("default-src &#x27;none&#x27;; style-src &#x27;sha256-"), "{page}");
}

#[test]
fn hostile_text_is_shown_and_never_run() {
    let sandbox = Sandbox::new();
    sandbox.ok(&[
        "report",
        "--customer",
        HOSTILE,
        "--summary",
        HOSTILE,
        "--channel",
        "phone",
        "--description",
        HOSTILE,
    ]);
    let page = page(&sandbox, &[]);
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
}

#[test]
fn a_customers_page_has_customer_safe_facts_alone() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["comment", "CSD-1", "internal words"]);
    sandbox.ok(&["report", "--customer", "Other Corp", "--summary", "theirs", "--channel", "phone"]);
    let customer = sandbox.json(&["show", "CSD-1"])["customer"].as_str().expect("a customer").to_owned();
    let page = page(&sandbox, &["--customer", &customer]);
    assert!(page.contains("CSD-1") && page.contains(&customer), "{page}");
    for secret in ["CUS-1", "internal words", "Other Corp", "theirs", "critical", "duty", "Timeline"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    assert_eq!(sandbox.run(&["page", "--customer", "Nobody"]).exit, 3);
}

#[cfg(unix)]
#[test]
fn a_page_is_replaced_whole_and_stays_as_readable_as_it_was() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = Sandbox::escalated();
    let path = sandbox.path("page.html");
    fs::write(&path, "before").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    let done = sandbox.json(&["page", "--to", path.to_str().expect("a path")]);
    let written = fs::read_to_string(&path).expect("read");
    assert_eq!(done["bytes"], written.len());
    assert!(written.ends_with("</html>\n") || written.ends_with("</html>"), "{written}");
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    let refused = sandbox.run(&["page", "--to", "/nowhere/page.html"]);
    assert_eq!(refused.exit, 1, "{}", refused.err);
}

#[test]
fn figures_of_the_page_are_those_of_stats() {
    let sandbox = Sandbox::escalated();
    let stats = sandbox.json(&["stats"]);
    let arrived = stats["items"][0]["arrived"].as_u64().expect("a count");
    let page = page(&sandbox, &[]);
    assert!(page.contains(&format!("arrived {arrived}, escalated 1")), "{page}");
}
