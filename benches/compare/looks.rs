//! Lists, tickets and searches.

use super::floor::{AS_FAST, Pair};
use super::issues::{COMMON, RARE};
use super::programs::{NOW, Programs};
use super::stores::{self, Stores};
use super::table::{self, Bound};

/// Something to look at.
struct Look {
    what: &'static str,
    arguments: &'static [&'static str],
    /// The floor's verb, and its arguments.
    floor: (&'static str, &'static [&'static str]),
    bound: Bound,
}

const LIST: (&str, &[&str]) = ("list", &["--stage", "reported"]);

/// What is looked at in stores of reported tickets.
const LOOKS: [Look; 5] = [
    Look { what: "list --stage reported", arguments: &["list", "--stage", "reported"], floor: LIST, bound: AS_FAST },
    Look { what: "show", arguments: &["show"], floor: ("show", &[]), bound: AS_FAST },
    Look {
        what: "search, a rare word",
        arguments: &["search", RARE, "--limit", "50"],
        floor: ("search", &[RARE]),
        bound: AS_FAST,
    },
    Look {
        what: "search, a common word",
        arguments: &["search", COMMON, "--limit", "50"],
        floor: ("search", &[COMMON]),
        bound: AS_FAST,
    },
    Look { what: "next", arguments: &["next"], floor: LIST, bound: AS_FAST },
];

/// What a desk asks for that has closed nearly all of its many tickets.
const AT_WORK: [Look; 3] = [
    Look {
        what: "list --count",
        arguments: &["list", "--count"],
        floor: ("count", &[]),
        bound: Bound::AtLeast(15.0, None),
    },
    Look { what: "next, few open", arguments: &["next"], floor: LIST, bound: AS_FAST },
    Look { what: "list --overdue, few open", arguments: &["list", "--overdue"], floor: LIST, bound: AS_FAST },
];

/// Measures the looks on every size.
pub(crate) fn measure(programs: &Programs, all: &[Stores], rounds: usize) -> anyhow::Result<()> {
    for Look { what, arguments, floor: (verb, floors), bound } in LOOKS {
        let ours = |n: usize, round: usize| {
            let mut command = programs.cus(&all[n].reported, arguments);
            if verb == "show" {
                command.arg(format!("CSD-{}", some_ticket(all[n].size, round)));
            }
            Ok(command)
        };
        let floor = |n: usize, round: usize| {
            let mut command = programs.floor(&all[n].floor, verb, floors);
            if verb == "show" {
                command.arg(some_ticket(all[n].size, round).to_string());
            }
            Ok(command)
        };
        let pair = Pair { what, verb, bound, ours: &ours, floor: &floor };
        if what == "next" {
            pair.measure_sizes(programs, all, rounds)?;
        } else {
            pair.measure_growth(programs, all, rounds)?;
        }
    }
    Ok(())
}

/// Measures what a desk at work asks for.
pub(crate) fn measure_at_work(programs: &Programs, stores: &Stores, rounds: usize) -> anyhow::Result<()> {
    let store = stores::at_work(programs, stores.size)?;
    for Look { what, arguments, floor: (verb, floors), bound } in AT_WORK {
        let ours = |_, _| {
            let mut command = programs.cus(&store, arguments);
            command.env("CUS_NOW", NOW);
            Ok(command)
        };
        if verb == "count" && programs.run(&mut ours(0, 0)?).is_err() {
            table::left_out(what, "this `cus` refuses it");
            continue;
        }
        let floor = |_, _| Ok(programs.floor(&stores.floor, verb, floors));
        Pair { what, verb, bound, ours: &ours, floor: &floor }.measure(programs, Some(stores.size), rounds)?;
    }
    Ok(())
}

/// Another ticket in each round, from all over the store.
fn some_ticket(size: u64, round: usize) -> u64 {
    stores::spread(round as u64 + 1, size)
}
