-- What was called deeds is the audit log, a row per version of an auction. `row_key` is the number of the auction times 2^28, and
-- the row's own number in it.
ALTER TABLE deeds RENAME TO audit_log;
ALTER TABLE audit_log RENAME COLUMN place TO row_key;
ALTER TABLE entries RENAME COLUMN place TO row_key;
ALTER TABLE authors RENAME COLUMN place TO row_key;
ALTER TABLE answers RENAME COLUMN place TO row_key;

-- Somebody's own bids, the newest first.
CREATE INDEX audit_log_of ON audit_log (user_id, id) WHERE id IS NOT NULL;
DROP TABLE own_bids;
DROP TABLE gathered;
