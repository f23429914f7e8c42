import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { SECOND_MS } from '../domain/instant.ts'
import { Counter } from '../engine/counter.ts'
import type { Metrics } from '../engine/metrics.ts'
import { type Network, networksOf } from '../engine/network.ts'
import { type Bus, type Clock, every } from '../engine/ports.ts'
import type { FairQueue } from './fair-queue.ts'
import type { Identity } from './identity.ts'

/** A socket or stream, as far as counting and ending it goes. */
export type Connection = {
  readonly identity: Identity | null
  end(closing: Closing): void
  ping(): void
}

/** How many are let in: in all, of one user, signed out of one network, and beyond the share of those, to sign in. */
export type Capacity = Readonly<
  Record<
    'watchersMax' | 'watchersPerUserMax' | 'watchersPerAddressMax' | 'introducingMax' | 'introducingPerAddressMax',
    number
  >
>

/** Of all places, those that whoever has not signed in may take. The others are kept for who has. */
const ANONYMOUS_SHARE = 0.8

export type AdmissionDependencies = {
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  readonly queue: FairQueue
}

/** `introducing`: there is no place for whoever does not sign in, and they have a moment to do so. */
type Entry = { readonly networks: readonly Network[]; as: 'anonymous' | 'introducing' | { readonly userId: string } }

/** Lets connections in and counts them, keeps their heartbeat, and ends those of who is signed out or blocked. */
export class Admission {
  readonly #metrics: Metrics
  readonly #capacity: Capacity
  readonly #entries = new Map<Connection, Entry>()
  readonly #counts = {
    anonymous: { all: 0, of: new Counter() },
    introducing: { all: 0, of: new Counter() },
    byUser: new Counter(),
  }
  readonly #stops: readonly (() => void)[]
  #closing: Closing | null = null

  constructor({ bus, clock, metrics, queue }: AdmissionDependencies, capacity: Capacity = limits) {
    this.#metrics = metrics
    this.#capacity = capacity
    const unsubscribe = bus.subscribe((message) => {
      if (message.type === 'session-ended')
        this.#end(({ sessionId }) => sessionId === message.sessionId, closeCodes.not_signed_in)
      if (message.type === 'user-blocked') this.#end(({ user }) => user.id === message.userId, closeCodes.not_allowed)
      // Whoever has another role now comes back with it.
      if (message.type === 'role-changed') this.#end(({ user }) => user.id === message.userId, closeCodes.not_signed_in)
    })
    const ping = () => void queue.each(this.#entries.keys(), (connection) => connection.ping())
    this.#stops = [unsubscribe, every(clock, limits.heartbeatSeconds * SECOND_MS, ping)]
  }

  /** Lets in a socket, of which it is not known yet who is there. Null, or why not. */
  enter(connection: Connection, address: string): Closing | null {
    const networks = networksOf(address)
    const as = this.#isFullFor(networks) ? 'introducing' : 'anonymous'
    return this.#add(connection, { networks, as })
  }

  /** Lets in a stream, of which it is known from the beginning who is there. Null, or why not. */
  admit(connection: Connection, address: string): Closing | null {
    const networks = networksOf(address)
    const { identity } = connection
    if (identity !== null) return this.#add(connection, { networks, as: { userId: identity.user.id } })
    return this.#isFullFor(networks) ? closeCodes.try_later : this.#add(connection, { networks, as: 'anonymous' })
  }

  /** Whether a connection may do nothing but sign in. */
  isIntroducing(connection: Connection): boolean {
    return this.#entries.get(connection)?.as === 'introducing'
  }

  /** Notes who is there. False where there are too many of this person. */
  recognise(connection: Connection, userId: string): boolean {
    const entry = this.#entries.get(connection)
    if (entry === undefined || typeof entry.as !== 'string') return true
    if (this.#counts.byUser.of(userId) >= this.#capacity.watchersPerUserMax) return false
    this.#count(entry, -1)
    entry.as = { userId }
    this.#count(entry, 1)
    return true
  }

  networksOf(connection: Connection): readonly Network[] {
    return this.#entries.get(connection)?.networks ?? []
  }

  leave(connection: Connection): void {
    const entry = this.#entries.get(connection)
    if (entry === undefined) return
    this.#entries.delete(connection)
    this.#count(entry, -1)
  }

  /** Sends everyone away and lets nobody in. */
  close(closing: Closing): void {
    this.#closing = closing
    for (const stop of this.#stops) stop()
    for (const connection of this.#entries.keys()) connection.end(closing)
  }

  #add(connection: Connection, entry: Entry): Closing | null {
    if (this.#closing !== null) return this.#closing
    if (!this.#hasPlaceFor(entry)) return closeCodes.try_later
    this.#entries.set(connection, entry)
    this.#count(entry, 1)
    return null
  }

  #hasPlaceFor({ networks, as }: Entry): boolean {
    const { watchersMax, watchersPerUserMax, introducingMax, introducingPerAddressMax } = this.#capacity
    if (this.#entries.size >= watchersMax) return false
    if (typeof as !== 'string') return this.#counts.byUser.of(as.userId) < watchersPerUserMax
    const { introducing } = this.#counts
    return (
      as === 'anonymous' ||
      (introducing.all < introducingMax && !isFull(introducing.of, networks, introducingPerAddressMax))
    )
  }

  #isFullFor(networks: readonly Network[]): boolean {
    const { watchersMax, watchersPerAddressMax } = this.#capacity
    const { all, of } = this.#counts.anonymous
    return all >= Math.floor(watchersMax * ANONYMOUS_SHARE) || isFull(of, networks, watchersPerAddressMax)
  }

  #count({ networks, as }: Entry, more: number): void {
    if (typeof as !== 'string') this.#counts.byUser.add(as.userId, more)
    else {
      this.#counts[as].all += more
      for (const { name } of networks) this.#counts[as].of.add(name, more)
    }
    this.#metrics.watchers.set(this.#entries.size)
  }

  #end(whom: (identity: Identity) => boolean, closing: Closing): void {
    for (const connection of this.#entries.keys())
      if (connection.identity !== null && whom(connection.identity)) connection.end(closing)
  }
}

function isFull(counts: Counter, networks: readonly Network[], max: number): boolean {
  return networks.some(({ name, times }) => counts.of(name) >= max * times)
}
