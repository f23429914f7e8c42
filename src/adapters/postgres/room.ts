import type { Instant } from '../../domain/instant.ts'
import type { RoomSettings } from '../../domain/room.ts'
import type { Page, Paging } from '../../engine/ports.ts'
import type {
  AddedMessage,
  Conversation,
  ConversationsQuery,
  ListedConversation,
  Mute,
  NewMessage,
  Reported,
  RoomAct,
  RoomRecords,
  RoomStanding,
  StoredMessage,
} from '../../engine/room-ports.ts'
import {
  ASKER,
  type Asked,
  CONVERSATION,
  type ConversationRow,
  type ListedRow,
  MESSAGE,
  type MessageRow,
  OVER_WITH_MESSAGES,
  REPORTED,
  ROOM_TABLES,
  type ReportedRow,
  type RoomRow,
  UNREAD,
  asked,
  conversationOf,
  conversationPage,
  messageOf,
  reportedPage,
  settingsOf,
} from '../room-rows.ts'
import type { Postgres, Queries } from './connections.ts'
import { lockClasses } from './locks.ts'

const before = (parameter: string): string =>
  `(${parameter}::text IS NULL OR m.number < (SELECT number FROM room_messages WHERE id = ${parameter}))`

export class PostgresRooms implements RoomRecords {
  readonly #postgres: Postgres

  constructor(postgres: Postgres) {
    this.#postgres = postgres
  }

  async rooms(auctionIds: readonly string[]): Promise<ReadonlyMap<string, RoomSettings>> {
    const sql = 'SELECT auction_id, presence, messages, ask FROM rooms WHERE auction_id = ANY ($1)'
    return settingsOf(await this.#postgres.all<RoomRow>(sql, auctionIds))
  }

  async standing({ auctionId, userId, keyHash, at }: Parameters<RoomRecords['standing']>[0]): Promise<RoomStanding> {
    const [number, mute, prior] = await Promise.all([
      numberOf(this.#postgres, auctionId, userId),
      this.#postgres.get<Mute>(
        'SELECT until FROM room_mutes WHERE auction_id = $1 AND user_id = $2 AND (until IS NULL OR until > $3)',
        auctionId,
        userId,
        at,
      ),
      keyHash === null ? undefined : priorOf(this.#postgres, auctionId, keyHash),
    ])
    return { number, mute: mute ?? null, prior: prior === undefined ? null : asked(prior) }
  }

  async numbered(auctionId: string, number: number): Promise<string | null> {
    const sql = 'SELECT user_id AS id FROM room_speakers WHERE auction_id = $1 AND number = $2'
    return (await this.#postgres.get<{ id: string | null }>(sql, auctionId, number))?.id ?? null
  }

  async said(auctionId: string, page: { before: string | null; limit: number }): Promise<StoredMessage[]> {
    const rows = await this.#postgres.all<MessageRow>(
      `SELECT ${MESSAGE} FROM room_messages m WHERE m.auction_id = $1 AND m.conversation_id IS NULL
         AND m.text IS NOT NULL AND ${before('$2')} ORDER BY m.number DESC LIMIT $3`,
      auctionId,
      page.before,
      page.limit,
    )
    return rows.map(messageOf)
  }

  async message(auctionId: string, id: string): Promise<{ message: StoredMessage; askerId: string | null } | null> {
    const sql = `SELECT ${MESSAGE}, ${ASKER} FROM room_messages m WHERE m.id = $1 AND m.auction_id = $2`
    const row = await this.#postgres.get<Asked>(sql, id, auctionId)
    return row === undefined ? null : asked(row)
  }

  async conversation(id: string): Promise<Conversation | null> {
    const sql = `SELECT ${CONVERSATION} FROM conversations c WHERE c.id = $1`
    const row = await this.#postgres.get<ConversationRow>(sql, id)
    return row === undefined ? null : conversationOf(row)
  }

  async conversationOf(auctionId: string, askerId: string): Promise<Conversation | null> {
    const row = await conversationIn(this.#postgres, auctionId, askerId)
    return row === undefined ? null : conversationOf(row)
  }

  async conversations(query: ConversationsQuery): Promise<Page<ListedConversation>> {
    const { userId, all, unread, limit, cursor } = query
    const rows = await this.#postgres.all<ListedRow>(
      `SELECT * FROM (
         SELECT ${MESSAGE}, c.asker_id, c.asker, a.title, a.seller_id, ${UNREAD} AS unread
         FROM conversations c JOIN auctions a ON a.id = c.auction_id JOIN room_messages m ON m.number = c.last
         WHERE ($2 OR c.id IN (
             SELECT id FROM conversations WHERE asker_id = $1
             UNION SELECT o.id FROM auctions s JOIN conversations o ON o.auction_id = s.id WHERE s.seller_id = $1))
           AND ($4::text IS NULL OR c.last < (SELECT number FROM room_messages WHERE id = $4))) listed
       WHERE NOT $3 OR unread > 0 ORDER BY number DESC LIMIT $5`,
      userId,
      all,
      unread,
      cursor,
      limit + 1,
    )
    return conversationPage(rows, limit)
  }

  async asked(id: string, page: { before: string | null; limit: number }): Promise<StoredMessage[]> {
    const rows = await this.#postgres.all<MessageRow>(
      `SELECT ${MESSAGE} FROM room_messages m WHERE m.conversation_id = $1 AND ${before('$2')}
       ORDER BY m.number DESC LIMIT $3`,
      id,
      page.before,
      page.limit,
    )
    return rows.map(messageOf)
  }

  mutes(auctionId: string, at: Instant): Promise<(Mute & { userId: string; speaker: string })[]> {
    return this.#postgres.all(
      `SELECT user_id AS "userId", speaker, until FROM room_mutes
       WHERE auction_id = $1 AND (until IS NULL OR until > $2) ORDER BY user_id`,
      auctionId,
      at,
    )
  }

  async reported(sellerId: string | null, { limit, cursor }: Paging): Promise<Page<Reported>> {
    const rows = await this.#postgres.all<ReportedRow>(
      `${REPORTED} AND ($1::text IS NULL OR a.seller_id = $1) AND ${before('$2')} ORDER BY m.number DESC LIMIT $3`,
      sellerId,
      cursor,
      limit + 1,
    )
    return reportedPage(rows, limit)
  }

  setRoom({ presence, messages, ask }: RoomSettings, act: RoomAct): Promise<void> {
    return this.#postgres.transaction(async (queries) => {
      await queries.run(
        `INSERT INTO rooms (auction_id, presence, messages, ask) VALUES ($1, $2, $3, $4)
         ON CONFLICT (auction_id) DO UPDATE SET presence = excluded.presence, messages = excluded.messages,
           ask = excluded.ask`,
        act.auctionId,
        presence,
        messages,
        ask ? 1 : 0,
      )
      await record(queries, act, 'settings', `${presence} ${messages} ${ask ? 'ask' : 'no ask'}`)
    })
  }

  /** Rooms are locked for their transaction, so that numbers and conversations are given once. */
  addMessages(messages: readonly NewMessage[]): Promise<AddedMessage[]> {
    return this.#postgres.transaction(async (queries) => {
      for (const auctionId of [...new Set(messages.map((message) => message.auctionId))].toSorted())
        await queries.run('SELECT pg_advisory_xact_lock($1, hashtext($2))', lockClasses.room, auctionId)
      const added: AddedMessage[] = []
      for (const message of messages) added.push(await add(queries, message))
      return added
    })
  }

  removeMessage(id: string, act: RoomAct): Promise<boolean> {
    return this.#postgres.transaction(async (queries) => {
      const sql = 'UPDATE room_messages SET text = NULL WHERE id = $1 AND auction_id = $2 AND text IS NOT NULL'
      if ((await queries.run(sql, id, act.auctionId)) === 0) return false
      await record(queries, act, 'remove', id)
      return true
    })
  }

  setMute(
    { userId, speaker, until }: { userId: string; speaker: string; until: Instant | null | undefined },
    act: RoomAct,
  ): Promise<void> {
    return this.#postgres.transaction(async (queries) => {
      if (until === undefined)
        await queries.run('DELETE FROM room_mutes WHERE auction_id = $1 AND user_id = $2', act.auctionId, userId)
      else
        await queries.run(
          `INSERT INTO room_mutes (auction_id, user_id, speaker, until) VALUES ($1, $2, $3, $4)
           ON CONFLICT (auction_id, user_id) DO UPDATE SET speaker = excluded.speaker, until = excluded.until`,
          act.auctionId,
          userId,
          speaker,
          until,
        )
      await record(queries, act, until === undefined ? 'unmute' : 'mute', speaker)
    })
  }

  async report(messageId: string, userId: string, at: Instant): Promise<void> {
    const sql = 'INSERT INTO room_reports (message_id, user_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'
    await this.#postgres.run(sql, messageId, userId, at)
  }

  async markRead(conversationId: string, side: 'asker' | 'seller', number: number): Promise<void> {
    const column = `${side}_read`
    const sql = `UPDATE conversations SET ${column} = $2 WHERE id = $1 AND ${column} < $2`
    await this.#postgres.run(sql, conversationId, number)
  }

  sweepRooms(instant: Instant, most: number): Promise<number> {
    return this.#postgres.transaction(async (queries) => {
      const over = await queries.get<{ id: string }>(OVER_WITH_MESSAGES, instant)
      if (over === undefined) return 0
      const some = '(SELECT id FROM room_messages WHERE auction_id = $1 ORDER BY number LIMIT $2)'
      await queries.run(`DELETE FROM room_reports WHERE message_id IN ${some}`, over.id, most)
      const gone = await queries.run(`DELETE FROM room_messages WHERE id IN ${some}`, over.id, most)
      const left = await queries.get('SELECT FROM room_messages WHERE auction_id = $1 LIMIT 1', over.id)
      if (left === undefined)
        for (const table of ROOM_TABLES) await queries.run(`DELETE FROM ${table} WHERE auction_id = $1`, over.id)
      return gone
    })
  }
}

async function numberOf(queries: Queries, auctionId: string, userId: string): Promise<number | null> {
  const sql = 'SELECT number FROM room_speakers WHERE auction_id = $1 AND user_id = $2'
  return (await queries.get<{ number: number }>(sql, auctionId, userId))?.number ?? null
}

function priorOf(queries: Queries, auctionId: string, keyHash: string): Promise<Asked | undefined> {
  const sql = `SELECT ${MESSAGE}, ${ASKER} FROM room_messages m WHERE m.auction_id = $1 AND m.key_hash = $2`
  return queries.get<Asked>(sql, auctionId, keyHash)
}

function conversationIn(queries: Queries, auctionId: string, askerId: string): Promise<ConversationRow | undefined> {
  const sql = `SELECT ${CONVERSATION} FROM conversations c WHERE c.auction_id = $1 AND c.asker_id = $2`
  return queries.get<ConversationRow>(sql, auctionId, askerId)
}

async function add(queries: Queries, message: NewMessage): Promise<AddedMessage> {
  const { auctionId, userId, keyHash, private: asking } = message
  const prior = keyHash === null ? undefined : await priorOf(queries, auctionId, keyHash)
  if (prior !== undefined) return { ...asked(prior), isNew: false }
  const sender = message.sender ?? `V${await numberFor(queries, auctionId, userId)}`
  const conversationId = asking === null ? null : await conversationFor(queries, message, sender)
  const { id, recipient, text, at } = message
  const inserted = await queries.get<{ number: number }>(
    `INSERT INTO room_messages (id, auction_id, conversation_id, user_id, sender, recipient, text, at, key_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING number`,
    id,
    auctionId,
    conversationId,
    userId,
    sender,
    recipient,
    text,
    at,
    keyHash,
  )
  const { number } = inserted!
  if (conversationId !== null)
    await queries.run(
      `UPDATE conversations SET last = $2, ${asking!.askerId === userId ? 'asker_read' : 'seller_read'} = $2 WHERE id = $1`,
      conversationId,
      number,
    )
  const stored = { number, id, auctionId, conversationId, userId, sender, recipient, text, at }
  return { message: stored, askerId: asking?.askerId ?? null, isNew: true }
}

async function numberFor(queries: Queries, auctionId: string, userId: string): Promise<number> {
  const known = await numberOf(queries, auctionId, userId)
  if (known !== null) return known
  const row = await queries.get<{ number: number }>(
    `INSERT INTO room_speakers (auction_id, number, user_id)
     SELECT $1, coalesce(max(number), 0) + 1, $2 FROM room_speakers WHERE auction_id = $1 RETURNING number`,
    auctionId,
    userId,
  )
  return row!.number
}

async function conversationFor(
  queries: Queries,
  { auctionId, userId, private: asking }: NewMessage,
  sender: string,
): Promise<string> {
  const { conversationId, askerId, asker } = asking!
  const name = askerId === userId ? sender : asker!
  const known = await conversationIn(queries, auctionId, askerId)
  if (known === undefined)
    await queries.run(
      `INSERT INTO conversations (id, auction_id, asker_id, asker, last, asker_read, seller_read)
       VALUES ($1, $2, $3, $4, 0, 0, 0)`,
      conversationId,
      auctionId,
      askerId,
      name,
    )
  else if (known.asker !== name) await queries.run('UPDATE conversations SET asker = $2 WHERE id = $1', known.id, name)
  return known?.id ?? conversationId
}

async function record(
  queries: Queries,
  { auctionId, at, userId, reason }: RoomAct,
  act: string,
  target: string,
): Promise<void> {
  await queries.run(
    'INSERT INTO room_acts (auction_id, at, user_id, act, target, reason) VALUES ($1, $2, $3, $4, $5, $6)',
    auctionId,
    at,
    userId,
    act,
    target,
    reason,
  )
}

/** Erases what somebody said and reported in rooms, and who they were there; `$1` is their id. */
export const ERASE_FROM_ROOMS: readonly string[] = [
  'UPDATE room_messages SET text = NULL, user_id = NULL, key_hash = NULL WHERE user_id = $1',
  'UPDATE room_speakers SET user_id = NULL WHERE user_id = $1',
  'UPDATE conversations SET asker_id = NULL WHERE asker_id = $1',
  'DELETE FROM room_mutes WHERE user_id = $1',
  'DELETE FROM room_reports WHERE user_id = $1',
  'UPDATE room_acts SET user_id = NULL, reason = NULL WHERE user_id = $1',
]

/** Removes the room of a draft that is removed. */
export async function removeRoom(queries: Queries, auctionId: string): Promise<void> {
  const ofMessages = 'DELETE FROM room_reports WHERE message_id IN (SELECT id FROM room_messages WHERE auction_id = $1)'
  await queries.run(ofMessages, auctionId)
  for (const table of ['rooms', 'room_messages', 'room_acts', ...ROOM_TABLES])
    await queries.run(`DELETE FROM ${table} WHERE auction_id = $1`, auctionId)
}
