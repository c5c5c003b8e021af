//! Drafting notices: channel, subject and text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::workflow::notices::context::Facts;
use crate::workflow::notices::{template, tentative};
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::refusal::Failure;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Audience, Via, Word};

/// The notice settings of an audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceSettings {
    /// The channel, where the command names none.
    pub via: Via,
    /// The subject of a mail, a Jinja template.
    pub subject: Cow<'static, str>,
    /// The message, a Jinja template.
    pub template: Cow<'static, str>,
}

/// The notice settings of each audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeSettings {
    /// The original reporter of a CSD ticket.
    pub support: AudienceSettings,
    /// Product: the alert, and the news that a ticket can be closed.
    pub product: AudienceSettings,
    /// Marketing.
    pub marketing: AudienceSettings,
    /// Customers.
    pub customer: AudienceSettings,
    /// The channels of the other audiences, which get announcements alone (R36).
    pub named: BTreeMap<String, Via>,
}

/// A drafted notice.
pub(crate) struct Draft {
    pub(crate) subject: Option<String>,
    pub(crate) message: String,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        let printed = |subject: &'static str, template: &'static str| AudienceSettings {
            via: Via::Print,
            subject: subject.into(),
            template: template.into(),
        };
        Self {
            support: printed(
                "{{ cus.key }}: resolution information for {{ csd.key }} ({{ csd.customer }})",
                include_str!("templates/support.md"),
            ),
            product: printed("{{ cus.key }}: {{ cus.summary }}", include_str!("templates/product.md")),
            marketing: printed("{{ cus.key }}: {{ cus.summary }}", include_str!("templates/marketing.md")),
            customer: printed(
                "{{ csd.key }}: {{ csd.summary }}",
                concat!(include_str!("templates/greeting.md"), include_str!("templates/facts.md")),
            ),
            named: BTreeMap::new(),
        }
    }
}

impl NoticeSettings {
    /// Returns the settings of this audience.
    pub fn of(&self, to: Audience) -> &AudienceSettings {
        match to {
            Audience::Support => &self.support,
            Audience::Product => &self.product,
            Audience::Marketing => &self.marketing,
            Audience::Customer => &self.customer,
        }
    }

    /// Returns the channel by which an audience gets announcements; `None` where it gets none (R36).
    pub(crate) fn announced_by(&self, audience: &str) -> Option<Via> {
        let via = match Audience::from_word(audience) {
            Some(Audience::Customer) => return None,
            Some(to) => self.of(to).via,
            None => *self.named.get(audience)?,
        };
        Some(via).filter(|via| !via.is_at_once())
    }

    /// Returns the settings of this audience, mutable.
    pub fn of_mut(&mut self, to: Audience) -> &mut AudienceSettings {
        match to {
            Audience::Support => &mut self.support,
            Audience::Product => &mut self.product,
            Audience::Marketing => &mut self.marketing,
            Audience::Customer => &mut self.customer,
        }
    }
}

/// The matter of a notice.
pub(crate) struct Matter<'a> {
    /// The ticket that records it.
    pub(crate) ticket: &'a Ticket,
    /// The audience.
    pub(crate) to: Audience,
    /// The CSD ticket that it is about.
    pub(crate) csd: Option<&'a Csd>,
    /// The duties that it settles; none for an interim message.
    pub(crate) settles: &'a [DutyKind],
    /// The channel.
    pub(crate) via: Via,
    /// The actor's own words.
    pub(crate) words: Option<&'a str>,
    /// Whether those were edited from a draft, rather than to stand above the facts.
    pub(crate) is_edited: bool,
}

/// Drafts a notice, in the actor's own words or the template's.
///
/// Whatever it was made from, one that settles a duty tells the facts in force (R21), and one to a customer says which
/// version is TENTATIVE (R22).
///
/// # Errors
/// Fails if a template in force cannot be rendered.
pub(crate) fn draft(
    notice_settings: &NoticeSettings,
    tickets: &Tickets,
    matter: &Matter<'_>,
) -> Result<Draft, Failure> {
    let Matter { ticket, to, csd, settles, via, words, is_edited } = *matter;
    let settings = notice_settings.of(to);
    let facts = Facts::about(tickets, ticket, to, csd, settles);
    let render =
        |text: &str| template::render(text, &facts).map_err(|message| Failure::Template { audience: to, message });
    let below = |text: &str| {
        let paragraph =
            template::paragraph(to, &facts).map_err(|message| Failure::Template { audience: to, message })?;
        Ok(format!("{}\n\n{}\n", text.trim_end(), paragraph.trim()))
    };
    let subject = match ticket {
        _ if via.is_at_once() => None,
        Ticket::Cus(_) => Some(one_line(&render(&settings.subject)?)),
        Ticket::Csd(csd) => Some(one_line(&format!("{}: {}", csd.key, csd.summary))),
    };
    let text = match words {
        Some(words) if settles.is_empty() => words.to_owned(),
        Some(words) if is_edited => words.to_owned(),
        Some(words) if to == Audience::Customer => below(words)?,
        Some(words) => format!("{}\n\n{}\n", words.trim_end(), render(&settings.template)?.trim()),
        None => format!("{}\n", render(&settings.template)?.trim()),
    };
    let text = if settles.is_empty() || facts.left_out(&text).is_empty() { text } else { below(&text)? };
    let cus = match ticket {
        Ticket::Cus(cus) => Some(cus),
        Ticket::Csd(_) => None,
    };
    let message = match csd.filter(|_| to == Audience::Customer) {
        Some(csd) => tentative::marked(text, || tickets.known_spellings(), cus, csd),
        None => text,
    };
    Ok(Draft { subject, message })
}

/// Removes line breaks from a subject, so that nothing in it can pass for another header.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{EngAssess, Escalate, Notify, Release, Report};
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{
        assess, backlog, close_as, comment, decided, eng_assess, escalate, next_release, patch, promised, report, say,
        ship, tell, tell_about,
    };
    use crate::workflow::tests::kit::{World, key, messages};
    use crate::workflow::vocabulary::{Audience, Impact, Priority, Resolution, Word};

    const SENTENCE: &str = "Please note: the fix version 9.0 is TENTATIVE and may change.";

    fn knows_support(release: Release) -> World {
        decided(Priority::Low, release).told(Audience::Support)
    }

    fn told(release: Release) -> String {
        knows_support(release).told(Audience::Customer).last_message()
    }

    #[test]
    fn a_tentative_version_is_called_so_in_the_templates_words() {
        let message = told(next_release("9.0"));
        assert!(message.contains("the release 9.0") && message.contains(SENTENCE), "{message}");
    }

    #[test]
    fn a_tentative_version_is_called_so_in_own_words() {
        let world = knows_support(next_release("9.0")).given(say(Audience::Customer, "It comes with 9.0"));
        let message = world.last_message();
        assert!(
            message.starts_with("It comes with 9.0\n\nWe have scheduled the fix for the release 9.0."),
            "{message}"
        );
        assert!(message.ends_with(&format!("\n\n{SENTENCE}\n")), "{message}");
        let interim = decided(Priority::Low, next_release("9.0")).given(say(Audience::Customer, "Nearly there"));
        assert_eq!(interim.last_message(), "Nearly there");
    }

    #[test]
    fn words_that_bear_the_sentence_already_do_not_get_it_twice() {
        let words = format!("Hello. {SENTENCE}");
        let message = knows_support(next_release("9.0")).given(say(Audience::Customer, &words)).last_message();
        assert!(message.starts_with(&words) && message.matches(SENTENCE).count() == 1, "{message}");
    }

    #[test]
    fn a_teams_own_template_cannot_leave_the_sentence_out() {
        let mut world = knows_support(next_release("9.0"));
        world.context.notice_settings.customer.template = "Fixed in {{ fix_version }}".into();
        let message = world.told(Audience::Customer).last_message();
        assert!(message.starts_with("Fixed in 9.0\n\nWe have scheduled") && message.contains(SENTENCE), "{message}");
    }

    #[test]
    fn a_template_for_colleagues_that_leaves_the_facts_out_gets_them_in_their_words() {
        let mut world = decided(Priority::Low, promised(30, next_release("9.0")));
        world.context.notice_settings.support.template = "Look at {{ cus.key }}".into();
        let message = world.told(Audience::Support).last_message();
        assert_eq!(message, "Look at CUS-1\n\nDecision: next-release 9.0 (TENTATIVE), 2026-04-01\n");
    }

    #[test]
    fn nothing_else_is_tentative() {
        assert!(!told(patch("8.2")).contains("TENTATIVE"));
        assert!(!told(backlog()).contains("TENTATIVE"));
        let shipped = knows_support(next_release("9.0")).told(Audience::Customer).shipped();
        assert!(shipped.last_message().contains("available in version 9.0"));
        assert!(!shipped.last_message().contains("TENTATIVE"));
        let revised = knows_support(next_release("9.0")).given(patch("8.2")).told(Audience::Support);
        assert!(!revised.told(Audience::Customer).last_message().contains("TENTATIVE"));
    }

    #[test]
    fn a_message_to_colleagues_marks_a_tentative_version_too() {
        let world = knows_support(next_release("9.0"));
        assert!(world.last_message().contains("9.0 (TENTATIVE)"), "{}", world.last_message());
    }

    /// Two customers of one bug; every text that is for colleagues alone says `secret`.
    fn with_secrets(release: Release) -> World {
        let reported = |customer: &str| Report {
            summary: format!("{customer} sees wrong rates"),
            description: Some("secret description".to_owned()),
            contact: Some("secret contact".to_owned()),
            product_version: Some("secret 8.1".to_owned()),
            ..report(customer)
        };
        let mut world = World::new();
        world.context.actor = "secret staff".to_owned();
        let first = Escalate {
            summary: Some("secret summary of the bug".to_owned()),
            steps: "secret steps".to_owned(),
            note: Some("secret remark".to_owned()),
            ..escalate(&["CSD-1", "CSD-2"], Priority::High)
        };
        let cause = EngAssess {
            cause: "secret cause".to_owned(),
            caused_by: "secret-1".to_owned(),
            customers_affected: Some(4242),
            ..eng_assess(Impact::Large)
        };
        let release = Release {
            resolution: Some("We round correctly".to_owned()),
            note: Some("secret reason".to_owned()),
            ..release
        };
        world
            .given(reported("Alder"))
            .given(reported("secret Birch"))
            .given(assess("CSD-1"))
            .given(assess("CSD-2"))
            .given(first)
            .given(comment("CUS-1"))
            .given(cause)
            .given(release)
            .told(Audience::Support)
    }

    #[track_caller]
    fn is_safe(message: &str) {
        for secret in ["secret", "CUS-1", "CSD-2", "4242", "Between us"] {
            assert!(!message.contains(secret), "{secret} in: {message}");
        }
        assert!(message.contains("Dear Alder"), "{message}");
        assert!(message.contains("CSD-1 (Alder sees wrong rates)"), "{message}");
    }

    #[test]
    fn customers_are_told_customer_safe_facts_alone() {
        for release in [promised(30, patch("8.2")), promised(30, next_release("9.0")), backlog()] {
            let world = with_secrets(release.clone()).given(tell_about("CSD-1", Audience::Customer));
            let message = world.last_message();
            is_safe(&message);
            assert!(message.contains("In the meantime: Round by hand"), "{message}");
            assert!(message.contains("We round correctly"), "{message}");
            if let Some(version) = &release.fix_version {
                assert!(message.contains(version) && message.contains("2026-04-01"), "{message}");
                let world = world.given(ship()).told(Audience::Support).given(tell_about("CSD-1", Audience::Customer));
                is_safe(&world.last_message());
            }
        }
    }

    #[test]
    fn the_answer_without_a_fix_is_customer_safe_too() {
        for resolution in [Resolution::NotABug, Resolution::CannotReproduce, Resolution::WontFix] {
            let mut closing = close_as(resolution);
            closing.note = "secret note".to_owned();
            let world = with_secrets(patch("8.2")).given(closing).told(Audience::Support);
            is_safe(&world.given(tell_about("CSD-1", Audience::Customer)).last_message());
        }
    }

    #[test]
    fn a_teams_own_template_cannot_reach_what_is_not_customer_safe() {
        for hidden in ["cus.key", "assessment.cause", "csd.reporter", "csd.contact", "customers", "closing_note"] {
            let mut world = with_secrets(patch("8.2"));
            world.context.notice_settings.customer.template = format!("{{{{ {hidden} }}}}").into();
            let failures = world.refused(tell_about("CSD-1", Audience::Customer));
            assert!(matches!(failures[..], [Failure::Template { audience: Audience::Customer, .. }]), "{hidden}");
        }
    }

    #[test]
    fn no_workaround_is_not_offered_as_one() {
        for answer in ["none", "unknown"] {
            let world = World::new().given(report("Alder")).given(assess("CSD-1"));
            let world = world.given(escalate(&["CSD-1"], Priority::Low));
            let world = world.given(EngAssess { workaround: answer.to_owned(), ..eng_assess(Impact::One) });
            let world = world.given(patch("8.2")).told(Audience::Support).told(Audience::Customer);
            assert!(!world.last_message().contains("Until then"), "{}", world.last_message());
        }
    }

    #[test]
    fn supports_information_has_decision_version_date_cause_and_workaround() {
        let message = decided(Priority::Low, promised(30, next_release("9.0"))).told(Audience::Support).last_message();
        for fact in ["CSD-1", "Alder", "CUS-1", "9.0", "2026-04-01", "A rounding error", "Round by hand"] {
            assert!(message.contains(fact), "{fact} in: {message}");
        }
        let closed = decided(Priority::Low, patch("8.2")).given(close_as(Resolution::WontFix));
        let message = closed.told(Audience::Support).last_message();
        assert!(message.contains("wont-fix") && message.contains("Because"), "{message}");
    }

    #[test]
    fn every_template_can_be_rendered_for_every_decision() {
        for release in [patch("8.2"), promised(9, next_release("9.0")), backlog()] {
            let mut world = with_secrets(release);
            let everybody = Notify { to: None, ..tell(Audience::Support) };
            let count = messages(&world.when(everybody)).len();
            assert_eq!(count, 4, "Product, Marketing and two customers");
            for to in Audience::ALL {
                assert!(world.cus("CUS-1").notices.iter().any(|notice| notice.to == *to), "{to}");
            }
        }
    }

    #[test]
    fn a_template_that_cannot_be_rendered_is_refused() {
        let mut world = knows_support(patch("8.2"));
        world.context.notice_settings.customer.template = "{{ nothing_of_that_name }}".into();
        assert_eq!(world.refused(tell(Audience::Customer)).len(), 1);
        assert!(world.link(key("CSD-1").as_str()).customer_told.is_none());
    }
}
