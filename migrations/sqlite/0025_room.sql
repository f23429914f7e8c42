-- What people say in the room of an auction, and ask its seller. No ledger has it, and nothing of it moves a bid.

-- Settings of rooms. An auction without a row has those that are the default.
CREATE TABLE rooms (
  auction_id TEXT PRIMARY KEY,
  presence TEXT NOT NULL CHECK (presence IN ('off', 'count', 'paddles')),
  messages TEXT NOT NULL CHECK (messages IN ('off', 'bidders', 'members')),
  ask INTEGER NOT NULL CHECK (ask IN (0, 1))
) STRICT, WITHOUT ROWID;

-- The numbers by which people without a paddle are known, in order of their first message. The row of an erased person stays,
-- so that nobody else gets the number.
CREATE TABLE room_speakers (
  auction_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  user_id TEXT,
  PRIMARY KEY (auction_id, number),
  UNIQUE (auction_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_speakers_of ON room_speakers (user_id);

-- A private conversation with the seller. `asker_read` and `seller_read` are the last message that each side
-- has seen, `told` the last one of which notices were made.
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  auction_id TEXT NOT NULL,
  asker_id TEXT,
  asker TEXT NOT NULL,
  last INTEGER NOT NULL,
  asker_read INTEGER NOT NULL,
  seller_read INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX conversations_one ON conversations (auction_id, asker_id);
CREATE INDEX conversations_untold ON conversations (id) WHERE last > told;
CREATE INDEX conversations_of ON conversations (asker_id, last);

-- `conversation_id` is null for what was said to the room. `text` is null where it was removed or its speaker erased.
-- `key_hash` is that of the idempotency key with its user: the key itself is nowhere.
CREATE TABLE room_messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  auction_id TEXT NOT NULL,
  conversation_id TEXT,
  user_id TEXT,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  text TEXT,
  at INTEGER NOT NULL,
  key_hash TEXT
) STRICT;
CREATE INDEX room_messages_in ON room_messages (auction_id, number);
CREATE INDEX room_messages_asked ON room_messages (conversation_id, number) WHERE conversation_id IS NOT NULL;
CREATE UNIQUE INDEX room_messages_once ON room_messages (auction_id, key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX room_messages_of ON room_messages (user_id) WHERE user_id IS NOT NULL;

-- Who may not speak, and until when; null is for good.
CREATE TABLE room_mutes (
  auction_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  speaker TEXT NOT NULL,
  until INTEGER,
  PRIMARY KEY (auction_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_reports (
  message_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (message_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_reports_of ON room_reports (user_id);

-- What sellers and the house did in rooms: who removed, muted or changed what, when and why. Never the text.
CREATE TABLE room_acts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  auction_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  user_id TEXT,
  act TEXT NOT NULL CHECK (act IN ('remove', 'mute', 'unmute', 'settings')),
  target TEXT NOT NULL,
  reason TEXT
) STRICT;
CREATE INDEX room_acts_in ON room_acts (auction_id);
CREATE INDEX room_acts_of ON room_acts (user_id) WHERE user_id IS NOT NULL;
