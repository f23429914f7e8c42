import { expect, test } from 'vitest'
import { type Kept, checkLedger } from '../../src/sdk/proof.ts'
import { openHouse } from '../support/service.ts'

test('a ledger is checked with nothing but WebCrypto: chain, signatures, log and the receipts one kept', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const other = await house.auction()
  const id = await house.auction()
  const kept: Kept[] = [await ana.bid(id, { maximum: 5_000 }), await ana.bid(id, { maximum: 6_000 })]
  await ben.bid(id, { amount: 2_000 })
  const mine = await ben.bid(other, { amount: 2_000 })
  for (const auction of [other, id]) await house.admin.close(auction)
  const text = await (await fetch(`${house.url}/v1/auctions/${id}/ledger`)).text()
  const { keys } = (await (await fetch(`${house.url}/v1/keys`)).json()) as { keys: { kid: string }[] }
  const outcome = { result: 'sold', price: 2_100, winner: 'P1', reason: null }
  expect(await checkLedger(text, kept)).toEqual({
    ok: true,
    entries: 5,
    key: keys[0]!.kid,
    outcome,
    place: { index: 2, size: 3 },
    receipts: 2,
  })

  const another = (_: string, before: string, character: string) => before + (character === 'A' ? 'B' : 'A')
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const lowBits = (_: string, before: string, last: string) => `${before}${letters[letters.indexOf(last) ^ 1]}"`
  const lines = text.trimEnd().split('\n')
  const broken: [string, string, object][] = [
    ['a price', text.replace('"price":"2100"', '"price":"2200"'), { why: 'chain', line: 6 }],
    ['an outcome', text.replace('"winner":"P1"', '"winner":"P2"'), { why: 'chain', line: 6 }],
    ['an entry left out', `${lines.toSpliced(3, 1).join('\n')}\n`, { why: 'chain', line: 4 }],
    ['no line break at the end', text.slice(0, -1), { why: 'file', line: 7 }],
    [
      'unused bits of a signature',
      text.replace(/("certificate":"[^"]+)(.)"/, lowBits),
      { why: 'certificate', line: 7 },
    ],
    ['unused bits of a key', text.replace(/("x":"[^"]+)(.)"/, lowBits), { why: 'certificate', line: 7 }],
    ['padding', text.replace(/("certificate":"[^"]+)"/, '$1=="'), { why: 'certificate', line: 7 }],
    ['a signature', text.replace(/("certificate":"[^.]+\.[^.]+\.)(.)/, another), { why: 'certificate', line: 7 }],
    ['a root', text.replace(/("checkpoint":"[^.]+\.[^.]+\.)(.)/, another), { why: 'log', line: 7 }],
    ['a proof', text.replace(/"hashes":\["./, '"hashes":["x'), { why: 'log', line: 7 }],
    [
      'a hash in capitals',
      text.replace(/(?<="hashes":\[")[^"]+/, (hash) => hash.toUpperCase()),
      { why: 'log', line: 7 },
    ],
    ['a place', text.replace(/"index":"2"/, '"index":"1"'), { why: 'log', line: 7 }],
    ['no certificate', `${lines.slice(0, -1).join('\n')}\n`, { why: 'file' }],
    ['no text', 'x', { why: 'file', line: 1 }],
    ['nothing', '', { why: 'file', line: 1 }],
  ]
  for (const [what, changed, how] of broken) {
    expect(changed, what).not.toBe(text)
    expect(await checkLedger(changed), what).toMatchObject({ ok: false, ...how })
  }
  const [first] = kept as [Kept]
  for (const wrong of [
    { ...first, bid: { ...first.bid, maximum: 5_001 } },
    { ...first, receipt: `${first.receipt.slice(0, -6)}AAAAAA` },
    { ...first, receipt: 'none' },
    { ...first, bid: { ...first.bid, salt: `${first.bid.salt}zz` } },
    { ...first, bid: { ...first.bid, salt: first.bid.salt.toUpperCase() } },
    mine,
  ])
    expect(await checkLedger(text, [...kept, wrong])).toMatchObject({ ok: false, why: 'receipt' })
})
