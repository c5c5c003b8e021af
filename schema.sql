-- The schema of a `cus` database. `application_id` says that a file is one, `user_version` which schema it has.
--
-- The event table is the record and the truth. Everything below "Current state" is a cache of it: it can be rebuilt
-- from the events and is verified against them.

-- The record ------------------------------------------------------------------------------------------------------

-- One row for each thing that happened (R27). Append-only: the triggers below see to it on every connection.
--
-- Each text is hashed by itself, with a nonce of its own: SHA-256 of the nonce and the text's UTF-8. `hash` is over the
-- list of these hashes: for each the length of the text's name as eight bytes, the name, and the hash. The chain covers
-- `hash` and every column but `texts`, `nonces`, `hashes` and `redacted_by`: SHA-256 of the chain before, of `id`, `seq`,
-- `version`, `edition`, `at` and `command` as eight bytes each, and of `stream`, `type`, `step`, `actor`, `role`, `origin`,
-- `once`, `stage_before`, `stage_after`, `due`, `data` and `hash`, each behind its length as eight bytes, -1 for NULL.
CREATE TABLE event (
    id           INTEGER PRIMARY KEY,            -- the order of everything, without gaps
    stream       TEXT    NOT NULL,               -- the key under which the ticket was first recorded; '' is the database itself
    seq          INTEGER NOT NULL,               -- the order within the stream, from 1, without gaps
    type         TEXT    NOT NULL,
    version      INTEGER NOT NULL,               -- of the type's payload
    step         TEXT    NOT NULL,               -- the step that caused it
    edition      INTEGER NOT NULL,               -- of the rules by which it was decided
    at           INTEGER NOT NULL,               -- milliseconds since 1970, UTC
    actor        TEXT    NOT NULL,
    role         TEXT,                           -- NULL: no role of the actor was known (R28)
    origin       TEXT    NOT NULL CHECK (origin IN ('cus', 'import')),
    command      INTEGER NOT NULL,               -- the id of the first event of the command that caused it
    once         TEXT    CHECK (once IS NULL OR id = command),       -- the caller's id of the command, so that a repeat is known
    stage_before TEXT,                           -- NULL: this event begins the ticket
    stage_after  TEXT,
    due          TEXT    CHECK (due IS NULL OR json_valid(due)),     -- the due times that it fixes (R29)
    data         TEXT    NOT NULL CHECK (json_valid(data)),          -- the structured payload
    texts        TEXT    CHECK (texts IS NULL OR json_valid(texts)), -- an object: the free texts by their names, in order of these
    nonces       TEXT    CHECK ((nonces IS NULL) = (texts IS NULL)), -- an object: for each text 16 random bytes, in hexadecimal
    hashes       BLOB,                           -- for each text, removed or not, its SHA-256 in the same order
    hash         BLOB    CHECK ((hash IS NULL) = (hashes IS NULL)),  -- the SHA-256 of that list
    chain        BLOB    NOT NULL,               -- the SHA-256 that continues the chain
    redacted_by  INTEGER,                        -- the last redaction that names this event
    UNIQUE (stream, seq)
) STRICT;

-- No command is recorded twice under one id.
CREATE UNIQUE INDEX event_by_once ON event (once) WHERE once IS NOT NULL;

-- The stage changes that PROCESS allows; an empty `before` is a ticket that does not exist yet.
CREATE TABLE stage_change (
    kind   TEXT NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    PRIMARY KEY (kind, before, after)
) STRICT, WITHOUT ROWID;

INSERT INTO stage_change (kind, before, after) VALUES
    ('csd', '', 'reported'),
    ('csd', 'reported', 'assessed'),
    ('csd', 'reported', 'handled'),
    ('csd', 'reported', 'resolved'),
    ('csd', 'assessed', 'handled'),
    ('csd', 'assessed', 'escalated'),
    ('csd', 'assessed', 'resolved'),
    ('csd', 'handled', 'assessed'),
    ('csd', 'handled', 'resolved'),
    ('csd', 'escalated', 'assessed'),
    ('csd', 'escalated', 'resolved'),
    ('csd', 'resolved', 'assessed'),
    ('csd', 'resolved', 'handled'),
    ('csd', 'resolved', 'escalated'),
    ('cus', '', 'escalated'),
    ('cus', 'escalated', 'returned'),
    ('cus', 'returned', 'escalated'),
    ('cus', 'escalated', 'eng-assessed'),
    ('cus', 'eng-assessed', 'returned'),
    ('cus', 'eng-assessed', 'release-assessed'),
    ('cus', 'release-assessed', 'postmortem'),
    ('cus', 'postmortem', 'release-assessed'),
    ('cus', 'release-assessed', 'escalated'),
    ('cus', 'postmortem', 'escalated'),
    ('cus', 'closed', 'escalated'),
    ('cus', 'escalated', 'closed'),
    ('cus', 'returned', 'closed'),
    ('cus', 'eng-assessed', 'closed'),
    ('cus', 'release-assessed', 'closed'),
    ('cus', 'postmortem', 'closed');

-- The rules of the record are triggers, and not foreign keys, because other programs leave those off. Before the
-- insert, because INSERT OR REPLACE would otherwise remove a row without asking.
CREATE TRIGGER event_in_order BEFORE INSERT ON event BEGIN
    SELECT CASE
        WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM event)
            THEN RAISE(ABORT, 'events are numbered without gaps')
        WHEN (nullif(NEW.seq, 1) - 1, NEW.stage_before)
                -- A ticket whose beginning was undone can begin again.
                IS NOT (SELECT seq, iif(type = 'undone' AND NEW.stage_before IS NULL, NULL, stage_after)
                        FROM event WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1)
            THEN RAISE(ABORT, 'the event does not follow the last of its ticket: by its number, or by the stage before')
        WHEN NEW.origin = 'cus' AND NEW.type <> 'undone' AND NEW.stage_before IS NOT NEW.stage_after AND NOT EXISTS (
                SELECT 1 FROM stage_change
                WHERE kind = iif(NEW.stream GLOB 'CUS-*', 'cus', 'csd')
                  AND before = coalesce(NEW.stage_before, '') AND after = NEW.stage_after)
            THEN RAISE(ABORT, 'this stage change is not legal')
    END;
END;

CREATE TRIGGER event_never_deleted BEFORE DELETE ON event BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;

-- By all names of the first column: a list of columns is read faster at each start than a comparison of each.
CREATE TRIGGER event_never_changed BEFORE UPDATE OF id, rowid, oid, _rowid_, stream, seq, type, version, step, edition, at,
    actor, role, origin, command, once, stage_before, stage_after, due, data, hashes, hash, chain ON event BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

-- The one change that is let through is a redaction (R27): it removes the texts that a later event names, with their
-- nonces, and nothing else. That event's `removed` is a merge patch (RFC 7396) of nothing but nulls.
CREATE TRIGGER event_redacted BEFORE UPDATE ON event
WHEN NEW.redacted_by IS NULL OR NEW.redacted_by <= coalesce(OLD.redacted_by, OLD.id) OR NOT EXISTS (
    SELECT 1 FROM event AS redaction
    WHERE redaction.id = NEW.redacted_by AND redaction.type = 'redacted' AND redaction.stream = OLD.stream
      AND redaction.data ->> '$.event' = OLD.id AND json_type(redaction.data, '$.removed') = 'object'
      AND NOT EXISTS (SELECT 1 FROM json_each(redaction.data, '$.removed') AS name WHERE name.type <> 'null')
      AND NEW.texts IS json_patch(OLD.texts, redaction.data -> '$.removed')
      AND NEW.nonces IS json_patch(OLD.nonces, redaction.data -> '$.removed'))
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

-- Current state ---------------------------------------------------------------------------------------------------

-- One row for each ticket, with what it is listed, filtered and sorted by. Its other texts stand in its events. A ticket
-- is found by its id through its first event, so that its number is all that other tables hold of it.
CREATE TABLE ticket (
    began           INTEGER PRIMARY KEY,         -- the id of its first event
    id              TEXT    NOT NULL,            -- the key under which it was first recorded: the event's `stream`
    key             TEXT    NOT NULL,            -- the key that it goes by
    kind            TEXT    NOT NULL CHECK (kind IN ('csd', 'cus')),
    stage           TEXT    NOT NULL,
    stage_since     INTEGER NOT NULL,
    bounces         INTEGER NOT NULL,            -- how often it went back and forth: returned, reopened, given to another
    open            INTEGER NOT NULL CHECK (open IN (0, 1)),  -- whether anything can still be owed
    rank            INTEGER NOT NULL,            -- the place of its priority, 0 the most urgent; that of its CUS ticket where linked
    priority        TEXT,
    severity        TEXT,
    impact          TEXT,
    decision        TEXT,
    fix_version     TEXT,
    fix_form        TEXT,                        -- the forms are what R1 compares: names that are the same have the same
    fixed_by        TEXT,                        -- what fixes it (R38), in the forms that are compared, each between line ends
    handled_by      TEXT,
    assignee        TEXT,                        -- who has it (R37), in the form that is compared, as with customers
    customer        TEXT,
    customer_form   TEXT,
    product_version TEXT,
    product_form    TEXT,
    reporter        TEXT,                        -- who in Support recorded it, in the form that is compared
    triggers        TEXT,                        -- of the newest assessment (R4), each between line ends
    bug             INTEGER NOT NULL CHECK (bug IN (0, 1)),   -- whether it stands on the Open Bug List
    actions         INTEGER NOT NULL,            -- how many actions its postmortem has (R34)
    due             INTEGER,                     -- the earliest time by which something on it is owed
    created         INTEGER NOT NULL,
    updated         INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    summary         TEXT    NOT NULL
) STRICT;
-- What is owed nothing comes last.
CREATE INDEX ticket_by_stage    ON ticket (stage, open DESC, rank, coalesce(due, 9223372036854775807));
CREATE INDEX ticket_by_customer ON ticket (customer_form) WHERE customer_form IS NOT NULL;
CREATE INDEX ticket_by_version  ON ticket (fix_form) WHERE fix_form IS NOT NULL;
CREATE INDEX ticket_by_product  ON ticket (product_form) WHERE product_form IS NOT NULL;
CREATE INDEX ticket_by_actions  ON ticket (actions) WHERE actions > 0;

-- The keys that tickets go by beside the one under which they were recorded (R2).
CREATE TABLE alias (
    key    TEXT    PRIMARY KEY,
    ticket INTEGER NOT NULL REFERENCES ticket (began)
) STRICT, WITHOUT ROWID;

-- Where imported tickets come from: each is known by its source and the key that it has there, which finds it too (R32).
CREATE TABLE origin (
    key    TEXT    NOT NULL,                     -- in upper case
    source TEXT    NOT NULL,
    ticket INTEGER NOT NULL REFERENCES ticket (began),
    PRIMARY KEY (key, source, ticket)
) STRICT, WITHOUT ROWID;

-- The keys there of the tickets to which an imported one is linked there: they may be imported later.
CREATE TABLE origin_link (
    key    TEXT    NOT NULL,                     -- in upper case
    ticket INTEGER NOT NULL REFERENCES ticket (began),
    PRIMARY KEY (key, ticket)
) STRICT, WITHOUT ROWID;

-- Which customer's ticket is linked to which CUS ticket (R11).
CREATE TABLE link (
    csd INTEGER PRIMARY KEY REFERENCES ticket (began),
    cus INTEGER NOT NULL    REFERENCES ticket (began)
) STRICT;
CREATE INDEX link_by_cus ON link (cus);

-- The upgrade holds that stand (R10).
CREATE TABLE hold (
    ticket  INTEGER NOT NULL REFERENCES ticket (began),
    form    TEXT    NOT NULL,                    -- the product version as R1 compares it, '' for all
    version TEXT,                                -- as it was spelt first; NULL for all
    PRIMARY KEY (ticket, form)
) STRICT, WITHOUT ROWID;

-- The versions for which a ticket was ever decided, so that a promise can be found after it slipped.
CREATE TABLE decided (
    form   TEXT    NOT NULL,                     -- the version as R1 compares it
    ticket INTEGER NOT NULL REFERENCES ticket (began),
    PRIMARY KEY (form, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX decided_by_ticket ON decided (ticket);

-- What is owed: one row for each open duty, in the order in which it is shown.
CREATE TABLE duty (
    role   TEXT    NOT NULL,                     -- who owes it
    rank   INTEGER NOT NULL,
    due    INTEGER NOT NULL,
    begins INTEGER NOT NULL,                     -- from when its clock runs; milliseconds since 1970, UTC
    ticket INTEGER NOT NULL REFERENCES ticket (began),
    kind   TEXT    NOT NULL,
    csd    INTEGER NOT NULL,                     -- the linked customer's ticket that it is about, 0 where it is about none
    opens  INTEGER NOT NULL,                     -- before when it is not owed; 0 where it is owed since it arose
    shown  INTEGER NOT NULL,                     -- before when lists of what is to be done leave it out (R33); else as `opens`
    assignee TEXT,                               -- to whom it is narrowed (R37), in the form that is compared
    queued INTEGER NOT NULL CHECK (queued IN (0, 1)),  -- whether a notice that settles it waits for its delivery
    round  INTEGER NOT NULL,                     -- tells duties of the same kind apart: an action's is its number (R34)
    PRIMARY KEY (role, rank, due, begins, ticket, kind, csd, round)
) STRICT, WITHOUT ROWID;

-- How many tickets stand in each stage.
CREATE TABLE stage_count (
    kind    TEXT    NOT NULL,
    stage   TEXT    NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (kind, stage)
) STRICT, WITHOUT ROWID;

-- The notices that wait for their delivery. Which they are is what the events say; how often each was tried is known
-- here alone.
CREATE TABLE outbox (
    ticket     INTEGER NOT NULL REFERENCES ticket (began),
    notice     INTEGER NOT NULL,                 -- its number on that ticket
    attempts   INTEGER NOT NULL DEFAULT 0,
    next       INTEGER,                          -- before when it need not be tried again; milliseconds since 1970, UTC
    error      TEXT,                             -- why the last attempt failed
    claimed_by TEXT,                             -- the process that is delivering it
    claimed_at INTEGER,
    held       INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),  -- whether it came in with a copy, and may have gone out elsewhere
    PRIMARY KEY (ticket, notice)
) STRICT, WITHOUT ROWID;

-- The settings of the policy that are not the default's (R29).
CREATE TABLE policy (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Customers' records (R39), as the database's own events make them.
CREATE TABLE customer (
    number          INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL,            -- by which the customer goes
    tier            TEXT,
    zone            TEXT,
    contacts        TEXT    NOT NULL CHECK (json_valid(contacts)),  -- a list
    product_version TEXT,
    notes           TEXT    NOT NULL CHECK (json_valid(notes))      -- a list
) STRICT;

-- Every name that a customer ever had, in the form that R1 compares.
CREATE TABLE customer_name (
    form   TEXT    PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES customer (number)
) STRICT, WITHOUT ROWID;

-- The message ids of notices, by which a customer's reply is found to belong to one.
CREATE INDEX event_by_message ON event (data ->> '$.message_id') WHERE type = 'notified';

-- The words of every text. A row is one text: its number is that of its event times 16, plus the place of its field.
-- The texts themselves stand in their events alone.
CREATE VIRTUAL TABLE word USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = 'ascii');

-- The numbers that `cus` gives next.
CREATE TABLE counter (
    kind   TEXT    PRIMARY KEY,
    next   INTEGER NOT NULL,
    taken  INTEGER NOT NULL DEFAULT 0            -- from `next` up to here every number is known to be the desk's own
) STRICT, WITHOUT ROWID;
INSERT INTO counter (kind, next) VALUES ('csd', 1), ('cus', 1);

-- Files -----------------------------------------------------------------------------------------------------------

-- The content of each attachment, in pieces; name, size and hash stand in its event.
CREATE TABLE chunk (
    event INTEGER NOT NULL REFERENCES event (id),
    n     INTEGER NOT NULL,                      -- the order of the pieces, from 0
    bytes BLOB    NOT NULL,
    UNIQUE (event, n)
) STRICT;
