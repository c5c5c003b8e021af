//! Telling processes apart, so that a claim ends with the process that made it.

/// This process, as another one can ask for it.
pub fn this_process() -> String {
    let id = std::process::id();
    match (machine(), started(id)) {
        (Some(machine), Some(started)) => format!("{machine} {id} {started}"),
        _ => format!("? {id}"),
    }
}

/// Whether a process is gone for certain. Of another machine's, or where the system does not tell, nothing is certain.
pub fn is_gone(claimant: &str) -> bool {
    let mut parts = claimant.split(' ');
    let (Some(there), Some(id), Some(begun)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let Ok(id) = id.parse::<u32>() else { return false };
    machine().is_some_and(|here| here == there) && started(id).as_deref() != Some(begun)
}

/// The machine since it was switched on, and within it the set of processes that know each other's numbers.
fn machine() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), namespace.display()))
}

/// When a process was started, in the system's own count: another process that gets the same number has another time.
fn started(id: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name, in brackets, can hold blanks; the time is the 20th field behind it.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_there() {
        assert!(!is_gone(&this_process()));
    }

    #[test]
    fn nothing_is_certain_of_another_machine() {
        assert!(!is_gone("elsewhere 1 1"));
        assert!(!is_gone("? 1"));
        assert!(!is_gone(""));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_ended_is_gone() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let claimant = format!("{} {} {}", machine().unwrap(), child.id(), started(child.id()).unwrap());
        child.wait().unwrap();
        assert!(is_gone(&claimant));
    }
}
