//! The binary end to end: streams, exit codes, prompts and files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod batch;
mod completions;
mod files;
mod forged;
mod help;
mod importing;
mod looking;
mod mail_out;
mod mail_server;
mod moving;
mod process_closing;
mod process_people;
mod raw_sql;
mod record;
mod refusals;
mod sandbox;
mod schema;
mod screen;
mod screens;
mod steps;
mod telling;
mod terminal;
mod trackers;
mod web_server;
mod wizards;
