-- What was committed, for those who act on it later: each consumer keeps the position that it has come to. The latest row stays,
-- so that positions never begin anew.
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY,
  auction INTEGER NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL
) STRICT;
CREATE TABLE consumers (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The operator's log as a Merkle tree: the hash of the statements from position·2^level to (position + 1)·2^level, where all
-- of them are there. Statements that were logged before this table was are put in when the service starts.
CREATE TABLE log_nodes (
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE ON log_nodes BEGIN
  SELECT raise(ABORT, 'the log is append-only');
END;
CREATE TRIGGER log_nodes_no_delete BEFORE DELETE ON log_nodes BEGIN
  SELECT raise(ABORT, 'the log is append-only');
END;
