//! From an issue of any tracker to what the process can take in.

use super::census::Census;
use super::found::{Issue, Reason};
use super::history::{History, name};
use super::rest::rest;
use super::source::Source;
use super::words;
use crate::workflow::Time;
use crate::workflow::foreign::Foreign;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Priority;

/// What is known of an issue beside what its file tells.
#[derive(Debug, Clone)]
pub struct Provenance<'a> {
    /// Where it comes from.
    pub source: &'a Source,
    /// The tracker, such as `jira`.
    pub tracker: &'a str,
    /// The key that it has here.
    pub key: Key,
    /// The escalation to which it is linked.
    pub cus: Option<Key>,
    /// The time of what has none, for whoever accepts guesses.
    pub fallback: Option<Time>,
}

/// What the process can take in of an issue.
///
/// # Errors
/// Where nobody knows when it was made.
pub fn translate(issue: &Issue, census: &Census, provenance: Provenance<'_>) -> Result<Foreign, Reason> {
    let Provenance { source, tracker, key, cus, fallback } = provenance;
    let kind = census.kind_of(&issue.project);
    let other = fallback.map(|now| issue.first_response.or(issue.updated).or(issue.resolved).unwrap_or(now));
    let created = issue.created.or(other).ok_or_else(|| Reason::same("it has no time at which it was made"))?;
    let updated = issue.updated.or(issue.resolved).unwrap_or(created).max(created);
    let reporter = name(issue.reporter.as_ref());
    let history = History { issue, kind, census, source, created, updated, is_linked: cus.is_some() };
    Ok(Foreign {
        kind,
        tracker: tracker.to_owned(),
        source: source.name.clone(),
        there: issue.key.clone(),
        links: issue.links.iter().map(|link| link.key.clone()).collect(),
        created,
        updated,
        customer: issue.customer.clone().unwrap_or_else(|| reporter.clone()),
        reporter,
        contact: issue.contact.clone(),
        channel: words::channel(issue.channel.as_deref()),
        product_version: issue.affects_versions.first().or(issue.product_version.as_ref()).cloned(),
        summary: if issue.summary.trim().is_empty() { issue.key.clone() } else { issue.summary.clone() },
        description: issue.description.clone(),
        priority: census.meanings().priority(issue.priority.as_deref()).unwrap_or(Priority::Medium),
        past: history.past(),
        stands: history.stands(),
        has_changelog: issue.changes.iter().any(|change| change.field.eq_ignore_ascii_case("status")),
        rest: rest(issue),
        cus,
        key,
    })
}
