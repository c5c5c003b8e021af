//! Refusals: every rule in the way of a command, as data, and what puts it right.

use chrono::NaiveDate;

use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::remedy::Remedy;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Audience, ChecklistItem, Decision, Handler, Kind, Priority, Role, Trigger, Word};

/// The reasons why a command was refused, all at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The step and the ticket, where it was about one.
    pub about: Option<(Step, Key)>,
    /// The failures, the most basic first; never empty.
    pub failures: Vec<Failure>,
}

/// A reason for a refusal.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the wording below says of each what it is and what its fields are")]
pub enum Failure {
    // The step is not legal from this stage, or not this role's.
    WrongKind { step: Step, key: Key, needed: Kind },
    WrongStage { step: Step, key: Key, stage: Stage, by: String, since: Time, legal: Vec<Stage> },
    NotLinked { csd: Key },
    WrongRole { needed: Vec<Role>, has: Vec<Role> },
    // Something required is missing.
    Missing { rule: Rule, field: Field },
    NothingGiven { fields: Vec<Field> },
    TriggerNoteMissing { withdrawn: Vec<Trigger> },
    LoweringNoteMissing { from: Priority, to: Priority },
    EarlyNoteMissing,
    CustomerUntold { csd: Key },
    StillWanting { key: Key, item: ChecklistItem },
    // Something contradicts a rule.
    ClockBeforeLastEvent { now: Time, last: Time },
    DatedInTheFuture { at: Time },
    NoAnnouncement { cus: Key, notice: u32 },
    KeyIsOurs { key: Key },
    KeyTaken { key: Key },
    TriggerNeedsEngineering { handler: Handler },
    TriggerContradiction,
    VersionRefused,
    TargetDateRefused,
    NoSuchTime { rule: Rule, field: Field },
    TargetDatePast { date: NaiveDate, today: NaiveDate },
    UnchangedDecision { is_undated: bool },
    UnchangedAssessment { rule: Rule },
    StartsLater,
    MoreThanOne { customers: u64 },
    FewerThanLinked { count: u64, linked: u64 },
    NoFixVersion { cus: Key },
    AlreadyShipped { cus: Key },
    PostmortemOver { cus: Key },
    NoSuchAction { cus: Key, number: u32 },
    ActionDatePast { date: NaiveDate, today: NaiveDate },
    NothingToShip { version: String },
    NothingToSlip { version: String },
    NoHold { cus: Key },
    NotHeld { cus: Key, version: String, held: Vec<String> },
    HoldsAll { cus: Key, version: String },
    LastLink { csd: Key, cus: Key },
    NotItself { key: Key },
    OriginalClosed { key: Key, is_fixed: bool },
    OtherCustomer { original: Key },
    FixShipped { cus: Key },
    NoSuchCustomer { name: String },
    SameCustomer { name: String },
    CustomerExists { name: String },
    CustomerTold { csd: Key, customer: String },
    NotOfThisKind { field: Field, kind: Kind },
    NothingChanges { key: Key },
    NoCustomers { rule: Rule, cus: Key },
    OneOf { rule: Rule, fields: Vec<Field>, given: usize },
    Template { audience: Audience, message: String },
    AlreadyQueued { cus: Key, to: Audience },
    NotQueued { cus: Key, notice: u32 },
    NotDelivered { cus: Key, notice: u32 },
    NextByPast,
    NoAddress { csd: Key },
    UnclearAddress { csd: Key, part: String },
    WrittenByMachine { csd: Option<Key>, sign: String },
    KnownConversation { csd: Key },
    // Something cannot be undone.
    NotUndoable { step: Step },
    UndoneByOther { by: String, role: Option<Role> },
    UndoTooLate { until: Time },
    ChangedSince { key: Key, step: Step, by: String, at: Time },
    ToldSince { to: Audience },
    UndoneOverdue { key: Key, kind: DutyKind },
    // Something is still owed.
    SupportNotTold { cus: Key, csd: Key, queued: bool },
    ProductNotAlerted { cus: Key, queued: bool },
    MarketingNotTold { cus: Key, queued: bool },
    CustomerNotTold { cus: Key, csd: Key, queued: bool },
    CustomerUndecided { csd: Key },
    NotShipped { cus: Key, has_version: bool },
    RootCauseMissing { cus: Key },
    NothingOwed { cus: Key, to: Option<Audience> },
    AllAnswered { cus: Key },
}

impl Refusal {
    /// Returns a refusal about a step on a ticket.
    pub(crate) fn of(step: Step, key: &Key, failures: Vec<Failure>) -> Self {
        Self { about: Some((step, key.clone())), failures }
    }

    /// Returns a refusal about no ticket.
    pub fn bare(failures: Vec<Failure>) -> Self {
        Self { about: None, failures }
    }

    /// Whether the step is not legal from this stage or not this role's, which is reported before anything else.
    pub fn is_illegal(&self) -> bool {
        self.failures.iter().any(Failure::is_illegal)
    }

    /// Returns a name for programs.
    pub fn code(&self) -> &'static str {
        let all = |test: fn(&Failure) -> bool| self.failures.iter().all(test);
        let is_role = |failure: &Failure| matches!(failure, Failure::WrongRole { .. } | Failure::UndoneByOther { .. });
        if self.failures.iter().any(is_role) {
            "wrong-role"
        } else if self.is_illegal() {
            "wrong-stage"
        } else if all(|failure| failure.rule() == Rule::R8 || failure.rule() == Rule::R12) {
            "checklist-incomplete"
        } else if all(Failure::is_missing) {
            "input-missing"
        } else if all(Failure::is_owed) {
            "still-owed"
        } else {
            "refused"
        }
    }
}

impl std::error::Error for Refusal {}

impl Failure {
    /// Whether the step is not legal from this stage, or not this role's.
    pub fn is_illegal(&self) -> bool {
        matches!(
            self,
            Self::WrongKind { .. }
                | Self::WrongStage { .. }
                | Self::NotLinked { .. }
                | Self::WrongRole { .. }
                | Self::UndoneByOther { .. }
        )
    }

    /// Whether giving an input puts it right.
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. }
                | Self::NothingGiven { .. }
                | Self::TriggerNoteMissing { .. }
                | Self::LoweringNoteMissing { .. }
                | Self::EarlyNoteMissing
                | Self::CustomerUntold { .. }
                | Self::StillWanting { .. }
        )
    }

    fn is_owed(&self) -> bool {
        matches!(
            self,
            Self::SupportNotTold { .. }
                | Self::ProductNotAlerted { .. }
                | Self::MarketingNotTold { .. }
                | Self::CustomerNotTold { .. }
                | Self::CustomerUndecided { .. }
                | Self::NotShipped { .. }
                | Self::RootCauseMissing { .. }
        )
    }

    /// Returns the rule that it breaks.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Missing { rule, .. }
            | Self::NoSuchTime { rule, .. }
            | Self::UnchangedAssessment { rule }
            | Self::NoCustomers { rule, .. }
            | Self::OneOf { rule, .. } => *rule,
            Self::WrongStage { step, .. } | Self::WrongKind { step, .. } => step.rule(),
            Self::WrongRole { .. } => Rule::R28,
            Self::NotLinked { .. } => Rule::R11,
            Self::NothingGiven { .. } | Self::NotOfThisKind { .. } | Self::NothingChanges { .. } => Rule::R27,
            Self::TriggerNoteMissing { .. } => Rule::R5,
            Self::CustomerUntold { .. } => Rule::R7,
            Self::LoweringNoteMissing { .. } => Rule::R29,
            Self::StillWanting { .. } => Rule::R12,
            Self::ClockBeforeLastEvent { .. } => Rule::R27,
            Self::DatedInTheFuture { .. } => Rule::R32,
            Self::NoAnnouncement { .. } => Rule::R36,
            Self::KeyIsOurs { .. } | Self::KeyTaken { .. } => Rule::R2,
            Self::TriggerNeedsEngineering { .. } | Self::TriggerContradiction => Rule::R4,
            Self::VersionRefused | Self::TargetDateRefused | Self::TargetDatePast { .. } => Rule::R16,
            Self::NoFixVersion { .. } | Self::AlreadyShipped { .. } | Self::NothingToShip { .. } => Rule::R30,
            Self::UnchangedDecision { .. } | Self::NothingToSlip { .. } => Rule::R20,
            Self::NoHold { .. } | Self::NotHeld { .. } | Self::HoldsAll { .. } => Rule::R10,
            Self::LastLink { .. } => Rule::R11,
            Self::PostmortemOver { .. } | Self::NoSuchAction { .. } | Self::ActionDatePast { .. } => Rule::R34,
            Self::NotItself { .. } | Self::OriginalClosed { .. } | Self::FixShipped { .. } => Rule::R26,
            Self::OtherCustomer { .. } => Rule::R7,
            Self::NotUndoable { .. }
            | Self::UndoneByOther { .. }
            | Self::UndoTooLate { .. }
            | Self::ChangedSince { .. }
            | Self::ToldSince { .. }
            | Self::UndoneOverdue { .. } => Rule::R35,
            Self::StartsLater | Self::MoreThanOne { .. } | Self::FewerThanLinked { .. } => Rule::R13,
            Self::EarlyNoteMissing | Self::CustomerNotTold { .. } | Self::WrittenByMachine { csd: Some(_), .. } => {
                Rule::R23
            }
            Self::NoSuchCustomer { .. }
            | Self::SameCustomer { .. }
            | Self::CustomerExists { .. }
            | Self::CustomerTold { .. } => Rule::R39,
            Self::WrittenByMachine { csd: None, .. } | Self::KnownConversation { .. } => Rule::R1,
            Self::Template { .. } => Rule::R31,
            Self::SupportNotTold { .. } => Rule::R18,
            Self::ProductNotAlerted { .. } => Rule::R14,
            Self::MarketingNotTold { .. } => Rule::R17,
            Self::CustomerUndecided { .. } | Self::NotShipped { .. } | Self::RootCauseMissing { .. } => Rule::R24,
            Self::NothingOwed { .. }
            | Self::AllAnswered { .. }
            | Self::NoAddress { .. }
            | Self::UnclearAddress { .. } => Rule::R21,
            Self::AlreadyQueued { .. } | Self::NotQueued { .. } | Self::NotDelivered { .. } => Rule::R29,
            Self::NextByPast => Rule::R33,
        }
    }

    /// Returns the input that it is about.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Missing { field, .. } | Self::NoSuchTime { field, .. } | Self::NotOfThisKind { field, .. } => {
                Some(*field)
            }
            Self::NothingGiven { fields } | Self::OneOf { fields, .. } => fields.first().copied(),
            Self::WrongRole { .. } => Some(Field::Role),
            Self::TriggerNoteMissing { .. } | Self::LoweringNoteMissing { .. } | Self::EarlyNoteMissing => {
                Some(Field::Note)
            }
            Self::StillWanting { item, .. } => match item {
                ChecklistItem::Steps => Some(Field::Steps),
                ChecklistItem::Priority => Some(Field::Priority),
                ChecklistItem::Attachments => Some(Field::Attach),
                ChecklistItem::Version => Some(Field::ProductVersion),
                ChecklistItem::Description => Some(Field::Description),
                ChecklistItem::Other => Some(Field::Note),
            },
            Self::ClockBeforeLastEvent { .. } => Some(Field::Now),
            Self::KeyIsOurs { .. } | Self::KeyTaken { .. } => Some(Field::Csd),
            Self::TriggerNeedsEngineering { .. } => Some(Field::HandledBy),
            Self::TriggerContradiction => Some(Field::Trigger),
            Self::VersionRefused | Self::NothingToShip { .. } | Self::NothingToSlip { .. } => Some(Field::FixVersion),
            Self::TargetDateRefused | Self::TargetDatePast { .. } => Some(Field::TargetDate),
            Self::UnchangedDecision { .. } => Some(Field::Decision),
            Self::ActionDatePast { .. } => Some(Field::Due),
            Self::StartsLater => Some(Field::Started),
            Self::MoreThanOne { .. } => Some(Field::Impact),
            Self::FewerThanLinked { .. } => Some(Field::CustomersAffected),
            Self::NotHeld { .. } | Self::HoldsAll { .. } => Some(Field::ProductVersion),
            Self::NotItself { .. } | Self::OriginalClosed { .. } | Self::OtherCustomer { .. } => Some(Field::Of),
            Self::CustomerTold { .. } => Some(Field::Customer),
            Self::CustomerExists { .. } => Some(Field::Rename),
            Self::NextByPast => Some(Field::NextBy),
            Self::AllAnswered { .. } => Some(Field::Csd),
            Self::CustomerUntold { .. } => Some(Field::Message),
            Self::NothingOwed { .. } | Self::AlreadyQueued { .. } => Some(Field::To),
            Self::NoAddress { .. } | Self::UnclearAddress { .. } => Some(Field::Contact),
            Self::WrongKind { .. }
            | Self::WrongStage { .. }
            | Self::NotLinked { .. }
            | Self::UnchangedAssessment { .. }
            | Self::NoFixVersion { .. }
            | Self::AlreadyShipped { .. }
            | Self::NoHold { .. }
            | Self::LastLink { .. }
            | Self::NoSuchCustomer { .. }
            | Self::SameCustomer { .. }
            | Self::NothingChanges { .. }
            | Self::PostmortemOver { .. }
            | Self::NoSuchAction { .. }
            | Self::NoCustomers { .. }
            | Self::Template { .. }
            | Self::NotQueued { .. }
            | Self::NotDelivered { .. }
            | Self::SupportNotTold { .. }
            | Self::ProductNotAlerted { .. }
            | Self::MarketingNotTold { .. }
            | Self::CustomerNotTold { .. }
            | Self::CustomerUndecided { .. }
            | Self::FixShipped { .. }
            | Self::NotShipped { .. }
            | Self::RootCauseMissing { .. }
            | Self::NotUndoable { .. }
            | Self::UndoneByOther { .. }
            | Self::UndoTooLate { .. }
            | Self::ChangedSince { .. }
            | Self::ToldSince { .. }
            | Self::UndoneOverdue { .. }
            | Self::WrittenByMachine { .. }
            | Self::KnownConversation { .. }
            | Self::DatedInTheFuture { .. }
            | Self::NoAnnouncement { .. } => None,
        }
    }

    /// Returns what puts it right, where something does.
    pub fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            Self::Missing { field, .. } => Remedy::Supply(vec![*field]),
            Self::NextByPast => Remedy::Supply(vec![Field::NextBy]),
            Self::AllAnswered { .. } => Remedy::Supply(vec![Field::Csd]),
            Self::CustomerUntold { .. } => Remedy::SupplyOne(vec![Field::Message, Field::Via]),
            Self::NothingGiven { fields } | Self::OneOf { fields, .. } => Remedy::SupplyOne(fields.clone()),
            Self::TriggerNoteMissing { .. } | Self::LoweringNoteMissing { .. } | Self::EarlyNoteMissing => {
                Remedy::Supply(vec![Field::Note])
            }
            Self::StillWanting { key, item } => match item {
                ChecklistItem::Steps => Remedy::Supply(vec![Field::Steps]),
                ChecklistItem::Priority => Remedy::Supply(vec![Field::Priority]),
                ChecklistItem::Attachments => Remedy::Supply(vec![Field::Attach]),
                ChecklistItem::Version => Remedy::correct(key, Field::ProductVersion),
                ChecklistItem::Description => Remedy::correct(key, Field::Description),
                ChecklistItem::Other => Remedy::Supply(vec![Field::Note]),
            },
            Self::WrongStage { key, stage, .. } => match leading_on(*stage) {
                Some(step) => Remedy::take(step, key),
                None => Remedy::ShowNext(key.clone()),
            },
            Self::WrongKind { key, .. } | Self::NotLinked { csd: key } => Remedy::ShowNext(key.clone()),
            Self::ClockBeforeLastEvent { last, .. } => Remedy::SetTime(*last),
            Self::KeyTaken { key } => Remedy::Show(key.clone()),
            Self::TriggerNeedsEngineering { .. } => Remedy::Set(Field::HandledBy, Handler::Engineering.as_str()),
            Self::TriggerContradiction => Remedy::Supply(vec![Field::Trigger]),
            Self::VersionRefused | Self::TargetDateRefused => {
                Remedy::Set(Field::Decision, Decision::NextRelease.as_str())
            }
            Self::UnchangedDecision { is_undated: true } => Remedy::Supply(vec![Field::Note]),
            Self::NoFixVersion { cus } => Remedy::take(Step::Release, cus),
            Self::NothingToShip { version } | Self::NothingToSlip { version } => Remedy::ShowVersion(version.clone()),
            Self::NoSuchAction { cus, .. } => Remedy::Show(cus.clone()),
            Self::ActionDatePast { .. } => Remedy::Supply(vec![Field::Due]),
            Self::NoHold { cus } | Self::NotHeld { cus, .. } => Remedy::Show(cus.clone()),
            Self::HoldsAll { cus, .. } => Remedy::take(Step::LiftHold, cus),
            Self::LastLink { cus, .. } => Remedy::take(Step::CloseWithdrawn, cus),
            Self::OriginalClosed { .. } | Self::OtherCustomer { .. } => Remedy::Supply(vec![Field::Of]),
            Self::NotShipped { cus, has_version: true } => Remedy::take(Step::Ship, cus),
            Self::NotShipped { cus, has_version: false } => Remedy::take(Step::Release, cus),
            Self::RootCauseMissing { cus } => Remedy::take(Step::WritePostmortem, cus),
            Self::CustomerTold { customer, .. } => Remedy::RenameCustomer(customer.clone()),
            Self::CustomerExists { .. } => Remedy::Supply(vec![Field::MergeInto]),
            Self::NoSuchCustomer { .. } => Remedy::ListCustomers,
            Self::NoCustomers { .. } => Remedy::EscalateSome,
            Self::SupportNotTold { cus, queued: true, .. }
            | Self::ProductNotAlerted { cus, queued: true }
            | Self::MarketingNotTold { cus, queued: true }
            | Self::CustomerNotTold { cus, queued: true, .. }
            | Self::AlreadyQueued { cus, .. } => Remedy::RetryDelivery(cus.clone()),
            Self::NoAnnouncement { cus, .. } | Self::NotQueued { cus, .. } | Self::NotDelivered { cus, .. } => {
                Remedy::Show(cus.clone())
            }
            Self::NoAddress { csd } | Self::UnclearAddress { csd, .. } => Remedy::correct(csd, Field::Contact),
            Self::SupportNotTold { cus, csd, .. } => Remedy::take_about(Step::NotifySupport, cus, Some(csd)),
            Self::ProductNotAlerted { cus, .. } => Remedy::take(Step::NotifyProduct, cus),
            Self::MarketingNotTold { cus, .. } => Remedy::take(Step::NotifyMarketing, cus),
            Self::CustomerNotTold { cus, csd, .. } => Remedy::take_about(Step::NotifyCustomer, cus, Some(csd)),
            Self::CustomerUndecided { csd }
            | Self::WrittenByMachine { csd: Some(csd), .. }
            | Self::KnownConversation { csd } => Remedy::take(Step::ConfirmResolved, csd),
            Self::NothingOwed { cus, to: None } => Remedy::ShowNext(cus.clone()),
            Self::NothingOwed { to: Some(_), .. } => Remedy::Supply(vec![Field::Message]),
            Self::Template { audience, .. } => Remedy::CheckTemplate(*audience),
            Self::ChangedSince { key, .. } | Self::UndoneOverdue { key, .. } => Remedy::Show(key.clone()),
            Self::WrittenByMachine { csd: None, .. }
            | Self::NotUndoable { .. }
            | Self::UndoneByOther { .. }
            | Self::UndoTooLate { .. }
            | Self::ToldSince { .. }
            | Self::WrongRole { .. }
            | Self::KeyIsOurs { .. }
            | Self::UnchangedDecision { .. }
            | Self::NoSuchTime { .. }
            | Self::TargetDatePast { .. }
            | Self::StartsLater
            | Self::MoreThanOne { .. }
            | Self::FewerThanLinked { .. }
            | Self::UnchangedAssessment { .. }
            | Self::AlreadyShipped { .. }
            | Self::NotItself { .. }
            | Self::FixShipped { .. }
            | Self::SameCustomer { .. }
            | Self::NotOfThisKind { .. }
            | Self::PostmortemOver { .. }
            | Self::NothingChanges { .. }
            | Self::DatedInTheFuture { .. } => return None,
        })
    }
}

/// The step without which a ticket at this stage goes no further.
fn leading_on(stage: Stage) -> Option<Step> {
    match stage {
        Stage::Csd(CsdStage::Reported) => Some(Step::Assess),
        Stage::Cus(CusStage::Escalated) => Some(Step::EngAssess),
        Stage::Cus(CusStage::EngAssessed) => Some(Step::Release),
        Stage::Csd(CsdStage::Assessed | CsdStage::Handled | CsdStage::Escalated | CsdStage::Resolved)
        | Stage::Cus(CusStage::Returned | CusStage::ReleaseAssessed | CusStage::Postmortem | CusStage::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Refusal};
    use crate::workflow::command::{Assess, Confirm};
    use crate::workflow::field::Field;
    use crate::workflow::remedy::Remedy;
    use crate::workflow::rule::Rule;
    use crate::workflow::step::Step;
    use crate::workflow::tests::given::{
        assess, assessed, close, complete, confirm, decided, escalated, patch, postmortem, reported, send_back, ship,
        to_postmortem,
    };
    use crate::workflow::tests::kit::key;
    use crate::workflow::vocabulary::{AnswerKind, ChecklistItem, Handler, Priority, Role, Trigger};
    use crate::workflow::wording::any_of;

    #[test]
    fn a_refusal_names_the_step_everything_in_its_way_and_the_rules() {
        let refusal = decided(Priority::High, patch("8.2")).refusal(to_postmortem());
        assert_eq!(
            refusal.to_string(),
            "`CUS-1` cannot move to Postmortem: Product has not been alerted of this high-priority bug (R14); \
             Support has not been given the resolution information for `CSD-1` (R18)"
        );
        let remedies: Vec<Remedy> = refusal.failures.iter().filter_map(Failure::remedy).collect();
        let (cus, csd) = (key("CUS-1"), key("CSD-1"));
        assert_eq!(
            remedies,
            [Remedy::take(Step::NotifyProduct, &cus), Remedy::take_about(Step::NotifySupport, &cus, Some(&csd))]
        );
    }

    #[test]
    fn a_wrong_stage_names_the_stages_that_would_do() {
        let refusal = escalated(Priority::Low).refusal(ship());
        assert_eq!(
            refusal.to_string(),
            "`CUS-1` cannot be shipped: its stage is `escalated` (by Sue Staff, 2026-03-02 00:00 UTC), not `release-assessed` or `postmortem` (R30)"
        );
    }

    #[test]
    fn a_wrong_role_names_the_roles_that_may() {
        let refusal = postmortem(Priority::Low, patch("8.2")).acting_as(&[Role::Support]).refusal(close());
        assert!(
            refusal.to_string().contains("this step is for `product`, and your role is `support` (R28)"),
            "{refusal}"
        );
        assert_eq!(refusal.failures[0].remedy(), None, "nobody is told to pose as another role");
    }

    #[test]
    fn programs_get_a_name_for_each_sort_of_refusal() {
        let low = Priority::Low;
        let trigger = Assess { handled_by: Handler::Support, triggers: vec![Trigger::Financial], ..assess("CSD-1") };
        let early = Confirm { note: None, ..confirm("CSD-1", AnswerKind::Resolved) };
        let returned = || escalated(low).given(send_back(&[ChecklistItem::Steps]));
        for (refusal, code) in [
            (escalated(low).acting_as(&[Role::Support]).refusal(ship()), "wrong-role"),
            (escalated(low).refusal(ship()), "wrong-stage"),
            (assessed().refusal(confirm("CSD-1", AnswerKind::Resolved)), "wrong-stage"),
            (returned().refusal(complete()), "checklist-incomplete"),
            (postmortem(low, patch("8.2")).refusal(early), "input-missing"),
            (postmortem(low, patch("8.2")).refusal(close()), "still-owed"),
            (reported().refusal(trigger), "refused"),
        ] {
            assert_eq!(refusal.code(), code, "{refusal}");
        }
    }

    #[test]
    fn what_is_wanting_says_how_to_supply_it() {
        use ChecklistItem::{Attachments, Description, Other, Priority as Urgency, Steps, Version};
        let world =
            escalated(Priority::Low).given(send_back(&[Steps, Urgency, Attachments, Version, Description, Other]));
        let failures = world.refused(complete());
        let fields: Vec<Field> = failures.iter().filter_map(Failure::field).collect();
        let version = Field::ProductVersion;
        assert_eq!(fields, [Field::Steps, Field::Priority, Field::Attach, version, Field::Description, Field::Note]);
        let remedies: Vec<Remedy> = failures.iter().filter_map(Failure::remedy).collect();
        let supply = |field| Remedy::Supply(vec![field]);
        let correct = |field| Remedy::correct(&key("CSD-1"), field);
        assert_eq!(
            remedies,
            [
                supply(Field::Steps),
                supply(Field::Priority),
                supply(Field::Attach),
                correct(Field::ProductVersion),
                correct(Field::Description),
                supply(Field::Note),
            ]
        );
    }

    #[test]
    fn only_missing_inputs_are_missing_and_only_stage_and_role_are_illegal() {
        let missing = Failure::Missing { rule: Rule::R8, field: Field::Steps };
        assert!(missing.is_missing() && !missing.is_illegal() && !Failure::VersionRefused.is_missing());
        let role = Failure::WrongRole { needed: vec![Role::Product], has: vec![Role::Support] };
        assert!(role.is_illegal() && Failure::NotLinked { csd: key("CSD-1") }.is_illegal());
        let refusal = Refusal::of(Step::Ship, &key("CUS-1"), vec![Failure::AlreadyShipped { cus: key("CUS-1") }]);
        assert!(!refusal.is_illegal());
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(any_of(["a"].into_iter()), "`a`");
        assert_eq!(any_of(["a", "b", "c"].into_iter()), "`a`, `b` or `c`");
    }
}
