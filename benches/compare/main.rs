//! Measures `cus` beside the floor, a program that does the least work that each operation allows, and beside peers.
//!
//! `benches/compare.sh` builds what is needed and runs it. Every figure is of two commands that took turns in one run.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a table is what it is for")]

mod bulk;
mod floor;
mod issues;
mod looks;
mod memory;
mod peers;
mod programs;
mod rounds;
mod steps;
mod stores;
mod table;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Parser;

use programs::Programs;
use stores::Stores;

/// Compares `cus` with the floor and with peers
#[derive(Debug, Parser)]
struct Arguments {
    /// The program that is measured
    #[arg(long)]
    cus: PathBuf,
    /// The floor
    #[arg(long)]
    floor: PathBuf,
    /// The folder of the stores
    #[arg(long)]
    work: PathBuf,
    /// Numbers of tickets
    #[arg(long, value_delimiter = ',', value_parser = size, default_value = "1k,100k,1m")]
    sizes: Vec<u64>,
    /// How often each command runs
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let mut given = env::args_os().skip(1);
    let first = given.next().unwrap_or_default();
    let result = match (first.to_str(), given.len()) {
        (Some(memory::FLAG), _) => memory::run_one(given),
        (Some("--bench"), 0) => {
            println!("run benches/compare.sh, which says what to compare");
            Ok(())
        }
        _ => compare(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let Arguments { mut sizes, rounds, .. } = arguments;
    sizes.sort_unstable();
    ensure!(rounds > 0, "no rounds");
    ensure!(sizes.iter().all(|size| rounds <= steps::most_rounds(*size)), "more rounds than the smallest store bears");
    fs::create_dir_all(&arguments.work)?;
    let floor = fs::canonicalize(arguments.floor)?;
    let cus = fs::canonicalize(arguments.cus)?;
    let programs = Programs { cus, floor, folder: fs::canonicalize(arguments.work)? };
    memory::prepare(&programs)?;
    measure(&programs, &sizes, rounds)
}

fn measure(programs: &Programs, sizes: &[u64], rounds: usize) -> anyhow::Result<()> {
    let all = sizes.iter().map(|size| Stores::fill(programs, *size)).collect::<anyhow::Result<Vec<_>>>()?;
    table::heading();
    floor::start(programs, rounds)?;
    steps::measure(programs, &all, rounds)?;
    looks::measure(programs, &all, rounds)?;
    bulk::measure(programs, &all, rounds)?;
    if let Some(largest) = all.last() {
        looks::measure_at_work(programs, largest, rounds)?;
        peers::measure(programs, largest.size, rounds)?;
    }
    Ok(())
}

/// A number such as 500, 1k or 1m.
fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1000),
        None => text.strip_suffix(['m', 'M']).map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    let count = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(unit));
    count.filter(|count| *count >= 100).ok_or_else(|| "not a number of tickets from 100 on, such as 1k".to_owned())
}
