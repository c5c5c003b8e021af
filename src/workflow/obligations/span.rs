//! Durations as the policy writes them.

use std::fmt;
use std::str::FromStr;

/// A duration such as `30m`, `4h` or `3d`; a day is 24 hours, or a working day where business hours are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Minutes.
    Minutes(u32),
    /// Hours.
    Hours(u32),
    /// Days, or working days.
    Days(u32),
}

/// A text that is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration: write 30m, 4h or 3d, up to ten years")]
pub struct NotASpan(String);

/// The longest span in days: ten years.
const LONGEST: u32 = 3650;

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let wrong = || NotASpan(text.to_owned());
        let text = text.trim();
        let number = |unit: char| text.strip_suffix(unit).map(|number| number.trim_end().parse::<u32>());
        let (count, span, most) = match (number('m'), number('h'), number('d')) {
            (Some(Ok(count)), ..) => (count, Self::Minutes(count), LONGEST * 24 * 60),
            (_, Some(Ok(count)), _) => (count, Self::Hours(count), LONGEST * 24),
            (.., Some(Ok(count))) => (count, Self::Days(count), LONGEST),
            _ => return Err(wrong()),
        };
        if (1..=most).contains(&count) { Ok(span) } else { Err(wrong()) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Minutes(count) => format!("{count}m"),
            Self::Hours(count) => format!("{count}h"),
            Self::Days(count) => format!("{count}d"),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_it_is_written() {
        for text in ["1m", "30m", "4h", "24h", "3d", "3650d", "87600h", "5256000m"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in ["", "4", "h", "0h", "-1d", "1.5h", "3w", "99999999999d", "3651d", "87601h", "5256001m", "4 h 30 m"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
