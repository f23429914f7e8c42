-- What lists show of bids stands with the state of an auction: the paddle that leads, and how many have bid.
UPDATE auctions SET state = json_set(state,
  '$.bidderCount', (
    SELECT count(DISTINCT user_id) FROM deeds d
    WHERE d.place BETWEEN auctions.number * 268435456 AND auctions.number * 268435456 + 268435455 AND d.id IS NOT NULL),
  '$.leaderPaddle', (
    SELECT paddle FROM deeds d
    WHERE d.place BETWEEN auctions.number * 268435456 AND auctions.number * 268435456 + 268435455
      AND d.id = state ->> '$.standing.bidId'));
