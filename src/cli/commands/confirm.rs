//! `cus confirm` (R23, R25).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Deserialize;

use crate::app::{Actor, DeskError, Reply, Transaction};
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, Interrupted, UsageError};
use crate::cli::hint;
use crate::cli::input::{KeyArg, Text, first, one_or_many};
use crate::cli::stderr;
use crate::cli::step::arguments::{StepArguments, StepOptions};
use crate::cli::step::form::Form;
use crate::cli::step::reply;
use crate::cli::step::run::{self, StepCommand};
use crate::cli::views::answer::AnswerView;
use crate::cli::views::ticket_json::ticket_view;
use crate::store::StoreError;
use crate::workflow::command::{CameBack, Command, Confirm};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::scope::Scope;
use crate::workflow::step::Step;
use crate::workflow::suggestions::confirms_early;
use crate::workflow::vocabulary::{AnswerKind, Word};

/// Record what a customer says
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ConfirmArgs {
    /// The customer's ticket (several, or `-` for keys on standard input)
    #[arg(value_name = "CSD")]
    #[serde(alias = "key", deserialize_with = "one_or_many")]
    csd: Vec<KeyArg>,
    /// The customer says that it is resolved
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    resolved: bool,
    /// The customer says that it is not resolved, in these words
    #[arg(long, alias = "unresolved", value_name = "TEXT", allow_hyphen_values = true)]
    not_resolved: Option<Text>,
    /// The customer could not be reached; what was tried
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    unreachable: Option<Text>,
    /// Read the customer's reply from this mail (`-` is standard input) and attach it; what it means is still for you
    /// to say
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    from_mail: Option<PathBuf>,
    /// The mail says that a notice came back: its delivery is void, and it is owed again
    #[arg(long, requires = "from_mail", conflicts_with_all = ["resolved", "not_resolved"])]
    #[serde(skip)]
    bounced: bool,
    /// That mail, once it is read.
    #[arg(skip)]
    #[serde(skip)]
    reply: Option<Arc<Reply>>,
    /// The notice of which it says that it came back.
    #[arg(skip)]
    #[serde(skip)]
    came_back: Option<CameBack>,
    /// The customer's words; needed for --resolved before the fix has shipped
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for ConfirmArgs {
    const STEPS: &'static [Step] = &[Step::ConfirmResolved, Step::ConfirmNotResolved, Step::ConfirmUnreachable];

    fn run(mut self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        match self.from_mail.take() {
            Some(mail) => from_mail(ctx, self, &mail, options),
            None => run::run(ctx, &mut self, options),
        }
    }
}

/// Takes in a customer's mail about a ticket. It confirms nothing by itself: an answer is recorded where flags, or a person
/// who is asked, give one; and never from what a machine wrote.
fn from_mail(ctx: &mut Ctx, mut arguments: ConfirmArgs, mail: &Path, options: &StepOptions) -> anyhow::Result<u8> {
    let reply = Arc::new(reply::read(ctx, mail, first(&arguments.csd))?);
    arguments.csd = vec![KeyArg::Key(reply.csd.clone())];
    arguments.reply = Some(Arc::clone(&reply));
    let is_for_a_person = ctx.out.is_for_a_person();
    if is_for_a_person {
        reply::show(&reply);
    }
    let is_asked = is_for_a_person && ctx.is_interactive() && arguments.answer().is_none();
    if is_asked && !arguments.bounced && reply.mail.bounce.is_some() && reply.notice.is_some() {
        let choices = ["nothing yet", "void its delivery, so that it is owed again"];
        let chosen = ctx.prompter().choose("It came back. What now?", &choices);
        arguments.bounced = chosen.map_err(|_| Interrupted)? == 1;
    }
    if arguments.bounced {
        let Some((cus, notice)) = reply.notice.clone() else {
            return Err(UsageError::new("the mail names no notice that was delivered from here").into());
        };
        let reason = reply.mail.bounce.as_ref().map(|bounce| bounce.reason.clone());
        arguments.came_back = Some(CameBack { cus, notice, reason: reason.filter(|reason| !reason.is_empty()) });
    }
    if is_asked && reply.mail.automatic.is_none() && !arguments.bounced {
        let choices = ["nothing yet", AnswerKind::Resolved.as_str(), AnswerKind::NotResolved.as_str()];
        let chosen = ctx.prompter().choose("What does the customer say?", &choices);
        match chosen.map_err(|_| Interrupted)? {
            1 => arguments.resolved = true,
            2 => arguments.not_resolved = Some(Text::Itself(reply.mail.text.clone())),
            _ => {}
        }
    }
    if let Some(answer) = arguments.answer() {
        if let Some(sign) = reply.mail.automatic.clone().filter(|_| answer != AnswerKind::Unreachable) {
            let failure = Failure::WrittenByMachine { csd: Some(reply.csd.clone()), sign };
            return Err(Refusal::of(Step::confirm(answer), &reply.csd, vec![failure]).into());
        }
        if arguments.resolved && arguments.note.is_none() {
            arguments.note = Some(Text::Itself(reply.mail.text.clone()));
        }
        let code = run::run(ctx, &mut arguments, options)?;
        if is_for_a_person {
            stderr::line(&reply::attached(&reply, options.dry_run));
        }
        return Ok(code);
    }
    let actor = ctx.actor()?;
    let mut desk = ctx.desk()?.rehearsing(options.dry_run);
    desk.transaction(|transaction| arguments.precede(transaction, &actor))?;
    show_attached(ctx, &reply, arguments.came_back.as_ref(), options.dry_run)
}

/// Shows that a mail was attached, and that this alone confirms nothing.
fn show_attached(ctx: &mut Ctx, reply: &Reply, came_back: Option<&CameBack>, dry_run: bool) -> anyhow::Result<u8> {
    let csd = &reply.csd;
    let tickets = ctx.store_to_read()?.tickets(&Scope::of([csd.clone()]))?;
    let ticket = tickets.ticket(csd).ok_or_else(|| StoreError::NoSuchTicket(csd.clone()))?;
    let mut object = serde_json::to_value(ticket_view(&tickets, ticket, ctx.now()))?;
    object["reply"] = reply::json(reply);
    let mut answer = AnswerView::new([], object);
    answer.beside.push(reply::attached(reply, dry_run));
    if reply.mail.automatic.is_none() {
        answer.beside.push("nothing is confirmed by this alone; what does the customer say?".to_owned());
        answer.beside.push(format!("hint: {}", hint::step(Step::ConfirmResolved, csd, None)));
    }
    let mut hints = Vec::new();
    if let Some(CameBack { cus, notice, .. }) = came_back {
        let is_void = if dry_run { "would be void" } else { "is void" };
        answer.beside.push(format!("notice {notice} of {cus} {is_void}: what it told is owed again"));
        hints.push(format!("edit {csd} --contact TEXT"));
        hints.push(format!("notify {cus} --to customer --csd {csd}"));
    } else if reply.mail.bounce.is_some() && reply.notice.is_some() {
        hints.push(format!("confirm {csd} --from-mail FILE --bounced"));
    }
    answer.beside.extend(hints.iter().map(|line| format!("hint: {}", hint::command(line))));
    answer.key = Some(csd.clone());
    ctx.print(&answer)?;
    Ok(DONE)
}

impl StepArguments for ConfirmArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.csd)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.not_resolved.iter_mut().chain(&mut self.unreachable).chain(&mut self.note).collect()
    }

    fn precede(&self, transaction: &mut Transaction<'_, '_>, actor: &Actor) -> Result<bool, DeskError> {
        let Some(reply) = &self.reply else { return Ok(false) };
        transaction.attach_reply(reply, actor)?;
        if let Some(came_back) = &self.came_back {
            transaction.execute(came_back.clone(), actor)?;
        }
        Ok(true)
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let csd = first(&self.csd)?;
        let given = [
            (self.resolved, AnswerKind::Resolved),
            (self.not_resolved.is_some(), AnswerKind::NotResolved),
            (self.unreachable.is_some(), AnswerKind::Unreachable),
        ];
        let given: Vec<AnswerKind> =
            given.into_iter().filter_map(|(is_given, answer)| is_given.then_some(answer)).collect();
        let answer = match given.as_slice() {
            [] if form.is_interactive() => {
                form.begin(Step::ConfirmNotResolved, &csd)?;
                form.word(Field::Resolved, None, AnswerKind::Resolved)?
            }
            [answer] => *answer,
            several => {
                form.begin(Step::ConfirmNotResolved, &csd);
                let fields = vec![Field::Resolved, Field::NotResolved, Field::Unreachable];
                form.fail(Failure::OneOf { rule: Rule::R23, fields, given: several.len() });
                return None;
            }
        };
        form.begin(Step::confirm(answer), &csd)?;
        form.say(Field::Resolved, Some(answer.as_str()).filter(|_| given.len() == 1));
        let words = self.words(form, &csd, answer);
        Some(Confirm { csd, answer, note: words? }.into())
    }
}

impl ConfirmArgs {
    /// The answer that a mail is said to give.
    fn answer(&self) -> Option<AnswerKind> {
        match (self.resolved, &self.not_resolved, &self.unreachable) {
            (true, ..) => Some(AnswerKind::Resolved),
            (false, Some(_), _) => Some(AnswerKind::NotResolved),
            (false, None, Some(_)) => Some(AnswerKind::Unreachable),
            (false, None, None) => None,
        }
    }

    /// The text that goes with the answer: the customer's words, or what was tried, and the note.
    fn words(&self, form: &mut Form<'_>, csd: &Key, answer: AnswerKind) -> Option<Option<String>> {
        let text = match answer {
            AnswerKind::NotResolved => Some(form.text(Field::NotResolved, self.not_resolved.as_ref())?),
            AnswerKind::Unreachable => Some(form.text(Field::Unreachable, self.unreachable.as_ref())?),
            AnswerKind::Resolved if self.note.is_none() && confirms_early(form.tickets, csd) => {
                return Some(form.optional_text(Field::Note, None));
            }
            AnswerKind::Resolved => None,
        };
        let note = form.unasked(Field::Note, self.note.as_ref());
        Some(match (text, note) {
            (Some(text), Some(note)) => Some(format!("{text}\n{note}")),
            (text, note) => text.or(note),
        })
    }
}
