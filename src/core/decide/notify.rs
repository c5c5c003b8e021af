//! Telling people (R14, R17, R18, R20–R23, R31): what is owed is told and settled; other words are an interim message.

use super::{Story, wrong_kind};
use crate::core::command::Notify;
use crate::core::cus::Cus;
use crate::core::duty::{Duty, DutyKind};
use crate::core::event::{CustomerTold, CustomerToldTexts, Notified, NotifiedTexts, Resolved, ResolvedTexts};
use crate::core::key::Key;
use crate::core::notice;
use crate::core::refusal::{Failure, Refusal};
use crate::core::step::Step;
use crate::core::words::{Audience, Kind, Role};

pub(super) fn decide(story: &mut Story<'_>, command: &Notify) -> Result<(), Refusal> {
    match command.to {
        Some(to) => tell(story, command, to),
        None => tell_all_owed(story, command),
    }
}

/// Tells one audience.
fn tell(story: &mut Story<'_>, command: &Notify, to: Audience) -> Result<(), Refusal> {
    let step = Step::Notify(to);
    let cus = story.cus(&command.cus, step)?;
    let narrowed = narrowed_to(story, command, &cus, step)?;
    let owed: Vec<Duty> = owed_to(&cus, to)
        .into_iter()
        .filter(|duty| narrowed.is_none() || duty.csd.is_none() || duty.csd == narrowed)
        .collect();
    let mine: Vec<Duty> = owed.iter().filter(|duty| may_settle(story, duty.kind)).cloned().collect();
    if mine.is_empty() && !owed.is_empty() {
        let needed = owed.iter().flat_map(|duty| settlers(duty.kind)).copied().collect();
        let failure = Failure::WrongRole { needed, has: story.meta.roles.clone() };
        return Err(Refusal::of(step, &cus.key, vec![failure]));
    }
    if !mine.is_empty() {
        return settle(story, command, &cus, to, &mine);
    }
    if command.message.is_none() {
        return Err(Refusal::of(step, &cus.key, nothing_owed(story, &cus, to, narrowed.as_ref())));
    }
    match to {
        Audience::Customer | Audience::Support => {
            let links = cus.links.iter().filter(|link| narrowed.as_ref().is_none_or(|csd| link.csd == *csd));
            for link in links {
                give(story, command, &cus.key, to, Some(&link.csd), Vec::new())?;
            }
            Ok(())
        }
        Audience::Product | Audience::Marketing => give(story, command, &cus.key, to, None, Vec::new()),
    }
}

/// Tells everybody whom the actor's role owes something, in an order in which one telling can make the next owed.
fn tell_all_owed(story: &mut Story<'_>, command: &Notify) -> Result<(), Refusal> {
    let mut told = false;
    let mut key = command.cus.clone();
    for to in [Audience::Product, Audience::Marketing, Audience::Support, Audience::Customer] {
        let Some(cus) = story.case.cus_for(&command.cus).cloned() else {
            return Err(wrong_kind(Step::Notify(to), &command.cus, Kind::Cus));
        };
        key = cus.key.clone();
        let mine: Vec<Duty> = owed_to(&cus, to).into_iter().filter(|duty| may_settle(story, duty.kind)).collect();
        if !mine.is_empty() {
            story.require(&command.cus, Step::Notify(to))?;
            settle(story, command, &cus, to, &mine)?;
            told = true;
        }
    }
    if told {
        return Ok(());
    }
    let failure = Failure::NothingOwed { cus: key.clone(), to: None };
    Err(Refusal::of(Step::Notify(Audience::Support), &key, vec![failure]))
}

/// Gives the notices that settle these duties: one for each customer's ticket, one for what is about the whole.
fn settle(story: &mut Story<'_>, command: &Notify, cus: &Cus, to: Audience, duties: &[Duty]) -> Result<(), Refusal> {
    let whole: Vec<DutyKind> = duties.iter().filter(|duty| duty.csd.is_none()).map(|duty| duty.kind).collect();
    if !whole.is_empty() {
        give(story, command, &cus.key, to, None, whole)?;
    }
    for duty in duties {
        if let Some(csd) = &duty.csd {
            give(story, command, &cus.key, to, Some(csd), vec![duty.kind])?;
        }
    }
    Ok(())
}

/// Drafts one notice and records it on the CUS ticket; a customer's also on the customer's ticket (R21), which the
/// answer of R26 resolves.
fn give(
    story: &mut Story<'_>,
    command: &Notify,
    cus: &Key,
    to: Audience,
    csd: Option<&Key>,
    settles: Vec<DutyKind>,
) -> Result<(), Refusal> {
    let step = Step::Notify(to);
    let Some(ticket) = story.case.cus(cus) else {
        return Err(wrong_kind(step, cus, Kind::Cus));
    };
    let about = csd.and_then(|csd| story.case.csd(csd));
    let message = notice::draft(&story.meta.templates, &story.case, ticket, to, about, command.message.as_deref())
        .map_err(|failure| Refusal::of(step, cus, vec![failure]))?;
    let number = u32::try_from(ticket.notices.len() + 1).unwrap_or(u32::MAX);
    let answers = ticket.is_answered() && settles.contains(&DutyKind::TellCustomer);
    let fact = Notified {
        notice: number,
        to,
        csd: csd.cloned(),
        via: command.via,
        facts: ticket.facts,
        settles,
        texts: NotifiedTexts { message },
    };
    story.tell(cus, fact);
    if let Some(csd) = csd.filter(|_| to == Audience::Customer) {
        story.tell(csd, CustomerTold { cus: cus.clone(), notice: number, texts: CustomerToldTexts {} });
        if answers {
            story.tell(csd, Resolved { answer: None, texts: ResolvedTexts::default() });
        }
    }
    Ok(())
}

/// The customer's ticket to which the notice is narrowed: by `--csd`, or by naming it instead of its CUS ticket.
fn narrowed_to(story: &Story<'_>, command: &Notify, cus: &Cus, step: Step) -> Result<Option<Key>, Refusal> {
    let named = command.csd.as_ref().or(Some(&command.cus).filter(|key| **key != cus.key));
    let Some(key) = named else { return Ok(None) };
    match story.case.csd(key) {
        Some(csd) if cus.link(&csd.id).is_some() => Ok(Some(csd.id.clone())),
        _ => Err(Refusal::of(step, &cus.key, vec![Failure::NotLinked { csd: key.clone() }])),
    }
}

fn owed_to(cus: &Cus, to: Audience) -> Vec<Duty> {
    cus.demands().into_iter().filter(|duty| duty.kind.audience() == Some(to)).collect()
}

/// The roles that may settle a duty to tell (R28): messages to customers and the word to Product are Support's.
fn settlers(kind: DutyKind) -> &'static [Role] {
    if matches!(kind, DutyKind::TellCustomer | DutyKind::WordToProduct) {
        &[Role::Support]
    } else {
        &[Role::Engineering, Role::Product]
    }
}

fn may_settle(story: &Story<'_>, kind: DutyKind) -> bool {
    let roles = &story.meta.roles;
    roles.is_empty() || roles.iter().any(|role| settlers(kind).contains(role))
}

/// Why there is nothing to tell: for customers, most often because Support has not been told first (R21).
fn nothing_owed(story: &Story<'_>, cus: &Cus, to: Audience, narrowed: Option<&Key>) -> Vec<Failure> {
    let untold: Vec<Failure> = cus
        .links
        .iter()
        .filter(|link| to == Audience::Customer && narrowed.is_none_or(|csd| link.csd == *csd))
        .filter(|link| cus.owes_support(link) && !link.is_decided())
        .map(|link| Failure::SupportNotTold { cus: cus.key.clone(), csd: story.case.current_key(&link.csd) })
        .collect();
    if untold.is_empty() { vec![Failure::NothingOwed { cus: cus.key.clone(), to: Some(to) }] } else { untold }
}
