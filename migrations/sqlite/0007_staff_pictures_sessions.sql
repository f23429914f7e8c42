-- A bid that staff made in a lot of the house is marked for everyone; of before nobody looked, and null counts as no.
ALTER TABLE deeds ADD COLUMN house INTEGER CHECK (house IN (0, 1));
DROP TRIGGER deeds_no_update;
CREATE TRIGGER deeds_no_update BEFORE UPDATE ON deeds
WHEN old.id IS NULL OR NOT (
  (old.place, old.line, old.hash, old.id, old.user_id, old.paddle, old.maximum, old.exact, old.amount, old.price, old.at,
    old.seq, old.raises, old.house)
  IS (new.place, new.line, new.hash, new.id, new.user_id, new.paddle, new.maximum, new.exact, new.amount, new.price, new.at,
    new.seq, new.raises, new.house)
  AND (
    (old.voided = 0 AND new.voided = 1 AND old.answer IS new.answer)
    OR (old.voided = new.voided AND new.answer IS NULL)
  )
) BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;

-- The pictures on disk: who uploaded one first, in bytes of both sizes, and when it last was. `user_id` is null where nobody knows.
CREATE TABLE pictures (
  name TEXT PRIMARY KEY,
  user_id TEXT REFERENCES users (id),
  bytes INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pictures_of ON pictures (user_id);

-- Pictures of other sites and our copies of them. `name` is null until there is one; `next_at` is when to try again, null for never.
CREATE TABLE copies (
  address TEXT PRIMARY KEY,
  name TEXT,
  user_id TEXT REFERENCES users (id),
  tries INTEGER NOT NULL,
  next_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_next ON copies (next_at) WHERE next_at IS NOT NULL;

-- The last day of a session, whatever the refreshes: 90 days after sign-in, which before was 30 days before `expires_at` or earlier.
ALTER TABLE sessions ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET ends_at = expires_at + 60 * 86400000;
CREATE INDEX sessions_over ON sessions (expires_at);
CREATE INDEX sessions_ended ON sessions (id) WHERE ended = 1;
