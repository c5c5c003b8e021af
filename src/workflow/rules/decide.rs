//! Deciding on a command: each step has its own file.

use super::decision::DecisionContext;
use super::{
    announce, assess, assign, attach, came_back, close, comment, confirm, deliver, edit, eng_assess, escalate, hold,
    import, interim, next_word, notify, postmortem, release, rename, reopen, report, return_to_support, ship, slip,
    undo, unlink,
};
use crate::workflow::command::{Command, Wording};
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
    take(&mut cx, command)?;
    if matches!(command, Command::Undo(_)) {
        // What was fixed before is put back with the tickets.
        return Ok(cx.events);
    }
    deliver::withdraw_stale(&mut cx);
    next_word::follow(&mut cx);
    if !matches!(command, Command::Import(_)) {
        announce::announce(&mut cx);
    }
    Ok(cx.end())
}

/// Takes the step of a command.
fn take(cx: &mut DecisionContext<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::AndTell(command) => {
            take(cx, &command.command)?;
            notify::tell_what_follows(cx)
        }
        Command::Report(command) => report::decide(cx, command),
        Command::Assess(command) => assess::decide(cx, command),
        Command::Escalate(command) => escalate::decide(cx, command),
        Command::Join(command) => escalate::join(cx, command),
        Command::Complete(command) => escalate::complete(cx, command),
        Command::EngAssess(command) => eng_assess::decide(cx, command),
        Command::Release(command) => release::decide(cx, command),
        Command::Notify(command) if command.wording == Wording::Alone => interim::decide(cx, command),
        Command::Notify(command) => notify::decide(cx, command),
        Command::Deliver(command) => deliver::decide(cx, command),
        Command::EndNextWords(command) => next_word::end(cx, command),
        Command::DropAnnouncement(command) => announce::drop_announcement(cx, command),
        Command::CameBack(command) => came_back::decide(cx, command),
        Command::Postmortem(command) => postmortem::decide(cx, command),
        Command::WritePostmortem(command) => postmortem::write(cx, command),
        Command::AddAction(command) => postmortem::add_action(cx, command),
        Command::EndAction(command) => postmortem::end_action(cx, command),
        Command::Close(command) => close::decide(cx, command),
        Command::CloseAs(command) => close::close_as(cx, command),
        Command::Resolve(command) => close::resolve(cx, command),
        Command::ResolveDuplicate(command) => close::resolve_duplicate(cx, command),
        Command::Ship(command) => ship::decide(cx, command),
        Command::Slip(command) => slip::decide(cx, command),
        Command::Confirm(command) => confirm::decide(cx, command),
        Command::Return(command) => return_to_support::decide(cx, command),
        Command::Reopen(command) => reopen::decide(cx, command),
        Command::Hold(command) => hold::decide(cx, command),
        Command::LiftHold(command) => hold::lift(cx, command),
        Command::Comment(command) => comment::decide(cx, command),
        Command::Assign(command) => assign::decide(cx, command),
        Command::Attach(command) => attach::decide(cx, command),
        Command::Edit(command) => edit::decide(cx, command),
        Command::Rename(command) => rename::decide(cx, command),
        Command::Import(command) => import::decide(cx, command),
        Command::Unlink(command) => unlink::decide(cx, command),
        Command::Undo(command) => undo::decide(cx, command),
    }
}
