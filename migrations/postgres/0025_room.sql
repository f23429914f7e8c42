-- What people say in the room of an auction, and ask its seller. No ledger has it, and nothing of it moves a bid.

-- Settings of rooms. An auction without a row has those that are the default.
CREATE TABLE rooms (
  auction_id text COLLATE "C" PRIMARY KEY,
  presence text NOT NULL CHECK (presence IN ('off', 'count', 'paddles')),
  messages text NOT NULL CHECK (messages IN ('off', 'bidders', 'members')),
  ask integer NOT NULL CHECK (ask IN (0, 1))
);

-- The numbers by which people without a paddle are known, in order of their first message. The row of an erased person stays,
-- so that nobody else gets the number.
CREATE TABLE room_speakers (
  auction_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  user_id text COLLATE "C",
  PRIMARY KEY (auction_id, number),
  UNIQUE (auction_id, user_id)
);
CREATE INDEX room_speakers_of ON room_speakers (user_id);

-- A private conversation with the seller. `asker_read` and `seller_read` are the last message that each side has seen,
-- `told` the last one of which notices were made.
CREATE TABLE conversations (
  id text COLLATE "C" PRIMARY KEY,
  auction_id text COLLATE "C" NOT NULL,
  asker_id text COLLATE "C",
  asker text NOT NULL,
  last bigint NOT NULL,
  asker_read bigint NOT NULL,
  seller_read bigint NOT NULL,
  told bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX conversations_one ON conversations (auction_id, asker_id);
CREATE INDEX conversations_untold ON conversations (id) WHERE last > told;
CREATE INDEX conversations_of ON conversations (asker_id, last);

-- `conversation_id` is null for what was said to the room. `text` is null where it was removed or its speaker erased.
-- `key_hash` is that of the idempotency key with its user: the key itself is nowhere.
CREATE TABLE room_messages (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  auction_id text COLLATE "C" NOT NULL,
  conversation_id text COLLATE "C",
  user_id text COLLATE "C",
  sender text NOT NULL,
  recipient text NOT NULL,
  text text,
  at bigint NOT NULL,
  key_hash text COLLATE "C"
);
CREATE INDEX room_messages_in ON room_messages (auction_id, number);
CREATE INDEX room_messages_asked ON room_messages (conversation_id, number) WHERE conversation_id IS NOT NULL;
CREATE UNIQUE INDEX room_messages_once ON room_messages (auction_id, key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX room_messages_of ON room_messages (user_id) WHERE user_id IS NOT NULL;

-- Who may not speak, and until when; null is for good.
CREATE TABLE room_mutes (
  auction_id text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  speaker text NOT NULL,
  until bigint,
  PRIMARY KEY (auction_id, user_id)
);

CREATE TABLE room_reports (
  message_id text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (message_id, user_id)
);
CREATE INDEX room_reports_of ON room_reports (user_id);

-- What sellers and the house did in rooms: who removed, muted or changed what, when and why. Never the text.
CREATE TABLE room_acts (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  auction_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  user_id text COLLATE "C",
  act text NOT NULL CHECK (act IN ('remove', 'mute', 'unmute', 'settings')),
  target text NOT NULL,
  reason text
);
CREATE INDEX room_acts_in ON room_acts (auction_id);
CREATE INDEX room_acts_of ON room_acts (user_id) WHERE user_id IS NOT NULL;
