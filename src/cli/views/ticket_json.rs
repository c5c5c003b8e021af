//! Tickets as JSON: the keys that do not change (CLI, "Looking").

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::cli::hint;
use crate::cli::output::rfc3339;
use crate::store::OwedRow;
use crate::workflow::assessment::contradictions;
use crate::workflow::foreign::Origin;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::reports::stalled::{Stuck, stuck};
use crate::workflow::rule::Rule;
use crate::workflow::tickets::announced::{Announced, AnnouncedStatus};
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, Hold, Notice, NoticeStatus};
use crate::workflow::tickets::postmortem::{Action, ActionState, Postmortem};
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{
    Announcement, AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Kind, Priority, Resolution,
    Role, Severity, Trigger, Via,
};
use crate::workflow::{Attachment, Time};

/// A point in time as RFC 3339.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct At(Time);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&rfc3339(self.0))
    }
}

/// A ticket of either kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::cli) enum TicketView<'a> {
    Csd(Box<CsdView<'a>>),
    Cus(Box<CusView<'a>>),
}

/// A customer's ticket.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct CsdView<'a> {
    kind: Kind,
    key: &'a Key,
    aliases: &'a [Key],
    stage: CsdStage,
    customer: &'a str,
    contact: Option<&'a str>,
    summary: &'a str,
    description: Option<&'a str>,
    channel: Channel,
    product_version: Option<&'a str>,
    reporter: &'a str,
    assignee: Option<&'a str>,
    handled_by: Option<Handler>,
    triggers: &'a [Trigger],
    cus: Option<Key>,
    told: Option<At>,
    last_word: Option<At>,
    next_word: Option<At>,
    confirmed: Option<At>,
    answer: Option<AnswerKind>,
    resolution: Option<&'a str>,
    owed: Vec<OwedView>,
    stuck: Option<StuckView>,
    attachments: Vec<AttachmentView<'a>>,
    origin: Option<OriginView<'a>>,
    created: At,
    updated: At,
    revision: u64,
}

/// An escalation.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct CusView<'a> {
    kind: Kind,
    key: &'a Key,
    stage: CusStage,
    summary: &'a str,
    priority: Priority,
    steps: &'a str,
    assignee: Option<&'a str>,
    upgrade_hold: Option<HoldView<'a>>,
    upgrade_holds: Vec<HoldView<'a>>,
    csd: Vec<LinkView<'a>>,
    wanting: &'a [ChecklistItem],
    assessment: Option<AssessmentView<'a>>,
    release: Option<ReleaseView<'a>>,
    fixed_by: &'a [String],
    resolution: Option<Resolution>,
    duplicate_of: Option<&'a Key>,
    closing_note: Option<&'a str>,
    postmortem: Option<PostmortemView<'a>>,
    owed: Vec<OwedView>,
    stuck: Option<StuckView>,
    attachments: Vec<AttachmentView<'a>>,
    origin: Option<OriginView<'a>>,
    created: At,
    updated: At,
    revision: u64,
}

/// Why it does not move.
#[derive(Debug, Serialize)]
struct StuckView {
    reason: &'static str,
    role: Option<Role>,
    since: Option<At>,
    times: Option<u32>,
}

#[derive(Debug, Serialize)]
struct HoldView<'a> {
    version: Option<&'a str>,
    since: At,
    note: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct LinkView<'a> {
    key: &'a Key,
    customer: Option<&'a str>,
    stage: Option<CsdStage>,
    support_told: Option<At>,
    told: Option<At>,
    confirmed: Option<At>,
    answer: Option<AnswerKind>,
}

#[derive(Debug, Serialize)]
struct AssessmentView<'a> {
    cause: &'a str,
    started: StartedView,
    caused_by: &'a str,
    severity: Severity,
    impact: Impact,
    customers_affected: Option<u64>,
    workaround: &'a str,
    /// What contradicts the customers linked since (R13).
    contradictions: Vec<String>,
    at: At,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum StartedView {
    Known(At),
    Unknown(&'static str),
}

#[derive(Debug, Serialize)]
struct ReleaseView<'a> {
    decision: Decision,
    fix_version: Option<&'a str>,
    tentative: bool,
    target_date: Option<chrono::NaiveDate>,
    resolution: Option<&'a str>,
    shipped: Option<At>,
}

#[derive(Debug, Serialize)]
struct PostmortemView<'a> {
    root_cause: Option<&'a str>,
    category: Option<&'a str>,
    lessons: Option<&'a str>,
    note: Option<&'a str>,
    actions: Vec<ActionView<'a>>,
}

/// An action of a postmortem.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct ActionView<'a> {
    number: u32,
    text: &'a str,
    owner: Option<&'a str>,
    due: At,
    state: ActionState,
    note: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct AttachmentView<'a> {
    name: &'a str,
    size: u64,
    sha256: &'a str,
    at: At,
    by: &'a str,
}

/// Where a ticket was imported from, with what has no place of its own here.
#[derive(Debug, Serialize)]
struct OriginView<'a> {
    source: &'a str,
    key: &'a str,
    fields: &'a BTreeMap<String, String>,
}

/// One thing owed.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct OwedView {
    what: DutyKind,
    to: Option<Audience>,
    csd: Option<Key>,
    by: Role,
    rule: Rule,
    due: At,
    overdue: bool,
    fix: String,
    ready: bool,
}

/// A notice that was given.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct NoticeView<'a> {
    number: u32,
    to: Audience,
    csd: Option<Key>,
    via: Via,
    settles: &'a [DutyKind],
    interim: bool,
    message_id: &'a str,
    subject: Option<&'a str>,
    text: &'a str,
    at: At,
    /// `queued`, `told` or `withdrawn`.
    state: &'static str,
    told: Option<At>,
    receipt: Option<&'a str>,
    /// Why the last attempt to deliver it failed.
    error: Option<&'a str>,
}

/// A ticket as it stands at that time.
pub(in crate::cli) fn ticket_view<'a>(tickets: &'a Tickets, ticket: &'a Ticket, now: Time) -> TicketView<'a> {
    match ticket {
        Ticket::Csd(csd) => TicketView::Csd(Box::new(csd_view(tickets, ticket, csd, now))),
        Ticket::Cus(cus) => TicketView::Cus(Box::new(cus_view(tickets, ticket, cus, now))),
    }
}

impl OwedView {
    pub(in crate::cli) fn new(tickets: &Tickets, owed: Owed, now: Time) -> Self {
        let fix = hint::fix(&owed.remedy);
        Self {
            what: owed.duty.kind,
            to: owed.duty.kind.audience(),
            csd: owed.duty.csd.as_ref().map(|csd| tickets.current_key(csd)),
            by: owed.by,
            rule: owed.duty.kind.rule(),
            due: At(owed.due),
            overdue: owed.is_overdue(now),
            fix: fix.text().to_owned(),
            ready: fix.is_ready(),
        }
    }

    pub(in crate::cli) fn of_row(row: OwedRow, now: Time) -> Self {
        let fix = hint::fix(&row.remedy);
        Self {
            what: row.kind,
            to: row.kind.audience(),
            csd: row.csd,
            by: row.by,
            rule: row.kind.rule(),
            due: At(row.due),
            overdue: row.due < now,
            fix: fix.text().to_owned(),
            ready: fix.is_ready(),
        }
    }
}

/// An announcement.
#[derive(Serialize)]
pub(in crate::cli) struct AnnouncedView<'a> {
    number: u32,
    to: &'a str,
    what: &'a [Announcement],
    via: Via,
    message_id: &'a str,
    subject: Option<&'a str>,
    text: &'a str,
    at: At,
    state: &'static str,
    told: Option<At>,
    receipt: Option<&'a str>,
}

impl<'a> AnnouncedView<'a> {
    pub(in crate::cli) fn new(announced: &'a Announced) -> Self {
        let (state, told, receipt) = match &announced.status {
            AnnouncedStatus::Queued => ("queued", None, None),
            AnnouncedStatus::Told { at, receipt } => ("told", Some(At(*at)), Some(receipt.as_str())),
            AnnouncedStatus::Dropped { .. } => ("dropped", None, None),
        };
        Self {
            number: announced.number,
            to: &announced.audience,
            what: &announced.what,
            via: announced.via,
            message_id: &announced.message_id,
            subject: announced.subject.as_deref(),
            text: &announced.message,
            at: At(announced.at),
            state,
            told,
            receipt,
        }
    }
}

impl<'a> NoticeView<'a> {
    pub(in crate::cli) fn new(tickets: &Tickets, notice: &'a Notice, error: Option<&'a str>) -> Self {
        let (state, receipt) = match &notice.status {
            NoticeStatus::Queued => ("queued", None),
            NoticeStatus::Told { receipt, .. } => ("told", receipt.as_deref()),
            NoticeStatus::Withdrawn { .. } => ("withdrawn", None),
            NoticeStatus::CameBack { .. } => ("came-back", None),
        };
        Self {
            number: notice.number,
            to: notice.to,
            csd: notice.csd.as_ref().map(|csd| tickets.current_key(csd)),
            via: notice.via,
            settles: &notice.settles,
            interim: notice.settles.is_empty(),
            message_id: &notice.message_id,
            subject: notice.subject.as_deref(),
            text: &notice.message,
            at: At(notice.at),
            state,
            told: notice.told_at().map(At),
            receipt,
            error,
        }
    }
}

fn begun(tickets: &Tickets, all: Vec<Owed>, now: Time) -> Vec<OwedView> {
    all.into_iter().filter(|owed| owed.has_begun(now)).map(|owed| OwedView::new(tickets, owed, now)).collect()
}

/// The time by which the customer is owed the next word (R33).
fn next_word(tickets: &Tickets, ticket: &Ticket, now: Time) -> Option<At> {
    let is_owed = |owed: &Owed| owed.duty.kind == DutyKind::NextWord && owed.has_begun(now);
    owed(tickets, ticket).into_iter().find(is_owed).map(|owed| At(owed.due))
}

fn origin_view(origin: &Origin) -> OriginView<'_> {
    OriginView { source: &origin.source, key: &origin.key, fields: &origin.rest }
}

fn csd_view<'a>(tickets: &'a Tickets, ticket: &'a Ticket, csd: &'a Csd, now: Time) -> CsdView<'a> {
    let cus = csd.cus.as_ref().and_then(|cus| tickets.cus(cus));
    let link = cus.and_then(|cus| cus.link(&csd.id).map(|link| (cus, link)));
    CsdView {
        kind: Kind::Csd,
        key: &csd.key,
        aliases: &csd.aliases,
        stage: csd.stage,
        customer: &csd.customer,
        contact: csd.contact.as_deref(),
        summary: &csd.summary,
        description: csd.description.as_deref(),
        channel: csd.channel,
        product_version: csd.product_version.as_deref(),
        reporter: &csd.reporter,
        assignee: csd.assignee.as_deref(),
        handled_by: csd.handled_by,
        triggers: &csd.triggers,
        cus: csd.cus.as_ref().map(|cus| tickets.current_key(cus)),
        told: link.filter(|(cus, link)| is_told(cus, link)).and_then(|(_, link)| told_at(link)),
        last_word: csd.last_word().map(At),
        next_word: next_word(tickets, ticket, now),
        confirmed: link.and_then(|(_, link)| confirmed_at(link)),
        answer: csd.answer,
        resolution: csd.resolution.as_deref(),
        owed: begun(tickets, owed_about(tickets, &csd.key), now),
        stuck: stuck(tickets, ticket, now).map(stuck_view),
        attachments: attachments(&csd.attachments),
        origin: csd.origin.as_ref().map(origin_view),
        created: At(csd.created),
        updated: At(csd.updated),
        revision: csd.revision,
    }
}

fn cus_view<'a>(tickets: &'a Tickets, ticket: &'a Ticket, cus: &'a Cus, now: Time) -> CusView<'a> {
    let links = cus.links.iter().map(|link| {
        let csd = tickets.csd(&link.csd);
        LinkView {
            key: csd.map_or(&link.csd, |csd| &csd.key),
            customer: csd.map(|csd| csd.customer.as_str()),
            stage: csd.map(|csd| csd.stage),
            support_told: link.support_told.filter(|_| cus.support_knows(link)).map(|told| At(told.at)),
            told: told_at(link).filter(|_| is_told(cus, link)),
            confirmed: confirmed_at(link),
            answer: link.answer.as_ref().map(|answer| answer.kind),
        }
    });
    CusView {
        kind: Kind::Cus,
        key: ticket.key(),
        stage: cus.stage,
        summary: &cus.summary,
        priority: cus.priority,
        steps: &cus.steps,
        assignee: cus.assignee.as_deref(),
        upgrade_hold: cus.holds.first().map(hold_view),
        upgrade_holds: cus.holds.iter().map(hold_view).collect(),
        csd: links.collect(),
        wanting: &cus.wanting,
        assessment: cus.assessment.as_ref().map(|assessment| AssessmentView {
            cause: &assessment.cause,
            started: assessment.started.map_or(StartedView::Unknown("unknown"), |time| StartedView::Known(At(time))),
            caused_by: &assessment.caused_by,
            severity: assessment.severity,
            impact: assessment.impact,
            customers_affected: assessment.customers_affected,
            workaround: &assessment.workaround,
            contradictions: contradictions(tickets, cus).iter().map(ToString::to_string).collect(),
            at: At(assessment.at),
        }),
        release: cus.release.as_ref().map(|release| ReleaseView {
            decision: release.decision,
            fix_version: release.fix_version.as_deref(),
            tentative: release.is_tentative(),
            target_date: release.target_date,
            resolution: release.resolution.as_deref(),
            shipped: release.shipped.map(At),
        }),
        fixed_by: &cus.fixed_by,
        resolution: cus.closing.as_ref().map(|closing| closing.resolution),
        duplicate_of: cus.closing.as_ref().and_then(|closing| closing.of.as_ref()),
        closing_note: cus.closing.as_ref().and_then(|closing| closing.note.as_deref()),
        postmortem: postmortem_view(&cus.postmortem),
        owed: begun(tickets, owed(tickets, ticket), now),
        stuck: stuck(tickets, ticket, now).map(stuck_view),
        attachments: attachments(&cus.attachments),
        origin: cus.origin.as_ref().map(origin_view),
        created: At(cus.created),
        updated: At(cus.updated),
        revision: cus.revision,
    }
}

impl<'a> ActionView<'a> {
    pub(in crate::cli) fn new(action: &'a Action) -> Self {
        Self {
            number: action.number,
            text: &action.text,
            owner: action.owner.as_deref(),
            due: At(action.due),
            state: action.state,
            note: action.note.as_deref(),
        }
    }
}

fn postmortem_view(postmortem: &Postmortem) -> Option<PostmortemView<'_>> {
    (!postmortem.is_blank()).then(|| PostmortemView {
        root_cause: postmortem.root_cause.as_deref(),
        category: postmortem.category.as_deref(),
        lessons: postmortem.lessons.as_deref(),
        note: postmortem.note.as_deref(),
        actions: postmortem.actions.iter().map(ActionView::new).collect(),
    })
}

fn hold_view(hold: &Hold) -> HoldView<'_> {
    HoldView { version: hold.version.as_deref(), since: At(hold.since), note: hold.note.as_deref() }
}

fn stuck_view(stuck: Stuck) -> StuckView {
    let bare = |reason| StuckView { reason, role: None, since: None, times: None };
    match stuck {
        Stuck::Bounced { times } => StuckView { times: Some(times), ..bare("bounced") },
        Stuck::WaitingOn { role, since } => {
            StuckView { role: Some(role), since: Some(At(since)), ..bare("waiting-on-one-role") }
        }
        Stuck::TooLong { since } => StuckView { since: Some(At(since)), ..bare("too-long-in-stage") },
    }
}

/// A customer who is decided stays told; another one is told who knows what is in force.
fn is_told(cus: &Cus, link: &crate::workflow::tickets::cus::Link) -> bool {
    link.is_decided() || cus.customer_was_told(link)
}

fn told_at(link: &crate::workflow::tickets::cus::Link) -> Option<At> {
    link.customer_told.map(|told| At(told.at))
}

/// A confirmation is the customer's own word; a customer who could not be reached has not given it.
fn confirmed_at(link: &crate::workflow::tickets::cus::Link) -> Option<At> {
    link.answer.as_ref().filter(|answer| answer.kind == AnswerKind::Resolved).map(|answer| At(answer.at))
}

fn attachments(attachments: &[Attachment]) -> Vec<AttachmentView<'_>> {
    attachments
        .iter()
        .map(|attachment| AttachmentView {
            name: &attachment.name,
            size: attachment.size,
            sha256: &attachment.sha256,
            at: At(attachment.at),
            by: &attachment.by,
        })
        .collect()
}
