//! The fix is available (R30), for one ticket or for all that were decided for a version.

use super::Story;
use crate::core::case::Ticket;
use crate::core::command::{Ship, ShipTarget};
use crate::core::cus::Cus;
use crate::core::event::{Shipped, ShippedTexts};
use crate::core::key::Key;
use crate::core::refusal::{Failure, Refusal};
use crate::core::stage::CusStage;
use crate::core::step::Step;

pub(super) fn decide(story: &mut Story<'_>, command: &Ship) -> Result<(), Refusal> {
    let keys = match &command.target {
        ShipTarget::Ticket(key) => vec![key.clone()],
        ShipTarget::Version(version) => awaiting(story, version)?,
    };
    for key in keys {
        let cus = story.cus(&key, Step::Ship)?;
        let Some(fix_version) = cus.release.and_then(|release| release.fix_version) else {
            return Err(Refusal::of(Step::Ship, &cus.key, vec![Failure::NoFixVersion { cus: cus.key.clone() }]));
        };
        story.tell(&cus.key, Shipped { fix_version, texts: ShippedTexts { note: command.note.clone() } });
    }
    Ok(())
}

/// The tickets that were decided for that version and have not shipped.
fn awaiting(story: &Story<'_>, version: &str) -> Result<Vec<Key>, Refusal> {
    let awaits = |cus: &Cus| {
        matches!(cus.stage, CusStage::ReleaseAssessed | CusStage::Postmortem)
            && cus
                .release
                .as_ref()
                .is_some_and(|release| release.fix_version.as_deref() == Some(version) && release.shipped.is_none())
    };
    let keys: Vec<Key> = story
        .case
        .tickets
        .iter()
        .filter_map(|ticket| match ticket {
            Ticket::Cus(cus) if awaits(cus) => Some(cus.key.clone()),
            Ticket::Cus(_) | Ticket::Csd(_) => None,
        })
        .collect();
    if keys.is_empty() {
        return Err(Refusal::bare(vec![Failure::NothingToShip { version: version.to_owned() }]));
    }
    Ok(keys)
}
