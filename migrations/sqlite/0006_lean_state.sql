-- What an auction's state is stored with at every bid: its texts have columns of their own. An older version would miss them there.
UPDATE auctions SET state = json_remove(state, '$.title', '$.description');
