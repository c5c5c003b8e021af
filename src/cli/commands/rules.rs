//! `cus rules`: the rules that refusals and duties cite.

use clap::Args;
use serde::Serialize;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::global::Format;
use crate::cli::output::hanging;
use crate::workflow::rule::{Rule, Source};
use crate::workflow::vocabulary::Word;

#[derive(Debug, Args)]
pub(in crate::cli) struct RulesArgs {
    /// One rule, such as R19; without it, all
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

/// A rule as JSON.
#[derive(Debug, Serialize)]
struct RuleView {
    rule: Rule,
    title: &'static str,
    text: &'static str,
    sources: &'static [Source],
}

impl From<Rule> for RuleView {
    fn from(rule: Rule) -> Self {
        Self { rule, title: rule.title(), text: rule.text(), sources: rule.sources() }
    }
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &RulesArgs) -> anyhow::Result<u8> {
    match &arguments.rule {
        Some(name) => print_one(ctx, named(name)?)?,
        None => print_all(ctx)?,
    }
    Ok(DONE)
}

/// Finds a rule by its number, with or without the R.
fn named(name: &str) -> Result<Rule, NoSuch> {
    let name = name.trim();
    let rule = Rule::from_word(name).or_else(|| Rule::from_word(&format!("R{name}")));
    rule.ok_or_else(|| NoSuch { what: "rule", name: name.to_owned(), hint: "cus rules".to_owned() })
}

fn print_one(ctx: &mut Ctx, rule: Rule) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table => {
            let width = usize::from(ctx.out.width.min(80));
            let heading = ctx.out.colour.bold(&format!("{rule}  {}", rule.title()));
            let sources: Vec<&str> = rule.sources().iter().map(|source| origin(*source)).collect();
            ctx.out.line(&heading)?;
            ctx.out.line(&hanging(rule.text(), width, ""))?;
            ctx.out.line(&ctx.out.colour.dim(&format!("Source: {}", sources.join("; "))))
        }
        Format::Json | Format::Jsonl => ctx.out.json(&RuleView::from(rule)),
        Format::Csv => ctx.out.csv(&csv(&[rule])),
        Format::Keys => ctx.out.line(rule.as_str()),
    }
}

fn print_all(ctx: &mut Ctx) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table => {
            ctx.out.may_page();
            Rule::ALL.iter().try_for_each(|rule| ctx.out.line(&format!("{rule:<3}  {}", rule.title())))
        }
        Format::Json => {
            let items: Vec<RuleView> = Rule::ALL.iter().copied().map(RuleView::from).collect();
            ctx.out.json(&serde_json::json!({ "schema": 1, "items": items }))
        }
        Format::Jsonl => Rule::ALL.iter().try_for_each(|rule| ctx.out.json_line(&RuleView::from(*rule))),
        Format::Csv => ctx.out.csv(&csv(Rule::ALL)),
        Format::Keys => Rule::ALL.iter().try_for_each(|rule| ctx.out.line(rule.as_str())),
    }
}

fn csv(rules: &[Rule]) -> Vec<Vec<String>> {
    let row = |rule: &Rule| [rule.as_str(), rule.title(), rule.text()].map(str::to_owned).to_vec();
    std::iter::once(["rule", "title", "text"].map(str::to_owned).to_vec()).chain(rules.iter().map(row)).collect()
}

/// Returns a rule's source as people say it.
fn origin(source: Source) -> &'static str {
    match source {
        Source::Document => "the process document",
        Source::Recovered => "a recovered list of the process document",
        Source::Project => "a decision of this project",
    }
}
