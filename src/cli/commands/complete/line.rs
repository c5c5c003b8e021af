//! A command line as a shell reads it, as far as it has been typed.

use crate::cli::commands::completions::Shell;

/// The words of a line, without the command itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What the words say; the last is being typed.
    pub(super) words: Vec<String>,
    /// The characters of the last word, each with whether it is quoted; without the quotes.
    last: Vec<(char, bool)>,
    /// The quote that is still open, and how much of the last word stands before it.
    open: Option<(char, usize)>,
    /// Whether a quote of the last word is closed again.
    has_closed: bool,
}

impl Line {
    /// Reads a line up to the cursor.
    pub(super) fn read(text: &str, shell: Shell) -> Self {
        let mut words: Vec<Vec<(char, bool)>> = vec![Vec::new()];
        let (mut open, mut has_closed) = (None, false);
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let Some(last) = words.last_mut() else { break };
            match (c, open) {
                (quote, Some((opened, _))) if quote == opened => {
                    open = None;
                    has_closed = true;
                }
                ('\\', Some((quote, _))) => {
                    let escapes = |next: &char| escapes_in(quote, *next, shell);
                    last.push((rest.next_if(escapes).unwrap_or('\\'), true));
                }
                (c, Some(_)) => last.push((c, true)),
                ('\'' | '"', None) => open = Some((c, last.len())),
                ('\\', None) => last.extend(rest.next().map(|next| (next, true))),
                (c, None) if c.is_whitespace() => {
                    if !last.is_empty() || has_closed {
                        words.push(Vec::new());
                    }
                    has_closed = false;
                }
                (c, None) => last.push((c, false)),
            }
        }
        let last = words.last().cloned().unwrap_or_default();
        let mut words: Vec<String> = words.into_iter().map(|word| word.into_iter().map(|(c, _)| c).collect()).collect();
        let command = words.iter().take_while(|word| is_assignment(word)).count();
        words.drain(..=command.min(words.len().saturating_sub(1)));
        Self { words, last, open, has_closed }
    }

    /// What bash puts in the place of the part of the last word that it completes, so that the word says this value.
    /// `None` where that cannot be told.
    pub(super) fn insertion(&self, value: &str, breaks: &str) -> Option<String> {
        let kept = match self.open {
            _ if self.has_closed => return None,
            Some((_, before)) => before,
            None => {
                let is_break = |(c, is_quoted): &(char, bool)| !is_quoted && breaks.contains(*c);
                self.last.iter().rposition(is_break).map_or(0, |place| place + 1)
            }
        };
        let kept: String = self.last.iter().take(kept).map(|(c, _)| *c).collect();
        let rest = value.strip_prefix(kept.as_str())?;
        Some(match self.open {
            Some(('\'', _)) => rest.replace('\'', r"'\''"),
            Some(_) => in_double_quotes(rest),
            None => escaped(rest),
        })
    }
}

/// Whether a backslash within quotes takes the next character for itself.
fn escapes_in(quote: char, next: char, shell: Shell) -> bool {
    match (quote, shell) {
        ('\'', Shell::Fish) => matches!(next, '\'' | '\\'),
        ('\'', Shell::Bash | Shell::Zsh) => false,
        _ => matches!(next, '"' | '\\' | '$' | '`'),
    }
}

fn is_assignment(word: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// A text within double quotes. An exclamation mark would call the history there, even behind a backslash.
fn in_double_quotes(text: &str) -> String {
    let mut quoted = String::new();
    for c in text.chars() {
        match c {
            '!' => quoted.push_str(r#""'!'""#),
            '"' | '\\' | '$' | '`' => quoted.extend(['\\', c]),
            _ => quoted.push(c),
        }
    }
    quoted
}

/// A text outside quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if !c.is_alphanumeric() && !"-_./,+%@:=".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn words(text: &str) -> Vec<String> {
        Line::read(text, Shell::Bash).words
    }

    #[test]
    fn a_line_is_read_as_a_shell_reads_it() {
        assert_eq!(words("cus "), [""]);
        assert_eq!(words("CUS_DB=x cus list --stage po"), ["list", "--stage", "po"]);
        assert_eq!(words(r"cus customer Birch\ \&\ S"), ["customer", "Birch & S"]);
        assert_eq!(words("cus customer 'Birch & S"), ["customer", "Birch & S"]);
        assert_eq!(words(r#"cus customer "a \"b\" \c "#), ["customer", r#"a "b" \c "#]);
        assert_eq!(words("cus comment '' "), ["comment", "", ""]);
        assert_eq!(words("cus"), Vec::<String>::new());
        assert_eq!(words(""), Vec::<String>::new());
        let fish = Line::read(r"cus customer 'it\'s", Shell::Fish);
        assert_eq!(fish.words, ["customer", "it's"]);
    }

    #[test]
    fn what_is_inserted_says_the_value_and_nothing_else() {
        let insertion = |text: &str, value: &str| Line::read(text, Shell::Bash).insertion(value, BREAKS);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(insertion("cus customer Ev", "Evil$(touch f)"), some(r"Evil\$\(touch\ f\)"));
        assert_eq!(insertion("cus customer 'Ev", "Evil's $(f)"), some(r"Evil'\''s $(f)"));
        assert_eq!(insertion("cus customer \"Ev", "Evil \"$(f)`!"), some(r#"Evil \"\$(f)\`"'!'""#));
        assert_eq!(insertion("cus list --customer=Ev", "--customer=Evil ;"), some(r"Evil\ \;"));
        assert_eq!(insertion("cus list --customer='Ev", "--customer=Evil ;"), some("Evil ;"));
        assert_eq!(insertion(r"cus customer a\ b:", "a b:c d"), some(r"c\ d"));
        assert_eq!(insertion("cus customer A:", "a:b"), None);
        assert_eq!(insertion("cus customer 'a b'c", "a bcd"), None);
    }
}
