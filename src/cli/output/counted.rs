//! Counting in words.

/// How many of something: "1 ticket", "2 tickets".
pub(in crate::cli) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
