//! Message templates: Jinja, without files and without end.

use std::collections::BTreeSet;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::facts::{self, Facts};
use super::words::Audience;

/// How many steps a template may take: far more than a message needs, and over in a moment.
const FUEL: u64 = 500_000;

/// Something wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line on which it stands, from 1.
    pub line: usize,
    /// What it is.
    pub message: String,
}

/// The text that a template makes of the facts.
///
/// # Errors
/// What is wrong with the template.
pub(super) fn render(template: &str, facts: &Facts<'_>) -> Result<String, String> {
    rendered(template, facts).map_err(|error| told(&error))
}

/// What is wrong with a template for that audience: it is rendered against samples of every decision and answer, and
/// each variable must be one that the audience may know (R31).
pub fn check(template: &str, to: Audience) -> Vec<Fault> {
    let samples = facts::samples(to);
    let known: Vec<serde_json::Value> = samples.iter().filter_map(|facts| serde_json::to_value(facts).ok()).collect();
    let mut faults = BTreeSet::new();
    for name in variables(template) {
        if !known.iter().any(|facts| is_known(facts, &name)) {
            faults.insert(Fault { line: line_of(template, &name), message: format!("unknown variable `{name}`") });
        }
    }
    if faults.is_empty() {
        for error in samples.iter().filter_map(|facts| rendered(template, facts).err()) {
            faults.insert(Fault { line: error.line().unwrap_or(1), message: told(&error) });
        }
    }
    faults.into_iter().collect()
}

fn rendered(template: &str, facts: impl Serialize) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.render_str(template, Value::from(Serde(facts)))
}

/// The variables that a template asks for, with the fields of each behind a dot.
fn variables(template: &str) -> Vec<String> {
    let environment = Environment::new();
    match environment.template_from_str(template) {
        Ok(template) => template.undeclared_variables(true).into_iter().collect(),
        Err(_) => Vec::new(),
    }
}

/// Whether the facts have that variable. What lies within a list, or within nothing, cannot be told.
fn is_known(facts: &serde_json::Value, name: &str) -> bool {
    let mut value = facts;
    for part in name.split('.') {
        let Some(fields) = value.as_object() else { return true };
        match fields.get(part) {
            Some(field) => value = field,
            None => return false,
        }
    }
    true
}

fn line_of(template: &str, name: &str) -> usize {
    template.lines().position(|line| line.contains(name)).map_or(1, |line| line + 1)
}

fn told(error: &minijinja::Error) -> String {
    let what = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    match error.line() {
        Some(line) => format!("{what} (line {line})"),
        None => what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::notice::Manners;
    use crate::core::words::Word;

    fn faults(template: &str, to: Audience) -> Vec<(usize, String)> {
        check(template, to).into_iter().map(|fault| (fault.line, fault.message)).collect()
    }

    #[test]
    fn the_built_in_templates_have_no_fault() {
        let manners = Manners::default();
        for to in Audience::ALL {
            let manner = manners.of(*to);
            assert_eq!(faults(&manner.template, *to), [], "{to}");
            assert_eq!(faults(&manner.subject, *to), [], "{to}");
        }
    }

    #[test]
    fn an_unknown_variable_is_named_with_its_line_even_where_no_sample_comes_by() {
        let template = "Hello\n{% if decision == 'never' %}\n{{ csd.nickname }}\n{% endif %}{{ nobody }}";
        let expected = [(3, "unknown variable `csd.nickname`"), (4, "unknown variable `nobody`")];
        assert_eq!(faults(template, Audience::Customer), expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn what_customers_must_not_know_is_unknown_in_their_template() {
        for hidden in ["cus.key", "assessment.cause", "csd.reporter", "csd.contact", "customers", "closing_note"] {
            let faults = faults(&format!("{{{{ {hidden} }}}}"), Audience::Customer);
            assert_eq!(faults.len(), 1, "{hidden}");
        }
        assert_eq!(faults("{{ assessment.cause }}", Audience::Support), []);
    }

    #[test]
    fn a_template_that_cannot_be_read_is_told_with_its_line() {
        let faults = faults("Hello\n{% if %}", Audience::Product);
        assert_eq!(faults.first().map(|(line, _)| *line), Some(2), "{faults:?}");
    }

    #[test]
    fn a_template_cannot_run_for_ever() {
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let faults = faults(endless, Audience::Product);
        assert_eq!(faults.len(), 1, "{faults:?}");
    }

    #[test]
    fn a_template_cannot_read_files() {
        for template in ["{% include '/etc/passwd' %}", "{% import '/etc/passwd' as x %}", "{% extends 'x' %}"] {
            assert_ne!(faults(template, Audience::Product), [], "{template}");
        }
    }
}
