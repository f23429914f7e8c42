import { type Amount, highest } from '../domain/amount.ts'
import { type Auction, inOrder, isOver } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import { decide } from '../domain/decide.ts'
import { type Event, isPublic } from '../domain/event.ts'
import { evolve, unborn } from '../domain/evolve.ts'
import { fromWire } from '../domain/instant.ts'
import type { Standing } from '../domain/proxy.ts'
import type { PublicAmount } from '../domain/public-amounts.ts'
import { stepAbove } from '../domain/increments.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import { detailsView, publicEvent } from '../domain/view.ts'
import type { PublicEvent } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { changesOf, creationOf, withReserve } from './asked.ts'
import { shown } from './canonical.ts'
import { type Guess, UNREACHED, guessSecrets } from './secrets.ts'

/**
 * Replays a public ledger by the rules. What is secret is not needed: for maxima and the reserve figures are put in that agree
 * with all that is public, and everything else – prices, leaders, minimum bids, extensions, the outcome – must follow.
 */

export type Flaw = { readonly seq: number; readonly why: string }

/**
 * The first entry that does not follow from those before it, or null; and the entries whose price and leader were taken as
 * stated. With a voided bid go its silent raises, and which those were is not public: there the rules give only bounds, and
 * the private chain the rest.
 */
export function replay(events: readonly ChannelEvent[]): {
  readonly flaw: Flaw | null
  readonly taken: readonly number[]
  /** What must come next, where the rules bring it by themselves. */
  readonly due: Event['type'] | null
} {
  const house = new Replay(guessSecrets(events))
  for (const event of events) {
    const why = followSafely(house, event)
    if (why !== null) return { flaw: { seq: event.seq, why }, taken: house.taken, due: null }
  }
  return { flaw: null, taken: house.taken, due: house.due }
}

/** What the rules' own code trips over is no ledger it wrote. */
function followSafely(house: Replay, event: ChannelEvent): string | null {
  try {
    return house.follow(event)
  } catch {
    return 'holds what no version of the rules can write'
  }
}

/** The auction after entry `seq` of a ledger that holds, with figures for what is secret. */
export function auctionAfter(events: readonly ChannelEvent[], seq: number): Auction {
  const house = new Replay(guessSecrets(events))
  for (const event of events.slice(0, seq)) house.follow(event)
  return house.auction
}

type VoidData = (ChannelEvent & { type: 'bid.voided' })['data']

type Tried = {
  readonly id: string
  readonly paddle: string
  readonly house?: true | undefined
  readonly offer: Offer | Lowering
  readonly at: number
}

/** Events that the rules bring by themselves, and that must come next. */
type Expected = { readonly event: Event; readonly before: Auction; readonly after: Auction }

export class Replay {
  readonly #guess: Guess
  readonly taken: number[] = []
  #auction: Auction = unborn
  #expected: Expected[] = []
  #raises = 0

  constructor(guess: Guess) {
    this.#guess = guess
  }

  get auction(): Auction {
    return this.#auction
  }

  /** The event that a command before this brought as well, and that is not there yet. */
  get due(): Event['type'] | null {
    return this.#expected[0]?.event.type ?? null
  }

  /** Why this event cannot come next, or null. */
  follow(actual: ChannelEvent): string | null {
    const isFirst = this.#auction === unborn
    if (isFirst !== (actual.type === 'auction.created'))
      return isFirst ? `begins with ${actual.type}` : 'created a second time'
    if (isOver(this.#auction)) return 'something follows the end'
    if (this.#expected.length === 0) {
      const refused = this.#act(actual)
      if (refused !== null) return refused
    }
    const next = this.#expected.shift()
    if (next === undefined) return `${actual.type} changes nothing`
    const why = difference(stated(next, actual), actual)
    const after = why === null ? next.after : this.#takeAsStated(next.event, actual)
    if (after === null) return why
    this.#auction = after
    if (this.#expected.length > 0) return null
    const maximum = this.#maximumAfter(actual.seq)
    if (actual.type === 'bid.voided') this.#lowerTo(maximum, fromWire(actual.at))
    this.#raiseTo(maximum, fromWire(actual.at))
    return null
  }

  /** The leading maximum after an entry, or null. */
  #maximumAfter(seq: number): Amount | null {
    return this.#guess.reigns.findLast(({ from, to }) => from <= seq && seq < to)?.maximum ?? null
  }

  /** From a void on: the price and the leader that are stated, where they are within what is certain. */
  #takeAsStated(event: Event, actual: ChannelEvent): Auction | null {
    if (this.#guess.offerOf !== undefined) return null
    const before = this.#auction
    if (actual.type === 'bid.voided' && event.type === 'bid.voided') {
      if (!isPossible(before, actual.data)) return null
      const stated: Event = {
        ...event,
        standing: this.#standing(actual),
        amounts: actual.data.amounts as PublicAmount[],
      }
      return this.#adopt(stated, actual)
    }
    if (this.taken.length === 0 || actual.type !== 'bid.placed' || event.type !== 'bid.placed') return null
    const { data } = actual
    const leads = data.leader === data.paddle || data.leader === before.standing?.bidder
    const price = data.price ?? 0
    if (!leads || price < (before.standing?.price ?? 0) || price < data.amount) return null
    const beats = before.standing !== null && data.leader !== before.standing.bidder
    if (beats ? (data.beaten?.amount ?? price) >= price : data.beaten !== null) return null
    const bid = { ...event.bid, amount: data.amount as Amount }
    const stated: Event = {
      ...event,
      bid,
      standing: this.#standing(actual)!,
      beaten: data.beaten as PublicAmount | null,
    }
    return this.#adopt(stated, actual)
  }

  #adopt(stated: Event, actual: ChannelEvent): Auction | null {
    const told = evolve(this.#auction, stated)
    if (difference(publicEvent(stated, told, this.#auction)!, actual) !== null) return null
    this.taken.push(actual.seq)
    const after = this.#remembering(told)
    // What follows at once, such as an extension, does not hang on the price.
    this.#expected = following(
      after,
      this.#expected.map(({ event }) => event),
    )
    return after
  }

  /** What the leader is taken to have raised to stays with the bid that leads, for a void that comes later. */
  #remembering(told: Auction): Auction {
    const { standing, bids } = told
    const leading = inOrder(bids).find(({ bidId }) => bidId === standing?.bidId)
    if (standing === null || leading === undefined || leading.voided || leading.maximum >= standing.maximum) return told
    this.#raises += 1
    const raised = { bidId: `raise ${this.#raises}`, maximum: standing.maximum, exact: false, seq: null }
    const bid = { ...leading, ...raised, raises: leading.bidId }
    return evolve(told, { type: 'maximum.raised', at: leading.at, bid, standing })
  }

  /** As stated. Which bid leads shows when it is beaten. */
  #standing({ seq, data }: ChannelEvent & { type: 'bid.placed' | 'bid.voided' }): Standing | null {
    if (data.leader === null || data.price === null) return null
    const price = data.price as Amount
    const maximum = this.#maximumAfter(seq) ?? price
    return { bidId: this.#guess.leadsAfter(seq) ?? data.bid, bidder: data.leader, maximum, price, beaten: null }
  }

  /** Does what must have been done for this to happen. */
  #act(actual: ChannelEvent): string | null {
    const at = fromWire(actual.at)
    switch (actual.type) {
      case 'auction.created':
        return this.#create(actual, at)
      case 'auction.updated':
        return this.#update(actual, at)
      case 'auction.opened':
        return this.#open(actual, at)
      case 'bid.placed':
        return this.#bid(actual, at)
      case 'closing.extended': {
        const { from, to, reason, note } = actual.data
        const moved = fromWire(to) - fromWire(from)
        if (reason === 'outage') return this.#decide({ type: 'outage', since: at - moved, at })
        if (reason === 'bid') return 'no bid moved the end'
        return this.#decide({ type: 'extend', closesAt: fromWire(to), reason: note ?? '', at })
      }
      case 'bid.voided':
        return this.#decide({ type: 'void', bidId: actual.data.bid, reason: actual.data.reason, at })
      case 'auction.paused':
        return this.#decide({ type: 'pause', reason: actual.data.reason, at })
      case 'auction.resumed':
        return this.#decide({ type: 'resume', closesAt: fromWire(actual.data.closesAt), at })
      case 'auction.closed':
        return this.#decide({ type: at === this.#auction.closesAt ? 'tick' : 'close', at })
      case 'auction.cancelled':
        return this.#decide({ type: 'cancel', reason: actual.data.reason, at })
    }
  }

  #create({ data }: ChannelEvent & { type: 'auction.created' }, at: number): string | null {
    const asked = creationOf(data)
    if (asked === null) return 'no auction can be created like this'
    const auction = withReserve(asked, this.#guess.reserve)
    return this.#decide({ type: 'create', id: 'replayed', sellerId: data.seller, at, auction })
  }

  #update({ data }: ChannelEvent & { type: 'auction.updated' }, at: number): string | null {
    const { bids } = this.#auction
    const reserve = data.reserve === 'none' ? null : (this.#guess.reserve ?? UNREACHED)
    const asked = changesOf(this.#auction, data)
    if (asked === null) return 'no auction can be changed like this'
    const why = this.#decide({ type: 'update', changes: withReserve(asked, reserve), at, anyCurrency: true })
    if (why !== null || this.#expected.length > 0 || bids !== null) return why
    // Before the first bid the reserve may have changed, or the length of a draft: neither is public.
    return this.#take([{ type: 'auction.updated', at, details: this.#auction, status: null }])
  }

  #open({ data }: ChannelEvent & { type: 'auction.opened' }, at: number): string | null {
    const { stage, opensAt, closesAt } = this.#auction
    if (stage.status === 'scheduled' && at === opensAt) return this.#decide({ type: 'tick', at })
    // By hand. Where a length was given the end moves along; of a draft nobody was told any.
    const durationMs = fromWire(data.closesAt) - at
    const isLength = stage.status === 'draft' || durationMs === closesAt! - opensAt!
    if (isLength) this.#auction = { ...this.#auction, durationMs }
    return this.#decide({ type: 'open', at })
  }

  #bid({ seq, data }: ChannelEvent & { type: 'bid.placed' }, at: number): string | null {
    const bid = (offer: Offer | Lowering) =>
      this.#tryBid({ id: data.bid, paddle: data.paddle, house: data.house, offer, at })
    const known = this.#guess.offerOf?.(data.bid)
    if (known !== undefined) return bid(known)
    if (data.leader !== data.paddle) return bid({ maximum: data.amount as Amount })
    const maximum = this.#maximumAfter(seq) ?? (data.amount as Amount)
    if (this.#guess.buysNow(seq)) return bid({ amount: data.amount as Amount })
    const asMaximum = bid({ maximum })
    if (asMaximum === null && this.#leadsAt(data.price)) return null
    // An exact bid made the price what it wished (PX-7); what it led with beyond was raised later.
    const expected = this.#expected
    if (bid({ amount: data.price as Amount }) === null && this.#leadsAt(data.price)) return null
    this.#expected = expected
    return asMaximum
  }

  #leadsAt(price: number | null): boolean {
    return this.#expected[0]?.after.standing?.price === price
  }

  #tryBid({ id, paddle, house, offer, at }: Tried): string | null {
    // Whether the house let its staff bid is not public; that it says so is (WHO-2).
    const bidder = { id: paddle, blocked: false, staff: house === true ? 'allowed' : null } as const
    return this.#decide({ type: 'bid', at, bidId: id, bidder, offer, anyRaise: true })
  }

  /** Why this bid cannot have been a raise that nobody saw, or null. */
  raise(bid: Tried): string | null {
    const refused = this.#tryBid(bid)
    if (refused !== null) return refused
    if (this.#expected.length > 0) return 'a raise that everybody would have seen'
    return null
  }

  /** A raise that nobody saw: its effect is seen when the maximum is beaten. */
  #raiseTo(maximum: Amount | null, at: number): void {
    const { standing } = this.#auction
    if (standing === null || maximum === null || maximum <= standing.maximum) return
    this.#raises += 1
    const bidder = { id: standing.bidder, blocked: false }
    const command: Command = {
      type: 'bid',
      at,
      bidId: `raise ${this.#raises}`,
      bidder,
      offer: { maximum },
      anyRaise: true,
    }
    const { events } = decide(this.#auction, command)
    if (events.length > 0 && events.every((event) => !isPublic(event)))
      this.#auction = events.reduce(evolve, this.#auction)
  }

  /** What leads again by a void may have been lowered, which nobody saw: to what it then held out at, at least (VOID-3). */
  #lowerTo(maximum: Amount | null, at: number): void {
    const { standing, lowerable } = this.#auction
    if (standing === null || maximum === null || lowerable !== standing.bidId) return
    this.#raises += 1
    const bidder = { id: standing.bidder, blocked: false }
    const offer = { lowerTo: highest(maximum, standing.price), bid: standing.bidId }
    const { events } = decide(this.#auction, { type: 'bid', at, bidId: `lowered ${this.#raises}`, bidder, offer })
    this.#auction = events.reduce(evolve, this.#auction)
  }

  #decide(command: Command): string | null {
    const { events, rejection } = decide(this.#auction, command)
    if (events.length === 0 && rejection !== null) return `the rules refuse this: ${rejection.rejected}`
    return this.#take(events)
  }

  #take(events: readonly Event[]): null {
    this.#expected = following(this.#auction, events.filter(isPublic))
    if (this.#expected.length === 0) this.#auction = events.reduce(evolve, this.#auction)
    return null
  }
}

function following(from: Auction, events: readonly Event[]): Expected[] {
  let after = from
  return events.map((event) => {
    const before = after
    return { event, before, after: (after = evolve(before, event)) }
  })
}

/** An update names what changed. Earlier ledgers name all details: what is named beyond must be as it is. */
function stated({ event, before, after }: Expected, actual: ChannelEvent): PublicEvent {
  const expected = publicEvent(event, after, before)!
  if (expected.type !== 'auction.updated' || actual.type !== 'auction.updated') return expected
  const more = Object.entries(detailsView(after, 'public')).filter(([name]) => name in actual.data)
  return { ...expected, data: { ...Object.fromEntries(more), ...expected.data } }
}

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

function difference(expected: PublicEvent, { type, at, data }: ChannelEvent): string | null {
  if (expected.type !== type) return `by the rules ${expected.type} must come here, not ${type}`
  if (expected.at !== at) return `by the rules this happened at ${expected.at}, not at ${at}`
  const [wanted, found] = [expected.data as Record<string, unknown>, data as Record<string, unknown>]
  const wrong = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].find(
    (name) => shown(name, wanted[name]) !== shown(name, found[name]),
  )
  if (wrong === undefined) return null
  return `by the rules ${wrong} is ${shown(wrong, wanted[wrong])}, not ${shown(wrong, found[wrong])}`
}
