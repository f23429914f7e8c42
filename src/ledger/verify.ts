import { z } from 'zod'
import type { ChannelEvent } from '../protocol.ts'
import { canonical, isCanonical, readCanonical, shown } from './canonical.ts'
import { GENESIS, hashOf, readEntry } from './chain.ts'
import { commitReserve } from './commitment.ts'
import { type LedgerHeader, ending, header } from './file.ts'
import { type PublicJwk, readJws } from './jws.ts'
import { type Shown, judgeLog, proofFlaw } from './log-view.ts'
import { judgeReceipt } from './receipts.ts'
import { replay } from './replay.ts'
import { type Certificate, type LogProof, certificate, keyStatement } from './statements.ts'

/** Checks an exported ledger: chain, rules, signatures, receipts, log. Needs nothing but what it is given (docs/ledger.md). */

export type Proof = {
  /** Saved answers to bids, or bare receipts, by the name to complain about. */
  readonly receipts?: readonly { readonly name: string; readonly text: string }[]
  /** What the house showed of its log at other times. */
  readonly log?: readonly Shown[]
  /** A JWK set the house is known by; without it the file's own keys are believed. */
  readonly keys?: readonly PublicJwk[] | null
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

/** Thrown inside, for the first thing that is wrong. */
class Wrong extends Error {
  readonly line: number | null
  constructor(line: number | null, why: string) {
    super(why)
    this.line = line
  }
}

export async function verifyLedger(lines: AsyncIterable<string>, proof: Proof = {}): Promise<Verdict> {
  try {
    return check(await readFile(lines), proof)
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, line: error.line, why: error.message }
    throw error
  }
}

type File = {
  readonly stated: LedgerHeader
  readonly events: readonly ChannelEvent[]
  readonly ending: LogProof | null
}

/** The file as it reads, with its chain followed. */
async function readFile(lines: AsyncIterable<string>): Promise<File> {
  let stated: LedgerHeader | null = null
  let last: LogProof | null = null
  const events: ChannelEvent[] = []
  let head = GENESIS
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line === '') throw new Wrong(number, 'is empty')
    if (!isCanonical(line)) throw new Wrong(number, 'is not canonical JSON (RFC 8785)')
    if (stated === null) {
      stated = read(header, line)
      if (stated === null) throw new Wrong(number, 'is not the header of a "martillo ledger v2"')
    } else if (last !== null) throw new Wrong(number, 'something follows the certificate')
    else if ((last = read(ending, line)) === null) {
      events.push(readNext(stated, { seq: events.length, head }, line, number))
      head = hashOf(line)
    }
  }
  if (stated === null) throw new Wrong(1, 'the file is empty')
  if (stated.entries !== events.length)
    throw new Wrong(events.length + 1, `the header states ${stated.entries} entries, the file holds ${events.length}`)
  if (stated.head !== head) throw new Wrong(events.length + 1, 'the last hash is not the head in the header')
  return { stated, events, ending: last }
}

const hash = z.string().regex(/^[0-9a-f]{64}$/)

const linked = z.strictObject({
  auction: z.string(),
  seq: z.int(),
  type: z.string(),
  at: z.string(),
  data: z.looseObject({}),
  private: hash,
  previous: hash,
  commitment: hash.optional(),
  opening: z.strictObject({ reservePrice: z.int().nullable(), salt: hash }).optional(),
})

function readNext(
  stated: LedgerHeader,
  before: { seq: number; head: string },
  line: string,
  number: number,
): ChannelEvent {
  const entry = read(linked, line)
  if (entry === null) throw new Wrong(number, 'is not an entry')
  if (entry.auction !== stated.auction) throw new Wrong(number, 'is an entry of another auction')
  if (entry.seq !== before.seq + 1) throw new Wrong(number, `has seq ${entry.seq} where ${before.seq + 1} must follow`)
  if (entry.previous !== before.head) throw new Wrong(number, 'does not name the hash of the entry before')
  // A number that is written otherwise would be read as text, and written back as it was.
  if (!readsBack(line)) throw new Wrong(number, 'is written otherwise than it is read')
  return readEntry(line, hashOf(line), '').event
}

function readsBack(line: string): boolean {
  try {
    return canonical(readCanonical(line) as object) === line
  } catch {
    return false
  }
}

function check({ stated, events, ending }: File, proof: Proof): Verdict {
  const { flaw, taken } = replaySafely(events)
  if (flaw !== null) throw new Wrong(flaw.seq + 1, flaw.why)
  checkOpening(stated.auction, events)
  const { keys, notes } = believed(stated, proof.keys ?? null)
  if (taken.length > 0)
    notes.push(`after a voided bid price and leader are as stated, within bounds: entries ${taken.join(', ')}`)
  const end = events.at(-1)
  const isOver = end?.type === 'auction.closed' || end?.type === 'auction.cancelled'
  const endLine = events.length + 2
  if (!isOver && ending !== null) throw new Wrong(endLine, 'the auction is not over, and has a certificate')
  if (isOver && ending === null && !events.every(isOfDraft))
    throw new Wrong(endLine, 'the auction is over, and its certificate is missing')
  const certified = ending === null ? null : checkCertificate({ stated, events, ending }, ending, keys)
  if (ending !== null) notes.push(...checkLog(ending, proof.log ?? [], keys, endLine))
  else if ((proof.log ?? []).length > 0) throw new Wrong(null, 'the auction is not over: no checkpoint can hold it')
  for (const { name, text } of proof.receipts ?? []) {
    const why = judgeReceipt(text, { auction: stated.auction, events, keys })
    if (why !== null) throw new Wrong(why.line, `${name}: ${why.why}`)
    notes.push(`${name} is kept`)
  }
  const { auction, entries, head } = stated
  return { ok: true, auction, entries, head, certificate: certified, keys: keys.map(({ kid }) => kid), notes }
}

/** A draft that is cancelled was seen by nobody: there is no certificate of it. */
function isOfDraft(event: ChannelEvent): boolean {
  if (event.type === 'auction.created' || event.type === 'auction.updated') return event.data.status === 'draft'
  return event.type === 'auction.cancelled'
}

/** What the rules' own code trips over is no ledger it wrote. */
function replaySafely(events: readonly ChannelEvent[]): ReturnType<typeof replay> {
  try {
    return replay(events)
  } catch {
    return { flaw: { seq: events.length, why: 'holds what no version of the rules can write' }, taken: [] }
  }
}

function isBid({ type }: ChannelEvent): boolean {
  return type === 'bid.placed'
}

/** Every entry commits to what it must; the reserve, where it was opened, is the one that was committed to before the first bid. */
function checkOpening(auction: string, events: readonly ChannelEvent[]): void {
  const end = events.at(-1)
  for (const [i, { type, commitment, opening }] of events.entries()) {
    const isFirst = type === 'auction.created' || (type === 'auction.updated' && !events.slice(0, i).some(isBid))
    const wanted = isFirst || type === 'bid.placed'
    if (wanted !== (commitment !== undefined))
      throw new Wrong(i + 2, wanted ? 'commits to nothing' : 'commits to something anew')
    if (opening !== undefined && type !== 'auction.closed') throw new Wrong(i + 2, 'opens a reserve before the close')
  }
  const terms = events.findLast((event) => event.type === 'auction.created' || event.type === 'auction.updated')?.data
    .terms
  if (end?.type === 'auction.closed' && terms?.revealReserve !== (end.opening !== undefined))
    throw new Wrong(events.length + 1, 'does not open the reserve, or opens one that was to stay closed')
  if (end?.opening === undefined) return
  const last = events.findLast(({ type, commitment }) => type !== 'bid.placed' && commitment !== undefined)
  const { reservePrice, salt } = end.opening
  if (last?.commitment !== commitReserve(salt, auction, reservePrice as never))
    throw new Wrong(events.length + 1, 'opens another reserve than was committed to')
}

/** The keys that may sign: each introduced by one that was believed already, or the first one, or one that is known. */
function believed({ keys: listed, introductions }: LedgerHeader, known: readonly PublicJwk[] | null) {
  const notes: string[] = []
  const keys: PublicJwk[] = [...(known ?? [])]
  for (const [i, jws] of introductions.entries()) {
    const next = listed[i]
    if (next === undefined) throw new Wrong(1, 'introduces more keys than it lists')
    const read = readJws(jws, 'key', [...keys, next])
    const said = keyStatement.safeParse(read?.payload)
    if (read === null || !said.success || said.data.key.kid !== next.kid)
      throw new Wrong(1, `key ${next.kid} is not introduced by its statement`)
    const byItself = read.kid === next.kid
    if (byItself && i > 0) notes.push(`key ${next.kid} was introduced by itself: the key before it was lost`)
    const isKnown = keys.some(({ kid }) => kid === next.kid)
    if (known === null ? true : !byItself && !isKnown) keys.push(next)
  }
  if (listed.length !== introductions.length) throw new Wrong(1, 'lists a key that nothing introduces')
  return { keys, notes }
}

/** The certificate is in the log whose root is signed, and that is the log that was shown elsewhere. */
function checkLog(own: LogProof, shown: readonly Shown[], keys: readonly PublicJwk[], line: number): readonly string[] {
  const flaw = proofFlaw(own, keys)
  if (flaw !== null) throw new Wrong(line, flaw)
  if (shown.length === 0) return []
  const judged = judgeLog(shown, own, keys)
  if ('why' in judged) throw new Wrong(null, judged.why)
  return judged.notes
}

function checkCertificate(
  { stated, events }: File,
  { certificate: jws }: LogProof,
  keys: readonly PublicJwk[],
): Certificate {
  const line = events.length + 2
  const said = certificate.safeParse(readJws(jws, 'certificate', keys)?.payload)
  if (!said.success) throw new Wrong(line, 'the certificate is not signed by a key that is believed')
  const end = events.at(-1)
  const outcome = end?.type === 'auction.closed' ? end.data.outcome : null
  const extensions = events.filter((event) => event.type === 'closing.extended' && event.data.reason === 'bid').length
  const followed = {
    auction: stated.auction,
    status: end?.type === 'auction.closed' ? 'closed' : 'cancelled',
    outcome,
    entries: stated.entries,
    head: stated.head,
    extensions,
    at: end?.at,
  }
  for (const [name, value] of Object.entries(followed))
    if (shown(name, said.data[name as keyof Certificate]) !== shown(name, value))
      throw new Wrong(line, `the certificate states another ${name} than the entries lead to`)
  return said.data
}

function read<Shape extends z.ZodType>(shape: Shape, line: string): z.output<Shape> | null {
  const given = shape.safeParse(parse(line))
  return given.success ? given.data : null
}

function parse(text: string): unknown {
  try {
    return readCanonical(text)
  } catch {
    return undefined
  }
}
