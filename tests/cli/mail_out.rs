//! Mails that go out: to the right address, from the right sender, ended by nothing within them.

use crate::sandbox::{Ran, Sandbox};

const CONFIG: &str = "[notify.customer]\nvia = \"command\"\ncommand = [\"sh\", \"-c\", \"cat > last.eml\"]\n";

/// A ticket whose customer has this contact, and is owed a mail.
fn owed_to(contact: &str, from: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path(".config/cus")).unwrap();
    let report = ["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "email"];
    sandbox.ok(&[&report[..], &["--contact", contact]].concat());
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "low", "--steps", "Rate a parcel."]);
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "x", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
    sandbox.write(".config/cus/config.toml", format!("{CONFIG}[smtp]\nfrom = '{from}'\n"));
    sandbox
}

fn told(sandbox: &Sandbox, more: &[&str]) -> Ran {
    sandbox.run(&[&["notify", "CUS-1", "--to", "customer"], more].concat())
}

fn mail(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.path("last.eml")).unwrap()
}

#[test]
fn a_mail_goes_to_the_whole_address() {
    for (contact, to) in [
        ("o'brien@example.com", "o'brien@example.com"),
        ("Dana O'Neill <d'angelo@example.com>", "d'angelo@example.com"),
        ("\"dana@old.example\" <dana@new.example>", "dana@new.example"),
        ("Dana @ Acme <dana@new.example>, +49 30 1234", "dana@new.example"),
        ("dana@müller.example", "dana@xn--mller-kva.example"),
    ] {
        let sandbox = owed_to(contact, "desk@example.com");
        let ran = told(&sandbox, &[]);
        assert_eq!(ran.exit, 0, "{contact}: {}", ran.err);
        assert!(mail(&sandbox).contains(&format!("To: {to}\r\n")), "{contact}: {}", mail(&sandbox));
    }
}

#[test]
fn an_address_that_is_not_clear_is_refused() {
    for contact in ["dana@acme.example/ops@acme.example", "'dana@acme.example'", "a@acme.example, b@acme.example"] {
        let sandbox = owed_to(contact, "desk@example.com");
        let ran = told(&sandbox, &[]);
        assert_eq!(ran.exit, 4, "{contact}: {}", ran.err);
        assert!(ran.err.contains("hint: cus edit CSD-1 --contact"), "{}", ran.err);
        assert!(!sandbox.path("last.eml").exists(), "{contact}");
        sandbox.ok(&["edit", "CSD-1", "--contact", "Dana <dana@acme.example>"]);
        assert_eq!(told(&sandbox, &[]).exit, 0);
    }
}

#[test]
fn a_sender_can_have_a_name() {
    let sandbox = owed_to("dana@acme.example", "Support Team <support@vendor.example>");
    assert_eq!(told(&sandbox, &[]).exit, 0);
    let mail = mail(&sandbox);
    let from = mail.lines().find(|line| line.starts_with("From: ")).unwrap().replace('"', "");
    assert_eq!(from, "From: Support Team <support@vendor.example>");
    let id = mail.lines().find(|line| line.starts_with("Message-ID: ")).unwrap();
    assert!(id.ends_with("@vendor.example>"), "{id}");
}

#[test]
fn a_sender_that_is_none_is_refused_where_it_is_configured() {
    let sandbox = owed_to("dana@acme.example", "Support Team");
    for command in [&["template", "--check"][..], &["notify", "CUS-1", "--to", "customer"]] {
        let ran = sandbox.run(command);
        assert_eq!(ran.exit, 2, "{}", ran.err);
        assert!(ran.err.contains("`Support Team` is no mail address"), "{}", ran.err);
    }
    sandbox.write(".config/cus/config.toml", "[notify.support]\nvia = 'command'\ncommand = ['cat']\nto = 'nobody'\n");
    assert!(sandbox.run(&["next"]).err.contains("`nobody` is no mail address"));
    sandbox.write(".config/cus/config.toml", "");
}

#[test]
fn a_bare_cr_does_not_end_a_mail() {
    let sandbox = owed_to("dana@acme.example", "desk@example.com");
    let ran = told(&sandbox, &["--message", "hello\r.\r\nMAIL FROM:<evil@example.com>\r\n"]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    let mail = mail(&sandbox);
    assert!(!mail.replace("\r\n", "\n").contains('\r'), "{mail:?}");
    assert!(!mail.contains("\n.\r") && mail.contains("Content-Transfer-Encoding: base64"), "{mail:?}");
}
