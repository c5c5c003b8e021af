//! The text of Jira Cloud's documents (Atlassian Document Format).

use serde_json::Value;

/// The text of a document, each block of it on lines of its own.
pub(super) fn text(document: &Value) -> String {
    let mut text = String::new();
    collect(document, &mut text);
    text.trim_end().to_owned()
}

fn collect(node: &Value, text: &mut String) {
    let attribute = |name: &str| node["attrs"][name].as_str();
    match node["type"].as_str().unwrap_or_default() {
        "text" => text.push_str(node["text"].as_str().unwrap_or_default()),
        "hardBreak" => text.push('\n'),
        "mention" | "status" | "date" => {
            text.push_str(attribute("text").or_else(|| attribute("timestamp")).unwrap_or_default());
        }
        "emoji" => text.push_str(attribute("text").or_else(|| attribute("shortName")).unwrap_or_default()),
        "inlineCard" | "blockCard" | "embedCard" => text.push_str(attribute("url").unwrap_or_default()),
        "media" => text.push_str(attribute("alt").unwrap_or_default()),
        _ => {}
    }
    for inner in node["content"].as_array().into_iter().flatten() {
        let block = is_block(inner);
        if block && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        collect(inner, text);
        if block && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }
}

/// Whether a node stands on lines of its own. What Jira may add is taken for a block: a break too many parts no words.
fn is_block(node: &Value) -> bool {
    let inline = ["text", "hardBreak", "mention", "status", "date", "emoji", "inlineCard", "mediaInline"];
    !inline.contains(&node["type"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paragraph(content: &Value) -> Value {
        json!({"type": "paragraph", "content": content})
    }

    #[test]
    fn blocks_stand_on_lines_of_their_own_and_words_stay_together() {
        let words = json!([{"type": "text", "text": "van"}, {"type": "text", "text": "-1", "marks": []}]);
        let broken = json!([{"type": "text", "text": "a"}, {"type": "hardBreak"}, {"type": "text", "text": " b"}]);
        let item = json!({"type": "listItem", "content": [paragraph(&words), paragraph(&broken)]});
        let list = json!({"type": "bulletList", "content": [item]});
        let document =
            json!({"type": "doc", "version": 1, "content": [paragraph(&words), list, paragraph(&json!([]))]});
        assert_eq!(text(&document), "van-1\nvan-1\na\n b");
    }

    #[test]
    fn what_stands_for_words_is_words() {
        let inline = json!([
            {"type": "mention", "attrs": {"id": "7", "text": "@ada"}},
            {"type": "emoji", "attrs": {"shortName": ":van:"}},
            {"type": "inlineCard", "attrs": {"url": "https://example.com/"}},
            {"type": "unheard-of", "content": [{"type": "text", "text": "inside"}]},
        ]);
        assert_eq!(text(&paragraph(&inline)), "@ada:van:https://example.com/\ninside");
        assert_eq!(text(&json!({})), "");
    }
}
