import type { Closing } from '../codes.ts'
import type { Actor } from '../domain/access.ts'
import type { Instant } from '../domain/instant.ts'
import type { StandingView } from '../domain/wire.ts'
import type { AuctionFeed } from './auction-feed.ts'
import type { EventBatch } from './frame.ts'
import type { OwnBids } from './own-bids.ts'

/** Carries the frames of one auction to one watcher, over whichever transport. */
export interface Reader {
  readonly actor: Actor
  /** Whether it may yet be said who is there. */
  readonly canAuthenticateLater: boolean
  readonly ended: boolean
  /** Leaves so much unread that more would only pile up. */
  readonly lags: boolean
  events(frame: EventBatch): void
  snapshot(frame: Buffer): void
  /** The watcher's own part. */
  send(frame: Buffer): void
  /** A heartbeat: dropped where the reader lags. */
  offer(frame: Buffer): void
  /** What was sent goes out now, and not when this turn of the loop is over. */
  flush(): void
  /** Calls once, when what was sent so far has been taken. */
  whenDrained(call: () => void): void
  end(closing: Closing): void
}

/**
 * Where a subscription is. `resuming`: a snapshot or what was missed is being fetched. `live`: what comes is sent.
 * `lagging`: the reader has to take what it was sent first, and is let go if it does not; `forget` calls that off.
 * `closed`: nothing more is sent.
 */
export type State =
  | { readonly is: 'resuming' | 'live' | 'closed' }
  | { readonly is: 'lagging'; readonly forget: () => void }

/** What one reader has received of its channel. `Hub.advance` brings it up to what there is. */
export type Subscription = {
  readonly reader: Reader
  readonly feed: AuctionFeed
  state: State
  /** The latest event that was sent; what is not beyond it is never sent again. */
  seq: number
  /** Bus message number up to which the reader has received its own part. */
  ownPartAsOf: number
  /** How many of the heartbeats of its channel it has received. */
  heartbeats: number
  /** As the reader received them last. */
  standing: StandingView
  bids: OwnBids | null
  /** Where the auction is over, how long whoever is there may take to say who they are. */
  mayEndAt: Instant
}

export const RESUMING: State = { is: 'resuming' }
export const LIVE: State = { is: 'live' }
export const CLOSED: State = { is: 'closed' }

/** Before any bus message. */
export const BEFORE_ANY_MESSAGE = -1

export function subscription(reader: Reader, feed: AuctionFeed): Subscription {
  return {
    reader,
    feed,
    state: RESUMING,
    seq: 0,
    ownPartAsOf: BEFORE_ANY_MESSAGE,
    heartbeats: feed.heartbeats,
    standing: 'none',
    bids: null,
    mayEndAt: 0,
  }
}

/** Moves on to another state, unless it is closed. */
export function become(one: Subscription, state: State): void {
  if (one.state.is === 'lagging') one.state.forget()
  if (one.state !== CLOSED) one.state = state
}
