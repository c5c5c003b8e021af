//! Bringing a database of an earlier version to the schema of this one.

use std::path::{Path, PathBuf};

use rusqlite::TransactionBehavior;

use super::open::SCHEMA_VERSION;
use super::{Store, StoreError, backup, rebuild};

/// What makes of the schema of each version that of the next, the first version first. The current state is made anew
/// afterwards.
const STEPS: [&str; 4] = [TO_2, TO_3, TO_4, TO_5];

/// Lists and duties are read in their order, a duty knows the command that settles it, and the tickets of each stage are
/// counted.
const TO_2: &str = "
    DROP INDEX ticket_by_stage;
    DROP INDEX ticket_by_urgency;
    CREATE INDEX ticket_by_stage    ON ticket (stage, open DESC, rank, coalesce(due, 9223372036854775807));
    CREATE INDEX ticket_by_urgency  ON ticket (open DESC, rank, coalesce(due, 9223372036854775807));
    DROP TABLE duty;
    CREATE TABLE duty (
        ticket INTEGER NOT NULL REFERENCES ticket (began),
        kind   TEXT    NOT NULL,
        csd    TEXT    NOT NULL DEFAULT '',
        role   TEXT    NOT NULL,
        rank   INTEGER NOT NULL,
        begins INTEGER NOT NULL,
        due    INTEGER NOT NULL,
        fix    TEXT    NOT NULL,
        PRIMARY KEY (ticket, kind, csd)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX duty_by_urgency ON duty (role, rank, due, begins);
    CREATE TABLE stage_count (
        kind    TEXT    NOT NULL,
        stage   TEXT    NOT NULL,
        tickets INTEGER NOT NULL,
        PRIMARY KEY (kind, stage)
    ) STRICT, WITHOUT ROWID;";

/// A list needs a ticket's row alone, duties stand in the order in which they are shown, and the triggers are read faster.
const TO_3: &str = "
    PRAGMA defer_foreign_keys = ON;
    DELETE FROM ticket;
    ALTER TABLE ticket DROP COLUMN summary;
    ALTER TABLE ticket ADD COLUMN summary TEXT NOT NULL;
    DROP TABLE duty;
    CREATE TABLE duty (
        role   TEXT    NOT NULL,
        rank   INTEGER NOT NULL,
        due    INTEGER NOT NULL,
        begins INTEGER NOT NULL,
        ticket INTEGER NOT NULL REFERENCES ticket (began),
        kind   TEXT    NOT NULL,
        csd    TEXT    NOT NULL DEFAULT '',
        fix    TEXT    NOT NULL,
        PRIMARY KEY (role, rank, due, begins, ticket, kind, csd)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX duty_of_ticket ON duty (ticket, kind, csd);
    DROP TRIGGER event_in_order;
    CREATE TRIGGER event_in_order BEFORE INSERT ON event BEGIN
        SELECT CASE
            WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM event)
                THEN RAISE(ABORT, 'events are numbered without gaps')
            WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE stream = NEW.stream)
                THEN RAISE(ABORT, 'the events of a ticket are numbered without gaps')
            WHEN NEW.stage_before IS NOT (SELECT stage_after FROM event WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1)
                THEN RAISE(ABORT, 'the stage before is not that of the ticket''s last event')
            WHEN NEW.origin = 'cus' AND NEW.stage_before IS NOT NEW.stage_after AND NOT EXISTS (
                    SELECT 1 FROM stage_change
                    WHERE kind = iif(NEW.stream GLOB 'CUS-*', 'cus', 'csd')
                      AND before = coalesce(NEW.stage_before, '') AND after = NEW.stage_after)
                THEN RAISE(ABORT, 'this stage change is not legal')
        END;
    END;
    DROP TRIGGER event_never_changed;
    CREATE TRIGGER event_never_changed BEFORE UPDATE OF id, rowid, oid, _rowid_, stream, seq, type, version, at, actor,
        role, origin, command, stage_before, stage_after, due, data, hash, chain ON event BEGIN
        SELECT RAISE(ABORT, 'events are never changed');
    END;
    CREATE TRIGGER event_redacted BEFORE UPDATE ON event
    WHEN NEW.redacted_by IS NULL OR NEW.redacted_by <= coalesce(OLD.redacted_by, OLD.id) OR NOT EXISTS (
        SELECT 1 FROM event AS redaction
        WHERE redaction.id = NEW.redacted_by AND redaction.type = 'redacted'
          AND json_extract(redaction.data, '$.event') = OLD.id)
    BEGIN
        SELECT RAISE(ABORT, 'events are never changed');
    END;";

/// A step touches fewer pages: the order of all tickets is that of each stage, and duties are found by their order alone.
const TO_4: &str = "
    DROP INDEX ticket_by_urgency;
    DROP INDEX duty_of_ticket;";

/// A ticket is known to other tables by its number, and found by its first event, so that no index of its ids is kept. The
/// order of an event is asked for once.
const TO_5: &str = "
    PRAGMA defer_foreign_keys = ON;
    CREATE TEMP TABLE tried AS SELECT event.id, notice, attempts, next, error, claimed_by, claimed_at
    FROM outbox JOIN event ON stream = ticket AND seq = 1;
    DROP TABLE outbox;
    DROP TABLE duty;
    DROP TABLE link;
    DROP TABLE alias;
    DROP TABLE ticket;
    CREATE TABLE ticket (
        began           INTEGER PRIMARY KEY,
        id              TEXT    NOT NULL,
        key             TEXT    NOT NULL,
        kind            TEXT    NOT NULL CHECK (kind IN ('csd', 'cus')),
        stage           TEXT    NOT NULL,
        stage_since     INTEGER NOT NULL,
        bounces         INTEGER NOT NULL,
        open            INTEGER NOT NULL CHECK (open IN (0, 1)),
        rank            INTEGER NOT NULL,
        priority        TEXT,
        severity        TEXT,
        impact          TEXT,
        decision        TEXT,
        fix_version     TEXT,
        handled_by      TEXT,
        customer        TEXT,
        product_version TEXT,
        held            TEXT,
        bug             INTEGER NOT NULL CHECK (bug IN (0, 1)),
        due             INTEGER,
        created         INTEGER NOT NULL,
        updated         INTEGER NOT NULL,
        revision        INTEGER NOT NULL,
        summary         TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX ticket_by_stage    ON ticket (stage, open DESC, rank, coalesce(due, 9223372036854775807));
    CREATE INDEX ticket_by_customer ON ticket (customer) WHERE customer IS NOT NULL;
    CREATE INDEX ticket_by_version  ON ticket (fix_version) WHERE fix_version IS NOT NULL;
    CREATE INDEX ticket_by_product ON ticket (product_version) WHERE product_version IS NOT NULL;
    CREATE INDEX ticket_held        ON ticket (held) WHERE held IS NOT NULL;
    CREATE TABLE alias (
        key    TEXT    PRIMARY KEY,
        ticket INTEGER NOT NULL REFERENCES ticket (began)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE link (
        csd INTEGER PRIMARY KEY REFERENCES ticket (began),
        cus INTEGER NOT NULL    REFERENCES ticket (began)
    ) STRICT;
    CREATE INDEX link_by_cus ON link (cus);
    CREATE TABLE duty (
        role   TEXT    NOT NULL,
        rank   INTEGER NOT NULL,
        due    INTEGER NOT NULL,
        begins INTEGER NOT NULL,
        ticket INTEGER NOT NULL REFERENCES ticket (began),
        kind   TEXT    NOT NULL,
        csd    INTEGER NOT NULL,
        fix    TEXT,
        PRIMARY KEY (role, rank, due, begins, ticket, kind, csd)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
        ticket     INTEGER NOT NULL REFERENCES ticket (began),
        notice     INTEGER NOT NULL,
        attempts   INTEGER NOT NULL DEFAULT 0,
        next       INTEGER,
        error      TEXT,
        claimed_by TEXT,
        claimed_at INTEGER,
        PRIMARY KEY (ticket, notice)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO outbox SELECT * FROM temp.tried;
    DROP TABLE temp.tried;
    DROP TRIGGER event_in_order;
    CREATE TRIGGER event_in_order BEFORE INSERT ON event BEGIN
        SELECT CASE
            WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM event)
                THEN RAISE(ABORT, 'events are numbered without gaps')
            WHEN (nullif(NEW.seq, 1) - 1, NEW.stage_before)
                    IS NOT (SELECT seq, stage_after FROM event WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1)
                THEN RAISE(ABORT, 'the event does not follow the last of its ticket: by its number, or by the stage before')
            WHEN NEW.origin = 'cus' AND NEW.stage_before IS NOT NEW.stage_after AND NOT EXISTS (
                    SELECT 1 FROM stage_change
                    WHERE kind = iif(NEW.stream GLOB 'CUS-*', 'cus', 'csd')
                      AND before = coalesce(NEW.stage_before, '') AND after = NEW.stage_after)
                THEN RAISE(ABORT, 'this stage change is not legal')
        END;
    END;";

/// Brings a database to this version in one transaction, and keeps a copy of what it was beside it.
///
/// The version is read again under the write lock: of several processes that find an old file one does the work.
pub(super) fn upgrade(store: &mut Store) -> Result<(), StoreError> {
    let path = store.path.clone();
    let transaction = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found >= SCHEMA_VERSION {
        return Ok(transaction.rollback()?);
    }
    let steps = usize::try_from(found - 1).ok().and_then(|done| STEPS.get(done..));
    let Some(steps) = steps else { return Err(StoreError::Foreign(path)) };
    // The lock is this connection's; another one of this process reads what was there before it.
    backup::keep(&path, &kept_name(&path, found))?;
    steps.iter().try_for_each(|step| transaction.execute_batch(step))?;
    rebuild::rebuild(&transaction)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(transaction.commit()?)
}

/// Where the copy of a database of that version is kept.
fn kept_name(path: &Path, version: i64) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".schema-{version}"));
    path.with_file_name(name)
}
