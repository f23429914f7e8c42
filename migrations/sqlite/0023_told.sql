-- Auctions that people watch.
CREATE TABLE watched (
  user_id TEXT NOT NULL REFERENCES users (id),
  auction_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, auction_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX watched_auction ON watched (auction_id);

-- What people are told. `data` is a JSON object: what the notice says, as of then.
CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  auction_id TEXT,
  at INTEGER NOT NULL,
  data TEXT NOT NULL,
  is_read INTEGER NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_of ON notices (user_id, id);
CREATE INDEX notices_unread ON notices (user_id, auction_id, kind) WHERE is_read = 0;

-- What was told of an auction once and for all: that it opened, that it closes soon.
CREATE TABLE told_marks (
  auction_id TEXT NOT NULL,
  mark TEXT NOT NULL,
  PRIMARY KEY (auction_id, mark)
) STRICT, WITHOUT ROWID;

-- Language, time zone, and by what way each kind of notice goes, as a JSON object.
CREATE TABLE preferences (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Those who are told of what was committed begin with the next commit.
INSERT INTO consumers (name, position) SELECT 'notifier', ifnull(max(position), 0) FROM outbox;
