//! The working hours of a day, with breaks, and across midnight (R29).

use std::fmt;
use std::str::FromStr;

/// The hours in which a team works on a working day.
///
/// A shift across midnight belongs to the day on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingHours {
    /// From when to when, in minutes after midnight: in order, apart from one another, and at least one. Only the last
    /// may end on the next day.
    shifts: Vec<(u32, u32)>,
}

/// A text that is not the hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotHours;

const DAY: u32 = 24 * 60;

impl WorkingHours {
    /// The shifts, in minutes after midnight, in their order; past 24 hours it is the next day.
    pub(super) fn shifts(&self) -> impl Iterator<Item = (u32, u32)> {
        self.shifts.iter().copied()
    }
}

impl Default for WorkingHours {
    /// From nine to five.
    fn default() -> Self {
        Self { shifts: vec![(9 * 60, 17 * 60)] }
    }
}

impl FromStr for WorkingHours {
    type Err = NotHours;

    /// Reads `09:00-17:30`, `08:00-12:00,13:00-17:00` or `22:00-06:00`.
    fn from_str(text: &str) -> Result<Self, NotHours> {
        let mut shifts: Vec<(u32, u32)> = text.split(',').map(shift).collect::<Option<_>>().ok_or(NotHours)?;
        shifts.sort_unstable();
        let are_apart = shifts.windows(2).all(|pair| matches!(pair, [(_, closes), (opens, _)] if closes < opens));
        let end = shifts.last().map_or(0, |(_, closes)| *closes);
        let begin = shifts.first().map_or(0, |(opens, _)| *opens);
        if are_apart && end <= begin + DAY { Ok(Self { shifts }) } else { Err(NotHours) }
    }
}

impl fmt::Display for WorkingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let ends = |minutes: u32| clock(if minutes > DAY { minutes - DAY } else { minutes });
        let shifts = self.shifts.iter().map(|(opens, closes)| format!("{}-{}", clock(*opens), ends(*closes)));
        f.pad(&shifts.collect::<Vec<_>>().join(","))
    }
}

fn shift(text: &str) -> Option<(u32, u32)> {
    let (opens, closes) = text.split_once('-')?;
    let (opens, closes) = (minutes(opens)?, minutes(closes)?);
    match opens.cmp(&closes) {
        std::cmp::Ordering::Less => Some((opens, closes)),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some((opens, closes + DAY)).filter(|(opens, _)| *opens < DAY),
    }
}

fn minutes(time: &str) -> Option<u32> {
    let (hour, minute) = time.trim().split_once(':')?;
    let hour = hour.parse::<u32>().ok().filter(|hour| *hour <= 24)?;
    let minute = minute.parse::<u32>().ok().filter(|minute| *minute < 60)?;
    Some(hour * 60 + minute).filter(|minutes| *minutes <= DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_shown_as_they_are_written() {
        for text in ["09:00-17:30", "08:00-12:00,13:00-17:00", "22:00-06:00", "00:00-24:00", "06:00-14:00,22:00-05:00"]
        {
            assert_eq!(text.parse::<WorkingHours>().unwrap().to_string(), text);
        }
        let shuffled = "13:00-17:00, 8:00-12:00".parse::<WorkingHours>().unwrap();
        assert_eq!(shuffled.to_string(), "08:00-12:00,13:00-17:00");
    }

    #[test]
    fn what_is_not_the_hours_of_a_day_is_refused() {
        for text in [
            "",
            "09:00",
            "09:00-09:00",
            "09:00-16:60",
            "09:00-24:30",
            "25:00-26:00",
            "09:00-12:00,12:00-17:00",
            "09:00-13:00,12:00-17:00",
            "22:00-06:00,05:00-12:00",
            "22:00-06:00,23:00-24:00",
            "24:00-06:00",
        ] {
            assert!(text.parse::<WorkingHours>().is_err(), "{text}");
        }
    }
}
