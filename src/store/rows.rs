//! The rows of the current state: what they hold of a ticket, as a pure function of it.

use rusqlite::{Connection, Row, params};

use super::StoreError;
use crate::core::Time;
use crate::core::case::{Case, Ticket};
use crate::core::event::{Event, Fact};
use crate::core::key::Key;
use crate::core::owed::owed;
use crate::core::words::{Priority, Word};

/// All that the current state holds of one ticket.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TicketRows {
    pub(super) ticket: TicketRow,
    pub(super) aliases: Vec<Key>,
    pub(super) links: Vec<Key>,
    pub(super) duties: Vec<DutyRow>,
    /// The numbers of the notices that wait for their delivery.
    pub(super) queued: Vec<u32>,
}

/// A row of `ticket`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TicketRow {
    began: i64,
    id: String,
    key: String,
    kind: &'static str,
    stage: &'static str,
    stage_since: i64,
    bounces: u32,
    open: bool,
    rank: i64,
    priority: Option<&'static str>,
    severity: Option<&'static str>,
    impact: Option<&'static str>,
    decision: Option<&'static str>,
    fix_version: Option<String>,
    handled_by: Option<&'static str>,
    customer: Option<String>,
    product_version: Option<String>,
    held: Option<String>,
    bug: bool,
    due: Option<i64>,
    summary: i64,
    created: i64,
    updated: i64,
    revision: u64,
}

/// A row of `duty`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DutyRow {
    kind: &'static str,
    csd: String,
    role: &'static str,
    rank: i64,
    begins: i64,
    due: i64,
    fix: String,
}

/// The events that a ticket's row points to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pointers {
    /// Its first event.
    pub(super) began: i64,
    /// The event that holds its summary.
    pub(super) summary: i64,
}

impl Pointers {
    /// The pointers after an event of the ticket.
    pub(super) fn after(self, id: i64, event: &Event) -> Self {
        let sets_summary = match &event.fact {
            Fact::Reported(_) | Fact::Escalated(_) => true,
            Fact::Completed(fact) => fact.texts.summary.is_some(),
            Fact::Edited(fact) => fact.texts.summary.is_some(),
            Fact::Assessed(_)
            | Fact::Linked(_)
            | Fact::Unlinked(_)
            | Fact::CustomerTold(_)
            | Fact::Resolved(_)
            | Fact::Reopened(_)
            | Fact::Joined(_)
            | Fact::Left(_)
            | Fact::Supplied(_)
            | Fact::Returned(_)
            | Fact::EngAssessed(_)
            | Fact::ReleaseDecided(_)
            | Fact::Shipped(_)
            | Fact::Notified(_)
            | Fact::Delivered(_)
            | Fact::NoticeWithdrawn(_)
            | Fact::MovedToPostmortem(_)
            | Fact::Answered(_)
            | Fact::HoldSet(_)
            | Fact::HoldLifted(_)
            | Fact::Closed(_)
            | Fact::Commented(_)
            | Fact::ChangedElsewhere(_)
            | Fact::Redacted(_)
            | Fact::Imported(_)
            | Fact::SettledElsewhere(_)
            | Fact::Attached(_) => false,
        };
        Self {
            began: if self.began == 0 { id } else { self.began },
            summary: if sets_summary { id } else { self.summary },
        }
    }
}

impl TicketRows {
    /// What the current state is to hold of a ticket of this case.
    pub(super) fn of(case: &Case, ticket: &Ticket, pointers: Pointers) -> Self {
        let rank = rank(case, ticket);
        let mut duties: Vec<DutyRow> = owed(case, ticket)
            .into_iter()
            .map(|owed| DutyRow {
                kind: owed.duty.kind.as_str(),
                csd: owed.duty.csd.map(|csd| csd.as_str().to_owned()).unwrap_or_default(),
                role: owed.by.as_str(),
                rank,
                begins: milliseconds(owed.begins),
                due: milliseconds(owed.due),
                fix: owed.fix,
            })
            .collect();
        duties.sort_by(|a, b| (a.kind, &a.csd).cmp(&(b.kind, &b.csd)));
        let due = duties.iter().map(|duty| duty.due).min();
        let base = TicketRow {
            began: pointers.began,
            id: ticket.id().as_str().to_owned(),
            key: ticket.key().as_str().to_owned(),
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
            handled_by: None,
            customer: None,
            product_version: None,
            held: None,
            bug: false,
            due,
            summary: pointers.summary,
            created: 0,
            updated: milliseconds(ticket.updated()),
            revision: ticket.revision(),
        };
        match ticket {
            Ticket::Csd(csd) => Self {
                ticket: TicketRow {
                    stage_since: milliseconds(csd.stage_since),
                    open: !csd.is_resolved(),
                    handled_by: csd.handled_by.map(Word::as_str),
                    customer: Some(csd.customer.clone()),
                    product_version: csd.product_version.clone(),
                    created: milliseconds(csd.created),
                    ..base
                },
                aliases: csd.aliases.iter().chain([&csd.key]).filter(|key| **key != csd.id).cloned().collect(),
                links: Vec::new(),
                duties,
                queued: Vec::new(),
            },
            Ticket::Cus(cus) => Self {
                ticket: TicketRow {
                    stage_since: milliseconds(cus.stage_since),
                    open: !cus.is_finished(),
                    priority: Some(cus.priority.as_str()),
                    severity: cus.assessment.as_ref().map(|assessment| assessment.severity.as_str()),
                    impact: cus.assessment.as_ref().map(|assessment| assessment.impact.as_str()),
                    decision: cus.release.as_ref().map(|release| release.decision.as_str()),
                    fix_version: cus.release.as_ref().and_then(|release| release.fix_version.clone()),
                    held: cus.hold.as_ref().map(|hold| hold.version.clone().unwrap_or_default()),
                    bug: cus.is_open_bug(),
                    created: milliseconds(cus.created),
                    ..base
                },
                aliases: cus.tracker_key.iter().cloned().collect(),
                links: cus.links.iter().map(|link| link.csd.clone()).collect(),
                duties,
                queued: cus.queued().map(|notice| notice.number).collect(),
            },
        }
    }

    /// Writes what differs from `before`, which is what the current state holds now.
    pub(super) fn write(&self, connection: &Connection, before: Option<&Self>) -> Result<(), StoreError> {
        if before.is_none_or(|before| before.ticket != self.ticket) {
            self.ticket.write(connection)?;
        }
        let id = self.ticket.id.as_str();
        for alias in self.aliases.iter().filter(|alias| before.is_none_or(|before| !before.aliases.contains(alias))) {
            connection
                .prepare_cached("INSERT INTO alias (key, ticket) VALUES (?1, ?2)")?
                .execute(params![alias.as_str(), id])?;
        }
        let old = before.map(|before| before.queued.as_slice()).unwrap_or_default();
        if old != self.queued {
            self.write_queue(connection, old)?;
        }
        if before.map(|before| &before.duties) != Some(&self.duties) {
            self.write_duties(connection, before.map(|before| before.duties.as_slice()).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Writes the links that differ from `before`, once every ticket has its row.
    pub(super) fn write_links(&self, connection: &Connection, before: Option<&Self>) -> Result<(), StoreError> {
        let old = before.map(|before| before.links.as_slice()).unwrap_or_default();
        for csd in old.iter().filter(|csd| !self.links.contains(csd)) {
            connection
                .prepare_cached("DELETE FROM link WHERE csd = ?1 AND cus = ?2")?
                .execute(params![csd.as_str(), self.ticket.id])?;
        }
        for csd in self.links.iter().filter(|csd| !old.contains(csd)) {
            connection
                .prepare_cached("INSERT INTO link (csd, cus) VALUES (?1, ?2) ON CONFLICT (csd) DO UPDATE SET cus = ?2")?
                .execute(params![csd.as_str(), self.ticket.id])?;
        }
        Ok(())
    }

    fn write_duties(&self, connection: &Connection, before: &[DutyRow]) -> Result<(), StoreError> {
        let began = self.ticket.began;
        for old in
            before.iter().filter(|old| self.duties.iter().all(|new| (new.kind, &new.csd) != (old.kind, &old.csd)))
        {
            connection
                .prepare_cached("DELETE FROM duty WHERE ticket = ?1 AND kind = ?2 AND csd = ?3")?
                .execute(params![began, old.kind, old.csd])?;
        }
        for new in self.duties.iter().filter(|new| !before.contains(new)) {
            connection
                .prepare_cached(
                    "INSERT INTO duty (ticket, kind, csd, role, rank, begins, due, fix) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (ticket, kind, csd) \
                     DO UPDATE SET role = ?4, rank = ?5, begins = ?6, due = ?7, fix = ?8",
                )?
                .execute(params![began, new.kind, new.csd, new.role, new.rank, new.begins, new.due, new.fix])?;
        }
        Ok(())
    }

    fn write_queue(&self, connection: &Connection, before: &[u32]) -> Result<(), StoreError> {
        for notice in before.iter().filter(|notice| !self.queued.contains(notice)) {
            connection
                .prepare_cached("DELETE FROM outbox WHERE ticket = ?1 AND notice = ?2")?
                .execute(params![self.ticket.id, notice])?;
        }
        for notice in self.queued.iter().filter(|notice| !before.contains(notice)) {
            connection
                .prepare_cached("INSERT INTO outbox (ticket, notice) VALUES (?1, ?2)")?
                .execute(params![self.ticket.id, notice])?;
        }
        Ok(())
    }

    /// Whether the stored rows are these.
    pub(super) fn is_stored(&self, connection: &Connection) -> Result<bool, StoreError> {
        let id = self.ticket.id.as_str();
        let mut tickets = connection.prepare_cached("SELECT * FROM ticket WHERE id = ?1")?;
        let mut found = tickets.query([id])?;
        let same = match found.next()? {
            Some(row) => self.ticket.matches(row)?,
            None => false,
        };
        let mut duties = connection.prepare_cached(
            "SELECT kind, csd, role, rank, begins, due, fix FROM duty WHERE ticket = ?1 ORDER BY kind, csd",
        )?;
        let mut rows = duties.query([self.ticket.began])?;
        for duty in &self.duties {
            match rows.next()? {
                Some(row) if duty.matches(row)? => {}
                _ => return Ok(false),
            }
        }
        let no_more_duties = rows.next()?.is_none();
        let keys = |sql: &str| -> Result<Vec<String>, StoreError> {
            let mut statement = connection.prepare_cached(sql)?;
            Ok(statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?)
        };
        let sorted = |keys: &[Key]| {
            let mut keys: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
            keys.sort_unstable();
            keys
        };
        let mut queue = connection.prepare_cached("SELECT notice FROM outbox WHERE ticket = ?1 ORDER BY notice")?;
        let queued: Vec<u32> = queue.query_map([id], |row| row.get("notice"))?.collect::<Result<_, _>>()?;
        Ok(same
            && no_more_duties
            && queued == self.queued
            && keys("SELECT csd FROM link WHERE cus = ?1 ORDER BY csd")? == sorted(&self.links)
            && keys("SELECT key FROM alias WHERE ticket = ?1 ORDER BY key")? == sorted(&self.aliases))
    }
}

impl TicketRow {
    /// Its kind and its stage.
    pub(super) fn place(&self) -> (&'static str, &'static str) {
        (self.kind, self.stage)
    }

    fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "INSERT INTO ticket (began, id, key, kind, stage, open, rank, priority, severity, impact, decision, \
                 fix_version, handled_by, customer, product_version, held, bug, due, summary, created, updated, \
                 revision, stage_since, bounces) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
                 ?19, ?20, ?21, ?22, ?23, ?24) ON CONFLICT (began) DO UPDATE SET key = ?3, stage = ?5, open = ?6, rank = ?7, \
                 priority = ?8, severity = ?9, impact = ?10, decision = ?11, fix_version = ?12, handled_by = ?13, \
                 customer = ?14, product_version = ?15, held = ?16, bug = ?17, due = ?18, summary = ?19, \
                 updated = ?21, revision = ?22, stage_since = ?23, bounces = ?24",
            )?
            .execute(params![
                self.began,
                self.id,
                self.key,
                self.kind,
                self.stage,
                self.open,
                self.rank,
                self.priority,
                self.severity,
                self.impact,
                self.decision,
                self.fix_version,
                self.handled_by,
                self.customer,
                self.product_version,
                self.held,
                self.bug,
                self.due,
                self.summary,
                self.created,
                self.updated,
                self.revision,
                self.stage_since,
                self.bounces,
            ])?;
        Ok(())
    }

    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        let text = |name: &str| row.get::<_, Option<String>>(name);
        Ok(row.get::<_, i64>("began")? == self.began
            && row.get::<_, String>("key")? == self.key
            && row.get::<_, String>("kind")? == self.kind
            && row.get::<_, String>("stage")? == self.stage
            && row.get::<_, i64>("stage_since")? == self.stage_since
            && row.get::<_, u32>("bounces")? == self.bounces
            && row.get::<_, bool>("open")? == self.open
            && row.get::<_, i64>("rank")? == self.rank
            && text("priority")?.as_deref() == self.priority
            && text("severity")?.as_deref() == self.severity
            && text("impact")?.as_deref() == self.impact
            && text("decision")?.as_deref() == self.decision
            && text("fix_version")? == self.fix_version
            && text("handled_by")?.as_deref() == self.handled_by
            && text("customer")? == self.customer
            && text("product_version")? == self.product_version
            && text("held")? == self.held
            && row.get::<_, bool>("bug")? == self.bug
            && row.get::<_, Option<i64>>("due")? == self.due
            && row.get::<_, i64>("summary")? == self.summary
            && row.get::<_, i64>("created")? == self.created
            && row.get::<_, i64>("updated")? == self.updated
            && row.get::<_, u64>("revision")? == self.revision)
    }
}

impl DutyRow {
    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        Ok(row.get::<_, String>("kind")? == self.kind
            && row.get::<_, String>("csd")? == self.csd
            && row.get::<_, String>("role")? == self.role
            && row.get::<_, i64>("rank")? == self.rank
            && row.get::<_, i64>("begins")? == self.begins
            && row.get::<_, i64>("due")? == self.due
            && row.get::<_, String>("fix")? == self.fix)
    }
}

/// The place of a ticket's priority (R9). A customer's ticket has that of its CUS ticket; before that a trigger puts it
/// with the high-priority ones (R6).
fn rank(case: &Case, ticket: &Ticket) -> i64 {
    let place = |priority: Priority| Priority::ALL.iter().position(|other| *other == priority);
    let priority = match ticket {
        Ticket::Cus(cus) => cus.priority,
        Ticket::Csd(csd) => match csd.cus.as_ref().and_then(|cus| case.cus(cus)) {
            Some(cus) => cus.priority,
            None if csd.is_urgent() => Priority::High,
            None => Priority::Medium,
        },
    };
    place(priority).and_then(|place| i64::try_from(place).ok()).unwrap_or_default()
}

fn milliseconds(time: Time) -> i64 {
    time.timestamp_millis()
}
