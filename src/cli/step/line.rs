//! Typing a line: keys as readline has them, completion, and a way out by Escape, back and to an editor.

use std::sync::{Arc, Mutex, PoisonError};

use rustyline::completion::{Completer, FilenameCompleter, Pair, unescape};
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper, KeyCode,
    KeyEvent, Modifiers, RepeatCount,
};

/// How long after an Escape the rest of a key's sequence may come, in milliseconds.
const SEQUENCE: u16 = 40;

/// How a line ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// By Enter.
    Entered(String),
    /// By Escape or Ctrl-C.
    Cancelled(String),
    /// By Shift-Tab, or by Up where nothing was typed.
    Back,
    /// By the key that wants an editor.
    WantsEditor(String),
}

/// What Tab completes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Offers<'a> {
    Words(&'a [String]),
    Paths,
}

/// Reads a line at the terminal, beginning with this text.
pub(super) fn read(prompt: &str, initial: &str, offers: Offers<'_>, is_long: bool) -> std::io::Result<Ended> {
    let config = Config::builder()
        .behavior(Behavior::PreferTerm)
        .keyseq_timeout(Some(SEQUENCE))
        .auto_add_history(false)
        .bell_style(rustyline::config::BellStyle::None)
        .completion_type(rustyline::CompletionType::List)
        .build();
    let history = MemHistory::with_config(&config);
    let mut editor: Editor<Offering<'_>, MemHistory> = Editor::with_history(config, history).map_err(failed)?;
    let ended: Arc<Mutex<Option<Ended>>> = Arc::default();
    bind(&mut editor, &ended, is_long);
    if let Offers::Words(words) = offers {
        for word in words {
            editor.add_history_entry(word).map_err(failed)?;
        }
    }
    editor.set_helper(Some(Offering { offers, paths: FilenameCompleter::new() }));
    let line = editor.readline_with_initial(prompt, (initial, ""));
    let left = ended.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (line, left) {
        (_, Some(left)) => Ok(left),
        (Ok(line), None) => Ok(Ended::Entered(match offers {
            Offers::Paths => home(&unescape(&line, Some('\\'))),
            Offers::Words(_) => line,
        })),
        (Err(ReadlineError::Eof | ReadlineError::Interrupted), None) => Ok(Ended::Cancelled(String::new())),
        (Err(error), None) => Err(failed(error)),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else went wrong is no answer either")]
fn failed(error: ReadlineError) -> std::io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => std::io::Error::other(other),
    }
}

/// A path, with the home directory in the place of `~`.
fn home(path: &str) -> String {
    let home = path.strip_prefix("~/").and_then(|rest| Some((etcetera::home_dir().ok()?, rest)));
    home.map_or_else(|| path.to_owned(), |(home, rest)| home.join(rest).display().to_string())
}

fn bind(editor: &mut Editor<Offering<'_>, MemHistory>, ended: &Arc<Mutex<Option<Ended>>>, is_long: bool) {
    let mut leave = |keys: &[KeyEvent], way: Way| {
        let handler = Leaving { way, ended: Arc::clone(ended) };
        editor.bind_sequence(Event::KeySeq(keys.to_vec()), EventHandler::Conditional(Box::new(handler)));
    };
    let ctrl = KeyEvent::ctrl;
    leave(&[KeyEvent(KeyCode::Esc, Modifiers::NONE)], Way::Cancel);
    leave(&[ctrl('C')], Way::Cancel);
    leave(&[KeyEvent(KeyCode::BackTab, Modifiers::NONE)], Way::Back);
    leave(&[KeyEvent(KeyCode::Up, Modifiers::NONE)], Way::BackIfEmpty);
    if is_long {
        leave(&[ctrl('O')], Way::Edit);
        editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
    }
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Cancel,
    Back,
    BackIfEmpty,
    Edit,
}

/// Leaves the line by a key, and notes how.
struct Leaving {
    way: Way,
    ended: Arc<Mutex<Option<Ended>>>,
}

impl ConditionalEventHandler for Leaving {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let line = context.line().to_owned();
        let ended = match self.way {
            Way::Cancel => Ended::Cancelled(line),
            Way::Back => Ended::Back,
            Way::BackIfEmpty if line.is_empty() => Ended::Back,
            Way::BackIfEmpty => return None,
            Way::Edit => Ended::WantsEditor(line),
        };
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        Some(Cmd::Interrupt)
    }
}

/// What Tab completes a line from.
struct Offering<'a> {
    offers: Offers<'a>,
    paths: FilenameCompleter,
}

impl Completer for Offering<'_> {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        match self.offers {
            Offers::Paths => self.paths.complete_path(line, at),
            Offers::Words(words) => {
                let typed = line.get(..at).unwrap_or(line).to_lowercase();
                let fits = words.iter().filter(|word| word.to_lowercase().starts_with(&typed));
                let pair = |word: &String| Pair { display: word.clone(), replacement: word.clone() };
                Ok((0, fits.map(pair).collect()))
            }
        }
    }
}

impl Helper for Offering<'_> {}
impl Highlighter for Offering<'_> {}
impl Validator for Offering<'_> {}

impl Hinter for Offering<'_> {
    type Hint = String;
}
