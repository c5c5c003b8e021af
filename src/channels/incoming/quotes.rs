//! What a person wrote in a mail of plain text, without what is quoted.

/// How many lines of a quote that an answer stands below are kept: what is asked stands at its end.
const QUESTION: usize = 6;
/// How long a line is at most that says who wrote what is quoted, and over how many lines it can go.
const LONGEST: usize = 400;
const LINES: usize = 3;

/// The words of a line that says who wrote what is quoted.
const WROTE: &str = "\
    wrote|schrieb|geschrieben|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał|\
    kirjoitti|írta|napsal|napísal|je napisao|a scris|yazdı|написал|пишет|написав|έγραψε|写道|寫道|\
    書きました|wrote on|님이 작성|작성:|כתב|كتب|viết|menulis";
/// What stands before the sender in the headers of a mail that is quoted.
const FROM: &str = "\
    from|von|de|da|van|från|fra|od|lähettäjä|expéditeur|mittente|remitente|kimden|gönderen|feladó|\
    от|від|από|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|מאת|من";

/// Returns the lines that the writer wrote, and whether something quoted was left out. Where an answer stands below what it
/// answers, that is kept, marked as it is. Where everything is a quote, all of it is returned.
pub(super) fn own(text: &str) -> (String, bool) {
    let all: Vec<&str> = text.lines().map(str::trim_end).collect();
    let whole = end_of_own(&all);
    let lines = &all[..whole];
    let mut is_cut = whole < all.len();
    let last = lines.iter().rposition(|line| !line.is_empty() && !is_quoted(line));
    let (above, below) = lines.split_at(last.map_or(0, |last| last + 1));
    is_cut |= below.iter().any(|line| is_quoted(line));
    let mut own: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < above.len() {
        let quoted = above[at..].iter().take_while(|line| is_quoted(line)).count();
        if quoted == 0 {
            own.push(above[at]);
            at += 1;
            continue;
        }
        drop_attribution(&mut own);
        let question = &above[at..at + quoted];
        is_cut |= quoted > QUESTION;
        if quoted > QUESTION {
            own.push("> …");
        }
        own.extend(&question[quoted.saturating_sub(QUESTION)..]);
        at += quoted;
    }
    if is_cut {
        drop_attribution(&mut own);
    }
    let own = own.join("\n").trim().to_owned();
    if own.lines().all(|line| is_quoted(line) || line.is_empty()) {
        (text.trim().to_owned(), false)
    } else {
        (own, is_cut)
    }
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Takes away the line that says who wrote what is quoted below it.
fn drop_attribution(own: &mut Vec<&str>) {
    let end = own.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let Some(mut lines) = (1..=LINES.min(end)).find(|lines| attributes(&own[end - lines..end])) else { return };
    while lines < end && goes_on(own[end - lines - 1], own[end - lines]) {
        lines += 1;
    }
    own.truncate(end - lines);
}

/// Whether the line that says who wrote something began in the line above.
fn goes_on(above: &str, line: &str) -> bool {
    let begins = |words: &[&str]| words.iter().any(|word| above.to_lowercase().starts_with(word));
    let is_dated = above.contains(char::is_numeric);
    let is_rest = line.trim_start().starts_with(|c: char| c == '<' || c.is_lowercase());
    is_dated && (is_rest || begins(&["on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "w dniu ", "dne "]))
}

/// Whether these lines say, as one, who wrote something and when.
fn attributes(lines: &[&str]) -> bool {
    let line = lines.join(" ").to_lowercase();
    let line = line.trim();
    line.len() <= LONGEST
        && line.ends_with([':', '：', '>'])
        && line.contains(|c: char| c.is_numeric() || c == '@')
        && WROTE.split('|').any(|wrote| line.contains(wrote))
}

/// How many lines stand before what is quoted up to the end without marks, as Outlook and others do.
fn end_of_own(lines: &[&str]) -> usize {
    for at in 0..lines.len() {
        let begins = is_divider(lines[at]) || is_header_block(&lines[at..]);
        let unmarked = (1..=LINES.min(lines.len() - at)).any(|n| {
            let behind = lines[at + n..].iter().find(|line| !line.is_empty());
            let begins = n == 1 || goes_on(lines[at], lines[at + 1]);
            begins && attributes(&lines[at..at + n]) && behind.is_some_and(|line| !is_quoted(line))
        });
        if begins || unmarked {
            return at;
        }
    }
    lines.len()
}

/// Such as `-----Original Message-----`, in any language, or Outlook's rule.
fn is_divider(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_matches('-').trim();
    let dashes = |text: &str| text.chars().take_while(|c| *c == '-').count();
    let is_named = !words.is_empty() && words.chars().any(char::is_alphabetic) && words.chars().count() <= 40;
    let both = dashes(line) >= 4 && line.chars().rev().take_while(|c| *c == '-').count() >= 4;
    (both && is_named) || (line.len() >= 30 && line.chars().all(|c| c == '_'))
}

/// Whether the headers of a mail stand here: the sender's, and at least two more in the lines below.
fn is_header_block(lines: &[&str]) -> bool {
    let label = |line: &str| -> Option<String> {
        let line = line.trim().trim_start_matches('*');
        let (label, value) = line.split_once([':', '：'])?;
        let label = label.trim().trim_end_matches('*').trim().to_lowercase();
        let is_label = !label.is_empty() && label.chars().count() <= 20 && !label.contains(|c: char| c.is_numeric());
        (is_label && !value.trim_matches(['*', ' ', '\t']).is_empty()).then_some(label)
    };
    let Some(first) = lines.first().and_then(|line| label(line)) else { return false };
    let below = lines.iter().skip(1).take(6).take_while(|line| !line.is_empty());
    FROM.split('|').any(|word| word == first) && below.filter(|line| label(line).is_some()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_below_is_left_out() {
        for quote in [
            "> We are preparing\n> a patch",
            "On Fri, 6 Mar 2026 at 09:00, Support <support@vendor.example> wrote:\n\n> We are preparing\n",
            "On Fri, 6 Mar 2026 at 09:00, Support\n<support@vendor.example> wrote:\n> We are preparing\n>\n> a patch",
            "Am 06.03.26 um 09:00 schrieb Support:\n> Wir\n",
            "Le 6 mars 2026 à 09:00, Support a écrit :\n> Nous\n",
            "2026年3月6日(金) 9:00 Support <support@vendor.example>さんは書きました:\n> x\n",
            "-----Original Message-----\nFrom: Support\nWe are preparing",
            "-----Ursprüngliche Nachricht-----\nVon: Support\nWir",
            "________________________________\nFrom: Support\nSent: Friday\n\nWe are",
            "From: Support <support@vendor.example>\nSent: Friday, 6 March 2026 09:00\nTo: Ada\nSubject: rates\n\nWe are",
            "*Von:* Support\n*Gesendet:* Freitag\n*An:* Ada\n*Betreff:* Preise\n\nWir",
            "发件人: Support\n发送时间: 2026年3月6日\n收件人: Ada\n主题: x\n\n我们",
            "On 6 Mar 2026, Support wrote:\n\nWe are preparing a patch",
        ] {
            let text = format!("It is not solved.\n\nAda\n\n{quote}");
            assert_eq!(own(&text), ("It is not solved.\n\nAda".to_owned(), true), "{quote}");
        }
    }

    #[test]
    fn an_answer_keeps_the_question_above_it() {
        let text = "On Fri 6 Mar, Support wrote:\n> Does it work?\nYes.\n> Twice?\nNo!\n> Regards\n";
        assert_eq!(own(text), ("> Does it work?\nYes.\n> Twice?\nNo!".to_owned(), true));
        let long = format!("{}Yes.", "> x\n".repeat(20));
        assert_eq!(own(&long), (format!("> …\n{}Yes.", "> x\n".repeat(QUESTION)), true));
    }

    #[test]
    fn what_only_looks_like_a_quote_is_kept() {
        for text in [
            "From: here it goes wrong: the rates",
            "--\nAda",
            "He wrote: nothing",
            "Steps:\n1: open\n2: close",
            "----",
            "",
            "De: a\n\nb: c",
        ] {
            assert_eq!(own(text), (text.trim().to_owned(), false), "{text}");
        }
    }

    #[test]
    fn a_mail_of_quotes_alone_is_shown_whole() {
        assert_eq!(own("> all quoted\n"), ("> all quoted".to_owned(), false));
    }
}
