-- What sellers keep of an auction for their own programs. No ledger has it.
CREATE TABLE labels (
  auction_id TEXT PRIMARY KEY,
  seller_id TEXT NOT NULL,
  external_id TEXT,
  -- An object of strings, as JSON.
  metadata TEXT NOT NULL,
  UNIQUE (seller_id, external_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER auctions_text_delete AFTER DELETE ON auctions BEGIN
  DELETE FROM auctions_text WHERE rowid = old.number;
END;

-- A draft may be removed, and then its journal: no other auction, and no part of one that is there.
CREATE TRIGGER auctions_no_delete BEFORE DELETE ON auctions WHEN old.hidden = 0 BEGIN
  SELECT RAISE (ABORT, 'only a draft is removed');
END;
DROP TRIGGER entries_no_delete;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
WHEN EXISTS (SELECT 1 FROM auctions WHERE number = old.place / 268435456) BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
DROP TRIGGER deeds_no_delete;
CREATE TRIGGER deeds_no_delete BEFORE DELETE ON deeds
WHEN EXISTS (SELECT 1 FROM auctions WHERE number = old.place / 268435456) BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
