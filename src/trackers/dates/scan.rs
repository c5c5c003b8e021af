//! A time's text as numbers, words and signs.

/// How many of them a time can have at most.
const MOST: usize = 32;

/// A part of a time's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Digits, with how many they are.
    Number(u64, usize),
    /// Letters.
    Word(&'a str),
    /// A single other character.
    Sign(char),
    /// Any blanks.
    Blank,
    /// One that was used.
    Gone,
}

/// The parts of a text, in their order; `None` where they are too many for a time.
pub(super) fn scan(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::with_capacity(16);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if c.is_ascii_digit() => length_while(rest, |c| c.is_ascii_digit()),
            c if c.is_whitespace() => length_while(rest, char::is_whitespace),
            c if is_unit(c) => c.len_utf8(),
            c if is_letter(c) => word(rest),
            c => c.len_utf8(),
        };
        let (part, after) = rest.split_at(length);
        tokens.push(match first {
            c if c.is_ascii_digit() => Token::Number(part.parse().ok()?, part.len()),
            c if c.is_whitespace() => Token::Blank,
            c if is_letter(c) => Token::Word(part),
            '−' | '‐' | '–' => Token::Sign('-'),
            c => Token::Sign(c),
        });
        if tokens.len() > MOST {
            return None;
        }
        rest = after;
    }
    Some(tokens)
}

/// Letters, and the dots between them, as in `a.m.`, but for one at the end.
fn word(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let is_inner_dot = c == '.' && characters.peek().is_some_and(|(_, next)| is_letter(*next) && !is_unit(*next));
        if at > 0 && is_unit(c) || !(is_letter(c) || is_inner_dot) {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || (!c.is_ascii() && !c.is_whitespace() && !c.is_numeric() && !matches!(c, '−' | '‐' | '–'))
}

/// What stands behind the number of a year, a month or a day without a blank.
fn is_unit(c: char) -> bool {
    matches!(c, '年' | '月' | '日' | '号' | '號' | '년' | '월' | '일')
}

fn length_while(text: &str, is_one: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_one(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_numbers_words_and_signs() {
        use Token::{Blank, Number, Sign, Word};
        let colon = Sign(':');
        assert_eq!(
            scan("22-Mar-24  7:05 a.m.").unwrap(),
            [
                Number(22, 2),
                Sign('-'),
                Word("Mar"),
                Sign('-'),
                Number(24, 2),
                Blank,
                Number(7, 1),
                colon,
                Number(5, 2),
                Blank,
                Word("a.m"),
                Sign('.'),
            ]
        );
        let words = [Number(2024, 4), Word("年"), Number(3, 1), Word("月"), Number(2, 1), Word("日"), Word("午後")];
        assert_eq!(scan("2024年3月2日午後").unwrap(), words);
        assert_eq!(scan("22 ม.ค. 24").unwrap(), [Number(22, 2), Blank, Word("ม.ค"), Sign('.'), Blank, Number(24, 2)]);
        assert_eq!(scan(&"1-".repeat(40)), None);
        assert_eq!(scan("99999999999999999999999"), None);
    }
}
