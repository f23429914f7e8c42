import type { Instant } from '../domain/instant.ts'
import type { RoomSettings } from '../domain/room.ts'
import type { Page, Paging } from './ports.ts'

/** Ports of storage for the rooms of auctions. Nothing of it is in a ledger, and no bid waits for it. */

/** A message that is kept. `number` orders all messages. */
export type StoredMessage = {
  readonly number: number
  readonly id: string
  readonly auctionId: string
  /** Null if it was said to the room. */
  readonly conversationId: string | null
  /** Null if its sender was erased. */
  readonly userId: string | null
  readonly sender: string
  readonly recipient: string
  /** Null if it was removed, or its sender erased. */
  readonly text: string | null
  readonly at: Instant
}

/** A message to be added. */
export type NewMessage = {
  readonly id: string
  readonly auctionId: string
  readonly userId: string
  /** Null if only a number of the room names the sender. */
  readonly sender: string | null
  readonly recipient: string
  /** Of a private message, whose conversation with the seller it is of. */
  readonly private: {
    /** The id of the conversation, if it is the first message. */
    readonly conversationId: string
    readonly askerId: string
    /** The name of the asker; null if the sender is the asker, or has none yet. */
    readonly asker: string | null
  } | null
  readonly text: string
  readonly at: Instant
  /** Hash of the idempotency key and its user; null for none. */
  readonly keyHash: string | null
}

/** An added message; `isNew` is false if its key was used before, and then it is the message of that time. */
export type AddedMessage = { readonly message: StoredMessage; readonly askerId: string | null; readonly isNew: boolean }

/** What storage knows of somebody in a room. */
export type RoomStanding = {
  /** The number by which somebody without a paddle is known; null before the first message. */
  readonly number: number | null
  /** Null if not muted, or not any more at the time asked for. */
  readonly mute: Mute | null
  /** The message of the key that was asked for. */
  readonly prior: { readonly message: StoredMessage; readonly askerId: string | null } | null
}

/** `until` is null for good. */
export type Mute = { readonly until: Instant | null }

export type Conversation = {
  readonly id: string
  readonly auctionId: string
  /** Null if they were erased. */
  readonly askerId: string | null
  /** The asker's name at their latest message. */
  readonly asker: string
}

/** A line of a list of conversations. */
export type ListedConversation = Conversation & {
  readonly title: string
  readonly sellerId: string
  readonly unread: number
  readonly last: StoredMessage
}

/** Whose conversations are listed: those of a person as asker or seller, or, to an admin, all. */
export type ConversationsQuery = Paging & { readonly userId: string; readonly all: boolean; readonly unread: boolean }

/** A message that readers reported, and how many of them. */
export type Reported = { readonly message: StoredMessage; readonly title: string; readonly reports: number }

/** A record of who did what in a room. */
export type RoomAct = {
  readonly auctionId: string
  readonly at: Instant
  readonly userId: string
  readonly reason: string | null
}

export interface RoomReads {
  /** The settings of rooms that differ from the default, by auction. */
  rooms(auctionIds: readonly string[]): Promise<ReadonlyMap<string, RoomSettings>>
  standing(ask: {
    readonly auctionId: string
    readonly userId: string
    readonly keyHash: string | null
    readonly at: Instant
  }): Promise<RoomStanding>
  /** Whom a number of the room names; null for nobody, or somebody erased. */
  numbered(auctionId: string, number: number): Promise<string | null>
  /** What was said to the room, the newest first, before a message. */
  said(
    auctionId: string,
    page: { readonly before: string | null; readonly limit: number },
  ): Promise<readonly StoredMessage[]>
  message(
    auctionId: string,
    id: string,
  ): Promise<{ readonly message: StoredMessage; readonly askerId: string | null } | null>
  conversation(id: string): Promise<Conversation | null>
  conversationOf(auctionId: string, askerId: string): Promise<Conversation | null>
  conversations(query: ConversationsQuery): Promise<Page<ListedConversation>>
  /** The messages of a conversation, the newest first. */
  asked(id: string, page: { readonly before: string | null; readonly limit: number }): Promise<readonly StoredMessage[]>
  mutes(
    auctionId: string,
    at: Instant,
  ): Promise<readonly (Mute & { readonly userId: string; readonly speaker: string })[]>
  /** Reported messages in the auctions of a seller, or, for null, in all. */
  reported(sellerId: string | null, paging: Paging): Promise<Page<Reported>>
}

export interface RoomWrites {
  setRoom(settings: RoomSettings, act: RoomAct): Promise<void>
  /** Adds messages in their order, all in one transaction, and gives numbers to those who have none. */
  addMessages(messages: readonly NewMessage[]): Promise<readonly AddedMessage[]>
  /** Removes the text of a message for good. Returns false if there is none. */
  removeMessage(id: string, act: RoomAct): Promise<boolean>
  /** Mutes somebody until an instant, or for good (null); `undefined` lets them speak again. */
  setMute(
    who: { readonly userId: string; readonly speaker: string; readonly until: Instant | null | undefined },
    act: RoomAct,
  ): Promise<void>
  report(messageId: string, userId: string, at: Instant): Promise<void>
  /** Notes that a side of a conversation has seen all up to a message. */
  markRead(conversationId: string, side: 'asker' | 'seller', number: number): Promise<void>
  /**
   * Removes up to `most` messages of auctions that were over at `before`, and what else was kept of rooms without any.
   * Returns how many rows went; 0 if none is left.
   */
  sweepRooms(before: Instant, most: number): Promise<number>
}

export type RoomRecords = RoomReads & RoomWrites
