//! What has no place of its own in the process, kept by the names that it has there.

use std::collections::BTreeMap;

use chrono::SecondsFormat;

use super::found::{Attached, Issue};
use crate::workflow::Time;

/// What a file tells of an issue that has no place of its own in the process, and what has one only in part.
pub(super) fn rest(issue: &Issue) -> BTreeMap<String, String> {
    let mut rest = Rest::default();
    rest.add("id", issue.id.clone());
    rest.add("type", issue.issue_type.clone());
    rest.add("status", Some(issue.status.clone()));
    rest.add("status category", issue.status_category.clone());
    rest.add("resolution", issue.resolution.clone());
    rest.add("priority", issue.priority.clone());
    rest.add("reporter", issue.reporter.clone().filter(|_| issue.customer.is_some()));
    rest.add("assignee", issue.assignee.clone());
    rest.add("environment", issue.environment.clone());
    rest.add("updated", issue.updated.map(shown));
    rest.add("resolved", issue.resolved.map(shown));
    rest.add("first response", issue.first_response.map(shown));
    rest.add("due date", issue.due_date.map(|date| date.to_string()));
    rest.add_all("affects versions", issue.affects_versions.clone());
    rest.add("product version", issue.product_version.clone().filter(|_| !issue.affects_versions.is_empty()));
    rest.add_all("fix versions", issue.fix_versions.clone());
    rest.add_all("released versions", issue.released_versions.clone());
    rest.add_all("labels", issue.labels.clone());
    rest.add_all("components", issue.components.clone());
    rest.add("parent", issue.parent.clone());
    rest.add("channel", issue.channel.clone());
    rest.add_all(
        "links",
        issue.links.iter().map(|link| format!("{} {}", link.type_name, link.key).trim().to_owned()).collect(),
    );
    rest.add_all("attachments", issue.attachments.iter().map(attached).collect());
    let mut others: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in &issue.others {
        others.entry(name).or_default().push(value.clone());
    }
    for (name, values) in others {
        let is_taken = rest.0.contains_key(name);
        rest.add_all(&if is_taken { format!("{name} (column)") } else { name.to_owned() }, values);
    }
    rest.0
}

#[derive(Default)]
struct Rest(BTreeMap<String, String>);

impl Rest {
    fn add(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Adds values of one name in their order: on one line, or each on its own where one holds a comma or a break.
    fn add_all(&mut self, name: &str, values: Vec<String>) {
        let is_long = values.len() > 1 && values.iter().any(|value| value.contains([',', '\n']));
        self.add(name, Some(values.join(if is_long { "\n" } else { ", " })));
    }
}

fn shown(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn attached(file: &Attached) -> String {
    let size = file.size.map(|size| format!("{size} bytes"));
    let more = [size, file.author.clone(), file.at.map(shown), file.url.clone()];
    let more: Vec<String> = more.into_iter().flatten().collect();
    if more.is_empty() { file.name.clone() } else { format!("{} ({})", file.name, more.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trackers::dates::{Order, Zone, read};

    fn issue(others: &[(&str, &str)]) -> Issue {
        let others = others.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Issue { others, status: "Open".to_owned(), ..Issue::default() }
    }

    fn of(issue: &Issue, name: &str) -> Option<String> {
        rest(issue).get(name).cloned()
    }

    #[test]
    fn values_of_one_name_are_kept_in_their_order() {
        let issue =
            issue(&[("Sprint", "S2"), ("Team", "Rates"), ("Sprint", "S1"), ("Log Work", "a, b"), ("Log Work", "c")]);
        assert_eq!(of(&issue, "Sprint").as_deref(), Some("S2, S1"));
        assert_eq!(of(&issue, "Log Work").as_deref(), Some("a, b\nc"));
    }

    #[test]
    fn a_column_that_is_called_as_a_field_does_not_replace_it() {
        let issue = issue(&[("status", "odd")]);
        assert_eq!(
            (of(&issue, "status").as_deref(), of(&issue, "status (column)").as_deref()),
            (Some("Open"), Some("odd"))
        );
    }

    #[test]
    fn times_that_have_no_event_and_all_of_a_file_are_kept() {
        let time = read("2024-01-03 04:05").unwrap().time(Order::DayFirst, &Zone::default());
        let file = Attached {
            name: "a.png".to_owned(),
            size: Some(3),
            at: time,
            author: Some("Bo".to_owned()),
            url: Some("https://x.example/a".to_owned()),
        };
        let issue = Issue { resolved: time, attachments: vec![file], ..issue(&[]) };
        assert_eq!(of(&issue, "resolved").as_deref(), Some("2024-01-03T04:05:00Z"));
        let expected = "a.png (3 bytes; Bo; 2024-01-03T04:05:00Z; https://x.example/a)";
        assert_eq!(of(&issue, "attachments").as_deref(), Some(expected));
    }
}
