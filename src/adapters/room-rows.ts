import type { RoomSettings } from '../domain/room.ts'
import type { Conversation, ListedConversation, Reported, StoredMessage } from '../engine/room-ports.ts'
import type { Page } from '../engine/ports.ts'

/** Rows of the tables of rooms, as both engines return them. */

export type RoomRow = { auction_id: string; presence: string; messages: string; ask: 0 | 1 }

export type MessageRow = {
  number: number
  id: string
  auction_id: string
  conversation_id: string | null
  user_id: string | null
  sender: string
  recipient: string
  text: string | null
  at: number
}

/** What makes a `MessageRow`, of `room_messages m`. */
export const MESSAGE = 'm.number, m.id, m.auction_id, m.conversation_id, m.user_id, m.sender, m.recipient, m.text, m.at'

/** Whose conversation a message `m` is of. */
export const ASKER = '(SELECT c.asker_id FROM conversations c WHERE c.id = m.conversation_id) AS asker_id'

/** A message with whose conversation it is of. */
export type Asked = MessageRow & { asker_id: string | null }

export type ConversationRow = { id: string; auction_id: string; asker_id: string | null; asker: string }

/** What makes a `ConversationRow`, of `conversations c`. */
export const CONVERSATION = 'c.id, c.auction_id, c.asker_id, c.asker'

/** A line of a list: the last message, and what names its conversation. */
export type ListedRow = MessageRow & {
  asker_id: string | null
  asker: string
  title: string
  seller_id: string
  unread: number
}

/** Messages to their seller are the asker's, all others of a conversation are for the asker. */
export const UNREAD = `CASE WHEN c.asker_id = $1 THEN
    (SELECT count(*) FROM room_messages u
     WHERE u.conversation_id = c.id AND u.number > c.asker_read AND u.recipient <> 'seller')
  ELSE
    (SELECT count(*) FROM room_messages u
     WHERE u.conversation_id = c.id AND u.number > c.seller_read AND u.recipient = 'seller') END`

export function settingsOf(rows: readonly RoomRow[]): ReadonlyMap<string, RoomSettings> {
  return new Map(
    rows.map(({ auction_id: id, presence, messages, ask }) => [
      id,
      { presence, messages, ask: ask === 1 } as RoomSettings,
    ]),
  )
}

export function messageOf(row: MessageRow): StoredMessage {
  const { number, id, auction_id: auctionId, conversation_id: conversationId, user_id: userId } = row
  const { sender, recipient, text, at } = row
  return { number, id, auctionId, conversationId, userId, sender, recipient, text, at }
}

export function asked(row: Asked): { message: StoredMessage; askerId: string | null } {
  return { message: messageOf(row), askerId: row.asker_id }
}

export function conversationOf({ id, auction_id: auctionId, asker_id: askerId, asker }: ConversationRow): Conversation {
  return { id, auctionId, askerId, asker }
}

function listedOf(row: ListedRow): ListedConversation {
  const { conversation_id: id, auction_id: auctionId, asker_id: askerId, asker } = row
  const { title, seller_id: sellerId, unread } = row
  return { id: id!, auctionId, askerId, asker, title, sellerId, unread, last: messageOf(row) }
}

/** A page whose cursor is the id of its last message: a number would tell how much is said elsewhere. */
function pageOf<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { items: rows.slice(0, limit).map(item), nextCursor: last?.id ?? null }
}

export function conversationPage(rows: readonly ListedRow[], limit: number): Page<ListedConversation> {
  return pageOf(rows, limit, listedOf)
}

export type ReportedRow = MessageRow & { title: string; reports: number }

export function reportedPage(rows: readonly ReportedRow[], limit: number): Page<Reported> {
  return pageOf(rows, limit, (row) => ({ message: messageOf(row), title: row.title, reports: row.reports }))
}

export const REPORTED = `SELECT ${MESSAGE}, a.title,
    (SELECT count(*) FROM room_reports r WHERE r.message_id = m.id) AS reports
  FROM room_messages m JOIN auctions a ON a.id = m.auction_id
  WHERE m.text IS NOT NULL AND m.id IN (SELECT message_id FROM room_reports)`

/** All rows of the room of an auction go with it, or when it is long over. */
export const ROOM_TABLES = ['room_speakers', 'room_mutes', 'conversations'] as const

/** An auction that was over before an instant, and of which messages are kept; found by jumping from auction to auction. */
export const OVER_WITH_MESSAGES = `WITH RECURSIVE ids (id) AS (
    SELECT min(auction_id) FROM room_messages
    UNION ALL
    SELECT (SELECT min(m.auction_id) FROM room_messages m WHERE m.auction_id > ids.id) FROM ids WHERE ids.id IS NOT NULL
  )
  SELECT a.id FROM ids JOIN auctions a ON a.id = ids.id
  WHERE a.status IN ('closed', 'cancelled') AND coalesce(a.closes_at, a.created_at) < $1 LIMIT 1`
