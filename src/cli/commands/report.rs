//! `cus report` (R1, R2).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Deserialize;

use crate::app::{MailReport, Outcome};
use crate::channels::{FolderError, mails_of};
use crate::cli::ctx::Ctx;
use crate::cli::error::UsageError;
use crate::cli::hint::{self, quoted};
use crate::cli::input::{Text, one_or_many, slip_of, word};
use crate::cli::output::visible_in_line;
use crate::cli::similar;
use crate::cli::stderr;
use crate::cli::step::arguments::{StepArguments, StepOptions};
use crate::cli::step::form::Form;
use crate::cli::step::reply;
use crate::cli::step::run::{self, StepCommand};
use crate::cli::views::outcome::Advice;
use crate::store::{Similar, Store, StoreError};
use crate::workflow::command::{Command, Report};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::step::Step;
use crate::workflow::suggestions;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::vocabulary::Channel;

/// Record a customer's issue
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ReportArgs {
    /// Who reports it (asked for on a terminal)
    #[arg(long, short, value_name = "NAME", allow_hyphen_values = true)]
    customer: Option<String>,
    /// One line (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    summary: Option<String>,
    /// How it arrived (asked for on a terminal)
    #[arg(long, value_name = "CHANNEL", value_parser = word::<Channel>())]
    channel: Option<Channel>,
    /// The description: the text, `-` for standard input, or @FILE
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    description: Option<Text>,
    /// The desk's own key; without it cus gives the next number
    #[arg(long, value_name = "KEY")]
    csd: Option<Key>,
    /// Where the customer is reached
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    contact: Option<String>,
    /// The product version that the customer runs
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    product_version: Option<String>,
    /// A file to attach (can be repeated)
    #[arg(long, value_name = "FILE")]
    #[serde(deserialize_with = "one_or_many")]
    attach: Vec<PathBuf>,
    /// Take what is not given from this mail, with its files: a file, `-`, a Maildir or an mbox
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    from_mail: Option<PathBuf>,
    /// That mail, once it is read.
    #[arg(skip)]
    #[serde(skip)]
    mail: Option<Arc<MailReport>>,
}

impl ReportArgs {
    /// Takes what is not given from a mail.
    fn filled(mut self, report: MailReport) -> Self {
        self.customer = self.customer.or_else(|| report.customer.clone());
        self.summary = self.summary.or_else(|| Some(report.summary().to_owned()));
        self.channel = self.channel.or(Some(Channel::Email));
        self.description = self.description.or_else(|| report.description().map(|text| Text::Itself(text.to_owned())));
        self.contact = self.contact.or_else(|| report.contact());
        self.attach.extend(report.files.iter().map(|file| file.path().to_owned()));
        self.mail = Some(Arc::new(report));
        self
    }
}

impl StepCommand for ReportArgs {
    fn run(mut self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        match self.from_mail.take() {
            Some(path) => from_mail(ctx, &self, &path, options),
            None => run::run(ctx, &mut self, options),
        }
    }
}

/// Reports what came by mail: one mail as if it had been typed, several each by itself.
fn from_mail(ctx: &mut Ctx, given: &ReportArgs, path: &Path, options: &StepOptions) -> anyhow::Result<u8> {
    ctx.stdin_is_taken |= path == Path::new("-");
    ctx.create_if(options.create, options.dry_run)?;
    let database = ctx.path().to_owned();
    let read = |mail: Result<Vec<u8>, FolderError>| -> anyhow::Result<ReportArgs> {
        Ok(given.clone().filled(MailReport::read(&Store::open_to_read(&database)?, &mail?)?))
    };
    let mut mails = mails_of(path)?;
    let Some(first) = mails.next() else {
        return Err(UsageError::new(format!("{} holds no mail", path.display())).into());
    };
    let Some(second) = mails.next() else {
        let mut arguments = read(first)?;
        for remark in arguments.mail.iter().flat_map(|report| reply::remarks(&report.mail)) {
            stderr::line(&visible_in_line(&remark));
        }
        return run::run(ctx, &mut arguments, options);
    };
    run::run_each(ctx, [first, second].into_iter().chain(mails).map(read), options)
}

impl StepArguments for ReportArgs {
    fn texts(&mut self) -> Vec<&mut Text> {
        self.description.iter_mut().collect()
    }

    fn files(&self) -> &[PathBuf] {
        &self.attach
    }

    fn advise(&self, store: &Store, outcome: &Outcome) -> anyhow::Result<Vec<Advice>> {
        let Some(csd) = outcome.key().and_then(|key| outcome.after.csd(key)) else { return Ok(Vec::new()) };
        let alike = store.look_alikes(csd)?;
        let mut advice = similar::joins(csd, &alike);
        advice.extend(hold(store, csd, &alike)?);
        advice.extend(slip(store, csd)?);
        Ok(advice)
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        form.begin_new(Step::Report.inputs());
        form.say(Field::Csd, self.csd.as_ref().map(Key::as_str));
        let customer = form.line(Field::Customer, self.customer.as_ref());
        let summary = form.line(Field::Summary, self.summary.as_ref());
        let channel = form.word(Field::Channel, self.channel, Channel::Portal);
        let description = form.optional_text(Field::Description, self.description.as_ref());
        let contact = form.optional_line(Field::Contact, self.contact.as_ref());
        let product_version = form.optional_line(Field::ProductVersion, self.product_version.as_ref());
        form.more_files();
        Some(
            Report {
                csd: self.csd.clone(),
                customer: customer?,
                summary: summary?,
                channel: channel?,
                description,
                contact,
                product_version,
                attach: form.attached(),
            }
            .into(),
        )
    }
}

/// Asks whether a customer of whom nobody reported before is another one with a slip in the name.
fn slip(store: &Store, csd: &Csd) -> Result<Option<Advice>, StoreError> {
    if store.tickets_of(&csd.customer)?.len() > 1 || store.customer(&csd.customer)?.is_some() {
        return Ok(None);
    }
    let known = store.customers()?;
    Ok(slip_of(&csd.customer, known.iter().map(String::as_str)).map(|near| Advice {
        key: None,
        because: format!("`{}` is a new customer; did you mean `{near}`?", csd.customer),
        fix: hint::command(&format!("edit {} --customer {}", csd.key, quoted(near))),
    }))
}

/// Suggests a hold if several customers report issues with one version (R10). Two of them are several if their issues
/// look alike.
fn hold(store: &Store, csd: &Csd, alike: &[Similar]) -> Result<Option<Advice>, StoreError> {
    let Some(version) = &csd.product_version else { return Ok(None) };
    let same = alike.iter().find(|alike| alike.same_version);
    let customers = store.customers_on_version(version)?;
    if !suggestions::holds_version(customers, same.is_some())
        || store.holds()?.iter().any(|hold| hold.is_against(version))
    {
        return Ok(None);
    }
    let quoted = quoted(version);
    Ok(Some(Advice {
        key: same.map(|same| same.cus.clone()),
        because: format!("{customers} customers have open issues with version {version}; upgrades to it can be held"),
        fix: match same {
            Some(same) => hint::command(&format!("hold {} --product-version {quoted}", same.cus)),
            None => hint::command(&format!("escalate {} --hold-upgrades --hold-version {quoted}", csd.key)),
        },
    }))
}
