//! `cus init`.

use clap::Args;
use serde_json::json;

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::hint;
use crate::cli::settings;
use crate::cli::stderr;
use crate::cli::step::question::{Answer, Choice, Kind, Prompter, Question};
use crate::cli::views::answer::AnswerView;
use crate::cli::who::Source;
use crate::store::Store;
use crate::workflow::field::Field;
use crate::workflow::vocabulary::{Role, Word};

/// Create a database
#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {}

pub(in crate::cli) fn run(ctx: &mut Ctx, _: &InitArgs) -> anyhow::Result<u8> {
    let created = Store::create(ctx.path())?;
    let path = ctx.path().display().to_string();
    let what = if created { "created" } else { "there already:" };
    ctx.print(&AnswerView::new([format!("{what} {path}")], json!({ "path": path, "created": created })))?;
    if ctx.is_interactive() {
        ctx.out.flush()?;
        introduce(ctx)?;
    }
    Ok(DONE)
}

/// Offers to keep who acts, where nothing says so yet, and says what comes next.
fn introduce(ctx: &Ctx) -> anyhow::Result<()> {
    let who = ctx.who()?;
    if who.name_from == Source::Login && who.roles.is_empty() {
        let mut prompter = ctx.prompter();
        if let Ok((name, roles)) = ask(prompter.as_mut(), who.name) {
            settings::set("user.name", &name)?;
            settings::set("user.role", &roles.join(","))?;
            stderr::line(&format!("Kept in {}.", Config::place()?.display()));
        }
    }
    stderr::line(&format!("Next: {}", hint::command("report")));
    Ok(())
}

fn ask(prompter: &mut dyn Prompter, login: String) -> Answer<(String, Vec<String>)> {
    let kind = Kind::Line { offers: &[], check: &|_| Ok(()) };
    let hint = format!("shown beside what you record; Enter for {login}");
    let name = prompter.ask(&Question { id: "", text: "Your name", hint: &hint, kind, initial: None })?;
    let choices: Vec<Choice<'_>> =
        Role::ALL.iter().map(|role| Choice { word: role.as_str(), about: Field::Role.about(role.as_str()) }).collect();
    let kind = Kind::Any { choices: &choices };
    let roles = prompter.ask(&Question { id: "", text: "Your role", hint: "one or more", kind, initial: None })?;
    let name = Some(name.text().trim()).filter(|name| !name.is_empty()).map_or(login, str::to_owned);
    Ok((name, roles.words().to_vec()))
}
