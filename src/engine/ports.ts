import type { Auction, Bid, Summary } from '../domain/auction.ts'
import type { Instant } from '../domain/instant.ts'
import type { Status } from '../domain/schema.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import type { Entry, PrivateEntry } from '../ledger/chain.ts'
import type { MerkleNode, NodeKey } from '../ledger/merkle.ts'
import type { BidSecret } from '../ledger/openings.ts'

/** What the engine, the hub and HTTP ask of time, of the bus and of the store of auctions; people, pictures and the house's face have files of their own. */

export interface Clock {
  /** Milliseconds since the epoch. Runs at the rate of the monotonic clock and never goes back (SC-4). */
  now(): Instant
  /** Calls once, not before `afterMs` have passed, unless it is cancelled by what this returns. */
  wake(afterMs: number, call: () => void): () => void
  /** Resolves in the next turn of the event loop, or after so long: what else waits for the loop goes first. */
  yield(forMs?: number): Promise<void>
}

/** Calls again and again until it is cancelled. */
export function repeatEvery(clock: Clock, intervalMs: number, call: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = clock.wake(intervalMs, () => {
      again()
      call()
    })
  }
  again()
  return () => cancel()
}

/**
 * An auction as it is committed: its state, the heads of its two chains, and how often it changed, silent raises included.
 * Every version has an entry in the private chain.
 */
export type StoredAuction = {
  readonly auction: Auction
  readonly head: string
  readonly privateHead: string
  readonly version: number
  /** Opens the latest commitment to the reserve. */
  readonly reserveSalt: string
  /** Refused bids in the private chain. */
  readonly refusals: number
}

/** Which idempotency key somebody uses in an auction. */
export type KeyLookup = { readonly auctionId: string; readonly userId: string; readonly key: string }

export type PriorBid = { readonly bid: Bid; readonly answer: AnswerView }

/** An accepted bid with the key and the answer that belong to it. */
export type KeyedBid = BidSecret & {
  readonly bid: Bid
  readonly number: number
  /** By which its bidder was signed in, and as of which version of rights: looked at again in the transaction. */
  readonly sessionId: string
  readonly authVersion: number
  readonly key: string
  readonly answer: AnswerView
}

/** Who did what an entry of the private chain tells, and the salt that opens its commitment to that. */
export type Author = { readonly number: number; readonly userId: string; readonly salt: string }

/** A statement in the operator's log, from 0. */
export type Statement = { readonly index: number; readonly auctionId: string | null; readonly jws: string }

/** A statement with the subtrees of the log that are complete with it. */
export type LogEntry = Statement & { readonly nodes: readonly MerkleNode[] }

/** Where the log goes on: `previous` is the leaf hash of its last statement, `edge` the complete subtrees it consists of. */
export type LogTip = { readonly size: number; readonly previous: string; readonly frontier: readonly MerkleNode[] }

/** An auction that is over, and the head of its ledger. */
export type Uncertified = { readonly auction: Summary; readonly head: string }

/** All that one transaction writes of one auction. */
export type Change = {
  /** What it follows on, null where it is the first: another process that changed it meanwhile is a conflict. */
  readonly before: StoredAuction | null
  readonly after: StoredAuction
  readonly entries: readonly Entry[]
  readonly privateEntries: readonly PrivateEntry[]
  readonly authors: readonly Author[]
  readonly bids: readonly KeyedBid[]
  /** Bids that became void. */
  readonly voided: readonly string[]
}

/**
 * Conflict as a value: auctions that another process changed meanwhile, or a bidder of which was signed out, blocked or
 * given another role since they were asked about. Of these nothing was written; all others are.
 */
export type Appended = { readonly conflicts: readonly string[] }

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

export type Paging = { readonly limit: number; readonly cursor: string | null }

/** With how many there are in all, counted up to a bound and with the first page only. */
export type CountedPage<Item> = Page<Item> & { readonly total: number | null }

/** A line of the catalogue, with the name of its seller. */
export type Listed = { readonly auction: Summary; readonly head: string; readonly sellerName: string }

export type CatalogueQuery = Paging & {
  /** Those in one of these stages. */
  readonly status: readonly Status[] | null
  readonly ids: readonly string[] | null
  /** Those whose end, as it is now, is before. */
  readonly closesBefore: Instant | null
  /** Those that have closed at this time or later. */
  readonly closedAfter: Instant | null
  readonly format: string | null
  readonly q: string | null
  readonly sellerId: string | null
  /** Those that have it, of the sellers whose drafts are shown. */
  readonly externalId: string | null
  /** Those of one currency whose price, or start price before the first bid, is within bounds. */
  readonly currency: string | null
  readonly priceFrom: number | null
  readonly priceTo: number | null
  readonly sort: 'closing' | 'newest' | 'price' | 'bids'
  /** Whose drafts are shown: nobody's, one seller's, or (for admins) everybody's. */
  readonly draftsOf: 'nobody' | 'all' | { readonly sellerId: string }
}

/** What a seller keeps of an auction for their own programs: in no ledger, and shown to nobody but them and admins. */
export type Labels = {
  /** Their own number of it: no other auction of theirs has the same. */
  readonly externalId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export type OwnBid = { readonly auctionId: string; readonly bid: Bid; readonly salt: string }

/** Bytes of entries read at once: what is read may be sent to anybody who asks. */
export const ENTRIES_BYTES_MAX = 256 * 1024

/** Nobody was there after `since`, until `until`. */
export type Outage = { readonly since: Instant; readonly until: Instant }

export interface StoreReads {
  /** How many appends may run beside each other. */
  readonly lanes: number
  /** Whether other nodes write to it: then memory may be old, and each read asks what is current. */
  readonly isShared: boolean
  /** Names this history: another one, as after a restore, has another epoch. */
  readonly epoch: string
  /**
   * Auctions as they are at a moment not before the call, null where there is none. `known` is what is in memory: where that
   * still holds it is given back, otherwise what is newer is read.
   */
  read(
    asks: readonly { readonly auctionId: string; readonly known: StoredAuction | null }[],
  ): Promise<readonly (StoredAuction | null)[]>
  /** What each of these keys was used for before. */
  priors(asks: readonly KeyLookup[]): Promise<readonly (PriorBid | null)[]>
  /** Of the bids of an auction, by bid; of a person who was erased none. */
  bidSecrets(auctionId: string): Promise<ReadonlyMap<string, BidSecret>>
  /** Entries after a seq, in order: at most `limit`, and no more than `bytesMax` (ENTRIES_BYTES_MAX) of text but for the first. */
  entries(auctionId: string, after: number, limit: number, bytesMax?: number): Promise<readonly Entry[]>
  logSize(): Promise<number>
  /** The hashes of complete subtrees of the log, in the order in which they are asked for. */
  logHashes(keys: readonly NodeKey[]): Promise<readonly string[]>
  /** An auction's certificate. */
  statementOf(auctionId: string): Promise<Statement | null>
  /** Those that are no certificates: the keys of the house, in order. */
  keyStatements(): Promise<readonly Statement[]>
  /** The position of the outbox that a consumer has come to; 0 at first. */
  consumed(consumer: string): Promise<number>
  catalogue(query: CatalogueQuery): Promise<CountedPage<Listed>>
  /** Which of these ids an auction has. */
  existing(auctionIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Those of each of these auctions. */
  labels(auctionIds: readonly string[]): Promise<ReadonlyMap<string, Labels>>
  /** The auction of a seller that has this external id, null where there is none. */
  labelled(sellerId: string, externalId: string): Promise<string | null>
  bidsOf(userId: string, paging: Paging): Promise<Page<OwnBid>>
  /** Every auction that wants a tick by `until`. */
  due(until: Instant): Promise<readonly { readonly auctionId: string; readonly dueAt: Instant }[]>
}

export interface StoreWrites {
  /** Each by itself, durable when it returns. Throws where the outcome is unknown: each was written, or was not. */
  append(changes: readonly Change[]): Promise<Appended>
  /** Adds to the log what `sign` gives, all or nothing; it is asked again where another process was first. */
  inLog(sign: (tip: LogTip) => readonly LogEntry[]): Promise<void>
  /**
   * The same for the auctions that are over, were public and have no certificate, of the next `limit` commits behind a
   * position of the outbox. Gives the position that these lead to.
   */
  certify(
    after: number,
    limit: number,
    sign: (tip: LogTip, auctions: readonly Uncertified[]) => readonly LogEntry[],
  ): Promise<number>
  consume(consumer: string, position: number): Promise<void>
  /** What is given replaces what was; also of an auction that is just about to be made. False where another of the seller has the external id. */
  setLabels(auctionId: string, sellerId: string, changes: Partial<Labels>): Promise<boolean>
  /** Removes an auction that never had a bid, with all that is known of it. False where it is not at this version. */
  remove(auctionId: string, version: number): Promise<boolean>
  /**
   * Writes that the service lives at `at`: durable, so it also shows that storage can be written. Where nobody has lived for
   * OUTAGE_MS_MIN before, neither this node since `since` nor another, that is an outage, and is kept as one (SC-5). Gives
   * the latest outages: one that concerns an auction which is still open is among them.
   */
  beat(pulse: { readonly at: Instant; readonly since: Instant }): Promise<readonly Outage[]>
  /** Opens storage anew after a failed commit; nothing read before it may be trusted. */
  recover(): Promise<void>
}

export interface Store extends StoreReads, StoreWrites {
  close(): Promise<void>
}

/** What one process tells all, itself included. It carries, it is never the truth. */
export type BusMessage =
  | AuctionMessage
  | { readonly type: 'auction-removed'; readonly auctionId: string }
  | { readonly type: 'session-ended'; readonly sessionId: string }
  | { readonly type: 'user-blocked' | 'user-renamed' | 'role-changed'; readonly userId: string }

/** An auction changed. Without events, what happened is read in the journal, up to `seq`. */
export type AuctionMessage = {
  readonly type: 'auction'
  readonly auctionId: string
  readonly version: number
  readonly seq: number
  readonly events: readonly ChannelEvent[]
  /** Bidders whose own part changed, though perhaps nothing that others see; null where anybody's may have changed. */
  readonly bidders: readonly string[] | null
}

export interface Bus {
  publish(message: BusMessage): void
  subscribe(listener: (message: BusMessage) => void): () => void
}
