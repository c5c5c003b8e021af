//! Completing a command's inputs, in one place: given, else asked, else missing.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::question::{Choice, Given, Kind, Prompter, Question, Stop, YES, YES_NO};
use crate::cli::config::{Config, Limits};
use crate::cli::error::Interrupted;
use crate::cli::input::{DateArg, KeyArg, Text, first};
use crate::cli::output::visible;
use crate::store::StoreError;
use crate::workflow::Context;
use crate::workflow::command::{Command, NewFile};
use crate::workflow::event::{Event, Fact};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::requirements::requirements;
use crate::workflow::rule::Rule;
use crate::workflow::rules::decide;
use crate::workflow::step::Step;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::vocabulary::Word;

/// A file to attach: where it is, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct FileArg {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) file: NewFile,
}

impl FileArg {
    /// Looks at a file, which is no larger than the configuration lets files be.
    pub(in crate::cli) fn look_at(path: PathBuf) -> Result<Self, StoreError> {
        let limit = Config::read().map_or_else(|_| Limits::default(), |config| config.limits).attachment;
        if std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() > limit.saturating_mul(1 << 20)) {
            let told =
                format!("it has more than {limit} MiB, which `attachment` in [limits] of the configuration sets");
            return Err(StoreError::File { path, error: std::io::Error::other(told) });
        }
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
    filled: Vec<(Field, Given)>,
    has_asked: bool,
    known: &'a dyn Known,
    stop: Option<Stop>,
}

/// What the database knows that helps to answer.
pub(in crate::cli) trait Known {
    /// The values that a field had before.
    fn values(&self, _field: Field) -> Vec<String> {
        Vec::new()
    }

    /// The open CUS tickets that a customer's ticket looks like, each with its summary.
    fn look_alikes(&self, _csd: &Csd) -> Vec<(Key, String)> {
        Vec::new()
    }
}

/// Nothing is known.
struct NothingKnown;

impl Known for NothingKnown {}

/// How a person ends a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Ending {
    /// All is as it should be, or nobody is asked.
    Done,
    /// The question before is wanted again.
    Back,
    /// An answer is to be changed.
    Edit,
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
            filled: Vec::new(),
            has_asked: false,
            known: &NothingKnown,
            stop: None,
        }
    }

    /// Helps to answer from what is known.
    pub(in crate::cli) fn knowing(self, known: &'a dyn Known) -> Self {
        Self { known, ..self }
    }

    /// What helps to answer.
    pub(in crate::cli) fn known(&self) -> &'a dyn Known {
        self.known
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

    /// The command, or everything that is missing.
    pub(in crate::cli) fn finish(self, command: Option<Command>) -> anyhow::Result<(Command, Vec<FileArg>)> {
        if self.stop.is_some() {
            return Err(Interrupted.into());
        }
        match command {
            Some(command) if self.failures.is_empty() => Ok((command, self.files)),
            _ => Err(Refusal { about: self.about, failures: self.failures }.into()),
        }
    }

    /// Shows what will be saved and asks for a yes, if a person was asked.
    pub(in crate::cli) fn confirm(&mut self) -> Ending {
        if let Some(stop) = &self.stop {
            return if *stop == Stop::Back { Ending::Back } else { Ending::Done };
        }
        if !self.has_asked || !self.failures.is_empty() {
            return Ending::Done;
        }
        let mut lines = vec![String::new()];
        for (field, value) in &self.said {
            let value = Given::Text(value.clone()).in_brief();
            lines.push(format!("  {:<18}  {}", field.name().replace('_', " "), visible(&value)));
        }
        lines.push(String::new());
        self.prompter.show(&lines.join("\n"));
        let kind = Kind::Key { words: &[YES, EDIT, "no"], default: 0 };
        match self.prompter.ask(&Question { id: "", text: "Save?", hint: "", kind, initial: None }) {
            Ok(given) if given.words().iter().any(|word| word == YES) => Ending::Done,
            Ok(given) if given.words().iter().any(|word| word == EDIT) => Ending::Edit,
            Ok(_) | Err(Stop::Cancelled(_)) => {
                self.stop = Some(Stop::Cancelled(None));
                Ending::Done
            }
            Err(Stop::Back) => Ending::Back,
            Err(Stop::Nobody) => Ending::Done,
        }
    }

    /// Whether somebody is there to be asked.
    pub(in crate::cli) fn is_interactive(&self) -> bool {
        self.prompter.is_there()
    }

    /// Whether somebody has been asked: then optional inputs are asked for too.
    pub(in crate::cli) fn has_asked(&self) -> bool {
        self.has_asked
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
        self.failures.push(Failure::Missing { rule: self.rule_of(field), field });
    }

    /// Returns the rule that demands an input.
    pub(in crate::cli) fn rule_of(&self, field: Field) -> Rule {
        let needed = self.rules.iter().find(|(needed, _)| *needed == field).map(|(_, rule)| *rule);
        needed.or(self.about.as_ref().map(|(step, _)| step.rule())).unwrap_or(Rule::R27)
    }

    /// Asks, where somebody is there and has not stopped.
    pub(in crate::cli) fn ask(&mut self, question: &Question<'_>) -> Option<Given> {
        if !self.prompter.is_there() || self.stop.is_some() {
            return None;
        }
        match self.prompter.ask(question) {
            Ok(given) => {
                self.has_asked = true;
                Some(given)
            }
            Err(Stop::Nobody) => None,
            Err(stop) => {
                self.has_asked = true;
                self.stop = Some(stop);
                None
            }
        }
    }

    /// Fills in the question for a line or a text, to be changed.
    pub(in crate::cli) fn fill(&mut self, field: Field, text: String) {
        self.filled.push((field, Given::Text(text)));
    }

    /// Asks for yes or no.
    pub(in crate::cli) fn yes_no(&mut self, id: &str, text: &str, default: bool) -> Option<bool> {
        let kind = Kind::Key { words: &YES_NO, default: usize::from(!default) };
        let given = self.ask(&Question { id, text, hint: "", kind, initial: None })?;
        Some(given.words().iter().any(|word| word == YES))
    }

    /// The command, with the notices that follow from it where that is wanted: given, else asked for where something
    /// else was and there are any.
    pub(in crate::cli) fn and_tell(&mut self, given: bool, command: impl Into<Command>) -> Command {
        let command = command.into();
        if given {
            return command.and_tell();
        }
        let telling = command.clone().and_tell();
        let is_notice = |event: &Event| matches!(event.fact, Fact::Notified(_));
        let can_tell = self.has_asked
            && decide(self.tickets, &telling, self.context).is_ok_and(|events| events.iter().any(is_notice));
        let is_wanted = can_tell && self.yes_no(Field::Tell.name(), Field::Tell.question(), false) == Some(true);
        if is_wanted { telling } else { command }
    }

    /// A required line.
    pub(in crate::cli) fn line(&mut self, field: Field, given: Option<&String>) -> Option<String> {
        let line = nonblank(given.cloned()).or_else(|| self.ask_line(field, &required));
        self.keep(field, line, Clone::clone)
    }

    /// A required long text.
    pub(in crate::cli) fn text(&mut self, field: Field, given: Option<&Text>) -> Option<String> {
        self.text_as(field, field.question(), given)
    }

    /// A required long text, asked for in these words.
    pub(in crate::cli) fn text_as(&mut self, field: Field, question: &str, given: Option<&Text>) -> Option<String> {
        let text = given.and_then(Text::get);
        let text = text.or_else(|| self.ask_text(field, question, Kind::Long { check: &required }));
        self.keep(field, text, Clone::clone)
    }

    /// An optional line: asked for only where something else was.
    pub(in crate::cli) fn optional_line(&mut self, field: Field, given: Option<&String>) -> Option<String> {
        let line = match nonblank(given.cloned()) {
            None if self.has_asked => self.ask_line(field, &anything),
            given => given,
        };
        self.say(field, line.as_deref());
        line
    }

    /// An optional long text: asked for only where something else was.
    pub(in crate::cli) fn optional_text(&mut self, field: Field, given: Option<&Text>) -> Option<String> {
        let text = match given.and_then(Text::get) {
            None if self.has_asked => self.ask_text(field, field.question(), Kind::Long { check: &anything }),
            given => given,
        };
        self.say(field, text.as_deref());
        text
    }

    /// An optional long text that is asked for whether or not something else was.
    pub(in crate::cli) fn offered_text(&mut self, field: Field) -> Option<String> {
        let text = self.ask_text(field, field.question(), Kind::Long { check: &anything });
        self.say(field, text.as_deref());
        text
    }

    /// A value that is read from a line; where it is optional, an empty line is none.
    pub(in crate::cli) fn parsed<T>(
        &mut self,
        field: Field,
        is_optional: bool,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let check = |text: &str| {
            if text.trim().is_empty() {
                return if is_optional { Ok(()) } else { required(text) };
            }
            parse(text.trim()).map(drop)
        };
        let line = self.ask_line(field, &check)?;
        parse(line.trim()).ok()
    }

    fn ask_line(&mut self, field: Field, check: &dyn Fn(&str) -> Result<(), String>) -> Option<String> {
        let offers = if self.prompter.is_there() { self.known.values(field) } else { Vec::new() };
        self.ask_text(field, field.question(), Kind::Line { offers: &offers, check })
    }

    fn ask_text(&mut self, field: Field, text: &str, kind: Kind<'_>) -> Option<String> {
        let hint = field.hint();
        let filled = self.filled.iter().find(|(filled, _)| *filled == field).map(|(_, given)| given.clone());
        let given = self.ask(&Question { id: field.name(), text, hint, kind, initial: filled.as_ref() })?;
        nonblank(Some(given.text().to_owned()))
    }

    /// A required key.
    pub(in crate::cli) fn key(&mut self, field: Field) -> Option<Key> {
        let key = self.parsed(field, false, |text| text.parse::<Key>().map_err(|error| error.to_string()));
        self.keep(field, key, ToString::to_string)
    }

    /// An optional day in the team's time zone: asked for only where something else was.
    pub(in crate::cli) fn date(&mut self, field: Field, given: Option<DateArg>) -> Option<NaiveDate> {
        let answer = match given {
            None if self.has_asked => {
                let today = self.context.today();
                let parse = |text: &str| {
                    let date: DateArg = text.parse()?;
                    match date.resolve(today) {
                        Some(day) if day < today => Err(Failure::TargetDatePast { date: day, today }.to_string()),
                        Some(_) => Ok(date),
                        None => Err("there is no such day".to_owned()),
                    }
                };
                self.parsed(field, true, parse)
            }
            given => given,
        };
        self.given_date(field, answer)
    }

    /// A day in the team's time zone that is never asked for.
    pub(in crate::cli) fn given_date(&mut self, field: Field, given: Option<DateArg>) -> Option<NaiveDate> {
        let date = given?.resolve(self.context.today());
        if date.is_none() {
            let rule = self.rule_of(field);
            self.fail(Failure::NoSuchTime { rule, field });
        }
        self.say(field, date.map(|date| date.to_string()).as_deref());
        date
    }

    /// An optional text that is never asked for.
    pub(in crate::cli) fn unasked(&mut self, field: Field, given: Option<&Text>) -> Option<String> {
        let text = given.and_then(Text::get);
        self.say(field, text.as_deref());
        text
    }

    /// A required word of a closed set.
    pub(in crate::cli) fn word<T: Word>(&mut self, field: Field, given: Option<T>, default: T) -> Option<T> {
        let word = given.or_else(|| {
            let choices = choices::<T>(field);
            let default = T::ALL.iter().position(|word| *word == default).unwrap_or_default();
            self.ask_words(field, Kind::One { choices: &choices, default }).into_iter().next()
        });
        self.keep(field, word, |word| word.as_str().to_owned())
    }

    /// Required words of a closed set, at least one.
    pub(in crate::cli) fn words<T: Word>(&mut self, field: Field, given: &[T]) -> Option<Vec<T>> {
        let words = if given.is_empty() {
            let choices = choices::<T>(field);
            self.ask_words(field, Kind::Any { choices: &choices })
        } else {
            given.to_vec()
        };
        let words = Some(words).filter(|words| !words.is_empty());
        self.keep(field, words, |words| words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "))
    }

    fn ask_words<T: Word>(&mut self, field: Field, kind: Kind<'_>) -> Vec<T> {
        let (id, text, hint) = (field.name(), field.question(), field.hint());
        let given = self.ask(&Question { id, text, hint, kind, initial: None });
        let words = given.iter().flat_map(Given::words);
        words.filter_map(|word| T::from_word(word)).collect()
    }

    /// Files, where none was given and somebody is being asked anyway: one path a line, until an empty one.
    pub(in crate::cli) fn more_files(&mut self) {
        if !self.files.is_empty() || !self.has_asked {
            return;
        }
        let look_at = |path: &str| FileArg::look_at(path.trim().into()).map_err(|error| error.to_string());
        let check = |path: &str| if path.trim().is_empty() { Ok(()) } else { look_at(path).map(drop) };
        while let Some(path) = self.ask_text(Field::Attach, Field::Attach.question(), Kind::Path { check: &check }) {
            self.files.extend(look_at(&path));
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
}

const EDIT: &str = "edit";

fn required(text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err("Required.".to_owned()) } else { Ok(()) }
}

#[expect(clippy::unnecessary_wraps, reason = "it is a check like others")]
fn anything(_: &str) -> Result<(), String> {
    Ok(())
}

fn choices<T: Word>(field: Field) -> Vec<Choice<'static>> {
    T::ALL.iter().map(|word| Choice { word: word.as_str(), about: field.about(word.as_str()) }).collect()
}

/// A text that says something.
pub(in crate::cli) fn nonblank(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
