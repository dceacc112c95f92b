-- Who is signed in. Here and below only digests are kept of what others hold: nobody who reads the store can
-- come in with it.
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY, address TEXT NOT NULL, expires_at INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_address ON sessions (address);
CREATE INDEX sessions_expires ON sessions (expires_at);
-- Links by which somebody signs in, each once.
CREATE TABLE sign_ins (
    digest TEXT PRIMARY KEY, address TEXT NOT NULL, asked_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX sign_ins_address ON sign_ins (address, asked_at);
CREATE INDEX sign_ins_expires ON sign_ins (expires_at);
-- What programs sign in with.
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, used_at INTEGER, body TEXT NOT NULL
) WITHOUT ROWID;
-- What a program was answered to a request with an idempotency key.
CREATE TABLE answers (
    token TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER, body TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (token, key)
) WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);
-- Where the desk reports what happens, and how that goes.
CREATE TABLE webhooks (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
-- When a ticket's nearest clock falls due: the order of the board. 0 until it is next saved.
ALTER TABLE tickets ADD COLUMN urgent_at INTEGER NOT NULL DEFAULT 0;
-- What a search of the board looks at, in small letters.
ALTER TABLE tickets ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE INDEX tickets_urgent ON tickets (urgent_at, number) WHERE active = 1;
CREATE INDEX tickets_customer ON tickets (customer, number);
CREATE INDEX tickets_open ON tickets (number) WHERE active = 1;
