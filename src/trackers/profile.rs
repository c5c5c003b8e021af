//! What is known of a tracker's files: data, in `profiles/`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::field::Field;
use super::words::{Standing, plain as plain_word};
use crate::workflow::vocabulary::{Priority, Word};

/// A tracker, and how its files call things.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Its name, which its tickets are known by: such as `zendesk`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// The prefix of keys that are numbers alone there.
    pub prefix: Option<String>,
    /// Where its JSON holds comments.
    pub comments: Option<CommentList>,
    /// The columns that tell whose account an id is: the id's and the name's.
    pub people: HashMap<String, String>,
    /// What its own statuses come to.
    pub statuses: HashMap<String, Standing>,
    /// What its own priorities come to.
    pub priorities: HashMap<String, Priority>,
    /// Whether only its own names of columns count.
    only: bool,
    /// Sets of columns by any of which its files are known.
    known_by: Vec<Vec<String>>,
    /// The fields that columns hold, with how sure that is: the lower, the surer.
    fields: HashMap<String, (Field, usize)>,
    /// The names of a key's column that do not tell enough.
    generic: Vec<String>,
}

/// Where JSON holds comments: the names of the list and, within it, of what a comment has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentList {
    /// The list.
    pub list: String,
    /// The text, by any of these names.
    pub text: Vec<String>,
    /// The author.
    #[serde(default)]
    pub author: Vec<String>,
    /// The time.
    #[serde(default)]
    pub at: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    name: String,
    title: String,
    prefix: Option<String>,
    only: bool,
    generic: Vec<String>,
    known_by: Vec<Vec<String>>,
    columns: BTreeMap<String, Vec<String>>,
    comments: Option<CommentList>,
    people: HashMap<String, String>,
    status: BTreeMap<String, Vec<String>>,
    priority: BTreeMap<String, Vec<String>>,
    language: Vec<Language>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    code: String,
    title: String,
    columns: BTreeMap<String, Vec<String>>,
}

/// The profiles of other trackers than Jira.
const PROFILES: [&str; 9] = [
    include_str!("profiles/azure.toml"),
    include_str!("profiles/bugzilla.toml"),
    include_str!("profiles/freshdesk.toml"),
    include_str!("profiles/github.toml"),
    include_str!("profiles/gitlab.toml"),
    include_str!("profiles/linear.toml"),
    include_str!("profiles/redmine.toml"),
    include_str!("profiles/servicenow.toml"),
    include_str!("profiles/zendesk.toml"),
];

/// How much surer the names of a profile's own are than those of any table.
const FALLBACK: usize = 1000;

static PLAIN: LazyLock<Profile> = LazyLock::new(|| Profile::load(include_str!("profiles/plain.toml")));
static JIRA_JSON: LazyLock<Profile> = LazyLock::new(|| Profile::load(include_str!("profiles/jira-json.toml")));
static OTHERS: LazyLock<Vec<Profile>> = LazyLock::new(|| PROFILES.iter().map(|text| Profile::load(text)).collect());
static JIRA_CSV: LazyLock<Vec<Profile>> = LazyLock::new(|| languages(include_str!("profiles/jira-csv.toml")));

impl Profile {
    /// Any table of tickets.
    pub fn plain() -> &'static Self {
        &PLAIN
    }

    /// Jira's REST interface.
    pub fn jira_json() -> &'static Self {
        &JIRA_JSON
    }

    /// The tracker whose files have these columns; any table of tickets, where none is known to.
    pub fn of_columns(columns: &[String]) -> &'static Self {
        let names: Vec<String> = columns.iter().map(|name| fold(name)).collect();
        let known = |set: &Vec<String>| set.iter().all(|name| names.contains(name));
        let likeness = |profile: &Self| profile.known_by.iter().filter(|set| known(set)).map(Vec::len).max();
        let known = OTHERS.iter().filter_map(|profile| Some((likeness(profile)?, profile)));
        known.max_by_key(|(likeness, _)| *likeness).map_or(&PLAIN, |(_, profile)| profile)
    }

    /// The language of Jira's CSV that has the most of these columns, where they are Jira's.
    pub fn jira_csv(columns: &[String]) -> Option<&'static Self> {
        let known = JIRA_CSV.iter().filter(|language| language.is_jiras(columns));
        let surely = |rank: usize| if rank < FALLBACK { 2 } else { 1 };
        known.max_by_key(|language| -> usize {
            columns.iter().filter_map(|name| language.own(name)).map(|(_, rank)| surely(rank)).sum()
        })
    }

    /// The field that a column of this name usually holds, and how sure that is: the lower, the surer.
    pub fn field(&self, column: &str) -> Option<(Field, usize)> {
        let other = || PLAIN.own(column).map(|(field, rank)| (field, rank + FALLBACK));
        self.own(column).or_else(|| if self.only { None } else { other() })
    }

    fn own(&self, column: &str) -> Option<(Field, usize)> {
        self.fields.get(&fold(column)).copied()
    }

    fn is_jiras(&self, columns: &[String]) -> bool {
        let has = |field: Field| columns.iter().any(|name| self.own(name).is_some_and(|(own, _)| own == field));
        let keys = columns.iter().filter(|name| self.own(name).is_some_and(|(own, _)| own == Field::Key));
        let tells = |name: &String| !self.generic.contains(&fold(name));
        has(Field::Summary) && (keys.clone().any(tells) || (keys.count() > 0 && has(Field::Type)))
    }

    fn load(text: &str) -> Self {
        let file: File = toml::from_str(text).unwrap_or_default();
        let fields = fields(&file.columns, 0).collect();
        Self { fields, ..Self::of(&file) }
    }

    fn of(file: &File) -> Self {
        let meanings = |table: &BTreeMap<String, Vec<String>>| -> Vec<(String, String)> {
            let each = table.iter().flat_map(|(meaning, words)| words.iter().map(move |word| (word, meaning)));
            each.map(|(word, meaning)| (plain_word(word), meaning.clone())).collect()
        };
        let statuses = meanings(&file.status).into_iter();
        let priorities = meanings(&file.priority).into_iter();
        Self {
            name: file.name.clone(),
            title: file.title.clone(),
            prefix: file.prefix.clone(),
            comments: file.comments.clone(),
            people: file.people.clone(),
            statuses: statuses.filter_map(|(word, stage)| Some((word, Standing::of(&stage)?))).collect(),
            priorities: priorities.filter_map(|(word, name)| Some((word, Priority::from_word(&name)?))).collect(),
            only: file.only,
            known_by: file.known_by.iter().map(|set| set.iter().map(|name| fold(name)).collect()).collect(),
            fields: HashMap::new(),
            generic: file.generic.clone(),
        }
    }
}

/// A profile for each language, in which English names count too.
fn languages(text: &str) -> Vec<Profile> {
    let file: File = toml::from_str(text).unwrap_or_default();
    let english = file.language.first().cloned().unwrap_or_default();
    let profile = |language: &Language| {
        let mut all: HashMap<String, (Field, usize)> = fields(&english.columns, FALLBACK).collect();
        all.extend(fields(&language.columns, 0));
        let title = match language.code.as_str() {
            "en" => file.title.clone(),
            _ => format!("{} in {}", file.title, language.title),
        };
        Profile { title, fields: all, ..Profile::of(&file) }
    };
    file.language.iter().map(profile).collect()
}

fn fields(columns: &BTreeMap<String, Vec<String>>, from: usize) -> impl Iterator<Item = (String, (Field, usize))> {
    let of = |(field, names): (&String, &Vec<String>)| {
        let field = Field::from_word(field)?;
        Some((field, names.iter().map(|name| fold(name)).collect::<Vec<_>>()))
    };
    let all: Vec<(Field, Vec<String>)> = columns.iter().filter_map(of).collect();
    all.into_iter().flat_map(move |(field, names)| {
        names.into_iter().enumerate().map(move |(rank, name)| (name, (field, from + rank)))
    })
}

/// The name of a column as it is compared: in lower case, with single blanks for blanks, hyphens and underscores.
pub fn fold(name: &str) -> String {
    let lower = name.to_lowercase().replace(['_', '-'], " ").replace('’', "'");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &str) -> Vec<String> {
        header.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn every_profile_is_read_and_names_fields_that_exist() {
        let usual = [
            include_str!("profiles/plain.toml"),
            include_str!("profiles/jira-json.toml"),
            include_str!("profiles/jira-csv.toml"),
        ];
        for text in usual.into_iter().chain(PROFILES) {
            let file: File = toml::from_str(text).unwrap();
            let tables = file.language.iter().map(|language| &language.columns).chain([&file.columns]);
            for table in tables {
                let mut known = HashMap::new();
                for (field, names) in table {
                    assert!(Field::from_word(field).is_some(), "{field}");
                    for name in names {
                        let other = known.insert(fold(name), field);
                        assert!(other.is_none_or(|other| other == field), "{name} is {field} and {other:?}");
                    }
                }
            }
            for stage in file.status.keys() {
                assert!(Standing::of(stage).is_some(), "{stage}");
            }
            for priority in file.priority.keys() {
                assert!(Priority::from_word(priority).is_some(), "{priority}");
            }
        }
    }

    #[test]
    fn a_table_is_known_by_its_columns() {
        let cases = [
            ("Number,Opened,Short description,Caller,Priority,State", "servicenow"),
            ("number,short_description,sys_created_on,state,priority", "servicenow"),
            ("Summation column,Id,Requester,Subject,Status,Via", "zendesk"),
            ("Ticket ID,Subject,Status,Priority,Source,Created time", "freshdesk"),
            ("number,title,state,html_url,user.login,created_at", "github"),
            ("Title,Description,Issue ID,URL,State,Created At (UTC)", "gitlab"),
            ("ID,Team,Title,Status,Priority,Cycle Name,Created", "linear"),
            ("Bug ID,Product,Component,Assignee,Status,Resolution,Summary,Changed", "bugzilla"),
            ("#,プロジェクト,トラッカー,ステータス,題名,作成日", "redmine"),
            ("#,Project,Tracker,Status,Priority,Subject,Created", "redmine"),
            ("ID,Work Item Type,Title,Assigned To,State,Tags,Created Date", "azure"),
            ("Ticket ID,Customer Name,Ticket Subject,Ticket Status", "csv"),
            ("id,title,created_at,state", "csv"),
        ];
        for (header, name) in cases {
            assert_eq!(Profile::of_columns(&names(header)).name, name, "{header}");
        }
    }

    #[test]
    fn a_table_of_jira_is_known_in_its_languages() {
        let cases = [
            ("Summary,Issue key,Status", "Jira's CSV"),
            ("Issue Type,Key,Summary", "Jira's CSV"),
            ("Resumen,Clave de incidencia,Estado,Creada", "Jira's CSV in Spanish"),
            ("Zusammenfassung,Vorgangsschlüssel,Status,Erstellt", "Jira's CSV in German"),
            ("要約,課題キー,ステータス,作成日", "Jira's CSV in Japanese"),
            ("Resumo,Chave da item,Status,Criado", "Jira's CSV in Portuguese"),
        ];
        for (header, title) in cases {
            assert_eq!(
                Profile::jira_csv(&names(header)).map(|profile| profile.title.as_str()),
                Some(title),
                "{header}"
            );
        }
        for header in ["key,summary,status", "Ticket ID,Summary", "Clave,Resumen", "Name"] {
            assert!(Profile::jira_csv(&names(header)).is_none(), "{header}");
        }
    }

    #[test]
    fn a_column_is_known_whatever_its_case_and_its_hyphens() {
        let field = |name| Profile::plain().field(name).map(|(field, _)| field);
        assert_eq!(field("created_at"), Some(Field::Created));
        assert_eq!(field("Created-Date"), Some(Field::Created));
        assert_eq!(field(" TICKET  ID "), Some(Field::Key));
        assert_eq!(field("Age"), None);
        assert_eq!(Profile::jira_json().field("Subject"), None);
    }
}
