import type { ChannelEvent } from '../protocol.ts'
import { canonical } from './canonical.ts'
import { checkCertificate, checkLog, checkPrevious } from './certified.ts'
import { commitReserve } from './commitment.ts'
import { believed } from './introductions.ts'
import type { PublicJwk } from './jws.ts'
import { type Shown, judgeLog } from './log-view.ts'
import { checkOpenings } from './openings.ts'
import { type LedgerFile, readFile } from './reading.ts'
import { judgeReceipt, readReceipt } from './receipts.ts'
import { replay } from './replay.ts'
import type { Certificate } from './statements.ts'
import { Wrong } from './wrong.ts'

/** Checks an exported ledger: chain, rules, signatures, receipts, log. Needs nothing but what it is given (docs/ledger.md). */

export type Proof = {
  /** Saved answers to bids, or bare receipts, by the name to complain about. */
  readonly receipts?: readonly { readonly name: string; readonly text: string }[]
  /** What the house showed of its log at other times. */
  readonly log?: readonly Shown[]
  /** Checkpoints of ledgers that are verified beside this one. */
  readonly others?: readonly Shown[]
  /** A JWK set the house is known by; without it the file's own keys are believed. */
  readonly keys?: readonly PublicJwk[] | null
  /** SHA-256 of the rules of bidding that this program follows, to say where a certificate names others. */
  readonly rules?: string | null
}

export type Verdict =
  | {
      readonly ok: true
      readonly auction: string
      readonly entries: number
      readonly head: string
      readonly certificate: Certificate | null
      /** The names (RFC 7638 thumbprints) of the keys that are believed. */
      readonly keys: readonly string[]
      /** What holds and is worth knowing. */
      readonly notes: readonly string[]
    }
  /** `line` counts from 1; null where not the file but something beside it is wrong. */
  | { readonly ok: false; readonly line: number | null; readonly why: string }

export async function verifyLedger(lines: AsyncIterable<string>, proof: Proof = {}): Promise<Verdict> {
  try {
    return check(await readFile(lines), proof)
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, line: error.line, why: error.message }
    throw error
  }
}

function check(file: LedgerFile, proof: Proof): Verdict {
  const { stated, events } = file
  checkIds(events)
  checkOpenings(stated.auction, events)
  const { flaw, taken, due } = replay(events)
  if (flaw !== null) throw new Wrong(flaw.seq + 1, flaw.why)
  if (due !== null) throw new Wrong(events.length + 2, `by the rules ${due} must come here`)
  checkOpening(stated.auction, events)
  const { keys, everywhere, statements, notes: said } = believed(stated, proof.keys ?? null)
  const notes = [...said, ...notesOn(taken)]
  const certified = checkEnd(file, { keys, statements })
  if (certified !== null && (proof.rules ?? certified.rules) !== certified.rules)
    notes.push(`the certificate names other rules than this program follows: ${certified.rules}`)
  notes.push(...shownElsewhere(file, proof, everywhere))
  notes.push(...receiptsIn(file, proof.receipts ?? [], everywhere))
  const { auction, entries, head } = stated
  return { ok: true, auction, entries, head, certificate: certified, keys: keys.map(({ kid }) => kid), notes }
}

/** What each receipt comes to. */
function receiptsIn(
  { stated: { auction }, events }: LedgerFile,
  receipts: NonNullable<Proof['receipts']>,
  keys: readonly PublicJwk[],
): string[] {
  const taken = new Map<string, string>()
  return receipts.map(({ name, text }) => {
    const read = readReceipt(text, keys)
    if (read === null) throw new Wrong(null, `${name}: is not a receipt of this house`)
    const judged = judgeReceipt(read, { auction, events })
    if ('why' in judged) throw new Wrong(judged.line, `${name}: ${judged.why}`)
    if (read.said.type === 'accepted') {
      const { bid } = read.said
      const said = canonical(read.said)
      if ((taken.get(bid) ?? said) !== said)
        throw new Wrong(null, `${name}: bid ${bid} was acknowledged otherwise as well`)
      taken.set(bid, said)
    }
    return `${name} ${judged.note}`
  })
}

/** What holds, and what a reader should know of it. */
function notesOn(taken: readonly number[]): string[] {
  if (taken.length === 0) return []
  return [
    `in the form of an earlier version; after a voided bid price and leader are as stated, within bounds: entries ${taken.join(', ')}`,
  ]
}

/** The certificate of an auction that is over; null where there is none, and need not be. */
function checkEnd(
  file: LedgerFile,
  { keys, statements }: Pick<ReturnType<typeof believed>, 'keys' | 'statements'>,
): Certificate | null {
  const { stated, events, ending } = file
  const end = events.at(-1)
  const isOver = end?.type === 'auction.closed' || end?.type === 'auction.cancelled'
  const line = events.length + 2
  const isUnseen = events.every(isOfDraft)
  if (!isOver && ending !== null) throw new Wrong(line, 'the auction is not over, and has a certificate')
  if (isUnseen && ending !== null)
    throw new Wrong(line, 'the auction is a draft that nobody saw, and has a certificate')
  if (isOver && ending === null && !isUnseen)
    throw new Wrong(line, 'the auction is over, and its certificate is missing')
  if (ending === null) return null
  const certified = checkCertificate(file, ending, keys)
  checkLog(ending, keys, line)
  checkPrevious(certified, ending, { statements, introductions: stated.introductions, line })
  return certified
}

/** A draft that was never scheduled nor open was seen by nobody: there is no certificate of it. */
function isOfDraft(event: ChannelEvent): boolean {
  if (event.type === 'auction.created' || event.type === 'auction.updated') return event.data.status === 'draft'
  return event.type === 'auction.cancelled'
}

function checkIds(events: readonly ChannelEvent[]): void {
  const ids = new Set<string>()
  for (const { seq, type, data } of events) {
    if (type !== 'bid.placed') continue
    if (ids.has(data.bid)) throw new Wrong(seq + 1, 'is a bid by the id of an earlier one')
    ids.add(data.bid)
  }
}

function isBid({ type }: ChannelEvent): boolean {
  return type === 'bid.placed'
}

/** The log that holds the certificate is the one that was shown at other times. */
function shownElsewhere(
  { ending }: LedgerFile,
  { log = [], others = [] }: Proof,
  keys: readonly PublicJwk[],
): readonly string[] {
  if (ending === null && log.length > 0) throw new Wrong(null, 'the auction is not over: no checkpoint can hold it')
  if (ending === null || log.length + others.length === 0) return []
  const judged = judgeLog(log, { own: ending, others }, keys)
  if ('why' in judged) throw new Wrong(null, judged.why)
  return log.length === 0 ? [] : judged.notes
}

/** Every entry commits to what it must; the reserve, where it was opened, is the one that was committed to before the first bid. */
function checkOpening(auction: string, events: readonly ChannelEvent[]): void {
  const end = events.at(-1)
  for (const [i, { type, at, commitment, opening, ledger }] of events.entries()) {
    const isFirst = type === 'auction.created' || (type === 'auction.updated' && !events.slice(0, i).some(isBid))
    const wanted = isFirst || type === 'bid.placed'
    if (wanted !== (commitment !== undefined))
      throw new Wrong(i + 2, wanted ? 'commits to nothing' : 'commits to something anew')
    if (i > 0 && at < events[i - 1]!.at) throw new Wrong(i + 2, 'is dated before the entry before')
    if (opening !== undefined && type !== 'auction.closed') throw new Wrong(i + 2, 'opens a reserve before the close')
    if (ledger !== undefined && i > 0) throw new Wrong(i + 2, 'names a form, which the first entry does')
  }
  const terms = events
    .flatMap((event) =>
      event.type === 'auction.created' || event.type === 'auction.updated' ? (event.data.terms ?? []) : [],
    )
    .at(-1)
  if (end?.type === 'auction.closed' && terms?.revealReserve !== (end.opening !== undefined))
    throw new Wrong(events.length + 1, 'does not open the reserve, or opens one that was to stay closed')
  if (end?.opening === undefined) return
  const last = events.findLast(({ type, commitment }) => type !== 'bid.placed' && commitment !== undefined)
  const { reservePrice, salt } = end.opening
  if (last?.commitment !== commitReserve(salt, auction, reservePrice as never))
    throw new Wrong(events.length + 1, 'opens another reserve than was committed to')
  if (reservePrice !== null && reservePrice > (terms?.buyNowPrice ?? reservePrice))
    throw new Wrong(events.length + 1, 'opens a reserve above the buy-now price')
}
