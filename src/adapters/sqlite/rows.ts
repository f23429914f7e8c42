import { isHidden } from '../../domain/access.ts'
import type { Amount } from '../../domain/amount.ts'
import { type Auction, type Bid, listed } from '../../domain/auction.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Change, Held, KeyedBid } from '../../engine/ports.ts'

/** What is written of an auction as rows of plain values: this is all that the writing thread is sent. */

export type Value = string | number | null
export type Row = readonly Value[]

export type Rows = {
  readonly auctionId: string
  readonly expectedVersion: number
  /** The columns of `auctions` that change, in the order of `AUCTION_COLUMNS`, and those that never do. */
  readonly auction: Row
  readonly born: Row
  readonly entries: readonly Row[]
  readonly privateEntries: readonly Row[]
  readonly authors: readonly Row[]
  readonly statement: Change['statement']
  readonly bids: readonly Row[]
  /** Who bid, and by which session: asked again in the transaction. */
  readonly bidders: readonly { readonly userId: string; readonly sessionId: string; readonly at: Instant }[]
  readonly voided: readonly string[]
}

export const AUCTION_COLUMNS = [
  'title',
  'description',
  'status',
  'hidden',
  'price',
  'bid_count',
  'closes_at',
  'due_at',
  'version',
  'seq',
  'head',
  'private_head',
  'reserve_salt',
  'refusals',
  'state',
] as const
export const BORN_COLUMNS = ['id', 'seller_id', 'format', 'created_at'] as const
export const ENTRY_COLUMNS = ['auction_id', 'seq', 'line', 'hash', 'private_salt'] as const
export const PRIVATE_COLUMNS = ['auction_id', 'number', 'line', 'hash'] as const
export const AUTHOR_COLUMNS = ['auction_id', 'number', 'user_id', 'salt'] as const
export const BID_COLUMNS = [
  'auction_id',
  'number',
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
  'key',
  'answer',
  'salt',
] as const

export function rowsOf(change: Change): Rows {
  const { after, expectedVersion, entries, privateEntries, authors, statement, bids, voided } = change
  const { id, sellerId, format, createdAt } = after.auction
  return {
    auctionId: id,
    expectedVersion,
    auction: columns(after, change.dueAt),
    born: [id, sellerId, format, createdAt],
    entries: entries.map(({ seq, line, hash, salt }) => [id, seq, line, hash, salt]),
    privateEntries: privateEntries.map(({ number, line, hash }) => [id, number, line, hash]),
    authors: authors.map(({ number, userId, salt }) => [id, number, userId, salt]),
    statement,
    bids: bids.map((bid) => bidRow(id, bid)),
    bidders: bids.map(({ bid: { bidder: userId, at }, sessionId }) => ({ userId, sessionId, at })),
    voided,
  }
}

function bidRow(auctionId: string, { bid, number, key, salt, answer }: KeyedBid): Row {
  const { bidId, bidder, paddle, maximum, exact, amount, price, at, seq, raises, voided } = bid
  const flags = [exact ? 1 : 0, voided ? 1 : 0] as const
  const placed = [auctionId, number, bidId, bidder, paddle, maximum, flags[0], amount, price, at, seq, raises] as const
  return [...placed, flags[1], key, JSON.stringify(answer), salt]
}

function columns({ auction, version, head, privateHead, reserveSalt, refusals }: Held, dueAt: Instant | null): Row {
  const { title, description, stage, standing, bidCount, closesAt, seq } = auction
  const price = standing?.price ?? null
  const hidden = isHidden(auction) ? 1 : 0
  const found = [title, description, stage.status, hidden, price, bidCount, closesAt, dueAt]
  return [...found, version, seq, head, privateHead, reserveSalt, refusals, stateOf(auction)]
}

/** All of an auction but its bids and its paddles, which the bids hold. */
function stateOf({ bids: _bids, paddles: _paddles, ...state }: Auction): string {
  return JSON.stringify(state)
}

export function auctionOf(state: string, bids: readonly Bid[]): Auction {
  const paddles = new Map(bids.map((bid) => [bid.bidder, bid.paddle]))
  // What was written before there was a latestAt lacks one.
  const stored = JSON.parse(state) as Omit<Auction, 'bids' | 'paddles' | 'latestAt'> & { readonly latestAt?: Instant }
  return { latestAt: 0, ...stored, bids: listed(bids), paddles }
}

export type BidRow = {
  auction_id: string
  number: number
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
  answer: string
  salt: string
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
  }
}
