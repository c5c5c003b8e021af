//! Damaged, cut and foreign files: refused or read correctly, never a panic.

use crate::place::{Place, report};

/// What every reading command makes of a file: an exit code that means something, and no panic.
fn is_survived(place: &Place, what: &str) -> Vec<i32> {
    let commands: [&[&str]; 5] =
        [&["db", "check"], &["db", "verify"], &["list"], &["show", "CSD-3"], &["next", "--all"]];
    let exits = commands.map(|arguments| {
        let output = place.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code().unwrap_or_else(|| panic!("{what}: {arguments:?} died: {told}"));
        assert!(matches!(code, 0 | 1 | 3 | 7), "{what}: {arguments:?} ended with {code}: {told}");
        assert!(!told.contains("panicked"), "{what}: {told}");
        code
    });
    exits.to_vec()
}

#[test]
fn a_flipped_bit_in_any_page_is_found_or_harmless() {
    let _beside = crate::beside_others();
    let place = Place::new();
    place.write("lines", (0..40).map(report).collect::<String>());
    place.ok(&["batch", "lines"]);
    let good = std::fs::read(place.path("cus.db")).unwrap();
    let listed = place.ok(&["list", "--format", "keys"]);
    for page in 0..good.len() / 4096 {
        for (n, place_in_page) in [0, 5, 17, 101, 1_033, 2_049, 4_000].into_iter().enumerate() {
            let mut bad = good.clone();
            let at = page * 4096 + place_in_page;
            bad[at] ^= 1 << (n % 8);
            place.write("cus.db", &bad);
            let what = format!("page {page}, byte {place_in_page}");
            let exits = is_survived(&place, &what);
            if exits[0] == 0 && exits[1] == 0 {
                assert_eq!(place.ok(&["list", "--format", "keys"]), listed, "{what}: a silent wrong answer");
            }
            for side in ["cus.db-wal", "cus.db-shm"] {
                drop(std::fs::remove_file(place.path(side)));
            }
        }
    }
}

#[test]
fn a_file_that_was_cut_is_refused_at_any_length() {
    let _beside = crate::beside_others();
    let place = Place::new();
    place.write("lines", (0..40).map(report).collect::<String>());
    place.ok(&["batch", "lines"]);
    let good = std::fs::read(place.path("cus.db")).unwrap();
    for length in
        [0, 1, 16, 99, 100, 512, 4_095, 4_096, 4_097, 8_192, good.len() / 2, good.len() - 4_096, good.len() - 1]
    {
        place.write("cus.db", &good[..length]);
        let exits = is_survived(&place, &format!("{length} bytes"));
        assert!(exits[0] != 0, "{length} bytes pass for sound");
    }
}

#[test]
fn another_programs_file_and_a_newer_one_are_refused() {
    let _beside = crate::beside_others();
    let place = Place::new();
    let other = rusqlite::Connection::open(place.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1);").unwrap();
    drop(other);
    let before = std::fs::read(place.path("other.db")).unwrap();
    for arguments in [&["list"][..], &["comment", "CSD-1", "x"], &["db", "rebuild"], &["init"]] {
        let output = place.run(&[&["--db", "other.db"], arguments].concat());
        assert_eq!(output.status.code(), Some(7), "{arguments:?}");
    }
    assert_eq!(std::fs::read(place.path("other.db")).unwrap(), before);
    let newer = rusqlite::Connection::open(place.path("cus.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let output = place.run(&["list"]);
    assert!(output.status.code() == Some(7) && String::from_utf8_lossy(&output.stderr).contains("newer"));
}
