import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Amount } from '../../src/domain/amount.ts'
import { type Auction, inOrder } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { decide } from '../../src/domain/decide.ts'
import { evolve, unborn } from '../../src/domain/evolve.ts'
import { toWire } from '../../src/domain/instant.ts'
import { DEFAULT_ROOM } from '../../src/domain/room.ts'
import { newAuction } from '../../src/domain/schema.ts'
import { auctionView, history, publicEvent } from '../../src/domain/view.ts'
import type { ChannelEvent } from '../../src/protocol.ts'
import { type Room, enter, follow } from '../../src/sdk/room.ts'

const seller = { id: 'seller', displayName: 'Seller' }
const START = Date.UTC(2026, 10, 21)

/** What the service would send to somebody who comes now. */
function snapshotOf(auction: Auction): Room {
  const head = `hash-${auction.seq}`
  const view = { ...auctionView(auction, { seller, head, serverTime: START, viewer: 'public' }), room: DEFAULT_ROOM }
  const bids = history(auction).slice(0, 20)
  return enter({ type: 'snapshot', seq: auction.seq, epoch: 'e', auction: view, bids, messages: [], watching: 1 }, null)
}

/** A room that came early knows more rows than a snapshot shows. */
function asSnapshot(room: Room): Room {
  return { ...room, bids: room.bids.slice(0, 20) }
}

type Step = (auction: Auction, at: number) => Command

const amount = fc.integer({ min: 100, max: 3_000 })
const bid: fc.Arbitrary<Step> = fc
  .tuple(fc.nat(3), fc.boolean(), amount)
  .map(([who, exact, cents]) => (auction, at) => {
    const offer = exact ? { amount: cents as Amount } : { maximum: cents as Amount }
    const bidId = `bid-${inOrder(auction.bids).length}`
    return { type: 'bid', at, bidId, bidder: { id: `bidder-${who}`, blocked: false }, offer }
  })
/** Just above what stands, so that ties and answers by standing maxima come often. */
const nearBid: fc.Arbitrary<Step> = fc
  .tuple(fc.nat(3), fc.boolean(), fc.nat(6))
  .map(([who, exact, steps]) => (auction, at) => {
    const cents = ((auction.standing?.maximum ?? 100) + (steps - 1) * 25) as Amount
    const offer = exact ? { amount: cents } : { maximum: cents }
    const bidId = `bid-${inOrder(auction.bids).length}`
    return { type: 'bid', at, bidId, bidder: { id: `bidder-${who}`, blocked: false }, offer }
  })
const voiding: fc.Arbitrary<Step> = fc.nat(5).map((back) => (auction, at) => {
  const bids = inOrder(auction.bids)
  return { type: 'void', at, bidId: bids.at(-1 - back)?.bidId ?? 'none', reason: 'a slip' }
})
const hammer: fc.Arbitrary<Step> = fc.constantFrom<Step[]>(
  (_, at) => ({ type: 'pause', at, reason: 'a doubt' }),
  (_, at) => ({ type: 'resume', at, closesAt: null }),
  (_, at) => ({ type: 'tick', at }),
  (_, at) => ({ type: 'resume', at, closesAt: null }),
  (_, at) => ({ type: 'outage', at, since: at - 60_000 }),
  (_, at) => ({ type: 'extend', at, closesAt: at + 400_000, reason: 'a doubt' }),
)
const opening: Step = (_, at) => ({ type: 'open', at })
const ending: fc.Arbitrary<Step> = fc.constantFrom<Step[]>(
  (_, at) => ({ type: 'close', at }),
  (_, at) => ({ type: 'cancel', at, reason: 'withdrawn' }),
)
const step = fc.oneof(
  { arbitrary: bid, weight: 40 },
  { arbitrary: nearBid, weight: 80 },
  { arbitrary: voiding, weight: 8 },
  { arbitrary: hammer, weight: 16 },
  { arbitrary: ending, weight: 1 },
)

const terms = fc.record({
  startPrice: fc.constantFrom(100, 500),
  increments: fc.constantFrom('standard', 50, 5),
  reservePrice: fc.constantFrom(null, 1_000),
  belowReserve: fc.constantFrom('steps', 'full'),
  buyNowPrice: fc.constantFrom(null, 2_900),
  softClose: fc.constantFrom(null, { windowSeconds: 600, extensionSeconds: 600, maxExtensions: 2 }),
})

function created(given: object): Auction {
  const auction = newAuction.parse({ title: 'A', currency: 'EUR', terms: given, durationSeconds: 700, status: 'draft' })
  const { events } = decide(unborn, { type: 'create', at: START, id: 'auction', sellerId: seller.id, auction })
  return events.reduce(evolve, unborn)
}

/** What one command makes public, with the auction after each event. */
function* published(auction: Auction, command: Command): Generator<{ event: ChannelEvent | null; after: Auction }> {
  let after = auction
  for (const event of decide(auction, command).events) {
    const before = after
    after = evolve(before, event)
    const shown = publicEvent(event, after, before)
    yield { after, event: shown && { ...shown, seq: after.seq, hash: `hash-${after.seq}`, private: '' } }
  }
}

test('a room that follows events equals the snapshot after each of them', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(terms, fc.array(fc.tuple(step, fc.nat(45_000)), { maxLength: 40, size: 'max' }), (given, steps) => {
      let auction = created(given)
      let room = snapshotOf(auction)
      let at = START
      for (const [make, laterMs] of [[opening, 1_000] as const, ...steps]) {
        at += laterMs
        for (const { event, after } of published(auction, make(auction, at))) {
          auction = after
          if (event === null) continue
          seen.add(event.type)
          if (event.type === 'closing.extended') seen.add(event.data.reason)
          room = follow(room, event)
          expect(asSnapshot(room)).toEqual(snapshotOf(auction))
        }
      }
    }),
    { numRuns: 500 },
  )
  // Nothing is proved of what never happened.
  const happened = 'opened paused resumed closed cancelled'.split(' ').map((name) => `auction.${name}`)
  for (const type of [...happened, 'bid.placed', 'bid.voided', 'bid', 'house']) expect(seen).toContain(type)
})

test('a change of the details shows at once', () => {
  const auction = created({ startPrice: 100 })
  const changes = { title: 'B', terms: { startPrice: 700, reservePrice: 900 } }
  const at = START + 1_000
  for (const { event, after } of published(auction, { type: 'update', at, changes })) {
    const room = follow(snapshotOf(auction), event!)
    expect(room.auction).toEqual(snapshotOf(after).auction)
    expect(room.auction.reserve).toBe('unmet')
    expect(room.auction).toMatchObject({ title: 'B', opensAt: null, closesAt: null, price: null, status: 'draft' })
    expect(room.auction.terms).toMatchObject({ startPrice: 700 })
    expect(toWire(at)).toBe(event!.at)
  }
  expect.assertions(5)
})

test('of two rows of the leader that show the same amount after a void, the older follows the price', () => {
  let auction = created({ startPrice: 100, increments: 10 })
  let room = snapshotOf(auction)
  const bids: [who: string, offer: { amount: number } | { maximum: number }][] = [
    ['A', { amount: 135 }],
    ['B', { maximum: 220 }],
    ['A', { maximum: 210 }],
    ['C', { amount: 200 }],
    ['A', { maximum: 320 }],
    ['B', { maximum: 284 }],
  ]
  const commands = bids.map(([who, offer], i): Command => {
    const bidder = { id: who, blocked: false }
    return { type: 'bid', at: START + 2_000 + i, bidId: `bid-${i}`, bidder, offer: offer as { amount: Amount } }
  })
  const voiding: Command = { type: 'void', at: START + 2_002, bidId: 'bid-1', reason: 'a slip' }
  for (const command of [opening(auction, START + 1_000), ...commands.toSpliced(3, 0, voiding)])
    for (const { event, after } of published(auction, command)) {
      auction = after
      if (event !== null) room = follow(room, event)
    }
  expect(asSnapshot(room).bids).toEqual(snapshotOf(auction).bids)
  expect(room.bids.map(({ paddle, amount }) => `${paddle} ${amount}`)).toEqual([
    'P2 284',
    'P3 200',
    'P1 210',
    'P2 145',
    'P1 294',
  ])
})
