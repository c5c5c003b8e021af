//! What the words of one file mean: as somebody said, as its tracker is known to mean them, or as they are usually meant.

use std::collections::HashMap;

use super::found::Issue;
use super::mapping::Mapping;
use super::profile::Profile;
use super::words::{self, Ending, Standing, Status, Verdict, plain};
use crate::workflow::vocabulary::{Priority, Resolution};

/// The meanings of a file's statuses and priorities, and the names of its people.
#[derive(Debug, Clone, Default)]
pub struct Meanings {
    statuses: HashMap<String, Standing>,
    priorities: HashMap<String, Priority>,
    people: HashMap<String, String>,
}

impl Meanings {
    /// The meanings in a file of this profile, about which this was said, and which names these people.
    pub(super) fn new(profile: &Profile, mapping: &Mapping, people: &HashMap<String, String>) -> Self {
        let mut meanings =
            Self { statuses: profile.statuses.clone(), priorities: profile.priorities.clone(), people: people.clone() };
        meanings.statuses.extend(mapping.statuses.iter().map(|(word, standing)| (word.clone(), *standing)));
        meanings.priorities.extend(mapping.priorities.iter().map(|(word, priority)| (word.clone(), *priority)));
        meanings.people.extend(mapping.people.iter().map(|(id, name)| (id.clone(), name.clone())));
        meanings
    }

    /// Where an issue stands.
    pub fn verdict(&self, issue: &Issue) -> Verdict {
        let known = self.statuses.get(&plain(&issue.status)).copied().map(Verdict::Known);
        known.unwrap_or_else(|| {
            Status {
                name: &issue.status,
                category: issue.status_category.as_deref(),
                resolution: issue.resolution.as_deref(),
                has_resolved_time: issue.is_resolved,
            }
            .verdict()
        })
    }

    /// What a status comes to of which only the name is known.
    pub fn standing(&self, name: &str) -> Standing {
        let known = self.statuses.get(&plain(name)).copied();
        known.unwrap_or_else(|| Status { name, ..Status::default() }.verdict().standing())
    }

    /// How urgent a priority is; an issue without one is as urgent as most. `None` for an unknown name.
    pub fn priority(&self, name: Option<&str>) -> Option<Priority> {
        let Some(name) = name else { return Some(Priority::Medium) };
        self.priorities.get(&plain(name)).copied().or_else(|| words::priority(name))
    }

    /// How an issue ended, by the name of its resolution.
    pub fn resolution(&self, issue: &Issue) -> Option<Resolution> {
        match words::ending(issue.resolution.as_deref()?) {
            Ending::Known(resolution) => Some(resolution),
            Ending::None | Ending::Unknown => None,
        }
    }

    /// The names of people, by what stands in their place.
    pub(super) fn people(&self) -> impl Iterator<Item = (&str, &str)> {
        let people: std::collections::BTreeMap<&str, &str> =
            self.people.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
        people.into_iter()
    }

    /// The name of somebody of whom perhaps only an account's id is known.
    pub(super) fn person(&self, name: &str) -> String {
        self.people.get(name).map_or(name, String::as_str).to_owned()
    }
}
