import type { Amount } from '../domain/amount.ts'
import { formats } from '../domain/formats/index.ts'
import type { FormatName } from '../domain/formats/shapes.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import type { ChannelEvent } from '../protocol.ts'
import { type Opened, formatIn, openedIn } from './openings.ts'

/** What a public ledger tells of its secrets, and figures for the others such that nothing in it says otherwise. */
export type Guess = {
  /** What a bid really offered, where the private chain is at hand. */
  readonly offerOf?: (bidId: string) => Offer | Lowering | undefined
  readonly opened: Opened
  /** Whether a bid was exact, where that was told when it was beaten. */
  exactness(bidId: string): boolean | undefined
  /** Null where there is none. */
  readonly reserve: Amount | null
  readonly reigns: readonly Reign[]
  /** The bid that leads after an entry, where it is told later, by the one that beats it. */
  leadsAfter(seq: number): string | null
  /** Whether the bid of this entry bought at the buy-now price. */
  buysNow(seq: number): boolean
  /** Written by an earlier version, which told less. */
  readonly isEarlier: boolean
}

/** While one maximum led: from the entry that made it lead, up to the one that ended that. */
export type Reign = {
  readonly from: number
  readonly to: number
  readonly leader: string
  /** The price after each entry: the maximum reached that at least. */
  readonly prices: readonly { readonly seq: number; readonly price: Amount }[]
  /** The maximum, where the end of the reign tells it. */
  readonly told: Amount | null
  /** Taken for the maximum, raises that nobody saw taken ahead: what was told, or the highest price. */
  readonly maximum: Amount
  /** The maximum that the next bid came upon, if nobody else led before: where a void allows it, it may have been lowered to that (VOID-3). */
  readonly lowered: Amount | null
}

export function reignAt({ reigns }: Guess, seq: number): Reign | undefined {
  return reigns.findLast(({ from, to }) => from <= seq && seq < to)
}

type Side = (typeof formats)[FormatName]['side']

export function bestOf(side: Side, [first, ...rest]: readonly Amount[]): Amount | null {
  return first === undefined ? null : side.best(first, ...rest)
}

export function guessSecrets(events: readonly ChannelEvent[]): Guess {
  const opened = openedIn(events)
  const exact = exactnessIn(events)
  const { side } = formats[formatIn(events)]
  return {
    opened,
    exactness: (bidId) => exact.get(bidId),
    reserve: reserveIn(side, events),
    reigns: reignsIn(side, events),
    leadsAfter: (seq) => {
      const next = events.slice(seq).find((event) => event.type === 'bid.voided' || beats(event))
      return next?.type === 'bid.placed' ? next.data.beaten!.bid : null
    },
    buysNow: (seq) => {
      const next = events[seq]
      return next?.type === 'auction.closed' && next.data.outcome.reason === 'buy_now'
    },
    isEarlier: events[0]?.ledger === undefined,
  }
}

function exactnessIn(events: readonly ChannelEvent[]): Map<string, boolean> {
  const exact = new Map<string, boolean>()
  const tell = (bid: string, is: boolean | undefined) => is !== undefined && exact.set(bid, is)
  for (const { type, data } of events) {
    if (type !== 'bid.placed') continue
    tell(data.bid, data.exact)
    if (data.beaten !== null) tell(data.beaten.bid, data.beaten.exact)
  }
  return exact
}

function beats(event: ChannelEvent): boolean {
  return event.type === 'bid.placed' && event.data.beaten !== null
}

/** The worst price at which it was met: it cannot be beyond, and a price that it moved (RES-2) stands right on it. Where it was not met: what no maximum came to. */
function reserveIn(side: Side, events: readonly ChannelEvent[]): Amount | null {
  const closed = events.find((event) => event.type === 'auction.closed')
  if (closed?.opening !== undefined) return closed.opening.reservePrice as Amount | null
  const states = events.flatMap((event) =>
    event.type === 'bid.placed' || event.type === 'bid.voided' ? [event.data] : [],
  )
  if (states.every(({ reserve }) => reserve === 'none')) return null
  const [first, ...rest] = states.flatMap(({ reserve, price }) =>
    reserve === 'met' && price !== null ? [price as Amount] : [],
  )
  return first === undefined ? side.utmost : side.worst(first, ...rest)
}

type Begun = { readonly from: number; readonly leader: string; readonly prices: { seq: number; price: Amount }[] }

/** A beaten maximum is told. One that was not beaten is taken to be the highest price it led at: it reached that at least. */
function reignsIn(side: Side, events: readonly ChannelEvent[]): Reign[] {
  const reigns: Reign[] = []
  const paddles = new Map<string, string>()
  let current: Begun | null = null
  const end = (to: number, told: number | null) => {
    if (current !== null) reigns.push(reignOf(side, current, to, told as Amount | null))
  }
  for (const { seq, type, data } of events) {
    if (type !== 'bid.placed' && type !== 'bid.voided') continue
    if (type === 'bid.placed') paddles.set(data.bid, data.paddle)
    const price = { seq, price: (data.price ?? 0) as Amount }
    // After a void a maximum that had stopped the price may have been raised unseen: a reign of its own.
    if (type === 'bid.voided' || data.leader === data.paddle) {
      end(seq, type === 'bid.placed' ? (data.beaten?.amount ?? null) : toldBy(side, data, { paddles, led: current }))
      current = data.leader === null ? null : { from: seq, leader: data.leader, prices: [price] }
    } else current?.prices.push(price)
  }
  end(Number.MAX_SAFE_INTEGER, null)
  return withLowerings(reigns)
}

function reignOf(side: Side, begun: Begun, to: number, told: Amount | null): Reign {
  const prices = begun.prices.map(({ price }) => price)
  const maximum = told ?? bestOf(side, prices)!
  const wasTried = begun.prices.length > 1 || told !== null
  return { ...begun, to, told, maximum, lowered: wasTried ? maximum : null }
}

/** Where a void came before the next bid, the maximum that this one came upon. */
function withLowerings(reigns: readonly Reign[]): Reign[] {
  const known: Reign[] = []
  for (const reign of reigns.toReversed()) {
    const next = known.at(-1)
    const goesOn = next !== undefined && next.from === reign.to && next.leader === reign.leader
    known.push(reign.lowered === null && goesOn ? { ...reign, lowered: next.lowered } : reign)
  }
  return known.toReversed()
}

/** The whole maximum of whoever no longer leads, where a bid of somebody else is made void. */
function toldBy(
  side: Side,
  { paddle, leader, amounts }: (ChannelEvent & { type: 'bid.voided' })['data'],
  { paddles, led }: { readonly paddles: ReadonlyMap<string, string>; readonly led: Begun | null },
): number | null {
  const whole = amounts.filter(({ bid }) => paddles.get(bid) === led?.leader).map(({ amount }) => amount as Amount)
  if (led === null || led.leader === leader || led.leader === paddle || whole.length === 0) return null
  return bestOf(side, [...whole, ...led.prices.map(({ price }) => price)])
}
