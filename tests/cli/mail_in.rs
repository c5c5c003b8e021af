//! Mails that come in: found, shown as data, attached, and never an answer by themselves.

use crate::sandbox::Sandbox;

const CONFIG: &str = "[notify.customer]\nvia = \"command\"\ncommand = [\"sh\", \"-c\", \"cat > last.eml\"]\n\
    [smtp]\nfrom = 'desk@vendor.example'\n";

/// A customer who was mailed, and the message id of that mail.
fn told() -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path(".config/cus")).unwrap();
    sandbox.write(".config/cus/config.toml", CONFIG);
    let report = ["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "email"];
    sandbox.ok(&[&report[..], &["--contact", "Ada <ada@acme.example>"]].concat());
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "low", "--steps", "Rate a parcel."]);
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "x", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
    let ticket = sandbox.json(&["notify", "CUS-1", "--to", "customer"]);
    let id = ticket["notices"][0]["message_id"].as_str().unwrap().to_owned();
    (sandbox, id)
}

fn attachments(sandbox: &Sandbox) -> usize {
    sandbox.json(&["show", "CSD-1"])["attachments"].as_array().unwrap().len()
}

#[test]
fn a_mail_is_found_by_what_it_answers_or_by_its_subject_and_sender() {
    let (sandbox, id) = told();
    for (n, head) in [
        format!("From: Ada <ada@acme.example>\nIn-Reply-To: <{id}>"),
        format!("From: x@other.example\nReferences: <{id}> <else@acme.example>"),
        "From: ADA@acme.example\nSubject: Re: [CSD-1] Rates".to_owned(),
        "From: ada@acme.example\nSubject: Re: cus-1: Rates".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        sandbox.write("reply.eml", format!("{head}\n\nIt works {n}\n"));
        let csd = sandbox.json(&["confirm", "--from-mail", "reply.eml"]);
        assert_eq!((csd["key"].as_str(), csd["stage"].as_str()), (Some("CSD-1"), Some("escalated")), "{head}");
    }
    assert_eq!(attachments(&sandbox), 4);
}

#[test]
fn the_subject_alone_does_not_lead_a_stranger_to_a_ticket() {
    let (sandbox, _) = told();
    sandbox.write("reply.eml", "From: mallory@evil.example\nSubject: Re: CSD-1\n\nIt works\n");
    let ran = sandbox.run(&["confirm", "--from-mail", "reply.eml", "--resolved"]);
    assert_eq!(ran.exit, 3, "{}", ran.err);
    assert!(ran.err.contains("hint: cus confirm CSD-1 --from-mail"), "{}", ran.err);
    let ran = sandbox.run(&["confirm", "CSD-1", "--from-mail", "reply.eml"]);
    assert!(ran.exit == 0 && ran.err.contains("not from ada@acme.example, the contact"), "{}", ran.err);
    assert_eq!(
        sandbox.json(&["confirm", "CSD-1", "--from-mail", "reply.eml"])["reply"]["not_from"],
        "ada@acme.example"
    );
}

#[test]
fn what_a_machine_wrote_never_confirms() {
    let (sandbox, id) = told();
    for sign in ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "Return-Path: <>"] {
        sandbox.write("away.eml", format!("{sign}\nFrom: ada@acme.example\nIn-Reply-To: <{id}>\n\nI am away.\n"));
        for answer in [&["--resolved"][..], &["--not-resolved", "no"]] {
            let ran = sandbox.run(&[&["confirm", "--from-mail", "away.eml"], answer].concat());
            assert_eq!(ran.exit, 4, "{sign}: {}", ran.err);
            assert!(ran.err.contains("a machine wrote this mail"), "{}", ran.err);
        }
        assert_eq!(attachments(&sandbox), 0, "nothing is attached where the step is refused");
    }
    let csd = sandbox.json(&["confirm", "--from-mail", "away.eml"]);
    assert_eq!((csd["stage"].as_str(), csd["reply"]["automatic"].as_bool()), (Some("escalated"), Some(true)));
}

fn bounce(ids: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nSubject: Undelivered Mail: CSD-1\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n\
         --B\nContent-Type: text/plain\n\nSorry.\n\
         --B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n\
         Final-Recipient: rfc822; ada@acme.example\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--B\nContent-Type: message/rfc822\n\n{ids}Subject: x\n\nhello\n--B--\n"
    )
}

#[test]
fn a_bounce_is_understood_and_voids_the_delivery_where_somebody_says_so() {
    let (sandbox, id) = told();
    sandbox.write("bounce.eml", bounce(&format!("Message-ID: <{id}>\n")));
    let ran = sandbox.run(&["confirm", "--from-mail", "bounce.eml"]);
    assert!(ran.exit == 0 && ran.err.contains("notice 2 of CUS-1 came back from ada@acme.example"), "{}", ran.err);
    assert!(ran.err.contains("550 5.1.1 no such user") && ran.err.contains("--bounced"), "{}", ran.err);
    assert!(sandbox.json(&["show", "CSD-1"])["told"].is_string());
    sandbox.ok(&["confirm", "--from-mail", "bounce.eml", "--bounced", "--dry-run"]);
    assert!(sandbox.json(&["show", "CSD-1"])["told"].is_string());
    let ran = sandbox.run(&["confirm", "--from-mail", "bounce.eml", "--bounced"]);
    assert!(ran.exit == 0 && ran.err.contains("hint: cus edit CSD-1 --contact TEXT"), "{}", ran.err);
    assert!(sandbox.json(&["show", "CSD-1"])["told"].is_null());
    let ticket = sandbox.json(&["show", "CUS-1"]);
    assert_eq!(ticket["notices"][1]["state"], "came-back");
    assert!(ticket["owed"].as_array().unwrap().iter().any(|owed| owed["to"] == "customer"), "{}", ticket["owed"]);
    assert_eq!(sandbox.run(&["confirm", "--from-mail", "bounce.eml", "--bounced"]).exit, 4);
    sandbox.ok(&["edit", "CSD-1", "--contact", "bob@acme.example"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "customer"]);
    assert!(sandbox.json(&["show", "CSD-1"])["told"].is_string());
}

#[test]
fn a_bounce_without_our_id_is_found_by_its_subject_and_recipient() {
    let (sandbox, _) = told();
    sandbox.write("bounce.eml", bounce("Message-ID: <changed@relay.example>\n"));
    let csd = sandbox.json(&["confirm", "--from-mail", "bounce.eml", "--bounced"]);
    assert_eq!((csd["key"].as_str(), csd["told"].is_null()), (Some("CSD-1"), true));
}

#[test]
fn nothing_is_attached_where_the_step_is_refused() {
    let sandbox = Sandbox::escalated();
    sandbox.write("reply.eml", "From: ada@acme.example\nSubject: x\n\n\n");
    let events = sandbox.events();
    let ran =
        sandbox.run(&["confirm", "CSD-1", "--from-mail", "reply.eml", "--resolved", "--note", "ok", "--revision", "1"]);
    assert_eq!(ran.exit, 6, "{}", ran.err);
    let ran = sandbox.run(&["--role", "product", "confirm", "CSD-1", "--from-mail", "reply.eml", "--resolved"]);
    assert_eq!(ran.exit, 5, "{}", ran.err);
    assert_eq!(sandbox.events(), events);
    let ran = sandbox.run(&["confirm", "CSD-1", "--from-mail", "reply.eml", "--dry-run"]);
    assert!(ran.exit == 0 && ran.err.contains("dry run: would be attached as reply-"), "{}", ran.err);
    assert_eq!(sandbox.events(), events);
}

#[test]
fn the_customers_words_are_read_whole_and_what_is_not_is_said() {
    let (sandbox, id) = told();
    let head = format!("From: ada@acme.example\nIn-Reply-To: <{id}>\nMIME-Version: 1.0\n");
    let japanese = [head.as_bytes(), b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$^$@\x1b(B\n"].concat();
    let picture = "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n".to_owned()
        + &"iVBORw0KGgoAAAANSUhEUgAAAAUA\n".repeat(6000);
    let mixed = format!(
        "{head}Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nHere is what I see:\n\
         --B\n{picture}\n--B\nContent-Type: text/plain\n\nSo it is NOT solved.\n\
         -----Original Message-----\nFrom: Support\nWe are preparing a patch\n--B--\n"
    );
    for (mail, text, left_out) in [
        (japanese, "まだ", false),
        (mixed.into_bytes(), "Here is what I see:\n[image: a.png]\nSo it is NOT solved.", true),
        (format!("{head}Content-Type: text/html\n\n<p>No</p><blockquote>Fixed?</blockquote>").into_bytes(), "No", true),
    ] {
        sandbox.write("reply.eml", &mail);
        let reply = &sandbox.json(&["confirm", "--from-mail", "reply.eml"])["reply"];
        assert_eq!((reply["text"].as_str(), reply["quote_left_out"].as_bool()), (Some(text), Some(left_out)));
        assert_eq!(reply["unreadable"].as_array().unwrap().len(), 0, "{reply}");
    }
    sandbox.write("reply.eml", [head.as_bytes(), b"Content-Type: text/plain; charset=x-mine\n\ncaf\xe9\n"].concat());
    let ran = sandbox.run(&["confirm", "--from-mail", "reply.eml"]);
    assert!(ran.err.contains("cannot be read: text in the charset `x-mine`"), "{}", ran.err);
}

#[test]
fn a_mail_can_come_by_a_pipe_and_several_are_not_one() {
    let (sandbox, id) = told();
    let envelope = "From ada@acme.example  Fri Mar  6 09:00:00 2026\n";
    let mail = format!("{envelope}From: ada@acme.example\nIn-Reply-To: <{id}>\n\nIt works\n\n");
    let ran = sandbox.run_with(&["confirm", "--from-mail", "-", "--json"], &mail);
    assert!(ran.exit == 0 && ran.out.contains("\"text\": \"It works\""), "{}{}", ran.out, ran.err);
    let ran = sandbox.run_with(&["confirm", "--from-mail", "-"], &format!("{mail}{mail}"));
    assert!(ran.exit == 2 && ran.err.contains("several mails"), "{}", ran.err);
}
