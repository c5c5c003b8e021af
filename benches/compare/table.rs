//! The table: one row for each comparison, printed as soon as it is measured.

use super::rounds::{median, paired};

/// What a figure must reach, and what it should.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// No more than this.
    AtMost(f64, Option<f64>),
    /// No less than this.
    AtLeast(f64, Option<f64>),
}

/// Prints the heading.
pub(crate) fn heading() {
    line(
        ["what", "size", "cus", "other", "", "rounds", "ratio", "paired", "must", "goal", "verdict"].map(String::from),
    );
}

/// Prints a comparison of seconds; where there is nothing to compare with, ours alone.
pub(crate) fn times(what: &str, size: Option<u64>, ours: &[f64], other: Option<(&str, &[f64])>, bound: Bound) {
    let (name, seconds) = other.unzip();
    let ratios = seconds.map(|seconds| match bound {
        Bound::AtMost(..) => (median(ours) / median(seconds), paired(ours, seconds)),
        Bound::AtLeast(..) => (median(seconds) / median(ours), paired(seconds, ours)),
    });
    let theirs = seconds.map(|seconds| duration(median(seconds)));
    row(what, size, duration(median(ours)), (theirs, name), Some(ours.len()), ratios, bound);
}

/// Prints how many times slower a larger store is, beside the same of the other.
pub(crate) fn growth(what: &str, size: u64, ours: [&[f64]; 2], other: Option<(&str, [&[f64]; 2])>, bound: Bound) {
    let grown = |[small, large]: [&[f64]; 2]| median(large) / median(small);
    let ratios = other.map(|(_, theirs)| {
        let ratio = |[small, large]: [&[f64]; 2]| -> Vec<f64> { large.iter().zip(small).map(|(l, s)| l / s).collect() };
        (grown(ours) / grown(theirs), paired(&ratio(ours), &ratio(theirs)))
    });
    let theirs = other.map(|(_, theirs)| format!("x {:.2}", grown(theirs)));
    let name = other.map(|(name, _)| name);
    row(what, Some(size), format!("x {:.2}", grown(ours)), (theirs, name), Some(ours[0].len()), ratios, bound);
}

/// Prints a comparison of bytes for each ticket.
pub(crate) fn bytes(what: &str, size: u64, ours: f64, other: Option<(&str, f64)>, bound: Bound) {
    let ratios = other.map(|(_, theirs)| (ours / theirs, ours / theirs));
    let theirs = other.map(|(_, theirs)| format!("{theirs:.0} B"));
    row(what, Some(size), format!("{ours:.0} B"), (theirs, other.map(|(name, _)| name)), None, ratios, bound);
}

/// Prints a peak of memory, in MiB, which is bound by itself and not by the other's.
pub(crate) fn memory(what: &str, size: u64, ours: f64, other: Option<(&str, f64)>, bound: Bound) {
    let theirs = other.map(|(_, theirs)| format!("{theirs:.1} MiB"));
    let name = other.map(|(name, _)| name);
    let cells = [cell(theirs), name.unwrap_or_default().to_owned(), "-".into(), "-".into(), "-".into()];
    finish(what, Some(size), format!("{ours:.1} MiB"), cells, Some(ours), bound);
}

/// Says what is left out, and why.
pub(crate) fn left_out(what: &str, why: &str) {
    println!("{what}: left out: {why}");
}

/// A number of tickets, as it is said.
pub(crate) fn count(size: u64) -> String {
    match size {
        size if size >= 1_000_000 && size.is_multiple_of(1_000_000) => format!("{}m", size / 1_000_000),
        size if size >= 1000 && size.is_multiple_of(1000) => format!("{}k", size / 1000),
        size => size.to_string(),
    }
}

fn row(
    what: &str,
    size: Option<u64>,
    ours: String,
    (theirs, name): (Option<String>, Option<&str>),
    rounds: Option<usize>,
    ratios: Option<(f64, f64)>,
    bound: Bound,
) {
    let rounds = cell(rounds.map(|rounds| rounds.to_string()));
    let [ratio, pairs] = [ratios.map(|(ratio, _)| ratio), ratios.map(|(_, pairs)| pairs)].map(|ratio| match ratio {
        Some(ratio) => format!("{ratio:.2}"),
        None => "-".into(),
    });
    let cells = [cell(theirs), name.unwrap_or_default().to_owned(), rounds, ratio, pairs];
    finish(what, size, ours, cells, ratios.map(|(ratio, _)| ratio), bound);
}

fn finish(what: &str, size: Option<u64>, ours: String, cells: [String; 5], figure: Option<f64>, bound: Bound) {
    let (must, goal) = bound.words();
    let verdict = figure.map_or("-", |figure| bound.verdict(figure)).to_owned();
    let [theirs, name, rounds, ratio, pairs] = cells;
    line([what.to_owned(), cell(size.map(count)), ours, theirs, name, rounds, ratio, pairs, must, goal, verdict]);
}

impl Bound {
    fn words(self) -> (String, String) {
        let (sign, must, goal) = match self {
            Self::AtMost(must, goal) => ("<=", must, goal),
            Self::AtLeast(must, goal) => (">=", must, goal),
        };
        (format!("{sign} {must}"), cell(goal.map(|goal| format!("{sign} {goal}"))))
    }

    /// Judged as it is printed: to two digits.
    fn verdict(self, figure: f64) -> &'static str {
        let figure = (figure * 100.0).round() / 100.0;
        let (reaches, must, goal): (fn(f64, f64) -> bool, _, _) = match self {
            Self::AtMost(must, goal) => (|figure, bound| figure <= bound, must, goal),
            Self::AtLeast(must, goal) => (|figure, bound| figure >= bound, must, goal),
        };
        match goal {
            Some(goal) if reaches(figure, goal) => "goal",
            _ if reaches(figure, must) => "ok",
            _ => "OVER",
        }
    }
}

fn duration(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.2} ms", seconds * 1000.0) } else { format!("{seconds:.2} s") }
}

fn cell(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

fn line([what, size, ours, theirs, name, rounds, ratio, pairs, must, goal, verdict]: [String; 11]) {
    println!(
        "{what:<32} {size:>5} {ours:>10} {theirs:>10} {name:<14} {rounds:>6} {ratio:>6} {pairs:>6} {must:>7} {goal:>7} \
         {verdict}"
    );
}
