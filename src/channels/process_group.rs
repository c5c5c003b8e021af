//! A program in a process group of its own, so that all that it started can be ended with it.

#[cfg(unix)]
pub(super) use unix::{end, lead, lend_terminal, pass_interrupt_on};
#[cfg(not(unix))]
pub(super) use without::{end, lead, lend_terminal, pass_interrupt_on};

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::Result;
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::{Child, Command, ExitStatus};

    use nix::sys::signal::{SigSet, Signal, killpg, raise};
    use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

    /// The terminal while it is lent to a program; it is taken back when this is dropped.
    pub(in crate::channels) struct Lent(File);

    /// Makes the program lead a process group.
    pub(in crate::channels) fn lead(command: &mut Command) -> &mut Command {
        command.process_group(0)
    }

    /// Lends the terminal, where this process has it, to the program's group: it may ask for a password there, and Ctrl-C
    /// ends it.
    pub(in crate::channels) fn lend_terminal(child: &Child) -> Option<Lent> {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok()?;
        if tcgetpgrp(&terminal).ok()? != getpgrp() {
            return None;
        }
        tcsetpgrp(&terminal, group(child)).ok()?;
        // It may have asked before it had the terminal, and was stopped for that.
        let _ = killpg(group(child), Signal::SIGCONT);
        Some(Lent(terminal))
    }

    /// Ends the program with all that it started.
    pub(in crate::channels) fn end(child: &mut Child) -> Result<()> {
        Ok(killpg(group(child), Signal::SIGKILL)?)
    }

    /// Ends this process as Ctrl-C would have, where that ended the program that had the terminal.
    pub(in crate::channels) fn pass_interrupt_on(status: ExitStatus) {
        if status.signal() == Some(Signal::SIGINT as i32) {
            let _ = raise(Signal::SIGINT);
        }
    }

    impl Drop for Lent {
        fn drop(&mut self) {
            // Who takes the terminal without having it is stopped, unless the signal for that is blocked.
            let mut blocked = SigSet::empty();
            blocked.add(Signal::SIGTTOU);
            let was_blocked = SigSet::thread_get_mask().is_ok_and(|mask| mask.contains(Signal::SIGTTOU));
            let _ = blocked.thread_block();
            let _ = tcsetpgrp(&self.0, getpgrp());
            if !was_blocked {
                let _ = blocked.thread_unblock();
            }
        }
    }

    fn group(child: &Child) -> Pid {
        Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX))
    }
}

#[cfg(not(unix))]
mod without {
    use std::io::Result;
    use std::process::{Child, Command, ExitStatus};

    pub(in crate::channels) fn lead(command: &mut Command) -> &mut Command {
        command
    }

    pub(in crate::channels) fn lend_terminal(_: &Child) -> Option<()> {
        None
    }

    pub(in crate::channels) fn end(child: &mut Child) -> Result<()> {
        child.kill()
    }

    pub(in crate::channels) fn pass_interrupt_on(_: ExitStatus) {}
}
