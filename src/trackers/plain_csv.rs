//! Any CSV file with one support ticket a row.

use std::io::Read;
use std::ops::ControlFlow;

use super::found::{Issue, NotAnIssue, Row, Unreadable, some};
use super::mapping::{Field, Mapping};
use super::table::{Record, Table};
use super::time::time;

/// Reads a CSV file of tickets and hands each row to `each`, until that one breaks off.
///
/// A record without a key, or with an unreadable time, is skipped with its reason.
pub fn read(bytes: impl Read, mapping: &Mapping, each: impl FnMut(Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
    let table = Table::open(bytes)?;
    let header = table.header().to_vec();
    let columns =
        mapping.columns(&header).map_err(|error| Unreadable { line: table.line(), reason: error.to_string() })?;
    table.read(|record| issue(record, &columns, &header), each)
}

fn issue(record: &Record, columns: &[(Field, usize)], header: &[String]) -> Result<Issue, NotAnIssue> {
    record.fits()?;
    let mut issue = Issue::default();
    for (field, column) in columns {
        put(&mut issue, *field, record.cell(*column)).map_err(|reason| format!("`{}`: {reason}", header[*column]))?;
    }
    if issue.key.is_empty() {
        return Err("it has no key".to_owned().into());
    }
    for (name, (column, cell)) in header.iter().zip(record.cells()) {
        if columns.iter().all(|(_, mapped)| *mapped != column) && !cell.trim().is_empty() {
            issue.others.push((name.clone(), cell.to_owned()));
        }
    }
    issue.project = Issue::project_of(&issue.key);
    Ok(issue)
}

fn put(issue: &mut Issue, field: Field, cell: &str) -> Result<(), String> {
    let word = || cell.trim().to_owned();
    let moment = || some(cell).map(|text| time(&text)).transpose().map_err(|error| error.to_string());
    match field {
        Field::Key => issue.key = word(),
        Field::Customer => issue.customer = some(word()),
        Field::Contact => issue.contact = some(word()),
        Field::Summary => cell.clone_into(&mut issue.summary),
        Field::Description => issue.description = some(cell),
        Field::Channel => issue.channel = some(word()),
        Field::ProductVersion => issue.product_version = some(word()),
        Field::Status => issue.status = word(),
        Field::Priority => issue.priority = some(word()),
        Field::Resolution => issue.resolution = some(word()),
        Field::Created => issue.created = moment()?,
        Field::Updated => issue.updated = moment()?,
        Field::Resolved => issue.resolved = moment()?,
        Field::FirstResponse => issue.first_response = moment()?,
        Field::Reporter => issue.reporter = some(word()),
        Field::Type => issue.issue_type = some(word()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::vocabulary::Word;

    fn rows(text: &str, mapping: &[&str]) -> Vec<Row> {
        let mut rows = Vec::new();
        let each = |row| {
            rows.push(row);
            ControlFlow::Continue(())
        };
        read(text.as_bytes(), &Mapping::parse(mapping).unwrap(), each).unwrap();
        rows
    }

    #[test]
    fn every_field_goes_to_its_place() {
        let fields = "key,customer,contact,summary,description,channel,product version,status,priority,resolution,\
                      created,updated,resolved,first response,reporter,type\n";
        let row = "D-1, Acme ,ada@example.com, a ,\"b\r\nc\",Phone,5.1,Open,High,,\
                   2023-06-01 12:15:36,2023-06-02,2023-06-03,2023-06-04, Bo ,Question\n";
        let [Row::Issue(issue)] = &rows(&format!("{fields}{row}"), &[])[..] else { panic!("one issue") };
        let at = |text| Some(time(text).unwrap());
        let text = |text: &str| Some(text.to_owned());
        let expected = Issue {
            key: "D-1".to_owned(),
            project: "D".to_owned(),
            customer: text("Acme"),
            contact: text("ada@example.com"),
            summary: " a ".to_owned(),
            description: text("b\r\nc"),
            channel: text("Phone"),
            product_version: text("5.1"),
            status: "Open".to_owned(),
            priority: text("High"),
            created: at("2023-06-01T12:15:36Z"),
            updated: at("2023-06-02"),
            resolved: at("2023-06-03"),
            first_response: at("2023-06-04"),
            reporter: text("Bo"),
            issue_type: text("Question"),
            place: issue.place,
            ..Issue::default()
        };
        assert_eq!(**issue, expected);
        assert_eq!(Field::ALL.len(), 16, "a new field needs a column here");
    }

    #[test]
    fn a_row_that_cannot_be_a_ticket_is_told() {
        let text = "Ticket ID,Opened,Resolved\n1,,\n,2023-06-01,\n3,soon,\n4,2023-06-01,12 hours\n";
        let told: Vec<_> = rows(text, &[])
            .into_iter()
            .map(|row| match row {
                Row::Issue(issue) => issue.key,
                Row::Skipped { reason, .. } => reason.split(" such").next().unwrap().to_owned(),
                Row::NoIssue { what, .. } => what.to_owned(),
            })
            .collect();
        let expected = ["1", "it has no key", "`Opened`: `soon` is not a time", "`Resolved`: `12 hours` is not a time"];
        assert_eq!(told, expected);
        assert!(matches!(rows(text, &["Resolved="])[3], Row::Issue(_)), "a column can be left out");
    }

    #[test]
    fn a_mapping_that_does_not_fit_the_file_ends_the_reading_at_its_header() {
        let read = read("\nName\nada\n".as_bytes(), &Mapping::default(), |_| ControlFlow::Continue(()));
        assert!(read.unwrap_err().to_string().starts_with("line 2: no column holds the keys"));
    }
}
