import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AMOUNT_MAX } from '../../src/domain/amount.ts'
import type { Auction, Bid } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { termsShapes } from '../../src/domain/formats/shapes.ts'
import { keptChanges } from '../../src/domain/schema.ts'
import { T0, bidId } from '../domain/support.ts'
import {
  type Move,
  type Step,
  bidMove,
  bidOf,
  creation,
  play,
  run,
  take,
  termsArb,
  voidMove,
} from '../properties/support.ts'
import { answerFacts, detailsView } from '../../src/domain/view.ts'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { hashOf } from '../../src/ledger/chain.ts'
import { commitMaximum } from '../../src/ledger/commitment.ts'
import { signAccepted, signRefused } from '../../src/ledger/statements.ts'
import type { Offer } from '../../src/domain/schema.ts'
import { Replay } from '../../src/ledger/replay.ts'
import { guessSecrets } from '../../src/ledger/secrets.ts'
import { SALT, entriesOf, fileOf, house, verify } from './support.ts'

/** What an admin or time does between bids. */
const acts = fc.record({
  afterMs: fc.integer({ min: 1, max: 20_000 }),
  act: fc.constantFrom(
    'pause',
    'resume',
    'resume',
    'later',
    'extend',
    'outage',
    'tick',
    'nearly',
    'nearly',
    'close',
    'cancel',
    'describe',
    'open',
    'lower',
    'give way',
    'give way',
  ),
})
/** What a seller changes before the first bid, of a draft, a scheduled and an open auction. */
const edits = fc.record({
  afterMs: fc.integer({ min: 1, max: 2_000 }),
  edit: fc.constantFrom('title', 'reserve', 'price', 'currency', 'opening', 'length', 'end', 'draft', 'publish'),
})
type Turn = Move | ({ readonly afterMs: number } & ({ readonly act: string } | { readonly edit: string }))

const turns = fc
  .tuple(
    fc.array(edits, { maxLength: 3 }),
    fc.array(
      fc.oneof({ weight: 12, arbitrary: bidMove }, { weight: 2, arbitrary: voidMove }, { weight: 3, arbitrary: acts }),
      { maxLength: 24, size: 'max' },
    ),
  )
  .map(([first, rest]): Turn[] => [...first, ...rest])

const terms = fc.record({
  terms: termsArb,
  buyNow: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 3 }),
  revealReserve: fc.boolean(),
  begins: fc.constantFrom('at once', 'later', 'as a draft', 'as a draft with times'),
})

function playAll(
  { terms: given, buyNow, revealReserve, begins }: typeof terms extends fc.Arbitrary<infer T> ? T : never,
  all: readonly Turn[],
): Step[] {
  const floor = Math.max(given.startPrice, given.reservePrice ?? 0)
  const buyNowPrice = buyNow === null || given.startPrice > 1_000 ? null : floor + buyNow
  const create = creation({ ...given, buyNowPrice, revealReserve } as never, BEGINNINGS[begins])
  let steps = [take(unbornStep, create)]
  for (const [i, turn] of all.entries()) {
    const { after, command } = steps.at(-1)!
    const at = command.at + turn.afterMs
    if ('edit' in turn) steps.push(take(after, { type: 'update', changes: changesOf(turn.edit, after, at), at }))
    else if ('act' in turn && turn.act === 'lower') steps.push(take(after, loweringIn(after, at, i + 1)))
    else if ('act' in turn && turn.act === 'give way') steps = [...steps, ...givingWay(after, at, i + 1)]
    else if ('act' in turn) steps.push(take(after, commandOf(turn.act, after.closesAt ?? at, at)))
    else steps = [...steps, nextMove(steps, turn, i + 1)]
  }
  const { after, command } = steps.at(-1)!
  return [...steps, take(after, { type: 'tick', at: Math.max(command.at, after.closesAt ?? 0) })]
}

const unbornStep = play(creation({ startPrice: 1, increments: 1 }), [])[0]!.before

function nextMove(steps: readonly Step[], move: Move, n: number): Step {
  const { after, command } = steps.at(-1)!
  const at = command.at + move.afterMs
  if (move.kind === 'void') {
    const placed = steps.flatMap(({ events }) => events).filter(({ type }) => type === 'bid.placed') as {
      bid: { bidId: string }
    }[]
    const voided = placed[move.nth % Math.max(placed.length, 1)]?.bid.bidId ?? 'none'
    return take(after, { type: 'void', bidId: voided, reason: 'not paid', at })
  }
  const base =
    after.standing === null
      ? after.terms.startPrice
      : move.from === 'leading'
        ? after.standing.maximum
        : after.standing.price
  const figure = Math.max(1, Math.min(base + move.over, 999_999_999_999)) as never
  const offer = move.exact ? { amount: figure } : { maximum: figure }
  return take(after, { type: 'bid', at, bidId: bidId(n), bidder: { id: move.who, blocked: false }, offer })
}

/** Whoever leads asks for half of what may be taken off: refused but where a void lets them lead again. */
function loweringIn({ standing }: Auction, at: number, n: number): Command {
  const { bidder = 'A', bidId: bid = 'none', price = 1, maximum = 1 } = standing ?? {}
  const offer = { lowerTo: Math.floor((price + maximum) / 2) as never, bid }
  return { type: 'bid', at, bidId: bidId(n), bidder: { id: bidder, blocked: false }, offer }
}

/** The leading bid is voided, and whoever leads again lowers their maximum. */
function givingWay(auction: Auction, at: number, n: number): Step[] {
  const voided = take(auction, { type: 'void', bidId: auction.standing?.bidId ?? 'none', reason: 'not paid', at })
  return [voided, take(voided.after, loweringIn(voided.after, at, n))]
}

const inFive = new Date(T0 + 5_000).toISOString()
const BEGINNINGS: Readonly<Record<string, Record<string, unknown>>> = {
  'at once': {},
  later: { opensAt: inFive },
  'as a draft': { status: 'draft' },
  'as a draft with times': { status: 'draft', opensAt: inFive },
}

function changesOf(edit: string, auction: Auction, at: number) {
  const { reservePrice, startPrice, buyNowPrice } = detailsView(auction, 'owner').terms
  const wire = (ms: number) => new Date(at + ms).toISOString()
  const terms = { startPrice, buyNowPrice, increments: 2, reservePrice }
  const changes: Readonly<Record<string, object>> = {
    title: { title: `A chair ${at % 3}` },
    reserve: { terms: { ...terms, buyNowPrice: null, reservePrice: Math.min(startPrice + (at % 40), AMOUNT_MAX) } },
    price: {
      terms: { ...terms, startPrice: Math.max(1, startPrice - 1), increments: [{ from: 0, step: 1 + (at % 9) }] },
    },
    currency: { currency: 'JPY', terms: { ...terms, increments: 'ebay-us' } },
    opening: { opensAt: wire(at % 2 === 0 ? 3_000 : -3_000) },
    length: { durationSeconds: 200 },
    end: { closesAt: wire(300_000) },
    draft: { status: 'draft' },
    publish: { status: 'scheduled', opensAt: wire(at % 2 === 0 ? 1_000 : 0) },
  }
  return keptChanges.parse(changes[edit])
}

function commandOf(act: string, closesAt: number, at: number): Command {
  switch (act) {
    case 'pause':
    case 'cancel':
      return { type: act, reason: 'a reason', at }
    case 'resume':
      return { type: 'resume', closesAt: null, at }
    case 'later':
      return { type: 'resume', closesAt: closesAt + 60_000, at }
    case 'extend':
      return { type: 'extend', closesAt: closesAt + 60_000, reason: 'more time', at }
    case 'outage':
      return { type: 'outage', since: closesAt - 1_000, at: Math.max(at, closesAt + 40_000) }
    // A bid that follows is a late one, more often than chance would have it.
    case 'nearly':
      return { type: 'tick', at: Math.max(at, closesAt - 4_000) }
    case 'describe':
      return { type: 'update', changes: keptChanges.parse({ description: `more ${'.'.repeat(at % 7)}` }), at }
    default:
      return { type: act as 'tick' | 'close' | 'open', at }
  }
}

/** What the house signs for every bid that was tried: an acceptance or a refusal, with the state it stands on. */
function receiptsFor(steps: readonly Step[], file: readonly string[]) {
  const entries = file.slice(1).map((line) => readCanonical(line) as { commitment?: string })
  return steps.flatMap(({ command, before, after, events, rejection }) => {
    if (command.type !== 'bid') return []
    const { id: auction, seq: asOfSeq } = after
    const at = { auction, key: 'k', asOfSeq, head: hashOf(file[asOfSeq]!) }
    if (rejection !== null) {
      const text = signRefused(house, { ...at, at: command.at, offer: command.offer, rejection })
      return [{ name: rejection.rejected, text }]
    }
    const { bid } = events.find(({ type }) => /^bid\.placed|^maximum/.test(type)) as { bid: Bid }
    const facts = answerFacts(bid, before, after)
    const commitment =
      bid.seq === null ? commitMaximum(SALT, auction, bid.bidId, bid.maximum) : entries[bid.seq - 1]!.commitment!
    const receipt = signAccepted(house, { ...facts, ...at, commitment })
    if (bid.seq !== null) return [{ name: `taken: ${facts.outcome}`, text: receipt }]
    return [
      {
        name: bid.lowers === true ? 'lowered' : 'silent',
        text: JSON.stringify({ ...facts, receipt, bid: { ...facts.bid, commitment, salt: SALT } }),
      },
    ]
  })
}

/** More by `npm run test:fuzz`. */
const { RUNS = '60', SEED } = process.env
const EVERY_KIND = 2031

test('whatever happened by the rules verifies, maxima and reserve unseen, and every receipt of it is kept', async () => {
  const seen = new Set<string>()
  const holds = fc.asyncProperty(terms, turns, async (given, all) => {
    const steps = playAll(given, all)
    for (const { event } of entriesOf(steps))
      seen.add(event.type === 'closing.extended' ? event.data.reason : event.type)
    const file = fileOf(steps)
    const receipts = receiptsFor(steps, file)
    for (const { name } of receipts) seen.add(name)
    expect(await verify(file, { receipts })).toEqual(expect.objectContaining({ ok: true }))
  })
  // Cases that are known to hold every kind, then others each time.
  for (const seed of [EVERY_KIND, SEED])
    await fc.assert(holds, { numRuns: Number(RUNS), ...(seed === undefined ? {} : { seed: Number(seed) }) })
  for (const type of [
    'taken: leading',
    'taken: outbid',
    'taken: raised',
    'taken: won',
    'silent',
    'lowered',
    'maximum_not_lowered',
    'bid_too_low',
    'already_leading',
    'maximum_not_raised',
    'auction_not_open',
    'auction_paused',
    'auction_closed',
    'auction_cancelled',
    'bid',
    'house',
    'outage',
    'bid.voided',
    'auction.resumed',
    'auction.cancelled',
    'auction.updated',
  ])
    expect(seen).toContain(type)
})

test('a ledger in which an open auction got another currency, as earlier versions allowed, verifies', async () => {
  const terms = termsShapes.english.kept.parse({ startPrice: 500, increments: 'yahoo-jp' })
  const yen = { currency: 'JPY', terms }
  const changes = keptChanges.parse(yen)
  const steps = run([
    creation({ startPrice: 1_000, increments: 100 }),
    { type: 'update', changes, at: T0 + 1_000, asKept: true },
    bidOf(1, 'A', { maximum: 2_000 }, T0 + 2_000),
    { type: 'close', at: T0 + 3_000 },
  ])
  expect(entriesOf(steps).map(({ event }) => event.type)).toContain('auction.updated')
  expect(await verify(fileOf(steps))).toEqual(expect.objectContaining({ ok: true }))
})

test('[PX-9] a raise that nobody saw is one by the leader that changes nothing public', () => {
  const events = entriesOf(
    run([
      creation({ startPrice: 1_000, increments: 100 }),
      bidOf(1, 'A', { maximum: 2_000 }, T0 + 1_000),
      bidOf(2, 'B', { maximum: 2_050 }, T0 + 2_000),
    ]),
  ).map(({ event }) => event)
  const raise = (paddle: string, offer: Offer, upTo = events.length) => {
    const house = new Replay(guessSecrets(events.slice(0, upTo)))
    for (const event of events.slice(0, upTo)) expect(house.follow(event)).toBeNull()
    return house.raise({ id: bidId(3), paddle, offer, at: T0 + 3_000 })
  }
  const to = (maximum: number) => ({ maximum }) as Offer
  expect(raise('P1', to(2_500), 3)).toBeNull()
  expect(raise('P1', to(1_000), 3)).toMatch(/maximum_not_raised/)
  expect(raise('P1', { amount: 2_500 } as Offer, 3)).toMatch(/already_leading/)
  // B stands at 2,050, less than a step above A: a raise moves the price (PX-6). A is nobody to raise.
  expect(raise('P2', to(3_000))).toBe('a raise that everybody would have seen')
  expect(raise('P1', to(3_000))).toBe('a raise that everybody would have seen')
})
