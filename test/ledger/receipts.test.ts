import { sign } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Bid } from '../../src/domain/auction.ts'
import { toWire } from '../../src/domain/instant.ts'
import { answerFacts } from '../../src/domain/view.ts'
import type { AnswerView } from '../../src/domain/wire.ts'
import { canonical, isCanonical, readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS, hashOf } from '../../src/ledger/chain.ts'
import { readJws, signJws } from '../../src/ledger/jws.ts'
import { signAccepted, signRefused } from '../../src/ledger/statements.ts'
import { commitMaximum, commitReserve, newSalt } from '../../src/ledger/commitment.ts'
import { reject } from '../../src/domain/rejection.ts'
import type { ProblemError } from '../../src/sdk/index.ts'
import { T0, bidId } from '../domain/support.ts'
import { type Step, bidOf, creation, run } from '../properties/support.ts'
import { earlier, entriesOf, fileOf, forged, house, newSigner, verify } from './support.ts'
import { openHouse } from '../support/service.ts'

const SECOND = 1_000
const steps = run([
  creation({ startPrice: 1_000, increments: 100 }),
  bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
  bidOf(2, 'B', { maximum: 5_000 }, T0 + 2 * SECOND),
  bidOf(3, 'C', { amount: 4_000 }, T0 + 3 * SECOND),
])
const events = entriesOf(steps).map(({ event }) => event)
const auction = steps[0]!.after.id
const file = fileOf(steps)
const B = events[3]! as Extract<(typeof events)[number], { type: 'bid.placed' }>

test('what the service signs for real bids is kept by its ledger: accepted, raised, refused, late', async () => {
  const home = await openHouse()
  const [ana, ben, id] = [await home.person(), await home.person(), await home.auction()]
  const kept: { name: string; text: string }[] = []
  const keep = (name: string, answer: unknown) => kept.push({ name, text: JSON.stringify(answer) })
  const refusal = async (name: string, bid: Promise<AnswerView>) => {
    const problem = await bid.then(
      () => null,
      (error: ProblemError) => error.problem,
    )
    expect(problem, name).toHaveProperty('receipt')
    keep(name, problem)
  }
  const quick = await home.admin.create({
    title: 'Q',
    description: 'one\u2028two',
    currency: 'EUR',
    terms: { startPrice: 1_000, buyNowPrice: 8_000 },
    durationSeconds: 60,
  })
  const bought = await ben.bid(quick.id, { amount: 9_000 })
  const sold = (await (await fetch(`${home.url}/v1/auctions/${quick.id}/ledger`)).text()).trimEnd().split('\n')
  expect(await verify(sold, { receipts: [{ name: 'bought', text: JSON.stringify(bought) }] })).toMatchObject({
    ok: true,
  })
  keep('first', await ana.bid(id, { maximum: 5_000 }))
  await refusal('too low', ben.bid(id, { amount: 1_050 }))
  keep('beaten at once', await ben.bid(id, { maximum: 3_000 }))
  keep('silent raise', await ana.bid(id, { maximum: 8_000 }))
  await refusal('own lead', ana.bid(id, { amount: 9_000 }))
  keep('jump', await ben.bid(id, { amount: 8_500 }))
  await home.admin.close(id)
  await refusal('late', ana.bid(id, { amount: 9_900 }))
  const ledger = (await (await fetch(`${home.url}/v1/auctions/${id}/ledger`)).text()).trimEnd().split('\n')
  expect(kept).toHaveLength(7)
  expect(await verify(ledger, { receipts: kept })).toMatchObject({ ok: true })
  // The same receipts convict the ledger of another auction, and one that stopped before them.
  const other = (await (await fetch(`${home.url}/v1/auctions/${await home.auction()}/ledger`)).text())
    .trimEnd()
    .split('\n')
  for (const receipt of kept) expect(await verify(other, { receipts: [receipt] })).toMatchObject({ ok: false })
})

const salt = newSalt()
const commitment = commitMaximum(salt, auction, bidId(2), 5_000 as never)
const said = {
  auction,
  key: 'k',
  commitment: B.commitment!,
  bid: { id: bidId(2), paddle: 'P2', amount: 2_100, maximum: 5_000, at: B.at },
  outcome: 'leading',
  seq: 4,
  price: 2_100,
  minimumBid: 2_200,
  leader: 'P2',
  closesAt: '2026-11-20T10:10:00.000Z',
  asOfSeq: 4,
  head: B.hash,
} as const

const judge = (jws: string, text = jws) => verify(file, { receipts: [{ name: 'it', text }] })

test('a receipt convicts a ledger that says otherwise', async () => {
  const own = file.slice(1).map((line) => readCanonical(line) as { commitment?: string })
  const head = hashOf(file[4]!)
  const right = { ...said, commitment: own[3]!.commitment!, head }
  expect(await judge(signAccepted(house, right))).toMatchObject({ ok: true })
  const others: [string, object, number | null][] = [
    ['another head', { head: GENESIS }, 5],
    ['an entry that is not there', { asOfSeq: 9, head }, null],
    ['another bid', { bid: { ...said.bid, id: bidId(3) } }, 5],
    ['another commitment', { commitment }, 5],
    ['another price', { price: 2_200 }, 5],
    ['another leader', { leader: 'P1' }, 5],
    ['another paddle', { bid: { ...said.bid, paddle: 'P1' } }, 5],
    ['another time', { bid: { ...said.bid, at: '2026-11-20T10:00:09.000Z' } }, 5],
    ['another auction', { auction: 'another' }, null],
    ['another end', { closesAt: '2026-11-20T10:10:00.001Z' }, 5],
    ['raised, who had not led', { outcome: 'raised' }, 5],
    ['outbid, who leads', { outcome: 'outbid' }, 5],
    ['bought at once', { outcome: 'won' }, 5],
    ['a state before the bid', { asOfSeq: 3, head: hashOf(file[3]!) }, 4],
    ['a state after the next bid', { asOfSeq: 5, head: hashOf(file[5]!) }, 6],
  ]
  for (const [what, change, line] of others)
    expect(await judge(signAccepted(house, { ...right, ...change })), what).toMatchObject({ ok: false, line })
  expect(await judge(signAccepted(newSigner(), right))).toMatchObject({ ok: false, line: null })
  expect(await judge('no receipt')).toMatchObject({ ok: false, line: null })
  expect(await judge(signJws(house, 'checkpoint', { type: 'accepted' }))).toMatchObject({ ok: false })
})

test('[PX-9] a silent raise that was acknowledged and not honoured is found out', async () => {
  const head = hashOf(file[3]!)
  // A led up to 2000 at entry 3, was told of a raise to 3000, and yet B leads at 2100.
  const raise = { ...said, seq: null, asOfSeq: 3, head, outcome: 'raised', leader: 'P1', price: 1_000 } as const
  const bid = { ...said.bid, id: bidId(9), paddle: 'P1', amount: 1_000, maximum: 3_000 }
  const sealed = commitMaximum(salt, auction, bidId(9), 3_000 as never)
  const receipt = signAccepted(house, { ...raise, bid, commitment: sealed })
  const text = JSON.stringify({ receipt, bid: { ...bid, salt } })
  expect(await judge(receipt, text)).toMatchObject({
    ok: false,
    line: 5,
    why: expect.stringMatching(/below the maximum of 3000/),
  })
  const honoured = commitMaximum(salt, auction, bidId(9), 2_050 as never)
  const small = { ...bid, maximum: 2_050 }
  const fine = signAccepted(house, { ...raise, bid: small, commitment: honoured })
  expect(await judge(fine, JSON.stringify({ receipt: fine, bid: { ...small, salt } }))).toMatchObject({ ok: true })
  expect(await judge(fine, JSON.stringify({ receipt: fine, bid: { ...bid, salt } }))).toMatchObject({ ok: false })
})

test('[SC-2] [BIN-1] the state that a receipt stands on is that of all the entries its bid caused', async () => {
  const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: null }
  const [extending, buying] = [
    run([
      creation({ startPrice: 1_000, increments: 100, softClose }),
      bidOf(1, 'A', { maximum: 2_000 }, T0 + 590 * SECOND),
    ]),
    run([
      creation({ startPrice: 1_000, increments: 100, buyNowPrice: 5_000 }),
      bidOf(1, 'A', { amount: 6_000 }, T0 + SECOND),
    ]),
  ]
  for (const steps of [extending, buying]) {
    const { after, before, events: caused } = steps.at(-1)!
    const { bid } = caused[0] as { bid: Bid }
    const lines = fileOf(steps)
    const { commitment } = readCanonical(lines[3]!) as { commitment: string }
    const facts = { ...answerFacts(bid, before, after), auction, key: 'k', commitment }
    const given = (asOfSeq: number, changes: object = {}) => {
      const text = signAccepted(house, { ...facts, asOfSeq, head: hashOf(lines[asOfSeq]!), ...changes })
      return verify(lines, { receipts: [{ name: 'it', text }] })
    }
    expect(await given(4)).toMatchObject({ ok: true })
    expect(await given(3)).toMatchObject({ ok: false, line: 4, why: expect.stringMatching(/not the last entry/) })
    expect(await given(4, { closesAt: toWire(T0 + 600 * SECOND) })).toMatchObject({ ok: false, line: 5 })
    expect(await given(4, { outcome: 'raised' })).toMatchObject({ ok: false, line: 5 })
  }
})

test('a silent raise is of who leads, while bids are taken', async () => {
  const steps2 = [
    creation({ startPrice: 1_000, increments: 100 }),
    bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
    { type: 'pause', reason: 'lunch', at: T0 + 2 * SECOND } as const,
  ]
  const lines = fileOf(run(steps2))
  const at = toWire(T0 + 1_500)
  const bid = { id: bidId(9), paddle: 'P1', amount: 1_000, maximum: 3_000, at }
  const raise = { ...said, bid, seq: null, outcome: 'raised', leader: 'P1', price: 1_000, commitment } as const
  const given = (asOfSeq: number, changes: object = {}) => {
    const text = signAccepted(house, { ...raise, asOfSeq, head: hashOf(lines[asOfSeq]!), ...changes })
    return verify(lines, { receipts: [{ name: 'it', text }] })
  }
  expect(await given(3)).toMatchObject({ ok: true })
  for (const [asOfSeq, changes] of [
    [2, {}],
    [4, {}],
    [3, { bid: { ...bid, paddle: 'P2' }, outcome: 'outbid' }],
    [3, { bid: { ...bid, paddle: 'P2' } }],
    [3, { outcome: 'leading' }],
    [3, { leader: 'P2' }],
    [3, { price: 1_100 }],
    [3, { bid: { ...bid, at: toWire(T0 + 600 * SECOND) } }],
    [3, { bid: { ...bid, at: toWire(T0 + SECOND - 1) } }],
    [3, { bid: { ...bid, at: toWire(T0 + 2 * SECOND + 1) } }],
    [3, { bid: { ...bid, id: bidId(1) } }],
  ] as const)
    expect(await given(asOfSeq, changes), JSON.stringify(changes)).toMatchObject({ ok: false, line: asOfSeq + 1 })
  expect(await given(3, { bid: { ...bid, at: toWire(T0 + 2 * SECOND) } })).toMatchObject({ ok: true })
  const open = fileOf(run(steps2.slice(0, 2)))
  const late = (ms: number) => {
    const [head, at] = [hashOf(open[3]!), toWire(T0 + 600 * SECOND + ms)]
    const text = signAccepted(house, { ...raise, bid: { ...bid, at }, asOfSeq: 3, head })
    return verify(open, { receipts: [{ name: 'it', text }] })
  }
  expect(await late(-1)).toMatchObject({ ok: true })
  expect(await late(0)).toMatchObject({ ok: false, line: 4 })
})

test('a refusal that the entries do not bear out is found out', async () => {
  const at = (asOfSeq: number) => ({ auction, key: 'k', at: T0 + 2_500, asOfSeq, head: hashOf(file[asOfSeq]!) })
  const low = (minimumBid: number) => reject('bid_too_low', { minimumBid, price: 2_100 })
  const refused = (asOfSeq: number, offer: number, minimumBid: number) =>
    judge(signRefused(house, { ...at(asOfSeq), offer: { amount: offer as never }, rejection: low(minimumBid) }))
  expect(await refused(4, 2_150, 2_200)).toMatchObject({ ok: true })
  expect(await refused(4, 2_200, 2_200)).toMatchObject({ ok: false, line: 5 })
  expect(await refused(4, 2_250, 2_300)).toMatchObject({ ok: false, line: 5 })
  for (const code of ['auction_closed', 'auction_cancelled'] as const) {
    const jws = signRefused(house, { ...at(4), offer: { amount: 9_000 as never }, rejection: reject(code) })
    expect(await judge(jws), code).toMatchObject({ ok: false, line: 5 })
  }
})

test('a signature is of one kind, one key and one text', () => {
  const jws = signJws(house, 'receipt', { type: 'x', amount: 5 })
  expect(readJws(jws, 'receipt', [house.jwk])).toEqual({ kid: house.kid, payload: { type: 'x', amount: 5 } })
  const [head, body, signature] = jws.split('.') as [string, string, string]
  const none = Buffer.from(JSON.stringify({ alg: 'none', kid: house.kid, typ: 'martillo-receipt+jws' })).toString(
    'base64url',
  )
  for (const wrong of [
    `${head}.${body}.`,
    `${head}.${body}`,
    `${none}.${body}.`,
    `${head}.${body}x.${signature}`,
    `${jws}.${body}`,
    `${head}..${signature}`,
    '',
    '..',
    'a.b.c',
  ])
    expect(readJws(wrong, 'receipt', [house.jwk]), wrong).toBeNull()
  expect(readJws(jws, 'certificate', [house.jwk])).toBeNull()
  for (const content of [
    'no JSON',
    '{"type":"x","amount":"5"}',
    '{"amount":5,"type":"x"}',
    '{"amount":"5", "type":"x"}',
    '{"amount":"05"}',
  ]) {
    const text = `${head}.${Buffer.from(content).toString('base64url')}`
    const signed = sign(null, Buffer.from(text), house.privateKey).toString('base64url')
    expect(readJws(`${text}.${signed}`, 'receipt', [house.jwk]), content).toBeNull()
  }
  expect(readJws(jws, 'receipt', [newSigner().jwk])).toBeNull()
  expect(readJws(jws, 'receipt', [{ ...newSigner().jwk, kid: house.kid }])).toBeNull()
})

test('[RFC 8785] one text for one content: strings, NFC, nothing that could be written in two ways', () => {
  expect(canonical({ seq: 12, b: 'é', a: [{ step: 1, from: 0 }], n: null })).toBe(
    '{"a":[{"from":"0","step":"1"}],"b":"é","n":null,"seq":"12"}',
  )
  expect(readCanonical('{"from":"2026-11-20T10:00:00.000Z","step":"1"}')).toEqual({
    from: '2026-11-20T10:00:00.000Z',
    step: 1,
  })
  for (const wrong of [
    { text: 'e\u0301' },
    { text: '\ud800' },
    { other: 5 },
    { amount: 1e21 },
    { amount: Number.NaN },
    { amount: '5' },
  ])
    expect(() => canonical(wrong)).toThrow(/./)
  for (const text of [
    '{"b":"1","a":"2"}',
    '{"a": "1"}',
    '{"a":"\\u0041"}',
    '{"a":"1","a":"1"}',
    'x',
    '{"a":"e\u0301"}',
  ])
    expect(isCanonical(text), text).toBe(false)
})

/** The receipt of the bid of entry `seq`, with the answer that opens it where its maximum is told. */
function receiptOf(lines: readonly string[], steps: readonly Step[], seq: number, changes: object = {}) {
  const step = steps.find(({ events: all }) =>
    all.some((event) => event.type === 'bid.placed' && event.bid.seq === seq),
  )!
  const { bid } = step.events.find((event) => event.type === 'bid.placed')!
  const { commitment } = readCanonical(lines[seq]!) as { commitment: string }
  const facts = { ...answerFacts(bid, step.before, step.after), auction, key: 'k', commitment }
  return signAccepted(house, { ...facts, asOfSeq: seq, head: hashOf(lines[seq]!), ...changes })
}

test('[PX-6] who raises in public what led just before has raised, and does not lead anew', async () => {
  const raising = run([
    creation({ startPrice: 1_000, increments: 100 }),
    bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
    bidOf(2, 'B', { maximum: 2_050 }, T0 + 2 * SECOND),
    bidOf(3, 'B', { maximum: 3_000 }, T0 + 3 * SECOND),
  ])
  const lines = fileOf(raising)
  const given = (seq: number, changes?: object) =>
    verify(lines, { receipts: [{ name: 'it', text: receiptOf(lines, raising, seq, changes) }] })
  expect(await given(5)).toMatchObject({ ok: true })
  expect(await given(5, { outcome: 'raised' })).toMatchObject({ ok: true })
  expect(await given(5, { outcome: 'leading' })).toMatchObject({ ok: false, line: 6 })
  expect(await given(4, { outcome: 'raised' })).toMatchObject({ ok: false, line: 5 })
})

test('[RES-3] a maximum that was acknowledged and reaches the reserve convicts a house that says it was not met', async () => {
  const terms = { startPrice: 1_000, increments: 100, reservePrice: 5_000, revealReserve: true }
  const unsold = run([
    creation(terms),
    bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
    { type: 'tick', at: T0 + 600 * SECOND },
  ])
  const withReserveOf = (reservePrice: number) =>
    forged(fileOf(unsold), (entries) => {
      Object.assign(entries[0]!, { commitment: commitReserve(salt, auction, reservePrice as never) })
      Object.assign(entries[2]!, { commitment: commitMaximum(salt, auction, bidId(1), 2_000 as never) })
      Object.assign(entries[3]!, { opening: { reservePrice, salt } })
    })
  const bid = { id: bidId(1), amount: 1_000, maximum: 2_000, salt }
  const given = async (reservePrice: number) => {
    const lines = withReserveOf(reservePrice)
    expect(await verify(lines)).toMatchObject({ ok: true })
    const text = JSON.stringify({ receipt: receiptOf(lines, unsold, 3), bid })
    return verify(lines, { receipts: [{ name: 'it', text }] })
  }
  expect(await given(2_001)).toMatchObject({ ok: true })
  const why = expect.stringMatching(/says that the reserve of 2000 was not met/)
  expect(await given(2_000)).toMatchObject({ ok: false, line: 5, why })
})

test('[VOID-1] a maximum that was acknowledged binds, and a void of the bid it went with must open it', async () => {
  const ledgerOf = (voided: number) =>
    fileOf(
      run([
        creation({ startPrice: 1_000, increments: 100 }),
        bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
        bidOf(2, 'C', { amount: 1_500 }, T0 + 2 * SECOND),
        { type: 'void', bidId: bidId(voided), reason: 'not paid', at: T0 + 3 * SECOND },
        bidOf(3, 'B', { maximum: 2_500 }, T0 + 4 * SECOND),
        { type: 'tick', at: T0 + 600 * SECOND },
      ]),
    )
  // A was told of a raise to 3,000, and yet B leads in the end.
  const given = (lines: readonly string[]) => {
    const bid = { id: bidId(9), paddle: 'P1', amount: 1_000, maximum: 3_000, at: toWire(T0 + 1_500) }
    const sealed = commitMaximum(salt, auction, bid.id, 3_000 as never)
    const raise = {
      ...said,
      bid,
      seq: null,
      outcome: 'raised',
      leader: 'P1',
      price: 1_000,
      commitment: sealed,
    } as const
    const receipt = signAccepted(house, { ...raise, asOfSeq: 3, head: hashOf(lines[3]!) })
    const text = JSON.stringify({ receipt, bid: { ...bid, salt } })
    return verify(lines, { receipts: [{ name: 'it', text }] })
  }
  const unopened = expect.stringMatching(/does not open what was acknowledged/)
  expect(await given(ledgerOf(1))).toMatchObject({ ok: false, line: 6, why: unopened })
  expect(await given(earlier(ledgerOf(1)))).toMatchObject({ ok: true })
  const why = expect.stringMatching(/below the maximum of 3000/)
  expect(await given(ledgerOf(2))).toMatchObject({ ok: false, line: 7, why })
})
