//! JSON of any tracker: an answer with its issues, an array, one issue, or one issue a line.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::flatten;
use super::found::{Place, Reason, Unreadable};
use super::profile::Profile;
use super::record::{Columns, Raw, Record};

/// The names under which answers hold their issues.
const LISTS: [&str; 16] = [
    "issues",
    "tickets",
    "bugs",
    "value",
    "result",
    "results",
    "records",
    "nodes",
    "items",
    "data",
    "work_items",
    "workItems",
    "requests",
    "cases",
    "incidents",
    "edges",
];
/// The names by which an object is an issue itself.
const IDENTITIES: [&str; 7] = ["id", "key", "number", "iid", "sys_id", "_id", "identifier"];

/// Reads JSON and hands each issue to `each`, until that one breaks off.
///
/// An issue that cannot be understood is skipped with its reason; only JSON that is malformed ends the reading, save
/// where each issue has a line of its own. If the file says that there are more issues than it holds, a last row tells so.
pub(super) fn read(
    text: impl Read,
    profile: &Profile,
    each: &mut dyn FnMut(&Columns, Raw<'_>) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    let line = Cell::new(1);
    let mut text = Text { bytes: BufReader::new(text), line: &line };
    let columns = Columns::default();
    let mut reading =
        Reading { each, profile, columns, line: &line, row: 0, found: None, has_more: false, stopped: false };
    let mut begun = false;
    let mut by_line = false;
    while text.more().map_err(|error| unreadable(line.get(), &error))? {
        let first_line = line.get();
        if by_line {
            let one = text.rest_of_line().map_err(|error| unreadable(line.get(), &error))?;
            reading.line_of_its_own(&one);
            line.set(first_line + 1);
        } else {
            let read = Top(&mut reading).deserialize(&mut serde_json::Deserializer::from_reader(&mut text));
            match read {
                Ok(Some(value)) => {
                    let reason = format!("`{value}` stands where issues are expected");
                    return Err(Unreadable { line: line.get(), reason });
                }
                Err(error) if !reading.stopped => {
                    return Err(Unreadable { line: line.get(), reason: told(&error) });
                }
                Ok(None) | Err(_) => {}
            }
            // A value that is whole within one line, with another after it, is the first of one a line.
            by_line = first_line == line.get();
        }
        begun = true;
        if reading.stopped {
            return Ok(());
        }
    }
    if !begun {
        return Err(Unreadable { line: 1, reason: "the file is empty".to_owned() });
    }
    reading.tell_what_is_missing();
    Ok(())
}

fn unreadable(line: u64, error: &io::Error) -> Unreadable {
    Unreadable { line, reason: error.to_string() }
}

/// What serde says, without the place: its own count begins anew with each value.
fn told(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    told.strip_suffix(&place).unwrap_or(&told).to_owned()
}

/// Text that counts its lines. It hands out single bytes, so that none after a value is lost in somebody's buffer.
struct Text<'a, R> {
    bytes: BufReader<R>,
    line: &'a Cell<u64>,
}

impl<R: Read> Text<'_, R> {
    /// Goes on to the next value, and tells whether there is one.
    fn more(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.bytes.fill_buf()?.first() {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Ok(true);
            }
            self.line.update(|line| line + u64::from(*byte == b'\n'));
            self.bytes.consume(1);
        }
        Ok(false)
    }

    fn rest_of_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.bytes.read_line(&mut line)?;
        Ok(line)
    }
}

impl<R: Read> Read for Text<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let length = to.len().min(1);
        let read = self.bytes.read(&mut to[..length])?;
        self.line.update(|line| line + u64::from(to[..read] == *b"\n"));
        Ok(read)
    }
}

struct Reading<'a> {
    each: &'a mut dyn FnMut(&Columns, Raw<'_>) -> ControlFlow<()>,
    profile: &'a Profile,
    columns: Columns,
    /// Where the text stands.
    line: &'a Cell<u64>,
    row: u64,
    /// How many issues there are, as far as the file says.
    found: Option<u64>,
    /// Whether the last page says that another one follows.
    has_more: bool,
    stopped: bool,
}

impl Reading<'_> {
    fn line_of_its_own(&mut self, text: &str) {
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Top(self).deserialize(&mut json).and_then(|_| json.end());
        if let Err(error) = read
            && !self.stopped
        {
            // What is broken behind an issue is a row of its own, for the issue is read.
            self.row += 1;
            let reason = Reason::new("it is no JSON", told(&error));
            self.hand(Raw::Skipped { place: Place { line: self.line.get(), row: self.row }, reason });
        }
    }

    /// An issue's JSON as it stands in the file, up to the present line.
    fn element(&mut self, json: &str) {
        let above = json.bytes().filter(|byte| *byte == b'\n').count() as u64;
        let line = self.line.get().saturating_sub(above);
        self.issue(json, line, |error| match error.line() as u64 {
            0 | 1 => told(error),
            below => format!("{} (line {})", told(error), line + below - 1),
        });
    }

    fn issue(&mut self, json: &str, line: u64, told: impl Fn(&serde_json::Error) -> String) {
        self.row += 1;
        let place = Place { line, row: self.row };
        let read = serde_json::from_str(json).map_err(|error| Reason::new("its JSON cannot be read", told(&error)));
        let read = read.and_then(|value| flatten::record(&value, self.profile, &mut self.columns));
        self.hand(match read {
            Ok(record) => Raw::Record(Record { place, ..record }),
            Err(reason) => Raw::Skipped { place, reason },
        });
    }

    fn tell_what_is_missing(&mut self) {
        let kind = "the file is a part of a longer answer";
        let told = match self.found.filter(|found| *found > self.row) {
            Some(found) => format!("the file holds {} of the {found} issues that its search found", self.row),
            None if self.has_more => format!("the file is a page with {} of more issues", self.row),
            None => return,
        };
        let place = Place { line: self.line.get(), row: self.row + 1 };
        self.hand(Raw::Skipped { place, reason: Reason::new(kind, told) });
    }

    fn hand(&mut self, raw: Raw<'_>) {
        self.stopped = (self.each)(&self.columns, raw).is_break();
    }

    /// Ends serde's reading where the caller broke off.
    fn go_on<E: Error>(&self) -> Result<(), E> {
        if self.stopped { Err(E::custom("the caller broke off")) } else { Ok(()) }
    }
}

/// A whole value: an answer, an array of issues, or an issue; any other one is handed back.
struct Top<'a, 'b>(&'a mut Reading<'b>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("issues")
    }

    /// Raw values keep what is wrong within one issue, such as half a surrogate pair, away from the others.
    fn visit_seq<A: SeqAccess<'de>>(self, mut issues: A) -> Result<Self::Value, A::Error> {
        while let Some(issue) = issues.next_element::<Box<RawValue>>()? {
            self.0.element(issue.get());
            self.0.go_on()?;
        }
        Ok(None)
    }

    /// Which of the two it is shows only at its list; what came before is kept for the case that it never comes.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let line = self.0.line.get();
        let mut kept: Vec<(String, Box<RawValue>)> = Vec::new();
        let (mut is_answer, mut is_issue) = (false, false);
        while let Some(name) = members.next_key::<String>()? {
            if LISTS.contains(&name.as_str()) && !is_issue {
                match members.next_value_seed(Top(self.0))? {
                    Some(value) => kept.push((name, to_raw_value(&value).map_err(A::Error::custom)?)),
                    None => is_answer = true,
                }
                continue;
            }
            let value: Box<RawValue> = members.next_value()?;
            is_issue |= !is_answer && IDENTITIES.contains(&name.as_str());
            if !is_issue {
                self.0.page(&name, &value);
            }
            if !is_answer {
                kept.push((name, value));
            }
        }
        if !is_answer {
            self.0.issue(&object(&kept).map_err(A::Error::custom)?, line, told);
            self.0.go_on()?;
        }
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }
}

impl Reading<'_> {
    /// What an answer says of how many issues there are.
    fn page(&mut self, name: &str, value: &RawValue) {
        let json = value.get();
        match name {
            "total" | "total_count" => self.found = self.found.max(serde_json::from_str(json).ok()),
            "isLast" | "end_of_stream" => self.has_more = json == "false",
            "nextPageToken" | "next_page" => self.has_more = json.starts_with('"') && json.len() > 2,
            "has_more" | "hasNextPage" => self.has_more = json == "true",
            "pageInfo" | "meta" => {
                let members = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json);
                let says = |name: &str| members.as_ref().is_ok_and(|members| members.get(name) == Some(&true.into()));
                self.has_more = says("hasNextPage") || says("has_more");
            }
            _ => {}
        }
    }
}

/// The object again whose members these are.
fn object(members: &[(String, Box<RawValue>)]) -> serde_json::Result<String> {
    let mut json = "{".to_owned();
    for (name, value) in members {
        let comma = if json.len() > 1 { "," } else { "" };
        json += &format!("{comma}{}:{}", serde_json::to_string(name)?, value.get());
    }
    Ok(json + "}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trackers::encoding::Utf8;

    /// Line and row of each row, with its key or why it was skipped.
    fn rows(json: &str) -> Result<Vec<(u64, u64, String)>, Unreadable> {
        let mut rows = Vec::new();
        let mut each = |columns: &Columns, raw: Raw<'_>| {
            rows.push(match raw {
                Raw::Record(record) => {
                    let key = record.cells.iter().find(|cell| columns.name(cell.column) == "key");
                    let key = key.map(|cell| cell.text.clone().into_owned()).unwrap_or_default();
                    (record.place.line, record.place.row, key)
                }
                Raw::Skipped { place, reason } => (place.line, place.row, reason.told),
                Raw::NoIssue { place, what } => (place.line, place.row, what.to_owned()),
            });
            ControlFlow::Continue(())
        };
        read(Utf8::new(json.as_bytes()), Profile::plain(), &mut each).map(|()| rows)
    }

    fn keys(json: &str) -> Vec<String> {
        rows(json).unwrap().into_iter().map(|(_, _, key)| key).collect()
    }

    const ONE: &str = r#"{"key": "VAN-1", "fields": {}}"#;
    const TWO: &str = r#"{"fields": {"summary": "]}\"{["}, "key": "VAN-2"}"#;

    #[test]
    fn a_search_an_array_an_issue_and_lines_of_issues_hold_the_same_issues() {
        let both = ["VAN-1", "VAN-2"];
        assert_eq!(keys(&format!(r#"{{"startAt": 0, "total": 2, "issues": [{ONE}, {TWO}], "names": {{}}}}"#)), both);
        assert_eq!(keys(&format!(r#"{{"issues": [{ONE}, {TWO}]}}"#)), both);
        assert_eq!(keys(&format!("[{ONE},{TWO}]")), both);
        assert_eq!(keys(&format!("{ONE}\n\n{TWO}\r\n")), both);
        assert_eq!(keys(&format!("{}\n{TWO}", ONE.replace(", ", ",\n"))), both);
        assert_eq!(keys(&format!("\u{feff}\n{ONE}")), ["VAN-1"]);
        assert_eq!(keys("[]"), [""; 0]);
        assert_eq!(keys(r#"{"total": 0, "issues": []}"#), [""; 0]);
    }

    #[test]
    fn each_issue_has_the_line_on_which_it_begins() {
        let json = format!("\n{{\"issues\": [\n{ONE},\n{}\n,{ONE}]}}", TWO.replace(", ", ",\n"));
        let expected = [(3, 1, "VAN-1"), (4, 2, "VAN-2"), (6, 3, "VAN-1")];
        assert_eq!(rows(&json).unwrap(), expected.map(|(line, row, key)| (line, row, key.to_owned())));
        assert_eq!(rows(&format!("\n{}\n", TWO.replace(", ", ",\n"))).unwrap(), [(2, 1, "VAN-2".to_owned())]);
        let lines = format!("{ONE}\n\n{TWO}\n{ONE}");
        let expected = [(1, 1, "VAN-1"), (3, 2, "VAN-2"), (4, 3, "VAN-1")];
        assert_eq!(rows(&lines).unwrap(), expected.map(|(line, row, key)| (line, row, key.to_owned())));
    }

    #[test]
    fn a_broken_issue_is_told_and_the_rest_goes_on() {
        let broken = [
            "7",
            "null",
            r#"{"key": "VAN-3", "fields": {"summary": "\ud800"}}"#,
            r#"{"key": "VAN-3", "fields": {"x": 1e999}}"#,
            r#"{"key": "VAN-3", "fields": {"comment": {"comments": [{"created": "soon", "body": "x"}]}}}"#,
        ];
        for broken in broken {
            let found = keys(&format!("[{ONE}, {broken}, {TWO}]"));
            assert_eq!((found.len(), found[0].as_str(), found[2].as_str()), (3, "VAN-1", "VAN-2"), "{broken}");
        }
        let below = "{\"key\": \"VAN-3\",\n\"fields\":\n{\"labels\": 1e999}}";
        let told = rows(&format!("[\n{below}]")).unwrap().remove(0);
        assert!(told.0 == 2 && told.2.ends_with("(line 4)"), "{told:?}");
    }

    #[test]
    fn a_broken_line_is_told_and_the_next_is_read() {
        let lines = format!("{ONE}\n{{\"key\": \"VAN-3\n{TWO}\n{ONE} x\n[{ONE}]\n");
        let found = rows(&lines).unwrap();
        let places: Vec<_> = found.iter().map(|(line, row, _)| (*line, *row)).collect();
        assert_eq!(places, [(1, 1), (2, 2), (3, 3), (4, 4), (4, 5), (5, 6)]);
        assert!(found[1].2.contains("control character"), "{found:?}");
        assert_eq!((found[2].2.as_str(), found[4].2.as_str()), ("VAN-2", "trailing characters"));
    }

    #[test]
    fn malformed_json_ends_the_reading_with_its_line() {
        let told = |json: &str| rows(json).unwrap_err().to_string();
        assert_eq!(told(""), "line 1: the file is empty");
        assert_eq!(told(" \n"), "line 1: the file is empty");
        assert_eq!(told(&format!("[\n{ONE},\n{ONE}")), "line 3: EOF while parsing a list");
        assert_eq!(told("\n\"text\""), "line 2: `\"text\"` stands where issues are expected");
        let bytes = b"[\n\xFF]".as_slice();
        let each = &mut |_: &Columns, _: Raw<'_>| ControlFlow::Continue(());
        let error = read(Utf8::new(bytes), Profile::plain(), each).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: the byte at offset 2 is not UTF-8: save the file as UTF-8, or name its encoding"
        );
    }

    #[test]
    fn a_page_of_a_longer_answer_says_so() {
        let page = format!(r#"{{"startAt": 0, "maxResults": 1, "total": 2, "issues": [{ONE}]}}"#);
        assert_eq!(keys(&page), ["VAN-1", "the file holds 1 of the 2 issues that its search found"]);
        assert_eq!(keys(&format!("{page}\n{page}")), ["VAN-1", "VAN-1"]);
        let said = "the file is a page with 1 of more issues";
        for more in [
            r#""isLast": false, "nextPageToken": "x""#,
            r#""nextPageToken": "x""#,
            r#""next_page": "https://desk.example.com/2""#,
            r#""meta": {"has_more": true}"#,
        ] {
            assert_eq!(keys(&format!("{{{more}, \"issues\": [{ONE}]}}")), ["VAN-1", said], "{more}");
            assert_eq!(keys(&format!("{{\"issues\": [{ONE}], {more}}}")), ["VAN-1", said], "{more}");
        }
        let last = format!("{{\"issues\": [{TWO}], \"isLast\": true}}");
        assert_eq!(keys(&format!("{{\"isLast\": false, \"issues\": [{ONE}]}}\n{last}")), ["VAN-1", "VAN-2"]);
        let nested =
            format!("{{\"data\": {{\"issues\": {{\"nodes\": [{ONE}], \"pageInfo\": {{\"hasNextPage\": true}}}}}}}}");
        assert_eq!(keys(&nested), ["VAN-1", said]);
    }

    #[test]
    fn reading_ends_where_the_caller_breaks_off() {
        for json in [format!("[{ONE}, {TWO}"), format!("{ONE}\n{TWO}"), format!("{{\"issues\": [{ONE}, x")] {
            let mut rows = 0;
            let mut each = |_: &Columns, _: Raw<'_>| {
                rows += 1;
                ControlFlow::Break(())
            };
            read(json.as_bytes(), Profile::plain(), &mut each).unwrap();
            assert_eq!(rows, 1, "{json}");
        }
    }
}
