//! Taking a time's text apart: first the time of day, then its zone; what is left is the date.

use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeDelta};

use super::calendar::{Date, day, day_of, eight, parts_of};
use super::names::NAMES;
use super::order::{Order, Orders};
use super::scan::{Token, scan};
use super::zone::{Zone, offset_of};

/// The parts of a text, of which those that are understood are taken away.
pub(super) struct Parts<'a> {
    tokens: Vec<Token<'a>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a str) -> Option<Self> {
        Some(Self { tokens: scan(text)? })
    }

    pub(super) fn written(mut self) -> Option<(Date, NaiveTime, Option<Zone>)> {
        let (clock, after) = match self.clock()? {
            Some((clock, after)) => (clock, after),
            None => (NaiveTime::MIN, self.tokens.len()),
        };
        let zone = self.zone(after)?;
        Some((self.date()?, clock, zone))
    }

    fn at(&self, at: usize) -> Token<'a> {
        self.tokens.get(at).copied().unwrap_or(Token::Gone)
    }

    fn take(&mut self, from: usize, to: usize) {
        self.tokens.iter_mut().take(to).skip(from).for_each(|token| *token = Token::Gone);
    }

    fn after_blanks(&self, at: usize) -> usize {
        if self.at(at) == Token::Blank { at + 1 } else { at }
    }

    /// Takes the time of day, and tells where it ended. `None` within where there is none; `None` where it is wrong.
    #[expect(clippy::option_option, reason = "no time of day is not a wrong one")]
    fn clock(&mut self) -> Option<Option<(NaiveTime, usize)>> {
        let Some((start, separator)) = self.clock_begins() else { return Some(None) };
        let number = |token| {
            let Token::Number(value, 1..=2) = token else { return None };
            u32::try_from(value).ok()
        };
        if let Token::Number(value, digits @ (4 | 6)) = self.at(start)
            && separator.is_none()
        {
            // 0759 or 075900, behind a `T`.
            let value = u32::try_from(if digits == 6 { value } else { value * 100 }).ok()?;
            let end = self.fraction(start + 1).1;
            self.take(start, end);
            return Some(Some((NaiveTime::from_hms_opt(value / 10_000, value / 100 % 100, value % 100)?, end)));
        }
        let (hour, minute) = (number(self.at(start))?, number(self.at(start + 2))?);
        let mut end = start + 3;
        let mut second = 0;
        if separator == Some(self.at(end)).filter(|_| matches!(self.at(end + 1), Token::Number(_, 2))) {
            second = number(self.at(end + 1))?;
            end += 2;
        }
        let (milliseconds, end) = self.fraction(end);
        let time =
            NaiveTime::from_hms_milli_opt(hour, minute, second.min(59), milliseconds).filter(|_| second <= 60)?;
        let (half, from, end) = self.half(start, end);
        self.take(from, end);
        let hours = match half {
            None => return Some(Some((time, end))),
            Some(_) if hour == 0 || hour > 12 => return None,
            Some(afternoon) => {
                TimeDelta::hours(i64::from(hour % 12) + if afternoon { 12 } else { 0 } - i64::from(hour))
            }
        };
        Some(Some((time.overflowing_add_signed(hours).0, end)))
    }

    /// Where the time of day begins, and the sign between its numbers.
    fn clock_begins(&self) -> Option<(usize, Option<Token<'a>>)> {
        let all = || 0..self.tokens.len();
        let with = |sign: Token<'a>| all().filter(move |at| self.is_clock(*at, sign));
        let colon = Token::Sign(':');
        if let Some(at) = with(colon).next() {
            return Some((at, Some(colon)));
        }
        if let Some((at, sign)) = ["h", "H"].iter().find_map(|h| Some((with(Token::Word(h)).next()?, Token::Word(h)))) {
            return Some((at, Some(sign)));
        }
        let is_bare = |at: usize| {
            matches!(self.at(at), Token::Number(_, 4 | 6))
                && at > 1
                && matches!((self.at(at - 2), self.at(at - 1)), (Token::Number(..), Token::Word("T" | "t")))
        };
        if let Some(at) = all().find(|at| is_bare(*at)) {
            return Some((at, None));
        }
        // Behind a date, 7.59 is a time too.
        let dot = Token::Sign('.');
        let numbers =
            |to: usize| self.tokens.iter().take(to).filter(|token| matches!(token, Token::Number(..))).count();
        let is_behind_date = |at: usize| at > 0 && self.at(at - 1) == Token::Blank && numbers(at) > 1;
        with(dot).find(|at| is_behind_date(*at)).map(|at| (at, Some(dot)))
    }

    /// Whether an hour and a minute with this sign between them begin here.
    fn is_clock(&self, at: usize, sign: Token<'a>) -> bool {
        let before = at.checked_sub(1).map_or(Token::Blank, |before| self.at(before));
        self.at(at + 1) == sign
            && matches!(self.at(at), Token::Number(_, 1..=2))
            && matches!(self.at(at + 2), Token::Number(_, 2))
            && !matches!(before, Token::Sign('+' | '-' | '/' | '.'))
    }

    /// The milliseconds behind a dot or a comma, and where they end.
    fn fraction(&self, at: usize) -> (u32, usize) {
        match (self.at(at), self.at(at + 1)) {
            (Token::Sign('.' | ','), Token::Number(value, digits)) => {
                (parts_of(&format!("{value:0digits$}"), 3), at + 2)
            }
            _ => (0, at),
        }
    }

    /// Whether a marker beside the time of day says before or after noon, and where the two begin and end.
    fn half(&self, start: usize, end: usize) -> (Option<bool>, usize, usize) {
        let of = |token: Token<'a>| {
            let Token::Word(word) = token else { return None };
            NAMES.halves.get(&word.to_lowercase()).copied()
        };
        let behind = self.after_blanks(end);
        if let (Token::Word("a" | "p" | "A" | "P"), Token::Sign('.')) = (self.at(behind), self.at(behind + 1))
            && let m = self.after_blanks(behind + 2)
            && let Token::Word("m" | "M") = self.at(m)
        {
            let to = if self.at(m + 1) == Token::Sign('.') { m + 2 } else { m + 1 };
            return (Some(matches!(self.at(behind), Token::Word("p" | "P"))), start, to);
        }
        if let Some(afternoon) = of(self.at(behind)) {
            let to = if self.at(behind + 1) == Token::Sign('.') { behind + 2 } else { behind + 1 };
            return (Some(afternoon), start, to);
        }
        let mut before = start;
        while before > 0 && matches!(self.at(before - 1), Token::Blank | Token::Sign('.')) {
            before -= 1;
        }
        match before.checked_sub(1).and_then(|before| of(self.at(before))) {
            Some(afternoon) => (Some(afternoon), before - 1, end),
            None => (None, start, end),
        }
    }

    /// Takes the zone behind the time of day. `None` within where there is none; `None` where it is wrong.
    #[expect(clippy::option_option, reason = "no zone is not a wrong one")]
    fn zone(&mut self, after: usize) -> Option<Option<Zone>> {
        let mut at = self.after_blanks(after);
        let start = at;
        let mut zone = None;
        if let Token::Word(word) = self.at(at)
            && let Some(hours) = NAMES.zones.get(&word.to_lowercase())
        {
            zone = Some(offset_of(*hours < 0, hours.abs(), 0)?);
            at += 1;
        }
        let has_sign = matches!(self.at(at), Token::Sign('+' | '-'));
        if has_sign && (at > start || after < self.tokens.len()) {
            let (offset, end) = self.offset(at)?;
            zone = Some(offset);
            at = end;
        }
        let mut zone = zone.map(Zone::Fixed);
        // What stands in brackets is the name of what was told already, or the name alone.
        let bracket = self.after_blanks(at);
        if let Token::Sign('(' | '[') = self.at(bracket)
            && after < self.tokens.len()
        {
            let is_end = |token: &Token<'_>| matches!(token, Token::Sign(')' | ']'));
            let end = bracket + self.tokens.get(bracket..)?.iter().position(is_end)?;
            if zone.is_none() {
                zone = Some(self.region(bracket + 1, end)?);
            }
            at = end + 1;
        }
        self.take(start, at);
        Some(zone)
    }

    /// An offset such as `+02:00`, `-0530` or `+1`, and where it ends.
    fn offset(&self, at: usize) -> Option<(FixedOffset, usize)> {
        let is_west = self.at(at) == Token::Sign('-');
        let Token::Number(value, digits) = self.at(at + 1) else { return None };
        let value = i32::try_from(value).ok()?;
        match (digits, self.at(at + 2), self.at(at + 3)) {
            (1..=2, Token::Sign(':'), Token::Number(minutes, 2)) => {
                Some((offset_of(is_west, value, i32::try_from(minutes).ok()?)?, at + 4))
            }
            (1..=2, _, _) => Some((offset_of(is_west, value, 0)?, at + 2)),
            (3..=4, _, _) => Some((offset_of(is_west, value / 100, value % 100)?, at + 2)),
            _ => None,
        }
    }

    /// The zone whose name stands between these, such as `Europe/Berlin`.
    fn region(&self, from: usize, to: usize) -> Option<Zone> {
        let text = |token: &Token<'_>| match token {
            Token::Word(word) => (*word).to_owned(),
            Token::Sign(sign) => sign.to_string(),
            Token::Number(value, _) => value.to_string(),
            Token::Blank | Token::Gone => " ".to_owned(),
        };
        let name: String = self.tokens.get(from..to)?.iter().map(text).collect();
        name.parse().ok()
    }

    /// The date, which is all that is left.
    fn date(&self) -> Option<Date> {
        let (mut numbers, mut digits): ([u32; 3], [usize; 3]) = ([0; 3], [0; 3]);
        let mut count = 0;
        let (mut month, mut month_at, mut separator) = (None::<(u32, bool)>, 0, ' ');
        let mut month_follows = false;
        let mut thai = false;
        for token in &self.tokens {
            match token {
                Token::Number(value, length) => {
                    let value = u32::try_from(*value).ok()?;
                    if std::mem::take(&mut month_follows) {
                        (month, month_at) = (Some((value, false)), count);
                        continue;
                    }
                    *numbers.get_mut(count)? = value;
                    *digits.get_mut(count)? = *length;
                    count += 1;
                }
                Token::Word("月" | "월")
                    if count > 0 && month.is_none() && numbers.get(count - 1).is_some_and(|n| *n <= 12) =>
                {
                    count -= 1;
                    (month, month_at) = (Some((*numbers.get(count)?, false)), count);
                }
                Token::Word("年" | "月" | "日" | "号" | "號" | "년" | "월" | "일") => {}
                Token::Word(word) => {
                    let word = word.to_lowercase();
                    let is_day = NAMES.days.contains(&word);
                    match NAMES.months.get(&word) {
                        Some(number) if month.is_none_or(|(known, is_day)| known == *number || is_day) => {
                            (month, month_at) = (Some((*number, is_day)), count);
                            thai |= word.contains(|c| ('\u{e00}'..'\u{e80}').contains(&c));
                        }
                        _ if is_day || NAMES.fillers.contains(&word) || (word == "t" && matches!(count, 1 | 3)) => {}
                        _ if NAMES.month_follows.contains(&word) => month_follows = true,
                        _ => return None,
                    }
                }
                Token::Sign(sign @ ('/' | '-' | '.')) if count > 0 && count < 3 => separator = *sign,
                Token::Sign('/' | '-' | '.' | ',' | ':' | '\'' | '(' | ')') | Token::Blank | Token::Gone => {}
                Token::Sign(_) => return None,
            }
        }
        match (month, count) {
            (Some((month, _)), 2) => named(month, month_at, numbers, digits, thai).map(Date::Day),
            (None, 3) => numbered(numbers, digits, separator),
            (None, 1) if digits[0] == 8 => eight(u64::from(numbers[0])).map(Date::Day),
            _ => None,
        }
    }
}

/// The day of a date that names its month.
fn named(month: u32, month_at: usize, numbers: [u32; 3], digits: [usize; 3], thai: bool) -> Option<NaiveDate> {
    let is_year = |at: usize| digits[at] > 2 || numbers[at] > 31;
    let (year, of_month) = if month_at < 2 && is_year(0) && !is_year(1) { (0, 1) } else { (1, 0) };
    if digits[year] > 2 && numbers[year] < 100 {
        return None;
    }
    let buddhist = if thai && numbers[year] > 2400 { 543 } else { 0 };
    day(numbers[year].saturating_sub(buddhist), month, numbers[of_month])
}

/// A date in numbers alone.
fn numbered(parts: [u32; 3], digits: [usize; 3], separator: char) -> Option<Date> {
    if digits[0] > 2 {
        return day(parts[0], parts[1], parts[2]).filter(|_| digits[0] == 4 && parts[0] > 99).map(Date::Day);
    }
    if digits[1] > 2 || !matches!(digits[2], 2 | 4) {
        return None;
    }
    let at = |order| day_of(parts, order);
    let mut orders = Orders::NONE;
    let mut days = Vec::with_capacity(3);
    let mut add = |order: Order| {
        if let Some(day) = at(order) {
            orders = orders.with(order);
            days.push(day);
        }
    };
    add(Order::DayFirst);
    add(Order::MonthFirst);
    // Two digits of a year come first where hyphens say so, or where nothing else makes a day of it.
    let may_begin_with_year = digits == [2, 2, 2];
    if may_begin_with_year && (separator == '-' || orders_is_none(at(Order::DayFirst), at(Order::MonthFirst))) {
        add(Order::YearFirst);
    }
    let first = days.first().copied()?;
    if days.len() > 1 && days.iter().all(|day| *day == first) {
        return Some(Date::Day(first));
    }
    Some(Date::Numbers { parts, orders, dotted: separator == '.' })
}

fn orders_is_none(one: Option<NaiveDate>, other: Option<NaiveDate>) -> bool {
    one.is_none() && other.is_none()
}
