//! The rows of the current state: what they hold of a ticket, as a pure function of it.

use std::sync::OnceLock;

use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, params, params_from_iter};

use crate::store::StoreError;
use crate::store::log::load::Loaded;
use crate::store::statements::Statements;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::Owed;
use crate::workflow::obligations::owed::owed;
use crate::workflow::obligations::urgency::listed_priority;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::{Priority, Word};

/// All that the current state holds of one ticket.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct TicketRows {
    pub(in crate::store) ticket: TicketRow,
    pub(in crate::store) aliases: Vec<Key>,
    /// The numbers of the linked customers' tickets.
    pub(in crate::store) links: Vec<i64>,
    pub(in crate::store) duties: Vec<DutyRow>,
    /// The numbers of the notices that wait for their delivery.
    pub(in crate::store) queued: Vec<u32>,
}

/// How many columns `ticket` has.
const COLUMNS: usize = 24;

/// A row of `ticket`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct TicketRow {
    began: i64,
    id: Key,
    key: Key,
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
    created: i64,
    updated: i64,
    revision: u64,
    summary: String,
}

/// A row of `duty`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct DutyRow {
    kind: &'static str,
    csd: i64,
    role: &'static str,
    rank: i64,
    begins: i64,
    due: i64,
    /// Before when it is not owed; 0 where it is owed since it arose.
    opens: i64,
    /// Whether a notice that settles it waits for its delivery.
    queued: bool,
}

impl TicketRows {
    /// What the current state is to hold of a ticket of this case.
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
                role: owed.by.as_str(),
                rank,
                begins: milliseconds(owed.begins),
                due: milliseconds(owed.due),
                opens: owed.opens.map_or(0, milliseconds),
                queued,
            })
        };
        let owed = owed(tickets, ticket);
        let mut duties = Vec::with_capacity(owed.len());
        for owed in owed {
            duties.push(duty(owed)?);
        }
        duties.sort_by_key(|duty| (duty.kind, duty.csd));
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
            handled_by: None,
            customer: None,
            product_version: None,
            held: None,
            bug: false,
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
                links: cus.links.iter().map(|link| loaded.began(&link.csd)).collect::<Result<_, _>>()?,
                duties,
                queued: cus.queued().map(|notice| notice.number).collect(),
            },
        })
    }

    /// The ticket's number.
    pub(in crate::store) fn began(&self) -> i64 {
        self.ticket.began
    }

    /// How many bytes it takes beside itself, as far as that differs from ticket to ticket.
    pub(in crate::store) fn bytes(&self) -> usize {
        size_of_val(&*self.duties) + size_of_val(&*self.links) + size_of_val(&*self.queued) + self.ticket.summary.len()
    }

    /// Writes what differs from `before`, which is what the current state holds now.
    pub(in crate::store) fn write(
        &self,
        statements: &mut Statements<'_>,
        before: Option<&Self>,
    ) -> Result<(), StoreError> {
        self.ticket.write(statements, before.map(|before| &before.ticket))?;
        for alias in self.aliases.iter().filter(|alias| before.is_none_or(|before| !before.aliases.contains(alias))) {
            statements
                .get("INSERT INTO alias (key, ticket) VALUES (?1, ?2)")?
                .execute(params![alias.as_str(), self.ticket.began])?;
        }
        let old = before.map(|before| before.queued.as_slice()).unwrap_or_default();
        if old != self.queued {
            self.write_queue(statements, old)?;
        }
        if before.map(|before| &before.duties) != Some(&self.duties) {
            self.write_duties(statements, before.map(|before| before.duties.as_slice()).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Writes the links that differ from `before`, once every ticket has its row.
    pub(in crate::store) fn write_links(
        &self,
        statements: &mut Statements<'_>,
        before: Option<&Self>,
    ) -> Result<(), StoreError> {
        let old = before.map(|before| before.links.as_slice()).unwrap_or_default();
        for csd in old.iter().filter(|csd| !self.links.contains(csd)) {
            statements.get("DELETE FROM link WHERE csd = ?1 AND cus = ?2")?.execute([*csd, self.ticket.began])?;
        }
        for csd in self.links.iter().filter(|csd| !old.contains(csd)) {
            statements
                .get("INSERT INTO link (csd, cus) VALUES (?1, ?2) ON CONFLICT (csd) DO UPDATE SET cus = ?2")?
                .execute([*csd, self.ticket.began])?;
        }
        Ok(())
    }

    fn write_duties(&self, statements: &mut Statements<'_>, before: &[DutyRow]) -> Result<(), StoreError> {
        let began = self.ticket.began;
        for old in before.iter().filter(|old| !self.duties.contains(old)) {
            statements
                .get(
                    "DELETE FROM duty WHERE role = ?1 AND rank = ?2 AND due = ?3 AND begins = ?4 AND ticket = ?5 \
                     AND kind = ?6 AND csd = ?7",
                )?
                .execute(params![old.role, old.rank, old.due, old.begins, began, old.kind, old.csd])?;
        }
        for new in self.duties.iter().filter(|new| !before.contains(new)) {
            statements
                .get(
                    "INSERT INTO duty (role, rank, due, begins, ticket, kind, csd, opens, queued) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    new.role, new.rank, new.due, new.begins, began, new.kind, new.csd, new.opens, new.queued
                ])?;
        }
        Ok(())
    }

    fn write_queue(&self, statements: &mut Statements<'_>, before: &[u32]) -> Result<(), StoreError> {
        for notice in before.iter().filter(|notice| !self.queued.contains(notice)) {
            statements
                .get("DELETE FROM outbox WHERE ticket = ?1 AND notice = ?2")?
                .execute(params![self.ticket.began, notice])?;
        }
        for notice in self.queued.iter().filter(|notice| !before.contains(notice)) {
            statements
                .get("INSERT INTO outbox (ticket, notice) VALUES (?1, ?2)")?
                .execute(params![self.ticket.began, notice])?;
        }
        Ok(())
    }

    /// Whether the stored rows are these, once [`by_ticket`] was asked for.
    pub(in crate::store) fn is_stored(&self, connection: &Connection) -> Result<bool, StoreError> {
        let began = self.ticket.began;
        let mut tickets = connection.prepare_cached("SELECT * FROM ticket WHERE began = ?1")?;
        let mut found = tickets.query([began])?;
        let same = match found.next()? {
            Some(row) => self.ticket.matches(row)?,
            None => false,
        };
        let mut duties = connection.prepare_cached(
            "SELECT kind, csd, role, rank, begins, due, opens, queued FROM temp.owed WHERE ticket = ?1 ORDER BY kind, csd",
        )?;
        let mut rows = duties.query([began])?;
        for duty in &self.duties {
            match rows.next()? {
                Some(row) if duty.matches(row)? => {}
                _ => return Ok(false),
            }
        }
        let no_more_duties = rows.next()?.is_none();
        fn all<T: FromSql>(connection: &Connection, sql: &str, began: i64) -> Result<Vec<T>, StoreError> {
            let mut statement = connection.prepare_cached(sql)?;
            Ok(statement.query_map([began], |row| row.get(0))?.collect::<Result<_, _>>()?)
        }
        fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
            let mut all: Vec<T> = all.collect();
            all.sort_unstable();
            all
        }
        let queued: Vec<u32> = all(connection, "SELECT notice FROM outbox WHERE ticket = ?1 ORDER BY notice", began)?;
        let links: Vec<i64> = all(connection, "SELECT csd FROM link WHERE cus = ?1 ORDER BY csd", began)?;
        let named: Vec<String> = all(connection, "SELECT key FROM temp.named WHERE ticket = ?1 ORDER BY key", began)?;
        Ok(same
            && no_more_duties
            && queued == self.queued
            && links == sorted(self.links.iter().copied())
            && named == sorted(self.aliases.iter().map(|key| key.as_str().to_owned())))
    }
}

/// Puts what the current state holds in another order where [`TicketRows::is_stored`] finds it by its ticket.
pub(in crate::store) fn by_ticket(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(
        "DROP TABLE IF EXISTS temp.owed; CREATE TEMP TABLE owed AS SELECT * FROM duty; \
         CREATE INDEX temp.owed_by_ticket ON owed (ticket, kind, csd); \
         DROP TABLE IF EXISTS temp.named; CREATE TEMP TABLE named AS SELECT * FROM alias; \
         CREATE INDEX temp.named_by_ticket ON named (ticket, key);",
    )?)
}

impl TicketRow {
    /// Its kind and its stage.
    pub(in crate::store) fn place(&self) -> (&'static str, &'static str) {
        (self.kind, self.stage)
    }

    /// Writes the row, or what differs from `before`: an index is only touched where its columns change.
    fn write(&self, statements: &mut Statements<'_>, before: Option<&Self>) -> Result<(), StoreError> {
        let columns = self.columns();
        let Some(before) = before else {
            static INSERT: OnceLock<String> = OnceLock::new();
            let insert = INSERT.get_or_init(|| {
                let names = columns.map(|(name, _)| name).join(", ");
                format!("INSERT INTO ticket ({names}) VALUES ({})", ["?"; COLUMNS].join(", "))
            });
            let values = columns.map(|(_, value)| ToSqlOutput::Borrowed(value));
            statements.get(insert)?.execute(params_from_iter(values))?;
            return Ok(());
        };
        let changed = columns.into_iter().zip(before.columns()).filter(|(new, old)| new != old).map(|(new, _)| new);
        let (names, mut values): (Vec<_>, Vec<_>) =
            changed.map(|(name, value)| (name, ToSqlOutput::Borrowed(value))).unzip();
        if names.is_empty() {
            return Ok(());
        }
        values.push(self.began.into());
        let sql = format!("UPDATE ticket SET {} = ? WHERE began = ?", names.join(" = ?, "));
        statements.get(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }

    /// Every column with what it holds.
    fn columns(&self) -> [(&'static str, ValueRef<'_>); COLUMNS] {
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
            ("handled_by", text(self.handled_by)),
            ("customer", text(self.customer.as_deref())),
            ("product_version", text(self.product_version.as_deref())),
            ("held", text(self.held.as_deref())),
            ("bug", flag(self.bug)),
            ("due", self.due.map_or(ValueRef::Null, ValueRef::Integer)),
            ("created", ValueRef::Integer(self.created)),
            ("updated", ValueRef::Integer(self.updated)),
            ("revision", ValueRef::Integer(i64::try_from(self.revision).unwrap_or(i64::MAX))),
            ("summary", self.summary.as_str().into()),
        ]
    }

    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        for (name, value) in self.columns() {
            if row.get_ref(name)? != value {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl DutyRow {
    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        Ok(row.get::<_, String>("kind")? == self.kind
            && row.get::<_, i64>("csd")? == self.csd
            && row.get::<_, String>("role")? == self.role
            && row.get::<_, i64>("rank")? == self.rank
            && row.get::<_, i64>("begins")? == self.begins
            && row.get::<_, i64>("due")? == self.due
            && row.get::<_, i64>("opens")? == self.opens
            && row.get::<_, bool>("queued")? == self.queued)
    }
}

/// The position of a priority in the order in which tickets are listed.
fn rank(priority: Priority) -> i64 {
    Priority::ALL.iter().position(|other| *other == priority).map_or(0, |position| position as i64)
}

fn milliseconds(time: Time) -> i64 {
    time.timestamp_millis()
}
