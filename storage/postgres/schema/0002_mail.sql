-- How far a source of messages has been read (a mailbox).
CREATE TABLE bookmarks (name TEXT COLLATE "C" PRIMARY KEY, place TEXT NOT NULL) WITH (fillfactor = 50);
-- Made once by the desk itself, and the same for all its workers.
CREATE TABLE secrets (name TEXT COLLATE "C" PRIMARY KEY, secret TEXT NOT NULL);
-- Where writing is useless.
CREATE TABLE dead_addresses (
    channel TEXT COLLATE "C" NOT NULL, conversation TEXT COLLATE "C" NOT NULL, reason TEXT NOT NULL,
    at BIGINT NOT NULL, PRIMARY KEY (channel, conversation)
);
CREATE INDEX ledger_quarantined ON ledger (received_at) WHERE outcome = 'quarantined';
