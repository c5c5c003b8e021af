//! What a file leaves open: worded for whoever imports it, with the flag that settles it.

use serde_json::{Value, json};

use super::hint::quoted;
use super::output::counted;
use crate::trackers::Doubt;

/// Nothing is taken in, because what a file leaves open was not said.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.message())]
pub(super) struct Doubtful {
    pub(super) file: String,
    pub(super) doubts: Vec<Doubt>,
}

impl Doubtful {
    fn message(&self) -> String {
        let all: Vec<String> = self.doubts.iter().map(|doubt| format!("\n  {}", worded(doubt))).collect();
        format!("{} leaves open what must be said, and nothing is taken in:{}", self.file, all.concat())
    }

    /// Each doubt as a failure of its own.
    pub(super) fn failures(&self) -> Vec<Value> {
        let failure = |doubt: &Doubt| {
            let (field, fix) = fix(doubt);
            json!({ "rule": "R32", "field": field, "message": worded(doubt), "fix": fix, "ready": false })
        };
        self.doubts.iter().map(failure).collect()
    }

    /// What can be said.
    pub(super) fn hints(&self) -> Vec<String> {
        let mut hints: Vec<String> = Vec::new();
        for fix in self.doubts.iter().map(|doubt| fix(doubt).1) {
            if !hints.contains(&fix) {
                hints.push(fix);
            }
        }
        hints.push("--accept-guesses takes each as it is most likely meant".to_owned());
        hints
    }
}

/// A doubt, in words.
pub(super) fn worded(doubt: &Doubt) -> String {
    match doubt {
        Doubt::NoCreated { like } if like.is_empty() => {
            "no column tells when a ticket was made; without one each would begin today".to_owned()
        }
        Doubt::NoCreated { like } => {
            format!("no column tells when a ticket was made; times stand in {}", names(like))
        }
        Doubt::Order { column, cells } => {
            let shown: Vec<String> = cells.iter().map(|(row, text)| format!("`{text}` in row {row}")).collect();
            format!("no cell of `{column}` tells the day from the month: {}", shown.join(", "))
        }
        Doubt::Orders { column, cells } => {
            let shown: Vec<String> =
                cells.iter().map(|(order, (row, text))| format!("`{text}` in row {row} is {order}")).collect();
            format!("`{column}` has days and months in different orders: {}", shown.join(", "))
        }
        Doubt::Status { word, issues, rows } => format!(
            "{} with the unknown status `{word}` {} been resolved: {}",
            counted(usize::try_from(*issues).unwrap_or(usize::MAX), "ticket"),
            if *issues == 1 { "seems to have" } else { "seem to have" },
            rows_named(rows, *issues)
        ),
        Doubt::Priority { word, issues, rows } => {
            format!("nobody knows how urgent the priority `{word}` is: {}", rows_named(rows, *issues))
        }
        Doubt::Source { source, other, issues } => format!(
            "{} of the source `{source}` {} here already, from `{other}`",
            counted(usize::try_from(*issues).unwrap_or(usize::MAX), "ticket"),
            if *issues == 1 { "is" } else { "are" },
        ),
    }
}

/// The field that a doubt is about, and the flag that settles it.
fn fix(doubt: &Doubt) -> (&'static str, String) {
    match doubt {
        Doubt::NoCreated { like } => {
            let column = like.first().map_or("COLUMN", String::as_str);
            ("map", format!("--map {}", quoted(&format!("{column}=created"))))
        }
        Doubt::Order { .. } | Doubt::Orders { .. } => {
            ("dates", "--dates dmy (the day first), --dates mdy or --dates ymd".to_owned())
        }
        Doubt::Status { word, .. } => ("status", format!("--status {}", quoted(&format!("{word}=STAGE")))),
        Doubt::Priority { word, .. } => ("priority", format!("--priority {}", quoted(&format!("{word}=PRIORITY")))),
        Doubt::Source { other, .. } => {
            ("source", format!("--source {} if it is the same tracker, else another name", quoted(other)))
        }
    }
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The first rows of so many.
pub(super) fn rows_named(rows: &[u64], count: u64) -> String {
    let named = rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let more = if count > rows.len() as u64 { " …" } else { "" };
    format!("{} {named}{more}", if count == 1 { "row" } else { "rows" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trackers::dates::Order;

    #[test]
    fn each_doubt_is_worded_with_what_settles_it() {
        let cell = |row, text: &str| (row, text.to_owned());
        let doubts = [
            Doubt::NoCreated { like: vec!["Gemeldet am".to_owned()] },
            Doubt::Order { column: "Opened".to_owned(), cells: vec![cell(1, "03/04/2024"), cell(2, "05/06/2024")] },
            Doubt::Orders { column: "Opened".to_owned(), cells: vec![(Order::DayFirst, cell(4, "25/12/2024"))] },
            Doubt::Status { word: "6".to_owned(), issues: 7, rows: vec![1, 2, 3, 4, 5] },
            Doubt::Priority { word: "P 1".to_owned(), issues: 1, rows: vec![2] },
            Doubt::Source { source: "may".to_owned(), other: "april".to_owned(), issues: 3 },
        ];
        let words: Vec<String> = doubts.iter().map(worded).collect();
        assert_eq!(words[0], "no column tells when a ticket was made; times stand in `Gemeldet am`");
        assert_eq!(
            words[1],
            "no cell of `Opened` tells the day from the month: `03/04/2024` in row 1, `05/06/2024` in row 2"
        );
        assert_eq!(words[2], "`Opened` has days and months in different orders: `25/12/2024` in row 4 is dmy");
        assert_eq!(words[3], "7 tickets with the unknown status `6` seem to have been resolved: rows 1, 2, 3, 4, 5 …");
        assert_eq!(words[4], "nobody knows how urgent the priority `P 1` is: row 2");
        assert_eq!(words[5], "3 tickets of the source `may` are here already, from `april`");
        let hints = Doubtful { file: "x.csv".to_owned(), doubts: doubts.to_vec() }.hints();
        assert_eq!(hints.len(), 6, "{hints:?}");
        assert_eq!(hints[0], "--map 'Gemeldet am=created'");
        assert_eq!(hints[3], "--priority 'P 1=PRIORITY'");
    }
}
