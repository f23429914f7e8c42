import { isDeepStrictEqual } from 'node:util'
import type { AuctionView, ChannelEvent } from '../../src/sdk/index.ts'
import type { Case } from './checker.ts'
import { show } from './check-bids.ts'
import { isEnd } from './check-ledger.ts'
import type { Sight, Stream } from './history.ts'
import type { State } from './state.ts'

/** What a snapshot shows of the history. */
const BIDS_SHOWN = 20

const SHOWN = [
  'seq',
  'head',
  'status',
  'price',
  'minimumBid',
  'leader',
  'bidCount',
  'bidderCount',
  'opensAt',
  'closesAt',
  'extensions',
] as const

export function checkViews({ looks, states, claim }: Case): void {
  for (const { view } of looks)
    claim(agree(view, states[view.seq]), 'view_wrong', () => difference(view, states[view.seq]))
}

/** Whether a view is the state at its seq. */
export function agree(view: AuctionView, state: State | undefined): boolean {
  if (state === undefined) return false
  return SHOWN.every((field) => view[field] === state[field]) && isDeepStrictEqual(view.outcome, state.outcome)
}

function difference(view: AuctionView, state: State | undefined): string {
  const fields = [...SHOWN, 'outcome'] as const
  const wrong = fields.filter((field) => !isDeepStrictEqual(view[field], state?.[field]))
  return wrong.map((field) => `${field} is shown as ${show(view[field])}, and was ${show(state?.[field])}`).join('; ')
}

/** Every watcher's stream is the ledger's slice, any break announced. */
export function checkStreams(one: Case): void {
  for (const stream of one.streams) {
    const connections = split(stream)
    for (const sights of connections) new Following(one, stream.watcher).follow(sights)
    const told = connections.at(-1)?.some((sight) => sight.kind === 'ended' && sight.over) === true
    const over = one.events.some(isEnd)
    one.claim(told || !over, 'end_missing', () => stream.watcher)
  }
}

function split({ sights }: Stream): Sight[][] {
  const connections: Sight[][] = []
  for (const sight of sights) {
    if (sight.kind === 'connected') connections.push([])
    connections.at(-1)!.push(sight)
  }
  return connections
}

/** One connection, sight by sight. `at` is the latest seq that was shown; null before the first. */
class Following {
  readonly #one: Case
  readonly #watcher: string
  #at: number | null = null
  #resumed = false
  readonly #missing = new Set<number>()

  constructor(one: Case, watcher: string) {
    this.#one = one
    this.#watcher = watcher
  }

  follow(sights: readonly Sight[]): void {
    for (const sight of sights) this.#see(sight)
    const { claim } = this.#one
    claim(this.#missing.size === 0, 'event_missing', () => `${this.#watcher}: ${[...this.#missing].join(', ')}`)
  }

  #see(sight: Sight): void {
    const { claim, events, states } = this.#one
    switch (sight.kind) {
      case 'connected':
        this.#at = sight.after
        this.#resumed = sight.after !== null
        return
      case 'snapshot':
        this.#snapshot(sight.snapshot)
        return
      case 'events':
        for (const event of sight.events) this.#event(event, sight.at)
        return
      case 'heartbeat':
        claim(
          states[sight.seq]?.head === sight.head,
          'heartbeat_wrong',
          () => `${this.#watcher}: ${sight.seq} ${sight.head}`,
        )
        return
      case 'ended':
        if (!sight.over) return
        claim(
          events.some(isEnd) && (this.#at === null || this.#at >= events.length),
          'ended_early',
          () => `${this.#watcher} at ${this.#at} of ${events.length}`,
        )
    }
  }

  #snapshot({ seq, auction, bids }: Extract<Sight, { kind: 'snapshot' }>['snapshot']): void {
    const { claim, states } = this.#one
    const state = states[seq]
    const right = auction.seq === seq && agree(auction, state)
    claim(right, 'snapshot_wrong', () => `${this.#watcher} at ${seq}: ${difference(auction, state)}`)
    const shown = state?.bids.slice(0, BIDS_SHOWN)
    claim(isDeepStrictEqual(bids, shown), 'snapshot_wrong', () => `${this.#watcher}: ${show(bids)} for ${show(shown)}`)
    this.#at = seq
    this.#resumed = false
  }

  #event(event: ChannelEvent, seenAt: number): void {
    const { claim, events } = this.#one
    const { seq } = event
    const recorded = events[seq - 1]
    const kind = event.type === 'auction.closed' ? 'closed_early' : 'stamped_outside'
    claim(Date.parse(event.at) <= seenAt, kind, () => `${this.#watcher} saw ${show(event)} before its time`)
    claim(recorded !== undefined, 'event_unrecorded', () => `${this.#watcher}: ${show(event)}`)
    const same = recorded === undefined || recorded === event || isDeepStrictEqual(recorded, event)
    claim(same, 'event_differs', () => `${this.#watcher}: ${show(event)} for ${show(recorded)}`)
    this.#follow(seq)
    this.#resumed = false
  }

  /** A number ahead leaves those between missing; if they come later, they were out of order. */
  #follow(seq: number): void {
    const { claim } = this.#one
    const at = this.#at
    if (at === null || this.#resumed) {
      claim(at !== null && seq === at + 1, 'resume_gap', () => `${this.#watcher}: ${seq} after ${at}`)
      this.#at = seq
      return
    }
    if (seq <= at) {
      const late = this.#missing.delete(seq)
      claim(false, late ? 'events_disordered' : 'event_repeated', () => `${this.#watcher}: ${seq} after ${at}`)
      return
    }
    for (let missed = at + 1; missed < seq; missed += 1) this.#missing.add(missed)
    this.#at = seq
  }
}
