//! The stages as columns of a board, from the report to the postmortem.

use crate::store::ListRow;
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::vocabulary::{Kind, Word};

/// The stages in which a ticket stands on a board. An escalated issue stands there once, as its CUS ticket.
pub(in crate::cli) fn stages() -> [(Kind, &'static str); 8] {
    let csd = |stage: CsdStage| (Kind::Csd, stage.as_str());
    let cus = |stage: CusStage| (Kind::Cus, stage.as_str());
    [
        csd(CsdStage::Reported),
        csd(CsdStage::Assessed),
        csd(CsdStage::Handled),
        cus(CusStage::Returned),
        cus(CusStage::Escalated),
        cus(CusStage::EngAssessed),
        cus(CusStage::ReleaseAssessed),
        cus(CusStage::Postmortem),
    ]
}

/// Whether a ticket stands on a board.
pub(in crate::cli) fn is_on_a_board(row: &ListRow) -> bool {
    stages().contains(&(row.kind, row.stage.as_str()))
}
