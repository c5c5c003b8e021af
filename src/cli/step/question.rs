//! Questions to a person, and who answers them.

use serde::{Deserialize, Serialize};

/// The answer to a question that wants yes or no.
pub(in crate::cli) const YES: &str = "yes";

/// The answers to a question that wants yes or no.
pub(in crate::cli) const YES_NO: [&str; 2] = [YES, "no"];

/// Whether an answer will do; if not, what is wrong with it.
pub(in crate::cli) type Check<'q> = &'q dyn Fn(&str) -> Result<(), String>;

/// A question, short enough for a narrow terminal.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Question<'q> {
    /// The name under which its answer is kept in a draft; one without a name is not kept.
    pub(in crate::cli) id: &'q str,
    pub(in crate::cli) text: &'q str,
    /// What to know before answering; it stands on a line of its own.
    pub(in crate::cli) hint: &'q str,
    pub(in crate::cli) kind: Kind<'q>,
    /// What was answered before, to be changed.
    pub(in crate::cli) initial: Option<&'q Given>,
}

/// How a question is answered.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Kind<'q> {
    /// By a line; Tab completes it from the offers.
    Line { offers: &'q [String], check: Check<'q> },
    /// By the path of a file.
    Path { check: Check<'q> },
    /// By a text of any length, in an editor where that is wanted.
    Long { check: Check<'q> },
    /// By one of a few choices.
    One { choices: &'q [Choice<'q>], default: usize },
    /// By one of many choices, found by typing.
    Pick { choices: &'q [Choice<'q>] },
    /// By any of the choices, at least one.
    Any { choices: &'q [Choice<'q>] },
    /// By one key: the first letter of a word, or Enter for the default.
    Key { words: &'q [&'q str], default: usize },
}

/// One of several answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Choice<'q> {
    pub(in crate::cli) word: &'q str,
    /// What the word means.
    pub(in crate::cli) about: &'q str,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum Given {
    Text(String),
    Words(Vec<String>),
}

impl Given {
    /// The text; empty where words were chosen.
    pub(in crate::cli) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Words(_) => "",
        }
    }

    /// The words chosen.
    pub(in crate::cli) fn words(&self) -> &[String] {
        match self {
            Self::Text(_) => &[],
            Self::Words(words) => words,
        }
    }

    /// The answer in few words, to be shown.
    pub(in crate::cli) fn in_brief(&self) -> String {
        match self {
            Self::Words(words) => words.join(", "),
            Self::Text(text) => {
                let mut lines = text.lines();
                let first = lines.next().unwrap_or_default();
                if lines.next().is_some() { format!("{first} …") } else { first.to_owned() }
            }
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Stop {
    /// Nobody is there.
    Nobody,
    /// The person wants to stop; this was being typed.
    Cancelled(Option<String>),
    /// The person wants the question before this one again.
    Back,
}

/// The answer of a person.
pub(in crate::cli) type Answer<T> = Result<T, Stop>;

/// An editor that did not give back a text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::cli) struct EditorFailed(pub(in crate::cli) String);

/// Somebody who can be asked for what is missing.
pub(in crate::cli) trait Prompter {
    /// Whether anybody is there.
    fn is_there(&self) -> bool;

    /// Shows something beside the questions.
    fn show(&mut self, text: &str);

    /// Asks, until an answer will do.
    fn ask(&mut self, question: &Question<'_>) -> Answer<Given>;

    /// Lets a text be edited in an editor.
    fn edit(&mut self, text: &str) -> Result<String, EditorFailed>;

    /// Asks for one of these words, whose answer is kept nowhere, and returns its place.
    fn choose(&mut self, text: &str, words: &[&str]) -> Answer<usize> {
        let choices: Vec<Choice<'_>> = words.iter().map(|word| Choice { word, about: "" }).collect();
        let kind = Kind::One { choices: &choices, default: 0 };
        let given = self.ask(&Question { id: "", text, hint: "", kind, initial: None })?;
        Ok(words.iter().position(|word| given.words().iter().any(|given| given == word)).unwrap_or_default())
    }

    /// Asks for yes or no; the answer is kept nowhere.
    fn yes_no(&mut self, text: &str, default: bool) -> Answer<bool> {
        let kind = Kind::Key { words: &YES_NO, default: usize::from(!default) };
        let given = self.ask(&Question { id: "", text, hint: "", kind, initial: None })?;
        Ok(given.words().iter().any(|word| word == YES))
    }
}

/// Nobody: what is missing is named instead.
pub(in crate::cli) struct Silent;

impl Prompter for Silent {
    fn is_there(&self) -> bool {
        false
    }

    fn show(&mut self, _text: &str) {}

    fn ask(&mut self, _question: &Question<'_>) -> Answer<Given> {
        Err(Stop::Nobody)
    }

    fn edit(&mut self, _text: &str) -> Result<String, EditorFailed> {
        Err(EditorFailed("there is no terminal for an editor".to_owned()))
    }
}
