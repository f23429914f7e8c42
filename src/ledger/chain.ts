import { hash as sha256 } from 'node:crypto'
import type { Amount } from '../domain/amount.ts'
import type { BidOpening, PublicEvent } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { canonical, readCanonical } from './canonical.ts'
import { commitPrivateHead, newSalt } from './commitment.ts'

/** The two chains of an auction: each entry names the hash of the one before it in its chain (docs/ledger.md). */

/** What the texts of each chain are hashed behind, so that no hash of ours can be taken for another. */
const domains = { public: 'martillo public entry v2\n', private: 'martillo private entry v2\n' } as const

/** The `previous` of the first entry of either chain. */
export const GENESIS = '0'.repeat(64)

/** SHA-256 of a stored line, 64 hexadecimal digits. */
export function hashOf(line: string, chain: keyof typeof domains = 'public'): string {
  return sha256('sha256', domains[chain] + line, 'hex')
}

/** What a public entry holds besides its event. */
export type Sealed = {
  /** To the bid's maximum, or to the reserve: HMAC-SHA-256, hexadecimal. */
  readonly commitment?: string
  /** The reserve, where the seller agreed to show it at the close. */
  readonly opening?: { readonly reservePrice: Amount | null; readonly salt: string }
  /** The form of the ledger, in its first entry. */
  readonly ledger?: 'martillo ledger v3'
  /** In a void, what is secret no more. */
  readonly openings?: BidOpening[]
}

/** `line` is the text that was hashed, kept as it is. `salt` opens the entry's commitment to the private head. */
export type Entry = {
  readonly seq: number
  readonly line: string
  readonly hash: string
  readonly salt: string
  readonly event: ChannelEvent
}

export function link(
  { auctionId, previous, privateHead }: { auctionId: string; previous: string; privateHead: string },
  seq: number,
  event: PublicEvent & Sealed,
): Entry {
  const salt = newSalt()
  const sealed = { ...event, private: commitPrivateHead(salt, auctionId, privateHead) }
  const line = canonical({ auction: auctionId, seq, ...sealed, previous })
  const hash = hashOf(line)
  return { seq, line, hash, salt, event: { seq, ...sealed, hash } }
}

/** An entry from the text that was stored. */
export function readEntry(line: string, hash: string, salt: string): Entry {
  const {
    auction: _auction,
    previous: _previous,
    ...event
  } = readCanonical(line) as ChannelEvent & {
    auction: string
    previous: string
  }
  return { seq: event.seq, line, hash, salt, event: { ...event, hash } }
}

/** What was done, with all that is secret of it but for who it was. */
export type AuditRecord = { readonly act: string; readonly at: string } & Readonly<Record<string, unknown>>

/** An entry of the private chain; its number is the auction's version that it made. */
export type PrivateEntry = { readonly number: number; readonly line: string; readonly hash: string }

/** The latest public entry after an audit record, from its line. */
export function seqOfRecord(line: string): number {
  return (readCanonical(line) as { seq: number }).seq
}

/** `seq` is the latest public one when it was written: everything public beyond the entry before came of this one. */
export function linkPrivate(
  { auctionId, previous }: { auctionId: string; previous: string },
  number: number,
  seq: number,
  record: AuditRecord,
): PrivateEntry {
  const line = canonical({ auction: auctionId, number, seq, ...record, previous })
  return { number, line, hash: hashOf(line, 'private') }
}
