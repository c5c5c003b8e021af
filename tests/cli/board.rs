//! `cus board` in a real pseudo-terminal: a step is done from it, it follows what others write, and the terminal is
//! given back.

use rexpect::process::Signal;

use crate::sandbox::Sandbox;
use crate::screen::Screen;

const SIZE: (u16, u16) = (24, 80);

#[test]
fn a_step_is_done_from_the_board_which_follows_what_others_write() {
    let sandbox = Sandbox::assessed();
    let events = sandbox.events();
    let mut screen = Screen::start(&sandbox, SIZE, &["board", "--role", "support"]);
    screen.wait_for("INBOX (1)").wait_for("n: cus escalate CSD-1");
    assert_eq!(sandbox.events(), events, "looking writes nothing");
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "Labels are blank", "--channel", "phone"]);
    screen.wait_for("INBOX (2)").wait_for("*today 12:00 CSD-2");
    screen.press("n").wait_for("cus escalate CSD-1");
    screen.answer("Priority level", "\r").answer("Reproduction steps", "Rate a parcel.\r");
    screen.answer("Attach a file", "\r").answer("Save?", "y").answer("Enter leads back", "\r");
    screen.wait_for("escalated (1)").wait_for("CUS-1");
    screen.press("\t").press("\r").wait_for("Labels are blank");
    screen.press("q").wait_for("INBOX").press("q").wait_until_gone("INBOX").ends(0);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["stage"], "escalated");
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let sandbox = Sandbox::assessed();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let mut screen = Screen::start(&sandbox, SIZE, &["board"]);
        screen.wait_for("INBOX").signal(signal).wait_until_gone("INBOX").ends(130);
        assert!(!screen.has_mouse(), "the mouse is the terminal's own again");
    }
}

#[test]
fn a_board_that_is_suspended_comes_back() {
    let sandbox = Sandbox::assessed();
    let mut screen = Screen::start(&sandbox, SIZE, &["board"]);
    screen.wait_for("INBOX").press("\u{1a}").wait_until_gone("INBOX");
    assert!(!screen.has_mouse(), "the shell has the terminal meanwhile");
    screen.signal(Signal::SIGCONT).wait_for("INBOX").press("q").wait_until_gone("INBOX").ends(0);
}

#[test]
fn without_a_terminal_the_board_says_what_serves() {
    let sandbox = Sandbox::assessed();
    let refused = sandbox.run(&["board"]);
    assert_eq!(refused.exit, 2);
    assert!(refused.err.contains("hint: cus next"), "{}", refused.err);
}
