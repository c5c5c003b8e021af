//! `cus demo`: a database to look at, whose tickets are of these days.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};

use crate::app::{Actor, Desk};
use crate::cli::commands::batch::{Base, perform};
use crate::cli::config::default_database;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint::{self, quoted};
use crate::cli::output::{Json, Keys, Page, Rows, View};
use crate::store::Store;
use crate::workflow::Time;

/// An issue from the report to the closing, and others on their way.
const WALKTHROUGH: &str = include_str!("../../../examples/walkthrough.jsonl");

/// What happened since.
const SINCE: &str = r#"
{"do":"report","customer":"Marten Haulage","summary":"Invoices are sent twice","channel":"email","contact":"accounts@marten.example.com","product_version":"5.3","as":"dana","role":"support","now":"-20h"}
{"do":"assess","csd":"CSD-6","handled_by":"engineering","trigger":"financial","as":"dana","role":"support","now":"-19h"}
{"do":"escalate","csd":"CSD-6","priority":"high","steps":"Close a month with an open credit note.","as":"dana","role":"support","now":"-18h"}
{"do":"report","customer":"Osprey Parcels","summary":"The map stays grey on slow connections","channel":"portal","contact":"help@osprey.example.com","product_version":"5.3","as":"eli","role":"support","now":"-6h"}
{"do":"assess","csd":"CSD-7","handled_by":"engineering","trigger":"none","as":"eli","role":"support","now":"-5h"}
{"do":"escalate","csd":"CSD-7","priority":"critical","steps":"Throttle the connection and open the map.","as":"eli","role":"support","now":"-5h"}
{"do":"report","customer":"Kestrel Express","summary":"How do we export the drivers' hours?","channel":"phone","as":"eli","role":"support","now":"-1h"}
"#;

/// How long ago the walkthrough ended.
const ENDED: TimeDelta = TimeDelta::hours(26);

/// Make a database to look at
#[derive(Debug, Args)]
pub(in crate::cli) struct DemoArgs {
    /// Where to make it; nothing is overwritten [default: demo.db beside the default database, made anew]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &DemoArgs) -> anyhow::Result<u8> {
    let path = match &arguments.path {
        Some(path) if path.exists() => {
            return Err(UsageError::new(format!("{} is there already", path.display())).into());
        }
        Some(path) => path.clone(),
        None => {
            let path = default_database()?.with_file_name("demo.db");
            if path.exists() {
                std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
            path
        }
    };
    fill(ctx, &path)?;
    ctx.print(&DemoView { path })?;
    Ok(DONE)
}

fn fill(ctx: &Ctx, path: &Path) -> anyhow::Result<()> {
    Store::create(path)?;
    let base = Base { actor: Actor::default(), now: ctx.now(), commands: (ctx.catalogue.lines)() };
    let lines = of_these_days(WALKTHROUGH, ctx.now() - ENDED)?.into_iter();
    let since = SINCE.lines().filter(|line| !line.is_empty()).map(str::to_owned);
    let lines: Vec<String> = lines.chain(since).collect();
    Desk::open(path)?.transaction(|transaction| {
        lines.iter().try_for_each(|line| perform(transaction, line.as_bytes(), &base).map(drop))
    })
}

/// The lines, moved in time so that the last of them happens then.
fn of_these_days(lines: &str, end: Time) -> anyhow::Result<Vec<String>> {
    let mut read: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let time = |value: &Value| value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let last = read.iter().filter_map(|line| time(&line["now"])).max().context("the walkthrough has no time")?;
    let by = end - last.with_timezone(&Utc);
    for line in &mut read {
        for key in ["now", "started"] {
            if let Some(at) = time(&line[key]) {
                line[key] = json!((at.with_timezone(&Utc) + by).to_rfc3339());
            }
        }
        if let Some(date) = line["target_date"].as_str().and_then(|text| text.parse::<NaiveDate>().ok()) {
            line["target_date"] = json!((date + TimeDelta::days(by.num_days() + 1)).to_string());
        }
    }
    Ok(read.iter().map(Value::to_string).collect())
}

/// Where the database is, and how to look at it.
struct DemoView {
    path: PathBuf,
}

impl View for DemoView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        let path = quoted(&self.path.to_string_lossy());
        page.line(format!("Made {}. Look around:", self.path.display()))?;
        for command in ["next", "list", "show CUS-1", "plan"] {
            page.line(format!("  {}", page.colour.command(&hint::command_on(&path, command))))?;
        }
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.document(&json!({ "path": self.path }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.header(&["path"])?;
        rows.row([self.path.to_string_lossy()])
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        keys.key(self.path.to_string_lossy())
    }
}
