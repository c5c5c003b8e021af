//! In which order a column writes day, month and year, found over all of its cells.

use super::order::{Order, Orders};
use super::written::Written;

/// What the cells of a column tell of their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The orders in which every cell so far is a date; `None` before the first that needs one.
    possible: Option<Orders>,
    /// For each order the first cell that can be read in no other.
    decisive: Vec<(Order, Cell)>,
    /// The first cells that do not tell.
    open: Vec<Cell>,
    /// Whether one of those has no dots between its numbers.
    is_open: bool,
}

/// A cell with the row in which it stands.
pub type Cell = (u64, String);

/// How many cells are kept to be shown.
const SHOWN: usize = 3;

/// What is known of the order of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// No cell needs one: the dates have names of months, or begin with their years.
    NotNeeded,
    /// This one, as a cell shows.
    Found(Order, Cell),
    /// No cell shows it, and each has dots between its numbers, before which the day stands everywhere.
    Dotted,
    /// Every cell can be read in several orders; the first cells.
    Open(Vec<Cell>),
    /// Cells contradict each other: for each order the first that needs it.
    Mixed(Vec<(Order, Cell)>),
}

impl Evidence {
    /// Takes a cell into account, with its date as it was read.
    pub fn add(&mut self, row: u64, text: &str, written: &Written) {
        let orders = written.orders();
        if orders == Orders::NONE {
            return;
        }
        self.possible = Some(self.possible.map_or(orders, |possible| possible.and(orders)));
        let cell = || (row, text.to_owned());
        match orders.only() {
            Some(order) if self.decisive.iter().all(|(known, _)| *known != order) => {
                self.decisive.push((order, cell()));
            }
            Some(_) => {}
            None => {
                self.is_open |= !written.is_dotted();
                if self.open.len() < SHOWN {
                    self.open.push(cell());
                }
            }
        }
    }

    /// What all cells together tell.
    pub fn finding(&self) -> Finding {
        let Some(possible) = self.possible else { return Finding::NotNeeded };
        let shown = self.decisive.first().map(|(_, cell)| cell).or(self.open.first());
        match (possible.only(), shown) {
            _ if possible == Orders::NONE => Finding::Mixed(self.decisive.clone()),
            (Some(order), Some(cell)) => Finding::Found(order, cell.clone()),
            _ if !self.is_open && possible.has(Order::DayFirst) => Finding::Dotted,
            _ => Finding::Open(self.open.clone()),
        }
    }

    /// The order that is used most where nothing decides, for whoever accepts guesses.
    pub fn likely(&self) -> Order {
        let decisive = self.decisive.first().map(|(order, _)| *order);
        decisive.unwrap_or(Order::DayFirst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trackers::dates::read;

    fn finding(cells: &[&str]) -> Finding {
        let mut evidence = Evidence::default();
        for (row, text) in (1..).zip(cells) {
            evidence.add(row, text, &read(text).unwrap());
        }
        evidence.finding()
    }

    #[test]
    fn one_cell_decides_for_its_whole_column() {
        let found = |order, row, text: &str| Finding::Found(order, (row, text.to_owned()));
        assert_eq!(finding(&["03/04/2024 09:00", "25/04/2024"]), found(Order::DayFirst, 2, "25/04/2024"));
        assert_eq!(finding(&["03/04/2024", "04/25/2024"]), found(Order::MonthFirst, 2, "04/25/2024"));
        assert_eq!(finding(&["29/2/2016 1:16"]), found(Order::DayFirst, 1, "29/2/2016 1:16"));
        assert_eq!(finding(&["24-03-04", "99-03-04"]), found(Order::YearFirst, 2, "99-03-04"));
    }

    #[test]
    fn what_no_cell_decides_stays_open_and_what_cells_contradict_is_mixed() {
        let cell = |row, text: &str| (row, text.to_owned());
        assert_eq!(finding(&["03/04/2024", "05/05/2024"]), Finding::Open(vec![cell(1, "03/04/2024")]));
        let mixed = vec![(Order::DayFirst, cell(1, "25/12/2024")), (Order::MonthFirst, cell(2, "12/25/2024"))];
        assert_eq!(finding(&["25/12/2024", "12/25/2024", "01/02/2024"]), Finding::Mixed(mixed));
        assert_eq!(finding(&["2024-03-04", "04/Mar/24", "04/04/2024"]), Finding::NotNeeded);
        assert_eq!(finding(&["04.03.2024"]), Finding::Dotted);
        assert_eq!(
            finding(&["04.03.2024", "04/03/2024"]),
            Finding::Open(vec![cell(1, "04.03.2024"), cell(2, "04/03/2024")])
        );
        assert!(matches!(finding(&["04.03.2024", "03.22.2024"]), Finding::Found(Order::MonthFirst, _)));
        assert_eq!(finding(&[]), Finding::NotNeeded);
    }
}
