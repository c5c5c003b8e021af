//! Batch lines, each with who takes the step, in which role, and when.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::tracker::Time;

/// What the script remarks on its own, beside the tracker's comments, begins with this.
pub(crate) const REMARK: &str = "[told by the test] ";

/// Lines in the order in which they were told; `in_order` puts them in the order of their times.
#[derive(Default)]
pub(crate) struct Script {
    lines: Vec<(Time, Value)>,
}

/// Who takes a step.
#[derive(Clone, Copy)]
pub(crate) struct Actor<'a> {
    /// `None` for somebody of no team.
    role: Option<&'static str>,
    name: &'a str,
}

impl<'a> Actor<'a> {
    /// The person, or the team where the tracker names nobody.
    pub(crate) fn new(role: &'static str, name: Option<&'a str>) -> Self {
        Self { role: Some(role), name: name.unwrap_or(role) }
    }

    /// Somebody from outside, such as a customer.
    pub(crate) fn of_no_team(name: &'a str) -> Self {
        Self { role: None, name }
    }
}

impl Script {
    pub(crate) fn say(&mut self, at: Time, actor: Actor<'_>, mut line: Value) {
        line["as"] = json!(actor.name);
        line["role"] = json!(actor.role);
        line["now"] = json!(at.to_rfc3339_opts(SecondsFormat::Secs, true));
        self.lines.push((at, line));
    }

    /// A comment on the ticket of that key.
    pub(crate) fn comment(&mut self, at: Time, actor: Actor<'_>, key: &str, text: &str) {
        self.say(at, actor, json!({ "do": "comment", "key": key, "text": text }));
    }

    /// A comment that is not in the tracker.
    pub(crate) fn remark(&mut self, at: Time, actor: Actor<'_>, key: &str, text: &str) {
        self.comment(at, actor, key, &format!("{REMARK}{text}"));
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The lines by their times; what happens at one time keeps the order in which it was told.
    pub(crate) fn in_order(&self) -> String {
        let mut lines: Vec<&(Time, Value)> = self.lines.iter().collect();
        lines.sort_by_key(|(at, _)| *at);
        lines.into_iter().map(|(_, line)| format!("{line}\n")).collect()
    }
}
