//! `cus page`: one self-contained HTML page, for everybody who would rather look than read, and has no `cus`.

mod chart;
mod customer;
mod figures;
mod tickets;
mod today;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;
use clap::Args;
use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::cli::commands::stats::span;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::hint;
use crate::cli::input::TimeArg;
use crate::cli::output::{counted, local};
use crate::cli::views::answer::AnswerView;
use crate::store::Store;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::reports::stats::Span;

/// The span of the figures, unless another is asked for.
const TWELVE_WEEKS: TimeDelta = TimeDelta::weeks(12);

const STYLE: &str = include_str!("style.css");
const TEAM: &str = concat!(include_str!("parts.html"), include_str!("team.html"));
const CUSTOMER: &str = concat!(include_str!("parts.html"), include_str!("customer.html"));

const TICKETS: &str = concat!(include_str!("parts.html"), include_str!("tickets.html"));

/// Write a page to look at, for people without cus
#[derive(Debug, Args)]
pub(in crate::cli) struct PageArgs {
    /// The file to write, whole or not at all [default: standard output]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// A page about this customer, of what customers may know alone
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with_all = ["since", "until"])]
    customer: Option<String>,
    /// The beginning of the figures [default: twelve weeks ago]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// The end of the figures [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<TimeArg>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &PageArgs) -> Result<u8> {
    let store = ctx.store_to_read()?;
    let rendered = match &arguments.customer {
        Some(name) => customer(&store, name, ctx.now())?.ok_or_else(|| {
            let hint = hint::command("list --kind csd");
            NoSuch { what: "customer", name: name.clone(), hint }
        })?,
        None => team(&store, arguments.span(&store, ctx.now())?, ctx.now())?,
    };
    let Some(path) = arguments.to.as_deref().filter(|path| *path != Path::new("-")) else {
        ctx.out.text(&rendered.html)?;
        return Ok(DONE);
    };
    replace(path, rendered.html.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    let mut lines = vec![format!("wrote {}", path.display())];
    if rendered.left_out > 0 {
        lines.push(format!("{} had no room on it", counted(rendered.left_out, "ticket")));
    }
    let object = json!({ "page": path, "bytes": rendered.html.len(), "left_out": rendered.left_out });
    ctx.print(&AnswerView::new(lines, object))?;
    Ok(DONE)
}

impl PageArgs {
    fn span(&self, store: &Store, now: Time) -> Result<Span> {
        let span = span(store, self.since, self.until, now)?;
        Ok(Span { since: span.since.or(Some(span.end() - TWELVE_WEEKS)), ..span })
    }
}

/// Renders these tickets as a page to send, each with all of its timeline.
pub(super) fn tickets(store: &Store, keys: &[Key], now: Time) -> Result<String> {
    let sections = keys.iter().map(|key| tickets::whole(store, key, now)).collect::<Result<Vec<_>>>()?;
    let title = match keys {
        [key] => key.to_string(),
        _ => counted(keys.len(), "ticket"),
    };
    let values = minijinja::context! { head => Serde(Head::new(now)), title, tickets => Serde(sections) };
    render("tickets.html", TICKETS, &values)
}

/// Puts a file in its place whole, so that who reads it meanwhile sees the old one or the new one. It may be read by
/// whom the umask lets, or by whom could read the one before.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    if let Ok(before) = std::fs::metadata(path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// A page, and what it has no room for.
struct Rendered {
    html: String,
    /// The number of tickets that have no section of their own.
    left_out: usize,
}

/// What every page begins with.
#[derive(Serialize)]
struct Head {
    as_of: String,
    style: &'static str,
    /// What may be loaded: the style above by its hash, and nothing else.
    policy: String,
}

impl Head {
    fn new(now: Time) -> Self {
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
        Self { as_of: local(now), style: STYLE, policy }
    }
}

/// Renders the page of the whole team: today, how it goes, and every open ticket.
fn team(store: &Store, span: Span, now: Time) -> Result<Rendered> {
    let (today, shown) = today::gather(store, now)?;
    let mut sections = tickets::sections(store, &shown, now)?;
    sections.left_out += today.without_card;
    let left_out = sections.left_out;
    let charts = figures::charts(store, span)?;
    let html = render(
        "team.html",
        TEAM,
        &minijinja::context! {
            head => Serde(Head::new(now)),
            today => Serde(today),
            sections => Serde(sections),
            charts => Serde(charts),
        },
    )?;
    Ok(Rendered { html, left_out })
}

/// Renders the page about one customer, made of customer-safe facts alone (R31); `None` where nobody is called so.
fn customer(store: &Store, name: &str, now: Time) -> Result<Option<Rendered>> {
    let Some(customer) = customer::gather(store, name)? else { return Ok(None) };
    let html = render(
        "customer.html",
        CUSTOMER,
        &minijinja::context! { head => Serde(Head::new(now)), customer => Serde(customer) },
    )?;
    Ok(Some(Rendered { html, left_out: 0 }))
}

/// Renders a template, whose name makes its values be escaped for HTML.
fn render(name: &str, template: &str, values: &Value) -> Result<String> {
    Environment::new().render_named_str(name, template, values).context("a page")
}
