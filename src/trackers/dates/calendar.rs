//! Days and fractions by their digits.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::order::{Order, Orders};

/// The years that a tracker's times can mean, in their own zone and in UTC.
pub(super) const YEARS: RangeInclusive<i32> = 1900..=9999;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Date {
    /// A day, whatever the order of its column.
    Day(NaiveDate),
    /// Three numbers, and the orders in which they are a day.
    Numbers { parts: [u32; 3], orders: Orders, dotted: bool },
}

/// The day that three numbers are in an order.
pub(super) fn day_of([first, second, third]: [u32; 3], order: Order) -> Option<NaiveDate> {
    match order {
        Order::DayFirst => day(third, second, first),
        Order::MonthFirst => day(third, first, second),
        Order::YearFirst => day(first, second, third),
    }
}

/// The day with this year, which may have two digits.
pub(super) fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = match year {
        0..=68 => year + 2000,
        69..=99 => year + 1900,
        _ => year,
    };
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A day such as 20240322.
pub(super) fn eight(number: u64) -> Option<NaiveDate> {
    let number = u32::try_from(number).ok()?;
    day(number / 10_000, number / 100 % 100, number % 100).filter(|_| number >= 19_000_000)
}

/// The first digits of a fraction, as a number of so many digits.
pub(super) fn parts_of(fraction: &str, digits: usize) -> u32 {
    let digits_of = fraction.bytes().chain(std::iter::repeat(b'0')).take(digits);
    digits_of.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}
