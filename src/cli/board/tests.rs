//! The board on a terminal that is none: what stands where, and what keys make of it.

use chrono::TimeDelta;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::style::{Color, Modifier};

use super::{Board, Duties, Wish, draw};
use crate::store::{ListRow, OwedRow};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::vocabulary::{Kind, Priority, Role, Word};

fn now() -> Time {
    Time::UNIX_EPOCH + TimeDelta::days(100)
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn duty(of: &str, kind: DutyKind, hours: i64) -> OwedRow {
    OwedRow {
        ticket: key(of),
        key: key(of),
        priority: Some(Priority::High),
        summary: "Rates are zero".to_owned(),
        customer: "Acme".to_owned(),
        kind,
        csd: None,
        about: None,
        round: 0,
        by: Role::Engineering,
        begins: now(),
        due: now() + TimeDelta::hours(hours),
        remedy: kind.remedy(&key(of), None, 0, false),
    }
}

fn row(of: &str, kind: Kind, stage: &str, summary: &str) -> ListRow {
    ListRow {
        id: key(of),
        key: key(of),
        kind,
        stage: stage.to_owned(),
        priority: Some(Priority::High),
        customer: "Acme".to_owned(),
        summary: summary.to_owned(),
        decision: None,
        fix_version: None,
        due: None,
        created: now() - TimeDelta::days(3),
        updated: now(),
    }
}

/// Two duties and three tickets in two stages.
fn board() -> Board {
    let mut board = Board::new(Duties::Own, false, now());
    let duties = vec![duty("CUS-1", DutyKind::EngAssess, -50), duty("CUS-2", DutyKind::Release, 50)];
    board.load(duties.clone(), duties, rows(), now());
    board
}

fn rows() -> Vec<ListRow> {
    vec![
        row("CSD-9", Kind::Csd, "reported", "Labels \u{1b}[31mare blank"),
        row("CUS-1", Kind::Cus, "escalated", "Rates are zero"),
        row("CUS-2", Kind::Cus, "escalated", "The driver app logs out"),
    ]
}

fn drawn(board: &mut Board, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let command = board.next_step().map(|duty| format!("cus do {}", duty.key));
    terminal.draw(|frame| draw(frame, board, command.as_deref(), false)).unwrap();
    let screen = terminal.backend().to_string();
    screen.lines().map(|line| line.trim_matches('"').trim_end()).collect::<Vec<_>>().join("\n")
}

fn press(board: &mut Board, code: KeyCode) -> Wish {
    board.on_key(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn the_inbox_stands_beside_the_stages() {
    assert_eq!(
        drawn(&mut board(), 90, 13),
        "\
1 overdue of 2 duties (yours) | 3 open tickets

 INBOX (2)                              reported (1)             escalated (2)
>  2 d late CUS-1 assess high            CSD-9 high 3 d old       CUS-1 high 2 d late
    Rates are zero - Acme                Labels \\u{1b}[31mare b   Rates are zero
     in 2 d CUS-2 decide release high                             CUS-2 high in 2 d
    Rates are zero - Acme                                         The driver app logs ou




n: cus do CUS-1
Enter: show  n: next step  /: search  f: whose  Tab: pane  ?: keys  q: leave"
    );
}

#[test]
fn every_size_is_drawn() {
    for (width, height) in [(1, 1), (10, 3), (40, 8), (80, 24), (200, 60)] {
        let mut board = board();
        drawn(&mut board, width, height);
        press(&mut board, KeyCode::Tab);
        press(&mut board, KeyCode::Right);
        drawn(&mut board, width, height);
        board.show(key("CUS-1"), vec!["a line".to_owned(); 100]);
        press(&mut board, KeyCode::End);
        drawn(&mut board, width, height);
        press(&mut board, KeyCode::Char('?'));
        drawn(&mut board, width, height);
    }
}

#[test]
fn own_signs_are_those_that_every_terminal_has() {
    let mut board = board();
    for code in ['?', ' ', '/'] {
        let screen = drawn(&mut board, 100, 30);
        assert!(screen.is_ascii(), "{screen}");
        press(&mut board, KeyCode::Char(code));
    }
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut colours = |colour: bool| {
        terminal.draw(|frame| draw(frame, &mut board(), None, colour)).unwrap();
        let cells = terminal.backend().buffer().content();
        let late = cells.iter().filter(|cell| cell.fg == Color::Red).count();
        (
            late > 0,
            cells.iter().any(|cell| cell.fg != Color::Reset),
            cells.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)),
        )
    };
    assert_eq!(colours(true), (true, true, true));
    assert_eq!(colours(false), (false, false, true));
}

#[test]
fn keys_select_open_and_lead_back() {
    let mut board = board();
    assert_eq!(press(&mut board, KeyCode::Down), Wish::Nothing);
    assert_eq!(press(&mut board, KeyCode::Enter), Wish::Open(key("CUS-2")));
    board.show(key("CUS-2"), vec!["the page".to_owned()]);
    assert!(drawn(&mut board, 80, 24).contains("the page"));
    assert_eq!(press(&mut board, KeyCode::Char('q')), Wish::Nothing);
    assert!(board.shown().is_none());
    press(&mut board, KeyCode::Right);
    assert_eq!(press(&mut board, KeyCode::Enter), Wish::Open(key("CSD-9")));
    press(&mut board, KeyCode::Right);
    press(&mut board, KeyCode::Down);
    assert_eq!(press(&mut board, KeyCode::Enter), Wish::Open(key("CUS-2")));
    assert_eq!(press(&mut board, KeyCode::Esc), Wish::Quit);
    assert_eq!(board.on_key(KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL)), Wish::Suspend);
}

#[test]
fn the_next_step_is_that_of_what_is_selected() {
    let mut board = board();
    assert_eq!(press(&mut board, KeyCode::Char('n')), Wish::Step(Box::new(duty("CUS-1", DutyKind::EngAssess, -50))));
    press(&mut board, KeyCode::Tab);
    assert_eq!(press(&mut board, KeyCode::Char('n')), Wish::Nothing);
    assert!(drawn(&mut board, 80, 24).contains("Nothing is owed here now."));
    board.show(key("CUS-2"), Vec::new());
    assert_eq!(press(&mut board, KeyCode::Char('n')), Wish::Step(Box::new(duty("CUS-2", DutyKind::Release, 50))));
}

#[test]
fn a_search_finds_in_inbox_and_stages_until_it_is_taken_back() {
    let mut board = board();
    for letter in "/driver q".chars() {
        press(&mut board, KeyCode::Char(letter));
    }
    assert!(!drawn(&mut board, 80, 24).contains("CUS-2"), "no word with q");
    press(&mut board, KeyCode::Backspace);
    press(&mut board, KeyCode::Enter);
    let screen = drawn(&mut board, 80, 24);
    assert!(screen.contains("escalated (1)") && !screen.contains("CSD-9"), "{screen}");
    assert_eq!(press(&mut board, KeyCode::Esc), Wish::Nothing);
    assert!(drawn(&mut board, 90, 24).contains("escalated (2)"));
}

#[test]
fn what_changed_is_marked_until_it_was_looked_at() {
    let mut board = board();
    let mut after = rows();
    after[1].updated = now() + TimeDelta::minutes(1);
    board.load(Vec::new(), vec![duty("CUS-1", DutyKind::Release, 5)], after, now());
    assert!(drawn(&mut board, 90, 24).contains(">*"));
    board.show(key("CUS-1"), Vec::new());
    press(&mut board, KeyCode::Esc);
    assert!(!drawn(&mut board, 90, 24).contains(">*"));
}

#[test]
fn what_is_selected_stays_so_when_the_database_changes() {
    let mut board = board();
    let assess = duty("CUS-1", DutyKind::EngAssess, -50);
    let before = duty("CUS-3", DutyKind::Release, -99);
    board.load(Vec::new(), vec![before, assess.clone()], rows(), now());
    assert_eq!(press(&mut board, KeyCode::Char('n')), Wish::Step(Box::new(assess)));
    press(&mut board, KeyCode::Tab);
    press(&mut board, KeyCode::Right);
    press(&mut board, KeyCode::Down);
    let new = vec![row("CSD-8", Kind::Csd, "assessed", "New"), row("CUS-4", Kind::Cus, "escalated", "New")];
    board.load(Vec::new(), Vec::new(), new.into_iter().chain(rows()).collect(), now());
    assert_eq!(press(&mut board, KeyCode::Enter), Wish::Open(key("CUS-2")));
}

#[test]
fn one_key_goes_through_whose_duties_there_are() {
    let mut board = board();
    let mut seen = Vec::new();
    for _ in 0..Role::ALL.len() + 2 {
        assert_eq!(press(&mut board, KeyCode::Char('f')), Wish::Load);
        seen.push(board.duties_of);
    }
    assert_eq!((seen.first(), seen.last()), (Some(&Duties::All), Some(&Duties::Own)));
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let mut board = board();
    drawn(&mut board, 90, 13);
    let click = |board: &mut Board| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        board.on_mouse(MouseEvent { kind, column: 70, row: 5, modifiers: KeyModifiers::NONE })
    };
    assert_eq!(click(&mut board), Wish::Nothing);
    assert_eq!(click(&mut board), Wish::Open(key("CUS-2")));
}
