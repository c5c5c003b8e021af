//! Writing rows of the current state: what differs from what is stored.

use std::sync::OnceLock;

use rusqlite::types::ToSqlOutput;
use rusqlite::{params, params_from_iter};

use crate::store::error::StoreError;
use crate::store::projection::origins::OriginRows;
use crate::store::projection::rows::{COLUMNS, DutyRow, TicketRow, TicketRows};
use crate::store::statements::Statements;

impl TicketRows {
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
        let gone = before.into_iter().flat_map(|before| &before.aliases);
        for alias in gone.filter(|alias| !self.aliases.contains(alias)) {
            statements.get("DELETE FROM alias WHERE key = ?1")?.execute([alias.as_str()])?;
        }
        let old = before.map(|before| before.holds.as_slice()).unwrap_or_default();
        if old != self.holds {
            self.write_holds(statements, old)?;
        }
        for form in self.decided.iter().filter(|form| before.is_none_or(|before| !before.decided.contains(form))) {
            statements
                .get("INSERT INTO decided (form, ticket) VALUES (?1, ?2)")?
                .execute(params![form, self.ticket.began])?;
        }
        let gone = before.into_iter().flat_map(|before| &before.decided);
        for form in gone.filter(|form| !self.decided.contains(form)) {
            let delete = "DELETE FROM decided WHERE form = ?1 AND ticket = ?2";
            statements.get(delete)?.execute(params![form, self.ticket.began])?;
        }
        let none = OriginRows::default();
        self.origin.write(statements, self.ticket.began, before.map_or(&none, |before| &before.origin))?;
        let old = before.map(|before| before.queued.as_slice()).unwrap_or_default();
        if old != self.queued {
            self.write_queue(statements, old)?;
        }
        if before.map(|before| &before.duties) != Some(&self.duties) {
            self.write_duties(statements, before.map(|before| before.duties.as_slice()).unwrap_or_default())?;
        }
        Ok(())
    }

    /// These rows without anything beside the ticket's own.
    pub(in crate::store) fn emptied(&self) -> Self {
        Self {
            ticket: self.ticket.clone(),
            aliases: Vec::new(),
            origin: OriginRows::default(),
            links: Vec::new(),
            holds: Vec::new(),
            decided: Vec::new(),
            duties: Vec::new(),
            queued: Vec::new(),
        }
    }

    /// Deletes the ticket's own row, once those beside it are gone.
    pub(in crate::store) fn delete(&self, statements: &mut Statements<'_>) -> Result<(), StoreError> {
        statements.get("DELETE FROM ticket WHERE began = ?1")?.execute([self.ticket.began])?;
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
                     AND kind = ?6 AND csd = ?7 AND round = ?8",
                )?
                .execute(params![old.role, old.rank, old.due, old.begins, began, old.kind, old.csd, old.round])?;
        }
        for new in self.duties.iter().filter(|new| !before.contains(new)) {
            statements
                .get(
                    "INSERT INTO duty (role, rank, due, begins, ticket, kind, csd, opens, shown, assignee, queued, round) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                )?
                .execute(params![
                    new.role,
                    new.rank,
                    new.due,
                    new.begins,
                    began,
                    new.kind,
                    new.csd,
                    new.opens,
                    new.shown,
                    new.assignee,
                    new.queued,
                    new.round
                ])?;
        }
        Ok(())
    }

    fn write_holds(
        &self,
        statements: &mut Statements<'_>,
        before: &[(String, Option<String>)],
    ) -> Result<(), StoreError> {
        for (form, _) in before.iter().filter(|hold| !self.holds.contains(hold)) {
            statements
                .get("DELETE FROM hold WHERE ticket = ?1 AND form = ?2")?
                .execute(params![self.ticket.began, form])?;
        }
        for (form, version) in self.holds.iter().filter(|hold| !before.contains(hold)) {
            statements.get("INSERT INTO hold (ticket, form, version) VALUES (?1, ?2, ?3)")?.execute(params![
                self.ticket.began,
                form,
                version
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
}

impl TicketRow {
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
}
