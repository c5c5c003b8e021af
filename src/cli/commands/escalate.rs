//! `cus escalate` (R8–R12): a new CUS ticket, a join, or a returned one completed.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, first, keys_of, one_or_many, ticket_key, word};
use crate::cli::output::visible_in_line;
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::{Form, Known};
use crate::cli::step::introduction;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Complete, Escalate, HoldRequest, Join};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::step::Step;
use crate::workflow::suggestions;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::vocabulary::{ChecklistItem, Priority};

/// Escalate to Engineering
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct EscalateArgs {
    /// The customers' tickets, or one CUS ticket that was returned
    #[arg(value_name = "CSD")]
    #[serde(alias = "key", alias = "cus", deserialize_with = "one_or_many")]
    csd: Vec<KeyArg>,
    /// `critical`: drop everything; `high`: today; `medium`: this release; `low`: when there is time (asked for on a terminal)
    #[arg(long, short, value_name = "PRIORITY", value_parser = word::<Priority>())]
    priority: Option<Priority>,
    /// Reproduction steps: the text, `-` for standard input, or @FILE (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    steps: Option<Text>,
    /// One line; the first customer's where left out
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    summary: Option<String>,
    /// A screenshot or video to attach (can be repeated)
    #[arg(long, value_name = "FILE")]
    #[serde(deserialize_with = "one_or_many")]
    attach: Vec<PathBuf>,
    /// Hold further customer upgrades until it is resolved
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    hold_upgrades: bool,
    /// The product version to hold; without it all are held
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    hold_version: Option<String>,
    /// Join this open CUS ticket instead of making a new one
    #[arg(long, value_name = "CUS", value_parser = ticket_key)]
    into: Option<Key>,
    /// Remarks; for a returned ticket, why something cannot be supplied
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for EscalateArgs {
    const STEPS: &'static [Step] = &[Step::Escalate, Step::Join, Step::Complete];
}

impl StepArguments for EscalateArgs {
    fn is_together(&self) -> bool {
        true
    }

    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.csd)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.steps.iter_mut().chain(&mut self.note).collect()
    }

    fn files(&self) -> &[PathBuf] {
        &self.attach
    }

    fn also_named(&self) -> Vec<Key> {
        self.into.iter().cloned().collect()
    }

    fn introduction(&self, tickets: &Tickets, named: &[Key], known: &dyn Known) -> String {
        let csd: Vec<&Csd> = named.iter().filter_map(|key| tickets.csd(key)).collect();
        if csd.is_empty() { introduction::of(tickets, named, known) } else { checklist(&csd, known) }
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = first(&self.csd)?;
        match &self.into {
            Some(into) => self.join(form, &key, into),
            None if form.tickets.cus(&key).is_some() => self.complete_returned(form, key),
            None => self.open(form, &key),
        }
    }
}

impl EscalateArgs {
    fn open(&self, form: &mut Form<'_>, key: &Key) -> Option<Command> {
        form.begin(Step::Escalate, key)?;
        let csd = keys_of(&self.csd);
        let known: Vec<Csd> = csd.iter().filter_map(|key| form.tickets.csd(key)).cloned().collect();
        if let Some(into) = looks_like(form, &known) {
            return self.join(form, key, &into);
        }
        let priority = form.word(Field::Priority, self.priority, suggestions::priority(&known));
        let steps = form.text(Field::Steps, self.steps.as_ref());
        let summary =
            form.optional_line(Field::Summary, self.summary.as_ref().or(known.first().map(|csd| &csd.summary)));
        form.more_files();
        let hold = self.hold(form, &known);
        let note = form.unasked(Field::Note, self.note.as_ref());
        Some(Escalate { csd, priority: priority?, steps: steps?, summary, attach: form.attached(), hold, note }.into())
    }

    fn join(&self, form: &mut Form<'_>, key: &Key, into: &Key) -> Option<Command> {
        form.begin(Step::Join, key)?;
        form.say(Field::Into, Some(into.as_str()));
        Some(
            Join {
                csd: keys_of(&self.csd),
                into: into.clone(),
                priority: self.priority,
                steps: form.unasked(Field::Steps, self.steps.as_ref()),
                attach: form.attached(),
                hold: self.hold_request(),
                note: form.unasked(Field::Note, self.note.as_ref()),
            }
            .into(),
        )
    }

    fn complete_returned(&self, form: &mut Form<'_>, cus: Key) -> Option<Command> {
        form.begin(Step::Complete, &cus)?;
        let ticket = form.tickets.cus(&cus).cloned()?;
        let wants = |item| ticket.stage == CusStage::Returned && ticket.wanting.contains(&item) && self.note.is_none();
        if form.is_interactive() {
            let items: Vec<String> = ticket.wanting.iter().map(ToString::to_string).collect();
            form.show(&format!("  Engineering asked for better: {}", items.join(", ")));
        }
        let asks = form.is_interactive();
        let priority = match self.priority {
            None if asks && wants(ChecklistItem::Priority) => form.word(Field::Priority, None, ticket.priority),
            given => given,
        };
        let steps = if asks && wants(ChecklistItem::Steps) {
            form.text(Field::Steps, self.steps.as_ref())
        } else {
            form.unasked(Field::Steps, self.steps.as_ref())
        };
        if wants(ChecklistItem::Attachments) {
            form.more_files();
        }
        let note = form.optional_text(Field::Note, self.note.as_ref());
        Some(
            Complete {
                cus,
                priority,
                steps,
                summary: crate::cli::step::form::nonblank(self.summary.clone()),
                attach: form.attached(),
                hold: self.hold_request(),
                note,
            }
            .into(),
        )
    }

    fn hold_request(&self) -> Option<HoldRequest> {
        let version = self.hold_version.clone();
        (self.hold_upgrades || version.is_some()).then_some(HoldRequest { version })
    }

    /// A person is asked about a hold where the issue seems to come from an upgrade (R10).
    fn hold(&self, form: &mut Form<'_>, known: &[Csd]) -> Option<HoldRequest> {
        match (self.hold_request(), suggestions::hold(known)) {
            (None, Some(csd)) if form.has_asked() => {
                let wanted = form.yes_no("hold_upgrades", "Hold further customer upgrades?", false)?;
                let version = csd.product_version.clone();
                wanted.then(|| {
                    form.say(Field::HoldVersion, Some(version.as_deref().unwrap_or("every version")));
                    HoldRequest { version }
                })
            }
            (request, _) => request,
        }
    }
}

/// The CUS ticket that a customer's ticket looks like, if the person says that it is the same issue.
fn looks_like(form: &mut Form<'_>, csd: &[Csd]) -> Option<Key> {
    if !form.is_interactive() {
        return None;
    }
    let alike = csd.iter().flat_map(|csd| form.known().look_alikes(csd)).next()?;
    let question = format!("It looks like {}: join it instead?", alike.0);
    form.yes_no("join", &question, false)?.then_some(alike.0)
}

/// The CUS Ticket Checklist, as far as it is known (R8).
fn checklist(csd: &[&Csd], known: &dyn Known) -> String {
    let mut lines = vec!["CUS Ticket Checklist (R8)".to_owned()];
    for csd in csd {
        let files = csd.attachments.len();
        let version = csd.product_version.as_deref().unwrap_or("not known");
        lines.push(format!("  ✔ customer      {}", visible_in_line(&csd.customer)));
        lines.push(format!("  ✔ CSD ticket    {}: {}", csd.key, visible_in_line(&csd.summary)));
        lines.push(format!("    version       {}", visible_in_line(version)));
        lines.push(format!("    files         {files}"));
        lines.extend(introduction::look_alikes(csd, known));
    }
    lines.join("\n")
}
