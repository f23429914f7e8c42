-- What proves a result: the private chain, salts, and the operator's log. Hashes, salts and commitments are hexadecimal.

-- Ledgers of before the first release were chained in another form and not signed: they cannot go on in this one.
CREATE TABLE entries_of_version_1 (
  found INTEGER CONSTRAINT "this folder holds auctions of a version before the first release: give this one a DATA_DIR of its own"
    CHECK (found = 0)
) STRICT;
INSERT INTO entries_of_version_1 SELECT count(*) FROM entries;
DROP TABLE entries_of_version_1;

-- `private_salt` opens the entry's commitment to the private head.
ALTER TABLE entries ADD COLUMN private_salt TEXT NOT NULL DEFAULT '';

-- `number` is the auction's version that the entry made; `line` is the very text that was hashed.
CREATE TABLE private_entries (
  auction_id TEXT NOT NULL REFERENCES auctions (id),
  number INTEGER NOT NULL,
  line TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (auction_id, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER private_entries_no_update BEFORE UPDATE ON private_entries BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
CREATE TRIGGER private_entries_no_delete BEFORE DELETE ON private_entries BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;

-- Who is behind a private entry's commitment to a person: goes when the person is erased.
CREATE TABLE authors (
  auction_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  salt TEXT NOT NULL,
  PRIMARY KEY (auction_id, number),
  FOREIGN KEY (auction_id, number) REFERENCES private_entries (auction_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX authors_of ON authors (user_id);

ALTER TABLE auctions ADD COLUMN private_head TEXT NOT NULL DEFAULT '';
ALTER TABLE auctions ADD COLUMN reserve_salt TEXT NOT NULL DEFAULT '';
ALTER TABLE auctions ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;

-- The operator's log: certificates, and, without an auction, the keys that sign.
CREATE TABLE statements (
  number INTEGER PRIMARY KEY,
  auction_id TEXT UNIQUE REFERENCES auctions (id),
  jws TEXT NOT NULL
) STRICT;
CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

-- A bid's salt opens its commitment. Erasing its bidder empties salt and answer and puts the bid's id for the key.
ALTER TABLE bids ADD COLUMN salt TEXT NOT NULL DEFAULT '';
DROP TRIGGER bids_only_voided;
CREATE TRIGGER bids_only_voided BEFORE UPDATE ON bids
WHEN NOT (
  (old.auction_id, old.number, old.id, old.user_id, old.paddle, old.maximum, old.exact, old.amount, old.price, old.at,
    old.seq, old.raises)
  IS (new.auction_id, new.number, new.id, new.user_id, new.paddle, new.maximum, new.exact, new.amount, new.price, new.at,
    new.seq, new.raises)
  AND (
    (old.voided = 0 AND new.voided = 1 AND (old.key, old.answer, old.salt) IS (new.key, new.answer, new.salt))
    OR (old.voided = new.voided AND (new.key, new.answer, new.salt) IS (new.id, '', ''))
  )
) BEGIN
  SELECT RAISE (ABORT, 'bids are append-only');
END;

-- `erased_at` is when a person was erased; `hold` is why they may not be.
ALTER TABLE users ADD COLUMN erased_at INTEGER;
ALTER TABLE users ADD COLUMN hold TEXT;
