-- Text is indexed as it is looked for: `search_text` (search-text.ts) folds it and divides it into words, here and in searches.
-- Whoever changes that function needs a migration that fills the index anew.
DROP TRIGGER auctions_text_insert;
DROP TRIGGER auctions_text_update;
DROP TABLE auctions_text;
CREATE VIRTUAL TABLE auctions_text USING fts5 (title, description, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE TRIGGER auctions_text_insert AFTER INSERT ON auctions BEGIN
  INSERT INTO auctions_text (rowid, title, description)
  VALUES (new.number, search_text(new.title), search_text(new.description));
END;
CREATE TRIGGER auctions_text_update AFTER UPDATE OF title, description ON auctions
WHEN old.title <> new.title OR old.description <> new.description BEGIN
  DELETE FROM auctions_text WHERE rowid = old.number;
  INSERT INTO auctions_text (rowid, title, description)
  VALUES (new.number, search_text(new.title), search_text(new.description));
END;
INSERT INTO auctions_text (rowid, title, description)
SELECT number, search_text(title), search_text(description) FROM auctions;
