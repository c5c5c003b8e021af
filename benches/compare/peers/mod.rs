//! Other programs that keep items in a local store, each at the same work.

mod fossil;
mod same_sql;
mod sqlite;
mod taskwarrior;

use std::path::Path;
use std::process::Command;

use super::floor::FEW;
use super::issues::RARE;
use super::programs::Programs;
use super::rounds::{Side, take_turns};
use super::stores::{self, Copy, Stores};
use super::table::{self, Bound};

/// The sizes at which peers are compared, where the sizes that were asked for go so far.
const SIZES: [u64; 2] = [10_000, 100_000];
const FASTER: Bound = Bound::AtMost(1.0, None);

/// What is asked of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// A new item, the one of that number, durable.
    Add(u64),
    /// A change of the item of that number.
    Modify(u64),
    /// Fifty items.
    List,
    /// Fifty items that have a rare word, of a store of that size.
    Search(u64),
}

/// A peer.
trait Peer {
    /// The name of its program.
    fn program(&self) -> &'static str;

    /// What it is called in the table and by its stores.
    fn name(&self) -> &'static str {
        self.program()
    }

    /// Fills a store with so many items, at a path that is free.
    fn fill(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<()>;

    /// What takes in so many items at once, into a store that is empty; `None` where the program has no such command.
    /// It is prepared here, and not measured.
    fn import(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<Option<Command>>;

    /// Does one thing on a store.
    fn work(&self, programs: &Programs, path: &Path, work: Work) -> Command;
}

/// Measures every peer that is installed.
pub(crate) fn measure(programs: &Programs, largest: u64, rounds: usize) -> anyhow::Result<()> {
    let mut sizes: Vec<u64> = SIZES.into_iter().filter(|size| *size <= largest).collect();
    if sizes.is_empty() {
        sizes.push(largest);
    }
    let all: [&dyn Peer; 4] = [&taskwarrior::Taskwarrior, &fossil::Fossil, &same_sql::SameSql, &sqlite::Plain];
    for peer in all {
        if super::programs::installed(peer.program()).is_none() {
            table::left_out(peer.name(), "not installed");
            continue;
        }
        for size in &sizes {
            one(programs, peer, &Stores::fill(programs, *size)?, rounds)?;
        }
    }
    Ok(())
}

fn one(programs: &Programs, peer: &dyn Peer, stores: &Stores, rounds: usize) -> anyhow::Result<()> {
    let (name, size) = (peer.name(), stores.size);
    let store =
        stores::filled(programs, &format!("{name}-{}", table::count(size)), |path| peer.fill(programs, path, size))?;
    let ours = Copy::of(programs, &stores.reported, "beside-peer.db")?;
    let theirs = Copy::of(programs, &store, "peer")?;
    for (what, seed) in
        [("add", Work::Add(0)), ("modify", Work::Modify(0)), ("list", Work::List), ("search", Work::Search(size))]
    {
        let at = |round: usize| match seed {
            Work::Modify(_) => Work::Modify(stores::spread(round as u64 + 1, size)),
            Work::Add(_) => Work::Add(size + 1 + round as u64),
            Work::List | Work::Search(_) => seed,
        };
        let mut sides: [Side<'_>; 2] = [
            Box::new(|round| Ok(cus(programs, ours.path(), at(round)))),
            Box::new(|round| Ok(peer.work(programs, theirs.path(), at(round)))),
        ];
        let seconds = take_turns(programs, rounds, &mut sides)?;
        table::times(what, Some(size), &seconds[0], (name, &seconds[1]), FASTER);
    }
    import(programs, peer, stores, rounds.min(FEW))
}

fn import(programs: &Programs, peer: &dyn Peer, stores: &Stores, rounds: usize) -> anyhow::Result<()> {
    let (new, theirs) = (programs.path("new.db"), programs.path("new-peer"));
    if peer.import(programs, &theirs, stores.size)?.is_none() {
        stores::remove(&theirs);
        table::left_out(&format!("bulk import, {}", peer.name()), "it has none");
        return Ok(());
    }
    let mut sides: [Side<'_>; 2] = [
        Box::new(|_| {
            stores::remove(&new);
            let mut command = programs.cus(&new, ["batch", "--create"]);
            command.arg(&stores.lines);
            Ok(command)
        }),
        Box::new(|_| {
            stores::remove(&theirs);
            peer.import(programs, &theirs, stores.size)?.ok_or_else(|| anyhow::anyhow!("no import"))
        }),
    ];
    let seconds = take_turns(programs, rounds, &mut sides)?;
    table::times("bulk import", Some(stores.size), &seconds[0], (peer.name(), &seconds[1]), FASTER);
    stores::remove(&new);
    stores::remove(&theirs);
    Ok(())
}

/// The same of `cus`.
fn cus(programs: &Programs, store: &Path, work: Work) -> Command {
    match work {
        Work::Add(_) => {
            let report = ["report", "--customer", "C-00042", "--channel", "email", "--summary", SUMMARY];
            programs.cus(store, report.into_iter().chain(["--description", DESCRIPTION]))
        }
        Work::Modify(number) => {
            let key = format!("CSD-{number}");
            programs.cus(store, ["assess", &key, "--handled-by", "engineering", "--trigger", "none"])
        }
        Work::List => programs.cus(store, ["list"]),
        Work::Search(_) => programs.cus(store, ["search", RARE, "--limit", "50"]),
    }
}

const SUMMARY: &str = "Rates are zero since the upgrade";
const DESCRIPTION: &str = "Since the upgrade of Sunday the rating screen shows zero for every parcel that we enter";
