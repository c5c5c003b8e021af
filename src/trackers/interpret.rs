//! From the cells of a row to an issue, as its file's plan says.

use super::cells;
use super::dates::{self, Written};
use super::field::{Field, Otherwise, Use};
use super::found::{Attached, Comment, Issue, Link, Reason, some};
use super::plan::{Column, Plan};
use super::profile::fold;
use super::record::{Cell, Record};
use super::words;
use crate::workflow::Time;

/// Reads a row. Times can be left out where nobody asks for them.
///
/// # Errors
/// Where it has no key, or an unreadable time.
pub(super) fn issue(record: Record<'_>, plan: &Plan, with_times: bool) -> Result<Issue, Reason> {
    let parts = record.parts;
    let mut issue = Issue {
        place: record.place,
        comments: parts.comments,
        attachments: parts.attachments,
        links: parts.links,
        changes: parts.changes,
        partial: parts.partial,
        ..Issue::default()
    };
    let mut parent_id = None;
    for cell in record.cells {
        let Some(column) = plan.columns.get(cell.column) else { continue };
        match column.is {
            Use::Otherwise(Otherwise::LeftOut) => {}
            Use::Otherwise(Otherwise::Kept) => issue.others.push((column.name.clone(), cell.text.into_owned())),
            Use::As(Field::ParentId) => _ = parent_id.get_or_insert_with(|| cell.text.trim().to_owned()),
            Use::As(field) => put(&mut issue, field, column, cell, plan, with_times)?,
        }
    }
    if issue.key.is_empty() {
        return Err(Reason::same("it has no key"));
    }
    if issue.project.is_empty() {
        issue.project = Issue::project_of(&issue.key);
    }
    issue.parent = issue.parent.take().or(parent_id).or_else(|| parent_in_summary(&issue));
    people(&mut issue, plan);
    Ok(issue)
}

/// Puts a cell where it belongs. Of several that hold one value the first counts, and the others are kept.
fn put(
    issue: &mut Issue,
    field: Field,
    column: &Column,
    cell: Cell<'_>,
    plan: &Plan,
    with_times: bool,
) -> Result<(), Reason> {
    let text = cell.text;
    let word = || text.trim().to_owned();
    let is_taken = match field {
        Field::Key => set(&mut issue.key, word()),
        Field::Project => set(&mut issue.project, word()),
        Field::Summary => set(&mut issue.summary, text.clone().into_owned()),
        Field::Status => set(&mut issue.status, word()),
        Field::Id => first(&mut issue.id, word()),
        Field::Customer => first(&mut issue.customer, word()),
        Field::Contact => first(&mut issue.contact, word()),
        Field::Description => first(&mut issue.description, text.clone().into_owned()),
        Field::Environment => first(&mut issue.environment, text.clone().into_owned()),
        Field::Channel => first(&mut issue.channel, word()),
        Field::ProductVersion => first(&mut issue.product_version, word()),
        Field::StatusCategory => first(&mut issue.status_category, word()),
        Field::Priority => first(&mut issue.priority, word()),
        Field::Resolution => first(&mut issue.resolution, word()),
        Field::Type => first(&mut issue.issue_type, word()),
        Field::Reporter => first(&mut issue.reporter, word()),
        Field::Assignee if words::is_nobody(&text) => true,
        Field::Assignee => first(&mut issue.assignee, word()),
        Field::Parent | Field::ParentId => first(&mut issue.parent, word()),
        Field::AffectsVersion => add(&mut issue.affects_versions, word()),
        Field::FixVersion => add(&mut issue.fix_versions, word()),
        Field::ReleasedVersion => add(&mut issue.released_versions, word()),
        Field::Component => add(&mut issue.components, word()),
        Field::Label => {
            issue.labels.extend(labels(&text, plan.profile.name == "jira"));
            true
        }
        Field::Comment => add(&mut issue.comments, comment(&text, column, plan)?),
        Field::Attachment => add(&mut issue.attachments, attachment(&text, column, plan)?),
        Field::Link => {
            let (direction, type_name) =
                column.link.clone().unwrap_or((super::found::Direction::Outward, String::new()));
            let keys = text.split([',', ';']).map(str::trim).filter(|key| !key.is_empty());
            let link = |key: &str| Link { type_name: type_name.clone(), direction, key: key.to_owned() };
            issue.links.extend(keys.map(link));
            true
        }
        Field::Created | Field::Updated | Field::Resolved | Field::FirstResponse | Field::Due
            if dates::is_blank(&text) =>
        {
            true
        }
        Field::Resolved if !with_times => {
            issue.is_resolved = true;
            true
        }
        Field::Created | Field::Updated | Field::FirstResponse | Field::Due if !with_times => true,
        Field::Due => {
            let day = written(&text, column)?.day(column.order);
            first(&mut issue.due_date, day.ok_or_else(|| wrong_order(&text, column))?)
        }
        Field::Created => first(&mut issue.created, moment(&text, column, plan)?),
        Field::Updated => first(&mut issue.updated, moment(&text, column, plan)?),
        Field::FirstResponse => first(&mut issue.first_response, moment(&text, column, plan)?),
        Field::Resolved => {
            issue.is_resolved = true;
            first(&mut issue.resolved, moment(&text, column, plan)?)
        }
    };
    if !is_taken {
        issue.others.push((column.name.clone(), text.into_owned()));
    }
    Ok(())
}

fn set(place: &mut String, value: String) -> bool {
    let is_free = place.is_empty();
    if is_free {
        *place = value;
    }
    is_free
}

fn first<T>(place: &mut Option<T>, value: T) -> bool {
    let is_free = place.is_none();
    if is_free {
        *place = Some(value);
    }
    is_free
}

fn add<T>(list: &mut Vec<T>, value: T) -> bool {
    list.push(value);
    true
}

/// One cell may hold several labels, with commas or semicolons between them. Those of Jira hold no blanks.
fn labels(cell: &str, is_jiras: bool) -> Vec<String> {
    let parts = cell.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    if is_jiras {
        parts.flat_map(str::split_whitespace).map(str::to_owned).collect()
    } else {
        parts.map(str::to_owned).collect()
    }
}

fn written(text: &str, column: &Column) -> Result<Written, Reason> {
    dates::read(text)
        .map_err(|error| Reason::new(format!("`{}` is not a time", column.name), format!("`{}`: {error}", column.name)))
}

fn moment(text: &str, column: &Column, plan: &Plan) -> Result<Time, Reason> {
    let written = written(text, column)?;
    if let Some(time) = written.time(column.order, &plan.zone) {
        return Ok(time);
    }
    if written.day(column.order).is_none() {
        return Err(wrong_order(text, column));
    }
    let kind = format!("the clocks of {} skip `{}`", plan.zone, column.name);
    Err(Reason::new(kind, format!("`{}`: there is no `{}` in {}", column.name, text.trim(), plan.zone)))
}

fn wrong_order(text: &str, column: &Column) -> Reason {
    let kind = format!("`{}` has its day and month in another order", column.name);
    Reason::new(kind, format!("`{}`: `{}` is no date in the order {}", column.name, text.trim(), column.order))
}

fn comment(cell: &str, column: &Column, plan: &Plan) -> Result<Comment, Reason> {
    let Some((at, author, text)) = cells::comment(cell) else {
        return Ok(Comment { at: None, author: None, text: cell.to_owned() });
    };
    let at = moment(at, column, plan)?;
    Ok(Comment { at: Some(at), author, text: text.to_owned() })
}

fn attachment(cell: &str, column: &Column, plan: &Plan) -> Result<Attached, Reason> {
    let Some((at, author, name, url)) = cells::attachment(cell) else {
        return Ok(Attached { name: cell.trim().to_owned(), size: None, at: None, author: None, url: None });
    };
    let at = moment(at, column, plan)?;
    Ok(Attached { name: name.to_owned(), size: None, at: Some(at), author, url: some(url) })
}

/// Names people of whom the file tells an account's id.
fn people(issue: &mut Issue, plan: &Plan) {
    let authors = issue.comments.iter_mut().filter_map(|comment| comment.author.as_mut());
    let people = authors.chain(issue.reporter.as_mut()).chain(issue.assignee.as_mut());
    people.for_each(|name| *name = plan.meanings.person(name));
}

/// Jira's "current fields" export tells a sub-task's parent only by its key before the summary.
fn parent_in_summary(issue: &Issue) -> Option<String> {
    let is_part = issue.issue_type.as_deref().is_some_and(|name| matches!(fold(name).as_str(), "sub task" | "subtask"));
    let (key, _) = issue.summary.split_once(' ').filter(|_| is_part)?;
    let (project, number) = key.split_once('-')?;
    let well_formed = project == issue.project && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    well_formed.then(|| key.to_owned())
}
