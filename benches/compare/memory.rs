//! How much memory a program takes at most.
//!
//! A process learns that of its children together, so this program starts itself anew for each command: as one that
//! has no other child, and that is small, since a child's peak is never told as less than its parent's own.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, ensure};

use super::programs::Programs;

/// The argument that makes this program run one command and print its peak.
pub(crate) const FLAG: &str = "--peak-memory-of";
const WRAPPER: &str = "wrapper";

/// Keeps this program as it is now, since it may be built anew while it measures.
pub(crate) fn prepare(programs: &Programs) -> anyhow::Result<()> {
    std::fs::copy(env::current_exe()?, programs.path(WRAPPER)).map(drop).context("no copy of this program")
}

/// Runs a command, and gives its peak of resident memory in MiB.
pub(crate) fn peak(programs: &Programs, command: &Command) -> anyhow::Result<f64> {
    let mut wrapper = programs.command(programs.path(WRAPPER));
    wrapper.arg(FLAG).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapper.env(name, value),
            None => wrapper.env_remove(name),
        };
    }
    let output = programs.path("peak.txt");
    programs.run_into(&mut wrapper, std::fs::File::create(&output)?)?;
    let kib: f64 = std::fs::read_to_string(output)?.trim().parse().context("no peak was told")?;
    Ok(kib / 1024.0)
}

/// What the program does that was started anew.
pub(crate) fn run_one(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let program = arguments.next().context("no command")?;
    let status = Command::new(program).args(arguments).stdout(std::process::Stdio::null()).status()?;
    ensure!(status.success(), "it ended with {status}");
    println!("{}", children_peak()?);
    Ok(())
}

/// The peak of the children that have ended, in KiB.
#[cfg(unix)]
fn children_peak() -> anyhow::Result<i64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    Ok(if cfg!(target_vendor = "apple") { peak / 1024 } else { peak })
}

#[cfg(not(unix))]
fn children_peak() -> anyhow::Result<i64> {
    anyhow::bail!("the peak of memory is not known on this system")
}
