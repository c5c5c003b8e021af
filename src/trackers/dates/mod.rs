//! Times as trackers and spreadsheets write them: read first, and placed once the order of day and month and the zone of
//! their column are known.

mod calendar;
mod evidence;
mod names;
mod order;
mod parts;
mod scan;
mod written;
mod zone;

pub use evidence::{Cell, Evidence, Finding};
pub use order::{Order, Orders};
pub use written::{NotATime, Written, is_blank, read};
pub use zone::{NoSuchZone, Zone};
