//! The columns of a row, one after the other: finding each by its name takes as long as reading it.

use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::store::error::{StoreError, damaged};

/// Reads the columns of a row in their order.
#[derive(Debug)]
pub(in crate::store) struct RowReader<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> RowReader<'a> {
    pub(in crate::store) fn of(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(in crate::store) fn take<T: FromSql>(&mut self) -> Result<T, StoreError> {
        Ok(self.row.get(self.step())?)
    }

    /// The next column, which is a text.
    pub(in crate::store) fn text(&mut self) -> Result<&'a str, StoreError> {
        self.row.get_ref(self.step())?.as_str().map_err(damaged)
    }

    /// The next column, which is a text or NULL.
    pub(in crate::store) fn text_or_null(&mut self) -> Result<Option<&'a str>, StoreError> {
        self.row.get_ref(self.step())?.as_str_or_null().map_err(damaged)
    }

    fn step(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}
