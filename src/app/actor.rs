//! The actor: a name, roles, and perhaps a time.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::vocabulary::Role;
use crate::workflow::zone::Zone;
use crate::workflow::{Context, Time};

/// Somebody who gives commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// The name under which it is recorded.
    pub name: String,
    /// The roles; empty where none is known (R28).
    pub roles: Vec<Role>,
    /// The time of what is done, in the place of the clock's: it must not be before the tickets' last event.
    pub at: Option<Time>,
}

impl Actor {
    /// Somebody whose roles are not known, by the clock.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same actor in one more role.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// The same actor at that time.
    #[must_use]
    pub fn at(self, at: Time) -> Self {
        Self { at: Some(at), ..self }
    }

    /// Returns the context of a command by this actor, with the default policy and settings.
    pub fn context(&self) -> Context {
        self.context_under(Arc::default(), NoticeSettings::default())
    }

    /// Returns the context of a command by this actor, under a policy and with these settings.
    pub(in crate::app) fn context_under(&self, policy: Arc<Policy>, notice_settings: NoticeSettings) -> Context {
        Context {
            now: self.now(),
            now_is_explicit: self.at.is_some(),
            actor: self.name.clone(),
            roles: self.roles.clone(),
            zone: machine_zone(),
            policy,
            notice_settings,
        }
    }

    /// Returns the time at which the actor acts.
    pub fn now(&self) -> Time {
        self.at.unwrap_or_else(clock)
    }
}

/// Returns the machine's time zone.
pub fn machine_zone() -> Zone {
    static ZONE: OnceLock<Zone> = OnceLock::new();
    ZONE.get_or_init(|| Zone::of(TimeZone::system())).clone()
}

/// Returns the time by the clock, in whole milliseconds.
pub(in crate::app) fn clock() -> Time {
    let now = Utc::now();
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}
