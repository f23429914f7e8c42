-- The pictures that are still to be fetched of each person: those of one hold up nobody else's.
DROP INDEX copies_next;
CREATE INDEX copies_due ON copies (user_id, next_at) WHERE next_at IS NOT NULL;
