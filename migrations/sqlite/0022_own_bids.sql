-- Somebody's own bids, the newest first.
CREATE INDEX deeds_of ON deeds (user_id, id) WHERE id IS NOT NULL;
DROP TABLE own_bids;
DROP TABLE gathered;
