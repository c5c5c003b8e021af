//! The inputs of commands: one name for each, from which flags, JSON keys and questions are made.

use crate::workflow::vocabulary::{
    Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Severity, Trigger, Via, Word,
};

macro_rules! fields {
    ($($field:ident $name:literal $value:literal $question:literal,)+) => {
        /// An input of a command.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the table says of each what it is asked for")]
        pub enum Field { $($field,)+ }

        impl Field {
            /// Its key in JSON lines and in refusals: the long flag with `_`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$field => $name,)+ }
            }

            /// What stands for its value in help; empty for a flag without one.
            pub fn value_name(self) -> &'static str {
                match self { $(Self::$field => $value,)+ }
            }

            /// What a person is asked.
            pub fn question(self) -> &'static str {
                match self { $(Self::$field => $question,)+ }
            }
        }
    };
}

fields! {
    Attach "attach" "FILE" "Screenshots or videos",
    CausedBy "caused_by" "TICKET" "Which ticket caused it (or `unknown`)",
    Cause "cause" "TEXT" "Cause",
    Channel "channel" "CHANNEL" "How did it arrive?",
    Contact "contact" "TEXT" "Where the customer is reached",
    Csd "csd" "KEY" "The desk's own key",
    Customer "customer" "NAME" "Customer",
    CustomersAffected "customers_affected" "N" "How many customers are affected, if known",
    Decision "decision" "DECISION" "What is decided?",
    Description "description" "TEXT" "Description",
    File "file" "FILE" "File",
    FixVersion "fix_version" "V" "Version that brings the fix",
    HandledBy "handled_by" "HANDLER" "Who handles it?",
    HoldVersion "hold_version" "V" "Product version to hold (empty: all)",
    Impact "impact" "IMPACT" "How many customers are affected?",
    Into "into" "CUS" "CUS ticket to join",
    Lessons "lessons" "TEXT" "Lessons",
    Lift "lift" "" "Lift the hold?",
    Message "message" "TEXT" "Message",
    Missing "missing" "ITEM" "What was not good enough?",
    Note "note" "TEXT" "Note",
    NotResolved "not_resolved" "TEXT" "What the customer says",
    Now "now" "TIME" "Time",
    Of "of" "CUS" "The original CUS ticket",
    Owed "owed" "" "Everything owed?",
    Priority "priority" "PRIORITY" "Priority level",
    ProductVersion "product_version" "V" "Product version",
    Resolution "resolution" "TEXT" "Resolution, in words for the customer",
    Resolved "resolved" "" "What does the customer say?",
    Revision "revision" "N" "Revision",
    Role "role" "ROLE" "Role",
    RootCause "root_cause" "TEXT" "Root cause",
    SlipTo "slip_to" "V" "Version that brings the fix now",
    Severity "severity" "SEVERITY" "Is the application down or unusable?",
    Started "started" "TIME" "When the issue started (or `unknown`)",
    Steps "steps" "TEXT" "Reproduction steps",
    Summary "summary" "TEXT" "Summary, in one line",
    TargetDate "target_date" "DATE" "Target date (empty: none)",
    Text "text" "TEXT" "Comment",
    To "to" "AUDIENCE" "Whom to tell?",
    Trigger "trigger" "TRIGGER" "Which triggers apply?",
    Unreachable "unreachable" "TEXT" "What was tried to reach them",
    Via "via" "CHANNEL" "How are they told?",
    Workaround "workaround" "TEXT" "Workaround, in words for the customer (or `none`, `unknown`)",
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other field is a text, a number or a flag")]
impl Field {
    /// Its long flag, without a value.
    pub fn long(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// The words that it can be; empty where it is no word of a closed set.
    pub fn words(self) -> Vec<&'static str> {
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

    /// Its flag with what stands for the value, as a person would type it.
    pub fn flag(self) -> String {
        if matches!(self, Self::Text | Self::File) {
            self.value_name().to_owned()
        } else if self.value_name().is_empty() {
            self.long()
        } else {
            format!("{} {}", self.long(), self.value_name())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_closed_set_is_known_by_its_field() {
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
