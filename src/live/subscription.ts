import type { Closing } from '../codes.ts'
import type { Actor } from '../domain/access.ts'
import type { Instant } from '../domain/instant.ts'
import type { StandingView } from '../domain/wire.ts'
import type { AuctionFeed } from './auction-feed.ts'
import type { EventBatch } from './event-batch.ts'
import type { OwnBids } from './own-bids.ts'
import { NEVER } from './presence-log.ts'
import type { RoomFrames } from './room-frames.ts'

/** Carries the events and messages of one auction to one watcher, over one transport. */
export interface Reader {
  readonly actor: Actor
  /** Whether the client can still authenticate on this connection. */
  readonly canAuthenticateLater: boolean
  readonly ended: boolean
  /** Whether the client has left so much unread that more would only pile up. */
  readonly lags: boolean
  events(batch: EventBatch): void
  snapshot(frame: Buffer): void
  /** Sends the watcher's own part. */
  send(frame: Buffer): void
  /** Sends a heartbeat, which is dropped if the reader lags. */
  offer(frame: Buffer): void
  /** Sends frames of the room, to a reader that does not lag. Where a transport has no room nothing is sent. */
  ephemeral(frames: RoomFrames): void
  /** Sends what is buffered now, not at the end of this turn of the event loop. */
  flush(): void
  /** Calls once, when the client has taken what was sent so far. */
  whenDrained(call: () => void): void
  end(closing: Closing): void
}

/**
 * The state of a subscription. `resuming`: a snapshot or missed events are being fetched. `live`: what comes is sent.
 * `lagging`: the reader has to take first what it was sent, and is ended if it does not; `forget` cancels that end.
 * `closed`: nothing more is sent.
 */
export type State =
  | { readonly is: 'resuming' | 'live' | 'closed' }
  | { readonly is: 'lagging'; readonly forget: () => void }

/** What one reader has received of its feed. `Hub.advance` sends it all it lacks. */
export type Subscription = {
  readonly reader: Reader
  readonly feed: AuctionFeed
  state: State
  /** The latest event that was sent. No event up to it is sent again. */
  seq: number
  /** Bus message number up to which the reader has received its own part (`you`). */
  ownPartAsOf: number
  /** How many heartbeats of its feed the reader has received. */
  heartbeats: number
  /** The standing and bids that the reader received last. */
  standing: StandingView
  bids: OwnBids | null
  /**
   * Earliest instant at which a subscription to an ended auction is closed. Leaves anonymous clients time to
   * authenticate.
   */
  mayEndAt: Instant
  /** The version of the room's presence that the reader was told. */
  presenceAsOf: number
  /** When the reader was told that. */
  presenceAt: Instant
  /** Whether the reader may read the room, as of what it was sent last. */
  readsRoom: boolean
  /** The reader missed something of the room, and is sent the last messages. */
  isRoomStale: boolean
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
    presenceAsOf: NEVER,
    presenceAt: 0,
    readsRoom: false,
    isRoomStale: false,
  }
}

/** Moves to another state, unless the subscription is closed. */
export function become(one: Subscription, state: State): void {
  if (one.state.is === 'lagging') one.state.forget()
  if (one.state !== CLOSED) one.state = state
}
