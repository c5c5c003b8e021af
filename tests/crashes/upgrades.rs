//! Killed, and failing, while a database of an earlier version is brought up to date.

use crate::faults::library;
use crate::place::Place;
use crate::schemas;

/// Brings a database of each earlier version up to date, with a fault or a kill at each write, sync and truncation in
/// turn. What is left is the old or the new one, and the next command has the new one.
fn interrupted_everywhere(how: &str) {
    schemas::earlier().for_each(|version| interrupted_from(version, how));
}

fn interrupted_from(version: i64, how: &str) {
    let place = Place::new();
    let library = library(&place);
    let database = place.path("cus.db");
    let begin = || {
        for name in ["cus.db", "cus.db-wal", "cus.db-shm", &format!("cus.db.schema-{version}")] {
            drop(std::fs::remove_file(place.path(name)));
        }
        schemas::write(&database, version);
    };
    begin();
    let output = place.command(&["list"]).env("LD_PRELOAD", &library).env("COUNT_TO", "count").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls: u32 = std::fs::read_to_string(place.path("count")).unwrap().parse().unwrap();
    assert!(calls > 20, "{calls} calls: the library is not in the way");
    let listed = place.ok(&["list", "--format", "keys"]);
    for at in 1..=calls {
        begin();
        let output = place.command(&["list"]).env("LD_PRELOAD", &library).env(how, at.to_string()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), None | Some(0 | 1 | 7)), "{at}: {told}");
        assert!(!told.contains("panicked"), "{at}: {told}");
        assert!([version, schemas::THIS].contains(&schemas::version(&database)), "{version}, {at}");
        assert_eq!(place.ok(&["list", "--format", "keys"]), listed, "{at}");
        assert_eq!(schemas::version(&database), schemas::THIS, "{version}, {at}");
        place.is_good();
    }
}

#[test]
fn a_kill_at_any_point_of_an_upgrade_leaves_the_old_or_the_new() {
    let _beside = crate::beside_others();
    interrupted_everywhere("KILL_AT");
}

#[test]
fn a_fault_at_any_point_of_an_upgrade_leaves_the_old_or_the_new() {
    let _beside = crate::beside_others();
    interrupted_everywhere("FAIL_AT");
}
