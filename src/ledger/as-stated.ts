import type { Amount } from '../domain/amount.ts'
import { type Auction, inOrder } from '../domain/auction.ts'
import type { Event } from '../domain/event.ts'
import { evolve } from '../domain/evolve.ts'
import { stepAbove } from '../domain/increments.ts'
import { publicEvent } from '../domain/view.ts'
import type { ChannelEvent } from '../protocol.ts'
import { difference } from './difference.ts'
import type { PublicAmount, Standing } from '../domain/formats/index.ts'

/**
 * Ledgers of versions before 3 do not tell what went with a void bid: from a void on the stated price and leader are taken,
 * where they are within what is certain.
 */

export type Stated = ChannelEvent & { type: 'bid.placed' | 'bid.voided' }

export function isStated(event: ChannelEvent): event is Stated {
  return event.type === 'bid.placed' || event.type === 'bid.voided'
}

/** The auction after an entry that the rules lead to otherwise, or null where it cannot be. */
export function takenAsStated(
  before: Auction,
  event: Event,
  actual: Stated,
  { standing, isBehindOther }: { readonly standing: Standing | null; readonly isBehindOther: boolean },
): Auction | null {
  if (actual.type === 'bid.voided' && event.type === 'bid.voided') {
    if (!isPossible(before, actual.data)) return null
    return adopted({ ...event, standing, amounts: actual.data.amounts as PublicAmount[] }, { before, actual })
  }
  if (!isBehindOther || actual.type !== 'bid.placed' || event.type !== 'bid.placed') return null
  const { data } = actual
  const leads = data.leader === data.paddle || data.leader === before.standing?.bidder
  const price = data.price ?? 0
  if (!leads || price < (before.standing?.price ?? 0) || price < data.amount) return null
  const beats = before.standing !== null && data.leader !== before.standing.bidder
  if (beats ? (data.beaten?.amount ?? price) >= price : data.beaten !== null) return null
  const bid = { ...event.bid, amount: data.amount as Amount }
  const beaten = data.beaten as PublicAmount | null
  return adopted({ ...event, bid, standing: standing!, beaten }, { before, actual })
}

function adopted(stated: Event, { before, actual }: { before: Auction; actual: ChannelEvent }): Auction | null {
  const told = evolve(before, stated)
  const shown = publicEvent(stated, told, before)!
  const { exact: _, ...data } = shown.data as { exact?: boolean }
  const { exact } = actual.data as { exact?: boolean }
  const asTold = { ...shown, data: exact === undefined ? data : { ...data, exact } } as typeof shown
  if (difference(asTold, actual) !== null) return null
  return remembering(told)
}

/** What the leader is taken to have raised to stays with the bid that leads, for a void that comes later. */
function remembering(told: Auction): Auction {
  const { standing, bids } = told
  const leading = inOrder(bids).find(({ bidId }) => bidId === standing?.bidId)
  if (standing === null || leading === undefined || leading.voided || leading.maximum >= standing.maximum) return told
  const bidId = `as stated after entry ${told.seq}`
  const raised = { bidId, maximum: standing.maximum, exact: false, seq: null }
  return evolve(told, {
    type: 'maximum.raised',
    at: leading.at,
    bid: { ...leading, ...raised, raises: leading.bidId },
    standing,
  })
}

type VoidData = (ChannelEvent & { type: 'bid.voided' })['data']

/** What is certain of a void: fewer bids, no price a step above all that was seen, a leader whose bids stand, nobody's offer left above the price. */
function isPossible(before: Auction, { bid, leader, price }: VoidData): boolean {
  const remaining = inOrder(before.bids).filter((one) => !one.voided && one.bidId !== bid && one.seq !== null)
  if (leader === null || price === null) return leader === null && price === null && remaining.length === 0
  const seen = inOrder(before.bids).flatMap((one) => [one.price, one.amount])
  const highest = Math.max(before.standing?.price ?? 0, ...seen) as Amount
  const voided = inOrder(before.bids).find((one) => one.bidId === bid)
  const own = inOrder(before.bids).filter((one) => one.bidder === leader && !one.voided && one.bidId !== bid)
  const others = remaining.filter((one) => one.bidder !== leader)
  return (
    others.length < remaining.length &&
    price >= before.terms.startPrice &&
    price <= stepAbove(before.terms.increments, highest) &&
    others.every((one) => (one.paddle === voided?.paddle ? one.amount : one.maximum) <= price) &&
    (leader === before.standing?.bidder || own.some((one) => one.maximum >= price))
  )
}
