//! The tokens of a statement: what is left of it without blanks and comments.

/// Splits a statement into its tokens. Strings and quoted names stay whole, whatever they look like inside.
pub(in crate::store) fn tokens_of(sql: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '-' if rest.starts_with("--") => rest.find('\n').map_or(rest.len(), |end| end + 1),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => {
                let length = match first {
                    '\'' | '"' | '`' => quoted(rest, first),
                    '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
                    _ if is_of_word(first) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
                    _ => first.len_utf8(),
                };
                tokens.push(&rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of the quoted text at the beginning: a mark that is doubled is part of it.
fn quoted(text: &str, mark: char) -> usize {
    let mut marks = text.match_indices(mark).map(|(at, _)| at).skip(1);
    while let Some(at) = marks.next() {
        if !text[at + 1..].starts_with(mark) {
            return at + 1;
        }
        marks.next();
    }
    text.len()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::tokens_of;

    #[test]
    fn blanks_and_comments_are_left_out() {
        let tokens = ["CREATE", "TABLE", "t", "(", "a", "TEXT", ",", "b", ")", "STRICT"];
        for sql in [
            "CREATE TABLE t (a TEXT, b) STRICT",
            "CREATE  TABLE\n\tt(a TEXT,b)STRICT",
            "CREATE TABLE t ( -- the 'first'\n a TEXT, /* and \"then\" */ b ) STRICT -- end",
        ] {
            assert_eq!(tokens_of(sql), tokens, "{sql}");
        }
    }

    #[test]
    fn strings_stay_whole_whatever_is_in_them() {
        assert_eq!(tokens_of("SELECT 'a --b', 'it''s /*'"), ["SELECT", "'a --b'", ",", "'it''s /*'"]);
        assert_eq!(tokens_of("\"my -- \"\"own\"\"\" [a 'b] `c`"), ["\"my -- \"\"own\"\"\"", "[a 'b]", "`c`"]);
        assert_eq!(tokens_of("x''41''"), ["x", "''", "41", "''"]);
        assert_ne!(tokens_of("'a  b'"), tokens_of("'a b'"));
        assert_eq!(tokens_of("'unclosed -- \n"), ["'unclosed -- \n"]);
        assert_eq!(tokens_of("/* unclosed"), Vec::<&str>::new());
    }

    #[test]
    fn what_is_hidden_in_a_string_is_not_taken_for_a_comment() {
        let ours = "CREATE TRIGGER t BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'never deleted'); END";
        let forged = "CREATE TRIGGER t BEFORE DELETE ON event BEGIN\nSELECT RAISE(ABORT, 'never --x') WHERE 0; \
                      SELECT ('\n deleted'); END";
        assert_ne!(tokens_of(ours), tokens_of(forged));
    }
}
