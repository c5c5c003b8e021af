//! `cus eng-assess` (R13–R15).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, TimeArg, one_or_many, word};
use crate::cli::output::{local, rfc3339};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::Time;
use crate::workflow::assessment::raised;
use crate::workflow::command::{Command, EngAssess};
use crate::workflow::field::Field;
use crate::workflow::refusal::Failure;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{Impact, Priority, Severity};

const UNKNOWN: &str = "unknown";

/// Assess cause, severity and impact; again, only what changes
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct EngAssessArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// The cause (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    cause: Option<Text>,
    /// When the issue started, or `unknown` (asked for on a terminal)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    started: Option<Started>,
    /// The ticket that caused it, or `unknown` (asked for on a terminal)
    #[arg(long, value_name = "TICKET", allow_hyphen_values = true)]
    caused_by: Option<String>,
    /// Is the application down or unusable? `outage`: it is; `major`: a main function fails; `minor`: it works with
    /// effort; `cosmetic`: it only looks wrong (asked for on a terminal)
    #[arg(long, value_name = "SEVERITY", value_parser = word::<Severity>())]
    severity: Option<Severity>,
    /// How many customers are affected? `one`; `some`: a few; `large`: many, or a large one (asked for on a terminal)
    #[arg(long, value_name = "IMPACT", value_parser = word::<Impact>())]
    impact: Option<Impact>,
    /// The workaround, in words for customers, or `none`, or `unknown` (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    workaround: Option<Text>,
    /// The number of customers affected, where it is known
    #[arg(long, value_name = "N")]
    customers_affected: Option<u64>,
    /// Keep the priority though severity and impact name a higher one (`cus policy get`); needs a note
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    keep_priority: bool,
    /// Send at once the notices that your roles owe because of it
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    tell: bool,
    /// Why, or what else colleagues should know
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

/// When an issue started: a time, or the answer that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Started {
    At(TimeArg),
    Unknown,
}

impl std::str::FromStr for Started {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().eq_ignore_ascii_case(UNKNOWN) { Ok(Self::Unknown) } else { text.parse().map(Self::At) }
    }
}

impl<'de> Deserialize<'de> for Started {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Started {
    /// The time; `Some(None)` is "unknown", and `None` a time beyond those that can be printed.
    fn resolve(self, now: Time) -> Option<Option<Time>> {
        match self {
            Self::At(time) => time.before(now).map(Some),
            Self::Unknown => Some(None),
        }
    }
}

impl StepCommand for EngAssessArgs {
    const STEPS: &'static [Step] = &[Step::EngAssess];
}

impl StepArguments for EngAssessArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn gives_notices(&self) -> bool {
        self.tell
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.cause.iter_mut().chain(&mut self.workaround).chain(&mut self.note).collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::EngAssess, &self.cus)?;
        let old = form.tickets.cus_for(&cus).and_then(|cus| cus.assessment.clone());
        let asks_again = form.is_interactive() && self.is_bare();
        if let Some(old) = old.as_ref().filter(|_| asks_again) {
            form.fill(Field::Cause, old.cause.clone());
            form.fill(Field::Started, old.started.map_or_else(|| UNKNOWN.to_owned(), rfc3339));
            form.fill(Field::CausedBy, old.caused_by.clone());
            form.fill(Field::Workaround, old.workaround.clone());
            form.fill(
                Field::CustomersAffected,
                old.customers_affected.map(|count| count.to_string()).unwrap_or_default(),
            );
        }
        let kept = old.as_ref().filter(|_| !asks_again);
        let text =
            |given: &Option<Text>, old: Option<&String>| given.clone().or_else(|| old.cloned().map(Text::Itself));
        let cause = form.text(Field::Cause, text(&self.cause, kept.map(|old| &old.cause)).as_ref());
        let started = match kept.filter(|_| self.started.is_none()) {
            Some(old) => Some(old.started),
            None => self.started(form),
        };
        let caused_by = form.line(Field::CausedBy, self.caused_by.as_ref().or(kept.map(|old| &old.caused_by)));
        let severity = self.severity.or(kept.map(|old| old.severity));
        let severity = form.word(Field::Severity, severity, old.as_ref().map_or(Severity::Major, |old| old.severity));
        let workaround = text(&self.workaround, kept.map(|old| &old.workaround));
        let workaround = form.text(Field::Workaround, workaround.as_ref()).map(known);
        let impact = self.impact.or(kept.map(|old| old.impact));
        let impact = form.word(Field::Impact, impact, old.as_ref().map_or(Impact::One, |old| old.impact));
        let count = self.customers_affected.or(kept.and_then(|old| old.customers_affected));
        let customers_affected = match old.as_ref().and_then(|old| old.customers_affected) {
            Some(_) if asks_again => form.parsed(Field::CustomersAffected, true, count_of),
            _ => count,
        };
        let named = severity.zip(impact).zip(workaround.as_ref()).and_then(|((severity, impact), workaround)| {
            raised(form.tickets.cus_for(&cus)?, severity, impact, workaround, form.context.policy.matrix())
        });
        let keep_priority = self.keep_priority || named.is_some_and(|priority| keeps(form, priority));
        let note = match &self.note {
            None if keep_priority && named.is_some() && form.has_asked() => form.text(Field::Note, None),
            note => form.unasked(Field::Note, note.as_ref()),
        };
        let assessment = EngAssess {
            cus,
            cause: cause?,
            started: started?,
            caused_by: known(caused_by?),
            severity: severity?,
            impact: impact?,
            workaround: workaround?,
            customers_affected,
            keep_priority,
            note,
        };
        Some(form.and_tell(self.tell, assessment))
    }
}

impl EngAssessArgs {
    /// Whether nothing of the finding is given.
    fn is_bare(&self) -> bool {
        let Self { cause, started, caused_by, severity, impact, workaround, customers_affected, .. } = self;
        [cause.is_none(), started.is_none(), caused_by.is_none(), severity.is_none(), impact.is_none()]
            .into_iter()
            .chain([workaround.is_none(), customers_affected.is_none()])
            .all(|is_none| is_none)
    }

    /// The time; `Some(None)` is the answer that nobody knows.
    fn started(&self, form: &mut Form<'_>) -> Option<Option<Time>> {
        let now = form.context.now;
        let parse = |text: &str| {
            let started: Started = text.parse()?;
            match started.resolve(now).flatten() {
                Some(time) if time > now => Err(Failure::StartsLater.to_string()),
                _ => Ok(started),
            }
        };
        let answer = self.started.or_else(|| form.parsed(Field::Started, false, parse));
        let shown = |started: &Started| started.resolve(now).flatten().map_or_else(|| UNKNOWN.to_owned(), local);
        let started = form.keep(Field::Started, answer, shown)?.resolve(now);
        if started.is_none() {
            form.fail(Failure::NoSuchTime { rule: Rule::R13, field: Field::Started });
        }
        started
    }
}

/// Asks a person who is being asked anyway whether the priority stays, though a higher one is named (R40).
fn keeps(form: &mut Form<'_>, priority: Priority) -> bool {
    form.has_asked() && form.yes_no("raise", &format!("Raise the priority to {priority} (R40)?"), true) == Some(false)
}

fn count_of(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "A number, such as 12.".to_owned())
}

/// The answers `unknown` and `none` have one spelling.
fn known(text: String) -> String {
    let word = text.trim().to_ascii_lowercase();
    if matches!(word.as_str(), UNKNOWN | "none") { word } else { text }
}
