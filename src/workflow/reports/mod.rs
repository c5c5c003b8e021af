//! Reports about many tickets.

pub mod measure;
pub mod promise;
pub mod stalled;
pub mod stats;
