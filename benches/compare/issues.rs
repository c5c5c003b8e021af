//! Made-up issues, the same at every run, and the lines in which each program takes them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The word that stands in nearly every text.
pub(crate) const COMMON: &str = "bababa";
/// The word that stands in one text of a thousand.
pub(crate) const RARE: &str = "needleword";

const SYLLABLES: [&str; 18] = [
    "ba", "cen", "dor", "fil", "gam", "hus", "ist", "jol", "kra", "lum", "mer", "nop", "olt", "pri", "quan", "rus",
    "ste", "tav",
];
const CUSTOMERS: u64 = 5000;

/// An issue; all of it is letters, digits, spaces and hyphens, so that no format needs to escape anything.
#[derive(Debug)]
pub(crate) struct Issue {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Six words.
    pub(crate) title: String,
    /// Twenty-two words or a few more.
    pub(crate) text: String,
    /// One of a few thousand.
    pub(crate) customer: String,
}

/// The first `count` issues.
pub(crate) fn issues(count: u64) -> impl Iterator<Item = Issue> {
    let mut chance = Chance(0x5DEE_CE66_D1CE_4E5B);
    (1..=count).map(move |number| {
        let title = chance.words(6);
        let mut text = chance.words(22);
        if number % 1000 == 500 {
            text.push(' ');
            text.push_str(RARE);
        }
        Issue { number, title, text, customer: format!("C-{:05}", chance.next() % CUSTOMERS) }
    })
}

/// Writes a file of lines for these issues.
pub(crate) fn write_lines(
    path: &Path,
    count: u64,
    mut line: impl FnMut(&Issue, &mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for issue in issues(count) {
        line(&issue, &mut out)?;
    }
    out.into_inner()?.sync_all()
}

/// A line of `cus batch` that reports it.
pub(crate) fn report(issue: &Issue, out: &mut dyn Write) -> std::io::Result<()> {
    let Issue { title, text, customer, .. } = issue;
    writeln!(
        out,
        r#"{{"do":"report","customer":"{customer}","summary":"{title}","channel":"email","description":"{text}"}}"#
    )
}

/// A line of `floor bulk` that reports it.
pub(crate) fn floor_line(issue: &Issue, out: &mut dyn Write) -> std::io::Result<()> {
    let Issue { title, text, customer, .. } = issue;
    writeln!(
        out,
        r#"{{"op":"report","title":"{title}","customer":"{customer}","stage":"reported","severity":2,"text":"{text}"}}"#
    )
}

/// A xorshift generator: what is measured must be the same at every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    /// A word of a few thousand, the first ones much more often, as in a language.
    fn word(&mut self) -> String {
        let all = SYLLABLES.len().pow(3);
        let even = (self.next() >> 40) as f64 / (1u64 << 24) as f64;
        let mut n = (even.powi(3) * all as f64) as usize;
        let mut word = String::new();
        for _ in 0..3 {
            word.insert_str(0, SYLLABLES[n % SYLLABLES.len()]);
            n /= SYLLABLES.len();
        }
        word
    }
}
