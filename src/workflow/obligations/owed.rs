//! What is owed. Gates ask this one function and screens show it, so that they never disagree.

use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{Duty, DutyKind, Owed};
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{ChecklistItem, Decision};

/// What is owed on a ticket, in the order of the process, with owner, times and the command that settles it.
///
/// What begins later, such as "shipped, or revise" before its target date, is among it: see [`Owed::has_begun`].
pub fn owed(tickets: &Tickets, ticket: &Ticket) -> Vec<Owed> {
    ticket
        .demands()
        .into_iter()
        .map(|duty| {
            let fixed = ticket.due().iter().find(|due| due.duty == duty);
            let (begins, due) = fixed.map_or((ticket.updated(), ticket.updated()), |fixed| (fixed.begins, fixed.due));
            let by = match ticket {
                Ticket::Csd(csd) => csd.owner(duty.kind),
                Ticket::Cus(_) => Cus::owner(duty.kind),
            };
            Owed { fix: fix(tickets, ticket, &duty), by, begins, due, duty }
        })
        .collect()
}

/// What is owed about a customer's ticket: its own duties, and those of its CUS ticket that name it.
pub fn owed_about(tickets: &Tickets, key: &Key) -> Vec<Owed> {
    let Some(ticket) = tickets.ticket(key) else {
        return Vec::new();
    };
    let mut all = owed(tickets, ticket);
    if let Ticket::Csd(csd) = ticket
        && let Some(escalation) = csd.cus.as_ref().and_then(|cus| tickets.ticket(cus))
    {
        all.extend(owed(tickets, escalation).into_iter().filter(|owed| owed.duty.csd.as_ref() == Some(&csd.id)));
    }
    all
}

/// The command that settles a duty.
fn fix(tickets: &Tickets, ticket: &Ticket, duty: &Duty) -> String {
    let key = ticket.key();
    if let Ticket::Cus(cus) = ticket
        && cus.is_queued(duty.kind, duty.csd.as_ref())
    {
        return format!("cus outbox retry {key}");
    }
    let csd = duty.csd.as_ref().map(|csd| tickets.current_key(csd));
    let usual = usual_fix(duty.kind, key, csd.as_ref());
    match ticket {
        Ticket::Cus(cus) if duty.kind == DutyKind::Complete => format!("{usual}{}", wanting_flags(cus)),
        Ticket::Cus(_) | Ticket::Csd(_) => usual,
    }
}

/// What the checklist of a returned ticket lacks, as flags.
fn wanting_flags(cus: &Cus) -> String {
    let flag = |item: &ChecklistItem| match item {
        ChecklistItem::Steps => Some(" --steps TEXT"),
        ChecklistItem::Priority => Some(" --priority PRIORITY"),
        ChecklistItem::Attachments => Some(" --attach FILE"),
        ChecklistItem::Version | ChecklistItem::Description | ChecklistItem::Other => None,
    };
    let flags: String = cus.wanting.iter().filter_map(flag).collect();
    let needs_note = cus.wanting.iter().any(|item| flag(item).is_none());
    if needs_note { flags + " --note TEXT" } else { flags }
}

/// The command that settles a duty of this kind, where nothing of its ticket's state makes it another: by the keys that
/// its ticket, and the customer's ticket that it is about, go by.
pub fn usual_fix(kind: DutyKind, key: &Key, csd: Option<&Key>) -> String {
    let about = || csd.map(|csd| format!(" --csd {csd}")).unwrap_or_default();
    match kind {
        DutyKind::Assess => format!("cus assess {key} --handled-by HANDLER --trigger TRIGGER"),
        DutyKind::Escalate => format!("cus escalate {key} --priority PRIORITY --steps TEXT"),
        DutyKind::Resolve => format!("cus close {key} --note TEXT"),
        DutyKind::EngAssess => format!(
            "cus eng-assess {key} --cause TEXT --started TIME --caused-by TICKET --severity SEVERITY --impact IMPACT \
             --workaround TEXT"
        ),
        DutyKind::Complete => format!("cus escalate {key}"),
        DutyKind::AlertProduct | DutyKind::WordToProduct => {
            format!("cus notify {key} --to product")
        }
        DutyKind::Release => format!("cus release {key} --decision DECISION --fix-version V"),
        DutyKind::TellMarketing => format!("cus notify {key} --to marketing"),
        DutyKind::TellSupport => format!("cus notify {key} --to support{}", about()),
        DutyKind::TellCustomer => format!("cus notify {key} --to customer{}", about()),
        DutyKind::Postmortem => format!("cus postmortem {key}"),
        DutyKind::Ship => format!("cus ship {key}"),
        DutyKind::Confirm => format!("cus confirm {} --resolved", csd.unwrap_or(key)),
        DutyKind::Review => format!("cus release {key} --decision {} --note TEXT", Decision::Backlog),
        DutyKind::Close => format!("cus close {key}"),
        DutyKind::LiftHold => format!("cus hold {key} --lift --note TEXT"),
    }
}

#[cfg(test)]
mod tests {
    use super::owed_about;
    use crate::workflow::command::Edit;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::tests::given::{
        assessed, closed, decided, edit, escalated, patch, reported, send_back, shipped, two_escalated,
    };
    use crate::workflow::tests::kit::{World, key};
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Priority};

    fn fixes(world: &World, ticket: &str) -> Vec<String> {
        world.owed(ticket).into_iter().map(|owed| owed.fix).collect()
    }

    #[test]
    fn each_duty_names_the_command_that_settles_it() {
        assert_eq!(fixes(&reported(), "CSD-1"), ["cus assess CSD-1 --handled-by HANDLER --trigger TRIGGER"]);
        assert_eq!(fixes(&assessed(), "CSD-1"), ["cus escalate CSD-1 --priority PRIORITY --steps TEXT"]);
        assert_eq!(
            fixes(&decided(Priority::High, patch("8.2")), "CUS-1"),
            ["cus notify CUS-1 --to product", "cus notify CUS-1 --to support --csd CSD-1"]
        );
        assert_eq!(fixes(&shipped(Priority::Low), "CUS-1"), ["cus confirm CSD-1 --resolved"]);
    }

    #[test]
    fn completing_names_the_flags_of_what_is_wanting() {
        let with = |items: &[ChecklistItem]| fixes(&escalated(Priority::Low).given(send_back(items)), "CUS-1");
        assert_eq!(
            with(&[ChecklistItem::Steps, ChecklistItem::Attachments]),
            ["cus escalate CUS-1 --steps TEXT --attach FILE"]
        );
        assert_eq!(
            with(&[ChecklistItem::Steps, ChecklistItem::Other]),
            ["cus escalate CUS-1 --steps TEXT --note TEXT"]
        );
        let alerting = escalated(Priority::High).eng_assessed().given(send_back(&[ChecklistItem::Steps]));
        assert_eq!(fixes(&alerting, "CUS-1"), ["cus escalate CUS-1 --steps TEXT", "cus notify CUS-1 --to product"]);
    }

    #[test]
    fn a_renamed_ticket_is_named_by_its_new_key() {
        let world = decided(Priority::Low, patch("8.2")).given(Edit { csd: Some(key("SD-9")), ..edit("CSD-1") });
        assert_eq!(fixes(&world, "CUS-1"), ["cus notify CUS-1 --to support --csd SD-9"]);
    }

    #[test]
    fn about_a_customers_ticket_stand_its_own_duties_and_those_that_name_it() {
        let kinds = |world: &World, csd: &str| {
            owed_about(&world.tickets, &key(csd)).into_iter().map(|owed| owed.duty.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&reported(), "CSD-1"), [DutyKind::Assess]);
        let world = two_escalated(Priority::High).eng_assessed().given(patch("8.2"));
        assert_eq!(kinds(&world, "CSD-2"), [DutyKind::TellSupport]);
        let world = world.told(Audience::Support);
        assert_eq!(kinds(&world, "CSD-1"), [DutyKind::TellCustomer]);
        assert_eq!(kinds(&world, "CSD-9"), []);
    }

    #[test]
    fn a_finished_ticket_owes_nothing() {
        let world = closed(Priority::Critical);
        assert!(world.kinds("CUS-1").is_empty() && world.kinds("CSD-1").is_empty());
    }
}
