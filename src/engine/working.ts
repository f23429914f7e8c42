import type { Auction } from '../domain/auction.ts'
import { type Event, isPublic } from '../domain/event.ts'
import { evolve, unborn } from '../domain/evolve.ts'
import { publicEvent } from '../domain/view.ts'
import { type Deed, type Entry, GENESIS, type PrivateEntry, type Sealed, link, linkPrivate } from '../ledger/chain.ts'
import { commitReserve, newSalt } from '../ledger/commitment.ts'
import { LEDGER_FORM } from '../ledger/file.ts'
import { type BidSecret, openingsOf } from '../ledger/openings.ts'
import type { Author, Change, Held, KeyedBid } from './ports.ts'

/** An auction in the batch at hand: as it is before it, committed or on its way to be, and as it will be. */
export type Working = {
  readonly auctionId: string
  readonly before: Held | null
  /** Those on their way. */
  readonly bidsAhead: readonly KeyedBid[]
  held: Held | null
  readonly entries: Entry[]
  readonly privateEntries: PrivateEntry[]
  readonly authors: Author[]
  readonly bids: KeyedBid[]
  readonly voided: string[]
}

export function untouched(auctionId: string, before: Held | null, bidsAhead: readonly KeyedBid[] = []): Working {
  return {
    auctionId,
    before,
    bidsAhead,
    held: before,
    entries: [],
    privateEntries: [],
    authors: [],
    bids: [],
    voided: [],
  }
}

export function changeOf({ auctionId: _, bidsAhead: __, before, held, ...written }: Working): Change[] {
  if (held === null || held === before) return []
  return [{ ...written, before, after: held }]
}

/** Takes back what is written from now on. */
export function undoing(working: Working): () => void {
  const { held } = working
  const lists = [working.entries, working.privateEntries, working.authors, working.bids, working.voided]
  const lengths = lists.map((list) => list.length)
  return () => {
    working.held = held
    lists.forEach((list, i) => (list.length = lengths[i]!))
  }
}

/** What entries commit to, or open. */
type Secrets = {
  /** To the maximum of the bid that is placed. */
  readonly commitment?: string
  /** Of the bids that are stored, where one is made void. */
  readonly bidSecrets?: ReadonlyMap<string, BidSecret> | undefined
}

/** Links what happened to both chains: first the private one, to whose new head every public entry commits. */
export function write(events: readonly Event[], deed: Deed, working: Working, secrets: Secrets = {}): void {
  const { auctionId } = working
  const { auction = unborn, version = 0, privateHead: previous = GENESIS } = working.held ?? {}
  const seq = auction.seq + events.filter(isPublic).length
  const entry = linkPrivate({ auctionId, previous }, version + 1, seq, deed)
  working.privateEntries.push(entry)
  working.held = { ...(working.held ?? unheld), version: version + 1, privateHead: entry.hash }
  for (const event of events) record(event, working, secrets)
}

const unheld: Held = { auction: unborn, head: GENESIS, privateHead: GENESIS, version: 0, reserveSalt: '', refusals: 0 }

function record(event: Event, working: Working, secrets: Secrets): void {
  const held = working.held!
  const auction = evolve(held.auction, event)
  const shown = publicEvent(event, auction, held.auction)
  if (event.type === 'bid.voided') working.voided.push(event.bid.bidId)
  working.held = { ...held, auction }
  if (shown === null) return
  const secretOf = (bidId: string) => secretIn(working, bidId) ?? secrets.bidSecrets?.get(bidId)
  const { sealed, reserveSalt } = sealedBy(event, auction, { ...secrets, secretOf, reserveSalt: held.reserveSalt })
  const from = { auctionId: auction.id, previous: held.head, privateHead: held.privateHead }
  const entry = link(from, auction.seq, { ...shown, ...sealed })
  working.entries.push(entry)
  working.held = { ...held, auction, head: entry.hash, reserveSalt }
}

/** Not stored yet. */
function secretIn({ bids, bidsAhead }: Working, bidId: string): BidSecret | undefined {
  const isIt = ({ bid }: KeyedBid) => bid.bidId === bidId
  return bids.find(isIt) ?? bidsAhead.find(isIt)
}

/** What an entry holds of secrets: commitments, what a void opens, and at the close the reserve where the seller agreed. */
function sealedBy(
  event: Event,
  { id, terms, bids }: Auction,
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
      return { sealed: { openings: openingsOf(event.opened, (bidId) => secretOf(bidId)!) }, reserveSalt }
    case 'auction.created':
    case 'auction.updated': {
      // The reserve is fixed with the first bid.
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
