-- What goes out by e-mail, as a push message or to a webhook. Those of one stream go one after the other, in the order of their
-- numbers. `body` is a JSON object: what its kind needs.
CREATE TABLE deliveries (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  way text NOT NULL CHECK (way IN ('email', 'push', 'webhook')),
  stream text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  kind text NOT NULL,
  auction_id text COLLATE "C",
  body text NOT NULL,
  at bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'dead')),
  next_at bigint NOT NULL,
  tries integer NOT NULL,
  error text,
  settled_at bigint
);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'waiting';
CREATE INDEX deliveries_waiting ON deliveries (stream, number) WHERE state = 'waiting';
CREATE INDEX deliveries_states ON deliveries (state, number);
CREATE INDEX deliveries_of ON deliveries (user_id, kind, auction_id);
CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- Tokens that prove the control of an e-mail address, each good for one act and once. `email` is the address it was sent to.
CREATE TABLE email_tokens (
  hash text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  purpose text NOT NULL CHECK (purpose IN ('verification', 'reset')),
  email text NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX email_tokens_of ON email_tokens (user_id);
CREATE INDEX email_tokens_over ON email_tokens (expires_at);

-- When the address of an account was verified; null: it was not.
ALTER TABLE users ADD COLUMN verified_at bigint;

-- From which device a session was begun, as its browser calls itself, and when it was last refreshed.
ALTER TABLE sessions ADD COLUMN device text;
ALTER TABLE sessions ADD COLUMN used_at bigint;

-- Devices that somebody signed in from, by the SHA-256 of what their cookie holds.
CREATE TABLE devices (
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, hash)
);
