//! The facts that another tracker's history comes to (R32).

use super::decision::DecisionContext;
use crate::workflow::event::{
    Answered, AnsweredTexts, Assessed, AssessedTexts, ChangedElsewhere, ChangedElsewhereTexts, Closed, ClosedTexts,
    Commented, CommentedTexts, EngAssessed, EngAssessedTexts, Fact, Joined, JoinedTexts, Linked, LinkedTexts,
    MovedToPostmortem, MovedToPostmortemTexts, ReleaseDecided, ReleaseDecidedTexts, Reopened, ReopenedTexts, Resolved,
    ResolvedTexts, Returned, ReturnedTexts, SettledElsewhere, SettledElsewhereTexts, Shipped, ShippedTexts,
};
use crate::workflow::foreign::{Foreign, Happened};
use crate::workflow::key::Key;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{AnswerKind, ChecklistItem, Decision, Handler, Impact, Severity};

/// The answer to a question that the other tracker does not ask.
const UNKNOWN: &str = "unknown";

/// A past fact, which may be recorded already.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) at: Time,
    pub(super) actor: String,
    pub(super) fact: Fact,
    /// Whether it moves the ticket.
    pub(super) moves: bool,
}

/// Returns the facts of the ticket's history, oldest first.
pub(super) fn past(cx: &DecisionContext<'_>, ticket: &Foreign, is_linked: bool) -> Vec<Told> {
    let mut all = Vec::new();
    for past in &ticket.past {
        let facts = facts(cx, &past.what, is_linked);
        let moves = past.what.moves();
        all.extend(facts.into_iter().map(|fact| Told { at: past.at, actor: past.actor.clone(), fact, moves }));
    }
    all
}

fn facts(cx: &DecisionContext<'_>, what: &Happened, is_linked: bool) -> Vec<Fact> {
    match what {
        Happened::Said(text) => vec![Commented { texts: CommentedTexts { text: text.clone() } }.into()],
        Happened::Changed { field, from, to } => {
            let texts = ChangedElsewhereTexts { from: from.clone(), to: to.clone() };
            vec![ChangedElsewhere { field: field.clone(), texts }.into()]
        }
        Happened::HandedTo(_) if is_linked => Vec::new(),
        Happened::HandedTo(handler) => vec![assessed(*handler)],
        Happened::Returned => {
            let texts = ReturnedTexts { note: UNKNOWN.to_owned() };
            vec![Returned { missing: vec![ChecklistItem::Other], texts }.into()]
        }
        Happened::Assessed => vec![eng_assessed()],
        Happened::Decided(version) => vec![decided(version.clone())],
        Happened::Fixed(version) => {
            let shipped = Shipped { fix_version: version.clone(), texts: ShippedTexts::default() };
            vec![decided(Some(version.clone())), shipped.into()]
        }
        Happened::Resolved(note) => {
            let answer = is_linked.then_some(AnswerKind::Resolved);
            vec![Resolved { answer, duplicate_of: None, texts: ResolvedTexts { note: note.clone() } }.into()]
        }
        Happened::Closed { resolution, of } => {
            let of = of.as_ref().and_then(|of| cx.tickets.cus(of)).map(|of| of.key.clone());
            vec![Closed { resolution: *resolution, of, corrects: Vec::new(), texts: ClosedTexts::default() }.into()]
        }
        Happened::AwaitsCustomers => {
            vec![MovedToPostmortem { category: None, texts: MovedToPostmortemTexts::default() }.into()]
        }
        Happened::Reopened => vec![Reopened { recalls: false, texts: ReopenedTexts::default() }.into()],
    }
}

fn assessed(handled_by: Handler) -> Fact {
    Assessed { handled_by, triggers: Vec::new(), texts: AssessedTexts::default() }.into()
}

fn eng_assessed() -> Fact {
    let texts = EngAssessedTexts {
        cause: UNKNOWN.to_owned(),
        caused_by: UNKNOWN.to_owned(),
        workaround: UNKNOWN.to_owned(),
        note: None,
    };
    let (severity, impact) = (Severity::Unknown, Impact::Unknown);
    let (priority, keeps_priority) = (None, false);
    EngAssessed { started: None, severity, impact, customers_affected: None, priority, keeps_priority, texts }.into()
}

fn decided(fix_version: Option<String>) -> Fact {
    let decision = if fix_version.is_some() { Decision::NextRelease } else { Decision::Backlog };
    ReleaseDecided {
        decision,
        fix_version,
        target_date: None,
        target_ends: None,
        zone: None,
        is_review: false,
        recalls: false,
        texts: ReleaseDecidedTexts::default(),
    }
    .into()
}

/// Links a CSD ticket to its CUS ticket; what was resolved stays resolved.
pub(super) fn link(cx: &mut DecisionContext<'_>, csd: &Key, cus: &Key, at: Time, actor: &str) {
    let resolution = cx.tickets.csd(csd).filter(|csd| csd.is_resolved()).map(|csd| csd.resolution.clone());
    let linked = Linked { cus: cus.clone(), texts: LinkedTexts {} };
    let mut facts = vec![assessed(Handler::Engineering), linked.into()];
    if let Some(note) = resolution {
        facts.push(
            Resolved { answer: Some(AnswerKind::Resolved), duplicate_of: None, texts: ResolvedTexts { note } }.into(),
        );
    }
    for fact in facts {
        tell(cx, csd, Told { at, actor: actor.to_owned(), fact, moves: true });
    }
}

/// Records a past fact; what links or answers a CSD ticket is recorded on its CUS ticket too.
pub(super) fn tell(cx: &mut DecisionContext<'_>, id: &Key, told: Told) {
    let Told { at, actor, fact, .. } = told;
    let cus = cx.tickets.csd(id).and_then(|csd| csd.cus.clone());
    match (&cus, &fact) {
        (Some(cus), Fact::Resolved(_)) => {
            let settled = SettledElsewhere { csd: id.clone(), texts: SettledElsewhereTexts {} };
            cx.record_as(cus, at, actor.clone(), None, settled.into());
        }
        (Some(cus), Fact::Reopened(_)) => {
            let texts = AnsweredTexts::default();
            let answered = Answered { csd: id.clone(), answer: AnswerKind::NotResolved, texts };
            cx.record_as(cus, at, actor.clone(), None, answered.into());
        }
        _ => {}
    }
    if let Fact::Linked(linked) = &fact {
        let joined = Joined { csd: id.clone(), priority: None, texts: JoinedTexts::default() };
        cx.record_as(&linked.cus, at, actor.clone(), None, joined.into());
    }
    cx.record_as(id, at, actor, None, fact);
}
