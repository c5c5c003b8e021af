//! The orders of day, month and year.

use crate::workflow::vocabulary::{Word, vocabulary};

vocabulary! {
    /// The order of the parts of a date that is written in numbers.
    pub Order {
        /// 22/03/2024.
        DayFirst = "dmy",
        /// 03/22/2024.
        MonthFirst = "mdy",
        /// 24/03/22.
        YearFirst = "ymd",
    }
}

/// A set of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orders(u8);

impl Orders {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// The set with this one too.
    #[must_use]
    pub fn with(self, order: Order) -> Self {
        Self(self.0 | bit(order))
    }

    /// Those that are in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether this one is in the set.
    pub fn has(self, order: Order) -> bool {
        self.0 & bit(order) != 0
    }

    /// The one that is in the set, where it is the only one.
    pub fn only(self) -> Option<Order> {
        let mut all = Order::ALL.iter().copied().filter(|order| self.has(*order));
        all.next().filter(|_| all.next().is_none())
    }
}

fn bit(order: Order) -> u8 {
    match order {
        Order::DayFirst => 1,
        Order::MonthFirst => 2,
        Order::YearFirst => 4,
    }
}
