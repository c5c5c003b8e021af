//! What surrounds the program: the umask, links, mounts and the environment.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::Sandbox;

/// Every file and folder below a folder.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        found.push(entry.path());
        if entry.path().is_dir() {
            below(&entry.path(), found);
        }
    }
}

#[test]
fn what_is_made_is_private_whatever_the_umask() {
    let sandbox = Sandbox::empty();
    let commands = [
        "init",
        "report --customer Acme --summary s --channel phone",
        "assess CSD-1 --handled-by engineering --trigger none",
        "escalate CSD-1 --priority high --steps s",
        "attach CUS-1 file.txt",
        "db backup copy.db",
        "db rebuild",
        "db restore copy.db --yes",
        "attachment save CUS-1 file.txt --to saved.txt",
    ];
    sandbox.write("file.txt", "content");
    for command in commands {
        let script = format!("umask 000; exec \"$CUS\" {command}");
        let mut shell = Command::new("sh");
        let inner = sandbox.command();
        shell.args(["-c", &script]).current_dir(inner.get_current_dir().unwrap()).env_clear();
        shell.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.env("CUS", env!("CARGO_BIN_EXE_cus")).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut found = Vec::new();
    below(&sandbox.path("."), &mut found);
    assert!(found.len() >= 5, "{found:?}");
    for path in found.iter().filter(|path| !path.ends_with("file.txt")) {
        let mode = path.symlink_metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} has the mode {mode:o}", path.display());
    }
}

#[test]
fn a_database_with_two_names_is_refused() {
    let sandbox = Sandbox::escalated();
    std::fs::hard_link(sandbox.database(), sandbox.path("other.db")).unwrap();
    for arguments in [&["list"][..], &["comment", "CSD-1", "x"], &["--db", "other.db", "list"], &["can-upgrade", "8"]] {
        let ran = sandbox.run(arguments);
        assert!(ran.exit == 7 && ran.err.contains("has another path too"), "{arguments:?}: {}", ran.err);
    }
    std::fs::remove_file(sandbox.path("other.db")).unwrap();
    std::os::unix::fs::symlink("cus.db", sandbox.path("other.db")).unwrap();
    sandbox.ok(&["--db", "other.db", "comment", "CSD-1", "x"]);
    assert!(sandbox.ok(&["log", "CSD-1"]).contains('x'));
}

#[test]
fn a_copy_is_read_and_restored_without_a_change_to_it() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["db", "backup", "copy.db"]);
    let before = std::fs::read(sandbox.path("copy.db")).unwrap();
    sandbox.ok(&["--db", "copy.db", "list"]);
    sandbox.ok(&["--db", "copy.db", "complete", "--", "show", ""]);
    sandbox.ok(&["db", "restore", "copy.db", "--yes"]);
    assert_eq!(std::fs::read(sandbox.path("copy.db")).unwrap(), before);
}

#[test]
fn everybody_writing_beside_a_database_is_said() {
    let sandbox = Sandbox::escalated();
    let folder = sandbox.path(".");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    let ran = sandbox.run(&["comment", "CSD-1", "x"]);
    assert!(ran.exit == 0 && ran.err.contains("everybody may write beside"), "{}", ran.err);
    let ran = sandbox.run(&["comment", "CSD-1", "x", "--json"]);
    assert!(ran.exit == 0 && ran.err.is_empty(), "{}", ran.err);
}

/// The variables of its own that the program asks for, as its source has them.
fn variables() -> BTreeSet<String> {
    let mut files = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| file.extension() == Some(OsStr::new("rs"))) {
        for literal in std::fs::read_to_string(file).unwrap().split('"') {
            let is_name =
                literal.strip_prefix("CUS_").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_uppercase()));
            if is_name {
                found.insert(literal.to_owned());
            }
        }
    }
    found
}

#[test]
fn a_variable_that_cannot_be_used_never_counts_as_not_set() {
    let sandbox = Sandbox::escalated();
    let all = variables();
    assert!(all.contains("CUS_DB") && all.contains("CUS_NOW"), "{all:?}");
    for name in all {
        let mut command = sandbox.command();
        let output = command.args(["list"]).env(&name, OsStr::from_bytes(b"caf\xe9")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match name.as_str() {
            "CUS_DB" => assert!(output.status.code() == Some(7) && said.contains("no database at caf"), "{said}"),
            // `list` reads no configuration; the notice below does.
            "CUS_CONFIG" => {}
            _ => assert!(output.status.code() == Some(2) && said.contains(&name), "{name}: {said}"),
        }
    }
    let mut notify = sandbox.command();
    let notify =
        notify.args(["notify", "CUS-1", "--to", "product"]).env("CUS_CONFIG", OsStr::from_bytes(b"caf\xe9.toml"));
    let output = notify.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_database_lies_where_its_bytes_say() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    let name = OsString::from_vec(b"caf\xe9.db".to_vec());
    std::fs::rename(sandbox.database(), sandbox.path(".").join(&name)).unwrap();
    let mut guard = sandbox.command();
    let output = guard.args(["can-upgrade", "5.1"]).env("CUS_DB", &name).output().unwrap();
    assert_eq!(output.status.code(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::rename(sandbox.path(".").join(&name), sandbox.database()).unwrap();
}
