-- Whether others than the seller saw a draft: states that were written before this was kept do not say it. What was ever
-- scheduled may have been seen, and what was opened is no draft any more.
UPDATE auctions
SET state = json_insert(state, '$.wasShown', json(iif(EXISTS (
  SELECT 1 FROM entries e
  WHERE e.place BETWEEN auctions.number * 268435456 AND auctions.number * 268435456 + 268435455
    AND json_extract(e.line, '$.data.status') = 'scheduled'
), 'true', 'false')))
WHERE status = 'draft' AND json_type(state, '$.wasShown') IS NULL;
