import { expect, test } from 'vitest'
import { toWire } from '../../src/domain/instant.ts'
import { reject } from '../../src/domain/rejection.ts'
import { answerFacts } from '../../src/domain/view.ts'
import type { Bid } from '../../src/domain/auction.ts'
import { canonical, readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS, hashOf } from '../../src/ledger/chain.ts'
import { commitMaximum } from '../../src/ledger/commitment.ts'
import { certificateLine } from '../../src/ledger/file.ts'
import { readJws, signJws } from '../../src/ledger/jws.ts'
import { readKeySet } from '../../src/ledger/kept.ts'
import { linesOf } from '../../src/ledger/lines.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { type LogProof, signAccepted, signCheckpoint, signKey, signRefused } from '../../src/ledger/statements.ts'
import { type Verdict, verifyLedger } from '../../src/ledger/verify.ts'
import { T0, bidId } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { AT, type Line, fileOf, forged, house, newSigner } from './support.ts'
import { MerkleTree } from './merkle-tree.ts'

/**
 * Whoever has no key changes what somebody kept: the ledger, receipts, answers, checkpoints, proofs, keys. Every change is
 * rejected, but for those that docs/ledger.md (section 7) lists as meaning nothing.
 */

const SECOND = 1_000
const SALT = '5a'.repeat(32)
const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: 3 }
const steps = run([
  creation({ startPrice: 1_000, increments: 100, reservePrice: 2_500, softClose, revealReserve: true } as never),
  bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
  bidOf(2, 'B', { maximum: 5_000 }, T0 + 2 * SECOND),
  bidOf(3, 'B', { maximum: 7_000 }, T0 + 3 * SECOND),
  bidOf(4, 'C', { amount: 4_000 }, T0 + 4 * SECOND),
  { type: 'void', bidId: bidId(4), reason: 'not paid', at: T0 + 5 * SECOND },
  bidOf(5, 'A', { maximum: 8_000 }, T0 + 590 * SECOND),
  { type: 'tick', at: T0 + 660 * SECOND },
])
const bids = steps.flatMap(({ events }) => events.flatMap((event) => (event.type === 'bid.placed' ? [event.bid] : [])))
const auction = steps[0]!.after.id
const own = forged(fileOf(steps), (entries: Line[]) => {
  for (const entry of entries)
    if (entry.type === 'bid.placed') {
      const bid = bids.find(({ bidId }) => bidId === entry.data['bid'])!
      const most = bid.exact ? bid.amount : bid.maximum
      entry.commitment = commitMaximum(SALT, auction, bid.bidId, most)
    } else if (entry.type === 'bid.voided')
      for (const opening of (entry as unknown as { openings: { salt: string }[] }).openings) opening.salt = SALT
})
/** In a log of several statements, with a second key. */
const next = newSigner()
const { introductions } = readCanonical(own[0]!) as { introductions: [string] }
const { certificate: alone } = readCanonical(own.at(-1)!) as LogProof
const said = readJws(alone, 'certificate', [house.jwk])!.payload as object
const rotated = signKey(house, { key: next.jwk, reason: 'rotated', at: AT, previous: leafHash(introductions[0]) })
const certificate = signJws(next, 'certificate', { ...said, previous: leafHash(rotated) })
const log = new MerkleTree()
for (const leaf of [introductions[0], rotated, certificate, 'a later one', 'another', 'the last']) log.add(leaf)
const checkpointAt = (size: number) => signCheckpoint(next, { size, root: log.root(size), at: AT })
const proofAt = (size: number): LogProof => {
  return { certificate, index: 2, size, hashes: log.inclusion(2, size), checkpoint: checkpointAt(size) }
}
const header = {
  ...(readCanonical(own[0]!) as object),
  keys: [house.jwk, next.jwk],
  introductions: [introductions[0], rotated],
}
const lines = [canonical(header), ...own.slice(1, -1), certificateLine(proofAt(4))]
const ledger = lines.map((line) => `${line}\n`).join('')

const headAt = (seq: number) => hashOf(lines[seq]!)
function answerTo(n: number) {
  const { before, after, events } = steps[n]!
  const { bid } = events[0] as unknown as { bid: Bid }
  const facts = answerFacts(bid, before, after)
  const asOfSeq = after.seq
  const commitment = commitMaximum(SALT, after.id, bid.bidId, bid.exact ? bid.amount : bid.maximum)
  const receipt = signAccepted(house, {
    ...facts,
    auction: after.id,
    key: 'k',
    commitment,
    asOfSeq,
    head: headAt(asOfSeq),
  })
  return { ...facts, bid: { ...facts.bid, commitment, salt: SALT }, receipt }
}
const low = { minimumBid: 1_100, price: 1_000 }
const place = { auction, key: 'k', asOfSeq: 3, head: headAt(3) }
const refusal = signRefused(house, {
  ...place,
  offer: { amount: 1_050 as never },
  at: T0 + 1_500,
  rejection: reject('bid_too_low', low),
})
const problem = {
  type: '/docs/codes#bid_too_low',
  code: 'bid_too_low',
  status: 409,
  asOfSeq: 3,
  ...low,
  receipt: refusal,
}

/** What somebody kept, by what it is. */
const kept = {
  ledger,
  keys: JSON.stringify({ keys: [house.jwk, next.jwk] }),
  receipt: answerTo(1).receipt,
  raise: JSON.stringify(answerTo(3)),
  answer: JSON.stringify(answerTo(6)),
  problem: JSON.stringify(problem),
  checkpoint: JSON.stringify({ size: 6, root: log.root(6), checkpoint: checkpointAt(6) }),
  proof: JSON.stringify(proofAt(3)),
  consistency: JSON.stringify({ from: 4, to: 6, hashes: log.consistency(4, 6) }),
}
type Kept = typeof kept

async function judge(changes: Partial<Kept>): Promise<Verdict> {
  const all = { ...kept, ...changes }
  const keys = readKeySet(all.keys)
  if (keys === null) return { ok: false, line: null, why: 'no set of keys' }
  const named = (name: keyof Kept) => ({ name, text: all[name] })
  async function* bytes() {
    yield Buffer.from(all.ledger)
  }
  return verifyLedger(linesOf(bytes()), {
    receipts: (['receipt', 'raise', 'answer', 'problem'] as const).map(named),
    log: (['checkpoint', 'proof', 'consistency'] as const).map(named),
    keys,
  })
}

test('the honest ones are kept', async () => {
  expect(await judge({})).toMatchObject({ ok: true, entries: 9, keys: [house.kid, next.kid] })
})

/** The same numbers each time (mulberry32). */
function numbersFrom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const SIGNS = 'aZ09_-+/=.,:"{}[] \n\\xé'

function changedByte(text: string, random: (below: number) => number): string {
  const at = random(text.length)
  const sign = SIGNS[random(SIGNS.length)]!
  const how = [
    () => text.slice(0, at) + sign + text.slice(at + 1),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + sign + text.slice(at),
    () => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
    () => text.slice(0, at) + text[at]! + text.slice(at),
    () => text.slice(0, at),
  ]
  return how[random(how.length)]!()
}

/** Fields of kept JSON that a verifier must find. The others are held where they are there. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  keys: ['keys'],
  raise: ['receipt', 'bid.amount', 'bid.maximum', 'bid.salt'],
  answer: ['receipt', 'bid.amount', 'bid.maximum', 'bid.salt'],
  problem: ['receipt'],
  checkpoint: ['checkpoint'],
  proof: ['certificate', 'index', 'size', 'hashes', 'checkpoint'],
  consistency: ['from', 'to', 'hashes'],
}
/** What stands in a problem beside what was signed. */
const FREE: ReadonlySet<string> = new Set(['type', 'status'])

/** Whether a changed text is listed: white space, another order, more fields, fields left out that are signed elsewhere. */
function meansNothing(name: string, text: string): boolean {
  const before = kept[name as keyof Kept]
  if (name === 'ledger') return false
  if (name === 'receipt') return text.trim() === before
  const [was, is] = [fieldsOf(before), fieldsOf(text)]
  if (was === null || is === null) return false
  const isKept = [...was].every(([field, value]) => FREE.has(field) || (is.get(field) ?? value) === value)
  return isKept && NEEDED[name]!.every((field) => is.has(field))
}

/** By their paths, two levels deep; null where it is no JSON object. */
function fieldsOf(text: string): Map<string, string> | null {
  try {
    const fields = new Map<string, string>()
    for (const [name, value] of Object.entries(JSON.parse(text) as object))
      if (name === 'bid' && typeof value === 'object' && value !== null)
        for (const [inner, one] of Object.entries(value as object)) fields.set(`bid.${inner}`, JSON.stringify(one))
      else fields.set(name, JSON.stringify(value))
    return fields
  } catch {
    return null
  }
}

const BYTES: Readonly<Record<keyof Kept, number>> = {
  ledger: 200,
  keys: 50,
  receipt: 50,
  raise: 70,
  answer: 70,
  problem: 60,
  checkpoint: 60,
  proof: 60,
  consistency: 40,
}

test.each(Object.entries(BYTES))(
  'bytes of a %s that are changed are found out, or mean nothing: %i of them',
  async (name, times) => {
    const random = numbersFrom(2026 + times)
    let found = 0
    for (let i = 0; i < times; i += 1) {
      const text = changedByte(kept[name as keyof Kept], random)
      if (text === kept[name as keyof Kept]) continue
      const { ok } = await judge({ [name]: text })
      expect(ok, JSON.stringify(text)).toBe(meansNothing(name, text))
      if (!ok) found += 1
    }
    // What means nothing is the exception.
    expect(found).toBeGreaterThan(times * 0.6)
  },
)

/** Every value of every line in another form, one at a time; the chain is linked anew, which takes no key. */
function* otherValues(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const i of value.keys()) {
      yield value.toSpliced(i, 1)
      for (const other of otherValues(value[i])) yield value.with(i, other)
    }
    yield [...value, ...value.slice(0, 1)]
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Record<string, unknown>
      yield rest
      for (const other of otherValues(inner)) yield { ...rest, [name]: other }
    }
    yield { ...value, more: 'x' }
  } else {
    yield value === null ? 'x' : null
    if (typeof value === 'string') yield* [`${value}0`, value.slice(1), withLowBits(value)]
    if (typeof value === 'number') yield value + 1
    if (typeof value === 'boolean') yield !value
  }
}

function withLowBits(text: string): string {
  return text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) ^ 1)
}

function relinked(entries: readonly object[]): string {
  let previous = GENESIS
  const texts = entries.map((entry) => {
    const line = canonical({ ...entry, previous })
    previous = hashOf(line)
    return line
  })
  const stated = { ...header, entries: texts.length, head: previous }
  return [canonical(stated), ...texts, lines.at(-1)!].map((line) => `${line}\n`).join('')
}

function written(value: object): string | null {
  try {
    return canonical(value)
  } catch {
    return null
  }
}

test('every field of every line is held: none can be left out, added or changed without the key', async () => {
  const read = lines.map((line) => readCanonical(line) as object)
  let tried = 0
  for (const [i, line] of read.entries())
    for (const other of otherValues(line)) {
      const text = written(other as object)
      if (text === null || text === lines[i]) continue
      tried += 1
      const changed = lines.with(i, text)
      expect(await judge({ ledger: changed.map((one) => `${one}\n`).join('') }), text).toMatchObject({ ok: false })
    }
  const entries = read.slice(1, -1)
  const linked = [
    entries.slice(0, -1),
    entries.slice(1),
    [...entries, entries.at(-1)!],
    ...entries.map((_, i) => entries.toSpliced(i, 1)),
    ...entries.map((entry, i) => entries.with(i, { ...entry, at: toWire(T0 + 7) })),
  ]
  for (const some of linked) expect(await judge({ ledger: relinked(some) })).toMatchObject({ ok: false })
  expect(await judge({ ledger: relinked(entries) })).toMatchObject({ ok: true })
  expect(tried).toBeGreaterThan(500)
})

test('what is listed as meaning nothing is all that is taken', async () => {
  const lost = newSigner()
  const byItself = signKey(lost, { key: lost.jwk, reason: 'lost', at: AT, previous: leafHash(certificate) })
  const withHeader = (changes: object) => [canonical({ ...header, ...changes }), ...lines.slice(1)]
  const texts = (some: readonly string[]) => some.map((line) => `${line}\n`).join('')
  const more = { keys: [house.jwk, next.jwk, lost.jwk], introductions: [introductions[0], rotated, byItself] }
  const noted = await judge({ ledger: texts(withHeader(more)) })
  expect(noted).toMatchObject({
    ok: true,
    keys: [house.kid, next.kid],
    notes: expect.arrayContaining([expect.stringContaining(lost.kid)]),
  })
  expect(
    await judge({
      ledger: texts([...lines.slice(0, -1), certificateLine(proofAt(6))]),
      consistency: JSON.stringify({ from: 3, to: 6, hashes: log.consistency(3, 6) }),
    }),
  ).toMatchObject({ ok: true })
  expect(await judge({ keys: JSON.stringify({ keys: [house.jwk] }) })).toMatchObject({ ok: true })
  expect(await judge({ keys: JSON.stringify({ keys: [next.jwk, lost.jwk, house.jwk], more: 1 }) })).toMatchObject({
    ok: true,
  })
  expect(await judge({ keys: JSON.stringify({ keys: [next.jwk] }) })).toMatchObject({ ok: false, line: 1 })
  expect(await judge({ receipt: `\n ${kept.receipt}\r\n` })).toMatchObject({ ok: true })
  expect(await judge({ answer: JSON.stringify(JSON.parse(kept.answer), null, 2) })).toMatchObject({ ok: true })
})
