//! Limits: deliveries end in time with all that they started, say nothing secret, and take no more than they need.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use rexpect::session::spawn_command;

use crate::sandbox::{Ran, Sandbox};

/// A ticket of which Support is owed a mail, by this configuration.
fn owed(config: &str) -> Sandbox {
    let sandbox = Sandbox::escalated();
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "x", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1"]);
    std::fs::create_dir_all(sandbox.path(".config/cus")).unwrap();
    sandbox.write(".config/cus/config.toml", config);
    sandbox
}

fn by_program(script: &str) -> Sandbox {
    let support = format!("[notify.support]\nvia = 'command'\nto = 'support@example.com'\ntimeout = '1s'\n{script}");
    owed(&format!("{support}\n[smtp]\nfrom = 'desk@example.com'\n"))
}

fn by_server(more: &str, behave: impl Fn(TcpStream) + Send + Sync + 'static) -> Sandbox {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("url = 'smtp://{}'", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().flatten().for_each(&behave));
    let support = "[notify.support]\nvia = 'smtp'\nto = 'support@example.com'\ntimeout = '1s'\n";
    owed(&format!("{support}[smtp]\nfrom = 'desk@example.com'\n{url}\n{more}"))
}

/// Notifies Support, which must fail soon.
#[track_caller]
fn fails_soon(sandbox: &Sandbox) -> Ran {
    let begun = Instant::now();
    let ran = sandbox.run(&["notify", "CUS-1", "--to", "support"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}: {}", begun.elapsed(), ran.err);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    ran
}

#[test]
fn a_server_that_speaks_slowly_is_left_in_time() {
    for piece in ["2", "220-hello\r\n"] {
        let sandbox = by_server("", move |mut stream| {
            while stream.write_all(piece.as_bytes()).is_ok() {
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        let ran = fails_soon(&sandbox);
        assert!(ran.err.contains("did not come to an end within 1 s"), "{}", ran.err);
    }
}

#[test]
fn a_server_that_never_comes_to_the_end_of_a_line_is_left() {
    let sandbox = by_server("", |mut stream| while stream.write_all(&[b'2'; 64 * 1024]).is_ok() {});
    let ran = fails_soon(&sandbox);
    assert!(ran.err.contains("says more than an answer can hold"), "{}", ran.err);
}

#[test]
fn a_program_ends_with_all_that_it_started() {
    for script in ["sleep 3; echo late > late", "(sleep 3; echo late > late) & wait", "sleep 40; true"] {
        let sandbox = by_program(&format!("command = ['sh', '-c', '{script}']"));
        let ran = fails_soon(&sandbox);
        assert!(ran.err.contains("did not end within 1 s"), "{}", ran.err);
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!sandbox.path("late").exists(), "{script}");
    }
}

#[test]
fn a_program_that_leaves_its_input_to_another_ends_in_time() {
    let sandbox = by_program("command = ['sh', '-c', 'sleep 40; true']");
    let message = sandbox.write("message", "long ".repeat(100_000));
    let begun = Instant::now();
    let ran = sandbox.run(&["notify", "CUS-1", "--to", "support", "--message", &format!("@{message}")]);
    assert!(ran.exit == 8 && begun.elapsed() < Duration::from_secs(10), "{:?}: {}", begun.elapsed(), ran.err);
}

#[test]
fn what_a_program_prints_without_end_is_not_kept() {
    let sandbox = by_program("command = ['sh', '-c', 'yes | head -c 100000000; yes complaint >&2']");
    let ran = fails_soon(&sandbox);
    assert!(ran.err.contains("did not end within 1 s"), "{}", ran.err);
    let sandbox = by_program("command = ['sh', '-c', 'head -c 50000000 /dev/zero; echo no >&2; exit 3']");
    assert!(fails_soon(&sandbox).err.contains("exited with 3: no"));
}

#[test]
fn a_password_never_goes_out_in_the_open() {
    let account = "user = 'cus'\npassword_command = ['sh', '-c', 'echo s3cret; echo asked > asked']\n";
    for url in [
        "smtp://localhost.evil.example:2700",
        "smtp://127.0.0.1.evil.example:2700",
        "smtp://mail.evil.example:2700/tls=required",
        "smtp://mail.evil.example?x=tls=required",
        "smtp://mail.evil.example#tls=required",
        "smtp://mail.evil.example?tls=none",
    ] {
        let support = "[notify.support]\nvia = 'smtp'\nto = 'support@example.com'\n";
        let sandbox = owed(&format!("{support}[smtp]\nfrom = 'desk@example.com'\nurl = '{url}'\n{account}"));
        let ran = sandbox.run(&["notify", "CUS-1", "--to", "support"]);
        assert!(ran.exit == 2 && !sandbox.path("asked").exists(), "{url}: {}", ran.err);
    }
}

#[test]
fn an_error_of_the_configuration_shows_no_line_of_it() {
    let sandbox = owed("[notify.support]\nvia = 'webhook'\nurl = 'https://chat.example.com/hook/s3cret\n");
    let ran = sandbox.run(&["notify", "CUS-1", "--to", "support"]);
    assert!(ran.exit == 2 && ran.err.contains("config.toml, line 3"), "{}", ran.err);
    for arguments in [&["config", "get"][..], &["config", "set", "user.name", "dana"], &["notify", "--help"]] {
        let ran = sandbox.run(arguments);
        assert!(!ran.err.contains("s3cret"), "{arguments:?}: {}", ran.err);
    }
}

/// Runs the notice in a terminal, types this once the program asks, and returns how it ended.
fn in_a_terminal(script: &str, typed: &str) -> String {
    let sandbox = by_program(&format!("command = ['sh', '-c', '{script}']"));
    let config = std::fs::read_to_string(sandbox.path(".config/cus/config.toml")).unwrap();
    sandbox.write(".config/cus/config.toml", config.replace("'1s'", "'15s'"));
    let mut command = sandbox.command();
    command.args(["notify", "CUS-1", "--to", "support"]).env("TERM", "xterm");
    let mut session = spawn_command(command, Some(20_000)).unwrap();
    session.exp_string("Password:").unwrap();
    session.send(typed).unwrap();
    session.flush().unwrap();
    let rest = session.exp_eof().unwrap_or_default();
    format!("{:?}: {rest}", session.process().wait().unwrap())
}

#[test]
fn a_program_can_ask_at_the_terminal_and_ctrl_c_ends_it() {
    let asks = "printf Password: > /dev/tty; read -r line < /dev/tty; test $line = s3cret";
    let status = in_a_terminal(asks, "s3cret\n");
    assert!(status.starts_with("Exited(") && status.contains(", 0):"), "{status}");
    let begun = Instant::now();
    let status = in_a_terminal("printf Password: > /dev/tty; sleep 30", "\u{3}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(status.contains(", 8):") && status.contains("was ended by a signal"), "{status}");
}

#[test]
fn a_template_that_grows_without_end_is_refused() {
    let doubled = format!("{{% set a = 'aaaaaaaa' %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(60));
    let captured = format!("{{% set a = 'a' %}}{}{{{{ a }}}}", "{% set a %}{{ a }}{{ a }}{% endset %}".repeat(60));
    let recursive = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}".to_owned();
    let itself = "{% set ns = namespace(a=1) %}{% set ns.self = ns %}{{ ns }}".to_owned();
    let wide = "{{ 'a' | indent(2000000000) }}{{ '%2000000000d' | format(1) }}".to_owned();
    for template in [doubled, captured, recursive, itself, wide] {
        let sandbox = owed("");
        std::fs::create_dir_all(sandbox.path(".config/cus/templates")).unwrap();
        sandbox.write(".config/cus/templates/support.md", &template);
        let begun = Instant::now();
        let ran = sandbox.run(&["notify", "CUS-1", "--to", "support"]);
        assert!(ran.exit == 4 && begun.elapsed() < Duration::from_secs(5), "{template}: {}", ran.err);
        assert_eq!(sandbox.run(&["template", "support", "--check"]).exit, 2, "{template}");
    }
}

#[test]
fn a_template_and_a_configuration_are_plain_files_of_a_size_to_be_read() {
    let sandbox = owed("");
    let folder = sandbox.path(".config/cus/templates");
    std::fs::create_dir_all(&folder).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.join("support.md")).status().unwrap();
    assert!(made.success());
    let ran = sandbox.run_unanswered(&["notify", "CUS-1", "--to", "support"]);
    assert!(ran.exit == 1 && ran.err.contains("support.md"), "{}", ran.err);
    let mut command = sandbox.command();
    let output = command.args(["notify", "CUS-1", "--to", "product"]).env("CUS_CONFIG", "/dev/zero").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("/dev/zero"), "{said}");
}

#[test]
fn what_comes_in_has_an_end() {
    let sandbox = owed("[limits]\nattachment = 2\n");
    let ran = sandbox.run(&["comment", "CUS-1", "@/dev/zero"]);
    assert!(ran.exit == 1 && ran.err.contains("longer than 16 MiB"), "{}", ran.err);
    sandbox.write("small", vec![b'x'; 1 << 20]);
    sandbox.write("large", vec![b'x'; 3 << 20]);
    sandbox.ok(&["attach", "CUS-1", "small"]);
    let ran = sandbox.run(&["attach", "CUS-1", "large"]);
    assert!(ran.exit == 1 && ran.err.contains("more than 2 MiB"), "{}", ran.err);
    let line = sandbox.write("lines", vec![b' '; (64 << 20) + 2]);
    let ran = sandbox.run(&["batch", &line]);
    assert!(ran.exit == 2 && ran.err.contains("line 1 of the batch is longer than 64 MiB"), "{}", ran.err);
}
