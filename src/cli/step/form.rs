//! Completing a command's inputs, in one place: given, else asked, else missing.

use std::path::PathBuf;

use super::drafts::{Typed, typed};
use super::prompt::{Answer, Prompter};
use crate::cli::error::Interrupted;
use crate::cli::input::{KeyArg, Text, first};
use crate::cli::output::visible;
use crate::store::StoreError;
use crate::workflow::Context;
use crate::workflow::command::{Command, NewFile};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::requirements::requirements;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::Tickets;
use crate::workflow::vocabulary::Word;

/// A file to attach: where it is, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct FileArg {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) file: NewFile,
}

impl FileArg {
    pub(in crate::cli) fn look_at(path: PathBuf) -> Result<Self, StoreError> {
        Ok(Self { file: NewFile::look_at(&path)?, path })
    }
}

/// The inputs of one command as they are being completed.
pub(in crate::cli) struct Form<'a> {
    /// The tickets that the command is about.
    pub(in crate::cli) tickets: &'a Tickets,
    /// Who, when, and what is in force.
    pub(in crate::cli) context: &'a Context,
    /// The files given, and those that a person named when asked.
    pub(in crate::cli) files: Vec<FileArg>,
    prompter: &'a mut dyn Prompter,
    about: Option<(Step, Key)>,
    rules: Vec<(Field, Rule)>,
    failures: Vec<Failure>,
    said: Vec<(Field, String)>,
    has_asked: bool,
    /// Whether what was typed before was brought back: it is shown again before it is written.
    pub(in crate::cli) is_recovered: bool,
    is_interrupted: bool,
}

impl<'a> Form<'a> {
    pub(in crate::cli) fn new(
        tickets: &'a Tickets,
        context: &'a Context,
        files: Vec<FileArg>,
        prompter: &'a mut dyn Prompter,
    ) -> Self {
        Self {
            tickets,
            context,
            files,
            prompter,
            about: None,
            rules: Vec::new(),
            failures: Vec::new(),
            said: Vec::new(),
            has_asked: false,
            is_recovered: false,
            is_interrupted: false,
        }
    }

    /// Says which step it is, and learns what that needs. Nobody is asked for a step that is not open: `None` then.
    pub(in crate::cli) fn begin(&mut self, step: Step, key: &Key) -> Option<()> {
        let needs = requirements(self.tickets, key, step, self.context);
        self.about = Some((step, key.clone()));
        self.rules = needs.inputs;
        self.failures.extend(needs.illegal.into_iter().chain(needs.unmet));
        (self.failures.is_empty() || !self.prompter.is_there()).then_some(())
    }

    /// Begins a step on the first ticket that was named, as [`Form::begin`] does.
    pub(in crate::cli) fn begin_on(&mut self, step: Step, tickets: &[KeyArg]) -> Option<Key> {
        let key = first(tickets)?;
        self.begin(step, &key)?;
        Some(key)
    }

    /// Says what a step without a ticket needs.
    pub(in crate::cli) fn begin_new(&mut self, rules: &[(Field, Rule)]) {
        self.rules = rules.to_vec();
    }

    /// The typed answers, as the flags that say the same; nothing if nobody was asked.
    pub(in crate::cli) fn typed(&self) -> Vec<Typed> {
        if !self.has_asked {
            return Vec::new();
        }
        let files: Vec<PathBuf> = self.files.iter().map(|file| file.path.clone()).collect();
        typed(&self.said, &files)
    }

    /// The command, or everything that is missing.
    pub(in crate::cli) fn finish(self, command: Option<Command>) -> anyhow::Result<(Command, Vec<FileArg>)> {
        if self.is_interrupted {
            return Err(Interrupted.into());
        }
        match command {
            Some(command) if self.failures.is_empty() => Ok((command, self.files)),
            _ => Err(Refusal { about: self.about, failures: self.failures }.into()),
        }
    }

    /// Shows what will be written and asks for a yes, if a person was asked, now or before.
    pub(in crate::cli) fn confirm(&mut self) {
        if !self.has_asked() || self.is_interrupted || !self.failures.is_empty() {
            return;
        }
        let mut lines = vec![String::new()];
        for (field, value) in &self.said {
            let value = first_line(value);
            lines.push(format!("  {:<20} {}", field.name().replace('_', " "), visible(&value)));
        }
        lines.push(String::new());
        self.prompter.show(&lines.join("\n"));
        match self.prompter.yes_no("Save?", true) {
            Ok(true) => {}
            Ok(false) | Err(Interrupted) => self.is_interrupted = true,
        }
    }

    /// Whether somebody is there to be asked.
    pub(in crate::cli) fn is_interactive(&self) -> bool {
        self.prompter.is_there()
    }

    /// Whether somebody has been asked, now or before what was typed was brought back: then optional inputs are asked for
    /// too.
    pub(in crate::cli) fn has_asked(&self) -> bool {
        self.has_asked || self.is_recovered
    }

    /// Shows something beside the questions.
    pub(in crate::cli) fn show(&mut self, text: &str) {
        self.prompter.show(text);
    }

    /// Notes that something is wrong.
    pub(in crate::cli) fn fail(&mut self, failure: Failure) {
        self.failures.push(failure);
    }

    /// Notes that a required input is missing.
    pub(in crate::cli) fn miss(&mut self, field: Field) {
        let rule = self.rules.iter().find(|(needed, _)| *needed == field).map_or(Rule::R27, |(_, rule)| *rule);
        self.failures.push(Failure::Missing { rule, field });
    }

    /// Asks, where somebody is there and has not broken off.
    pub(in crate::cli) fn ask<T>(&mut self, ask: impl FnOnce(&mut dyn Prompter) -> Answer<T>) -> Option<T> {
        if !self.prompter.is_there() || self.is_interrupted {
            return None;
        }
        self.has_asked = true;
        match ask(self.prompter) {
            Ok(answer) => Some(answer),
            Err(Interrupted) => {
                self.is_interrupted = true;
                None
            }
        }
    }

    /// A required line.
    pub(in crate::cli) fn line(&mut self, field: Field, given: Option<&String>) -> Option<String> {
        self.required(field, nonblank(given.cloned()), |prompter| prompter.line(field.question()))
    }

    /// A required long text.
    pub(in crate::cli) fn text(&mut self, field: Field, given: Option<&Text>) -> Option<String> {
        self.required(field, given.and_then(Text::get), |prompter| prompter.long(field.question(), true))
    }

    /// An optional line: asked for only where something else was.
    pub(in crate::cli) fn optional_line(&mut self, field: Field, given: Option<&String>) -> Option<String> {
        self.optional(field, nonblank(given.cloned()), |prompter| prompter.line(field.question()))
    }

    /// An optional long text: asked for only where something else was.
    pub(in crate::cli) fn optional_text(&mut self, field: Field, given: Option<&Text>) -> Option<String> {
        self.optional(field, given.and_then(Text::get), |prompter| prompter.long(field.question(), false))
    }

    /// An optional text that is never asked for.
    pub(in crate::cli) fn unasked(&mut self, field: Field, given: Option<&Text>) -> Option<String> {
        let text = given.and_then(Text::get);
        self.say(field, text.as_deref());
        text
    }

    /// A required word of a closed set.
    pub(in crate::cli) fn word<T: Word>(&mut self, field: Field, given: Option<T>, default: T) -> Option<T> {
        let asked = match given {
            Some(word) => Some(word),
            None => {
                let words: Vec<&str> = T::ALL.iter().map(|word| word.as_str()).collect();
                let place = T::ALL.iter().position(|word| *word == default).unwrap_or_default();
                let chosen = self.ask(|prompter| prompter.choose(field.question(), &words, place));
                chosen.and_then(|chosen| T::ALL.get(chosen).copied())
            }
        };
        self.keep(field, asked, |word| word.as_str().to_owned())
    }

    /// Files, where none was given and somebody is being asked anyway: one path a line, until an empty one.
    pub(in crate::cli) fn more_files(&mut self) {
        if !self.files.is_empty() || !self.has_asked() {
            return;
        }
        while let Some(path) = self
            .ask(|prompter| prompter.line(&format!("{} (a path, Enter for {})", Field::Attach.question(), "no more")))
        {
            let path = path.trim();
            if path.is_empty() {
                break;
            }
            match FileArg::look_at(path.into()) {
                Ok(file) => self.files.push(file),
                Err(error) => self.show(&format!("  {error}")),
            }
        }
        let names: Vec<String> = self.files.iter().map(|file| file.file.name.clone()).collect();
        self.say(Field::Attach, Some(names.join(", ")).filter(|names| !names.is_empty()).as_deref());
    }

    /// The files that the command attaches.
    pub(in crate::cli) fn attached(&self) -> Vec<NewFile> {
        self.files.iter().map(|file| file.file.clone()).collect()
    }

    /// Keeps an answer for the summary, or notes that it is missing.
    pub(in crate::cli) fn keep<T>(&mut self, field: Field, value: Option<T>, show: impl Fn(&T) -> String) -> Option<T> {
        match value {
            Some(value) => {
                self.say(field, Some(&show(&value)));
                Some(value)
            }
            None => {
                self.miss(field);
                None
            }
        }
    }

    /// Keeps what was given or asked for the summary.
    pub(in crate::cli) fn say(&mut self, field: Field, value: Option<&str>) {
        if let Some(value) = value {
            self.said.push((field, value.to_owned()));
        }
    }

    fn required(
        &mut self,
        field: Field,
        given: Option<String>,
        ask: impl Fn(&mut dyn Prompter) -> Answer<String>,
    ) -> Option<String> {
        let mut value = given;
        while value.is_none() && self.prompter.is_there() && !self.is_interrupted {
            value = nonblank(self.ask(&ask));
            if value.is_none() && !self.is_interrupted {
                self.show("  Required.");
            }
        }
        self.keep(field, value, Clone::clone)
    }

    fn optional(
        &mut self,
        field: Field,
        given: Option<String>,
        ask: impl Fn(&mut dyn Prompter) -> Answer<String>,
    ) -> Option<String> {
        let value = match given {
            None if self.has_asked() => nonblank(self.ask(ask)),
            given => given,
        };
        self.say(field, value.as_deref());
        value
    }
}

/// A text that says something.
pub(in crate::cli) fn nonblank(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    if lines.next().is_some() { format!("{first} …") } else { first }
}
