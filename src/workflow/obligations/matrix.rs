//! The priority that severity and impact name together (R40).

use crate::workflow::vocabulary::{Impact, Priority, Severity, Word};

/// The priority for each severity and impact, where there is no workaround.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    cells: [[Priority; 3]; 4],
}

impl Default for Matrix {
    fn default() -> Self {
        use Priority::{Critical, High, Low, Medium};
        Self {
            cells: [[Critical, Critical, Critical], [High, High, Critical], [Low, Medium, High], [Low, Low, Medium]],
        }
    }
}

impl Matrix {
    /// Returns the cells in their order; `unknown` names no priority.
    pub fn cells(&self) -> impl Iterator<Item = (Severity, Impact, Priority)> {
        let rows = Severity::ALL.iter().zip(&self.cells);
        rows.flat_map(|(severity, row)| {
            Impact::ALL.iter().zip(row).map(|(impact, priority)| (*severity, *impact, *priority))
        })
    }

    /// Returns the priority that an assessment names; a workaround lowers it by one.
    pub fn priority(&self, severity: Severity, impact: Impact, has_workaround: bool) -> Option<Priority> {
        let named = self.cells().find(|cell| (cell.0, cell.1) == (severity, impact))?.2;
        if !has_workaround {
            return Some(named);
        }
        Some(match named {
            Priority::Critical => Priority::High,
            Priority::High => Priority::Medium,
            Priority::Medium | Priority::Low => Priority::Low,
        })
    }

    /// Changes a cell; `unknown` has none.
    pub(super) fn set(&mut self, severity: Severity, impact: Impact, priority: Priority) {
        if let Some(cell) = self.cells.get_mut(severity as usize).and_then(|row| row.get_mut(impact as usize)) {
            *cell = priority;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_table_of_the_process() {
        let rows: Vec<String> =
            Matrix::default().cells().map(|cell| format!("{} {} {}", cell.0, cell.1, cell.2)).collect();
        assert_eq!(
            rows,
            [
                "outage one critical",
                "outage some critical",
                "outage large critical",
                "major one high",
                "major some high",
                "major large critical",
                "minor one low",
                "minor some medium",
                "minor large high",
                "cosmetic one low",
                "cosmetic some low",
                "cosmetic large medium",
            ]
        );
    }

    #[test]
    fn unknown_names_none_and_a_workaround_lowers_by_one() {
        let named = |severity, impact, has_workaround| Matrix::default().priority(severity, impact, has_workaround);
        assert_eq!(named(Severity::Unknown, Impact::Large, false), None);
        assert_eq!(named(Severity::Outage, Impact::Unknown, false), None);
        assert_eq!(named(Severity::Outage, Impact::One, true), Some(Priority::High));
        assert_eq!(named(Severity::Major, Impact::Some, true), Some(Priority::Medium));
        assert_eq!(named(Severity::Minor, Impact::Some, true), Some(Priority::Low));
        assert_eq!(named(Severity::Cosmetic, Impact::Some, true), Some(Priority::Low));
    }
}
