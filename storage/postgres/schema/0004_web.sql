-- Who is signed in. Here and below only digests are kept of what others hold: nobody who reads the store can
-- come in with it.
CREATE TABLE sessions (
    digest TEXT COLLATE "C" PRIMARY KEY, address TEXT COLLATE "C" NOT NULL, expires_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX sessions_address ON sessions (address);
CREATE INDEX sessions_expires ON sessions (expires_at);
-- Links by which somebody signs in, each once.
CREATE TABLE sign_ins (
    digest TEXT COLLATE "C" PRIMARY KEY, address TEXT COLLATE "C" NOT NULL, asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, used_at BIGINT
);
CREATE INDEX sign_ins_address ON sign_ins (address, asked_at);
CREATE INDEX sign_ins_expires ON sign_ins (expires_at);
-- What programs sign in with.
CREATE TABLE tokens (
    id TEXT COLLATE "C" PRIMARY KEY, digest TEXT COLLATE "C" NOT NULL UNIQUE, used_at BIGINT, body TEXT NOT NULL
);
-- What a program was answered to a request with an idempotency key.
CREATE TABLE answers (
    token TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, digest TEXT NOT NULL, status BIGINT,
    body TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (token, key)
);
CREATE INDEX answers_at ON answers (at);
-- Where the desk reports what happens, and how that goes.
CREATE TABLE webhooks (id TEXT COLLATE "C" PRIMARY KEY, body TEXT NOT NULL);
-- When a ticket's nearest clock falls due: the order of the board. 0 until it is next saved.
ALTER TABLE tickets ADD COLUMN urgent_at BIGINT NOT NULL DEFAULT 0;
-- What a search of the board looks at, in small letters.
ALTER TABLE tickets ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE INDEX tickets_urgent ON tickets (urgent_at, number) WHERE active = 1;
CREATE INDEX tickets_customer ON tickets (customer, number);
CREATE INDEX tickets_open ON tickets (number) WHERE active = 1;
