//! One issue of a JSON file as named cells.

use serde_json::Value;

use super::found::Reason;
use super::jira_issue;
use super::json_cells::{Cells, short};
use super::profile::Profile;
use super::record::{Columns, Parts, Record};

/// The cells of an issue. Those of Jira have a form of their own.
pub(super) fn record(value: &Value, profile: &Profile, columns: &mut Columns) -> Result<Record<'static>, Reason> {
    let Value::Object(members) = value else {
        return Err(Reason::new("it is no issue", format!("`{}` is no issue", short(value))));
    };
    // GraphQL wraps each issue once more.
    if let Some(Value::Object(node)) = members.get("node") {
        return record(&Value::Object(node.clone()), profile, columns);
    }
    let mut cells = Cells { columns, cells: Vec::new(), parts: Parts::default(), comments: profile.comments.as_ref() };
    let jiras = match (members.get("key"), members.get("fields")) {
        (Some(Value::String(_)), Some(Value::Object(fields))) => Some(fields),
        _ => None,
    };
    match jiras {
        Some(fields) => jira_issue::put(members, fields, &mut cells)?,
        None => cells.object(members, "")?,
    }
    Ok(Record { cells: cells.cells, parts: cells.parts, is_jiras: jiras.is_some(), ..Record::default() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::trackers::profile::CommentList;

    fn cells(value: &Value, profile: &Profile) -> (Vec<String>, Parts) {
        let mut columns = Columns::default();
        let record = record(value, profile, &mut columns).unwrap();
        let named = record.cells.iter().map(|cell| format!("{}={}", columns.name(cell.column), cell.text));
        (named.collect(), record.parts)
    }

    #[test]
    fn every_value_is_a_cell_named_by_its_path_and_lists_stay_in_order() {
        let value = json!({"id": 7, "a": {"b": {"c": true}}, "tags": ["x", "y"], "none": null, "blank": " ",
            "labels": [{"name": "bug"}, {"name": "ui"}]});
        let expected = ["a.b.c=true", "id=7", "labels.name=bug", "labels.name=ui", "tags=x", "tags=y"];
        let (mut found, _) = cells(&value, Profile::plain());
        found.sort();
        assert_eq!(found, expected);
        assert_eq!(cells(&json!({"cursor": "x", "node": {"id": 7}}), Profile::plain()).0, ["id=7"]);
    }

    #[test]
    fn the_comments_of_a_profile_are_comments_and_what_else_is_in_them_is_kept() {
        let list = CommentList {
            list: "notes".to_owned(),
            text: vec!["body".to_owned()],
            author: vec!["author.login".to_owned()],
            at: vec!["createdAt".to_owned()],
        };
        let mut profile = Profile::default();
        profile.comments = Some(list);
        let note = json!({"body": "Seen", "author": {"login": "ada", "id": 3}, "createdAt": "2024-01-02T03:04:05Z"});
        let (found, parts) = cells(&json!({"id": 7, "notes": [note, {"kind": "moved"}]}), &profile);
        assert_eq!((parts.comments.len(), parts.comments[0].text.as_str()), (1, "Seen"));
        assert_eq!(parts.comments[0].author.as_deref(), Some("ada"));
        assert_eq!(found, ["id=7", "notes.author.id=3", "notes.kind=moved"]);
    }
}
