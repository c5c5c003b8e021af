//! What only the command line reads of the bytes from outside, for [`crate::hostile`].

use chrono::SecondsFormat;
use serde_json::{Map, Value};

use super::args::CATALOGUE;
use super::commands::{BatchBase, Taking, own_filter, perform_line, take_in};
use super::config::Config;
use super::error::FAILURE;
use super::error_view;
use super::input::TimeArg;
use super::views::import_report::Report;
use crate::app::{Actor, DeliverySettings, Transaction};
use crate::trackers::{Look, Source};
use crate::workflow::Time;
use crate::workflow::vocabulary::{Audience, Kind as TicketKind, Via, Word};

/// Performs each line. A wrong line is an error of that line, and never a failure of the program.
pub(crate) fn batch(transaction: &mut Transaction<'_, '_>, lines: &[u8], actor: &Actor) {
    let base = BatchBase { actor: actor.clone(), now: actor.now(), commands: (CATALOGUE.lines)() };
    for line in lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() || names_files(line) {
            continue;
        }
        if let Err(error) = perform_line(transaction, line, &base) {
            assert_ne!(error_view::exit_code(&error), FAILURE, "{error:#}");
            assert!(error_view::as_json(&error)["message"].is_string());
        }
    }
}

/// Whether a line asks for files of the machine, which are no part of the input.
fn names_files(line: &[u8]) -> bool {
    let Ok(line) = serde_json::from_slice::<Map<String, Value>>(line) else { return false };
    ["attach", "file"].iter().any(|key| line.contains_key(*key))
}

/// Takes a tracker's file in. A row can be refused; the store never fails for it.
pub(crate) fn import(transaction: &mut Transaction<'_, '_>, look: &Look, bytes: &[u8], actor: &Actor) {
    let Ok(source) = Source::new(None, None, look.format.profile, "file.csv", false) else { return };
    let taking = Taking { look, source: &source, actor, until: actor.now() };
    let mut report = Report::default();
    for wanted in [TicketKind::Cus, TicketKind::Csd] {
        let taken = take_in(transaction, bytes, taking, wanted, &mut report, &mut |_| {});
        assert!(matches!(taken, Ok(Ok(()))), "what was read once is taken in: {taken:?}");
    }
}

/// Reads a configuration, and everything that is read out of it.
pub(crate) fn configuration(text: &str) {
    let Ok(config) = Config::parse(text, "config.toml".into()) else { return };
    for name in config.filters.keys() {
        let _ = own_filter(&config.filters, name);
    }
    let settings = DeliverySettings { smtp: config.smtp, ..config.notify };
    for (to, via) in Audience::ALL.iter().flat_map(|to| Via::ALL.iter().map(move |via| (*to, *via))) {
        if let Ok((_, timeout)) = settings.channel(to.as_str(), via) {
            assert!(!timeout.is_zero());
        }
    }
    assert!(!settings.domain().is_empty());
}

/// Reads a time. As it is printed, it is read again as the same.
pub(crate) fn time(text: &str, now: Time) {
    let Ok(time) = text.parse::<TimeArg>() else { return };
    for time in [time.resolve(now), time.before(now)].into_iter().flatten() {
        let printed = time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let again = printed.parse::<TimeArg>().ok().and_then(|again| again.resolve(now));
        assert_eq!(again, Some(time), "{printed}");
    }
}
