-- Keys of programs. Each is a session without end of its own, so that what ends a session ends it too; `hash` is the SHA-256 of
-- its secret.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_of ON api_keys (user_id);

-- Where programs of others are told of public events. `events` is a JSON array of their types.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_of ON webhooks (user_id);

-- Browsers that take push messages (RFC 8030), with the keys for their content (RFC 8291).
CREATE TABLE push_subscriptions (
  endpoint TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX push_subscriptions_of ON push_subscriptions (user_id);
