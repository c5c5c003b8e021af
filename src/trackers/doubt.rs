//! What a file leaves open, and nobody may guess in silence.

use super::dates::{Cell, Order};

/// Something of a file that can be meant in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// No column tells when an issue was made; these hold times and are used for nothing else.
    NoCreated {
        /// Their names.
        like: Vec<String>,
    },
    /// No cell of a column tells the day from the month.
    Order {
        /// The column.
        column: String,
        /// Its first cells that can be read in several orders, with their rows.
        cells: Vec<Cell>,
    },
    /// Cells of one column have their days and months in different orders.
    Orders {
        /// The column.
        column: String,
        /// For each order the first cell that needs it.
        cells: Vec<(Order, Cell)>,
    },
    /// An unknown status of issues that have a time of resolution, or a resolution.
    Status {
        /// The status's name.
        word: String,
        /// How many issues have it.
        issues: u64,
        /// The first of their rows.
        rows: Vec<u64>,
    },
    /// An unknown priority of issues of Engineering, whose clocks depend on it.
    Priority {
        /// The priority's name.
        word: String,
        /// How many issues have it.
        issues: u64,
        /// The first of their rows.
        rows: Vec<u64>,
    },
    /// Tickets of the file stand in the record already, from a source of another name.
    Source {
        /// How this file's is called.
        source: String,
        /// How that one is called.
        other: String,
        /// How many of the tickets that were compared.
        issues: u64,
    },
}
