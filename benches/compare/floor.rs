//! `cus` beside the floor, or alone where the floor is not there.

use std::process::Command;

use anyhow::Context;

use super::programs::Programs;
use super::rounds::{Side, take_turns};
use super::stores::Stores;
use super::table::{self, Bound};

/// Of what takes long, no more rounds than this.
pub(crate) const FEW: usize = 5;
/// What most commands must reach.
pub(crate) const AS_FAST: Bound = Bound::AtMost(1.3, Some(1.0));
const GROWTH: Bound = Bound::AtMost(1.2, Some(1.05));

/// A command of `cus` and the floor's verb for the same, the latter `None` where there is no floor.
pub(crate) struct Pair<'a> {
    /// What it is, in the table.
    pub(crate) what: &'a str,
    /// The floor's verb.
    pub(crate) verb: &'a str,
    /// What the ratio must reach.
    pub(crate) bound: Bound,
    /// Our command on a store of the n-th size, in a round.
    pub(crate) ours: &'a dyn Fn(usize, usize) -> anyhow::Result<Command>,
    /// The floor's.
    pub(crate) floor: &'a dyn Fn(usize, usize) -> anyhow::Result<Option<Command>>,
}

impl Pair<'_> {
    /// Measures one size, or what has none.
    pub(crate) fn measure(&self, programs: &Programs, size: Option<u64>, rounds: usize) -> anyhow::Result<()> {
        let seconds = self.seconds(programs, 1, rounds)?;
        let floor = seconds.get(1).map(|seconds| (self.verb, seconds.as_slice()));
        table::times(self.what, size, &seconds[0], floor, self.bound);
        Ok(())
    }

    /// Measures all sizes in turn, and gives the seconds: for each size ours, then the floor's.
    pub(crate) fn measure_sizes(
        &self,
        programs: &Programs,
        all: &[Stores],
        rounds: usize,
    ) -> anyhow::Result<Vec<Vec<f64>>> {
        let seconds = self.seconds(programs, all.len(), rounds)?;
        for (stores, seconds) in all.iter().zip(seconds.chunks(seconds.len() / all.len())) {
            let floor = seconds.get(1).map(|seconds| (self.verb, seconds.as_slice()));
            table::times(self.what, Some(stores.size), &seconds[0], floor, self.bound);
        }
        Ok(seconds)
    }

    /// The same, and how much slower the largest size is than the smallest.
    pub(crate) fn measure_growth(&self, programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<()> {
        let seconds = self.measure_sizes(programs, all, rounds)?;
        let (first, last) = (0, (all.len() - 1) * seconds.len() / all.len());
        if let (true, Some(largest)) = (last > first, all.last()) {
            let ours = [seconds[first].as_slice(), &seconds[last]];
            let floor = [first + 1, last + 1].map(|side| seconds.get(side).map_or(&[][..], Vec::as_slice));
            let floor = programs.floor.as_ref().map(|_| (self.verb, floor));
            table::growth(&format!("growth of {}", self.what), largest.size, ours, floor, GROWTH);
        }
        Ok(())
    }

    fn seconds(&self, programs: &Programs, sizes: usize, rounds: usize) -> anyhow::Result<Vec<Vec<f64>>> {
        let mut sides: Vec<Side<'_>> = Vec::new();
        for n in 0..sizes {
            sides.push(Box::new(move |round| (self.ours)(n, round)));
            if programs.floor.is_some() {
                sides.push(Box::new(move |round| (self.floor)(n, round)?.context("the floor is not there")));
            }
        }
        take_turns(programs, rounds, &mut sides)
    }
}

/// The start of the program.
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
