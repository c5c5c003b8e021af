//! Taking turns: A B A B …, so that what slows the machine for a while slows both.

use std::process::Command;
use std::time::{Duration, Instant};

use super::programs::Programs;

/// After this long a row ends with the rounds that it has.
const PATIENCE: Duration = Duration::from_secs(600);

/// A side of a comparison: its command in a round, counted from 0. What it prepares before is not measured.
pub(crate) type Side<'a> = Box<dyn FnMut(usize) -> anyhow::Result<Command> + 'a>;

/// Runs every side once a round, and gives the seconds of each side in its rounds.
pub(crate) fn take_turns(programs: &Programs, rounds: usize, sides: &mut [Side<'_>]) -> anyhow::Result<Vec<Vec<f64>>> {
    let mut seconds = vec![Vec::new(); sides.len()];
    let start = Instant::now();
    for round in 0..rounds {
        for (side, seconds) in sides.iter_mut().zip(&mut seconds) {
            seconds.push(programs.run(&mut side(round)?)?);
        }
        if start.elapsed() > PATIENCE {
            break;
        }
    }
    Ok(seconds)
}

/// The middle of the values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { (values[middle - 1] + values[middle]) / 2.0 } else { values[middle] }
}

/// The least of the values.
pub(crate) fn fastest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The ratios of the single rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    /// A quarter of them are below.
    pub(crate) lower: f64,
    /// Their median.
    pub(crate) middle: f64,
    /// A quarter of them are above.
    pub(crate) upper: f64,
}

impl Spread {
    /// Divides round by round.
    pub(crate) fn of_ratios(ours: &[f64], other: &[f64]) -> Self {
        let mut ratios: Vec<f64> = ours.iter().zip(other).map(|(ours, other)| ours / other).collect();
        ratios.sort_by(f64::total_cmp);
        let quarter = ratios.len() / 4;
        Self { lower: ratios[quarter], middle: median(&ratios), upper: ratios[ratios.len() - 1 - quarter] }
    }
}
