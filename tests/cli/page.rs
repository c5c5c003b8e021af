//! `cus page`: what stands on it, what never does, and how it is written.

use std::fs;

use serde_json::Value;

use crate::sandbox::Sandbox;

const WALKTHROUGH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/walkthrough.jsonl");
const LATER: &str = "2026-05-08T10:00:00Z";
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

/// The cells of the second column of a chart's table.
fn figures(page: &str, title: &str) -> Vec<String> {
    let (_, rest) = page.split_once(&format!("aria-label=\"{title}, the figures\"")).expect(title);
    let (table, _) = rest.split_once("</table>").expect("the end of a table");
    let rows = table.split("<tr>").skip(2);
    rows.map(|row| row.split("<td>").nth(2).expect("a cell").split('<').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn figures_of_the_page_are_those_of_stats() {
    let sandbox = Sandbox::empty();
    sandbox.ok(&["batch", "--create", WALKTHROUGH, "--format", "keys"]);
    for span in [&["--since", "2026-01-01"][..], &["--since", "2026-03-03", "--until", "2026-04-05"]] {
        let span = &[span, &["--now", LATER]].concat();
        let stats = sandbox.json(&[&["stats"], &span[..]].concat());
        let all = &stats["items"][0];
        let page = page(&sandbox, span);
        let counts = ["arrived", "escalated", "closed", "slipped"].map(|name| format!("{name} {}", all[name]));
        assert!(page.contains(&format!("in all: {}.", counts.join(", "))), "{counts:?}");
        let times = all["times"].as_array().expect("times");
        let in_time = times.iter().filter_map(|time| time["in_time"].as_f64());
        let in_time: Vec<String> = in_time.map(|share| format!("{:.0} %", share * 100.0)).collect();
        assert_eq!(figures(&page, "Done in time"), in_time);
        let count = |time: &Value, name: &str| time[name].as_u64().expect("a count");
        let not_done: Vec<String> = times
            .iter()
            .filter_map(|time| match (count(time, "late"), count(time, "ended")) {
                (0, 0) => None,
                (late, 0) => Some(format!("{late} open and late")),
                (0, ended) => Some(format!("{ended} ended")),
                (late, ended) => Some(format!("{late} open and late, {ended} ended")),
            })
            .collect();
        assert_eq!(figures(&page, "Not done: late now, or ended otherwise"), not_done);
        let medians = figures(&page, "Time to do what was owed: the median");
        assert_eq!(medians.len(), times.iter().filter(|time| time["count"] != 0).count());
    }
}

#[test]
fn tickets_are_a_page_to_send() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["report", "--customer", "Other Corp", "--summary", HOSTILE, "--channel", "phone"]);
    let page = sandbox.ok(&["export", "--form", "html", "CUS-1"]);
    assert!(page.starts_with("<!doctype html>") && page.contains("id=\"CUS-1\""), "{page}");
    assert!(page.contains("<details open>") && !page.contains("Other Corp"), "{page}");
    let both = sandbox.ok(&["export", "--form", "html", "CUS-1", "CSD-2"]);
    assert!(both.contains("<title>2 tickets</title>") && both.contains("id=\"CSD-2\""), "{both}");
    assert!(!both.contains("<script") && both.contains("&lt;script&gt;"), "{both}");
    assert_eq!(sandbox.run(&["export", "--form", "html", "CUS-9"]).exit, 3);
}

#[test]
fn due_times_are_a_calendar_whose_ids_stay() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "Labels are blank", "--channel", "phone"]);
    let ids = |flags: &[&str]| -> Vec<String> {
        let calendar = sandbox.ok(&[&["export", "--form", "ics"], flags].concat());
        assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"), "{calendar}");
        calendar.lines().filter_map(|line| line.strip_prefix("UID:")).map(str::to_owned).collect()
    };
    let all = ids(&[]);
    assert_eq!(ids(&["--now", "2026-03-09T08:00:00Z"]), all);
    let [engineering, support] = ["engineering", "support"].map(|role| ids(&["--role", role]));
    assert_eq!(engineering.len() + support.len(), all.len(), "{all:?}");
    assert!(engineering.iter().all(|id| id.starts_with("CUS-1-")) && !engineering.is_empty(), "{engineering:?}");
    assert_eq!(ids(&["CSD-2"]).len(), 2, "the assessment and the next word");
    assert_eq!(ids(&["--assignee", "erin"]), [""; 0]);
    sandbox.ok(&["assign", "CUS-1", "--to", "erin"]);
    assert_eq!(ids(&["--assignee", "erin"]), engineering);
}
