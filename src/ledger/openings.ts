import type { Amount } from '../domain/amount.ts'
import type { Bid } from '../domain/auction.ts'
import { formats } from '../domain/formats/index.ts'
import { DEFAULT_FORMAT, type FormatName } from '../domain/formats/shapes.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import type { BidOpening } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { commitMaximum, offeredBy } from './commitment.ts'
import { Wrong } from './wrong.ts'

/** What the voids of a ledger open: from the first entry on it is known. */

/** A raise or a lowering that nobody saw, after entry `asOfSeq`. */
export type Silent = {
  readonly id: string
  readonly paddle: string
  /** The bid that led, with which it went. */
  readonly goesWith: string
  readonly offer: Offer | Lowering
  readonly asOfSeq: number
}

/** What opens a bid's commitment, and the latest public entry once the bid was decided. */
export type BidSecret = { readonly salt: string; readonly asOfSeq: number }

export type Opened = {
  /** By public bid. */
  readonly offers: ReadonlyMap<string, Offer>
  readonly silent: readonly Silent[]
  /** Up to which entry everything that went with a bid is opened. */
  readonly wholeUntil: ReadonlyMap<string, number>
}

/** The format of the bids in a ledger: it changes before the first one only. */
export function formatIn(events: readonly ChannelEvent[]): FormatName {
  const named = events.flatMap(({ type, data }) =>
    type === 'auction.created' || type === 'auction.updated' ? (data.format ?? []) : [],
  )
  return named.at(-1) ?? DEFAULT_FORMAT
}

/** How far an opened bid goes. */
export function limitOf(opening: BidOpening): Amount {
  return ('maximum' in opening ? opening.maximum : opening.minimum) as Amount
}

/** An offer that goes as far as this, and for less where that is enough. */
export function limitOffer(format: FormatName, limit: Amount): Offer {
  return { [formats[format].limit]: limit } as Offer
}

/** What a void tells of bids. Of raises without an entry between them only the last: the others never came to anything. */
export function openingsOf(
  format: FormatName,
  bids: readonly Bid[],
  secretOf: (bidId: string) => BidSecret,
): BidOpening[] {
  const openings = bids.map((bid) => openingOf(format, bid, secretOf(bid.bidId)))
  return openings.filter((one, i) => !isOvertaken(one, openings[i + 1]))
}

function isOvertaken(one: BidOpening, next: BidOpening | undefined): boolean {
  const areRaises = 'raises' in one && next !== undefined && 'raises' in next
  return areRaises && one.raises === next.raises && one.asOfSeq === next.asOfSeq
}

function openingOf(format: FormatName, bid: Bid, { salt, asOfSeq }: BidSecret): BidOpening {
  const { bidId, raises, lowers, exact } = bid
  const limit = { [formats[format].limit]: offeredBy(bid) } as { readonly maximum: Amount }
  const offered = { bid: bidId, ...limit, salt }
  if (raises === null) return { ...offered, exact }
  return { ...offered, ...(lowers === true ? { lowers: raises } : { raises }), asOfSeq }
}

type Void = ChannelEvent & { type: 'bid.voided' }

function voidsIn(events: readonly ChannelEvent[]): Void[] {
  return events.filter((event) => event.type === 'bid.voided')
}

export function openedIn(events: readonly ChannelEvent[]): Opened {
  const format = formatIn(events)
  const paddles = paddlesIn(events)
  const offers = new Map<string, Offer>()
  const silent = new Map<string, Silent>()
  const wholeUntil = new Map<string, number>()
  for (const { seq, data, openings = [] } of voidsIn(events))
    for (const opening of openings) {
      const goesWith = companionOf(opening)
      const limit = limitOf(opening)
      if (goesWith === null) {
        offers.set(opening.bid, 'exact' in opening && opening.exact ? { amount: limit } : limitOffer(format, limit))
        if (paddles.get(opening.bid) === data.paddle) wholeUntil.set(opening.bid, seq)
      } else {
        const offer = 'lowers' in opening ? { lowerTo: limit, bid: goesWith } : limitOffer(format, limit)
        const { asOfSeq } = opening as { asOfSeq: number }
        silent.set(opening.bid, { id: opening.bid, paddle: paddles.get(goesWith) ?? '', goesWith, offer, asOfSeq })
      }
    }
  return { offers, silent: [...silent.values()], wholeUntil }
}

/** The bid that a silent raise or lowering went with; null of a public bid. */
function companionOf(opening: BidOpening): string | null {
  if ('raises' in opening) return opening.raises
  return 'lowers' in opening ? opening.lowers : null
}

function paddlesIn(events: readonly ChannelEvent[]): Map<string, string> {
  return new Map(events.flatMap(({ type, data }) => (type === 'bid.placed' ? [[data.bid, data.paddle]] : [])))
}

/**
 * What each void opens, held to what it may: the bid made void, others of bidders who do not lead after it, what went
 * silently with one of them; every figure of a public bid to its commitment, and each always alike.
 */
export function checkOpenings(auction: string, events: readonly ChannelEvent[]): void {
  const isEarlier = events[0]?.ledger === undefined
  const wrong = events.find(({ type, openings }) => openings !== undefined && type !== 'bid.voided')
  if (wrong !== undefined) throw new Wrong(wrong.seq + 1, 'opens bids, and is no void')
  const { limit } = formats[formatIn(events)]
  const told = new Map<string, string>()
  for (const { seq, data, openings } of voidsIn(events)) {
    if (openings === undefined && isEarlier) continue
    const before = events.slice(0, seq - 1)
    const paddles = paddlesIn(before)
    const isOpened = (bid: string) => (openings ?? []).some((one) => one.bid === bid && companionOf(one) === null)
    const refuse = (why: string): never => {
      throw new Wrong(seq + 1, why)
    }
    if (!isOpened(data.bid)) refuse('does not open the bid that is void')
    for (const opening of openings ?? []) {
      const { bid, salt } = opening
      if (!(limit in opening)) refuse(`opens ${bid} by another name than its format has`)
      const goesWith = companionOf(opening)
      const said = JSON.stringify(opening)
      if ((told.get(bid) ?? said) !== said) refuse(`opens ${bid} to something else than another void`)
      told.set(bid, said)
      if ((openings ?? []).filter((one) => one.bid === bid).length > 1) refuse(`opens ${bid} twice`)
      const paddle = paddles.get(goesWith ?? bid) ?? refuse(`opens ${bid}, which is no bid before it`)
      if (goesWith === null) {
        const placed = before.find((event) => event.type === 'bid.placed' && event.data.bid === bid)
        if (placed!.commitment !== commitMaximum(salt, auction, bid, limitOf(opening)))
          refuse(`opens ${bid} to another maximum than it committed to`)
      } else if (paddles.has(bid) || !isOpened(goesWith) || paddle !== data.paddle)
        refuse(`opens ${bid}, which goes with no bid that is opened with it`)
    }
  }
}
