-- Lists read short columns only: a description that lies before them makes each row a walk through its pages.
DROP TRIGGER auctions_text_insert;
DROP TRIGGER auctions_text_update;
ALTER TABLE auctions ADD COLUMN description_last TEXT NOT NULL DEFAULT '';
UPDATE auctions SET description_last = description;
ALTER TABLE auctions DROP COLUMN description;
ALTER TABLE auctions RENAME COLUMN description_last TO description;
CREATE TRIGGER auctions_text_insert AFTER INSERT ON auctions BEGIN
  INSERT INTO auctions_text (rowid, title, description) VALUES (new.number, new.title, new.description);
END;
CREATE TRIGGER auctions_text_update AFTER UPDATE OF title, description ON auctions
WHEN old.title <> new.title OR old.description <> new.description BEGIN
  INSERT INTO auctions_text (auctions_text, rowid, title, description)
  VALUES ('delete', old.number, old.title, old.description);
  INSERT INTO auctions_text (rowid, title, description) VALUES (new.number, new.title, new.description);
END;

-- The two orders that no bid changes, as `sortKeys` of store.ts writes them.
CREATE INDEX auctions_closing ON auctions (CASE WHEN status IN ('closed', 'cancelled') THEN 4000000000000000 - ifnull(closes_at, 0)
    ELSE ifnull(closes_at, 2000000000000000) END, number);
CREATE INDEX auctions_newest ON auctions (-created_at, number);
