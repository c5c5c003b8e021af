//! Drafting notices: what each audience may know, and its words.

use std::borrow::Cow;

use chrono::NaiveDate;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::case::Case;
use super::csd::Csd;
use super::cus::{Cus, Link};
use super::key::Key;
use super::refusal::Failure;
use super::words::{Audience, Decision, Impact, Priority, Resolution, Severity};

/// The wording in force, a Jinja template for each audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    /// For the original reporter of a customer's ticket.
    pub support: Cow<'static, str>,
    /// For Product: the alert, and the word that a ticket can be closed.
    pub product: Cow<'static, str>,
    /// For Marketing.
    pub marketing: Cow<'static, str>,
    /// For customers.
    pub customer: Cow<'static, str>,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            support: include_str!("templates/support.md").into(),
            product: include_str!("templates/product.md").into(),
            marketing: include_str!("templates/marketing.md").into(),
            customer: include_str!("templates/customer.md").into(),
        }
    }
}

/// What a customer may be told, and nothing else (R31).
#[derive(Debug, Serialize)]
struct CustomerFacts<'a> {
    csd: CustomersTicket<'a>,
    priority: Priority,
    decision: Option<Decision>,
    fix_version: Option<&'a str>,
    target_date: Option<NaiveDate>,
    tentative: bool,
    shipped: bool,
    workaround: Option<&'a str>,
    resolution: Option<&'a str>,
    closed_as: Option<Resolution>,
}

/// What a customer may know of the customer's own ticket (R31).
#[derive(Debug, Serialize)]
struct CustomersTicket<'a> {
    key: &'a Key,
    customer: &'a str,
    summary: &'a str,
}

/// What colleagues may be told.
#[derive(Debug, Serialize)]
struct StaffFacts<'a> {
    csd: Option<StaffTicket<'a>>,
    cus: Escalation<'a>,
    customers: Vec<StaffTicket<'a>>,
    assessment: Option<AssessmentFacts<'a>>,
    decision: Option<Decision>,
    fix_version: Option<&'a str>,
    target_date: Option<NaiveDate>,
    tentative: bool,
    shipped: bool,
    resolution: Option<&'a str>,
    closed_as: Option<Resolution>,
    closing_note: Option<&'a str>,
    duplicate_of: Option<&'a Key>,
    ready_to_close: bool,
}

#[derive(Debug, Serialize)]
struct StaffTicket<'a> {
    key: &'a Key,
    customer: &'a str,
    summary: &'a str,
    reporter: &'a str,
}

#[derive(Debug, Serialize)]
struct Escalation<'a> {
    key: &'a Key,
    summary: &'a str,
    priority: Priority,
}

#[derive(Debug, Serialize)]
struct AssessmentFacts<'a> {
    cause: &'a str,
    severity: Severity,
    impact: Impact,
    customers_affected: Option<u64>,
    workaround: &'a str,
}

/// The message for an audience about a ticket: the actor's own words or the template's.
///
/// Whatever made it, a message to a customer calls a tentative fix version so (R22).
///
/// # Errors
/// Where the template in force cannot be rendered.
pub(crate) fn draft(
    templates: &Templates,
    case: &Case,
    cus: &Cus,
    to: Audience,
    csd: Option<&Csd>,
    own_words: Option<&str>,
) -> Result<String, Failure> {
    let text = match (own_words, to, csd) {
        (Some(words), ..) => words.to_owned(),
        (None, Audience::Customer, Some(csd)) => render(&templates.customer, to, customer_facts(cus, csd))?,
        (None, Audience::Support, csd) => render(&templates.support, to, staff_facts(case, cus, csd))?,
        (None, Audience::Product, csd) => render(&templates.product, to, staff_facts(case, cus, csd))?,
        (None, Audience::Marketing | Audience::Customer, csd) => {
            render(&templates.marketing, to, staff_facts(case, cus, csd))?
        }
    };
    match tentative_sentence(cus) {
        Some(sentence) if to == Audience::Customer && !text.contains(&sentence) => {
            Ok(format!("{}\n\n{sentence}\n", text.trim_end()))
        }
        _ => Ok(text),
    }
}

/// The sentence that every message to a customer bears while the fix version is tentative (R22).
pub fn tentative_sentence(cus: &Cus) -> Option<String> {
    let release = cus.release.as_ref().filter(|release| release.is_tentative())?;
    let version = release.fix_version.as_deref()?;
    Some(format!("Please note: the fix version {version} is TENTATIVE and may change."))
}

fn render(template: &str, to: Audience, facts: impl Serialize) -> Result<String, Failure> {
    let failed = |error: minijinja::Error| Failure::Template { audience: to, message: error.to_string() };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let text = environment.render_str(template, Value::from(Serde(facts))).map_err(failed)?;
    Ok(format!("{}\n", text.trim()))
}

fn customer_facts<'a>(cus: &'a Cus, csd: &'a Csd) -> CustomerFacts<'a> {
    let release = cus.release.as_ref();
    let workaround = cus.assessment.as_ref().map(|assessment| assessment.workaround.as_str());
    CustomerFacts {
        csd: CustomersTicket { key: &csd.key, customer: &csd.customer, summary: &csd.summary },
        priority: cus.priority,
        decision: release.map(|release| release.decision),
        fix_version: release.and_then(|release| release.fix_version.as_deref()),
        target_date: release.and_then(|release| release.target_date),
        tentative: release.is_some_and(|release| release.is_tentative()),
        shipped: cus.is_shipped(),
        workaround: workaround.filter(|text| !matches!(*text, "none" | "unknown")),
        resolution: release.and_then(|release| release.resolution.as_deref()),
        closed_as: closed_as(cus),
    }
}

fn staff_facts<'a>(case: &'a Case, cus: &'a Cus, csd: Option<&'a Csd>) -> StaffFacts<'a> {
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
        customers: case.linked(cus).map(ticket).collect(),
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
        resolution: release.and_then(|release| release.resolution.as_deref()),
        closed_as: closed_as(cus),
        closing_note: cus.closing.as_ref().and_then(|closing| closing.note.as_deref()),
        duplicate_of: cus.closing.as_ref().and_then(|closing| closing.of.as_ref()),
        ready_to_close: cus.links.iter().all(Link::is_decided) && !cus.alert_owed,
    }
}

fn closed_as(cus: &Cus) -> Option<Resolution> {
    cus.closing.as_ref().map(|closing| closing.resolution).filter(|resolution| *resolution != Resolution::Fixed)
}
