//! `cus whoami`.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::hint;
use crate::cli::output::{Json, Keys, Page, Rows, View};
use crate::cli::who::Who;
use crate::workflow::vocabulary::Word;

/// Show who acts, in which roles, and what says so
#[derive(Debug, Args)]
pub(in crate::cli) struct WhoamiArgs {}

pub(in crate::cli) fn run(ctx: &mut Ctx, _: &WhoamiArgs) -> anyhow::Result<u8> {
    let who = ctx.who()?;
    ctx.print(&WhoView { who })?;
    Ok(DONE)
}

/// Who acts.
struct WhoView {
    who: Who,
}

impl WhoView {
    fn roles(&self) -> String {
        self.who.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn roles_from(&self) -> Option<String> {
        self.who.roles_from.map(|source| source.to_string())
    }
}

impl View for WhoView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        page.line(format!("name  {} ({})", self.who.name, self.who.name_from))?;
        match self.roles_from() {
            Some(source) => page.line(format!("role  {} ({source})", self.roles())),
            None => {
                page.line("role  unknown")?;
                page.hint(&hint::command("config set user.role ROLE"));
                Ok(())
            }
        }
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.document(&json!({
            "name": self.who.name,
            "name_from": self.who.name_from.to_string(),
            "roles": self.who.roles,
            "roles_from": self.roles_from(),
        }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.header(&["name", "name_from", "roles", "roles_from"])?;
        let from = self.roles_from().unwrap_or_default();
        rows.row([self.who.name.as_str(), &self.who.name_from.to_string(), &self.roles(), &from])
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        keys.key(&self.who.name)
    }
}
