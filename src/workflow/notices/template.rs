//! Message templates: Jinja without includes, with a limit on length and steps.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Template, UndefinedBehavior};

use crate::workflow::notices::context::{self, Facts};
use crate::workflow::vocabulary::Audience;

/// The limit on a template's steps, of which each piece of text that it makes costs some: far more than a message needs,
/// and reached in a moment.
const FUEL: u64 = 500_000;

/// The limit on calls within calls: the stack is finite.
const DEEPEST: usize = 50;

/// The limit on a template's length: far longer than a message. Nested parts are parsed recursively, and the stack is
/// finite.
const LONGEST: usize = 16 * 1024;

/// The fault of a template that renders to nothing.
const BLANK: &str = "it makes a blank text of the facts";

/// The paragraphs of the facts, parsed once: one for customers and one for colleagues.
static PARAGRAPHS: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = environment();
    environment.add_template("customer", include_str!("templates/facts.md"))?;
    environment.add_template("staff", include_str!("templates/staff_facts.md"))?;
    Ok(environment)
});

/// A fault in a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The fault.
    pub message: String,
}

/// Renders a template with these facts.
///
/// # Errors
/// Fails with the template's fault.
pub(in crate::workflow) fn render(template: &str, facts: &Facts<'_>) -> Result<String, String> {
    let environment = environment();
    let text = read(&environment, template).and_then(|template| rendered(&template, facts));
    text.map_err(|fault| fault.message)
}

/// Renders the paragraph of the facts for this audience.
///
/// # Errors
/// Fails with the fault of the built-in template.
pub(in crate::workflow) fn paragraph(to: Audience, facts: &Facts<'_>) -> Result<String, String> {
    let name = if to == Audience::Customer { "customer" } else { "staff" };
    let environment = PARAGRAPHS.as_ref().map_err(ToString::to_string)?;
    let template = environment.get_template(name).map_err(|error| error.to_string())?;
    rendered(&template, facts).map_err(|fault| fault.message)
}

/// Renders a template that has been parsed.
fn rendered(template: &Template<'_, '_>, facts: &Facts<'_>) -> Result<String, Fault> {
    let text = template.render(Value::from(Serde(facts))).map_err(|error| fault(&error))?;
    if text.trim().is_empty() { Err(Fault { line: 1, message: BLANK.to_owned() }) } else { Ok(text) }
}

/// Returns the faults of a template for this audience: it is rendered with samples of every decision and answer, and
/// each variable must be one that the audience may know (R31).
pub fn check(template: &str, to: Audience) -> Vec<Fault> {
    let environment = environment();
    let compiled = match read(&environment, template) {
        Ok(compiled) => compiled,
        Err(fault) => return vec![fault],
    };
    let samples = context::samples(to);
    let known: Vec<serde_json::Value> = samples.iter().filter_map(|facts| serde_json::to_value(facts).ok()).collect();
    let mut faults = BTreeSet::new();
    for name in compiled.undeclared_variables(true) {
        if !known.iter().any(|facts| is_known(facts, &name)) {
            faults.insert(Fault { line: line_of(template, &name), message: format!("unknown variable `{name}`") });
        }
    }
    if faults.is_empty() {
        faults.extend(samples.iter().filter_map(|facts| rendered(&compiled, facts).err()));
    }
    faults.into_iter().collect()
}

/// Returns the facts that a sound template for this audience leaves out of some notice, and that are then added below it
/// (R21).
pub fn leaves_out(template: &str, to: Audience) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for facts in context::samples(to) {
        let text = render(template, &facts).unwrap_or_default();
        missing.extend(facts.left_out(&text).into_iter().filter(|fact| !missing.contains(fact)).collect::<Vec<_>>());
    }
    missing
}

/// Returns the variables that a template for this audience can use, those of a list with `[]` behind its name.
pub fn variables(to: Audience) -> Vec<String> {
    let mut names = BTreeSet::new();
    for facts in context::samples(to) {
        if let Ok(facts) = serde_json::to_value(facts) {
            name_all(&facts, "", &mut names);
        }
    }
    // What is nothing in one sample and more in another goes by its parts.
    let is_whole = |name: &&String| {
        !names.iter().any(|other| other.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    names.iter().filter(is_whole).cloned().collect()
}

fn name_all(value: &serde_json::Value, name: &str, names: &mut BTreeSet<String>) {
    let inner = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    if let Some(object) = value.as_object() {
        object.iter().for_each(|(key, value)| name_all(value, &inner(key), names));
    } else if let Some(first) = value.as_array().and_then(|values| values.first()) {
        name_all(first, &format!("{name}[]"), names);
    } else {
        names.insert(name.to_owned());
    }
}

fn environment<'a>() -> Environment<'a> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEEPEST);
    // A message needs no function, and a namespace can hold itself.
    for function in ["range", "dict", "debug", "namespace"] {
        environment.remove_global(function);
    }
    // Like the operators that [`growing`] finds.
    environment.remove_filter("chain");
    environment.remove_filter("zip");
    environment
}

fn read<'e, 't>(environment: &'e Environment<'t>, template: &'t str) -> Result<Template<'e, 't>, Fault> {
    if template.len() > LONGEST {
        return Err(Fault { line: 1, message: format!("it is longer than {} KiB", LONGEST / 1024) });
    }
    match growing(template) {
        Some(fault) => Err(fault),
        None => environment.template_from_str(template).map_err(|error| fault(&error)),
    }
}

/// Finds the first operator that can make a list longer. A repeated list costs fuel only once its items are visited,
/// and rendering it visits them all, however many there are.
fn growing(template: &str) -> Option<Fault> {
    let mut tokens = tokenize(template, false, SyntaxConfig::default()).map_while(Result::ok);
    let (token, span) = tokens.find(|(token, _)| matches!(token, Token::Mul | Token::Plus))?;
    let operator = if matches!(token, Token::Mul) { "*" } else { "+" };
    let message = format!("`{operator}` is not available: texts are joined by `~`");
    Some(Fault { line: usize::from(span.start_line), message })
}

/// Whether the facts have this variable. Variables within a list, or within none, are not checked.
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
    let before = template.find(name).and_then(|place| template.get(..place));
    before.map_or(1, |before| before.matches('\n').count() + 1)
}

fn fault(error: &minijinja::Error) -> Fault {
    Fault { line: error.line().unwrap_or(1), message: told(error) }
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
    use crate::workflow::notices::draft::NoticeSettings;
    use crate::workflow::vocabulary::Word;

    fn faults(template: &str, to: Audience) -> Vec<(usize, String)> {
        check(template, to).into_iter().map(|fault| (fault.line, fault.message)).collect()
    }

    #[test]
    fn no_list_can_be_made_longer() {
        for template in
            ["\n{{ (customers * 30000000) ~ '' }}", "{% if true %}\n{% set a = customers + customers %}{% endif %}"]
        {
            let [(2, fault)] = &faults(template, Audience::Product)[..] else { panic!("{template}") };
            assert!(fault.contains("is not available"), "{fault}");
        }
        assert!(faults("{{ customers | chain(customers) }}", Audience::Product)[0].1.contains("filter"));
        assert_eq!(
            faults("{%+ if customers %}* and + ~ {{ customers | join(' + ') }}{% endif %}", Audience::Product),
            []
        );
    }

    #[test]
    fn what_would_tell_somebody_nothing_is_a_fault() {
        for template in ["", " \n", "{% if decision == 'patch' %}A patch comes.{% endif %}"] {
            assert_eq!(faults(template, Audience::Customer), [(1, BLANK.to_owned())], "{template:?}");
        }
        let facts = &context::samples(Audience::Customer)[0];
        assert_eq!(render("{# nothing #}", facts), Err(BLANK.to_owned()));
    }

    #[test]
    fn the_built_in_templates_have_no_fault() {
        let notice_settings = NoticeSettings::default();
        for to in Audience::ALL {
            let settings = notice_settings.of(*to);
            assert_eq!(faults(&settings.template, *to), [], "{to}");
            assert_eq!(faults(&settings.subject, *to), [], "{to}");
            assert!(leaves_out(&settings.template, *to).is_empty(), "{to}");
        }
    }

    #[test]
    fn what_a_template_leaves_out_is_named() {
        let left_out = leaves_out("We are at it, planned for {{ target_date }}.", Audience::Customer);
        assert_eq!(left_out, ["decision", "fix version", "answer"]);
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
    fn a_template_cannot_hold_itself_and_calls_no_function() {
        let itself = "{% set ns = namespace(a=1) %}{% set ns.self = ns %}{{ ns }}";
        for template in [itself, "{{ range(3) }}", "{{ debug() }}", "{{ dict(a=1) }}"] {
            assert_ne!(faults(template, Audience::Product), [], "{template}");
            assert!(render(template, &context::samples(Audience::Product)[0]).is_err(), "{template}");
        }
    }

    #[test]
    fn a_template_is_no_longer_than_can_be_read() {
        let sum = format!("{{{{ 1{} }}}}", "+1".repeat(100_000));
        let expected = "it is longer than 16 KiB";
        assert_eq!(faults(&sum, Audience::Product), [(1, expected.to_owned())]);
        assert_eq!(faults(&"x".repeat(16 * 1024), Audience::Product), []);
        assert_eq!(faults(&"x".repeat(16 * 1024 + 1), Audience::Product), [(1, expected.to_owned())]);
    }

    #[test]
    fn a_template_is_tried_in_every_state_that_a_notice_can_tell_and_in_no_other() {
        let is_tried = |state: &str| {
            let wrong_in_that_state =
                format!("x{{% if {state} %}}{{{{ decision.nothing.of_that_name }}}}{{% endif %}}");
            !faults(&wrong_in_that_state, Audience::Product).is_empty()
        };
        for state in [
            "not decision",
            "decision == 'patch'",
            "decision == 'backlog'",
            "tentative and fix_version and target_date",
            "shipped",
            "closed_as and not duplicate_of",
            "duplicate_of",
            "correction",
            "reopened",
        ] {
            assert!(is_tried(state), "{state}");
        }
        for state in [
            "tentative and decision != 'next-release'",
            "tentative and shipped",
            "decision == 'next-release' and not tentative and not shipped",
            "duplicate_of and closed_as != 'duplicate'",
            "correction and not closed_as",
        ] {
            assert!(!is_tried(state), "{state}");
        }
    }

    #[test]
    fn a_template_cannot_read_files() {
        for template in ["{% include '/etc/passwd' %}", "{% import '/etc/passwd' as x %}", "{% extends 'x' %}"] {
            assert_ne!(faults(template, Audience::Product), [], "{template}");
        }
    }
}
