import { randomUUIDv7 } from 'node:crypto'
import { expect } from 'vitest'
import type { Amount } from '../../src/domain/amount.ts'
import type { Auction, Bid } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { decide } from '../../src/domain/decide.ts'
import { evolve, unborn } from '../../src/domain/evolve.ts'
import { newAuction } from '../../src/domain/schema.ts'
import { publicEvent } from '../../src/domain/view.ts'
import type { Change, KeyedBid, StoredAuction } from '../../src/engine/ports.ts'
import { type Entry, GENESIS, link, linkPrivate } from '../../src/ledger/chain.ts'
import { newSalt } from '../../src/ledger/commitment.ts'
import { AT } from './engines.ts'

/** Changes of auctions as the engine makes them, for stores without one. */

export function create(sellerId: string, details: object = {}): Change {
  const id = randomUUIDv7()
  const auction = newAuction.parse({
    title: 'A lot',
    currency: 'EUR',
    terms: { startPrice: 1_000, increments: 100 },
    durationSeconds: 3_600,
    ...details,
  })
  const nothing: StoredAuction = {
    auction: { ...unborn, id },
    head: GENESIS,
    privateHead: GENESIS,
    version: 0,
    reserveSalt: '',
    refusals: 0,
  }
  return changing(nothing, { type: 'create', at: AT, id, sellerId, auction })
}

export function bidding(
  stored: StoredAuction,
  userId: string,
  offer: { amount: Amount } | { maximum: Amount },
  key: string,
): Change {
  const bidId = randomUUIDv7()
  return changing(stored, { type: 'bid', at: AT + 1, bidId, bidder: { id: userId, blocked: false }, offer }, key)
}

/** One command decided and linked, as the writer does it for a batch. */
export function changing(stored: StoredAuction, command: Command, key = ''): Change {
  const version = stored.version + 1
  const entries: Entry[] = []
  const bids: KeyedBid[] = []
  const voided: string[] = []
  let auction: Auction = stored.auction
  const { events, rejection } = decide(auction, command)
  expect(rejection).toBeNull()
  const auctionId = auction.id
  const from = { auctionId, previous: stored.privateHead }
  const record = { act: command.type, at: '2026-11-20T12:00:00.000Z' }
  const secret = linkPrivate(from, version, auction.seq + events.length, record)
  for (const event of events) {
    const before = auction
    auction = evolve(before, event)
    const shown = publicEvent(event, auction, before)
    const previous = entries.at(-1)?.hash ?? stored.head
    if (shown !== null) entries.push(link({ auctionId, previous, privateHead: secret.hash }, auction.seq, shown))
    if (event.type !== 'bid.voided' && 'bid' in event) bids.push(keyed(event.bid, version, key))
    if (event.type === 'bid.voided') voided.push(event.bid.bidId)
  }
  const head = entries.at(-1)?.hash ?? stored.head
  const after: StoredAuction = { auction, head, privateHead: secret.hash, version, reserveSalt: newSalt(), refusals: 1 }
  const chains = { entries, privateEntries: [secret], authors: [] }
  return { before: stored.version === 0 ? null : stored, after, ...chains, bids, voided }
}

function keyed(bid: Bid, number: number, key: string): KeyedBid {
  const shown = { id: bid.bidId, paddle: 'P1', amount: bid.amount, maximum: null, at: '2026-11-20T12:00:00.000Z' }
  const salt = newSalt()
  const proven = { bid: { ...shown, commitment: 'c', salt }, receipt: 'r' }
  const answer = { ...proven, outcome: 'leading', seq: bid.seq, price: bid.price, minimumBid: null } as const
  return {
    bid,
    number,
    sessionId: bid.bidder,
    authVersion: -1,
    key,
    salt,
    asOfSeq: bid.seq ?? 0,
    answer: { ...answer, leader: 'P1', closesAt: '2026-11-20T13:00:00.000Z' },
  }
}
