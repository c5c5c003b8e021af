//! A ticket: header, checklist, what is owed, customers, notices, files, timeline.

use anyhow::Result;
use serde_json::{Value, json};

use super::event::{log_lines, sentence};
use super::owed::owed_lines;
use super::ticket_json::{AnnouncedView, NoticeView, ticket_view};
use crate::cli::error::NoSuch;
use crate::cli::hint;
use crate::cli::output::{Json, Keys, Page, Rows, View, counted, local, rfc3339, visible, visible_in_line, wrapped};
use crate::cli::similar;
use crate::cli::views::names::audience_name;
use crate::store::{Store, StoreError};
use crate::workflow::Time;
use crate::workflow::assessment::contradictions;
use crate::workflow::event::Event;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::scope::Scope;
use crate::workflow::tickets::announced::{Announced, AnnouncedStatus};
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, Notice, NoticeStatus};
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Word;

/// How far the values of fields stand to the right.
const INDENT: usize = 21;

/// The database as it is looked at: as it stands, or as it was.
pub(in crate::cli) struct Looked {
    pub(in crate::cli) store: Store,
    pub(in crate::cli) as_of: Option<Time>,
}

impl Looked {
    /// The ticket of a key, as it stands at a time.
    pub(in crate::cli) fn at(&self, key: &Key, now: Time) -> Result<TicketView<'_>> {
        let (tickets, id, undone) = match self.as_of {
            None => match self.store.undone(key)? {
                Some((tickets, undone)) => (tickets, undone.stream.clone(), Some(undone)),
                None => (self.store.tickets(&Scope::of([key.clone()]))?, key.clone(), None),
            },
            Some(at) => {
                let (tickets, id) = self.store.case_as_of(key, at)?;
                (tickets, id, None)
            }
        };
        match (tickets.ticket(&id).cloned(), self.as_of) {
            (Some(ticket), _) => Ok(TicketView { looked: self, tickets, ticket, undone, now }),
            (None, None) => Err(StoreError::NoSuchTicket(id).into()),
            (None, Some(at)) => {
                let name = format!("{key} at {}", rfc3339(at));
                Err(NoSuch { what: "ticket", name, hint: hint::command(&format!("log {key}")) }.into())
            }
        }
    }
}

/// A ticket as it stands at a time.
pub(in crate::cli) struct TicketView<'a> {
    looked: &'a Looked,
    tickets: Tickets,
    ticket: Ticket,
    /// The event that undid its beginning; it is shown as it was before.
    undone: Option<Event>,
    now: Time,
}

impl View for TicketView<'_> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        match &self.ticket {
            Ticket::Csd(csd) => self.csd(page, csd)?,
            Ticket::Cus(cus) => self.cus(page, cus)?,
        }
        self.files(page)?;
        self.elsewhere(page)?;
        page.heading("Timeline")?;
        let is_in_time = |at: Time| self.looked.as_of.is_none_or(|as_of| at <= as_of);
        let events = self.looked.store.events_of(self.ticket.key())?.into_iter();
        for recorded in events.filter(|recorded| is_in_time(recorded.event.at)) {
            let lines = log_lines(&recorded, None, page.width.saturating_sub(2));
            lines.lines().try_for_each(|line| page.line(format!("  {line}")))?;
        }
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.document(&self.value()?)
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        let ticket = &self.ticket;
        rows.header(&["key", "stage", "revision"])?;
        rows.row([ticket.key().as_str(), ticket.stage().as_str(), &ticket.revision().to_string()])
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        keys.key(self.ticket.key().as_str())
    }
}

impl TicketView<'_> {
    /// The ticket as JSON, with every notice that was given.
    pub(in crate::cli) fn value(&self) -> Result<Value> {
        let mut view = serde_json::to_value(ticket_view(&self.tickets, &self.ticket, self.now))?;
        let Some(object) = view.as_object_mut() else { return Ok(view) };
        if let Some(undone) = &self.undone {
            let said = json!({ "at": rfc3339(undone.at), "by": undone.actor, "what": sentence(undone) });
            object.insert("undone".to_owned(), said);
            object.insert("owed".to_owned(), json!([]));
        }
        let cus = self.tickets.cus_for(self.ticket.id());
        let about = |csd: &Option<Key>| match &self.ticket {
            Ticket::Cus(_) => true,
            Ticket::Csd(this) => csd.as_ref() == Some(&this.id),
        };
        // What a customer was told before the escalation is recorded on the customer's ticket.
        let own = Some(&self.ticket).filter(|ticket| matches!(ticket, Ticket::Csd(_)));
        let of_cus = cus.and_then(|cus| self.tickets.ticket(&cus.key));
        let mut notices = Vec::new();
        for ticket in own.into_iter().chain(of_cus) {
            let is_waiting = self.looked.as_of.is_none() && ticket.notices().iter().any(Notice::is_queued);
            let waiting = if is_waiting { self.looked.store.outbox(Some(ticket.id()))? } else { Vec::new() };
            for notice in ticket.notices().iter().filter(|notice| about(&notice.csd)) {
                let waiting = waiting.iter().find(|waiting| waiting.notice == notice.number);
                let error = waiting.and_then(|waiting| waiting.error.as_deref());
                notices.push(json!(NoticeView::new(&self.tickets, notice, error)));
            }
        }
        object.insert("notices".to_owned(), json!(notices));
        if let Ticket::Cus(cus) = &self.ticket
            && !cus.announcements.is_empty()
        {
            let announcements: Vec<_> = cus.announcements.iter().map(AnnouncedView::new).collect();
            object.insert("announcements".to_owned(), json!(announcements));
        }
        Ok(view)
    }

    fn csd(&self, page: &mut Page<'_>, csd: &Csd) -> Result<()> {
        title(page, &self.named(), &csd.summary)?;
        let stage = page.colour.stage(csd.stage.as_str());
        coloured(page, "stage", &stage)?;
        field(page, "customer", &csd.customer)?;
        field_if(page, "contact", csd.contact.as_deref())?;
        field(page, "channel", csd.channel.as_str())?;
        field_if(page, "product version", csd.product_version.as_deref())?;
        field(page, "reporter", &csd.reporter)?;
        if csd.assignee.as_ref() != Some(&csd.reporter) {
            field(page, "assignee", csd.assignee.as_deref().unwrap_or("nobody"))?;
        }
        field(page, "reported", &local(csd.created))?;
        field_if(page, "handled by", csd.handled_by.map(Word::as_str))?;
        if csd.handled_by.is_some() {
            field(page, "triggers", &listed(&csd.triggers))?;
        }
        field_if(page, "CUS ticket", csd.cus.as_ref().map(|cus| self.tickets.current_key(cus).to_string()).as_deref())?;
        let promised = csd.next_word().filter(|_| csd.next_by.is_some());
        field_if(page, "next word", promised.map(|word| format!("promised by {}", local(word.due))).as_deref())?;
        field_if(page, "answer", csd.answer.map(Word::as_str))?;
        field_if(page, "resolution", csd.resolution.as_deref())?;
        if !csd.aliases.is_empty() {
            field(page, "earlier keys", &csd.aliases.iter().map(Key::as_str).collect::<Vec<_>>().join(", "))?;
        }
        if let Some(description) = &csd.description {
            page.heading("Description")?;
            paragraph(page, description)?;
        }
        self.owed(page, &owed_about(&self.tickets, &csd.key))?;
        if self.looked.as_of.is_some() {
            return Ok(());
        }
        similar::look_alikes(&self.looked.store, csd)?.iter().enumerate().try_for_each(|(n, advice)| {
            if n == 0 {
                page.heading("Similar")?;
            }
            page.line(format!("  {}", visible_in_line(&advice.because)))?;
            page.line(format!("    {}", page.colour.command(&advice.fix)))
        })
    }

    fn cus(&self, page: &mut Page<'_>, cus: &Cus) -> Result<()> {
        title(page, &self.named(), &cus.summary)?;
        let (stage, priority) = (page.colour.stage(cus.stage.as_str()), page.colour.priority(cus.priority));
        coloured(page, "stage", &stage)?;
        coloured(page, "priority", &priority)?;
        field_if(page, "assignee", cus.assignee.as_deref())?;
        field(page, "escalated", &local(cus.created))?;
        for hold in &cus.holds {
            let version = hold.version.as_deref().unwrap_or("every version");
            let why = hold.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            field(page, "holds upgrades", &format!("of {version}, since {}{why}", local(hold.since)))?;
        }
        if let Some(closing) = &cus.closing {
            field(page, "closed as", closing.resolution.as_str())?;
            field_if(page, "of", closing.of.as_ref().map(Key::as_str))?;
            field_if(page, "because", closing.note.as_deref())?;
        }
        self.checklist(page, cus)?;
        self.assessment(page, cus)?;
        release(page, cus)?;
        field_if(page, "fixed by", Some(cus.fixed_by.join(", ")).filter(|all| !all.is_empty()).as_deref())?;
        postmortem(page, cus)?;
        self.owed(page, &owed(&self.tickets, &self.ticket))?;
        self.customers(page, cus)?;
        self.notices(page, cus)
    }

    fn checklist(&self, page: &mut Page<'_>, cus: &Cus) -> Result<()> {
        page.heading("Checklist (R8)")?;
        let customers: Vec<&str> = self.tickets.linked(cus).map(|csd| csd.customer.as_str()).collect();
        let keys: Vec<&str> = self.tickets.linked(cus).map(|csd| csd.key.as_str()).collect();
        field(page, "customer", &customers.join(", "))?;
        field(page, "CSD ticket", &keys.join(", "))?;
        field(page, "priority", cus.priority.as_str())?;
        field(page, "steps", &cus.steps)?;
        let files = cus.attachments.len() + self.tickets.linked(cus).map(|csd| csd.attachments.len()).sum::<usize>();
        field(page, "attachments", &if files == 0 { "none".to_owned() } else { counted(files, "file") })?;
        if !cus.wanting.is_empty() {
            field(page, "still missing", &listed(&cus.wanting))?;
        }
        Ok(())
    }

    fn assessment(&self, page: &mut Page<'_>, cus: &Cus) -> Result<()> {
        let Some(assessment) = &cus.assessment else { return Ok(()) };
        page.heading("Assessment (R13)")?;
        field(page, "cause", &assessment.cause)?;
        field(page, "started", &assessment.started.map_or_else(|| "unknown".to_owned(), local))?;
        field(page, "introduced by", &assessment.caused_by)?;
        field(page, "severity", assessment.severity.as_str())?;
        let affected = assessment.customers_affected.map(|count| format!(" ({count} customers)")).unwrap_or_default();
        field(page, "impact", &format!("{}{affected}", assessment.impact))?;
        let contradictions = contradictions(&self.tickets, cus);
        contradictions.iter().try_for_each(|failure| field(page, "to be put right", &failure.to_string()))?;
        field(page, "workaround", &assessment.workaround)
    }

    /// What is owed; that it was undone instead, where its beginning was.
    fn owed(&self, page: &mut Page<'_>, owed: &[Owed]) -> Result<()> {
        if let Some(undone) = &self.undone {
            page.heading("Undone (R35)")?;
            field(page, &local(undone.at), &format!("{} — {}", sentence(undone), undone.actor))?;
            return Ok(());
        }
        let lines = owed_lines(owed, self.now, page.colour);
        if lines.is_empty() {
            return Ok(());
        }
        page.heading("Owed")?;
        lines.iter().try_for_each(|line| page.line(line))
    }

    fn customers(&self, page: &mut Page<'_>, cus: &Cus) -> Result<()> {
        page.heading("Customers")?;
        for link in &cus.links {
            let customer = self.tickets.csd(&link.csd).map_or("", |csd| csd.customer.as_str());
            let told = match link.customer_told {
                Some(told) if cus.customer_was_told(link) => format!("told {}", local(told.at)),
                Some(told) => format!("told {}, not what is in force", local(told.at)),
                None => "not told".to_owned(),
            };
            let answer = link.answer.as_ref();
            let answer =
                answer.map_or_else(|| "no answer".to_owned(), |answer| format!("{} {}", answer.kind, local(answer.at)));
            let key = format!("{:<10}", self.tickets.current_key(&link.csd));
            let line = format!("  {} {} — {told}; {answer}", page.colour.key(&key), visible_in_line(customer));
            page.hanging(&line, "    ")?;
        }
        Ok(())
    }

    /// Who was told what, when and how; the messages stand in the JSON and in the log.
    fn notices(&self, page: &mut Page<'_>, cus: &Cus) -> Result<()> {
        if cus.notices.is_empty() {
            return self.announcements(page, cus);
        }
        page.heading("Notices")?;
        for notice in &cus.notices {
            let about = notice.csd.as_ref().map(|csd| format!(" ({})", self.tickets.current_key(csd)));
            let status = match &notice.status {
                NoticeStatus::Queued => format!("queued since {}", local(notice.at)),
                NoticeStatus::Told { at, receipt: None } => format!("told {}", local(*at)),
                NoticeStatus::Told { at, receipt: Some(receipt) } => format!("delivered {}: {receipt}", local(*at)),
                NoticeStatus::Withdrawn { at } => format!("withdrawn {}", local(*at)),
                NoticeStatus::CameBack { at } => format!("came back {}", local(*at)),
            };
            let (to, about, what) = (audience_name(notice.to), about.unwrap_or_default(), subject(&notice.settles));
            let line = format!("  {:>2}  {to}{about}: {what}, by {}; {status}", notice.number, notice.via);
            page.hanging(&visible(&line), "      ")?;
        }
        self.announcements(page, cus)
    }

    /// What was announced to whom (R36).
    fn announcements(&self, page: &mut Page<'_>, cus: &Cus) -> Result<()> {
        if cus.announcements.is_empty() {
            return Ok(());
        }
        page.heading("Announcements")?;
        for announced in &cus.announcements {
            let status = match &announced.status {
                AnnouncedStatus::Queued => format!("queued since {}", local(announced.at)),
                AnnouncedStatus::Told { at, receipt } => format!("delivered {}: {receipt}", local(*at)),
                AnnouncedStatus::Dropped { at } => format!("dropped {}", local(*at)),
            };
            let what: Vec<String> = announced.what.iter().map(ToString::to_string).collect();
            let Announced { number, audience, via, .. } = announced;
            let line = format!("  {number:>2}  {audience}: {}, by {via}; {status}", what.join(", "));
            page.hanging(&visible(&line), "      ")?;
        }
        Ok(())
    }

    /// Its key, with the one that it has in the tracker from which it was imported, where that is another.
    fn named(&self) -> String {
        let key = self.ticket.key();
        let there = self
            .ticket
            .origin()
            .map(|origin| origin.key.trim())
            .filter(|there| !there.eq_ignore_ascii_case(key.as_str()));
        there.map_or_else(|| key.to_string(), |there| format!("{key} ({})", visible_in_line(there)))
    }

    /// The fields of the tracker from which it was imported that have no place of their own here.
    fn elsewhere(&self, page: &mut Page<'_>) -> Result<()> {
        let Some(origin) = self.ticket.origin() else { return Ok(()) };
        page.heading(&format!("From {} (R32)", visible_in_line(&origin.source)))?;
        field(page, "key there", &origin.key)?;
        origin.rest.iter().try_for_each(|(name, value)| field(page, &visible_in_line(name), value))
    }

    fn files(&self, page: &mut Page<'_>) -> Result<()> {
        if self.ticket.attachments().is_empty() {
            return Ok(());
        }
        page.heading("Files")?;
        self.ticket.attachments().iter().try_for_each(|file| {
            page.line(format!("  {} ({} bytes, {})", visible_in_line(&file.name), file.size, local(file.at)))
        })
    }
}

fn release(page: &mut Page<'_>, cus: &Cus) -> Result<()> {
    let Some(release) = &cus.release else { return Ok(()) };
    page.heading("Release (R16)")?;
    field(page, "decision", release.decision.as_str())?;
    if let Some(version) = &release.fix_version {
        let tentative = if release.is_tentative() { " (TENTATIVE)" } else { "" };
        field(page, "fix version", &format!("{version}{tentative}"))?;
    }
    field_if(page, "target date", release.target_date.map(|date| date.to_string()).as_deref())?;
    field_if(page, "shipped", release.shipped.map(local).as_deref())?;
    field_if(page, "for customers", release.resolution.as_deref())
}

fn postmortem(page: &mut Page<'_>, cus: &Cus) -> Result<()> {
    let postmortem = &cus.postmortem;
    if postmortem.is_blank() {
        return Ok(());
    }
    page.heading("Postmortem (R34)")?;
    field_if(page, "root cause", postmortem.root_cause.as_deref())?;
    field_if(page, "category", postmortem.category.as_deref())?;
    field_if(page, "lessons", postmortem.lessons.as_deref())?;
    field_if(page, "note", postmortem.note.as_deref())?;
    for action in &postmortem.actions {
        let owner = action.owner.as_ref().map(|owner| format!(" — {owner}")).unwrap_or_default();
        let state = match action.state {
            ActionState::Open => format!("by {}", local(action.due)),
            ActionState::Done | ActionState::Dropped => action.state.to_string(),
        };
        let note = action.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        field(page, &format!("action {}", action.number), &format!("{}{owner} ({state}{note})", action.text))?;
    }
    Ok(())
}

fn title(page: &mut Page<'_>, key: &str, summary: &str) -> Result<()> {
    let title = format!("{}  {}", page.colour.key(key), page.colour.bold(&visible_in_line(summary)));
    page.line(title)
}

fn field(page: &mut Page<'_>, name: &str, value: &str) -> Result<()> {
    let mut name = name;
    for line in value.lines() {
        for part in wrapped(&visible(line), page.width.saturating_sub(INDENT)) {
            page.line(format!("  {name:<18} {part}"))?;
            name = "";
        }
    }
    Ok(())
}

fn field_if(page: &mut Page<'_>, name: &str, value: Option<&str>) -> Result<()> {
    value.map_or(Ok(()), |value| field(page, name, value))
}

/// A field whose value has its colour already.
fn coloured(page: &mut Page<'_>, name: &str, value: &str) -> Result<()> {
    page.line(format!("  {name:<18} {value}"))
}

fn paragraph(page: &mut Page<'_>, text: &str) -> Result<()> {
    for line in visible(text).lines() {
        for part in wrapped(line, page.width.saturating_sub(2)) {
            page.line(format!("  {part}"))?;
        }
    }
    Ok(())
}

/// Words of a closed set in a line.
fn listed<T: Word>(words: &[T]) -> String {
    if words.is_empty() {
        return "none".to_owned();
    }
    words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ")
}

/// What a notice is about, in words.
fn subject(settles: &[DutyKind]) -> String {
    if settles.is_empty() {
        return "an interim message".to_owned();
    }
    let words = [
        (DutyKind::AlertProduct, "the alert"),
        (DutyKind::TellMarketing, "customer impact"),
        (DutyKind::TellSupport, "resolution information"),
        (DutyKind::TellCustomer, "an update"),
        (DutyKind::CorrectProduct, "a correction"),
        (DutyKind::CorrectMarketing, "a correction"),
    ];
    let said = words.into_iter().filter(|(kind, _)| settles.contains(kind)).map(|(_, word)| word);
    said.collect::<Vec<_>>().join(", ")
}
