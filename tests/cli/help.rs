//! The help: every command has its own, and the groups name each.

use crate::sandbox::Sandbox;

/// The commands under the headings of `cus --help`, each with its line.
fn grouped(help: &str) -> Vec<(String, String)> {
    help.lines()
        .skip_while(|line| !line.starts_with("The eight steps"))
        .take_while(|line| !line.starts_with("Options") && !line.starts_with("Global"))
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "))
        .filter(|(name, _)| !name.starts_with('-'))
        .map(|(name, about)| (name.trim().to_owned(), about.trim().to_owned()))
        .collect()
}

#[test]
fn the_groups_say_what_each_command_says_of_itself() {
    let sandbox = Sandbox::empty();
    let commands = grouped(&sandbox.ok(&["--help"]));
    assert!(commands.len() > 40);
    for (name, about) in &commands {
        let help = sandbox.ok(&[name, "--help"]);
        assert_eq!(help.lines().next().unwrap(), about, "{name}");
        let example = help.lines().skip_while(|line| *line != "Example:").nth(1).unwrap_or_default();
        assert!(example.starts_with("  cus "), "{name} has no example");
        let words = shlex::split(example).unwrap();
        let ran = sandbox.run(&words.iter().skip(1).map(String::as_str).collect::<Vec<_>>());
        assert!(!ran.err.contains("--help"), "{example}: {}", ran.err);
        assert!(about.len() < 72 && !about.ends_with('.'), "{about}");
    }
    let unknown = sandbox.run(&["no-such-command"]).err;
    assert!(unknown.contains("unrecognized subcommand"), "{unknown}");
}

#[test]
fn help_is_a_command_too() {
    let sandbox = Sandbox::empty();
    assert_eq!(sandbox.ok(&["help"]), sandbox.ok(&["--help"]));
    for command in [&["report"][..], &["db", "verify"]] {
        let asked = [command, &["--help"]].concat();
        assert_eq!(sandbox.ok(&[&["help"], command].concat()), sandbox.ok(&asked));
    }
    let unknown = sandbox.run(&["help", "lsit"]);
    assert!(unknown.exit == 2 && unknown.err.contains("did you mean `list`?"), "{}", unknown.err);
}

#[test]
fn nothing_needs_a_database_to_explain_itself() {
    let sandbox = Sandbox::empty();
    assert!(sandbox.ok(&["--version"]).starts_with("cus "));
    assert!(sandbox.ok(&["where"]).contains("cus init"));
    assert_eq!(sandbox.run(&[]).exit, 2);
}

#[test]
fn a_program_is_told_what_puts_arguments_right() {
    let sandbox = Sandbox::empty();
    let hints = |arguments: &[&str]| {
        let ran = sandbox.run(arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{}", ran.err);
        let told: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        told["error"]["hints"].clone()
    };
    let help = "cus list --help";
    assert_eq!(
        hints(&["--json", "list", "--custmer", "Acme"]),
        serde_json::json!(["did you mean `--customer`?", help])
    );
    assert_eq!(hints(&["list", "--json", "--stage", "clsed"]), serde_json::json!(["did you mean `closed`?", help]));
    assert_eq!(hints(&["list", "--json", "--kind", "?"]), serde_json::json!(["one of csd, cus", help]));
    assert_eq!(hints(&["lsit", "--json"]), serde_json::json!(["did you mean `list`?", "cus --help"]));
}

#[test]
fn each_rule_is_explained() {
    let sandbox = Sandbox::empty();
    let all = sandbox.json(&["rules"]);
    let rules = all["items"].as_array().unwrap();
    assert_eq!(sandbox.ok(&["rules"]).lines().count(), rules.len());
    let one = sandbox.ok(&["rules", "r19"]);
    assert!(one.starts_with("R19  Moving to Postmortem\nA CUS ticket moves to Postmortem only"), "{one}");
    assert_eq!(sandbox.json(&["rules", "19"]), rules[18]);
    assert_eq!(sandbox.ok(&["rules", "R19", "--format", "keys"]), "R19\n");
    let unknown = sandbox.run(&["rules", "R99"]);
    assert_eq!(unknown.exit, 3);
    assert!(unknown.err.contains("hint: cus rules"), "{}", unknown.err);
}
