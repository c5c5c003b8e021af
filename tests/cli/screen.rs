//! A terminal of a certain size, with a model of what stands on it.

use std::time::{Duration, Instant};

use rexpect::process::Signal;
use rexpect::session::{PtySession, spawn_command};

use crate::sandbox::Sandbox;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// A command in a terminal.
pub(crate) struct Screen {
    session: PtySession,
    model: vt100::Parser,
    /// How many keys were pressed.
    pub(crate) keys: usize,
}

impl Screen {
    /// Runs a command in a terminal of this size.
    pub(crate) fn start(sandbox: &Sandbox, size: (u16, u16), arguments: &[&str]) -> Self {
        Self::start_with(sandbox, size, arguments, &[])
    }

    /// Runs a command in a terminal of this size, with these variables besides.
    pub(crate) fn start_with(
        sandbox: &Sandbox,
        (rows, columns): (u16, u16),
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let cus = sandbox.command();
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(sandbox.path("")).env_clear();
        for (name, value) in cus.get_envs().filter(|(name, _)| *name != "COLUMNS") {
            shell.env(name, value.unwrap_or_default());
        }
        let size = format!("stty rows {rows} cols {columns}; exec \"$0\" \"$@\"");
        shell.args(["-c", &size]).arg(cus.get_program()).args(arguments);
        shell.env("TERM", "xterm").env("PATH", "/usr/bin:/bin").envs(variables.iter().copied());
        let session = spawn_command(shell, Some(20_000)).unwrap();
        Self { session, model: vt100::Parser::new(rows, columns, 1000), keys: 0 }
    }

    /// Waits until this stands on the screen.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> &mut Self {
        let begun = Instant::now();
        while !self.contents().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "`{text}` does not appear:\n{}", self.contents());
            self.read();
        }
        self
    }

    /// Waits until this stands on the screen no more.
    #[track_caller]
    pub(crate) fn wait_until_gone(&mut self, text: &str) -> &mut Self {
        let begun = Instant::now();
        while self.contents().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "`{text}` stays:\n{}", self.contents());
            self.read();
        }
        self
    }

    /// Presses these keys.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
        self.keys += if keys.starts_with('\u{1b}') { 1 } else { keys.chars().count() };
        self
    }

    /// Waits for a question and answers it.
    #[track_caller]
    pub(crate) fn answer(&mut self, question: &str, keys: &str) -> &mut Self {
        self.wait_for(question).press(keys)
    }

    /// Waits for the end of the command, and returns how it ended.
    #[track_caller]
    pub(crate) fn ends(&mut self, exit: i32) {
        let begun = Instant::now();
        loop {
            self.read();
            let status = format!("{:?}", self.session.process().status());
            if status.contains("Exited(") {
                self.read();
                assert!(status.ends_with(&format!(", {exit}))")), "{status}:\n{}", self.contents());
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end:\n{}", self.contents());
        }
    }

    /// Sends the command a signal.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        self.session.process_mut().signal(signal).unwrap();
        self
    }

    /// Whether the command has the mouse.
    pub(crate) fn has_mouse(&self) -> bool {
        self.model.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// What stands on the screen, without what has left it at its top.
    pub(crate) fn contents(&self) -> String {
        self.model.screen().contents()
    }

    /// How often this stands on the screen or has left it at its top.
    pub(crate) fn count(&mut self, text: &str) -> usize {
        let rows = usize::from(self.model.screen().size().0);
        self.model.screen_mut().set_scrollback(usize::MAX);
        let above = self.model.screen().scrollback();
        let mut lines = Vec::new();
        for offset in (1..=above).rev() {
            self.model.screen_mut().set_scrollback(offset);
            lines.extend(self.contents_lines(1));
        }
        self.model.screen_mut().set_scrollback(0);
        lines.extend(self.contents_lines(rows));
        lines.iter().filter(|line| line.contains(text)).count()
    }

    fn contents_lines(&self, count: usize) -> Vec<String> {
        let (_, columns) = self.model.screen().size();
        self.model.screen().rows(0, columns).take(count).collect()
    }

    fn read(&mut self) {
        // Each is a byte, whatever its type says.
        let bytes: Vec<u8> = std::iter::from_fn(|| self.session.try_read()).map(|byte| byte as u8).collect();
        if bytes.is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.model.process(&bytes);
    }
}
