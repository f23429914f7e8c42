-- What was asked to be made under an Idempotency-Key, so that a repeated request makes nothing else.
CREATE TABLE creations (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  -- SHA-256 of what was asked, and the id of what is made.
  request TEXT NOT NULL,
  made TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX creations_at ON creations (at);
