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
import type { Sqlite } from './database.ts'

/** In SQL that both engines share, `$1` is the first of the values; SQLite knows them by name. */
const named = (sql: string): string => sql.replaceAll(/\$(\d)/g, '$v$1')
const values = (...given: readonly unknown[]) => Object.fromEntries(given.map((value, i) => [`v${i + 1}`, value]))

const SAID_BEFORE = '(? IS NULL OR m.number < (SELECT number FROM room_messages WHERE id = ?))'
const OVER = named(OVER_WITH_MESSAGES)

export class SqliteRooms implements RoomRecords {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async rooms(auctionIds: readonly string[]): Promise<ReadonlyMap<string, RoomSettings>> {
    const sql = 'SELECT * FROM rooms WHERE auction_id IN (SELECT value FROM json_each(?))'
    return settingsOf(this.#sqlite.all<RoomRow>(sql, JSON.stringify(auctionIds)))
  }

  async standing({ auctionId, userId, keyHash, at }: Parameters<RoomRecords['standing']>[0]): Promise<RoomStanding> {
    const mute = this.#sqlite.get<Mute>(
      'SELECT until FROM room_mutes WHERE auction_id = ? AND user_id = ? AND (until IS NULL OR until > ?)',
      auctionId,
      userId,
      at,
    )
    const prior = keyHash === null ? undefined : this.#prior(auctionId, keyHash)
    return {
      number: this.#numberOf(auctionId, userId),
      mute: mute ?? null,
      prior: prior === undefined ? null : asked(prior),
    }
  }

  #prior(auctionId: string, keyHash: string): Asked | undefined {
    const sql = `SELECT ${MESSAGE}, ${ASKER} FROM room_messages m WHERE m.auction_id = ? AND m.key_hash = ?`
    return this.#sqlite.get<Asked>(sql, auctionId, keyHash)
  }

  #numberOf(auctionId: string, userId: string): number | null {
    const sql = 'SELECT number FROM room_speakers WHERE auction_id = ? AND user_id = ?'
    return this.#sqlite.get<{ number: number }>(sql, auctionId, userId)?.number ?? null
  }

  async numbered(auctionId: string, number: number): Promise<string | null> {
    const sql = 'SELECT user_id AS id FROM room_speakers WHERE auction_id = ? AND number = ?'
    return this.#sqlite.get<{ id: string | null }>(sql, auctionId, number)?.id ?? null
  }

  async said(auctionId: string, { before, limit }: { before: string | null; limit: number }): Promise<StoredMessage[]> {
    return this.#sqlite
      .all<MessageRow>(
        `SELECT ${MESSAGE} FROM room_messages m WHERE m.auction_id = ? AND m.conversation_id IS NULL
           AND m.text IS NOT NULL AND ${SAID_BEFORE} ORDER BY m.number DESC LIMIT ?`,
        auctionId,
        before,
        before,
        limit,
      )
      .map(messageOf)
  }

  async message(auctionId: string, id: string): Promise<{ message: StoredMessage; askerId: string | null } | null> {
    const sql = `SELECT ${MESSAGE}, ${ASKER} FROM room_messages m WHERE m.id = ? AND m.auction_id = ?`
    const row = this.#sqlite.get<Asked>(sql, id, auctionId)
    return row === undefined ? null : asked(row)
  }

  async conversation(id: string): Promise<Conversation | null> {
    const row = this.#sqlite.get<ConversationRow>(`SELECT ${CONVERSATION} FROM conversations c WHERE c.id = ?`, id)
    return row === undefined ? null : conversationOf(row)
  }

  async conversationOf(auctionId: string, askerId: string): Promise<Conversation | null> {
    const row = this.#conversationOf(auctionId, askerId)
    return row === undefined ? null : conversationOf(row)
  }

  #conversationOf(auctionId: string, askerId: string): ConversationRow | undefined {
    const sql = `SELECT ${CONVERSATION} FROM conversations c WHERE c.auction_id = ? AND c.asker_id = ?`
    return this.#sqlite.get<ConversationRow>(sql, auctionId, askerId)
  }

  async conversations(query: ConversationsQuery): Promise<Page<ListedConversation>> {
    const { userId, all, unread, limit, cursor } = query
    const rows = this.#sqlite.all<ListedRow>(
      `SELECT * FROM (
         SELECT ${MESSAGE}, c.asker_id, c.asker, a.title, a.seller_id, ${named(UNREAD)} AS unread
         FROM conversations c JOIN auctions a ON a.id = c.auction_id JOIN room_messages m ON m.number = c.last
         WHERE ($v2 = 1 OR c.id IN (
             SELECT id FROM conversations WHERE asker_id = $v1
             UNION SELECT o.id FROM auctions s JOIN conversations o ON o.auction_id = s.id WHERE s.seller_id = $v1))
           AND ($v4 IS NULL OR c.last < (SELECT number FROM room_messages WHERE id = $v4)))
       WHERE $v3 = 0 OR unread > 0 ORDER BY number DESC LIMIT $v5`,
      values(userId, all ? 1 : 0, unread ? 1 : 0, cursor, limit + 1),
    )
    return conversationPage(rows, limit)
  }

  async asked(id: string, { before, limit }: { before: string | null; limit: number }): Promise<StoredMessage[]> {
    return this.#sqlite
      .all<MessageRow>(
        `SELECT ${MESSAGE} FROM room_messages m WHERE m.conversation_id = ? AND ${SAID_BEFORE}
         ORDER BY m.number DESC LIMIT ?`,
        id,
        before,
        before,
        limit,
      )
      .map(messageOf)
  }

  async mutes(auctionId: string, at: Instant): Promise<(Mute & { userId: string; speaker: string })[]> {
    return this.#sqlite.all(
      `SELECT user_id AS userId, speaker, until FROM room_mutes
       WHERE auction_id = ? AND (until IS NULL OR until > ?) ORDER BY user_id`,
      auctionId,
      at,
    )
  }

  async reported(sellerId: string | null, { limit, cursor }: Paging): Promise<Page<Reported>> {
    const rows = this.#sqlite.all<ReportedRow>(
      `${REPORTED} AND (? IS NULL OR a.seller_id = ?) AND ${SAID_BEFORE} ORDER BY m.number DESC LIMIT ?`,
      sellerId,
      sellerId,
      cursor,
      cursor,
      limit + 1,
    )
    return reportedPage(rows, limit)
  }

  async setRoom({ presence, messages, ask }: RoomSettings, act: RoomAct): Promise<void> {
    this.#sqlite.transaction(() => {
      this.#sqlite.run(
        'INSERT OR REPLACE INTO rooms (auction_id, presence, messages, ask) VALUES (?, ?, ?, ?)',
        act.auctionId,
        presence,
        messages,
        ask ? 1 : 0,
      )
      this.#record(act, 'settings', `${presence} ${messages} ${ask ? 'ask' : 'no ask'}`)
    })
  }

  #record({ auctionId, at, userId, reason }: RoomAct, act: string, target: string): void {
    this.#sqlite.run(
      'INSERT INTO room_acts (auction_id, at, user_id, act, target, reason) VALUES (?, ?, ?, ?, ?, ?)',
      auctionId,
      at,
      userId,
      act,
      target,
      reason,
    )
  }

  /** Bids share the writing thread: none waits for the disk to have a message (ROOM-9). */
  async addMessages(messages: readonly NewMessage[]): Promise<AddedMessage[]> {
    return this.#sqlite.unsyncedTransaction(() => messages.map((message) => this.#add(message)))
  }

  #add(message: NewMessage): AddedMessage {
    const { auctionId, userId, keyHash, private: asking } = message
    const prior = keyHash === null ? undefined : this.#prior(auctionId, keyHash)
    if (prior !== undefined) return { ...asked(prior), isNew: false }
    const sender = message.sender ?? `V${this.#numberFor(auctionId, userId)}`
    const conversationId = asking === null ? null : this.#conversationFor(message, sender)
    const { id, recipient, text, at } = message
    const columns = ['id', 'auction_id', 'conversation_id', 'user_id', 'sender', 'recipient', 'text', 'at', 'key_hash']
    const number = this.#sqlite.insert('room_messages', columns, [
      [id, auctionId, conversationId, userId, sender, recipient, text, at, keyHash],
    ])
    if (conversationId !== null)
      this.#sqlite.run(
        `UPDATE conversations SET last = ?, ${asking!.askerId === userId ? 'asker_read' : 'seller_read'} = ? WHERE id = ?`,
        number,
        number,
        conversationId,
      )
    const stored = { number, id, auctionId, conversationId, userId, sender, recipient, text, at }
    return { message: stored, askerId: asking?.askerId ?? null, isNew: true }
  }

  #numberFor(auctionId: string, userId: string): number {
    const known = this.#numberOf(auctionId, userId)
    if (known !== null) return known
    const { number } = this.#sqlite.get<{ number: number }>(
      'SELECT ifnull(max(number), 0) + 1 AS number FROM room_speakers WHERE auction_id = ?',
      auctionId,
    )!
    const sql = 'INSERT INTO room_speakers (auction_id, number, user_id) VALUES (?, ?, ?)'
    this.#sqlite.run(sql, auctionId, number, userId)
    return number
  }

  #conversationFor({ auctionId, userId, private: asking }: NewMessage, sender: string): string {
    const { conversationId, askerId, asker } = asking!
    const name = askerId === userId ? sender : asker!
    const known = this.#conversationOf(auctionId, askerId)
    if (known === undefined)
      this.#sqlite.run(
        `INSERT INTO conversations (id, auction_id, asker_id, asker, last, asker_read, seller_read)
         VALUES (?, ?, ?, ?, 0, 0, 0)`,
        conversationId,
        auctionId,
        askerId,
        name,
      )
    else if (known.asker !== name) this.#sqlite.run('UPDATE conversations SET asker = ? WHERE id = ?', name, known.id)
    return known?.id ?? conversationId
  }

  /** The text is cut off from the WAL as soon as the writer is idle: no bid waits for that. */
  async removeMessage(id: string, act: RoomAct): Promise<boolean> {
    return this.#sqlite.transaction(() => {
      const sql = 'UPDATE room_messages SET text = NULL WHERE id = ? AND auction_id = ? AND text IS NOT NULL'
      if (this.#sqlite.run(sql, id, act.auctionId) === 0) return false
      this.#record(act, 'remove', id)
      this.#sqlite.noteErased(act.at)
      return true
    })
  }

  async setMute(
    { userId, speaker, until }: { userId: string; speaker: string; until: Instant | null | undefined },
    act: RoomAct,
  ): Promise<void> {
    this.#sqlite.transaction(() => {
      if (until === undefined)
        this.#sqlite.run('DELETE FROM room_mutes WHERE auction_id = ? AND user_id = ?', act.auctionId, userId)
      else
        this.#sqlite.run(
          'INSERT OR REPLACE INTO room_mutes (auction_id, user_id, speaker, until) VALUES (?, ?, ?, ?)',
          act.auctionId,
          userId,
          speaker,
          until,
        )
      this.#record(act, until === undefined ? 'unmute' : 'mute', speaker)
    })
  }

  async report(messageId: string, userId: string, at: Instant): Promise<void> {
    const sql = 'INSERT OR IGNORE INTO room_reports (message_id, user_id, at) VALUES (?, ?, ?)'
    this.#sqlite.run(sql, messageId, userId, at)
  }

  async markRead(conversationId: string, side: 'asker' | 'seller', number: number): Promise<void> {
    const column = `${side}_read`
    const sql = `UPDATE conversations SET ${column} = ? WHERE id = ? AND ${column} < ?`
    this.#sqlite.unsyncedTransaction(() => this.#sqlite.run(sql, number, conversationId, number))
  }

  async sweepRooms(before: Instant, most: number): Promise<number> {
    return this.#sqlite.transaction(() => {
      const over = this.#sqlite.get<{ id: string }>(OVER, values(before))
      if (over === undefined) return 0
      const some = '(SELECT id FROM room_messages WHERE auction_id = ? ORDER BY number LIMIT ?)'
      this.#sqlite.run(`DELETE FROM room_reports WHERE message_id IN ${some}`, over.id, most)
      const gone = this.#sqlite.run(`DELETE FROM room_messages WHERE id IN ${some}`, over.id, most)
      const left = this.#sqlite.get('SELECT 1 FROM room_messages WHERE auction_id = ? LIMIT 1', over.id)
      if (left === undefined)
        for (const table of ROOM_TABLES) this.#sqlite.run(`DELETE FROM ${table} WHERE auction_id = ?`, over.id)
      this.#sqlite.noteErased(before)
      return gone
    })
  }
}

/** Erases what somebody said and reported in rooms, and who they were there. Runs in the transaction of the erasure. */
export function eraseFromRooms(sqlite: Sqlite, userId: string): void {
  for (const sql of [
    'UPDATE room_messages SET text = NULL, user_id = NULL, key_hash = NULL WHERE user_id = ?',
    'UPDATE room_speakers SET user_id = NULL WHERE user_id = ?',
    'UPDATE conversations SET asker_id = NULL WHERE asker_id = ?',
    'DELETE FROM room_mutes WHERE user_id = ?',
    'DELETE FROM room_reports WHERE user_id = ?',
    'UPDATE room_acts SET user_id = NULL, reason = NULL WHERE user_id = ?',
  ])
    sqlite.run(sql, userId)
}

/** Removes the room of a draft that is removed. */
export function removeRoom(sqlite: Sqlite, auctionId: string): void {
  const ofMessages = 'DELETE FROM room_reports WHERE message_id IN (SELECT id FROM room_messages WHERE auction_id = ?)'
  sqlite.run(ofMessages, auctionId)
  for (const table of ['rooms', 'room_messages', 'room_acts', ...ROOM_TABLES])
    sqlite.run(`DELETE FROM ${table} WHERE auction_id = ?`, auctionId)
}
