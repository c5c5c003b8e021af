//! Answers from a script.

use std::collections::VecDeque;

use super::question::{Answer, EditorFailed, Given, Kind, Prompter, Question, Stop};

/// One answer; running out of them cancels.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) enum Say {
    Text(&'static str),
    Choose(&'static str),
    Mark(&'static [&'static str]),
    Yes,
    No,
    Back,
    /// What is filled in, or chosen already.
    Enter,
}

/// A person who answers from a script, and fails the test at a question of another kind.
#[derive(Debug)]
pub(in crate::cli) struct Scripted(pub(in crate::cli) VecDeque<Say>);

impl Prompter for Scripted {
    fn is_there(&self) -> bool {
        true
    }

    fn show(&mut self, _text: &str) {}

    fn ask(&mut self, question: &Question<'_>) -> Answer<Given> {
        let words = |words: &[&str]| Ok(Given::Words(words.iter().map(|word| (*word).to_owned()).collect()));
        loop {
            let said = self.0.pop_front().ok_or(Stop::Cancelled(None))?;
            return match (said, question.kind) {
                (Say::Back, _) => Err(Stop::Back),
                (Say::Enter, Kind::One { choices, default }) => words(&[choices[default].word]),
                (Say::Enter, _) => Ok(question.initial.expect("nothing is filled in").clone()),
                (Say::Text(text), Kind::Line { check, .. } | Kind::Path { check } | Kind::Long { check }) => {
                    match check(text) {
                        Ok(()) => Ok(Given::Text(text.to_owned())),
                        Err(_) => continue,
                    }
                }
                (Say::Choose(word), Kind::One { choices, .. } | Kind::Pick { choices }) => {
                    assert!(choices.iter().any(|choice| choice.word == word), "`{word}` is not listed");
                    words(&[word])
                }
                (Say::Mark(marked), Kind::Any { choices }) => {
                    assert!(marked.iter().all(|word| choices.iter().any(|choice| choice.word == *word)));
                    words(marked)
                }
                (Say::Yes, Kind::Key { .. }) => words(&["yes"]),
                (Say::No, Kind::Key { .. }) => words(&["no"]),
                (other, _) => panic!("`{}` is not answered by {other:?}", question.text),
            };
        }
    }

    fn edit(&mut self, text: &str) -> Result<String, EditorFailed> {
        Ok(text.to_owned())
    }
}
