-- Auctions that people watch.
CREATE TABLE watched (
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  auction_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (user_id, auction_id)
);
CREATE INDEX watched_auction ON watched (auction_id);

-- What people are told. `data` is a JSON object: what the notice says, as of then.
CREATE TABLE notices (
  id text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  kind text NOT NULL,
  auction_id text COLLATE "C",
  at bigint NOT NULL,
  data text NOT NULL,
  is_read integer NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1))
);
CREATE INDEX notices_of ON notices (user_id, id);
CREATE INDEX notices_unread ON notices (user_id, auction_id, kind) WHERE is_read = 0;

-- What was told of an auction once and for all: that it opened, that it closes soon.
CREATE TABLE told_marks (
  auction_id text COLLATE "C" NOT NULL,
  mark text NOT NULL,
  PRIMARY KEY (auction_id, mark)
);

-- Language, time zone, and by what way each kind of notice goes, as a JSON object.
CREATE TABLE preferences (
  user_id text COLLATE "C" PRIMARY KEY REFERENCES users (id),
  text text NOT NULL
);

-- Those who are told of what was committed begin with the next commit.
INSERT INTO consumers (name, position) SELECT 'notifier', pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1;
