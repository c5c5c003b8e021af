//! The stored JSON of every type of event is pinned here: history cannot be written anew.

use super::kit::key;
use crate::core::duty::{DueTime, Duty, DutyKind};
use crate::core::event::*;
use crate::core::words::{
    AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Resolution, Severity, Trigger,
    Via,
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A sample of each type, filled to the last field, with its two stored columns.
fn samples() -> Vec<(Fact, &'static str, Option<&'static str>)> {
    let note = || text("n");
    vec![
        (
            Reported {
                channel: Channel::Email,
                product_version: text("5.1"),
                key_given: true,
                texts: ReportedTexts {
                    customer: "c".to_owned(),
                    summary: "s".to_owned(),
                    description: text("d"),
                    contact: text("k"),
                },
            }
            .into(),
            r#"{"channel":"email","product_version":"5.1","key_given":true}"#,
            Some(r#"{"customer":"c","summary":"s","description":"d","contact":"k"}"#),
        ),
        (
            Assessed {
                handled_by: Handler::Engineering,
                triggers: vec![Trigger::AfterUpgrade, Trigger::Financial],
                texts: AssessedTexts { note: note() },
            }
            .into(),
            r#"{"handled_by":"engineering","triggers":["after-upgrade","financial"]}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (Linked { cus: key("CUS-1"), texts: LinkedTexts {} }.into(), r#"{"cus":"CUS-1"}"#, None),
        (
            Unlinked { cus: key("CUS-1"), texts: UnlinkedTexts { note: note() } }.into(),
            r#"{"cus":"CUS-1"}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (
            CustomerTold { cus: key("CUS-1"), notice: 3, texts: CustomerToldTexts {} }.into(),
            r#"{"cus":"CUS-1","notice":3}"#,
            None,
        ),
        (
            Resolved { answer: Some(AnswerKind::Unreachable), texts: ResolvedTexts { note: note() } }.into(),
            r#"{"answer":"unreachable"}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (Reopened { texts: ReopenedTexts { note: note() } }.into(), "{}", Some(r#"{"note":"n"}"#)),
        (
            Escalated {
                csd: vec![key("CSD-1"), key("AC-2")],
                priority: Priority::Critical,
                texts: EscalatedTexts { summary: "s".to_owned(), steps: "t".to_owned() },
            }
            .into(),
            r#"{"csd":["CSD-1","AC-2"],"priority":"critical"}"#,
            Some(r#"{"summary":"s","steps":"t"}"#),
        ),
        (
            Completed {
                priority: Some(Priority::Low),
                texts: CompletedTexts { summary: text("s"), steps: text("t"), note: note() },
            }
            .into(),
            r#"{"priority":"low"}"#,
            Some(r#"{"summary":"s","steps":"t","note":"n"}"#),
        ),
        (
            Joined { csd: key("CSD-2"), priority: Some(Priority::High), texts: JoinedTexts { steps: text("t") } }
                .into(),
            r#"{"csd":"CSD-2","priority":"high"}"#,
            Some(r#"{"steps":"t"}"#),
        ),
        (Left { csd: key("CSD-2"), texts: LeftTexts {} }.into(), r#"{"csd":"CSD-2"}"#, None),
        (
            Supplied { items: vec![ChecklistItem::Version], texts: SuppliedTexts {} }.into(),
            r#"{"items":["version"]}"#,
            None,
        ),
        (
            Returned { missing: vec![ChecklistItem::Steps], texts: ReturnedTexts { note: "n".to_owned() } }.into(),
            r#"{"missing":["steps"]}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (
            EngAssessed {
                started: chrono::DateTime::from_timestamp(1_700_000_000, 0),
                severity: Severity::Outage,
                impact: Impact::Large,
                customers_affected: Some(14),
                texts: EngAssessedTexts {
                    cause: "c".to_owned(),
                    caused_by: "b".to_owned(),
                    workaround: "w".to_owned(),
                },
            }
            .into(),
            r#"{"started":"2023-11-14T22:13:20Z","severity":"outage","impact":"large","customers_affected":14}"#,
            Some(r#"{"cause":"c","caused_by":"b","workaround":"w"}"#),
        ),
        (
            ReleaseDecided {
                decision: Decision::NextRelease,
                fix_version: text("5.2"),
                target_date: chrono::NaiveDate::from_ymd_opt(2026, 3, 16),
                texts: ReleaseDecidedTexts { resolution: text("r"), note: note() },
            }
            .into(),
            r#"{"decision":"next-release","fix_version":"5.2","target_date":"2026-03-16"}"#,
            Some(r#"{"resolution":"r","note":"n"}"#),
        ),
        (
            Shipped { fix_version: "5.2".to_owned(), texts: ShippedTexts { note: note() } }.into(),
            r#"{"fix_version":"5.2"}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (
            Notified {
                notice: 2,
                to: Audience::Customer,
                csd: Some(key("CSD-1")),
                via: Via::InPerson,
                facts: 4,
                settles: vec![DutyKind::TellCustomer],
                texts: NotifiedTexts { message: "m".to_owned() },
            }
            .into(),
            r#"{"notice":2,"to":"customer","csd":"CSD-1","via":"in-person","facts":4,"settles":["tell-customer"]}"#,
            Some(r#"{"message":"m"}"#),
        ),
        (
            MovedToPostmortem {
                texts: MovedToPostmortemTexts { root_cause: text("r"), lessons: text("l"), note: note() },
            }
            .into(),
            "{}",
            Some(r#"{"root_cause":"r","lessons":"l","note":"n"}"#),
        ),
        (
            Answered { csd: key("CSD-1"), answer: AnswerKind::NotResolved, texts: AnsweredTexts { note: note() } }
                .into(),
            r#"{"csd":"CSD-1","answer":"not-resolved"}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (
            HoldSet { version: text("5.1"), texts: HoldSetTexts { note: note() } }.into(),
            r#"{"version":"5.1"}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (HoldLifted { texts: HoldLiftedTexts { note: note() } }.into(), "{}", Some(r#"{"note":"n"}"#)),
        (
            Closed { resolution: Resolution::Duplicate, of: Some(key("CUS-2")), texts: ClosedTexts { note: note() } }
                .into(),
            r#"{"resolution":"duplicate","of":"CUS-2"}"#,
            Some(r#"{"note":"n"}"#),
        ),
        (Commented { texts: CommentedTexts { text: "t".to_owned() } }.into(), "{}", Some(r#"{"text":"t"}"#)),
        (
            Attached { size: 7, sha256: "00ff".to_owned(), texts: AttachedTexts { name: "a.png".to_owned() } }.into(),
            r#"{"size":7,"sha256":"00ff"}"#,
            Some(r#"{"name":"a.png"}"#),
        ),
        (
            Edited {
                priority: Some(Priority::High),
                key: Some(key("HELP-9")),
                channel: Some(Channel::Portal),
                product_version: text("5.2"),
                texts: EditedTexts {
                    summary: text("s"),
                    description: text("d"),
                    customer: text("c"),
                    contact: text("k"),
                    steps: text("t"),
                    note: note(),
                },
            }
            .into(),
            r#"{"priority":"high","key":"HELP-9","channel":"portal","product_version":"5.2"}"#,
            Some(r#"{"summary":"s","description":"d","customer":"c","contact":"k","steps":"t","note":"n"}"#),
        ),
    ]
}

#[test]
fn every_event_is_stored_as_it_always_was() {
    let samples = samples();
    let sampled: Vec<&str> = samples.iter().map(|(fact, ..)| fact.type_name()).collect();
    assert_eq!(sampled, Fact::TYPES, "there is a sample of every type");
    for (fact, data, texts) in samples {
        let name = fact.type_name();
        assert_eq!(fact.encode().unwrap(), (data.to_owned(), texts.map(str::to_owned)), "{name}");
        assert_eq!(Fact::decode(name, data, texts).unwrap(), fact, "{name}");
    }
}

#[test]
fn a_payload_of_another_shape_is_refused() {
    assert!(Fact::decode("linked", r#"{"cus":"CUS-1","more":1}"#, None).is_err());
    assert!(Fact::decode("linked", "{}", None).is_err());
    assert!(Fact::decode("unheard-of", "{}", None).is_err());
}

#[test]
fn due_times_are_stored_as_they_always_were() {
    let at = |seconds| chrono::DateTime::from_timestamp(seconds, 0).unwrap();
    let whole = DueTime { duty: Duty::of(DutyKind::EngAssess, 2), begins: at(1), due: at(2) };
    let linked = DueTime { duty: Duty::about(DutyKind::TellCustomer, &key("CSD-1")), begins: at(1), due: at(2) };
    let stored = r#"[{"kind":"eng-assess","round":2,"begins":1000,"due":2000},{"kind":"tell-customer","csd":"CSD-1","begins":1000,"due":2000}]"#;
    assert_eq!(serde_json::to_string(&[&whole, &linked]).unwrap(), stored);
    assert_eq!(serde_json::from_str::<Vec<DueTime>>(stored).unwrap(), [whole, linked]);
}

/// Every word of a set is read back from its spelling, whatever its case.
fn round_trips<T: crate::core::words::Word + std::fmt::Debug>() {
    for word in T::ALL {
        assert_eq!(T::from_word(word.as_str()), Some(*word));
        assert_eq!(T::from_word(&word.as_str().to_uppercase()), Some(*word));
    }
    assert_eq!(T::from_word("no such word"), None);
}

#[test]
fn every_stored_word_is_read_back() {
    use crate::core::stage::{CsdStage, CusStage};
    use crate::core::words::{Kind, Role};
    round_trips::<Role>();
    round_trips::<Handler>();
    round_trips::<Trigger>();
    round_trips::<Channel>();
    round_trips::<Priority>();
    round_trips::<Severity>();
    round_trips::<Impact>();
    round_trips::<Decision>();
    round_trips::<Audience>();
    round_trips::<Via>();
    round_trips::<ChecklistItem>();
    round_trips::<Resolution>();
    round_trips::<AnswerKind>();
    round_trips::<Kind>();
    round_trips::<DutyKind>();
    round_trips::<CsdStage>();
    round_trips::<CusStage>();
}
