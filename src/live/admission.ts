import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { SECOND_MS } from '../domain/instant.ts'
import { Counter } from '../engine/counter.ts'
import type { Metrics } from '../engine/metrics.ts'
import { type Payer, networksOf } from '../engine/network.ts'
import { repeatEvery } from '../engine/interval.ts'
import type { Bus, Clock } from '../engine/ports.ts'
import type { Sessions } from '../engine/sessions.ts'
import type { LoopScheduler } from './loop-scheduler.ts'
import type { Identity } from './identity.ts'

/** A socket or stream, as far as admission counts, pings and ends it. */
export type Connection = {
  readonly identity: Identity | null
  end(closing: Closing): void
  ping(): void
}

/**
 * How many connections are admitted: in all, of one user, anonymous ones of one network, and, beyond the anonymous share,
 * those that are pending sign-in, in all and of one network.
 */
export type Capacity = Readonly<
  Record<
    'watchersMax' | 'watchersPerUserMax' | 'watchersPerAddressMax' | 'pendingSignInMax' | 'pendingSignInPerAddressMax',
    number
  >
>

/** The share of all connections that may be anonymous. The rest is reserved for signed-in users. */
const ANONYMOUS_SHARE = 0.8

export type AdmissionDependencies = {
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  readonly queue: LoopScheduler
  readonly sessions: Sessions
}

/** `pendingSignIn`: anonymous capacity is used up. The connection has `authTimeoutMs` to authenticate. */
type Admitted = {
  readonly networks: readonly Payer[]
  countedAs: 'anonymous' | 'pendingSignIn' | { readonly userId: string }
}

/** Admits and counts connections, pings them, and ends those of users who are signed out or blocked. */
export class Admission {
  readonly #metrics: Metrics
  readonly #capacity: Capacity
  readonly #admitted = new Map<Connection, Admitted>()
  readonly #counts = {
    anonymous: { all: 0, of: new Counter() },
    pendingSignIn: { all: 0, of: new Counter() },
    byUser: new Counter(),
  }
  readonly #stops: readonly (() => void)[]
  #closing: Closing | null = null

  constructor({ bus, clock, metrics, queue, sessions }: AdmissionDependencies, capacity: Capacity = limits) {
    this.#metrics = metrics
    this.#capacity = capacity
    const unsubscribe = bus.subscribe((message) => {
      if (message.type === 'session-ended')
        this.#end(({ sessionId }) => sessionId === message.sessionId, closeCodes.not_signed_in)
      if (message.type === 'user-blocked') this.#end(({ user }) => user.id === message.userId, closeCodes.not_allowed)
      // The client reconnects with its new role.
      if (message.type === 'role-changed') this.#end(({ user }) => user.id === message.userId, closeCodes.not_signed_in)
    })
    const ping = () => void queue.each(this.#admitted.keys(), (connection) => connection.ping())
    const recheck = () => void queue.each(this.#admitted.keys(), (connection) => recheckOf(connection, sessions, clock))
    this.#stops = [unsubscribe, bus.onGap(recheck), repeatEvery(clock, limits.heartbeatSeconds * SECOND_MS, ping)]
  }

  /** Admits a socket that has not authenticated yet. Returns null, or the closing that rejects it. */
  enter(connection: Connection, address: string): Closing | null {
    const networks = networksOf(address)
    const countedAs = this.#isAnonymousFullFor(networks) ? 'pendingSignIn' : 'anonymous'
    return this.#add(connection, { networks, countedAs })
  }

  /** Admits a stream, which has authenticated or is anonymous for good. Returns null, or the closing that rejects it. */
  admit(connection: Connection, address: string): Closing | null {
    const networks = networksOf(address)
    const { identity } = connection
    if (identity !== null) return this.#add(connection, { networks, countedAs: { userId: identity.user.id } })
    return this.#isAnonymousFullFor(networks)
      ? closeCodes.try_later
      : this.#add(connection, { networks, countedAs: 'anonymous' })
  }

  /** Whether a connection may do nothing but authenticate. */
  isPendingSignIn(connection: Connection): boolean {
    return this.#admitted.get(connection)?.countedAs === 'pendingSignIn'
  }

  /** Counts an authenticated connection as its user's. Returns false if the user has too many. */
  authenticated(connection: Connection, userId: string): boolean {
    const entry = this.#admitted.get(connection)
    if (entry === undefined || typeof entry.countedAs !== 'string') return true
    if (this.#counts.byUser.of(userId) >= this.#capacity.watchersPerUserMax) return false
    this.#count(entry, -1)
    entry.countedAs = { userId }
    this.#count(entry, 1)
    return true
  }

  networksOf(connection: Connection): readonly Payer[] {
    return this.#admitted.get(connection)?.networks ?? []
  }

  leave(connection: Connection): void {
    const entry = this.#admitted.get(connection)
    if (entry === undefined) return
    this.#admitted.delete(connection)
    this.#count(entry, -1)
  }

  /** Ends all connections, and admits no more. */
  close(closing: Closing): void {
    this.#closing = closing
    for (const stop of this.#stops) stop()
    for (const connection of this.#admitted.keys()) connection.end(closing)
  }

  #add(connection: Connection, entry: Admitted): Closing | null {
    if (this.#closing !== null) return this.#closing
    if (!this.#hasPlaceFor(entry)) return closeCodes.try_later
    this.#admitted.set(connection, entry)
    this.#count(entry, 1)
    return null
  }

  #hasPlaceFor({ networks, countedAs }: Admitted): boolean {
    const { watchersMax, watchersPerUserMax, pendingSignInMax, pendingSignInPerAddressMax } = this.#capacity
    if (this.#admitted.size >= watchersMax) return false
    if (typeof countedAs !== 'string') return this.#counts.byUser.of(countedAs.userId) < watchersPerUserMax
    const { pendingSignIn } = this.#counts
    return (
      countedAs === 'anonymous' ||
      (pendingSignIn.all < pendingSignInMax && !isFull(pendingSignIn.of, networks, pendingSignInPerAddressMax))
    )
  }

  #isAnonymousFullFor(networks: readonly Payer[]): boolean {
    const { watchersMax, watchersPerAddressMax } = this.#capacity
    const { all, of } = this.#counts.anonymous
    return all >= Math.floor(watchersMax * ANONYMOUS_SHARE) || isFull(of, networks, watchersPerAddressMax)
  }

  #count({ networks, countedAs }: Admitted, change: number): void {
    if (typeof countedAs !== 'string') this.#counts.byUser.add(countedAs.userId, change)
    else {
      this.#counts[countedAs].all += change
      for (const { name } of networks) this.#counts[countedAs].of.add(name, change)
    }
    this.#metrics.watchers.set(this.#admitted.size)
  }

  #end(whom: (identity: Identity) => boolean, closing: Closing): void {
    for (const connection of this.#admitted.keys())
      if (connection.identity !== null && whom(connection.identity)) connection.end(closing)
  }
}

function isFull(counts: Counter, networks: readonly Payer[], max: number): boolean {
  return networks.some(({ name, multiplier }) => counts.of(name) >= max * multiplier)
}

/** Messages may be missing: ends the connection of who was signed out, blocked or given another role meanwhile. */
function recheckOf(connection: Connection, sessions: Sessions, clock: Clock): void {
  const { identity } = connection
  if (identity === null) return
  sessions
    .user(identity.sessionId, clock.now())
    .then((user) => {
      if (user === null || (identity.user.scope === undefined && user.role !== identity.user.role))
        connection.end(closeCodes.not_signed_in)
      else if (user.blocked) connection.end(closeCodes.not_allowed)
    })
    // Storage is away: then nothing is accepted of them either.
    .catch(() => {})
}
