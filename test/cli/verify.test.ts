import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Command } from '../../src/domain/command.ts'
import { toWire } from '../../src/domain/instant.ts'
import { canonical, readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS } from '../../src/ledger/chain.ts'
import { certificateLine } from '../../src/ledger/file.ts'
import { type Signer, readJws, signJws } from '../../src/ledger/jws.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { type LogProof, signCheckpoint } from '../../src/ledger/statements.ts'
import { T0, idOf } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { martillo } from '../support/command.ts'
import { temporaryFolder } from '../support/service.ts'
import { AT, fileOf, house, newSigner } from '../ledger/support.ts'
import { MerkleTree } from '../ledger/merkle-tree.ts'

/** Ledgers of one house, by the last statement of the log that each was exported at. */

const END = { type: 'tick', at: T0 + 600_000 } as const

function soldAt(name: string, maximum: number): string[] {
  const create = { ...creation({ startPrice: 1_000, increments: 100 }), id: idOf(name) } as Command
  return fileOf(run([create, bidOf(1, 'A', { maximum }, T0 + 1_000), END]))
}

type Statements = { ledgers: string[][]; log: MerkleTree; leaves: string[] }

/** Certificates one after the other in one log; each file proves its own at the size the log had then, or a later one. */
function inOneLog(files: readonly string[][], sizes: readonly number[]): Statements {
  const { introductions } = readCanonical(files[0]![0]!) as { introductions: [string] }
  const leaves: string[] = [...introductions]
  for (const file of files) {
    const { certificate } = readCanonical(file.at(-1)!) as LogProof
    const said = readJws(certificate, 'certificate', [house.jwk])!.payload as object
    leaves.push(signJws(house, 'certificate', { ...said, previous: leafHash(leaves.at(-1)!) }))
  }
  const log = new MerkleTree()
  for (const leaf of leaves) log.add(leaf)
  const ledgers = files.map((file, i) => {
    const [index, size] = [i + 1, sizes[i]!]
    const header = canonical({ ...(readCanonical(file[0]!) as object), introductions })
    const proof = {
      certificate: leaves[index]!,
      index,
      size,
      hashes: log.inclusion(index, size),
      checkpoint: signed(log, size),
    }
    return [header, ...file.slice(1, -1), certificateLine(proof)]
  })
  return { ledgers, log, leaves }
}

function signed(log: MerkleTree, size: number, root = log.root(size), signer: Signer = house): string {
  return signCheckpoint(signer, { size, root, at: AT })
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

/** A folder of files by their names. */
function folderOf(files: Record<string, string>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const three = inOneLog([soldAt('one', 2_000), soldAt('two', 3_000), soldAt('three', 4_000)], [2, 3, 4])
const [one, two, third] = three.ledgers.map(textOf) as [string, string, string]

test('many ledgers in one run: a verdict for each, and 0 only where all of them hold', async () => {
  const folder = folderOf({ 'a.ndjson': one, 'b.jsonl': two, 'notes.txt': 'no ledger' })
  const beside = join(folderOf({ 'c.ndjson': third }), 'c.ndjson')
  const all = await martillo(['verify', folder, beside])
  expect(all).toMatchObject({ code: 0, err: '' })
  const verdicts = all.out.split('\n').filter((line) => line.includes(' entries of auction '))
  expect(verdicts.map((line) => line.split(':')[0])).toEqual([
    join(folder, 'a.ndjson'),
    join(folder, 'b.jsonl'),
    beside,
  ])
  expect(verdicts[1]).toMatch(
    /4 entries of auction .* hold, head [0-9a-f]{64}, certified: sold to P1 for 1000 minor units/,
  )
  expect(all.out).toMatch(/^3 ledgers hold$/m)
  writeFileSync(join(folder, 'b.jsonl'), two.replace('"amount":"1000"', '"amount":"1001"'))
  const some = await martillo(['verify', folder, beside])
  expect(some.code).toBe(1)
  expect(some.err).toMatch(/^martillo: \S*b\.jsonl: line 5 .*\nmartillo: 1 of 3 ledgers do not hold\n$/)
  expect(some.out.match(/ entries of auction /g)).toHaveLength(2)
})

test('what is given beside many ledgers goes to the one it belongs to, and what belongs to none is an error', async () => {
  const folder = folderOf({ 'a.ndjson': one, 'b.ndjson': two })
  const kept = (name: string, given: unknown) => {
    const file = join(folder, name)
    writeFileSync(file, typeof given === 'string' ? given : JSON.stringify(given))
    return file
  }
  const receipt = (auction: string, lines: readonly string[]) => {
    const { previous: head } = JSON.parse(lines[4]!) as { previous: string }
    const fields = { minimumBid: 1_100, price: 1_000 }
    const said = { type: 'refused', auction, key: 'k', offer: { amount: 1_050 }, code: 'bid_too_low', fields }
    return signJws(house, 'receipt', { ...said, at: toWire(T0 + 2_000), asOfSeq: 3, head })
  }
  const own = kept('one.receipt', receipt(idOf('one'), three.ledgers[0]!))
  const other = kept('three.receipt', receipt(idOf('three'), three.ledgers[2]!))
  const verify = (...options: string[]) => martillo(['verify', folder, ...options])
  const held = await verify('--receipt', own)
  expect(held).toMatchObject({ code: 0, err: '' })
  expect(held.out.match(/one\.receipt is kept/g)).toHaveLength(1)
  const stray = await verify('--receipt', own, '--receipt', other)
  expect(stray).toMatchObject({ code: 1, err: `martillo: ${other}: belongs to none of these ledgers\n` })
  for (const text of ['no receipt', '{}']) {
    const nothing = kept('nothing', text)
    expect(await verify('--receipt', nothing), text).toMatchObject({
      code: 1,
      err: expect.stringContaining('belongs to none'),
    })
  }
  // Checkpoints are of the log that all are in; a proof is of its auction.
  const { log, leaves } = three
  const size4 = kept('four', { size: 4, root: log.root(4), checkpoint: signed(log, 4) })
  const links = [
    ['--checkpoint', kept('2-4', { from: 2, to: 4, hashes: log.consistency(2, 4) })],
    ['--checkpoint', kept('3-4', { from: 3, to: 4, hashes: log.consistency(3, 4) })],
  ]
  expect(await verify('--checkpoint', size4, ...links.flat())).toMatchObject({ code: 0, err: '' })
  expect(await verify('--checkpoint', size4, ...links[0]!)).toMatchObject({
    code: 1,
    err: expect.stringContaining('from=3&to=4'),
  })
  const proof = (index: number) => ({
    certificate: leaves[index]!,
    index,
    size: 4,
    hashes: log.inclusion(index, 4),
    checkpoint: signed(log, 4),
  })
  expect(await verify('--checkpoint', kept('proof 1', proof(1)))).toMatchObject({ code: 0, err: '' })
  expect(await verify('--checkpoint', kept('proof 3', proof(3)))).toMatchObject({
    code: 1,
    err: expect.stringContaining('belongs to none'),
  })
})

test('two ledgers that show two logs of one size are found out, though each holds alone', async () => {
  const forked = inOneLog([soldAt('four', 2_000), soldAt('two', 3_000), soldAt('five', 4_000)], [2, 3, 4])
  const folder = folderOf({ 'a.ndjson': third, 'b.ndjson': textOf(forked.ledgers[2]!) })
  for (const name of ['a.ndjson', 'b.ndjson'])
    expect(await martillo(['verify', join(folder, name)])).toMatchObject({ code: 0 })
  const both = await martillo(['verify', folder])
  expect(both).toMatchObject({ code: 1, err: expect.stringContaining('the house signed two logs of 4 statements') })
})

test('a folder without a ledger, and keys that are no such set, are named in one line', async () => {
  const folder = folderOf({ 'notes.txt': 'no ledger', 'a.ndjson.bak': one })
  mkdirSync(join(folder, 'deeper.ndjson'))
  expect(await martillo(['verify', folder])).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/no ledger is in this folder/),
  })
  const ledger = join(folderOf({ 'a.ndjson': one }), 'a.ndjson')
  const strange = newSigner().jwk
  const sets: unknown[] = [
    { keys: [] },
    { keys: [{ ...house.jwk, kid: strange.kid }] },
    { keys: [{ ...house.jwk, x: strange.x }] },
    { keys: [{ ...house.jwk, note: 'x' }] },
    { keys: [{ ...house.jwk, d: GENESIS }] },
    { keys: [house.jwk, house.jwk] },
    [house.jwk],
    house.jwk,
  ]
  for (const set of sets) {
    const keys = join(folderOf({ keys: JSON.stringify(set) }), 'keys')
    expect(await martillo(['verify', ledger, '--keys', keys]), JSON.stringify(set)).toMatchObject({
      code: 1,
      out: '',
      err: `martillo: ${keys} is no set of keys as /v1/keys answers\n`,
    })
  }
  const keys = join(folderOf({ keys: JSON.stringify({ keys: [house.jwk], note: 'x' }) }), 'keys')
  expect(await martillo(['verify', ledger, '--keys', keys])).toMatchObject({ code: 0, err: '' })
})

const root = fileURLToPath(new URL('../../', import.meta.url))

test('to verify loads nothing of the service', async () => {
  const ledger = join(folderOf({ 'a.ndjson': one }), 'a.ndjson')
  const hooks = join(
    folderOf({
      'hooks.mjs': `import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
process.on('exit', () => process._rawDebug(JSON.stringify(loaded)))`,
    }),
    'hooks.mjs',
  )
  const args = ['--import', hooks, join(root, 'src/cli.ts'), 'verify', ledger]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
  expect(stdout).toContain('entries of auction')
  const loaded = JSON.parse(stderr.trim().split('\n').at(-1)!) as string[]
  const packages = new Set(loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))
  expect([...packages].toSorted()).toEqual(['canonicalize', 'commander', 'zod'])
  const rooms = new Set(
    loaded.flatMap((url) => /\/src\/([a-z]+)\//.exec(url.replace(/.*node_modules.*/, ''))?.[1] ?? []),
  )
  expect([...rooms].toSorted()).toEqual(['cli', 'config', 'domain', 'languages', 'ledger', 'replay'])
  expect(loaded.length).toBeLessThan(185)
})
