import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { PublicEvent } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'

/** The public chain of one auction: each entry names the hash of the one before (docs/ledger.md). */

/** What an entry's hash begins with, so that no other hash of ours can be taken for one. */
const DOMAIN = 'martillo entry v1\n'
export const LEDGER_VERSION = 'martillo ledger v1'

/** The `previous` of the first entry. */
export const GENESIS = '0'.repeat(64)

/** `line` is the text that was hashed, kept as it is: RFC 8785 canonical JSON. */
export type Entry = { readonly seq: number; readonly line: string; readonly hash: string; readonly event: ChannelEvent }

type Content = { auction: string; seq: number; type: string; at: string; data: unknown; previous: string }

export function link(auctionId: string, previous: string, seq: number, event: PublicEvent): Entry {
  const content: Content = { auction: auctionId, seq, ...event, previous }
  const line = canonicalize(content)!
  const hash = hashOf(line)
  return { seq, line, hash, event: { seq, ...event, hash } }
}

/** An entry from the text that was stored. */
export function readEntry(line: string, hash: string): Entry {
  const { seq, type, at, data } = JSON.parse(line) as ChannelEvent
  return { seq, line, hash, event: { seq, type, at, data, hash } as ChannelEvent }
}

export function hashOf(line: string): string {
  return createHash('sha256').update(DOMAIN).update(line).digest('hex')
}

export type LedgerHeader = { ledger: string; auction: string; entries: number; head: string }

export function headerLine(auctionId: string, seq: number, head: string): string {
  const header: LedgerHeader = { ledger: LEDGER_VERSION, auction: auctionId, entries: seq, head }
  return canonicalize(header)!
}

const header = z.object({ ledger: z.literal(LEDGER_VERSION), auction: z.string(), entries: z.int(), head: z.string() })
const content = z.object({ auction: z.string(), seq: z.int(), previous: z.string() })

export type Verdict =
  | { readonly ok: true; readonly auction: string; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly line: number; readonly why: string }

/** Follows the chain of an exported ledger, line by line (the header is line 1). */
export async function verifyLedger(lines: AsyncIterable<string>): Promise<Verdict> {
  let stated: LedgerHeader | null = null
  let chain = { seq: 0, head: GENESIS }
  let number = 0
  for await (const line of lines) {
    number += 1
    if (stated === null) {
      const read = readJson(header, line)
      if (read === null) return { ok: false, line: number, why: `not the header of a "${LEDGER_VERSION}"` }
      stated = read
      continue
    }
    const why = breaks(stated.auction, chain, line)
    if (why !== null) return { ok: false, line: number, why }
    chain = { seq: chain.seq + 1, head: hashOf(line) }
  }
  if (stated === null) return { ok: false, line: 1, why: 'the file is empty' }
  if (stated.entries !== chain.seq)
    return { ok: false, line: number, why: `the header states ${stated.entries} entries, the file holds ${chain.seq}` }
  if (stated.head !== chain.head) return { ok: false, line: number, why: 'the last hash is not the head in the header' }
  return { ok: true, auction: stated.auction, entries: chain.seq, head: chain.head }
}

/** Why the line cannot follow, or null. */
function breaks(auction: string, before: { seq: number; head: string }, line: string): string | null {
  const entry = readJson(content, line)
  if (entry === null) return 'not an entry'
  if (entry.auction !== auction) return 'an entry of another auction'
  if (entry.seq !== before.seq + 1) return `seq ${entry.seq} where ${before.seq + 1} must follow`
  return entry.previous === before.head ? null : 'does not name the hash of the entry before'
}

function readJson<Shape extends z.ZodType>(shape: Shape, line: string): z.output<Shape> | null {
  try {
    return shape.parse(JSON.parse(line))
  } catch {
    return null
  }
}
