import { isHidden } from '../domain/access.ts'
import type { Amount } from '../domain/amount.ts'
import { type Auction, type Bid, type Summary, dueAt, summaryOf } from '../domain/auction.ts'
import { listed } from '../domain/bids.ts'
import type { Instant } from '../domain/instant.ts'
import { jsonOf } from '../domain/json.ts'
import type { Change, KeyedBid, OwnBid, Page, StoredAuction } from '../engine/ports.ts'

/** An auction's change as rows of plain values, which is all that the writing thread is sent. */

export type Value = string | number | null
export type Row = readonly Value[]

export type Rows = {
  readonly auctionId: string
  readonly expectedVersion: number
  /** Columns of `auctions`: updated by every bid; used by indexes and lists (null: unchanged); set once at creation. */
  readonly perBid: Row
  readonly indexed: Row | null
  readonly immutable: Row
  /** The first value of each row is its number in the auction, which the store replaces by the row key. */
  readonly entries: readonly Row[]
  /** A record that is a bid lacks the id of its answer, which is known once that is written. */
  readonly records: readonly Row[]
  readonly authors: readonly Row[]
  readonly answers: readonly Row[]
  /**
   * The bidders, their session and rights, as decided. If the auth version moved, the transaction checks the rights
   * again.
   */
  readonly bidders: readonly {
    readonly userId: string
    readonly sessionId: string
    readonly byStaff: boolean
    readonly at: Instant
    readonly authVersion: number
  }[]
  readonly voided: readonly string[]
}

export const PER_BID_COLUMNS = [
  'price',
  'bid_count',
  'version',
  'seq',
  'head',
  'private_head',
  'refusals',
  'state',
] as const
export const INDEXED_COLUMNS = [
  'title',
  'description',
  'status',
  'hidden',
  'closes_at',
  'due_at',
  'reserve_salt',
] as const
export const IMMUTABLE_COLUMNS = ['id', 'seller_id', 'format', 'created_at'] as const
export const ENTRY_COLUMNS = ['row_key', 'line', 'hash', 'private_salt'] as const
export const AUTHOR_COLUMNS = ['row_key', 'user_id', 'salt'] as const
export const ANSWER_COLUMNS = ['row_key', 'user_id', 'key', 'salt', 'text'] as const
const BID_COLUMNS = [
  'id',
  'user_id',
  'paddle',
  'maximum',
  'exact',
  'amount',
  'price',
  'at',
  'seq',
  'raises',
  'voided',
  'house',
  'lowers',
  'at_most',
] as const
export const AUDIT_COLUMNS = ['row_key', 'line', 'hash', ...BID_COLUMNS, 'answer'] as const
/** The columns of a `BidRow`, from `audit_log` under an alias. */
export function bidColumns(alias: string): string {
  return BID_COLUMNS.map((name) => `${alias}.${name}`).join(', ')
}

const NO_BID: Row = BID_COLUMNS.map(() => null)

export function rowsOf(change: Change): Rows {
  const { before, after, entries, privateEntries, authors, bids, voided } = change
  const { id, sellerId, format, createdAt } = after.auction
  const found = indexedRow(after)
  return {
    auctionId: id,
    expectedVersion: before?.version ?? 0,
    perBid: perBidRow(after),
    indexed: before !== null && isSame(found, indexedRow(before)) ? null : found,
    immutable: [id, sellerId, format, createdAt],
    entries: entries.map(({ seq, line, hash, salt }) => [seq, line, hash, salt]),
    records: auditRows(privateEntries, bids),
    authors: authors.map(({ number, userId, salt }) => [number, userId, salt]),
    answers: bids.map(({ bid, number, key, salt, answer }) => [number, bid.bidder, key, salt, jsonOf(answer)]),
    bidders: bids.map(({ bid: { bidder: userId, at, house: byStaff }, sessionId, authVersion }) => ({
      userId,
      sessionId,
      byStaff,
      at,
      authVersion,
    })),
    voided,
  }
}

/** Bids are in the order of their records. */
function auditRows(privateEntries: Change['privateEntries'], bids: readonly KeyedBid[]): Row[] {
  let next = 0
  return privateEntries.map(({ number, line, hash }) =>
    bids[next]?.number === number ? [number, line, hash, ...bidRow(bids[next++]!)] : [number, line, hash, ...NO_BID],
  )
}

function bidRow({ bid }: KeyedBid): Row {
  const { bidId, bidder, paddle, maximum, exact, amount, price, at, seq, raises, voided, house, lowers, atMost } = bid
  const flag = (is: boolean) => (is ? 1 : 0)
  const flags = [flag(voided), flag(house), flag(lowers === true)]
  return [bidId, bidder, paddle, maximum, flag(exact), amount, price, at, seq, raises, ...flags, atMost ?? null]
}

/** Whether a row of `audit_log` is a bid. */
export function isBidRow(record: Row): boolean {
  return record[AUDIT_COLUMNS.indexOf('id')] !== null
}

function perBidRow({ auction, version, head, privateHead, refusals }: StoredAuction): Row {
  const price = auction.standing?.price ?? null
  return [price, auction.bidCount, version, auction.seq, head, privateHead, refusals, stateOf(auction)]
}

function indexedRow({ auction, reserveSalt }: StoredAuction): Row {
  const { title, description, stage, closesAt } = auction
  return [title, description, stage.status, isHidden(auction) ? 1 : 0, closesAt, dueAt(auction), reserveSalt]
}

function isSame(one: Row, other: Row): boolean {
  return one.every((value, i) => value === other[i])
}

/** The state of an auction, with what lists show, but without its bids and its texts, which have columns of their own. */
function stateOf(auction: Auction): string {
  const {
    bids: _bids,
    paddles: _paddles,
    title: _title,
    description: _description,
    terms,
    ...moving
  } = summaryOf(auction) as Summary & Auction
  // Written by every bid, while the terms stay the same and their JSON is cached.
  return `{"terms":${jsonOf(terms)},${JSON.stringify(moving).slice(1)}`
}

type Texts = Pick<Auction, 'title' | 'description'>

/** Builds an auction from its state and its bids after those of `known`. */
export function auctionOf(
  state: string,
  { title, description }: Texts,
  bids: readonly Bid[],
  known: Pick<Auction, 'bids' | 'paddles'> = { bids: null, paddles: new Map() },
): Auction {
  const paddles = new Map([...known.paddles, ...bids.map(({ bidder, paddle }) => [bidder, paddle] as const)])
  const { leaderPaddle: _leader, bidderCount: _count, ...stored } = summaryIn(state, { title, description })
  return { ...stored, bids: listed(stored, bids, known), paddles }
}

export function summaryIn(state: string, { title, description }: Texts): Summary {
  return { ...STATE_DEFAULTS, ...(JSON.parse(state) as Omit<Summary, keyof Texts>), title, description }
}

/** Fields missing from states that earlier versions wrote. */
const STATE_DEFAULTS = { latestAt: 0, lowerable: null, wasShown: true }

export type BidRow = {
  id: string
  user_id: string
  paddle: number
  maximum: number
  exact: 0 | 1
  amount: number
  price: number
  at: number
  seq: number | null
  raises: string | null
  voided: 0 | 1
  /** null before migration 0007 */
  house: 0 | 1 | null
  /** null before migration 0008 */
  lowers: 0 | 1 | null
  /** null before migration 0015, and for offers without `atMost` */
  at_most: number | null
}

export function bidOf(row: BidRow): Bid {
  return {
    bidId: row.id,
    bidder: row.user_id,
    paddle: row.paddle,
    maximum: row.maximum as Amount,
    exact: row.exact === 1,
    amount: row.amount as Amount,
    price: row.price as Amount,
    at: row.at,
    seq: row.seq,
    raises: row.raises,
    voided: row.voided === 1,
    house: row.house === 1,
    ...(row.lowers === 1 ? { lowers: true } : {}),
    ...(row.at_most === null ? {} : { atMost: row.at_most as Amount }),
  }
}

/** A row of somebody's own bids, newest first. */
export type OwnBidRow = BidRow & { readonly auction_id: string; readonly salt: string }

/** A page of own bids, out of rows of which `limit + 1` were requested. The cursor is the last bid's id. */
export function ownBidPage(rows: readonly OwnBidRow[], limit: number): Page<OwnBid> {
  const items = rows.slice(0, limit)
  return {
    items: items.map((row) => ({ auctionId: row.auction_id, bid: bidOf(row), salt: row.salt })),
    nextCursor: rows.length > limit ? items.at(-1)!.id : null,
  }
}
