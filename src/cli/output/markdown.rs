//! Text from people, made safe for Markdown and for the HTML that is made of it.

use super::visible::visible;

/// The text as a quote, with its lines.
pub(in crate::cli) fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {}", markdown(line)).trim_end().to_owned()).collect::<Vec<_>>().join("\\\n")
}

/// The text on one line, with what Markdown or HTML would take for marks shown as itself.
pub(in crate::cli) fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in visible(text).split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn marks_are_shown_as_themselves() {
        assert_eq!(markdown("*bold* <b>\n[link](x)"), "\\*bold\\* &lt;b&gt; \\[link\\](x)");
        assert_eq!(markdown("plain text, 5.1-2"), "plain text, 5.1-2");
    }
}
