//! What an import comes to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::cli::output::counted;
use crate::trackers::found::{Issue, Place, Reason};
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Kind;

/// How many rows are named where many have the same reason.
const ROWS: usize = 5;

/// What an import comes to.
#[derive(Debug, Default)]
pub(in crate::cli) struct Report {
    /// The import's number: the id of its first event, where it has any.
    pub(in crate::cli) number: i64,
    pub(in crate::cli) rows: usize,
    pub(in crate::cli) new: BTreeMap<Kind, usize>,
    pub(in crate::cli) changed: usize,
    pub(in crate::cli) unchanged: usize,
    pub(in crate::cli) events: usize,
    pub(in crate::cli) linked: usize,
    /// The tickets that are new or changed.
    pub(in crate::cli) keys: Vec<Key>,
    /// What each status became.
    pub(in crate::cli) states: BTreeMap<(Kind, String, String), usize>,
    /// The issues that were read, by their keys there.
    pub(in crate::cli) seen: HashSet<String>,
    /// Rows that were never issues.
    passed_over: BTreeSet<Place>,
    /// Rows that cannot be taken, and why.
    skipped: BTreeMap<Place, Reason>,
    /// What the file holds only a part of.
    partial: BTreeMap<&'static str, Partly>,
}

/// Issues of which a file holds a part only.
#[derive(Debug, Default)]
struct Partly {
    issues: usize,
    missing: u64,
    first: Vec<String>,
}

/// Rows that are skipped for the same reason.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Skipped<'a> {
    /// The reason, as it is told of the only one or of all.
    pub(in crate::cli) told: &'a str,
    /// How many there are.
    pub(in crate::cli) count: usize,
    /// The first of them.
    pub(in crate::cli) first: Vec<Place>,
}

/// What became of one issue.
pub(in crate::cli) struct Taken {
    pub(in crate::cli) key: Option<Key>,
    pub(in crate::cli) kind: Kind,
    pub(in crate::cli) stage: String,
    pub(in crate::cli) is_new: bool,
    pub(in crate::cli) linked: usize,
    pub(in crate::cli) events: usize,
}

impl Report {
    /// How many tickets are new.
    pub(in crate::cli) fn taken(&self) -> usize {
        self.new.values().sum()
    }

    /// Rows that were never issues.
    pub(in crate::cli) fn passed_over(&self) -> usize {
        self.passed_over.len()
    }

    /// Rows that cannot be taken, and why.
    pub(in crate::cli) fn skipped(&self) -> impl Iterator<Item = (&Place, &Reason)> {
        self.skipped.iter()
    }

    /// Whether some rows were not taken.
    pub(in crate::cli) fn has_skipped(&self) -> bool {
        !self.skipped.is_empty()
    }

    /// The reasons for which rows are skipped, in the order in which they arose.
    pub(in crate::cli) fn reasons(&self) -> Vec<Skipped<'_>> {
        let mut reasons: Vec<(&str, Skipped<'_>)> = Vec::new();
        for (place, reason) in &self.skipped {
            match reasons.iter_mut().find(|(kind, _)| *kind == reason.kind) {
                Some((kind, skipped)) => {
                    skipped.told = kind;
                    skipped.count += 1;
                    if skipped.first.len() < ROWS {
                        skipped.first.push(*place);
                    }
                }
                None => reasons.push((&reason.kind, Skipped { told: &reason.told, count: 1, first: vec![*place] })),
            }
        }
        reasons.into_iter().map(|(_, skipped)| skipped).collect()
    }

    /// What the file holds only a part of, in words.
    pub(in crate::cli) fn partial(&self) -> Vec<String> {
        let worded = |(what, partly): (&&str, &Partly)| {
            let more = if partly.issues > partly.first.len() { ", …" } else { "" };
            let issues = counted(partly.issues, "issue");
            format!("{} {what} of {issues} are missing: {}{more}", partly.missing, partly.first.join(", "))
        };
        self.partial.iter().map(worded).collect()
    }

    pub(in crate::cli) fn skip(&mut self, place: Place, reason: Reason) {
        self.skipped.insert(place, reason);
    }

    pub(in crate::cli) fn pass_over(&mut self, place: Place) {
        self.passed_over.insert(place);
    }

    pub(in crate::cli) fn count(&mut self, issue: &Issue, recorded: Taken) {
        self.note_partial(issue);
        self.linked += recorded.linked;
        if recorded.events == 0 {
            self.unchanged += 1;
            return;
        }
        self.events += recorded.events;
        self.keys.extend(recorded.key);
        if recorded.is_new {
            *self.new.entry(recorded.kind).or_default() += 1;
        } else {
            self.changed += 1;
        }
        *self.states.entry((recorded.kind, status(issue, recorded.kind), recorded.stage)).or_default() += 1;
    }

    fn note_partial(&mut self, issue: &Issue) {
        for part in &issue.partial {
            let partly = self.partial.entry(part.what).or_default();
            partly.issues += 1;
            partly.missing += part.total.saturating_sub(part.held);
            if partly.first.len() < ROWS {
                partly.first.push(format!("{} ({} of {})", issue.key, part.held, part.total));
            }
        }
    }
}

/// The status there, and for escalations also how they ended.
fn status(issue: &Issue, kind: Kind) -> String {
    let resolution = issue.resolution.as_deref().unwrap_or_default();
    let resolution = resolution.lines().next().unwrap_or_default();
    match (issue.status.trim(), resolution) {
        ("", _) => "(none)".to_owned(),
        (status, "") => status.to_owned(),
        (status, resolution) if resolution.len() < 30 && kind == Kind::Cus => format!("{status} ({resolution})"),
        (status, _) => status.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trackers::found::Partial;

    #[test]
    fn rows_with_a_reason_of_one_kind_are_told_together() {
        let mut report = Report::default();
        let place = |line| Place { line, row: line - 1 };
        for line in (2..9).rev() {
            report.skip(
                place(line),
                Reason::new("`Created` is not a time", format!("`Created`: `x{line}` is not a time")),
            );
        }
        report.skip(place(9), Reason::new("it has no key", "it has no key"));
        let reasons = report.reasons();
        assert_eq!((reasons[0].told, reasons[0].count), ("`Created` is not a time", 7));
        assert_eq!(reasons[0].first.iter().map(|place| place.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert_eq!((reasons[1].told, reasons[1].count), ("it has no key", 1));
    }

    #[test]
    fn what_is_held_only_in_part_is_told_with_figures() {
        let mut report = Report::default();
        let partial = vec![Partial { what: "comments", held: 1, total: 30 }];
        report.note_partial(&Issue { key: "SUP-1".to_owned(), partial, ..Issue::default() });
        assert_eq!(report.partial(), ["29 comments of 1 issue are missing: SUP-1 (1 of 30)"]);
        assert!(!report.has_skipped());
    }
}
