//! The source files as the checks read them: without comments, tests and the contents of strings.

use std::path::{Path, PathBuf};

/// A source file.
pub(crate) struct SourceFile {
    /// The path below `src/`.
    pub(crate) path: String,
    /// The path of its module, without `crate`.
    pub(crate) module: Vec<String>,
    /// The code, without comments and without what is compiled for tests alone; each string is empty.
    pub(crate) code: String,
    /// The contents of its strings.
    pub(crate) strings: Vec<String>,
}

impl SourceFile {
    /// Whether it is in that folder of `src/`.
    pub(crate) fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(&format!("{folder}/"))
    }
}

/// Every source file that is not compiled for tests alone.
pub(crate) fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let files: Vec<(SourceFile, Vec<String>)> = paths.iter().map(|path| read(&root, path)).collect();
    let tests: Vec<Vec<String>> = files
        .iter()
        .flat_map(|(file, modules)| modules.iter().map(|name| [file.module.clone(), vec![name.clone()]].concat()))
        .collect();
    let is_test = |file: &SourceFile| tests.iter().any(|test| file.module.starts_with(test));
    files.into_iter().map(|(file, _)| file).filter(|file| !is_test(file)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// Reads a file, and tells which modules it declares for tests alone.
fn read(root: &Path, path: &Path) -> (SourceFile, Vec<String>) {
    let relative = path.strip_prefix(root).unwrap();
    let mut module: Vec<String> =
        relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    let marked = without_comments(&std::fs::read_to_string(path).unwrap());
    let (marked, modules) = without_tests(&marked);
    let (code, strings) = without_strings(&marked);
    let path = relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
    (SourceFile { path, module, code, strings }, modules)
}

/// The length of the string, raw string or character at the beginning of the text, if one stands there.
fn literal(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix('r') {
        let marks = rest.len() - rest.trim_start_matches('#').len();
        let rest = rest.get(marks..)?.strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(marks));
        return Some(rest.find(&end)? + marks + 2 + end.len());
    }
    if text.starts_with('"') {
        let mut escaped = false;
        let end = text.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        return end.map(|(end, _)| end + 1);
    }
    let rest = text.strip_prefix('\'')?;
    let length = if rest.starts_with('\\') { rest.get(1..)?.find('\'')? + 1 } else { rest.chars().next()?.len_utf8() };
    rest.get(length..)?.starts_with('\'').then_some(length + 2)
}

fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").unwrap() + 2
        } else {
            let length = literal(rest).filter(|_| !(is_word && first == 'r')).unwrap_or(first.len_utf8());
            code.push_str(&rest[..length]);
            length
        };
        rest = &rest[length..];
    }
    code
}

/// Takes the contents out of every string.
fn without_strings(text: &str) -> (String, Vec<String>) {
    let (mut code, mut strings) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = match literal(rest).filter(|_| !(is_word && first == 'r')) {
            Some(length) if first == '\'' => {
                code.push_str("' '");
                length
            }
            Some(length) => {
                strings.push(rest[..length].trim_matches(['r', '#', '"']).to_owned());
                code.push_str("\"\"");
                length
            }
            None => {
                code.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    (code, strings)
}

/// Takes out every item that is compiled for tests alone, and tells the modules among them that are files.
fn without_tests(text: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let (mut code, mut modules) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        code.push_str(&rest[..at]);
        let item = &rest[at + MARK.len()..];
        let end = end_of(item);
        let words: Vec<&str> = item[..end].trim_end_matches(';').split_whitespace().collect();
        if let Some(at) = words.iter().position(|word| *word == "mod").filter(|_| item[..end].ends_with(';')) {
            modules.push(words[at + 1].to_owned());
        }
        rest = &item[end..];
    }
    code.push_str(rest);
    (code, modules)
}

/// Where an item ends: behind its block, or behind its semicolon.
fn end_of(item: &str) -> usize {
    let is_use = item.trim_start().trim_start_matches("pub").trim_start().starts_with("use ");
    let mut depth = 0;
    let mut at = 0;
    while at < item.len() {
        let rest = &item[at..];
        let first = rest.chars().next().unwrap();
        match first {
            '{' | '[' | '(' => depth += 1,
            '}' if depth == 1 && !is_use => return at + 1,
            '}' | ']' | ')' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
        at += literal(rest).unwrap_or(first.len_utf8());
    }
    item.len()
}
