//! Jira's XML (an RSS feed with one item an issue) as the JSON of its REST interface.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value, json};

/// How deep elements lie within each other at most.
const DEEPEST: usize = 64;

/// Why XML cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoXml {
    /// It is malformed.
    #[error("its XML cannot be read: {0}")]
    Malformed(String),
    /// It holds no issues of Jira.
    #[error("it is XML, but not Jira's: no item in it has a key")]
    NotJiras,
    /// The issues cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: HashMap<String, String>,
    children: Vec<Element>,
    text: String,
}

/// Writes the issues as one answer of the REST interface.
///
/// # Errors
/// Where it is no XML, or none of Jira.
pub fn to_json(bytes: impl BufRead, mut to: impl Write) -> Result<(), NoXml> {
    let mut reader = Reader::from_reader(bytes);
    let malformed = |error: &dyn std::fmt::Display| NoXml::Malformed(error.to_string());
    let mut buffer = Vec::new();
    let mut open: Vec<Element> = Vec::new();
    let (mut issues, mut total) = (0_u64, None);
    to.write_all(b"{\"issues\":[")?;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| malformed(&error))? {
            Event::Eof => break,
            Event::Start(start) => {
                let element = begun(&start).map_err(|error| malformed(&error))?;
                if open.len() >= DEEPEST {
                    return Err(NoXml::Malformed("its elements lie too deep within each other".to_owned()));
                }
                if !open.is_empty() || element.name == "item" {
                    open.push(element);
                }
            }
            Event::Empty(start) => {
                let element = begun(&start).map_err(|error| malformed(&error))?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None if element.name == "issue" => {
                        total = element.attributes.get("total").and_then(|total| total.parse::<u64>().ok());
                    }
                    None => {}
                }
            }
            Event::End(_) => match (open.pop(), open.last_mut()) {
                (Some(element), Some(parent)) => parent.children.push(element),
                (Some(item), None) => {
                    if let Some(issue) = issue(&item) {
                        to.write_all(if issues > 0 { b",\n" } else { b"\n" })?;
                        serde_json::to_writer(&mut to, &issue).map_err(io::Error::from)?;
                        issues += 1;
                    }
                }
                (None, _) => {}
            },
            Event::Text(text) => add(&mut open, &text),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| malformed(&error))?;
                let named = quick_xml::escape::resolve_predefined_entity(&reference);
                match (character, named) {
                    (Some(character), _) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => add(&mut open, text),
                    (None, None) => add(&mut open, &format!("&{};", &*reference)),
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if !open.is_empty() {
        return Err(NoXml::Malformed("it ends within an item".to_owned()));
    }
    if issues == 0 {
        return Err(NoXml::NotJiras);
    }
    write!(to, "\n],\"total\":{}}}\n", total.unwrap_or(issues))?;
    Ok(to.flush()?)
}

fn begun(start: &BytesStart<'_>) -> Result<Element, quick_xml::Error> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?.into_owned();
        element.attributes.insert(attribute.key.as_ref().to_owned(), value);
    }
    Ok(element)
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

impl Element {
    fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Self> + use<'a, 'n> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The elements of one name within those of another.
    fn within<'a>(&'a self, list: &'a str, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.all(list).flat_map(move |list| list.all(name))
    }

    fn text_of(&self, name: &str) -> Option<&str> {
        self.all(name).map(|child| child.text.trim()).find(|text| !text.is_empty())
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The issue of an item; `None` where it is none.
fn issue(item: &Element) -> Option<Value> {
    let key = item.text_of("key")?;
    let mut fields = Map::new();
    let people: HashMap<&str, &str> = ["assignee", "reporter"]
        .iter()
        .flat_map(|name| item.all(name))
        .filter_map(|person| {
            Some((person.attribute("username").or(person.attribute("accountid"))?, person.text.trim()))
        })
        .collect();
    let person = |id: &str| json!({ "displayName": people.get(id).copied().unwrap_or(id) });
    for child in &item.children {
        let text = child.text.trim();
        let (name, value) = match child.name.as_str() {
            "title" | "key" => continue,
            "project" => ("project", json!({ "key": child.attribute("key"), "name": text })),
            "type" => ("issuetype", json!({ "name": text })),
            "parent" => ("parent", json!({ "key": text })),
            "status" => {
                let category = child.all("statusCategory").find_map(|category| category.attribute("key"));
                let category = category.or_else(|| item.all("statusCategory").find_map(|found| found.attribute("key")));
                ("status", json!({ "name": text, "statusCategory": { "key": category } }))
            }
            "statusCategory" => continue,
            "assignee" if matches!(child.attribute("username"), Some("-1")) => continue,
            "due" => ("duedate", json!(text)),
            "resolved" => ("resolutiondate", json!(text)),
            "version" | "fixVersion" | "component" => {
                let list = format!("{}s", child.name);
                let all = fields.entry(list).or_insert_with(|| json!([]));
                all.as_array_mut()?.push(json!({ "name": text }));
                continue;
            }
            "labels" => ("labels", child.all("label").map(|label| json!(label.text.trim())).collect()),
            "comments" => {
                let comments: Vec<Value> = child
                    .all("comment")
                    .map(|comment| {
                        let author = comment.attribute("author").map(person);
                        json!({ "author": author, "created": comment.attribute("created"), "body": comment.text })
                    })
                    .collect();
                ("comment", json!({ "comments": comments }))
            }
            "attachments" => {
                let files = child.all("attachment").map(|file| {
                    let size = file.attribute("size").and_then(|size| size.parse::<u64>().ok());
                    let author = file.attribute("author").map(person);
                    json!({ "filename": file.attribute("name"), "size": size, "created": file.attribute("created"), "author": author })
                });
                ("attachment", files.collect())
            }
            "subtasks" => ("subtasks", child.all("subtask").map(|issue| json!({ "key": issue.text.trim() })).collect()),
            "issuelinks" => ("issuelinks", Value::Array(child.all("issuelinktype").flat_map(links).collect())),
            "customfields" => {
                for field in child.all("customfield") {
                    let values =
                        field.within("customfieldvalues", "customfieldvalue").map(|value| json!(value.text.trim()));
                    let label = field.within("customfieldvalues", "label").map(|value| json!(value.text.trim()));
                    let values: Vec<Value> = values.chain(label).filter(|value| *value != json!("")).collect();
                    if let Some(name) = field.text_of("customfieldname").filter(|_| !values.is_empty()) {
                        fields.insert(name.to_owned(), Value::Array(values));
                    }
                }
                continue;
            }
            name => (name, json!(text)),
        };
        if value != json!("") {
            fields.insert(name.to_owned(), value);
        }
    }
    let id = item.all("key").find_map(|key| key.attribute("id"));
    Some(json!({ "key": key, "id": id, "fields": fields }))
}

fn links(kind: &Element) -> Vec<Value> {
    let name = kind.text_of("name").unwrap_or_default();
    let ends = [("outwardlinks", "outwardIssue"), ("inwardlinks", "inwardIssue")];
    let each = ends.into_iter().flat_map(|(list, end)| {
        let keys = kind.within(list, "issuelink").filter_map(|link| link.text_of("issuekey"));
        keys.map(move |key| json!({ "type": { "name": name }, end: { "key": key } })).collect::<Vec<_>>()
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> Result<Value, NoXml> {
        let mut json = Vec::new();
        to_json(xml.as_bytes(), &mut json)?;
        Ok(serde_json::from_slice(&json).unwrap())
    }

    #[test]
    fn an_item_is_an_issue_with_all_its_parts() {
        let xml = r#"<!-- RSS --><rss version="0.92"><channel><title>Jira</title><issue start="0" end="1" total="3"/><item>
            <title>[SUP-1] Rates &amp; fees</title><project id="1" key="SUP">Support</project><description>&lt;p&gt;By a cent&lt;/p&gt;</description>
            <key id="17">SUP-1</key><summary>Rates &amp; fees</summary><type id="1">Bug</type><priority id="3">Major</priority>
            <status id="5">Closed<statusCategory id="3" key="done"/></status><resolution id="1">Fixed</resolution>
            <assignee username="-1">Unassigned</assignee><reporter username="ada">Ada</reporter>
            <labels><label>a</label><label>b</label></labels><created>Tue, 2 Jan 2024 09:00:00 +0000</created>
            <resolved>Wed, 3 Jan 2024 09:00:00 +0000</resolved><fixVersion>5.1</fixVersion><fixVersion>5.2</fixVersion><due></due>
            <comments><comment id="1" author="ada" created="Tue, 2 Jan 2024 10:00:00 +0000">one</comment></comments>
            <issuelinks><issuelinktype id="1"><name>Escalation</name><outwardlinks description="x"><issuelink><issuekey id="2">DEV-7</issuekey></issuelink></outwardlinks></issuelinktype></issuelinks>
            <attachments><attachment id="1" name="a.png" size="3" author="bo" created="Tue, 2 Jan 2024 10:00:00 +0000"/></attachments>
            <customfields><customfield id="c" key="k"><customfieldname>Sprint</customfieldname><customfieldvalues><customfieldvalue>S1</customfieldvalue><customfieldvalue>S2</customfieldvalue></customfieldvalues></customfield></customfields>
            </item></channel></rss>"#;
        let answer = read(xml).unwrap();
        assert_eq!(answer["total"], 3);
        let issue = &answer["issues"][0];
        let fields = &issue["fields"];
        assert_eq!(
            (&issue["key"], &issue["id"], &fields["project"]["key"]),
            (&json!("SUP-1"), &json!("17"), &json!("SUP"))
        );
        assert_eq!((&fields["summary"], &fields["description"]), (&json!("Rates & fees"), &json!("<p>By a cent</p>")));
        assert_eq!(fields["status"], json!({ "name": "Closed", "statusCategory": { "key": "done" } }));
        assert_eq!(fields["fixVersions"], json!([{ "name": "5.1" }, { "name": "5.2" }]));
        assert_eq!((&fields["labels"], &fields["Sprint"]), (&json!(["a", "b"]), &json!(["S1", "S2"])));
        assert_eq!(fields["comment"]["comments"][0]["author"]["displayName"], "Ada");
        assert_eq!(
            fields["issuelinks"][0],
            json!({ "type": { "name": "Escalation" }, "outwardIssue": { "key": "DEV-7" } })
        );
        assert_eq!(
            (&fields["attachment"][0]["size"], &fields["assignee"], &fields["due"]),
            (&json!(3), &Value::Null, &Value::Null)
        );
        assert_eq!(fields["resolutiondate"], "Wed, 3 Jan 2024 09:00:00 +0000");
    }

    #[test]
    fn other_xml_is_refused() {
        for xml in ["<a/>", "<rss><channel><item><title>x</title></item></channel></rss>", "<rss><item>", "<rss"] {
            assert!(read(xml).is_err(), "{xml}");
        }
        let deep = format!("<item>{}", "<a>".repeat(1_000));
        assert!(matches!(read(&deep), Err(NoXml::Malformed(_))));
    }
}
