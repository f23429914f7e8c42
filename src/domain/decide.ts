import { type Auction, type Bid, type Details, bidIn, inOrder, isOver } from './auction.ts'
import type { Command, CommandOf } from './command.ts'
import { changedDetails, newDetails, settledEnd } from './details.ts'
import type { Event } from './event.ts'
import { evolve } from './evolve.ts'
import { type Beaten, type Offered, type Standing, formats } from './formats/index.ts'
import type { Placement } from './formats/format.ts'
import { type Instant, SECOND_MS, toWire } from './instant.ts'
import { invalid, isRejection, reject, type Rejection } from './rejection.ts'
import { type AuctionChanges, DURATION_SECONDS_MAX, type Lowering, type Offer } from './schema.ts'
import { endAfterOutage, extendedEnd } from './soft-close.ts'

/** What follows from a command: events, and perhaps a rejection. Time that has passed is caught up with even then. */
export type Decision = { readonly events: readonly Event[]; readonly rejection: Rejection | null }

/** Pure and total. First catches up to the command's `at`, so a late tick decides as one on time. */
export function decide(auction: Auction, command: Command): Decision {
  const extended = command.type === 'outage' ? giveBack(auction, command) : []
  const caughtUp = [...extended, ...catchUp(extended.reduce(evolve, auction), command.at)]
  const decided = decideNow(caughtUp.reduce(evolve, auction), command)
  if (isRejection(decided)) return { events: caughtUp, rejection: decided }
  return { events: [...caughtUp, ...decided], rejection: null }
}

/** The opening and the close that were due by `at`, dated when they were due (SC-1, SC-6). */
function catchUp(auction: Auction, at: Instant): Event[] {
  const opened = dueOpening(auction, at)
  const { stage, closesAt } = opened.reduce(evolve, auction)
  const isDue = stage.status === 'open' && closesAt !== null && closesAt <= at
  return isDue ? [...opened, closing(auction, closesAt)] : opened
}

function dueOpening({ stage, opensAt, closesAt }: Auction, at: Instant): Event[] {
  const isDue = stage.status === 'scheduled' && opensAt !== null && opensAt <= at
  return isDue ? [opening(closesAt!, opensAt)] : []
}

function closing(auction: Auction, at: Instant): Event {
  return { type: 'auction.closed', at, outcome: formats[auction.format].settle(auction) }
}

/** SC-5: an end that fell into an absence moves by its length. What was to open meanwhile opens first. */
function giveBack(auction: Auction, { since, at }: CommandOf<'outage'>): Event[] {
  const opened = dueOpening(auction, at)
  const { stage, closesAt } = opened.reduce(evolve, auction)
  const to = stage.status === 'open' && closesAt !== null ? endAfterOutage(closesAt, since, at) : null
  return to === null ? opened : [...opened, { type: 'closing.extended', at, from: closesAt!, to, reason: 'outage' }]
}

function decideNow(auction: Auction, command: Command): readonly Event[] | Rejection {
  switch (command.type) {
    case 'tick':
    case 'outage':
      return []
    case 'create':
      return create(command)
    case 'bid':
      return decideBid(auction, command)
    case 'update':
      return rejectOver(auction, command.at) ?? update(auction, command)
    case 'open':
      return rejectOver(auction, command.at) ?? open(auction, command.at)
    case 'close':
      return rejectNotLive(auction, command.at) ?? [closing(auction, command.at)]
    case 'cancel':
      return rejectOver(auction, command.at) ?? [{ type: 'auction.cancelled', at: command.at, reason: command.reason }]
    case 'pause':
      return rejectNotOpen(auction, command.at) ?? [{ type: 'auction.paused', at: command.at, reason: command.reason }]
    case 'resume':
      return rejectOver(auction, command.at) ?? resume(auction, command)
    case 'extend':
      return rejectNotOpen(auction, command.at) ?? extend(auction, command)
    case 'void':
      return rejectNotLive(auction, command.at) ?? voidBid(auction, command)
  }
}

function create({ id, sellerId, at, auction: input }: CommandOf<'create'>): readonly Event[] | Rejection {
  const details = newDetails(input, at)
  if (isRejection(details)) return details
  const status = input.status ?? 'scheduled'
  const created: Event = { type: 'auction.created', at, id, sellerId, details, status }
  return details.opensAt === at && status === 'scheduled' ? [created, opening(details.closesAt!, at)] : [created]
}

function opening(closesAt: Instant, at: Instant): Event {
  return { type: 'auction.opened', at, opensAt: at, closesAt }
}

function update(auction: Auction, command: CommandOf<'update'>): readonly Event[] | Rejection {
  const { changes, at, asKept } = command
  if (auction.bids !== null && !onlyAddsToDescription(auction, changes)) return reject('auction_has_bids')
  if (isChanged(auction, changes, 'format') || (asKept !== true && isChanged(auction, changes, 'currency')))
    return reject('auction_already_open')
  const details = changedDetails(auction, command)
  if (isRejection(details)) return details
  if (changesNothing(auction, details, changes.status)) return []
  const updated: Event = { type: 'auction.updated', at, details, status: changes.status ?? null }
  return [updated, ...catchUp(evolve(auction, updated), at)]
}

function changesNothing(auction: Auction, details: Details, status: string | undefined): boolean {
  const same = (key: string) =>
    JSON.stringify(details[key as keyof Details]) === JSON.stringify(auction[key as keyof Details])
  return Object.keys(details).every(same) && (status === undefined || status === auction.stage.status)
}

/** Once it has opened: a bid that is on its way would mean something else. */
function isChanged(auction: Auction, changes: AuctionChanges, name: 'currency' | 'format'): boolean {
  const isNew = changes[name] !== undefined && changes[name] !== auction[name]
  return isNew && (auction.stage.status === 'open' || auction.stage.status === 'paused')
}

function onlyAddsToDescription(auction: Auction, changes: AuctionChanges): boolean {
  const others = Object.keys(changes).filter((key) => key !== 'description')
  return others.length === 0 && (changes.description ?? '').startsWith(auction.description)
}

function open(auction: Auction, at: Instant): readonly Event[] | Rejection {
  const { status } = auction.stage
  if (status === 'open' || status === 'paused') return reject('auction_already_open')
  const { closesAt } = settledEnd({ ...auction, opensAt: at })
  if (closesAt === null || closesAt <= at) return invalid('closesAt', 'must be in the future')
  return [opening(closesAt, at)]
}

/** Without a new end, given now or during the pause, the time that was left at the pause is left again. */
function resume(auction: Auction, { closesAt, at }: CommandOf<'resume'>): readonly Event[] | Rejection {
  const { stage } = auction
  if (stage.status !== 'paused') return reject('auction_not_paused')
  const end = closesAt ?? (stage.leftMs === null ? auction.closesAt! : at + stage.leftMs)
  if (end <= at) return invalid('closesAt', 'must be in the future')
  return rejectTooFar(end, at) ?? [{ type: 'auction.resumed', at, closesAt: end }]
}

/** The house gives more time. It never takes any: bidders count on the end they were told. */
function extend(
  { closesAt: from }: Auction,
  { closesAt: to, reason: note, at }: CommandOf<'extend'>,
): readonly Event[] | Rejection {
  if (to <= from!) return invalid('closesAt', `must be later than ${toWire(from!)}, the present end`)
  return rejectTooFar(to, at) ?? [{ type: 'closing.extended', at, from: from!, to, reason: 'house', note }]
}

function rejectTooFar(closesAt: Instant, at: Instant): Rejection | null {
  if (closesAt - at <= DURATION_SECONDS_MAX * SECOND_MS) return null
  return invalid('closesAt', `must be within ${DURATION_SECONDS_MAX} seconds`)
}

function decideBid(auction: Auction, command: CommandOf<'bid'>): readonly Event[] | Rejection {
  const { offer } = command
  if ('lowerTo' in offer) return rejectNotLive(auction, command.at) ?? lower(auction, command, offer)
  const refused = rejectBidder(auction, command) ?? rejectNotOpen(auction, command.at)
  if (refused !== null) return refused
  const offered = offeredBy(auction, command, offer)
  if (offered === null) return reject('not_in_this_format')
  const placement = formats[auction.format].decideBid(auction, offered, command.anyRaise)
  if (isRejection(placement)) return placement
  const house = command.bidder.staff === 'allowed'
  if (house && !placement.visible && !isLeadMarked(auction)) return reject('staff_may_not_bid')
  return accepted(auction, { ...offered, house }, placement, command.at)
}

/** WHO-2: nobody would see that the house raises what leads, if that was bid by somebody who was not staff then. */
function isLeadMarked({ standing, bids }: Auction): boolean {
  return standing !== null && bidIn(bids, standing.bidId)?.house === true
}

/** PX-7: an exact bid's maximum is its amount. PX-10: the next bid is asked for, as far as the offer goes. Null where it is of another format. */
function offeredBy(
  auction: Auction,
  { bidId, bidder: { id: bidder } }: CommandOf<'bid'>,
  offer: Offer,
): Offered | null {
  const format = formats[auction.format]
  const asked = format.readOffer(offer)
  if (asked === null || !('upTo' in asked)) return asked && { bidId, bidder, ...asked }
  const { upTo: atMost } = asked
  return { bidId, bidder, maximum: format.side.worst(format.nextBid(auction), atMost), exact: true, atMost }
}

function accepted(
  auction: Auction,
  offered: Offered & Pick<Bid, 'house'>,
  placement: Placement,
  at: Instant,
): readonly Event[] {
  const { standing, amount, visible } = placement
  const bid: Bid = {
    ...offered,
    at,
    amount,
    paddle: auction.paddles.get(offered.bidder) ?? auction.paddles.size + 1,
    price: standing.price,
    seq: visible ? auction.seq + 1 : null,
    raises: visible ? null : standing.bidId,
    voided: false,
  }
  if (!visible) return [{ type: 'maximum.raised', at, bid, standing }]
  const placed: Event = { type: 'bid.placed', at, bid, standing, beaten: beatenBy(auction, placement) }
  return [placed, ...endMovedBy(auction, { bid, standing, closes: placement.closes }, at)]
}

/** VOID-3 */
function lower(
  auction: Auction,
  { bidId, bidder, at }: CommandOf<'bid'>,
  lowering: Lowering,
): readonly Event[] | Rejection {
  const standing = formats[auction.format].lower(auction, bidder.id, lowering)
  if (isRejection(standing)) return standing
  const bid: Bid = {
    bidId,
    bidder: bidder.id,
    maximum: standing.maximum,
    exact: false,
    lowers: true,
    at,
    amount: standing.price,
    paddle: auction.paddles.get(bidder.id)!,
    price: standing.price,
    seq: null,
    raises: lowering.bid,
    voided: false,
    house: false,
  }
  return [{ type: 'maximum.lowered', at, bid, standing }]
}

/** The maximum that lost the lead: public from now on. */
function beatenBy({ bids, standing: before }: Auction, { standing }: Placement): Beaten | null {
  if (before === null || before.bidder === standing.bidder) return null
  return { bid: before.bidId, amount: before.maximum, exact: bidIn(bids, before.bidId)!.exact }
}

function endMovedBy(
  auction: Auction,
  { bid: { paddle: winner }, standing: { price }, closes }: { bid: Bid; standing: Standing; closes: boolean },
  at: Instant,
): readonly Event[] {
  if (closes) return [{ type: 'auction.closed', at, outcome: { result: 'sold', price, winner, reason: 'buy_now' } }]
  if (!formats[auction.format].extends) return []
  const from = auction.closesAt!
  const to = extendedEnd(auction.terms.softClose, from, auction.extensions, at)
  return to === null ? [] : [{ type: 'closing.extended', at, from, to, reason: 'bid' }]
}

/** VOID-1: as if it had not been made. */
function voidBid(auction: Auction, { bidId, reason, pause, at }: CommandOf<'void'>): readonly Event[] | Rejection {
  const bids = inOrder(auction.bids)
  const bid = bids.find((one) => one.bidId === bidId && one.seq !== null)
  if (bid === undefined) return reject('bid_not_found')
  if (bid.voided) return reject('bid_voided')
  const remaining = bids.filter((one) => !one.voided && one.bidId !== bidId && one.raises !== bidId)
  const format = formats[auction.format]
  const standing = format.replay(auction, remaining)
  const voided = { type: 'bid.voided', at, bid, reason, standing, amounts: [], opened: [] } as const
  const after = evolve(auction, voided)
  const [amounts, opened] = [format.changedAmounts(auction, after), format.opened(bid, auction, after)]
  const pauses = pause === true && auction.stage.status === 'open'
  return [{ ...voided, amounts, opened }, ...(pauses ? ([{ type: 'auction.paused', at, reason }] as const) : [])]
}

function rejectBidder({ sellerId }: Auction, { bidder }: CommandOf<'bid'>): Rejection | null {
  if (bidder.id === sellerId) return reject('own_auction')
  if (bidder.blocked) return reject('bidder_blocked')
  return bidder.staff === 'refused' ? reject('staff_may_not_bid') : null
}

function rejectOver(auction: Auction, at: Instant): Rejection | null {
  if (!isOver(auction)) return null
  if (auction.stage.status === 'cancelled') return reject('auction_cancelled')
  const closesAt = auction.closesAt!
  return reject('auction_closed', { closesAt: toWire(closesAt), lateMilliseconds: at - closesAt })
}

function rejectNotLive(auction: Auction, at: Instant): Rejection | null {
  const over = rejectOver(auction, at)
  if (over !== null) return over
  const { status } = auction.stage
  if (status === 'open' || status === 'paused') return null
  return reject('auction_not_open', { opensAt: auction.opensAt === null ? null : toWire(auction.opensAt) })
}

function rejectNotOpen(auction: Auction, at: Instant): Rejection | null {
  return rejectNotLive(auction, at) ?? (auction.stage.status === 'paused' ? reject('auction_paused') : null)
}
