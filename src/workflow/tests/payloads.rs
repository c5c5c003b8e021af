//! The stored JSON of every type of event, which must be readable for ever.

use std::fmt::Debug;

use super::kit::{hour, key};
use crate::workflow::event::{
    ActionAdded, ActionAddedTexts, ActionEnded, ActionEndedTexts, Announced, AnnouncedTexts, AnnouncementDelivered,
    AnnouncementDeliveredTexts, AnnouncementDropped, AnnouncementDroppedTexts, Answered, AnsweredTexts, Assessed,
    AssessedTexts, Assigned, AssignedTexts, Attached, AttachedTexts, ChangedElsewhere, ChangedElsewhereTexts, Closed,
    ClosedTexts, Commented, CommentedTexts, Complained, ComplainedTexts, Completed, CompletedTexts, CustomerTold,
    CustomerToldTexts, Delivered, DeliveredTexts, Edited, EditedTexts, EngAssessed, EngAssessedTexts, Escalated,
    EscalatedTexts, Fact, HoldLifted, HoldLiftedTexts, HoldSet, HoldSetTexts, Imported, ImportedTexts, Joined,
    JoinedTexts, Left, LeftTexts, Linked, LinkedTexts, MovedToPostmortem, MovedToPostmortemTexts, NextWord,
    NextWordTexts, NoticeCameBack, NoticeCameBackTexts, NoticeWithdrawn, NoticeWithdrawnTexts, Notified, NotifiedTexts,
    PostmortemWritten, PostmortemWrittenTexts, Redacted, RedactedTexts, ReleaseDecided, ReleaseDecidedTexts, Reopened,
    ReopenedTexts, Reported, ReportedTexts, Resolved, ResolvedTexts, Returned, ReturnedTexts, SettledElsewhere,
    SettledElsewhereTexts, Shipped, ShippedTexts, Supplied, SuppliedTexts, Undone, UndoneTexts, Unlinked,
    UnlinkedTexts,
};
use crate::workflow::obligations::duty::{DueTime, Duty, DutyKind};
use crate::workflow::payload::DecodeError;
use crate::workflow::step::Step;
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::upcast::newest;
use crate::workflow::vocabulary::{
    Announcement, AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Kind, Priority, Resolution,
    Role, Severity, Trigger, Via, Word, WordClock,
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A name with its text.
type Pair = (&'static str, &'static str);

/// Each type of fact with everything given, and how it is stored: its structured part and its texts.
fn samples() -> Vec<(Fact, &'static str, &'static [Pair])> {
    let note: &[Pair] = &[("note", "n")];
    vec![
        (
            Reported {
                channel: Channel::Portal,
                product_version: text("8.1"),
                key_given: true,
                texts: ReportedTexts {
                    customer: "c".to_owned(),
                    summary: "s".to_owned(),
                    description: text("d"),
                    contact: text("a"),
                },
            }
            .into(),
            r#"{"channel":"portal","product_version":"8.1","key_given":true}"#,
            &[("customer", "c"), ("summary", "s"), ("description", "d"), ("contact", "a")],
        ),
        (
            Assessed {
                handled_by: Handler::Engineering,
                triggers: vec![Trigger::AfterUpgrade, Trigger::Financial],
                texts: AssessedTexts { note: text("n") },
            }
            .into(),
            r#"{"handled_by":"engineering","triggers":["after-upgrade","financial"]}"#,
            note,
        ),
        (Linked { cus: key("CUS-1"), texts: LinkedTexts {} }.into(), r#"{"cus":"CUS-1"}"#, &[]),
        (Unlinked { cus: key("CUS-1"), texts: UnlinkedTexts { note: text("n") } }.into(), r#"{"cus":"CUS-1"}"#, note),
        (
            CustomerTold { cus: key("CUS-1"), notice: 3, is_update: true, next_by: None, texts: CustomerToldTexts {} }
                .into(),
            r#"{"cus":"CUS-1","notice":3,"is_update":true,"next_by":null}"#,
            &[],
        ),
        (NextWord { clock: WordClock::Tried, texts: NextWordTexts {} }.into(), r#"{"clock":"tried"}"#, &[]),
        (
            Resolved {
                answer: Some(AnswerKind::Unreachable),
                duplicate_of: Some(key("CSD-3")),
                texts: ResolvedTexts { note: text("n") },
            }
            .into(),
            r#"{"answer":"unreachable","duplicate_of":"CSD-3"}"#,
            note,
        ),
        (Reopened { recalls: true, texts: ReopenedTexts { note: text("n") } }.into(), r#"{"recalls":true}"#, note),
        (
            Escalated {
                csd: vec![key("CSD-1"), key("SD-2")],
                priority: Priority::High,
                texts: EscalatedTexts { summary: "s".to_owned(), steps: "t".to_owned() },
            }
            .into(),
            r#"{"csd":["CSD-1","SD-2"],"priority":"high"}"#,
            &[("summary", "s"), ("steps", "t")],
        ),
        (
            Completed {
                priority: Some(Priority::Low),
                texts: CompletedTexts { summary: text("s"), steps: text("t"), note: text("n") },
            }
            .into(),
            r#"{"priority":"low"}"#,
            &[("summary", "s"), ("steps", "t"), ("note", "n")],
        ),
        (
            Joined { csd: key("CSD-2"), priority: Some(Priority::Critical), texts: JoinedTexts { steps: text("t") } }
                .into(),
            r#"{"csd":"CSD-2","priority":"critical"}"#,
            &[("steps", "t")],
        ),
        (Left { csd: key("CSD-2"), texts: LeftTexts {} }.into(), r#"{"csd":"CSD-2"}"#, &[]),
        (
            Supplied { items: vec![ChecklistItem::Version], texts: SuppliedTexts {} }.into(),
            r#"{"items":["version"]}"#,
            &[],
        ),
        (
            Returned {
                missing: vec![ChecklistItem::Steps, ChecklistItem::Other],
                texts: ReturnedTexts { note: "n".to_owned() },
            }
            .into(),
            r#"{"missing":["steps","other"]}"#,
            note,
        ),
        (
            EngAssessed {
                started: Some(hour(9)),
                severity: Severity::Outage,
                impact: Impact::Large,
                customers_affected: Some(40),
                priority: Some(Priority::Critical),
                keeps_priority: false,
                texts: EngAssessedTexts {
                    cause: "c".to_owned(),
                    caused_by: "b".to_owned(),
                    workaround: "w".to_owned(),
                    note: text("n"),
                },
            }
            .into(),
            r#"{"started":"2026-03-02T09:00:00Z","severity":"outage","impact":"large","customers_affected":40,"priority":"critical","keeps_priority":false}"#,
            &[("cause", "c"), ("caused_by", "b"), ("workaround", "w"), ("note", "n")],
        ),
        (
            ReleaseDecided {
                decision: Decision::NextRelease,
                fix_version: text("9.0"),
                target_date: Some(hour(0).date_naive()),
                target_ends: Some(hour(23)),
                zone: text("Europe/Berlin"),
                is_review: true,
                recalls: false,
                texts: ReleaseDecidedTexts { resolution: text("r"), note: text("n"), fixed_by: text("f") },
            }
            .into(),
            r#"{"decision":"next-release","fix_version":"9.0","target_date":"2026-03-02","target_ends":"2026-03-02T23:00:00Z","zone":"Europe/Berlin","is_review":true,"recalls":false}"#,
            &[("resolution", "r"), ("note", "n"), ("fixed_by", "f")],
        ),
        (
            Shipped { fix_version: "9.0".to_owned(), texts: ShippedTexts { note: text("n"), fixed_by: text("f") } }
                .into(),
            r#"{"fix_version":"9.0"}"#,
            &[("note", "n"), ("fixed_by", "f")],
        ),
        (
            Notified {
                notice: 3,
                to: Audience::Customer,
                csd: Some(key("CSD-1")),
                via: Via::InPerson,
                facts: 2,
                settles: vec![DutyKind::TellCustomer],
                message_id: "cus-1.3.t".to_owned(),
                next_by: None,
                texts: NotifiedTexts { message: "m".to_owned(), subject: text("s") },
            }
            .into(),
            r#"{"notice":3,"to":"customer","csd":"CSD-1","via":"in-person","facts":2,"settles":["tell-customer"],"message_id":"cus-1.3.t","next_by":null}"#,
            &[("message", "m"), ("subject", "s")],
        ),
        (
            Delivered {
                notice: 3,
                to: Audience::Support,
                csd: Some(key("CSD-1")),
                settles: vec![DutyKind::TellSupport],
                texts: DeliveredTexts { receipt: "r".to_owned() },
            }
            .into(),
            r#"{"notice":3,"to":"support","csd":"CSD-1","settles":["tell-support"]}"#,
            &[("receipt", "r")],
        ),
        (
            NoticeCameBack {
                cus: key("CUS-1"),
                notice: 3,
                reopens: true,
                texts: NoticeCameBackTexts { reason: text("r") },
            }
            .into(),
            r#"{"cus":"CUS-1","notice":3,"reopens":true}"#,
            &[("reason", "r")],
        ),
        (NoticeWithdrawn { notice: 3, texts: NoticeWithdrawnTexts {} }.into(), r#"{"notice":3}"#, &[]),
        (
            Announced {
                notice: 3,
                audience: "engineering".to_owned(),
                what: vec![Announcement::Escalated],
                undoes: false,
                via: Via::Webhook,
                message_id: "m".to_owned(),
                texts: AnnouncedTexts { message: "e".to_owned(), subject: text("s") },
            }
            .into(),
            r#"{"notice":3,"audience":"engineering","what":["escalated"],"undoes":false,"via":"webhook","message_id":"m"}"#,
            &[("message", "e"), ("subject", "s")],
        ),
        (
            AnnouncementDelivered { notice: 3, texts: AnnouncementDeliveredTexts { receipt: "r".to_owned() } }.into(),
            r#"{"notice":3}"#,
            &[("receipt", "r")],
        ),
        (AnnouncementDropped { notice: 3, texts: AnnouncementDroppedTexts {} }.into(), r#"{"notice":3}"#, &[]),
        (
            MovedToPostmortem {
                category: text("c"),
                texts: MovedToPostmortemTexts { root_cause: text("r"), lessons: text("l"), note: text("n") },
            }
            .into(),
            r#"{"category":"c"}"#,
            &[("root_cause", "r"), ("lessons", "l"), ("note", "n")],
        ),
        (
            PostmortemWritten {
                category: text("c"),
                texts: PostmortemWrittenTexts { root_cause: text("r"), lessons: text("l"), note: text("n") },
            }
            .into(),
            r#"{"category":"c"}"#,
            &[("root_cause", "r"), ("lessons", "l"), ("note", "n")],
        ),
        (
            ActionAdded { action: 2, due: hour(9), texts: ActionAddedTexts { text: "t".to_owned(), owner: text("o") } }
                .into(),
            r#"{"action":2,"due":"2026-03-02T09:00:00Z"}"#,
            &[("text", "t"), ("owner", "o")],
        ),
        (
            ActionEnded { action: 2, state: ActionState::Dropped, texts: ActionEndedTexts { note: text("n") } }.into(),
            r#"{"action":2,"state":"dropped"}"#,
            note,
        ),
        (
            Answered { csd: key("CSD-1"), answer: AnswerKind::NotResolved, texts: AnsweredTexts { note: text("n") } }
                .into(),
            r#"{"csd":"CSD-1","answer":"not-resolved"}"#,
            note,
        ),
        (
            Complained { csd: key("CSD-1"), texts: ComplainedTexts { note: text("n") } }.into(),
            r#"{"csd":"CSD-1"}"#,
            note,
        ),
        (
            HoldSet { version: text("8.1"), texts: HoldSetTexts { note: text("n") } }.into(),
            r#"{"version":"8.1"}"#,
            note,
        ),
        (
            HoldLifted { version: text("8.1"), texts: HoldLiftedTexts { note: text("n") } }.into(),
            r#"{"version":"8.1"}"#,
            note,
        ),
        (
            Closed {
                resolution: Resolution::Duplicate,
                of: Some(key("CUS-2")),
                corrects: vec![Audience::Product],
                texts: ClosedTexts { note: text("n") },
            }
            .into(),
            r#"{"resolution":"duplicate","of":"CUS-2","corrects":["product"]}"#,
            note,
        ),
        (Commented { texts: CommentedTexts { text: "t".to_owned() } }.into(), "{}", &[("text", "t")]),
        (Assigned { texts: AssignedTexts { assignee: text("a") } }.into(), "{}", &[("assignee", "a")]),
        (
            Attached { size: 3, sha256: "abc".to_owned(), texts: AttachedTexts { name: "a.png".to_owned() } }.into(),
            r#"{"size":3,"sha256":"abc"}"#,
            &[("name", "a.png")],
        ),
        (
            ChangedElsewhere {
                field: "status".to_owned(),
                texts: ChangedElsewhereTexts { from: text("a"), to: text("b") },
            }
            .into(),
            r#"{"field":"status"}"#,
            &[("from", "a"), ("to", "b")],
        ),
        (SettledElsewhere { csd: key("CSD-1"), texts: SettledElsewhereTexts {} }.into(), r#"{"csd":"CSD-1"}"#, &[]),
        (
            Imported {
                tracker: "jira".to_owned(),
                source: "desk".to_owned(),
                there: "ac-7".to_owned(),
                key: key("AC-7"),
                links: vec!["DEV-3".to_owned()],
                texts: ImportedTexts { rest: [("status".to_owned(), "Open".to_owned())].into() },
            }
            .into(),
            r#"{"tracker":"jira","source":"desk","there":"ac-7","key":"AC-7","links":["DEV-3"]}"#,
            &[("rest.status", "Open")],
        ),
        (
            Redacted {
                event: 4,
                removed: [("summary".to_owned(), ()), ("rest.status".to_owned(), ())].into(),
                file: false,
                texts: RedactedTexts { note: "n".to_owned(), instead: [("summary".to_owned(), "s".to_owned())].into() },
            }
            .into(),
            r#"{"event":4,"removed":{"rest.status":null,"summary":null},"file":false}"#,
            &[("note", "n"), ("instead.summary", "s")],
        ),
        (
            Undone { command: 7, step: Step::Escalate, texts: UndoneTexts { note: "n".to_owned() } }.into(),
            r#"{"command":7,"step":"escalate"}"#,
            note,
        ),
        (
            Edited {
                priority: Some(Priority::Medium),
                key: Some(key("SD-9")),
                channel: Some(Channel::Email),
                product_version: text("8.1"),
                texts: EditedTexts {
                    summary: text("s"),
                    description: text("d"),
                    customer: text("c"),
                    contact: text("a"),
                    steps: text("t"),
                    note: text("n"),
                },
            }
            .into(),
            r#"{"priority":"medium","key":"SD-9","channel":"email","product_version":"8.1"}"#,
            &[
                ("summary", "s"),
                ("description", "d"),
                ("customer", "c"),
                ("contact", "a"),
                ("steps", "t"),
                ("note", "n"),
            ],
        ),
    ]
}

fn decode(name: &str, version: i64, data: &str, texts: &[Pair]) -> Result<Fact, DecodeError> {
    Fact::decode(name, version, data, texts.iter().map(|(name, text)| ((*name).into(), (*text).into())))
}

#[test]
fn every_type_of_event_is_stored_as_it_always_was_and_read_back() {
    for (fact, data, texts) in samples() {
        let name = fact.type_name();
        assert_eq!(fact.data().unwrap(), data, "{name}");
        let stored: Vec<(String, &str)> = fact.texts().into_iter().map(|(name, text)| (name.into(), text)).collect();
        assert_eq!(stored.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>(), texts, "{name}");
        assert_eq!((newest(name), decode(name, 1, data, texts).unwrap()), (1, fact), "{name}");
    }
}

#[test]
fn every_type_of_event_has_its_sample() {
    let names: Vec<&str> = samples().iter().map(|(fact, ..)| fact.type_name()).collect();
    assert_eq!(names, Fact::TYPES);
}

#[test]
fn every_text_of_every_type_has_its_sample() {
    for ((_, _, texts), names) in samples().iter().zip(Fact::TEXTS) {
        let sampled = texts.iter().map(|(name, _)| name.split_once('.').map_or(*name, |(field, _)| field));
        assert_eq!(sampled.collect::<Vec<_>>(), *names);
    }
}

#[test]
fn texts_that_were_never_given_are_not_stored() {
    let fact: Fact =
        Closed { resolution: Resolution::Fixed, of: None, corrects: Vec::new(), texts: ClosedTexts::default() }.into();
    assert_eq!(
        (fact.data().unwrap().as_str(), fact.texts()),
        (r#"{"resolution":"fixed","of":null,"corrects":[]}"#, Vec::new())
    );
    assert_eq!(decode("closed", 1, r#"{"resolution":"fixed","of":null}"#, &[]).unwrap(), fact, "what 0.1.0 wrote");
    let comment: Fact = Commented { texts: CommentedTexts { text: String::new() } }.into();
    assert_eq!(comment.texts(), Vec::new());
}

#[test]
fn what_no_type_holds_is_refused_rather_than_lost() {
    assert!(decode("shipped", 1, r#"{"fix_version":"9.0","more":1}"#, &[]).is_err());
    assert!(decode("shipped", 1, "{}", &[]).is_err());
    assert!(decode("escalated", 1, r#"{"csd":["nothing"],"priority":"high"}"#, &[]).is_err());
    for name in ["text", "note.x", "Note", ""] {
        assert!(decode("shipped", 1, r#"{"fix_version":"9.0"}"#, &[(name, "x")]).is_err(), "{name}");
    }
    let imported = r#"{"tracker":"jira","key":"AC-7"}"#;
    assert!(decode("imported", 1, imported, &[("rest", "x")]).is_err());
    assert!(decode("imported", 1, imported, &[("rest.a.b", "x"), ("rest.a.b", "y")]).is_err());
    let removed = r#"{"event":4,"removed":{"summary":"s"},"file":false}"#;
    assert!(decode("redacted", 1, removed, &[]).is_err(), "a redaction removes, and puts nothing in");
}

#[test]
fn what_a_newer_program_wrote_is_told_from_what_is_damaged() {
    let shipped = r#"{"fix_version":"9.0"}"#;
    assert!(decode("shipped", 2, shipped, &[]).unwrap_err().is_newer());
    assert!(decode("sold", 1, shipped, &[]).unwrap_err().is_newer());
    assert!(!decode("shipped", 1, "{}", &[]).unwrap_err().is_newer());
}

#[test]
fn a_due_time_is_stored_as_it_always_was_and_read_back() {
    let (begins, due) = (hour(0), hour(1));
    let whole = DueTime { duty: Duty::of(DutyKind::Review, 2), begins, due };
    let about = DueTime { duty: Duty::about(DutyKind::TellCustomer, &key("CSD-1")), begins, due };
    for (due, stored) in [
        (whole, r#"{"kind":"review","round":2,"begins":1772409600000,"due":1772413200000}"#),
        (about, r#"{"kind":"tell-customer","csd":"CSD-1","begins":1772409600000,"due":1772413200000}"#),
    ] {
        assert_eq!(serde_json::to_string(&due).unwrap(), stored);
        assert_eq!(serde_json::from_str::<DueTime>(stored).unwrap(), due);
    }
}

#[track_caller]
fn round_trips<W: Word + Debug + serde::Serialize + for<'de> serde::Deserialize<'de>>(spelled: &[&str]) {
    assert_eq!(W::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(), spelled);
    for word in W::ALL {
        assert_eq!(W::from_word(word.as_str()), Some(*word));
        assert_eq!(W::from_word(&word.as_str().to_uppercase()), Some(*word));
        let stored = serde_json::to_string(word).unwrap();
        assert_eq!(stored, format!("\"{}\"", word.as_str()));
        assert_eq!(serde_json::from_str::<W>(&stored).unwrap(), *word);
    }
    assert_eq!(W::from_word("no such word"), None);
    assert!(serde_json::from_str::<W>("\"no such word\"").is_err());
}

#[test]
fn every_word_is_spelled_as_it_always_was_and_read_back() {
    round_trips::<Role>(&["support", "client-services", "engineering", "product", "marketing"]);
    round_trips::<Handler>(&["support", "client-services", "engineering", "product"]);
    round_trips::<Trigger>(&["after-upgrade", "financial", "large-impact"]);
    round_trips::<Channel>(&["portal", "phone", "email"]);
    round_trips::<Priority>(&["critical", "high", "medium", "low"]);
    round_trips::<Severity>(&["outage", "major", "minor", "cosmetic", "unknown"]);
    round_trips::<Impact>(&["one", "some", "large", "unknown"]);
    round_trips::<Decision>(&["patch", "next-release", "backlog"]);
    round_trips::<Audience>(&["support", "product", "marketing", "customer"]);
    round_trips::<Via>(&["print", "command", "smtp", "webhook", "phone", "portal", "in-person"]);
    round_trips::<ChecklistItem>(&["steps", "priority", "attachments", "version", "description", "other"]);
    round_trips::<Resolution>(&["fixed", "not-a-bug", "duplicate", "cannot-reproduce", "wont-fix", "withdrawn"]);
    round_trips::<AnswerKind>(&["resolved", "not-resolved", "unreachable"]);
    round_trips::<Announcement>(&[
        "escalated",
        "returned",
        "completed",
        "reopened",
        "complaint",
        "priority-raised",
        "hold-set",
        "hold-lifted",
        "shipped",
        "ready",
        "closed",
    ]);
    round_trips::<WordClock>(&["begun", "sooner", "tried", "off"]);
    round_trips::<Kind>(&["csd", "cus"]);
    round_trips::<CsdStage>(&["reported", "assessed", "handled", "escalated", "resolved"]);
    round_trips::<CusStage>(&["escalated", "returned", "eng-assessed", "release-assessed", "postmortem", "closed"]);
    round_trips::<DutyKind>(&[
        "assess",
        "escalate",
        "resolve",
        "eng-assess",
        "complete",
        "alert-product",
        "release",
        "tell-marketing",
        "tell-support",
        "tell-customer",
        "next-word",
        "postmortem",
        "ship",
        "write-postmortem",
        "action",
        "confirm",
        "review",
        "answer-complaint",
        "correct-product",
        "correct-marketing",
        "close",
        "lift-hold",
    ]);
}
