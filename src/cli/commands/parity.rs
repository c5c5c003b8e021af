//! Flags, prompts and batch lines say the same: one table of inputs goes through all three.

use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    action, assess, assign, attach, close, comment, confirm, edit, eng_assess, escalate, hold, notify, plan,
    postmortem, release, reopen, report, return_to_support, ship, undo, unlink,
};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::record;
use crate::cli::step::scripted::{Say, Scripted};
use crate::workflow::command::Command;
use crate::workflow::rules::decide;
use crate::workflow::tickets::Tickets;
use crate::workflow::vocabulary::Role;
use crate::workflow::{Context, Time};

fn context() -> Context {
    Context {
        now: Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000),
        now_is_explicit: false,
        actor: "dana".to_owned(),
        roles: Vec::<Role>::new(),
        zone: crate::workflow::zone::Zone::UTC,
        policy: std::sync::Arc::default(),
        notice_settings: crate::workflow::notices::draft::NoticeSettings::default(),
    }
}

fn from_flags<A: Args + StepArguments>(flags: &[&str], tickets: &Tickets) -> Command {
    let command = A::augment_args(clap::Command::new("step"));
    let matches = command.try_get_matches_from(std::iter::once(&"step").chain(flags)).expect("the flags are good");
    let mut arguments = A::from_arg_matches(&matches).expect("the flags are good");
    record::fetch_texts(&mut arguments, &mut true).expect("the texts are themselves");
    let files = record::look_at_files(&arguments).expect("the files are there");
    record::complete(&arguments, tickets, &context(), &files).expect("nothing is missing")
}

fn from_json<A: DeserializeOwned + StepArguments>(line: Value, tickets: &Tickets) -> Command {
    let arguments: A = serde_json::from_value(line).expect("the line is good");
    let files = record::look_at_files(&arguments).expect("the files are there");
    record::complete(&arguments, tickets, &context(), &files).expect("nothing is missing")
}

fn from_answers<A: Args + StepArguments>(flags: &[&str], answers: &[Say], tickets: &Tickets) -> Command {
    let command = A::augment_args(clap::Command::new("step"));
    let matches = command.try_get_matches_from(std::iter::once(&"step").chain(flags)).expect("the flags are good");
    let arguments = A::from_arg_matches(&matches).expect("the flags are good");
    let context = context();
    let mut person = Scripted(answers.iter().copied().collect());
    let mut form = Form::new(tickets, &context, Vec::new(), &mut person);
    let command = arguments.complete(&mut form);
    form.confirm();
    let command = form.finish(command).expect("every question is answered").0;
    assert!(person.0.is_empty(), "{:?} was not asked for", person.0);
    command
}

/// Sends the same inputs through all ways, wants equal commands, and lets the command happen.
fn same<A: Args + DeserializeOwned + StepArguments>(
    tickets: &mut Tickets,
    flags: &[&str],
    line: Value,
    answers: Option<(&[&str], &[Say])>,
) {
    let command = from_flags::<A>(flags, tickets);
    assert_eq!(command, from_json::<A>(line, tickets));
    if let Some((flags, answers)) = answers {
        assert_eq!(command, from_answers::<A>(flags, answers, tickets));
    }
    for event in decide(tickets, &command, &context()).expect("the step is open") {
        tickets.apply(&event);
    }
}

#[test]
fn flags_prompts_and_lines_become_the_same_commands() {
    use Say::{Choose, Enter, Mark, No, Text, Yes};
    let mut tickets = Tickets::default();
    same::<report::ReportArgs>(
        &mut tickets,
        &[
            "--customer",
            "Acme",
            "--summary",
            "-5 % rates",
            "--channel",
            "phone",
            "--description",
            "@@x",
            "--contact",
            "a@b",
            "--product-version",
            "5.1",
        ],
        json!({ "customer": "Acme", "summary": "-5 % rates", "channel": "phone", "description": "@x", "contact": "a@b", "product_version": "5.1" }),
        Some((
            &[],
            &[Text("Acme"), Text("-5 % rates"), Choose("phone"), Text("@x"), Text("a@b"), Text("5.1"), Text(""), Yes],
        )),
    );
    same::<report::ReportArgs>(
        &mut tickets,
        &["--customer", "Beta", "--summary", "s", "--channel", "email"],
        json!({ "customer": "Beta", "summary": "s", "channel": "email", "contact": null, "attach": [] }),
        None,
    );
    same::<report::ReportArgs>(
        &mut tickets,
        &["--customer", "Gamma", "--summary", "s", "--channel", "email"],
        json!({ "customer": "Gamma", "summary": "s", "channel": "email" }),
        None,
    );
    same::<assess::AssessArgs>(
        &mut tickets,
        &["csd-1", "--handled-by", "engineering", "--trigger", "after-upgrade", "--trigger", "large-impact"],
        json!({ "csd": "CSD-1", "handled_by": "engineering", "trigger": ["after-upgrade", "large-impact"] }),
        Some((&["CSD-1"], &[Yes, No, Yes, Yes])),
    );
    same::<assess::AssessArgs>(
        &mut tickets,
        &["CSD-2", "--handled-by", "engineering", "--trigger", "none"],
        json!({ "key": ["CSD-2"], "handled_by": "engineering", "trigger": "none" }),
        Some((&["CSD-2"], &[No, No, No, Choose("engineering"), Yes])),
    );
    same::<assess::AssessArgs>(
        &mut tickets,
        &["CSD-3", "--handled-by", "client-services", "--trigger", "none"],
        json!({ "csd": "CSD-3", "handled_by": "client-services", "trigger": "none" }),
        Some((&["CSD-3"], &[No, No, No, Choose("client-services"), Yes])),
    );
    same::<escalate::EscalateArgs>(
        &mut tickets,
        &[
            "CSD-1",
            "--priority",
            "high",
            "--steps",
            "1. rate",
            "--summary",
            "-5 % rates",
            "--hold-upgrades",
            "--hold-version",
            "5.1",
        ],
        json!({ "csd": "CSD-1", "priority": "high", "steps": "1. rate", "summary": "-5 % rates", "hold_upgrades": true, "hold_version": "5.1" }),
        Some((&["CSD-1"], &[Choose("high"), Text("1. rate"), Text(""), Yes, Yes])),
    );
    same::<escalate::EscalateArgs>(
        &mut tickets,
        &["CSD-2", "--into", "CUS-1"],
        json!({ "csd": "CSD-2", "into": "cus-1" }),
        None,
    );
    same::<return_to_support::ReturnArgs>(
        &mut tickets,
        &["CSD-2", "--missing", "steps", "--missing", "other", "--note", "which parcel?"],
        json!({ "cus": "CSD-2", "missing": ["steps", "other"], "note": "which parcel?" }),
        Some((&["CSD-2"], &[Mark(&["steps", "other"]), Text("which parcel?"), Yes])),
    );
    same::<escalate::EscalateArgs>(
        &mut tickets,
        &["CUS-1", "--steps", "1. any parcel", "--note", "every one"],
        json!({ "cus": "CUS-1", "steps": "1. any parcel", "note": "every one" }),
        Some((&["CUS-1"], &[Text("1. any parcel"), Text("every one"), Yes])),
    );
    same::<eng_assess::EngAssessArgs>(
        &mut tickets,
        &[
            "CUS-1",
            "--cause",
            "a table",
            "--started",
            "-2h",
            "--caused-by",
            "UNKNOWN",
            "--severity",
            "major",
            "--workaround",
            "none",
            "--impact",
            "large",
        ],
        json!({ "cus": "CUS-1", "cause": "a table", "started": "-2h", "caused_by": "unknown", "severity": "major", "workaround": "none", "impact": "large" }),
        Some((
            &["CUS-1"],
            &[
                Text("a table"),
                Text("soon"),
                Text("-2h"),
                Text("unknown"),
                Choose("major"),
                Text("none"),
                Choose("large"),
                Yes,
                No,
                Yes,
            ],
        )),
    );
    same::<eng_assess::EngAssessArgs>(
        &mut tickets,
        &["CUS-1", "--severity", "minor", "--workaround", "round it"],
        json!({ "cus": "CUS-1", "severity": "minor", "workaround": "round it" }),
        Some((&["CUS-1"], &[Enter, Enter, Enter, Choose("minor"), Text("round it"), Enter, No, Yes])),
    );
    same::<edit::EditArgs>(
        &mut tickets,
        &["CUS-1", "--priority", "medium", "--note", "calm"],
        json!({ "key": "CUS-1", "priority": "medium", "note": "calm" }),
        None,
    );
    same::<eng_assess::EngAssessArgs>(
        &mut tickets,
        &["CUS-1", "--severity", "outage", "--keep-priority", "--note", "it is over"],
        json!({ "cus": "CUS-1", "severity": "outage", "keep_priority": true, "note": "it is over" }),
        Some((&["CUS-1"], &[Enter, Enter, Enter, Choose("outage"), Enter, Enter, No, Text("it is over"), No, Yes])),
    );
    same::<eng_assess::EngAssessArgs>(
        &mut tickets,
        &["CUS-1", "--customers-affected", "12"],
        json!({ "cus": "CUS-1", "customers_affected": 12 }),
        None,
    );
    same::<release::ReleaseArgs>(
        &mut tickets,
        &[
            "CUS-1",
            "--decision",
            "next-release",
            "--fix-version",
            "5.2",
            "--target-date",
            "2026-12-01",
            "--resolution",
            "rates are right",
            "--fixed-by",
            "DEV-1",
        ],
        json!({ "cus": "CUS-1", "decision": "next-release", "fix_version": "5.2", "target_date": "2026-12-01", "resolution": "rates are right", "fixed_by": "DEV-1" }),
        Some((
            &["CUS-1", "--fixed-by", "DEV-1"],
            &[Choose("next-release"), Text("5.2"), Text("2026-12-01"), Text("rates are right"), No, Yes],
        )),
    );
    for to in ["product", "marketing", "support", "customer"] {
        let say: &'static str = to;
        same::<notify::NotifyArgs>(
            &mut tickets,
            &["CUS-1", "--to", to],
            json!({ "cus": "CUS-1", "to": to }),
            Some((&["CUS-1"], &[Choose(say), Yes])),
        );
    }
    same::<notify::NotifyArgs>(
        &mut tickets,
        &["CUS-1", "--to", "product", "--interim", "--message", "soon", "--next-by", "+2h"],
        json!({ "cus": "CUS-1", "to": "product", "interim": true, "message": "soon", "next_by": "+2h" }),
        None,
    );
    same::<notify::NotifyArgs>(
        &mut tickets,
        &["CSD-1", "--interim", "--message", "soon"],
        json!({ "key": "CSD-1", "interim": true, "message": "soon" }),
        Some((&["CSD-1", "--interim"], &[Text("soon"), Yes])),
    );
    same::<postmortem::PostmortemArgs>(
        &mut tickets,
        &["CUS-1", "--root-cause", "no test", "--category", "tests", "--lessons", "test"],
        json!({ "cus": "CUS-1", "root_cause": "no test", "category": "tests", "lessons": "test" }),
        Some((&["CUS-1"], &[Text("no test"), Text("tests"), Text("test"), Yes])),
    );
    same::<postmortem::PostmortemArgs>(
        &mut tickets,
        &["CSD-1", "--note", "nothing to do"],
        json!({ "csd": "CSD-1", "note": "nothing to do" }),
        None,
    );
    same::<action::AddArgs>(
        &mut tickets,
        &["CUS-1", "test it", "--owner", "eli", "--due", "2026-12-01"],
        json!({ "cus": "CUS-1", "text": "test it", "owner": "eli", "due": "2026-12-01" }),
        Some((&["CUS-1", "--due", "2026-12-01"], &[Text("test it"), Text("eli"), Yes])),
    );
    same::<action::AddArgs>(
        &mut tickets,
        &["CUS-1", "write it down"],
        json!({ "key": "CUS-1", "text": "write it down" }),
        None,
    );
    same::<action::DoneArgs>(
        &mut tickets,
        &["CUS-1", "1", "--note", "so"],
        json!({ "cus": "CUS-1", "n": 1, "note": "so" }),
        None,
    );
    same::<action::DropArgs>(
        &mut tickets,
        &["CUS-1", "2", "--note", "no time"],
        json!({ "cus": "CUS-1", "n": 2, "note": "no time" }),
        Some((&["CUS-1", "2"], &[Text("no time"), Yes])),
    );
    same::<confirm::ConfirmArgs>(
        &mut tickets,
        &["CSD-2", "--unreachable", "three calls"],
        json!({ "csd": "CSD-2", "unreachable": "three calls" }),
        Some((&["CSD-2"], &[Choose("unreachable"), Text("three calls"), Yes])),
    );
    same::<hold::HoldArgs>(
        &mut tickets,
        &["CUS-1", "--product-version", "5.2", "--note", "5.2 is worse"],
        json!({ "cus": "CUS-1", "product_version": "5.2", "note": "5.2 is worse" }),
        Some((&["CUS-1", "--product-version", "5.2"], &[Text("5.2 is worse"), Yes])),
    );
    same::<hold::HoldArgs>(
        &mut tickets,
        &["CUS-1", "--lift", "--product-version", "5.1", "--note", "5.1 is safe"],
        json!({ "cus": "CUS-1", "lift": true, "product_version": "5.1", "note": "5.1 is safe" }),
        Some((&["CUS-1", "--lift", "--product-version", "5.1"], &[Text("5.1 is safe"), Yes])),
    );
    same::<hold::HoldArgs>(
        &mut tickets,
        &["CUS-1", "--lift", "--note", "5.2 is safe"],
        json!({ "cus": "CUS-1", "lift": true, "note": "5.2 is safe" }),
        Some((&["CUS-1", "--lift"], &[Text("5.2 is safe"), Yes])),
    );
    same::<plan::PlanArgs>(
        &mut tickets,
        &["5.2", "--slip-to", "5.2.1", "--target-date", "2026-06-01", "--note", "-1 tester"],
        json!({ "version": "5.2", "slip_to": "5.2.1", "target_date": "2026-06-01", "note": "-1 tester" }),
        Some((&["5.2", "--slip-to", "5.2.1", "--target-date", "2026-06-01"], &[Text("-1 tester"), Yes])),
    );
    same::<plan::PlanArgs>(
        &mut tickets,
        &["5.2.1", "--slip-to", "5.2", "--note", "after all", "--notify"],
        json!({ "version": "5.2.1", "slip_to": "5.2", "note": "after all", "notify": true }),
        None,
    );
    same::<ship::ShipArgs>(
        &mut tickets,
        &["--fix-version", "5.2", "--fixed-by", "DEV-1", "--fixed-by", "DEV-2", "--tell"],
        json!({ "fix_version": "5.2", "fixed_by": ["DEV-1", "DEV-2"], "tell": true }),
        None,
    );
    same::<comment::CommentArgs>(
        &mut tickets,
        &["CUS-1", "-v is not verbose"],
        json!({ "key": "CUS-1", "text": "-v is not verbose" }),
        Some((&["CUS-1"], &[Text("-v is not verbose"), Yes])),
    );
    same::<assign::AssignArgs>(
        &mut tickets,
        &["CUS-1", "--to", "eli"],
        json!({ "key": "CUS-1", "to": "eli" }),
        Some((&["CUS-1"], &[Text("eli"), Yes])),
    );
    same::<assign::AssignArgs>(&mut tickets, &["CUS-1", "--me"], json!({ "cus": "CUS-1", "me": true }), None);
    same::<assign::AssignArgs>(&mut tickets, &["CSD-1", "--none"], json!({ "csd": "CSD-1", "none": true }), None);
    same::<edit::EditArgs>(
        &mut tickets,
        &["CUS-1", "--priority", "low", "--note", "calm"],
        json!({ "key": "CUS-1", "priority": "low", "note": "calm" }),
        None,
    );
    same::<confirm::ConfirmArgs>(
        &mut tickets,
        &["CSD-1", "--not-resolved", "still wrong"],
        json!({ "csd": "CSD-1", "not_resolved": "still wrong" }),
        Some((&["CSD-1"], &[Choose("not-resolved"), Text("still wrong"), Yes])),
    );
    same::<close::CloseArgs>(
        &mut tickets,
        &["CUS-1", "--resolution", "wont-fix", "--note", "too old", "--tell"],
        json!({ "key": "CUS-1", "resolution": "wont-fix", "note": "too old", "tell": true }),
        Some((&["CUS-1", "--resolution", "wont-fix"], &[Text("too old"), Yes, Yes])),
    );
    same::<reopen::ReopenArgs>(
        &mut tickets,
        &["CUS-1", "--note", "the board says so"],
        json!({ "key": "CUS-1", "note": "the board says so" }),
        Some((&["CUS-1"], &[Text("the board says so"), Yes])),
    );
    same::<close::CloseArgs>(
        &mut tickets,
        &["CSD-3", "--note", "trained them", "--message", "you can do it"],
        json!({ "csd": "CSD-3", "note": "trained them", "message": "you can do it" }),
        Some((&["CSD-3"], &[Text("trained them"), Text("you can do it"), Yes])),
    );
    same::<confirm::ConfirmArgs>(
        &mut tickets,
        &["CSD-2", "--not-resolved", "again", "--note", "angry"],
        json!({ "csd": "CSD-2", "not_resolved": "again", "note": "angry" }),
        None,
    );
    same::<unlink::UnlinkArgs>(
        &mut tickets,
        &["CSD-2", "--note", "another bug"],
        json!({ "csd": "CSD-2", "note": "another bug" }),
        Some((&["CSD-2"], &[Text("another bug"), Yes])),
    );
    let undo = from_flags::<undo::UndoArgs>(&["CSD-2", "--note", "the wrong one"], &tickets);
    assert_eq!(undo, from_json::<undo::UndoArgs>(json!({ "key": "CSD-2", "note": "the wrong one" }), &tickets));
    let answers = [Text("the wrong one"), Yes];
    assert_eq!(undo, from_answers::<undo::UndoArgs>(&["CSD-2"], &answers, &tickets));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    same::<attach::AttachArgs>(&mut tickets, &["CUS-1", file], json!({ "key": "CUS-1", "file": file }), None);
}
