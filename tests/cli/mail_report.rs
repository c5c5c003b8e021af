//! Customers' mails as new reports.

use crate::sandbox::Sandbox;

const PICTURE: &str = "Content-Type: image/png; name=\"shot.png\"\nContent-Transfer-Encoding: base64\n\
    Content-Disposition: attachment\n\niVBORw0KGgo=\n";

fn mail(from: &str, id: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: support@vendor.example\nSubject: Rates are zero\nMessage-ID: <{id}>\n{more}MIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--B\n{PICTURE}--B--\n"
    )
}

/// One customer with an address.
fn known() -> Sandbox {
    let sandbox = Sandbox::new();
    let report = ["report", "--customer", "Acme Couriers", "--summary", "x", "--channel", "phone"];
    sandbox.ok(&[&report[..], &["--contact", "Ada <ada@acme.example>"]].concat());
    sandbox
}

#[test]
fn a_mail_is_a_report_with_all_that_it_says() {
    let sandbox = known();
    sandbox
        .write("new.eml", mail("Ada Smith <ada@acme.example>", "1@acme.example", "", "They are zero\nsince Monday."));
    let csd = sandbox.json(&["report", "--from-mail", "new.eml"]);
    assert_eq!(csd["key"], "CSD-2");
    for (key, value) in [
        ("customer", "Acme Couriers"),
        ("summary", "Rates are zero"),
        ("description", "They are zero\nsince Monday."),
        ("contact", "Ada Smith <ada@acme.example>"),
        ("channel", "email"),
    ] {
        assert_eq!(csd[key], value, "{key}");
    }
    let names: Vec<&str> =
        csd["attachments"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.len() == 2 && names[0] == "shot.png" && names[1].starts_with("mail-"), "{names:?}");
    sandbox.ok(&["attachment", "save", "CSD-2", "shot.png", "--to", "saved"]);
    assert_eq!(std::fs::read(sandbox.path("saved")).unwrap(), b"\x89PNG\r\n\x1a\n");
}

#[test]
fn the_customer_is_known_by_domain_or_given() {
    let sandbox = known();
    sandbox.write("new.eml", mail("bob@acme.example", "2@acme.example", "", "hello"));
    assert_eq!(sandbox.json(&["report", "--from-mail", "new.eml", "--summary", "own"])["customer"], "Acme Couriers");
    sandbox.write("new.eml", mail("eve@other.example", "3@other.example", "", "hello"));
    let ran = sandbox.run(&["report", "--from-mail", "new.eml"]);
    assert!(ran.exit == 4 && ran.err.contains("--customer"), "{}", ran.err);
    let csd = sandbox.json(&["report", "--from-mail", "new.eml", "--customer", "Other"]);
    assert_eq!((csd["customer"].as_str(), csd["contact"].as_str()), (Some("Other"), Some("eve@other.example")));
}

#[test]
fn a_mail_of_a_known_conversation_or_of_a_machine_is_no_report() {
    let sandbox = known();
    let first = mail("ada@acme.example", "1@acme.example", "", "hello");
    sandbox.write("new.eml", &first);
    sandbox.ok(&["report", "--from-mail", "new.eml"]);
    let answer = mail("ada@acme.example", "4@acme.example", "In-Reply-To: <1@acme.example>\n", "more");
    for (text, said) in [
        (first, "this mail belongs to `CSD-2`"),
        (answer.clone(), "this mail belongs to `CSD-2`"),
        (
            mail("ada@acme.example", "5@acme.example", "Auto-Submitted: auto-replied\n", "away"),
            "a machine wrote this mail",
        ),
    ] {
        sandbox.write("next.eml", text);
        let ran = sandbox.run(&["report", "--from-mail", "next.eml"]);
        assert!(ran.exit == 4 && ran.err.contains(said), "{}", ran.err);
    }
    sandbox.write("next.eml", answer);
    assert_eq!(sandbox.json(&["confirm", "--from-mail", "next.eml"])["key"], "CSD-2");
}

#[test]
fn a_folder_and_an_mbox_are_reported_at_once() {
    let sandbox = known();
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(sandbox.path("Maildir").join(folder)).unwrap();
    }
    sandbox.write("Maildir/new/1.host", mail("ada@acme.example", "6@acme.example", "", "one"));
    sandbox.write("Maildir/cur/2.host:2,S", mail("bob@acme.example", "7@acme.example", "", "two"));
    sandbox.write("Maildir/cur/3.host:2,S", mail("x@acme.example", "8@acme.example", "Precedence: bulk\n", "three"));
    let ran = sandbox.run(&["report", "--from-mail", "Maildir", "--format", "jsonl"]);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    let ok: Vec<bool> = ran.out.lines().map(|line| line.contains("\"ok\":true")).collect();
    assert_eq!(ok.iter().filter(|ok| **ok).count(), 2, "{}", ran.out);
    let envelope = "From ada@acme.example  Fri Mar  6 09:00:00 2026\n";
    let mbox: String = ["9", "10"]
        .map(|n| format!("{envelope}{}\n", mail("ada@acme.example", &format!("{n}@acme.example"), "", "hello")))
        .concat();
    let ran = sandbox.run_with(&["report", "--from-mail", "-", "--format", "keys"], &mbox);
    assert_eq!((ran.exit, ran.out.as_str()), (0, "CSD-4\nCSD-5\n"), "{}", ran.err);
}
