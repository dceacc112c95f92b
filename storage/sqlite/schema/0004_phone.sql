-- Calls to the hotline, as far as each has got. `waiting` is 1 while somebody holds the line.
CREATE TABLE calls (
    id TEXT PRIMARY KEY, ticket INTEGER NOT NULL, waiting INTEGER NOT NULL, began_at INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX calls_waiting ON calls (ticket, began_at) WHERE waiting = 1;
-- The newest numbered report about each message that a provider reports on.
CREATE TABLE reports (key TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
-- The short numbers by which a page is answered from a telephone.
CREATE TABLE reply_codes (
    channel TEXT NOT NULL, conversation TEXT NOT NULL, code INTEGER NOT NULL, ticket INTEGER NOT NULL,
    PRIMARY KEY (channel, conversation, code)
) WITHOUT ROWID;
-- Contacts that wake somebody, and whether their owner has confirmed them.
CREATE TABLE contacts (
    kind TEXT NOT NULL, value TEXT NOT NULL, digest TEXT NOT NULL, sent_at INTEGER, tries INTEGER NOT NULL,
    confirmed_at INTEGER, PRIMARY KEY (kind, value)
) WITHOUT ROWID;
-- When a channel took nothing.
CREATE TABLE outages (
    channel TEXT NOT NULL, began_at INTEGER NOT NULL, reason TEXT NOT NULL, ended_at INTEGER,
    PRIMARY KEY (channel, began_at)
) WITHOUT ROWID;
