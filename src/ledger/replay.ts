import type { Amount } from '../domain/amount.ts'
import { type Auction, type Bid, bidIn, inOrder, isOver } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import { decide } from '../domain/decide.ts'
import { type Event, isPublic } from '../domain/event.ts'
import { evolve, unborn } from '../domain/evolve.ts'
import { fromWire } from '../domain/instant.ts'
import { type Standing, formats } from '../domain/formats/index.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import { detailsView, publicEvent } from '../domain/view.ts'
import type { BidOpening, PublicEvent } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { type Stated, isStated, takenAsStated } from './as-stated.ts'
import { changesOf, creationOf, withReserve } from './asked.ts'
import { latestUnopened, withExact, withRaise, withUnseenLowering, withUnseenRaise } from './assumed.ts'
import { offeredBy } from './commitment.ts'
import { difference } from './difference.ts'
import { type Silent, limitOf, limitOffer } from './openings.ts'
import { type Guess, guessSecrets, reignAt } from './secrets.ts'

/**
 * Replays a public ledger by the rules. What is secret is not needed: for maxima and the reserve figures are put in that agree
 * with all that is public, and everything else – prices, leaders, minimum bids, extensions, the outcome – must follow.
 */

export type Flaw = { readonly seq: number; readonly why: string }

/**
 * The first entry that does not follow from those before it, or null; and the entries whose price and leader were taken as
 * stated, which is done in ledgers of earlier versions only.
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

function isOpening(opening: BidOpening, offered: Bid): boolean {
  return opening.bid === offered.bidId && limitOf(opening) === offeredBy(offered)
}

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
  /** Bids that took the lead and may have been exact as well, by what is public. */
  readonly #unclear = new Set<string>()

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
    const why = this.#difference(next, actual)
    const after = why === null ? next.after : this.#takeAsStated(next.event, actual)
    if (after === null) return why
    this.#auction = after
    return this.#expected.length > 0 ? null : this.#followUnseen(actual)
  }

  #difference(next: Expected, actual: ChannelEvent): string | null {
    return difference(stated(next, actual, this.#guess.isEarlier), actual) ?? this.#openedOtherwise(next.event, actual)
  }

  /** Where the private chain is at hand, a void opens what the rules say, no more and no less, in order. */
  #openedOtherwise(event: Event, { openings }: ChannelEvent): string | null {
    if (this.#guess.offerOf === undefined || event.type !== 'bid.voided' || openings === undefined) return null
    const found = new Set(openings.map(({ bid }) => bid))
    // Of raises that follow each other it may open the last alone.
    const wanted = event.opened.filter(
      ({ bidId, raises, lowers }, i) =>
        found.has(bidId) || raises === null || lowers === true || raises !== event.opened[i + 1]?.raises,
    )
    const isSame = wanted.length === openings.length && wanted.every((bid, i) => isOpening(openings[i]!, bid))
    return isSame ? null : 'opens other bids than the rules say'
  }

  /** What nobody saw after an entry: what is opened later, and what must have been for all that follows. */
  #followUnseen(actual: ChannelEvent): string | null {
    const { seq } = actual
    const at = fromWire(actual.at)
    for (const silent of this.#guess.opened.silent) {
      const why = silent.asOfSeq === seq ? this.#opened(silent, at) : null
      if (why !== null) return why
    }
    if (actual.type === 'bid.voided') this.#auction = withUnseenLowering(this.#auction, this.#guess, seq, at)
    this.#auction = withUnseenRaise(this.#auction, this.#guess, seq, at)
    return null
  }

  #opened({ id, paddle, goesWith, offer }: Silent, at: number): string | null {
    const why = this.raise({ id, paddle, offer, at })
    if (why !== null) return `leaves no place for ${id}, which a void opens: ${why}`
    return bidIn(this.#auction.bids, id)?.raises === goesWith ? null : `lets ${id} go with another bid than a void says`
  }

  /** In earlier versions: the price and the leader that are stated. */
  #takeAsStated(event: Event, actual: ChannelEvent): Auction | null {
    if (!this.#guess.isEarlier || !isStated(actual)) return null
    const isBehindOther = this.taken.length > 0
    const after = takenAsStated(this.#auction, event, actual, { standing: this.#standing(actual), isBehindOther })
    if (after === null) return null
    this.taken.push(actual.seq)
    // What follows at once, such as an extension, does not hang on the price.
    this.#expected = following(
      after,
      this.#expected.map(({ event: one }) => one),
    )
    return after
  }

  /** As stated. Which bid leads shows when it is beaten. */
  #standing({ seq, data }: Stated): Standing | null {
    if (data.leader === null || data.price === null) return null
    const price = data.price as Amount
    const maximum = reignAt(this.#guess, seq)?.maximum ?? price
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
        return this.#void(actual, at)
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
    const asked = changesOf(this.#auction, data)
    if (asked === null) return 'no auction can be changed like this'
    const { utmost } = formats[asked.format ?? this.#auction.format].side
    const reserve = data.reserve === 'none' ? null : (this.#guess.reserve ?? utmost)
    const why = this.#decide({ type: 'update', changes: withReserve(asked, reserve), at, asKept: true })
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
    const guess = this.#guess
    const known = guess.offerOf?.(data.bid) ?? guess.opened.offers.get(data.bid)
    if (known !== undefined) return bid(known)
    const [amount, price] = [data.amount as Amount, data.price as Amount]
    if (data.leader !== data.paddle)
      return bid(data.exact === true ? { amount } : limitOffer(this.#auction.format, amount))
    const isExact = guess.buysNow(seq) || guess.exactness(data.bid)
    if (isExact === true) return bid({ amount })
    const { standing } = this.#auction
    const takesLead = standing?.bidder !== data.paddle
    // It was taken: it was not below the minimum bid.
    const format = formats[this.#auction.format]
    const least = takesLead ? format.nextBid(this.#auction) : amount
    const maximum = format.side.best(reignAt(this.#guess, seq)?.maximum ?? amount, least)
    const asMaximum = bid(limitOffer(this.#auction.format, maximum))
    if (isExact === false) return asMaximum
    if (asMaximum === null && this.#leadsAt(price)) {
      if (takesLead) this.#unclear.add(data.bid)
      return null
    }
    // An exact bid made the price what it wished (PX-7); what it led with beyond was raised later.
    const expected = this.#expected
    if (bid({ amount: price }) === null && this.#leadsAt(price)) return null
    this.#expected = expected
    return asMaximum
  }

  #leadsAt(price: number | null): boolean {
    return this.#expected[0]?.after.standing?.price === price
  }

  /** Of the figures that agree with all that came before, those that lead to what is stated. */
  #void(actual: ChannelEvent & { type: 'bid.voided' }, at: number): string | null {
    const { bid: bidId, reason } = actual.data
    const command: Command = { type: 'void', bidId, reason, at }
    for (const auction of this.#explanations(actual)) {
      const expected = following(auction, decide(auction, command).events.filter(isPublic))
      if (expected[0] === undefined || this.#difference(expected[0], actual) !== null) continue
      this.#auction = auction
      this.#expected = expected
      return null
    }
    return this.#decide(command)
  }

  /** Whoever leads may have led with an exact bid, and who led before as well with what another bid of theirs held beyond. */
  *#explanations({ seq, data: { leader, bid } }: ChannelEvent & { type: 'bid.voided' }): Generator<Auction> {
    const auction = this.#auction
    yield auction
    const unclear = inOrder(auction.bids).findLast(
      ({ bidId, bidder, voided }) => bidder === leader && !voided && this.#unclear.has(bidId),
    )
    if (unclear !== undefined) yield withExact(auction, unclear.bidId)
    const maximum = reignAt(this.#guess, seq)?.maximum
    const other = leader === auction.standing?.bidder ? latestUnopened(auction, this.#guess, seq, bid) : undefined
    if (other === undefined || maximum === undefined) return
    const raised = withRaise(auction, other, maximum)
    yield raised
    if (unclear !== undefined) yield withExact(raised, unclear.bidId)
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

/**
 * An update names what changed. Earlier ledgers name all details: what is named beyond must be as it is. And they do not tell
 * which beaten bids were exact.
 */
function stated({ event, before, after }: Expected, actual: ChannelEvent, isEarlier: boolean): PublicEvent {
  const expected = publicEvent(event, after, before)!
  if (expected.type === 'bid.placed' && actual.type === 'bid.placed' && isEarlier)
    return { ...expected, data: asMuchAs(expected.data, actual.data) }
  if (expected.type !== 'auction.updated' || actual.type !== 'auction.updated') return expected
  const more = Object.entries(detailsView(after, 'public')).filter(([name]) => name in actual.data)
  return { ...expected, data: { ...Object.fromEntries(more), ...expected.data } }
}

type PlacedData = (PublicEvent & { type: 'bid.placed' })['data']

function asMuchAs({ exact, beaten, ...data }: PlacedData, actual: PlacedData): PlacedData {
  const { exact: wasExact, ...lost } = beaten ?? {}
  return {
    ...data,
    ...(actual.exact === undefined ? {} : { exact }),
    beaten: beaten && ({ ...lost, ...(actual.beaten?.exact === undefined ? {} : { exact: wasExact }) } as never),
  }
}
