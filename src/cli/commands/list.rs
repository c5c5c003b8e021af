//! `cus list`.

use std::collections::BTreeMap;

use clap::{Args, FromArgMatches};

use crate::app::machine_zone;
use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, FOUND, NoSuch, UsageError};
use crate::cli::hint;
use crate::cli::input::{TimeArg, nearest, ticket_key, word};
use crate::cli::views::list::{CountsView, ListColumn, ListView};
use crate::store::{ListQuery, NamedFilter, Sort, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::tickets::stage::stage_words;
use crate::workflow::vocabulary::{Decision, Handler, Impact, Kind, Priority, Severity, Trigger, Word};
use crate::workflow::zone::Zone;

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
    #[arg(long, short, value_name = "PRIORITY", value_parser = word::<Priority>(), value_delimiter = ',')]
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
    #[arg(long, short, value_name = "NAME")]
    customer: Option<String>,
    /// Who handles it (can be repeated)
    #[arg(long, value_name = "HANDLER", value_parser = word::<Handler>(), value_delimiter = ',')]
    handled_by: Vec<Handler>,
    /// Who has it
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    assignee: Option<String>,
    /// Only what is assigned to the actor
    #[arg(long)]
    mine: bool,
    /// Fix version
    #[arg(long, value_name = "V")]
    fix_version: Option<String>,
    /// Fixed by this development ticket
    #[arg(long, value_name = "TICKET", allow_hyphen_values = true)]
    fixed_by: Option<String>,
    /// Who in Support recorded it
    #[arg(long, value_name = "NAME")]
    reporter: Option<String>,
    /// Trigger of its assessment (can be repeated)
    #[arg(long, value_name = "TRIGGER", value_parser = word::<Trigger>(), value_delimiter = ',')]
    trigger: Vec<Trigger>,
    /// The product version that a customer runs
    #[arg(long, value_name = "V")]
    product_version: Option<String>,
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

/// List tickets
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ListCmd {
    #[command(flatten)]
    list: ListArgs,
    /// Which columns to show (can be repeated)
    #[arg(long, value_name = "COLUMN", value_parser = word::<ListColumn>(), value_delimiter = ',')]
    columns: Vec<ListColumn>,
    /// Only how many there are in each stage
    #[arg(long, conflicts_with_all = ["sort", "limit", "columns"])]
    count: bool,
    /// Exit with 9 if any ticket matches
    #[arg(long)]
    exit_code: bool,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, command: &ListCmd) -> anyhow::Result<u8> {
    let now = ctx.now();
    let is_everything = command.list.is_everything();
    let store = ctx.store_to_read()?;
    let mut query = query(ctx, expanded(command.list.clone())?, &store)?;
    // To a person an escalated issue is one; programs that ask for every ticket get every ticket.
    query.once = ctx.out.is_for_a_person() && !command.count && is_about_issues(&query);
    if command.count {
        let counts = if is_everything { store.stage_counts()? } else { store.count(&query, now)? };
        let code = found(command, counts.iter().any(|count| count.tickets > 0));
        ctx.print(&CountsView { counts })?;
        return Ok(code);
    }
    let query = ListQuery { limit: ctx.out.at_most(query.limit, TABLE_ROWS), ..query };
    let is_any = command.exit_code && store.is_any(&query, now)?;
    ctx.print(&ListView { store: &store, query, columns: command.columns.clone(), now })?;
    Ok(found(command, is_any))
}

/// Whether nothing asks for customers' tickets as such.
fn is_about_issues(query: &ListQuery) -> bool {
    query.kind.is_none()
        && query.stages.is_empty()
        && query.handled_by.is_empty()
        && query.assignees.is_empty()
        && query.filters.is_empty()
}

fn found(command: &ListCmd, is_any: bool) -> u8 {
    if command.exit_code && is_any { FOUND } else { DONE }
}

impl ListArgs {
    /// The keys among the filters: they name tickets themselves.
    pub(in crate::cli) fn take_keys(&mut self) -> Vec<Key> {
        // Filters of one's own have names in lower case.
        let is_elsewhere = |name: &str| name.contains(|c: char| c.is_uppercase() || c == '#');
        let key = |name: &String| name.parse().ok().or_else(|| ticket_key(name).ok().filter(|_| is_elsewhere(name)));
        let keys = self.filter.iter().filter_map(key).collect();
        self.filter.retain(|name| key(name).is_none());
        keys
    }

    /// Takes the name of who has a ticket, for what narrows duties to a person.
    pub(in crate::cli) fn take_assignee(&mut self) -> Option<String> {
        self.assignee.take()
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
            && self.assignee.is_none()
            && !self.mine
            && self.fix_version.is_none()
            && self.fixed_by.is_none()
            && self.reporter.is_none()
            && self.trigger.is_empty()
            && self.product_version.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && !self.overdue
            && self.kind.is_none()
            && self.limit.is_none()
    }

    /// The tickets that it asks for, sorted so unless it says otherwise, and all of them.
    pub(in crate::cli) fn selection(self, ctx: &Ctx, sort: Sort, store: &Store) -> anyhow::Result<ListQuery> {
        let sort = self.sort.unwrap_or(sort);
        Ok(ListQuery { sort: Some(sort), ..query(ctx, expanded(self)?, store)? })
    }
}

fn query(ctx: &Ctx, arguments: ListArgs, store: &Store) -> anyhow::Result<ListQuery> {
    let now = ctx.now();
    let there_is = |time: Option<Time>| time.ok_or_else(|| UsageError::new("there is no such time"));
    let until = match arguments.until {
        Some(until) => Some(there_is(until.until(now, &team_zone(store)?))?),
        None => None,
    };
    let mine = arguments.mine.then(|| ctx.actor()).transpose()?.map(|actor| actor.name);
    let customer = arguments.customer.map(|name| ctx.store_to_read()?.customer_now(&name)).transpose()?;
    Ok(ListQuery {
        stages: arguments.stage,
        priorities: arguments.priority,
        severities: arguments.severity,
        impacts: arguments.impact,
        decisions: arguments.decision,
        customer,
        handled_by: arguments.handled_by,
        assignees: arguments.assignee.into_iter().chain(mine).collect(),
        fix_version: arguments.fix_version,
        fixed_by: arguments.fixed_by,
        reporter: arguments.reporter,
        triggers: arguments.trigger,
        product_version: arguments.product_version,
        once: false,
        since: arguments.since.map(|since| there_is(since.before(now))).transpose()?,
        until,
        overdue: arguments.overdue,
        kind: arguments.kind,
        filters: arguments.filter.iter().filter_map(|name| NamedFilter::from_word(name)).collect(),
        sort: arguments.sort,
        limit: arguments.limit,
    })
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

/// Returns the team's time zone: that of the policy, else the machine's.
pub(in crate::cli) fn team_zone(store: &Store) -> Result<Zone, StoreError> {
    Ok(store.policy()?.zone().cloned().unwrap_or_else(machine_zone))
}

/// What one of the user's own filters stands for.
pub(in crate::cli) fn own_filter(own: &BTreeMap<String, String>, name: &str) -> anyhow::Result<ListArgs> {
    let Some(flags) = own.get(name) else {
        let known = NamedFilter::ALL.iter().map(|filter| filter.as_str()).chain(own.keys().map(String::as_str));
        let hint = match nearest(name, known.clone()) {
            Some(near) => hint::command(&format!("list {near}")),
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
            assignee: self.assignee.or(filter.assignee),
            mine: self.mine || filter.mine,
            fix_version: self.fix_version.or(filter.fix_version),
            fixed_by: self.fixed_by.or(filter.fixed_by),
            reporter: self.reporter.or(filter.reporter),
            trigger: or(self.trigger, filter.trigger),
            product_version: self.product_version.or(filter.product_version),
            since: self.since.or(filter.since),
            until: self.until.or(filter.until),
            overdue: self.overdue || filter.overdue,
            kind: self.kind.or(filter.kind),
            sort: self.sort.or(filter.sort),
            limit: self.limit.or(filter.limit),
        }
    }
}
