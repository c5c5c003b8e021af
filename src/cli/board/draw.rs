//! How the board is drawn: signs that every terminal has, and colours that say again what a word says.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::model::{Board, Column, Duties, Page, Pane, Spot};
use crate::cli::output::{Tone, due_briefly, due_tone, one_line, roughly, visible_in_line};
use crate::cli::views::owed::in_brief;
use crate::store::{ListRow, OwedRow};

/// How narrow a column of a stage may become.
const NARROWEST: u16 = 24;
/// How many lines a duty or a card has.
const ITEM: u16 = 2;

const HELP: [&str; 17] = [
    "Tab, left, right   go from the inbox to the stages and back",
    "up, down, j, k     select; PgUp, PgDn, Home, End go further",
    "Enter              show the ticket",
    "n                  do its next step, by the command shown above the keys",
    "/                  search in keys, summaries, customers, versions, priorities",
    "f                  whose duties: yours, everybody's, each role's",
    "m                  only what is assigned to you, or everything",
    "r                  read the database again, as is done when it changes",
    "q, Esc             go back; from the board, leave it",
    "Ctrl-Z             suspend",
    "",
    "A click selects, a second one shows the ticket; the wheel moves.",
    "* marks what changed since you looked at it.",
    "",
    "The board itself writes nothing. A step asks as it does elsewhere, and then",
    "the board is back.",
    "",
];

/// Draws the board, in colour or without.
pub(in crate::cli) fn draw(frame: &mut Frame<'_>, board: &mut Board, command: Option<&str>, colour: bool) {
    let area = frame.area();
    let canvas = &mut Canvas { buffer: frame.buffer_mut(), colour };
    board.spots.clear();
    let [title, body, above, keys] = parts(area);
    board.height = usize::from(body.height);
    canvas.text(title, 0, &heading(board), Style::new().add_modifier(Modifier::BOLD));
    if board.is_help {
        let lines: Vec<String> = HELP.iter().map(|line| (*line).to_owned()).collect();
        canvas.lines(body, &lines);
    } else if let Some(Page { lines, first, .. }) = &board.page {
        canvas.lines(body, lines.get(*first..).unwrap_or_default());
    } else {
        let width = (body.width * 2 / 5).max(38).min(body.width);
        let inbox = Rect { width, ..body };
        let stages = Rect { x: body.x + width + 1, width: body.width.saturating_sub(width + 1), ..body };
        let spots = [canvas.inbox(board, inbox), canvas.stages(board, stages)].concat();
        board.spots = spots;
    }
    let message = match (board.is_typing, board.message.as_str(), command) {
        (true, _, _) => format!("/{}_", visible_in_line(&board.search)),
        (false, "", Some(command)) => format!("n: {}", visible_in_line(command)),
        (false, message, _) => message.to_owned(),
    };
    canvas.text(above, 0, &message, canvas.tone(Tone::Command));
    canvas.text(keys, 0, keys_now(board), canvas.tone(Tone::Dim));
}

/// The title, the body, the line above the keys, and the keys.
fn parts(area: Rect) -> [Rect; 4] {
    let line = |y: u16| Rect { y: area.y + y.min(area.height.saturating_sub(1)), height: area.height.min(1), ..area };
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(5), ..area };
    [line(0), body, line(area.height.saturating_sub(2)), line(area.height.saturating_sub(1))]
}

fn heading(board: &Board) -> String {
    let duties = board.duties();
    let late = duties.iter().filter(|duty| duty.due < board.now).count();
    let whose = match board.duties_of {
        Duties::Own => "yours".to_owned(),
        Duties::All => "everybody's".to_owned(),
        Duties::Of(role) => format!("of {role}"),
    };
    let mine = if board.mine { ", assigned to you" } else { "" };
    let search =
        if board.search.is_empty() { String::new() } else { format!(" | search: {}", visible_in_line(&board.search)) };
    let tickets: usize = board.columns.iter().map(|column| column.rows.len()).sum();
    format!("{late} overdue of {} duties ({whose}{mine}) | {tickets} open tickets{search}", duties.len())
}

/// The keys that work now.
fn keys_now(board: &Board) -> &'static str {
    if board.is_help {
        "any key: back"
    } else if board.is_typing {
        "type to search   Enter: done   Esc: no search"
    } else if board.page.is_some() {
        "up down: scroll   n: next step   Esc: back   ?: keys"
    } else {
        "Enter: show  n: next step  /: search  f: whose  Tab: pane  ?: keys  q: leave"
    }
}

struct Canvas<'a> {
    buffer: &'a mut Buffer,
    colour: bool,
}

impl Canvas<'_> {
    /// The style of a tone. Without colour what is late stands out all the same.
    fn tone(&self, tone: Tone) -> Style {
        let style = Style::new();
        match (tone, self.colour) {
            (Tone::Plain, _) | (Tone::Dim | Tone::Command | Tone::Today, false) => style,
            (Tone::Strong, _) | (Tone::Late, false) => style.add_modifier(Modifier::BOLD),
            (Tone::Dim, true) => style.add_modifier(Modifier::DIM),
            (Tone::Command, true) => style.fg(Color::Cyan),
            (Tone::Late, true) => style.fg(Color::Red),
            (Tone::Today, true) => style.fg(Color::Yellow),
        }
    }

    /// Writes a text at the beginning of a line of an area, as much of it as there is room for; returns where it ends.
    fn text(&mut self, area: Rect, line: u16, text: &str, style: Style) -> u16 {
        let area = area.intersection(self.buffer.area);
        if line >= area.height || area.width == 0 {
            return area.x;
        }
        self.buffer.set_stringn(area.x, area.y + line, text, usize::from(area.width), style).0
    }

    /// Writes texts one after another in a line of an area.
    fn line(&mut self, area: Rect, line: u16, parts: &[(&str, Style)]) {
        let mut rest = area;
        for (text, style) in parts {
            let end = self.text(rest, line, text, *style);
            rest = Rect { x: end, width: area.right().saturating_sub(end), ..rest };
        }
    }

    fn lines(&mut self, area: Rect, lines: &[String]) {
        for (line, text) in (0..area.height).zip(lines) {
            self.text(area, line, text, Style::new());
        }
    }

    /// The heading of a pane or a stage, which stands out where the keys go.
    fn heading(&mut self, area: Rect, text: &str, has_keys: bool) {
        let style =
            Style::new().add_modifier(if has_keys { Modifier::BOLD | Modifier::REVERSED } else { Modifier::BOLD });
        self.text(area, 0, text, style);
    }

    /// The items of a list from the page on which the selected one stands, each in an area of its own.
    fn places(area: Rect, selected: usize, count: usize) -> Vec<(usize, Rect)> {
        let room = usize::from(area.height.saturating_sub(1) / ITEM).max(1);
        let first = selected / room * room;
        let place = |(n, item): (u16, usize)| {
            let y = area.y + 1 + n * ITEM;
            (item, Rect { y, height: ITEM.min(area.bottom().saturating_sub(y)), ..area })
        };
        (0..).zip(first..count.min(first + room)).map(place).collect()
    }

    fn inbox(&mut self, board: &Board, area: Rect) -> Vec<(Rect, Spot)> {
        let has_keys = board.pane == Pane::Inbox;
        let duties = board.duties();
        self.heading(area, &format!(" INBOX ({}) ", duties.len()), has_keys);
        if duties.is_empty() {
            self.text(area, 1, "  Nothing is owed now.", Style::new());
        }
        let mut spots = Vec::new();
        for (n, place) in Self::places(area, board.duty, duties.len()) {
            let Some(duty) = duties.get(n) else { continue };
            self.duty(board, duty, place, n == board.duty, has_keys);
            spots.push((place, Spot::Duty(n)));
        }
        spots
    }

    fn duty(&mut self, board: &Board, duty: &OwedRow, area: Rect, is_selected: bool, has_keys: bool) {
        let due = format!("{:>9}", due_briefly(duty.due, board.now));
        let what = format!(" {}", in_brief(duty.kind));
        let priority = duty.priority.map(|priority| format!(" {priority}")).unwrap_or_default();
        let tone = duty.priority.map_or(Tone::Plain, Tone::of_priority);
        let about = format!("    {} - {}", one_line(&duty.summary), visible_in_line(&duty.customer));
        self.line(
            area,
            0,
            &[
                (mark(is_selected, board.is_new(&duty.ticket)), Style::new()),
                (&due, self.tone(due_tone(duty.due, board.now))),
                (" ", Style::new()),
                (duty.key.as_str(), self.tone(Tone::Strong)),
                (&what, Style::new()),
                (&priority, self.tone(tone)),
            ],
        );
        self.text(area, 1, &about, self.tone(Tone::Dim));
        self.select(area, is_selected && has_keys);
    }

    fn stages(&mut self, board: &Board, area: Rect) -> Vec<(Rect, Spot)> {
        if board.columns.is_empty() {
            self.text(area, 0, "No open tickets.", Style::new());
        }
        let room = usize::from(area.width / NARROWEST).max(1).min(board.columns.len().max(1));
        let first = (board.column + 1).saturating_sub(room);
        let width = area.width / u16::try_from(room).unwrap_or(1);
        let mut spots = Vec::new();
        for (place, (n, column)) in (0..).zip(board.columns.iter().enumerate().skip(first).take(room)) {
            let area = Rect { x: area.x + place * width, width: width.saturating_sub(1), ..area };
            spots.extend(self.stage(board, n, column, area));
        }
        spots
    }

    fn stage(&mut self, board: &Board, n: usize, column: &Column, area: Rect) -> Vec<(Rect, Spot)> {
        let has_keys = board.pane == Pane::Stages && n == board.column;
        self.heading(area, &format!(" {} ({}) ", column.stage, column.rows.len()), has_keys);
        let selected = if n == board.column { board.card } else { 0 };
        let mut spots = Vec::new();
        for (card, place) in Self::places(area, selected, column.rows.len()) {
            let Some(row) = column.rows.get(card) else { continue };
            self.card(board, row, place, has_keys && card == board.card);
            spots.push((place, Spot::Card(n, card)));
        }
        spots
    }

    fn card(&mut self, board: &Board, row: &ListRow, area: Rect, is_selected: bool) {
        let priority = row.priority.map(|priority| format!(" {priority}")).unwrap_or_default();
        let tone = row.priority.map_or(Tone::Plain, Tone::of_priority);
        let (due, due_tone) = match board.first_duty(&row.id) {
            Some(duty) => (format!(" {}", due_briefly(duty.due, board.now)), due_tone(duty.due, board.now)),
            None => (format!(" {} old", roughly(board.now - row.created)), Tone::Dim),
        };
        self.line(
            area,
            0,
            &[
                (mark(is_selected, board.is_new(&row.id)), Style::new()),
                (row.key.as_str(), self.tone(Tone::Strong)),
                (&priority, self.tone(tone)),
                (&due, self.tone(due_tone)),
            ],
        );
        self.text(area, 1, &format!("  {}", one_line(&row.summary)), self.tone(Tone::Dim));
        self.select(area, is_selected);
    }

    /// Shows that something is selected where the keys go.
    fn select(&mut self, area: Rect, is_selected: bool) {
        if is_selected {
            let line = Rect { height: area.height.min(1), ..area };
            self.buffer.set_style(line, Style::new().add_modifier(Modifier::REVERSED));
        }
    }
}

/// The signs before an item: what is selected, and what changed since it was looked at.
fn mark(is_selected: bool, is_new: bool) -> &'static str {
    match (is_selected, is_new) {
        (true, true) => ">*",
        (true, false) => "> ",
        (false, true) => " *",
        (false, false) => "  ",
    }
}
