//! Starting points for tests: commands with everything given, and worlds at a certain point.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::kit::{World, hour, key};
use crate::workflow::command::{
    AddAction, Assess, Assign, Attach, Close, CloseAs, Comment, Complete, Confirm, Edit, EndAction, EngAssess,
    Escalate, Hold, Import, Join, LiftHold, NewFile, Notify, Postmortem, Release, Reopen, Report, Resolve, Return,
    Ship, ShipTarget, Undo, Unlink, Wording, WritePostmortem,
};
use crate::workflow::foreign::Foreign;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    AnswerKind, Audience, Channel, ChecklistItem, Decision, Handler, Impact, Kind, Priority, Resolution, Severity,
};

pub(crate) fn report(customer: &str) -> Report {
    Report {
        csd: None,
        customer: customer.to_owned(),
        summary: "Rates are wrong".to_owned(),
        channel: Channel::Phone,
        description: None,
        contact: None,
        product_version: None,
        attach: Vec::new(),
    }
}

/// Gives it to Engineering, without a trigger.
pub(crate) fn assess(csd: &str) -> Assess {
    Assess { csd: key(csd), handled_by: Handler::Engineering, triggers: Vec::new(), note: None }
}

pub(crate) fn escalate(csd: &[&str], priority: Priority) -> Escalate {
    Escalate {
        csd: csd.iter().map(|csd| key(csd)).collect(),
        priority,
        steps: "Rate a parcel".to_owned(),
        summary: None,
        attach: Vec::new(),
        hold: None,
        note: None,
    }
}

pub(crate) fn join(csd: &str) -> Join {
    Join {
        csd: vec![key(csd)],
        into: key("CUS-1"),
        priority: None,
        steps: None,
        attach: Vec::new(),
        hold: None,
        note: None,
    }
}

pub(crate) fn complete() -> Complete {
    Complete {
        cus: key("CUS-1"),
        priority: None,
        steps: None,
        summary: None,
        attach: Vec::new(),
        hold: None,
        note: None,
    }
}

/// Assesses it, and keeps its priority.
pub(crate) fn eng_assess(impact: Impact) -> EngAssess {
    EngAssess {
        cus: key("CUS-1"),
        cause: "A rounding error".to_owned(),
        started: None,
        caused_by: "DEV-77".to_owned(),
        severity: Severity::Major,
        impact,
        workaround: "Round by hand".to_owned(),
        customers_affected: None,
        keep_priority: true,
        note: Some("It can wait".to_owned()),
    }
}

pub(crate) fn patch(version: &str) -> Release {
    release(Decision::Patch, Some(version))
}

pub(crate) fn next_release(version: &str) -> Release {
    release(Decision::NextRelease, Some(version))
}

pub(crate) fn backlog() -> Release {
    release(Decision::Backlog, None)
}

pub(crate) fn release(decision: Decision, version: Option<&str>) -> Release {
    Release {
        cus: key("CUS-1"),
        decision,
        fix_version: version.map(str::to_owned),
        target_date: None,
        resolution: None,
        fixed_by: Vec::new(),
        recalls: false,
        note: None,
    }
}

/// The decision with a target date, so many days after the beginning of the world.
pub(crate) fn promised(day: u32, release: Release) -> Release {
    let date = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() + chrono::Days::new(u64::from(day));
    Release { target_date: Some(date), ..release }
}

/// Tells an audience what it is owed.
pub(crate) fn tell(to: Audience) -> Notify {
    Notify::of(key("CUS-1"), Some(to))
}

/// Tells an audience what it is owed about one CSD ticket.
pub(crate) fn tell_about(csd: &str, to: Audience) -> Notify {
    Notify { csd: Some(key(csd)), ..tell(to) }
}

/// Tells an audience something in the actor's own words.
pub(crate) fn say(to: Audience, words: &str) -> Notify {
    Notify { message: Some(words.to_owned()), ..tell(to) }
}

/// Sends an audience an interim message.
pub(crate) fn interim(to: Audience, words: &str) -> Notify {
    Notify { wording: Wording::Alone, ..say(to, words) }
}

pub(crate) fn to_postmortem() -> Postmortem {
    Postmortem {
        cus: key("CUS-1"),
        root_cause: Some("A rounding error".to_owned()),
        category: None,
        lessons: None,
        note: None,
    }
}

pub(crate) fn write_postmortem() -> WritePostmortem {
    WritePostmortem { cus: key("CUS-1"), root_cause: None, category: None, lessons: None, note: None }
}

pub(crate) fn with_root_cause() -> WritePostmortem {
    WritePostmortem { root_cause: Some("No test".to_owned()), ..write_postmortem() }
}

pub(crate) fn add_action(text: &str) -> AddAction {
    AddAction { cus: key("CUS-1"), text: text.to_owned(), owner: None, due: None }
}

pub(crate) fn end_action(number: u32, state: ActionState) -> EndAction {
    EndAction { cus: key("CUS-1"), number, state, note: None }
}

pub(crate) fn close() -> Close {
    Close { cus: key("CUS-1"), note: None }
}

pub(crate) fn close_as(resolution: Resolution) -> CloseAs {
    CloseAs { cus: key("CUS-1"), resolution, note: "Because".to_owned(), of: None }
}

pub(crate) fn duplicate_of(original: &str) -> CloseAs {
    CloseAs { of: Some(key(original)), ..close_as(Resolution::Duplicate) }
}

pub(crate) fn resolve(csd: &str) -> Resolve {
    Resolve {
        csd: key(csd),
        note: "Set the option".to_owned(),
        message: Some("Please set the option".to_owned()),
        via: None,
    }
}

pub(crate) fn ship() -> Ship {
    Ship { target: ShipTarget::Ticket(key("CUS-1")), fixed_by: Vec::new(), note: None }
}

pub(crate) fn ship_version(version: &str) -> Ship {
    Ship { target: ShipTarget::Version(version.to_owned()), fixed_by: Vec::new(), note: None }
}

/// The customer's answer, with a note.
pub(crate) fn confirm(csd: &str, answer: AnswerKind) -> Confirm {
    Confirm { csd: key(csd), answer, note: Some("In the customer's words".to_owned()) }
}

pub(crate) fn send_back(missing: &[ChecklistItem]) -> Return {
    Return { cus: key("CUS-1"), missing: missing.to_vec(), note: "Not enough".to_owned() }
}

pub(crate) fn reopen(ticket: &str) -> Reopen {
    Reopen { key: key(ticket), recalls: false, note: "Still wrong".to_owned() }
}

pub(crate) fn hold(version: Option<&str>) -> Hold {
    Hold { cus: key("CUS-1"), version: version.map(str::to_owned), note: "Too risky".to_owned() }
}

pub(crate) fn lift() -> LiftHold {
    LiftHold { cus: key("CUS-1"), version: None, note: "Safe again".to_owned() }
}

pub(crate) fn comment(ticket: &str) -> Comment {
    Comment { key: key(ticket), text: "Between us".to_owned() }
}

pub(crate) fn assign(ticket: &str, to: Option<&str>) -> Assign {
    Assign { key: key(ticket), to: to.map(str::to_owned) }
}

pub(crate) fn file(name: &str) -> NewFile {
    NewFile { name: name.to_owned(), size: 3, sha256: "abc".to_owned() }
}

pub(crate) fn attach(ticket: &str, name: &str) -> Attach {
    Attach { key: key(ticket), files: vec![file(name)] }
}

/// Returns a correction that changes nothing yet.
pub(crate) fn edit(ticket: &str) -> Edit {
    Edit::of(&key(ticket))
}

pub(crate) fn set_priority(priority: Priority) -> Edit {
    Edit { priority: Some(priority), note: Some("It is worse".to_owned()), ..edit("CUS-1") }
}

pub(crate) fn undo(ticket: &str) -> Undo {
    Undo { key: key(ticket), command: None, note: "The wrong ticket".to_owned() }
}

pub(crate) fn unlink(csd: &str) -> Unlink {
    Unlink { csd: key(csd), note: "Another bug".to_owned() }
}

/// A customer's issue of another tracker, `HELP-3`, a hundred hours old.
pub(crate) fn foreign_issue() -> Foreign {
    Foreign {
        key: key("HELP-3"),
        kind: Kind::Csd,
        tracker: "jira".to_owned(),
        source: "jira".to_owned(),
        there: "HELP-3".to_owned(),
        links: Vec::new(),
        created: hour(-100),
        updated: hour(-1),
        reporter: "Dana".to_owned(),
        customer: "Alder".to_owned(),
        contact: Some("ada@example.com".to_owned()),
        channel: Channel::Portal,
        product_version: None,
        summary: "Rates are wrong".to_owned(),
        description: Some("By a cent".to_owned()),
        priority: Priority::Medium,
        cus: None,
        past: Vec::new(),
        stands: CsdStage::Reported.into(),
        has_changelog: false,
        rest: BTreeMap::new(),
    }
}

/// An escalation of another tracker, `DEV-7`, as old.
pub(crate) fn foreign_bug() -> Foreign {
    let stands = CusStage::Escalated.into();
    Foreign { key: key("DEV-7"), there: "DEV-7".to_owned(), kind: Kind::Cus, stands, ..foreign_issue() }
}

pub(crate) fn import(ticket: Foreign) -> Import {
    Import { ticket: Box::new(ticket), known: Vec::new(), joins: Vec::new(), is_touched: false, until: Time::MAX_UTC }
}

/// `CSD-1` of Alder is reported.
pub(crate) fn reported() -> World {
    World::new().given(report("Alder"))
}

/// `CSD-1` is Engineering's to get.
pub(crate) fn assessed() -> World {
    reported().given(assess("CSD-1"))
}

/// `CSD-1` is escalated as `CUS-1`.
pub(crate) fn escalated(priority: Priority) -> World {
    assessed().given(escalate(&["CSD-1"], priority))
}

/// `CSD-1` of Alder and `CSD-2` of Birch are escalated together as `CUS-1`.
pub(crate) fn two_escalated(priority: Priority) -> World {
    assessed().given(report("Birch")).given(assess("CSD-2")).given(escalate(&["CSD-1", "CSD-2"], priority))
}

impl World {
    /// Engineering has assessed it: some customers are hit.
    pub(crate) fn eng_assessed(self) -> Self {
        self.given(eng_assess(Impact::Some))
    }

    /// Everything owed to that audience has been told.
    pub(crate) fn told(self, to: Audience) -> Self {
        self.given(tell(to))
    }

    /// Whatever R19 asks for has been done and it has moved to Postmortem.
    pub(crate) fn in_postmortem(mut self) -> Self {
        if self.owes("CUS-1", DutyKind::AlertProduct) {
            self = self.told(Audience::Product);
        }
        if self.owes("CUS-1", DutyKind::TellMarketing) {
            self = self.told(Audience::Marketing);
        }
        if self.owes("CUS-1", DutyKind::TellSupport) {
            self = self.told(Audience::Support);
        }
        self.given(to_postmortem())
    }

    /// The fix has shipped, and Support and the customers have been told.
    pub(crate) fn shipped(self) -> Self {
        self.given(ship()).told(Audience::Support).told(Audience::Customer)
    }
}

/// `CUS-1` has a release decision that nobody has been told.
pub(crate) fn decided(priority: Priority, release: Release) -> World {
    escalated(priority).eng_assessed().given(release)
}

/// `CUS-1` is in Postmortem, and Support and the customer know the decision.
pub(crate) fn postmortem(priority: Priority, release: Release) -> World {
    decided(priority, release).in_postmortem().told(Audience::Customer)
}

/// `CUS-1` is in Postmortem, its fix has shipped, and everybody knows.
pub(crate) fn shipped(priority: Priority) -> World {
    postmortem(priority, patch("8.2")).shipped()
}

/// The customer of `CSD-1` has confirmed after the shipping.
pub(crate) fn confirmed(priority: Priority) -> World {
    shipped(priority).given(confirm("CSD-1", AnswerKind::Resolved))
}

/// `CUS-1` is closed as fixed.
pub(crate) fn closed(priority: Priority) -> World {
    confirmed(priority).given(close())
}
