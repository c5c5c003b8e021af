//! Many at once: batches, exports, their memory, and the bytes that stay.

use std::cell::RefCell;
use std::path::PathBuf;

use super::floor::{FEW, Pair};
use super::issues::Issue;
use super::memory;
use super::programs::Programs;
use super::stores::{self, Copy, Stores};
use super::table::{self, Bound};

/// A batch is measured on no more tickets than this.
const BATCH: u64 = 100_000;
const MEMORY: Bound = Bound::AtMost(24.0, Some(12.0));

const BYTES: Bound = Bound::AtMost(2.0, Some(1.6));

/// Measures all of it.
pub(crate) fn measure(programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<()> {
    if let Some(stores) = all.iter().rev().find(|stores| stores.size <= BATCH) {
        new_tickets(programs, stores, rounds.min(FEW))?;
        modifications(programs, stores, rounds.min(FEW))?;
    }
    for stores in all {
        export(programs, stores, rounds.min(FEW))?;
        memory_of(programs, stores)?;
        let (ours, floor) = (bytes(&stores.reported, stores.size)?, bytes(&stores.floor, stores.size)?);
        table::bytes("bytes a ticket", stores.size, ours, ("bulk", floor), BYTES);
    }
    Ok(())
}

/// A batch of new tickets, in one transaction, into an empty store.
fn new_tickets(programs: &Programs, stores: &Stores, rounds: usize) -> anyhow::Result<()> {
    let (path, floor_path) = (programs.path("new.db"), programs.path("floor-new.db"));
    let ours = |_, _| {
        stores::remove(&path);
        programs.run(&mut programs.cus(&path, ["init"]))?;
        let mut command = programs.cus(&path, ["batch"]);
        command.arg(&stores.lines);
        Ok(command)
    };
    let floor = |_, _| {
        stores::remove(&floor_path);
        stores::empty_floor(programs, &floor_path)?;
        let mut command = programs.floor(&floor_path, "bulk", &[]);
        command.arg("--jsonl").arg(&stores.floor_lines);
        Ok(command)
    };
    let bound = Bound::AtLeast(0.4, Some(0.6));
    let pair = Pair { what: "batch, new tickets", verb: "bulk --jsonl", bound, ours: &ours, floor: &floor };
    pair.measure(programs, Some(stores.size), rounds)?;
    stores::remove(&path);
    stores::remove(&floor_path);
    Ok(())
}

/// A batch with a step for every ticket of a store, in no order of theirs.
fn modifications(programs: &Programs, stores: &Stores, rounds: usize) -> anyhow::Result<()> {
    let size = stores.size;
    let lines = stores::lines(programs, &format!("assess-{}.jsonl", table::count(size)), size, |issue, out| {
        let Issue { number, text, .. } = issue;
        let key = stores::spread(*number, size);
        let assess = format!(r#"{{"do":"assess","csd":"CSD-{key}","handled_by":"support","trigger":"none""#);
        writeln!(out, r#"{assess},"note":"{text}"}}"#)
    })?;
    let copies: RefCell<[Option<Copy>; 2]> = RefCell::default();
    let copy = |place: usize, of: &PathBuf, name: &str| -> anyhow::Result<PathBuf> {
        copies.borrow_mut()[place] = None;
        let copy = Copy::of(programs, of, name)?;
        let path = copy.path().to_owned();
        copies.borrow_mut()[place] = Some(copy);
        Ok(path)
    };
    let ours = |_, _| {
        let mut command = programs.cus(&copy(0, &stores.reported, "modified.db")?, ["batch"]);
        command.arg(&lines);
        Ok(command)
    };
    let floor = |_, _| {
        let path = copy(1, &stores.floor, "floor-modified.db")?;
        let mut command = programs.floor(&path, "bulk", &["--modify"]);
        command.arg("--jsonl").arg(&stores.floor_lines);
        Ok(command)
    };
    let bound = Bound::AtLeast(0.5, Some(0.9));
    let pair = Pair { what: "batch, spread steps", verb: "bulk --modify", bound, ours: &ours, floor: &floor };
    pair.measure(programs, Some(size), rounds)
}

/// An export of everything.
fn export(programs: &Programs, stores: &Stores, rounds: usize) -> anyhow::Result<()> {
    let ours = |_, _| Ok(programs.cus(&stores.reported, ["export"]));
    let floor = |_, _| Ok(programs.floor(&stores.floor, "export", &[]));
    let bound = Bound::AtMost(1.5, Some(1.0));
    let pair = Pair { what: "export", verb: "export", bound, ours: &ours, floor: &floor };
    pair.measure(programs, Some(stores.size), rounds)
}

/// What a batch and an export of that size take of memory.
fn memory_of(programs: &Programs, stores: &Stores) -> anyhow::Result<()> {
    let path = programs.path("new.db");
    stores::remove(&path);
    let peak = memory::peak(programs, programs.cus(&path, ["batch", "--create"]).arg(&stores.lines))?;
    stores::remove(&path);
    stores::empty_floor(programs, &path)?;
    let floor = memory::peak(programs, programs.floor(&path, "bulk", &[]).arg("--jsonl").arg(&stores.floor_lines))?;
    stores::remove(&path);
    table::memory("peak memory of a batch", stores.size, peak, ("bulk", floor), MEMORY);
    let peak = memory::peak(programs, &programs.cus(&stores.reported, ["export"]))?;
    let floor = memory::peak(programs, &programs.floor(&stores.floor, "export", &[]))?;
    table::memory("peak memory of an export", stores.size, peak, ("export", floor), MEMORY);
    Ok(())
}

fn bytes(store: &PathBuf, size: u64) -> anyhow::Result<f64> {
    Ok(std::fs::metadata(store)?.len() as f64 / size as f64)
}
