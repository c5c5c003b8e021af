//! Handing a mail to a program.

use std::process::{Command, Stdio};

use super::deadline::Deadline;
use super::not_delivered::{NotDelivered, first_line};
use super::program::{how_it_ended, run};

/// Gives the mail to the program's standard input and waits for its end.
pub(super) fn deliver(program: &[String], mail: &[u8], deadline: Deadline) -> Result<String, NotDelivered> {
    let [name, arguments @ ..] = program else {
        return Err(NotDelivered("no command is configured".to_owned()));
    };
    let failed = |what: &dyn std::fmt::Display| NotDelivered(format!("`{name}` {what}"));
    let ended = run(Command::new(name).args(arguments).stderr(Stdio::piped()), mail, deadline)
        .map_err(|error| failed(&format!("cannot be run: {error}")))?;
    match ended.status {
        Some(status) if status.success() => {
            let line = first_line(&ended.output);
            Ok(if line.is_empty() { format!("`{name}` took it") } else { format!("`{name}` took it: {line}") })
        }
        Some(status) => {
            let line = first_line(&ended.errors);
            let line = if line.is_empty() { String::new() } else { format!(": {line}") };
            Err(failed(&format!("{}{line}", how_it_ended(status))))
        }
        None => Err(failed(&format!("did not end within {deadline}"))),
    }
}

/// What a program prints on its first line, such as a password; nothing of it is ever shown, and it is in no file.
pub(super) fn first_line_of(program: &[String], deadline: Deadline) -> Result<String, NotDelivered> {
    let [name, arguments @ ..] = program else {
        return Err(NotDelivered("no password command is configured".to_owned()));
    };
    let failed = |what: &dyn std::fmt::Display| NotDelivered(format!("the password command `{name}` {what}"));
    // It speaks to the terminal itself, to ask for what it needs.
    let ended = run(Command::new(name).args(arguments), &[], deadline)
        .map_err(|error| failed(&format!("cannot be run: {error}")))?;
    match ended.status {
        Some(status) if status.success() => {}
        Some(status) => return Err(failed(&how_it_ended(status))),
        None => return Err(failed(&format!("did not end within {deadline}"))),
    }
    match ended.output.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(failed(&"printed nothing")),
    }
}
