//! Files of other trackers, as their exports are written today, and the mapping that is shown, written and used.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// A file of one open and one finished ticket, and what comes of it: the keys, the source, the urgency of the first.
struct File {
    name: &'static str,
    text: &'static str,
    source: &'static str,
    keys: [&'static str; 2],
    priority: Option<&'static str>,
}

const FILES: [File; 16] = [
    File {
        name: "incident.csv",
        text: "\"number\",\"short_description\",\"caller_id\",\"priority\",\"state\",\"sys_created_on\",\"resolved_at\"\n\
               INC0010001,Mail,Ada,1 - Critical,2,2024-03-22 09:10:11,\nINC0010002,Screen,Bo,3,7,2024-03-22 09:10:11,2024-03-23 10:00:00\n",
        source: "servicenow",
        keys: ["INC-0010001", "INC-0010002"],
        priority: Some("critical"),
    },
    File {
        name: "labels.csv",
        text: "Number,Opened,Short description,Caller,Priority,State,Assignment group\n\
               CS0001001,2024-03-22 09:10:11,Mail,Ada,2 - High,In Progress,Desk\nCS0001002,2024-03-22 09:10:11,Screen,Bo,,Closed,Desk\n",
        source: "servicenow",
        keys: ["CS-0001001", "CS-0001002"],
        priority: Some("high"),
    },
    File {
        name: "table.json",
        text: r#"{"result":[{"number":{"display_value":"INC0000007","value":"INC0000007"},"short_description":{"display_value":"Mail","value":"Mail"},
            "state":{"display_value":"In Progress","value":"2"},"priority":{"display_value":"1 - Critical","value":"1"},"opened_at":{"display_value":"22/03/2024 10:10:11","value":"2024-03-22 09:10:11"}},
            {"number":{"display_value":"INC0000008","value":"INC0000008"},"short_description":{"display_value":"Screen","value":"Screen"},
            "state":{"display_value":"Resolved","value":"6"},"priority":{"display_value":"4 - Low","value":"4"},"opened_at":{"display_value":"22/03/2024 10:10:11","value":"2024-03-22 09:10:11"}}]}"#,
        source: "servicenow",
        keys: ["INC-0000007", "INC-0000008"],
        priority: Some("critical"),
    },
    File {
        name: "view.csv",
        text: "Summation column,Id,Requester,Requester email,Subject,Status,Priority,Via,Created at,Solved at,Organization,Tags\n\
               1,41,Ada,ada@example.com,Mail,Open,Urgent,Mail,2024-03-22 09:10,,Acme,a b\n1,42,Bo,bo@example.com,Screen,Solved,Low,Web form,2024-03-22 09:10,2024-03-23 10:00,Acme,\n",
        source: "zendesk",
        keys: ["ZD-41", "ZD-42"],
        priority: Some("critical"),
    },
    File {
        name: "tickets.json",
        text: r#"{"tickets":[{"url":"u","id":41,"via":{"channel":"email"},"created_at":"2024-03-22T09:10:11Z","subject":"Mail","raw_subject":"Mail","priority":"normal","status":"new","requester_id":7,"submitter_id":7,"tags":["a"]},
            {"url":"u","id":42,"via":{"channel":"web"},"created_at":"2024-03-22T09:10:11Z","subject":"Screen","raw_subject":"Screen","priority":null,"status":"closed","requester_id":7,"submitter_id":7,"tags":[]}],"next_page":null,"count":2}"#,
        source: "zendesk",
        keys: ["ZD-41", "ZD-42"],
        priority: Some("medium"),
    },
    File {
        name: "desk.csv",
        text: "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Created time,Resolved time,Full name,Email,Company Name\n\
               11,Mail,Open,Urgent,Portal,Question,Cy,2024-03-22 09:10:11,,Ada,ada@example.com,Acme\n12,Screen,Closed,Low,Email,,Cy,2024-03-22 09:10:11,2024-03-23 10:00:00,Bo,bo@example.com,\n",
        source: "freshdesk",
        keys: ["FD-11", "FD-12"],
        priority: Some("critical"),
    },
    File {
        name: "fresh.json",
        text: r#"[{"id":11,"fr_escalated":false,"subject":"Mail","status":2,"priority":1,"source":1,"requester_id":5,"responder_id":6,"created_at":"2024-03-22T09:10:11Z","updated_at":"2024-03-22T09:10:11Z"},
            {"id":12,"fr_escalated":false,"subject":"Screen","status":5,"priority":4,"source":2,"requester_id":5,"responder_id":6,"created_at":"2024-03-22T09:10:11Z","updated_at":"2024-03-22T09:10:11Z"}]"#,
        source: "freshdesk",
        keys: ["FD-11", "FD-12"],
        priority: Some("low"),
    },
    File {
        name: "hub.json",
        text: r#"[{"url":"u","html_url":"h","id":9001,"node_id":"n","number":7,"title":"Mail","user":{"login":"ada"},"labels":[{"name":"bug"}],"state":"open","created_at":"2024-03-22T09:10:11Z","updated_at":"2024-03-22T09:10:11Z","closed_at":null,"body":"b","state_reason":null},
            {"url":"u","html_url":"h","id":9002,"node_id":"n","number":8,"title":"Screen","user":{"login":"bo"},"labels":[],"state":"closed","created_at":"2024-03-22T09:10:11Z","updated_at":"2024-03-23T09:10:11Z","closed_at":"2024-03-23T09:10:11Z","body":null,"state_reason":"completed"}]"#,
        source: "github",
        keys: ["GH-7", "GH-8"],
        priority: None,
    },
    File {
        name: "gh.json",
        text: r#"[{"author":{"login":"ada"},"body":"b","closedAt":null,"comments":[{"author":{"login":"bo"},"body":"me too","createdAt":"2024-03-22T10:00:00Z"}],"createdAt":"2024-03-22T09:10:11Z","number":7,"state":"OPEN","title":"Mail","updatedAt":"2024-03-22T10:00:00Z"},
            {"author":{"login":"ada"},"body":"","closedAt":"2024-03-23T09:10:11Z","comments":[],"createdAt":"2024-03-22T09:10:11Z","number":8,"state":"CLOSED","title":"Screen","updatedAt":"2024-03-23T09:10:11Z"}]"#,
        source: "github",
        keys: ["GH-7", "GH-8"],
        priority: None,
    },
    File {
        name: "lab.csv",
        text: "Title,Description,Issue ID,URL,State,Author,Author Username,Assignee,Created At (UTC),Closed At (UTC),Labels\n\
               Mail,d,3,u,Open,Ada,ada,,2024-03-22 09:10:11,,bug\nScreen,d,4,u,Closed,Bo,bo,,2024-03-22 09:10:11,2024-03-23 10:00:00,\n",
        source: "gitlab",
        keys: ["GL-3", "GL-4"],
        priority: None,
    },
    File {
        name: "lin.csv",
        text: "ID,Team,Title,Description,Status,Priority,Creator,Assignee,Labels,Cycle Name,Created,Updated,Completed\n\
               ENG-3,Core,Mail,d,In Progress,Urgent,ada@example.com,,,,Sun Apr 20 2025 10:17:06 GMT+0000 (GMT),Sun Apr 20 2025 10:17:06 GMT+0000 (GMT),\n\
               ENG-4,Core,Screen,d,Done,No priority,ada@example.com,,,,Sun Apr 20 2025 10:17:06 GMT+0000 (GMT),Mon Apr 21 2025 10:17:06 GMT+0000 (GMT),Mon Apr 21 2025 10:17:06 GMT+0000 (GMT)\n",
        source: "linear",
        keys: ["ENG-3", "ENG-4"],
        priority: Some("critical"),
    },
    File {
        name: "bugs.csv",
        text: "\"Bug ID\",\"Product\",\"Component\",\"Status\",\"Resolution\",\"Summary\",\"Opened\",\"Changed\",\"Priority\"\n\
               71,Core,Mail,ASSIGNED,---,Mail,2024-03-22 09:10:11,2024-03-22 09:10:11,P1\n72,Core,UI,RESOLVED,FIXED,Screen,2024-03-22 09:10:11,2024-03-23 09:10:11,--\n",
        source: "bugzilla",
        keys: ["BZ-71", "BZ-72"],
        priority: Some("critical"),
    },
    File {
        name: "bugs.json",
        text: r#"{"bugs":[{"id":71,"summary":"Mail","status":"NEW","resolution":"","priority":"P5","creation_time":"2024-03-22T09:10:11Z","last_change_time":"2024-03-22T09:10:11Z","creator":"ada","component":"Mail"},
            {"id":72,"summary":"Screen","status":"VERIFIED","resolution":"FIXED","priority":"--","creation_time":"2024-03-22T09:10:11Z","last_change_time":"2024-03-23T09:10:11Z","creator":"bo","component":"UI"}]}"#,
        source: "bugzilla",
        keys: ["BZ-71", "BZ-72"],
        priority: Some("low"),
    },
    File {
        name: "issues.csv",
        text: "#,プロジェクト,トラッカー,親チケット,ステータス,優先度,題名,作成者,担当者,更新日,作成日,終了日\n\
               101,P,バグ,,新規,今すぐ,Mail,Ada,,2024/03/22 09:10,2024/03/22 09:10,\n102,P,バグ,,終了,通常,Screen,Bo,,2024/03/23 09:10,2024/03/22 09:10,2024/03/23 09:10\n",
        source: "redmine",
        keys: ["RM-101", "RM-102"],
        priority: Some("critical"),
    },
    File {
        name: "issues.json",
        text: r#"{"issues":[{"id":101,"project":{"id":1,"name":"P"},"tracker":{"id":1,"name":"Bug"},"status":{"id":1,"name":"New"},"priority":{"id":4,"name":"High"},"author":{"id":2,"name":"Ada"},"subject":"Mail","description":"d","created_on":"2024-03-22T09:10:11Z","updated_on":"2024-03-22T09:10:11Z","closed_on":null},
            {"id":102,"project":{"id":1,"name":"P"},"tracker":{"id":1,"name":"Bug"},"status":{"id":5,"name":"Closed"},"priority":{"id":2,"name":"Normal"},"author":{"id":2,"name":"Ada"},"subject":"Screen","description":"d","created_on":"2024-03-22T09:10:11Z","updated_on":"2024-03-23T09:10:11Z","closed_on":"2024-03-23T09:10:11Z"}],"total_count":2,"offset":0,"limit":25}"#,
        source: "redmine",
        keys: ["RM-101", "RM-102"],
        priority: Some("high"),
    },
    File {
        name: "items.json",
        text: r#"{"count":2,"value":[{"id":31,"rev":1,"fields":{"System.WorkItemType":"Bug","System.State":"Active","System.Title":"Mail","System.CreatedDate":"2024-03-22T09:10:11.37Z","System.CreatedBy":{"displayName":"Ada"},"Microsoft.VSTS.Common.Priority":2}},
            {"id":32,"rev":4,"fields":{"System.WorkItemType":"Bug","System.State":"Closed","System.Title":"Screen","System.CreatedDate":"2024-03-22T09:10:11.37Z","System.CreatedBy":{"displayName":"Bo"},"Microsoft.VSTS.Common.Priority":4}}]}"#,
        source: "azure",
        keys: ["AZ-31", "AZ-32"],
        priority: Some("high"),
    },
];

#[test]
fn each_tracker_is_known_by_its_files() {
    for file in FILES {
        let sandbox = Sandbox::new();
        sandbox.write(file.name, file.text);
        let dry = sandbox.json(&["import", file.name, "--dry-run"]);
        let first = |priority: &Value| priority["priority"].as_str().map(str::to_owned);
        let priorities: Vec<String> =
            dry["mapping"]["priorities"].as_array().unwrap().iter().filter_map(first).collect();
        assert!(file.priority.is_none_or(|priority| priorities.iter().any(|other| other == priority)), "{}", file.name);
        let report = sandbox.json(&["import", file.name]);
        assert_eq!((&report["source"], &report["new"]["csd"]), (&json!(file.source), &json!(2)), "{}", file.name);
        let [open, over] = file.keys.map(|key| sandbox.json(&["show", key]));
        assert_eq!((&open["summary"], &over["summary"]), (&json!("Mail"), &json!("Screen")), "{}", file.name);
        assert_eq!(over["stage"], "resolved", "{}", file.name);
        assert!(open["stage"] == "reported" || open["stage"] == "handled", "{}: {}", file.name, open["stage"]);
        let created = open["created"].as_str().unwrap();
        assert!(created.starts_with("2024-03-22T09:10") || created.starts_with("2025-04-20T10:17:06"), "{created}");
        assert_eq!(sandbox.json(&["import", file.name])["unchanged"], 2, "{}", file.name);
    }
}

const DESK: &str =
    "Nr,Betreff,Eröffnet,Zustand,Wichtigkeit\nA-1,Mail,03/04/2024 09:00,offen,P1\nA-2,Screen,05/04/2024 09:00,zu,P2\n";

#[test]
fn a_dry_run_shows_how_the_file_is_read() {
    let sandbox = Sandbox::new();
    sandbox
        .write("desk.csv", "Ticket ID,Subject,Opened,State,Priority,Age,Reporter\n7,Mail,25/04/2024,Odd,High,3,Ada\n");
    let shown = sandbox.ok(&["import", "desk.csv", "--dry-run"]);
    for part in [
        "read as a table of tickets (csv), source desk",
        "Ticket ID  key",
        "Age        kept",
        "reported (a guess)",
        "High      high",
        "people: Ada 1",
        "dates: Opened is dmy, `25/04/2024` in row 1 shows it",
        "zone: UTC for 1 time that name none",
        "keys: 7 becomes DESK-7",
        "links: 0",
        "lost: nothing",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let mapping = &sandbox.json(&["import", "desk.csv", "--dry-run"])["mapping"];
    assert_eq!(
        mapping["columns"][2],
        json!({ "name": "Opened", "field": "created", "filled": 1, "samples": ["25/04/2024"] })
    );
    assert_eq!(mapping["statuses"][0], json!({ "word": "Odd", "stage": "reported", "issues": 1, "known": false }));
}

#[test]
fn a_mapping_is_written_changed_and_used() {
    let sandbox = Sandbox::new();
    sandbox.write("desk.csv", DESK);
    let flags =
        ["--map", "Nr=key", "--map", "Betreff=summary", "--map", "Zustand=status", "--map", "Wichtigkeit=priority"];
    let ran =
        sandbox.run(&[&["import", "desk.csv", "--write-map", "map.toml", "--cus", "A"], flags.as_slice()].concat());
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(ran.err.contains("tells the day from the month"), "{}", ran.err);
    assert_eq!(sandbox.json(&["list"])["items"], json!([]), "nothing is imported");
    let refused = sandbox.run(&["import", "desk.csv", "--map-file", "map.toml", "--cus", "A"]);
    assert!(refused.exit == 4 && refused.err.contains("P1"), "what is doubtful has to be said: {}", refused.err);
    let written = std::fs::read_to_string(sandbox.path("map.toml")).unwrap();
    let changed = written
        .replace("# \"P1\" = \"medium\"", "\"P1\" = \"critical\"")
        .replace("# \"P2\" = \"medium\"", "\"P2\" = \"low\"")
        .replace("# \"Eröffnet\" = \"dmy\"", "\"Eröffnet\" = \"mdy\"")
        .replace("\"zu\" = \"reported\"", "\"zu\" = \"closed\"");
    sandbox.write("map.toml", &changed);
    sandbox.ok(&["import", "desk.csv", "--map-file", "map.toml", "--cus", "A"]);
    let [one, two] = ["A-1", "A-2"].map(|key| sandbox.json(&["show", key]));
    assert_eq!((&one["priority"], &one["stage"]), (&json!("critical"), &json!("escalated")));
    assert_eq!((&two["priority"], &two["stage"]), (&json!("low"), &json!("closed")));
    assert_eq!(one["created"], "2024-03-04T09:00:00Z");
    sandbox.write("map.toml", "[colums]\n");
    let wrong = sandbox.run(&["import", "desk.csv", "--map-file", "map.toml"]);
    assert!(wrong.exit == 2 && wrong.err.contains("map.toml"), "{}", wrong.err);
}

#[test]
fn a_ticket_is_found_by_the_key_that_it_has_elsewhere() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "sn.csv",
        "Number,Short description,Opened,State,Assignment group\nINC0010001,Mail,2024-01-02,New,Desk\n",
    );
    sandbox.write("zd.csv", "Id,Requester,Subject,Via,Status,Created at\n12,Ada,Screen,web,Open,2024-01-02\n");
    sandbox
        .write("fd.csv", "Ticket ID,Subject,Created time,Status\n12,Other,2024-01-02,Open\n13,More,2024-01-02,Open\n");
    sandbox.write("gh.csv", "key,summary,created\nowner/repo#7,Crash,2024-01-02\nSR-2024-0001,Old,2024-01-02\n");
    for name in ["sn.csv", "zd.csv", "fd.csv", "gh.csv"] {
        sandbox.ok(&["import", name]);
    }
    for (there, key) in [
        ("INC0010001", "INC-0010001"),
        ("inc0010001", "INC-0010001"),
        ("#13", "FD-13"),
        ("zendesk#12", "ZD-12"),
        ("owner/repo#7", "OWNER_REPO-7"),
        ("SR-2024-0001", "SR_2024-0001"),
    ] {
        assert_eq!(sandbox.json(&["show", there])["key"], key, "{there}");
    }
    let several = sandbox.run(&["show", "#12"]);
    assert!(several.exit == 3 && several.err.contains("`#12` can be ZD-12 or FD-12"), "{}", several.err);
    assert_eq!(sandbox.run(&["show", "#99"]).exit, 3);
    sandbox.ok(&["comment", "INC0010001", "seen"]);
    sandbox.ok(&["assess", "#13", "--handled-by", "support", "--trigger", "none"]);
    assert_eq!(sandbox.json(&["show", "FD-13"])["stage"], "handled");
    let shown = sandbox.ok(&["show", "INC0010001"]);
    assert!(shown.starts_with("INC-0010001 (INC0010001)  Mail"), "{shown}");
    assert!(shown.contains("From servicenow (R32)") && shown.contains("Assignment group   Desk"), "{shown}");
    let origin = &sandbox.json(&["show", "INC0010001"])["origin"];
    assert_eq!((&origin["key"], &origin["fields"]["Assignment group"]), (&json!("INC0010001"), &json!("Desk")));
    assert!(sandbox.ok(&["export", "--form", "csv", "INC0010001"]).contains("servicenow,INC0010001,"));
    assert!(sandbox.ok(&["export", "--form", "md", "INC0010001"]).contains("**Assignment group:** Desk"));
    assert!(sandbox.ok(&["log", "INC0010001"]).contains("seen"));
}

#[test]
fn jiras_xml_and_files_in_other_encodings_are_read() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "jira.xml",
        "<!-- RSS --><rss><channel><item><project key=\"SUP\">Support</project><key id=\"1\">SUP-1</key><summary>Zölle &amp; more</summary>\
         <status>Closed</status><resolution>Fixed</resolution><reporter username=\"ada\">Ada</reporter>\
         <created>Tue, 2 Jan 2024 09:00:00 +0000</created><resolved>Wed, 3 Jan 2024 09:00:00 +0000</resolved>\
         <comments><comment author=\"ada\" created=\"Tue, 2 Jan 2024 10:00:00 +0000\">one</comment></comments></item></channel></rss>",
    );
    assert_eq!(sandbox.json(&["import", "jira.xml"])["new"]["csd"], 1);
    let shown = sandbox.json(&["show", "SUP-1"]);
    assert_eq!((&shown["summary"], &shown["stage"]), (&json!("Zölle & more"), &json!("resolved")));
    assert_eq!(shown["created"], "2024-01-02T09:00:00Z");
    std::fs::write(sandbox.path("latin.csv"), b"Ticket ID,Subject,Created\n1,M\xfcller,2024-01-02\n").unwrap();
    let refused = sandbox.run(&["import", "latin.csv"]);
    assert!(refused.exit != 0 && refused.err.contains("name its encoding"), "{}", refused.err);
    sandbox.ok(&["import", "latin.csv", "--encoding", "windows-1252"]);
    assert_eq!(sandbox.json(&["show", "LATIN-1"])["summary"], "Müller");
    assert_eq!(sandbox.run(&["import", "latin.csv", "--encoding", "klingon"]).exit, 2);
    sandbox.write("odd.xml", "<a/>");
    assert!(sandbox.run(&["import", "odd.xml"]).err.contains("not Jira's"));
    sandbox.write("odd.xlsx", "PK\u{3}\u{4}");
    assert!(sandbox.run(&["import", "odd.xlsx"]).err.contains("no spreadsheet"));
}
