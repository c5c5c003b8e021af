//! The due times in force (PROCESS, "Default due times").

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::duty::DutyKind;
use super::words::{Priority, Word};

/// How long each duty may take, by priority (R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    hours: BTreeMap<DutyKind, [u32; 4]>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { hours: DutyKind::ALL.iter().map(|kind| (*kind, default_hours(*kind))).collect() }
    }
}

impl Policy {
    /// The default with other hours for one kind of duty.
    #[cfg(test)]
    pub(crate) fn with(kind: DutyKind, hours: [u32; 4]) -> Self {
        let mut policy = Self::default();
        policy.hours.insert(kind, hours);
        policy
    }

    /// How long a duty of that kind may take at that priority.
    pub fn duration(&self, kind: DutyKind, priority: Priority) -> TimeDelta {
        let [critical, high, medium, low] = self.hours.get(&kind).copied().unwrap_or_else(|| default_hours(kind));
        TimeDelta::hours(i64::from(match priority {
            Priority::Critical => critical,
            Priority::High => high,
            Priority::Medium => medium,
            Priority::Low => low,
        }))
    }
}

/// Hours for critical, high, medium and low.
///
/// An escalation with a trigger counts as critical, since its ticket has no priority yet. Only high-priority bugs begin
/// to owe the alert to Product; the last two figures of that row serve no new duty.
fn default_hours(kind: DutyKind) -> [u32; 4] {
    const DAY: u32 = 24;
    match kind {
        DutyKind::Assess => [DAY; 4],
        DutyKind::Escalate => [4, DAY, DAY, DAY],
        DutyKind::Resolve => [5 * DAY; 4],
        DutyKind::EngAssess | DutyKind::Complete => [4, DAY, 3 * DAY, 7 * DAY],
        DutyKind::AlertProduct => [1, 4, 4, 4],
        DutyKind::Release => [8, 2 * DAY, 5 * DAY, 14 * DAY],
        DutyKind::TellMarketing => [4, DAY, 3 * DAY, 3 * DAY],
        DutyKind::TellSupport | DutyKind::TellCustomer => [1, 4, DAY, 3 * DAY],
        DutyKind::Postmortem => [DAY, DAY, 3 * DAY, 3 * DAY],
        DutyKind::Ship => [DAY; 4],
        DutyKind::Confirm => [3 * DAY, 3 * DAY, 7 * DAY, 14 * DAY],
        DutyKind::Review => [90 * DAY; 4],
        DutyKind::WordToProduct | DutyKind::Close => [DAY, DAY, 3 * DAY, 7 * DAY],
        DutyKind::LiftHold => [4, DAY, DAY, 3 * DAY],
    }
}
