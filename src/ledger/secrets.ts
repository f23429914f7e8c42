import type { Amount } from '../domain/amount.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import type { ChannelEvent } from '../protocol.ts'

/** Figures for what a public ledger does not tell, such that nothing in it says otherwise. */
export type Guess = {
  /** What a bid really offered, where that is known: then nothing is taken as stated. */
  readonly offerOf?: (bidId: string) => Offer | Lowering | undefined
  /** Null where there is none. */
  readonly reserve: Amount | null
  readonly reigns: readonly Reign[]
  /** The bid that leads after an entry, where it is told later, by the one that beats it. */
  leadsAfter(seq: number): string | null
  /** Whether the bid of this entry bought at the buy-now price. */
  buysNow(seq: number): boolean
}

/** While one maximum led: from the entry that made it lead, up to the one that ended that. */
export type Reign = {
  readonly from: number
  readonly to: number
  readonly leader: string
  /** Raises that nobody saw taken ahead. */
  readonly maximum: Amount
}

/** A reserve that no maximum came to. */
export const UNREACHED = Number.MAX_SAFE_INTEGER as Amount

export function guessSecrets(events: readonly ChannelEvent[]): Guess {
  return {
    reserve: reserveIn(events),
    reigns: reignsIn(events),
    leadsAfter: (seq) => {
      const next = events.slice(seq).find((event) => event.type === 'bid.voided' || beats(event))
      return next?.type === 'bid.placed' ? next.data.beaten!.bid : null
    },
    buysNow: (seq) => {
      const next = events[seq]
      return next?.type === 'auction.closed' && next.data.outcome.reason === 'buy_now'
    },
  }
}

function beats(event: ChannelEvent): boolean {
  return event.type === 'bid.placed' && event.data.beaten !== null
}

/** The lowest price at which it was met: it cannot be above, and a price that it lifted (RES-2) stands right on it. */
function reserveIn(events: readonly ChannelEvent[]): Amount | null {
  const closed = events.find((event) => event.type === 'auction.closed')
  if (closed?.opening !== undefined) return closed.opening.reservePrice as Amount | null
  const states = events.flatMap((event) =>
    event.type === 'bid.placed' || event.type === 'bid.voided' ? [event.data] : [],
  )
  if (states.every(({ reserve }) => reserve === 'none')) return null
  const met = states.flatMap(({ reserve, price }) => (reserve === 'met' && price !== null ? [price] : []))
  return met.length === 0 ? UNREACHED : (Math.min(...met) as Amount)
}

/** A beaten maximum is told. One that was not beaten is taken to be the highest price it led at: it reached that at least. */
function reignsIn(events: readonly ChannelEvent[]): Reign[] {
  const reigns: Reign[] = []
  let current: { from: number; leader: string; highest: number } | null = null
  const end = (to: number, told?: number) => {
    if (current !== null) {
      const { from, leader, highest } = current
      reigns.push({ from, to, leader, maximum: (told ?? highest) as Amount })
    }
    current = null
  }
  const leads = (price: number | null) => {
    if (current !== null) current.highest = Math.max(current.highest, price ?? 0)
  }
  for (const { seq, type, data } of events) {
    if (type !== 'bid.placed' && type !== 'bid.voided') continue
    // After a void a maximum that had stopped the price may have been raised unseen: a reign of its own.
    if (type === 'bid.voided' || data.leader === data.paddle) {
      end(seq, type === 'bid.placed' ? data.beaten?.amount : undefined)
      if (data.leader !== null) current = { from: seq, leader: data.leader, highest: data.price ?? 0 }
    } else leads(data.price)
  }
  end(Number.MAX_SAFE_INTEGER)
  return reigns
}
