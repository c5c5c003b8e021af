//! `cus list`.

use std::collections::BTreeMap;

use clap::{Args, FromArgMatches};
use serde_json::json;

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch, UsageError};
use crate::cli::global::Format;
use crate::cli::hint::{self, quoted};
use crate::cli::input::{TimeArg, nearest, word};
use crate::cli::outcome;
use crate::cli::output::{Columns, ListTable, cut, rfc3339, stuck_words, ticket_view, visible};
use crate::store::{ListQuery, ListRow, NamedFilter, Scope, Sort, StageCount, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::reports::stalled::stuck;
use crate::workflow::tickets::stage::stage_words;
use crate::workflow::vocabulary::{Decision, Handler, Impact, Kind, Priority, Severity, Word};

/// How many rows a table has unless --limit says otherwise.
const TABLE_ROWS: u64 = 50;

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ListArgs {
    /// A filter with a name: open-bugs, overdue, awaiting-customer, held, stuck, or one of your own (can be repeated)
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Stage, of either kind of ticket (can be repeated)
    #[arg(long, value_name = "STAGE", value_parser = clap::builder::PossibleValuesParser::new(stage_words()), value_delimiter = ',')]
    stage: Vec<String>,
    /// Priority (can be repeated)
    #[arg(long, value_name = "PRIORITY", value_parser = word::<Priority>(), value_delimiter = ',')]
    priority: Vec<Priority>,
    /// Severity (can be repeated)
    #[arg(long, value_name = "SEVERITY", value_parser = word::<Severity>(), value_delimiter = ',')]
    severity: Vec<Severity>,
    /// Impact (can be repeated)
    #[arg(long, value_name = "IMPACT", value_parser = word::<Impact>(), value_delimiter = ',')]
    impact: Vec<Impact>,
    /// Release decision (can be repeated)
    #[arg(long, value_name = "DECISION", value_parser = word::<Decision>(), value_delimiter = ',')]
    decision: Vec<Decision>,
    /// Customer, whatever the tickets of the letters
    #[arg(long, value_name = "NAME")]
    customer: Option<String>,
    /// Who handles it (can be repeated)
    #[arg(long, value_name = "HANDLER", value_parser = word::<Handler>(), value_delimiter = ',')]
    handled_by: Vec<Handler>,
    /// Version that brings the fix
    #[arg(long, value_name = "V")]
    fix_version: Option<String>,
    /// Recorded at or after this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// Recorded at or before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<TimeArg>,
    /// Only what is late
    #[arg(long)]
    overdue: bool,
    /// Only one kind of ticket
    #[arg(long, value_name = "KIND", value_parser = word::<Kind>())]
    kind: Option<Kind>,
    /// By what to sort [default: urgency]
    #[arg(long, value_name = "SORT", value_parser = word::<Sort>())]
    sort: Option<Sort>,
    /// At most so many rows [default: 50 for a table, all for machine formats]
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ListCmd {
    #[command(flatten)]
    list: ListArgs,
    /// Only how many there are in each stage
    #[arg(long, conflicts_with_all = ["sort", "limit"])]
    count: bool,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, command: ListCmd) -> anyhow::Result<u8> {
    let now = ctx.now();
    let is_everything = command.list.is_everything();
    let query = query(expanded(command.list)?, ctx.out.format, now)?;
    let store = ctx.store_to_read()?;
    if command.count {
        let counts = if is_everything { store.stage_counts()? } else { store.count(&query, now)? };
        return print_counts(ctx, &counts).map(|()| DONE);
    }
    ctx.out.may_page();
    match ctx.out.format {
        Format::Table => table(ctx, &store, &query, now)?,
        Format::Json | Format::Jsonl => whole(ctx, &store, &query, now)?,
        Format::Csv => {
            let header = [
                "key",
                "kind",
                "stage",
                "priority",
                "due",
                "customer",
                "summary",
                "decision",
                "fix_version",
                "created",
                "updated",
            ];
            ctx.out.csv(&[header.map(str::to_owned).to_vec()])?;
            store.list(&query, now, |row| -> anyhow::Result<()> { ctx.out.csv(&[csv_row(row)]) })?;
        }
        Format::Keys => {
            store.list(&query, now, |row| -> anyhow::Result<()> { ctx.out.line(row.key.as_str()) })?;
        }
    }
    Ok(DONE)
}

impl ListArgs {
    /// The keys among the filters: they name tickets themselves.
    pub(in crate::cli) fn take_keys(&mut self) -> Vec<Key> {
        let keys = self.filter.iter().filter_map(|name| name.parse().ok()).collect();
        self.filter.retain(|name| name.parse::<Key>().is_err());
        keys
    }

    /// Whether nothing narrows it.
    pub(in crate::cli) fn is_everything(&self) -> bool {
        let Self { filter, stage, priority, severity, impact, decision, handled_by, .. } = self;
        filter.is_empty()
            && stage.is_empty()
            && priority.is_empty()
            && severity.is_empty()
            && impact.is_empty()
            && decision.is_empty()
            && handled_by.is_empty()
            && self.customer.is_none()
            && self.fix_version.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && !self.overdue
            && self.kind.is_none()
            && self.limit.is_none()
    }

    /// The tickets that it asks for, sorted so unless it says otherwise, and all of them.
    pub(in crate::cli) fn selection(self, sort: Sort, now: Time) -> anyhow::Result<ListQuery> {
        let sort = self.sort.unwrap_or(sort);
        Ok(ListQuery { sort: Some(sort), ..query(expanded(self)?, Format::Jsonl, now)? })
    }
}

fn query(arguments: ListArgs, format: Format, now: Time) -> anyhow::Result<ListQuery> {
    let time = |time: Option<TimeArg>| -> Result<Option<Time>, UsageError> {
        time.map(|time| time.before(now).ok_or_else(|| UsageError::new("there is no such time"))).transpose()
    };
    Ok(ListQuery {
        stages: arguments.stage,
        priorities: arguments.priority,
        severities: arguments.severity,
        impacts: arguments.impact,
        decisions: arguments.decision,
        customer: arguments.customer,
        handled_by: arguments.handled_by,
        fix_version: arguments.fix_version,
        since: time(arguments.since)?,
        until: time(arguments.until)?,
        overdue: arguments.overdue,
        kind: arguments.kind,
        filters: arguments.filter.iter().filter_map(|name| NamedFilter::from_word(name)).collect(),
        sort: arguments.sort,
        limit: arguments.limit.or((format == Format::Table).then_some(TABLE_ROWS)),
    })
}

fn table(ctx: &mut Ctx, store: &Store, query: &ListQuery, now: Time) -> anyhow::Result<()> {
    let mut table = ListTable::new(ctx.out.width, ctx.out.colour, now);
    let shows_why = query.filters.contains(&NamedFilter::Stuck);
    let more = store.list(query, now, |row| -> Result<(), StoreError> {
        let why = if shows_why {
            let tickets = store.tickets(&Scope::of([row.id.clone()]))?;
            tickets.ticket(&row.id).and_then(|ticket| stuck(&tickets, ticket, now)).map(|stuck| stuck_words(stuck, now))
        } else {
            None
        };
        table.add(&row, why.as_deref());
        Ok(())
    })?;
    if table.is_empty() {
        ctx.out.line("no ticket is so")?;
        return hint_at_customer(ctx, store, query);
    }
    ctx.out.line(&table.render())?;
    cut(more).map_or(Ok(()), |line| ctx.out.line(&line))
}

/// A customer's name that nobody has is probably a slip.
fn hint_at_customer(ctx: &mut Ctx, store: &Store, query: &ListQuery) -> anyhow::Result<()> {
    let Some(name) = &query.customer else { return Ok(()) };
    let known = store.customers()?;
    let is_known = known.iter().any(|other| other.eq_ignore_ascii_case(name));
    match nearest(name, known.iter().map(String::as_str)).filter(|_| !is_known) {
        Some(near) => {
            ctx.out.flush()?;
            outcome::tell_beside(&format!(
                "hint: {}",
                visible(&hint::command(&format!("list --customer {}", quoted(near))))
            ));
            Ok(())
        }
        None => Ok(()),
    }
}

fn print_counts(ctx: &mut Ctx, counts: &[StageCount]) -> anyhow::Result<()> {
    let cells = |count: &StageCount| [count.kind.to_string(), count.stage.clone(), count.tickets.to_string()];
    let object = |count: &StageCount| json!({ "kind": count.kind, "stage": count.stage, "tickets": count.tickets });
    match ctx.out.format {
        Format::Table if counts.is_empty() => ctx.out.line("no ticket is so"),
        Format::Table => {
            let mut table = Columns::new(ctx.out.width, ["KIND", "STAGE", "TICKETS"], 3, ctx.out.colour);
            for count in counts {
                let [kind, stage, tickets] = cells(count);
                table.row([kind, ctx.out.colour.stage(&stage), format!("{tickets:>7}")]);
            }
            ctx.out.line(&table.render())
        }
        Format::Json => ctx.out.json(&json!({ "schema": 1, "items": counts.iter().map(object).collect::<Vec<_>>() })),
        Format::Jsonl => counts.iter().try_for_each(|count| ctx.out.json_line(&object(count))),
        Format::Csv => {
            let mut rows = vec![["kind", "stage", "tickets"].map(str::to_owned).to_vec()];
            rows.extend(counts.iter().map(|count| cells(count).to_vec()));
            ctx.out.csv(&rows)
        }
        Format::Keys => counts.iter().try_for_each(|count| ctx.out.line(&count.stage)),
    }
}

/// Whole tickets, each loaded and printed by itself, so that a long list needs no memory.
fn whole(ctx: &mut Ctx, store: &Store, query: &ListQuery, now: Time) -> anyhow::Result<()> {
    let is_document = ctx.out.format == Format::Json;
    if is_document {
        ctx.out.text("{\"schema\":1,\"items\":[")?;
    }
    let mut is_first = true;
    store.list(query, now, |row| -> anyhow::Result<()> {
        let tickets = store.tickets(&Scope::of([row.id.clone()]))?;
        let Some(ticket) = tickets.ticket(&row.id) else { return Ok(()) };
        if is_document && !std::mem::take(&mut is_first) {
            ctx.out.text(",")?;
        }
        ctx.out.json_line(&ticket_view(&tickets, ticket, now))
    })?;
    if is_document { ctx.out.line("]}") } else { Ok(()) }
}

fn csv_row(row: ListRow) -> Vec<String> {
    vec![
        row.key.to_string(),
        row.kind.to_string(),
        row.stage,
        row.priority.map(|priority| priority.to_string()).unwrap_or_default(),
        row.due.map(rfc3339).unwrap_or_default(),
        row.customer,
        row.summary,
        row.decision.unwrap_or_default(),
        row.fix_version.unwrap_or_default(),
        rfc3339(row.created),
        rfc3339(row.updated),
    ]
}

/// The arguments with the user's own filters in the place of their names. What the command line says itself goes before
/// what a filter says.
fn expanded(mut arguments: ListArgs) -> anyhow::Result<ListArgs> {
    if arguments.filter.iter().all(|name| NamedFilter::from_word(name).is_some()) {
        return Ok(arguments);
    }
    let own = Config::read()?.filters;
    let mut waiting = std::mem::take(&mut arguments.filter);
    let mut seen = Vec::new();
    while let Some(name) = waiting.pop() {
        if NamedFilter::from_word(&name).is_some() {
            arguments.filter.push(name);
        } else if !seen.contains(&name) {
            let inner = own_filter(&own, &name)?;
            waiting.extend(inner.filter.iter().cloned());
            arguments = arguments.narrowed_by(inner);
            seen.push(name);
        }
    }
    Ok(arguments)
}

/// What one of the user's own filters stands for.
pub(in crate::cli) fn own_filter(own: &BTreeMap<String, String>, name: &str) -> anyhow::Result<ListArgs> {
    let Some(flags) = own.get(name) else {
        let known = NamedFilter::ALL.iter().map(|filter| filter.as_str()).chain(own.keys().map(String::as_str));
        let hint = match nearest(name, known.clone()) {
            Some(near) => format!("cus list {near}"),
            None => format!("one of {}", known.collect::<Vec<_>>().join(", ")),
        };
        return Err(NoSuch { what: "filter", name: name.to_owned(), hint }.into());
    };
    let wrong = |message: String| UsageError::new(format!("the filter `{name}` of the configuration: {message}"));
    let words = shlex::split(flags).ok_or_else(|| wrong("a quote is not closed".to_owned()))?;
    let first_line = |error: &clap::Error| error.to_string().lines().next().unwrap_or_default().to_owned();
    let matches = ListArgs::augment_args(clap::Command::new("filter").no_binary_name(true))
        .try_get_matches_from(words)
        .map_err(|error| wrong(first_line(&error)))?;
    Ok(ListArgs::from_arg_matches(&matches).map_err(|error| wrong(first_line(&error)))?)
}

impl ListArgs {
    fn narrowed_by(self, filter: Self) -> Self {
        fn or<T>(own: Vec<T>, other: Vec<T>) -> Vec<T> {
            if own.is_empty() { other } else { own }
        }
        Self {
            filter: self.filter,
            stage: or(self.stage, filter.stage),
            priority: or(self.priority, filter.priority),
            severity: or(self.severity, filter.severity),
            impact: or(self.impact, filter.impact),
            decision: or(self.decision, filter.decision),
            customer: self.customer.or(filter.customer),
            handled_by: or(self.handled_by, filter.handled_by),
            fix_version: self.fix_version.or(filter.fix_version),
            since: self.since.or(filter.since),
            until: self.until.or(filter.until),
            overdue: self.overdue || filter.overdue,
            kind: self.kind.or(filter.kind),
            sort: self.sort.or(filter.sort),
            limit: self.limit.or(filter.limit),
        }
    }
}
