//! Tables without rules that fit a width: words wrap, numbers stand right.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::colour::Colour;

/// A table as it grows.
pub(in crate::cli) struct Grid {
    table: Table,
}

impl Grid {
    pub(in crate::cli) fn new(width: u16, headings: &[&str], colour: Colour) -> Self {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table.set_header(headings.iter().map(|heading| colour.dim(heading)));
        if let Some(first) = table.column_mut(0) {
            first.set_padding((0, 1));
        }
        Self { table }
    }

    /// Aligns columns to the right, as numbers are read.
    pub(in crate::cli) fn numbers(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        for column in columns {
            if let Some(column) = self.table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self
    }

    pub(in crate::cli) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.table.add_row(cells);
    }

    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(in crate::cli) fn render(&self) -> String {
        self.table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}
