-- Calls to the hotline, as far as each has got. `waiting` is 1 while somebody holds the line.
CREATE TABLE calls (
    id TEXT COLLATE "C" PRIMARY KEY, ticket BIGINT NOT NULL, waiting BIGINT NOT NULL, began_at BIGINT NOT NULL,
    body TEXT NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX calls_waiting ON calls (ticket, began_at) WHERE waiting = 1;
-- The newest numbered report about each message that a provider reports on.
CREATE TABLE reports (key TEXT COLLATE "C" PRIMARY KEY, sequence BIGINT NOT NULL) WITH (fillfactor = 50);
-- The short numbers by which a page is answered from a telephone.
CREATE TABLE reply_codes (
    channel TEXT COLLATE "C" NOT NULL, conversation TEXT COLLATE "C" NOT NULL, code BIGINT NOT NULL,
    ticket BIGINT NOT NULL, PRIMARY KEY (channel, conversation, code)
);
-- Contacts that wake somebody, and whether their owner has confirmed them.
CREATE TABLE contacts (
    kind TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL, digest TEXT NOT NULL, sent_at BIGINT,
    tries BIGINT NOT NULL, confirmed_at BIGINT, PRIMARY KEY (kind, value)
);
-- When a channel took nothing.
CREATE TABLE outages (
    channel TEXT COLLATE "C" NOT NULL, began_at BIGINT NOT NULL, reason TEXT NOT NULL, ended_at BIGINT,
    PRIMARY KEY (channel, began_at)
);
