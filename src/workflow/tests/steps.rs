//! The table of stages and steps: every combination, and its outcome.

use super::given::{
    add_action, assess, assessed, assign, attach, close, close_as, comment, complete, confirm, confirmed, decided,
    duplicate_of, edit, end_action, eng_assess, escalate, escalated, hold, interim, join, lift, patch, postmortem,
    reopen, report, reported, resolve, say, send_back, ship, to_postmortem, unlink, with_root_cause,
};
use super::kit::{World, key};
use crate::workflow::command::{Assess, Command, Complete, Edit, Join, Notify, ResolveDuplicate};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rules::decide;
use crate::workflow::step::Step;
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::vocabulary::{
    AnswerKind, Audience, ChecklistItem, Handler, Impact, Kind, Priority, Resolution, Trigger, Word,
};

/// `told`: the customer knows the decision. `confirmed`: and has confirmed. `resolved`: outside
/// Engineering.
/// `stage`: not from there. `link`: not linked to a CUS ticket. A number: that rule is in the way.
const CUSTOMERS_TICKET: &str = "
    step                  reported  assessed  handled  escalated  told   confirmed  resolved
    Assess                ok        ok        ok       stage      stage  stage      stage
    Escalate              stage     ok        stage    stage      stage  stage      stage
    Join                  stage     ok        stage    stage      stage  stage      stage
    Resolve               stage     stage     ok       stage      stage  stage      stage
    ResolveDuplicate      ok        ok        ok       stage      stage  stage      stage
    ConfirmResolved       link      link      link     ok         ok     stage      link
    ConfirmNotResolved    link      link      link     ok         ok     ok         link
    ConfirmUnreachable    link      link      link     ok         ok     stage      link
    Unlink                stage     stage     stage    R11        R11    stage      stage
    Interim               ok        ok        ok       ok         ok     ok         ok
    Reopen                stage     stage     stage    stage      stage  ok         ok
    Edit                  ok        ok        ok       ok         ok     ok         ok
    Attach                ok        ok        ok       ok         ok     ok         ok
    Comment               ok        ok        ok       ok         ok     ok         ok
    Assign                ok        ok        ok       ok         ok     ok         ok
";

/// `told`: Support knows the decision. `decided`: in Postmortem, shipped, and the customer has confirmed. `answered`: closed
/// without a fix.
const ESCALATION: &str = "
    step                      escalated  returned  eng-assessed  release-assessed  told   postmortem  decided  closed  answered
    Complete                  stage      ok        stage         stage             stage  stage       stage    stage   stage
    BeJoined                  ok         ok        ok            ok                ok     ok          ok       stage   stage
    EngAssess                 ok         stage     ok            ok                ok     ok          ok       stage   stage
    Return                    ok         stage     ok            stage             stage  stage       stage    stage   stage
    Release                   stage      stage     ok            ok                ok     ok          ok       stage   stage
    NotifyProduct             ok         ok        ok            ok                ok     ok          ok       ok      ok
    NotifyMarketing           ok         ok        ok            ok                ok     ok          ok       ok      ok
    NotifySupport             ok         ok        ok            ok                ok     ok          ok       ok      ok
    NotifyCustomer            ok         ok        ok            ok                ok     ok          ok       ok      ok
    Interim                   ok         ok        ok            ok                ok     ok          ok       ok      ok
    Postmortem                stage      stage     stage         R18               ok     stage       stage    stage   stage
    WritePostmortem           stage      stage     stage         stage             stage  ok          ok       ok      ok
    AddAction                 stage      stage     stage         stage             stage  ok          ok       ok      ok
    EndAction                 R34        R34       R34           R34               R34    R34         R34      R34     R34
    Ship                      stage      stage     stage         ok                ok     ok          R30      stage   stage
    Close                     stage      stage     stage         stage             stage  R24+R24         ok       stage   stage
    CloseNotABug              ok         ok        ok            ok                ok     ok          R26      stage   stage
    CloseDuplicate            ok         ok        ok            ok                ok     ok          R26      stage   stage
    CloseCannotReproduce      ok         ok        ok            ok                ok     ok          R26      stage   stage
    CloseWontFix              ok         ok        ok            ok                ok     ok          R26      stage   stage
    CloseWithdrawn            ok         ok        ok            ok                ok     ok          R26      stage   stage
    Hold                      ok         ok        ok            ok                ok     ok          ok       stage   stage
    LiftHold                  R10        R10       R10           R10               R10    R10         R10      stage   stage
    Reopen                    stage      stage     stage         ok                ok     ok          ok       ok      ok
    Edit                      ok         ok        ok            ok                ok     ok          ok       ok      ok
    Attach                    ok         ok        ok            ok                ok     ok          ok       ok      ok
    Comment                   ok         ok        ok            ok                ok     ok          ok       ok      ok
    Assign                    ok         ok        ok            ok                ok     ok          ok       ok      ok
";

/// `CSD-1` or `CUS-1` brought to a column of its table by legal steps.
fn at(kind: Kind, column: &str) -> (World, Stage) {
    use {CsdStage as C, CusStage as U};
    let low = Priority::Low;
    let told = || decided(low, patch("8.2")).told(Audience::Support);
    let handled = || reported().given(Assess { handled_by: Handler::Support, ..assess("CSD-1") });
    match (kind, column) {
        (Kind::Csd, "reported") => (reported(), C::Reported.into()),
        (Kind::Csd, "assessed") => (assessed(), C::Assessed.into()),
        (Kind::Csd, "handled") => (handled(), C::Handled.into()),
        (Kind::Csd, "escalated") => (escalated(low), C::Escalated.into()),
        (Kind::Csd, "told") => (told().told(Audience::Customer), C::Escalated.into()),
        (Kind::Csd, "confirmed") => (confirmed(low), C::Resolved.into()),
        (Kind::Csd, "resolved") => (handled().given(resolve("CSD-1")), C::Resolved.into()),
        (Kind::Cus, "escalated") => (escalated(low), U::Escalated.into()),
        (Kind::Cus, "returned") => (escalated(low).given(send_back(&[ChecklistItem::Steps])), U::Returned.into()),
        (Kind::Cus, "eng-assessed") => (escalated(low).eng_assessed(), U::EngAssessed.into()),
        (Kind::Cus, "release-assessed") => (decided(low, patch("8.2")), U::ReleaseAssessed.into()),
        (Kind::Cus, "told") => (told(), U::ReleaseAssessed.into()),
        (Kind::Cus, "postmortem") => (postmortem(low, patch("8.2")), U::Postmortem.into()),
        (Kind::Cus, "decided") => (confirmed(low), U::Postmortem.into()),
        (Kind::Cus, "closed") => (confirmed(low).given(close()), U::Closed.into()),
        (Kind::Cus, "answered") => (escalated(low).given(close_as(Resolution::NotABug)), U::Closed.into()),
        _ => panic!("no way to {column}"),
    }
}

/// The step on `CSD-1` or `CUS-1`, with everything given that can be given; `other` is another open CUS ticket and
/// `newcomer` a customer's ticket that can join.
fn command(kind: Kind, step: Step, other: &str, newcomer: &str, original: &str) -> Command {
    let ticket = if kind == Kind::Csd { "CSD-1" } else { "CUS-1" };
    match step {
        Step::Assess => Assess { triggers: vec![Trigger::Financial], ..assess("CSD-1") }.into(),
        Step::Escalate => escalate(&["CSD-1"], Priority::High).into(),
        Step::Join => Join { into: key(other), ..join("CSD-1") }.into(),
        Step::BeJoined => join(newcomer).into(),
        Step::Complete => Complete { note: Some("Why".to_owned()), ..complete() }.into(),
        Step::EngAssess => eng_assess(Impact::One).into(),
        Step::Return => send_back(&[ChecklistItem::Steps]).into(),
        Step::Release => patch("8.3").into(),
        Step::NotifySupport | Step::NotifyProduct | Step::NotifyMarketing | Step::NotifyCustomer => {
            say(step.audience().unwrap(), "Words").into()
        }
        Step::Postmortem => to_postmortem().into(),
        Step::WritePostmortem => with_root_cause().into(),
        Step::AddAction => add_action("Test it").into(),
        Step::EndAction => end_action(1, ActionState::Done).into(),
        Step::Ship => ship().into(),
        Step::ConfirmResolved => confirm("CSD-1", AnswerKind::Resolved).into(),
        Step::ConfirmNotResolved => confirm("CSD-1", AnswerKind::NotResolved).into(),
        Step::ConfirmUnreachable => confirm("CSD-1", AnswerKind::Unreachable).into(),
        Step::Close => close().into(),
        Step::CloseDuplicate => duplicate_of(other).into(),
        Step::CloseNotABug | Step::CloseCannotReproduce | Step::CloseWontFix | Step::CloseWithdrawn => {
            close_as(step.resolution().unwrap()).into()
        }
        Step::Resolve => resolve("CSD-1").into(),
        Step::ResolveDuplicate => {
            ResolveDuplicate { csd: key("CSD-1"), of: key(original), note: "Twice".to_owned() }.into()
        }
        Step::Reopen => reopen(ticket).into(),
        Step::Hold => hold(None).into(),
        Step::LiftHold => lift().into(),
        Step::Assign => assign(ticket, Some("Ann")).into(),
        Step::Interim => {
            let to = if kind == Kind::Csd { Audience::Customer } else { Audience::Product };
            Notify { cus: key(ticket), ..interim(to, "Words") }.into()
        }
        Step::Comment => comment(ticket).into(),
        Step::Attach => attach(ticket, "a.png").into(),
        Step::Edit => Edit { summary: Some("Other words".to_owned()), ..edit(ticket) }.into(),
        Step::Unlink => unlink("CSD-1").into(),
        Step::Report
        | Step::Deliver
        | Step::CameBack
        | Step::DropAnnouncement
        | Step::Import
        | Step::Redact
        | Step::Undo
        | Step::Customer
        | Step::Policy => panic!("{step:?} is taken on no ticket"),
    }
}

fn outcome(refusal: &Refusal) -> String {
    let names = refusal.failures.iter().map(|failure| match failure {
        Failure::WrongStage { .. } => "stage",
        Failure::NotLinked { .. } => "link",
        other => other.rule().as_str(),
    });
    names.collect::<Vec<_>>().join("+")
}

fn holds(kind: Kind, table: &str) {
    let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|row| !row.is_empty());
    let columns = rows.next().unwrap();
    let rows: Vec<Vec<&str>> = rows.collect();
    let steps: Vec<String> = Step::on(kind).map(|step| format!("{step:?}")).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), steps, "each step has its row");
    let mut wrong = Vec::new();
    for (n, column) in columns.iter().enumerate().skip(1) {
        let (world, stage) = at(kind, column);
        let ticket = key(if kind == Kind::Csd { "CSD-1" } else { "CUS-1" });
        assert_eq!(world.tickets.ticket(&ticket).unwrap().stage(), stage, "{column}");
        let other = format!("CUS-{}", world.tickets.free.cus);
        let world = world
            .given(report("Birch"))
            .given(report("Cedar"))
            .given(report("Alder"))
            .given(assess("CSD-2"))
            .given(assess("CSD-3"));
        let world = world.given(escalate(&["CSD-2"], Priority::Low));
        for (row, step) in rows.iter().zip(Step::on(kind)) {
            let decided = decide(&world.tickets, &command(kind, step, &other, "CSD-3", "CSD-4"), &world.context);
            let came = decided.map_or_else(|refusal| outcome(&refusal), |_| "ok".to_owned());
            if row[n] != came {
                wrong.push(format!("{step:?} from {column}: {came}, not {}", row[n]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_customers_ticket_takes_every_step_from_its_stages_and_from_no_other() {
    holds(Kind::Csd, CUSTOMERS_TICKET);
}

#[test]
fn an_escalation_takes_every_step_from_its_stages_and_from_no_other() {
    holds(Kind::Cus, ESCALATION);
}

#[test]
fn the_tables_have_every_stage() {
    let reached = |kind: Kind, table: &str| -> Vec<Stage> {
        let columns = table.lines().find(|line| line.contains("step")).unwrap().split_whitespace().skip(1);
        columns.map(|column| at(kind, column).1).collect()
    };
    let csd = reached(Kind::Csd, CUSTOMERS_TICKET);
    let cus = reached(Kind::Cus, ESCALATION);
    assert!(CsdStage::ALL.iter().all(|stage| csd.contains(&(*stage).into())));
    assert!(CusStage::ALL.iter().all(|stage| cus.contains(&(*stage).into())));
}

/// The paragraph "Stages" of docs/PROCESS.md, change by change.
const CHANGES: &str = "
    csd - reported
    csd reported assessed
    csd reported handled
    csd reported resolved
    csd assessed handled
    csd handled assessed
    csd assessed escalated
    csd assessed resolved
    csd escalated assessed
    csd handled resolved
    csd escalated resolved
    csd resolved assessed
    csd resolved handled
    csd resolved escalated
    cus - escalated
    cus escalated returned
    cus returned escalated
    cus escalated eng-assessed
    cus eng-assessed release-assessed
    cus release-assessed postmortem
    cus postmortem closed
    cus eng-assessed returned
    cus postmortem release-assessed
    cus release-assessed escalated
    cus postmortem escalated
    cus closed escalated
    cus escalated closed
    cus returned closed
    cus eng-assessed closed
    cus release-assessed closed
";

fn sorted(mut changes: Vec<String>) -> Vec<String> {
    changes.sort();
    changes
}

/// Returns the stage changes that the workflow allows.
fn legal_changes() -> Vec<String> {
    let csd = CsdStage::ALL.iter().map(|stage| Stage::Csd(*stage));
    let all: Vec<Stage> = csd.chain(CusStage::ALL.iter().map(|stage| Stage::Cus(*stage))).collect();
    let befores = || std::iter::once(None).chain(all.iter().copied().map(Some));
    let mut legal = Vec::new();
    for after in &all {
        for before in befores().filter(|before| *before != Some(*after) && Stage::is_legal_change(*before, *after)) {
            legal.push(format!("{} {} {}", after.kind(), before.map_or("-", Stage::as_str), after.as_str()));
        }
    }
    sorted(legal)
}

#[test]
fn the_legal_stage_changes_are_those_of_the_process_and_nothing_else() {
    let told = CHANGES.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    assert_eq!(legal_changes(), sorted(told.collect()));
}

#[test]
fn the_database_lets_exactly_the_same_stage_changes_through() {
    let schema = include_str!("../../../schema.sql");
    let (_, rows) = schema.split_once("INSERT INTO stage_change (kind, before, after) VALUES").unwrap();
    let (rows, _) = rows.split_once(';').unwrap();
    let change = |row: &str| {
        let words: Vec<&str> = row.split('\'').skip(1).step_by(2).collect();
        let before = if words[1].is_empty() { "-" } else { words[1] };
        format!("{} {before} {}", words[0], words[2])
    };
    let rows = rows.lines().filter(|row| row.contains('\'')).map(change);
    assert_eq!(sorted(rows.collect()), legal_changes());
}

#[test]
fn staying_where_it_is_is_no_change() {
    for stage in CusStage::ALL {
        assert!(Stage::is_legal_change(Some((*stage).into()), (*stage).into()));
    }
    let (csd, cus) = (Stage::Csd(CsdStage::Escalated), Stage::Cus(CusStage::Escalated));
    assert!(!Stage::is_legal_change(Some(csd), cus) && !Stage::is_legal_change(Some(cus), csd));
}
