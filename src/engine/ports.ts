import type { Auction, Bid } from '../domain/auction.ts'
import type { Instant } from '../domain/instant.ts'
import type { PictureSize } from '../domain/picture.ts'
import type { Role, Status } from '../domain/schema.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import type { Entry, PrivateEntry } from '../ledger/chain.ts'
import type { Signer } from '../ledger/jws.ts'
import type { BidSecret } from '../ledger/openings.ts'

/** The whole swap surface: what the engine, the hub and HTTP ask of storage, of the bus and of time. */

export interface Clock {
  /** Milliseconds since the epoch. Runs at the rate of the monotonic clock and never goes back (SC-4). */
  now(): Instant
  /** Calls once, not before `afterMs` have passed, unless it is cancelled by what this returns. */
  wake(afterMs: number, call: () => void): () => void
  /** Resolves in the next turn of the event loop, or after so long: what else waits for the loop goes first. */
  yield(forMs?: number): Promise<void>
}

/** Calls again and again until it is cancelled. */
export function every(clock: Clock, intervalMs: number, call: () => void): () => void {
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
export type Held = {
  readonly auction: Auction
  readonly head: string
  readonly privateHead: string
  readonly version: number
  /** Opens the latest commitment to the reserve. */
  readonly reserveSalt: string
  /** Refused bids in the private chain. */
  readonly refusals: number
}

/** What is asked of the store about a bid just before it is decided. */
export type BidderAsk = {
  readonly auctionId: string
  readonly userId: string
  readonly sessionId: string
  readonly key: string
  readonly at: Instant
}

export type PriorBid = { readonly bid: Bid; readonly answer: AnswerView }

export type BidderFacts = {
  readonly signedIn: boolean
  /** By the house, or by the seller of this auction (WHO-1). */
  readonly blocked: boolean
  /** An admin, and an admin sells here (WHO-2). */
  readonly staff: boolean
  /** Names the state of sessions, blocks and roles in which this was so. */
  readonly asOf: number
  /** What this key was used for before. */
  readonly prior: PriorBid | null
}

/** An accepted bid with the key and the answer that belong to it. */
export type KeyedBid = BidSecret & {
  readonly bid: Bid
  readonly number: number
  /** By which its bidder was signed in, and of when that is known: looked at again in the transaction. */
  readonly sessionId: string
  readonly asOf: number
  readonly key: string
  readonly answer: AnswerView
}

/** Who did what an entry of the private chain tells, and the salt that opens its commitment to that. */
export type Author = { readonly number: number; readonly userId: string; readonly salt: string }

/** A statement in the operator's log, from 0. */
export type Statement = { readonly index: number; readonly auctionId: string | null; readonly jws: string }

/** All that one transaction writes of one auction. */
export type Change = {
  /** What it follows on, null where it is the first: another process that changed it meanwhile is a conflict. */
  readonly before: Held | null
  readonly after: Held
  readonly entries: readonly Entry[]
  readonly privateEntries: readonly PrivateEntry[]
  readonly authors: readonly Author[]
  /** The certificate, where it ended. */
  readonly statement: Statement | null
  readonly bids: readonly KeyedBid[]
  /** Bids that became void. */
  readonly voided: readonly string[]
}

/**
 * Conflict as a value: auctions that another process changed meanwhile, or a bidder of which was signed out, blocked or
 * given another role since they were asked about. Then nothing was written.
 */
export type Appended = { readonly conflicts: readonly string[] }

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

export type Paging = { readonly limit: number; readonly cursor: string | null }

/** With how many there are in all, counted up to a bound and with the first page only. */
export type CountedPage<Item> = Page<Item> & { readonly total: number | null }

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

export interface Store {
  /** Names this history: another one, as after a restore, has another epoch. */
  readonly epoch: string
  load(auctionId: string): Promise<Held | null>
  bidders(asks: readonly BidderAsk[]): Promise<readonly BidderFacts[]>
  /** Of the bids of an auction, by bid; of a person who was erased none. */
  bidSecrets(auctionId: string): Promise<ReadonlyMap<string, BidSecret>>
  /** All or nothing, durable when it returns. Throws where the outcome is unknown. */
  append(changes: readonly Change[]): Promise<Appended>
  /** Entries after a seq, in order: at most `limit`, and no more than `bytesMax` (ENTRIES_BYTES_MAX) of text but for the first. */
  entries(auctionId: string, after: number, limit: number, bytesMax?: number): Promise<readonly Entry[]>
  privateEntries(auctionId: string, after: number, limit: number): Promise<readonly PrivateEntry[]>
  /** The operator's log from an index on, in order. */
  statements(from: number, limit: number): Promise<readonly Statement[]>
  lastStatement(): Promise<Statement | null>
  /** An auction's certificate. */
  statementOf(auctionId: string): Promise<Statement | null>
  /** Those that are no certificates: the keys of the house, in order. */
  keyStatements(): Promise<readonly Statement[]>
  /** False where another process was first. */
  addStatement(statement: Statement): Promise<boolean>
  catalogue(query: CatalogueQuery): Promise<CountedPage<{ readonly id: string; readonly seq: number }>>
  /** Which of these ids an auction has. */
  existing(auctionIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Those of each of these auctions. */
  labels(auctionIds: readonly string[]): Promise<ReadonlyMap<string, Labels>>
  /** The auction of a seller that has this external id, null where there is none. */
  labelled(sellerId: string, externalId: string): Promise<string | null>
  /** What is given replaces what was; also of an auction that is just about to be made. False where another of the seller has the external id. */
  setLabels(auctionId: string, sellerId: string, changes: Partial<Labels>): Promise<boolean>
  /** Removes an auction that never had a bid, with all that is known of it. False where it is not at this version. */
  remove(auctionId: string, version: number): Promise<boolean>
  bidsOf(userId: string, paging: Paging): Promise<Page<OwnBid>>
  /** Every auction that wants a tick by `until`. */
  due(until: Instant): Promise<readonly { readonly auctionId: string; readonly dueAt: Instant }[]>
  /** When the service was last known to live (SC-5). */
  aliveAt(): Promise<Instant | null>
  /** Writes that it lives: durable, so it also shows that storage can be written. */
  beat(at: Instant): Promise<void>
  /** Opens storage anew after a failed commit; nothing read before it may be trusted. */
  recover(): Promise<void>
  close(): Promise<void>
}

export type User = {
  readonly id: string
  readonly email: string
  readonly displayName: string
  readonly role: Role
  readonly blocked: boolean
  readonly createdAt: Instant
  /** The terms of the house that they accepted when they signed up; none where there were none, or others made the account. */
  readonly terms?: AcceptedTerms
}

export type AcceptedTerms = { readonly version: number; readonly at: Instant }

/** Refreshes move `expiresAt`, and never beyond `endsAt`; without one there is no such bound. */
export type Session = {
  readonly id: string
  readonly userId: string
  readonly expiresAt: Instant
  readonly endsAt?: Instant
}

/** The token that follows a used one: its hash, and what was put to the used one to make it. */
export type Successor = { readonly hash: string; readonly nonce: string }

/**
 * What came of a refresh token: a token used before ends its whole session. `nonce` is that of the successor, which is the
 * one given before where the last answer seems to be lost.
 */
export type Rotated =
  | { readonly result: 'rotated'; readonly session: Session; readonly nonce: string }
  | { readonly result: 'reused'; readonly sessionId: string }
  | { readonly result: 'unknown' }

/** The private halves of the keys the house signs with: kept apart from the store and its backups. */
export interface SigningKeys {
  read(kid: string): Promise<Signer | null>
  /** A new one: durable when it returns. */
  create(): Promise<Signer>
}

/** `needed`: they sell or bid in an auction that is not over. `last_admin`: nobody could rule the house. */
export type Erased =
  | { readonly result: 'erased' | 'needed' | 'last_admin' }
  | { readonly result: 'held'; readonly reason: string }

/** What somebody asked to be made under a key of theirs: by the hash of what was asked, the id of what is made. */
export type Creation = {
  readonly userId: string
  readonly key: string
  readonly request: string
  readonly made: string
  readonly at: Instant
}

export interface Accounts {
  /** False where the e-mail address is taken. */
  addUser(user: User, password: string): Promise<boolean>
  user(userId: string): Promise<User | null>
  /** With the password's hash. */
  userByEmail(email: string): Promise<{ readonly user: User; readonly password: string } | null>
  users(paging: Paging & { readonly q: string | null }): Promise<Page<User>>
  names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Null where there is no such user. `last_admin`: nobody could rule the house. */
  changeUser(
    userId: string,
    changes: { readonly role?: Role; readonly blocked?: boolean },
  ): Promise<User | 'last_admin' | null>
  setPassword(userId: string, password: string): Promise<void>
  rename(userId: string, displayName: string): Promise<void>
  /** Why a person may not be erased, such as a dispute; null lifts it. Gives the reason there was, which no other replaces. */
  setHold(userId: string, reason: string | null): Promise<string | null>
  /** Shreds who a person is: name, address, sessions, salts, answers, and who did what. Every ledger still verifies. */
  eraseUser(userId: string, at: Instant): Promise<Erased>
  addSession(session: Session, refreshHash: string): Promise<void>
  /** The user of a session that is neither ended nor expired at `at`. */
  signedIn(sessionId: string, at: Instant): Promise<User | null>
  /** When a session that goes on expires, null where there is none. */
  sessionEnd(sessionId: string): Promise<Instant | null>
  /**
   * Replaces a refresh token by the next, and moves the session's end to `expiresAt`, or to its last day. For a while
   * (`refreshGraceMs`) the same answer is given again to who shows the used one, unless its successor was used.
   */
  rotate(refreshHash: string, next: Successor, at: Instant, expiresAt: Instant): Promise<Rotated>
  endSession(sessionId: string): Promise<void>
  /** Removes some sessions that were ended, or expired by `before`, and tokens of theirs first; 0 where none is left. */
  removeSessions(before: Instant, most: number): Promise<number>
  /** Ends all sessions of a user but one, and says which. */
  endSessions(userId: string, but?: string): Promise<readonly string[]>
  /** Those that go on, the latest first. */
  sessions(userId: string, at: Instant): Promise<readonly { readonly id: string; readonly expiresAt: Instant }[]>
  /** Keeps what is to be made under a key, or gives what was asked under it before. */
  claim(creation: Creation): Promise<Creation>
  /** Forgets some claims of before an instant; 0 where none is left. */
  removeClaims(before: Instant, most: number): Promise<number>
  blocks(sellerId: string): Promise<readonly string[]>
  setBlock(sellerId: string, userId: string, blocked: boolean): Promise<void>
}

/** A version of the terms: `sha256` is that of its text in UTF-8, hexadecimal. */
export type HouseTerms = {
  readonly version: number
  readonly sha256: string
  readonly at: Instant
  readonly text: string
}

/** What every page shows of the house; null is what nobody has set. */
export type HouseFace = {
  /** How often it was changed: names this state of it. */
  readonly changes: number
  readonly name: string | null
  /** One of our pictures, and its size in pixels. */
  readonly logo: { readonly path: string; readonly width: number; readonly height: number } | null
  readonly accent: { readonly light: string; readonly dark: string } | null
  /** An e-mail address, or an address of a page. */
  readonly contact: string | null
  readonly has: Readonly<Record<'imprint' | 'privacy' | 'terms', boolean>>
}

export type House = HouseFace & {
  readonly imprint: string | null
  readonly privacy: string | null
  readonly terms: HouseTerms | null
}

export type HouseChanges = Partial<
  Pick<House, 'name' | 'logo' | 'accent' | 'contact' | 'imprint' | 'privacy'> & { readonly terms: string | null }
>

/** What the house shows of itself. */
export interface HouseRecords {
  face(): Promise<HouseFace>
  house(): Promise<House>
  /** Any version that ever held, null where there was none. */
  terms(version: number): Promise<HouseTerms | null>
  /** Another text of the terms is a new version. `changed`: it is not in the state that was named. */
  changeHouse(changes: HouseChanges, at: Instant, ifChanges: number | null): Promise<House | 'changed'>
}

/**
 * What came of an upload. `name` is that of the content, which may have been there before; width and height in pixels are
 * those of the large one.
 */
export type AddedPicture =
  | {
      readonly result: 'added'
      readonly name: string
      readonly width: number
      readonly height: number
      readonly wasThere: boolean
    }
  | { readonly result: 'refused'; readonly why: string }
  /** As many pixels of this person as may be were decoded. */
  | { readonly result: 'spent'; readonly retryAfterSeconds: number }
  /** Too many wait; there is no room for more, or for more of this person; nothing here can decode it. */
  | { readonly result: 'busy' | 'full' | 'quota' | 'unavailable' }

/** For whom a picture is kept. `bytesMax` bounds all of theirs together; null bounds nothing. */
export type Keeper = { readonly userId: string; readonly bytesMax: number | null }

/** A picture on disk: who uploaded it first, where that is known, and when it last was. */
export type KnownPicture = {
  readonly name: string
  readonly userId: string | null
  readonly bytes: number
  readonly at: Instant
}

/** The pictures that an auction names. */
export type NamedPictures = { readonly number: number; readonly sellerId: string; readonly images: readonly string[] }

/** A picture of another site that is to be fetched. */
export type Copy = { readonly address: string; readonly userId: string | null; readonly tries: number }

/** What is known of pictures beside their bytes. */
export interface PictureRecords {
  /** Whoever comes first stays; when it was last uploaded counts. */
  record(picture: KnownPicture): Promise<void>
  bytesOf(userId: string): Promise<number>
  /** When each was last uploaded. */
  known(): Promise<ReadonlyMap<string, Instant>>
  forget(name: string): Promise<void>
  /** By the auctions after one, in order. */
  named(after: number, limit: number): Promise<readonly NamedPictures[]>
  /** Addresses of other sites, to be fetched; what is there or under way already stays as it is. */
  want(addresses: readonly string[], userId: string, at: Instant): Promise<void>
  /** The name of our copy, null where there is none. */
  copyOf(address: string): Promise<string | null>
  /** Every address that was wanted, and the name of our copy. */
  copies(): Promise<ReadonlyMap<string, string | null>>
  /** The oldest of each person, persons in turn; of one person at most `most`, those under way counted, and so many in all. */
  dueCopies(at: Instant, most: number, underWay: readonly string[]): Promise<readonly Copy[]>
  copied(address: string, name: string): Promise<void>
  /** Null: not to be tried again. */
  copyFailed(address: string, nextAt: Instant | null): Promise<void>
  forgetCopy(address: string): Promise<void>
}

export interface Pictures {
  /** Decodes it, writes it anew as WebP in both sizes, and keeps that: durable when it returns. */
  add(bytes: Buffer, keeper: Keeper): Promise<AddedPicture>
  has(name: string): Promise<boolean>
  /** Its WebP, null where there is none. */
  read(name: string, size: PictureSize): Promise<Buffer | null>
  /** Bytes on disk by name. */
  all(): Promise<ReadonlyMap<string, number>>
  /** False where somebody is just about to use it. */
  remove(name: string): Promise<boolean>
  /** A drawing of our own (SVG) as PNG: waits behind those that come in; what it shows is kept nowhere. */
  draw(svg: string): Promise<Buffer | 'busy' | 'unavailable'>
}

/** What one process tells all, itself included. It carries, it is never the truth. */
export type BusMessage =
  | {
      readonly type: 'auction'
      readonly auctionId: string
      readonly version: number
      readonly seq: number
      readonly events: readonly ChannelEvent[]
      /** Whose own part changed, though perhaps nothing that others see. */
      readonly bidders: readonly string[]
    }
  | { readonly type: 'auction-removed'; readonly auctionId: string }
  | { readonly type: 'session-ended'; readonly sessionId: string }
  | { readonly type: 'user-blocked' | 'role-changed'; readonly userId: string }

export interface Bus {
  publish(message: BusMessage): void
  subscribe(listener: (message: BusMessage) => void): () => void
}
