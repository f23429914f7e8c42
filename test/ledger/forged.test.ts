import { expect, test } from 'vitest'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS } from '../../src/ledger/chain.ts'
import { commitReserve } from '../../src/ledger/commitment.ts'
import { certificateLine } from '../../src/ledger/file.ts'
import { type LogProof, signCheckpoint } from '../../src/ledger/statements.ts'
import { T0, bidId, idOf } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { type Certify, type Change, type Line, fileOf, forged, house, newSigner, verify } from './support.ts'

/** A house that cheats: it holds the key, and links and signs anew whatever it changed. */

const SECOND = 1_000
const END = T0 + 600 * SECOND
const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: null }
const honest = run([
  creation({ startPrice: 1_000, increments: 100, reservePrice: 3_000, softClose }),
  bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
  bidOf(2, 'B', { maximum: 5_000 }, T0 + 2 * SECOND),
  bidOf(3, 'C', { amount: 4_000 }, T0 + 3 * SECOND),
  bidOf(4, 'A', { maximum: 5_500 }, END - 10 * SECOND),
  { type: 'tick', at: END + 60 * SECOND },
])
const file = fileOf(honest)

const forge = (change: Change, certify?: Certify) => forged(file, change, certify)

const at = (seq: number, change: (entry: Line) => void) => (entries: Line[]) => change(entries[seq - 1]!)
const put = (seq: number, name: string, value: unknown) => at(seq, ({ data }) => void (data[name] = value))

test('the honest ledger verifies, and so does one forged into itself', async () => {
  expect(await verify(file)).toMatchObject({ ok: true, entries: 8, notes: [] })
  expect(await verify(forge(() => {}))).toMatchObject({ ok: true })
  expect(honest.at(-1)!.after.stage).toMatchObject({ outcome: { result: 'sold', price: 5_100 } })
})

const forgeries: [string, ReturnType<typeof put>, number, RegExp][] = [
  ['a price a cent higher', put(4, 'price', 3_001), 5, /price|amount/],
  ['another leader', put(5, 'leader', 'P3'), 6, /price|leader|amount/],
  ['a minimum bid that is no step above', put(4, 'minimumBid', 3_200), 5, /minimumBid/],
  ['a bid not counted', put(5, 'bidCount', 2), 6, /bidCount/],
  ['a reserve that was met called unmet', put(5, 'reserve', 'unmet'), 6, /reserve/],
  ['a reserve that is there no more', put(4, 'reserve', 'none'), 5, /amount|reserve/],
  ['a beaten maximum told below the price it led at', put(6, 'beaten', { bid: bidId(2), amount: 4_050 }), 7, /beaten/],
  ['a beaten bid of somebody else', put(6, 'beaten', { bid: bidId(1), amount: 5_000 }), 7, /beaten/],
  [
    'no extension',
    (entries) => entries.filter(({ type }) => type !== 'closing.extended'),
    8,
    /closing.extended must come here/,
  ],
  ['an extension too long', put(7, 'to', new Date(END + 51 * SECOND).toISOString()), 8, /to is/],
  [
    'an extension for a bid that was early',
    (entries) => [...entries.slice(0, 5), { ...entries[6]!, at: entries[4]!.at }, ...entries.slice(5)],
    7,
    /no bid moved the end/,
  ],
  ['sold to another', put(8, 'outcome', { result: 'sold', price: 5_100, winner: 'P2', reason: null }), 9, /outcome/],
  ['sold dearer', put(8, 'outcome', { result: 'sold', price: 5_500, winner: 'P1', reason: null }), 9, /outcome/],
  [
    'unsold though the reserve was met',
    put(8, 'outcome', { result: 'unsold', price: null, winner: null, reason: 'reserve_unmet' }),
    9,
    /outcome/,
  ],
  ['a bid below the minimum', put(5, 'amount', 3_050), 6, /bid_too_low|amount/],
  ['a bid left out', (entries) => entries.toSpliced(4, 1), 6, /./],
  [
    'a bid after the end',
    at(6, (entry) => void (entry.at = new Date(END).toISOString())),
    7,
    /auction.closed must come here/,
  ],
  [
    'a bid put in behind the end',
    (entries) => [...entries, entries[5]!],
    10,
    /something follows the end|the id of an earlier one/,
  ],
  [
    'closed early and dated late',
    at(8, (entry) => void (entry.at = new Date(END + 60 * SECOND).toISOString())),
    9,
    /./,
  ],
  ['a second creation', (entries) => [entries[0]!, ...entries], 3, /second time/],
  [
    'terms changed after the first bid',
    (entries) => [
      ...entries.slice(0, 3),
      {
        ...entries[0]!,
        type: 'auction.updated',
        at: entries[2]!.at,
        data: {
          ...entries[0]!.data,
          seller: undefined,
          status: 'open',
          minimumBid: 1_100,
          reserve: 'unmet',
          title: 'Another',
        },
      },
      ...entries.slice(3),
    ],
    5,
    /auction_has_bids/,
  ],
  ['a bid without a commitment', at(5, (entry) => void delete entry.commitment), 6, /commits to nothing/],
  [
    'a commitment where there is none',
    at(2, (entry) => void (entry.commitment = GENESIS)),
    3,
    /commits to something anew/,
  ],
  [
    'a reserve opened before the close',
    at(4, (entry) => void Object.assign(entry, { opening: { reservePrice: 3_000, salt: GENESIS } })),
    5,
    /opens a reserve before the close/,
  ],
  [
    'a reserve opened that was to stay closed',
    at(8, (entry) => void Object.assign(entry, { opening: { reservePrice: 3_000, salt: GENESIS } })),
    9,
    /./,
  ],
  ['a field that nobody knows', at(4, (entry) => void Object.assign(entry, { note: 'x' })), 5, /not an entry/],
  [
    'an entry of another auction',
    at(4, (entry) => void Object.assign(entry, { auction: idOf('table') })),
    5,
    /another auction/,
  ],
  ['a paddle out of turn', put(3, 'paddle', 'P2'), 4, /paddle|leader/],
]

test.each(forgeries)('a forged ledger is found out: %s', async (_, change, line, why) => {
  const verdict = await verify(forge(change))
  expect(verdict).toMatchObject({ ok: false, line, why: expect.stringMatching(why) })
})

test('an auction that is not over has no certificate', async () => {
  const cut = forge(
    (entries) => entries.slice(0, 5),
    (said) => void Object.assign(said, { status: 'cancelled' }),
  )
  expect(await verify(cut)).toMatchObject({ ok: false, line: 7, why: expect.stringMatching(/not over/) })
})

test('a reserve that was to be shown is shown, and is the one of before the first bid', async () => {
  const revealed = fileOf(
    run([
      creation({ startPrice: 1_000, increments: 100, reservePrice: 3_000, revealReserve: true } as never),
      { type: 'tick', at: END },
    ]),
  )
  expect(await verify(revealed)).toMatchObject({ ok: true })
  const hidden = forged(revealed, (entries) => void delete (entries[2] as { opening?: object }).opening)
  expect(await verify(hidden)).toMatchObject({
    ok: false,
    line: 4,
    why: expect.stringMatching(/does not open the reserve/),
  })
})

test('a reserve that is shown is the one that was committed to, with its salt', async () => {
  const terms = { startPrice: 1_000, increments: 100, reservePrice: 3_000, revealReserve: true }
  const shown = fileOf(run([creation(terms), { type: 'tick', at: END }]))
  for (const other of [{ reservePrice: 2_999 }, { reservePrice: null }, { salt: GENESIS }]) {
    const opened = forged(shown, (entries) => {
      const { opening } = entries[2] as Line & { opening: object }
      Object.assign(opening, other)
    })
    expect(await verify(opened)).toMatchObject({ ok: false, line: 4, why: expect.stringMatching(/another reserve/) })
  }
})

test('a reserve that is shown does not lie above the buy-now price', async () => {
  const terms = { startPrice: 1_000, increments: 100, buyNowPrice: 3_000, reservePrice: 3_000, revealReserve: true }
  const open = run([creation(terms), { type: 'tick', at: END }])
  expect(await verify(fileOf(open))).toMatchObject({ ok: true })
  const salt = '5a'.repeat(32)
  const raised = forged(fileOf(open), (entries) => {
    const commitment = commitReserve(salt, idOf('chair'), 3_001 as never)
    Object.assign(entries[0]!, { commitment })
    Object.assign(entries[2]!, { opening: { reservePrice: 3_001, salt } })
  })
  expect(await verify(raised)).toMatchObject({
    ok: false,
    line: 4,
    why: expect.stringMatching(/above the buy-now price/),
  })
})

test('an entry that is dated before the one before is found out', async () => {
  const back = at(3, (entry) => void (entry.at = new Date(T0 - 1).toISOString()))
  expect(await verify(forge(back))).toMatchObject({ ok: false, line: 4, why: 'is dated before the entry before' })
})

test('a draft that was cancelled before anybody saw it needs no certificate', async () => {
  const draft = run([
    creation({ startPrice: 1_000, increments: 100 }, { status: 'draft' }),
    { type: 'cancel', reason: 'a slip', at: T0 + SECOND },
  ])
  expect(await verify(fileOf(draft))).toMatchObject({ ok: true, certificate: null })
})

test('a certificate that states something else is found out', async () => {
  const wrong: [string, unknown][] = [
    ['outcome', { result: 'sold', price: 1, winner: 'P1', reason: null }],
    ['entries', 7],
    ['head', GENESIS],
    ['extensions', 0],
    ['status', 'cancelled'],
    ['at', '2026-11-20T10:00:00.000Z'],
    ['auction', 'another'],
  ]
  for (const [name, value] of wrong) {
    const verdict = await verify(
      forge(
        () => {},
        (said) => void (said[name] = value),
      ),
    )
    expect(verdict, name).toMatchObject({ ok: false, line: 10, why: expect.stringContaining(name) })
  }
})

test('a ledger signed by another house, or by a key of another name, is found out where the house is known', async () => {
  const other = newSigner()
  const theirs = fileOf(honest, other)
  expect(await verify(theirs)).toMatchObject({ ok: true, keys: [other.kid] })
  expect(await verify(theirs, { keys: [house.jwk] })).toMatchObject({ ok: false, line: 1 })
  const borrowed = { ...other.jwk, kid: house.kid }
  expect(await verify(file, { keys: [borrowed] })).toMatchObject({ ok: false })
})

test('the log: another root, another place, another size are found out', async () => {
  const proof = readCanonical(file.at(-1)!) as LogProof
  const withProof = (changes: Partial<LogProof>) =>
    verify([...file.slice(0, -1), certificateLine({ ...proof, ...changes })])
  for (const changes of [
    { index: 0 },
    { size: 3 },
    { hashes: [] },
    { hashes: [GENESIS] },
    { hashes: [...proof.hashes, GENESIS] },
    { checkpoint: signCheckpoint(house, { size: 2, root: GENESIS, at: T0 }) },
    { checkpoint: signCheckpoint(newSigner(), { size: 2, root: GENESIS, at: T0 }) },
    { checkpoint: proof.certificate },
  ])
    expect(await withProof(changes)).toMatchObject({
      ok: false,
      line: 10,
      why: expect.stringMatching(/log|checkpoint/),
    })
  expect(await withProof({})).toMatchObject({ ok: true })
})
