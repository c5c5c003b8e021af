//! The template context of each audience: the facts that its notices are made of.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Serialize;

use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Audience, Decision, Impact, Priority, Resolution, Severity};

/// The facts that an audience may know.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Facts<'a> {
    /// A customer: customer-safe facts alone (R31).
    Customer(CustomerFacts<'a>),
    /// A colleague.
    Staff(StaffFacts<'a>),
}

/// The customer-safe facts (R31).
#[derive(Debug, PartialEq, Serialize)]
pub struct CustomerFacts<'a> {
    csd: CustomersTicket<'a>,
    priority: Option<Priority>,
    decision: Option<Decision>,
    fix_version: Option<&'a str>,
    target_date: Option<NaiveDate>,
    tentative: bool,
    shipped: bool,
    workaround: Option<&'a str>,
    resolution: Option<&'a str>,
    closed_as: Option<Resolution>,
    reopened: bool,
}

/// The customer-safe facts of a CSD ticket (R31).
#[derive(Debug, PartialEq, Serialize)]
struct CustomersTicket<'a> {
    key: &'a Key,
    customer: &'a str,
    summary: &'a str,
}

/// The facts for colleagues.
#[derive(Debug, PartialEq, Serialize)]
pub struct StaffFacts<'a> {
    csd: Option<StaffTicket<'a>>,
    cus: Escalation<'a>,
    customers: Vec<StaffTicket<'a>>,
    assessment: Option<AssessmentFacts<'a>>,
    decision: Option<Decision>,
    fix_version: Option<&'a str>,
    target_date: Option<NaiveDate>,
    tentative: bool,
    shipped: bool,
    workaround: Option<&'a str>,
    resolution: Option<&'a str>,
    closed_as: Option<Resolution>,
    closing_note: Option<&'a str>,
    duplicate_of: Option<&'a Key>,
    /// Whether it corrects what was told before the ticket was closed (R26).
    correction: bool,
    reopened: bool,
}

#[derive(Debug, PartialEq, Serialize)]
struct StaffTicket<'a> {
    key: &'a Key,
    customer: &'a str,
    summary: &'a str,
    reporter: &'a str,
}

#[derive(Debug, PartialEq, Serialize)]
struct Escalation<'a> {
    key: &'a Key,
    summary: &'a str,
    priority: Priority,
}

#[derive(Debug, PartialEq, Serialize)]
struct AssessmentFacts<'a> {
    cause: &'a str,
    severity: Severity,
    impact: Impact,
    customers_affected: Option<u64>,
    workaround: &'a str,
}

impl<'a> Facts<'a> {
    /// Returns the facts for the audience of a notice that this ticket records.
    pub fn about(
        tickets: &'a Tickets,
        ticket: &'a Ticket,
        to: Audience,
        csd: Option<&'a Csd>,
        settles: &[DutyKind],
    ) -> Self {
        match ticket {
            Ticket::Cus(cus) => Self::of(tickets, cus, to, csd, settles),
            Ticket::Csd(csd) => Self::Customer(CustomerFacts {
                csd: CustomersTicket { key: &csd.key, customer: &csd.customer, summary: &csd.summary },
                priority: None,
                decision: None,
                fix_version: None,
                target_date: None,
                tentative: false,
                shipped: false,
                workaround: None,
                resolution: None,
                closed_as: None,
                reopened: false,
            }),
        }
    }

    /// Returns what is in force and left out of a text: decision or answer, fix version, target date (R21). That the fix
    /// has shipped, or that the ticket is open again, is told to customers and to Support.
    pub fn left_out(&self, text: &str) -> Vec<&'static str> {
        let (decision, version, date, shipped, closed_as, reopened) = match self {
            Self::Customer(facts) => {
                let CustomerFacts { decision, fix_version, target_date, shipped, closed_as, reopened, .. } = facts;
                (*decision, *fix_version, *target_date, *shipped, *closed_as, *reopened)
            }
            Self::Staff(facts) => {
                let StaffFacts { decision, fix_version, target_date, shipped, closed_as, reopened, csd, .. } = facts;
                let is_support = csd.is_some();
                let (shipped, reopened) = (*shipped && is_support, *reopened && is_support);
                (*decision, *fix_version, *target_date, shipped, *closed_as, reopened)
            }
        };
        let text = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if let Some(resolution) = closed_as {
            return if says(words_for(resolution)) { Vec::new() } else { vec!["answer"] };
        }
        let mut missing = Vec::new();
        let is_told = match decision {
            _ if shipped => says(&["available", "shipped", "released"]),
            Some(Decision::Patch) => says(&["patch"]),
            Some(Decision::NextRelease) => says(&["release"]),
            Some(Decision::Backlog) => says(&["list", "backlog", "no version"]),
            None => !reopened || says(&["open again", "reopened"]),
        };
        if !is_told {
            missing.push("decision");
        }
        if version.is_some_and(|version| !text.contains(&version.to_lowercase())) {
            missing.push("fix version");
        }
        if date.is_some_and(|date| !shipped && !text.contains(&date.to_string())) {
            missing.push("target date");
        }
        missing
    }

    /// Returns the facts for the audience of a notice that settles these duties.
    pub fn of(tickets: &'a Tickets, cus: &'a Cus, to: Audience, csd: Option<&'a Csd>, settles: &[DutyKind]) -> Self {
        match (to, csd) {
            (Audience::Customer, Some(csd)) => Self::Customer(customer_facts(cus, csd)),
            (Audience::Customer | Audience::Support | Audience::Product | Audience::Marketing, _) => {
                Self::Staff(staff_facts(
                    tickets,
                    cus,
                    csd,
                    settles.iter().any(|kind| matches!(kind, DutyKind::CorrectProduct | DutyKind::CorrectMarketing)),
                ))
            }
        }
    }
}

fn customer_facts<'a>(cus: &'a Cus, csd: &'a Csd) -> CustomerFacts<'a> {
    let release = cus.release.as_ref();
    CustomerFacts {
        csd: CustomersTicket { key: &csd.key, customer: &csd.customer, summary: &csd.summary },
        priority: Some(cus.priority),
        decision: release.map(|release| release.decision),
        fix_version: release.and_then(|release| release.fix_version.as_deref()),
        target_date: release.and_then(|release| release.target_date),
        tentative: release.is_some_and(|release| release.is_tentative()),
        shipped: cus.is_shipped(),
        workaround: workaround(cus),
        resolution: release.and_then(|release| release.resolution.as_deref()),
        closed_as: closed_as(cus),
        reopened: cus.reopened,
    }
}

fn staff_facts<'a>(tickets: &'a Tickets, cus: &'a Cus, csd: Option<&'a Csd>, correction: bool) -> StaffFacts<'a> {
    let ticket = |csd: &'a Csd| StaffTicket {
        key: &csd.key,
        customer: &csd.customer,
        summary: &csd.summary,
        reporter: &csd.reporter,
    };
    let release = cus.release.as_ref();
    StaffFacts {
        csd: csd.map(ticket),
        cus: Escalation { key: &cus.key, summary: &cus.summary, priority: cus.priority },
        customers: tickets.linked(cus).map(ticket).collect(),
        assessment: cus.assessment.as_ref().map(|assessment| AssessmentFacts {
            cause: &assessment.cause,
            severity: assessment.severity,
            impact: assessment.impact,
            customers_affected: assessment.customers_affected,
            workaround: &assessment.workaround,
        }),
        decision: release.map(|release| release.decision),
        fix_version: release.and_then(|release| release.fix_version.as_deref()),
        target_date: release.and_then(|release| release.target_date),
        tentative: release.is_some_and(|release| release.is_tentative()),
        shipped: cus.is_shipped(),
        workaround: workaround(cus),
        resolution: release.and_then(|release| release.resolution.as_deref()),
        closed_as: closed_as(cus),
        closing_note: cus.closing.as_ref().and_then(|closing| closing.note.as_deref()),
        duplicate_of: cus.closing.as_ref().and_then(|closing| closing.of.as_ref()),
        correction,
        reopened: cus.reopened,
    }
}

/// The words of which one stands in whatever tells an answer of R26.
fn words_for(resolution: Resolution) -> &'static [&'static str] {
    match resolution {
        Resolution::NotABug => &["not-a-bug", "not a bug", "meant to", "as designed"],
        Resolution::CannotReproduce => &["cannot-reproduce", "reproduce", "could not make it happen"],
        Resolution::WontFix => &["wont-fix", "will not", "won't"],
        Resolution::Duplicate => &["duplicate", "will not"],
        Resolution::Withdrawn => &["withdrawn", "closed"],
        Resolution::Fixed => &[""],
    }
}

fn workaround(cus: &Cus) -> Option<&str> {
    let workaround = cus.assessment.as_ref()?.workaround.as_str();
    Some(workaround).filter(|text| !matches!(*text, "none" | "unknown"))
}

fn closed_as(cus: &Cus) -> Option<Resolution> {
    cus.closing.as_ref().map(|closing| closing.resolution).filter(|resolution| *resolution != Resolution::Fixed)
}

/// Returns sample facts of every decision and answer, against which templates are checked.
pub(in crate::workflow) fn samples(to: Audience) -> Vec<Facts<'static>> {
    let version = |version| (Some(version), NaiveDate::from_ymd_opt(2026, 5, 1));
    let none = (None, None);
    let cases = [
        (None, none, false, None),
        (Some(Decision::Patch), version("8.2.1"), false, None),
        (Some(Decision::NextRelease), version("9.0"), false, None),
        (Some(Decision::Backlog), none, false, None),
        (Some(Decision::NextRelease), version("9.0"), true, None),
        (None, none, false, Some(Resolution::NotABug)),
        (None, none, false, Some(Resolution::Duplicate)),
    ];
    cases
        .into_iter()
        .enumerate()
        .map(|(n, (decision, (fix_version, target_date), shipped, closed_as))| {
            let tentative = decision == Some(Decision::NextRelease) && !shipped;
            let resolution = decision.map(|_| "Rates are rounded correctly.");
            if to == Audience::Customer {
                return Facts::Customer(CustomerFacts {
                    csd: CustomersTicket { key: sample_csd(), customer: "Alder Logistics", summary: "Rates are wrong" },
                    priority: Some(Priority::High),
                    decision,
                    fix_version,
                    target_date,
                    tentative,
                    shipped,
                    workaround: decision.map(|_| "Round by hand"),
                    resolution,
                    closed_as,
                    reopened: n == 0,
                });
            }
            let ticket = || StaffTicket {
                key: sample_csd(),
                customer: "Alder Logistics",
                summary: "Rates are wrong",
                reporter: "dana",
            };
            Facts::Staff(StaffFacts {
                csd: (to == Audience::Support).then(ticket),
                cus: Escalation { key: sample_cus(), summary: "Rates are wrong", priority: Priority::High },
                customers: vec![ticket()],
                assessment: Some(AssessmentFacts {
                    cause: "A rounding error",
                    severity: Severity::Major,
                    impact: Impact::Large,
                    customers_affected: Some(12),
                    workaround: "Round by hand",
                }),
                decision,
                fix_version,
                target_date,
                tentative,
                shipped,
                workaround: Some("Round by hand"),
                resolution,
                closed_as,
                closing_note: closed_as.map(|_| "It works as it should."),
                duplicate_of: closed_as.filter(|closed| *closed == Resolution::Duplicate).map(|_| sample_cus()),
                correction: closed_as.is_some() && to != Audience::Support,
                reopened: n == 0,
            })
        })
        .collect()
}

fn sample_csd() -> &'static Key {
    static KEY: LazyLock<Key> = LazyLock::new(|| Key::numbered(Key::CSD, 4821));
    &KEY
}

fn sample_cus() -> &'static Key {
    static KEY: LazyLock<Key> = LazyLock::new(|| Key::numbered(Key::CUS, 7));
    &KEY
}
