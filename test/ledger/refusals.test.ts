import { expect, test } from 'vitest'
import type { Command } from '../../src/domain/command.ts'
import { toWire } from '../../src/domain/instant.ts'
import { reject } from '../../src/domain/rejection.ts'
import { hashOf } from '../../src/ledger/chain.ts'
import { signJws } from '../../src/ledger/jws.ts'
import { signRefused } from '../../src/ledger/statements.ts'
import { T0, bidId } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { fileOf, house, verify } from './support.ts'

/** A house that refuses a bid for a reason that its own ledger does not bear out. */

const SECOND = 1_000
const OPENS = T0 + 5 * SECOND
const END = OPENS + 600 * SECOND
const opensAt = toWire(OPENS)
const commands = (...end: Command[]) => [
  creation({ startPrice: 1_000, increments: 100, reservePrice: 3_000, revealReserve: true } as never, { opensAt }),
  { type: 'tick', at: OPENS } as const,
  bidOf(1, 'A', { maximum: 2_000 }, OPENS + SECOND),
  { type: 'pause', reason: 'lunch', at: OPENS + 2 * SECOND } as const,
  { type: 'resume', closesAt: END, at: OPENS + 3 * SECOND } as const,
  bidOf(2, 'B', { maximum: 2_500 }, OPENS + 4 * SECOND),
  ...end,
]
/** Entries: 1 created, 2 opened, 3 A leads at 1000, 4 paused, 5 resumed, 6 B leads at 2100 over A's 2000, 7 closed or cancelled. */
const closed = fileOf(run(commands({ type: 'tick', at: END })))
const cancelled = fileOf(run(commands({ type: 'cancel', reason: 'stolen', at: OPENS + 9 * SECOND })))

type Said = { seq: number; code: string; fields?: object; offer?: object; at?: number; file?: string[] }

/** Signed as it is said, whether or not any house could. */
function judge({ seq, code, fields = {}, offer = { maximum: 1_500 }, file = closed, ...said }: Said) {
  const { at = Date.parse((JSON.parse(file[seq]!) as { at: string }).at) + SECOND / 2 } = said
  const auction = (JSON.parse(file[0]!) as { auction: string }).auction
  const payload = { type: 'refused', auction, key: 'k', offer, code, fields, at: toWire(at), asOfSeq: seq }
  const text = signJws(house, 'receipt', { ...payload, head: hashOf(file[seq]!) })
  return verify(file, { receipts: [{ name: 'it', text }] })
}

const late = { closesAt: toWire(END), lateMilliseconds: 50 }
const low = { minimumBid: 2_200, price: 2_100 }

const honest: [string, Said, RegExp][] = [
  ['too low', { seq: 6, code: 'bid_too_low', fields: low }, /^it is kept$/],
  [
    'too low for the first bid',
    { seq: 2, code: 'bid_too_low', fields: { minimumBid: 1_000, price: null }, offer: { amount: 999 } },
    /^it is kept$/,
  ],
  ['not open yet', { seq: 1, code: 'auction_not_open', fields: { opensAt }, at: OPENS - 1 }, /^it is kept$/],
  ['paused', { seq: 4, code: 'auction_paused' }, /^it is kept$/],
  ['late', { seq: 7, code: 'auction_closed', fields: late, at: END + 50 }, /^it is kept$/],
  ['cancelled', { seq: 7, code: 'auction_cancelled', file: cancelled }, /^it is kept$/],
  ['leading', { seq: 6, code: 'already_leading', offer: { amount: 3_000 } }, /if its bidder led after entry 6/],
  ['not raised', { seq: 3, code: 'maximum_not_raised', offer: { maximum: 2_000 } }, /if its bidder led after entry 3/],
  [
    'not raised by a step',
    { seq: 3, code: 'maximum_not_raised', offer: { maximum: 2_099 } },
    /if its bidder led after entry 3/,
  ],
  [
    'not raised, of a maximum that stays secret',
    { seq: 6, code: 'maximum_not_raised', offer: { maximum: 2_999 } },
    /if its bidder led/,
  ],
  ['own auction', { seq: 6, code: 'own_auction' }, /own_auction cannot be judged from the public ledger/],
  [
    'blocked',
    { seq: 7, code: 'bidder_blocked', at: END + 1 },
    /bidder_blocked cannot be judged from the public ledger/,
  ],
]

test.each(honest)(
  'a refusal that the ledger bears out is kept, or said not to be told by it: %s',
  async (_, said, note) => {
    expect(await judge(said)).toMatchObject({ ok: true, notes: [expect.stringMatching(note)] })
  },
)

const wrong: [string, Said][] = [
  ['too low, at the minimum bid', { seq: 6, code: 'bid_too_low', fields: low, offer: { amount: 2_200 } }],
  ['too low, by another minimum', { seq: 6, code: 'bid_too_low', fields: { ...low, minimumBid: 2_300 } }],
  ['too low, by another price', { seq: 6, code: 'bid_too_low', fields: { ...low, price: 2_000 } }],
  ['too low, with a detail more', { seq: 6, code: 'bid_too_low', fields: { ...low, note: 'x' } }],
  ['too low, with a detail less', { seq: 6, code: 'bid_too_low', fields: { minimumBid: 2_200 } }],
  [
    'too low while paused',
    { seq: 4, code: 'bid_too_low', fields: { minimumBid: 1_100, price: 1_000 }, offer: { amount: 1_050 } },
  ],
  ['paused while open', { seq: 6, code: 'auction_paused' }],
  ['paused after it went on', { seq: 5, code: 'auction_paused' }],
  ['paused, with a detail', { seq: 4, code: 'auction_paused', fields: { reason: 'lunch' } }],
  ['not open while open', { seq: 2, code: 'auction_not_open', fields: { opensAt } }],
  [
    'not open, of another opening',
    { seq: 1, code: 'auction_not_open', fields: { opensAt: toWire(OPENS + SECOND) }, at: T0 },
  ],
  ['not open, when it had to be', { seq: 1, code: 'auction_not_open', fields: { opensAt }, at: OPENS }],
  ['paused, when not open yet', { seq: 1, code: 'auction_paused', at: T0 }],
  ['late before the close', { seq: 6, code: 'auction_closed', fields: late }],
  [
    'late, of another end',
    { seq: 7, code: 'auction_closed', fields: { ...late, closesAt: toWire(END - SECOND) }, at: END + 50 },
  ],
  ['late by more than it was', { seq: 7, code: 'auction_closed', fields: late, at: END + 49 }],
  ['late for what was cancelled', { seq: 7, code: 'auction_closed', fields: late, at: END + 50, file: cancelled }],
  ['cancelled, of what was closed', { seq: 7, code: 'auction_cancelled', at: END + 1 }],
  ['leading, when nobody led', { seq: 2, code: 'already_leading', offer: { amount: 1_000 } }],
  ['leading, of a maximum', { seq: 6, code: 'already_leading', offer: { maximum: 3_000 } }],
  ['leading, while paused', { seq: 4, code: 'already_leading', offer: { amount: 3_000 } }],
  ['leading, with a detail', { seq: 6, code: 'already_leading', offer: { amount: 3_000 }, fields: { price: 2_100 } }],
  ['not raised, of an exact bid', { seq: 6, code: 'maximum_not_raised', offer: { amount: 2_300 } }],
  ['not raised, when nobody led', { seq: 2, code: 'maximum_not_raised' }],
  [
    'not raised, a step above the maximum that was beaten later',
    { seq: 3, code: 'maximum_not_raised', offer: { maximum: 2_100 } },
  ],
  ['not raised, at a reserve that stayed unmet', { seq: 6, code: 'maximum_not_raised', offer: { maximum: 3_000 } }],
  ['own auction, with a detail', { seq: 6, code: 'own_auction', fields: { opensAt } }],
  ['blocked, with the close due', { seq: 6, code: 'bidder_blocked', at: END }],
  ['own auction, with the opening due', { seq: 1, code: 'own_auction', at: OPENS }],
  ['a code of another call', { seq: 6, code: 'rate_limited' }],
  ['an invented code', { seq: 6, code: 'not_today' }],
]

test.each(wrong)('a refusal that the ledger does not bear out is found out: %s', async (_, said) => {
  expect(await judge(said)).toMatchObject({ ok: false, line: said.seq + 1, why: expect.stringMatching(/^it: \S/) })
})

test('a refusal of before the first entry is none', async () => {
  const { auction } = JSON.parse(closed[0]!) as { auction: string }
  const rejection = reject('auction_not_open', { opensAt: null })
  const text = signRefused(house, {
    auction,
    key: 'k',
    offer: { amount: 1 as never },
    at: T0,
    rejection,
    asOfSeq: 0,
    head: '0'.repeat(64),
  })
  expect(await verify(closed, { receipts: [{ name: 'it', text }] })).toMatchObject({
    ok: false,
    line: null,
    why: expect.stringMatching(/before there was an entry/),
  })
})

test('[BIN-1] an offer that would have bought at once was not too low', async () => {
  const file = fileOf(run([creation({ startPrice: 1_000, increments: 100, buyNowPrice: 5_000 })]))
  const fields = { minimumBid: 1_000, price: null }
  expect(
    await judge({ seq: 2, code: 'bid_too_low', fields, offer: { amount: 5_000 }, at: T0 + 1, file }),
  ).toMatchObject({
    ok: false,
    why: expect.stringMatching(/a bid that is taken/),
  })
})

test('after a voided bid a maximum that was led with is not known', async () => {
  const steps = run([
    creation({ startPrice: 1_000, increments: 100 }),
    bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
    bidOf(2, 'B', { amount: 1_500 }, T0 + 2 * SECOND),
    { type: 'void', bidId: bidId(2), reason: 'not paid', at: T0 + 3 * SECOND },
    bidOf(3, 'B', { maximum: 2_500 }, T0 + 4 * SECOND),
  ])
  const file = fileOf(steps)
  const said = { code: 'maximum_not_raised', offer: { maximum: 2_400 }, file }
  expect(await judge({ ...said, seq: 4 })).toMatchObject({ ok: true })
  expect(await judge({ ...said, seq: 5 })).toMatchObject({ ok: false, line: 6 })
})
