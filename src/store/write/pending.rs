//! What a transaction has not written yet.

use crate::store::fulltext::index::Unindexed;
use crate::store::log::chain::Hash;
use crate::store::log::load::Numbers;
use crate::store::projection::buffer::ProjectionBuffer;
use crate::store::projection::counts::StageCounts;

/// How far the record has come in a transaction, and what of it waits for the transaction's end.
#[derive(Debug, Clone)]
pub(in crate::store) struct Pending {
    pub(in crate::store) last_id: i64,
    pub(in crate::store) chain: Hash,
    pub(in crate::store) stages: StageCounts,
    pub(in crate::store) unindexed: Unindexed,
    pub(in crate::store) buffer: ProjectionBuffer,
    /// The numbers that `cus` gives next, once a ticket began.
    pub(in crate::store) numbers: Option<Numbers>,
}
