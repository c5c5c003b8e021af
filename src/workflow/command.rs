//! Completed commands: nothing required is optional in them.

use chrono::NaiveDate;

use crate::workflow::event::Event;
use crate::workflow::foreign::Foreign;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Resolution, Severity, Trigger,
    Via,
};

/// A file to attach: what is known of it before its content is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The name, without folders.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The content's SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A wish to hold upgrades (R10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRequest {
    /// The product version to hold; `None` holds all.
    pub version: Option<String>,
}

/// Which tickets a shipping is about (R30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShipTarget {
    /// One ticket.
    Ticket(Key),
    /// Every ticket that was decided for this version.
    Version(String),
}

macro_rules! commands {
    ($($(#[$doc:meta])* $command:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })+) => {
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

        /// A step that somebody wants to take.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command { $($(#[$doc])* $command($command),)+ }
    };
}

commands! {
    /// Record a customer's issue (R1).
    Report {
        /// The desk's own key, where there is one.
        csd: Option<Key>,
        /// Who reports it.
        customer: String,
        /// One line.
        summary: String,
        /// How it arrived.
        channel: Channel,
        /// The whole story.
        description: Option<String>,
        /// Where the customer is reached.
        contact: Option<String>,
        /// The product version that the customer runs.
        product_version: Option<String>,
        /// Files.
        attach: Vec<NewFile>,
    }

    /// Decide who handles it (R3, R4).
    Assess {
        /// The customer's ticket.
        csd: Key,
        /// Who handles it.
        handled_by: Handler,
        /// The triggers that apply.
        triggers: Vec<Trigger>,
        /// Why.
        note: Option<String>,
    }

    /// Open a CUS ticket for customers' tickets (R8).
    Escalate {
        /// The customers' tickets; at least one.
        csd: Vec<Key>,
        /// The priority level.
        priority: Priority,
        /// The reproduction steps.
        steps: String,
        /// One line; the first customer's where left out.
        summary: Option<String>,
        /// Files.
        attach: Vec<NewFile>,
        /// Whether further upgrades are to be held.
        hold: Option<HoldRequest>,
        /// Remarks.
        note: Option<String>,
    }

    /// Join customers' tickets to an open CUS ticket (R11).
    Join {
        /// The customers' tickets; at least one.
        csd: Vec<Key>,
        /// The CUS ticket.
        into: Key,
        /// The newcomer's priority.
        priority: Option<Priority>,
        /// Better reproduction steps.
        steps: Option<String>,
        /// Files.
        attach: Vec<NewFile>,
        /// Whether further upgrades are to be held.
        hold: Option<HoldRequest>,
        /// Remarks.
        note: Option<String>,
    }

    /// Complete a returned CUS ticket and escalate it again (R12).
    Complete {
        /// The CUS ticket.
        cus: Key,
        /// The priority level.
        priority: Option<Priority>,
        /// The reproduction steps.
        steps: Option<String>,
        /// One line.
        summary: Option<String>,
        /// Files.
        attach: Vec<NewFile>,
        /// Whether further upgrades are to be held.
        hold: Option<HoldRequest>,
        /// Why something cannot be supplied.
        note: Option<String>,
    }

    /// Assess cause, severity and impact (R13).
    EngAssess {
        /// The CUS ticket.
        cus: Key,
        /// The cause.
        cause: String,
        /// When the issue started; `None` is the answer "unknown".
        started: Option<Time>,
        /// The ticket that caused it, or `unknown`.
        caused_by: String,
        /// How badly the application is hit.
        severity: Severity,
        /// How many customers are hit.
        impact: Impact,
        /// The workaround, or `none`, or `unknown`.
        workaround: String,
        /// How many customers, where a number is known.
        customers_affected: Option<u64>,
    }

    /// Decide about the release, or revise the decision (R16, R20).
    Release {
        /// The CUS ticket.
        cus: Key,
        /// Which of the three.
        decision: Decision,
        /// The version that brings the fix.
        fix_version: Option<String>,
        /// The day for which it is promised.
        target_date: Option<NaiveDate>,
        /// The resolution, written for customers.
        resolution: Option<String>,
        /// Why.
        note: Option<String>,
    }

    /// Tell an audience (R14, R17, R18, R21).
    Notify {
        /// The CUS ticket.
        cus: Key,
        /// Whom; `None` is everybody whom the actor owes something (`--owed`).
        to: Option<Audience>,
        /// The customer's ticket to which it is narrowed.
        csd: Option<Key>,
        /// The actor's own words in place of the template's.
        message: Option<String>,
        /// How it reaches them; as the audience usually is told where left out.
        via: Option<Via>,
        /// The one duty to which it is narrowed, where the audience is owed several.
        settling: Option<DutyKind>,
    }

    /// Record that a queued notice was delivered.
    Deliver {
        /// The CUS ticket.
        cus: Key,
        /// The notice's number on it.
        notice: u32,
        /// What the channel gave as proof.
        receipt: String,
    }

    /// Move to Postmortem (R19).
    Postmortem {
        /// The CUS ticket.
        cus: Key,
        /// What lay at the bottom of it.
        root_cause: Option<String>,
        /// What to do better.
        lessons: Option<String>,
        /// Remarks.
        note: Option<String>,
    }

    /// Close a CUS ticket whose customers are all decided (R24).
    Close {
        /// The CUS ticket.
        cus: Key,
        /// Remarks.
        note: Option<String>,
    }

    /// Close a CUS ticket for another reason than a fix (R26).
    CloseAs {
        /// The CUS ticket.
        cus: Key,
        /// The reason.
        resolution: Resolution,
        /// Why.
        note: String,
        /// The original, for a duplicate.
        of: Option<Key>,
    }

    /// Close a customer's ticket that Engineering did not get (R7).
    Resolve {
        /// The customer's ticket.
        csd: Key,
        /// The resolution.
        note: String,
    }

    /// Record that the fix is available (R30).
    Ship {
        /// What shipped.
        target: ShipTarget,
        /// Remarks.
        note: Option<String>,
    }

    /// Move everything that was decided for a version, and has not shipped, to another (R20).
    Slip {
        /// The version for which it was decided.
        from: String,
        /// The version that brings the fix now.
        to: String,
        /// The day for which that is promised.
        target_date: Option<NaiveDate>,
        /// Why.
        note: String,
        /// Whether to tell at once what the actor's role owes because of it.
        notify: bool,
    }

    /// Record what a customer says (R23, R25).
    Confirm {
        /// The customer's ticket.
        csd: Key,
        /// The answer.
        answer: AnswerKind,
        /// The customer's words, or what was tried to reach them.
        note: Option<String>,
    }

    /// Return a CUS ticket to Support (R12).
    Return {
        /// The CUS ticket.
        cus: Key,
        /// What was not good enough.
        missing: Vec<ChecklistItem>,
        /// Why.
        note: String,
    }

    /// Reopen what was not over (R25).
    Reopen {
        /// The ticket, of either kind.
        key: Key,
        /// Why.
        note: String,
    }

    /// Hold further upgrades (R10).
    Hold {
        /// The CUS ticket.
        cus: Key,
        /// The product version to hold; `None` holds all.
        version: Option<String>,
        /// Why.
        note: String,
    }

    /// Free upgrades again (R10).
    LiftHold {
        /// The CUS ticket.
        cus: Key,
        /// Why.
        note: String,
    }

    /// Remark something, for colleagues only.
    Comment {
        /// The ticket, of either kind.
        key: Key,
        /// The remark.
        text: String,
    }

    /// Attach files.
    Attach {
        /// The ticket, of either kind.
        key: Key,
        /// The files; at least one.
        files: Vec<NewFile>,
    }

    /// Correct what was recorded (R27).
    Edit {
        /// The ticket, of either kind.
        key: Key,
        /// The new summary.
        summary: Option<String>,
        /// The new priority, of a CUS ticket.
        priority: Option<Priority>,
        /// The new reproduction steps, of a CUS ticket.
        steps: Option<String>,
        /// The new description, of a customer's ticket.
        description: Option<String>,
        /// The new customer, of a customer's ticket.
        customer: Option<String>,
        /// The new contact, of a customer's ticket.
        contact: Option<String>,
        /// The new channel, of a customer's ticket.
        channel: Option<Channel>,
        /// The new product version, of a customer's ticket.
        product_version: Option<String>,
        /// The desk's own key, of a customer's ticket (R2).
        csd: Option<Key>,
        /// Why; lowering a priority needs it (R29).
        note: Option<String>,
    }

    /// Take in a ticket of another tracker, or what is new of one that was taken in before (R32).
    Import {
        /// The ticket.
        ticket: Foreign,
        /// What is recorded of it already.
        known: Vec<Event>,
        /// Whether somebody has worked on it here since: then it keeps its own stage and texts.
        is_touched: bool,
    }

    /// Take a customer's ticket from its CUS ticket (R11).
    Unlink {
        /// The customer's ticket.
        csd: Key,
        /// Why.
        note: String,
    }
}

impl Edit {
    /// A correction that changes nothing yet.
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
