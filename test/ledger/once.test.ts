import { expect, test } from 'vitest'
import type { Bid } from '../../src/domain/auction.ts'
import { answerFacts } from '../../src/domain/view.ts'
import { reject } from '../../src/domain/rejection.ts'
import { toWire } from '../../src/domain/instant.ts'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { hashOf } from '../../src/ledger/chain.ts'
import { commitMaximum, newSalt } from '../../src/ledger/commitment.ts'
import { certificateLine } from '../../src/ledger/file.ts'
import { readJws, signJws } from '../../src/ledger/jws.ts'
import { type LogProof, signAccepted, signRefused } from '../../src/ledger/statements.ts'
import { T0, bidId, idOf } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { type Line, fileOf, forged, house, logged, verify } from './support.ts'

/** Ids come once, dates stand between their neighbours, and what an answer says beside its receipt is what the receipt says. */

const SECOND = 1_000
const END = T0 + 600 * SECOND
const steps = run([
  creation({ startPrice: 1_000, increments: 100 }),
  bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
  bidOf(2, 'B', { maximum: 5_000 }, T0 + 3 * SECOND),
  bidOf(3, 'B', { maximum: 7_000 }, T0 + 4 * SECOND),
  bidOf(4, 'C', { amount: 4_000 }, T0 + 5 * SECOND),
  { type: 'tick', at: END },
])
const file = fileOf(steps)
const auction = idOf('chair')

test('two bids by one id are found out', async () => {
  const twice = (id: string) => forged(file, (entries: Line[]) => void (entries[4]!.data['bid'] = id))
  expect(await verify(twice(bidId(9)))).toMatchObject({ ok: true })
  expect(await verify(twice(bidId(1)))).toMatchObject({ ok: false, line: 6, why: expect.stringMatching(/earlier one/) })
})

test('a draft that was never scheduled nor open has no certificate, and one that was has one', async () => {
  const draft = creation({ startPrice: 1_000, increments: 100 }, { status: 'draft', opensAt: toWire(T0 + 60 * SECOND) })
  const renamed = { type: 'update', changes: { title: 'A stool' }, at: T0 + SECOND } as const
  const scheduled = { type: 'update', changes: { status: 'scheduled' }, at: T0 + 2 * SECOND } as const
  const back = { type: 'update', changes: { status: 'draft' }, at: T0 + 3 * SECOND } as const
  const cancel = { type: 'cancel', reason: 'a slip', at: T0 + 4 * SECOND } as const
  const unseen = run([draft, renamed, cancel])
  expect(await verify(fileOf(unseen))).toMatchObject({ ok: true, certificate: null })
  expect(await verify(fileOf(unseen, house, true))).toMatchObject({
    ok: false,
    line: 5,
    why: expect.stringMatching(/draft that nobody saw/),
  })
  const seen = fileOf(run([draft, renamed, scheduled, back, cancel]))
  expect(await verify(seen)).toMatchObject({ ok: true, certificate: { status: 'cancelled' } })
  expect(await verify(seen.slice(0, -1))).toMatchObject({
    ok: false,
    line: seen.length,
    why: expect.stringMatching(/certificate is missing/),
  })
})

test('a refusal stands between the entry it was given at and the next', async () => {
  const refused = (asOfSeq: number, at: number) => {
    const rejection = reject(
      'bid_too_low',
      asOfSeq === 3 ? { minimumBid: 1_100, price: 1_000 } : { minimumBid: 2_200, price: 2_100 },
    )
    const [offer, head] = [{ amount: 1_050 as never }, hashOf(file[asOfSeq]!)]
    const text = signRefused(house, { auction, key: 'k', offer, at, rejection, asOfSeq, head })
    return verify(file, { receipts: [{ name: 'it', text }] })
  }
  for (const at of [T0 + SECOND, T0 + 2 * SECOND, T0 + 3 * SECOND])
    expect(await refused(3, at), `${at}`).toMatchObject({ ok: true })
  for (const at of [T0, T0 + SECOND - 1, T0 + 3 * SECOND + 1, T0 + 300 * SECOND])
    expect(await refused(3, at), `${at}`).toMatchObject({
      ok: false,
      line: 4,
      why: expect.stringMatching(/last entry at/),
    })
  expect(await refused(4, T0 + 5 * SECOND)).toMatchObject({ ok: true })
  expect(await refused(4, T0 + 5 * SECOND + 1)).toMatchObject({ ok: false, line: 5 })
})

const salt = newSalt()

/** The answer to the nth step's bid as its bidder gets it; a raise that nobody saw is committed to by this salt. */
function answerOf(n: number, changes: object = {}) {
  const { before, after, events } = steps[n]!
  const [{ bid }] = events as unknown as readonly [{ bid: Bid }]
  const facts = answerFacts(bid, before, after)
  const seq = facts.seq ?? 4
  const commitment = commitMaximum(salt, auction, bid.bidId, bid.maximum)
  const said = { ...facts, auction, key: 'k', commitment, asOfSeq: seq, head: hashOf(own[seq]!), ...changes }
  return { ...facts, bid: { ...facts.bid, commitment, salt }, receipt: signAccepted(house, said) }
}

/** The file whose commitments this salt opens. */
const own = forged(file, (entries: Line[]) => {
  for (const [seq, maximum] of [
    [3, 2_000],
    [4, 5_000],
    [5, 4_000],
  ] as const) {
    const entry = entries[seq - 1]!
    entry.commitment = commitMaximum(salt, auction, String(entry.data['bid']), maximum as never)
  }
})
const judge = (...answers: object[]) =>
  verify(own, { receipts: answers.map((answer) => ({ name: 'it', text: JSON.stringify(answer) })) })

test('a raise that nobody saw has an id of its own, and is acknowledged once', async () => {
  expect(await judge(answerOf(3))).toMatchObject({ ok: true })
  const { bid, ...rest } = answerOf(3)
  for (const id of [bidId(1), bidId(2), bidId(4)]) {
    const commitment = commitMaximum(salt, auction, id, 7_000 as never)
    const named = { ...bid, id, commitment }
    const receipt = answerOf(3, { bid: named, commitment }).receipt
    expect(await judge({ ...rest, bid: named, receipt }), id).toMatchObject({
      ok: false,
      why: expect.stringMatching(/as one that nobody sees/),
    })
  }
  // Of one bid two maxima were acknowledged.
  const commitment = commitMaximum(salt, auction, bid.id, 6_000 as never)
  const other = { ...rest, bid: { ...bid, maximum: 6_000, commitment }, receipt: answerOf(3, { commitment }).receipt }
  expect(await judge(other)).toMatchObject({ ok: true })
  expect(await judge(answerOf(3), answerOf(3))).toMatchObject({ ok: true })
  expect(await judge(answerOf(3), other)).toMatchObject({ ok: false, why: expect.stringMatching(/otherwise as well/) })
})

const bids = [
  ['a bid that leads', 1],
  ['a raise that nobody saw', 3],
  ['an exact bid that is beaten', 4],
] as const

test.each(bids)('an answer says what its receipt says: %s', async (_, n) => {
  const answer = answerOf(n)
  expect(await judge(answer)).toMatchObject({ ok: true })
  expect(await judge({ ...answer, note: 'x', bid: { ...answer.bid, note: 'x' } })).toMatchObject({ ok: true })
  const { receipt: _receipt, bid, ...outer } = answer
  const otherThan = (value: unknown) => [
    value === null ? 7 : null,
    typeof value === 'number' ? value + 1 : 'P9',
    '9',
    {},
  ]
  for (const [name, value] of Object.entries(outer))
    for (const wrong of otherThan(value))
      expect(await judge({ ...answer, [name]: wrong }), name).toMatchObject({ ok: false })
  for (const [name, value] of Object.entries(bid))
    for (const wrong of otherThan(value))
      expect(await judge({ ...answer, bid: { ...bid, [name]: wrong } }), name).toMatchObject({ ok: false })
})

test('an answer that opens no commitment is an error, and not a receipt that is kept', async () => {
  const { bid, ...rest } = answerOf(1)
  for (const name of ['amount', 'maximum', 'salt']) {
    const { [name as 'salt']: _, ...less } = bid
    expect(await judge({ ...rest, bid: less }), name).toMatchObject({
      ok: false,
      line: null,
      why: expect.stringMatching(`opens no commitment: bid.${name}`),
    })
  }
  for (const salts of [bid.salt.toUpperCase(), `${bid.salt}zz`, bid.salt.slice(2), `${bid.salt} `])
    expect(await judge({ ...rest, bid: { ...bid, salt: salts } }), salts).toMatchObject({ ok: false })
  for (const maximum of [0, -1, 1.5, 2 ** 53, '02000', true, [2_000]])
    expect(await judge({ ...rest, bid: { ...bid, maximum } }), String(maximum)).toMatchObject({ ok: false })
  for (const none of [{ ...rest }, { ...rest, bid: null }, { ...rest, bid: [] }])
    expect(await judge(none)).toMatchObject({ ok: false, why: expect.stringMatching(/opens no commitment/) })
  // Alone it claims nothing that would have to be opened.
  expect(await verify(own, { receipts: [{ name: 'it', text: `${rest.receipt}\n` }] })).toMatchObject({ ok: true })
})

test('a problem says what its receipt says', async () => {
  const fields = { minimumBid: 1_100, price: 1_000 }
  const said = { auction, key: 'k', offer: { amount: 1_050 as never }, asOfSeq: 3, head: hashOf(own[3]!) }
  const receipt = signRefused(house, { ...said, at: T0 + 2 * SECOND, rejection: reject('bid_too_low', fields) })
  const problem = { type: '/docs/codes#bid_too_low', code: 'bid_too_low', status: 409, asOfSeq: 3, ...fields, receipt }
  expect(await judge(problem)).toMatchObject({ ok: true })
  for (const change of [{ code: 'auction_closed' }, { minimumBid: 1_000 }, { price: null }, { asOfSeq: 4 }])
    expect(await judge({ ...problem, ...change })).toMatchObject({
      ok: false,
      why: expect.stringMatching(/says another/),
    })
})

const proof = readCanonical(own.at(-1)!) as LogProof
const { size, root } = readJws(proof.checkpoint, 'checkpoint', [house.jwk])!.payload as { size: number; root: string }
const shown = (given: object) => verify(own, { log: [{ name: 'kept', text: JSON.stringify(given) }] })

test('a kept answer of the log says what its checkpoint says', async () => {
  const { checkpoint } = proof
  const whole = { size, root, checkpoint }
  for (const honest of [whole, { ...whole, size: `${size}` }, { ...whole, note: 'x' }, proof])
    expect(await shown(honest)).toMatchObject({ ok: true })
  for (const change of [
    { size: size + 1 },
    { size: '02' },
    { size: null },
    { root: '0'.repeat(64) },
    { root: root.toUpperCase() },
  ])
    expect(await shown({ ...whole, ...change })).toMatchObject({
      ok: false,
      why: expect.stringMatching(/kept: says another/),
    })
  // A proof that lacks something is none, and not a checkpoint.
  for (const name of ['index', 'size', 'hashes', 'checkpoint']) {
    const { [name as 'index']: _, ...less } = proof
    expect(await shown(less), name).toMatchObject({ ok: false, why: expect.stringMatching(/is no answer of/) })
  }
  for (const change of [{ index: 0 }, { size: 3 }, { hashes: [] }, { certificate: `${proof.certificate} ` }])
    expect(await shown({ ...proof, ...change })).toMatchObject({ ok: false })
  expect(await shown({ from: 1, to: 2 })).toMatchObject({ ok: false })
})

test('a certificate is dated as the end it states', async () => {
  const said = readJws(proof.certificate, 'certificate', [house.jwk])!.payload as object
  const { introductions } = readCanonical(own[0]!) as { introductions: [string] }
  const dated = (at: string) => {
    const leaves = [introductions[0], signJws(house, 'certificate', { ...said, at })]
    return verify([...own.slice(0, -1), certificateLine(logged(leaves, 1))])
  }
  expect(await dated(toWire(END))).toMatchObject({ ok: true })
  for (const at of [toWire(END + 1), toWire(END - 1)]) expect(await dated(at)).toMatchObject({ ok: false })
})
