//! One issue as Jira's REST interface writes it.

use serde_json::{Map, Value};

use super::adf;
use super::found::{Attached, Change, Comment, Direction, Link, Partial, Reason, some};
use super::json_cells::{Cells, moment, short};
use crate::workflow::Time;

/// Where things have their names.
const NAMES: [&str; 4] = ["name", "value", "displayName", "key"];
/// Where people have theirs: best the one that others see.
const PEOPLE: [&str; 5] = ["displayName", "name", "emailAddress", "key", "accountId"];
/// What the interface adds about itself.
const MACHINERY: [&str; 9] =
    ["key", "id", "fields", "changelog", "expand", "renderedFields", "operations", "editmeta", "transitions"];

/// Puts an issue's fields into cells, and what is more than a text into its parts.
pub(super) fn put(
    members: &Map<String, Value>,
    fields: &Map<String, Value>,
    cells: &mut Cells<'_>,
) -> Result<(), Reason> {
    for name in ["key", "id"] {
        cells.add(name, members.get(name).and_then(shown).unwrap_or_default());
    }
    for (name, value) in fields {
        match name.as_str() {
            "comment" => comments(value, cells)?,
            "attachment" => {
                for file in list(value) {
                    cells.parts.attachments.push(attached(file)?);
                }
            }
            "issuelinks" => list(value).for_each(|link| links(link, cells)),
            "worklog" => {
                partial(value, "worklogs", "entries of the work log", cells);
                list(&value["worklogs"]).for_each(|entry| cells.add("worklog", work(entry)));
            }
            "project" => {
                cells.add("project", text(value, "key").or_else(|| shown(value)).unwrap_or_default());
                cells.add("project.name", text(value, "name").unwrap_or_default());
            }
            "status" => {
                cells.add("status", shown(value).unwrap_or_default());
                let category = &value["statusCategory"];
                cells.add("statusCategory", text(category, "key").or_else(|| shown(category)).unwrap_or_default());
            }
            "parent" => cells.add("parent", text(value, "key").unwrap_or_default()),
            "subtasks" => list(value).for_each(|issue| cells.add("subtasks", text(issue, "key").unwrap_or_default())),
            "fixVersions" => list(value).for_each(|version| {
                cells.add("fixVersions", shown(version).unwrap_or_default());
                if version["released"] == true {
                    cells.add("fixVersions.released", shown(version).unwrap_or_default());
                }
                cells.add("fixVersions.releaseDate", text(version, "releaseDate").unwrap_or_default());
            }),
            _ => other(name, value, cells),
        }
    }
    if let Some(changelog) = members.get("changelog") {
        partial(changelog, "histories", "changes", cells);
        cells.parts.changes = changes(changelog)?;
    }
    for (name, value) in members.iter().filter(|(name, _)| !MACHINERY.contains(&name.as_str())) {
        other(name, value, cells);
    }
    Ok(())
}

/// A field without a form of its own: its name, its text, or each of its values.
fn other(name: &str, value: &Value, cells: &mut Cells<'_>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| cells.add(name, shown(item).unwrap_or_default())),
        document @ Value::Object(_) if document["type"] == "doc" => {
            cells.add(name, adf::text(document));
            cells.add(&format!("{name} (document)"), document.to_string());
        }
        person @ Value::Object(_) if PEOPLE[4..].iter().chain(&["displayName"]).any(|key| person[*key].is_string()) => {
            cells.add(name, named(person, &PEOPLE).unwrap_or_default());
            for more in ["emailAddress", "accountId", "name"] {
                cells.add(&format!("{name}.{more}"), text(person, more).unwrap_or_default());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            cells.add(name, shown(value).unwrap_or_default());
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().and_then(some)
}

fn named(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(value, name))
}

/// A value as a text; `None` where it says nothing.
fn shown(value: &Value) -> Option<String> {
    some(match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Object(_) if value["type"] == "doc" => adf::text(value),
        Value::Object(_) => named(value, &NAMES).unwrap_or_else(|| value.to_string()),
        Value::Array(items) => items.iter().filter_map(shown).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    })
}

fn person(value: &Value) -> Option<String> {
    value.as_str().and_then(some).or_else(|| named(value, &PEOPLE))
}

fn time(value: &Value, name: &str) -> Result<Option<Time>, Reason> {
    match &value[name] {
        Value::Null => Ok(None),
        Value::String(text) => moment(text).map(Some),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(Reason::new("a time in it is none", format!("`{}` is not a time", short(other))))
        }
    }
}

/// Notes that an answer holds a part only of what there is.
fn partial(answer: &Value, list: &str, what: &'static str, cells: &mut Cells<'_>) {
    let held = answer[list].as_array().map_or(0, Vec::len) as u64;
    if let Some(total) = answer["total"].as_u64().filter(|total| *total > held) {
        cells.parts.partial.push(Partial { what, held, total });
    }
}

fn comments(value: &Value, cells: &mut Cells<'_>) -> Result<(), Reason> {
    partial(value, "comments", "comments", cells);
    for comment in list(&value["comments"]) {
        let body = &comment["body"];
        let comment = Comment {
            at: time(comment, "created")?,
            author: person(&comment["author"]),
            text: shown(body).unwrap_or_default(),
        };
        cells.parts.comments.push(comment);
        if body.is_object() {
            cells.add("comment (document)", body.to_string());
        }
    }
    Ok(())
}

fn attached(file: &Value) -> Result<Attached, Reason> {
    Ok(Attached {
        name: text(file, "filename").unwrap_or_default(),
        size: file["size"].as_u64(),
        at: time(file, "created")?,
        author: person(&file["author"]),
        url: text(file, "content"),
    })
}

/// Somebody's work, on one line.
fn work(entry: &Value) -> String {
    let parts = [text(entry, "started"), person(&entry["author"]), text(entry, "timeSpent"), shown(&entry["comment"])];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A link stands at each of its ends, and names there the other one only.
fn links(link: &Value, cells: &mut Cells<'_>) {
    let type_name = shown(&link["type"]).unwrap_or_default();
    for (direction, end) in [(Direction::Outward, "outwardIssue"), (Direction::Inward, "inwardIssue")] {
        if let Some(key) = text(&link[end], "key") {
            let key = key.trim().to_owned();
            cells.parts.links.push(Link { type_name: type_name.clone(), direction, key });
        }
    }
}

/// Jira Cloud lists the newest first and Jira Server the oldest: of one millisecond the lower number came first.
fn changes(changelog: &Value) -> Result<Vec<Change>, Reason> {
    let mut histories = Vec::new();
    for history in list(&changelog["histories"]) {
        let at = time(history, "created")?;
        let at = at.ok_or_else(|| Reason::same("a change in it has no time"))?;
        let number = shown(&history["id"]).and_then(|id| id.parse::<u64>().ok());
        histories.push((at, number, history));
    }
    histories.sort_by_key(|(at, number, _)| (*at, *number));
    let mut changes = Vec::new();
    for (at, _, history) in histories {
        let author = person(&history["author"]);
        changes.extend(list(&history["items"]).map(|item| Change {
            at,
            author: author.clone(),
            field: shown(&item["field"]).unwrap_or_default(),
            from: shown(&item["fromString"]).or_else(|| shown(&item["from"])),
            to: shown(&item["toString"]).or_else(|| shown(&item["to"])),
        }));
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::trackers::flatten;
    use crate::trackers::profile::Profile;
    use crate::trackers::record::{Columns, Parts};

    fn read(json: &Value) -> Result<(Vec<(String, String)>, Parts), Reason> {
        let mut columns = Columns::default();
        let record = flatten::record(json, Profile::plain(), &mut columns)?;
        let named = |column: usize| columns.name(column).to_owned();
        let cells = record.cells.into_iter().map(|cell| (named(cell.column), cell.text.into_owned()));
        Ok((cells.collect(), record.parts))
    }

    fn values<'a>(cells: &'a [(String, String)], name: &str) -> Vec<&'a str> {
        cells.iter().filter(|(other, _)| other == name).map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn null_and_missing_fields_are_no_cells() {
        let (bare, _) = read(&json!({"key": "VAN-1", "fields": {}})).unwrap();
        assert_eq!(bare, [("key".to_owned(), "VAN-1".to_owned())]);
        let names = ["project", "issuetype", "summary", "description", "reporter", "priority", "status", "created"];
        let more = ["resolution", "duedate", "versions", "fixVersions", "labels", "comment", "issuelinks", "parent"];
        let nothing: Map<_, _> = names.iter().chain(&more).map(|name| ((*name).to_owned(), Value::Null)).collect();
        assert_eq!(read(&json!({"key": "VAN-1", "fields": nothing, "changelog": null})).unwrap().0, bare);
    }

    #[test]
    fn every_field_is_a_cell_or_a_part() {
        let (cells, parts) = read(&json!({"id": "17", "key": "VAN-1", "fields": {
            "project": {"key": "BUS"}, "issuetype": {"name": "Bug"}, "summary": " Lights ", "description": "a\r\n b",
            "reporter": {"displayName": "Ada", "name": "ada", "emailAddress": "ada@example.com"},
            "assignee": {"accountId": "7"}, "priority": {"name": "None"},
            "status": {"name": "Shut", "statusCategory": {"key": "done", "name": "Done"}},
            "versions": [{"name": "1.0"}], "labels": ["cold"], "components": [{"name": "Body"}], "parent": {"key": "VAN-9"},
            "fixVersions": [{"name": "1.1", "released": true, "releaseDate": "2024-02-03"}, {"name": "2.0"}],
            "comment": {"comments": [{"author": {"name": "bo"}, "created": "2015-04-24T12:05:00Z", "body": "yes"}]},
            "attachment": [{"filename": "a.png", "size": 3, "created": "2015-04-24T12:06:00Z", "author": null}],
            "worklog": {"worklogs": [{"author": {"name": "bo"}, "started": "2015-04-24", "timeSpent": "3h"}]},
            "issuelinks": [
                {"type": {"name": "Blocks"}, "outwardIssue": {"key": "VAN-2"}},
                {"type": {"name": "Relates"}, "inwardIssue": {"key": "VAN-3"}},
            ],
        }}))
        .unwrap();
        let expected: [(&str, &[&str]); 15] = [
            ("id", &["17"]),
            ("project", &["BUS"]),
            ("issuetype", &["Bug"]),
            ("summary", &[" Lights "]),
            ("description", &["a\r\n b"]),
            ("reporter", &["Ada"]),
            ("reporter.emailAddress", &["ada@example.com"]),
            ("assignee", &["7"]),
            ("status", &["Shut"]),
            ("statusCategory", &["done"]),
            ("parent", &["VAN-9"]),
            ("fixVersions", &["1.1", "2.0"]),
            ("fixVersions.released", &["1.1"]),
            ("versions", &["1.0"]),
            ("worklog", &["2015-04-24; bo; 3h"]),
        ];
        for (name, texts) in expected {
            assert_eq!(values(&cells, name), texts, "{name}");
        }
        assert_eq!((parts.comments[0].author.as_deref(), parts.comments[0].text.as_str()), (Some("bo"), "yes"));
        assert_eq!((parts.attachments[0].name.as_str(), parts.attachments[0].size), ("a.png", Some(3)));
        let links: Vec<_> = parts.links.iter().map(|link| (link.direction, link.key.as_str())).collect();
        assert_eq!(links, [(Direction::Outward, "VAN-2"), (Direction::Inward, "VAN-3")]);
    }

    #[test]
    fn a_document_is_read_as_its_text_and_kept_as_it_is() {
        let document =
            json!({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}]});
        let fields = json!({"description": document, "comment": {"comments": [{"body": document}]}});
        let (cells, parts) = read(&json!({"key": "VAN-1", "fields": fields})).unwrap();
        assert_eq!((values(&cells, "description"), parts.comments[0].text.as_str()), (vec!["a"], "a"));
        for name in ["description (document)", "comment (document)"] {
            assert_eq!(values(&cells, name), [document.to_string()], "{name}");
        }
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
        let (_, parts) =
            read(&json!({"key": "VAN-1", "fields": {}, "changelog": {"histories": newest_first}})).unwrap();
        let order: Vec<_> = parts.changes.iter().filter_map(|change| change.to.as_deref()).collect();
        assert_eq!(order, ["a", "b", "c", "d", "e"]);
        assert_eq!(parts.changes[0].from.as_deref(), Some("1"));
    }

    #[test]
    fn what_the_answer_holds_only_a_part_of_is_noted() {
        let comment = json!({"comments": [{"body": "a"}], "maxResults": 1, "total": 30});
        let json = json!({"key": "VAN-1", "fields": {"comment": comment}, "changelog": {"total": 57, "histories": []}});
        let expected =
            [Partial { what: "comments", held: 1, total: 30 }, Partial { what: "changes", held: 0, total: 57 }];
        assert_eq!(read(&json).unwrap().1.partial, expected);
    }

    #[test]
    fn a_time_that_is_none_is_told() {
        let fields = json!({"comment": {"comments": [{"created": "soon", "body": "x"}]}});
        assert_eq!(read(&json!({"key": "VAN-1", "fields": fields})).unwrap_err().told, "`soon` is not a time");
        let changelog = json!({"histories": [{"created": 7}]});
        let told = read(&json!({"key": "VAN-1", "fields": {}, "changelog": changelog})).unwrap_err().told;
        assert_eq!(told, "`7` is not a time");
    }

    #[test]
    fn fields_of_a_teams_own_are_kept_as_texts() {
        let json = json!({"key":"A-1","fields":{"customfield_1":{"value":"Gold"},"customfield_2":[{"name":"a"},"b",3],
            "customfield_3":null,"customfield_4":{"odd":true},"customfield_5":" "}});
        let (cells, _) = read(&json).unwrap();
        assert_eq!(values(&cells, "customfield_1"), ["Gold"]);
        assert_eq!(values(&cells, "customfield_2"), ["a", "b", "3"]);
        assert_eq!(values(&cells, "customfield_4"), [r#"{"odd":true}"#]);
        assert_eq!(cells.len(), 6);
    }
}
