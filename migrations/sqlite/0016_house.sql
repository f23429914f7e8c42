-- Every version of the terms that ever held: people have accepted them.
CREATE TABLE house_terms (
  version INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE TRIGGER house_terms_no_update BEFORE UPDATE ON house_terms BEGIN
  SELECT RAISE (ABORT, 'terms are never changed');
END;
CREATE TRIGGER house_terms_no_delete BEFORE DELETE ON house_terms BEGIN
  SELECT RAISE (ABORT, 'terms are never changed');
END;

-- What the house shows of itself: one row, in which null is what nobody has set.
CREATE TABLE house (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- How often it was changed: names a state of it.
  changes INTEGER NOT NULL,
  name TEXT,
  -- The path of one of our pictures, and its size in pixels.
  logo TEXT,
  logo_width INTEGER,
  logo_height INTEGER,
  accent_light TEXT,
  accent_dark TEXT,
  contact TEXT,
  -- The version that holds.
  terms INTEGER REFERENCES house_terms (version),
  -- Long texts come last: who asks for the rest reads no page of them.
  imprint TEXT,
  privacy TEXT
) STRICT;
INSERT INTO house (id, changes) VALUES (1, 0);

-- Which version of the terms somebody accepted, and when; null for who had none to accept.
ALTER TABLE users ADD COLUMN terms INTEGER REFERENCES house_terms (version);
ALTER TABLE users ADD COLUMN terms_at INTEGER;
