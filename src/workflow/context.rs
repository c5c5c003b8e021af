//! The context of a command.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Role;
use crate::workflow::zone::Zone;

/// The actor, the time, and the settings in force.
#[derive(Debug, Clone)]
pub struct Context {
    /// The time of the command.
    pub now: Time,
    /// Whether the time was set by hand, in which case it must not be before the tickets' last event.
    pub now_is_explicit: bool,
    /// The actor.
    pub actor: String,
    /// The actor's roles; empty where none is known (R28).
    pub roles: Vec<Role>,
    /// The machine's time zone, which counts where the policy names none.
    pub zone: Zone,
    /// The policy in force (R29).
    pub policy: Arc<Policy>,
    /// The notice settings of each audience.
    pub notice_settings: NoticeSettings,
}

impl Context {
    /// Returns the team's time zone: that of the policy, else the machine's.
    pub fn team_zone(&self) -> &Zone {
        self.policy.zone().unwrap_or(&self.zone)
    }

    /// Returns the day of the command in that zone.
    pub fn today(&self) -> NaiveDate {
        self.team_zone().local(self.now).date()
    }
}
