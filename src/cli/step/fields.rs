//! The spelling of inputs: flags, what stands for their values, and questions.

use crate::workflow::field::Field;
use crate::workflow::vocabulary::{
    Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Severity, Trigger, Via, Word,
};

macro_rules! spelling {
    ($($field:ident $value:literal $question:literal,)+) => {
        impl Field {
            /// The placeholder of its value in help; empty for a flag without one.
            pub(in crate::cli) fn value_name(self) -> &'static str {
                match self { $(Self::$field => $value,)+ }
            }

            /// The question that a person is asked.
            pub(in crate::cli) fn question(self) -> &'static str {
                match self { $(Self::$field => $question,)+ }
            }
        }
    };
}

spelling! {
    Assignee "NAME" "Who has it?",
    Attach "FILE" "Screenshots or videos",
    CausedBy "TICKET" "Introduced by (ticket, or unknown)",
    Cause "TEXT" "Cause",
    Channel "CHANNEL" "How did it arrive?",
    Contact "TEXT" "Where the customer is reached",
    Csd "KEY" "The desk's own key",
    Customer "NAME" "Customer",
    CustomersAffected "N" "How many customers are affected, if known",
    Decision "DECISION" "What is decided?",
    Description "TEXT" "Description",
    File "FILE" "File",
    FixVersion "V" "Fix version",
    HandledBy "HANDLER" "Who handles it?",
    HoldVersion "V" "Product version to hold (empty: all)",
    Impact "IMPACT" "How many customers are affected?",
    Into "CUS" "CUS ticket to join",
    Lessons "TEXT" "Lessons",
    Lift "" "Lift the hold?",
    Me "" "Is it yours?",
    Message "TEXT" "Message",
    Missing "ITEM" "What was not good enough?",
    Nobody "" "Has nobody got it?",
    Note "TEXT" "Note",
    NotResolved "TEXT" "What the customer says",
    Now "TIME" "Time",
    Of "CUS" "The original CUS ticket",
    Owed "" "Everything owed?",
    Priority "PRIORITY" "Priority level",
    ProductVersion "V" "Product version",
    Resolution "TEXT" "Resolution, in words for the customer",
    Resolved "" "What does the customer say?",
    Revision "N" "Revision",
    Role "ROLE" "Role",
    RootCause "TEXT" "Root cause",
    SlipTo "V" "New fix version",
    Severity "SEVERITY" "Is the application down or unusable?",
    Started "TIME" "When the issue started (or `unknown`)",
    Steps "TEXT" "Reproduction steps",
    Summary "TEXT" "Summary, in one line",
    TargetDate "DATE" "Target date (empty: none)",
    Text "TEXT" "Comment",
    To "AUDIENCE" "Whom to notify?",
    Trigger "TRIGGER" "Which triggers apply?",
    Unreachable "TEXT" "What was tried to reach them",
    Via "CHANNEL" "By which channel?",
    Workaround "TEXT" "Workaround, in words for the customer (or `none`, `unknown`)",
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other field is a text, a number or a flag")]
impl Field {
    /// Its long flag, without a value.
    pub(in crate::cli) fn long(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// Its flag with the placeholder of its value, as a person would type it.
    pub(in crate::cli) fn flag(self) -> String {
        if matches!(self, Self::Text | Self::File) {
            self.value_name().to_owned()
        } else if self.value_name().is_empty() {
            self.long()
        } else {
            format!("{} {}", self.long(), self.value_name())
        }
    }

    /// The words that its value can be; empty where any value will do.
    pub(in crate::cli) fn words(self) -> Vec<&'static str> {
        fn all<T: Word>() -> Vec<&'static str> {
            T::ALL.iter().map(|word| word.as_str()).collect()
        }
        match self {
            Self::Channel => all::<Channel>(),
            Self::Decision => all::<Decision>(),
            Self::HandledBy => all::<Handler>(),
            Self::Impact => all::<Impact>(),
            Self::Missing => all::<ChecklistItem>(),
            Self::Priority => all::<Priority>(),
            Self::Severity => all::<Severity>(),
            Self::To => all::<Audience>(),
            Self::Trigger => [vec!["none"], all::<Trigger>()].concat(),
            Self::Via => all::<Via>(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_closed_set_are_known_by_the_field() {
        let words = |field: Field| field.words().join(" ");
        for (field, all) in [
            (Field::Channel, "portal phone email"),
            (Field::Decision, "patch next-release backlog"),
            (Field::HandledBy, "support client-services engineering product"),
            (Field::Impact, "one some large unknown"),
            (Field::Missing, "steps priority attachments version description other"),
            (Field::Priority, "critical high medium low"),
            (Field::Severity, "outage major minor cosmetic unknown"),
            (Field::To, "support product marketing customer"),
            (Field::Trigger, "none after-upgrade financial large-impact"),
            (Field::Via, "print command smtp webhook phone portal in-person"),
            (Field::Note, ""),
        ] {
            assert_eq!(words(field), all, "{}", field.name());
        }
    }
}
