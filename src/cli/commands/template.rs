//! `cus template`: the wording of notices in force (R31).

use clap::Args;
use serde_json::{Value, json};

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;
use crate::cli::input::word;
use crate::cli::output::{Json, Keys, Page, Rows, View};
use crate::workflow::notices::draft::{AudienceSettings, NoticeSettings};
use crate::workflow::notices::template::{check, leaves_out, variables};
use crate::workflow::vocabulary::{Audience, Word};

/// Print or check the wording of notices
#[derive(Debug, Args)]
pub(in crate::cli) struct TemplateArgs {
    /// Whose template; with --check it can be left out for all
    #[arg(value_name = "AUDIENCE", value_parser = word::<Audience>(), required_unless_present = "check")]
    audience: Option<Audience>,
    /// Render it against samples, and name what is wrong with its line
    #[arg(long)]
    check: bool,
    /// Print the built-in template, whatever your own is
    #[arg(long, conflicts_with = "check")]
    built_in: bool,
    /// List the variables that the template can use
    #[arg(long, conflicts_with_all = ["check", "built_in"])]
    variables: bool,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &TemplateArgs) -> anyhow::Result<u8> {
    if let Some(to) = arguments.audience.filter(|_| arguments.variables) {
        ctx.print(&VariablesView { variables: variables(to) })?;
        return Ok(DONE);
    }
    if let Some(to) = arguments.audience.filter(|_| arguments.built_in) {
        let built_in = NoticeSettings::default();
        ctx.print(&TemplateView { to, settings: built_in.of(to) })?;
        return Ok(DONE);
    }
    let config = Config::read()?;
    let notice_settings = config.checked_delivery_settings()?.notice_settings();
    if arguments.check {
        return check_all(ctx, &config, &notice_settings, arguments.audience);
    }
    if let Some(to) = arguments.audience {
        let settings = notice_settings.of(to);
        ctx.print(&TemplateView { to, settings })?;
    }
    Ok(DONE)
}

fn check_all(
    ctx: &mut Ctx,
    config: &Config,
    notice_settings: &NoticeSettings,
    only: Option<Audience>,
) -> anyhow::Result<u8> {
    let mut checked = Vec::new();
    let mut faults = Vec::new();
    for to in Audience::ALL.iter().copied().filter(|to| only.is_none_or(|only| only == *to)) {
        let own = config.template_path(to);
        let name = if own.exists() { own.display().to_string() } else { format!("the built-in template for {to}") };
        let settings = notice_settings.of(to);
        faults.extend(
            check(&settings.template, to).into_iter().map(|fault| format!("{name}:{}: {}", fault.line, fault.message)),
        );
        let of_subject = check(&settings.subject, to).into_iter();
        faults.extend(of_subject.map(|fault| format!("the subject for {to}: {}", fault.message)));
        checked.push((name, leaves_out(&settings.template, to)));
    }
    if !faults.is_empty() {
        return Err(UsageError::with_fix(faults.join("\n"), hint::command("template AUDIENCE --variables")).into());
    }
    ctx.print(&CheckedView { checked })?;
    Ok(DONE)
}

/// The template for an audience.
struct TemplateView<'a> {
    to: Audience,
    settings: &'a AudienceSettings,
}

impl View for TemplateView<'_> {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        page.text(&self.settings.template)
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.document(&json!({
            "audience": self.to,
            "via": self.settings.via,
            "subject": self.settings.subject,
            "template": self.settings.template,
        }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.text(&self.settings.template)
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        keys.text(&self.settings.template)
    }
}

/// The variables of a template.
struct VariablesView {
    variables: Vec<String>,
}

impl View for VariablesView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        self.variables.iter().try_for_each(|name| page.line(name))
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.document(&json!({ "schema": 1, "items": self.variables }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.header(&["variable"])?;
        self.variables.iter().try_for_each(|name| rows.row([name.as_str()]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        self.variables.iter().try_for_each(|name| keys.key(name))
    }
}

/// Templates that are good, each with the facts that it leaves out.
struct CheckedView {
    checked: Vec<(String, Vec<&'static str>)>,
}

impl CheckedView {
    fn sentences(&self) -> String {
        let sentence = |(name, left_out): &(String, Vec<&str>)| match &left_out[..] {
            [] => format!("{name} is good\n"),
            facts => {
                format!("{name} is good; it leaves out the {}, which is added below (R21)\n", facts.join(", the "))
            }
        };
        self.checked.iter().map(sentence).collect()
    }
}

impl View for CheckedView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        page.text(&self.sentences())
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        let checked = self.checked.iter();
        let items: Vec<Value> =
            checked.map(|(name, left_out)| json!({ "template": name, "ok": true, "leaves_out": left_out })).collect();
        json.document(&json!({ "schema": 1, "items": items }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.text(&self.sentences())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        keys.text(&self.sentences())
    }
}
