-- `identities` repeats the table below in the customer's own order, a line of JSON each, so that a customer is
-- read as one row and SQL alone can take a line away when somebody else gets the identity.
CREATE TABLE customers (id TEXT PRIMARY KEY, body TEXT NOT NULL, identities TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE identities (
    kind TEXT NOT NULL, value TEXT NOT NULL, customer TEXT NOT NULL, PRIMARY KEY (kind, value)
) WITHOUT ROWID;
CREATE INDEX identities_customer ON identities (customer);

CREATE TABLE snapshots (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

-- The whole ticket is `body`; the other columns are what queries look for.
CREATE TABLE tickets (
    number INTEGER PRIMARY KEY,
    customer TEXT NOT NULL, active INTEGER NOT NULL, untaken INTEGER NOT NULL,
    priority TEXT NOT NULL, assignee TEXT,
    channel TEXT NOT NULL, conversation TEXT NOT NULL,
    opened_at INTEGER NOT NULL, last_message_at INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX tickets_conversation ON tickets (channel, conversation, active, last_message_at);
CREATE INDEX tickets_opened ON tickets (opened_at);
CREATE INDEX tickets_active ON tickets (priority, opened_at) WHERE active = 1;
CREATE INDEX tickets_active_customer ON tickets (customer) WHERE active = 1;
CREATE INDEX tickets_assignee ON tickets (assignee) WHERE active = 1 AND assignee IS NOT NULL;

CREATE TABLE events (
    id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, at INTEGER NOT NULL,
    kind TEXT NOT NULL, actor TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX events_ticket ON events (ticket, id);

CREATE TABLE message_links (
    channel TEXT NOT NULL, conversation TEXT NOT NULL, message_id TEXT NOT NULL, ticket INTEGER NOT NULL,
    PRIMARY KEY (channel, conversation, message_id)
) WITHOUT ROWID;

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL, event_key TEXT NOT NULL, conversation TEXT NOT NULL, message_id TEXT NOT NULL,
    author TEXT NOT NULL, author_name TEXT NOT NULL, text TEXT NOT NULL,
    sent_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, ticket INTEGER, item TEXT
);
CREATE UNIQUE INDEX ledger_event ON ledger (channel, event_key);
CREATE INDEX ledger_message ON ledger (channel, conversation, message_id);
CREATE INDEX ledger_received ON ledger (received_at);

-- `wake_at` is when somebody may pick it up: the due time, or the end of the lease of whoever did.
CREATE TABLE timers (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, ticket INTEGER NOT NULL,
    due_at INTEGER NOT NULL, wake_at INTEGER NOT NULL, token INTEGER NOT NULL, attempts INTEGER NOT NULL,
    data TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX timers_wake ON timers (wake_at);
CREATE INDEX timers_ticket ON timers (ticket);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, purpose TEXT NOT NULL, urgency INTEGER NOT NULL, language TEXT NOT NULL,
    channel TEXT NOT NULL, conversation TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    ticket INTEGER, data TEXT NOT NULL,
    created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, wake_at INTEGER NOT NULL,
    token INTEGER NOT NULL, attempts INTEGER NOT NULL, uncertain INTEGER NOT NULL,
    letter TEXT, revision INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL, sent_at INTEGER, message_id TEXT, reason TEXT
);
CREATE INDEX outbox_wake ON outbox (wake_at) WHERE state = 'waiting';
CREATE INDEX outbox_ticket ON outbox (ticket) WHERE state = 'waiting';
CREATE INDEX outbox_conversation ON outbox (channel, conversation) WHERE state = 'waiting';

CREATE TABLE overrides (
    id INTEGER PRIMARY KEY, schedule TEXT NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL,
    stands_in TEXT NOT NULL, instead_of TEXT, role TEXT
);
CREATE INDEX overrides_schedule ON overrides (schedule, end_at);

CREATE TABLE pages (
    key TEXT PRIMARY KEY, ticket INTEGER NOT NULL, round INTEGER NOT NULL, engineer TEXT NOT NULL,
    via TEXT NOT NULL, created_at INTEGER NOT NULL, delivered_at INTEGER, failed_at INTEGER, reason TEXT
) WITHOUT ROWID;
CREATE INDEX pages_ticket ON pages (ticket, created_at);
CREATE INDEX pages_engineer ON pages (engineer, created_at);
