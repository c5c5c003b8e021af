//! A step's questions as a whole: answers given before are not asked for again, and each can be gone back to.

use serde::{Deserialize, Serialize};

use super::question::{Answer, Choice, EditorFailed, Given, Kind, Prompter, Question, Stop};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cli) struct Answered {
    /// The name of the question.
    id: String,
    /// The question as it was asked.
    text: String,
    given: Given,
    /// Whether it counts; else it is where the answer begins when the question is asked again.
    is_whole: bool,
}

/// The size of answers: how much was typed.
pub(in crate::cli) fn size(answers: &[Answered]) -> usize {
    answers.iter().map(|answer| answer.given.text().len().max(answer.given.words().len())).sum()
}

/// Asks the questions of one step. The step is run again for each way back: what was answered is then answered at once.
pub(in crate::cli) struct Wizard<'a> {
    person: &'a mut dyn Prompter,
    /// What was answered in the run before.
    before: Vec<Answered>,
    /// What is answered in this run.
    now: Vec<Answered>,
    /// Answers of an earlier time, which are offered before the first question.
    draft: Vec<Answered>,
    /// Shows what the step is about, before the first question.
    introduction: Option<String>,
    /// Whether a draft was offered and not wanted.
    pub(in crate::cli) has_started_over: bool,
}

impl<'a> Wizard<'a> {
    /// Questions to this person, of whom nothing is known yet.
    pub(in crate::cli) fn new(person: &'a mut dyn Prompter) -> Self {
        Self {
            person,
            before: Vec::new(),
            now: Vec::new(),
            draft: Vec::new(),
            introduction: None,
            has_started_over: false,
        }
    }

    /// Shows this before the first question.
    pub(in crate::cli) fn introduced(self, introduction: String) -> Self {
        Self { introduction: Some(introduction), ..self }
    }

    /// Takes these answers as given.
    pub(in crate::cli) fn answered(self, before: Vec<Answered>) -> Self {
        Self { before, ..self }
    }

    /// Offers these answers of an earlier time.
    pub(in crate::cli) fn offering(self, draft: Vec<Answered>) -> Self {
        Self { draft, ..self }
    }

    /// Goes back to the question before the one that was asked last. Whether there is one.
    pub(in crate::cli) fn go_back(&mut self) -> bool {
        let last = self.now.iter_mut().rev().find(|answer| answer.is_whole);
        let has_one = last.map(|answer| answer.is_whole = false).is_some();
        self.begin_again();
        has_one
    }

    /// Lets the person choose an answer to be changed.
    pub(in crate::cli) fn edit_one(&mut self) -> Answer<()> {
        let briefs: Vec<String> = self.now.iter().map(|answer| answer.given.in_brief()).collect();
        let choices: Vec<Choice<'_>> =
            self.now.iter().zip(&briefs).map(|(answer, about)| Choice { word: &answer.text, about }).collect();
        let kind = Kind::One { choices: &choices, default: 0 };
        let question = Question { id: "", text: "Change which answer?", hint: "", kind, initial: None };
        let chosen = self.person.ask(&question)?;
        let place = choices.iter().position(|choice| chosen.words().iter().any(|word| word == choice.word));
        if let Some(answer) = place.and_then(|place| self.now.get_mut(place)) {
            answer.is_whole = false;
        }
        self.begin_again();
        Ok(())
    }

    /// All that was answered, and what was being typed.
    pub(in crate::cli) fn into_answers(self) -> Vec<Answered> {
        self.now
    }

    /// Begins a run in which what was answered is known, this time's answers first.
    pub(in crate::cli) fn begin_again(&mut self) {
        let now = std::mem::take(&mut self.now);
        let older = self.before.drain(..).skip(now.len());
        self.before = now.into_iter().chain(older).collect();
    }

    /// The answer to a question in the run before; of a question that is asked several times, in its turn.
    fn known(&self, id: &str) -> Option<&Answered> {
        let turn = self.now.iter().filter(|answer| answer.id == id).count();
        self.before.iter().filter(|answer| answer.id == id).nth(turn)
    }

    /// What comes before the first question: what it is about, and a draft.
    fn begin(&mut self) -> Answer<()> {
        if let Some(introduction) = self.introduction.take().filter(|text| !text.is_empty()) {
            self.person.show(&introduction);
        }
        let draft = std::mem::take(&mut self.draft);
        if !draft.is_empty() {
            if self.person.yes_no("Continue with the draft?", true)? {
                self.before = draft;
            } else {
                self.has_started_over = true;
            }
        }
        Ok(())
    }
}

impl Prompter for Wizard<'_> {
    fn is_there(&self) -> bool {
        self.person.is_there() || !self.before.is_empty()
    }

    fn show(&mut self, text: &str) {
        // What is answered at once is not commented on either.
        if self.now.len() >= self.before.len() {
            self.person.show(text);
        }
    }

    fn ask(&mut self, question: &Question<'_>) -> Answer<Given> {
        if question.id.is_empty() {
            return self.person.ask(question);
        }
        let is_known = |answer: &&Answered| answer.is_whole && fits(question, &answer.given);
        if self.known(question.id).filter(is_known).is_none() {
            self.begin()?;
        }
        let known = self.known(question.id).cloned();
        if let Some(known) = known.clone().filter(|known| is_known(&known)) {
            let given = known.given.clone();
            self.now.push(known);
            return Ok(given);
        }
        let initial = known.map(|known| known.given).or_else(|| question.initial.cloned());
        let answer = self.person.ask(&Question { initial: initial.as_ref(), ..*question });
        let (given, is_whole) = match &answer {
            Ok(given) => (Some(given.clone()), true),
            Err(Stop::Cancelled(typed)) => (typed.clone().map(Given::Text).or(initial), false),
            Err(Stop::Nobody | Stop::Back) => (None, false),
        };
        if let Some(given) = given {
            self.now.push(Answered { id: question.id.to_owned(), text: question.text.to_owned(), given, is_whole });
        }
        answer
    }

    fn edit(&mut self, text: &str) -> Result<String, EditorFailed> {
        self.person.edit(text)
    }
}

/// Whether an answer of an earlier time is one of what can be answered now.
fn fits(question: &Question<'_>, given: &Given) -> bool {
    match (question.kind, given) {
        (Kind::Line { check, .. } | Kind::Path { check } | Kind::Long { check }, Given::Text(text)) => {
            check(text).is_ok()
        }
        (Kind::One { choices, .. } | Kind::Pick { choices } | Kind::Any { choices }, Given::Words(words)) => {
            !words.is_empty() && words.iter().all(|word| choices.iter().any(|choice| choice.word == word))
        }
        (Kind::Key { words: keys, .. }, Given::Words(words)) => words.iter().all(|word| keys.contains(&word.as_str())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::scripted::{Say, Scripted};
    use super::*;

    /// Asks A and B.
    fn run(wizard: &mut Wizard<'_>) -> Answer<[String; 2]> {
        let mut ask = |text: &str| {
            let kind = Kind::Line { offers: &[], check: &|_| Ok(()) };
            wizard.ask(&Question { id: text, text, hint: "", kind, initial: None })
        };
        Ok([ask("A")?.text().to_owned(), ask("B")?.text().to_owned()])
    }

    #[test]
    fn a_question_is_gone_back_to_and_an_answer_changed() {
        let says = [Say::Text("1"), Say::Back, Say::Text("2"), Say::Text("x"), Say::Choose("A"), Say::Text("3")];
        let mut person = Scripted(says.into_iter().collect());
        let mut wizard = Wizard::new(&mut person);
        assert_eq!(run(&mut wizard), Err(Stop::Back));
        assert!(wizard.go_back());
        assert_eq!(run(&mut wizard).unwrap(), ["2", "x"]);
        wizard.edit_one().unwrap();
        assert_eq!(run(&mut wizard).unwrap(), ["3", "x"]);
        assert_eq!(size(&wizard.into_answers()), 2);
    }

    #[test]
    fn a_draft_is_offered_before_the_first_question() {
        let mut person = Scripted([Say::Text("1")].into_iter().collect());
        let mut wizard = Wizard::new(&mut person);
        assert!(run(&mut wizard).is_err());
        let draft = wizard.into_answers();
        let mut person = Scripted([Say::Yes, Say::Text("y")].into_iter().collect());
        let mut wizard = Wizard::new(&mut person).offering(draft);
        assert_eq!(run(&mut wizard).unwrap(), ["1", "y"]);
    }
}
