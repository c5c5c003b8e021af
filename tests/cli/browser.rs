//! `cus page` in a real browser, where there is one: nothing is loaded, blocked or run, and all text is text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const BROWSERS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];
/// What a page is made of.
const ELEMENTS: &str = "a article body code dd details div dl dt figcaption figure footer h1 h2 h3 h4 head header html \
                        li line main meta nav ol p rect section span strong style summary svg table tbody td text th \
                        thead time title tr ul";

/// What a browser made of a page.
struct Seen {
    /// The document as it stands then.
    document: String,
    /// What it said meanwhile.
    said: String,
    /// What it asked the network for.
    asked: String,
}

/// Opens a page in a browser; where there is none, says so.
#[expect(clippy::print_stderr, reason = "what could not be checked is said")]
fn open(sandbox: &Sandbox, page: &Path) -> Option<Seen> {
    let Some(browser) = BROWSERS.iter().find(|path| Path::new(path).exists()) else {
        eprintln!("skipped: no Chromium is installed, so no page was opened in a browser");
        return None;
    };
    let log = sandbox.path("net.json");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-extensions",
        ])
        .args(["--disable-component-update", "--no-first-run", "--enable-logging=stderr", "--dump-dom"])
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!("--user-data-dir={}", sandbox.path("browser").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", page.display()))
        .env("HOME", sandbox.path("."))
        .output()
        .expect("a browser");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (document, said) = (text(&output.stdout), text(&output.stderr));
    assert!(document.contains("</html>"), "{said}");
    Some(Seen { document, said, asked: fs::read_to_string(log).unwrap_or_default() })
}

/// The strings that a page must show: those of the data, or some of their kinds.
fn strings() -> Vec<String> {
    let hostile = [
        "<script>alert(1)</script>",
        "</style><img src=http://hostile.example/x onerror=alert(1)>",
        "\" onmouseover=alert(1) x=\"",
        "<svg onload=alert(1)>",
        "<iframe src=http://hostile.example></iframe>",
        "&lt;b&gt;&amp;nbsp;",
        "{{ 7 * 7 }} {% raw %}",
        "<!-- --> ]]> </article></main>",
        "javascript:alert(1)",
    ];
    let data = std::env::var_os("CUS_REAL_DATA").and_then(|folder| {
        let strings: Vec<String> =
            serde_json::from_slice(&fs::read(Path::new(&folder).join("nasty/blns.json")).ok()?).ok()?;
        Some(strings.into_iter().filter(|string| !string.trim().is_empty()).collect::<Vec<_>>())
    });
    hostile.map(str::to_owned).into_iter().chain(data.unwrap_or_default()).collect()
}

#[test]
fn nothing_of_a_page_is_loaded_blocked_or_run() {
    let sandbox = Sandbox::new();
    let strings = strings();
    let line = |string: &String| {
        json!({
            "do": "report", "customer": string, "summary": string, "description": string, "contact": string,
            "product_version": string, "channel": "email", "as": string,
        })
        .to_string()
    };
    let batch: Vec<String> = strings.iter().map(line).collect();
    sandbox.write("lines", batch.join("\n"));
    sandbox.ok(&["batch", "lines", "--format", "keys"]);
    sandbox.ok(&["page", "--to", "page.html"]);
    let pages = [("page.html", None), ("tickets.html", Some(["export", "--form", "html"]))];
    for (name, command) in pages {
        if let Some(command) = command {
            sandbox.write(name, sandbox.ok(&command));
        }
        let Some(Seen { document, said, asked }) = open(&sandbox, &sandbox.path(name)) else { return };
        assert!(!said.contains("CONSOLE"), "{said}");
        assert!(!asked.contains("hostile.example"), "{asked}");
        let elements: BTreeSet<&str> = document.split('<').skip(1).filter_map(element).collect();
        let known: BTreeSet<&str> = ELEMENTS.split_whitespace().collect();
        let others: Vec<&&str> = elements.difference(&known).collect();
        assert!(others.is_empty(), "{others:?}");
        for part in document.split('<').skip(1).filter_map(|part| part.split('>').next()) {
            let mut names = part.split('"').step_by(2);
            assert!(!names.any(|name| name.contains(" on")) && !part.contains("=\"javascript:"), "{part}");
        }
        if name == "tickets.html" {
            for string in strings.iter().filter(|string| string.chars().all(|c| c == ' ' || c.is_ascii_graphic())) {
                let text = string.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                assert!(document.contains(text.trim()), "{string}");
            }
            assert_eq!(document.matches("<article").count(), strings.len());
        }
    }
}

/// The name of the element that begins or ends here; `None` in a comment or a declaration.
fn element(part: &str) -> Option<&str> {
    let part = part.strip_prefix('/').unwrap_or(part);
    part.starts_with(|c: char| c.is_ascii_alphabetic())
        .then(|| part.split(|c: char| !c.is_ascii_alphanumeric()).next())
        .flatten()
}

#[test]
fn a_page_fits_the_narrowest_screen_and_only_tables_scroll() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["page", "--to", "page.html"]);
    let page = fs::read_to_string(sandbox.path("page.html")).expect("read");
    // The page in a frame of another one that may run scripts, and measures it.
    let measure = "<script>onload = () => { const page = document.querySelector('iframe').contentDocument; \
                   document.title = page.documentElement.scrollWidth; }</script>";
    for width in [320, 400, 1000, 1600] {
        let framed = page.replace('&', "&amp;").replace('"', "&quot;");
        let frame =
            format!("<!doctype html><title></title><iframe width={width} srcdoc=\"{framed}\"></iframe>{measure}");
        sandbox.write("frame.html", frame);
        let Some(Seen { document, .. }) = open(&sandbox, &sandbox.path("frame.html")) else { return };
        let title = document.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
        let measured: Value = title.parse().expect(title);
        assert!(measured.as_u64().is_some_and(|measured| measured <= width), "{title} > {width}");
    }
}
