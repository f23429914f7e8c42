import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rates } from '../../src/config/limits.ts'
import { Engine } from '../../src/engine/engine.ts'
import { verify } from '../ledger/support.ts'
import { watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { martillo } from '../support/command.ts'
import { commitMaximum, commitReserve } from '../../src/ledger/commitment.ts'
import { isConsistent, leafHash } from '../../src/ledger/merkle.ts'
import { holds, patch, storeWith } from '../support/patch.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { ask, expectProblem, lot } from './support.ts'

const get = async (house: House, path: string) => (await ask(house.url, `GET /v1${path}`)).json
const ledgerOf = async (house: House, id: string) =>
  (await ask(house.url, `GET /v1/auctions/${id}/ledger`)).text.trimEnd().split('\n')
const claims = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString())

test('every bid commits to its maximum, and only its bidder gets the salt that opens it', async () => {
  const house = await sharedHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const offers = [
    { answer: await ana.bid(id, { maximum: 5_000 }), most: 5_000 },
    { answer: await ben.bid(id, { amount: 2_000 }), most: 2_000 },
    { answer: await ana.bid(id, { maximum: 9_000 }), most: 9_000 },
  ]
  const { events } = await get(house, `/auctions/${id}/events`)
  for (const { answer, most } of offers) {
    const { bid, seq } = answer
    expect(bid.commitment).toMatch(/^[0-9a-f]{64}$/)
    expect(commitMaximum(bid.salt, id, bid.id, most as never)).toBe(bid.commitment)
    expect(events[(seq ?? 0) - 1]?.commitment ?? bid.commitment).toBe(bid.commitment)
  }
  const own = await Promise.all([ana, ben].map(async (bidder) => (await bidder.myBids()).items))
  expect(
    own
      .flat()
      .map(({ salt }) => salt)
      .toSorted(),
  ).toEqual(offers.map(({ answer }) => answer.bid.salt).toSorted())
  const others = JSON.stringify([events, await ledgerOf(house, id), await get(house, `/auctions/${id}/bids`), own[1]])
  for (const { answer } of offers.filter((_, i) => i !== 1)) expect(others).not.toContain(answer.bid.salt)
  // The same bid commits to something else each time, and every entry to the private chain anew.
  expect(new Set(offers.map(({ answer }) => answer.bid.commitment)).size).toBe(3)
  expect(new Set(events.map((event: { private: string }) => event.private)).size).toBe(events.length)
})

test('over the socket every ack and every refusal by the rules is signed alike, and what is not decided by them is not', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = watch(house.url, id, '', await ana.session.token())
  await channel.next('you')
  channel.send({ type: 'bid', key: 'a', amount: 1_000 })
  const ack = await channel.next('ack')
  channel.send({ type: 'bid', key: 'b', amount: 2_000 })
  const { problem } = await channel.next('reject')
  channel.send({ type: 'bid', key: 'a', amount: 3_000 })
  const reused = await channel.next('reject', ({ key, problem }) => key === 'a' && problem.code !== 'already_leading')
  expect(reused.problem).toMatchObject({ code: 'idempotency_key_reused' })
  expect(reused.problem.receipt).toBeUndefined()
  await house.admin.close(id)
  expect(claims(ack.receipt)).toMatchObject({
    type: 'accepted',
    key: 'a',
    seq: '3',
    head: (await get(house, `/auctions/${id}/events`)).events[2].hash,
  })
  expect(claims(problem.receipt!)).toMatchObject({ type: 'refused', key: 'b', code: 'already_leading', asOfSeq: '3' })
  const receipts = [ack, problem].map((kept, i) => ({ name: `receipt ${i}`, text: JSON.stringify(kept) }))
  expect(await verify(await ledgerOf(house, id), { receipts })).toMatchObject({ ok: true })
})

test('the reserve is committed to from the beginning, and shown at the close where the seller agreed', async () => {
  const house = await sharedHouse()
  for (const revealReserve of [true, false]) {
    const { id } = await house.admin.create({ ...lot, terms: { ...lot.terms, reservePrice: 50_000, revealReserve } })
    await house.admin.close(id)
    const { events } = await get(house, `/auctions/${id}/events`)
    const { opening } = events.at(-1)
    expect(opening?.reservePrice).toBe(revealReserve ? 50_000 : undefined)
    expect(events[0].commitment).toMatch(/^[0-9a-f]{64}$/)
    const opened = opening === undefined ? null : commitReserve(opening.salt, id, opening.reservePrice)
    expect(opened).toBe(revealReserve ? events[0].commitment : null)
    expect(await verify(await ledgerOf(house, id))).toMatchObject({ ok: true })
  }
})

test('the log grows by a certificate a close, signed, each naming the one before; a draft nobody saw is not in it', async () => {
  const house = await openHouse()
  const start = await get(house, '/log/checkpoint')
  expect(start.size).toBe(1)
  const ids = [await house.auction(), await house.auction(), await house.auction()]
  const draft = await house.admin.create({ ...lot, status: 'draft' })
  await house.admin.cancel(draft.id, 'a slip')
  await house.admin.close(ids[0]!)
  await house.admin.cancel(ids[1]!, 'withdrawn')
  const middle = await get(house, '/log/checkpoint')
  await house.admin.close(ids[2]!)
  const end = await get(house, '/log/checkpoint')
  expect([middle.size, end.size]).toEqual([3, 4])
  expect(await get(house, '/log/checkpoint')).toEqual(end)
  expect(await get(house, '/log/checkpoint?size=3')).toMatchObject({ root: middle.root })
  const { keys } = await get(house, '/keys')
  for (const { checkpoint, size, root } of [start, middle, end]) {
    expect(claims(checkpoint)).toMatchObject({ type: 'checkpoint', size: String(size), root })
    expect(isSigned(checkpoint, keys[0])).toBe(true)
    expect(isSigned(`${checkpoint.slice(0, -6)}AAAAAA`, keys[0])).toBe(false)
  }
  const pairs = [
    [start, middle],
    [middle, end],
    [start, end],
    [end, end],
  ]
  for (const [from, to] of pairs) {
    const { hashes } = await get(house, `/log/consistency?from=${from.size}&to=${to.size}`)
    expect(isConsistent(from, to, hashes)).toBe(true)
  }
  const proofs = await Promise.all(ids.map((id) => get(house, `/log/proof?auction=${id}`)))
  expect(proofs.map(({ index }) => index)).toEqual([1, 2, 3])
  expect(claims(proofs[2].certificate)).toMatchObject({
    previous: leafHash(proofs[1].certificate),
    software: expect.stringMatching(/^martillo \d/),
    rules: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(claims(proofs[1].certificate)).toMatchObject({
    status: 'cancelled',
    outcome: null,
    previous: leafHash(proofs[0].certificate),
  })
  const ledger = await ledgerOf(house, ids[0]!)
  const shown = (...answers: object[]) =>
    verify(ledger, { log: answers.map((answer) => ({ name: 'shown', text: JSON.stringify(answer) })) })
  for (const size of [3, 4])
    expect(await shown(await get(house, `/log/proof?auction=${ids[0]}&size=${size}`))).toMatchObject({ ok: true })
  expect(await shown(end)).toMatchObject({ ok: true })
  expect(await shown(middle)).toMatchObject({ ok: false, line: null })
  const joint = await get(house, `/log/consistency?from=${middle.size}&to=${end.size}`)
  expect(await shown(middle, joint)).toMatchObject({ ok: true })
  expect(await shown(proofs[2])).toMatchObject({ ok: false, line: null })
  const open = await house.auction()
  for (const path of [
    '/log/checkpoint?size=5',
    '/log/consistency?from=4&to=3',
    '/log/consistency?from=1&to=9',
    `/log/proof?auction=${open}`,
    `/log/proof?auction=${draft.id}`,
    `/log/proof?auction=${ids[0]}&size=1`,
  ])
    expectProblem(await ask(house.url, `GET /v1${path}`), 'not_found')
  for (const path of [
    '/log/checkpoint?size=0',
    '/log/consistency?from=-1&to=1',
    '/log/proof',
    '/log/consistency?from=1',
  ])
    expectProblem(await ask(house.url, `GET /v1${path}`), 'invalid_request')
})

test('a key is followed by one that it introduces, and what either signed stands; a lost key is said to be lost', async () => {
  const dataDir = temporaryFolder()
  const env = { DATA_DIR: dataDir }
  const close = async (house: House) => {
    const id = await house.auction()
    const token = (await (await house.person()).session.token())!
    const told = await repeated(house, { id, token })
    await house.admin.close(id)
    return { id, token, told, receipts: [{ name: 'mine', text: told }] }
  }
  const repeated = async ({ url }: House, { id, token }: { id: string; token: string }) => {
    const asked = { token, body: { maximum: 5_000 }, headers: { 'idempotency-key': 'mine' } }
    const answer = await ask(url, `POST /v1/auctions/${id}/bids`, asked)
    expect(answer.status).toBe(201)
    return answer.text
  }
  const opened = await openHouse({}, {}, dataDir)
  const first = await close(opened)
  const known = (await get(opened, '/keys')).keys
  expect(await martillo(['keys', 'rotate'], env)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/another Martillo runs/),
  })
  await opened.service.close()
  expect(await martillo(['keys', 'rotate'], env)).toMatchObject({ code: 0, err: '' })

  const rotated = await openHouse({}, {}, dataDir)
  const second = await close(rotated)
  const { keys } = await get(rotated, '/keys')
  expect(keys).toHaveLength(2)
  expect(keys[0]).toEqual(known[0])
  for (const { id, receipts } of [first, second])
    expect(await verify(await ledgerOf(rotated, id), { keys: known, receipts })).toMatchObject({
      ok: true,
      notes: ['mine is kept'],
    })
  for (const { kid } of keys) expect(statSync(join(dataDir, 'keys', `${kid}.pem`)).mode & 0o777).toBe(0o600)
  await rotated.service.close()

  rmSync(join(dataDir, 'keys'), { recursive: true })
  const lost = await openHouse({}, {}, dataDir)
  const third = await close(lost)
  const ledger = await ledgerOf(lost, third.id)
  expect(await verify(ledger)).toMatchObject({ ok: true, notes: [expect.stringMatching(/was lost/)] })
  expect(await verify(ledger, { keys: known })).toMatchObject({ ok: false })
  expect(await verify(await ledgerOf(lost, first.id))).toMatchObject({ ok: true })
  for (const bid of [first, second, third]) expect(await repeated(lost, bid)).toBe(bid.told)
})

function isSigned(jws: string, key: object): boolean {
  const [head, body, signature] = jws.split('.') as [string, string, string]
  const publicKey = createPublicKey({ key: key as never, format: 'jwk' })
  return verifySignature(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
}

test('why the price became what it became, in both languages, out of what is public', async () => {
  const house = await sharedHouse()
  const terms = {
    startPrice: 1_000,
    increments: 100,
    reservePrice: 4_000,
    softClose: { windowSeconds: 3_600, extensionSeconds: 3_600, maxExtensions: 1 },
  }
  const { id } = await house.admin.create({ ...lot, terms, durationSeconds: 7_000 })
  const [ana, ben, cas] = [await house.person(), await house.person(), await house.person()]
  const why = async ({ bid }: { bid: { id: string } }) => get(house, `/auctions/${id}/bids/${bid.id}/explanation`)
  const told = async (who: typeof ana, offer: { amount: number } | { maximum: number }) => why(await who.bid(id, offer))
  expect(await told(ana, { maximum: 2_000 })).toMatchObject({
    seq: 3,
    price: 1_000,
    rules: ['PX-1'],
    sentences: {
      en: expect.stringContaining('P1 bid first and leads at the start price of €10.00'),
      es: expect.stringMatching(/precio de salida de 10,00\s€/),
    },
  })
  expect(await told(ben, { amount: 1_500 })).toMatchObject({ price: 1_600, rules: ['PX-3'] })
  expect(await told(ben, { amount: 2_000 })).toMatchObject({ price: 2_000, rules: ['PX-4'] })
  expect(await told(ana, { maximum: 2_500 })).toMatchObject({ price: 2_100, rules: ['PX-6'] })
  expect(await told(ben, { maximum: 2_550 })).toMatchObject({
    price: 2_550,
    rules: ['PX-2'],
    sentences: { en: expect.stringContaining('less than a full step') },
  })
  expect(await told(cas, { maximum: 3_500 })).toMatchObject({
    price: 2_650,
    rules: ['PX-2'],
    sentences: { es: expect.stringContaining('un tramo por encima') },
  })
  expect(await told(cas, { maximum: 6_000 })).toMatchObject({ price: 4_000, rules: ['PX-5', 'RES-2'] })
  expect(await told(ana, { amount: 7_000 })).toMatchObject({ price: 7_000, rules: ['PX-7'] })
  const voided = await ben.bid(id, { amount: 8_000 })
  await house.admin.void(id, voided.bid.id, 'not paid')
  expect(await why(voided)).toMatchObject({ rules: ['PX-7', 'VOID-1'] })
  const silent = await ana.bid(id, { maximum: 9_000 })
  for (const bid of [silent.bid.id, 'none', id])
    expectProblem(await ask(house.url, `GET /v1/auctions/${id}/bids/${bid}/explanation`), 'bid_not_found')
  const bin = await house.admin.create({ ...lot, terms: { ...terms, softClose: null, buyNowPrice: 9_000 } })
  const bought = await ben.bid(bin.id, { amount: 9_000 })
  expect(await get(house, `/auctions/${bin.id}/bids/${bought.bid.id}/explanation`)).toMatchObject({ rules: ['BIN-1'] })
})

test('the explanation of a bid reads what is around it, and not what was long before', async () => {
  let read = 0
  const house = await openHouse(
    {},
    {
      wrapStore: storeWith((store) => ({
        entries: async (...asked) => {
          const entries = await store.entries(...asked)
          read += entries.length
          return entries
        },
      })),
    },
  )
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  let latest = ''
  for (let i = 0; i < 30; i += 1) latest = (await [ana, ben][i % 2]!.bid(id, { amount: 1_000 + 100 * i })).bid.id
  read = 0
  expect(await get(house, `/auctions/${id}/bids/${latest}/explanation`)).toMatchObject({ rules: ['PX-2'] })
  expect(read).toBeLessThan(6)
  // An update of the text is no bid: what lies behind many of them is found all the same.
  for (let i = 0; i < 9; i += 1) await house.admin.update(id, { description: '.'.repeat(i + 1) })
  const next = await ana.bid(id, { amount: 5_000 })
  expect(await get(house, `/auctions/${id}/bids/${next.bid.id}/explanation`)).toMatchObject({ price: 5_000 })
})

test('looking for a bid among many costs what it takes', async () => {
  holds(rates, { requests: { perSecond: 1, burst: 30 } })
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock: new ManualClock() })
  const id = await house.auction()
  const asked = () => ask(house.url, `GET /v1/auctions/${id}/bids/none/explanation`)
  // What an auction with so many bids would cost, without making them.
  patch(
    Engine.prototype,
    'stored',
    (real) =>
      async function (this: Engine, auctionId) {
        const stored = await real.call(this, auctionId)
        return stored === null ? null : { ...stored, auction: { ...stored.auction, seq: 20_000 } }
      },
  )
  const answers = []
  for (let i = 0; i < 6; i += 1) answers.push((await asked()).status)
  expect(answers).toEqual([404, 404, 404, 429, 429, 429])
})
