//! The rows of the current state: what they hold of a ticket, as a pure function of it.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

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
        self.ticket.write(connection, before.map(|before| &before.ticket))?;
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

    /// Writes the row, or what differs from `before`: an index is only touched where its columns change.
    fn write(&self, connection: &Connection, before: Option<&Self>) -> Result<(), StoreError> {
        let columns = self.columns();
        let Some(before) = before else {
            let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
            let places = vec!["?"; names.len()].join(", ");
            let sql = format!("INSERT INTO ticket ({}) VALUES ({places})", names.join(", "));
            connection.prepare_cached(&sql)?.execute(params_from_iter(values))?;
            return Ok(());
        };
        let changed = columns.into_iter().zip(before.columns()).filter(|(new, old)| new != old).map(|(new, _)| new);
        let (names, mut values): (Vec<_>, Vec<_>) = changed.unzip();
        if names.is_empty() {
            return Ok(());
        }
        values.push(Value::Integer(self.began));
        let sql = format!("UPDATE ticket SET {} = ? WHERE began = ?", names.join(" = ?, "));
        connection.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }

    /// Every column with what it holds.
    fn columns(&self) -> [(&'static str, Value); 24] {
        let word = |word: Option<&str>| word.map_or(Value::Null, |word| Value::Text(word.to_owned()));
        let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
        let flag = |flag: bool| Value::Integer(i64::from(flag));
        [
            ("began", Value::Integer(self.began)),
            ("id", Value::Text(self.id.clone())),
            ("key", Value::Text(self.key.clone())),
            ("kind", word(Some(self.kind))),
            ("stage", word(Some(self.stage))),
            ("stage_since", Value::Integer(self.stage_since)),
            ("bounces", Value::Integer(i64::from(self.bounces))),
            ("open", flag(self.open)),
            ("rank", Value::Integer(self.rank)),
            ("priority", word(self.priority)),
            ("severity", word(self.severity)),
            ("impact", word(self.impact)),
            ("decision", word(self.decision)),
            ("fix_version", text(&self.fix_version)),
            ("handled_by", word(self.handled_by)),
            ("customer", text(&self.customer)),
            ("product_version", text(&self.product_version)),
            ("held", text(&self.held)),
            ("bug", flag(self.bug)),
            ("due", self.due.map_or(Value::Null, Value::Integer)),
            ("summary", Value::Integer(self.summary)),
            ("created", Value::Integer(self.created)),
            ("updated", Value::Integer(self.updated)),
            ("revision", Value::Integer(i64::try_from(self.revision).unwrap_or(i64::MAX))),
        ]
    }

    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        for (name, value) in self.columns() {
            if row.get::<_, Value>(name)? != value {
                return Ok(false);
            }
        }
        Ok(true)
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
