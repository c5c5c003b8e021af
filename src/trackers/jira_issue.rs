//! One issue as Jira's REST interface writes it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

use super::found::{Attached, Change, Comment, Direction, Issue, Link, some};
use super::{adf, time};
use crate::workflow::Time;

/// Reads one issue.
pub(super) fn issue(json: &str) -> serde_json::Result<Issue> {
    serde_json::from_str::<Whole>(json)?.found().map_err(serde_json::Error::custom)
}

#[derive(Deserialize)]
struct Whole {
    id: Option<Named>,
    key: String,
    fields: Fields,
    changelog: Option<Changelog>,
}

/// Each may be null, or missing where it was not asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    project: Option<Project>,
    issuetype: Option<Named>,
    summary: Option<String>,
    description: Option<Prose>,
    environment: Option<Prose>,
    reporter: Option<Person>,
    assignee: Option<Person>,
    priority: Option<Named>,
    status: Option<Status>,
    resolution: Option<Named>,
    created: Option<Moment>,
    updated: Option<Moment>,
    resolutiondate: Option<Moment>,
    duedate: Option<String>,
    versions: Option<Vec<Named>>,
    fix_versions: Option<Vec<Named>>,
    labels: Option<Vec<String>>,
    components: Option<Vec<Named>>,
    comment: Option<Comments>,
    attachment: Option<Vec<Attachment>>,
    issuelinks: Option<Vec<IssueLink>>,
    parent: Option<Keyed>,
    /// What a team has added, and what has no place of its own.
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Project {
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    name: Option<String>,
    status_category: Option<Category>,
}

#[derive(Deserialize)]
struct Category {
    key: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Comments {
    comments: Option<Vec<Said>>,
}

#[derive(Deserialize)]
struct Said {
    author: Option<Person>,
    created: Option<Moment>,
    body: Option<Prose>,
}

#[derive(Deserialize)]
struct Attachment {
    filename: String,
    size: Option<u64>,
    created: Option<Moment>,
    author: Option<Person>,
    content: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IssueLink {
    r#type: Named,
    outward_issue: Option<Keyed>,
    inward_issue: Option<Keyed>,
}

#[derive(Deserialize)]
struct Keyed {
    key: String,
}

#[derive(Deserialize)]
struct Changelog {
    histories: Option<Vec<History>>,
}

#[derive(Deserialize)]
struct History {
    id: Option<Named>,
    author: Option<Person>,
    created: Moment,
    items: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    field: String,
    from: Option<String>,
    from_string: Option<String>,
    to: Option<String>,
    to_string: Option<String>,
}

/// Something with a name: the name itself, a number, or an object with it.
struct Named(String);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        named(&Value::deserialize(deserializer)?, &["name", "value"]).map(Self).map_err(D::Error::custom)
    }
}

/// Somebody: best by the name that people see.
struct Person(String);

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = ["displayName", "name", "emailAddress", "key", "accountId"];
        named(&Value::deserialize(deserializer)?, &names).map(Self).map_err(D::Error::custom)
    }
}

fn named(value: &Value, names: &[&str]) -> Result<String, String> {
    match value {
        Value::String(name) => Ok(name.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Object(_) => {
            let name = names.iter().find_map(|name| value[name].as_str().filter(|name| !name.is_empty()));
            name.map(str::to_owned).ok_or_else(|| format!("none of `{}` is in it", names.join("`, `")))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) => Err(format!("`{value}` is not a name")),
    }
}

/// A value of a field that has no place of its own, as a text; `None` where it says nothing.
fn shown(value: &Value) -> Option<String> {
    let names = ["name", "value", "displayName"];
    some(match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(_) => named(value, &names).unwrap_or_else(|_| value.to_string()),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    })
}

/// Text, or a document of Jira Cloud.
struct Prose(String);

impl<'de> Deserialize<'de> for Prose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            document @ Value::Object(_) => Ok(Self(adf::text(&document))),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => {
                Err(D::Error::custom(format!("`{other}` is neither text nor a document")))
            }
        }
    }
}

struct Moment(Time);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        time::time(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

impl Whole {
    fn found(self) -> Result<Issue, String> {
        let key = self.key.trim().to_owned();
        if key.is_empty() {
            return Err("it has no key".to_owned());
        }
        let fields = self.fields;
        let (status, category) = fields.status.map_or((None, None), |status| (status.name, status.status_category));
        let due_date = fields.duedate.and_then(some).map(|day| time::day(&day)).transpose();
        Ok(Issue {
            id: name(self.id),
            project: fields.project.and_then(|project| project.key).unwrap_or_else(|| Issue::project_of(&key)),
            key,
            issue_type: name(fields.issuetype),
            summary: fields.summary.unwrap_or_default(),
            description: fields.description.and_then(|text| some(text.0)),
            environment: fields.environment.and_then(|text| some(text.0)),
            reporter: person(fields.reporter),
            assignee: person(fields.assignee),
            priority: name(fields.priority),
            status: status.unwrap_or_default(),
            status_category: category.and_then(|category| category.key.or(category.name)),
            resolution: name(fields.resolution),
            created: moment(fields.created),
            updated: moment(fields.updated),
            resolved: moment(fields.resolutiondate),
            due_date: due_date.map_err(|error| error.to_string())?,
            affects_versions: names(fields.versions),
            fix_versions: names(fields.fix_versions),
            labels: fields.labels.unwrap_or_default(),
            components: names(fields.components),
            comments: fields.comment.and_then(|all| all.comments).unwrap_or_default().into_iter().map(said).collect(),
            attachments: fields.attachment.unwrap_or_default().into_iter().map(attached).collect(),
            links: fields.issuelinks.unwrap_or_default().into_iter().flat_map(links).collect(),
            parent: fields.parent.and_then(|parent| some(parent.key.trim())),
            changes: changes(self.changelog),
            others: fields.others.into_iter().filter_map(|(name, value)| Some((name, shown(&value)?))).collect(),
            ..Issue::default()
        })
    }
}

fn name(named: Option<Named>) -> Option<String> {
    named.and_then(|named| some(named.0.trim()))
}

fn names(named: Option<Vec<Named>>) -> Vec<String> {
    named.unwrap_or_default().into_iter().map(|named| named.0).collect()
}

fn person(person: Option<Person>) -> Option<String> {
    person.and_then(|person| some(person.0.trim()))
}

fn moment(moment: Option<Moment>) -> Option<Time> {
    moment.map(|moment| moment.0)
}

fn said(said: Said) -> Comment {
    let text = said.body.map(|body| body.0).unwrap_or_default();
    Comment { at: moment(said.created), author: person(said.author), text }
}

fn attached(file: Attachment) -> Attached {
    let (at, author, url) = (moment(file.created), person(file.author), file.content.and_then(some));
    Attached { name: file.filename, size: file.size, at, author, url }
}

/// A link stands at each of its ends, and names there the other one only.
fn links(link: IssueLink) -> impl Iterator<Item = Link> {
    let type_name = link.r#type.0;
    let ends = [(Direction::Outward, link.outward_issue), (Direction::Inward, link.inward_issue)];
    ends.into_iter().filter_map(move |(direction, other)| {
        let key = other?.key.trim().to_owned();
        Some(Link { type_name: type_name.clone(), direction, key })
    })
}

/// Jira Cloud lists the newest first and Jira Server the oldest: of one millisecond the lower number came first.
fn changes(changelog: Option<Changelog>) -> Vec<Change> {
    let mut histories = changelog.and_then(|changelog| changelog.histories).unwrap_or_default();
    histories.sort_by_key(|history| {
        let number = history.id.as_ref().and_then(|id| id.0.parse::<u64>().ok());
        (history.created.0, number)
    });
    let mut changes = Vec::new();
    for history in histories {
        let (at, author) = (history.created.0, person(history.author));
        changes.extend(history.items.unwrap_or_default().into_iter().map(|item| Change {
            at,
            author: author.clone(),
            field: item.field,
            from: item.from_string.or(item.from).and_then(some),
            to: item.to_string.or(item.to).and_then(some),
        }));
    }
    changes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: &Value) -> Issue {
        issue(&json.to_string()).unwrap()
    }

    #[test]
    fn null_and_missing_fields_are_none() {
        let bare = read(&json!({"key": " VAN-1 ", "fields": {}}));
        assert_eq!(bare, Issue { key: "VAN-1".to_owned(), project: "VAN".to_owned(), ..Issue::default() });
        let names = ["project", "issuetype", "summary", "description", "reporter", "assignee", "priority", "status"];
        let more = ["resolution", "created", "duedate", "versions", "fixVersions", "labels", "comment", "issuelinks"];
        let null: serde_json::Map<_, _> =
            names.iter().chain(&more).map(|name| ((*name).to_owned(), Value::Null)).collect();
        assert_eq!(read(&json!({"key": "VAN-1", "fields": Value::Object(null), "changelog": null})), bare);
    }

    #[test]
    fn every_field_goes_to_its_place() {
        let issue = read(&json!({"id": "17", "key": "VAN-1", "fields": {
            "project": {"key": "BUS"}, "issuetype": {"name": "Bug"}, "summary": " Lights ", "description": "a\r\n b",
            "environment": "rain", "reporter": {"displayName": "Ada", "name": "ada"}, "assignee": {"accountId": "7"},
            "priority": {"name": "None"}, "status": {"name": "Shut", "statusCategory": {"key": "done", "name": "Done"}},
            "resolution": {"name": "Fixed"}, "created": "2015-04-24T12:04:05.006+0000", "duedate": "2015-05-01",
            "versions": [{"name": "1.0"}], "fixVersions": [{"name": "1.1"}, {"name": "2.0"}], "labels": ["cold"],
            "components": [{"name": "Body"}], "parent": {"key": "VAN-9"},
            "comment": {"comments": [{"author": {"name": "bo"}, "created": "2015-04-24T12:05:00Z", "body": "yes"}]},
            "attachment": [{"filename": "a.png", "size": 3, "created": "2015-04-24T12:06:00Z", "author": null}],
            "issuelinks": [
                {"type": {"name": "Blocks"}, "outwardIssue": {"key": "VAN-2"}},
                {"type": {"name": "Relates"}, "inwardIssue": {"key": "VAN-3"}},
            ],
        }}));
        assert_eq!((issue.project.as_str(), issue.id.as_deref()), ("BUS", Some("17")));
        assert_eq!((issue.summary.as_str(), issue.description.as_deref()), (" Lights ", Some("a\r\n b")));
        assert_eq!((issue.reporter.as_deref(), issue.assignee.as_deref()), (Some("Ada"), Some("7")));
        assert_eq!((issue.status.as_str(), issue.status_category.as_deref()), ("Shut", Some("done")));
        assert_eq!(issue.created.unwrap().timestamp_subsec_millis(), 6);
        assert_eq!(issue.due_date.unwrap().to_string(), "2015-05-01");
        assert_eq!((issue.affects_versions, issue.fix_versions.len()), (vec!["1.0".to_owned()], 2));
        assert_eq!((issue.priority.as_deref(), issue.parent.as_deref()), (Some("None"), Some("VAN-9")));
        assert_eq!((issue.comments[0].author.as_deref(), issue.comments[0].text.as_str()), (Some("bo"), "yes"));
        assert_eq!((issue.attachments[0].name.as_str(), issue.attachments[0].size), ("a.png", Some(3)));
        let links: Vec<_> = issue.links.iter().map(|link| (link.direction, link.key.as_str())).collect();
        assert_eq!(links, [(Direction::Outward, "VAN-2"), (Direction::Inward, "VAN-3")]);
    }

    #[test]
    fn a_document_is_read_as_its_text() {
        let document =
            json!({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}]});
        let fields = json!({"description": document, "comment": {"comments": [{"body": document}]}});
        let issue = read(&json!({"key": "VAN-1", "fields": fields}));
        assert_eq!((issue.description.as_deref(), issue.comments[0].text.as_str()), (Some("a"), "a"));
    }

    #[test]
    fn changes_are_the_oldest_first_in_whatever_order_they_came() {
        let item = |to: &str| json!({"field": "status", "from": "1", "fromString": null, "to": "2", "toString": to});
        let history = |id: &str, second: u32, items: &[Value]| json!({"id": id, "created": format!("2021-12-14T00:30:0{second}.000+0000"), "items": items});
        let newest_first = json!([
            history("12", 5, &[item("e")]),
            history("10", 3, &[item("c"), item("d")]),
            history("9", 3, &[item("b")]),
            history("13", 1, &[item("a")]),
        ]);
        let issue = read(&json!({"key": "VAN-1", "fields": {}, "changelog": {"histories": newest_first}}));
        let order: Vec<_> = issue.changes.iter().filter_map(|change| change.to.as_deref()).collect();
        assert_eq!(order, ["a", "b", "c", "d", "e"]);
        assert_eq!(issue.changes[0].from.as_deref(), Some("1"));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_told() {
        let told =
            |fields: Value| issue(&json!({"key": "VAN-1", "fields": fields}).to_string()).unwrap_err().to_string();
        assert!(told(json!({"created": "soon"})).starts_with("`soon` is not a time"));
        assert!(told(json!({"duedate": "soon"})).starts_with("`soon` is not a time"));
        assert!(told(json!({"description": 7})).starts_with("`7` is neither text nor a document"));
        assert!(told(json!({"reporter": {}})).starts_with("none of `displayName`"));
        assert!(told(json!({"labels": "cold"})).starts_with("invalid type"));
        assert!(issue(r#"{"fields": {}}"#).unwrap_err().to_string().starts_with("missing field `key`"));
        assert!(issue(r#"{"key": "VAN-1"}"#).unwrap_err().to_string().starts_with("missing field `fields`"));
        assert!(issue(r#"{"key": " ", "fields": {}}"#).unwrap_err().to_string().starts_with("it has no key"));
    }

    #[test]
    fn fields_of_a_teams_own_are_kept_as_texts() {
        let json = r#"{"key":"A-1","fields":{"customfield_1":{"value":"Gold"},"customfield_2":[{"name":"a"},"b",3],
            "customfield_3":null,"customfield_4":{"odd":true},"customfield_5":" "}}"#;
        let others = issue(json).unwrap().others;
        let expected = [("customfield_1", "Gold"), ("customfield_2", "a, b, 3"), ("customfield_4", r#"{"odd":true}"#)];
        assert_eq!(others, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
