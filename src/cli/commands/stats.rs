//! `cus stats`: the figures of the process, all from the events.

use clap::Args;

use super::list::team_zone;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::input::{TimeArg, word};
use crate::cli::views::stats::StatsView;
use crate::store::Store;
use crate::workflow::Time;
use crate::workflow::reports::measure::measure;
use crate::workflow::reports::stats::{By, Figures, Grouped, Span};
use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// The form of a report.
    pub(in crate::cli) Form {
        /// A page in Markdown.
        Md = "md",
    }
}

/// Show statistics
#[derive(Debug, Args)]
pub(in crate::cli) struct StatsArgs {
    /// Only what happened since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// Only what happened until then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<TimeArg>,
    /// Group by week, month, customer, priority, version or role
    #[arg(long, value_name = "BY", value_parser = word::<By>())]
    by: Option<By>,
    /// A form to paste elsewhere: md
    #[arg(long, value_name = "FORM", value_parser = word::<Form>())]
    form: Option<Form>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &StatsArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let span = span(&store, arguments.since, arguments.until, ctx.now())?;
    let [figures, weekly] = measured(&store, span, [arguments.by, Some(By::Week)])?;
    let view = StatsView { figures, weekly, span, by: arguments.by };
    match arguments.form {
        Some(Form::Md) => ctx.out.text(&view.markdown())?,
        None => ctx.print(&view)?,
    }
    Ok(DONE)
}

/// The span that `--since` and `--until` mean; of a day, up to its end in the team's zone.
pub(super) fn span(store: &Store, since: Option<TimeArg>, until: Option<TimeArg>, now: Time) -> anyhow::Result<Span> {
    let none = |flag: &str| UsageError::new(format!("there is no such time as {flag} says"));
    let since = since.map(|since| since.before(now).ok_or_else(|| none("--since"))).transpose()?;
    let until = match until {
        Some(until) => Some(until.until(now, &team_zone(store)?).ok_or_else(|| none("--until"))?),
        None => None,
    };
    let span = Span { since, until: until.filter(|until| *until < now), now };
    if span.since.is_some_and(|since| since > span.end()) {
        return Err(UsageError::new("--since is later than --until").into());
    }
    Ok(span)
}

/// The figures of a span by each of these groupings, from one reading of all histories.
pub(super) fn measured<const N: usize>(store: &Store, span: Span, by: [Option<By>; N]) -> anyhow::Result<[Figures; N]> {
    let mut all = by.map(Grouped::new);
    store.histories(|history, attributes| -> anyhow::Result<()> {
        measure(&mut all, history, &attributes, span);
        Ok(())
    })?;
    Ok(all.map(|grouped| grouped.figures))
}
