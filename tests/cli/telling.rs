//! Notices that arrive: queued, delivered to real servers and programs, tried again, and never lost.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::mail_server::{Behaviour, MailServer};
use crate::sandbox::{Ran, Sandbox};
use crate::web_server::WebServer;

/// A program that keeps each mail in a file of its own.
const MAILER: &str = "#!/bin/sh\nn=$(ls mails | wc -l)\ncat > mails/$n\necho taken as $n\n";

struct Desk {
    sandbox: Sandbox,
}

impl Desk {
    /// A ticket whose release is decided, of a customer with an address.
    fn new(config: &str) -> Self {
        let sandbox = Sandbox::empty();
        sandbox.write("config.toml", config);
        let desk = Self { sandbox };
        desk.report("Alder", "Ada <ada@example.com>", "Rates are zero");
        desk.escalate(&["CSD-1"]);
        desk
    }

    fn report(&self, customer: &str, contact: &str, summary: &str) {
        let arguments = ["report", "--create", "--customer", customer, "--channel", "phone", "--summary", summary];
        self.ok(&[&arguments[..], &["--contact", contact]].concat());
    }

    fn escalate(&self, csd: &[&str]) {
        for csd in csd {
            self.ok(&["assess", csd, "--handled-by", "engineering", "--trigger", "none"]);
        }
        self.ok(&[&["escalate"], csd, &["--priority", "low", "--steps", "Rate a parcel."]].concat());
        let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "unknown", "--impact", "some"];
        self.ok(&[&["eng-assess", "CUS-1", "--cause", "secret cause", "--workaround", "none"], &unknown[..]].concat());
        self.ok(&["release", "CUS-1", "--decision", "next-release", "--fix-version", "9.0"]);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_trusting(arguments, None)
    }

    fn run_trusting(&self, arguments: &[&str], server: Option<&MailServer>) -> Ran {
        let mut command = self.sandbox.command();
        command.args(arguments).env("CUS_CONFIG", "config.toml").env("PATH", "/usr/bin:/bin").env_remove("CUS_NOW");
        if let Some(server) = server {
            command.env("SSL_CERT_FILE", &server.certificate);
        }
        let output = command.output().unwrap();
        Ran {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.exit, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[arguments, &["--json"]].concat())).unwrap()
    }

    /// The notices of CUS-1.
    fn notices(&self) -> Vec<Value> {
        self.json(&["show", "CUS-1"])["notices"].as_array().unwrap().clone()
    }

    fn waiting(&self) -> Vec<Value> {
        self.json(&["outbox"])["items"].as_array().unwrap().clone()
    }

    /// The mails that the program took.
    fn mails(&self) -> Vec<String> {
        let mut paths: Vec<_> =
            std::fs::read_dir(self.sandbox.path("mails")).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    fn mailer(&self, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::create_dir_all(self.sandbox.path("mails")).unwrap();
        let name = self.sandbox.write("mailer", script);
        std::fs::set_permissions(self.sandbox.path(&name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn with_server(server: &MailServer, scheme: &str, more: &str) -> String {
    format!(
        "[notify.customer]\nvia = \"smtp\"\ntimeout = \"2s\"\n[smtp]\nurl = \"{}\"\nfrom = \"desk@example.com\"\n{more}",
        scheme.replace("PORT", &server.port.to_string())
    )
}

const WITH_PROGRAM: &str =
    "[notify.customer]\nvia = \"command\"\ncommand = [\"./mailer\"]\n[smtp]\nfrom = \"desk@example.com\"\n";
const PLAIN: &str = "smtp://localhost:PORT";

#[test]
fn given_a_mail_server_then_a_customer_is_told_by_a_proper_mail_and_the_receipt_is_kept() {
    let server = MailServer::start(Behaviour::default());
    let desk = Desk::new(&with_server(&server, PLAIN, ""));
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let dry = desk.run(&["notify", "CUS-1", "--to", "customer", "--dry-run"]);
    assert!(dry.err.contains("the mail about CSD-1 goes to ada@example.com"), "{}", dry.err);
    let ticket = desk.json(&["notify", "CUS-1", "--to", "customer"]);
    assert_eq!(ticket["notices"][0]["state"], "told");
    assert_eq!(ticket["notices"][0]["receipt"], "250 queued as 4711");
    assert!(ticket["csd"][0]["told"].is_string());
    let taken = server.taken();
    assert_eq!(
        (taken.len(), taken[0].from.as_str(), &taken[0].to[..]),
        (1, "desk@example.com", &["ada@example.com".to_owned()][..])
    );
    assert!(!taken[0].tls && taken[0].user.is_none());
    let id = ticket["notices"][0]["message_id"].as_str().unwrap();
    assert_eq!(taken[0].header("Message-ID").unwrap(), format!("<{id}>"));
    assert!(id.ends_with("@example.com"), "{id}");
    assert_eq!(taken[0].header("Subject").unwrap(), "CSD-1: Rates are zero");
    assert_eq!(taken[0].header("MIME-Version").unwrap(), "1.0");
    assert!(taken[0].header("Content-Type").unwrap().contains("utf-8"));
    assert!(taken[0].data.contains("TENTATIVE") && !taken[0].data.contains("secret"));
    let page = desk.ok(&["show", "CUS-1"]);
    assert!(page.contains("Customer (CSD-1): an update, by smtp; delivered"), "{page}");
}

#[test]
fn given_several_updates_then_a_customers_mails_form_one_conversation() {
    let server = MailServer::start(Behaviour::default());
    let desk = Desk::new(&with_server(&server, PLAIN, ""));
    for version in ["9.1", "9.2"] {
        desk.ok(&["notify", "CUS-1", "--to", "support"]);
        desk.ok(&["notify", "CUS-1", "--to", "customer"]);
        desk.ok(&["release", "CUS-1", "--decision", "next-release", "--fix-version", version]);
    }
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    desk.ok(&["notify", "CUS-1", "--to", "customer"]);
    let taken = server.taken();
    let ids: Vec<String> = taken.iter().map(|mail| mail.header("Message-ID").unwrap()).collect();
    assert_eq!(taken[0].header("References"), None);
    assert_eq!(taken[2].header("In-Reply-To").unwrap(), ids[1]);
    assert_eq!(taken[2].header("References").unwrap(), format!("{} {}", ids[0], ids[1]));
}

#[test]
fn given_tls_and_a_password_command_then_they_are_used_and_the_password_is_nowhere() {
    for (behaviour, scheme) in [
        (Behaviour { starttls: true, ..Behaviour::default() }, "smtp://localhost:PORT?tls=required"),
        (Behaviour { implicit_tls: true, ..Behaviour::default() }, "smtps://localhost:PORT"),
    ] {
        let server = MailServer::start(Behaviour { auth: Some(("cus", "geheim-4711")), ..behaviour });
        let account = "user = \"cus\"\npassword_command = [\"cat\", \"pass\"]\n";
        let desk = Desk::new(&with_server(&server, scheme, account));
        desk.sandbox.write("pass", "geheim-4711\nsecond line\n");
        desk.ok(&["notify", "CUS-1", "--to", "support"]);
        let ran = desk.run_trusting(&["notify", "CUS-1", "--to", "customer"], Some(&server));
        assert_eq!(ran.exit, 0, "{}", ran.err);
        let taken = server.taken();
        assert_eq!((taken.len(), taken[0].tls, taken[0].user.as_deref()), (1, true, Some("cus")));
        desk.sandbox.write("pass", "wrong-0815\n");
        desk.ok(&["notify", "CUS-1", "--to", "customer", "--message", "Soon", "--dry-run"]);
        let ran = desk.run_trusting(&["notify", "CUS-1", "--to", "customer", "--message", "Soon"], Some(&server));
        assert_eq!(ran.exit, 8);
        let everything = [ran.err.as_bytes(), &std::fs::read(desk.sandbox.database()).unwrap()].concat();
        for secret in ["geheim-4711", "wrong-0815"] {
            assert!(!everything.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret}");
        }
    }
}

#[test]
fn given_a_wrong_certificate_then_nothing_is_sent() {
    let server = MailServer::start(Behaviour { starttls: true, wrong_name: true, ..Behaviour::default() });
    let desk = Desk::new(&with_server(&server, "smtp://localhost:PORT?tls=required", ""));
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let ran = desk.run_trusting(&["notify", "CUS-1", "--to", "customer"], Some(&server));
    assert_eq!((ran.exit, server.taken().len()), (8, 0), "{}", ran.err);
    assert!(ran.err.contains("certificate"), "{}", ran.err);
    let untrusted = MailServer::start(Behaviour { starttls: true, ..Behaviour::default() });
    desk.sandbox.write("config.toml", with_server(&untrusted, "smtp://localhost:PORT?tls=required", ""));
    let ran = desk.run_trusting(&["outbox", "retry"], Some(&server));
    assert_eq!((ran.exit, untrusted.taken().len()), (8, 0), "{}", ran.err);
}

#[test]
fn given_a_server_that_refuses_or_fails_then_the_notice_waits_and_a_retry_has_the_same_message_id() {
    let cases = [
        (Behaviour { refuse: Some("ada@example.com"), ..Behaviour::default() }, "550", false),
        (Behaviour { greylist: 1, ..Behaviour::default() }, "451", true),
        (Behaviour { drop_in_data: 1, ..Behaviour::default() }, "", true),
        (Behaviour { reply_to_data: Some("554 no"), ..Behaviour::default() }, "554", false),
    ];
    for (behaviour, said, comes_round) in cases {
        let server = MailServer::start(behaviour);
        let desk = Desk::new(&with_server(&server, PLAIN, ""));
        desk.ok(&["notify", "CUS-1", "--to", "support"]);
        let ran = desk.run(&["notify", "CUS-1", "--to", "customer"]);
        assert_eq!(ran.exit, 8, "{said}: {}", ran.err);
        assert!(ran.err.contains("cus outbox retry"), "{}", ran.err);
        let waiting = desk.waiting();
        assert_eq!((waiting.len(), &waiting[0]["attempts"]), (1, &Value::from(1)));
        assert!(waiting[0]["error"].as_str().unwrap().contains(said), "{}", waiting[0]);
        assert!(desk.json(&["show", "CUS-1"])["csd"][0]["told"].is_null());
        let again = desk.run(&["outbox", "retry"]);
        assert_eq!(again.exit, if comes_round { 0 } else { 8 }, "{said}: {}", again.out);
        if comes_round {
            let id = waiting[0]["message_id"].as_str().unwrap();
            assert_eq!(server.taken()[0].header("Message-ID").unwrap(), format!("<{id}>"));
            assert!(desk.waiting().is_empty());
            assert!(desk.json(&["show", "CUS-1"])["csd"][0]["told"].is_string());
        }
    }
}

#[test]
fn given_a_server_that_never_answers_then_the_command_ends_all_the_same() {
    let server = MailServer::start(Behaviour { silent: true, ..Behaviour::default() });
    let desk = Desk::new(&with_server(&server, PLAIN, ""));
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let begun = Instant::now();
    assert_eq!(desk.run(&["notify", "CUS-1", "--to", "customer"]).exit, 8);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(desk.waiting().len(), 1);
}

#[test]
fn given_a_program_then_its_exit_status_decides() {
    let desk = Desk::new(WITH_PROGRAM);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let ran = desk.run(&["notify", "CUS-1", "--to", "customer"]);
    assert_eq!(ran.exit, 8);
    assert!(ran.err.contains("`./mailer` cannot be run"), "{}", ran.err);
    desk.mailer("#!/bin/sh\ncat > /dev/null\necho no route >&2\nexit 1\n");
    let ran = desk.run(&["outbox", "retry"]);
    assert!(ran.exit == 8 && ran.out.contains("exited with 1: no route"), "{}", ran.out);
    desk.mailer(MAILER);
    let ran = desk.run(&["outbox", "retry", "--due"]);
    assert_eq!((ran.exit, ran.out.trim()), (0, "No delivery is due to be tried again."));
    let ran = desk.run(&["outbox", "retry", "CSD-1"]);
    assert!(ran.exit == 0 && ran.out.contains("taken as 0"), "{}", ran.out);
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: ada@example.com\r\n") && mails[0].contains("From: desk@example.com\r\n"));
}

#[test]
fn given_a_program_that_does_not_read_then_nothing_hangs() {
    let desk = Desk::new(&WITH_PROGRAM.replace("command = [", "timeout = \"1s\"\ncommand = ["));
    desk.mailer("#!/bin/sh\nexec sleep 60\n");
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let text = "x".repeat(1_000_000);
    desk.sandbox.write("text", &text);
    let begun = Instant::now();
    assert_eq!(desk.run(&["notify", "CUS-1", "--to", "customer", "--message", "@text"]).exit, 8);
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn given_a_megabyte_of_text_then_it_arrives_whole() {
    let server = MailServer::start(Behaviour::default());
    let desk = Desk::new(&with_server(&server, PLAIN, ""));
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let text: String = (0..20_000).map(|n| format!("line {n}: fünfzig Zeichen und noch ein paar mehr\n")).collect();
    desk.sandbox.write("text", &text);
    desk.ok(&["notify", "CUS-1", "--to", "customer", "--message", "@text"]);
    assert!(server.taken()[0].data.len() > 1_000_000);
    assert!(desk.notices()[1]["text"].as_str().unwrap().contains("line 19999: fünfzig"));
}

#[test]
fn given_line_breaks_in_every_field_then_no_header_is_made_of_them() {
    let server = MailServer::start(Behaviour::default());
    let evil = "x\r\nBcc: all@example.com\r\n\r\nbody";
    let sandbox = Sandbox::empty();
    let subject = "subject = \"{{ csd.customer }}: {{ csd.summary }}\"\n[smtp]";
    sandbox.write("config.toml", with_server(&server, PLAIN, "").replace("[smtp]", subject));
    let desk = Desk { sandbox };
    desk.report(evil, &format!("ada@example.com\r\nBcc: all@example.com{evil}"), evil);
    desk.escalate(&["CSD-1"]);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    desk.ok(&["notify", "CUS-1", "--to", "customer"]);
    let taken = server.taken();
    assert_eq!((taken.len(), &taken[0].to[..]), (1, &["ada@example.com".to_owned()][..]));
    assert_eq!(taken[0].header("Bcc"), None, "{}", taken[0].data);
    let headers = taken[0].data.split("\r\n\r\n").next().unwrap();
    assert!(headers.contains("Content-Transfer-Encoding"), "{headers}");
}

#[test]
fn given_a_webhook_then_any_2xx_is_delivery_and_nothing_else_is() {
    let server = WebServer::start(&["204 No Content"]);
    let url = format!("http://127.0.0.1:{}/hook/geheim?x=1", server.port);
    let desk = Desk::new(&format!(
        "[notify.support]\nvia = \"webhook\"\nurl = \"{url}\"\ntimeout = \"2s\"\n[notify.customer]\nvia = \"webhook\"\nurl = \"{url}\"\n"
    ));
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    desk.ok(&["notify", "CUS-1", "--to", "customer"]);
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].path.as_str()), (2, "/hook/geheim?x=1"));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    let bodies: Vec<Value> = requests.iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect();
    assert_eq!((&bodies[0]["audience"], &bodies[1]["audience"]), (&Value::from("support"), &Value::from("customer")));
    assert!(bodies[0]["text"].as_str().unwrap().contains("secret cause"));
    assert_eq!(bodies[0]["ticket"]["assessment"]["cause"], "secret cause");
    assert!(!requests[1].body.contains("secret"), "R31: {}", requests[1].body);
    assert_eq!(bodies[1]["ticket"]["csd"]["key"], "CSD-1");
    assert_eq!(requests[1].header("idempotency-key"), bodies[1]["message_id"].as_str());

    let failing = WebServer::start(&["503 Busy", "302 Found\r\nLocation: http://127.0.0.1:1/elsewhere", "", "200 OK"]);
    let config = std::fs::read_to_string(desk.sandbox.path("config.toml")).unwrap();
    desk.sandbox.write("config.toml", config.replace(&server.port.to_string(), &failing.port.to_string()));
    let ran = desk.run(&["notify", "CUS-1", "--to", "support", "--message", "Soon"]);
    assert!(ran.exit == 8 && ran.err.contains("answered 503"), "{}", ran.err);
    for said in ["answered 302", "the webhook at 127.0.0.1"] {
        let ran = desk.run(&["outbox", "retry"]);
        assert!(ran.exit == 8 && ran.out.contains(said) && !ran.out.contains("geheim"), "{}", ran.out);
    }
    desk.ok(&["outbox", "retry"]);
    let ids: Vec<Option<String>> =
        failing.requests().iter().map(|request| request.header("idempotency-key").map(str::to_owned)).collect();
    assert!(ids.len() == 4 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn given_thirty_customers_then_one_command_tells_each_with_its_own_text_and_retry() {
    let sandbox = Sandbox::empty();
    sandbox.write("config.toml", WITH_PROGRAM);
    let desk = Desk { sandbox };
    let keys: Vec<String> = (1..=30).map(|n| format!("CSD-{n}")).collect();
    for n in 1..=30 {
        desk.report(&format!("Customer {n}"), &format!("c{n}@example.com"), "Rates are zero");
    }
    desk.escalate(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    desk.mailer("#!/bin/sh\nmail=$(cat)\ncase $mail in *'To: c7@'*) echo gone >&2; exit 1;; esac\nn=$(ls mails | wc -l)\nprintf '%s' \"$mail\" > mails/$n\n");
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let ran = desk.run(&["notify", "CUS-1", "--to", "customer", "--json"]);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    let ticket: Value = serde_json::from_str(&ran.out).unwrap();
    let notices = ticket["notices"].as_array().unwrap();
    let failed: Vec<&Value> = notices.iter().filter(|notice| notice["state"] == "queued").collect();
    assert_eq!((notices.len(), failed.len(), desk.mails().len()), (30, 1, 29));
    assert_eq!(failed[0]["csd"], "CSD-7");
    assert!(failed[0]["error"].as_str().unwrap().contains("gone"));
    assert!(desk.mails().iter().any(|mail| mail.contains("Dear Customer 30")));
    desk.mailer(MAILER);
    desk.ok(&["outbox", "retry"]);
    assert!(desk.mails().last().unwrap().contains("c7@example.com") || desk.mails().len() == 30);
    assert!(desk.json(&["show", "CUS-1"])["csd"].as_array().unwrap().iter().all(|csd| csd["told"].is_string()));
}

#[test]
fn given_several_retries_at_once_then_each_notice_goes_out_once() {
    let desk = Desk::new(WITH_PROGRAM);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    assert_eq!(desk.run(&["notify", "CUS-1", "--to", "customer"]).exit, 8);
    desk.mailer("#!/bin/sh\ncat > mails/$$\nsleep 0.5\n");
    let children: Vec<_> = (0..6)
        .map(|_| {
            let mut command = desk.sandbox.command();
            command.args(["outbox", "retry"]).env("CUS_CONFIG", "config.toml").env("PATH", "/usr/bin:/bin");
            command.env_remove("CUS_NOW").spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(desk.mails().len(), 1);
    assert_eq!(desk.notices().iter().filter(|notice| notice["state"] == "told").count(), 2);
}

#[test]
fn given_a_kill_between_delivery_and_mark_then_nothing_is_lost_and_the_repeat_has_the_same_message_id() {
    for script in ["#!/bin/sh\nkill -9 $PPID\n", "#!/bin/sh\ncat > mails/killed\nkill -9 $PPID\n"] {
        let desk = Desk::new(WITH_PROGRAM);
        desk.mailer(script);
        desk.ok(&["notify", "CUS-1", "--to", "support"]);
        let mut command = desk.sandbox.command();
        command.args(["notify", "CUS-1", "--to", "customer"]).env("CUS_CONFIG", "config.toml").env_remove("CUS_NOW");
        assert!(!command.env("PATH", "/usr/bin:/bin").output().unwrap().status.success());
        let waiting = desk.waiting();
        assert_eq!(waiting.len(), 1, "it was decided, so it is not lost");
        desk.mailer(MAILER);
        desk.ok(&["outbox", "retry"]);
        let id = format!("Message-ID: <{}>", waiting[0]["message_id"].as_str().unwrap());
        assert!(!desk.mails().is_empty() && desk.mails().iter().all(|mail| mail.contains(&id)));
        assert!(desk.waiting().is_empty());
        desk.ok(&["db", "verify"]);
    }
}

#[test]
fn given_facts_that_change_while_a_notice_waits_then_it_never_goes_out() {
    let desk = Desk::new(WITH_PROGRAM);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    assert_eq!(desk.run(&["notify", "CUS-1", "--to", "customer"]).exit, 8);
    assert_eq!(desk.run(&["notify", "CUS-1", "--to", "customer"]).exit, 4, "queued already");
    desk.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "8.9"]);
    assert!(desk.waiting().is_empty());
    assert_eq!(desk.notices()[1]["state"], "withdrawn");
    desk.mailer(MAILER);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    desk.ok(&["notify", "CUS-1", "--to", "customer"]);
    assert!(desk.mails().len() == 1 && desk.mails()[0].contains("8.9"));
}

#[test]
fn given_a_batch_then_channels_deliver_after_it_and_a_line_that_needs_the_delivery_is_refused() {
    let desk = Desk::new(WITH_PROGRAM);
    desk.mailer(MAILER);
    let told = "{\"do\":\"notify\",\"cus\":\"CUS-1\",\"to\":\"support\"}\n{\"do\":\"notify\",\"cus\":\"CUS-1\",\"to\":\"customer\"}\n";
    desk.sandbox.write("lines", format!("{told}{{\"do\":\"confirm\",\"csd\":\"CSD-1\",\"resolved\":true}}\n"));
    let ran = desk.run(&["batch", "lines"]);
    assert_eq!(ran.exit, 8);
    assert!(ran.out.contains("(R23)"), "the customer has not been told: {}", ran.out);
    assert!(desk.mails().is_empty(), "nothing is written, so nothing goes out");
    desk.sandbox.write("lines", told);
    let ran = desk.run(&["batch", "lines"]);
    assert_eq!((ran.exit, desk.mails().len()), (0, 1), "{}", ran.err);
    let results: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&results[0]["notices"][0]["state"], &results[1]["notices"][0]["state"]),
        (&"told".into(), &"queued".into())
    );
    assert!(desk.json(&["show", "CUS-1"])["csd"][0]["told"].is_string());
}

#[test]
fn given_a_mail_to_a_customer_without_an_address_then_the_command_that_mends_it_is_named() {
    let desk = Desk::new(WITH_PROGRAM);
    desk.mailer(MAILER);
    desk.ok(&["edit", "CSD-1", "--contact", "+49 30 1234"]);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let ran = desk.run(&["notify", "CUS-1", "--to", "customer"]);
    assert!(ran.exit == 4 && ran.err.contains("cus edit CSD-1 --contact TEXT"), "{}", ran.err);
    desk.ok(&["notify", "CUS-1", "--to", "customer", "--via", "phone"]);
}

#[test]
fn a_configuration_that_cannot_be_meant_is_refused_before_anything_is_written() {
    let desk = Desk::new("");
    let events = desk.ok(&["log", "--format", "jsonl"]).lines().count();
    for (config, said) in [
        ("[notify.customer]\nvia = \"smtp\"\n", "[smtp]"),
        ("[notify.customer]\nvia = \"command\"\n", "`command`"),
        ("[notify.marketing]\nvia = \"webhook\"\n", "`url`"),
        ("[notify.product]\nvia = \"command\"\ncommand = [\"true\"]\n", "`to`"),
        ("[notify.customer]\nvia = \"pigeon\"\n", "pigeon"),
        ("[notify.customer]\nvai = \"print\"\n", "vai"),
        (
            "[notify.customer]\nvia = \"smtp\"\n[smtp]\nfrom = \"a@example.com\"\nurl = \"smtps://u:p@example.com\"\n",
            "password",
        ),
        (
            "[notify.customer]\nvia = \"smtp\"\n[smtp]\nfrom = \"a@example.com\"\nurl = \"smtp://example.com\"\nuser = \"u\"\npassword_command = [\"true\"]\n",
            "in the open",
        ),
        ("[notify.customer]\nvia = \"webhook\"\nurl = \"https://example.com\"\ntimeout = \"soon\"\n", "timeout"),
    ] {
        desk.sandbox.write("config.toml", config);
        let ran = desk.run(&["notify", "CUS-1", "--to", "support"]);
        assert!(ran.exit == 2 && ran.err.contains(said), "{config}: {}", ran.err);
    }
    desk.sandbox.write("config.toml", "");
    let ran = desk.run(&["notify", "CUS-1", "--to", "support", "--via", "smtp"]);
    assert!(ran.exit == 2 && ran.err.contains("[smtp]"), "{}", ran.err);
    assert_eq!(desk.ok(&["log", "--format", "jsonl"]).lines().count(), events);
}

#[test]
fn templates_can_be_a_teams_own_and_are_checked() {
    let desk = Desk::new("");
    assert!(desk.ok(&["template", "customer"]).starts_with("Dear {{ csd.customer }}"));
    desk.ok(&["template", "--check"]);
    std::fs::create_dir(desk.sandbox.path("templates")).unwrap();
    desk.sandbox.write("templates/customer.md", "Hi {{ csd.customer }}\n{{ cus.key }} {{ csd.nickname }}\n");
    let ran = desk.run(&["template", "--check"]);
    assert!(ran.exit == 2 && ran.err.contains("customer.md:2: unknown variable `cus"), "{}", ran.err);
    assert!(ran.err.contains("customer.md:2: unknown variable `csd.nickname`"), "{}", ran.err);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    assert_eq!(desk.run(&["notify", "CUS-1", "--to", "customer"]).exit, 4);
    desk.sandbox.write("templates/customer.md", "Hi {{ csd.customer }}\n");
    assert_eq!(desk.ok(&["template", "customer"]), "Hi {{ csd.customer }}\n");
    let out = desk.ok(&["notify", "CUS-1", "--to", "customer"]);
    assert!(out.starts_with("Hi Alder\n") && out.contains("TENTATIVE"), "{out}");
}

#[test]
fn a_customers_reply_is_attached_shown_as_data_and_confirms_nothing_by_itself() {
    let desk = Desk::new(WITH_PROGRAM);
    desk.mailer(MAILER);
    desk.ok(&["notify", "CUS-1", "--to", "support"]);
    let told = desk.json(&["notify", "CUS-1", "--to", "customer"]);
    let id = told["notices"][0]["message_id"].as_str().unwrap();
    let reply = format!(
        "From: Ada <ada@example.com>\r\nSubject: Re: rates\r\nIn-Reply-To: <{id}>\r\n\r\n\u{1b}[2Jcus close CUS-1 --resolved\r\n"
    );
    desk.sandbox.write("reply.eml", &reply);
    let ran = desk.run(&["confirm", "--from-mail", "reply.eml"]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(
        ran.err.contains("| \\u{1b}[2Jcus close CUS-1 --resolved") && ran.err.ends_with("hint: cus confirm CSD-1\n"),
        "{}",
        ran.err
    );
    let csd = desk.json(&["confirm", "--from-mail", "reply.eml"]);
    assert_eq!((csd["stage"].as_str(), csd["attachments"].as_array().unwrap().len()), (Some("escalated"), 1));
    assert_eq!(csd["reply"]["from"], "ada@example.com");
    let name = csd["attachments"][0]["name"].as_str().unwrap();
    desk.ok(&["attachment", "save", "CSD-1", name, "--to", "saved"]);
    assert_eq!(std::fs::read_to_string(desk.sandbox.path("saved")).unwrap(), reply);
    let csd = desk.json(&["confirm", "--from-mail", "reply.eml", "--resolved"]);
    assert_eq!(csd["stage"], "resolved");
    desk.sandbox.write("other.eml", "From: x@example.com\r\nSubject: hello\r\n\r\nhello\r\n");
    assert_eq!(desk.run(&["confirm", "--from-mail", "other.eml"]).exit, 3);
    desk.sandbox.write("none.eml", "");
    assert_eq!(desk.run(&["confirm", "--from-mail", "none.eml"]).exit, 2);
}
