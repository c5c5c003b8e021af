//! Jira's CSV exports, both "all fields" and "current fields".

use std::io::Read;
use std::ops::ControlFlow;

use super::found::{Attached, Comment, Direction, Issue, Link, NotAnIssue, Row, Unreadable, some};
use super::table::{Record, Table};
use super::time::{day, time};

/// What a column holds, as far as an issue has a place for it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Key,
    Id,
    Project,
    IssueType,
    Summary,
    Description,
    Environment,
    Reporter,
    Assignee,
    Priority,
    Status,
    StatusCategory,
    Resolution,
    Created,
    Updated,
    Resolved,
    DueDate,
    AffectsVersion,
    FixVersion,
    Component,
    Labels,
    Comment,
    Attachment,
    Link(Direction, String),
    ParentKey,
    ParentId,
    Other,
}

/// Reads a Jira CSV export and hands each row to `each`, until that one breaks off.
///
/// A record that is no issue, such as the footer, or that holds an unreadable value, is skipped with its reason.
pub fn read(bytes: impl Read, each: impl FnMut(Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
    let table = Table::open(bytes)?;
    let columns: Vec<(String, Column)> =
        table.header().iter().map(|name| (name.clone(), column_of(&name.to_lowercase(), name))).collect();
    if !columns.iter().any(|(_, column)| *column == Column::Key) {
        let reason = "no column is named `Issue key` or `Key`, as one of each Jira export is".to_owned();
        return Err(Unreadable { line: table.line(), reason });
    }
    table.read(|record| issue(record, &columns), each)
}

fn column_of(lower: &str, name: &str) -> Column {
    match lower {
        "issue key" | "key" => Column::Key,
        "issue id" => Column::Id,
        "project key" => Column::Project,
        "issue type" => Column::IssueType,
        "summary" => Column::Summary,
        "description" => Column::Description,
        "environment" => Column::Environment,
        "reporter" => Column::Reporter,
        "assignee" => Column::Assignee,
        "priority" => Column::Priority,
        "status" => Column::Status,
        "status category" => Column::StatusCategory,
        "resolution" => Column::Resolution,
        "created" => Column::Created,
        "updated" => Column::Updated,
        "resolved" => Column::Resolved,
        "due date" => Column::DueDate,
        "affects version/s" | "affects versions" => Column::AffectsVersion,
        "fix version/s" | "fix versions" => Column::FixVersion,
        "component/s" | "components" => Column::Component,
        "labels" => Column::Labels,
        "comment" | "comments" => Column::Comment,
        "attachment" | "attachments" => Column::Attachment,
        "parent key" => Column::ParentKey,
        "parent id" | "parent" => Column::ParentId,
        _ => link_of(lower, name).unwrap_or(Column::Other),
    }
}

/// The column of a link type, such as `Outward issue link (Relates)`.
fn link_of(lower: &str, name: &str) -> Option<Column> {
    let ends = [("outward issue link (", Direction::Outward), ("inward issue link (", Direction::Inward)];
    let (start, direction) = ends.into_iter().find(|(start, _)| lower.starts_with(start))?;
    let type_name = name.get(start.len()..)?.strip_suffix(')')?;
    Some(Column::Link(direction, type_name.to_owned()))
}

fn issue(record: &Record, columns: &[(String, Column)]) -> Result<Issue, NotAnIssue> {
    if record.cells().all(|(at, cell)| cell.trim().is_empty() || (at == 0 && cell.starts_with("Generated at "))) {
        return Err(NotAnIssue::Other("the footer that Jira writes"));
    }
    record.fits()?;
    let mut issue = Issue::default();
    let mut parent_id = None;
    for ((name, column), (_, cell)) in columns.iter().zip(record.cells()) {
        if !cell.trim().is_empty() {
            if *column == Column::Other {
                issue.others.push((name.clone(), cell.to_owned()));
            }
            put(&mut issue, &mut parent_id, column, cell).map_err(|reason| format!("`{name}`: {reason}"))?;
        }
    }
    if issue.key.is_empty() {
        return Err("it has no key".to_owned().into());
    }
    if issue.project.is_empty() {
        issue.project = Issue::project_of(&issue.key);
    }
    let parent = issue.parent.take().or(parent_id);
    issue.parent = parent.or_else(|| parent_in_summary(&issue));
    Ok(issue)
}

/// Puts a cell that is not blank where it belongs. Of columns of one name that hold one value the first filled one counts.
fn put(issue: &mut Issue, parent_id: &mut Option<String>, column: &Column, cell: &str) -> Result<(), String> {
    let word = || cell.trim().to_owned();
    let moment = || time(cell).map_err(|error| error.to_string());
    match column {
        Column::Key if issue.key.is_empty() => issue.key = word(),
        Column::Project if issue.project.is_empty() => issue.project = word(),
        Column::Summary if issue.summary.is_empty() => cell.clone_into(&mut issue.summary),
        Column::Status if issue.status.is_empty() => issue.status = word(),
        Column::Key | Column::Project | Column::Summary | Column::Status | Column::Other => {}
        Column::Id => first(&mut issue.id, word()),
        Column::IssueType => first(&mut issue.issue_type, word()),
        Column::Description => first(&mut issue.description, cell.to_owned()),
        Column::Environment => first(&mut issue.environment, cell.to_owned()),
        Column::Reporter => first(&mut issue.reporter, word()),
        Column::Assignee if word() == "Unassigned" => {}
        Column::Assignee => first(&mut issue.assignee, word()),
        Column::Priority => first(&mut issue.priority, word()),
        Column::StatusCategory => first(&mut issue.status_category, word()),
        Column::Resolution if word() == "Unresolved" => {}
        Column::Resolution => first(&mut issue.resolution, word()),
        Column::Created => first(&mut issue.created, moment()?),
        Column::Updated => first(&mut issue.updated, moment()?),
        Column::Resolved => first(&mut issue.resolved, moment()?),
        Column::DueDate => first(&mut issue.due_date, day(cell).map_err(|error| error.to_string())?),
        Column::AffectsVersion => issue.affects_versions.push(word()),
        Column::FixVersion => issue.fix_versions.push(word()),
        Column::Component => issue.components.push(word()),
        Column::Labels => issue.labels.extend(labels(cell)),
        Column::Comment => issue.comments.push(comment(cell)),
        Column::Attachment => issue.attachments.push(attachment(cell)),
        Column::Link(direction, type_name) => {
            issue.links.push(Link { type_name: type_name.clone(), direction: *direction, key: word() });
        }
        Column::ParentKey => first(&mut issue.parent, word()),
        Column::ParentId => first(parent_id, word()),
    }
    Ok(())
}

fn first<T>(place: &mut Option<T>, value: T) {
    place.get_or_insert(value);
}

/// A label holds no blanks; one column may hold several, with commas between them.
fn labels(cell: &str) -> impl Iterator<Item = String> {
    cell.split(", ").flat_map(str::split_whitespace).map(str::to_owned)
}

/// `date;user;text`, where the text may hold semicolons itself; any other text is all there is to it.
fn comment(cell: &str) -> Comment {
    let mut parts = cell.splitn(3, ';');
    if let (Some(at), Some(author), Some(text)) = (parts.next(), parts.next(), parts.next())
        && let Ok(at) = time(at)
    {
        return Comment { at: Some(at), author: some(author.trim()), text: text.to_owned() };
    }
    Comment { at: None, author: None, text: cell.to_owned() }
}

/// `date;user;file name;URL`, where the file's name may hold semicolons; any other text is a name.
fn attachment(cell: &str) -> Attached {
    let mut parts = cell.splitn(3, ';');
    if let (Some(at), Some(author), Some(rest)) = (parts.next(), parts.next(), parts.next())
        && let (Ok(at), Some((name, url))) = (time(at), rest.rsplit_once(';'))
    {
        let (name, author) = (name.to_owned(), some(author.trim()));
        return Attached { name, size: None, at: Some(at), author, url: some(url.trim()) };
    }
    Attached { name: cell.trim().to_owned(), size: None, at: None, author: None, url: None }
}

/// The "current fields" export tells a sub-task's parent only by its key before the summary.
fn parent_in_summary(issue: &Issue) -> Option<String> {
    let is_part = issue.issue_type.as_deref().is_some_and(|name| ["Sub-task", "Subtask"].contains(&name));
    let (key, _) = issue.summary.split_once(' ').filter(|_| is_part)?;
    let (project, number) = key.split_once('-')?;
    let well_formed = project == issue.project && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    well_formed.then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let mut rows = Vec::new();
        let each = |row| {
            rows.push(row);
            ControlFlow::Continue(())
        };
        read(text.as_bytes(), each).unwrap();
        rows
    }

    fn only(text: &str) -> Issue {
        match rows(text).pop().unwrap() {
            Row::Issue(issue) => *issue,
            other @ (Row::Skipped { .. } | Row::NoIssue { .. }) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_current_fields_are_read_with_their_oddities() {
        let header = "Issue Type,Key,Summary,Assignee,Reporter,Priority,Status,Resolution,Created,Due Date\n";
        let row =
            "Sub-task,VAN-12 ,VAN-3 Lights flicker ,Unassigned, ada ,,Open,Unresolved,22/Mar/14 07:59,24/Mar/14\n";
        let issue = only(&format!("{header}{row}"));
        assert_eq!((issue.key.as_str(), issue.project.as_str()), ("VAN-12", "VAN"));
        assert_eq!(issue.summary, "VAN-3 Lights flicker ", "text stays as it is");
        assert_eq!(issue.parent.as_deref(), Some("VAN-3"));
        assert_eq!((issue.assignee, issue.priority, issue.resolution), (None, None, None));
        assert_eq!(issue.reporter.as_deref(), Some("ada"));
        assert_eq!(issue.created, Some(time("2014-03-22T07:59Z").unwrap()));
        assert_eq!(issue.due_date, Some(day("2014-03-24").unwrap()));
        assert_eq!((issue.place.line, issue.place.row), (2, 1));
    }

    #[test]
    fn columns_of_one_name_are_a_list() {
        let text = "Issue key,Issue id,Parent id,Labels,Labels,Fix Version/s,Fix Version/s,Component/s,\
                    Outward issue link (Relates),Outward issue link (Relates),Inward issue link (Gantt: start (late))\n\
                    VAN-1,17,4,\"cold, loud\",slow,2.0,2.1,Body,VAN-2 ,,VAN-3\n";
        let issue = only(text);
        assert_eq!(issue.labels, ["cold", "loud", "slow"]);
        assert_eq!(issue.fix_versions, ["2.0", "2.1"]);
        assert_eq!(issue.components, ["Body"]);
        let link = |direction, type_name: &str, key: &str| Link {
            direction,
            type_name: type_name.to_owned(),
            key: key.to_owned(),
        };
        let links =
            [link(Direction::Outward, "Relates", "VAN-2"), link(Direction::Inward, "Gantt: start (late)", "VAN-3")];
        assert_eq!(issue.links, links);
        assert_eq!((issue.id.as_deref(), issue.parent.as_deref()), (Some("17"), Some("4")));
    }

    #[test]
    fn a_parents_key_is_better_than_its_number() {
        let issue = only("Key,Parent id,Parent key\nVAN-1,4,VAN-9\n");
        assert_eq!(issue.parent.as_deref(), Some("VAN-9"));
    }

    #[test]
    fn comments_and_attachments_are_taken_apart_and_keep_every_character() {
        let text = "Key,Comment,Comment,Attachment,Attachment\n\
                    VAN-1,\"24/Apr/15 12:04 PM;ada;one; \"\"two\"\"\r\n, three\",no; such; form,\
                    24/Apr/15 12:05 AM;;log;2.txt;https://example.com/1,plain.txt\n";
        let issue = only(text);
        let at = time("2015-04-24T12:04Z").unwrap();
        let first =
            Comment { at: Some(at), author: Some("ada".to_owned()), text: "one; \"two\"\r\n, three".to_owned() };
        let second = Comment { at: None, author: None, text: "no; such; form".to_owned() };
        assert_eq!(issue.comments, [first, second]);
        let names: Vec<_> = issue.attachments.iter().map(|file| (file.name.as_str(), file.url.as_deref())).collect();
        assert_eq!(names, [("log;2.txt", Some("https://example.com/1")), ("plain.txt", None)]);
        assert_eq!(issue.attachments[0].at, Some(time("2015-04-24T00:05Z").unwrap()));
    }

    #[test]
    fn what_is_no_issue_is_skipped_with_its_reason() {
        let text = "Key,Summary,Created\nVAN-1,one,\n,,\n,two,\nVAN-3,three,soon\nVAN-4,four\n\
                    Generated at Sat Mar 22 by ada.,,\nGenerated at Sat Mar 22 by ada.\n";
        let reasons: Vec<(u64, String)> = rows(text)
            .into_iter()
            .filter_map(|row| match row {
                Row::Issue(_) => None,
                Row::Skipped { place, reason } => Some((place.line, reason.chars().take(30).collect())),
                Row::NoIssue { place, what } => Some((place.line, what.to_owned())),
            })
            .collect();
        let expected = [
            (3, "a blank row"),
            (4, "it has no key"),
            (5, "`Created`: `soon` is not a tim"),
            (6, "it has 2 cells where the heade"),
            (7, "the footer that Jira writes"),
            (8, "the footer that Jira writes"),
        ];
        assert_eq!(reasons, expected.map(|(line, reason)| (line, reason.to_owned())));
    }

    #[test]
    fn a_file_without_keys_is_no_export() {
        let error = read("Summary\none\n".as_bytes(), |_| ControlFlow::Continue(())).unwrap_err();
        assert!(error.reason.contains("`Issue key`"), "{error}");
    }
}
