//! Asking a person, behind a small trait: on a real terminal, not at all, or from a script in tests.

use std::io::Write;

use dialoguer::console::{Key, Term, measure_text_width, style};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Editor, MultiSelect, Select};

use crate::cli::error::Interrupted;

/// The answer of a person. Breaking off, by Escape or Ctrl-C, is [`Interrupted`].
pub(in crate::cli) type Answer<T> = Result<T, Interrupted>;

/// Somebody who can be asked for what is missing.
pub(in crate::cli) trait Prompter {
    /// Whether anybody is there.
    fn is_there(&self) -> bool;

    /// Shows something beside the questions.
    fn show(&mut self, text: &str);

    /// Asks for one line; empty where nothing was typed.
    fn line(&mut self, question: &str) -> Answer<String>;

    /// Asks for a long text: a line, or an editor where nothing was typed and the text is needed.
    fn long(&mut self, question: &str, needed: bool) -> Answer<String>;

    /// Lets a text be edited in an editor; what is left unsaved is unchanged.
    fn edit(&mut self, text: &str) -> Answer<String>;

    /// Asks for one of the items, and returns its place.
    fn choose(&mut self, question: &str, items: &[&str], default: usize) -> Answer<usize>;

    /// Asks for any of the items, and returns their places.
    fn choose_many(&mut self, question: &str, items: &[&str]) -> Answer<Vec<usize>>;

    /// Asks for yes or no.
    fn yes_no(&mut self, question: &str, default: bool) -> Answer<bool>;
}

/// Nobody: what is missing is named instead.
pub(in crate::cli) struct Silent;

impl Prompter for Silent {
    fn is_there(&self) -> bool {
        false
    }

    fn show(&mut self, _text: &str) {}

    fn line(&mut self, _question: &str) -> Answer<String> {
        Err(Interrupted)
    }

    fn long(&mut self, _question: &str, _needed: bool) -> Answer<String> {
        Err(Interrupted)
    }

    fn edit(&mut self, _text: &str) -> Answer<String> {
        Err(Interrupted)
    }

    fn choose(&mut self, _question: &str, _items: &[&str], _default: usize) -> Answer<usize> {
        Err(Interrupted)
    }

    fn choose_many(&mut self, _question: &str, _items: &[&str]) -> Answer<Vec<usize>> {
        Err(Interrupted)
    }

    fn yes_no(&mut self, _question: &str, _default: bool) -> Answer<bool> {
        Err(Interrupted)
    }
}

/// A person at a real terminal; questions stand on standard error.
pub(in crate::cli) struct Terminal {
    term: Term,
    theme: ColorfulTheme,
}

impl Terminal {
    /// Questions hide the cursor, and Ctrl-C must not end the process before it is shown again.
    pub(in crate::cli) fn new() -> Self {
        // A second handler cannot be set; then the first one serves.
        let _ = ctrlc::set_handler(|| {
            let _ = Term::stderr().show_cursor();
        });
        Self { term: Term::stderr(), theme: ColorfulTheme::default() }
    }

    fn answer<T>(&self, result: Result<Option<T>, dialoguer::Error>) -> Answer<T> {
        match result {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) | Err(_) => {
                // The cursor is a courtesy; the answer is the same without it.
                let _ = self.term.show_cursor();
                Err(Interrupted)
            }
        }
    }

    /// Reads one line. Unlike dialoguer's input it knows Escape.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a key without a meaning here does nothing")]
    ///
    /// What is pasted comes all at once: lines behind the first belong to a long text, and are no answers to the questions
    /// that follow.
    fn read_line(&mut self, question: &str, is_long: bool) -> std::io::Result<Option<String>> {
        let prompt = format!("{} {} {} ", style("?").yellow(), style(question).bold(), style("›").dim());
        let mut typed: Vec<char> = Vec::new();
        let mut place: usize = 0;
        loop {
            let width = usize::from(self.term.size().1).saturating_sub(measure_text_width(&prompt) + 1).max(8);
            let start = place.saturating_sub(width);
            let visible = |c: &char| if *c == '\n' { '⏎' } else { *c };
            let shown: String = typed.iter().skip(start).take(width).map(visible).collect();
            let behind: String =
                typed.iter().skip(place).take(width.saturating_sub(place - start)).map(visible).collect();
            self.term.clear_line()?;
            write!(&self.term, "{prompt}{shown}")?;
            self.term.move_cursor_left(measure_text_width(&behind))?;
            self.term.flush()?;
            match self.term.read_key()? {
                Key::Enter if is_long && is_more_typed() => {
                    typed.insert(place, '\n');
                    place += 1;
                }
                Key::Enter => break,
                Key::Escape | Key::CtrlC => {
                    self.term.write_line("")?;
                    return Ok(None);
                }
                Key::Char('\u{15}') => {
                    typed.drain(..place);
                    place = 0;
                }
                Key::Char(c) if !c.is_control() => {
                    typed.insert(place, c);
                    place += 1;
                }
                Key::Backspace if place > 0 => {
                    place -= 1;
                    typed.remove(place);
                }
                Key::Del if place < typed.len() => {
                    typed.remove(place);
                }
                Key::ArrowLeft => place = place.saturating_sub(1),
                Key::ArrowRight => place = (place + 1).min(typed.len()),
                Key::Home => place = 0,
                Key::End => place = typed.len(),
                _ => {}
            }
        }
        let line: String = typed.into_iter().collect();
        self.term.clear_line()?;
        let mark = if line.trim().is_empty() { style("-").dim() } else { style("✔").green() };
        let shown = line.replace('\n', "⏎");
        self.term.write_line(&format!("{mark} {} {} {shown}", style(question).bold(), style("·").dim()))?;
        if is_more_typed() {
            while is_more_typed() {
                self.term.read_key()?;
            }
            self.term.write_line("  only its first line was taken of what was pasted")?;
        }
        Ok(Some(line))
    }
}

/// Whether more was typed than was read: nobody is that fast, so it was pasted.
#[cfg(unix)]
fn is_more_typed() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    const SOON: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
    let stdin = std::io::stdin();
    poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&SOON)).is_ok_and(|ready| ready > 0)
}

#[cfg(not(unix))]
fn is_more_typed() -> bool {
    false
}

impl Prompter for Terminal {
    fn is_there(&self) -> bool {
        true
    }

    fn show(&mut self, text: &str) {
        // What cannot be shown beside a question does not keep the question from being asked.
        let _ = self.term.write_line(text);
    }

    fn line(&mut self, question: &str) -> Answer<String> {
        let line = self.read_line(question, false).map_err(dialoguer::Error::from);
        self.answer(line)
    }

    fn long(&mut self, question: &str, needed: bool) -> Answer<String> {
        let how =
            if needed { "one line, or Enter for an editor" } else { "one line, `e` for an editor, Enter for none" };
        let line = self.read_line(&format!("{question} ({how})"), true).map_err(dialoguer::Error::from);
        let line = self.answer(line)?;
        let wants_editor = if needed { line.trim().is_empty() } else { line.trim() == "e" };
        if !wants_editor {
            return Ok(line);
        }
        Ok(self.edit("")?.trim_end_matches(['\n', '\r']).to_owned())
    }

    fn edit(&mut self, text: &str) -> Answer<String> {
        let edited = Editor::new().edit(text).map(Some);
        Ok(self.answer(edited)?.unwrap_or_else(|| text.to_owned()))
    }

    fn choose(&mut self, question: &str, items: &[&str], default: usize) -> Answer<usize> {
        let select = Select::with_theme(&self.theme).with_prompt(question).items(items).default(default);
        let answer = select.interact_on_opt(&self.term);
        self.answer(answer)
    }

    fn choose_many(&mut self, question: &str, items: &[&str]) -> Answer<Vec<usize>> {
        let question = format!("{question} (Space marks, Enter ends)");
        let select = MultiSelect::with_theme(&self.theme).with_prompt(question).items(items);
        let answer = select.interact_on_opt(&self.term);
        self.answer(answer)
    }

    fn yes_no(&mut self, question: &str, default: bool) -> Answer<bool> {
        let confirm = Confirm::with_theme(&self.theme).with_prompt(question).default(default);
        let answer = confirm.interact_on_opt(&self.term);
        if !matches!(answer, Ok(Some(_))) {
            // The next line does not stand behind the question.
            let _ = self.term.write_line("");
        }
        self.answer(answer)
    }
}

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "any other answer is wrong")]
pub(in crate::cli) mod scripted {
    //! Answers from a script.

    use std::collections::VecDeque;

    use super::{Answer, Prompter};
    use crate::cli::error::Interrupted;

    /// One answer; running out of them breaks off.
    #[derive(Debug, Clone, Copy)]
    pub(in crate::cli) enum Say {
        Text(&'static str),
        Choose(&'static str),
        Mark(&'static [&'static str]),
        Yes,
        No,
    }

    /// A person who answers from a script, and fails the test at a question of another kind.
    #[derive(Debug)]
    pub(in crate::cli) struct Scripted(pub(in crate::cli) VecDeque<Say>);

    impl Scripted {
        fn next(&mut self) -> Answer<Say> {
            self.0.pop_front().ok_or(Interrupted)
        }
    }

    impl Prompter for Scripted {
        fn is_there(&self) -> bool {
            true
        }

        fn show(&mut self, _text: &str) {}

        fn line(&mut self, question: &str) -> Answer<String> {
            match self.next()? {
                Say::Text(text) => Ok(text.to_owned()),
                other => panic!("`{question}` wants a text, not {other:?}"),
            }
        }

        fn long(&mut self, question: &str, _needed: bool) -> Answer<String> {
            self.line(question)
        }

        fn edit(&mut self, text: &str) -> Answer<String> {
            self.line(text)
        }

        fn choose(&mut self, question: &str, items: &[&str], _default: usize) -> Answer<usize> {
            match self.next()? {
                Say::Choose(word) => Ok(items.iter().position(|item| *item == word).expect("the word is listed")),
                other => panic!("`{question}` wants a choice, not {other:?}"),
            }
        }

        fn choose_many(&mut self, question: &str, items: &[&str]) -> Answer<Vec<usize>> {
            match self.next()? {
                Say::Mark(words) => Ok(words
                    .iter()
                    .map(|word| items.iter().position(|item| item == word).expect("the word is listed"))
                    .collect()),
                other => panic!("`{question}` wants marks, not {other:?}"),
            }
        }

        fn yes_no(&mut self, question: &str, _default: bool) -> Answer<bool> {
            match self.next()? {
                Say::Yes => Ok(true),
                Say::No => Ok(false),
                other => panic!("`{question}` wants yes or no, not {other:?}"),
            }
        }
    }
}
