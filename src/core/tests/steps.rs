//! The one table: every stage and every step, allowed or not.

use super::given::{
    assess, assessed, close, confirm, decided, escalated, patch, reported, resolve, send_back, to_postmortem,
};
use super::kit::{World, key};
use crate::core::command::Assess;
use crate::core::requirements::requirements;
use crate::core::stage::{CsdStage, CusStage, Stage};
use crate::core::step::Step;
use crate::core::words::{AnswerKind, Audience, ChecklistItem, Handler, Kind, Priority, Resolution, Word};

/// A ticket in each stage, brought there by legal steps.
fn standing_at(stage: Stage) -> (World, &'static str) {
    let told = || decided(Priority::Medium, patch("1")).told(Audience::Support).told(Audience::Customer);
    let handled = || reported().given(Assess { handled_by: Handler::Support, ..assess("CSD-1") });
    let world = match stage {
        Stage::Csd(CsdStage::Reported) => reported(),
        Stage::Csd(CsdStage::Assessed) => assessed(),
        Stage::Csd(CsdStage::Handled) => handled(),
        Stage::Csd(CsdStage::Escalated) => told(),
        Stage::Csd(CsdStage::Resolved) => handled().given(resolve("CSD-1")),
        Stage::Cus(CusStage::Escalated) => escalated(Priority::Medium),
        Stage::Cus(CusStage::Returned) => escalated(Priority::Medium).given(send_back(&[ChecklistItem::Steps])),
        Stage::Cus(CusStage::EngAssessed) => escalated(Priority::Medium).eng_assessed(),
        Stage::Cus(CusStage::ReleaseAssessed) => decided(Priority::Medium, patch("1")),
        Stage::Cus(CusStage::Postmortem) => told().given(to_postmortem()),
        Stage::Cus(CusStage::Closed) => {
            told().given(to_postmortem()).given(confirm("CSD-1", AnswerKind::Unreachable)).given(close())
        }
    };
    let id = if stage.kind() == Kind::Csd { "CSD-1" } else { "CUS-1" };
    assert_eq!(world.case.ticket(&key(id)).unwrap().stage(), stage);
    (world, id)
}

/// `+` allowed, `-` not from this stage, in the order of PROCESS.
const CSD_TABLE: [(Step, &str); 12] = [
    // reported assessed handled escalated resolved
    (Step::Assess, "+ + + - -"),
    (Step::Escalate, "- + - - -"),
    (Step::Join, "- + - - -"),
    (Step::Resolve, "- - + - -"),
    (Step::Confirm(AnswerKind::Resolved), "- - - + -"),
    (Step::Confirm(AnswerKind::NotResolved), "- - - + -"),
    (Step::Confirm(AnswerKind::Unreachable), "- - - + -"),
    (Step::Unlink, "- - - + -"),
    (Step::Reopen, "- - - - +"),
    (Step::Edit, "+ + + + +"),
    (Step::Attach, "+ + + + +"),
    (Step::Comment, "+ + + + +"),
];

const CUS_TABLE: [(Step, &str); 23] = [
    // escalated returned eng-assessed release-assessed postmortem closed
    (Step::Complete, "- + - - - -"),
    (Step::BeJoined, "+ + + + + -"),
    (Step::EngAssess, "+ - + + + -"),
    (Step::Return, "+ - + - - -"),
    (Step::Release, "- - + + + -"),
    (Step::Notify(Audience::Product), "+ + + + + +"),
    (Step::Notify(Audience::Marketing), "+ + + + + +"),
    (Step::Notify(Audience::Support), "+ + + + + +"),
    (Step::Notify(Audience::Customer), "+ + + + + +"),
    (Step::Postmortem, "- - - + - -"),
    (Step::Ship, "- - - + + -"),
    (Step::Close, "- - - - + -"),
    (Step::CloseAs(Resolution::NotABug), "+ + + + + -"),
    (Step::CloseAs(Resolution::Duplicate), "+ + + + + -"),
    (Step::CloseAs(Resolution::CannotReproduce), "+ + + + + -"),
    (Step::CloseAs(Resolution::WontFix), "+ + + + + -"),
    (Step::CloseAs(Resolution::Withdrawn), "+ + + + + -"),
    (Step::Hold, "+ + + + + -"),
    (Step::LiftHold, "+ + + + + -"),
    (Step::Reopen, "- - - + + +"),
    (Step::Edit, "+ + + + + +"),
    (Step::Attach, "+ + + + + +"),
    (Step::Comment, "+ + + + + +"),
];

#[track_caller]
fn holds(stages: &[Stage], table: &[(Step, &str)]) {
    let kind = stages[0].kind();
    let steps: Vec<Step> = table.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, Step::on(kind), "the table lists every step");
    for (n, stage) in stages.iter().enumerate() {
        let (world, id) = standing_at(*stage);
        for (step, row) in table {
            let is_allowed = row.split(' ').nth(n).unwrap() == "+";
            let needs = requirements(&world.case, &key(id), *step, &world.meta);
            assert_eq!(needs.illegal.is_empty(), is_allowed, "{step:?} from {}: {:?}", stage.as_str(), needs.illegal);
        }
    }
}

#[test]
fn every_step_is_open_from_its_stages_and_from_no_other() {
    let csd: Vec<Stage> = CsdStage::ALL.iter().map(|stage| Stage::Csd(*stage)).collect();
    holds(&csd, &CSD_TABLE);
    let cus: Vec<Stage> = CusStage::ALL.iter().map(|stage| Stage::Cus(*stage)).collect();
    holds(&cus, &CUS_TABLE);
}

#[test]
fn a_step_of_the_other_kind_of_ticket_is_never_open() {
    let world = assessed();
    for step in Step::on(Kind::Cus).iter().filter(|step| step.kind().is_some()) {
        let needs = requirements(&world.case, &key("CSD-1"), *step, &world.meta);
        assert!(!needs.illegal.is_empty(), "{step:?} on a customer's ticket without an escalation");
    }
    let world = escalated(Priority::Low);
    for step in Step::on(Kind::Csd).iter().filter(|step| step.kind().is_some()) {
        let needs = requirements(&world.case, &key("CUS-1"), *step, &world.meta);
        assert!(!needs.illegal.is_empty(), "{step:?} on an escalation");
    }
}

/// The pairs of PROCESS, "Stages".
const CHANGES: &[&str] = &[
    "csd  > reported",
    "csd reported > assessed",
    "csd reported > handled",
    "csd assessed > handled",
    "csd handled > assessed",
    "csd assessed > escalated",
    "csd escalated > assessed",
    "csd handled > resolved",
    "csd escalated > resolved",
    "csd resolved > assessed",
    "csd resolved > escalated",
    "cus  > escalated",
    "cus escalated > returned",
    "cus returned > escalated",
    "cus escalated > eng-assessed",
    "cus eng-assessed > release-assessed",
    "cus release-assessed > postmortem",
    "cus postmortem > closed",
    "cus eng-assessed > returned",
    "cus postmortem > release-assessed",
    "cus release-assessed > escalated",
    "cus postmortem > escalated",
    "cus closed > escalated",
    "cus escalated > closed",
    "cus returned > closed",
    "cus eng-assessed > closed",
    "cus release-assessed > closed",
];

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

#[test]
fn the_legal_stage_changes_are_those_of_the_process() {
    let csd = CsdStage::ALL.iter().map(|stage| Stage::Csd(*stage));
    let all: Vec<Stage> = csd.chain(CusStage::ALL.iter().map(|stage| Stage::Cus(*stage))).collect();
    let mut legal = Vec::new();
    for after in &all {
        for before in std::iter::once(None).chain(all.iter().map(|stage| Some(*stage))) {
            if before != Some(*after) && Stage::is_legal_change(before, *after) {
                let before = before.map(Stage::as_str).unwrap_or_default();
                legal.push(format!("{} {before} > {}", after.kind(), after.as_str()));
            }
        }
    }
    assert_eq!(sorted(legal), sorted(CHANGES.iter().map(ToString::to_string).collect()));
}

#[test]
fn the_database_allows_the_same_stage_changes() {
    let schema = include_str!("../../../schema.sql");
    let rows = schema.split("INSERT INTO stage_change (kind, before, after) VALUES").nth(1).unwrap();
    let rows = rows.split(';').next().unwrap().lines().filter(|line| line.contains('('));
    let stored = rows.map(|line| {
        let words: Vec<&str> = line.split('\'').skip(1).step_by(2).collect();
        format!("{} {} > {}", words[0], words[1], words[2])
    });
    assert_eq!(sorted(stored.collect()), sorted(CHANGES.iter().map(ToString::to_string).collect()));
}
