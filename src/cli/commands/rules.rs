//! `cus rules`: the rules that refusals and duties cite.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::hint;
use crate::cli::output::{Json, Keys, Page, Rows, View};
use crate::workflow::rule::{Rule, Source};
use crate::workflow::vocabulary::Word;

/// Show the rules of the process
#[derive(Debug, Args)]
pub(in crate::cli) struct RulesArgs {
    /// One rule, such as R19; without it, all
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &RulesArgs) -> Result<u8> {
    match &arguments.rule {
        Some(name) => ctx.print(&RuleView { rule: named(name)? })?,
        None => ctx.print(&RulesView)?,
    }
    Ok(DONE)
}

/// Finds a rule by its number, with or without the R.
fn named(name: &str) -> std::result::Result<Rule, NoSuch> {
    let name = name.trim();
    let rule = Rule::from_word(name).or_else(|| Rule::from_word(&format!("R{name}")));
    rule.ok_or_else(|| NoSuch { what: "rule", name: name.to_owned(), hint: hint::command("rules") })
}

/// A rule with its text.
struct RuleView {
    rule: Rule,
}

impl View for RuleView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let rule = self.rule;
        let heading = page.colour.bold(&format!("{rule}  {}", rule.title()));
        let sources: Vec<&str> = rule.sources().iter().map(|source| origin(*source)).collect();
        let sources = page.colour.dim(&format!("Source: {}", sources.join("; ")));
        page.width = page.width.min(80);
        page.line(heading)?;
        page.hanging(rule.text(), "")?;
        page.line(sources)
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.document(&object(self.rule))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&HEADER)?;
        rows.row(row(self.rule))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        keys.key(self.rule.as_str())
    }
}

/// Every rule by its title.
struct RulesView;

impl View for RulesView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        Rule::ALL.iter().try_for_each(|rule| page.line(format!("{rule:<3}  {}", rule.title())))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| Rule::ALL.iter().try_for_each(|rule| items.add(&object(*rule))))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&HEADER)?;
        Rule::ALL.iter().try_for_each(|rule| rows.row(row(*rule)))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        Rule::ALL.iter().try_for_each(|rule| keys.key(rule.as_str()))
    }
}

/// The columns of a rule.
const HEADER: [&str; 3] = ["rule", "title", "text"];

fn row(rule: Rule) -> [&'static str; 3] {
    [rule.as_str(), rule.title(), rule.text()]
}

fn object(rule: Rule) -> Value {
    json!({ "rule": rule, "title": rule.title(), "text": rule.text(), "sources": rule.sources() })
}

/// Returns a rule's source as people say it.
fn origin(source: Source) -> &'static str {
    match source {
        Source::Document => "the process document",
        Source::Recovered => "a recovered list of the process document",
        Source::Project => "a decision of this project",
    }
}
