//! What happened to an issue, as far as its file tells: what was said and changed, and how it came to where it stands.

use super::census::Census;
use super::found::{Change, Direction, Issue};
use super::source::Source;
use crate::workflow::Time;
use crate::workflow::foreign::{Happened, Past};
use crate::workflow::key::Key;
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::vocabulary::{Handler, Kind, Resolution};

/// An issue, with what its history is told by.
pub(super) struct History<'a> {
    pub(super) issue: &'a Issue,
    pub(super) kind: Kind,
    pub(super) census: &'a Census,
    pub(super) source: &'a Source,
    pub(super) created: Time,
    pub(super) updated: Time,
    /// Whether it is a customer's issue that is linked to an escalation.
    pub(super) is_linked: bool,
}

impl History<'_> {
    /// The stage at which it stands there.
    pub(super) fn stands(&self) -> Stage {
        let standing = self.census.meanings().verdict(self.issue).standing();
        match self.kind {
            Kind::Csd if self.is_linked && standing.csd != CsdStage::Resolved => CsdStage::Escalated.into(),
            Kind::Csd if standing.csd == CsdStage::Escalated => CsdStage::Assessed.into(),
            Kind::Csd => standing.csd.into(),
            Kind::Cus if standing.cus == CusStage::Closed && self.awaits_customers() => CusStage::Postmortem.into(),
            Kind::Cus => standing.cus.into(),
        }
    }

    /// What was said and changed at its own times, and between it, in their order, the moves from stage to stage.
    pub(super) fn past(&self) -> Vec<Past> {
        let comments = self.issue.comments.iter().filter(|comment| !comment.text.trim().is_empty());
        let mut said: Vec<Past> = comments
            .map(|comment| Past {
                at: comment.at.unwrap_or(self.updated),
                actor: name(comment.author.as_ref()),
                what: Happened::Said(comment.text.clone()),
            })
            .collect();
        said.extend(self.issue.changes.iter().map(|change| Past {
            at: change.at,
            actor: name(change.author.as_ref()),
            what: Happened::Changed { field: change.field.clone(), from: change.from.clone(), to: change.to.clone() },
        }));
        said.sort_by_key(|past| past.at);
        merged(said, self.moves())
    }

    /// The moves from stage to stage: those of the changelog, else those that its state tells.
    fn moves(&self) -> Vec<Past> {
        let mut moves = Vec::new();
        let mut was_done = false;
        let is_done = is_over(self.stands()) || self.ends_with_customers();
        for change in self.issue.changes.iter().filter(|change| is_of_status(change)) {
            let to = change.to.as_deref().unwrap_or_default();
            let is_last = to == self.issue.status;
            let now_done = if is_last { is_done } else { self.census.meanings().standing(to).is_done() };
            if now_done != was_done {
                let what = if now_done { self.ends() } else { vec![Happened::Reopened] };
                add(&mut moves, change.at, &name(change.author.as_ref()), what);
                was_done = now_done;
            }
        }
        let by = name(self.issue.assignee.as_ref());
        match (was_done, is_done) {
            (false, true) => add(&mut moves, self.issue.resolved.unwrap_or(self.updated), &by, self.ends()),
            (true, false) => add(&mut moves, self.updated, &by, vec![Happened::Reopened]),
            _ => {}
        }
        if !is_done {
            let at = self.issue.first_response.unwrap_or(self.updated).max(self.created);
            let is_reopened = !moves.is_empty();
            add(&mut moves, at, &by, self.goes_on(is_reopened));
        }
        moves
    }

    /// How it came to its stage, where it is open.
    fn goes_on(&self, is_reopened: bool) -> Vec<Happened> {
        match self.stands() {
            Stage::Csd(CsdStage::Reported) if is_reopened => vec![Happened::HandedTo(Handler::Support)],
            Stage::Csd(CsdStage::Handled) => vec![Happened::HandedTo(Handler::Support)],
            Stage::Csd(CsdStage::Assessed) => vec![Happened::HandedTo(Handler::Engineering)],
            Stage::Csd(CsdStage::Reported | CsdStage::Escalated | CsdStage::Resolved) => Vec::new(),
            Stage::Cus(CusStage::Escalated | CusStage::Closed) => Vec::new(),
            Stage::Cus(CusStage::Returned) => vec![Happened::Returned],
            Stage::Cus(CusStage::EngAssessed) => vec![Happened::Assessed],
            Stage::Cus(CusStage::ReleaseAssessed) => vec![self.decided()],
            Stage::Cus(CusStage::Postmortem) => vec![self.decided(), Happened::AwaitsCustomers],
        }
    }

    /// The version that was decided for: one that is out, if the file tells of any.
    fn decided(&self) -> Happened {
        match (self.issue.released_versions.first(), self.issue.fix_versions.first()) {
            (Some(version), _) => Happened::Fixed(version.clone()),
            (None, version) => Happened::Decided(version.cloned()),
        }
    }

    /// How it ended.
    fn ends(&self) -> Vec<Happened> {
        if self.kind == Kind::Csd {
            let resolved = Happened::Resolved(self.resolution_told());
            return if self.is_linked { vec![resolved] } else { vec![Happened::HandedTo(Handler::Support), resolved] };
        }
        let resolution = self.census.meanings().resolution(self.issue).unwrap_or(Resolution::Fixed);
        let version = self.version().filter(|_| resolution == Resolution::Fixed);
        let mut ends: Vec<Happened> = version.cloned().map(Happened::Fixed).into_iter().collect();
        if version.is_some() && self.ends_with_customers() {
            ends.push(Happened::AwaitsCustomers);
        } else {
            ends.push(Happened::Closed { resolution, of: self.original(resolution) });
        }
        ends
    }

    fn version(&self) -> Option<&String> {
        self.issue.released_versions.first().or(self.issue.fix_versions.first())
    }

    /// Whether it is over but for what its customers say.
    fn ends_with_customers(&self) -> bool {
        self.kind == Kind::Cus
            && self.census.meanings().verdict(self.issue).standing().cus == CusStage::Closed
            && self.awaits_customers()
    }

    /// Whether a customer still waits for a fix that can be named.
    fn awaits_customers(&self) -> bool {
        let resolution = self.census.meanings().resolution(self.issue).unwrap_or(Resolution::Fixed);
        resolution == Resolution::Fixed && self.version().is_some() && self.census.awaits_customers(&self.issue.key)
    }

    /// What the resolution says, where it is none that stands for no resolution.
    fn resolution_told(&self) -> Option<String> {
        let resolution = self.issue.resolution.as_ref()?;
        (super::words::ending(resolution) != super::words::Ending::None).then(|| resolution.clone())
    }

    /// The issue of which this one is a duplicate.
    fn original(&self, resolution: Resolution) -> Option<Key> {
        let is_duplicate = |name: &str| name.to_lowercase().starts_with("duplicate");
        let links = self.issue.links.iter().filter(|link| is_duplicate(&link.type_name));
        let mut links = links.filter(|_| resolution == Resolution::Duplicate);
        let outward = links.clone().find(|link| link.direction == Direction::Outward);
        outward.or_else(|| links.next()).and_then(|link| self.source.key(&link.key))
    }
}

fn is_of_status(change: &Change) -> bool {
    change.field.eq_ignore_ascii_case("status")
}

fn is_over(stage: Stage) -> bool {
    matches!(stage, Stage::Csd(CsdStage::Resolved) | Stage::Cus(CusStage::Closed))
}

fn add(moves: &mut Vec<Past>, at: Time, actor: &str, what: Vec<Happened>) {
    moves.extend(what.into_iter().map(|what| Past { at, actor: actor.to_owned(), what }));
}

/// Both in their own order; of the next two the earlier comes first.
fn merged(said: Vec<Past>, moves: Vec<Past>) -> Vec<Past> {
    let mut all = Vec::with_capacity(said.len() + moves.len());
    let (mut said, mut moves) = (said.into_iter().peekable(), moves.into_iter().peekable());
    loop {
        let next = match (said.peek(), moves.peek()) {
            (Some(a), Some(b)) if a.at <= b.at => said.next(),
            (Some(_), None) => said.next(),
            (_, Some(_)) => moves.next(),
            (None, None) => return all,
        };
        all.extend(next);
    }
}

/// The name of a person, or the word for one that the file does not name.
pub(super) fn name(name: Option<&String>) -> String {
    name.filter(|name| !name.trim().is_empty()).map_or("unknown", String::as_str).to_owned()
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};

    use super::*;
    use crate::trackers::found::Comment;

    fn hour(hours: i64) -> Time {
        Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap() + TimeDelta::hours(hours)
    }

    fn issue(status: &str) -> Issue {
        Issue {
            key: "HELP-7".to_owned(),
            project: "HELP".to_owned(),
            summary: "It fails".to_owned(),
            status: status.to_owned(),
            reporter: Some("ada".to_owned()),
            created: Some(hour(0)),
            updated: Some(hour(9)),
            ..Issue::default()
        }
    }

    fn told(issue: &Issue, kind: Kind) -> (Vec<(i64, Happened)>, Stage) {
        let project = [issue.project.clone()];
        let (csd, cus): (&[String], &[String]) = if kind == Kind::Csd { (&project, &[]) } else { (&[], &project) };
        let mut census = Census::new(crate::trackers::meanings::Meanings::default(), csd, cus);
        census.look_at(issue);
        let (created, updated) = (issue.created.unwrap(), issue.updated.unwrap());
        let source = Source::new(None, None, crate::trackers::profile::Profile::jira_json(), "", false).unwrap();
        let history = History { issue, kind, census: &census, source: &source, created, updated, is_linked: false };
        let past = history.past().into_iter().map(|past| ((past.at - hour(0)).num_hours(), past.what)).collect();
        (past, history.stands())
    }

    fn happened(issue: &Issue) -> Vec<(i64, Happened)> {
        told(issue, Kind::Csd).0
    }

    #[test]
    fn an_open_issue_has_no_moves_and_a_begun_one_is_supports() {
        assert_eq!(happened(&issue("Open")), []);
        assert_eq!(happened(&issue("Pending Customer Response")), [(9, Happened::HandedTo(Handler::Support))]);
    }

    #[test]
    fn a_done_issue_is_resolved_at_its_own_time() {
        let done = Issue { resolved: Some(hour(5)), resolution: Some("Fixed".to_owned()), ..issue("Closed") };
        let expected = [(5, Happened::HandedTo(Handler::Support)), (5, Happened::Resolved(Some("Fixed".to_owned())))];
        assert_eq!(happened(&done), expected);
    }

    #[test]
    fn a_placeholder_is_no_resolution() {
        let open = Issue { resolution: Some("---".to_owned()), ..issue("ASSIGNED") };
        assert_eq!(told(&open, Kind::Csd).1, CsdStage::Handled.into());
        let done = Issue { resolution: Some("N/A".to_owned()), ..issue("Closed") };
        assert_eq!(happened(&done)[1], (9, Happened::Resolved(None)));
    }

    #[test]
    fn a_changelog_becomes_moves_at_its_own_times() {
        let change = |hours, from: &str, to: &str| Change {
            at: hour(hours),
            author: Some("bo".to_owned()),
            field: "status".to_owned(),
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
        };
        let changes = vec![change(1, "Open", "Done"), change(2, "Done", "Open"), change(3, "Open", "Done")];
        let moves: Vec<(i64, Happened)> =
            happened(&Issue { changes, ..issue("Done") }).into_iter().filter(|(_, what)| what.moves()).collect();
        let ended = |at| [(at, Happened::HandedTo(Handler::Support)), (at, Happened::Resolved(None))];
        assert_eq!(moves, [&ended(1)[..], &[(2, Happened::Reopened)], &ended(3)].concat());
    }

    #[test]
    fn an_escalation_comes_in_at_the_stage_that_its_status_names_with_its_version() {
        let planned = |status: &str| Issue { fix_versions: vec!["8.2".to_owned()], ..issue(status) };
        let decided = || (9, Happened::Decided(Some("8.2".to_owned())));
        let cases = [
            ("In Progress", CusStage::Escalated, vec![]),
            ("Returned", CusStage::Returned, vec![(9, Happened::Returned)]),
            ("Eng Assessed", CusStage::EngAssessed, vec![(9, Happened::Assessed)]),
            ("Release Assessed", CusStage::ReleaseAssessed, vec![decided()]),
            ("Postmortem", CusStage::Postmortem, vec![decided(), (9, Happened::AwaitsCustomers)]),
        ];
        for (status, stage, past) in cases {
            assert_eq!(told(&planned(status), Kind::Cus), (past, stage.into()), "{status}");
        }
        let out = Issue { released_versions: vec!["8.2".to_owned()], ..planned("Postmortem") };
        let fixed = (9, Happened::Fixed("8.2".to_owned()));
        assert_eq!(told(&out, Kind::Cus).0, [fixed, (9, Happened::AwaitsCustomers)]);
    }

    #[test]
    fn comments_come_in_the_order_of_their_times() {
        let said = |hours, text: &str| Comment { at: Some(hour(hours)), author: None, text: text.to_owned() };
        let comments = vec![said(4, "late"), said(2, "early"), said(3, " ")];
        let expected = [(2, Happened::Said("early".to_owned())), (4, Happened::Said("late".to_owned()))];
        assert_eq!(happened(&Issue { comments, ..issue("Open") }), expected);
    }
}
