//! Colour: it underlines a word and never carries meaning alone.

use dialoguer::console::Style;

use crate::workflow::vocabulary::Priority;

/// Whether and how words are coloured.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Colour {
    is_on: bool,
}

impl Colour {
    pub(in crate::cli) fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    pub(in crate::cli) fn bold(self, text: &str) -> String {
        self.apply(&Style::new().bold(), text)
    }

    pub(in crate::cli) fn dim(self, text: &str) -> String {
        self.apply(&Style::new().dim(), text)
    }

    pub(in crate::cli) fn late(self, text: &str) -> String {
        self.apply(&Style::new().red().bold(), text)
    }

    pub(in crate::cli) fn key(self, text: &str) -> String {
        self.apply(&Style::new().cyan(), text)
    }

    pub(in crate::cli) fn priority(self, priority: Priority) -> String {
        let style = match priority {
            Priority::Critical => Style::new().red().bold(),
            Priority::High => Style::new().red(),
            Priority::Medium => Style::new().yellow(),
            Priority::Low => Style::new().dim(),
        };
        self.apply(&style, &priority.to_string())
    }

    /// A stage: what waits for somebody stands out, what is over steps back.
    pub(in crate::cli) fn stage(self, stage: &str) -> String {
        let style = match stage {
            "closed" | "resolved" => Style::new().dim(),
            "reported" | "escalated" => Style::new().magenta(),
            "returned" => Style::new().yellow(),
            _ => Style::new().blue(),
        };
        self.apply(&style, stage)
    }

    fn apply(self, style: &Style, text: &str) -> String {
        if self.is_on { style.clone().force_styling(true).apply_to(text).to_string() } else { text.to_owned() }
    }
}
