//! The state of the board: what it shows, what is selected, and what keys and the mouse make of it. It does nothing by
//! itself: what is wished is done by who runs it.

use std::collections::HashMap;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::cli::views::stages::stages;
use crate::store::{ListRow, OwedRow};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::{Role, Word};

/// Whose duties stand in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Duties {
    /// Those of the actor's roles.
    Own,
    /// Everybody's.
    All,
    /// Those of one role.
    Of(Role),
}

/// What a key asks for beyond the board itself.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) enum Wish {
    Nothing,
    /// Read everything again.
    Load,
    /// Show the page of a ticket.
    Open(Key),
    /// Do the next step of a ticket.
    Step(Box<OwedRow>),
    /// Stop until the shell goes on.
    Suspend,
    Quit,
}

/// The pane that has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pane {
    Inbox,
    Stages,
}

/// A stage with its tickets.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) stage: &'static str,
    pub(super) rows: Vec<ListRow>,
}

/// The page of a ticket.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) key: Key,
    pub(super) lines: Vec<String>,
    pub(super) first: usize,
}

/// A thing on the screen that can be clicked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot {
    Duty(usize),
    Card(usize, usize),
}

/// The board.
#[derive(Debug)]
pub(in crate::cli) struct Board {
    pub(in crate::cli) duties_of: Duties,
    pub(in crate::cli) mine: bool,
    pub(super) now: Time,
    /// Everything that is owed, and what of it stands in the inbox.
    owed: Vec<OwedRow>,
    inbox: Vec<OwedRow>,
    rows: Vec<ListRow>,
    pub(super) columns: Vec<Column>,
    pub(super) pane: Pane,
    pub(super) duty: usize,
    pub(super) column: usize,
    pub(super) card: usize,
    pub(super) page: Option<Page>,
    pub(super) search: String,
    pub(super) is_typing: bool,
    pub(super) is_help: bool,
    pub(super) message: String,
    /// When each ticket was changed last as it was looked at.
    seen: Option<HashMap<Key, Time>>,
    pub(super) spots: Vec<(Rect, Spot)>,
    /// How many lines of a page were shown last.
    pub(super) height: usize,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a key without a meaning here does nothing")]
impl Board {
    pub(in crate::cli) fn new(duties_of: Duties, mine: bool, now: Time) -> Self {
        Self {
            duties_of,
            mine,
            now,
            owed: Vec::new(),
            inbox: Vec::new(),
            rows: Vec::new(),
            columns: Vec::new(),
            pane: Pane::Inbox,
            duty: 0,
            column: 0,
            card: 0,
            page: None,
            search: String::new(),
            is_typing: false,
            is_help: false,
            message: String::new(),
            seen: None,
            spots: Vec::new(),
            height: 1,
        }
    }

    /// Takes what was read: everything that is owed, what of it the inbox is about, and the tickets that are open.
    pub(in crate::cli) fn load(&mut self, owed: Vec<OwedRow>, inbox: Vec<OwedRow>, rows: Vec<ListRow>, now: Time) {
        self.seen.get_or_insert_with(|| rows.iter().map(|row| (row.id.clone(), row.updated)).collect());
        let of = |duty: &OwedRow| (duty.ticket.clone(), duty.kind, duty.about.clone(), duty.round);
        let duty = self.duties().get(self.duty).map(|duty| of(duty));
        let card = self.selected_card().map(|row| row.id.clone());
        (self.owed, self.inbox, self.rows, self.now) = (owed, inbox, rows, now);
        self.arrange();
        // What was selected stays so wherever it stands now.
        self.duty = self.duties().iter().position(|other| Some(of(other)) == duty).unwrap_or(self.duty);
        let places =
            self.columns.iter().enumerate().flat_map(|(n, column)| (0..).zip(&column.rows).map(move |row| (n, row)));
        let place =
            places.into_iter().find(|(_, (_, row))| Some(&row.id) == card.as_ref()).map(|(n, (row, _))| (n, row));
        (self.column, self.card) = place.unwrap_or((self.column, self.card));
    }

    /// Shows the page of a ticket, which is looked at with that.
    pub(in crate::cli) fn show(&mut self, key: Key, lines: Vec<String>) {
        let first = self.page.as_ref().filter(|page| page.key == key).map_or(0, |page| page.first);
        if let Some((seen, row)) = self.seen.as_mut().zip(self.rows.iter().find(|row| row.key == key)) {
            seen.insert(row.id.clone(), row.updated);
        }
        self.page = Some(Page { key, lines, first });
    }

    /// The ticket whose page is shown.
    pub(in crate::cli) fn shown(&self) -> Option<&Key> {
        self.page.as_ref().map(|page| &page.key)
    }

    /// Says something in the line above the keys.
    pub(in crate::cli) fn say(&mut self, message: impl Into<String>) {
        self.message = message.into();
    }

    /// The duties that stand in the inbox, as far as the search finds them.
    pub(super) fn duties(&self) -> Vec<&OwedRow> {
        let found = |duty: &&OwedRow| {
            let priority = duty.priority.map_or("", |priority| priority.as_str());
            self.finds(&[duty.key.as_str(), &duty.summary, &duty.customer, priority])
        };
        self.inbox.iter().filter(found).collect()
    }

    /// Whether a ticket changed since it was looked at.
    pub(super) fn is_new(&self, id: &Key) -> bool {
        let seen = self.seen.as_ref().and_then(|seen| seen.get(id));
        self.rows.iter().any(|row| row.id == *id && seen.is_none_or(|seen| row.updated > *seen))
    }

    /// The first duty of a ticket.
    pub(super) fn first_duty(&self, id: &Key) -> Option<&OwedRow> {
        self.owed.iter().find(|duty| duty.ticket == *id)
    }

    /// The duty whose step a key would do: that of the page, the inbox or the card.
    pub(in crate::cli) fn next_step(&self) -> Option<&OwedRow> {
        if let Some(page) = &self.page {
            return self.owed.iter().find(|duty| duty.key == page.key);
        }
        match self.pane {
            Pane::Inbox => self.duties().get(self.duty).copied(),
            Pane::Stages => self.first_duty(&self.selected_card()?.id),
        }
    }

    fn selected_card(&self) -> Option<&ListRow> {
        self.columns.get(self.column)?.rows.get(self.card)
    }

    /// Says what a key does.
    pub(in crate::cli) fn on_key(&mut self, key: KeyEvent) -> Wish {
        self.message.clear();
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c') => Wish::Quit,
                KeyCode::Char('z') => Wish::Suspend,
                _ => Wish::Nothing,
            };
        }
        if std::mem::take(&mut self.is_help) {
            return Wish::Nothing;
        }
        if self.is_typing {
            self.on_typing(key.code);
            return Wish::Nothing;
        }
        if self.page.is_some() { self.on_page(key.code) } else { self.on_board(key.code) }
    }

    fn on_typing(&mut self, code: KeyCode) {
        match code {
            KeyCode::Char(letter) => self.search.push(letter),
            KeyCode::Backspace => drop(self.search.pop()),
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.search.clear();
            }
            _ => {}
        }
        self.arrange();
    }

    fn on_page(&mut self, code: KeyCode) -> Wish {
        let by = self.height.saturating_sub(1).max(1);
        match code {
            KeyCode::Up | KeyCode::Char('k') => self.scroll(|first| first.saturating_sub(1)),
            KeyCode::Down | KeyCode::Char('j') => self.scroll(|first| first + 1),
            KeyCode::PageUp => self.scroll(|first| first.saturating_sub(by)),
            KeyCode::PageDown | KeyCode::Char(' ') => self.scroll(|first| first + by),
            KeyCode::Home => self.scroll(|_| 0),
            KeyCode::End => self.scroll(|_| usize::MAX),
            KeyCode::Esc | KeyCode::Char('q') | KeyCode::Enter => self.page = None,
            KeyCode::Char('?') => self.is_help = true,
            KeyCode::Char('n') => return self.step(),
            _ => {}
        }
        Wish::Nothing
    }

    fn on_board(&mut self, code: KeyCode) -> Wish {
        match code {
            KeyCode::Char('q') => return Wish::Quit,
            KeyCode::Esc if self.search.is_empty() => return Wish::Quit,
            KeyCode::Esc => {
                self.search.clear();
                self.arrange();
            }
            KeyCode::Tab | KeyCode::BackTab => {
                self.pane = if self.pane == Pane::Inbox { Pane::Stages } else { Pane::Inbox };
            }
            KeyCode::Up | KeyCode::Char('k') => self.go(|at| at.saturating_sub(1)),
            KeyCode::Down | KeyCode::Char('j') => self.go(|at| at + 1),
            KeyCode::PageUp => self.go(|at| at.saturating_sub(10)),
            KeyCode::PageDown => self.go(|at| at + 10),
            KeyCode::Home => self.go(|_| 0),
            KeyCode::End => self.go(|_| usize::MAX),
            KeyCode::Right | KeyCode::Char('l') if self.pane == Pane::Inbox => self.pane = Pane::Stages,
            KeyCode::Left | KeyCode::Char('h') if self.column == 0 => self.pane = Pane::Inbox,
            KeyCode::Right | KeyCode::Char('l') => self.turn(self.column + 1),
            KeyCode::Left | KeyCode::Char('h') if self.pane == Pane::Stages => self.turn(self.column - 1),
            KeyCode::Enter => return self.open(),
            KeyCode::Char('n') => return self.step(),
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('?') => self.is_help = true,
            KeyCode::Char('f') => {
                self.duties_of = self.duties_of.next();
                return Wish::Load;
            }
            KeyCode::Char('m') => {
                self.mine = !self.mine;
                return Wish::Load;
            }
            KeyCode::Char('r') => return Wish::Load,
            _ => {}
        }
        Wish::Nothing
    }

    /// Says what the mouse does: a click selects, and opens what is selected; the wheel moves.
    pub(in crate::cli) fn on_mouse(&mut self, mouse: MouseEvent) -> Wish {
        match (mouse.kind, self.page.is_some()) {
            (MouseEventKind::ScrollUp, true) => self.scroll(|first| first.saturating_sub(3)),
            (MouseEventKind::ScrollDown, true) => self.scroll(|first| first + 3),
            (MouseEventKind::ScrollUp, false) => self.go(|at| at.saturating_sub(1)),
            (MouseEventKind::ScrollDown, false) => self.go(|at| at + 1),
            (MouseEventKind::Down(MouseButton::Left), false) => {
                let at = Position::new(mouse.column, mouse.row);
                let Some(spot) = self.spots.iter().find(|(area, _)| area.contains(at)).map(|(_, spot)| *spot) else {
                    return Wish::Nothing;
                };
                let before = (self.pane, self.duty, self.column, self.card);
                match spot {
                    Spot::Duty(duty) => (self.pane, self.duty) = (Pane::Inbox, duty),
                    Spot::Card(column, card) => (self.pane, self.column, self.card) = (Pane::Stages, column, card),
                }
                if before == (self.pane, self.duty, self.column, self.card) {
                    return self.open();
                }
            }
            _ => {}
        }
        Wish::Nothing
    }

    fn open(&self) -> Wish {
        let key = match self.pane {
            Pane::Inbox => self.duties().get(self.duty).map(|duty| duty.key.clone()),
            Pane::Stages => self.selected_card().map(|row| row.key.clone()),
        };
        key.map_or(Wish::Nothing, Wish::Open)
    }

    fn step(&mut self) -> Wish {
        match self.next_step() {
            Some(duty) => Wish::Step(Box::new(duty.clone())),
            None => {
                self.say("Nothing is owed here now.");
                Wish::Nothing
            }
        }
    }

    fn scroll(&mut self, to: impl Fn(usize) -> usize) {
        if let Some(page) = &mut self.page {
            page.first = to(page.first).min(page.lines.len().saturating_sub(self.height));
        }
    }

    fn go(&mut self, to: impl Fn(usize) -> usize) {
        match self.pane {
            Pane::Inbox => self.duty = to(self.duty),
            Pane::Stages => self.card = to(self.card),
        }
        self.clamp();
    }

    fn turn(&mut self, column: usize) {
        self.column = column;
        self.clamp();
    }

    /// Puts the tickets that the search finds into their stages.
    fn arrange(&mut self) {
        let finds = |row: &ListRow| {
            let version = row.fix_version.as_deref().unwrap_or_default();
            let priority = row.priority.map_or("", |priority| priority.as_str());
            self.finds(&[row.key.as_str(), &row.summary, &row.customer, version, priority])
        };
        let of = |(kind, stage): (_, &'static str)| {
            let rows = self.rows.iter().filter(|row| (row.kind, row.stage.as_str()) == (kind, stage));
            Column { stage, rows: rows.filter(|row| finds(row)).cloned().collect() }
        };
        self.columns = stages().into_iter().map(of).filter(|column| !column.rows.is_empty()).collect();
        self.clamp();
    }

    fn finds(&self, texts: &[&str]) -> bool {
        let all = texts.join(" ").to_lowercase();
        self.search.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }

    fn clamp(&mut self) {
        self.duty = self.duty.min(self.duties().len().saturating_sub(1));
        self.column = self.column.min(self.columns.len().saturating_sub(1));
        let cards = self.columns.get(self.column).map_or(0, |column| column.rows.len());
        self.card = self.card.min(cards.saturating_sub(1));
    }
}

impl Duties {
    /// Those after these, as one key goes through them.
    fn next(self) -> Self {
        let roles = Role::ALL;
        match self {
            Self::Own => Self::All,
            Self::All => roles.first().map_or(Self::Own, |role| Self::Of(*role)),
            Self::Of(role) => {
                let after = roles.iter().skip_while(|other| **other != role).nth(1);
                after.map_or(Self::Own, |role| Self::Of(*role))
            }
        }
    }
}
