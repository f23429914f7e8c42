import { explain } from './explanation.ts'
import { SECOND_MS, fromWire, toWire } from './instant.ts'
import type { FilmView, PublicEvent } from './wire.ts'
import type { Terms } from './formats/index.ts'
import type { FormatName } from './formats/shapes.ts'

/**
 * The last minute of bidding in an auction that is over, as a film: what happened when, and why, out of public events alone. It
 * ends with the hammer; a longer silence before it is shortened, and said.
 */

/** What the film shows before the last bid. */
const SHOWN_MS = 60 * SECOND_MS
/** What is left of the silence between the last bid and the hammer. */
const SILENCE_MS = 8 * SECOND_MS

export type FilmEvent = PublicEvent & { readonly seq: number }

type FilmStep = FilmView['steps'][number]

export type FilmFacts = { readonly currency: string; readonly format: FormatName; readonly terms: Terms }

type Placed = FilmEvent & { readonly type: 'bid.placed' }
type Room = Placed['data']

/** Where the film of these events begins, in epoch ms: they end with the close. Null where it does not. */
export function filmStart(events: readonly FilmEvent[]): number | null {
  const closed = events.findLast(({ type }) => type === 'auction.closed')
  if (closed === undefined) return null
  return fromWire((events.findLast(isBidding) ?? closed).at) - SHOWN_MS
}

/** Whether the events reach back far enough for the whole film: to before its start, and to what its first bid found. */
export function isWholeFilm(events: readonly FilmEvent[]): boolean {
  const start = filmStart(events)
  if (start === null || events[0]?.seq === 1) return true
  return events.some((event) => isBidding(event) && fromWire(event.at) < start)
}

/** Null where the auction did not close. Of events that do not reach back far enough the first bid is left out, for what it found is not known. */
export function filmOf(events: readonly FilmEvent[], facts: FilmFacts): FilmView | null {
  const closed = events.findLast(
    (event): event is FilmEvent & { type: 'auction.closed' } => event.type === 'auction.closed',
  )
  const start = filmStart(events)
  if (closed === undefined || start === null) return null
  const known = events[0]?.seq === 1 ? events : events.slice(events.findIndex(isBidding) + 1)
  const shown = known.filter(({ at }) => fromWire(at) >= start)
  const before = (seq: number) =>
    events.findLast((event) => isBidding(event) && event.seq < seq)?.data as Room | undefined
  const end = fromWire(closed.at)
  const steps = shown.flatMap((event) => stepOf(event, { events, start, before: before(event.seq) ?? null, facts }))
  const silent = end - Math.max(start, ...steps.map(({ at }) => fromWire(at)))
  const leftOutMs = steps.length === 0 ? 0 : Math.max(0, silent - SILENCE_MS)
  return {
    from: toWire(start),
    closedAt: closed.at,
    lengthMs: end - start - leftOutMs,
    leftOutMs,
    price: before(shown[0]?.seq ?? Number.MAX_SAFE_INTEGER)?.price ?? null,
    outcome: closed.data.outcome,
    steps,
  }
}

function isBidding({ type }: FilmEvent): boolean {
  return type === 'bid.placed' || type === 'bid.voided'
}

type Around = {
  readonly events: readonly FilmEvent[]
  readonly start: number
  readonly before: Room | null
  readonly facts: FilmFacts
}

function stepOf(event: FilmEvent, { events, start, before, facts }: Around): FilmStep[] {
  const { seq, at } = event
  const when = { seq, at, ms: fromWire(at) - start }
  switch (event.type) {
    case 'bid.placed': {
      const { bid, paddle, amount, price, leader } = event.data
      const next = events.find((one) => one.seq === seq + 1)
      const extendedTo = next?.type === 'closing.extended' && next.data.reason === 'bid' ? next.data.to : null
      const voided = events.some((one) => one.type === 'bid.voided' && one.data.bid === bid)
      const boughtNow = next?.type === 'auction.closed' && next.data.outcome.reason === 'buy_now'
      const { sentences } = explain({ ...facts, placed: event.data, before, boughtNow, extendedTo, voided })
      return [{ ...when, kind: 'bid', bid, paddle, amount, price, leader, extendedTo, voided, sentences }]
    }
    case 'bid.voided': {
      const { paddle, reason, price, leader } = event.data
      return [{ ...when, kind: 'void', paddle, reason, price, leader, extendedTo: null }]
    }
    case 'closing.extended': {
      const { reason, to } = event.data
      const { price = null, leader = null } = before ?? {}
      return reason === 'bid' ? [] : [{ ...when, kind: 'extension', reason, price, leader, extendedTo: to }]
    }
    default:
      return []
  }
}
