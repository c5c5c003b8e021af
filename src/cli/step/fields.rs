//! The spelling of inputs: flags, what stands for their values, and questions.

use crate::workflow::field::Field;
use crate::workflow::vocabulary::{
    Audience, Channel, ChecklistItem, Decision, Handler, Impact, Priority, Severity, Trigger, Via, Word,
};

macro_rules! spelling {
    ($($field:ident $value:literal $question:literal $hint:literal,)+) => {
        impl Field {
            /// The placeholder of its value in help; empty for a flag without one.
            pub(in crate::cli) fn value_name(self) -> &'static str {
                match self { $(Self::$field => $value,)+ }
            }

            /// The question that a person is asked.
            pub(in crate::cli) fn question(self) -> &'static str {
                match self { $(Self::$field => $question,)+ }
            }

            /// What to know before answering.
            pub(in crate::cli) fn hint(self) -> &'static str {
                match self { $(Self::$field => $hint,)+ }
            }
        }
    };
}

spelling! {
    Action "N" "Which action?" "",
    ActionText "TEXT" "What is to be done?" "",
    Assignee "NAME" "Who has it?" "",
    Attach "FILE" "Attach a file" "a path, Tab completes; Enter to go on",
    Category "WORD" "Category" "Enter for none",
    Cause "TEXT" "Cause" "",
    CausedBy "TICKET" "Introduced by" "the ticket that caused it, or unknown",
    Channel "CHANNEL" "How did it arrive?" "",
    Contact "TEXT" "Contact" "e-mail address or phone number; Enter for none",
    Csd "KEY" "The desk's own key" "",
    Customer "NAME" "Customer" "Tab completes, Ctrl-P recalls",
    CustomersAffected "N" "Number of customers affected" "Enter where it is not known",
    Decision "DECISION" "Release decision" "",
    Description "TEXT" "Description" "Enter for none",
    Due "DATE" "By which day?" "2026-05-01; Enter for thirty days from now",
    File "FILE" "File" "",
    FixVersion "V" "Fix version" "the version that will bring the fix",
    HandledBy "HANDLER" "Who handles it?" "",
    HoldVersion "V" "Product version to hold" "Enter for all",
    Impact "IMPACT" "Impact" "how many customers are affected",
    Into "CUS" "CUS ticket to join" "",
    Lessons "TEXT" "Lessons" "what to do better; Enter for none",
    Lift "" "Lift the hold?" "",
    Me "" "Is it yours?" "",
    MergeInto "OTHER" "Which customer is it?" "",
    Message "TEXT" "Message" "Enter for none",
    Missing "ITEM" "What is missing or unclear?" "",
    Name "NAME" "Which customer?" "",
    NextBy "TIME" "When will the customer hear again?" "",
    Nobody "" "Has nobody got it?" "",
    NotResolved "TEXT" "What the customer says" "",
    Note "TEXT" "Note" "",
    Now "TIME" "Time" "",
    Of "CUS" "Which ticket is it a duplicate of?" "the original CUS ticket",
    Owed "" "Everything owed?" "",
    Owner "NAME" "Who is to do it?" "Enter for who has the ticket",
    Priority "PRIORITY" "Priority level" "",
    ProductVersion "V" "Product version" "the version the customer runs; Enter if not known",
    Rename "NEW" "The new name" "",
    Resolution "TEXT" "Resolution" "in words for the customer; Enter for none",
    Resolved "" "What does the customer say?" "",
    Revision "N" "Revision" "",
    Role "ROLE" "Role" "",
    RootCause "TEXT" "Root cause" "Enter for none",
    Severity "SEVERITY" "Severity" "",
    SlipTo "V" "New fix version" "",
    Started "TIME" "Started" "2026-05-01, -3d, yesterday, or unknown",
    Steps "TEXT" "Reproduction steps" "",
    Summary "TEXT" "Summary" "one line",
    TargetDate "DATE" "Target date" "2026-05-01; Enter for none",
    Tell "" "Send the notices that you owe because of it?" "",
    Text "TEXT" "Comment" "",
    To "AUDIENCE" "Whom to notify?" "",
    Trigger "TRIGGER" "Which triggers apply?" "",
    Unreachable "TEXT" "What was tried to reach them" "",
    Via "CHANNEL" "By which channel?" "",
    Workaround "TEXT" "Workaround" "in words for the customer, or none, or unknown",
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other field is a text, a number or a flag")]
impl Field {
    /// Its long flag, without a value.
    pub(in crate::cli) fn long(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// Its flag with the placeholder of its value, as a person would type it.
    pub(in crate::cli) fn flag(self) -> String {
        if matches!(self, Self::Text | Self::File | Self::Name | Self::Action | Self::ActionText) {
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

    /// What a word of it means, in few words.
    pub(in crate::cli) fn about(self, word: &str) -> &'static str {
        match (self, word) {
            (Self::Severity, "outage") => "down or unusable",
            (Self::Severity, "major") => "a main function fails",
            (Self::Severity, "minor") => "it works with effort",
            (Self::Severity, "cosmetic") => "it only looks wrong",
            (Self::Impact, "one") => "one customer",
            (Self::Impact, "some") => "a few customers",
            (Self::Impact, "large") => "many customers, or a large one",
            (Self::Severity | Self::Impact, "unknown") => "not known yet",
            (Self::Priority, "critical") => "drop everything",
            (Self::Priority, "high") => "today",
            (Self::Priority, "medium") => "this release",
            (Self::Priority, "low") => "when there is time",
            (Self::Decision, "patch") => "a release of its own, soon",
            (Self::Decision, "next-release") => "with the next planned release",
            (Self::Decision, "backlog") => "not planned; reviewed from time to time",
            (Self::HandledBy, "support") => "answer it here",
            (Self::HandledBy, "client-services") => "set-up or training",
            (Self::HandledBy, "engineering") => "a bug: escalate it next",
            (Self::HandledBy, "product") => "a wish, or works as designed",
            (Self::Missing, "steps") => "reproduction steps",
            (Self::Missing, "attachments") => "screenshots or videos",
            (Self::Missing, "version") => "the product version",
            (Self::Missing, "other") => "something else: the note says what",
            (Self::Resolved, "resolved") => "it works now",
            (Self::Resolved, "not-resolved") => "it still fails",
            (Self::Resolved, "unreachable") => "no answer after several tries",
            (Self::Role, "support") => "talks to customers, reports and escalates",
            (Self::Role, "client-services") => "helps with set-up and training",
            (Self::Role, "engineering") => "assesses and fixes",
            (Self::Role, "product") => "plans releases and closes",
            (Self::Role, "marketing") => "hears of what affects many",
            (Self::To, "support") => "the colleague who talks to the customer",
            (Self::To, "customer") => "every linked customer who is owed it",
            _ => "",
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
