//! Refusals: every rule in the way of a command, as data, and their wording in one place.

use std::fmt;

use chrono::SecondsFormat;

use super::Time;
use super::field::Field;
use super::key::Key;
use super::rule::Rule;
use super::stage::Stage;
use super::step::Step;
use super::words::{Audience, ChecklistItem, Decision, Handler, Kind, Priority, Resolution, Role, Trigger, Word};

/// Why a command was refused: all that is wrong, at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The step and the ticket, where it was about one.
    pub about: Option<(Step, Key)>,
    /// What is wrong, the most basic first; never empty.
    pub failures: Vec<Failure>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the wording below says of each what it is and what its fields are")]
pub enum Failure {
    // The step is not legal from this stage, or not this role's.
    WrongKind { step: Step, key: Key, needed: Kind },
    WrongStage { step: Step, key: Key, stage: Stage, legal: Vec<Stage> },
    NotLinked { csd: Key },
    WrongRole { needed: Vec<Role>, has: Vec<Role> },
    // Something required is missing.
    Missing { rule: Rule, field: Field },
    NothingGiven { fields: Vec<Field> },
    TriggerNoteMissing { withdrawn: Vec<Trigger> },
    LoweringNoteMissing { from: Priority, to: Priority },
    EarlyNoteMissing,
    StillWanting { key: Key, item: ChecklistItem },
    // Something contradicts a rule.
    ClockBeforeLastEvent { now: Time, last: Time },
    KeyIsOurs { key: Key },
    KeyTaken { key: Key },
    KeyIsTheDesks { key: Key },
    TriggerNeedsEngineering { handler: Handler },
    TriggerContradiction,
    VersionRefused,
    TargetDateRefused,
    UnchangedDecision { decision: Decision },
    NoFixVersion { cus: Key },
    AlreadyShipped { cus: Key },
    NothingToShip { version: String },
    NoHold { cus: Key },
    LastLink { csd: Key, cus: Key },
    NotItself { cus: Key },
    OriginalClosed { cus: Key },
    NotOfThisKind { field: Field, kind: Kind },
    NothingChanges { key: Key },
    NoCustomers { rule: Rule, cus: Key },
    AnswersExclude { given: usize },
    Template { audience: Audience, message: String },
    // Something is still owed.
    SupportNotTold { cus: Key, csd: Key },
    ProductNotAlerted { cus: Key },
    MarketingNotTold { cus: Key },
    CustomerNotTold { cus: Key, csd: Key },
    CustomerUndecided { csd: Key },
    NothingOwed { cus: Key, to: Option<Audience> },
}

impl Refusal {
    /// A refusal about a step on a ticket.
    pub(crate) fn of(step: Step, key: &Key, failures: Vec<Failure>) -> Self {
        Self { about: Some((step, key.clone())), failures }
    }

    /// A refusal about no ticket.
    pub fn bare(failures: Vec<Failure>) -> Self {
        Self { about: None, failures }
    }

    /// Whether the step is not legal from this stage or not this role's, which is told before anything else.
    pub fn is_illegal(&self) -> bool {
        self.failures.iter().any(Failure::is_illegal)
    }

    /// A name for programs.
    pub fn code(&self) -> &'static str {
        let all = |test: fn(&Failure) -> bool| self.failures.iter().all(test);
        if self.failures.iter().any(|failure| matches!(failure, Failure::WrongRole { .. })) {
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

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((step, key)) = &self.about {
            write!(f, "`{key}` cannot {}: ", step.phrase())?;
        }
        for (n, failure) in self.failures.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{failure} ({})", failure.rule())?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

impl Failure {
    /// Whether the step is not legal from this stage, or not this role's.
    pub fn is_illegal(&self) -> bool {
        matches!(
            self,
            Self::WrongKind { .. } | Self::WrongStage { .. } | Self::NotLinked { .. } | Self::WrongRole { .. }
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
        )
    }

    /// The rule that it breaks.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Missing { rule, .. } | Self::NoCustomers { rule, .. } => *rule,
            Self::WrongStage { step, .. } | Self::WrongKind { step, .. } => step.rule(),
            Self::WrongRole { .. } => Rule::R28,
            Self::NotLinked { .. } => Rule::R11,
            Self::NothingGiven { .. } | Self::NotOfThisKind { .. } | Self::NothingChanges { .. } => Rule::R27,
            Self::TriggerNoteMissing { .. } => Rule::R5,
            Self::LoweringNoteMissing { .. } => Rule::R29,
            Self::StillWanting { .. } => Rule::R12,
            Self::ClockBeforeLastEvent { .. } => Rule::R27,
            Self::KeyIsOurs { .. } | Self::KeyTaken { .. } | Self::KeyIsTheDesks { .. } => Rule::R2,
            Self::TriggerNeedsEngineering { .. } | Self::TriggerContradiction => Rule::R4,
            Self::VersionRefused | Self::TargetDateRefused => Rule::R16,
            Self::UnchangedDecision { .. } => Rule::R20,
            Self::NoFixVersion { .. } | Self::AlreadyShipped { .. } | Self::NothingToShip { .. } => Rule::R30,
            Self::NoHold { .. } => Rule::R10,
            Self::LastLink { .. } => Rule::R11,
            Self::NotItself { .. } | Self::OriginalClosed { .. } => Rule::R26,
            Self::EarlyNoteMissing | Self::AnswersExclude { .. } | Self::CustomerNotTold { .. } => Rule::R23,
            Self::Template { .. } => Rule::R31,
            Self::SupportNotTold { .. } => Rule::R18,
            Self::ProductNotAlerted { .. } => Rule::R14,
            Self::MarketingNotTold { .. } => Rule::R17,
            Self::CustomerUndecided { .. } => Rule::R24,
            Self::NothingOwed { .. } => Rule::R21,
        }
    }

    /// The input that it is about.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Missing { field, .. } | Self::NotOfThisKind { field, .. } => Some(*field),
            Self::NothingGiven { fields } => fields.first().copied(),
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
            Self::KeyIsOurs { .. } | Self::KeyTaken { .. } | Self::KeyIsTheDesks { .. } => Some(Field::Csd),
            Self::TriggerNeedsEngineering { .. } => Some(Field::HandledBy),
            Self::TriggerContradiction => Some(Field::Trigger),
            Self::VersionRefused | Self::NothingToShip { .. } => Some(Field::FixVersion),
            Self::TargetDateRefused => Some(Field::TargetDate),
            Self::UnchangedDecision { .. } => Some(Field::Decision),
            Self::NotItself { .. } | Self::OriginalClosed { .. } => Some(Field::Of),
            Self::AnswersExclude { .. } => Some(Field::Resolved),
            Self::NothingOwed { .. } => Some(Field::To),
            Self::WrongKind { .. }
            | Self::WrongStage { .. }
            | Self::NotLinked { .. }
            | Self::NoFixVersion { .. }
            | Self::AlreadyShipped { .. }
            | Self::NoHold { .. }
            | Self::LastLink { .. }
            | Self::NothingChanges { .. }
            | Self::NoCustomers { .. }
            | Self::Template { .. }
            | Self::SupportNotTold { .. }
            | Self::ProductNotAlerted { .. }
            | Self::MarketingNotTold { .. }
            | Self::CustomerNotTold { .. }
            | Self::CustomerUndecided { .. } => None,
        }
    }

    /// The flag or the command that puts it right, where one does.
    pub fn fix(&self) -> Option<String> {
        Some(match self {
            Self::Missing { field, .. } => field.flag(),
            Self::NothingGiven { fields } => fields.iter().map(|field| field.flag()).collect::<Vec<_>>().join(" or "),
            Self::TriggerNoteMissing { .. } | Self::LoweringNoteMissing { .. } | Self::EarlyNoteMissing => {
                Field::Note.flag()
            }
            Self::StillWanting { key, item } => match item {
                ChecklistItem::Steps => Field::Steps.flag(),
                ChecklistItem::Priority => Field::Priority.flag(),
                ChecklistItem::Attachments => Field::Attach.flag(),
                ChecklistItem::Version => {
                    format!("cus edit {key} {}", Field::ProductVersion.flag())
                }
                ChecklistItem::Description => {
                    format!("cus edit {key} {}", Field::Description.flag())
                }
                ChecklistItem::Other => Field::Note.flag(),
            },
            Self::WrongKind { key, .. } => format!("cus next {key}"),
            Self::WrongStage { key, .. } => format!("cus next {key}"),
            Self::NotLinked { csd } => format!("cus next {csd}"),
            Self::WrongRole { needed, .. } => match needed.first() {
                Some(role) => format!("--role {role}"),
                None => return None,
            },
            Self::ClockBeforeLastEvent { last, .. } => format!("--now {}", rfc3339(*last)),
            Self::KeyTaken { key } => format!("cus show {key}"),
            Self::TriggerNeedsEngineering { .. } => {
                format!("--handled-by {}", Handler::Engineering)
            }
            Self::TriggerContradiction => "--trigger none".to_owned(),
            Self::VersionRefused => format!("--decision {}", Decision::NextRelease),
            Self::TargetDateRefused => format!("--decision {}", Decision::NextRelease),
            Self::UnchangedDecision { decision: Decision::Backlog } => Field::Note.flag(),
            Self::NoFixVersion { cus } => {
                format!("cus release {cus} --decision DECISION --fix-version V")
            }
            Self::NothingToShip { version } => {
                format!("cus list --fix-version {}", quoted(version))
            }
            Self::NoHold { cus } => format!("cus hold {cus} --note TEXT"),
            Self::LastLink { cus, .. } => format!("cus close {cus} --resolution {} --note TEXT", Resolution::Withdrawn),
            Self::OriginalClosed { .. } => Field::Of.flag(),
            Self::NoCustomers { .. } => "cus escalate CSD --priority PRIORITY --steps TEXT".to_owned(),
            Self::AnswersExclude { .. } => {
                format!("{}, {} or {}", Field::Resolved.flag(), Field::NotResolved.flag(), Field::Unreachable.flag())
            }
            Self::SupportNotTold { cus, csd } => {
                format!("cus notify {cus} --to support --csd {csd}")
            }
            Self::ProductNotAlerted { cus } => format!("cus notify {cus} --to product"),
            Self::MarketingNotTold { cus } => format!("cus notify {cus} --to marketing"),
            Self::CustomerNotTold { cus, csd } => {
                format!("cus notify {cus} --to customer --csd {csd}")
            }
            Self::CustomerUndecided { csd } => format!("cus confirm {csd} --resolved"),
            Self::NothingOwed { .. } => Field::Message.flag(),
            Self::KeyIsOurs { .. }
            | Self::KeyIsTheDesks { .. }
            | Self::UnchangedDecision { .. }
            | Self::AlreadyShipped { .. }
            | Self::NotItself { .. }
            | Self::NotOfThisKind { .. }
            | Self::NothingChanges { .. }
            | Self::Template { .. } => return None,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKind { key, needed: Kind::Csd, .. } => write!(f, "`{key}` is not a customer's ticket"),
            Self::WrongKind { key, needed: Kind::Cus, .. } => write!(f, "`{key}` is not a CUS ticket"),
            Self::WrongStage { stage, legal, .. } if legal.is_empty() => {
                write!(f, "there is nothing to answer yet at stage `{}`", stage.as_str())
            }
            Self::WrongStage { stage, legal, .. } => {
                let legal = any_of(legal.iter().map(|stage| stage.as_str()));
                write!(f, "its stage is `{}`, not {legal}", stage.as_str())
            }
            Self::NotLinked { csd } => write!(f, "`{csd}` is not linked to a CUS ticket"),
            Self::WrongRole { needed, has } => write!(
                f,
                "this step is for {}, and your role is {}",
                any_of(needed.iter().map(|role| role.as_str())),
                any_of(has.iter().map(|role| role.as_str()))
            ),
            Self::Missing { field, .. } => {
                write!(f, "{} is missing", field.name().replace('_', " "))
            }
            Self::NothingGiven { .. } => write!(f, "nothing was given to change"),
            Self::TriggerNoteMissing { withdrawn } => {
                write!(f, "withdrawing {} needs a note", any_of(withdrawn.iter().map(|trigger| trigger.as_str())))
            }
            Self::LoweringNoteMissing { from, to } => {
                write!(f, "lowering the priority from `{from}` to `{to}` needs a note")
            }
            Self::EarlyNoteMissing => {
                write!(f, "the fix has not shipped, so `resolved` needs a note that says what solved it")
            }
            Self::StillWanting { item, .. } => {
                write!(f, "Engineering asked for better {item}; supply it, or say in --note why not")
            }
            Self::ClockBeforeLastEvent { now, last } => {
                write!(f, "the time {} is before the ticket's last event at {}", rfc3339(*now), rfc3339(*last))
            }
            Self::KeyIsOurs { key } => {
                write!(f, "`{key}` cannot be a customer's ticket: the prefix `{}` is given by cus alone", Key::CUS)
            }
            Self::KeyTaken { key } => {
                write!(f, "`{key}` is used already, and a key is never used twice")
            }
            Self::KeyIsTheDesks { key } => {
                write!(f, "`{key}` is the desk's own key, and only a key from cus can be replaced")
            }
            Self::TriggerNeedsEngineering { handler } => {
                write!(f, "with a trigger set Engineering must handle it, not `{handler}`")
            }
            Self::TriggerContradiction => write!(f, "`none` contradicts the other triggers"),
            Self::VersionRefused => write!(f, "a `backlog` decision has no fix version"),
            Self::TargetDateRefused => write!(f, "a `backlog` decision has no target date"),
            Self::UnchangedDecision { decision: Decision::Backlog } => {
                write!(f, "this decision is in force already; with a note it is its review")
            }
            Self::UnchangedDecision { .. } => write!(f, "this decision is in force already"),
            Self::NoFixVersion { .. } => write!(f, "no fix version is decided"),
            Self::AlreadyShipped { .. } => {
                write!(f, "the fix has been recorded as shipped already")
            }
            Self::NothingToShip { version } => {
                write!(f, "no ticket awaits the shipping of `{version}`")
            }
            Self::NoHold { .. } => write!(f, "it holds no upgrades"),
            Self::LastLink { csd, cus } => {
                write!(f, "`{csd}` is the last customer's ticket of `{cus}`: withdraw that instead")
            }
            Self::NotItself { .. } => write!(f, "a ticket cannot be the duplicate of itself"),
            Self::OriginalClosed { cus } => write!(f, "the original `{cus}` is closed"),
            Self::NotOfThisKind { field, kind: Kind::Csd } => {
                write!(f, "a customer's ticket has no {}", field.name().replace('_', " "))
            }
            Self::NotOfThisKind { field, kind: Kind::Cus } => {
                write!(f, "a CUS ticket has no {} of its own", field.name().replace('_', " "))
            }
            Self::NothingChanges { .. } => write!(f, "everything given is so already"),
            Self::NoCustomers { .. } => write!(f, "no customer's ticket is linked to it"),
            Self::AnswersExclude { given } => {
                write!(f, "exactly one answer is needed, and {given} were given")
            }
            Self::Template { audience, message } => {
                write!(f, "the {audience} template cannot be rendered: {message}")
            }
            Self::SupportNotTold { csd, .. } => {
                write!(f, "Support has not been given the resolution information for `{csd}`")
            }
            Self::ProductNotAlerted { .. } => {
                write!(f, "Product has not been alerted of this high-priority bug")
            }
            Self::MarketingNotTold { .. } => {
                write!(f, "Marketing has not been told of this large impact")
            }
            Self::CustomerNotTold { csd, .. } => {
                write!(f, "the customer of `{csd}` has not been told what is in force")
            }
            Self::CustomerUndecided { csd } => {
                write!(f, "the customer of `{csd}` has neither confirmed nor been found unreachable")
            }
            Self::NothingOwed { to: Some(to), .. } => {
                write!(f, "nothing is owed to {to} now; an interim message needs its words")
            }
            Self::NothingOwed { to: None, .. } => write!(f, "your role owes no notice on it now"),
        }
    }
}

/// The words in backticks, the last behind "or".
fn any_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
    }
}

fn rfc3339(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A value as a shell takes it for one word.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+:/@".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Refusal, any_of, quoted};
    use crate::core::command::{Assess, Confirm};
    use crate::core::field::Field;
    use crate::core::rule::Rule;
    use crate::core::step::Step;
    use crate::core::tests::given::{
        assess, assessed, close, complete, confirm, decided, escalated, patch, postmortem, reported, send_back, ship,
        to_postmortem,
    };
    use crate::core::tests::kit::key;
    use crate::core::words::{AnswerKind, ChecklistItem, Handler, Priority, Role, Trigger};

    #[test]
    fn a_refusal_names_the_step_everything_in_its_way_and_the_rules() {
        let refusal = decided(Priority::High, patch("8.2")).refusal(to_postmortem());
        assert_eq!(
            refusal.to_string(),
            "`CUS-1` cannot move to Postmortem: Product has not been alerted of this high-priority bug (R14); \
             Support has not been given the resolution information for `CSD-1` (R18)"
        );
        let fixes: Vec<String> = refusal.failures.iter().filter_map(Failure::fix).collect();
        assert_eq!(fixes, ["cus notify CUS-1 --to product", "cus notify CUS-1 --to support --csd CSD-1"]);
    }

    #[test]
    fn a_wrong_stage_names_the_stages_that_would_do() {
        let refusal = escalated(Priority::Low).refusal(ship());
        assert_eq!(
            refusal.to_string(),
            "`CUS-1` cannot be shipped: its stage is `escalated`, not `release-assessed` or `postmortem` (R30)"
        );
        let refusal = escalated(Priority::Low).refusal(confirm("CSD-1", AnswerKind::Resolved));
        assert!(refusal.to_string().contains("there is nothing to answer yet"), "{refusal}");
    }

    #[test]
    fn a_wrong_role_names_the_roles_that_may() {
        let refusal = postmortem(Priority::Low, patch("8.2")).acting_as(&[Role::Support]).refusal(close());
        assert!(
            refusal.to_string().contains("this step is for `product`, and your role is `support` (R30)"),
            "{refusal}"
        );
        assert_eq!(refusal.failures[0].fix().as_deref(), Some("--role product"));
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
        let fixes: Vec<String> = failures.iter().filter_map(Failure::fix).collect();
        assert_eq!(
            fixes,
            [
                "--steps TEXT",
                "--priority PRIORITY",
                "--attach FILE",
                "cus edit CSD-1 --product-version V",
                "cus edit CSD-1 --description TEXT",
                "--note TEXT",
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
    fn lists_read_as_sentences_and_values_as_one_word() {
        assert_eq!(any_of(["a"].into_iter()), "`a`");
        assert_eq!(any_of(["a", "b", "c"].into_iter()), "`a`, `b` or `c`");
        assert_eq!((quoted("8.2").as_str(), quoted("it's 8").as_str()), ("8.2", r"'it'\''s 8'"));
        let nothing = Failure::NothingToShip { version: "8 2".to_owned() };
        assert_eq!(nothing.fix().as_deref(), Some("cus list --fix-version '8 2'"));
    }
}
