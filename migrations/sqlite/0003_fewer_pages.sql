-- A bid writes to as few pages as it can: what is only looked up in memory has no index, what is long is not in the tree that is searched.

-- How often somebody was signed out, blocked or let in again: while it stands still, what was asked about bidders holds.
CREATE TABLE revocations (count INTEGER NOT NULL) STRICT;
INSERT INTO revocations VALUES (0);
CREATE TRIGGER revoked_by_end AFTER UPDATE OF ended ON sessions BEGIN
  UPDATE revocations SET count = count + 1;
END;
CREATE TRIGGER revoked_by_delete AFTER DELETE ON sessions BEGIN
  UPDATE revocations SET count = count + 1;
END;
CREATE TRIGGER revoked_by_house AFTER UPDATE OF blocked ON users WHEN old.blocked <> new.blocked BEGIN
  UPDATE revocations SET count = count + 1;
END;
CREATE TRIGGER revoked_by_seller AFTER INSERT ON seller_blocks BEGIN
  UPDATE revocations SET count = count + 1;
END;
CREATE TRIGGER revoked_no_more AFTER DELETE ON seller_blocks BEGIN
  UPDATE revocations SET count = count + 1;
END;

-- The answer to each bid, to be given again: one after the other, whichever auction it belongs to.
CREATE TABLE answers (
  number INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
INSERT INTO answers
  SELECT number, answer FROM (SELECT row_number() OVER (ORDER BY id) AS number, answer, salt FROM bids) WHERE salt <> '';
CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers BEGIN
  SELECT RAISE (ABORT, 'answers are append-only');
END;

-- As before, but `answer` is the number of one, null once its bidder is erased. An id or a key that came twice would be a
-- second bid of the same version.
CREATE TABLE bids_of_version_3 (
  auction_id TEXT NOT NULL REFERENCES auctions (id),
  number INTEGER NOT NULL,
  id TEXT NOT NULL,
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
  answer INTEGER,
  salt TEXT NOT NULL,
  PRIMARY KEY (auction_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO bids_of_version_3
  SELECT auction_id, number, id, user_id, paddle, maximum, exact, amount, price, at, seq, raises, voided, key,
    CASE salt WHEN '' THEN NULL ELSE row_number() OVER (ORDER BY id) END, salt
  FROM bids ORDER BY auction_id, number;
DROP TABLE bids;
ALTER TABLE bids_of_version_3 RENAME TO bids;
CREATE INDEX bids_of ON bids (user_id, id);
CREATE TRIGGER bids_only_voided BEFORE UPDATE ON bids
WHEN NOT (
  (old.auction_id, old.number, old.id, old.user_id, old.paddle, old.maximum, old.exact, old.amount, old.price, old.at,
    old.seq, old.raises)
  IS (new.auction_id, new.number, new.id, new.user_id, new.paddle, new.maximum, new.exact, new.amount, new.price, new.at,
    new.seq, new.raises)
  AND (
    (old.voided = 0 AND new.voided = 1 AND (old.key, old.answer, old.salt) IS (new.key, new.answer, new.salt))
    OR (old.voided = new.voided AND (new.key, new.answer, new.salt) IS (new.id, NULL, ''))
  )
) BEGIN
  SELECT RAISE (ABORT, 'bids are append-only');
END;
CREATE TRIGGER bids_no_delete BEFORE DELETE ON bids BEGIN
  SELECT RAISE (ABORT, 'bids are append-only');
END;
