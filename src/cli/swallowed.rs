//! Texts may begin with a hyphen; a value that is exactly a long flag of the command is a forgotten value.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::Command;

use super::args::Cli;

/// What is wrong, where a flag was swallowed as the value of the flag before it.
///
/// It makes clap build its whole tree, so it is asked only where a value looks like a flag.
pub(super) fn flag(arguments: &[OsString]) -> Option<String> {
    let words: Vec<&str> = arguments.iter().map_while(|word| Some(word.to_str().unwrap_or(""))).collect();
    let words = words.split(|word| *word == "--").next().unwrap_or_default();
    let is_long = |word: &str| word.starts_with("--") && word.len() > 2 && !word.contains('=');
    let pairs: Vec<(&str, &str)> = words
        .windows(2)
        .filter_map(|pair| match pair {
            [flag, value] if is_long(flag) && is_long(value) => Some((*flag, *value)),
            _ => None,
        })
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let mut root = Cli::command();
    root.build();
    let command = command_of(&root, words);
    let long = |takes_hyphens: bool| -> BTreeSet<String> {
        command
            .get_arguments()
            .filter(|argument| !takes_hyphens || argument.is_allow_hyphen_values_set())
            .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
            .collect()
    };
    let (takers, flags) = (long(true), long(false));
    pairs.into_iter().find(|(flag, value)| takers.contains(*flag) && flags.contains(*value)).map(|(flag, value)| {
        format!("`{flag}` has no value: `{value}` is a flag of this command; write `{flag}={value}` if it is the text")
    })
}

/// The command that the words name.
fn command_of<'a>(root: &'a Command, words: &[&str]) -> &'a Command {
    let mut command = root;
    for word in words.iter().skip(1) {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner;
        }
    }
    command
}
