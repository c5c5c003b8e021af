//! Which issues of a file are customers' and which are Engineering's, and who is linked to whom.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Issue;
use super::states;
use crate::workflow::vocabulary::Kind;

/// What one look at every issue of a file tells.
#[derive(Debug, Clone, Default)]
pub struct Census {
    projects: BTreeMap<String, Project>,
    issues: BTreeMap<String, Counted>,
    /// The issues that are linked to each.
    linked_to: BTreeMap<String, Vec<String>>,
    /// The kinds of projects that somebody named.
    named: BTreeMap<String, Kind>,
}

#[derive(Debug, Clone, Default)]
struct Project {
    has_versions: bool,
    /// The projects to which its issues are linked.
    linked: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Counted {
    project: String,
    is_done: bool,
    has_version: bool,
    links: Vec<String>,
}

impl Census {
    /// A census in which the kinds of these projects are given.
    pub fn new(customers: &[String], engineering: &[String]) -> Self {
        let of = |kind: Kind| move |project: &String| (project.to_ascii_uppercase(), kind);
        let named = customers.iter().map(of(Kind::Csd)).chain(engineering.iter().map(of(Kind::Cus))).collect();
        Self { named, ..Self::default() }
    }

    /// Looks at an issue.
    pub fn look_at(&mut self, issue: &Issue) {
        let project = self.projects.entry(issue.project.clone()).or_default();
        project.has_versions |= !issue.fix_versions.is_empty();
        project.linked.extend(issue.links.iter().map(|link| Issue::project_of(&link.key)));
        let counted = Counted {
            project: issue.project.clone(),
            is_done: states::is_done(&issue.status, issue.status_category.as_deref(), issue.resolution.as_deref()),
            has_version: !issue.fix_versions.is_empty(),
            links: issue.links.iter().map(|link| link.key.clone()).collect(),
        };
        for link in &counted.links {
            self.linked_to.entry(link.clone()).or_default().push(issue.key.clone());
        }
        self.issues.insert(issue.key.clone(), counted);
    }

    /// What the issues of a project are. Unless somebody named it, it is Engineering's if its issues have versions that
    /// bring the fix and those of a project without such versions are linked to it; all others are customers'.
    pub fn kind_of(&self, project: &str) -> Kind {
        if let Some(kind) = self.named.get(&project.to_ascii_uppercase()) {
            return *kind;
        }
        let is_engineering = self.projects.get(project).is_some_and(|this| {
            this.has_versions
                && self.projects.iter().any(|(name, other)| {
                    name != project
                        && !other.has_versions
                        && (other.linked.contains(project) || this.linked.contains(name))
                })
        });
        if is_engineering { Kind::Cus } else { Kind::Csd }
    }

    /// The projects, with what their issues are and how many there are.
    pub fn projects(&self) -> Vec<(&str, Kind, usize)> {
        let count = |project: &str| self.issues.values().filter(|issue| issue.project == project).count();
        self.projects.keys().map(|project| (project.as_str(), self.kind_of(project), count(project))).collect()
    }

    /// Engineering's issue to which a customer's is linked: the first that the file names at either end.
    pub fn escalation_of(&self, key: &str) -> Option<&str> {
        let issue = self.issues.get(key)?;
        let is_escalation = |other: &&String| {
            let found = self.issues.get(*other);
            found.is_some_and(|found| self.kind_of(&found.project) == Kind::Cus && self.can_be_linked(found, issue))
        };
        issue.links.iter().chain(self.linked_to(key)).find(is_escalation).map(String::as_str)
    }

    fn linked_to(&self, key: &str) -> &[String] {
        self.linked_to.get(key).map_or(&[], Vec::as_slice)
    }

    /// A fix without a version cannot be told to a customer who still waits.
    fn can_be_linked(&self, escalation: &Counted, customer: &Counted) -> bool {
        customer.is_done || !escalation.is_done || escalation.has_version
    }

    /// Whether a customer's issue that is linked to this one is open.
    pub fn awaits_customers(&self, key: &str) -> bool {
        let links = self.issues.get(key).map_or(&[][..], |issue| issue.links.as_slice());
        links.iter().chain(self.linked_to(key)).any(|other| {
            let found = self.issues.get(other);
            found.is_some_and(|found| !found.is_done && self.kind_of(&found.project) == Kind::Csd)
                && self.escalation_of(other) == Some(key)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trackers::found::{Direction, Link};

    fn issue(key: &str, status: &str, versions: &[&str], links: &[&str]) -> Issue {
        let link = |key: &&str| Link {
            type_name: "Relates".to_owned(),
            direction: Direction::Outward,
            key: (*key).to_owned(),
        };
        Issue {
            key: key.to_owned(),
            project: Issue::project_of(key),
            status: status.to_owned(),
            fix_versions: versions.iter().map(|version| (*version).to_owned()).collect(),
            links: links.iter().map(link).collect(),
            ..Issue::default()
        }
    }

    fn census(issues: &[Issue]) -> Census {
        let mut census = Census::default();
        issues.iter().for_each(|issue| census.look_at(issue));
        census
    }

    #[test]
    fn the_project_with_versions_to_which_others_are_linked_is_engineerings() {
        let census = census(&[issue("IN-1", "Open", &[], &["DEV-1"]), issue("DEV-1", "Closed", &["3.1"], &[])]);
        assert_eq!((census.kind_of("IN"), census.kind_of("DEV")), (Kind::Csd, Kind::Cus));
        assert_eq!(census.escalation_of("IN-1"), Some("DEV-1"));
        assert!(census.awaits_customers("DEV-1"));
    }

    #[test]
    fn a_project_by_itself_is_customers_unless_it_is_named() {
        let mut alone = census(&[issue("MOD-1", "Open", &["3.1"], &["MOD-2"])]);
        assert_eq!(alone.kind_of("MOD"), Kind::Csd);
        alone.named.insert("MOD".to_owned(), Kind::Cus);
        assert_eq!(alone.kind_of("MOD"), Kind::Cus);
    }

    #[test]
    fn a_link_that_only_engineerings_end_has_is_found() {
        let census = census(&[issue("IN-1", "Closed", &[], &[]), issue("DEV-1", "Open", &["3.1"], &["IN-1"])]);
        assert_eq!(census.escalation_of("IN-1"), Some("DEV-1"));
        assert!(!census.awaits_customers("DEV-1"));
    }

    #[test]
    fn an_open_customer_is_not_linked_to_a_fix_that_nobody_can_name() {
        let census = census(&[
            issue("IN-1", "Open", &[], &["DEV-1", "DEV-2"]),
            issue("DEV-1", "Closed", &[], &[]),
            issue("DEV-2", "Open", &["3.1"], &[]),
        ]);
        assert_eq!(census.escalation_of("IN-1"), Some("DEV-2"));
    }
}
