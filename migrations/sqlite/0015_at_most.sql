-- What the minimum bid of its instant was to be at most, where that was asked for (PX-10).
ALTER TABLE deeds ADD COLUMN at_most INTEGER;
DROP TRIGGER deeds_no_update;
CREATE TRIGGER deeds_no_update BEFORE UPDATE ON deeds
WHEN old.id IS NULL OR NOT (
  (old.place, old.line, old.hash, old.id, old.user_id, old.paddle, old.maximum, old.exact, old.amount, old.price, old.at,
    old.seq, old.raises, old.house, old.lowers, old.at_most)
  IS (new.place, new.line, new.hash, new.id, new.user_id, new.paddle, new.maximum, new.exact, new.amount, new.price, new.at,
    new.seq, new.raises, new.house, new.lowers, new.at_most)
  AND (
    (old.voided = 0 AND new.voided = 1 AND old.answer IS new.answer)
    OR (old.voided = new.voided AND new.answer IS NULL)
  )
) BEGIN
  SELECT RAISE (ABORT, 'the journal is append-only');
END;
