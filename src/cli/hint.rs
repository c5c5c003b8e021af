//! The only place that spells a command line: what puts a failure right, settles a duty or takes a step.

use std::path::Path;
use std::sync::OnceLock;

use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::remedy::Remedy;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{AnswerKind, Word};

/// The database that the command line names, as it is spelt in hints.
static DATABASE: OnceLock<String> = OnceLock::new();

/// Notes that the command line names this database, so that every hint names it too.
pub(super) fn name_database(path: &Path) {
    // The first command line of a process is its only one.
    let _ = DATABASE.set(quoted(&path.to_string_lossy()));
}

/// A command line of `cus` with these words, on the database in use.
pub(super) fn command(words: &str) -> String {
    match DATABASE.get() {
        Some(database) => command_on(database, words),
        None => format!("cus {words}"),
    }
}

/// A command line of `cus` with these words, on another database.
pub(super) fn command_on(database: &str, words: &str) -> String {
    format!("cus --db {database} {words}")
}

/// The command line that explains a command, or all. It needs no database.
pub(super) fn help(command: Option<&str>) -> String {
    command.map_or_else(|| "cus --help".to_owned(), |command| format!("cus {command} --help"))
}

/// A value as a shell takes it for one word.
pub(super) fn quoted(value: &str) -> String {
    shlex::try_quote(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

/// The command that takes a step on a ticket. It answers nothing: what it needs is asked for, or named as missing.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other step has the name of its command")]
pub(super) fn step(step: Step, key: &Key, csd: Option<&Key>) -> String {
    let about = csd.map(|csd| format!(" --csd {csd}")).unwrap_or_default();
    command(&match step {
        Step::Report => "report".to_owned(),
        Step::Complete => format!("escalate {key}"),
        Step::Join => format!("escalate {key} --into CUS"),
        Step::BeJoined => format!("escalate CSD --into {key}"),
        Step::NotifySupport | Step::NotifyProduct | Step::NotifyMarketing | Step::NotifyCustomer => {
            let to = step.audience().map_or("", |to| to.as_str());
            format!("notify {key} --to {to}{about}")
        }
        Step::ConfirmResolved | Step::ConfirmNotResolved | Step::ConfirmUnreachable => format!("confirm {key}"),
        Step::Resolve => format!("close {key}"),
        Step::ResolveDuplicate => format!("close {key} --resolution duplicate"),
        Step::CloseNotABug
        | Step::CloseDuplicate
        | Step::CloseCannotReproduce
        | Step::CloseWontFix
        | Step::CloseWithdrawn => {
            let resolution = step.resolution().map_or("", |resolution| resolution.as_str());
            format!("close {key} --resolution {resolution}")
        }
        Step::WritePostmortem => format!("postmortem {key}"),
        Step::AddAction => format!("action add {key}"),
        Step::EndAction => format!("action done {key}"),
        Step::Interim => format!("notify {key} --interim"),
        Step::LiftHold => format!("hold {key} --lift"),
        Step::Deliver => format!("outbox retry {key}"),
        Step::DropAnnouncement => format!("outbox drop {key} N"),
        Step::CameBack => "confirm --from-mail FILE --bounced".to_owned(),
        Step::Import => "import FILE".to_owned(),
        Step::Customer => "customers".to_owned(),
        Step::Policy => "policy get".to_owned(),
        named_alike => format!("{named_alike} {key}"),
    })
}

/// Whether the command of a step runs without a question.
pub(super) fn is_ready(step: Step) -> bool {
    let answers = AnswerKind::ALL.iter().any(|answer| Step::confirm(*answer) == step);
    let given = |(field, _): &(Field, _)| *field == Field::To && step.audience().is_some();
    !answers && step != Step::Complete && step.inputs().iter().all(given)
}

/// How what puts something right is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fix {
    /// Flags for the same command.
    Flags(String),
    /// A command of its own.
    Command {
        /// The command line.
        line: String,
        /// Whether it runs without a question.
        is_ready: bool,
    },
}

impl Fix {
    /// The flags, or the command line.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Flags(text) | Self::Command { line: text, .. } => text,
        }
    }

    /// Whether it is a command that runs without a question.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self, Self::Command { is_ready: true, .. })
    }
}

/// Spells what puts something right.
pub(super) fn fix(remedy: &Remedy) -> Fix {
    let flags = |fields: &[Field], between: &str| {
        Fix::Flags(fields.iter().map(|field| field.flag()).collect::<Vec<_>>().join(between))
    };
    let ready = |words: String| Fix::Command { line: command(&words), is_ready: true };
    match remedy {
        Remedy::Supply(fields) => flags(fields, " "),
        Remedy::SupplyOne(fields) => flags(fields, " or "),
        Remedy::Set(field, value) => Fix::Flags(format!("{} {value}", field.long())),
        Remedy::SetTime(time) => Fix::Flags(format!("{} {}", Field::Now.long(), super::output::rfc3339(*time))),
        Remedy::Take { step: Step::Edit, key, field: Some(field), .. } => {
            Fix::Command { line: command(&format!("edit {key} {}", field.flag())), is_ready: false }
        }
        Remedy::Take { step: taken, key, csd, .. } => {
            Fix::Command { line: step(*taken, key, csd.as_ref()), is_ready: is_ready(*taken) }
        }
        Remedy::EscalateSome => Fix::Command { line: command("escalate"), is_ready: false },
        Remedy::RetryDelivery(key) => ready(format!("outbox retry {key}")),
        Remedy::RenameCustomer(name) => Fix::Command {
            line: command(&format!("customer {} {} {}", quoted(name), Field::Rename.flag(), Field::Note.flag())),
            is_ready: false,
        },
        Remedy::ListCustomers => ready("customers".to_owned()),
        Remedy::EndAction { key, number } => {
            Fix::Command { line: command(&format!("action done {key} {number}")), is_ready: false }
        }
        Remedy::Show(key) => ready(format!("show {key}")),
        Remedy::ShowNext(key) => ready(format!("next {key}")),
        Remedy::ShowVersion(version) => ready(format!("list --fix-version {}", quoted(version))),
        Remedy::CheckTemplate(audience) => ready(format!("template {audience} --check")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::vocabulary::{Audience, Decision, Handler};

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    #[test]
    fn a_hint_never_answers_for_the_user() {
        let confirm = fix(&Remedy::take(Step::ConfirmResolved, &key("CSD-1")));
        assert_eq!((confirm.text(), confirm.is_ready()), ("cus confirm CSD-1", false));
        let assess = fix(&Remedy::take(Step::Assess, &key("CSD-1")));
        assert_eq!((assess.text(), assess.is_ready()), ("cus assess CSD-1", false));
    }

    #[test]
    fn a_notice_and_a_delivery_run_as_they_stand() {
        let notify = fix(&Remedy::take_about(Step::NotifyCustomer, &key("CUS-1"), Some(&key("CSD-1"))));
        assert_eq!((notify.text(), notify.is_ready()), ("cus notify CUS-1 --to customer --csd CSD-1", true));
        let retry = fix(&Remedy::RetryDelivery(key("CUS-1")));
        assert_eq!((retry.text(), retry.is_ready()), ("cus outbox retry CUS-1", true));
        assert_eq!(fix(&Remedy::CheckTemplate(Audience::Support)).text(), "cus template support --check");
    }

    #[test]
    fn inputs_are_spelt_as_flags() {
        assert_eq!(fix(&Remedy::Supply(vec![Field::Steps])).text(), "--steps TEXT");
        let one = Remedy::SupplyOne(vec![Field::Resolved, Field::NotResolved]);
        assert_eq!(fix(&one).text(), "--resolved or --not-resolved TEXT");
        assert_eq!(
            fix(&Remedy::Set(Field::Decision, Decision::NextRelease.as_str())).text(),
            "--decision next-release"
        );
        let handler = Remedy::Set(Field::HandledBy, Handler::Engineering.as_str());
        assert_eq!(fix(&handler).text(), "--handled-by engineering");
    }

    #[test]
    fn a_value_is_one_word_to_a_shell() {
        assert_eq!((quoted("8.2").as_str(), quoted("").as_str()), ("8.2", "''"));
        let version = fix(&Remedy::ShowVersion("8 2".to_owned()));
        assert_eq!(version.text(), "cus list --fix-version '8 2'");
    }
}
