//! One file for each command: its arguments, and what it does with them.

mod assess;
mod attach;
mod attachment;
mod batch;
mod can_upgrade;
mod close;
mod comment;
mod complete;
mod completions;
mod confirm;
mod customer;
mod db;
mod edit;
mod eng_assess;
mod escalate;
mod export;
mod handover;
mod hold;
mod import;
mod init;
mod list;
mod log;
mod man;
mod next;
mod notify;
mod outbox;
#[cfg(test)]
mod parity;
mod plan;
mod policy;
mod postmortem;
mod redact;
mod release;
mod reopen;
mod report;
mod return_to_support;
mod rules;
mod search;
mod ship;
mod show;
mod stats;
mod template;
mod unlink;
mod where_is;

use clap::{Args, Subcommand};

use super::ctx::Ctx;
use super::write::{self, How, Writing};

#[cfg(feature = "hostile")]
pub(super) use batch::{Base as BatchBase, perform as perform_line};
#[cfg(feature = "hostile")]
pub(super) use import::{Report as ImportReport, Source, count as count_issues, take_in};
#[cfg(feature = "hostile")]
pub(super) use list::own_filter;

/// The commands that ask a person for what is missing.
pub(super) const ASKING: &[&str] = &[
    "report",
    "assess",
    "escalate",
    "eng-assess",
    "release",
    "notify",
    "postmortem",
    "close",
    "ship",
    "confirm",
    "return",
    "reopen",
    "hold",
    "comment",
    "unlink",
    "plan",
];

// A command that writes, on existing tickets. (A doc comment here would stand in the place of the command's own help.)
#[derive(Debug, Clone, Args)]
pub(super) struct Write<A: Args> {
    #[command(flatten)]
    arguments: A,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Refuse if the ticket is not at this revision any more
    #[arg(long, value_name = "N")]
    revision: Option<u64>,
    /// Bring back what was typed when this step was refused or broken off
    #[arg(long)]
    recover: bool,
}

// A command that writes, and can begin a database.
#[derive(Debug, Clone, Args)]
pub(super) struct Create<A: Args> {
    #[command(flatten)]
    arguments: A,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Create the database if there is none
    #[arg(long)]
    create: bool,
    /// Bring back what was typed when this step was refused or broken off
    #[arg(long)]
    recover: bool,
}

impl<A: Args + Writing> Write<A> {
    fn run(&mut self, ctx: &mut Ctx) -> anyhow::Result<u8> {
        let how = self.how();
        write::run(ctx, &mut self.arguments, &how)
    }

    fn how(&self) -> How {
        How { dry_run: self.dry_run, revision: self.revision, create: false }
    }
}

/// Every command.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(super) enum Cmd {
    /// Record a customer's issue
    Report(Box<Create<report::ReportArgs>>),
    /// Decide who handles it
    Assess(Box<Write<assess::AssessArgs>>),
    /// Escalate to Engineering
    Escalate(Box<Write<escalate::EscalateArgs>>),
    /// Assess cause, severity and impact
    EngAssess(Box<Write<eng_assess::EngAssessArgs>>),
    /// Decide about the release, or revise the decision
    Release(Box<Write<release::ReleaseArgs>>),
    /// Tell people what they are owed
    Notify(Box<Write<notify::NotifyArgs>>),
    /// Move a ticket to Postmortem
    Postmortem(Box<Write<postmortem::PostmortemArgs>>),
    /// Close a ticket
    Close(Box<Write<close::CloseArgs>>),
    /// Record that the fix is available
    Ship(Box<Write<ship::ShipArgs>>),
    /// Record what a customer says
    Confirm(Box<Write<confirm::ConfirmArgs>>),
    /// Return a CUS ticket to Support
    Return(Box<Write<return_to_support::ReturnArgs>>),
    /// Reopen what was not over
    Reopen(Box<Write<reopen::ReopenArgs>>),
    /// Hold further customer upgrades, or free them
    Hold(Box<Write<hold::HoldArgs>>),
    /// Tell whether upgrades are free
    CanUpgrade(can_upgrade::CanUpgradeArgs),
    /// Remark something, for colleagues only
    Comment(Box<Write<comment::CommentArgs>>),
    /// Attach files
    Attach(Box<Write<attach::AttachArgs>>),
    /// List or save attached files
    #[command(subcommand)]
    Attachment(attachment::AttachmentCmd),
    /// Correct what was recorded
    Edit(Box<Write<edit::EditArgs>>),
    /// Take a customer's ticket from its CUS ticket
    Unlink(Box<Write<unlink::UnlinkArgs>>),
    /// Remove a text that must not be kept
    Redact(redact::RedactCmd),
    /// Show what waits for its delivery, or try again
    Outbox(outbox::OutboxArgs),
    /// Show what is owed now, or the next steps of a ticket
    Next(next::NextArgs),
    /// List tickets
    List(Box<list::ListCmd>),
    /// Show a ticket
    Show(show::ShowArgs),
    /// Show what happened
    Log(log::LogArgs),
    /// Find tickets by words
    Search(search::SearchArgs),
    /// Show a customer's issues and what was promised
    Customer(customer::CustomerArgs),
    /// Show what is promised for a version, or let it slip
    Plan(Box<Write<plan::PlanArgs>>),
    /// Sum up a shift for each role
    Handover(handover::HandoverArgs),
    /// Show the figures of the process
    Stats(stats::StatsArgs),
    /// Show the rules of the process
    Rules(rules::RulesArgs),
    /// Run many commands from JSON lines
    Batch(batch::BatchArgs),
    /// Write everything as lines, or tickets as a table or as pages
    Export(Box<export::ExportArgs>),
    /// Take in another tracker's tickets, or an export
    Import(import::ImportArgs),
    /// Print a shell's completions
    Completions(completions::CompletionsArgs),
    /// Print manual pages
    Man(man::ManArgs),
    #[command(hide = true)]
    Complete(complete::CompleteArgs),
    /// Create a database
    Init,
    /// Tell which database is used, and why
    Where,
    /// Show or change how long things may take
    #[command(subcommand)]
    Policy(policy::PolicyCmd),
    /// Print or check the wording of notices
    Template(template::TemplateArgs),
    /// Check, verify, rebuild, copy or restore the database
    #[command(subcommand)]
    Db(db::DbCmd),
}

/// Runs a command and returns its exit code.
pub(super) fn run(ctx: &mut Ctx, command: Cmd) -> anyhow::Result<u8> {
    match command {
        Cmd::Report(mut command) => {
            let how = How { dry_run: command.dry_run, revision: None, create: command.create };
            write::run(ctx, &mut command.arguments, &how)
        }
        Cmd::Assess(mut command) => command.run(ctx),
        Cmd::Escalate(mut command) => command.run(ctx),
        Cmd::EngAssess(mut command) => command.run(ctx),
        Cmd::Release(mut command) => command.run(ctx),
        Cmd::Notify(command) => notify::run(ctx, command.arguments.clone(), &command.how()),
        Cmd::Postmortem(mut command) => command.run(ctx),
        Cmd::Close(mut command) => command.run(ctx),
        Cmd::Ship(mut command) => command.run(ctx),
        Cmd::Confirm(command) => confirm::run(ctx, command.arguments.clone(), &command.how()),
        Cmd::Return(mut command) => command.run(ctx),
        Cmd::Reopen(mut command) => command.run(ctx),
        Cmd::Hold(mut command) => command.run(ctx),
        Cmd::CanUpgrade(arguments) => can_upgrade::run(ctx, &arguments),
        Cmd::Comment(mut command) => command.run(ctx),
        Cmd::Attach(mut command) => command.run(ctx),
        Cmd::Attachment(command) => attachment::run(ctx, command),
        Cmd::Edit(command) => edit::run(ctx, command.arguments.clone(), &command.how(), command.recover),
        Cmd::Unlink(mut command) => command.run(ctx),
        Cmd::Next(arguments) => next::run(ctx, &arguments),
        Cmd::List(arguments) => list::run(ctx, *arguments),
        Cmd::Show(arguments) => show::run(ctx, &arguments),
        Cmd::Log(arguments) => log::run(ctx, arguments),
        Cmd::Search(arguments) => search::run(ctx, &arguments),
        Cmd::Customer(arguments) => customer::run(ctx, &arguments),
        Cmd::Plan(command) => plan::run(ctx, command.arguments.clone(), &command.how()),
        Cmd::Handover(arguments) => handover::run(ctx, &arguments),
        Cmd::Stats(arguments) => stats::run(ctx, &arguments),
        Cmd::Rules(arguments) => rules::run(ctx, &arguments),
        Cmd::Batch(arguments) => batch::run(ctx, &arguments),
        Cmd::Export(arguments) => export::run(ctx, *arguments),
        Cmd::Import(arguments) => import::run(ctx, &arguments),
        Cmd::Completions(arguments) => completions::run(ctx, &arguments),
        Cmd::Man(arguments) => man::run(ctx, &arguments),
        Cmd::Complete(arguments) => complete::run(ctx, &arguments),
        Cmd::Redact(arguments) => redact::run(ctx, arguments),
        Cmd::Outbox(arguments) => outbox::run(ctx, &arguments),
        Cmd::Template(arguments) => template::run(ctx, &arguments),
        Cmd::Init => init::run(ctx),
        Cmd::Where => where_is::run(ctx),
        Cmd::Policy(command) => policy::run(ctx, &command),
        Cmd::Db(command) => db::run(ctx, &command),
    }
}
