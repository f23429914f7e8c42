import type { Payer } from './network.ts'
import type { Auction, Bid, Summary } from '../domain/auction.ts'
import type { Instant } from '../domain/instant.ts'
import type { Status } from '../domain/schema.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import type { Entry, PrivateEntry } from '../ledger/chain.ts'
import type { MerkleNode, NodeKey } from '../ledger/merkle.ts'
import type { BidSecret } from '../ledger/openings.ts'
import type { Notice } from './told-ports.ts'

/**
 * Ports of the clock, the bus and the store of auctions. `account-ports.ts` has those of people, `house-ports.ts` those
 * of pictures and the house's profile.
 */

export interface Clock {
  /** Milliseconds since the epoch. Runs at the rate of the monotonic clock, and never goes back (SC-4). */
  now(): Instant
  /** Calls once, `afterMs` from now at the earliest. The returned function cancels the call. */
  wake(afterMs: number, call: () => void): () => void
  /** Resolves in the next turn of the event loop, or after `forMs`, so that other work goes first. */
  yield(forMs?: number): Promise<void>
}

/**
 * A committed auction: its state, the heads of its two chains, and its version, which counts all changes, silent raises
 * included. Every version has an entry in the private chain.
 */
export type StoredAuction = {
  readonly auction: Auction
  readonly head: string
  readonly privateHead: string
  readonly version: number
  /** Opens the latest commitment to the reserve. */
  readonly reserveSalt: string
  /** Rejected bids recorded in the private chain. */
  readonly refusals: number
}

/** An idempotency key that a user names in an auction. */
export type KeyLookup = { readonly auctionId: string; readonly userId: string; readonly key: string }

export type PriorBid = { readonly bid: Bid; readonly answer: AnswerView }

/** An accepted bid with its idempotency key and its answer. */
export type KeyedBid = BidSecret & {
  readonly bid: Bid
  readonly number: number
  /**
   * The bidder's session, and the auth version of its rights. The transaction checks the rights again if the version
   * moved.
   */
  readonly sessionId: string
  readonly authVersion: number
  readonly key: string
  readonly answer: AnswerView
}

/** The user behind a command in the private chain, and the salt that opens the entry's commitment to them. */
export type Author = { readonly number: number; readonly userId: string; readonly salt: string }

/** A statement of the operator's log; the first has index 0. */
export type Statement = { readonly index: number; readonly auctionId: string | null; readonly jws: string }

/** A statement, and the subtrees of the log that it completes. */
export type LogEntry = Statement & { readonly nodes: readonly MerkleNode[] }

/**
 * The end of the log. `previous` is the leaf hash of its last statement; `frontier` the roots of the complete subtrees
 * (RFC 6962), from left to right.
 */
export type LogTip = { readonly size: number; readonly previous: string; readonly frontier: readonly MerkleNode[] }

/** An auction that is over, and the head of its ledger. */
export type Uncertified = { readonly auction: Summary; readonly head: string }

/** All that one transaction writes of one auction. */
export type Change = {
  /**
   * The state this change follows on, null if it is the first. If another process changed the auction meanwhile, that is
   * a conflict.
   */
  readonly before: StoredAuction | null
  readonly after: StoredAuction
  readonly entries: readonly Entry[]
  readonly privateEntries: readonly PrivateEntry[]
  readonly authors: readonly Author[]
  readonly bids: readonly KeyedBid[]
  /** The ids of bids that became void. */
  readonly voided: readonly string[]
}

/**
 * The auctions of an append that were not written: another process changed them, or a bidder in them was signed out,
 * blocked or given another role since. All others are written.
 */
export type Appended = { readonly conflicts: readonly string[] }

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

export type Paging = { readonly limit: number; readonly cursor: string | null }

/** A page with the total number of items, counted up to a bound and with the first page only. */
export type CountedPage<Item> = Page<Item> & { readonly total: number | null }

/** An auction in the catalogue, with the name of its seller. */
export type Listed = { readonly auction: Summary; readonly head: string; readonly sellerName: string }

export type CatalogueQuery = Paging & {
  /** Auctions in one of these stages. */
  readonly status: readonly Status[] | null
  readonly ids: readonly string[] | null
  /** Auctions whose current end is before this. */
  readonly closesBefore: Instant | null
  /** Auctions that closed at this time or later. */
  readonly closedAfter: Instant | null
  readonly format: string | null
  readonly q: string | null
  readonly sellerId: string | null
  /** Auctions with this external id, of the sellers whose drafts are shown. */
  readonly externalId: string | null
  /** Auctions of one currency whose price, or start price before the first bid, is within bounds. */
  readonly currency: string | null
  readonly priceFrom: number | null
  readonly priceTo: number | null
  readonly sort: 'closing' | 'newest' | 'price' | 'bids'
  /** Whose drafts are shown: nobody's, one seller's, or (to admins) everybody's. */
  readonly draftsOf: 'nobody' | 'all' | { readonly sellerId: string }
}

/** What a seller records of an auction for their own programs. It is in no ledger, and only they and admins see it. */
export type Labels = {
  /** The seller's own id of the auction, unique among their auctions. */
  readonly externalId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export type OwnBid = { readonly auctionId: string; readonly bid: Bid; readonly salt: string }

/** The most bytes of entries that one read returns, since they may be sent to anybody. */
export const ENTRIES_BYTES_MAX = 256 * 1024

/** A time in which no node was alive. */
export type Outage = { readonly since: Instant; readonly until: Instant }

export interface StoreReads {
  /** How many appends may run at the same time. */
  readonly lanes: number
  /**
   * Whether other nodes write to the same storage. Then cached auctions may be old, and each read asks for the current
   * state.
   */
  readonly isShared: boolean
  /** The name of this history of the database. A restore begins another. */
  readonly epoch: string
  /**
   * Returns auctions, none staler than the moment of the call; null if there is none. `known` is the cached state: it is
   * returned itself if it is current, otherwise what is newer is read.
   */
  read(
    asks: readonly { readonly auctionId: string; readonly known: StoredAuction | null }[],
  ): Promise<readonly (StoredAuction | null)[]>
  /** Returns for each idempotency key the bid it was used for, with its answer, or null. */
  priors(asks: readonly KeyLookup[]): Promise<readonly (PriorBid | null)[]>
  /** Returns the private chain of an auction, in order. */
  privateEntries(auctionId: string): Promise<readonly PrivateEntry[]>
  /** The secrets of an auction's bids, by bid id; without those of erased persons. */
  bidSecrets(auctionId: string): Promise<ReadonlyMap<string, BidSecret>>
  /**
   * Public entries after a seq, in order: at most `limit`, and at most `bytesMax` of text (default `ENTRIES_BYTES_MAX`),
   * but always one.
   */
  entries(auctionId: string, after: number, limit: number, bytesMax?: number): Promise<readonly Entry[]>
  logSize(): Promise<number>
  /** The hashes of complete subtrees of the log, in the order of `keys`. */
  logHashes(keys: readonly NodeKey[]): Promise<readonly string[]>
  /** The certificate of an auction, or null. */
  statementOf(auctionId: string): Promise<Statement | null>
  /** The statements about signing keys, in order. */
  keyStatements(): Promise<readonly Statement[]>
  /** The position in the outbox that a consumer saved; 0 at first. */
  consumed(consumer: string): Promise<number>
  catalogue(query: CatalogueQuery): Promise<CountedPage<Listed>>
  /** Which of these ids are those of auctions. */
  existing(auctionIds: readonly string[]): Promise<ReadonlySet<string>>
  /** The labels of each of these auctions. */
  labels(auctionIds: readonly string[]): Promise<ReadonlyMap<string, Labels>>
  /** The id of a seller's auction with this external id, or null. */
  labelled(sellerId: string, externalId: string): Promise<string | null>
  bidsOf(userId: string, paging: Paging): Promise<Page<OwnBid>>
  /** Every auction that wants a tick by `until`, and when. */
  due(until: Instant): Promise<readonly { readonly auctionId: string; readonly dueAt: Instant }[]>
}

export interface StoreWrites {
  /**
   * Appends each change by itself: whole, or as a conflict not at all. All are durable when this returns. If it throws,
   * the outcome of each is unknown.
   */
  append(changes: readonly Change[]): Promise<Appended>
  /**
   * Appends to the log the statements that `sign` returns for its current tip, all or none. Calls `sign` again if another
   * process appended first.
   */
  inLog(sign: (tip: LogTip) => readonly LogEntry[]): Promise<void>
  /**
   * Like `inLog`, for auctions that are over, were public and have no certificate, among the next `limit` commits of the
   * outbox after a position. Returns the position that those commits lead to.
   */
  certify(
    after: number,
    limit: number,
    sign: (tip: LogTip, auctions: readonly Uncertified[]) => readonly LogEntry[],
  ): Promise<number>
  consume(consumer: string, position: number): Promise<void>
  /**
   * Sets some labels of an auction, which may not be created yet. Returns false if another auction of the seller has the
   * external id.
   */
  setLabels(auctionId: string, sellerId: string, changes: Partial<Labels>): Promise<boolean>
  /** Removes an auction that never had a bid, and all its data. Returns false if it is not at this version. */
  remove(auctionId: string, version: number): Promise<boolean>
  /**
   * Records that this node is alive at `at`: a durable write, which also shows that storage accepts writes. If neither
   * this node since `since` nor any other was alive for `OUTAGE_MS_MIN`, records one outage (SC-5). Returns the latest
   * outages, including all that concern an open auction.
   */
  beat(pulse: { readonly at: Instant; readonly since: Instant }): Promise<readonly Outage[]>
  /** Opens storage anew after a failed write. Nothing read before may be trusted. */
  recover(): Promise<void>
}

export interface Store extends StoreReads, StoreWrites {
  close(): Promise<void>
}

/** A notification to every process, including the sender. Delivery is best effort; storage is the source of truth. */
export type BusMessage =
  | AuctionMessage
  | { readonly type: 'auction-removed'; readonly auctionId: string }
  | { readonly type: 'session-ended'; readonly sessionId: string }
  | { readonly type: 'user-blocked' | 'user-renamed' | 'role-changed'; readonly userId: string }
  | { readonly type: 'notice'; readonly notice: Notice }
  | RoomBusMessage
  | NodeMessage

/**
 * What happens in the room of an auction: never the truth, which is in storage. `asker` is the person whose private
 * conversation it is of, null for what everyone in the room may read.
 */
export type RoomBusMessage = { readonly auctionId: string } & (
  | { readonly type: 'room-settings'; readonly asker?: undefined }
  | {
      readonly type: 'room-message'
      readonly message: SaidMessage
      readonly asker: string | null
      readonly senderId: string
      readonly key: string | null
    }
  | { readonly type: 'room-removed'; readonly messageId: string; readonly asker: string | null }
  | {
      readonly type: 'room-typing'
      readonly from: string
      readonly to: string
      readonly asker: string | null
      readonly senderId: string
    }
)

/** A message of a room; `number` orders them. */
export type SaidMessage = {
  readonly number: number
  readonly id: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly at: Instant
}

/** What nodes tell each other of themselves. */
export type NodeMessage =
  /**
   * How many watch each auction on a node, and the paddles that are there where a room tells them: of all auctions
   * (`whole`), or of those where it changed.
   */
  | {
      readonly type: 'watching'
      readonly node: string
      readonly whole: boolean
      readonly counts: Readonly<Record<string, number>>
      readonly paddles: Readonly<Record<string, readonly number[]>>
    }
  /** Asks whether somebody has the room of an auction open; a node where they have says so, the others are silent. */
  | {
      readonly type: 'presence-question'
      readonly question: string
      readonly userId: string
      readonly auctionId: string
    }
  | { readonly type: 'presence-answer'; readonly question: string }
  | { readonly type: 'charged'; readonly charges: readonly Charge[] }

/** What a payer was charged on another node. */
export type Charge = { readonly budget: string; readonly payer: Payer; readonly cost: number }

/** A change of an auction. Without events, read the journal up to `seq`. */
export type AuctionMessage = {
  readonly type: 'auction'
  readonly auctionId: string
  readonly version: number
  readonly seq: number
  readonly events: readonly ChannelEvent[]
  /** Bidders whose own part changed, though perhaps nothing public; null if anybody's may have changed. */
  readonly bidders: readonly string[] | null
}

export interface Bus {
  /**
   * Calls when messages of other nodes may be missing: whatever is shown must be read again. Returns a function that stops
   * that.
   */
  onGap(call: () => void): () => void
  publish(message: BusMessage): void
  /** Sends a message to the other nodes alone. */
  tell(message: NodeMessage): void
  subscribe(listener: (message: BusMessage) => void): () => void
}
