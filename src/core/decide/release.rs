//! Step 5: the release decision and its revisions (R16, R20).

use super::{Story, refuse_if};
use crate::core::command::Release as Decide;
use crate::core::cus::{Cus, Release};
use crate::core::event::{ReleaseDecided, ReleaseDecidedTexts};
use crate::core::field::Field;
use crate::core::refusal::{Failure, Refusal};
use crate::core::rule::Rule;
use crate::core::step::Step;
use crate::core::words::Decision;

pub(super) fn decide(story: &mut Story<'_>, command: &Decide) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::Release)?;
    let mut failures = Vec::new();
    match command.decision {
        Decision::Patch | Decision::NextRelease if command.fix_version.is_none() => {
            failures.push(Failure::Missing { rule: Rule::R16, field: Field::FixVersion });
        }
        Decision::Backlog if command.fix_version.is_some() => failures.push(Failure::VersionRefused),
        Decision::Backlog if command.target_date.is_some() => failures.push(Failure::TargetDateRefused),
        Decision::Patch | Decision::NextRelease | Decision::Backlog => {}
    }
    let new = new_release(&cus, command);
    if let Some(old) = &cus.release {
        let changes = !old.promises_the_same(&new) || old.resolution != new.resolution;
        let is_review = command.decision == Decision::Backlog && command.note.is_some();
        if !changes && !is_review {
            failures.push(Failure::UnchangedDecision { decision: command.decision });
        }
    }
    refuse_if(Step::Release, &cus.key, failures)?;
    story.tell(
        &cus.key,
        ReleaseDecided {
            decision: new.decision,
            fix_version: new.fix_version,
            target_date: new.target_date,
            texts: ReleaseDecidedTexts { resolution: new.resolution, note: command.note.clone() },
        },
    );
    Ok(())
}

/// The decision as it will stand. A repeated decision keeps the target date and the resolution that are not given
/// again; a new one starts without a date.
fn new_release(cus: &Cus, command: &Decide) -> Release {
    let old = cus.release.as_ref();
    let repeated = old.filter(|old| old.decision == command.decision && old.fix_version == command.fix_version);
    Release {
        decision: command.decision,
        fix_version: command.fix_version.clone(),
        target_date: command.target_date.or_else(|| repeated.and_then(|old| old.target_date)),
        resolution: command.resolution.clone().or_else(|| old.and_then(|old| old.resolution.clone())),
        shipped: repeated.and_then(|old| old.shipped),
    }
}
