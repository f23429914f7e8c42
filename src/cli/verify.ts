import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Kept, readKept, readKeySet } from '../ledger/kept.ts'
import { linesOf } from '../ledger/lines.ts'
import { rulesHash } from '../ledger/rules-hash.ts'
import type { Certificate } from '../ledger/statements.ts'
import { type Proof, type Verdict, verifyLedger } from '../ledger/verify.ts'
import { progressOf } from '../replay/progress.ts'
import { fail } from './say.ts'

// Code made for each shape is paid back after thousands of entries, and a verifier mostly reads a few.
z.config({ jitless: true })

export type VerifyOptions = {
  readonly receipt: readonly string[]
  readonly checkpoint: readonly string[]
  readonly keys?: string
}

/** Kept beside the ledgers. `auction` is the one it names; null for what is of the whole log. */
type Beside = { readonly name: string; readonly text: string; readonly auction: string | null }

/** What a file says it is, before anything of it is believed. */
type Ledger = { readonly file: string; readonly auction: string | null; readonly checkpoint: string | null }

/** A verdict for each ledger. Ends with 0 where all of them hold, and whatever was given beside them belongs to one. */
export async function verifyFiles(paths: readonly string[], options: VerifyOptions): Promise<void> {
  const files = [...new Set(paths.flatMap(ledgersAt))]
  const keys = options.keys === undefined ? null : readKeySet(readFileSync(options.keys, 'utf8'))
  if (options.keys !== undefined && keys === null) return fail(`${options.keys} is no set of keys as /v1/keys answers`)
  if (files.length === 0) return
  const receipts = options.receipt.map(readReceipt)
  const log = options.checkpoint.map(readLog)
  const rules = rulesHash()
  if (files.length === 1) {
    const [file] = files as [string]
    return tell(file, await verdictOn(file, { receipts, log, rules, keys }), sayAlone)
  }
  const ledgers = files.map(outlineOf)
  for (const { name } of strays(receipts, log, ledgers)) fail(`${name}: belongs to none of these ledgers`)
  let broken = 0
  for (const ledger of ledgers) {
    const { file, auction, checkpoint } = ledger
    const isOwn = (one: Beside) => one.auction === auction
    const proof = {
      receipts: receipts.filter(isOwn),
      log: checkpoint === null ? [] : log.filter((one) => one.auction === null || isOwn(one)),
      others: othersOf(ledger, ledgers),
      rules,
      keys,
    }
    const verdict = await verdictOn(file, proof)
    if (!verdict.ok) broken += 1
    tell(file, verdict, sayInLine)
  }
  if (broken > 0) fail(`${broken} of ${files.length} ledgers do not hold`)
  else console.log(`${files.length} ledgers hold`)
}

/** A folder stands for the ledgers in it. */
function ledgersAt(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => /\.(jsonl|ndjson)$/.test(name) && isFile(join(path, name)))
  if (names.length === 0) fail(`${path}: no ledger is in this folder: their names end in .ndjson or .jsonl`)
  return names.toSorted().map((name) => join(path, name))
}

function isFile(path: string): boolean {
  return statSync(path).isFile()
}

async function verdictOn(file: string, proof: Proof): Promise<Verdict> {
  const progress = await progressOf('verifying', statSync(file).size)
  const bytes = createReadStream(file).on('data', (chunk) => progress.add(chunk.length))
  return verifyLedger(linesOf(bytes), proof).finally(() => progress.stop())
}

type Holding = Extract<Verdict, { ok: true }>

function tell(file: string, verdict: Verdict, say: (file: string, verdict: Holding) => void): void {
  if (verdict.ok) return say(file, verdict)
  fail(`${file}: ${verdict.line === null ? '' : `line ${verdict.line} `}${verdict.why}`)
}

function sayAlone(file: string, { entries, auction, head, certificate, keys, notes }: Holding): void {
  console.log(`${file}: ${entries} entries of auction ${auction} hold, head ${head}`)
  if (certificate !== null) console.log(resultOf(certificate))
  for (const note of notes) console.log(note)
  console.log(`signed by ${keys.join(', ')}`)
}

function sayInLine(file: string, { entries, auction, head, certificate, notes }: Holding): void {
  const result = certificate === null ? '' : `, ${resultOf(certificate)}`
  console.log(`${file}: ${entries} entries of auction ${auction} hold, head ${head}${result}`)
  for (const note of notes) console.log(`  ${note}`)
}

function resultOf({ status, outcome, at, software }: Certificate): string {
  if (outcome === null) return `certified: ${status} at ${at} by ${software}`
  const { result, price, winner, reason } = outcome
  const how = price === null ? (reason ?? '') : `to ${winner} for ${price} minor units`
  return `certified: ${result} ${how} at ${at} by ${software}`
}

function readReceipt(file: string): Beside {
  const text = readFileSync(file, 'utf8')
  const given = readKept(text)
  return { name: file, text, auction: auctionNamed(given === null ? text : given['receipt']) ?? '' }
}

function readLog(file: string): Beside {
  const text = readFileSync(file, 'utf8')
  const given = readKept(text)
  const isProof = given !== null && 'certificate' in given
  return { name: file, text, auction: isProof ? (auctionNamed(given['certificate']) ?? '') : null }
}

/** The auction that a JWS names, signed or not; null where it names none. */
function auctionNamed(jws: unknown): string | null {
  const [, body = ''] = typeof jws === 'string' ? jws.split('.') : []
  return textIn(readKept(Buffer.from(body, 'base64url').toString()), 'auction')
}

function textIn(given: Kept | null, name: string): string | null {
  const value = given?.[name]
  return typeof value === 'string' ? value : null
}

function strays(receipts: readonly Beside[], log: readonly Beside[], ledgers: readonly Ledger[]): readonly Beside[] {
  const isOfOne = ({ auction }: Beside) => ledgers.some((ledger) => ledger.auction === auction)
  const isLogged = ledgers.some(({ checkpoint }) => checkpoint !== null)
  return [
    ...receipts.filter((one) => !isOfOne(one)),
    ...log.filter((one) => (one.auction === null ? !isLogged : !isOfOne(one))),
  ]
}

function othersOf(own: Ledger, ledgers: readonly Ledger[]): NonNullable<Proof['others']> {
  return ledgers.flatMap(({ file, checkpoint }) =>
    file === own.file || checkpoint === null ? [] : [{ name: file, text: checkpoint }],
  )
}

/** More than a header with all keys of a house, or a proof, is long. */
const EDGE_BYTES = 1024 * 1024

function outlineOf(file: string): Ledger {
  const { first, last } = edgesOf(file)
  return { file, auction: textIn(readKept(first), 'auction'), checkpoint: textIn(readKept(last), 'checkpoint') }
}

/** The first line and the last. */
function edgesOf(file: string): { first: string; last: string } {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const read = (start: number) => {
      const bytes = Buffer.alloc(Math.min(EDGE_BYTES, size))
      return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, start))
    }
    const [first = ''] = read(0).split('\n', 1)
    return {
      first,
      last: read(Math.max(size - EDGE_BYTES, 0))
        .trimEnd()
        .split('\n')
        .at(-1)!,
    }
  } finally {
    closeSync(descriptor)
  }
}
