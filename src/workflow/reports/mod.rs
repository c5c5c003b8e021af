//! Reports about many tickets.

pub mod promise;
pub mod stalled;
pub mod stats;
