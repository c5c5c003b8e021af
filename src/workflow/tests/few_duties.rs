//! The number of duties that a usual bug makes: a tool that asks for too much is not used.

use super::given::{escalate, next_release, promised, report};
use super::invariants::settling;
use super::kit::{World, hour};
use crate::workflow::command::Command;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Priority;

const DAY: i64 = 24;

/// When a usual team does it: what was promised and the next word when they are due, and the rest in half of its time.
fn done_at(owed: &Owed) -> Time {
    match owed.duty.kind {
        DutyKind::NextWord | DutyKind::Ship => owed.due,
        _ => owed.begins + (owed.due - owed.begins) / 2,
    }
}

/// Returns how many duties a bug of one customer makes in so many days, where the fix is promised for a day near the end.
fn duties(priority: Priority, days: i64, promised_for: u32) -> usize {
    let mut world = World::new().given(report("Alder"));
    for count in 0.. {
        let all = world.tickets.all.iter().flat_map(|ticket| {
            let owed = world.owed(ticket.id().as_str());
            owed.into_iter().map(|owed| (ticket.id().clone(), owed))
        });
        let Some((id, next)) =
            all.min_by_key(|(_, owed)| done_at(owed)).filter(|(_, owed)| done_at(owed) <= hour(days * DAY))
        else {
            assert_eq!(world.cus_stage(), CusStage::Closed);
            return count;
        };
        let command: Command = match next.duty.kind {
            DutyKind::Escalate => escalate(&["CSD-1"], priority).into(),
            DutyKind::Release => promised(promised_for, next_release("9.0")).into(),
            _ => settling(&id, &next),
        };
        world.context.now = done_at(&next).max(world.context.now);
        world.when(command);
    }
    unreachable!("it has an end")
}

#[test]
fn a_usual_bug_makes_few_duties() {
    assert!(duties(Priority::Medium, 45, 30) <= 13);
    assert!(duties(Priority::High, 45, 38) <= 18);
    assert!(duties(Priority::Critical, 120, 112) <= 32);
}
