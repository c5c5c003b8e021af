//! The stores that are compared, filled through the programs themselves; one that is there already is used again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::issues::{self, Issue};
use super::programs::{NOW, Programs};
use super::table::count;

/// One ticket of so many is open in the store of a desk at work, and one of so many late.
const OPEN: u64 = 50;
const LATE: u64 = 500;

/// A prime, and not one that divides a size that anybody asks for.
const STRIDE: u64 = 7919;

/// The stores of one size.
#[derive(Debug)]
pub(crate) struct Stores {
    /// How many tickets.
    pub(crate) size: u64,
    /// The lines that reported them to `cus`.
    pub(crate) lines: PathBuf,
    /// Reported tickets, one event each.
    pub(crate) reported: PathBuf,
    /// The lines that reported them to the floor.
    pub(crate) floor_lines: PathBuf,
    /// The floor's store of the same texts.
    pub(crate) floor: PathBuf,
}

/// A copy of a store that is removed in the end, so that the store stays as it was filled.
#[derive(Debug)]
pub(crate) struct Copy(PathBuf);

impl Stores {
    /// Fills what is missing.
    pub(crate) fn fill(programs: &Programs, size: u64) -> anyhow::Result<Self> {
        let name = count(size);
        let lines = lines(programs, &format!("reports-{name}.jsonl"), size, issues::report)?;
        let reported = filled(programs, &format!("reported-{name}.db"), |path| {
            programs.run(programs.cus(path, ["batch", "--create"]).arg(&lines)).map(drop)
        })?;
        let floor_lines = self::lines(programs, &format!("floor-{name}.jsonl"), size, issues::floor_line)?;
        let floor = filled(programs, &format!("floor-{name}.db"), |path| {
            empty_floor(programs, path)?;
            programs.run(programs.floor(path, "bulk", &[]).arg("--jsonl").arg(&floor_lines)).map(drop)
        })?;
        Ok(Self { size, lines, reported, floor_lines, floor })
    }
}

/// The store of a desk that has worked for long: two of a hundred tickets are open, a tenth of these late at [`NOW`].
pub(crate) fn at_work(programs: &Programs, size: u64) -> anyhow::Result<PathBuf> {
    let name = count(size);
    let lines = lines(programs, &format!("at-work-{name}.jsonl"), size, life)?;
    filled(programs, &format!("at-work-{name}.db"), |path| {
        programs.run(programs.cus(path, ["batch", "--create"]).arg(&lines).env("CUS_NOW", NOW)).map(drop)
    })
}

/// A ticket for a number: numbers that follow each other are tickets far apart, and as many numbers as the store has
/// tickets are all of them.
pub(crate) fn spread(number: u64, size: u64) -> u64 {
    1 + number * STRIDE % size
}

/// Makes an empty store of the floor.
pub(crate) fn empty_floor(programs: &Programs, path: &Path) -> anyhow::Result<()> {
    programs.run(&mut programs.floor(path, "init", &[])).map(drop)
}

/// A file of lines, for so many issues.
pub(crate) fn lines(
    programs: &Programs,
    name: &str,
    size: u64,
    line: impl FnMut(&Issue, &mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<PathBuf> {
    filled(programs, name, |path| Ok(issues::write_lines(path, size, line)?))
}

/// The file or folder of that name; where it is not there it is filled under another name, so that one that is only
/// half full is never taken for it.
pub(crate) fn filled(
    programs: &Programs,
    name: &str,
    fill: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let path = programs.path(name);
    if !path.exists() {
        eprintln!("filling {name}");
        let half = programs.path(format!("half-{name}"));
        remove(&half);
        fill(&half)?;
        fs::rename(&half, &path)?;
    }
    Ok(path)
}

/// Removes a store, with what a command that failed may have left beside it.
pub(crate) fn remove(path: &Path) {
    for side in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(side);
        let _ = fs::remove_file(&name);
    }
    let _ = fs::remove_dir_all(path);
}

/// The lines of one ticket's life so far.
fn life(issue: &Issue, out: &mut dyn Write) -> io::Result<()> {
    let Issue { number, title, text, customer } = issue;
    let (minute, second) = (number / 60 % 60, number % 60);
    let day = match number {
        number if number.is_multiple_of(LATE) => "2026-02-28",
        number if number.is_multiple_of(OPEN) => "2026-03-02",
        _ => "2026-02-01",
    };
    let now = |hour: u8| format!("{day}T{hour:02}:{minute:02}:{second:02}Z");
    let report = format!(r#"{{"do":"report","customer":"{customer}","summary":"{title}","channel":"email""#);
    writeln!(out, r#"{report},"description":"{text}","now":"{}"}}"#, now(8))?;
    if !number.is_multiple_of(OPEN) {
        let assess = format!(r#"{{"do":"assess","csd":"CSD-{number}","handled_by":"support","trigger":"none""#);
        writeln!(out, r#"{assess},"now":"{}"}}"#, now(9))?;
        writeln!(out, r#"{{"do":"close","key":"CSD-{number}","note":"{title}","via":"phone","now":"{}"}}"#, now(10))?;
    }
    Ok(())
}

impl Copy {
    /// Copies a store, which is a file or a folder of files, and waits until the copy is on the disk, so that nothing
    /// that is measured waits for it.
    pub(crate) fn of(programs: &Programs, store: &Path, name: &str) -> anyhow::Result<Self> {
        let path = programs.path(name);
        remove(&path);
        if store.is_dir() {
            fs::create_dir(&path)?;
            for file in fs::read_dir(store)? {
                let file = file?;
                copy_file(&file.path(), &path.join(file.file_name()))?;
            }
        } else {
            copy_file(store, &path)?;
        }
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}
