-- How far a source of messages has been read (a mailbox).
CREATE TABLE bookmarks (name TEXT PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID;
-- Made once by the desk itself, and the same for all its workers.
CREATE TABLE secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID;
-- Where writing is useless.
CREATE TABLE dead_addresses (
    channel TEXT NOT NULL, conversation TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (channel, conversation)
) WITHOUT ROWID;
CREATE INDEX ledger_quarantined ON ledger (received_at) WHERE outcome = 'quarantined';
