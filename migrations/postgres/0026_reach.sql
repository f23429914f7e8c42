-- Keys of programs. Each is a session without end of its own, so that what ends a session ends it too; `hash` is the SHA-256 of
-- its secret.
CREATE TABLE api_keys (
  id text COLLATE "C" PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  name text NOT NULL,
  scopes text NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  created_at bigint NOT NULL,
  expires_at bigint
);
CREATE INDEX api_keys_of ON api_keys (user_id);

-- Where programs of others are told of public events. `events` is a JSON array of their types.
CREATE TABLE webhooks (
  id text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  url text NOT NULL,
  events text NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX webhooks_of ON webhooks (user_id);

-- Browsers that take push messages (RFC 8030), with the keys for their content (RFC 8291).
CREATE TABLE push_subscriptions (
  endpoint text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  p256dh text NOT NULL,
  auth text NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX push_subscriptions_of ON push_subscriptions (user_id);
