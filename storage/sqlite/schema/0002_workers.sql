-- `holder` is the worker that has the lease: one that dies gives back what it held.
ALTER TABLE timers ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN holder TEXT NOT NULL DEFAULT '';
CREATE INDEX timers_holder ON timers (holder) WHERE token <> 0;
CREATE INDEX outbox_holder ON outbox (holder) WHERE state = 'waiting' AND token <> 0;
CREATE INDEX outbox_lane ON outbox (channel, conversation) WHERE state = 'waiting' AND token <> 0;

-- What has left for a platform of late (instants, as JSON), until when it takes nothing, and for how urgent a
-- message the next place is kept until when.
CREATE TABLE limits (
    scope TEXT PRIMARY KEY, taken TEXT NOT NULL, blocked_until INTEGER, reserved_until INTEGER,
    reserved_for INTEGER
) WITHOUT ROWID;

-- Who works on this store. `knows` is the newest schema a worker's code knows.
CREATE TABLE workers (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, version TEXT NOT NULL, knows INTEGER NOT NULL,
    started_at INTEGER NOT NULL, alive_until INTEGER NOT NULL
) WITHOUT ROWID;
-- What only one of them may do at a time (reading a bot's updates).
CREATE TABLE duties (
    name TEXT PRIMARY KEY, worker TEXT NOT NULL, until_at INTEGER NOT NULL
) WITHOUT ROWID;
