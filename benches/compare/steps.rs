//! Durable steps, one process each, on copies of the stores.

use std::process::Command;

use super::floor::{AS_FAST, Pair};
use super::memory;
use super::programs::Programs;
use super::stores::{self, Copy, Stores};
use super::table::{self, Bound};

/// The steps that are measured; each takes another ticket in each round.
const STEPS: [&str; 4] = ["report", "assess", "escalate", "eng-assess"];

/// The most rounds for which a store of that size has tickets.
pub(crate) fn most_rounds(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX) / STEPS.len()
}

/// Measures each step on every size.
pub(crate) fn measure(programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<()> {
    let mut copies = Vec::new();
    for stores in all {
        let ours = Copy::of(programs, &stores.reported, &format!("steps-{}.db", stores.size))?;
        prepare(programs, &ours, stores.size, rounds)?;
        let floor = Copy::of(programs, &stores.floor, &format!("floor-steps-{}.db", stores.size))?;
        copies.push((stores.size, ours, floor));
    }
    for what in STEPS {
        let ours =
            |n: usize, round: usize| Ok(step(programs, &copies[n].1, what, ticket(copies[n].0, what, round), round));
        let floor = |n: usize, round: usize| {
            let (size, _, floor) = &copies[n];
            let id = ticket(*size, what, round).to_string();
            let arguments: &[&str] = if what == "report" { &[] } else { &["--id", &id] };
            Ok(programs.floor(floor.path(), "op", arguments))
        };
        Pair { what, verb: "op", bound: AS_FAST, ours: &ours, floor: &floor }.measure_growth(programs, all, rounds)?;
    }
    for (size, ours, floor) in &copies {
        let peak = memory::peak(programs, &step(programs, ours, "report", 0, 0))?;
        let floor = memory::peak(programs, &programs.floor(floor.path(), "op", &[]))?;
        table::memory("peak memory of a report", *size, peak, ("op", floor), Bound::AtMost(8.0, Some(5.5)));
    }
    Ok(())
}

/// Brings tickets to where the steps begin.
fn prepare(programs: &Programs, store: &Copy, size: u64, rounds: usize) -> anyhow::Result<()> {
    let mut lines = String::new();
    for (what, round) in ["escalate", "eng-assess"].into_iter().flat_map(|what| (0..rounds).map(move |n| (what, n))) {
        let key = format!("CSD-{}", ticket(size, what, round));
        lines += &format!(
            "{{\"do\":\"assess\",\"csd\":\"{key}\",\"handled_by\":\"engineering\",\"trigger\":\"financial\"}}\n"
        );
        if what == "eng-assess" {
            lines += &format!(
                "{{\"do\":\"escalate\",\"csd\":\"{key}\",\"priority\":\"high\",\"steps\":\"Rate any parcel.\"}}\n"
            );
        }
    }
    let file = programs.path("prepare.jsonl");
    std::fs::write(&file, lines)?;
    programs.run(programs.cus(store.path(), ["batch"]).arg(&file)).map(drop)
}

/// The number of the ticket for a step in a round: spread over the store, and no two the same.
fn ticket(size: u64, what: &str, round: usize) -> u64 {
    let place = STEPS.iter().position(|step| *step == what).unwrap_or_default();
    let slot = (round * STEPS.len() + place) as u64;
    let slots = size / STEPS.len() as u64 * STEPS.len() as u64;
    stores::spread(slot, slots)
}

fn step(programs: &Programs, store: &Copy, what: &str, ticket: u64, round: usize) -> Command {
    let csd = format!("CSD-{ticket}");
    let cus = format!("CUS-{}", round + 1);
    let (role, arguments): (_, &[&str]) = match what {
        "assess" => ("support", &["assess", &csd, "--handled-by", "engineering", "--trigger", "financial"]),
        "escalate" => ("support", &["escalate", &csd, "--priority", "high", "--steps", "Rate any parcel."]),
        "eng-assess" => (
            "engineering",
            &[
                "eng-assess",
                &cus,
                "--cause",
                "The migration",
                "--started",
                "unknown",
                "--caused-by",
                "unknown",
                "--severity",
                "major",
                "--impact",
                "one",
                "--workaround",
                "none",
            ],
        ),
        _ => (
            "support",
            &[
                "report",
                "--customer",
                "C-00042",
                "--channel",
                "email",
                "--summary",
                "login page answers 500 after the certificate change",
                "--description",
                DESCRIPTION,
            ],
        ),
    };
    let mut command = programs.cus(store.path(), arguments);
    command.env("CUS_ROLE", role);
    command
}

/// As long as the text that the floor's step writes.
const DESCRIPTION: &str = "login page answers 500 after the certificate change login page answers 500 after the \
                           certificate change login page answers 500 after the certificate change login page answers \
                           500 after the certificate change";
