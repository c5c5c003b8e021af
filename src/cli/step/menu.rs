//! Choosing from a list: what can be chosen, and what each means.

use dialoguer::console::{Key, Term, measure_text_width, style, truncate_str};

use super::question::Choice;

/// How a list was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    /// With these marked.
    Chosen(Vec<usize>),
    Cancelled,
    Back,
}

/// A list on the screen, from which one or any can be chosen.
pub(super) struct Menu<'a> {
    pub(super) text: &'a str,
    pub(super) hint: &'a str,
    pub(super) choices: &'a [Choice<'a>],
    /// The places that are marked, where any can be chosen.
    pub(super) marked: Option<Vec<usize>>,
    /// The place of the cursor.
    pub(super) at: usize,
}

impl Menu<'_> {
    /// Shows the list until something is chosen. Nothing of it remains on the screen but the question and the answer.
    pub(super) fn run(mut self, term: &Term) -> std::io::Result<Left> {
        term.hide_cursor()?;
        let left = self.choose(term);
        term.show_cursor()?;
        left
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a key without a meaning here does nothing")]
    fn choose(&mut self, term: &Term) -> std::io::Result<Left> {
        let count = self.choices.len();
        let mut wants_one = false;
        loop {
            let shown = self.lines(term, wants_one);
            for line in &shown {
                term.write_line(line)?;
            }
            let key = term.read_key_raw();
            term.clear_last_lines(shown.len())?;
            wants_one = false;
            let left = match key? {
                Key::Enter => match &self.marked {
                    None => Left::Chosen(vec![self.at]),
                    Some(marked) if marked.is_empty() => {
                        wants_one = true;
                        continue;
                    }
                    Some(marked) => Left::Chosen((0..count).filter(|place| marked.contains(place)).collect()),
                },
                Key::Escape | Key::CtrlC => Left::Cancelled,
                Key::BackTab | Key::ArrowLeft => Left::Back,
                Key::ArrowUp => {
                    self.at = (self.at + count - 1) % count;
                    continue;
                }
                Key::ArrowDown | Key::Tab => {
                    self.at = (self.at + 1) % count;
                    continue;
                }
                Key::Home => {
                    self.at = 0;
                    continue;
                }
                Key::End => {
                    self.at = count - 1;
                    continue;
                }
                Key::Char(' ') => {
                    let at = self.at;
                    if let Some(marked) = &mut self.marked {
                        match marked.iter().position(|place| *place == at) {
                            Some(n) => drop(marked.remove(n)),
                            None => marked.push(at),
                        }
                    }
                    continue;
                }
                Key::Char(letter) => {
                    let begins = |place: &usize| {
                        let first = self.choices.get(*place).and_then(|choice| choice.word.chars().next());
                        first.is_some_and(|first| first.eq_ignore_ascii_case(&letter))
                    };
                    self.at = (self.at + 1..self.at + 1 + count).map(|n| n % count).find(begins).unwrap_or(self.at);
                    continue;
                }
                _ => continue,
            };
            let word = |place: &usize| self.choices.get(*place).map(|choice| choice.word);
            let answer = match &left {
                Left::Back => return Ok(left),
                Left::Cancelled => String::new(),
                Left::Chosen(places) => places.iter().filter_map(word).collect::<Vec<_>>().join(", "),
            };
            term.write_line(&fitted(&format!("{} {answer}", prompt(self.text)), term))?;
            return Ok(left);
        }
    }

    /// The lines of the list, each no wider and all together no higher than the terminal.
    fn lines(&self, term: &Term, wants_one: bool) -> Vec<String> {
        let (rows, columns) = size(term);
        let hint = match (wants_one, &self.marked) {
            (true, _) => "select at least one with Space",
            (false, Some(_)) => "Space selects · Enter ends · Esc cancels · Shift-Tab back",
            (false, None) => "Enter takes it · Esc cancels · Shift-Tab back",
        };
        let mut lines = Vec::new();
        if !self.hint.is_empty() {
            lines.push(format!("{}", style(self.hint).dim().for_stderr()));
        }
        let question = style(self.text).bold().for_stderr();
        let space = columns.saturating_sub(measure_text_width(self.text) + 3);
        let fits = measure_text_width(hint) <= space;
        if !fits {
            lines.push(format!("{}", style(hint).dim().for_stderr()));
        }
        let beside = if fits { hint } else { "" };
        lines.push(format!("{question}  {}", style(beside).dim().for_stderr()));
        let room = rows.saturating_sub(lines.len() + 2).max(3);
        let first = self.at.saturating_sub(room - 1);
        let width = self.choices.iter().map(|choice| measure_text_width(choice.word)).max().unwrap_or_default();
        for (place, choice) in self.choices.iter().enumerate().skip(first).take(room) {
            let is_here = place == self.at;
            let mark = match &self.marked {
                None => "",
                Some(marked) if marked.contains(&place) => "[x] ",
                Some(_) => "[ ] ",
            };
            let padding = " ".repeat(width - measure_text_width(choice.word));
            let word = if is_here { style(choice.word).cyan() } else { style(choice.word) };
            let about = style(choice.about).dim().for_stderr();
            let line = format!("{} {mark}{}{padding}  {about}", if is_here { "❯" } else { " " }, word.for_stderr());
            lines.push(line.trim_end().to_owned());
        }
        lines.into_iter().map(|line| fitted(&line, term)).collect()
    }
}

/// A question as it stands before its answer.
pub(super) fn prompt(text: &str) -> String {
    format!("{} {}", style(text).bold().for_stderr(), style("›").dim().for_stderr())
}

/// A line that stays one on this terminal.
pub(super) fn fitted(line: &str, term: &Term) -> String {
    truncate_str(line, size(term).1.saturating_sub(1), "…").into_owned()
}

/// The rows and columns of the terminal; one that has none is taken for a common one.
pub(super) fn size(term: &Term) -> (usize, usize) {
    match term.size() {
        (0, _) | (_, 0) => (24, 80),
        (rows, columns) => (rows.into(), columns.into()),
    }
}
