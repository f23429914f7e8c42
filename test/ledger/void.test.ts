import { expect, test } from 'vitest'
import type { Bid } from '../../src/domain/auction.ts'
import { answerFacts } from '../../src/domain/view.ts'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { hashOf } from '../../src/ledger/chain.ts'
import { commitMaximum } from '../../src/ledger/commitment.ts'
import { signAccepted } from '../../src/ledger/statements.ts'
import { T0, bidId } from '../domain/support.ts'
import { type Step, bidOf, creation, run } from '../properties/support.ts'
import { type Change, earlier, fileOf, forged, house, verify } from './support.ts'

const SECOND = 1_000
const END = T0 + 600 * SECOND
const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: null }
const opened = creation({ startPrice: 1_000, increments: 100, softClose })
const voiding = (n: number, at: number) => ({ type: 'void', bidId: bidId(n), reason: 'not paid', at }) as const
/** B's bid is voided: A leads again, over C, who was beaten at once. */
const file = fileOf(
  run([
    opened,
    bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
    bidOf(2, 'C', { amount: 1_500 }, T0 + 2 * SECOND),
    bidOf(3, 'B', { maximum: 5_000 }, T0 + 3 * SECOND),
    voiding(3, T0 + 4 * SECOND),
    bidOf(5, 'C', { amount: 1_800 }, END - 10 * SECOND),
    { type: 'tick', at: END + 60 * SECOND },
  ]),
)

const put =
  (seq: number, data: object): Change =>
  (entries) =>
    void Object.assign(entries[seq - 1]!.data, data)
const all =
  (...changes: Change[]): Change =>
  (entries) =>
    changes.forEach((change) => void change(entries))

test('a voided bid and what follows it verify exactly', async () => {
  expect(await verify(file)).toMatchObject({ ok: true, notes: [] })
})

test.each<[string, object]>([
  ['a price below the start price', { price: 900, minimumBid: 1_000 }],
  ['a price below what another offered', { price: 1_400, minimumBid: 1_500 }],
  ['a price that a raise nobody saw would explain', { price: 1_700, minimumBid: 1_800 }],
  ['a price a step and more above all that was seen', { price: 2_201, minimumBid: 2_301 }],
  ['a leader whose only bid was voided', { leader: 'P3' }],
  ['a leader whose only bid was voided, at what another offered', { leader: 'P3', price: 2_000, minimumBid: 2_100 }],
  ['a leader who offered less than another did', { leader: 'P2', price: 2_000, minimumBid: 2_100 }],
  ['a leader who never bid', { leader: 'P9' }],
  ['a price above the whole maximum of a leader who was beaten', { price: 2_050, minimumBid: 2_150 }],
  ['nobody leads though bids stand', { leader: null, price: null, minimumBid: 1_000 }],
  ['a minimum that is no step above', { price: 1_700, minimumBid: 1_750 }],
  ['a bid more than there are', { bidCount: 3 }],
  ['a bidder less', { bidderCount: 2 }],
  ['an amount of a bid that does not exist', { amounts: [{ bid: bidId(9), amount: 1_600 }] }],
  ['amounts that are left out', { amounts: [] }],
])('a forged void is found out: %s', async (_, data) => {
  expect(await verify(forged(file, put(6, data)))).toMatchObject({ ok: false, line: 7 })
})

type Opening = Record<string, unknown>
const open =
  (change: (openings: Opening[]) => unknown): Change =>
  (entries) => {
    const entry = entries[5] as unknown as { openings: unknown }
    entry.openings = change(entry.openings as Opening[])
  }

test.each<[string, Change, RegExp]>([
  ['nothing', open(() => undefined), /does not open the bid that is void/],
  ['another bid only', open(([one]) => [{ ...one, bid: bidId(1) }]), /does not open the bid that is void/],
  ['another maximum', open(([one]) => [{ ...one, maximum: 4_000 }]), /to another maximum than it committed to/],
  [
    'with another salt',
    open(([one]) => [{ ...one, salt: 'ab'.repeat(32) }]),
    /to another maximum than it committed to/,
  ],
  ['a bid twice', open(([one]) => [one, one]), /twice/],
  [
    'a raise of a bid that is not opened',
    open(([one]) => [one, { ...silent(one!), raises: bidId(1) }]),
    /goes with no bid|leaves no place/,
  ],
  [
    'a raise that everybody would have seen',
    open(([one]) => [one, { ...silent(one!), maximum: 4_000 }]),
    /leaves no place/,
  ],
  ['no figure', open(([one]) => [{ ...one, maximum: null }]), /is not an entry/],
])('a void opens what it must: %s', async (_, change, why) => {
  expect(await verify(forged(file, change))).toMatchObject({ ok: false, why: expect.stringMatching(why) })
})

function silent({ exact: _, ...one }: Opening): Opening {
  return { ...one, bid: bidId(8), raises: bidId(3), asOfSeq: 5 }
}

test('a reserve that never was is found out', async () => {
  expect(await verify(forged(file, put(6, { reserve: 'met' })))).toMatchObject({ ok: false })
})

test('only a void opens bids, and only the first entry names the form', async () => {
  const elsewhere: Change = (entries) => void Object.assign(entries[4]!, { openings: [] })
  expect(await verify(forged(file, elsewhere))).toMatchObject({ ok: false, why: expect.stringMatching(/is no void/) })
  const named: Change = (entries) => void Object.assign(entries[4]!, { ledger: 'martillo ledger v3' })
  expect(await verify(forged(file, named))).toMatchObject({ ok: false, why: expect.stringMatching(/names a form/) })
})

test('a bid that was beaten tells whether it was exact', async () => {
  expect(await verify(forged(file, put(4, { exact: undefined })))).toMatchObject({ ok: false, line: 5 })
  const beaten = { bid: bidId(1), amount: 2_000 }
  expect(await verify(forged(file, put(5, { beaten })))).toMatchObject({ ok: false, line: 6 })
})

/** Written from the specification: `A 158` is a maximum, `A =180` an exact bid, `-3` makes the third bid void. */
function played(story: string): Step[] {
  const steps = story.split(', ').map((move, i) => {
    const at = T0 + (i + 1) * SECOND
    if (move.startsWith('-')) return voiding(Number(move.slice(1)), at)
    const [who, figure = ''] = move.split(' ')
    const amount = Number(figure.replace('=', ''))
    return bidOf(i + 1, who!, figure.startsWith('=') ? { amount } : { maximum: amount }, at)
  })
  return run([creation({ startPrice: 100, increments: 10 }), ...steps, { type: 'close', at: T0 + 60 * SECOND }])
}

test.each([
  'A 105, B =115, -1, B 200, D 200, B 250, -6, B 240',
  'C 158, D 156, B 170, D =180, -3, -4, C 200',
  'A 200, B 300, A 400, -2, C 1000, -5, -3, D 250',
])('an honest ledger is taken: %s', async (story) => {
  const steps = played(story)
  expect(steps.flatMap(({ rejection }) => rejection ?? [])).toEqual([])
  expect(await verify(fileOf(steps))).toMatchObject({ ok: true, notes: [] })
})

test.each([110, 170, 200])('what is left by a void is priced by the rules: not %i', async (price) => {
  const left = fileOf(played('A 200, B 300, -2'))
  const lie = all(
    put(5, { price, minimumBid: price + 10 }),
    put(6, { outcome: { result: 'sold', price, winner: 'P1', reason: null } }),
  )
  expect(await verify(left)).toMatchObject({ ok: true })
  expect(await verify(forged(left, lie))).toMatchObject({ ok: false, line: 6 })
})

test('[PX-9] a void opens nothing of who leads after it', () => {
  const opens = (story: string) =>
    played(story)
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.type === 'bid.voided' ? event.opened : []))
      .map(({ paddle, maximum, seq }) => `P${paddle} ${maximum}${seq === null ? ' unseen' : ''}`)
  // A raised unseen to 900, and leads before and after.
  expect(opens('B =150, A 500, C =200, A 900, -3')).toEqual(['P3 200'])
  // Of the bid that is void all that went with it.
  expect(opens('B =150, A 500, A 900, -2')).toEqual(['P2 500', 'P2 900 unseen'])
  // What led and does not any more.
  expect(opens('A 300, B 400, A 500, -2, -1')).toEqual(['P2 400', 'P1 300'])
})

test('of raises that nobody saw and nothing came between a void opens the last alone', async () => {
  const steps = played('A 200, B 300, B 400, B 500, C 350, B 600, B 700, -2')
  const opened = fileOf(steps)
  const { openings } = readCanonical(opened[6]!) as { openings: Opening[] }
  expect(openings.map(({ maximum, asOfSeq }) => [maximum, asOfSeq])).toEqual([
    [300, undefined],
    [500, 4],
    [700, 5],
  ])
  expect(await verify(opened)).toMatchObject({ ok: true })
})

test('what a leader raised to behind a void is still known at the next one', async () => {
  const twice = fileOf(
    run([
      opened,
      bidOf(1, 'D', { maximum: 1_400 }, T0 + SECOND),
      bidOf(2, 'E', { amount: 1_450 }, T0 + 2 * SECOND),
      bidOf(3, 'E', { maximum: 1_600 }, T0 + 3 * SECOND),
      bidOf(4, 'B', { amount: 1_700 }, T0 + 4 * SECOND),
      voiding(3, T0 + 5 * SECOND),
      bidOf(6, 'B', { maximum: 2_000 }, T0 + 6 * SECOND),
      bidOf(7, 'A', { maximum: 1_990 }, T0 + 7 * SECOND),
      bidOf(8, 'C', { amount: 2_200 }, T0 + 8 * SECOND),
      voiding(8, T0 + 9 * SECOND),
      { type: 'tick', at: END + 60 * SECOND },
    ]),
  )
  expect(await verify(twice)).toMatchObject({ ok: true })
})

test('an extension after it must still come, and no other', async () => {
  const cut = forged(file, (entries) => entries.filter(({ type }) => type !== 'closing.extended'))
  expect(await verify(cut)).toMatchObject({ ok: false, why: expect.stringMatching(/closing.extended must come here/) })
})

/** As the version before wrote it: within bounds the house was believed from a void on. */
const old = earlier(file)
const believed = put(6, { price: 1_700, minimumBid: 1_800 })

test('a ledger of an earlier version verifies, and what is taken as stated in it is said', async () => {
  expect(await verify(old)).toMatchObject({ ok: true, notes: [] })
  const notes = [expect.stringMatching(/earlier version; .* as stated, within bounds: entries 6$/)]
  expect(await verify(forged(old, believed))).toMatchObject({ ok: true, notes })
  const outcome = put(9, { outcome: { result: 'sold', price: 1_950, winner: 'P1', reason: null } })
  const dearer = all(believed, put(7, { price: 1_950, minimumBid: 2_050 }), outcome)
  expect(await verify(forged(old, dearer))).toMatchObject({ ok: true, notes: [expect.stringMatching(/entries 6, 7$/)] })
})

test.each<[string, object]>([
  ['a price that falls', { price: 1_650, minimumBid: 1_750 }],
  ['a leader who neither led nor bid', { leader: 'P3' }],
  ['a minimum that is no step above', { minimumBid: 2_050 }],
  ['an amount above the price', { amount: 9_999 }],
  ['a count that jumps', { bidCount: 5 }],
])('in an earlier version a bid after that is held to what is certain: %s', async (_, data) => {
  expect(await verify(forged(old, all(believed, put(7, data))))).toMatchObject({ ok: false })
})

test('a ledger that says less than its form must is no ledger of an earlier version', async () => {
  const [head, ...rest] = file
  const renamed = [head!.replace('ledger v3', 'ledger v2'), ...rest]
  expect(await verify(renamed)).toMatchObject({ ok: false, line: 1 })
})

test('a void opens all that was acknowledged of the bid that is void, to what its receipts commit to', async () => {
  const steps = played('A 200, B 300, B 500, -2')
  const file = fileOf(steps)
  const [, , , raise] = steps
  const bid = (raise!.events[0] as unknown as { bid: Bid }).bid
  const entry = readCanonical(file[5]!) as { openings: { bid: string; salt: string }[] }
  const { salt } = entry.openings.find((one) => one.bid === bid.bidId)!
  const facts = answerFacts(bid, raise!.before, raise!.after)
  const commitment = commitMaximum(salt, raise!.after.id, bid.bidId, bid.maximum)
  const asOfSeq = raise!.after.seq
  const receipt = (said = commitment) =>
    signAccepted(house, {
      ...facts,
      auction: raise!.after.id,
      key: 'k',
      commitment: said,
      asOfSeq,
      head: hashOf(file[asOfSeq]!),
    })
  const judged = (text: string, lines = file) => verify(lines, { receipts: [{ name: 'raise', text }] })
  expect(await judged(receipt())).toMatchObject({ ok: true })
  expect(await judged(receipt('ab'.repeat(32)))).toMatchObject({
    ok: false,
    why: expect.stringMatching(/opens another maximum/),
  })
  const fewer: Change = (entries) => {
    const { openings } = entries[4] as unknown as { openings: unknown[] }
    openings.pop()
  }
  expect(await judged(receipt(), forged(file, fewer))).toMatchObject({
    ok: false,
    why: expect.stringMatching(/does not open what/),
  })
})
