//! The arguments of an import.

use std::path::PathBuf;

use clap::Args;
use encoding_rs::Encoding;

use super::file::encoding;
use crate::cli::input::word;
use crate::trackers::dates::{Order, Zone};
use crate::trackers::map_file::MapFile;
use crate::trackers::mapping::{Mapping, WrongMapping};

/// Import tickets from another tracker, or an export
#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The file: an export of cus, Jira's JSON, CSV or XML, or any CSV, JSON or spreadsheet with one ticket a row; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "undo", default_value = "-", hide_default_value = true)]
    pub(super) file: PathBuf,
    /// What the tracker is called; a ticket is known by this and by its key there (else the file tells it)
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// The prefix of the keys here, for tickets that are numbered there
    #[arg(long, value_name = "PREFIX")]
    pub(super) prefix: Option<String>,
    /// Which column holds which field, such as "Ticket ID=key" (can be repeated)
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub(super) map: Vec<String>,
    /// The stage that a status names, such as "In QA=handled" (can be repeated)
    #[arg(long, value_name = "WORD=STAGE")]
    pub(super) status: Vec<String>,
    /// How urgent a priority is, such as "P1=critical" (can be repeated)
    #[arg(long, value_name = "WORD=PRIORITY")]
    pub(super) priority: Vec<String>,
    /// The order of day, month and year in dates of numbers alone
    #[arg(long, value_name = "ORDER", value_parser = word::<Order>())]
    pub(super) dates: Option<Order>,
    /// The time zone of times that name none, such as Europe/Berlin (else UTC)
    #[arg(long, value_name = "ZONE")]
    pub(super) zone: Option<Zone>,
    /// The encoding of a file that is neither UTF-8 nor UTF-16, such as windows-1252
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub(super) encoding: Option<&'static Encoding>,
    /// A project whose issues are customers' tickets (can be repeated)
    #[arg(long, value_name = "PROJECT", value_delimiter = ',')]
    pub(super) csd: Vec<String>,
    /// A project whose issues are Engineering's, to be CUS tickets (can be repeated)
    #[arg(long, value_name = "PROJECT", value_delimiter = ',')]
    pub(super) cus: Vec<String>,
    /// Take what is doubtful as it is most likely meant
    #[arg(long)]
    pub(super) accept_guesses: bool,
    /// How this file's columns, words and dates are read, as --write-map wrote it and you changed it
    #[arg(long, value_name = "TOML")]
    pub(super) map_file: Option<PathBuf>,
    /// Write how the file is read to this file, to be changed and used with --map-file, and import nothing
    #[arg(long, value_name = "TOML")]
    pub(super) write_map: Option<PathBuf>,
    /// Write every row that is skipped, with its reason, to this file
    #[arg(long, value_name = "CSV")]
    pub(super) skipped: Option<PathBuf>,
    /// Take the import with this number back, while nothing was done on its tickets
    #[arg(long, value_name = "N", conflicts_with = "file")]
    pub(super) undo: Option<i64>,
    /// Why it is taken back
    #[arg(long, short, value_name = "TEXT", requires = "undo", allow_hyphen_values = true)]
    pub(super) note: Option<String>,
    /// Show what would be taken in, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Create the database if there is none
    #[arg(long)]
    pub(super) create: bool,
}

impl ImportArgs {
    /// What they say of the file, before what stands in a mapping.
    pub(super) fn mapping(&self, file: &MapFile) -> Result<Mapping, WrongMapping> {
        let mut mapping = Mapping::parse(&self.map)?;
        self.status.iter().try_for_each(|pair| mapping.status(pair))?;
        self.priority.iter().try_for_each(|pair| mapping.priority(pair))?;
        if let Some(order) = self.dates {
            mapping.dates(order);
        }
        if let Some(zone) = &self.zone {
            mapping.zone(zone.clone());
        }
        mapping.accept_guesses = self.accept_guesses;
        file.complete(&mut mapping)?;
        Ok(mapping)
    }
}
