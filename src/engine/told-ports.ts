import type { Instant } from '../domain/instant.ts'
import type { NewNotice, NoticeData, NoticeKind, Preferences, PreferencesChanges } from '../domain/notices.ts'
import type { NewDelivery } from './delivery-ports.ts'
import type { Page, Paging } from './ports.ts'

/** Port of storage for what people are told: watchlists, notices and preferences. */

export type Notice = {
  readonly id: string
  readonly userId: string
  readonly kind: NoticeKind
  readonly auctionId: string | null
  readonly at: Instant
  readonly data: NoticeData
  readonly isRead: boolean
}

/** Notices of one auction. With a mark they are made only if nobody set that mark before. */
export type Telling = {
  readonly auctionId: string
  readonly mark: string | null
  readonly at: Instant
  readonly notices: readonly (NewNotice & { readonly id: string })[]
  /** A conversation whose messages they tell of, up to a number: made only if they were not made yet. */
  readonly asked?: { readonly conversationId: string; readonly last: number }
  /** What goes out of it, with the notices. */
  readonly deliveries: readonly NewDelivery[]
}

/** What a consumer of the outbox acts on: the public events of each auction in some commits, and the position after them. */
export type Published = {
  readonly position: number
  readonly auctions: readonly { readonly auctionId: string; readonly fromSeq: number; readonly toSeq: number }[]
}

export type Untold = {
  readonly conversationId: string
  readonly auctionId: string
  /** The number of the latest message. */
  readonly last: number
  /** Whoever has not seen it. */
  readonly userIds: readonly string[]
}

export interface ToldReads {
  /** The auctions that a user watches, the latest first. */
  watched(userId: string): Promise<readonly string[]>
  /** Whoever watches an auction, and since when. */
  watchers(auctionId: string): Promise<readonly { readonly userId: string; readonly at: Instant }[]>
  /** A user's notices, the newest first; the cursor is the id of the last. */
  notices(userId: string, query: Paging & { readonly unread: boolean }): Promise<Page<Notice>>
  unreadCount(userId: string): Promise<number>
  preferences(userIds: readonly string[]): Promise<ReadonlyMap<string, Preferences>>
  /** Of these users those whom a way reaches: with a confirmed address, or with a browser that takes push messages. */
  reached(userIds: readonly string[], way: 'email' | 'push'): Promise<ReadonlySet<string>>
  /** Open auctions that close after `now` and by `until`, and do not have a mark. */
  closing(query: {
    readonly now: Instant
    readonly until: Instant
    readonly mark: string
    readonly limit: number
  }): Promise<readonly string[]>
  /** Conversations with messages of which nobody was told, and whom they wait for. */
  untold(limit: number): Promise<readonly Untold[]>
  /** What comes behind the position of a consumer: at most `limit` commits. */
  published(consumer: string, limit: number): Promise<Published & { readonly from: number }>
}

export interface ToldWrites {
  /** Adds an auction to a watchlist. Of more than `most` the oldest go. */
  watch(userId: string, auctionId: string, at: Instant, most: number): Promise<void>
  unwatch(userId: string, auctionId: string): Promise<void>
  /** Marks notices as read: some, or all. */
  read(userId: string, ids: readonly string[] | 'all'): Promise<void>
  /** Changes what somebody set, of two changes at once both; of whoever never set any, what they are `otherwise`. */
  changePreferences(userId: string, changes: PreferencesChanges, otherwise: Preferences): Promise<Preferences>
  /**
   * Makes notices and moves a consumer's position, all or nothing. Returns the notices that were made: of one kind and
   * auction a user has one that is unread, which is replaced. Returns null, and makes nothing, if the consumer is not at
   * `from`: another node was faster.
   */
  tell(
    tellings: readonly Telling[],
    moved: { readonly consumer: string; readonly from: number; readonly to: number } | null,
  ): Promise<readonly Notice[] | null>
  /** Removes up to `most` notices older than `before`. Returns how many; 0 if none is left. */
  removeNotices(before: Instant, most: number): Promise<number>
}

export type Told = ToldReads & ToldWrites
