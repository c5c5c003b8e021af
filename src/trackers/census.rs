//! Which issues of a file are customers' and which are Engineering's, who is linked to whom, and what its words are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::doubt::Doubt;
use super::found::Issue;
use super::meanings::Meanings;
use super::words::Verdict;
use crate::workflow::vocabulary::{Kind, Priority};

/// How many rows are named where many have the same.
const ROWS: usize = 5;

/// What one look at every issue of a file tells.
#[derive(Debug, Clone, Default)]
pub struct Census {
    meanings: Meanings,
    projects: BTreeMap<String, Project>,
    issues: HashMap<String, Counted>,
    /// The issues that are linked to each.
    linked_to: HashMap<String, Vec<String>>,
    /// The kinds of projects that somebody named.
    named: HashMap<String, Kind>,
    /// The kinds of projects of which the record has tickets.
    known: HashMap<String, Kind>,
    /// The statuses, by their names as they stand there.
    pub statuses: BTreeMap<String, StatusCount>,
    /// The priorities, by their names as they stand there.
    pub priorities: BTreeMap<String, PriorityCount>,
    /// Who reported issues or works on them.
    pub people: BTreeMap<String, u64>,
}

/// A project of a file.
#[derive(Debug, Clone, Default)]
struct Project {
    issues: usize,
    has_versions: bool,
    /// The projects to which its issues are linked.
    linked: BTreeSet<String>,
    /// The rows of each priority.
    priorities: BTreeMap<String, Rows>,
}

/// A status of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCount {
    /// What it comes to.
    pub verdict: Verdict,
    /// How many issues have it.
    pub issues: u64,
    /// Those of which it is doubtful.
    doubtful: Rows,
}

/// A priority of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorityCount {
    /// What it comes to, where that is known.
    pub meaning: Option<Priority>,
    /// How many issues have it.
    pub issues: u64,
}

/// How many rows there are of something, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rows {
    count: u64,
    first: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Counted {
    project: String,
    is_done: bool,
    has_version: bool,
    links: Vec<String>,
}

impl Census {
    /// A census in which words mean this and the kinds of these projects are given.
    pub fn new(meanings: Meanings, customers: &[String], engineering: &[String]) -> Self {
        let of = |kind: Kind| move |project: &String| (project.to_ascii_uppercase(), kind);
        let named = customers.iter().map(of(Kind::Csd)).chain(engineering.iter().map(of(Kind::Cus))).collect();
        Self { meanings, named, ..Self::default() }
    }

    /// What its words mean.
    pub fn meanings(&self) -> &Meanings {
        &self.meanings
    }

    /// Looks at an issue.
    pub fn look_at(&mut self, issue: &Issue) {
        let verdict = self.meanings.verdict(issue);
        self.count_words(issue, verdict);
        let project = self.projects.entry(issue.project.clone()).or_default();
        project.issues += 1;
        project.has_versions |= !issue.fix_versions.is_empty();
        project.linked.extend(issue.links.iter().map(|link| Issue::project_of(&link.key)));
        if let Some(name) = &issue.priority {
            project.priorities.entry(name.clone()).or_default().add(issue.place.row);
        }
        let counted = Counted {
            project: issue.project.clone(),
            is_done: verdict.standing().is_done(),
            has_version: !issue.fix_versions.is_empty(),
            links: issue.links.iter().map(|link| link.key.clone()).collect(),
        };
        for link in &counted.links {
            self.linked_to.entry(link.clone()).or_default().push(issue.key.clone());
        }
        self.issues.insert(issue.key.clone(), counted);
    }

    fn count_words(&mut self, issue: &Issue, verdict: Verdict) {
        let fresh = || StatusCount { verdict, issues: 0, doubtful: Rows::default() };
        let status = match self.statuses.get_mut(&issue.status) {
            Some(status) => status,
            None => self.statuses.entry(issue.status.clone()).or_insert_with(fresh),
        };
        status.issues += 1;
        if matches!(verdict, Verdict::Doubtful(_)) {
            status.doubtful.add(issue.place.row);
        }
        if let Some(name) = &issue.priority {
            let meaning = self.meanings.priority(Some(name));
            let fresh = PriorityCount { meaning, issues: 0 };
            self.priorities.entry(name.clone()).or_insert(fresh).issues += 1;
        }
        for name in [&issue.reporter, &issue.assignee].into_iter().flatten() {
            match self.people.get_mut(name) {
                Some(count) => *count += 1,
                None => _ = self.people.insert(name.clone(), 1),
            }
        }
    }

    /// What is doubtful about the words.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        for (word, status) in self.statuses.iter().filter(|(_, status)| status.doubtful.count > 0) {
            let Rows { count, first } = status.doubtful.clone();
            doubts.push(Doubt::Status { word: word.clone(), issues: count, rows: first });
        }
        let mut unknown: BTreeMap<&str, Rows> = BTreeMap::new();
        for (_, project) in self.projects.iter().filter(|(name, _)| self.kind_of(name) == Kind::Cus) {
            for (word, rows) in &project.priorities {
                if self.meanings.priority(Some(word)).is_none() {
                    unknown.entry(word).or_default().join(rows);
                }
            }
        }
        let doubt = |(word, Rows { count, first }): (&str, Rows)| Doubt::Priority {
            word: word.to_owned(),
            issues: count,
            rows: first,
        };
        doubts.extend(unknown.into_iter().map(doubt));
        doubts
    }

    /// Notes that the record has tickets of a project, which are of this kind.
    pub fn know(&mut self, project: &str, kind: Kind) {
        self.known.insert(project.to_owned(), kind);
    }

    /// What the issues of a project are. Unless somebody named it, or the record has some of it, it is Engineering's if its
    /// issues have versions that bring the fix and those of a project without such versions are linked to it; and where
    /// its keys are those of escalations here. All others are customers'.
    pub fn kind_of(&self, project: &str) -> Kind {
        if let Some(kind) = self.named.get(&project.to_ascii_uppercase()).or_else(|| self.known.get(project)) {
            return *kind;
        }
        let is_engineering = project == crate::workflow::key::Key::CUS
            || self.projects.get(project).is_some_and(|this| {
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
        let all = self.projects.iter();
        all.map(|(project, counted)| (project.as_str(), self.kind_of(project), counted.issues)).collect()
    }

    /// Whether any issue is of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.projects.keys().any(|project| self.kind_of(project) == kind)
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

    /// Whether the file has an issue with this key.
    pub fn has_issue(&self, key: &str) -> bool {
        self.issues.contains_key(key)
    }

    /// How many links the issues have, and how many of them lead to issues of the file.
    pub fn links(&self) -> (usize, usize) {
        let links = || self.issues.values().flat_map(|issue| &issue.links);
        (links().count(), links().filter(|key| self.has_issue(key)).count())
    }

    /// Whether all keys of the file have one prefix, or none.
    pub fn is_one_series(&self) -> bool {
        let series = |key: &String| key.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let mut all = self.issues.keys().map(series);
        all.next().is_none_or(|first| all.all(|other| other == first))
    }

    /// The issues of the file that name this one as linked.
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

impl Rows {
    fn add(&mut self, row: u64) {
        self.count += 1;
        if self.first.len() < ROWS {
            self.first.push(row);
        }
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.first.extend(&other.first);
        self.first.sort_unstable();
        self.first.truncate(ROWS);
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

    #[test]
    fn a_project_that_the_record_knows_stays_what_it_is() {
        let mut alone = census(&[issue("DEV-1", "Open", &[], &[])]);
        alone.know("DEV", Kind::Cus);
        assert_eq!(alone.kind_of("DEV"), Kind::Cus);
        assert_eq!(
            census(&[issue("CUS-1", "Open", &[], &[])]).kind_of("CUS"),
            Kind::Cus,
            "as escalations are called here"
        );
    }

    #[test]
    fn unknown_words_are_doubtful_where_something_depends_on_them() {
        let odd = |key: &str, row: u64| Issue {
            priority: Some("P1".to_owned()),
            is_resolved: row == 2,
            place: crate::trackers::found::Place { line: row + 1, row },
            ..issue(key, "6", &[], &[])
        };
        let mut census = census(&[odd("IN-1", 1), odd("IN-2", 2)]);
        let status = Doubt::Status { word: "6".to_owned(), issues: 1, rows: vec![2] };
        assert_eq!(census.doubts(), std::slice::from_ref(&status), "a customer's ticket has no priority here");
        census.named.insert("IN".to_owned(), Kind::Cus);
        let priority = Doubt::Priority { word: "P1".to_owned(), issues: 2, rows: vec![1, 2] };
        assert_eq!(census.doubts(), [status, priority]);
    }
}
