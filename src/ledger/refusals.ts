import type { Amount } from '../domain/amount.ts'
import type { Auction } from '../domain/auction.ts'
import { decide } from '../domain/decide.ts'
import { fromWire } from '../domain/instant.ts'
import type { Rejection } from '../domain/rejection.ts'
import { reserveOf } from '../domain/view.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import type { ChannelEvent } from '../protocol.ts'
import { shown } from './canonical.ts'
import { auctionAfter } from './replay.ts'
import type { Receipt } from './statements.ts'
import { type Standing, formats } from '../domain/formats/index.ts'

/** Whether a refusal follows by the rules from the entry it was given at. Who was refused, its receipt does not say. */

type Refused = Extract<Receipt, { type: 'refused' }>

export type Ruling = { readonly note: string } | { readonly why: string }

/** Codes that hang on who bids alone: on the seller's account, on who is blocked, and on who is staff. */
const OF_A_PERSON: ReadonlySet<string> = new Set(['own_auction', 'bidder_blocked', 'staff_may_not_bid'])

/** No rule knows them by name: in a replay everybody is a paddle. */
const STRANGER = 'a stranger'

export function judgeRefusal(said: Refused, events: readonly ChannelEvent[]): Ruling {
  const { code, fields } = said
  if (!isBetween(said.at, said.asOfSeq, events))
    return { why: `was not the last entry at ${said.at}, when the bid was refused` }
  const auction = auctionAfter(events, said.asOfSeq)
  const isOverdue = decide(auction, { type: 'tick', at: fromWire(said.at) }).events.length > 0
  if (isOverdue) return { why: `leaves an opening or a close due, and the bid was refused at ${said.at}` }
  if (OF_A_PERSON.has(code))
    return Object.keys(fields).length === 0
      ? { note: `is of entry ${said.asOfSeq}; that it was refused as ${code} cannot be judged from the public ledger` }
      : { why: `is one where ${code} has no details, and the bid was refused with ${shown('fields', fields)}` }
  const toStranger = rulingOn(said, auction, STRANGER)
  if (isSame(toStranger, said)) return { note: 'is kept' }
  const led = ledUpTo(auction, events, said.asOfSeq)
  if (led !== null && isSame(rulingOn(said, led, led.standing.bidder), said))
    return { note: `is kept if its bidder led after entry ${said.asOfSeq}, which a receipt does not say` }
  return {
    why: `leads to ${told(toStranger)} by the rules, and the bid was refused for ${told({ rejected: code, fields })}`,
  }
}

/** Whether entry `seq` was the last one at that instant. */
export function isBetween(at: string, seq: number, events: readonly ChannelEvent[]): boolean {
  return events[seq - 1]!.at <= at && at <= (events[seq]?.at ?? at)
}

/** What the rules say to this bid: a rejection, or null where they take it. */
function rulingOn({ at, offer }: Refused, auction: Auction, bidder: string): Rejection | null {
  return decide(auction, {
    type: 'bid',
    at: fromWire(at),
    bidId: 'refused',
    bidder: { id: bidder, blocked: false },
    offer: offer as Offer | Lowering,
  }).rejection
}

/**
 * With the highest maximum the leader can have had: the one it was beaten at, and none that would have met an unmet reserve.
 * Null where nobody led.
 */
function ledUpTo(
  { standing, ...auction }: Auction,
  events: readonly ChannelEvent[],
  seq: number,
): (Auction & { readonly standing: Standing }) | null {
  if (standing === null) return null
  const next = events.slice(seq).find((event) => event.type === 'bid.voided' || isBeat(event))
  const { side } = formats[auction.format]
  const beatenAt = next?.type === 'bid.placed' ? (next.data.beaten!.amount as Amount) : side.utmost
  const { terms } = auction
  const isUnmet = reserveOf({ ...auction, standing }) === 'unmet'
  const maximum = side.worst(beatenAt, isUnmet ? side.shortOf(terms.reservePrice!) : side.utmost)
  return { ...auction, standing: { ...standing, maximum } }
}

function isBeat(event: ChannelEvent): boolean {
  return event.type === 'bid.placed' && event.data.beaten !== null
}

function isSame(ruling: Rejection | null, { code, fields }: Refused): boolean {
  return ruling !== null && told(ruling) === told({ rejected: code, fields })
}

function told(ruling: { rejected: string; fields: object } | null): string {
  if (ruling === null) return 'a bid that is taken'
  return Object.keys(ruling.fields).length === 0
    ? ruling.rejected
    : `${ruling.rejected} ${shown('fields', ruling.fields)}`
}
