import { sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { toWire } from '../../src/domain/instant.ts'
import { canonical, readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS } from '../../src/ledger/chain.ts'
import { certificateLine } from '../../src/ledger/file.ts'
import { type Kind, type Signer, readJws, signJws } from '../../src/ledger/jws.ts'
import { linesOf } from '../../src/ledger/lines.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { type LogProof, signCheckpoint, signKey } from '../../src/ledger/statements.ts'
import { verifyLedger } from '../../src/ledger/verify.ts'
import { T0, bidId } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { AT, type Line, fileOf, forged, house, logged, newSigner, verify } from './support.ts'
import { MerkleTree } from './merkle-tree.ts'

/** One content has one text: what is written in another way, or says more than a version writes, is refused. */

const SECOND = 1_000
const steps = run([
  creation({ startPrice: 1_000, increments: { percent: 2.5, atLeast: 100 } }),
  bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
  bidOf(2, 'B', { amount: 3_000 }, T0 + 2 * SECOND),
  { type: 'extend', closesAt: T0 + 900 * SECOND, reason: 'a storm', at: T0 + 3 * SECOND },
  { type: 'pause', reason: 'lunch', at: T0 + 4 * SECOND },
  { type: 'resume', closesAt: null, at: T0 + 5 * SECOND },
  { type: 'void', bidId: bidId(2), reason: 'not paid', at: T0 + 6 * SECOND },
  { type: 'cancel', reason: 'stolen', at: T0 + 7 * SECOND },
])
const file = fileOf(steps)
const LAST = file.length
const proof = readCanonical(file.at(-1)!) as LogProof
const stated = readCanonical(file[0]!) as { keys: unknown[]; introductions: [string] }
const [introduction] = stated.introductions

test('the honest one verifies', async () => {
  expect(await verify(file)).toMatchObject({ ok: true, entries: 9 })
})

/** The text whose bits that stand for nothing are others. */
const withLowBits = (text: string) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + letters[letters.indexOf(text.at(-1)!) ^ 1]!
}

const others: [string, (part: string) => string][] = [
  ['unused bits', withLowBits],
  ['padding', (part) => `${part}==`],
  ['the other alphabet', (part) => part.replaceAll('-', '+').replaceAll('_', '/')],
  ['white space', (part) => `${part} `],
  ['a line break', (part) => `${part.slice(0, 8)}\n${part.slice(8)}`],
]

test.each(others)('base64url has one form, and a signature with %s is none', (_, how) => {
  // As many as it takes for a signature to hold both letters that the alphabets differ in.
  const all = Array.from({ length: 20 }, (_, i) => signJws(house, 'receipt', { type: `${i}` }))
  const jws = all.find((one) => /[-_]/.test(one.split('.')[2]!))!
  expect(readJws(jws, 'receipt', [house.jwk])).not.toBeNull()
  const [head, body, signature] = jws.split('.') as [string, string, string]
  expect(readJws(`${head}.${body}.${how(signature)}`, 'receipt', [house.jwk])).toBeNull()
})

/** Signed as it stands, whatever the header and the payload are. */
function signedAs(head: string, payload: string, signer: Signer = house): string {
  const text = `${Buffer.from(head).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${text}.${sign(null, Buffer.from(text), signer.privateKey).toString('base64url')}`
}

test('the header of a signature is canonical: nothing twice, nothing more, in its order', () => {
  const typ = '"typ":"martillo-receipt+jws"'
  const kid = `"kid":"${house.kid}"`
  const payload = canonical({ type: 'x' })
  expect(readJws(signedAs(`{"alg":"EdDSA",${kid},${typ}}`, payload), 'receipt', [house.jwk])).not.toBeNull()
  for (const head of [
    `{"alg":"EdDSA","alg":"EdDSA",${kid},${typ}}`,
    `{"alg":"none","alg":"EdDSA",${kid},${typ}}`,
    `{${kid},"alg":"EdDSA",${typ}}`,
    `{"alg":"EdDSA", ${kid},${typ}}`,
    `{"alg":"EdDSA","b64":"true",${kid},${typ}}`,
    `{"alg":"EdDS\\u0041",${kid},${typ}}`,
    `["EdDSA"]`,
    'null',
  ])
    expect(readJws(signedAs(head, payload), 'receipt', [house.jwk]), head).toBeNull()
})

const header = (changes: object) => [canonical({ ...stated, ...changes }), ...file.slice(1)]

test('a key has one text: its unused bits are zero, and its name is its thumbprint', async () => {
  const { x } = house.jwk
  for (const jwk of [
    { ...house.jwk, x: withLowBits(x) },
    { ...house.jwk, x: withLowBits(x), kid: house.kid },
    { ...house.jwk, kid: newSigner().kid },
    { ...house.jwk, x: newSigner().jwk.x },
  ]) {
    expect(await verify(header({ keys: [jwk] }))).toMatchObject({ ok: false, line: 1 })
    expect(await verify(file, { keys: [jwk] })).toMatchObject({ ok: false, line: 1 })
    const said = signJws(house, 'key', { type: 'key', key: jwk, reason: 'first', at: toWire(AT), previous: GENESIS })
    expect(await verify(header({ introductions: [said] }))).toMatchObject({ ok: false, line: 1 })
  }
})

/** What a statement says, with a field more or in another form, signed all the same. */
function again(kind: Kind, jws: string, changes: object): string {
  const { payload } = readJws(jws, kind, [house.jwk])!
  return signJws(house, kind, { ...(payload as object), ...changes })
}

const forms: [string, object][] = [
  ['a field more', { note: 'x' }],
  ['a time of another form', { at: '2026-11-20T12:00:00Z' }],
  ['a time of another zone', { at: '2026-11-20T13:00:00.000+01:00' }],
]

test.each(forms)('no statement of the house has %s', async (_, changes) => {
  const certificate = again('certificate', proof.certificate, changes)
  const log = logged([introduction, certificate], 1)
  expect(await verify([...file.slice(0, -1), certificateLine(log)])).toMatchObject({ ok: false, line: LAST })
  const checkpoint = again('checkpoint', proof.checkpoint, changes)
  expect(await verify([...file.slice(0, -1), certificateLine({ ...proof, checkpoint })])).toMatchObject({
    ok: false,
    line: LAST,
  })
  expect(await verify(file, { log: [{ name: 'kept', text: checkpoint }] })).toMatchObject({ ok: false, line: null })
  expect(await verify(header({ introductions: [again('key', introduction, changes)] }))).toMatchObject({
    ok: false,
    line: 1,
  })
})

test('neither the outcome that a certificate states nor a key has a field more', async () => {
  const sold = fileOf(run([creation({ startPrice: 1_000, increments: 100 }), { type: 'tick', at: T0 + 600_000 }]))
  const { certificate } = readCanonical(sold.at(-1)!) as LogProof
  const outcome = { result: 'unsold', price: null, winner: null, reason: 'no_bids' }
  const stating = (changes: object) => {
    const leaves = [introduction, again('certificate', certificate, { outcome: { ...outcome, ...changes } })]
    return verify([...sold.slice(0, -1), certificateLine(logged(leaves, 1))])
  }
  expect(await stating({})).toMatchObject({ ok: true })
  expect(await stating({ note: 'x' })).toMatchObject({ ok: false, line: sold.length })
  const key = { ...house.jwk, note: 'x' }
  expect(await verify(header({ introductions: [again('key', introduction, { key })] }))).toMatchObject({ ok: false })
})

const at = (seq: number, how: (data: Record<string, unknown>) => void) => (entries: Line[]) =>
  how(entries[seq - 1]!.data)
const terms = (data: Record<string, unknown>) => data['terms'] as Record<string, Record<string, unknown>>

const more: [string, number, (data: Record<string, unknown>) => void][] = [
  ['a creation', 1, (data) => void (data['note'] = 'x')],
  ['the terms', 1, (data) => void (terms(data)['note'] = {})],
  ['a step', 1, (data) => void (terms(data)['increments']!['note'] = 'x')],
  ['an opening', 2, (data) => void (data['note'] = 'x')],
  ['a bid', 3, (data) => void (data['note'] = 'x')],
  ['what a bid beat', 4, (data) => void ((data['beaten'] as Record<string, unknown>)['note'] = 'x')],
  ['an extension', 5, (data) => void (data['why'] = 'x')],
  ['a pause', 6, (data) => void (data['note'] = 'x')],
  ['a resumption', 7, (data) => void (data['note'] = 'x')],
  ['a void', 8, (data) => void (data['note'] = 'x')],
  ['a cancellation', 9, (data) => void (data['note'] = 'x')],
]

test.each(more)('%s has no field that no version writes', async (_, seq, how) => {
  expect(await verify(forged(file, at(seq, how), cancelled))).toMatchObject({
    ok: false,
    line: seq + 1,
    why: expect.stringMatching(/field that no version/),
  })
})

function cancelled(said: Record<string, unknown>): void {
  said['status'] = 'cancelled'
}

const reasons: [string, number, string][] = [
  ['an extension', 5, 'note'],
  ['a pause', 6, 'reason'],
  ['a void', 8, 'reason'],
  ['a cancellation', 9, 'reason'],
]

test.each(reasons)('the reason of %s is one that the API takes', async (_, seq, name) => {
  const given = (text: string) =>
    verify(
      forged(
        file,
        at(seq, (data) => void (data[name] = text)),
        cancelled,
      ),
    )
  expect(await given('x'.repeat(500))).toMatchObject({ ok: true })
  for (const text of ['x'.repeat(501), '', ' ', 'two\nlines', ' a blank before', 'a\u0007bell', '\u202eturned'])
    expect(await given(text), JSON.stringify(text)).toMatchObject({
      ok: false,
      line: seq + 1,
      why: expect.stringMatching(/as the API takes it/),
    })
})

test('ids are in lower case', async () => {
  const raised = (text: string) => text.replace('01940000', '0194abcd').replace('0194abcd', '0194ABCD')
  const forgedId = forged(
    file,
    at(3, (data) => void (data['bid'] = raised(String(data['bid'])))),
    cancelled,
  )
  expect(await verify(forgedId)).toMatchObject({ ok: false, line: 4, why: expect.stringMatching(/bid is not/) })
})

test('a number has one text, in every line and every signature', async () => {
  const numbers: [RegExp, string[]][] = [
    [/"startPrice":"1000"/, ['01000', '1000.0', '+1000', '1e3', ' 1000', '1000n', '９']],
    [/"percent":"2\.5"/, ['2.50', '02.5', '2.5000000000000001', '.25', '2,5']],
  ]
  for (const [pattern, texts] of numbers)
    for (const text of texts) {
      const line = file[1]!.replace(pattern, (whole) => whole.replace(/"[^":]+"$/, `"${text}"`))
      expect(line).not.toBe(file[1])
      expect(await verify(file.with(1, line)), text).toMatchObject({ ok: false, line: 2 })
    }
})

async function* chunks(text: string, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

test('every line ends in a line feed, the last one too, and in nothing else', async () => {
  const text = file.map((line) => `${line}\n`).join('')
  const read = (changed: string, size?: number) => verifyLedger(linesOf(chunks(changed, size)))
  for (const size of [1, 7, 100_000]) expect(await read(text, size)).toMatchObject({ ok: true })
  expect(await read(text.slice(0, -1))).toMatchObject({
    ok: false,
    line: LAST,
    why: 'does not end in a line break',
  })
  expect(await read(`${text}\n`)).toMatchObject({ ok: false, line: LAST + 1 })
  expect(await read(text.replaceAll('\n', '\r\n'))).toMatchObject({ ok: false, line: 1 })
  expect(await read(`\ufeff${text}`)).toMatchObject({ ok: false, line: 1 })
  const binary = Buffer.concat([Buffer.from(text.slice(0, -20)), Buffer.from([0xff]), Buffer.from(text.slice(-20))])
  async function* damaged() {
    yield binary
  }
  expect(await verifyLedger(linesOf(damaged()))).toMatchObject({ ok: false, why: expect.stringMatching(/UTF-8/) })
})

const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: null }

test('an open ledger is not cut where something must follow', async () => {
  const whole: [string, string[], number][] = [
    ['the opening', fileOf(run([creation({ startPrice: 1_000, increments: 100 })])), 2],
    [
      'the extension',
      fileOf(
        run([
          creation({ startPrice: 1_000, increments: 100, softClose }),
          bidOf(1, 'A', { maximum: 2_000 }, T0 + 590 * SECOND),
        ]),
      ),
      4,
    ],
    [
      'the close by buy-now',
      fileOf(
        run([
          creation({ startPrice: 1_000, increments: 100, buyNowPrice: 5_000 }),
          bidOf(1, 'A', { amount: 5_000 }, T0 + SECOND),
        ]),
      ).slice(0, -1),
      4,
    ],
  ]
  for (const [what, lines, seq] of whole) {
    const entries = lines.slice(1, seq)
    const { previous: head } = JSON.parse(lines[seq]!) as { previous: string }
    const cut = canonical({ ...(readCanonical(lines[0]!) as object), entries: seq - 1, head })
    expect(await verify([cut, ...entries]), what).toMatchObject({
      ok: false,
      line: seq + 1,
      why: expect.stringMatching(/must come here/),
    })
  }
})

const next = newSigner()

test('what is in a file is signed by a key that the file lists, and its first key by one that is believed', async () => {
  const strange = newSigner()
  const first = signKey(strange, { key: strange.jwk, reason: 'first', at: AT, previous: GENESIS })
  // Whoever has no key puts another one into the header.
  const exchanged = header({ keys: [strange.jwk], introductions: [first] })
  expect(await verify(exchanged, { keys: [house.jwk] })).toMatchObject({ ok: false, line: 1 })
  expect(await verify(exchanged, { keys: [house.jwk, strange.jwk] })).toMatchObject({ ok: false, line: LAST })
  expect(await verify(exchanged)).toMatchObject({ ok: false, line: LAST })
  const open = fileOf(steps.slice(0, 3))
  const opened = [canonical({ ...(readCanonical(open[0]!) as object), keys: [strange.jwk], introductions: [first] })]
  expect(await verify([...opened, ...open.slice(1)], { keys: [house.jwk] })).toMatchObject({ ok: false, line: 1 })
})

test('a key that is not believed is good for nothing: neither for the house nor for its history', async () => {
  const lost = signKey(next, { key: next.jwk, reason: 'lost', at: AT, previous: leafHash(proof.certificate) })
  const third = newSigner()
  const rotated = signKey(next, { key: third.jwk, reason: 'rotated', at: AT, previous: leafHash(lost) })
  const keys = [house.jwk, next.jwk, third.jwk]
  const longer = header({ keys, introductions: [introduction, lost, rotated] })
  expect(await verify(longer)).toMatchObject({ ok: true, keys: keys.map(({ kid }) => kid) })
  expect(await verify(longer, { keys: [house.jwk] })).toMatchObject({
    ok: true,
    keys: [house.kid],
    notes: expect.arrayContaining([next, third].map(({ kid }) => expect.stringContaining(`${kid} is introduced by`))),
  })
  // A key of the house does not come by way of one that is none of its own.
  expect(await verify(longer, { keys: [house.jwk, third.jwk] })).toMatchObject({ ok: false, line: 1 })
  const kept = (signer: Signer) => {
    const tree = new MerkleTree()
    for (const leaf of [introduction, proof.certificate]) tree.add(leaf)
    return { name: 'kept', text: signCheckpoint(signer, { size: 2, root: tree.root(), at: AT }) }
  }
  expect(await verify(longer, { keys: [house.jwk], log: [kept(third)] })).toMatchObject({ ok: false, line: null })
  // What was kept after the file was made may be signed by a key that came later.
  expect(await verify(file, { keys: [house.jwk, third.jwk], log: [kept(third)] })).toMatchObject({ ok: true })
})
