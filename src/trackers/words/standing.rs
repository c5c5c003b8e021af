//! Where an issue stands, as its tracker tells it.

use super::dictionary::{Ending, ending, plain, stage};
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::vocabulary::Word;

/// The stage that a status comes to, for either kind of ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Of a customer's ticket.
    pub csd: CsdStage,
    /// Of an escalation.
    pub cus: CusStage,
}

/// What a tracker tells of an issue's state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Status<'a> {
    /// The status's name.
    pub name: &'a str,
    /// What kind of status that is.
    pub category: Option<&'a str>,
    /// The resolution's name.
    pub resolution: Option<&'a str>,
    /// Whether there is a time at which it was resolved.
    pub has_resolved_time: bool,
}

/// Where an issue stands, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As a known word says.
    Known(Standing),
    /// Open, since nothing says that it is not; the word is unknown.
    Assumed(Standing),
    /// The word is unknown, and there is a time of resolution or a resolution: over, if anything.
    Doubtful(Standing),
}

impl Standing {
    /// Nobody has taken it in hand.
    pub const NEW: Self = Self { csd: CsdStage::Reported, cus: CusStage::Escalated };
    /// Somebody works on it.
    pub const BEGUN: Self = Self { csd: CsdStage::Handled, cus: CusStage::Escalated };
    /// Nobody has anything left to do about it.
    pub const DONE: Self = Self { csd: CsdStage::Resolved, cus: CusStage::Closed };

    /// The standing that a stage's word names, whichever kind it is of.
    pub fn of(word: &str) -> Option<Self> {
        if let Some(csd) = CsdStage::from_word(word) {
            let cus = if csd == CsdStage::Resolved { CusStage::Closed } else { CusStage::Escalated };
            return Some(Self { csd, cus });
        }
        let cus = CusStage::from_word(word)?;
        let csd = if cus == CusStage::Closed { CsdStage::Resolved } else { CsdStage::Escalated };
        Some(Self { csd, cus })
    }

    /// The word of its stage: [`of`](Self::of) it is this standing again.
    pub fn as_str(self) -> &'static str {
        if self.csd == CsdStage::Escalated { self.cus.as_str() } else { self.csd.as_str() }
    }

    /// Whether nobody has anything left to do about it.
    pub fn is_done(self) -> bool {
        self == Self::DONE
    }
}

impl Verdict {
    /// Where it stands, however sure that is.
    pub fn standing(self) -> Standing {
        match self {
            Self::Known(standing) | Self::Assumed(standing) | Self::Doubtful(standing) => standing,
        }
    }
}

impl Status<'_> {
    /// What the status comes to.
    ///
    /// A word that names a stage of the process is believed first. Then the status's category is the tracker's own answer;
    /// without one a well-known status tells, and at last whether there is a resolution: a reopened issue may still carry
    /// its old one.
    pub fn verdict(&self) -> Verdict {
        let word = stage(self.name).and_then(Standing::of);
        if let Some(standing) = word.filter(|standing| names_a_stage(*standing)) {
            return Verdict::Known(standing);
        }
        if let Some(category) = self.category.and_then(category) {
            return Verdict::Known(category);
        }
        if let Some(standing) = word {
            return Verdict::Known(standing);
        }
        match self.resolution.map_or(Ending::None, ending) {
            Ending::Known(_) => Verdict::Known(Standing::DONE),
            Ending::Unknown => Verdict::Doubtful(Standing::DONE),
            Ending::None if self.has_resolved_time && plain(self.name).is_empty() => Verdict::Known(Standing::DONE),
            Ending::None if self.has_resolved_time => Verdict::Doubtful(Standing::DONE),
            Ending::None => Verdict::Assumed(Standing::NEW),
        }
    }
}

/// Whether it is of the process alone: what other trackers have too is less sure than a category.
fn names_a_stage(standing: Standing) -> bool {
    standing.csd == CsdStage::Escalated || matches!(standing.cus, CusStage::Returned)
}

fn category(name: &str) -> Option<Standing> {
    match plain(name).as_str() {
        "new" => Some(Standing::NEW),
        "indeterminate" => Some(Standing::BEGUN),
        name => stage(name).and_then(Standing::of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Assumed, Doubtful, Known};

    fn verdict(name: &str, category: Option<&str>, resolution: Option<&str>) -> Verdict {
        Status { name, category, resolution, has_resolved_time: false }.verdict()
    }

    #[test]
    fn the_category_goes_before_the_status_and_the_status_before_the_resolution() {
        let (new, begun, done) = (Known(Standing::NEW), Known(Standing::BEGUN), Known(Standing::DONE));
        let cases = [
            ("Open", Some("done"), None, done),
            ("Closed", Some("indeterminate"), Some("Fixed"), begun),
            ("Closed", Some("To Do"), None, new),
            ("Closed", Some("unheard of"), None, done),
            ("Finalizada", Some("Listo"), None, done),
            ("Closed", None, None, done),
            ("RESOLVED", None, None, done),
            ("Gelöst", None, None, done),
            ("Reopened", None, Some("Fixed"), new),
            ("Pending Customer Response", None, None, begun),
            ("In QE Test", None, None, begun),
            ("Arrived", None, Some("Done"), done),
            ("Arrived", None, Some("Unresolved"), Assumed(Standing::NEW)),
            ("Arrived", None, Some("As you like"), Doubtful(Standing::DONE)),
            ("ASSIGNED", None, Some("---"), Known(Standing::of("handled").unwrap())),
            ("UNCONFIRMED", None, Some("-"), new),
            ("", None, None, Assumed(Standing::NEW)),
            ("Postmortem", Some("indeterminate"), None, Known(Standing::of("postmortem").unwrap())),
            ("Release Assessed", None, None, Known(Standing::of("release-assessed").unwrap())),
        ];
        for (name, category, resolution, expected) in cases {
            assert_eq!(verdict(name, category, resolution), expected, "{name} {category:?} {resolution:?}");
        }
    }

    #[test]
    fn the_word_of_a_standing_names_it() {
        for word in crate::workflow::tickets::stage::stage_words() {
            let standing = Standing::of(word).unwrap();
            assert_eq!(Standing::of(standing.as_str()), Some(standing), "{word}");
        }
    }

    #[test]
    fn a_time_of_resolution_makes_an_unknown_status_doubtful_and_a_known_one_not() {
        let timed = |name| Status { name, has_resolved_time: true, ..Status::default() }.verdict();
        assert_eq!(timed("6"), Doubtful(Standing::DONE));
        assert_eq!(timed("Reopened"), Known(Standing::NEW));
        assert_eq!(timed(""), Known(Standing::DONE));
    }
}
