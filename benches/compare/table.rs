//! The table: one row for each comparison, printed as soon as it is measured.

use super::rounds::{Spread, fastest, median};

/// What a figure must reach, and what it should.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// No more than this.
    AtMost(f64, Option<f64>),
    /// No less than this.
    AtLeast(f64, Option<f64>),
}

/// The columns between the name and the bound.
struct Figures {
    ours: String,
    theirs: String,
    /// What theirs is of.
    name: String,
    rounds: Option<usize>,
    /// The ratio of the medians.
    ratio: Option<f64>,
    /// The ratios of the single rounds.
    paired: Option<Spread>,
    /// The ratio of the fastest rounds, which what else the machine does slows least.
    fastest: Option<f64>,
    /// What is held against the bound.
    judged: f64,
}

/// Prints the heading.
pub(crate) fn heading() {
    line(
        [
            "what",
            "size",
            "cus",
            "other",
            "",
            "rounds",
            "ratio",
            "paired",
            "half of them",
            "fastest",
            "must",
            "goal",
            "verdict",
        ]
        .map(String::from),
    );
}

/// Prints a comparison of seconds.
pub(crate) fn times(what: &str, size: Option<u64>, ours: &[f64], (name, theirs): (&str, &[f64]), bound: Bound) {
    let (above, below) = match bound {
        Bound::AtMost(..) => (ours, theirs),
        Bound::AtLeast(..) => (theirs, ours),
    };
    let ratio = median(above) / median(below);
    let figures = Figures {
        ours: duration(median(ours)),
        theirs: duration(median(theirs)),
        name: name.to_owned(),
        rounds: Some(ours.len()),
        ratio: Some(ratio),
        paired: Some(Spread::of_ratios(above, below)),
        fastest: Some(fastest(above) / fastest(below)),
        judged: ratio,
    };
    row(what, size, figures, bound);
}

/// Prints how many times slower a larger store is, beside the same of the other.
pub(crate) fn growth(what: &str, size: u64, ours: [&[f64]; 2], (name, theirs): (&str, [&[f64]; 2]), bound: Bound) {
    let grown = |[small, large]: [&[f64]; 2]| median(large) / median(small);
    let by_round =
        |[small, large]: [&[f64]; 2]| large.iter().zip(small).map(|(large, small)| large / small).collect::<Vec<_>>();
    let ratio = grown(ours) / grown(theirs);
    let figures = Figures {
        ours: format!("x {:.2}", grown(ours)),
        theirs: format!("x {:.2}", grown(theirs)),
        name: name.to_owned(),
        rounds: Some(ours[0].len()),
        ratio: Some(ratio),
        paired: Some(Spread::of_ratios(&by_round(ours), &by_round(theirs))),
        fastest: None,
        judged: ratio,
    };
    row(what, Some(size), figures, bound);
}

/// Prints a comparison of bytes for each ticket.
pub(crate) fn bytes(what: &str, size: u64, ours: f64, (name, theirs): (&str, f64), bound: Bound) {
    let figures = Figures {
        ours: format!("{ours:.0} B"),
        theirs: format!("{theirs:.0} B"),
        name: name.to_owned(),
        rounds: None,
        ratio: Some(ours / theirs),
        paired: None,
        fastest: None,
        judged: ours / theirs,
    };
    row(what, Some(size), figures, bound);
}

/// Prints a peak of memory, in MiB, which is bound by itself and not by the other's.
pub(crate) fn memory(what: &str, size: u64, ours: f64, (name, theirs): (&str, f64), bound: Bound) {
    let figures = Figures {
        ours: format!("{ours:.1} MiB"),
        theirs: format!("{theirs:.1} MiB"),
        name: name.to_owned(),
        rounds: None,
        ratio: None,
        paired: None,
        fastest: None,
        judged: ours,
    };
    row(what, Some(size), figures, bound);
}

/// Prints what is left out, and why.
pub(crate) fn left_out(what: &str, why: &str) {
    println!("{what}: left out: {why}");
}

/// A number of tickets in its short form, such as 1k.
pub(crate) fn count(size: u64) -> String {
    match size {
        size if size >= 1_000_000 && size.is_multiple_of(1_000_000) => format!("{}m", size / 1_000_000),
        size if size >= 1000 && size.is_multiple_of(1000) => format!("{}k", size / 1000),
        size => size.to_string(),
    }
}

fn row(what: &str, size: Option<u64>, figures: Figures, bound: Bound) {
    let Figures { ours, theirs, name, rounds, ratio, paired, fastest, judged } = figures;
    let (must, goal) = bound.words();
    line([
        what.to_owned(),
        cell(size.map(count)),
        ours,
        theirs,
        name,
        cell(rounds.map(|rounds| rounds.to_string())),
        cell(ratio.map(|ratio| format!("{ratio:.2}"))),
        cell(paired.map(|spread| format!("{:.2}", spread.middle))),
        cell(paired.map(|spread| format!("{:.2}-{:.2}", spread.lower, spread.upper))),
        cell(fastest.map(|ratio| format!("{ratio:.2}"))),
        must,
        goal,
        bound.verdict(judged).to_owned(),
    ]);
}

impl Bound {
    fn words(self) -> (String, String) {
        let (sign, must, goal) = match self {
            Self::AtMost(must, goal) => ("<=", must, goal),
            Self::AtLeast(must, goal) => (">=", must, goal),
        };
        (format!("{sign} {must}"), cell(goal.map(|goal| format!("{sign} {goal}"))))
    }

    /// Judges a figure as it is printed: to two digits.
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

fn line([what, size, ours, theirs, name, rounds, ratio, paired, half, fastest, must, goal, verdict]: [String; 13]) {
    println!(
        "{what:<32} {size:>5} {ours:>10} {theirs:>10} {name:<14} {rounds:>6} {ratio:>6} {paired:>6} {half:>12} \
         {fastest:>7} {must:>7} {goal:>7} {verdict}"
    );
}
