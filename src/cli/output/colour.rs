//! Colour: it says again what a word says, and never carries meaning alone.

use dialoguer::console::Style;

use crate::workflow::vocabulary::Priority;

/// What a text is, as far as its look says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::cli) enum Tone {
    #[default]
    Plain,
    /// What stands out: headings, and keys that can be acted on.
    Strong,
    /// What is over, or said in passing.
    Dim,
    /// A command that can be copied.
    Command,
    /// What is late, or as urgent.
    Late,
    /// What is due today.
    Today,
}

impl Tone {
    /// The tone of a priority.
    pub(in crate::cli) fn of_priority(priority: Priority) -> Self {
        match priority {
            Priority::Critical | Priority::High => Self::Late,
            Priority::Medium => Self::Plain,
            Priority::Low => Self::Dim,
        }
    }

    /// The tone of a stage: what is over steps back.
    pub(in crate::cli) fn of_stage(stage: &str) -> Self {
        if matches!(stage, "closed" | "resolved") { Self::Dim } else { Self::Plain }
    }

    /// The tone of a key: what is over cannot be acted on.
    pub(in crate::cli) fn of_key(stage: &str) -> Self {
        if Self::of_stage(stage) == Self::Dim { Self::Dim } else { Self::Strong }
    }

    /// The terminal's own colours, so that light and dark both work.
    fn style(self) -> Style {
        let style = Style::new().force_styling(true);
        match self {
            Self::Plain => style,
            Self::Strong => style.bold(),
            Self::Dim => style.dim(),
            Self::Command => style.cyan(),
            Self::Late => style.red(),
            Self::Today => style.yellow(),
        }
    }
}

/// Whether words are coloured.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Colour {
    is_on: bool,
}

impl Colour {
    pub(in crate::cli) fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    pub(in crate::cli) fn is_on(self) -> bool {
        self.is_on
    }

    /// The text in a tone.
    pub(in crate::cli) fn paint(self, tone: Tone, text: &str) -> String {
        if self.is_on && tone != Tone::Plain { tone.style().apply_to(text).to_string() } else { text.to_owned() }
    }

    pub(in crate::cli) fn bold(self, text: &str) -> String {
        self.paint(Tone::Strong, text)
    }

    pub(in crate::cli) fn dim(self, text: &str) -> String {
        self.paint(Tone::Dim, text)
    }

    pub(in crate::cli) fn late(self, text: &str) -> String {
        self.paint(Tone::Late, text)
    }

    /// A key, which can be acted on.
    pub(in crate::cli) fn key(self, text: &str) -> String {
        self.paint(Tone::Strong, text)
    }

    /// A command, which can be copied.
    pub(in crate::cli) fn command(self, text: &str) -> String {
        self.paint(Tone::Command, text)
    }

    pub(in crate::cli) fn priority(self, priority: Priority) -> String {
        self.paint(Tone::of_priority(priority), &priority.to_string())
    }

    pub(in crate::cli) fn stage(self, stage: &str) -> String {
        self.paint(Tone::of_stage(stage), stage)
    }
}
