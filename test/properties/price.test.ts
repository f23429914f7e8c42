import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AMOUNT_MAX } from '../../src/domain/amount.ts'
import { type Auction, type Bid, inOrder } from '../../src/domain/auction.ts'
import { type Offered, formats } from '../../src/domain/formats/index.ts'
import { mostOf } from '../../src/domain/schema.ts'
import { auctionView } from '../../src/domain/view.ts'
import { T0, bidId, idOf, nameOf, seller } from '../domain/support.ts'
import { type Fact, type ModelTerms, minimumBid, refusalOf, reserveOf, standingOf } from './model.ts'
import { assertHolds, bidOf, bidsAndVoidsArb, bidsArb, creation, play, run, take, termsArb } from './support.ts'

function viewOf(auction: Auction) {
  return auctionView(auction, { seller, head: '', serverTime: T0, viewer: 'owner' })
}

function modelTerms(auction: Auction): ModelTerms {
  const { terms } = viewOf(auction)
  return { ...terms, reservePrice: terms.reservePrice ?? null }
}

function factOf({ bidder, maximum, exact }: Bid): Fact {
  return { who: nameOf(bidder), maximum, exact }
}

/** The bids that are left: a silent raise goes with the bid it raised. */
function remaining(auction: Auction): Bid[] {
  return inOrder(auction.bids).filter((bid) => !bid.voided)
}

function seen(auction: Auction) {
  const { standing } = auction
  return standing && { leader: nameOf(standing.bidder), maximum: standing.maximum, price: standing.price }
}

test('[PX-1] [PX-2] [PX-3] [PX-4] [PX-5] [PX-6] [PX-7] [PX-8] [RES-1] [RES-2] decides as the naive model does', () => {
  assertHolds(
    fc.property(termsArb, bidsArb, (terms, moves) => {
      const [created, ...steps] = play(creation(terms), moves)
      const rules = modelTerms(created!.after)
      const facts: Fact[] = []
      for (const { command, rejection, after } of steps) {
        if (command.type !== 'bid' || 'lowerTo' in command.offer || after.stage.status !== 'open') return
        const exact = !('maximum' in command.offer)
        const most = mostOf(command.offer)
        const maximum = 'atMost' in command.offer ? Math.min(most, minimumBid(rules, facts) ?? most) : most
        const fact = { who: nameOf(command.bidder.id), maximum, exact }
        expect(rejection?.rejected ?? null).toBe(refusalOf(rules, facts, fact))
        if (rejection === null) facts.push(fact)
        expect(seen(after)).toEqual(standingOf(rules, facts))
        expect(viewOf(after)).toMatchObject({
          minimumBid: minimumBid(rules, facts),
          reserve: reserveOf(rules, facts),
        })
      }
    }),
    1_500,
  )
})

test('[VOID-1] [PX-7] works any bids in any order out as the naive model does', () => {
  const fact = fc.record({ who: fc.constantFrom('A', 'B', 'C'), over: fc.nat({ max: 40 }), exact: fc.boolean() })
  assertHolds(
    fc.property(termsArb, fc.array(fact, { maxLength: 12, size: 'max' }), (terms, drawn) => {
      const { after } = play(creation(terms), [])[0]!
      const facts = drawn.map(({ over, ...rest }) => ({
        ...rest,
        maximum: Math.min(terms.startPrice + over, AMOUNT_MAX),
      }))
      const offered = facts.map(({ who, maximum, exact }, i): Offered => {
        return { bidId: bidId(i), bidder: idOf(who), maximum: maximum as Offered['maximum'], exact }
      })
      const standing = formats.english.replay(after, offered)
      expect(seen({ ...after, standing })).toEqual(standingOf(modelTerms(after), facts))
    }),
    1_000,
  )
})

test('[PX-7] the price never falls', () => {
  assertHolds(
    fc.property(termsArb, bidsArb, (terms, moves) => {
      const prices = play(creation(terms), moves).map(({ after }) => after.standing?.price ?? 0)
      expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    }),
    1_000,
  )
})

test('[PX-4] the winner has the highest maximum, the earliest on a tie', () => {
  assertHolds(
    fc.property(termsArb, bidsArb, (terms, moves) => {
      const { after } = play(creation(terms), moves).at(-1)!
      const bids = inOrder(after.bids)
      const most = Math.max(...bids.map(({ maximum }) => maximum))
      expect(after.standing?.bidder).toBe(bids.find(({ maximum }) => maximum === most)?.bidder)
    }),
    1_000,
  )
})

test('[PX-3] [PX-4] a losing bid that is added at the end never changes the winner', () => {
  assertHolds(
    fc.property(termsArb, bidsArb, fc.nat(), fc.boolean(), (terms, moves, under, exact) => {
      const { after, command } = play(creation(terms), moves).at(-1)!
      const minimum = formats.english.nextBid(after)
      fc.pre(after.standing !== null && after.stage.status === 'open' && minimum <= after.standing.maximum)
      const { bidder, maximum } = after.standing
      const amount = maximum - (under % (maximum - minimum + 1))
      const added = take(after, bidOf(99, 'Z', exact ? { amount } : { maximum: amount }, command.at))
      expect([added.rejection, added.after.standing?.bidder]).toEqual([null, bidder])
    }),
    1_000,
  )
})

test('[PX-3] [PX-4] a losing bid that was added anywhere would not have changed the winner', () => {
  assertHolds(
    fc.property(termsArb, bidsArb, fc.nat(), fc.nat(), fc.boolean(), (terms, moves, place, under, exact) => {
      const { after } = play(creation(terms), moves).at(-1)!
      const bids: readonly Offered[] = inOrder(after.bids)
      fc.pre(bids.length > 0)
      const position = 1 + (place % bids.length)
      const leading = formats.english.replay(after, bids.slice(0, position))!
      const maximum = (leading.maximum - (under % (leading.maximum - terms.startPrice + 1))) as Bid['maximum']
      const losing = { bidId: bidId(99), bidder: idOf('Z'), maximum, exact }
      const replayed = formats.english.replay(after, bids.toSpliced(position, 0, losing))
      expect(replayed?.bidder).toBe(after.standing?.bidder)
      expect(replayed!.price).toBeGreaterThanOrEqual(after.standing!.price)
    }),
    1_000,
  )
})

test('[VOID-1] price and leader are those of the bids that remain', () => {
  let voided = 0
  assertHolds(
    fc.property(termsArb, bidsAndVoidsArb, (terms, moves) => {
      for (const { after, events } of play(creation(terms), moves)) {
        voided += events.filter(({ type }) => type === 'bid.voided').length
        expect(seen(after)).toEqual(standingOf(modelTerms(after), remaining(after).map(factOf)))
        expect(after.bidCount).toBe(remaining(after).filter(({ seq }) => seq !== null).length)
      }
    }),
    1_000,
  )
  expect(voided).toBeGreaterThan(100)
})

test('[VOID-1] a void bid might as well not have been made', () => {
  let compared = 0
  assertHolds(
    fc.property(termsArb, bidsAndVoidsArb, (terms, moves) => {
      const steps = play(creation({ ...terms, softClose: null }), moves)
      const { after } = steps.at(-1)!
      const ids = new Set(remaining(after).map((bid) => bid.bidId))
      // PX-10: what was asked for at most is the amount that it came to.
      const cameTo = new Map(remaining(after).map(({ bidId, maximum }) => [bidId, maximum]))
      const kept = steps.flatMap(({ command }) => {
        if (command.type !== 'bid' || !ids.has(command.bidId)) return []
        const { offer } = command
        return [{ ...command, offer: 'atMost' in offer ? { amount: cameTo.get(command.bidId)! } : offer }]
      })
      const [created, ...again] = run([steps[0]!.command, ...kept])
      if (again.some(({ rejection }) => rejection !== null)) return
      compared += kept.length < inOrder(after.bids).length ? 1 : 0
      expect((again.at(-1) ?? created!).after.standing).toEqual(after.standing)
    }),
    1_000,
  )
  expect(compared).toBeGreaterThan(100)
})

test('[VOID-1] the order of voiding does not matter to the price', () => {
  assertHolds(
    fc.property(
      termsArb,
      bidsArb,
      fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 5 }),
      (terms, moves, gone) => {
        const made = play(creation(terms), moves)
        const { after, command } = made.at(-1)!
        const without = (order: readonly number[]) =>
          order.reduce(
            (auction, n) => take(auction, { type: 'void', bidId: bidId(n), reason: 'x', at: command.at }).after,
            after,
          )
        expect(seen(without(gone))).toEqual(seen(without(gone.toReversed())))
      },
    ),
    500,
  )
})
