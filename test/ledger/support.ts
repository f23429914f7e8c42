import { generateKeyPairSync } from 'node:crypto'
import { isHidden } from '../../src/domain/access.ts'
import { type Auction, isOver } from '../../src/domain/auction.ts'
import { evolve, unborn } from '../../src/domain/evolve.ts'
import { publicEvent } from '../../src/domain/view.ts'
import { canonical, readCanonical } from '../../src/ledger/canonical.ts'
import { type Entry, GENESIS, hashOf, link } from '../../src/ledger/chain.ts'
import { openingsOf } from '../../src/ledger/openings.ts'
import { commitMaximum, commitReserve, newSalt, offeredBy } from '../../src/ledger/commitment.ts'
import { LEDGER_FORM, type LedgerHeader, certificateLine, headerLine } from '../../src/ledger/file.ts'
import { type Signer, readJws, signJws, signerOf } from '../../src/ledger/jws.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { type LogProof, signCertificate, signCheckpoint, signKey } from '../../src/ledger/statements.ts'
import { type Proof, type Verdict, verifyLedger } from '../../src/ledger/verify.ts'
import type { Step } from '../properties/support.ts'
import { MerkleTree } from './merkle-tree.ts'

export function newSigner(): Signer {
  return signerOf(generateKeyPairSync('ed25519').privateKey)
}

export const house = newSigner()
export const AT = Date.parse('2026-11-20T12:00:00.000Z')
/** Of what nobody saw, so that receipts of it can be made. */
export const SALT = '5a'.repeat(32)
export const RULES = 'a'.repeat(64)

/** The public entries of what happened, as the writer links them. */
export function entriesOf(steps: readonly Step[]): Entry[] {
  const entries: Entry[] = []
  let auction = unborn
  let reserveSalt = ''
  const secrets = new Map<string, { salt: string; asOfSeq: number }>()
  for (const event of steps.flatMap(({ events }) => events)) {
    const before = auction
    auction = evolve(before, event)
    if ('bid' in event && event.type !== 'bid.voided')
      secrets.set(event.bid.bidId, { salt: event.type === 'bid.placed' ? newSalt() : SALT, asOfSeq: auction.seq })
    const shown = publicEvent(event, auction, before)
    if (shown === null) continue
    const { id, format, terms } = auction
    const changes = event.type === 'auction.created' || (event.type === 'auction.updated' && auction.bids === null)
    if (changes) reserveSalt = newSalt()
    const form = event.type === 'auction.created' ? { ledger: LEDGER_FORM } : {}
    const sealed = changes
      ? { ...form, commitment: commitReserve(reserveSalt, id, terms.reservePrice) }
      : event.type === 'bid.placed'
        ? { commitment: commitMaximum(secrets.get(event.bid.bidId)!.salt, id, event.bid.bidId, offeredBy(event.bid)) }
        : event.type === 'bid.voided'
          ? { openings: openingsOf(format, event.opened, (id) => secrets.get(id)!) }
          : event.type === 'auction.closed' && terms.revealReserve
            ? { opening: { reservePrice: terms.reservePrice, salt: reserveSalt } }
            : {}
    const previous = entries.at(-1)?.hash ?? GENESIS
    entries.push(link({ auctionId: id, previous, privateHead: GENESIS }, auction.seq, { ...shown, ...sealed }))
  }
  return entries
}

/** The exported file, certified where the auction is over and others saw it, or as it is said. */
export function fileOf(steps: readonly Step[], signer = house, isCertified = isSeen(steps.at(-1)!.after)): string[] {
  const entries = entriesOf(steps)
  const auction = steps.at(-1)!.after
  const head = entries.at(-1)!.hash
  const introduction = signKey(signer, { key: signer.jwk, reason: 'first', at: AT, previous: GENESIS })
  const lines = [
    headerLine({
      ledger: LEDGER_FORM,
      auction: auction.id,
      entries: entries.length,
      head,
      keys: [signer.jwk],
      introductions: [introduction],
    }),
    ...entries.map(({ line }) => line),
  ]
  if (!isOver(auction) || !isCertified) return lines
  const at = steps.flatMap(({ events }) => events).at(-1)!.at
  const said = { auction, head, at, rules: RULES, software: 'martillo test', previous: leafHash(introduction) }
  const certificate = signCertificate(signer, said)
  return [...lines, certificateLine(logged([introduction, certificate], 1, signer))]
}

function isSeen(auction: Auction): boolean {
  return !isHidden(auction)
}

/** The proof of the certificate among these statements, the whole log. */
export function logged(leaves: readonly string[], index: number, signer = house): LogProof {
  const log = new MerkleTree()
  for (const leaf of leaves) log.add(leaf)
  const size = leaves.length
  const checkpoint = signCheckpoint(signer, { size, root: log.root(), at: AT })
  return { certificate: leaves[index]!, index, size, hashes: log.inclusion(index, size), checkpoint }
}

export function verify(lines: readonly string[], proof?: Proof): Promise<Verdict> {
  return verifyLedger(each(lines), proof)
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

export type Line = { seq: number; type: string; at: string; data: Record<string, unknown>; commitment?: string }

/** The file after a change of one entry, or of all; hashes, head, certificate and log are those of the forged one. */
export type Change = (entries: Line[]) => Line[] | void
export type Certify = (said: Record<string, unknown>) => void

export function forged(file: readonly string[], change: Change, certify: Certify = () => {}): string[] {
  const [head, ...rest] = file
  const read = rest.slice(0, -1).map((line) => readCanonical(line) as Line)
  const entries = change(read) ?? read
  let previous = GENESIS
  const lines = entries.map((entry, i) => {
    const line = canonical({ ...entry, seq: i + 1, previous })
    previous = hashOf(line)
    return line
  })
  const stated = { ...(readCanonical(head!) as object), entries: lines.length, head: previous }
  const proof = readCanonical(rest.at(-1)!) as LogProof
  const said = readJws(proof.certificate, 'certificate', [house.jwk])!.payload as Record<string, unknown>
  const end = entries.at(-1)!
  Object.assign(said, { entries: lines.length, head: previous, at: end.at, outcome: end.data['outcome'] ?? null })
  certify(said)
  const certificate = signJws(house, 'certificate', said)
  const [introduction] = (stated as unknown as LedgerHeader).introductions
  return [canonical(stated), ...lines, certificateLine(logged([introduction!, certificate], 1))]
}

/** The file as the version before wrote it: it told neither which beaten bids were exact nor what a void opens. */
export function earlier(file: readonly string[]): string[] {
  const [head, ...rest] = forged(file, (entries) => {
    for (const entry of entries) {
      for (const name of ['ledger', 'openings']) delete (entry as unknown as Record<string, unknown>)[name]
      delete entry.data['exact']
      delete (entry.data['beaten'] as { exact?: boolean } | null | undefined)?.exact
    }
  })
  return [head!.replace('ledger v3', 'ledger v2'), ...rest]
}
