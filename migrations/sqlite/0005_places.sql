-- A bid writes to still fewer pages. `place` is where something stands in the house: the number of its auction times 2^28, and its
-- own number in that auction. Rows lie by it, and what is long is in no tree that is searched, as it is where a key is of text.

CREATE TABLE entries_of_version_5 (
  place INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  hash TEXT NOT NULL,
  private_salt TEXT NOT NULL
) STRICT;
INSERT INTO entries_of_version_5
  SELECT a.number * 268435456 + e.seq, e.line, e.hash, e.private_salt
  FROM auctions a CROSS JOIN entries e ON e.auction_id = a.id;
DROP TABLE entries;
ALTER TABLE entries_of_version_5 RENAME TO entries;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;

-- The private chain: whatever was done to an auction, by the version that it made, and the bid that it was. `seq` is null for a
-- silent raise; `answer` is the number of one, null once its bidder is erased.
CREATE TABLE deeds (
  place INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  hash TEXT NOT NULL,
  id TEXT,
  user_id TEXT REFERENCES users (id),
  paddle INTEGER,
  maximum INTEGER,
  exact INTEGER CHECK (exact IN (0, 1)),
  amount INTEGER,
  price INTEGER,
  at INTEGER,
  seq INTEGER,
  raises TEXT,
  voided INTEGER CHECK (voided IN (0, 1)),
  answer INTEGER,
  CHECK (id IS NULL OR NOT (user_id IS NULL OR paddle IS NULL OR maximum IS NULL OR exact IS NULL OR amount IS NULL
    OR price IS NULL OR at IS NULL OR voided IS NULL))
) STRICT;
INSERT INTO deeds
  SELECT a.number * 268435456 + p.number, p.line, p.hash, b.id, b.user_id, b.paddle, b.maximum, b.exact, b.amount, b.price, b.at,
    b.seq, b.raises, b.voided, b.answer
  FROM auctions a CROSS JOIN private_entries p ON p.auction_id = a.id
  LEFT JOIN bids b ON b.auction_id = p.auction_id AND b.number = p.number;

-- Who is behind a deed's commitment to a person: goes when the person is erased.
CREATE TABLE authors_of_version_5 (
  place INTEGER PRIMARY KEY REFERENCES deeds (place),
  user_id TEXT NOT NULL REFERENCES users (id),
  salt TEXT NOT NULL
) STRICT;
INSERT INTO authors_of_version_5
  SELECT a.number * 268435456 + w.number, w.user_id, w.salt FROM auctions a CROSS JOIN authors w ON w.auction_id = a.id;
DROP TABLE authors;
ALTER TABLE authors_of_version_5 RENAME TO authors;
CREATE INDEX authors_of ON authors (user_id);

-- What goes when its bidder is erased: the bid's idempotency key, the salt that opens its commitment, and the answer. Rows come one
-- after the other: where others come between, a page that is split keeps copies of what it held. `place` is that of the bid.
CREATE TABLE answers_of_version_5 (
  number INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  key TEXT NOT NULL,
  salt TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
INSERT INTO answers_of_version_5
  SELECT w.number, a.number * 268435456 + w.bid, w.user_id, b.key, b.salt, w.text
  FROM answers w CROSS JOIN auctions a ON a.id = w.auction_id CROSS JOIN bids b ON b.auction_id = w.auction_id AND b.number = w.bid
  ORDER BY w.number;
DROP TABLE answers;
ALTER TABLE answers_of_version_5 RENAME TO answers;
CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers BEGIN
  SELECT RAISE (ABORT, 'answers are append-only');
END;

CREATE TABLE own_bids_of_version_5 (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO own_bids_of_version_5
  SELECT o.user_id, o.id, a.number * 268435456 + o.number FROM own_bids o CROSS JOIN auctions a ON a.id = o.auction_id
  ORDER BY o.user_id, o.id;
DROP TABLE own_bids;
ALTER TABLE own_bids_of_version_5 RENAME TO own_bids;

DROP TABLE bids;
DROP TABLE private_entries;
CREATE TRIGGER deeds_no_update BEFORE UPDATE ON deeds
WHEN old.id IS NULL OR NOT (
  (old.place, old.line, old.hash, old.id, old.user_id, old.paddle, old.maximum, old.exact, old.amount, old.price, old.at,
    old.seq, old.raises)
  IS (new.place, new.line, new.hash, new.id, new.user_id, new.paddle, new.maximum, new.exact, new.amount, new.price, new.at,
    new.seq, new.raises)
  AND (
    (old.voided = 0 AND new.voided = 1 AND old.answer IS new.answer)
    OR (old.voided = new.voided AND new.answer IS NULL)
  )
) BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
CREATE TRIGGER deeds_no_delete BEFORE DELETE ON deeds BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
