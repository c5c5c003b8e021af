//! The least that a command-line program with one durable SQLite file can do: each command does the work that the
//! operation cannot do without, and no more. `cus` is compared with it, side by side.

mod json;
mod read;
mod store;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The least that each operation costs
#[derive(Debug, Parser)]
#[command(name = "floor", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Database {
    /// The database
    #[arg(long, default_value = "floor.db")]
    db: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Parse the arguments and end
    Noop,
    /// Create an empty database
    Init {
        #[command(flatten)]
        database: Database,
    },
    /// Write one step in a transaction: one read and four rows
    Op {
        #[command(flatten)]
        database: Database,
        /// The ticket; left out, a new one
        #[arg(long)]
        id: Option<i64>,
        /// The kind of step
        #[arg(long, default_value = "escalate")]
        op: String,
        /// The text of the step, repeated up to 200 bytes
        #[arg(long, default_value = "login page answers 500 after the certificate change")]
        text: String,
    },
    /// Write a step for each line of a file, in one transaction
    Bulk {
        #[command(flatten)]
        database: Database,
        /// The steps, a JSON object a line
        #[arg(long)]
        jsonl: PathBuf,
        /// Change tickets that exist, spread over all of them
        #[arg(long)]
        modify: bool,
    },
    /// List the newest tickets of a stage
    List {
        #[command(flatten)]
        database: Database,
        /// The stage
        #[arg(long, default_value = "assessed")]
        stage: String,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Count the tickets of each stage
    Count {
        #[command(flatten)]
        database: Database,
    },
    /// Show a ticket with its events and links
    Show {
        #[command(flatten)]
        database: Database,
        /// The ticket
        id: i64,
    },
    /// Search the texts of the events, newest first
    Search {
        #[command(flatten)]
        database: Database,
        /// The word
        term: String,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Write every ticket with its events, a JSON object a line
    Export {
        #[command(flatten)]
        database: Database,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Noop => Ok(()),
        Command::Init { database } => store::create(&database.db),
        Command::Op { database, id, op, text } => store::with(&database.db, |db| write::op(db, id, &op, &text)),
        Command::Bulk { database, jsonl, modify } => store::with(&database.db, |db| write::bulk(db, &jsonl, modify)),
        Command::List { database, stage, limit } => store::with(&database.db, |db| read::list(db, &stage, limit)),
        Command::Count { database } => store::with(&database.db, read::count),
        Command::Show { database, id } => store::with(&database.db, |db| read::show(db, id)),
        Command::Search { database, term, limit } => store::with(&database.db, |db| read::search(db, &term, limit)),
        Command::Export { database } => store::with(&database.db, read::export),
    }
}
