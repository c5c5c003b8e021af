//! Everything impure that a command needs: store, clock, actor, prompter and output.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::Utc;

use super::catalogue::Catalogue;
use super::clock;
use super::config::{self, Config};
use super::error::UsageError;
use super::global::{Format, Global, check_environment, env, format_of, path_env};
use super::hint;
use super::input::TimeArg;
use super::output::{Out, View, visible};
use super::stderr;
use super::step::question::{Prompter, Silent};
use super::step::terminal::Terminal;
use super::who::Who;
use crate::app::{Actor, Desk};
use crate::private;
use crate::store::{Store, StoreError};
use crate::workflow::vocabulary::{Role, Word};
use crate::workflow::{Context, Time};

/// Runs a command line, `cus` and its words, in the same surroundings.
type Run = fn(&mut Ctx, &[String]) -> anyhow::Result<u8>;

/// The surroundings of one command.
pub(super) struct Ctx {
    pub(super) out: Out,
    global: Global,
    database: Database,
    now: Time,
    now_is_explicit: bool,
    /// The list of commands, for those that need it.
    pub(super) catalogue: Catalogue,
    /// Runs another command line, for those that lead through several.
    pub(super) run: Run,
    /// A database that is gone with the command.
    scratch: Option<tempfile::TempDir>,
    /// Whether standard input has been read already, by a text or by keys.
    pub(super) stdin_is_taken: bool,
}

/// The database in use, and the reason.
pub(super) struct Database {
    pub(super) path: PathBuf,
    pub(super) why: &'static str,
}

impl Database {
    /// The database of that name, or the one that is meant without a name.
    pub(super) fn named(path: Option<&Path>) -> anyhow::Result<Self> {
        Ok(match (path, path_env("CUS_DB")) {
            (Some(path), _) => Self { path: path.to_owned(), why: "--db" },
            (None, Some(path)) => Self { path: path.into(), why: "CUS_DB" },
            (None, None) => Self { path: config::default_database()?, why: "the default place" },
        })
    }
}

impl Ctx {
    pub(super) fn new(global: Global, catalogue: Catalogue, run: Run) -> anyhow::Result<Self> {
        check_environment()?;
        if let Some(word) = env("CUS_FORMAT").filter(|word| Format::from_word(word).is_none()) {
            return Err(UsageError::new(format!("CUS_FORMAT is `{word}`, which is no format")).into());
        }
        if global.quiet {
            stderr::be_quiet();
        }
        let database = Database::named(global.db.as_deref())?;
        if let Some(path) = &global.db {
            hint::name_database(path);
        }
        let clock = match (global.now, env("CUS_NOW")) {
            (Some(now), _) => Some(now),
            (None, Some(now)) => Some(now.parse().map_err(|error| UsageError::new(format!("CUS_NOW: {error}")))?),
            (None, None) => None,
        };
        let by_the_clock = TimeArg::FromNow(chrono::TimeDelta::zero());
        let now = clock.unwrap_or(by_the_clock).resolve(Utc::now());
        let now = now.ok_or_else(|| UsageError::new("there is no such time as --now says"))?;
        let out = Out::new(format_of(&global), global.color);
        survive_limits();
        Ok(Self {
            out,
            global,
            database,
            now,
            now_is_explicit: clock.is_some(),
            catalogue,
            run,
            scratch: None,
            stdin_is_taken: false,
        })
    }

    /// Prints what a command shows, through the pager where it is long.
    pub(super) fn print(&mut self, view: &dyn View) -> anyhow::Result<()> {
        self.out.may_page();
        self.out.print(view)
    }

    /// The database in use, and the reason.
    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    /// The database file.
    pub(super) fn path(&self) -> &Path {
        &self.database.path
    }

    /// Creates the database where that is wanted and there is none. A dry run creates one that is gone with the command.
    pub(super) fn create_if(&mut self, is_wanted: bool, dry_run: bool) -> anyhow::Result<()> {
        if !is_wanted || self.path().exists() {
            return Ok(());
        }
        if dry_run {
            let folder = private::folder().context("a temporary folder")?;
            self.database = Database { path: folder.path().join("cus.db"), why: "--dry-run" };
            self.scratch = Some(folder);
        }
        Store::create(self.path())?;
        Ok(())
    }

    /// Opens the database for reading.
    pub(super) fn store_to_read(&self) -> Result<Store, StoreError> {
        let store = Store::open_to_read(self.path())?;
        if !self.now_is_explicit && self.out.is_for_a_person() {
            clock::doubt_behind(self.now, store.last_event_at()?);
        }
        Ok(store)
    }

    /// The time of the command, by the clock or as it was fixed.
    pub(super) fn now(&self) -> Time {
        self.now
    }

    /// Reads the clock again, unless the time was fixed.
    pub(super) fn refresh_clock(&mut self) {
        if !self.now_is_explicit {
            let by_the_clock = TimeArg::FromNow(chrono::TimeDelta::zero());
            self.now = by_the_clock.resolve(Utc::now()).unwrap_or(self.now);
        }
    }

    /// The actor, from the flags, the environment or the configuration.
    pub(super) fn actor(&self) -> anyhow::Result<Actor> {
        let Who { name, roles, .. } = self.who()?;
        Ok(Actor { name, roles, ..self.nobody() })
    }

    /// The context in which a step is asked about.
    pub(super) fn context(&self) -> anyhow::Result<Context> {
        Ok(Context { now: self.now, ..self.actor()?.context() })
    }

    /// Nobody in particular, at the time of the command.
    pub(super) fn nobody(&self) -> Actor {
        Actor { at: self.now_is_explicit.then_some(self.now), ..Actor::default() }
    }

    /// Opens the database to work at it.
    pub(super) fn desk(&self) -> anyhow::Result<Desk> {
        let desk = Desk::open(self.path())?;
        if !self.now_is_explicit && self.out.is_for_a_person() {
            clock::doubt(self.now, desk.store().last_event_at()?);
        }
        if self.out.is_for_a_person() && desk.store().is_in_an_open_folder() {
            let path = self.path().display();
            stderr::line(&visible(&format!(
                "warning: everybody may write beside {path}: keep it in a folder of its own"
            )));
        }
        Ok(desk)
    }

    /// Opens the database to work at it, with the delivery settings of the configuration.
    pub(super) fn desk_to_notify(&self) -> anyhow::Result<Desk> {
        Ok(self.desk()?.with_delivery(Config::read()?.checked_delivery_settings()?))
    }

    /// Opens the database to work at it, with the channels of announcements. A channel in which something is missing is
    /// found once it delivers: no step waits for an announcement.
    pub(super) fn desk_to_announce(&self) -> anyhow::Result<Desk> {
        Ok(self.desk()?.with_delivery(Config::read()?.delivery_settings()?))
    }

    /// The roles of the actor; empty where none is known.
    pub(super) fn roles(&self) -> anyhow::Result<Vec<Role>> {
        Ok(self.who()?.roles)
    }

    /// The roles that the command line names.
    pub(super) fn roles_given(&self) -> Vec<Role> {
        self.global.role.clone()
    }

    /// Whether a person can be asked: never in a machine format, nor where either stream is no terminal.
    pub(super) fn is_interactive(&self) -> bool {
        self.out.is_for_a_person()
            && !self.global.no_input
            && std::io::stdin().is_terminal()
            && std::io::stderr().is_terminal()
    }

    /// The prompter for missing inputs.
    pub(super) fn prompter(&self) -> Box<dyn Prompter> {
        if self.is_interactive() { Box::new(Terminal::new()) } else { Box::new(Silent) }
    }

    /// Who acts, and what says so.
    pub(super) fn who(&self) -> anyhow::Result<Who> {
        Who::of(&self.global)
    }
}

/// Makes a file that may not grow any more an error; the signal would end the process and leave side files behind.
fn survive_limits() {
    #[cfg(unix)]
    {
        // If the signal cannot be caught, the process ends as the system has it.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    }
}
