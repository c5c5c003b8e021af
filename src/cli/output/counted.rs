//! Counting in words.

use crate::store::More;

/// How many of something: "1 ticket", "2 tickets".
pub(in crate::cli) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The last line of a table that was cut; nothing where it was not.
pub(in crate::cli) fn cut(more: More) -> Option<String> {
    match more {
        More { count: 0, and_more: false } => None,
        More { count: 0, and_more: true } => Some("… and perhaps more: --limit N shows more".to_owned()),
        More { count, and_more: false } => Some(format!("… and {count} more: --limit N shows more")),
        More { count, and_more: true } => Some(format!("… and more than {count} more: --limit N shows more")),
    }
}
