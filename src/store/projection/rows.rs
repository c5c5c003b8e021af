//! The rows of the current state: what they hold of a ticket, as a pure function of it.

use rusqlite::types::ValueRef;

use crate::store::error::StoreError;
use crate::store::log::load::Loaded;
use crate::store::projection::origins::OriginRows;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::names::{customer_form, version_form};
use crate::workflow::obligations::duty::Owed;
use crate::workflow::obligations::owed::owed;
use crate::workflow::obligations::urgency::listed_priority;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::cus::Hold;
use crate::workflow::vocabulary::{Kind, Priority, Word};

/// All that the current state holds of one ticket.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct TicketRows {
    pub(in crate::store) ticket: TicketRow,
    pub(in crate::store) aliases: Vec<Key>,
    pub(in crate::store) origin: OriginRows,
    /// The numbers of the linked customers' tickets.
    pub(in crate::store) links: Vec<i64>,
    /// What it holds: each version's form and its spelling; an empty form and no spelling for all.
    pub(in crate::store) holds: Vec<(String, Option<String>)>,
    /// The forms of the versions for which it was ever decided.
    pub(in crate::store) decided: Vec<String>,
    pub(in crate::store) duties: Vec<DutyRow>,
    /// The numbers of the notices that wait for their delivery.
    pub(in crate::store) queued: Vec<u32>,
}

/// How many columns `ticket` has.
pub(in crate::store::projection) const COLUMNS: usize = 31;

/// A row of `ticket`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct TicketRow {
    pub(in crate::store::projection) began: i64,
    pub(in crate::store::projection) id: Key,
    pub(in crate::store::projection) key: Key,
    pub(in crate::store::projection) kind: &'static str,
    pub(in crate::store::projection) stage: &'static str,
    pub(in crate::store::projection) stage_since: i64,
    pub(in crate::store::projection) bounces: u32,
    pub(in crate::store::projection) open: bool,
    pub(in crate::store::projection) rank: i64,
    pub(in crate::store::projection) priority: Option<&'static str>,
    pub(in crate::store::projection) severity: Option<&'static str>,
    pub(in crate::store::projection) impact: Option<&'static str>,
    pub(in crate::store::projection) decision: Option<&'static str>,
    pub(in crate::store::projection) fix_version: Option<String>,
    pub(in crate::store::projection) fix_form: Option<String>,
    pub(in crate::store::projection) fixed_by: Option<String>,
    pub(in crate::store::projection) handled_by: Option<&'static str>,
    pub(in crate::store::projection) assignee: Option<String>,
    pub(in crate::store::projection) customer: Option<String>,
    pub(in crate::store::projection) customer_form: Option<String>,
    pub(in crate::store::projection) product_version: Option<String>,
    pub(in crate::store::projection) product_form: Option<String>,
    pub(in crate::store::projection) reporter: Option<String>,
    pub(in crate::store::projection) triggers: Option<String>,
    pub(in crate::store::projection) bug: bool,
    pub(in crate::store::projection) actions: i64,
    pub(in crate::store::projection) due: Option<i64>,
    pub(in crate::store::projection) created: i64,
    pub(in crate::store::projection) updated: i64,
    pub(in crate::store::projection) revision: u64,
    pub(in crate::store::projection) summary: String,
}

/// A row of `duty`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct DutyRow {
    pub(in crate::store::projection) kind: &'static str,
    pub(in crate::store::projection) csd: i64,
    pub(in crate::store::projection) round: u32,
    pub(in crate::store::projection) role: &'static str,
    pub(in crate::store::projection) rank: i64,
    pub(in crate::store::projection) begins: i64,
    pub(in crate::store::projection) due: i64,
    /// Before when it is not owed; 0 where it is owed since it arose.
    pub(in crate::store::projection) opens: i64,
    /// Before when lists of what is to be done leave it out; 0 where they never do.
    pub(in crate::store::projection) shown: i64,
    /// To whom it is narrowed, in the form that is compared.
    pub(in crate::store::projection) assignee: Option<String>,
    /// Whether a notice that settles it is queued.
    pub(in crate::store::projection) queued: bool,
}

impl TicketRows {
    /// What the current state is to hold of one of these tickets.
    ///
    /// # Errors
    /// Where its record does not begin, or that of a linked ticket does not.
    pub(in crate::store) fn of(loaded: &Loaded, ticket: &Ticket) -> Result<Self, StoreError> {
        let tickets = &loaded.tickets;
        let rank = rank(listed_priority(tickets, ticket));
        let duty = |owed: Owed| -> Result<DutyRow, StoreError> {
            let queued = owed.is_queued();
            Ok(DutyRow {
                kind: owed.duty.kind.as_str(),
                csd: owed.duty.csd.map_or(Ok(0), |csd| loaded.began(&csd))?,
                round: owed.duty.round,
                role: owed.by.as_str(),
                rank,
                begins: milliseconds(owed.begins),
                due: milliseconds(owed.due),
                opens: owed.opens.map_or(0, milliseconds),
                shown: owed.opens.max(owed.shown).map_or(0, milliseconds),
                assignee: owed.assignee.as_deref().map(customer_form),
                queued,
            })
        };
        let owed = owed(tickets, ticket);
        let mut duties = Vec::with_capacity(owed.len());
        for owed in owed {
            duties.push(duty(owed)?);
        }
        duties.sort_by_key(|duty| (duty.kind, duty.csd, duty.round));
        let due = duties.iter().map(|duty| duty.due).min();
        let base = TicketRow {
            began: loaded.began(ticket.id())?,
            id: ticket.id().clone(),
            key: ticket.key().clone(),
            kind: ticket.kind().as_str(),
            stage: ticket.stage().as_str(),
            stage_since: 0,
            bounces: ticket.bounces(),
            open: true,
            rank,
            priority: None,
            severity: None,
            impact: None,
            decision: None,
            fix_version: None,
            fix_form: None,
            fixed_by: None,
            handled_by: None,
            assignee: ticket.assignee().map(customer_form),
            customer: None,
            customer_form: None,
            product_version: None,
            product_form: None,
            reporter: None,
            triggers: None,
            bug: false,
            actions: 0,
            due,
            created: 0,
            updated: milliseconds(ticket.updated()),
            revision: ticket.revision(),
            summary: ticket.summary().to_owned(),
        };
        Ok(match ticket {
            Ticket::Csd(csd) => Self {
                ticket: TicketRow {
                    stage_since: milliseconds(csd.stage_since),
                    open: !csd.is_resolved(),
                    handled_by: csd.handled_by.map(Word::as_str),
                    customer: Some(csd.customer.clone()),
                    customer_form: Some(customer_form(&csd.customer)),
                    product_version: csd.product_version.clone(),
                    product_form: csd.product_version.as_deref().map(version_form),
                    reporter: Some(customer_form(&csd.reporter)),
                    triggers: between_line_ends(csd.triggers.iter().map(|trigger| trigger.as_str())),
                    created: milliseconds(csd.created),
                    ..base
                },
                origin: OriginRows::of(ticket),
                aliases: csd.aliases.iter().chain([&csd.key]).filter(|key| **key != csd.id).cloned().collect(),
                links: Vec::new(),
                holds: Vec::new(),
                decided: Vec::new(),
                duties,
                queued: csd.notices.iter().filter(|notice| notice.is_queued()).map(|notice| notice.number).collect(),
            },
            Ticket::Cus(cus) => Self {
                ticket: TicketRow {
                    stage_since: milliseconds(cus.stage_since),
                    open: !cus.is_finished() || due.is_some(),
                    priority: Some(cus.priority.as_str()),
                    severity: cus.assessment.as_ref().map(|assessment| assessment.severity.as_str()),
                    impact: cus.assessment.as_ref().map(|assessment| assessment.impact.as_str()),
                    decision: cus.release.as_ref().map(|release| release.decision.as_str()),
                    fix_version: cus.fix_version().map(str::to_owned),
                    fix_form: cus.fix_version().map(version_form),
                    fixed_by: between_line_ends(cus.fixed_by.iter().map(String::as_str)),
                    bug: cus.is_open_bug(),
                    actions: i64::try_from(cus.postmortem.actions.len()).unwrap_or(i64::MAX),
                    created: milliseconds(cus.created),
                    ..base
                },
                origin: OriginRows::of(ticket),
                aliases: cus.tracker_key.iter().cloned().collect(),
                links: cus.links.iter().map(|link| loaded.began(&link.csd)).collect::<Result<_, _>>()?,
                holds: cus.holds.iter().map(hold_row).collect(),
                decided: cus.decided_for.iter().map(|version| version_form(version)).collect(),
                duties,
                queued: cus.waiting(),
            },
        })
    }

    /// The ticket's number.
    pub(in crate::store) fn began(&self) -> i64 {
        self.ticket.began
    }

    /// Whether it is an escalation's.
    pub(in crate::store) fn is_cus(&self) -> bool {
        self.ticket.kind == Kind::Cus.as_str()
    }

    /// How many bytes it takes beside itself, as far as that differs from ticket to ticket.
    pub(in crate::store) fn bytes(&self) -> usize {
        size_of_val(&*self.duties)
            + size_of_val(&*self.links)
            + size_of_val(&*self.queued)
            + self.ticket.summary.len()
            + self.origin.bytes()
    }
}

impl TicketRow {
    /// Its kind and its stage.
    pub(in crate::store) fn kind_and_stage(&self) -> (&'static str, &'static str) {
        (self.kind, self.stage)
    }

    /// Every column with what it holds.
    pub(in crate::store::projection) fn columns(&self) -> [(&'static str, ValueRef<'_>); COLUMNS] {
        fn text<'a>(text: Option<&'a str>) -> ValueRef<'a> {
            text.map_or(ValueRef::Null, ValueRef::from)
        }
        let flag = |flag: bool| ValueRef::Integer(i64::from(flag));
        [
            ("began", ValueRef::Integer(self.began)),
            ("id", self.id.as_str().into()),
            ("key", self.key.as_str().into()),
            ("kind", self.kind.into()),
            ("stage", self.stage.into()),
            ("stage_since", ValueRef::Integer(self.stage_since)),
            ("bounces", ValueRef::Integer(i64::from(self.bounces))),
            ("open", flag(self.open)),
            ("rank", ValueRef::Integer(self.rank)),
            ("priority", text(self.priority)),
            ("severity", text(self.severity)),
            ("impact", text(self.impact)),
            ("decision", text(self.decision)),
            ("fix_version", text(self.fix_version.as_deref())),
            ("fix_form", text(self.fix_form.as_deref())),
            ("fixed_by", text(self.fixed_by.as_deref())),
            ("handled_by", text(self.handled_by)),
            ("assignee", text(self.assignee.as_deref())),
            ("customer", text(self.customer.as_deref())),
            ("customer_form", text(self.customer_form.as_deref())),
            ("product_version", text(self.product_version.as_deref())),
            ("product_form", text(self.product_form.as_deref())),
            ("reporter", text(self.reporter.as_deref())),
            ("triggers", text(self.triggers.as_deref())),
            ("bug", flag(self.bug)),
            ("actions", ValueRef::Integer(self.actions)),
            ("due", self.due.map_or(ValueRef::Null, ValueRef::Integer)),
            ("created", ValueRef::Integer(self.created)),
            ("updated", ValueRef::Integer(self.updated)),
            ("revision", ValueRef::Integer(i64::try_from(self.revision).unwrap_or(i64::MAX))),
            ("summary", self.summary.as_str().into()),
        ]
    }
}

/// The names in the forms that are compared, each between line ends, so that a whole one can be found.
fn between_line_ends<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let forms: String = names.map(|name| format!("{}\n", customer_form(name))).collect();
    (!forms.is_empty()).then(|| format!("\n{forms}"))
}

/// The row of a hold: its version's form and its spelling.
fn hold_row(hold: &Hold) -> (String, Option<String>) {
    (hold.version.as_deref().map(version_form).unwrap_or_default(), hold.version.clone())
}

/// The position of a priority in the order in which tickets are listed.
fn rank(priority: Priority) -> i64 {
    Priority::ALL.iter().position(|other| *other == priority).map_or(0, |position| position as i64)
}

fn milliseconds(time: Time) -> i64 {
    time.timestamp_millis()
}
