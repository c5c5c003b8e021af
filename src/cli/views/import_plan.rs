//! How a file would be read: what its columns, words and dates are taken for.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::output::{Cell, Column, Json, Keys, Page, Rows, Table, View, counted, one_line, visible};
use crate::trackers::dates::Finding;
use crate::trackers::field::{Field, Otherwise, Use};
use crate::trackers::words::Verdict;
use crate::trackers::{Look, Source};
use crate::workflow::vocabulary::Word;

/// How many people are named.
const PEOPLE: usize = 20;

/// How a file would be read.
pub(in crate::cli) struct ImportPlanView<'a> {
    pub(in crate::cli) look: &'a Look,
    pub(in crate::cli) source: &'a Source,
}

impl View for ImportPlanView<'_> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let format = self.look.format;
        page.line(format!(
            "read as {} ({}), source {}",
            format.profile.title,
            format.kind,
            visible(&self.source.name)
        ))?;
        self.columns(page)?;
        self.words(page)?;
        self.people(page)?;
        self.dates(page)?;
        self.keys_and_links(page)
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.document(&self.object())
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["column", "field", "filled", "samples"])?;
        self.each_column()
            .try_for_each(|(name, is, filled, samples)| rows.row([name, is, &filled.to_string(), &samples.join(" | ")]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.each_column().try_for_each(|(name, ..)| keys.key(name))
    }
}

impl ImportPlanView<'_> {
    /// The whole of it, for a program.
    pub(in crate::cli) fn object(&self) -> Value {
        let Look { plan, census, format, .. } = self.look;
        let columns = self.each_column().map(
            |(name, is, filled, samples)| json!({ "name": name, "field": is, "filled": filled, "samples": samples }),
        );
        let statuses = census.statuses.iter().map(|(word, status)| {
            let stage = status.verdict.standing().as_str();
            let is_known = matches!(status.verdict, Verdict::Known(_));
            json!({ "word": word, "stage": stage, "issues": status.issues, "known": is_known })
        });
        let priorities = census
            .priorities
            .iter()
            .map(|(word, priority)| json!({ "word": word, "priority": priority.meaning, "issues": priority.issues }));
        let people = census.people.iter().map(|(name, issues)| json!({ "name": name, "issues": issues }));
        let dates =
            self.dated().map(|(column, order, found)| json!({ "column": column, "order": order, "found": found }));
        let (links, within) = census.links();
        json!({
            "taken_for": format.profile.title,
            "format": format.kind,
            "source": self.source.name,
            "columns": columns.collect::<Vec<_>>(),
            "statuses": statuses.collect::<Vec<_>>(),
            "priorities": priorities.collect::<Vec<_>>(),
            "people": people.collect::<Vec<_>>(),
            "dates": dates.collect::<Vec<_>>(),
            "zone": plan.zone.to_string(),
            "zoneless": plan.zoneless,
            "links": links,
            "links_within": within,
            "lost": self.lost(),
        })
    }

    fn each_column(&self) -> impl Iterator<Item = (&str, &'static str, u64, &[String])> {
        let columns = self.look.survey.columns.iter().zip(&self.look.plan.columns);
        columns.map(|(seen, column)| (column.name.as_str(), column.is.as_str(), seen.filled, seen.samples.as_slice()))
    }

    /// The columns whose dates need an order, with it and how it was found.
    fn dated(&self) -> impl Iterator<Item = (&str, &'static str, String)> {
        let columns = self.look.plan.columns.iter().filter(|column| column.has_times());
        columns.filter_map(|column| {
            let found = match &column.finding {
                Finding::NotNeeded => return None,
                _ if column.is_order_said => "as given".to_owned(),
                Finding::Found(_, (row, cell)) => format!("`{cell}` in row {row} shows it"),
                Finding::Dotted => "as there are dots between the numbers".to_owned(),
                Finding::Open(_) => "a guess: no cell shows it".to_owned(),
                Finding::Mixed(_) => "a guess: cells contradict each other".to_owned(),
            };
            Some((column.name.as_str(), column.order.as_str(), found))
        })
    }

    /// The columns that somebody left out.
    fn lost(&self) -> Vec<&str> {
        let columns = self.look.plan.columns.iter();
        columns
            .filter(|column| column.is == Use::Otherwise(Otherwise::LeftOut))
            .map(|column| column.name.as_str())
            .collect()
    }

    fn columns(&self, page: &mut Page<'_>) -> Result<()> {
        let heads =
            [Column::words("COLUMN"), Column::words("FIELD"), Column::numbers("FILLED"), Column::rest("SAMPLES")];
        let mut table = Table::new(&heads);
        for (name, is, filled, samples) in self.each_column() {
            let samples: Vec<String> = samples.iter().map(|sample| one_line(sample)).collect();
            table.row([one_line(name), is.to_owned(), filled.to_string(), samples.join(" | ")].map(Cell::from));
        }
        page.line("")?;
        page.table(&mut table)
    }

    fn words(&self, page: &mut Page<'_>) -> Result<()> {
        let census = &self.look.census;
        let mut table = Table::new(&[Column::rest("STATUS"), Column::words("STAGE"), Column::numbers("TICKETS")]);
        for (word, status) in &census.statuses {
            let stage = status.verdict.standing().as_str();
            let stage = match status.verdict {
                Verdict::Known(_) => stage.to_owned(),
                Verdict::Assumed(_) | Verdict::Doubtful(_) => format!("{stage} (a guess)"),
            };
            table.row([one_line(word), stage, status.issues.to_string()].map(Cell::from));
        }
        page.line("")?;
        page.table(&mut table)?;
        let mut table = Table::new(&[Column::rest("PRIORITY"), Column::words("HERE"), Column::numbers("TICKETS")]);
        for (word, priority) in &census.priorities {
            let here = priority.meaning.map_or_else(|| "medium (a guess)".to_owned(), |meaning| meaning.to_string());
            table.row([one_line(word), here, priority.issues.to_string()].map(Cell::from));
        }
        if table.is_empty() {
            return Ok(());
        }
        page.line("")?;
        page.table(&mut table)
    }

    fn people(&self, page: &mut Page<'_>) -> Result<()> {
        let people = &self.look.census.people;
        if people.is_empty() {
            return Ok(());
        }
        let named: Vec<String> =
            people.iter().take(PEOPLE).map(|(name, issues)| format!("{} {issues}", one_line(name))).collect();
        let more = if people.len() > PEOPLE { format!(", and {} more", people.len() - PEOPLE) } else { String::new() };
        page.line("")?;
        page.hanging(&format!("people: {}{more}", named.join(", ")), "  ")
    }

    fn dates(&self, page: &mut Page<'_>) -> Result<()> {
        page.line("")?;
        for (column, order, found) in self.dated() {
            page.line(format!("dates: {} is {order}, {}", one_line(column), visible(&found)))?;
        }
        let plan = &self.look.plan;
        page.line(format!("zone: {} for {} that name none", plan.zone, counted(number(plan.zoneless), "time")))
    }

    fn keys_and_links(&self, page: &mut Page<'_>) -> Result<()> {
        let Look { survey, plan, census, .. } = self.look;
        let is_key = |at: &usize| plan.columns.get(*at).is_some_and(|column| column.is == Use::As(Field::Key));
        let first = (0..survey.columns.len()).find(is_key).and_then(|at| survey.columns.get(at)?.samples.first());
        if let Some((there, key)) = first.and_then(|there| Some((there, self.source.key(there)?))) {
            page.line(format!("keys: {} becomes {key}", one_line(there)))?;
        }
        let (links, within) = census.links();
        page.line(format!("links: {links}, {within} of them to tickets of the file"))?;
        let lost = self.lost();
        page.line(format!("lost: {}", if lost.is_empty() { "nothing".to_owned() } else { one_line(&lost.join(", ")) }))
    }
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
