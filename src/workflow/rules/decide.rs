//! Deciding on a command: each step has its own file.

use super::decision::DecisionContext;
use super::{
    assess, assign, attach, came_back, close, comment, confirm, deliver, edit, eng_assess, escalate, hold, import,
    next_word, notify, postmortem, release, rename, reopen, report, return_to_support, ship, slip, undo, unlink,
};
use crate::workflow::command::Command;
use crate::workflow::context::Context;
use crate::workflow::event::Event;
use crate::workflow::refusal::Refusal;
use crate::workflow::tickets::Tickets;

/// Decides on a command, and returns the events that follow from it, in order, each with its stages and due times.
///
/// # Errors
/// Refuses with everything that is wrong, stage and role first.
pub fn decide(tickets: &Tickets, command: &Command, context: &Context) -> Result<Vec<Event>, Refusal> {
    let mut cx = DecisionContext::begin(tickets, command, context)?;
    match command {
        Command::Report(command) => report::decide(&mut cx, command),
        Command::Assess(command) => assess::decide(&mut cx, command),
        Command::Escalate(command) => escalate::decide(&mut cx, command),
        Command::Join(command) => escalate::join(&mut cx, command),
        Command::Complete(command) => escalate::complete(&mut cx, command),
        Command::EngAssess(command) => eng_assess::decide(&mut cx, command),
        Command::Release(command) => release::decide(&mut cx, command),
        Command::Notify(command) => notify::decide(&mut cx, command),
        Command::Deliver(command) => deliver::decide(&mut cx, command),
        Command::EndNextWords(command) => next_word::end(&mut cx, command),
        Command::CameBack(command) => came_back::decide(&mut cx, command),
        Command::Postmortem(command) => postmortem::decide(&mut cx, command),
        Command::WritePostmortem(command) => postmortem::write(&mut cx, command),
        Command::AddAction(command) => postmortem::add_action(&mut cx, command),
        Command::EndAction(command) => postmortem::end_action(&mut cx, command),
        Command::Close(command) => close::decide(&mut cx, command),
        Command::CloseAs(command) => close::close_as(&mut cx, command),
        Command::Resolve(command) => close::resolve(&mut cx, command),
        Command::ResolveDuplicate(command) => close::resolve_duplicate(&mut cx, command),
        Command::Ship(command) => ship::decide(&mut cx, command),
        Command::Slip(command) => slip::decide(&mut cx, command),
        Command::Confirm(command) => confirm::decide(&mut cx, command),
        Command::Return(command) => return_to_support::decide(&mut cx, command),
        Command::Reopen(command) => reopen::decide(&mut cx, command),
        Command::Hold(command) => hold::decide(&mut cx, command),
        Command::LiftHold(command) => hold::lift(&mut cx, command),
        Command::Comment(command) => comment::decide(&mut cx, command),
        Command::Assign(command) => assign::decide(&mut cx, command),
        Command::Attach(command) => attach::decide(&mut cx, command),
        Command::Edit(command) => edit::decide(&mut cx, command),
        Command::Rename(command) => rename::decide(&mut cx, command),
        Command::Import(command) => import::decide(&mut cx, command),
        Command::Unlink(command) => unlink::decide(&mut cx, command),
        Command::Undo(command) => return undo::decide(&mut cx, command).map(|()| cx.events),
    }?;
    deliver::withdraw_stale(&mut cx);
    next_word::follow(&mut cx);
    Ok(cx.end())
}
