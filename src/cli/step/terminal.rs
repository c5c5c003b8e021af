//! A person at a real terminal; questions stand on standard error.

use dialoguer::FuzzySelect;
use dialoguer::console::{Key, Term, style};
use dialoguer::theme::ColorfulTheme;

use super::editor;
use super::line::{self, Ended, Offers};
use super::menu::{Left, Menu, fitted, prompt, size};
use super::question::{Answer, Check, Choice, EditorFailed, Given, Kind, Prompter, Question, Stop};

/// A person at a real terminal.
pub(in crate::cli) struct Terminal {
    term: Term,
}

impl Terminal {
    /// Lists hide the cursor, and Ctrl-C must not end the process before it is shown again.
    pub(in crate::cli) fn new() -> Self {
        // A second handler cannot be set; then the first one serves.
        let _ = ctrlc::set_handler(|| {
            let _ = Term::stderr().show_cursor();
        });
        Self { term: Term::stderr() }
    }

    fn try_ask(&mut self, question: &Question<'_>) -> std::io::Result<Answer<Given>> {
        match question.kind {
            Kind::Line { offers, check } => self.line(question, Offers::Words(offers), check, false),
            Kind::Path { check } => self.line(question, Offers::Paths, check, false),
            Kind::Long { check } => self.line(question, Offers::Words(&[]), check, true),
            Kind::One { choices, default } => self.menu(question, choices, None, default),
            Kind::Any { choices } => self.menu(question, choices, Some(Vec::new()), 0),
            Kind::Pick { choices } => self.pick(question, choices),
            Kind::Key { words, default } => self.key(question, words, default),
        }
    }

    fn hint(&self, hint: &str) -> std::io::Result<()> {
        if hint.is_empty() {
            return Ok(());
        }
        self.term.write_line(&fitted(&style(hint).dim().for_stderr().to_string(), &self.term))
    }

    fn line(
        &mut self,
        question: &Question<'_>,
        offers: Offers<'_>,
        check: Check<'_>,
        is_long: bool,
    ) -> std::io::Result<Answer<Given>> {
        let mut text = question.initial.map(|given| given.text().to_owned()).unwrap_or_default();
        let editor_hint = if is_long { "Ctrl-O opens an editor" } else { "" };
        let hints: Vec<&str> = [question.hint, editor_hint].into_iter().filter(|hint| !hint.is_empty()).collect();
        self.hint(&hints.join(" · "))?;
        loop {
            match line::read(&format!("{} ", prompt(question.text)), &text, offers, is_long)? {
                Ended::Cancelled(typed) => {
                    return Ok(Err(Stop::Cancelled(Some(typed).filter(|typed| !typed.trim().is_empty()))));
                }
                Ended::Back => return Ok(Err(Stop::Back)),
                Ended::WantsEditor(typed) => match editor::edit(&typed) {
                    Ok(edited) => {
                        let edited = edited.trim_end_matches(['\n', '\r']).to_owned();
                        match check(&edited) {
                            Ok(()) => return Ok(Ok(Given::Text(edited))),
                            Err(problem) => self.show(&format!("  {problem}")),
                        }
                        text = edited;
                    }
                    Err(failed) => {
                        self.show(&format!("  {failed}"));
                        text = typed;
                    }
                },
                Ended::Entered(typed) => {
                    text = typed;
                    if !is_long && text.trim().contains('\n') {
                        text = text.trim().lines().next().unwrap_or_default().to_owned();
                        self.show("  Only the first line of what was pasted is kept.");
                    }
                    match check(&text) {
                        Ok(()) => return Ok(Ok(Given::Text(text))),
                        Err(problem) => self.show(&format!("  {problem}")),
                    }
                }
            }
        }
    }

    fn menu(
        &mut self,
        question: &Question<'_>,
        choices: &[Choice<'_>],
        marked: Option<Vec<usize>>,
        default: usize,
    ) -> std::io::Result<Answer<Given>> {
        let before = question.initial.map(Given::words).unwrap_or_default();
        let is_before = |choice: &Choice<'_>| before.iter().any(|word| word == choice.word);
        let marked = marked.map(|_| (0..choices.len()).filter(|n| choices.get(*n).is_some_and(is_before)).collect());
        let at = choices.iter().position(is_before).unwrap_or(default);
        let menu = Menu { text: question.text, hint: question.hint, choices, marked, at };
        Ok(match menu.run(&self.term)? {
            Left::Chosen(places) => {
                let words = places.into_iter().filter_map(|place| choices.get(place));
                Ok(Given::Words(words.map(|choice| choice.word.to_owned()).collect()))
            }
            Left::Cancelled => Err(Stop::Cancelled(None)),
            Left::Back => Err(Stop::Back),
        })
    }

    fn pick(&mut self, question: &Question<'_>, choices: &[Choice<'_>]) -> std::io::Result<Answer<Given>> {
        self.hint(question.hint)?;
        let item = |choice: &Choice<'_>| fitted(&format!("{}  {}", choice.word, choice.about), &self.term);
        let items: Vec<String> = choices.iter().map(item).collect();
        let rows = size(&self.term).0;
        let picked = FuzzySelect::with_theme(&ColorfulTheme::default())
            .with_prompt(question.text)
            .items(&items)
            .default(0)
            .max_length(rows.saturating_sub(4).clamp(3, 15))
            .interact_on_opt(&self.term);
        let Ok(Some(picked)) = picked else {
            self.term.show_cursor()?;
            return Ok(Err(Stop::Cancelled(None)));
        };
        let word = choices.get(picked).map(|choice| choice.word.to_owned());
        Ok(Ok(Given::Words(word.into_iter().collect())))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a key without a meaning here does nothing")]
    fn key(&mut self, question: &Question<'_>, words: &[&str], default: usize) -> std::io::Result<Answer<Given>> {
        self.hint(question.hint)?;
        let first = |word: &str, is_default: bool| {
            let first = word.chars().next().unwrap_or_default();
            if is_default { first.to_ascii_uppercase() } else { first }.to_string()
        };
        let before = question.initial.map(Given::words).unwrap_or_default();
        let default = words.iter().position(|word| before.iter().any(|before| before == word)).unwrap_or(default);
        let keys: Vec<String> = words.iter().enumerate().map(|(n, word)| first(word, n == default)).collect();
        let shown = format!("{} ({})", style(question.text).bold().for_stderr(), keys.join("/"));
        self.term.write_str(&format!("{} ", fitted(&shown, &self.term)))?;
        let answer = loop {
            match self.term.read_key_raw()? {
                Key::Enter => break words.get(default).copied(),
                Key::Escape | Key::CtrlC => break None,
                Key::BackTab | Key::ArrowLeft | Key::ArrowUp => {
                    self.term.clear_line()?;
                    return Ok(Err(Stop::Back));
                }
                Key::Char(letter) => {
                    let is_meant = |word: &&&str| word.chars().next().is_some_and(|c| c.eq_ignore_ascii_case(&letter));
                    if let Some(word) = words.iter().find(is_meant) {
                        break Some(*word);
                    }
                }
                _ => {}
            }
        };
        self.term.write_line(answer.unwrap_or_default())?;
        Ok(answer.map(|word| Given::Words(vec![word.to_owned()])).ok_or(Stop::Cancelled(None)))
    }
}

impl Prompter for Terminal {
    fn is_there(&self) -> bool {
        true
    }

    fn show(&mut self, text: &str) {
        // What cannot be shown beside a question does not keep the question from being asked.
        let _ = self.term.write_line(text);
    }

    fn ask(&mut self, question: &Question<'_>) -> Answer<Given> {
        self.try_ask(question).unwrap_or_else(|_| {
            // The cursor is a courtesy; the answer is the same without it.
            let _ = self.term.show_cursor();
            Err(Stop::Cancelled(None))
        })
    }

    fn edit(&mut self, text: &str) -> Result<String, EditorFailed> {
        editor::edit(text)
    }
}
