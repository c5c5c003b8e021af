//! The list of commands. Each has a file with its arguments and its run.

mod action;
mod affected;
mod assess;
mod assign;
mod attach;
mod attachment;
mod batch;
mod board;
mod can_upgrade;
mod close;
mod comment;
mod complete;
mod completions;
mod config;
mod confirm;
mod customer;
mod customers;
mod db;
mod demo;
mod edit;
mod eng_assess;
mod escalate;
mod export;
mod handover;
mod help;
mod hold;
mod import;
mod init;
mod list;
mod log;
mod man;
mod next;
mod notify;
mod outbox;
mod page;
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
mod start;
mod stats;
mod template;
mod undo;
mod unlink;
mod where_is;
mod whoami;
mod work;

use super::listed::{Group, Listed, plain};

#[cfg(feature = "hostile")]
pub(super) use batch::{Base as BatchBase, perform as perform_line};
#[cfg(feature = "hostile")]
pub(super) use import::{Taking, take_in};
#[cfg(feature = "hostile")]
pub(super) use list::own_filter;

/// Every command, as `cus --help` groups them.
pub(super) const GROUPS: &[Group] = &[
    Group {
        heading: Some("The eight steps"),
        commands: &[
            Listed::beginning::<report::ReportArgs>("report"),
            Listed::step::<assess::AssessArgs>("assess"),
            Listed::step::<escalate::EscalateArgs>("escalate"),
            Listed::step::<eng_assess::EngAssessArgs>("eng-assess"),
            Listed::step::<release::ReleaseArgs>("release"),
            Listed::step::<notify::NotifyArgs>("notify"),
            Listed::step::<postmortem::PostmortemArgs>("postmortem"),
            Listed::step::<close::CloseArgs>("close"),
        ],
    },
    Group {
        heading: Some("The rest of the work"),
        commands: &[
            plain!("start", start::StartArgs),
            plain!("work", work::WorkArgs),
            Listed::step::<ship::ShipArgs>("ship"),
            Listed::step::<confirm::ConfirmArgs>("confirm"),
            Listed::step::<return_to_support::ReturnArgs>("return"),
            Listed::step::<reopen::ReopenArgs>("reopen"),
            Listed::step::<hold::HoldArgs>("hold"),
            plain!("can-upgrade", can_upgrade::CanUpgradeArgs),
            Listed::step::<comment::CommentArgs>("comment"),
            Listed::step::<attach::AttachArgs>("attach"),
            plain!("attachment", attachment::AttachmentArgs),
            Listed::step::<edit::EditArgs>("edit"),
            Listed::step::<unlink::UnlinkArgs>("unlink"),
            Listed::step::<undo::UndoArgs>("undo"),
            Listed::step::<assign::AssignArgs>("assign"),
            Listed::group("action", action::arguments, action::PARTS),
            plain!("redact", redact::RedactCmd).with_line(redact::LINE),
            plain!("outbox", outbox::OutboxArgs),
        ],
    },
    Group {
        heading: Some("Looking"),
        commands: &[
            plain!("next", next::NextArgs),
            plain!("list", list::ListCmd),
            plain!("show", show::ShowArgs),
            plain!("log", log::LogArgs),
            plain!("search", search::SearchArgs),
            plain!("customer", customer::CustomerArgs).with_line(customer::LINE),
            plain!("customers", customers::CustomersArgs),
            plain!("affected", affected::AffectedArgs),
            Listed::step::<plan::PlanArgs>("plan"),
            plain!("handover", handover::HandoverArgs),
            plain!("stats", stats::StatsArgs),
            plain!("page", page::PageArgs),
            plain!("board", board::BoardArgs),
            plain!("rules", rules::RulesArgs),
        ],
    },
    Group {
        heading: Some("Scripts"),
        commands: &[
            plain!("batch", batch::BatchArgs),
            plain!("export", export::ExportArgs),
            plain!("import", import::ImportArgs),
            plain!("completions", completions::CompletionsArgs),
            plain!("man", man::ManArgs),
        ],
    },
    Group {
        heading: Some("Keeping"),
        commands: &[
            plain!("init", init::InitArgs),
            plain!("demo", demo::DemoArgs),
            plain!("where", where_is::WhereArgs),
            plain!("whoami", whoami::WhoamiArgs),
            plain!("config", config::ConfigArgs),
            plain!("policy", policy::PolicyArgs).with_line(policy::LINE),
            plain!("template", template::TemplateArgs),
            plain!("db", db::DbArgs),
        ],
    },
    Group { heading: None, commands: &[plain!("complete", complete::CompleteArgs), plain!("help", help::HelpArgs)] },
];
