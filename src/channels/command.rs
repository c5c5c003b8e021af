//! Handing a mail to a program.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::not_delivered::{NotDelivered, first_line};

/// How often a program is looked at.
const PAUSE: Duration = Duration::from_millis(5);
/// How much of what a program says is read.
const SAID: u64 = 4096;

/// Gives the mail to the program's standard input and waits for its end.
pub(super) fn deliver(program: &[String], mail: &[u8], timeout: Duration) -> Result<String, NotDelivered> {
    let [name, arguments @ ..] = program else {
        return Err(NotDelivered("no command is configured".to_owned()));
    };
    let failed = |what: &dyn std::fmt::Display| NotDelivered(format!("`{name}` {what}"));
    let temporary = || tempfile::tempfile().map_err(|error| failed(&format!("cannot be run: {error}")));
    let (mut said, mut complained) = (temporary()?, temporary()?);
    let both = said.try_clone().and_then(|said| Ok((said, complained.try_clone()?)));
    let (out, err) = both.map_err(|error| failed(&format!("cannot be run: {error}")))?;
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(err)
        .spawn()
        .map_err(|error| failed(&format!("cannot be run: {error}")))?;
    let status = std::thread::scope(|scope| {
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read to the end says by its exit status what that means.
            scope.spawn(move || stdin.write_all(mail).ok());
        }
        wait(&mut child, timeout)
    });
    match status {
        Ok(Some(status)) if status.success() => {
            let line = beginning(&mut said);
            Ok(if line.is_empty() { format!("`{name}` took it") } else { format!("`{name}` took it: {line}") })
        }
        Ok(Some(status)) => {
            let line = beginning(&mut complained);
            let line = if line.is_empty() { String::new() } else { format!(": {line}") };
            Err(failed(&format!("{}{line}", how_it_ended(status))))
        }
        Ok(None) => Err(failed(&format!("did not end within {} s", timeout.as_secs_f32()))),
        Err(error) => Err(failed(&format!("cannot be waited for: {error}"))),
    }
}

/// The exit status, or `None` where the time is over and the program was ended.
fn wait(child: &mut Child, timeout: Duration) -> std::io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > timeout {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}

fn how_it_ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with {code}"),
        None => "was ended by a signal".to_owned(),
    }
}

fn beginning(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = file.rewind().and_then(|()| file.take(SAID).read_to_end(&mut bytes));
    if read.is_ok() { first_line(&String::from_utf8_lossy(&bytes)) } else { String::new() }
}

/// What a program prints on its first line, such as a password; nothing of it is ever shown.
pub(super) fn first_line_of(program: &[String], timeout: Duration) -> Result<String, NotDelivered> {
    let [name, arguments @ ..] = program else {
        return Err(NotDelivered("no password command is configured".to_owned()));
    };
    let failed = |what: &dyn std::fmt::Display| NotDelivered(format!("the password command `{name}` {what}"));
    let mut said = tempfile::tempfile().map_err(|error| failed(&format!("cannot be run: {error}")))?;
    let out = said.try_clone().map_err(|error| failed(&format!("cannot be run: {error}")))?;
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(out)
        .spawn()
        .map_err(|error| failed(&format!("cannot be run: {error}")))?;
    match wait(&mut child, timeout) {
        Ok(Some(status)) if status.success() => {}
        Ok(Some(status)) => return Err(failed(&how_it_ended(status))),
        Ok(None) => return Err(failed(&"did not end in time")),
        Err(error) => return Err(failed(&format!("cannot be waited for: {error}"))),
    }
    let mut text = String::new();
    said.rewind().and_then(|()| said.take(SAID).read_to_string(&mut text)).map_err(|_| failed(&"printed no text"))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(failed(&"printed nothing")),
    }
}
