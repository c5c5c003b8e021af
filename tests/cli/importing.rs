//! Taking in other trackers' files: what goes in as it is, what must be said, and what is told.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Two projects, as Jira's search answers: customers' tickets and Engineering's, linked.
const JIRA: &str = r#"{"startAt":0,"total":4,"issues":[
 {"key":"DESK-1","fields":{"project":{"key":"DESK"},"issuetype":{"name":"Bug"},"summary":"Labels print twice","status":{"name":"Closed"},
  "reporter":{"displayName":"Ada"},"created":"2015-04-24T12:04:05.000+0000","updated":"2015-05-01T08:00:00.000+0200","resolutiondate":"2015-05-01T08:00:00.000+0200",
  "resolution":{"name":"Fixed"},"description":"Two\r\nlabels","labels":["printing"],
  "comment":{"comments":[{"author":{"displayName":"Bo"},"created":"2015-04-25T12:00:00.000+0000","body":"Seen; =1+1"}]},
  "issuelinks":[{"type":{"name":"Relates"},"outwardIssue":{"key":"DEV-7"}}]}},
 {"key":"DESK-2","fields":{"project":{"key":"DESK"},"summary":"Labels print thrice","status":{"name":"Open"},"reporter":{"displayName":"Eve"},
  "created":"2015-06-01T00:00:00.000+0000","updated":"2015-06-02T00:00:00.000+0000","issuelinks":[{"type":{"name":"Relates"},"outwardIssue":{"key":"DEV-7"}}]}},
 {"key":"DEV-7","fields":{"project":{"key":"DEV"},"summary":"Printer loops","status":{"name":"Closed"},"priority":{"name":"Blocker"},"resolution":{"name":"Fixed"},
  "fixVersions":[{"name":"3.1"}],"created":"2015-04-26T00:00:00.000+0000","updated":"2015-04-30T00:00:00.000+0000","resolutiondate":"2015-04-30T00:00:00.000+0000"}},
 {"key":"DEV-8","fields":{"project":{"key":"DEV"},"summary":"Nobody waits for it","status":{"name":"Open"},"fixVersions":[{"name":"3.2"}],
  "created":"2015-04-26T00:00:00.000+0000","updated":"2015-04-30T00:00:00.000+0000"}}
]}"#;

/// The sandbox into which that was imported.
pub(crate) fn imported() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("jira.json", JIRA);
    sandbox.ok(&["import", "jira.json"]);
    sandbox
}

#[test]
fn a_trackers_history_keeps_its_keys_times_and_texts_and_what_is_open_owes_from_now_on() {
    let sandbox = imported();
    let done = sandbox.json(&["show", "DESK-1"]);
    assert_eq!((done["stage"].as_str(), done["cus"].as_str()), (Some("resolved"), Some("DEV-7")));
    assert_eq!(
        (done["created"].as_str(), done["description"].as_str()),
        (Some("2015-04-24T12:04:05Z"), Some("Two\r\nlabels"))
    );
    assert_eq!(done["owed"], Value::Array(Vec::new()));
    let log = sandbox.json(&["log", "DESK-1"]);
    let events = log["items"].as_array().unwrap();
    assert!(events.iter().all(|event| event["origin"] == "import"));
    let comment = events.iter().find(|event| event["type"] == "commented").unwrap();
    assert_eq!((comment["at"].as_str(), comment["actor"].as_str()), (Some("2015-04-25T12:00:00Z"), Some("Bo")));
    let marked = events.last().unwrap();
    assert_eq!((marked["type"].as_str(), marked["at"].as_str()), (Some("imported"), Some("2026-03-02T08:00:00Z")));
    assert_eq!(marked["data"]["rest"]["labels"], "printing");

    let bug = sandbox.json(&["show", "DEV-7"]);
    assert_eq!(
        (bug["key"].as_str(), bug["stage"].as_str()),
        (Some("DEV-7"), Some("postmortem")),
        "one customer still waits"
    );
    assert_eq!((bug["priority"].as_str(), bug["release"]["fix_version"].as_str()), (Some("critical"), Some("3.1")));
    let owed = bug["owed"].as_array().unwrap();
    assert_eq!(
        (owed.len(), owed[0]["what"].as_str(), owed[0]["csd"].as_str()),
        (2, Some("tell-support"), Some("DESK-2"))
    );
    assert_eq!(owed[0]["due"], "2026-03-02T09:00:00Z", "from the time of the import");
    assert_eq!(
        (owed[1]["what"].as_str(), owed[1]["due"].as_str()),
        (Some("write-postmortem"), Some("2026-03-07T08:00:00Z"))
    );
    sandbox.ok(&["notify", "DEV-7", "--to", "support"]);
    sandbox.ok(&["notify", "DESK-2", "--to", "customer"]);
    sandbox.ok(&["confirm", "DESK-2", "--resolved"]);
    sandbox.ok(&["postmortem", "DEV-7", "--root-cause", "no test", "--note", "nothing to do"]);
    sandbox.ok(&["close", "dev-7"]);
    let alone = sandbox.json(&["show", "DEV-8"]);
    assert_eq!((alone["stage"].as_str(), alone["owed"][0]["what"].as_str()), (Some("escalated"), Some("eng-assess")));
}

#[test]
fn a_second_import_changes_nothing_and_a_newer_export_brings_what_is_new() {
    let sandbox = imported();
    let events = sandbox.events();
    let again = sandbox.json(&["import", "jira.json"]);
    assert_eq!((again["unchanged"].as_u64(), again["events"].as_u64(), sandbox.events()), (Some(4), Some(0), events));
    let said = r#"{"author":{"displayName":"Bo"},"created":"2015-07-01T12:00:00.000+0000","body":"Once more"}"#;
    let newer = JIRA
        .replace(
            r#""created":"2015-06-01T00:00:00.000+0000""#,
            &format!(r#""comment":{{"comments":[{said}]}},"created":"2015-06-01T00:00:00.000+0000""#),
        )
        .replace("Nobody waits for it", "Somebody waits for it");
    sandbox.write("newer.json", newer);
    let dry = sandbox.json(&["import", "newer.json", "--dry-run"]);
    assert_eq!((dry["changed"].as_u64(), sandbox.events()), (Some(2), events));
    let report = sandbox.json(&["import", "newer.json"]);
    assert_eq!((report["changed"].as_u64(), report["unchanged"].as_u64()), (Some(2), Some(2)));
    assert!(sandbox.ok(&["log", "DESK-2"]).contains("Once more"));
    assert_eq!(sandbox.json(&["show", "DEV-8"])["summary"], "Somebody waits for it");
    assert_eq!(sandbox.json(&["import", "newer.json"])["unchanged"], 4);
}

#[test]
fn what_was_worked_on_here_keeps_its_own_stage_and_still_gets_comments() {
    let sandbox = imported();
    sandbox.ok(&["close", "DEV-8", "--resolution", "wont-fix", "--note", "Nobody waits"]);
    let said = r#"{"author":{"displayName":"Bo"},"created":"2015-07-01T12:00:00.000+0000","body":"Why not?"}"#;
    let with = format!(r#""summary":"Something else","comment":{{"comments":[{said}]}}"#);
    sandbox.write("newer.json", JIRA.replace(r#""summary":"Nobody waits for it""#, &with));
    sandbox.ok(&["import", "newer.json"]);
    let ticket = sandbox.json(&["show", "DEV-8"]);
    assert_eq!((ticket["stage"].as_str(), ticket["summary"].as_str()), (Some("closed"), Some("Nobody waits for it")));
    assert!(sandbox.ok(&["log", "DEV-8"]).contains("Why not?"));
}

#[test]
fn a_dry_run_tells_the_rows_the_states_and_what_is_skipped_and_writes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("jira.json", JIRA);
    let report = sandbox.ok(&["import", "jira.json", "--dry-run"]);
    for line in ["DESK: 2 issues, customers' tickets", "DEV: 2 issues, CUS tickets", "4 new (2 csd, 2 cus)"] {
        assert!(report.contains(line), "{line} in: {report}");
    }
    assert!(report.contains("Closed (Fixed)  postmortem"), "{report}");
    assert_eq!(sandbox.events(), 0);
}

#[test]
fn rows_that_cannot_be_taken_are_named_and_the_rest_goes_in() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone", "--csd", "DESK-3"]);
    let table = "Ticket ID,Customer Name,Subject,Status,Opened\n1,Alder,\"Two\nlines\",Open,2023-06-01 12:15:36\n\
                 ,Birch,x,Open,\nno key,Birch,x,Open,\n4,Birch,x,Open,soon\n3,Birch,taken,Open,2023-06-02\n\
                 5,Birch,y,Closed,2023-06-02\n6,short\n7,Birch,z,Open,\n8,Birch,z,Open,-\n";
    sandbox.write("desk.csv", table);
    let ran = sandbox.run(&["import", "desk.csv", "--skipped", "skipped.csv"]);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    let named: Vec<&str> = ran.err.lines().collect();
    for (line, said) in named.iter().zip([
        "desk.csv:4: it has no key",
        "desk.csv:5: its key `no key`",
        "desk.csv:6: `Opened`: `soon` is not a time",
        "desk.csv:7: `DESK-3` is used already",
        "desk.csv:9: it has 2 cells",
        "desk.csv: 2 rows: it has no time at which it was made (lines 10, 11)",
    ]) {
        assert!(line.starts_with(said), "{line}");
    }
    assert_eq!(named.len(), 6, "{}", ran.err);
    let skipped = std::fs::read_to_string(sandbox.path("skipped.csv")).unwrap();
    assert_eq!(skipped.lines().count(), 8, "{skipped}");
    assert!(skipped.contains("11,9,it has no time"), "{skipped}");
    assert_eq!(sandbox.json(&["show", "DESK-1"])["summary"], "Two\nlines");
    assert_eq!(sandbox.json(&["show", "DESK-5"])["stage"], "resolved");
    let next = sandbox.json(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    assert_eq!(next["key"], "CSD-1", "numbers of other trackers are not ours");
}

#[test]
fn a_ticket_that_stands_in_a_file_twice_is_taken_once_and_named() {
    let sandbox = Sandbox::new();
    let table = "key,customer,summary,status,created\nT-2,Alder,One,Open,2024-01-02\nt-2,Alder,Two,Open,2024-01-02\n";
    sandbox.write("table.csv", table);
    for _ in 0..2 {
        let ran = sandbox.run(&["import", "table.csv"]);
        assert_eq!(ran.exit, 8, "{}", ran.err);
        assert_eq!(ran.err, "table.csv:3: `t-2` stands there again: the first is taken\n");
        assert_eq!(sandbox.json(&["show", "T-2"])["summary"], "One");
    }
}

#[test]
fn columns_can_be_mapped_and_wrong_mappings_are_told() {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", "No,Firma,Betreff,Age,Am\n7,Müller,Tür klemmt,41,2024-01-02\n");
    let ran = sandbox.run(&["import", "table.csv"]);
    assert!(ran.exit == 2 && ran.err.contains("no column holds the keys"), "{}", ran.err);
    let ran = sandbox.run(&["import", "table.csv", "--map", "No=kee"]);
    assert!(ran.exit == 2 && ran.err.contains("did you mean `key`"), "{}", ran.err);
    let ran = sandbox.run(&["import", "table.csv", "--map", "Nr=key"]);
    assert!(ran.exit == 2 && ran.err.contains("did you mean `No`"), "{}", ran.err);
    let fields = ["No=key", "Firma=customer", "Betreff=summary", "Am=created"];
    let mapped: Vec<&str> = fields.iter().flat_map(|field| ["--map", *field]).collect();
    sandbox.ok(&[&["import", "table.csv"], mapped.as_slice()].concat());
    let csd = sandbox.json(&["show", "TABLE-7"]);
    assert_eq!((csd["customer"].as_str(), csd["summary"].as_str()), (Some("Müller"), Some("Tür klemmt")));
    assert!(sandbox.ok(&["log", "TABLE-7", "--json"]).contains(r#""Age":"41""#));
    sandbox.write("jira.json", JIRA);
    sandbox.ok(&["import", "jira.json", "--map", "labels=customer"]);
    assert_eq!(sandbox.json(&["show", "DESK-1"])["customer"], "printing", "on every kind of file");
}

#[test]
fn any_encoding_of_unicode_is_read_and_everything_else_is_refused() {
    let text = "Ticket ID,Customer,Subject,Created\n1,Müller,Tür 🚪,2024-01-02\n";
    let utf16 =
        |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect() };
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("table.csv", bytes);
        sandbox.ok(&["import", "table.csv"]);
        assert_eq!(sandbox.json(&["show", "TABLE-1"])["summary"], "Tür 🚪");
    }
    let sandbox = Sandbox::new();
    sandbox.write("latin.csv", b"Ticket ID,Customer,Subject,Created\n1,M\xfcller,x,2024-01-02\n");
    let ran = sandbox.run(&["import", "latin.csv"]);
    assert!(ran.exit == 2 && ran.err.contains("not UTF-8"), "{}", ran.err);
    assert_eq!(sandbox.events(), 0);
}

/// Imports a text of that name, and returns what the first ticket of this key then is.
fn import(sandbox: &Sandbox, name: &str, text: &str, more: &[&str]) -> Value {
    sandbox.write(name, text);
    sandbox.json(&[&["import", name], more].concat())
}

/// What refuses a file as doubtful: the field of each doubt.
fn doubts(sandbox: &Sandbox, name: &str, text: &str, more: &[&str]) -> Vec<String> {
    sandbox.write(name, text);
    let before = sandbox.events();
    let ran = sandbox.run(&[&["import", name, "--json"], more].concat());
    assert_eq!(ran.exit, 4, "{}{}", ran.out, ran.err);
    assert_eq!(sandbox.events(), before, "nothing is written");
    let error: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["error"]["code"], "doubtful");
    let failures = error["error"]["failures"].as_array().unwrap().clone();
    failures.iter().map(|failure| failure["field"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn tickets_of_two_sources_with_the_same_numbers_are_two() {
    let sandbox = Sandbox::new();
    import(
        &sandbox,
        "z.csv",
        "Ticket ID,Subject,Created\n1,Zendesk one,2024-01-02\n",
        &["--source", "zendesk", "--prefix", "ZD"],
    );
    let second = import(&sandbox, "f.csv", "Ticket ID,Subject,Created\n1,Freshdesk one,2023-05-05\n", &[]);
    assert_eq!((second["new"]["csd"].as_u64(), second["source"].as_str()), (Some(1), Some("f")));
    assert_eq!(sandbox.json(&["show", "ZD-1"])["summary"], "Zendesk one");
    assert_eq!(sandbox.json(&["show", "F-1"])["summary"], "Freshdesk one");
    let newer = "Ticket ID,Subject,Created\n1,Zendesk first,2024-01-02\n2,Zendesk two,2024-01-03\n";
    let third = import(&sandbox, "newer.csv", newer, &["--source", "zendesk", "--prefix", "ZD"]);
    assert_eq!((third["new"]["csd"].as_u64(), third["changed"].as_u64()), (Some(1), Some(1)));
    for prefix in ["CSD", "cus", "no prefix"] {
        let ran = sandbox.run(&["import", "newer.csv", "--prefix", prefix]);
        assert!(ran.exit == 2 && ran.err.contains("prefix"), "{}", ran.err);
    }
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn another_tracker_under_the_same_source_overwrites_nothing() {
    let sandbox = Sandbox::new();
    let jira = |summary: &str, created: &str| {
        format!("Summary,Issue key,Issue Type,Status,Created,Reporter\n{summary},SUP-1,Bug,Open,{created},ada\n")
    };
    import(&sandbox, "a.csv", &jira("Rates", "02/Jan/24 9:00 AM"), &[]);
    sandbox.write("b.csv", jira("Other", "07/Mar/23 8:30 AM"));
    let ran = sandbox.run(&["import", "b.csv"]);
    assert!(ran.exit == 8 && ran.err.contains("is another ticket"), "{}", ran.err);
    assert_eq!(sandbox.json(&["show", "SUP-1"])["summary"], "Rates");
    let ran = sandbox.run(&["import", "b.csv", "--source", "other"]);
    assert!(ran.exit == 8 && ran.err.contains("`SUP-1` is used already"), "{}", ran.err);
    sandbox.ok(&["import", "b.csv", "--source", "other", "--prefix", "OTH"]);
    assert_eq!(sandbox.json(&["show", "OTH-1"])["summary"], "Other");
}

#[test]
fn an_export_under_a_new_name_is_not_taken_for_another_source_in_silence() {
    let sandbox = Sandbox::new();
    let table = "Ticket ID,Subject,Created\n1,One,2024-01-02\n2,Two,2024-01-03\n";
    import(&sandbox, "april.csv", table, &[]);
    assert_eq!(doubts(&sandbox, "may.csv", table, &[]), ["source"]);
    assert_eq!(import(&sandbox, "may.csv", table, &["--source", "april"])["unchanged"], 2);
    assert_eq!(import(&sandbox, "april-2024-05-06.csv", table, &[])["unchanged"], 2, "a date in a name is no name");
}

#[test]
fn what_was_reopened_there_is_open_here() {
    let sandbox = Sandbox::new();
    let jira = |status: &str, updated: &str, resolved: &str| {
        format!(
            "Summary,Issue key,Issue Type,Status,Created,Updated,Resolved,Reporter\n\
             Rates,SUP-1,Bug,{status},02/Jan/24 9:00 AM,{updated},{resolved},ada\n"
        )
    };
    import(&sandbox, "a.csv", &jira("Closed", "05/Jan/24 9:00 AM", "05/Jan/24 9:00 AM"), &[]);
    assert_eq!(sandbox.json(&["show", "SUP-1"])["stage"], "resolved");
    import(&sandbox, "b.csv", &jira("Reopened", "09/Jan/24 9:00 AM", ""), &[]);
    let csd = sandbox.json(&["show", "SUP-1"]);
    assert_eq!((csd["stage"].as_str(), csd["owed"][0]["what"].as_str()), (Some("handled"), Some("resolve")));
    assert_eq!(import(&sandbox, "b.csv", &jira("Reopened", "09/Jan/24 9:00 AM", ""), &[])["unchanged"], 1);
    import(&sandbox, "a.csv", &jira("Closed", "12/Jan/24 9:00 AM", "12/Jan/24 9:00 AM"), &[]);
    assert_eq!(sandbox.json(&["show", "SUP-1"])["stage"], "resolved");
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn a_placeholder_is_no_resolution() {
    let sandbox = Sandbox::new();
    let rows: Vec<String> = ["---", "-", "N/A", "Pending", "Unresolved"]
        .iter()
        .enumerate()
        .map(|(n, word)| format!("{n},Still broken,ASSIGNED,{word},2024-05-01\n"))
        .collect();
    import(&sandbox, "c.csv", &format!("id,Summary,Status,Resolution,Created\n{}", rows.concat()), &[]);
    for n in 0..rows.len() {
        assert_eq!(sandbox.json(&["show", &format!("C-{n}")])["stage"], "handled");
    }
}

#[test]
fn the_order_of_day_and_month_is_found_over_the_whole_column_or_asked_for() {
    let sandbox = Sandbox::new();
    let created = |key: &str| sandbox.json(&["show", key])["created"].as_str().unwrap().to_owned();
    import(&sandbox, "e.csv", "Ticket ID,Subject,Created\n1,a,03/04/2024 09:00\n2,b,25/04/2024 09:00\n", &[]);
    assert_eq!((created("E-1").as_str(), created("E-2").as_str()), ("2024-04-03T09:00:00Z", "2024-04-25T09:00:00Z"));
    let open = "Ticket ID,Subject,Created\n1,c,03/04/2024 09:00\n2,d,05/06/2024 09:00\n";
    assert_eq!(doubts(&sandbox, "o.csv", open, &[]), ["dates"]);
    import(&sandbox, "m.csv", open, &["--source", "m", "--dates", "mdy"]);
    assert_eq!(created("M-1"), "2024-03-04T09:00:00Z");
    import(&sandbox, "d.csv", open, &["--source", "d", "--dates", "dmy", "--zone", "America/New_York"]);
    assert_eq!(created("D-1"), "2024-04-03T13:00:00Z");
    let mixed = "Ticket ID,Subject,Created\n1,a,25/12/2024\n2,b,12/26/2024\n3,c,01/02/2024\n";
    assert_eq!(doubts(&sandbox, "x.csv", mixed, &[]), ["dates"]);
    sandbox.write("x.csv", mixed);
    let ran = sandbox.run(&["import", "x.csv", "--dates", "dmy"]);
    assert!(ran.exit == 8 && ran.err.contains("`12/26/2024` is no date in the order dmy"), "{}", ran.err);
    let skipped = "Ticket ID,Subject,Created\n1,a,2026-03-08 02:30\n";
    sandbox.write("s.csv", skipped);
    let ran = sandbox.run(&["import", "s.csv", "--zone", "America/New_York"]);
    assert!(ran.exit == 8 && ran.err.contains("there is no `2026-03-08 02:30` in America/New_York"), "{}", ran.err);
}

#[test]
fn a_missing_date_is_asked_for_and_never_today() {
    let sandbox = Sandbox::new();
    let table = "id,title,Gemeldet,state\n5,a,2020-01-02T00:00:00Z,open\n";
    assert_eq!(doubts(&sandbox, "g.csv", table, &[]), ["map"]);
    import(&sandbox, "g.csv", table, &["--map", "Gemeldet=created"]);
    assert_eq!(sandbox.json(&["show", "G-5"])["created"], "2020-01-02T00:00:00Z");
    for (n, name) in ["created_at", "Created time", "Created Date", "Created At (UTC)", "sys_created_on", "作成日"]
        .iter()
        .enumerate()
    {
        import(&sandbox, "h.csv", &format!("id,title,{name}\n{n},b,2020-01-02T00:00:00Z\n"), &[]);
        assert_eq!(sandbox.json(&["show", &format!("H-{n}")])["created"], "2020-01-02T00:00:00Z", "{name}");
    }
    import(&sandbox, "i.csv", "id,title\n1,a\n", &["--accept-guesses"]);
    assert_eq!(sandbox.json(&["show", "I-1"])["created"], "2026-03-02T08:00:00Z");
    assert_eq!(import(&sandbox, "i.csv", "id,title\n1,a\n", &["--accept-guesses"])["unchanged"], 1);
}

#[test]
fn an_unknown_status_with_a_time_of_resolution_and_an_unknown_priority_are_asked_for() {
    let sandbox = Sandbox::new();
    let table = "id,Summary,State,Created,Resolved\n1,a,6,2024-01-02,2024-01-03 04:05\n2,b,6,2024-01-02,\n";
    assert_eq!(doubts(&sandbox, "o.csv", table, &[]), ["status"]);
    import(&sandbox, "o.csv", table, &["--status", "6=resolved"]);
    assert_eq!(sandbox.json(&["show", "O-1"])["stage"], "resolved");
    assert!(sandbox.ok(&["export"]).contains("2024-01-03T04:05:00Z"), "the time is kept");
    let bugs = "Summary,Issue key,Issue Type,Status,Priority,Created\na,DEV-1,Bug,Open,P1,2024-01-02\nb,DEV-2,Bug,Open,1 - Critical,2024-01-02\n";
    assert_eq!(doubts(&sandbox, "l.csv", bugs, &["--cus", "DEV"]), ["priority"]);
    import(&sandbox, "l.csv", bugs, &["--cus", "DEV", "--priority", "P1=high"]);
    assert_eq!(sandbox.json(&["show", "DEV-1"])["priority"], "high");
    assert_eq!(sandbox.json(&["show", "DEV-2"])["priority"], "critical");
    let ran = sandbox.run(&["import", "l.csv", "--status", "Open=over"]);
    assert!(ran.exit == 2 && ran.err.contains("there is no stage `over`"), "{}", ran.err);
}

#[test]
fn a_localised_jira_comes_in_with_its_comments_states_and_months() {
    let sandbox = Sandbox::new();
    let table = "Resumen,Clave de incidencia,Estado,Creada,Comentario,Comentario,Categoría de estado\n\
                 Tarifas,SUP-1,Finalizada,18/jul/26 9:10 AM,18/jul/26 9:20 AM;ada;uno,18/jul/26 9:30 AM;bo;dos,Listo\n\
                 Mes,SUP-2,En curso,18/dic/25 9:10 AM,,,En curso\n";
    let report = import(&sandbox, "j.csv", table, &[]);
    assert_eq!((report["format"].as_str(), report["new"]["csd"].as_u64()), (Some("jira-csv"), Some(2)));
    let first = sandbox.json(&["show", "SUP-1"]);
    assert_eq!((first["stage"].as_str(), first["summary"].as_str()), (Some("resolved"), Some("Tarifas")));
    assert_eq!(sandbox.json(&["show", "SUP-2"])["created"], "2025-12-18T09:10:00Z");
    let log = sandbox.ok(&["log", "SUP-1", "--json"]);
    assert!(log.contains("uno") && log.contains("dos") && log.contains("2026-07-18T09:30:00Z"), "{log}");
}

#[test]
fn every_value_of_a_repeated_column_is_kept_in_order() {
    let sandbox = Sandbox::new();
    let table = "Issue key,Summary,Status,Created,Sprint,Sprint,Watchers,Watchers,status,Team\n\
                 SUP-1,Labels,Open,2026-03-01 10:00,Spr 2,Spr 1,kim,\"lee, jr\",odd,Rates\n";
    import(&sandbox, "i.csv", table, &[]);
    let log = sandbox.json(&["log", "SUP-1"]);
    let rest = log["items"].as_array().unwrap().last().unwrap()["data"]["rest"].clone();
    let expected = serde_json::json!({ "status": "Open", "status (column)": "odd", "Sprint": "Spr 2, Spr 1",
        "Watchers": "kim\nlee, jr", "Team": "Rates" });
    assert_eq!(rest, expected);
}

#[test]
fn a_page_and_a_part_of_the_comments_are_told() {
    let sandbox = Sandbox::new();
    let page = r#"{"isLast":false,"nextPageToken":"x","issues":[{"id":"1","key":"SUP-1","fields":{"summary":"a",
        "created":"2024-01-02T03:04:05.000+0000","status":{"name":"Open"},"comment":{"comments":[],"total":30}},
        "changelog":{"total":57,"histories":[]}}]}"#;
    sandbox.write("k.json", page);
    let ran = sandbox.run(&["import", "k.json"]);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    for said in ["30 comments of 1 issue are missing: SUP-1 (0 of 30)", "57 changes", "a page with 1 of more issues"] {
        assert!(ran.err.contains(said), "{said} in {}", ran.err);
    }
    assert_eq!(sandbox.json(&["show", "SUP-1"])["stage"], "reported", "what is there is taken in");
}

#[test]
fn links_of_one_source_are_joined_across_files_in_either_order() {
    let bug = "Summary,Issue key,Issue Type,Status,Created,Fix versions,Inward issue link (Escalation)\n\
               Bug,DEV-7,Bug,Open,01/Jan/24 9:00 AM,5.1.1,SUP-1\n";
    let issue = "Summary,Issue key,Issue Type,Status,Created,Outward issue link (Escalation)\n\
                 Rates,SUP-1,Bug,Open,02/Jan/24 9:00 AM,DEV-7\n";
    let unlinked = |text: &str| {
        let lines = text.lines().map(|line| line.rsplit_once(',').unwrap().0);
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let orders = [
        [bug.to_owned(), issue.to_owned()],
        [issue.to_owned(), bug.to_owned()],
        [unlinked(bug), issue.to_owned()],
        [issue.to_owned(), unlinked(bug)],
        [bug.to_owned(), unlinked(issue)],
        [unlinked(issue), bug.to_owned()],
    ];
    for files in orders {
        let sandbox = Sandbox::new();
        let linked: u64 = files
            .iter()
            .map(|text| {
                import(&sandbox, "part.csv", text, &["--cus", "DEV", "--csd", "SUP"])["linked"].as_u64().unwrap()
            })
            .sum();
        assert_eq!(linked, 1, "{files:?}");
        let csd = sandbox.json(&["show", "SUP-1"]);
        assert_eq!((csd["cus"].as_str(), csd["stage"].as_str()), (Some("DEV-7"), Some("escalated")), "{files:?}");
        for text in &files {
            assert_eq!(import(&sandbox, "part.csv", text, &[])["unchanged"], 1, "{files:?}");
        }
        sandbox.ok(&["db", "verify"]);
        sandbox.ok(&["db", "rebuild"]);
        sandbox.ok(&["db", "verify"]);
    }
}

#[test]
fn the_process_owners_own_tracker_comes_in_with_its_numbers_stages_and_versions() {
    let sandbox = Sandbox::new();
    let table = "Summary,Issue key,Issue Type,Status,Priority,Created,Fix versions,Outward issue link (Escalation)\n\
                 Rates,CSD-4821,Support,Escalated,High,02/Jan/24 9:00 AM,,CUS-4\n\
                 Labels,CSD-4822,Support,Open,High,02/Jan/24 9:00 AM,,\n\
                 Bug,CUS-4,Bug,Postmortem,Critical,03/Jan/24 9:00 AM,5.1.1,\n\
                 Decided,CUS-5,Bug,Release Assessed,High,03/Jan/24 9:00 AM,5.2,\n\
                 Old,CUS-6,Bug,Closed,Low,03/Jan/23 9:00 AM,5.0,\n";
    let report = import(&sandbox, "own.csv", table, &["--cus", "CUS", "--csd", "CSD"]);
    assert_eq!((report["new"]["cus"].as_u64(), report["new"]["csd"].as_u64()), (Some(3), Some(2)));
    let bug = sandbox.json(&["show", "CUS-4"]);
    assert_eq!((bug["stage"].as_str(), bug["priority"].as_str()), (Some("postmortem"), Some("critical")));
    assert_eq!((bug["release"]["fix_version"].as_str(), &bug["release"]["shipped"]), (Some("5.1.1"), &Value::Null));
    assert_eq!(bug["csd"][0]["key"], "CSD-4821");
    assert_eq!(sandbox.json(&["show", "CUS-5"])["stage"], "release-assessed");
    let old = sandbox.json(&["show", "CUS-6"]);
    assert_eq!((old["stage"].as_str(), old["owed"].as_array().map(Vec::len)), (Some("closed"), Some(0)));
    assert_eq!(import(&sandbox, "own.csv", table, &[])["unchanged"], 5, "what is known stays what it is");
    let csd = sandbox.json(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    sandbox.ok(&["assess", csd["key"].as_str().unwrap(), "--handled-by", "engineering", "--trigger", "none"]);
    let next = sandbox.json(&["escalate", csd["key"].as_str().unwrap(), "--priority", "low", "--steps", "s"]);
    assert_eq!(next["key"], "CUS-7", "past the greatest");
    let again = "Summary,Issue key,Issue Type,Status,Created\nTaken,CUS-7,Bug,Open,03/Jan/24 9:00 AM\n";
    sandbox.write("again.csv", again);
    let ran = sandbox.run(&["import", "again.csv"]);
    assert!(ran.exit == 8 && ran.err.contains("`CUS-7` is used already"), "{}", ran.err);
}

#[test]
fn projects_can_be_named_for_what_they_are() {
    let sandbox = Sandbox::new();
    sandbox.write("jira.json", JIRA);
    let report = sandbox.json(&["import", "jira.json", "--cus", "DESK", "--csd", "dev"]);
    assert_eq!((report["new"]["cus"].as_u64(), report["new"]["csd"].as_u64()), (Some(2), Some(2)));
    assert_eq!(sandbox.json(&["show", "DESK-1"])["kind"], "cus");
}
