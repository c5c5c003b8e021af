//! Every reader of bytes from outside as one function, so that fuzzers and tests reach it.
//!
//! Each ends with a result, whatever comes in: it never panics, hangs or grows without bound. Each panics where what must
//! hold of a result does not. `tests/hostile.rs` runs them all for a moment; `fuzz/README.md` says how to run one for
//! longer.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::Cursor;
use std::ops::ControlFlow;

use chrono::DateTime;
use tempfile::TempDir;

use crate::app::{Actor, Desk, DeskError, Reply, rehearse};
use crate::channels::{IncomingMail, mails_of};
use crate::cli;
use crate::store::{Store, TakenBack, Verified};
use crate::trackers::dates::{self, Order, Zone};
use crate::trackers::map_file::MapFile;
use crate::trackers::mapping::Mapping;
use crate::trackers::{self, Format, Kind, Look, Profile, jira_xml};
use crate::workflow::Time;
use crate::workflow::notices::address::{Addressed, Mailbox, mail_address};
use crate::workflow::notices::template as templates;
use crate::workflow::obligations::clock::Clock;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::obligations::span::Span;
use crate::workflow::vocabulary::{Audience, Priority, Word};

/// A reader with its name, which is that of its fuzz target too.
pub type Reader = (&'static str, fn(&[u8]));

/// Every reader.
pub const READERS: &[Reader] = &[
    ("address", address),
    ("batch", batch),
    ("configuration", configuration),
    ("duration", duration),
    ("export", export),
    ("jira_csv", jira_csv),
    ("jira_json", jira_json),
    ("jira_xml", jira_xml),
    ("mapping", mapping),
    ("mbox", mbox),
    ("plain_csv", plain_csv),
    ("reply", reply),
    ("template", template),
    ("time", time),
];

/// What has happened in the database on which batches run, so that there are tickets to step on.
const STORY: &[u8] = include_bytes!("../examples/walkthrough.jsonl");
/// How much text a reply or a message may come to.
const TEXT: usize = 64 * 1024;

/// A database that is gone with its thread.
struct Database {
    store: Store,
    _folder: TempDir,
}

thread_local! {
    static EMPTY: RefCell<Database> = RefCell::new(Database::new());
    static TOLD: RefCell<Database> = RefCell::new(Database::told());
}

impl Database {
    fn new() -> Self {
        let folder = must(tempfile::tempdir());
        let path = folder.path().join("cus.db");
        must(Store::create(&path));
        Self { store: must(Store::open(&path)), _folder: folder }
    }

    fn told() -> Self {
        let database = Self::new();
        let mut desk = must(Desk::open(database.store.path()));
        must(desk.transaction(|transaction| -> Result<(), DeskError> {
            cli::hostile::batch(transaction, STORY, &actor());
            Ok(())
        }));
        database
    }
}

/// The lines of a batch, on a database with tickets of every kind. Whatever they do, the state is what the record says.
pub fn batch(bytes: &[u8]) {
    TOLD.with_borrow(|told| {
        must(rehearse(&told.store, |transaction| cli::hostile::batch(transaction, bytes, &actor())));
    });
}

/// An export of `cus`. What is taken back is what a new export of it says again.
pub fn export(bytes: &[u8]) {
    let would_be = |lines: &[u8]| EMPTY.with_borrow_mut(|empty| empty.store.take_back(lines, true));
    let Ok(TakenBack { verified, .. }) = would_be(bytes) else { return };
    let mut database = Database::new();
    let same = |other: Verified| assert_eq!(other, verified);
    same(must(database.store.take_back(bytes, false)).verified);
    same(must(database.store.verify()));
    must(database.store.check());
    let mut lines = Vec::new();
    must(database.store.dump(None, &mut lines));
    same(must(would_be(&lines)).verified);
}

/// Jira's CSV.
pub fn jira_csv(bytes: &[u8]) {
    import(Kind::JiraCsv, Profile::jira_csv(&["Summary".to_owned(), "Issue key".to_owned()]), bytes);
}

/// Jira's JSON.
pub fn jira_json(bytes: &[u8]) {
    import(Kind::JiraJson, Some(Profile::jira_json()), bytes);
}

/// Jira's XML: what is read of it is JSON.
pub fn jira_xml(bytes: &[u8]) {
    let mut json = Vec::new();
    if jira_xml::to_json(bytes, &mut json).is_ok() {
        must(serde_json::from_slice::<serde_json::Value>(&json));
    }
}

/// A mapping that somebody changed: what is understood of it can be used.
pub fn mapping(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(file) = MapFile::parse(text) {
        _ = file.complete(&mut Mapping::default());
    }
}

/// A table of any tracker.
pub fn plain_csv(bytes: &[u8]) {
    import(Kind::Csv, Some(Profile::plain()), bytes);
}

/// Another tracker's file, taken in. It has no more rows than bytes, but for one that tells what is missing.
fn import(kind: Kind, profile: Option<&'static Profile>, bytes: &[u8]) {
    let _ = trackers::format_of(bytes);
    let Some(profile) = profile else { return };
    let format = Format { kind, profile };
    let mut mapping = Mapping::default();
    mapping.accept_guesses = true;
    let Ok(look) = Look::at(&mut Cursor::new(bytes), format, &mapping, &[], &[]) else { return };
    let _ = look.doubts();
    let mut rows = 0;
    let _ = trackers::read(format, bytes, &look.plan, true, |_| {
        rows += 1;
        ControlFlow::Continue(())
    });
    assert!(rows <= bytes.len() + 1, "{rows} rows");
    EMPTY.with_borrow(|empty| {
        must(rehearse(&empty.store, |transaction| cli::hostile::import(transaction, &look, bytes, &actor())));
    });
}

/// A customer's mail, the search for the notice that it answers, and the files that came with it.
pub fn reply(bytes: &[u8]) {
    let Ok(mail) = IncomingMail::read(bytes) else { return };
    for text in [&mail.text, &mail.whole_text] {
        assert!(text.chars().count() <= TEXT);
    }
    // A byte of the mail comes to one character at most, and that to four bytes.
    let rest = mail.from.len() + mail.subject.len() + mail.answers.iter().map(String::len).sum::<usize>();
    assert!(rest <= 4 * bytes.len(), "{rest} of {}", bytes.len());
    let mut names = BTreeSet::new();
    for file in must(IncomingMail::files(bytes)) {
        let is_safe = !file.name.contains(['/', '\\']) && !file.name.starts_with('.') && file.name.len() < 256;
        assert!(is_safe && names.insert(file.name.clone()), "{:?}", file.name);
    }
    TOLD.with_borrow(|told| drop(Reply::read(&told.store, bytes, None)));
}

/// A file of mails, one after the other. None of them holds more than the file.
pub fn mbox(bytes: &[u8]) {
    let folder = must(tempfile::tempdir());
    let path = folder.path().join("mbox");
    must(std::fs::write(&path, bytes));
    let mails: Vec<Vec<u8>> = must(mails_of(&path)).map(must).collect();
    assert!(mails.iter().map(Vec::len).sum::<usize>() <= bytes.len());
}

/// A contact, and what of it is an address. That is a part of the contact, and an address by itself.
pub fn address(bytes: &[u8]) {
    let contact = String::from_utf8_lossy(bytes);
    if let Addressed::To(address) = mail_address(&contact) {
        assert!(contact.contains(address) && !address.contains(char::is_control), "{address:?}");
        assert_eq!(must(Mailbox::of(address)).address, address);
        assert!(must(address.parse::<Mailbox>()).domain().is_ascii());
    }
    if let Ok(mailbox) = contact.parse::<Mailbox>() {
        assert!(!mailbox.to_string().contains(char::is_control), "{mailbox:?}");
    }
}

/// A team's own template, for each audience.
pub fn template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count().max(1);
    for to in Audience::ALL {
        for fault in templates::check(&text, *to) {
            assert!((1..=lines).contains(&fault.line), "{fault:?}");
        }
    }
}

/// A configuration file, and what is read out of it.
pub fn configuration(bytes: &[u8]) {
    cli::hostile::configuration(&String::from_utf8_lossy(bytes));
}

/// A time as people type it, or as a tracker writes it.
pub fn time(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    cli::hostile::time(&text, now());
    let Ok(written) = dates::read(&text) else { return };
    for order in Order::ALL {
        if let Some(time) = written.time(*order, &Zone::default()) {
            let printed = time.to_rfc3339();
            let again = dates::read(&printed).map(|again| again.time(*order, &Zone::default()));
            assert_eq!(again, Ok(Some(time)), "{printed}");
            assert!(written.day(*order).is_some());
        }
    }
}

/// A duration, or another value of the policy. As it is printed, it is set again as the same.
pub fn duration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(span) = text.parse::<Span>() {
        assert_eq!(span.to_string().parse(), Ok(span));
    }
    for key in ["close", "hours", "business.days", "business.hours", "business.zone", "business.holidays"] {
        let mut policy = Policy::default();
        let Ok(settings) = policy.set(key, &text) else { continue };
        let mut again = Policy::default();
        for (key, value) in &settings {
            assert!(again.set(key, value).is_ok(), "{key} = {value}");
        }
        assert_eq!(again, policy, "{settings:?}");
        for hours in ["round-the-clock", "business"] {
            assert!(policy.set("hours", hours).is_ok());
            assert!(policy.due(Clock::Close, Priority::Low, now()) >= Some(now()), "{settings:?}");
        }
    }
}

fn actor() -> Actor {
    Actor::new("somebody").at(now())
}

/// A time after the story.
fn now() -> Time {
    DateTime::from_timestamp_nanos(1_800_000_000_000_000_000)
}

/// What is given, since the fault is not the input's where it is not.
#[track_caller]
fn must<T, E: Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
