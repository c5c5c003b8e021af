//! Events: the envelope and every type of fact.
//!
//! A fact keeps its structured part apart from its free text (`texts`), because a text can be redacted (R27) while the
//! structured part is kept for ever.

use std::collections::BTreeMap;

use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DueTime, DutyKind};
use crate::workflow::payload::facts;
use crate::workflow::step::Step;
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::tickets::stage::Stage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    Announcement, AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Resolution, Role,
    Severity, Trigger, Via, WordClock,
};
use crate::workflow::zone::Zone;

/// The edition of the rules that this program decides by. Each event names the one that it was decided by.
pub const EDITION: u32 = 2;
/// The edition that 0.1.0 decided by.
pub(crate) const FIRST_EDITION: u32 = 1;

/// One entry of the record: who did what to which ticket, when, in which role (R27).
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The ticket that it belongs to, by the key under which that was first recorded.
    pub stream: Key,
    /// The time at which it happened.
    pub at: Time,
    /// The actor.
    pub actor: String,
    /// The actor's role; `None` where none is known (R28).
    pub role: Option<Role>,
    /// The ticket's stage before; `None` where this event begins the ticket.
    pub before: Option<Stage>,
    /// The ticket's stage after.
    pub after: Stage,
    /// The due times that this event fixes (R29).
    pub due: Vec<DueTime>,
    /// The step that caused it.
    pub step: Step,
    /// The edition of the rules that it was decided by.
    pub edition: u32,
    /// The fact.
    pub fact: Fact,
}

/// A notice that reaches its audience.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Telling<'a> {
    /// The audience.
    pub to: Audience,
    /// The CSD ticket that it is about.
    pub csd: Option<&'a Key>,
    /// The duties that it settles.
    pub settles: &'a [DutyKind],
}

impl ReleaseDecided {
    /// Returns the end of the target date. The first edition recorded none: it took the day as one of UTC.
    pub fn promised_until(&self) -> Option<Time> {
        self.target_ends.or_else(|| self.target_date.map(|date| Zone::UTC.end_of(date)))
    }
}

impl Fact {
    /// Returns the notice by which this fact tells somebody: one told at once, or a queued one that was delivered.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact tells anybody")]
    pub fn told(&self) -> Option<Telling<'_>> {
        match self {
            Self::Notified(fact) if fact.via.is_at_once() => {
                let csd = fact.csd.as_ref();
                Some(Telling { to: fact.to, csd, settles: &fact.settles })
            }
            Self::Delivered(fact) => {
                let csd = fact.csd.as_ref();
                Some(Telling { to: fact.to, csd, settles: &fact.settles })
            }
            _ => None,
        }
    }
}

/// What the first edition did not record: nearly every message was an update.
fn is_update() -> bool {
    true
}

facts! {
    /// Support recorded a customer's issue (R1, R2).
    Reported = "reported" {
        /// The channel by which it arrived.
        channel: Channel,
        /// The product version that the customer runs.
        product_version: Option<String>,
        /// Whether `cus` gave the key, so that the desk's own may replace it.
        key_given: bool,
    } texts ReportedTexts {
        /// The customer who reported it.
        customer: String,
        /// The summary, one line.
        summary: String,
        /// The description.
        description: Option<String>,
        /// The customer's contact.
        contact: Option<String>,
    }

    /// Support decided who handles it (R3, R4).
    Assessed = "assessed" {
        /// The handler.
        handled_by: Handler,
        /// The triggers that apply; empty where none does.
        triggers: Vec<Trigger>,
    } texts AssessedTexts {
        /// The reason, or why a trigger was withdrawn (R5).
        note: Option<String>,
    }

    /// The CSD ticket was linked to a CUS ticket (R8, R11).
    Linked = "linked" {
        /// The linked ticket.
        cus: Key,
    } texts LinkedTexts {}

    /// The CSD ticket was unlinked from its CUS ticket (R11, R26).
    Unlinked = "unlinked" {
        /// The linked ticket.
        cus: Key,
    } texts UnlinkedTexts {
        /// The reason.
        note: Option<String>,
    }

    /// The customer was told (R21).
    CustomerTold = "customer-told" {
        /// The ticket that records the notice.
        cus: Key,
        /// The notice's number on that ticket.
        notice: u32,
        /// Whether it told the facts; an interim message does not.
        #[serde(default = "is_update")]
        is_update: bool,
        /// The time by which it promised the next message (R33).
        #[serde(default)]
        next_by: Option<Time>,
    } texts CustomerToldTexts {}

    /// The clock of the next word to the customer changed without a message (R33).
    NextWord = "next-word" {
        /// Why.
        clock: WordClock,
    } texts NextWordTexts {}

    /// The CSD ticket was resolved (R7, R23, R26).
    Resolved = "resolved" {
        /// The answer that decided it; `None` where it was resolved outside Engineering or by telling the customer.
        answer: Option<AnswerKind>,
        /// The CSD ticket of the same customer that it repeats (R7).
        #[serde(default)]
        duplicate_of: Option<Key>,
    } texts ResolvedTexts {
        /// The resolution, or what the customer said.
        note: Option<String>,
    }

    /// It was not over after all (R25).
    Reopened = "reopened" {
        /// Whether what had shipped is withdrawn, so that those who had confirmed are unanswered again (R20).
        #[serde(default)]
        recalls: bool,
    } texts ReopenedTexts {
        /// Why.
        note: Option<String>,
    }

    /// Support escalated to Engineering (R8).
    Escalated = "escalated" {
        /// The CSD tickets.
        csd: Vec<Key>,
        /// The priority level.
        priority: Priority,
    } texts EscalatedTexts {
        /// The summary, one line.
        summary: String,
        /// The reproduction steps.
        steps: String,
    }

    /// Support completed a returned ticket and escalated it again (R12).
    Completed = "completed" {
        /// The priority level, where it changed.
        priority: Option<Priority>,
    } texts CompletedTexts {
        /// The summary, where it changed.
        summary: Option<String>,
        /// The reproduction steps, where they changed.
        steps: Option<String>,
        /// The reason why an item cannot be supplied.
        note: Option<String>,
    }

    /// A CSD ticket joined (R11).
    Joined = "joined" {
        /// The linked ticket.
        csd: Key,
        /// The priority to which the newcomer raised it.
        priority: Option<Priority>,
    } texts JoinedTexts {
        /// The reproduction steps, where the newcomer brought better ones.
        steps: Option<String>,
    }

    /// A CSD ticket left (R11, R26).
    Left = "left" {
        /// The linked ticket.
        csd: Key,
    } texts LeftTexts {}

    /// An item of a returned checklist was supplied on a CSD ticket (R12).
    Supplied = "supplied" {
        /// The items supplied.
        items: Vec<ChecklistItem>,
    } texts SuppliedTexts {}

    /// Engineering returned it to Support (R12).
    Returned = "returned" {
        /// The checklist items that were not good enough.
        missing: Vec<ChecklistItem>,
    } texts ReturnedTexts {
        /// The reason.
        note: String,
    }

    /// Engineering assessed it (R13).
    EngAssessed = "eng-assessed" {
        /// The time at which the issue started; `None` is the answer "unknown".
        started: Option<Time>,
        /// The severity.
        severity: Severity,
        /// The impact.
        impact: Impact,
        /// The number of affected customers, where known.
        customers_affected: Option<u64>,
        /// The priority to which it raised the ticket's (R40).
        #[serde(default)]
        priority: Option<Priority>,
        /// Whether the ticket keeps its priority though a higher one is named (R40).
        #[serde(default)]
        keeps_priority: bool,
    } texts EngAssessedTexts {
        /// The cause.
        cause: String,
        /// The ticket that caused it, or `unknown`.
        caused_by: String,
        /// The workaround, or `none`, or `unknown`.
        workaround: String,
        /// The reason, or a remark for colleagues.
        note: Option<String>,
    }

    /// Engineering decided about the release, or revised the decision (R16, R20).
    ReleaseDecided = "release-decided" {
        /// The decision.
        decision: Decision,
        /// The fix version.
        fix_version: Option<String>,
        /// The target date.
        target_date: Option<chrono::NaiveDate>,
        /// The end of that day in the team's time zone.
        target_ends: Option<Time>,
        /// The name of that zone.
        zone: Option<String>,
        /// Whether it repeats an undated decision with a note: its review (R20).
        #[serde(default)]
        is_review: bool,
        /// Whether what had shipped is withdrawn, so that those who had confirmed are unanswered again (R20).
        #[serde(default)]
        recalls: bool,
    } texts ReleaseDecidedTexts {
        /// The resolution, written for customers.
        resolution: Option<String>,
        /// The reason.
        note: Option<String>,
        /// The development tickets that bring the fix, one a line; in place of those named before (R38).
        fixed_by: Option<String>,
    }

    /// The fix is available (R30).
    Shipped = "shipped" {
        /// The version that brought it.
        fix_version: String,
    } texts ShippedTexts {
        /// A note.
        note: Option<String>,
        /// The development tickets that brought it, one a line; beside those named before (R38).
        fixed_by: Option<String>,
    }

    /// A notice was drafted (R14, R17, R18, R21, R23): told at once, or queued until it is delivered.
    Notified = "notified" {
        /// The notice's number on this ticket.
        notice: u32,
        /// The audience.
        to: Audience,
        /// The CSD ticket that it is about, for Support and customers.
        csd: Option<Key>,
        /// The channel.
        via: Via,
        /// The revision of the facts that it was drafted from.
        facts: u32,
        /// The duties that it settles; none for an interim message.
        settles: Vec<DutyKind>,
        /// The message id, without angle brackets; the same however often it is sent. A rule makes one that is unique in the
        /// database, and the desk adds what makes it unique in the world.
        message_id: String,
        /// The time by which it promises the customer the next message (R33).
        #[serde(default)]
        next_by: Option<Time>,
    } texts NotifiedTexts {
        /// The message, word for word.
        message: String,
        /// The subject, where the channel has one.
        subject: Option<String>,
    }

    /// A queued notice was delivered, so that its audience is told.
    Delivered = "delivered" {
        /// The notice's number on this ticket.
        notice: u32,
        /// The audience.
        to: Audience,
        /// The CSD ticket that it was about.
        csd: Option<Key>,
        /// The duties that it settles; none for an interim message, or for one that came too late.
        settles: Vec<DutyKind>,
    } texts DeliveredTexts {
        /// The channel's receipt.
        receipt: String,
    }

    /// A delivery came back and is void (R29). It stands on the CUS ticket, and on the CSD ticket that it was about.
    NoticeCameBack = "notice-came-back" {
        /// The ticket that records the notice.
        cus: Key,
        /// The notice's number on it.
        notice: u32,
        /// Whether it had resolved this CSD ticket, which is escalated again.
        reopens: bool,
    } texts NoticeCameBackTexts {
        /// What the mail server said.
        reason: Option<String>,
    }

    /// A queued notice was withdrawn: its facts have changed, or it is no longer owed (R29).
    NoticeWithdrawn = "notice-withdrawn" {
        /// The notice's number on this ticket.
        notice: u32,
    } texts NoticeWithdrawnTexts {}

    /// An audience is told what happened (R36): queued until it is delivered.
    Announced = "announced" {
        /// Its number among the ticket's notices.
        notice: u32,
        /// The audience, one of the policy's.
        audience: String,
        /// The happenings.
        what: Vec<Announcement>,
        /// Whether it says that they were undone (R35).
        undoes: bool,
        /// The channel.
        via: Via,
        /// The message id, without angle brackets.
        message_id: String,
    } texts AnnouncedTexts {
        /// The message.
        message: String,
        /// The subject.
        subject: Option<String>,
    }

    /// An announcement was delivered (R36).
    AnnouncementDelivered = "announcement-delivered" {
        /// Its number among the ticket's notices.
        notice: u32,
    } texts AnnouncementDeliveredTexts {
        /// The channel's receipt.
        receipt: String,
    }

    /// An announcement was dropped before it was delivered (R36).
    AnnouncementDropped = "announcement-dropped" {
        /// Its number among the ticket's notices.
        notice: u32,
    } texts AnnouncementDroppedTexts {}

    /// It moved to Postmortem (R19).
    MovedToPostmortem = "moved-to-postmortem" {
        /// The category.
        #[serde(default)]
        category: Option<String>,
    } texts MovedToPostmortemTexts {
        /// The root cause.
        root_cause: Option<String>,
        /// The lessons.
        lessons: Option<String>,
        /// A note.
        note: Option<String>,
    }

    /// The postmortem was written or completed (R34).
    PostmortemWritten = "postmortem-written" {
        /// The category, where it is new.
        category: Option<String>,
    } texts PostmortemWrittenTexts {
        /// The root cause, where it is new.
        root_cause: Option<String>,
        /// The lessons, where they are new.
        lessons: Option<String>,
        /// The reason why there is no action, or another note.
        note: Option<String>,
    }

    /// Something is to be done after a postmortem (R34).
    ActionAdded = "action-added" {
        /// The number on this ticket.
        action: u32,
        /// The due time.
        due: Time,
    } texts ActionAddedTexts {
        /// What is to be done.
        text: String,
        /// The person who is to do it.
        owner: Option<String>,
    }

    /// An action was done or dropped (R34).
    ActionEnded = "action-ended" {
        /// The number on this ticket.
        action: u32,
        /// Done or dropped.
        state: ActionState,
    } texts ActionEndedTexts {
        /// The outcome, or why it was dropped.
        note: Option<String>,
    }

    /// Support recorded what a customer says (R23).
    Answered = "answered" {
        /// The CSD ticket.
        csd: Key,
        /// The answer.
        answer: AnswerKind,
    } texts AnsweredTexts {
        /// The customer's words, or how they could not be reached.
        note: Option<String>,
    }

    /// A customer complained before the fix had shipped, or after an answer of R26 (R25).
    Complained = "complained" {
        /// The customer's ticket.
        csd: Key,
    } texts ComplainedTexts {
        /// The customer's words.
        note: Option<String>,
    }

    /// Further upgrades are held (R10).
    HoldSet = "hold-set" {
        /// The product version held; `None` holds all.
        version: Option<String>,
    } texts HoldSetTexts {
        /// The reason.
        note: Option<String>,
    }

    /// An upgrade hold was lifted, or all of the ticket's (R10).
    HoldLifted = "hold-lifted" {
        /// The product version; `None` is all that the ticket holds.
        version: Option<String>,
    } texts HoldLiftedTexts {
        /// The reason.
        note: Option<String>,
    }

    /// The CUS ticket was closed (R24, R26).
    Closed = "closed" {
        /// The resolution.
        resolution: Resolution,
        /// The original, for a duplicate.
        of: Option<Key>,
        /// Who was told of it as a bug, and is owed the correction (R26).
        #[serde(default)]
        corrects: Vec<Audience>,
    } texts ClosedTexts {
        /// The reason.
        note: Option<String>,
    }

    /// An internal comment was added.
    Commented = "commented" {} texts CommentedTexts {
        /// The comment.
        text: String,
    }

    /// Somebody was named who has the ticket, or nobody (R37).
    Assigned = "assigned" {} texts AssignedTexts {
        /// The assignee; `None` is nobody.
        assignee: Option<String>,
    }

    /// A file was attached.
    Attached = "attached" {
        /// The size in bytes.
        size: u64,
        /// The content's SHA-256, in hexadecimal.
        sha256: String,
    } texts AttachedTexts {
        /// The file's name, without folders.
        name: String,
    }

    /// A field was changed in another tracker, before the ticket was imported (R32).
    ChangedElsewhere = "changed-elsewhere" {
        /// The field, by the tracker's name.
        field: String,
    } texts ChangedElsewhereTexts {
        /// The value before.
        from: Option<String>,
        /// The value after.
        to: Option<String>,
    }

    /// It was resolved for a customer in another tracker, so nobody is owed the news (R32).
    SettledElsewhere = "settled-elsewhere" {
        /// The CSD ticket.
        csd: Key,
    } texts SettledElsewhereTexts {}

    /// The ticket was imported from another tracker, for the first time or with news (R32).
    Imported = "imported" {
        /// The tracker.
        tracker: String,
        /// The source: the ticket is known by that and by its key there.
        source: String,
        /// The key that it has there, as it is written there.
        there: String,
        /// The key that it got here.
        key: Key,
        /// The keys there of the tickets to which it is linked there.
        links: Vec<String>,
    } texts ImportedTexts {
        /// Fields that the process does not have, by the tracker's names.
        rest: BTreeMap<String, String>,
    }

    /// Texts that must not be kept were removed from an earlier event of the ticket (R27).
    Redacted = "redacted" {
        /// The event, by its position in the log.
        event: i64,
        /// The names of the texts that were removed, each with null.
        removed: BTreeMap<String, ()>,
        /// Whether the content of the file that it attached was removed as well.
        file: bool,
    } texts RedactedTexts {
        /// The reason.
        note: String,
        /// What stands in the place of a text from now on, by the text's name.
        instead: BTreeMap<String, String>,
    }

    /// A command was undone: the ticket is as it was before (R35).
    Undone = "undone" {
        /// The command: the id of its first event.
        command: i64,
        /// The step that it took.
        step: Step,
    } texts UndoneTexts {
        /// The reason.
        note: String,
    }

    /// Something recorded was corrected (R27).
    Edited = "edited" {
        /// The new priority.
        priority: Option<Priority>,
        /// The desk's own key, which replaces the one that `cus` gave (R2).
        key: Option<Key>,
        /// The new channel.
        channel: Option<Channel>,
        /// The new product version.
        product_version: Option<String>,
    } texts EditedTexts {
        /// The new summary.
        summary: Option<String>,
        /// The new description.
        description: Option<String>,
        /// The new customer.
        customer: Option<String>,
        /// The new contact.
        contact: Option<String>,
        /// The new reproduction steps.
        steps: Option<String>,
        /// The reason.
        note: Option<String>,
    }
}
