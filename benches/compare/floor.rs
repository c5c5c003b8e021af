//! `cus` beside the floor.

use std::process::Command;

use super::programs::Programs;
use super::rounds::{Side, take_turns};
use super::stores::Stores;
use super::table::{self, Bound};

/// Of what takes long, no more rounds than this.
pub(crate) const FEW: usize = 5;
/// What most commands must reach.
pub(crate) const AS_FAST: Bound = Bound::AtMost(1.3, Some(1.0));
const GROWTH: Bound = Bound::AtMost(1.2, Some(1.05));

/// A command of `cus` and the floor's for the same.
pub(crate) struct Pair<'a> {
    /// The name in the table.
    pub(crate) what: &'a str,
    /// The floor's verb.
    pub(crate) verb: &'a str,
    /// What the ratio must reach.
    pub(crate) bound: Bound,
    /// Our command on a store of the n-th size, in a round.
    pub(crate) ours: &'a dyn Fn(usize, usize) -> anyhow::Result<Command>,
    /// The floor's.
    pub(crate) floor: &'a dyn Fn(usize, usize) -> anyhow::Result<Command>,
}

/// The seconds of each round on one size.
struct Seconds {
    ours: Vec<f64>,
    floor: Vec<f64>,
}

impl Pair<'_> {
    /// Measures one size, or what has none.
    pub(crate) fn measure(&self, programs: &Programs, size: Option<u64>, rounds: usize) -> anyhow::Result<()> {
        for seconds in self.seconds(programs, 1, rounds)? {
            table::times(self.what, size, &seconds.ours, (self.verb, &seconds.floor), self.bound);
        }
        Ok(())
    }

    /// Measures all sizes in turn.
    pub(crate) fn measure_sizes(&self, programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<()> {
        self.rows(programs, all, rounds).map(drop)
    }

    /// Measures all sizes in turn, and how much slower the largest is than the smallest.
    pub(crate) fn measure_growth(&self, programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<()> {
        let seconds = self.rows(programs, all, rounds)?;
        if let ([small, .., large], Some(largest)) = (seconds.as_slice(), all.last()) {
            let what = format!("growth of {}", self.what);
            let floor = (self.verb, [small.floor.as_slice(), &large.floor]);
            table::growth(&what, largest.size, [&small.ours, &large.ours], floor, GROWTH);
        }
        Ok(())
    }

    fn rows(&self, programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<Vec<Seconds>> {
        let seconds = self.seconds(programs, all.len(), rounds)?;
        for (stores, seconds) in all.iter().zip(&seconds) {
            table::times(self.what, Some(stores.size), &seconds.ours, (self.verb, &seconds.floor), self.bound);
        }
        Ok(seconds)
    }

    fn seconds(&self, programs: &Programs, sizes: usize, rounds: usize) -> anyhow::Result<Vec<Seconds>> {
        let mut sides: Vec<Side<'_>> = Vec::new();
        for n in 0..sizes {
            sides.push(Box::new(move |round| (self.ours)(n, round)));
            sides.push(Box::new(move |round| (self.floor)(n, round)));
        }
        let mut seconds = take_turns(programs, rounds, &mut sides)?.into_iter();
        Ok(std::iter::from_fn(|| Some(Seconds { ours: seconds.next()?, floor: seconds.next()? })).collect())
    }
}

/// Measures the start of the program.
pub(crate) fn start(programs: &Programs, rounds: usize) -> anyhow::Result<()> {
    let nowhere = programs.path("nowhere.db");
    for what in ["--version", "--help"] {
        let ours = |_, _| Ok(programs.cus(&nowhere, [what]));
        let floor = |_, _| Ok(programs.noop());
        let bound = Bound::AtMost(1.1, Some(0.9));
        Pair { what, verb: "noop", bound, ours: &ours, floor: &floor }.measure(programs, None, rounds)?;
    }
    Ok(())
}
