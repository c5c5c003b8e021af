//! The rules of the process by number: title, text and source. `docs/PROCESS.md` has each in full.

use super::vocabulary::{Word, vocabulary};

vocabulary! {
    /// The origin of a rule.
    pub Source {
        /// Stated by the process document.
        Document = "document",
        /// From a list of the process document that was lost and recovered.
        Recovered = "recovered",
        /// A decision of this project where the document is silent.
        Project = "project",
    }
}

macro_rules! rules {
    ($($rule:ident [$($source:ident)+] $title:literal $text:literal)+) => {
        /// A rule of the process.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $title] $rule,)+
        }

        impl Rule {
            /// Returns a few words that name the rule's subject.
            pub fn title(self) -> &'static str {
                match self { $(Self::$rule => $title,)+ }
            }

            /// Returns the rule in a few sentences.
            pub fn text(self) -> &'static str {
                match self { $(Self::$rule => $text,)+ }
            }

            /// Returns where the rule comes from.
            pub fn sources(self) -> &'static [Source] {
                match self { $(Self::$rule => &[$(Source::$source),+],)+ }
            }
        }

        impl Word for Rule {
            const ALL: &'static [Self] = &[$(Self::$rule,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$rule => stringify!($rule),)+ }
            }
        }
    };
}

// The text of a rule that is not enforced yet ends in "(coming)", like its title in docs/PROCESS.md.
rules! {
    R1 [Document] "What a report records"
        "A report records the customer, a summary, the channel it came by, who took it and when; description, contact \
         and product version where known."
    R2 [Project] "Ticket keys"
        "A CSD ticket has the service desk's own key, or the next number until that replaces it; replaced keys go on \
         working. CUS numbers are given by cus alone, and no key is ever used twice."
    R3 [Document] "Who handles the issue"
        "Support decides who handles an issue: Support, Client Services, Engineering or Product."
    R4 [Document Recovered] "Triggers that force an escalation"
        "An issue goes to Engineering if it started right after an upgrade or patch, is financial (rating or driver \
         pay), or looks like a large customer impact. Each assessment says which of these apply, or that none does; \
         with one set, no other handler is accepted."
    R5 [Project] "Assessing again"
        "Support may assess again until it has escalated. Withdrawing a trigger needs a note, and an assessment that \
         changes nothing is refused."
    R6 [Project] "The escalation clock"
        "Escalation is due a fixed time after the assessment that gave the issue to Engineering, and sooner with a \
         trigger; such tickets are listed with the high-priority ones until they are escalated."
    R7 [Project] "Issues handled without Engineering"
        "An issue that Support, Client Services or Product handles gets no CUS ticket; its handler owes the resolution, \
         and closing it says how it was resolved. Reopened, it goes back to its handler."
    R8 [Document Recovered] "The CUS Ticket Checklist"
        "An escalation needs the customer, a linked CSD ticket, a priority and reproduction steps, and screenshots or \
         videos when available. An incomplete one is refused, with everything that is missing named at once."
    R9 [Document] "High priority first"
        "Critical and high are high priority: they come first wherever tickets are listed, and their due times are \
         shorter."
    R10 [Document] "Upgrade holds"
        "Anyone can hold further customer upgrades until an issue is resolved, of several product versions or of all, \
         and one hold never frees another. Only Engineering or Product lift them, with a reason; all end when the CUS \
         ticket closes."
    R11 [Project] "Joining and unlinking"
        "Several CSD tickets can share one CUS ticket, and later ones can join while it is open; their customers are \
         then owed the current information. Support can unlink one with a note, but not the last."
    R12 [Project] "Returning to Support"
        "Before a release is decided, Engineering may return a CUS ticket to Support, naming the checklist items that \
         were not good enough and why. Support completes it and escalates it again."
    R13 [Document Recovered] "What Engineering assesses"
        "Engineering assesses cause (when it started, which ticket introduced it), severity, workaround and impact. \
         \"Unknown\" and \"none\" are answers to be given, not fields to leave out. It may assess again until the \
         ticket is closed."
    R14 [Document Project] "The alert to Product"
        "If the bug is high priority, Engineering owes Product an alert at once."
    R15 [Project] "An assessment that finds no bug"
        "An assessment can also end in \"not a bug\", \"duplicate\" or \"cannot reproduce\"; the ticket is then closed \
         without a fix (R26)."
    R16 [Document Project] "The release decision"
        "Engineering decides on a patch with its version, the next release with a tentative version, or the backlog, \
         which has no version and stays on the Open Bug List."
    R17 [Document] "Details for Marketing"
        "If the impact on customers is large, Engineering owes Marketing the details it needs for customer messaging."
    R18 [Document Project] "Resolution information for Support"
        "The original reporter of each linked CSD ticket is owed the resolution information: decision, fix version, \
         target date, cause and workaround."
    R19 [Document] "Moving to Postmortem"
        "A CUS ticket moves to Postmortem only after Support, and where R14 and R17 ask for it Product and Marketing, \
         were told what is in force. It stays there until Support has confirmed with the customers that the issue is \
         resolved."
    R20 [Project] "Revising the decision"
        "A decision can be revised until closing, and whatever changes is owed afresh to everybody who was told or is \
         to be told. From Postmortem, revising takes the ticket back to release-assessed."
    R21 [Document] "Updates to customers"
        "Once Support has the resolution information, it updates each customer on the original CSD ticket: how the \
         issue is prioritised and how it will be fixed."
    R22 [Document] "Tentative versions"
        "Until the fix has shipped, a message that names a fix version to a customer says that it is TENTATIVE, unless \
         the decision is a patch."
    R23 [Document] "The customer's answer"
        "Support records what each customer says: resolved, not resolved, or that they could not be reached, with when \
         and how it was tried."
    R24 [Document] "Closing as fixed"
        "Product closes a CUS ticket as fixed from Postmortem, once every linked customer has answered and nothing is \
         owed to be told. A bug that is not fixed stays on the Open Bug List or ends by R26."
    R25 [Project] "Not solved, and reopening"
        "If a customer says that it is not solved, the CUS ticket goes back to Engineering with the reason, and those \
         affected are owed the news. Support, Engineering or Product may reopen a ticket with a note."
    R26 [Project] "Closing without a fix"
        "A CUS ticket can be closed as not a bug, duplicate, cannot reproduce, won't fix or withdrawn, with a note; \
         Support and the customers are owed the answer. A duplicate moves its CSD tickets to the original."
    R27 [Project] "The record is permanent"
        "Who did what, when and in which role is recorded for ever; a correction is a new entry. Only text that must \
         not be kept can be redacted, with a reason, and that it was there stays on record."
    R28 [Document] "Each step has its role"
        "Support reports, assesses, escalates, confirms and talks to customers; Engineering assesses and returns; \
         Engineering or Product decide, ship and notify; Product closes; anyone comments, attaches and sets holds. An \
         actor whose roles are known is refused another role's step."
    R29 [Project] "Due times"
        "Everything owed has a due time from the priority, fixed by the policy in force when it arose. Raising the \
         priority can move it earlier; nothing moves it later. Only a delivered notice counts as told."
    R30 [Project] "Shipping the fix"
        "When the fix is available, Engineering or Product records it; Support and then each customer are owed the \
         news. A target date that passes without it owes Engineering \"shipped, or revise\"; a ticket with a hold owes \
         \"lift, or say why not\"."
    R31 [Project] "Customer-safe facts"
        "Messages to customers are made of summary, customer, key, priority, decision, fix version, target date, \
         workaround and the resolution written for them. Cause, comments, staff and other customers are never told."
    R32 [Project] "Imported history"
        "Imported history is kept as it was and marked imported. A ticket imported as finished owes nothing; an open \
         one owes what its stage demands, from the time of the import."
    R33 [Project] "Nobody waits in silence"
        "Each customer whose issue is not resolved is owed a next message within a set time of the last one, or by the \
         time that it promised."
    R34 [Project] "The postmortem"
        "The postmortem holds root cause, category, lessons and actions, and can be completed for 30 days after \
         closing. A high-priority or large-impact ticket owes a root cause and an action, or a note why there is \
         none."
    R35 [Project] "Undo"
        "A whole command can be undone with a note, within a day, by whoever did it or the same role, as long as \
         nothing was sent because of it and nothing was done on its tickets since. Both stay on record."
    R36 [Project] "Announcements"
        "Policy says which audience hears when a ticket is escalated, returned, completed, reopened, shipped or closed, \
         or when a hold or a priority changes. Announcements settle nothing, and nothing waits for them."
    R37 [Project] "Assignees"
        "A ticket can have an assignee, which narrows whose duty something is; anyone with the role may still do it."
    R38 [Project] "Development tickets"
        "A CUS ticket can name the development tickets that fix it."
    R39 [Project] "Customer records"
        "A customer has a record of contacts, time zone, tier and product version, and can be renamed or merged; old \
         names go on working. Customers on an affected version can be listed and told."
    R40 [Project] "Priority from severity and impact"
        "Severity and impact together name a priority; an assessment that changes them raises a lower priority to it, \
         unless a note says why not. It never lowers one."
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROCESS: &str = include_str!("../../docs/PROCESS.md");

    /// The definition of a rule in docs/PROCESS.md: the rest of its line after the number and the title.
    fn definition(rule: Rule) -> &'static str {
        let heading = format!("\n- **{rule} {}** ", rule.title());
        let mut definitions = PROCESS.split(heading.as_str()).skip(1);
        let definition = definitions.next().unwrap_or_else(|| panic!("docs/PROCESS.md has no `{}`", heading.trim()));
        assert!(definitions.next().is_none(), "{rule} is defined twice");
        definition.lines().next().unwrap_or_default()
    }

    #[test]
    fn each_rule_is_defined_in_the_process() {
        for rule in Rule::ALL {
            let letters = definition(*rule).split(['(', ')']).nth(1).unwrap_or_default();
            for (source, letter) in [(Source::Document, 'S'), (Source::Recovered, 'P'), (Source::Project, 'O')] {
                let is_named = letters.split(|c: char| !c.is_alphanumeric()).any(|word| word == letter.to_string());
                assert_eq!(is_named, rule.sources().contains(&source), "{rule}: {letters}");
            }
        }
        assert_eq!(PROCESS.matches("\n- **R").count(), Rule::ALL.len());
    }

    #[test]
    fn a_rule_that_is_coming_says_so_in_both_places() {
        for rule in Rule::ALL {
            let is_coming = definition(*rule).split_once(". ").is_some_and(|(head, _)| head.ends_with("*(coming)*"));
            assert_eq!(rule.text().ends_with("(coming)"), is_coming, "{rule}");
        }
    }

    #[test]
    fn the_rules_are_numbered_in_order() {
        for (number, rule) in (1..).zip(Rule::ALL) {
            assert_eq!(rule.as_str(), format!("R{number}"));
        }
    }
}
