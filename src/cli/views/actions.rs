//! Actions of postmortems (R34), a line for each.

use anyhow::Result;
use serde::Serialize;

use super::ticket_json::ActionView;
use crate::cli::output::{
    Cell, Column, Json, Keys, Page, Rows, Table, Tone, View, due_briefly, due_tone, one_line, rfc3339, visible_in_line,
};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::tickets::postmortem::{Action, ActionState};

/// Actions, each with its ticket.
pub(in crate::cli) struct ActionsView {
    pub(in crate::cli) actions: Vec<(Key, Action)>,
    pub(in crate::cli) now: Time,
}

/// An action with its ticket, as programs read it.
#[derive(Serialize)]
struct ActionJson<'a> {
    ticket: &'a Key,
    #[serde(flatten)]
    action: ActionView<'a>,
}

impl View for ActionsView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.actions.is_empty() {
            return page.line("No actions.");
        }
        let mut table = Table::new(&[
            Column::numbers("DUE").optional(1),
            Column::words("KEY"),
            Column::numbers("N"),
            Column::words("STATE"),
            Column::rest("ACTION"),
            Column::spare("OWNER"),
        ]);
        for (key, action) in &self.actions {
            let due = match action.state {
                ActionState::Open => Cell::new(due_tone(action.due, self.now), due_briefly(action.due, self.now)),
                ActionState::Done | ActionState::Dropped => Cell::default(),
            };
            table.row(vec![
                due,
                Cell::new(Tone::Strong, key.as_str()),
                action.number.to_string().into(),
                action.state.to_string().into(),
                one_line(&action.text).into(),
                visible_in_line(action.owner.as_deref().unwrap_or_default()).into(),
            ]);
        }
        page.table(&mut table)
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.actions
                .iter()
                .try_for_each(|(ticket, action)| items.add(&ActionJson { ticket, action: ActionView::new(action) }))
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["ticket", "number", "state", "due", "owner", "text", "note"])?;
        self.actions.iter().try_for_each(|(key, action)| {
            rows.row([
                key.as_str(),
                &action.number.to_string(),
                &action.state.to_string(),
                &rfc3339(action.due),
                action.owner.as_deref().unwrap_or_default(),
                &action.text,
                action.note.as_deref().unwrap_or_default(),
            ])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        let mut all: Vec<&Key> = self.actions.iter().map(|(key, _)| key).collect();
        all.dedup();
        all.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}
