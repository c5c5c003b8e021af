//! `cus eng-assess` (R13–R15).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, TimeArg, one_or_many, word};
use crate::cli::output::local;
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::Time;
use crate::workflow::command::{Command, EngAssess};
use crate::workflow::field::Field;
use crate::workflow::refusal::Failure;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{Impact, Severity};

/// Assess cause, severity and impact
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
    /// Is the application down or unusable? (asked for on a terminal)
    #[arg(long, value_name = "SEVERITY", value_parser = word::<Severity>())]
    severity: Option<Severity>,
    /// How many customers are affected? (asked for on a terminal)
    #[arg(long, value_name = "IMPACT", value_parser = word::<Impact>())]
    impact: Option<Impact>,
    /// The workaround, in words for customers, or `none`, or `unknown` (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    workaround: Option<Text>,
    /// The number of customers affected, where it is known
    #[arg(long, value_name = "N")]
    customers_affected: Option<u64>,
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
        if text.trim().eq_ignore_ascii_case("unknown") { Ok(Self::Unknown) } else { text.parse().map(Self::At) }
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

    fn texts(&mut self) -> Vec<&mut Text> {
        self.cause.iter_mut().chain(&mut self.workaround).collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::EngAssess, &self.cus)?;
        let cause = form.text(Field::Cause, self.cause.as_ref());
        let started = self.started(form);
        let caused_by = form.line(Field::CausedBy, self.caused_by.as_ref());
        let severity = form.word(Field::Severity, self.severity, Severity::Major);
        let workaround = form.text(Field::Workaround, self.workaround.as_ref());
        let impact = form.word(Field::Impact, self.impact, Impact::One);
        Some(
            EngAssess {
                cus,
                cause: cause?,
                started: started?,
                caused_by: known(caused_by?),
                severity: severity?,
                impact: impact?,
                workaround: known(workaround?),
                customers_affected: self.customers_affected,
            }
            .into(),
        )
    }
}

impl EngAssessArgs {
    /// The time; `Some(None)` is the answer that nobody knows.
    fn started(&self, form: &mut Form<'_>) -> Option<Option<Time>> {
        let now = form.context.now;
        let answer = self.started.or_else(|| form.parsed(Field::Started, false, str::parse));
        let shown = |started: &Started| started.resolve(now).flatten().map_or_else(|| "unknown".to_owned(), local);
        let started = form.keep(Field::Started, answer, shown)?.resolve(now);
        if started.is_none() {
            form.fail(Failure::NoSuchTime { rule: Rule::R13, field: Field::Started });
        }
        started
    }
}

/// The answers `unknown` and `none` have one spelling.
fn known(text: String) -> String {
    let word = text.trim().to_ascii_lowercase();
    if matches!(word.as_str(), "unknown" | "none") { word } else { text }
}
