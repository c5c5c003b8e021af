//! Completed commands: nothing required is optional in them.

use chrono::NaiveDate;

use crate::workflow::event::Event;
use crate::workflow::foreign::Foreign;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::step::Step;
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Resolution, Severity, Trigger,
    Via,
};

/// A file to attach, before its content is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The name, without folders.
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The content's SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A request to hold upgrades (R10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRequest {
    /// The product version to hold; `None` holds all.
    pub version: Option<String>,
}

/// The place of own words in a notice (R21).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wording {
    /// Above the facts; where nothing is owed, alone.
    #[default]
    Above,
    /// In the place of the draft that they were edited from. What they leave out of the facts is added.
    Edited,
    /// Alone: an interim message, which settles nothing but the next word.
    Alone,
}

/// The tickets that `ship` covers (R30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShipTarget {
    /// One ticket.
    Ticket(Key),
    /// Every ticket that was decided for this version.
    Version(String),
}

macro_rules! commands {
    ($(
        $(#[$doc:meta])*
        $command:ident: on $subject:tt, $step:expr => { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq)]
            pub struct $command { $($(#[$field_doc])* pub $field: $type,)* }

            impl From<$command> for Command {
                fn from(command: $command) -> Self {
                    Self::$command(command)
                }
            }
        )+

        /// A completed command.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command { $($(#[$doc])* $command($command),)+ }

        impl Command {
            /// Returns the step that it takes, as far as that is known without its ticket.
            pub fn step(&self) -> Step {
                match self {
                    $(Self::$command(command) => {
                        let step: fn(&$command) -> Step = $step;
                        step(command)
                    })+
                }
            }

            /// Returns the tickets that it is taken on, by the keys that it names; none where it begins one or goes by a
            /// version.
            pub fn subjects(&self) -> &[Key] {
                match self { $(Self::$command(_command) => subjects!(_command, $subject),)+ }
            }

            /// Whether it is taken on a CUS ticket, for which the key of a customer's ticket can stand.
            pub fn is_on_cus(&self) -> bool {
                match self { $(Self::$command(_command) => is_cus!(_command, $subject),)+ }
            }
        }
    };
}

macro_rules! subjects {
    ($command:ident, nothing) => {
        &[]
    };
    ($command:ident, target) => {
        $command.target.ticket()
    };
    ($command:ident, inner) => {
        $command.command.subjects()
    };
    ($command:ident, [$field:ident]) => {
        &$command.$field
    };
    ($command:ident, $field:ident) => {
        std::slice::from_ref(&$command.$field)
    };
}

macro_rules! is_cus {
    ($command:ident, cus) => {
        true
    };
    ($command:ident, target) => {
        true
    };
    ($command:ident, inner) => {
        $command.command.is_on_cus()
    };
    ($command:ident, $other:tt) => {
        false
    };
}

impl ShipTarget {
    /// The ticket, where it is one.
    fn ticket(&self) -> &[Key] {
        match self {
            Self::Ticket(key) => std::slice::from_ref(key),
            Self::Version(_) => &[],
        }
    }
}

commands! {
    /// Record a customer's issue (R1).
    Report: on nothing, |_| Step::Report => {
        /// The desk's own key, where there is one.
        csd: Option<Key>,
        /// The customer who reports it.
        customer: String,
        /// The summary, one line.
        summary: String,
        /// The channel by which it arrived.
        channel: Channel,
        /// The description.
        description: Option<String>,
        /// The customer's contact.
        contact: Option<String>,
        /// The product version that the customer runs.
        product_version: Option<String>,
        /// Files to attach.
        attach: Vec<NewFile>,
    }

    /// Decide who handles it (R3, R4).
    Assess: on csd, |_| Step::Assess => {
        /// The CSD ticket.
        csd: Key,
        /// The handler.
        handled_by: Handler,
        /// The triggers that apply.
        triggers: Vec<Trigger>,
        /// The reason.
        note: Option<String>,
    }

    /// Open a CUS ticket for CSD tickets (R8).
    Escalate: on [csd], |_| Step::Escalate => {
        /// The CSD tickets; at least one.
        csd: Vec<Key>,
        /// The priority level.
        priority: Priority,
        /// The reproduction steps.
        steps: String,
        /// The summary, one line; the first CSD ticket's by default.
        summary: Option<String>,
        /// Files to attach.
        attach: Vec<NewFile>,
        /// The upgrade hold to set, if any.
        hold: Option<HoldRequest>,
        /// A note.
        note: Option<String>,
    }

    /// Join CSD tickets to an open CUS ticket (R11).
    Join: on into, |_| Step::Join => {
        /// The CSD tickets; at least one.
        csd: Vec<Key>,
        /// The CUS ticket.
        into: Key,
        /// The newcomer's priority.
        priority: Option<Priority>,
        /// Better reproduction steps.
        steps: Option<String>,
        /// Files to attach.
        attach: Vec<NewFile>,
        /// The upgrade hold to set, if any.
        hold: Option<HoldRequest>,
        /// A note.
        note: Option<String>,
    }

    /// Complete a returned CUS ticket and escalate it again (R12).
    Complete: on cus, |_| Step::Complete => {
        /// The CUS ticket.
        cus: Key,
        /// The priority level.
        priority: Option<Priority>,
        /// The reproduction steps.
        steps: Option<String>,
        /// The summary, one line.
        summary: Option<String>,
        /// Files to attach.
        attach: Vec<NewFile>,
        /// The upgrade hold to set, if any.
        hold: Option<HoldRequest>,
        /// The reason why an item cannot be supplied.
        note: Option<String>,
    }

    /// Assess cause, severity and impact (R13).
    EngAssess: on cus, |_| Step::EngAssess => {
        /// The CUS ticket.
        cus: Key,
        /// The cause.
        cause: String,
        /// The time at which the issue started; `None` is the answer "unknown".
        started: Option<Time>,
        /// The ticket that caused it, or `unknown`.
        caused_by: String,
        /// The severity.
        severity: Severity,
        /// The impact.
        impact: Impact,
        /// The workaround, or `none`, or `unknown`.
        workaround: String,
        /// The number of affected customers, where known.
        customers_affected: Option<u64>,
        /// Whether the ticket keeps its priority though severity and impact name a higher one (R40).
        keep_priority: bool,
        /// Why, or what else colleagues should know.
        note: Option<String>,
    }

    /// Decide about the release, or revise the decision (R16, R20).
    Release: on cus, |_| Step::Release => {
        /// The CUS ticket.
        cus: Key,
        /// The decision.
        decision: Decision,
        /// The fix version.
        fix_version: Option<String>,
        /// The target date.
        target_date: Option<NaiveDate>,
        /// The resolution, written for customers.
        resolution: Option<String>,
        /// The development tickets that bring the fix; none leaves those that are named already (R38).
        fixed_by: Vec<String>,
        /// Whether what had shipped is withdrawn (R20).
        recalls: bool,
        /// The reason.
        note: Option<String>,
    }

    /// Notify an audience (R14, R17, R18, R21).
    Notify: on cus, Notify::step => {
        /// The CUS ticket, or the CSD ticket that an interim message is about.
        cus: Key,
        /// The audience; `None` notifies everybody whom the actor owes something.
        to: Option<Audience>,
        /// The one CSD ticket to notify about.
        csd: Option<Key>,
        /// The actor's own words.
        message: Option<String>,
        /// The place of the actor's own words.
        wording: Wording,
        /// The time by which the customer is promised the next message (R33).
        next_by: Option<Time>,
        /// The channel; the audience's own by default.
        via: Option<Via>,
        /// The one duty to settle, where the audience is owed several.
        settling: Option<DutyKind>,
    }

    /// Record that a queued notice was delivered.
    Deliver: on cus, |_| Step::Deliver => {
        /// The CUS ticket.
        cus: Key,
        /// The notice's number on it.
        notice: u32,
        /// The channel's receipt.
        receipt: String,
    }

    /// Drop an announcement that is queued (R36).
    DropAnnouncement: on cus, |_| Step::DropAnnouncement => {
        /// The CUS ticket.
        cus: Key,
        /// The announcement's number on it.
        notice: u32,
    }

    /// Record that a notice that was delivered came back (R29).
    CameBack: on cus, |_| Step::CameBack => {
        /// The CUS ticket.
        cus: Key,
        /// The notice's number on it.
        notice: u32,
        /// What the mail server said.
        reason: Option<String>,
    }

    /// Move to Postmortem (R19).
    Postmortem: on cus, |_| Step::Postmortem => {
        /// The CUS ticket.
        cus: Key,
        /// The root cause.
        root_cause: Option<String>,
        /// The category.
        category: Option<String>,
        /// The lessons.
        lessons: Option<String>,
        /// A note.
        note: Option<String>,
    }

    /// Write the postmortem, or complete it (R34).
    WritePostmortem: on cus, |_| Step::WritePostmortem => {
        /// The CUS ticket.
        cus: Key,
        /// The root cause.
        root_cause: Option<String>,
        /// The category.
        category: Option<String>,
        /// The lessons.
        lessons: Option<String>,
        /// The reason why there is no action, or another note.
        note: Option<String>,
    }

    /// Add an action to the postmortem (R34).
    AddAction: on cus, |_| Step::AddAction => {
        /// The CUS ticket.
        cus: Key,
        /// What is to be done.
        text: String,
        /// The person who is to do it.
        owner: Option<String>,
        /// The day by which it is to be done.
        due: Option<NaiveDate>,
    }

    /// Say that an action is done or dropped (R34).
    EndAction: on cus, |_| Step::EndAction => {
        /// The CUS ticket.
        cus: Key,
        /// The action's number.
        number: u32,
        /// Done or dropped.
        state: ActionState,
        /// The outcome; required to drop it.
        note: Option<String>,
    }

    /// Close a CUS ticket as fixed (R24).
    Close: on cus, |_| Step::Close => {
        /// The CUS ticket.
        cus: Key,
        /// A note.
        note: Option<String>,
    }

    /// Close a CUS ticket without a fix (R26).
    CloseAs: on cus, |close| Step::close_as(close.resolution) => {
        /// The CUS ticket.
        cus: Key,
        /// The reason.
        resolution: Resolution,
        /// The reason.
        note: String,
        /// The original, for a duplicate.
        of: Option<Key>,
    }

    /// Close a CSD ticket that was handled without Engineering (R7).
    Resolve: on csd, |_| Step::Resolve => {
        /// The CSD ticket.
        csd: Key,
        /// The resolution.
        note: String,
        /// The words for the customer, which are sent with it.
        message: Option<String>,
        /// The channel, or how the customer was told.
        via: Option<Via>,
    }

    /// Close a CSD ticket that repeats another open one of the same customer (R7).
    ResolveDuplicate: on csd, |_| Step::ResolveDuplicate => {
        /// The customer's ticket.
        csd: Key,
        /// The one that it repeats.
        of: Key,
        /// Why.
        note: String,
    }

    /// Record that the fix is available (R30).
    Ship: on target, |_| Step::Ship => {
        /// The tickets that shipped.
        target: ShipTarget,
        /// The development tickets that brought the fix, beside those that are named already (R38).
        fixed_by: Vec<String>,
        /// A note.
        note: Option<String>,
    }

    /// Take a step, and send at once the notices that the actor's roles owe because of it.
    AndTell: on inner, |and_tell| and_tell.command.step() => {
        /// The step.
        command: Box<Command>,
    }

    /// Move everything that was decided for a version, and has not shipped, to another (R20).
    Slip: on nothing, |_| Step::Release => {
        /// The version for which it was decided.
        from: String,
        /// The new fix version.
        to: String,
        /// The new target date.
        target_date: Option<NaiveDate>,
        /// The reason.
        note: String,
        /// Whether to send at once the notices that the actor's role owes because of it.
        notify: bool,
    }

    /// Record what a customer says (R23, R25).
    Confirm: on csd, |confirm| Step::confirm(confirm.answer) => {
        /// The CSD ticket.
        csd: Key,
        /// The answer.
        answer: AnswerKind,
        /// The customer's words, or how they could not be reached.
        note: Option<String>,
    }

    /// Return a CUS ticket to Support (R12).
    Return: on cus, |_| Step::Return => {
        /// The CUS ticket.
        cus: Key,
        /// The checklist items that were not good enough.
        missing: Vec<ChecklistItem>,
        /// The reason.
        note: String,
    }

    /// Reopen a ticket (R25).
    Reopen: on key, |_| Step::Reopen => {
        /// The ticket, of either kind.
        key: Key,
        /// Whether what had shipped is withdrawn (R20).
        recalls: bool,
        /// Why.
        note: String,
    }

    /// Hold further upgrades (R10).
    Hold: on cus, |_| Step::Hold => {
        /// The CUS ticket.
        cus: Key,
        /// The product version to hold; `None` holds all.
        version: Option<String>,
        /// The reason.
        note: String,
    }

    /// Lift an upgrade hold, or all of the ticket's (R10).
    LiftHold: on cus, |_| Step::LiftHold => {
        /// The CUS ticket.
        cus: Key,
        /// The product version; `None` is all that the ticket holds.
        version: Option<String>,
        /// The reason.
        note: String,
    }

    /// Add an internal comment.
    Comment: on key, |_| Step::Comment => {
        /// The ticket, of either kind.
        key: Key,
        /// The comment.
        text: String,
    }

    /// Name who has a ticket, or that nobody has it (R37).
    Assign: on key, |_| Step::Assign => {
        /// The ticket, of either kind.
        key: Key,
        /// The assignee; `None` is nobody.
        to: Option<String>,
    }

    /// Attach files.
    Attach: on key, |_| Step::Attach => {
        /// The ticket, of either kind.
        key: Key,
        /// The files; at least one.
        files: Vec<NewFile>,
    }

    /// Correct what was recorded (R27).
    Edit: on key, |_| Step::Edit => {
        /// The ticket, of either kind.
        key: Key,
        /// The new summary.
        summary: Option<String>,
        /// The new priority, of a CUS ticket.
        priority: Option<Priority>,
        /// The new reproduction steps, of a CUS ticket.
        steps: Option<String>,
        /// The new description, of a CSD ticket.
        description: Option<String>,
        /// The new customer, of a CSD ticket.
        customer: Option<String>,
        /// The new contact, of a CSD ticket.
        contact: Option<String>,
        /// The new channel, of a CSD ticket.
        channel: Option<Channel>,
        /// The new product version, of a CSD ticket.
        product_version: Option<String>,
        /// The desk's own key, of a CSD ticket (R2).
        csd: Option<Key>,
        /// The reason; required to lower a priority (R29).
        note: Option<String>,
    }

    /// Give the customer of tickets another name (R39).
    Rename: on [keys], |_| Step::Customer => {
        /// The customer's tickets.
        keys: Vec<Key>,
        /// The new name.
        customer: String,
        /// The reason.
        note: String,
    }

    /// End the next words that are owed by a clock that the team has turned off (R33).
    EndNextWords: on [csd], |_| Step::Policy => {
        /// The CSD tickets.
        csd: Vec<Key>,
    }

    /// Import a ticket of another tracker, or what is new on one that was imported before (R32).
    Import: on nothing, |_| Step::Import => {
        /// The ticket.
        ticket: Box<Foreign>,
        /// The events that are recorded of it already.
        known: Vec<Event>,
        /// CSD tickets that were imported before it and are linked to it there.
        joins: Vec<Key>,
        /// Whether somebody has worked on it here since, in which case it keeps its own stage and texts.
        is_touched: bool,
        /// The time by which all of it has happened: now, whatever time was set by hand.
        until: Time,
    }

    /// Undo the last command on a ticket, on every ticket that it touched (R35).
    Undo: on key, |_| Step::Undo => {
        /// The ticket, of either kind.
        key: Key,
        /// The command, by the id of its first event; without it the last on the ticket.
        command: Option<i64>,
        /// The reason.
        note: String,
    }

    /// Unlink a CSD ticket from its CUS ticket (R11).
    Unlink: on csd, |_| Step::Unlink => {
        /// The CSD ticket.
        csd: Key,
        /// The reason.
        note: String,
    }
}

impl Report {
    /// A report of one line.
    pub fn new(customer: impl Into<String>, summary: impl Into<String>, channel: Channel) -> Self {
        Self {
            csd: None,
            customer: customer.into(),
            summary: summary.into(),
            channel,
            description: None,
            contact: None,
            product_version: None,
            attach: Vec::new(),
        }
    }
}

impl Assess {
    /// An assessment by which no trigger applies.
    pub fn new(csd: Key, handled_by: Handler) -> Self {
        Self { csd, handled_by, triggers: Vec::new(), note: None }
    }
}

impl Escalate {
    /// An escalation that holds nothing and attaches nothing.
    pub fn new(csd: impl IntoIterator<Item = Key>, priority: Priority, steps: impl Into<String>) -> Self {
        Self {
            csd: csd.into_iter().collect(),
            priority,
            steps: steps.into(),
            summary: None,
            attach: Vec::new(),
            hold: None,
            note: None,
        }
    }
}

impl Notify {
    /// Returns the notice of what this audience is owed, in the template's words; `None` is every audience.
    pub fn of(cus: Key, to: Option<Audience>) -> Self {
        let wording = Wording::default();
        Self { cus, to, csd: None, message: None, wording, next_by: None, via: None, settling: None }
    }

    fn step(&self) -> Step {
        match self.wording {
            Wording::Alone => Step::Interim,
            Wording::Above | Wording::Edited => self.to.map_or(Step::NotifyCustomer, Step::notify),
        }
    }
}

impl Command {
    /// Returns it with the notices that follow from it.
    #[must_use]
    pub fn and_tell(self) -> Self {
        AndTell { command: Box::new(self) }.into()
    }

    /// Whether it can give notices, so that the delivery settings are needed.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other command gives notices")]
    pub fn gives_notices(&self) -> bool {
        match self {
            Self::AndTell(_) | Self::Notify(_) => true,
            Self::Resolve(resolve) => resolve.message.is_some() || resolve.via.is_some(),
            Self::Slip(slip) => slip.notify,
            _ => false,
        }
    }
}

impl Edit {
    /// Returns a correction that changes nothing yet.
    pub fn of(key: &Key) -> Self {
        Self {
            key: key.clone(),
            summary: None,
            priority: None,
            steps: None,
            description: None,
            customer: None,
            contact: None,
            channel: None,
            product_version: None,
            csd: None,
            note: None,
        }
    }
}
