//! Which file uses which, and whether they go round in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::SourceFile;

/// The path of a module or an item, without `crate`.
type Path = Vec<String>;

/// The files that each file uses, by their modules.
pub(crate) type Uses = BTreeMap<String, BTreeSet<String>>;

/// What a file says with `use`, and the paths in the rest of it.
struct Imports {
    /// The paths that it uses.
    used: Vec<Path>,
    /// The names that it hands on, each with its path.
    handed_on: BTreeMap<String, Path>,
}

/// Finds which file uses which. A name that a module hands on counts as a use of the file that defines it.
pub(crate) fn uses(files: &[SourceFile]) -> Uses {
    let modules: BTreeSet<&Path> = files.iter().map(|file| &file.module).collect();
    let imports: BTreeMap<&Path, Imports> = files.iter().map(|file| (&file.module, imports(file, &modules))).collect();
    let name = |module: &Path| if module.is_empty() { "crate".to_owned() } else { module.join("/") };
    let mut uses = Uses::new();
    for file in files {
        let used = imports[&file.module].used.iter().map(|path| defined_in(path, &modules, &imports, 0));
        let others = used.filter(|other| *other != file.module).map(|other| name(&other));
        uses.insert(name(&file.module), others.collect());
    }
    uses
}

/// The shortest circle through the first file that is on one.
pub(crate) fn circle(uses: &Uses) -> Option<Vec<String>> {
    uses.keys().find_map(|start| {
        let mut ways = vec![vec![start.clone()]];
        let mut seen = BTreeSet::new();
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                for next in uses.get(way.last()?).into_iter().flatten() {
                    let way = [way.clone(), vec![next.clone()]].concat();
                    if next == start {
                        return Some(way);
                    }
                    if seen.insert(next.clone()) {
                        longer.push(way);
                    }
                }
            }
            ways = longer;
        }
        None
    })
}

/// The module of the file in which a path is defined.
fn defined_in(path: &Path, modules: &BTreeSet<&Path>, imports: &BTreeMap<&Path, Imports>, depth: usize) -> Path {
    let mut module = Path::new();
    for (n, segment) in path.iter().enumerate() {
        let inner = [module.clone(), vec![segment.clone()]].concat();
        if modules.contains(&inner) {
            module = inner;
            continue;
        }
        let handed_on = imports.get(&module).and_then(|imports| imports.handed_on.get(segment));
        return match handed_on.filter(|_| depth < 8) {
            Some(origin) => defined_in(&[origin.clone(), path[n + 1..].to_vec()].concat(), modules, imports, depth + 1),
            None => module,
        };
    }
    module
}

fn imports(file: &SourceFile, modules: &BTreeSet<&Path>) -> Imports {
    let (mut used, mut handed_on) = (Vec::new(), BTreeMap::new());
    let mut body = String::new();
    let code = without_visibilities(&file.code);
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let statement = line.trim_start();
        let is_public = statement.starts_with("pub use ");
        let Some(tree) = statement.strip_prefix("pub ").unwrap_or(statement).strip_prefix("use ") else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            tree.push_str(lines.next().unwrap());
        }
        for (path, name) in leaves(tree.trim_end_matches(';')) {
            match absolute(&file.module, &path, modules) {
                Some(path) if is_public => drop(handed_on.insert(name, path)),
                Some(path) => used.push(path),
                None => {}
            }
        }
    }
    used.extend(paths(&body).into_iter().filter_map(|path| absolute(&file.module, &path, modules)));
    Imports { used, handed_on }
}

/// The code with `pub` in the place of `pub(…)`, which names a module without using it.
fn without_visibilities(code: &str) -> String {
    let mut parts = code.split("pub(");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |code, part| code + "pub" + part.split_once(')').map_or("", |(_, rest)| rest))
}

/// The paths of a tree of `use`, each with the name that it gets.
fn leaves(tree: &str) -> Vec<(Path, String)> {
    let tree = tree.trim();
    let Some((head, inner)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Path = path.split("::").map(|segment| segment.trim().to_owned()).collect();
        if path.last().is_some_and(|last| last == "self" && path.len() > 1) {
            path.pop();
        }
        let name = if name.is_empty() { path.last().cloned().unwrap_or_default() } else { name.trim().to_owned() };
        return vec![(path, name)];
    };
    let head: Path = head.split("::").map(|segment| segment.trim().to_owned()).filter(|s| !s.is_empty()).collect();
    let inner = &inner[..inner.rfind('}').unwrap()];
    let mut depth = 0;
    let parts = inner.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let parts = parts.filter(|part| !part.trim().is_empty());
    parts.flat_map(leaves).map(|(path, name)| ([head.clone(), path].concat(), name)).collect()
}

/// Every path in code that has more than one segment.
fn paths(code: &str) -> Vec<Path> {
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let paths = words.filter(|word| word.contains("::")).map(|word| word.trim_matches(':'));
    paths.map(|path| path.split("::").map(str::to_owned).collect()).collect()
}

/// The path from the crate's root; `None` where it leads out of the crate.
fn absolute(module: &Path, path: &Path, modules: &BTreeSet<&Path>) -> Option<Path> {
    let first = path.first()?.as_str();
    let (mut base, mut rest) = match first {
        "crate" => return Some(path[1..].to_vec()),
        "super" | "self" => (module.clone(), path.as_slice()),
        child => {
            let inner = [module.clone(), vec![child.to_owned()]].concat();
            return modules.contains(&inner).then(|| [module.clone(), path.clone()].concat());
        }
    };
    while let Some((segment, behind)) =
        rest.split_first().filter(|(first, _)| ["super", "self"].contains(&first.as_str()))
    {
        if segment == "super" {
            base.pop();
        }
        rest = behind;
    }
    Some([base, rest.to_vec()].concat())
}
