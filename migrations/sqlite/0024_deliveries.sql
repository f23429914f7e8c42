-- What goes out by e-mail, as a push message or to a webhook. Those of one stream go one after the other, in the order of their
-- numbers. `body` is a JSON object: what its kind needs.
CREATE TABLE deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  way TEXT NOT NULL CHECK (way IN ('email', 'push', 'webhook')),
  stream TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  auction_id TEXT,
  body TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'dead')),
  next_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  error TEXT,
  settled_at INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'waiting';
CREATE INDEX deliveries_waiting ON deliveries (stream, number) WHERE state = 'waiting';
CREATE INDEX deliveries_states ON deliveries (state, number);
CREATE INDEX deliveries_of ON deliveries (user_id, kind, auction_id);
CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- Tokens that prove the control of an e-mail address, each good for one act and once. `email` is the address it was sent to.
CREATE TABLE email_tokens (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('verification', 'reset')),
  email TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX email_tokens_of ON email_tokens (user_id);
CREATE INDEX email_tokens_over ON email_tokens (expires_at);

-- When the address of an account was verified; null: it was not.
ALTER TABLE users ADD COLUMN verified_at INTEGER;

-- From which device a session was begun, as its browser calls itself, and when it was last refreshed.
ALTER TABLE sessions ADD COLUMN device TEXT;
ALTER TABLE sessions ADD COLUMN used_at INTEGER;

-- Devices that somebody signed in from, by the SHA-256 of what their cookie holds.
CREATE TABLE devices (
  user_id TEXT NOT NULL REFERENCES users (id),
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;
