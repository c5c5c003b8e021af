//! `cus init`.

use clap::Args;
use serde_json::json;

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::hint;
use crate::cli::settings;
use crate::cli::stderr;
use crate::cli::step::question::{Answer, Choice, Kind, Prompter, Question, Stop};
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
        match ask(prompter.as_mut(), &who.name) {
            Ok((name, roles)) => {
                settings::set("user.name", &name)?;
                settings::set("user.role", &roles.join(","))?;
                stderr::line(&format!("Kept in {}.", Config::place()?.display()));
            }
            Err(_) => {
                stderr::line("Your name and role are not set.");
                stderr::line(&format!("hint: {}", hint::command("config set user.role ROLE")));
            }
        }
    }
    stderr::line(&format!("Next: {}", hint::command("report")));
    Ok(())
}

fn ask(prompter: &mut dyn Prompter, login: &str) -> Answer<(String, Vec<String>)> {
    loop {
        let name = ask_name(prompter, login)?;
        match ask_roles(prompter) {
            Ok(roles) => return Ok((name, roles)),
            Err(Stop::Back) => {}
            Err(stop) => return Err(stop),
        }
    }
}

fn ask_name(prompter: &mut dyn Prompter, login: &str) -> Answer<String> {
    let kind = Kind::Line { offers: &[], check: &|_| Ok(()) };
    let hint = format!("shown beside what you record; Enter for {login}");
    let name = prompter.ask(&Question { id: "", text: "Your name", hint: &hint, kind, initial: None })?;
    Ok(Some(name.text().trim()).filter(|name| !name.is_empty()).unwrap_or(login).to_owned())
}

fn ask_roles(prompter: &mut dyn Prompter) -> Answer<Vec<String>> {
    let choices: Vec<Choice<'_>> =
        Role::ALL.iter().map(|role| Choice { word: role.as_str(), about: Field::Role.about(role.as_str()) }).collect();
    let kind = Kind::Any { choices: &choices };
    let roles = prompter.ask(&Question { id: "", text: "Your role", hint: "one or more", kind, initial: None })?;
    Ok(roles.words().to_vec())
}
