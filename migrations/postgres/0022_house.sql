-- The schema of SQLite's migration 0022. Instants are epoch milliseconds, amounts minor units, ids UUIDv7 as text, flags 0 or 1.
-- Rows of an auction lie by its id and their own number in it.

CREATE TABLE service (
  name text PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE house_terms (
  version bigint PRIMARY KEY,
  sha256 text NOT NULL,
  at bigint NOT NULL,
  text text NOT NULL
);

CREATE TABLE house (
  id integer PRIMARY KEY CHECK (id = 1),
  -- How often it was changed: names a state of it.
  changes bigint NOT NULL,
  name text,
  logo text,
  logo_width integer,
  logo_height integer,
  accent_light text,
  accent_dark text,
  contact text,
  terms bigint REFERENCES house_terms (version),
  imprint text,
  privacy text
);
INSERT INTO house (id, changes) VALUES (1, 0);

CREATE TABLE users (
  id text COLLATE "C" PRIMARY KEY,
  email text COLLATE "C" NOT NULL UNIQUE,
  display_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('bidder', 'seller', 'admin')),
  blocked integer NOT NULL CHECK (blocked IN (0, 1)),
  password text NOT NULL,
  created_at bigint NOT NULL,
  erased_at bigint,
  hold text,
  terms bigint REFERENCES house_terms (version),
  terms_at bigint
);
CREATE INDEX users_newest ON users (created_at, id) WHERE erased_at IS NULL;

CREATE TABLE sessions (
  id text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  expires_at bigint NOT NULL,
  ended integer NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  ends_at bigint NOT NULL,
  renewed_by text,
  renewed_at bigint,
  renewal_nonce text
);
CREATE INDEX sessions_of ON sessions (user_id);
CREATE INDEX sessions_over ON sessions (expires_at);
CREATE INDEX sessions_ended ON sessions (id) WHERE ended = 1;

-- A token is kept after its use, so that a second use is noticed.
CREATE TABLE refresh_tokens (
  hash text COLLATE "C" PRIMARY KEY,
  session_id text COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  used integer NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
);
CREATE INDEX refresh_tokens_of ON refresh_tokens (session_id);

CREATE TABLE seller_blocks (
  seller_id text COLLATE "C" NOT NULL REFERENCES users (id),
  user_id text COLLATE "C" NOT NULL REFERENCES users (id),
  PRIMARY KEY (seller_id, user_id)
);

-- How often anybody's rights were changed.
CREATE TABLE revocations (count bigint NOT NULL);
INSERT INTO revocations VALUES (0);

-- What was asked to be made under a key: by the SHA-256 of what was asked, the id of what is made.
CREATE TABLE creations (
  user_id text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  request text NOT NULL,
  made text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX creations_at ON creations (at);

-- The current state of each auction: `state` holds all of it but the bids; the columns beside it are there to be found by.
-- A bid moves none that has an index, so that it writes to the heap alone.
CREATE TABLE auctions (
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text COLLATE "C" PRIMARY KEY,
  seller_id text COLLATE "C" NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  format text NOT NULL,
  status text COLLATE "C" NOT NULL,
  hidden integer NOT NULL CHECK (hidden IN (0, 1)),
  price bigint,
  bid_count integer NOT NULL,
  created_at bigint NOT NULL,
  closes_at bigint,
  due_at bigint,
  version integer NOT NULL,
  seq integer NOT NULL,
  head text NOT NULL,
  private_head text NOT NULL,
  reserve_salt text NOT NULL,
  refusals integer NOT NULL,
  state text NOT NULL,
  words tsvector NOT NULL
) WITH (fillfactor = 60);
ALTER TABLE auctions ALTER COLUMN state SET STORAGE EXTERNAL;
CREATE INDEX auctions_due ON auctions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX auctions_seller ON auctions (seller_id);
CREATE INDEX auctions_status ON auctions (status, closes_at);
CREATE INDEX auctions_newest ON auctions ((-created_at), number);
CREATE INDEX auctions_closing ON auctions ((CASE WHEN status IN ('closed', 'cancelled')
  THEN 4000000000000000 - coalesce(closes_at, 0) ELSE coalesce(closes_at, 2000000000000000) END), number);
CREATE INDEX auctions_words ON auctions USING gin (words);

-- The journal: `line` is the very text that was hashed.
CREATE TABLE entries (
  auction_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  line text NOT NULL,
  hash text NOT NULL,
  private_salt text NOT NULL,
  PRIMARY KEY (auction_id, number)
) WITH (toast_tuple_target = 8160);
ALTER TABLE entries ALTER COLUMN line SET STORAGE EXTERNAL;

-- The audit log: a row per version of an auction, and the bid that it was. `answer` says whether its answer is kept.
CREATE TABLE audit_log (
  auction_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  line text NOT NULL,
  hash text NOT NULL,
  id text COLLATE "C",
  user_id text COLLATE "C",
  paddle integer,
  maximum bigint,
  exact integer CHECK (exact IN (0, 1)),
  amount bigint,
  price bigint,
  at bigint,
  seq integer,
  raises text COLLATE "C",
  voided integer CHECK (voided IN (0, 1)),
  house integer CHECK (house IN (0, 1)),
  lowers integer CHECK (lowers IN (0, 1)),
  at_most bigint,
  CHECK (id IS NULL OR NOT (user_id IS NULL OR paddle IS NULL OR maximum IS NULL OR exact IS NULL OR amount IS NULL
    OR price IS NULL OR at IS NULL OR voided IS NULL)),
  PRIMARY KEY (auction_id, number)
) WITH (toast_tuple_target = 8160);
ALTER TABLE audit_log ALTER COLUMN line SET STORAGE EXTERNAL;
CREATE INDEX audit_log_of ON audit_log (user_id, id) WHERE id IS NOT NULL;

-- Who is behind an audit record's commitment to a person: goes when the person is erased.
CREATE TABLE authors (
  auction_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  salt text NOT NULL,
  PRIMARY KEY (auction_id, number)
);
CREATE INDEX authors_of ON authors (user_id);

-- What goes when its bidder is erased: the bid's idempotency key, the salt that opens its commitment, and the answer. One key of
-- one person in one auction makes one bid.
CREATE TABLE answers (
  auction_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  salt text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (auction_id, number),
  UNIQUE (auction_id, user_id, key)
) WITH (toast_tuple_target = 8160);
ALTER TABLE answers ALTER COLUMN text SET STORAGE EXTERNAL;

-- A seller's own number and notes of an auction. `metadata` is an object of strings, as JSON.
CREATE TABLE labels (
  auction_id text COLLATE "C" PRIMARY KEY,
  seller_id text COLLATE "C" NOT NULL,
  external_id text COLLATE "C",
  metadata text NOT NULL,
  UNIQUE (seller_id, external_id)
);

-- The operator's log, and the hashes of its complete subtrees.
CREATE TABLE statements (
  number bigint PRIMARY KEY,
  auction_id text COLLATE "C" UNIQUE,
  jws text NOT NULL
);
CREATE TABLE log_nodes (
  level integer NOT NULL,
  position bigint NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (level, position)
);

CREATE TABLE outages (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  since bigint NOT NULL,
  until bigint NOT NULL
);

-- Commits with public entries, for those who act on them later. A transaction's rows are read once every transaction that began
-- before it has ended: then no row comes before one that was read.
CREATE TABLE outbox (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  auction_id text COLLATE "C" NOT NULL,
  from_seq integer NOT NULL,
  to_seq integer NOT NULL,
  PRIMARY KEY (xid, auction_id)
);
CREATE TABLE consumers (
  name text PRIMARY KEY,
  position bigint NOT NULL
);

CREATE TABLE pictures (
  name text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" REFERENCES users (id),
  bytes bigint NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX pictures_of ON pictures (user_id);
CREATE TABLE copies (
  address text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C",
  user_id text COLLATE "C" REFERENCES users (id),
  tries integer NOT NULL,
  next_at bigint
);
CREATE INDEX copies_due ON copies (user_id, next_at) WHERE next_at IS NOT NULL;

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

-- A draft that nobody saw is removed with all its rows; of any other auction nothing is.
CREATE FUNCTION refuse_of_auction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM auctions WHERE id = OLD.auction_id) THEN
    RAISE EXCEPTION 'the journal is append-only';
  END IF;
  RETURN OLD;
END $$;

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_of_auction();
CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers FOR EACH ROW EXECUTE FUNCTION refuse('answers are append-only');
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log FOR EACH ROW
  WHEN (OLD.id IS NULL OR OLD.voided = 1 OR NEW.voided = 0 OR
    (OLD.auction_id, OLD.number, OLD.line, OLD.hash, OLD.id, OLD.user_id, OLD.paddle, OLD.maximum, OLD.exact, OLD.amount, OLD.price,
      OLD.at, OLD.seq, OLD.raises, OLD.house, OLD.lowers, OLD.at_most)
    IS DISTINCT FROM
    (NEW.auction_id, NEW.number, NEW.line, NEW.hash, NEW.id, NEW.user_id, NEW.paddle, NEW.maximum, NEW.exact, NEW.amount, NEW.price,
      NEW.at, NEW.seq, NEW.raises, NEW.house, NEW.lowers, NEW.at_most))
  EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_of_auction();
CREATE TRIGGER auctions_no_delete BEFORE DELETE ON auctions FOR EACH ROW WHEN (OLD.hidden = 0)
  EXECUTE FUNCTION refuse('only a draft is removed');
CREATE TRIGGER house_terms_no_change BEFORE UPDATE OR DELETE ON house_terms FOR EACH ROW EXECUTE FUNCTION refuse('terms are never changed');
CREATE TRIGGER statements_no_change BEFORE UPDATE OR DELETE ON statements FOR EACH ROW EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER log_nodes_no_change BEFORE UPDATE OR DELETE ON log_nodes FOR EACH ROW EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON entries EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON statements EXECUTE FUNCTION refuse('the log is append-only');

-- Writes what was decided of several auctions, each by itself: gives the ids of those that were written. Of the others somebody
-- else was first, or holds the row just now, or a bidder may not bid any more. Each argument is an array of objects, named as the
-- columns of their table.
CREATE FUNCTION append_changes(p_changes json, p_bidders json, p_entries json, p_records json, p_authors json, p_answers json, p_voids json)
RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  v_written text[];
BEGIN
  -- Whoever revokes a right waits for this lock behind the commit: a bid that did not see the revocation is in by then. In a
  -- statement of its own, so that the next one sees what was committed before the lock was had; in one order, so that nobody
  -- waits in a circle.
  PERFORM pg_advisory_xact_lock_shared(7, person)
  FROM (
    SELECT hashtext(user_id) AS person FROM json_to_recordset(p_bidders) AS b (user_id text)
    UNION SELECT hashtext(user_id) FROM json_to_recordset(p_authors) AS a (user_id text) ORDER BY person
  ) people;

  WITH changes AS MATERIALIZED (
    SELECT r.*, (change ->> 'expected')::integer AS expected, (change ->> 'is_indexed_anew')::boolean AS is_indexed_anew
    FROM json_array_elements(p_changes) AS change, json_populate_record(NULL::auctions, change) AS r
  ), refused AS MATERIALIZED (
    SELECT b.auction_id
    FROM json_to_recordset(p_bidders)
      AS b (auction_id text, user_id text, session_id text, house integer, at bigint, auth_version bigint)
    JOIN changes c ON c.id = b.auction_id
    LEFT JOIN sessions s ON s.id = b.session_id AND s.ended = 0
    LEFT JOIN users u ON u.id = s.user_id
    WHERE b.auth_version <> (SELECT count FROM revocations)
      AND (u.id = b.user_id AND s.expires_at > b.at AND u.blocked = 0
        AND NOT EXISTS (SELECT FROM seller_blocks k WHERE k.seller_id = c.seller_id AND k.user_id = u.id)
        AND (u.role = 'admin' AND EXISTS (SELECT FROM users v WHERE v.id = c.seller_id AND v.role = 'admin'))::integer = b.house
      ) IS NOT TRUE
  ), locked AS MATERIALIZED (
    SELECT a.id FROM auctions a JOIN changes c ON c.id = a.id AND c.expected = a.version
    WHERE a.id NOT IN (SELECT auction_id FROM refused)
    ORDER BY a.id FOR NO KEY UPDATE OF a SKIP LOCKED
  ), moved AS (
    UPDATE auctions a SET
      price = c.price, bid_count = c.bid_count, version = c.version, seq = c.seq, head = c.head, private_head = c.private_head,
      refusals = c.refusals, state = c.state,
      title = CASE WHEN c.is_indexed_anew THEN c.title ELSE a.title END,
      description = CASE WHEN c.is_indexed_anew THEN c.description ELSE a.description END,
      status = CASE WHEN c.is_indexed_anew THEN c.status ELSE a.status END,
      hidden = CASE WHEN c.is_indexed_anew THEN c.hidden ELSE a.hidden END,
      closes_at = CASE WHEN c.is_indexed_anew THEN c.closes_at ELSE a.closes_at END,
      due_at = CASE WHEN c.is_indexed_anew THEN c.due_at ELSE a.due_at END,
      reserve_salt = CASE WHEN c.is_indexed_anew THEN c.reserve_salt ELSE a.reserve_salt END,
      words = coalesce(c.words, a.words)
    FROM changes c JOIN locked l ON l.id = c.id WHERE a.id = c.id
    RETURNING a.id
  ), born AS (
    INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, price, bid_count, created_at, closes_at, due_at,
      version, seq, head, private_head, reserve_salt, refusals, state, words)
    SELECT id, seller_id, title, description, format, status, hidden, price, bid_count, created_at, closes_at, due_at,
      version, seq, head, private_head, reserve_salt, refusals, state, words
    FROM changes WHERE expected = 0 ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING id
  )
  SELECT array_agg(id) INTO v_written FROM (SELECT id FROM moved UNION ALL SELECT id FROM born) AS written;

  INSERT INTO audit_log SELECT * FROM json_populate_recordset(NULL::audit_log, p_records) AS r WHERE r.auction_id = ANY (v_written);
  INSERT INTO entries SELECT * FROM json_populate_recordset(NULL::entries, p_entries) AS r WHERE r.auction_id = ANY (v_written);
  INSERT INTO authors SELECT * FROM json_populate_recordset(NULL::authors, p_authors) AS r WHERE r.auction_id = ANY (v_written);
  INSERT INTO answers SELECT * FROM json_populate_recordset(NULL::answers, p_answers) AS r WHERE r.auction_id = ANY (v_written);
  INSERT INTO outbox (auction_id, from_seq, to_seq)
    SELECT e.auction_id, min(e.number), max(e.number) FROM json_to_recordset(p_entries) AS e (auction_id text, number integer)
    WHERE e.auction_id = ANY (v_written) GROUP BY e.auction_id;
  UPDATE audit_log a SET voided = 1
  FROM json_to_recordset(p_voids) AS v (auction_id text, bid_id text)
  WHERE v.auction_id = ANY (v_written) AND a.auction_id = v.auction_id AND (a.id = v.bid_id OR a.raises = v.bid_id) AND a.voided = 0;
  RETURN QUERY SELECT unnest(v_written);
END $$;

-- Keys and tokens of the service, each sealed with HOUSE_SECRET: whoever steals a dump signs nothing.
CREATE TABLE secrets (
  name text COLLATE "C" PRIMARY KEY,
  sealed bytea NOT NULL
);

-- The pictures themselves; nodes keep copies on their disks.
CREATE TABLE picture_files (
  name text COLLATE "C" PRIMARY KEY,
  bytes bytea NOT NULL
);
ALTER TABLE picture_files ALTER COLUMN bytes SET STORAGE EXTERNAL;
