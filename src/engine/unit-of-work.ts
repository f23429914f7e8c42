import type { Auction } from '../domain/auction.ts'
import { type Event, isPublic } from '../domain/event.ts'
import { evolve, unborn } from '../domain/evolve.ts'
import { publicEvent } from '../domain/view.ts'
import {
  type AuditRecord,
  type Entry,
  GENESIS,
  type PrivateEntry,
  type Sealed,
  link,
  linkPrivate,
} from '../ledger/chain.ts'
import { commitReserve, newSalt } from '../ledger/commitment.ts'
import { LEDGER_FORM } from '../ledger/file.ts'
import { type BidSecret, openingsOf } from '../ledger/openings.ts'
import type { Author, Change, StoredAuction, KeyedBid } from './ports.ts'

/** One auction in a batch: its state before, which may be tentative, what is to be written, and its state after. */
export type UnitOfWork = {
  readonly auctionId: string
  readonly before: StoredAuction | null
  /** Whether it stands on a change that was not committed when it began. */
  readonly isTentative: boolean
  /** The bids of that change. */
  readonly bidsAhead: readonly KeyedBid[]
  /** The auction as this unit of work leaves it. */
  after: StoredAuction | null
  readonly entries: Entry[]
  readonly privateEntries: PrivateEntry[]
  readonly authors: Author[]
  readonly bids: KeyedBid[]
  readonly voided: string[]
}

/** Begins on a committed state, or on top of a change that is being committed. */
export function begin(auctionId: string, before: StoredAuction | null, ahead: UnitOfWork | null = null): UnitOfWork {
  return {
    auctionId,
    before,
    isTentative: ahead !== null,
    bidsAhead: ahead?.bids ?? [],
    after: before,
    entries: [],
    privateEntries: [],
    authors: [],
    bids: [],
    voided: [],
  }
}

export function isChanged(work: UnitOfWork | undefined): work is UnitOfWork {
  return work !== undefined && work.after !== work.before
}

/** The change that a unit of work writes; none if it leaves the auction as it was. */
export function toChange({
  auctionId: _,
  isTentative: __,
  bidsAhead: ___,
  before,
  after,
  ...written
}: UnitOfWork): Change[] {
  if (after === null || after === before) return []
  return [{ ...written, before, after }]
}

/** Returns a function that undoes everything recorded from now on. */
export function savepoint(work: UnitOfWork): () => void {
  const { after } = work
  const lists = [work.entries, work.privateEntries, work.authors, work.bids, work.voided]
  const lengths = lists.map((list) => list.length)
  return () => {
    work.after = after
    lists.forEach((list, i) => (list.length = lengths[i]!))
  }
}

/** What public entries seal with a hash commitment, or open. */
type Secrets = {
  /** The commitment to the maximum of the bid that is placed. */
  readonly commitment?: string
  /** The secrets of committed bids, if a bid is made void. */
  readonly bidSecrets?: ReadonlyMap<string, BidSecret> | undefined
}

/** Links events to both chains: first the audit record to the private one, to whose new head every public entry commits. */
export function recordEvents(
  events: readonly Event[],
  record: AuditRecord,
  work: UnitOfWork,
  secrets: Secrets = {},
): void {
  const { auctionId } = work
  const { auction = unborn, version = 0, privateHead: previous = GENESIS } = work.after ?? {}
  const seq = auction.seq + events.filter(isPublic).length
  const entry = linkPrivate({ auctionId, previous }, version + 1, seq, record)
  work.privateEntries.push(entry)
  work.after = { ...(work.after ?? initial), version: version + 1, privateHead: entry.hash }
  for (const event of events) add(event, work, secrets)
}

const initial: StoredAuction = {
  auction: unborn,
  head: GENESIS,
  privateHead: GENESIS,
  version: 0,
  reserveSalt: '',
  refusals: 0,
}

function add(event: Event, work: UnitOfWork, secrets: Secrets): void {
  const stored = work.after!
  const auction = evolve(stored.auction, event)
  const shown = publicEvent(event, auction, stored.auction)
  if (event.type === 'bid.voided') work.voided.push(event.bid.bidId)
  work.after = { ...stored, auction }
  if (shown === null) return
  const secretOf = (bidId: string) => secretIn(work, bidId) ?? secrets.bidSecrets?.get(bidId)
  const { sealed, reserveSalt } = sealedBy(event, auction, { ...secrets, secretOf, reserveSalt: stored.reserveSalt })
  const from = { auctionId: auction.id, previous: stored.head, privateHead: stored.privateHead }
  const entry = link(from, auction.seq, { ...shown, ...sealed })
  work.entries.push(entry)
  work.after = { ...stored, auction, head: entry.hash, reserveSalt }
}

/** The secret of a bid that is not committed yet. */
function secretIn({ bids, bidsAhead }: UnitOfWork, bidId: string): BidSecret | undefined {
  const isIt = ({ bid }: KeyedBid) => bid.bidId === bidId
  return bids.find(isIt) ?? bidsAhead.find(isIt)
}

/**
 * The proof fields of an entry: a commitment, what a void opens, and at the close the reserve if the seller agreed to
 * reveal it.
 */
function sealedBy(
  event: Event,
  { id, format, terms, bids }: Auction,
  {
    commitment,
    secretOf,
    reserveSalt,
  }: { commitment?: string; secretOf: (bidId: string) => BidSecret | undefined; reserveSalt: string },
): { sealed: Sealed; reserveSalt: string } {
  switch (event.type) {
    case 'bid.placed':
      return { sealed: { commitment: commitment! }, reserveSalt }
    case 'bid.voided':
      return { sealed: { openings: openingsOf(format, event.opened, (bidId) => secretOf(bidId)!) }, reserveSalt }
    case 'auction.created':
    case 'auction.updated': {
      // The reserve cannot change after the first bid.
      if (bids !== null) return { sealed: {}, reserveSalt }
      const salt = newSalt()
      const form = event.type === 'auction.created' ? { ledger: LEDGER_FORM } : {}
      return { sealed: { ...form, commitment: commitReserve(salt, id, terms.reservePrice) }, reserveSalt: salt }
    }
    case 'auction.closed': {
      const opening = { reservePrice: terms.reservePrice, salt: reserveSalt }
      return { sealed: terms.revealReserve ? { opening } : {}, reserveSalt }
    }
    default:
      return { sealed: {}, reserveSalt }
  }
}
