import { expect, test } from 'vitest'
import { canonical, readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS } from '../../src/ledger/chain.ts'
import { certificateLine } from '../../src/ledger/file.ts'
import { type Signer, readJws, signJws } from '../../src/ledger/jws.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { type KeyStatement, type LogProof, signKey } from '../../src/ledger/statements.ts'
import { T0 } from '../domain/support.ts'
import { creation, run } from '../properties/support.ts'
import { AT, RULES, fileOf, house, logged, newSigner, verify } from './support.ts'

/** A house that signs what it likes, in a log of its own making. */

const plain = fileOf(run([creation({ startPrice: 1_000, increments: 100 }), { type: 'tick', at: T0 + 600_000 }]))
const LAST = plain.length
const stated = readCanonical(plain[0]!) as { introductions: string[] }
const [first] = stated.introductions as [string]
const proof = readCanonical(plain.at(-1)!) as LogProof
const said = readJws(proof.certificate, 'certificate', [house.jwk])!.payload as Record<string, unknown>

const certify = (changes: object, signer: Signer = house) => signJws(signer, 'certificate', { ...said, ...changes })

type Log = { keys?: readonly Signer[]; introductions?: readonly string[]; leaves: readonly string[]; signer?: Signer }

/** The ledger with another log, in which its certificate is the last but for what is put behind it. */
function within({ keys = [house], introductions = [first], leaves, signer = house }: Log, index = leaves.length - 1) {
  const header = canonical({ ...stated, keys: keys.map(({ jwk }) => jwk), introductions })
  return [header, ...plain.slice(1, -1), certificateLine(logged(leaves, index, signer))]
}

const certificate = (previous: string, changes: object = {}, signer?: Signer) =>
  certify({ previous, ...changes }, signer)

test('a certificate names the statement before it wherever its proof tells which that is', async () => {
  const other = certificate(leafHash(first), { auction: 'another' })
  const third = certificate(leafHash(other))
  expect(await verify(within({ leaves: [first, other, third] }))).toMatchObject({ ok: true })
  const fourth = certificate(leafHash(third))
  expect(await verify(within({ leaves: [first, other, third, fourth] }))).toMatchObject({ ok: true })
  expect(await verify(within({ leaves: [first, certificate(leafHash(first)), other] }, 1))).toMatchObject({ ok: true })
  const wrong: [string, string[], RegExp][] = [
    ['none', [first, certificate(GENESIS)], /no statement before it/],
    ['none, further on', [first, other, certificate(GENESIS)], /no statement before it/],
    ['none, at the beginning', [certificate(leafHash(first))], /no statement before it/],
    ['another than the first', [first, certificate(leafHash(other))], /another statement/],
    ['another than the third', [first, other, third, certificate(leafHash(other))], /another statement/],
    ['another first than the key', ['the key', certificate(leafHash('the key'))], /does not begin with the first key/],
  ]
  for (const [what, leaves, why] of wrong)
    expect(await verify(within({ leaves })), what).toMatchObject({
      ok: false,
      line: LAST,
      why: expect.stringMatching(why),
    })
})

test('the rules that a certificate names are a hash, and said where they are not those at hand', async () => {
  const note = [expect.stringMatching(/other rules than this program follows: aaaa/)]
  expect(await verify(plain, { rules: RULES })).toMatchObject({ ok: true, notes: [] })
  expect(await verify(plain, { rules: 'b'.repeat(64) })).toMatchObject({ ok: true, notes: note })
  for (const rules of ['', 'the usual', RULES.slice(1), RULES.toUpperCase(), null]) {
    const named = within({ leaves: [first, certificate(leafHash(first), { rules })] })
    expect(await verify(named)).toMatchObject({
      ok: false,
      line: LAST,
      why: expect.stringMatching(/certificate's rules/),
    })
  }
  const unnamed = within({ leaves: [first, certificate(leafHash(first), { software: 'x'.repeat(65) })] })
  expect(await verify(unnamed)).toMatchObject({ ok: false, line: LAST, why: expect.stringMatching(/software/) })
})

test('the last line holds its fields once, as text, and no others', async () => {
  const line = plain.at(-1)!
  const put = (last: string) => [...plain.slice(0, -1), last]
  const wrong = [
    canonical({ ...proof, note: 'x' }),
    canonical({ ...proof, size: undefined }),
    line.replace('"index":"1"', '"index":1'),
    line.replace('"index":"1"', '"index":"01"'),
    line.replace('"index":"1"', '"index":"1","index":"1"'),
    line.replace('"hashes":[', '"hashes":["x",'),
    canonical({ certificate: proof.certificate }),
  ]
  for (const last of wrong) expect(await verify(put(last)), last).toMatchObject({ ok: false, line: LAST })
  expect(await verify([...plain, line])).toMatchObject({ ok: false, line: LAST + 1 })
})

test('the header holds its fields as text, and no others', async () => {
  const header = plain[0]!
  const jwk = { ...house.jwk, note: 'x' }
  const wrong = [
    header.replace('"entries":"3"', '"entries":3'),
    canonical({ ...stated, note: 'x' }),
    canonical({ ...stated, keys: [jwk] }),
    canonical({ ...stated, ledger: 'martillo ledger v1' }),
    canonical({ ...stated, introductions: [] }),
    canonical({ ...stated, introductions: [first, first] }),
    canonical({ ...stated, keys: [house.jwk, house.jwk], introductions: [first, first] }),
    canonical({ ...stated, keys: [house.jwk, newSigner().jwk] }),
  ]
  for (const line of wrong) expect(await verify([line, ...plain.slice(1)]), line).toMatchObject({ ok: false, line: 1 })
})

const next = newSigner()
const introduce = (key: Signer, by: Signer, reason: KeyStatement['reason'], previous: string) =>
  signKey(by, { key: key.jwk, reason, at: AT, previous })

/** The house's second key, and a certificate by it. */
function rotated(by: Signer, reason: KeyStatement['reason'], previous = leafHash(first), begins = first) {
  const second = introduce(next, by, reason, previous)
  const leaves = [begins, second, certificate(leafHash(second), {}, next)]
  return within({ keys: [house, next], introductions: [begins, second], leaves, signer: next })
}

test('a key is introduced by the one before, or by itself where that was lost', async () => {
  expect(await verify(rotated(house, 'rotated'))).toMatchObject({ ok: true, keys: [house.kid, next.kid], notes: [] })
  const lost = [expect.stringMatching(/introduced by itself: the key before it was lost/)]
  expect(await verify(rotated(next, 'lost'))).toMatchObject({ ok: true, notes: lost })
  // Where the house is known by its first key, what that key introduced is believed, and what nobody did is not.
  const keys = [house.jwk]
  expect(await verify(rotated(house, 'rotated'), { keys })).toMatchObject({ ok: true, keys: [house.kid, next.kid] })
  expect(await verify(rotated(next, 'lost'), { keys })).toMatchObject({ ok: false, line: LAST })
  expect(await verify(rotated(next, 'lost'), { keys: [house.jwk, next.jwk] })).toMatchObject({ ok: true })
})

test('a key that is introduced as it cannot have been is found out', async () => {
  const self = (reason: KeyStatement['reason'], previous: string) => introduce(house, house, reason, previous)
  const wrong: [string, string[], RegExp][] = [
    ['rotated by itself', rotated(next, 'rotated'), /as rotated by another key/],
    ['lost, and introduced by the one that was', rotated(house, 'lost'), /as lost by another key/],
    ['first a second time', rotated(next, 'first'), /is introduced as first/],
    ['after nothing', rotated(house, 'rotated', GENESIS), /another statement before it/],
    [
      'a first that follows another',
      rotated(house, 'rotated', undefined, self('first', leafHash(first))),
      /another statement/,
    ],
    ['a first that was lost', rotated(house, 'rotated', undefined, self('lost', GENESIS)), /is introduced as lost/],
    ['by a stranger', rotated(newSigner(), 'rotated'), /not introduced by its statement/],
  ]
  for (const [what, file, why] of wrong)
    expect(await verify(file), what).toMatchObject({ ok: false, line: 1, why: expect.stringMatching(why) })
  const other = introduce(newSigner(), house, 'rotated', leafHash(first))
  const swapped = within({ keys: [house, next], introductions: [first, other], leaves: [first, other] })
  expect(await verify(swapped)).toMatchObject({
    ok: false,
    line: 1,
    why: expect.stringMatching(/not introduced by its/),
  })
})

test('a key that is introduced a second time is found out', async () => {
  const second = introduce(next, house, 'rotated', leafHash(first))
  const again = introduce(house, next, 'rotated', leafHash(second))
  const leaves = [first, second, again, certificate(leafHash(again))]
  const file = within({ keys: [house, next, house], introductions: [first, second, again], leaves })
  expect(await verify(file)).toMatchObject({ ok: false, line: 1, why: `key ${house.kid} is listed twice` })
})

test('a log that forks is found out: no two statements name the same one before', async () => {
  const second = introduce(next, house, 'rotated', leafHash(first))
  const log = { keys: [house, next], introductions: [first, second], signer: next }
  const beside = certificate(leafHash(first), {}, next)
  const forked = within({ ...log, leaves: [first, second, beside] })
  expect(await verify(forked)).toMatchObject({ ok: false, line: LAST, why: expect.stringMatching(/same one before/) })
})

const shown = (text: string) => [{ name: 'shown', text }]

test('a checkpoint from elsewhere holds the certificate at the same place', async () => {
  const other = certificate(leafHash(first), { auction: 'another' })
  const third = certificate(leafHash(other))
  const file = within({ leaves: [first, other, third] })
  const elsewhere = (leaves: string[], index: number) => JSON.stringify(logged(leaves, index))
  const later = elsewhere([first, other, third, other], 2)
  expect(await verify(file, { log: shown(later) })).toMatchObject({
    ok: true,
    notes: ['the certificate is statement 2 of 3 in the log', 'one log at 3, 4 statements'],
  })
  const wrong: [string, RegExp][] = [
    [elsewhere([first, third, other], 1), /statement 1 there, and 2/],
    [elsewhere([first, other, third], 1), /of another certificate/],
    [JSON.stringify({ ...logged([first, other, third], 2), size: 2 }), /not in the log/],
    [JSON.stringify({ checkpoint: logged([first, other], 1).checkpoint }), /of 2 statements, the ledger's own of 3/],
    [JSON.stringify({ checkpoint: logged([first, other, other], 1).checkpoint }), /two logs of 3/],
    ['{}', /no answer of/],
    ['no JSON', /not signed/],
    [logged([first, other, third], 1, newSigner()).checkpoint, /not signed/],
  ]
  for (const [checkpoint, why] of wrong)
    expect(await verify(file, { log: shown(checkpoint) })).toMatchObject({
      ok: false,
      line: null,
      why: expect.stringMatching(why),
    })
  const same = logged([first, other, third], 2).checkpoint
  for (const checkpoint of [same, ` ${same}\n`, JSON.stringify({ checkpoint: same, size: 3 })])
    expect(await verify(file, { log: shown(checkpoint) })).toMatchObject({ ok: true })
  const open = fileOf(run([creation({ startPrice: 1_000, increments: 100 })]))
  expect(await verify(open, { log: shown(same) })).toMatchObject({
    ok: false,
    line: null,
    why: expect.stringMatching(/not over/),
  })
})
