//! Each wizard on small screens, as a person sees it.

use crate::sandbox::Sandbox;
use crate::screen::Screen;

const SIZES: [(u16, u16); 2] = [(24, 80), (20, 60)];
const DOWN: &str = "\u{1b}[B";
const BACK: &str = "\u{1b}[Z";
const ESCAPE: &str = "\u{1b}";
const LONG: &str =
    "Ask the customer to add the bonus 追加のボーナス by hand 🚚 until Monday, and to send the list to us.";

#[test]
fn a_long_answer_is_seen_whole_and_its_question_once() {
    for size in SIZES {
        let sandbox = Sandbox::escalated();
        let mut screen = Screen::start(&sandbox, size, &["eng-assess", "CUS-1"]);
        screen.wait_for("CUS-1  Rates are zero").answer("Cause ›", &format!("{LONG}\r"));
        screen.answer("Started ›", "-3d\r").answer("Introduced by ›", "unknown\r");
        screen.wait_for("a main function fails").press("m\r");
        screen.answer("Workaround ›", LONG).wait_for("to us.").press("\r");
        screen.answer("one customer", "\r").wait_for("Save?");
        for question in ["Cause ›", "Workaround ›", "Severity ›"] {
            assert_eq!(screen.count(question), 1, "{}", screen.contents());
        }
        screen.press("y").ends(0);
        assert_eq!(sandbox.json(&["show", "CUS-1"])["assessment"]["workaround"], LONG);
    }
}

#[test]
fn every_question_can_be_gone_back_to_and_changed_at_the_end() {
    for size in SIZES {
        let sandbox = Sandbox::assessed();
        let mut screen = Screen::start(&sandbox, size, &["escalate", "CSD-1"]);
        screen.wait_for("CUS Ticket Checklist").answer("drop everything", "l\r");
        screen.answer("Reproduction steps ›", BACK).answer("drop everything", "h\r");
        screen.answer("Reproduction steps ›", "Rate a parcel.\r").answer("Attach a file ›", "\r");
        screen.answer("Save?", "e").answer("Change which answer?", &format!("{DOWN}\r"));
        screen.wait_for("Reproduction steps › Rate a parcel.").press(" Twice.\r");
        screen.wait_for("Rate a parcel. Twice.").answer("Save?", "\r").ends(0);
        let cus = sandbox.json(&["show", "CUS-1"]);
        assert_eq!((cus["priority"].as_str(), cus["steps"].as_str()), (Some("high"), Some("Rate a parcel. Twice.")));
    }
}

#[test]
fn a_ticket_is_chosen_by_typing_and_a_number_is_enough() {
    for size in SIZES {
        let sandbox = Sandbox::assessed();
        sandbox.ok(&["report", "--customer", "Birch", "--summary", "Labels are blank", "--channel", "email"]);
        let mut screen = Screen::start(&sandbox, size, &["assess"]);
        screen.wait_for("Which ticket?").wait_for("CSD-2").press("blank").wait_for("Labels").press("\r");
        screen.wait_for("CSD-2  Labels are blank").answer("after an upgrade", ESCAPE).ends(130);
        let mut screen = Screen::start(&sandbox, size, &["escalate", "1"]);
        screen.wait_for("CSD-1").wait_for("Priority level").press(ESCAPE).ends(130);
        Screen::start(&sandbox, size, &["show", "2"]).wait_for("CSD-2  Labels are blank").ends(0);
        for command in [&["escalate", "1"][..], &["show", "1"], &["outbox", "retry", "1"]] {
            let none = sandbox.run(command);
            assert!(none.exit == 2 && none.err.contains("`1` is not a key"), "{command:?}: {}", none.err);
        }
    }
}

#[test]
fn a_draft_keeps_the_line_being_typed_and_is_offered_again() {
    let sandbox = Sandbox::assessed();
    let mut screen = Screen::start(&sandbox, SIZES[0], &["escalate", "CSD-1"]);
    screen.answer("drop everything", "h\r").answer("Reproduction steps ›", "Rate a par").wait_for("a par");
    screen.press("\u{3}").wait_for("Draft kept").ends(130);
    let less = |keys: &str| {
        let mut screen = Screen::start(&sandbox, SIZES[0], &["escalate", "CSD-1"]);
        screen.answer("Continue with the draft?", keys).wait_for("drop everything").press(ESCAPE).ends(130);
    };
    less("n");
    let mut screen = Screen::start(&sandbox, SIZES[1], &["escalate", "CSD-1"]);
    screen.answer("Continue with the draft?", "\r").wait_for("Reproduction steps › Rate a par").press("cel.\r");
    screen.answer("Attach a file ›", "\r").answer("Save?", "y").ends(0);
    let cus = sandbox.json(&["show", "CUS-1"]);
    assert_eq!((cus["priority"].as_str(), cus["steps"].as_str()), (Some("high"), Some("Rate a parcel.")));
}

#[test]
fn an_editor_that_fails_loses_nothing() {
    let sandbox = Sandbox::assessed();
    let editor = |command: &str| {
        let _ = std::fs::remove_dir_all(sandbox.path(".local/state"));
        let mut screen = Screen::start_with(&sandbox, SIZES[0], &["comment", "CSD-1"], &[("EDITOR", command)]);
        screen.answer("Comment ›", "as typed").wait_for("as typed").press("\u{f}");
        screen
    };
    for failing in ["false", "no-such-editor", "sh -c 'printf \"\\377\" > \"$0\"'"] {
        let mut screen = editor(failing);
        screen.wait_for("nothing was taken; the text is kept in").wait_for("› as typed").press(ESCAPE).ends(130);
        // What the editor left is with the drafts, and nowhere that others share.
        let left = std::fs::read_dir(sandbox.path(".local/state/cus/editing")).unwrap();
        assert_eq!(left.count(), 1, "{failing}");
    }
    let mut screen = editor("sed -i s/typed/edited/");
    screen.answer("Save?", "y").ends(0);
    assert!(sandbox.ok(&["log", "CSD-1"]).contains("as edited"));
}
