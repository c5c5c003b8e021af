//! Redactions (R27) as they stand in the log: which texts of which event they removed, and what stands in their place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, params};

use crate::store::error::{StoreError, damaged};
use crate::store::log::texts::{NamedTexts, entries};
use crate::store::row_reader::RowReader;
use crate::workflow::event::{Fact, Redacted};

/// The mark of a redaction: every text that stands in the place of a removed one has it.
pub const REMOVED: &str = "[redacted]";

/// What was removed from an event.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::store) struct Removal {
    /// The last redaction that names the event.
    pub(in crate::store) by: i64,
    /// The names of the texts.
    pub(in crate::store) names: BTreeSet<String>,
    /// Whether the content of the file that the event attached was removed as well.
    pub(in crate::store) file: bool,
}

/// What [`shown_texts`] reads, in its order.
pub(in crate::store) const SHOWN: &str = "id, stream, texts, redacted_by";

/// Returns what was removed from each event, by the event's id.
pub(in crate::store) fn removals(connection: &Connection) -> Result<BTreeMap<i64, Removal>, StoreError> {
    let mut statement =
        connection.prepare("SELECT id, version, data FROM event WHERE type = 'redacted' ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut removals: BTreeMap<i64, Removal> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let redaction = redaction_of(row.get("version")?, row.get_ref("data")?.as_str().map_err(damaged)?, None)?;
        let removal = removals.entry(redaction.event).or_default();
        removal.by = row.get("id")?;
        removal.names.extend(redaction.removed.into_keys());
        removal.file |= redaction.file;
    }
    Ok(removals)
}

/// Returns what stands in the place of each text that was removed from an event, by the text's name: the words of the
/// last redaction that named it. Forged words cannot pass for what was recorded, since each carries [`REMOVED`].
pub(in crate::store) fn stand_ins(
    connection: &Connection,
    stream: &str,
    event: i64,
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT version, data, texts FROM event WHERE stream = ?1 AND type = 'redacted' AND data ->> '$.event' = ?2 \
         ORDER BY seq",
    )?;
    let mut rows = statement.query(params![stream, event])?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let mut columns = RowReader::of(row);
        let mut redaction = redaction_of(columns.take()?, columns.text()?, columns.text_or_null()?)?;
        for (name, ()) in redaction.removed {
            let words = match redaction.texts.instead.remove(&name) {
                Some(words) if words.contains(REMOVED) => words,
                Some(words) => format!("{REMOVED} {words}"),
                None => REMOVED.to_owned(),
            };
            all.insert(name, words);
        }
    }
    Ok(all)
}

/// Returns the texts of an event as they are shown, where `texts` are those that are left of it.
pub(in crate::store) fn shown<'a>(
    connection: &Connection,
    stream: &str,
    event: i64,
    texts: Option<&'a str>,
    redacted_by: Option<i64>,
) -> Result<NamedTexts<'a>, StoreError> {
    let mut shown = texts.map(entries).transpose()?.unwrap_or_default();
    if redacted_by.is_some() {
        let stand_ins = stand_ins(connection, stream, event)?;
        shown.extend(stand_ins.into_iter().map(|(name, words)| (Cow::Owned(name), Cow::Owned(words))));
    }
    Ok(shown)
}

/// Returns the texts of an event as they are shown, with its id, from a row of [`SHOWN`].
pub(in crate::store) fn shown_texts<'a>(
    connection: &Connection,
    row: &'a Row<'_>,
) -> Result<(i64, NamedTexts<'a>), StoreError> {
    let mut columns = RowReader::of(row);
    let (id, stream, texts) = (columns.take()?, columns.text()?, columns.text_or_null()?);
    Ok((id, shown(connection, stream, id, texts, columns.take()?)?))
}

fn redaction_of(version: i64, data: &str, texts: Option<&str>) -> Result<Redacted, StoreError> {
    let texts = texts.map(entries).transpose()?.unwrap_or_default();
    let fact = Fact::decode("redacted", version, data, texts)?;
    let Fact::Redacted(redaction) = fact else {
        return Err(damaged(format!("a redaction is `{}`", fact.type_name())));
    };
    Ok(redaction)
}
