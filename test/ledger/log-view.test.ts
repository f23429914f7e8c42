import { expect, test } from 'vitest'
import { certificateLine } from '../../src/ledger/file.ts'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS } from '../../src/ledger/chain.ts'
import { type LogProof, signCheckpoint } from '../../src/ledger/statements.ts'
import { T0 } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { fileOf, house, newSigner, verify } from './support.ts'
import { MerkleTree } from './merkle-tree.ts'

const AT = Date.parse('2026-11-20T13:00:00.000Z')
const INDEX = 6
const SIZE = 11

const steps = [
  creation({ startPrice: 1_000, increments: 100 }),
  bidOf(1, 'A', { maximum: 2_000 }, T0 + 1_000),
  { type: 'tick', at: T0 + 600_000 } as const,
]
const file = fileOf(run(steps))
const { certificate } = readCanonical(file.at(-1)!) as LogProof
const log = logWith(certificate)
const rewritten = logWith(certificate, 'a statement that was exchanged')
const ledger = [...file.slice(0, -1), certificateLine(proofOf(log, SIZE))]

/** Twenty statements, the certificate among them; the third may be another than it was. */
function logWith(own: string, third = 'statement 2'): MerkleTree {
  const tree = new MerkleTree()
  for (let i = 0; i < 20; i += 1) tree.add(i === INDEX ? own : i === 2 ? third : `statement ${i}`)
  return tree
}

function proofOf(tree: MerkleTree, size: number): LogProof {
  return { certificate, index: INDEX, size, hashes: tree.inclusion(INDEX, size), checkpoint: signed(tree, size) }
}

function signed(tree: MerkleTree, size: number, signer = house): string {
  return signCheckpoint(signer, { size, root: tree.root(size), at: AT })
}

function kept(tree: MerkleTree, size: number) {
  return { name: 'kept', text: JSON.stringify({ size, root: tree.root(size), checkpoint: signed(tree, size) }) }
}

function link(tree: MerkleTree, from: number, to: number) {
  return { name: 'link', text: JSON.stringify({ from, to, hashes: tree.consistency(from, to) }) }
}

function proof(tree: MerkleTree, size: number) {
  return { name: 'proof', text: JSON.stringify(proofOf(tree, size)) }
}

const judged = (...shown: { name: string; text: string }[]) => verify(ledger, { log: shown })

test('a kept checkpoint of the same size holds the certificate, or is of another log', async () => {
  expect(await judged(kept(log, SIZE))).toMatchObject({ ok: true })
  expect(await judged({ name: 'bare', text: `${signed(log, SIZE)}\n` })).toMatchObject({ ok: true })
  expect(await judged(kept(rewritten, SIZE))).toMatchObject({
    ok: false,
    line: null,
    why: 'kept: the house signed two logs of 11 statements, this one and that of the ledger',
  })
})

test.each([1, 5, 8, 16, 20])(
  'a checkpoint of %i statements is held against the ledger by a proof of consistency',
  async (size) => {
    const [from, to] = [Math.min(size, SIZE), Math.max(size, SIZE)]
    expect(await judged(kept(log, size))).toMatchObject({
      ok: false,
      why: expect.stringContaining(`/v1/log/consistency?from=${from}&to=${to}`),
    })
    expect(await judged(kept(log, size), link(log, from, to))).toMatchObject({
      ok: true,
      notes: expect.arrayContaining([`one log at ${from}, ${to} statements`]),
    })
  },
)

test.each([5, 8, 16, 20])(
  'a log of %i statements that was rewritten is found out, whatever is shown beside it',
  async (size) => {
    const [from, to] = [Math.min(size, SIZE), Math.max(size, SIZE)]
    for (const tree of [log, rewritten])
      expect(await judged(kept(rewritten, size), link(tree, from, to))).toMatchObject({
        ok: false,
        why: expect.stringMatching(/does not go on from/),
      })
  },
)

test('what joins a kept checkpoint may go by way of others', async () => {
  const way = [kept(log, 4), link(log, 4, 9), kept(log, 9), link(log, 9, 20), kept(log, 20), link(log, SIZE, 20)]
  expect(await judged(...way)).toMatchObject({ ok: true })
  expect(await judged(...way.slice(0, -1))).toMatchObject({
    ok: false,
    why: expect.stringContaining('of 4 statements'),
  })
})

test("a proof brings its house's own root: a kept one of that size must be the same", async () => {
  expect(await judged(proof(log, 16))).toMatchObject({ ok: true })
  expect(await judged(kept(log, 16), proof(log, 16))).toMatchObject({ ok: true })
  for (const shown of [
    [kept(log, 16), proof(rewritten, 16)],
    [proof(rewritten, 16), kept(log, 16)],
  ])
    expect(await judged(...shown)).toMatchObject({ ok: false, why: expect.stringContaining('two logs of 16') })
})

test.each([
  ['of an unknown signer', signed(log, SIZE, newSigner())],
  ['no text at all', ''],
  ['a proof of another certificate', JSON.stringify({ ...proofOf(log, 16), certificate: 'statement 6' })],
  ['a proof of another place', JSON.stringify({ ...proofOf(log, 16), index: 5 })],
  ['a link to where nothing is', link(log, 3, SIZE).text],
  ['a proof of consistency of nothing', JSON.stringify({ from: SIZE, to: SIZE, hashes: [GENESIS] })],
])('%s is refused', async (_, text) => {
  expect(await judged({ name: 'shown', text })).toMatchObject({
    ok: false,
    line: null,
    why: expect.stringMatching(/^shown: /),
  })
})

test('no checkpoint holds an auction that goes on', async () => {
  const open = fileOf(run(steps.slice(0, 2)))
  expect(await verify(open)).toMatchObject({ ok: true })
  expect(await verify(open, { log: [kept(log, SIZE)] })).toMatchObject({
    ok: false,
    why: expect.stringMatching(/is not over/),
  })
})
