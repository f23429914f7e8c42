import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChannelEvent } from '../../src/protocol.ts'
import { replay } from '../../src/ledger/replay.ts'
import { entriesOf } from './support.ts'
import { actsArb, playVoids, voidTermsArb } from './voids.ts'

/** More by `npm run test:fuzz`. */
const { RUNS = '100', SEED } = process.env
const options = { numRuns: Number(RUNS), ...(SEED === undefined ? {} : { seed: Number(SEED) }) }

function eventsOf(...played: Parameters<typeof playVoids>): ChannelEvent[] {
  return entriesOf(playVoids(...played)).map(({ event }) => event)
}

test.each([false, true])(
  'whatever was made void, the ledger follows by the rules alone (all told in the end: %s)',
  { timeout: 300_000 },
  (isTold) => {
    fc.assert(
      fc.property(voidTermsArb, actsArb, (terms, acts) => {
        expect(replay(eventsOf(terms, acts, isTold))).toMatchObject({ flaw: null, taken: [] })
      }),
      options,
    )
  },
)

type Told = ChannelEvent & { type: 'bid.placed' | 'bid.voided' }
/** `by` is anything but 0. */
type Lie = (
  told: Told['data'] & { amounts?: unknown; beaten?: unknown },
  by: number,
  bids: readonly Told[],
) => object | null

function pick<Item>(items: readonly Item[], by: number): Item {
  return items[Math.abs(by) % items.length]!
}

/** What else the house could sign; null where the entry has nothing of the kind. No secret of anybody explains it. */
const lies: Readonly<Record<string, readonly [Told['type'], Lie]>> = {
  price: [
    'bid.voided',
    ({ price, minimumBid }, by) =>
      price === null || minimumBid === null || price + by < 1
        ? null
        : { price: price + by, minimumBid: minimumBid + by },
  ],
  leader: [
    'bid.voided',
    ({ leader }, by, bids) => {
      const other = pick([null, ...bids.map(({ data }) => data.paddle)], by)
      return other === leader ? null : { leader: other }
    },
  ],
  amounts: [
    'bid.voided',
    (data, by, bids) => {
      const [first, ...rest] = (data as { amounts: { bid: string; amount: number }[] }).amounts
      const bid = pick(bids, by).data.bid
      if (first === undefined || by % 4 === 0) return { amounts: [first, { bid, amount: 7 }, ...rest].filter(Boolean) }
      if (by % 4 === 1) return { amounts: rest }
      if (by % 4 === 2) return { amounts: [{ ...first, amount: first.amount + by }, ...rest] }
      return rest.length === 0 ? null : { amounts: [...rest, first] }
    },
  ],
  reserve: ['bid.voided', ({ reserve }, by) => ({ reserve: reserve === 'none' ? pick(['met', 'unmet'], by) : 'none' })],
  minimum: ['bid.voided', ({ minimumBid }, by) => (minimumBid === null ? null : { minimumBid: minimumBid + by })],
  beaten: [
    'bid.placed',
    (data, by, bids) => {
      const { price, beaten } = data as { price: number; beaten: { bid: string; amount: number } | null }
      if (beaten === null) return null
      const bid = pick(bids, by).data.bid
      if (by % 3 === 0) return { beaten: null }
      if (by % 3 === 1) return bid === beaten.bid ? null : { beaten: { ...beaten, bid } }
      return { beaten: { ...beaten, amount: price + Math.abs(by) } }
    },
  ],
}

const byArb = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: -12, max: -1 }))

test.each(Object.entries(lies))(
  'a lie that a house signs after a void is found out, though nothing follows it: %s',
  { timeout: 300_000 },
  (_, [type, lie]) => {
    fc.assert(
      fc.property(voidTermsArb, actsArb, fc.nat(), byArb, (terms, acts, nth, by) => {
        const events = eventsOf(terms, acts, true)
        const bids = events.filter((event): event is Told => event.type === 'bid.placed' || event.type === 'bid.voided')
        // Whoever leads now did not before: their maximum was told when they were beaten.
        const after = bids.filter(
          (event, i) =>
            event.type === type &&
            bids.slice(0, i + 1).some((one) => one.type === 'bid.voided') &&
            event.data.leader !== bids[i - 1]?.data.leader,
        )
        fc.pre(after.length > 0)
        const event = pick(after, nth)
        const said = lie(event.data, by, bids)
        fc.pre(said !== null)
        const forged = { ...event, data: { ...event.data, ...said } } as ChannelEvent
        expect(replay(events.slice(0, event.seq - 1)).flaw).toBeNull()
        expect(replay([...events.slice(0, event.seq - 1), forged]).flaw).not.toBeNull()
      }),
      { ...options, maxSkipsPerRun: 1_000 },
    )
  },
)
