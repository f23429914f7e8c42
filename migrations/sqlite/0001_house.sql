-- Instants are epoch milliseconds, amounts minor units, ids UUIDv7, flags 0 or 1.

CREATE TABLE service (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('bidder', 'seller', 'admin')),
  blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  expires_at INTEGER NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (user_id);

-- A token is kept after its use, so that a second use is noticed.
CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  used INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of ON refresh_tokens (session_id);

CREATE TABLE seller_blocks (
  seller_id TEXT NOT NULL REFERENCES users (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (seller_id, user_id)
) STRICT, WITHOUT ROWID;

-- The current state of each auction: `state` holds all of it but the bids; the columns beside it are there to be found by.
CREATE TABLE auctions (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  seller_id TEXT NOT NULL REFERENCES users (id),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  format TEXT NOT NULL,
  status TEXT NOT NULL,
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
  price INTEGER,
  bid_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  closes_at INTEGER,
  due_at INTEGER,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  head TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX auctions_due ON auctions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX auctions_status ON auctions (status, closes_at);
CREATE INDEX auctions_seller ON auctions (seller_id);

CREATE VIRTUAL TABLE auctions_text USING fts5 (
  title, description, content = 'auctions', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER auctions_text_insert AFTER INSERT ON auctions BEGIN
  INSERT INTO auctions_text (rowid, title, description) VALUES (new.number, new.title, new.description);
END;
CREATE TRIGGER auctions_text_update AFTER UPDATE OF title, description ON auctions
WHEN old.title <> new.title OR old.description <> new.description BEGIN
  INSERT INTO auctions_text (auctions_text, rowid, title, description)
  VALUES ('delete', old.number, old.title, old.description);
  INSERT INTO auctions_text (rowid, title, description) VALUES (new.number, new.title, new.description);
END;

-- The journal: `line` is the very text that was hashed.
CREATE TABLE entries (
  auction_id TEXT NOT NULL REFERENCES auctions (id),
  seq INTEGER NOT NULL,
  line TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (auction_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;

-- Accepted bids with what is secret of them; `number` is the auction's version that the bid made, `seq` is null for a
-- silent raise, `key` and `answer` serve a bid that is sent again.
CREATE TABLE bids (
  auction_id TEXT NOT NULL REFERENCES auctions (id),
  number INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id),
  paddle INTEGER NOT NULL,
  maximum INTEGER NOT NULL,
  exact INTEGER NOT NULL CHECK (exact IN (0, 1)),
  amount INTEGER NOT NULL,
  price INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seq INTEGER,
  raises TEXT,
  voided INTEGER NOT NULL DEFAULT 0 CHECK (voided IN (0, 1)),
  key TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (auction_id, number),
  UNIQUE (auction_id, user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX bids_of ON bids (user_id, id);
CREATE TRIGGER bids_only_voided BEFORE UPDATE ON bids
WHEN old.voided = 1 OR new.voided = 0 OR (old.auction_id, old.number, old.id, old.user_id, old.paddle, old.maximum,
  old.exact, old.amount, old.price, old.at, old.seq, old.raises, old.key, old.answer) IS NOT (new.auction_id, new.number,
  new.id, new.user_id, new.paddle, new.maximum, new.exact, new.amount, new.price, new.at, new.seq, new.raises, new.key,
  new.answer) BEGIN
  SELECT RAISE (ABORT, 'bids are append-only');
END;
CREATE TRIGGER bids_no_delete BEFORE DELETE ON bids BEGIN
  SELECT RAISE (ABORT, 'bids are append-only');
END;
