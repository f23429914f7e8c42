import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { SECOND_MS } from '../domain/instant.ts'
import type { Metrics } from '../engine/metrics.ts'
import { type Network, networksOf } from '../engine/network.ts'
import { type Bus, type Clock, every } from '../engine/ports.ts'
import { Counts, Places, type Rank, ranks } from './places.ts'
import { inTurns } from './turns.ts'
import type { Visitor } from './visitor.ts'

/** A connection, as far as counting and ending it goes. */
export type Guest = {
  readonly visitor: Visitor | null
  end(closing: Closing): void
  beat(): void
}

/** How many are let in: sockets and streams in all, of one user, signed out of one network, and waiting for a place. */
export type Room = Readonly<
  Record<'watchersMax' | 'watchersPerUserMax' | 'watchersPerAddressMax' | 'watchersWaitingMax', number>
>

type Known = { readonly networks: readonly Network[]; userId: string | null; rank: Rank | null }

/**
 * Counts who is connected, keeps their heartbeat, and shows the door to those who are signed out or blocked. Where it is
 * full strangers give way to members and members to bidders, so a newcomer may wait a moment to say who they are.
 */
export class Doorkeeper {
  readonly #metrics: Metrics
  readonly #room: Room
  readonly #guests = new Map<Guest, Known>()
  readonly #places: Places<Guest>
  /** Those without a place, whoever came first in front: when there are too many, they go first. */
  readonly #waiting = new Set<Guest>()
  /** Strangers only: who is signed in counts by user. */
  readonly #byNetwork = new Counts()
  readonly #byUser = new Counts()
  readonly #unsubscribe: () => void
  readonly #stopBeating: () => void
  #closing: Closing | null = null

  constructor(bus: Bus, clock: Clock, metrics: Metrics, room: Room = limits) {
    this.#metrics = metrics
    this.#room = room
    this.#places = new Places(room.watchersMax)
    this.#unsubscribe = bus.subscribe((message) => {
      if (message.type === 'session-ended')
        this.#show((visitor) => visitor.sessionId === message.sessionId, closeCodes.not_signed_in)
      if (message.type === 'user-blocked')
        this.#show((visitor) => visitor.user.id === message.userId, closeCodes.not_allowed)
      // Whoever has another role now comes back with it.
      if (message.type === 'role-changed')
        this.#show((visitor) => visitor.user.id === message.userId, closeCodes.not_signed_in)
    })
    this.#stopBeating = every(clock, limits.heartbeatSeconds * SECOND_MS, () => this.#beat())
  }

  /** Lets somebody in who has not said who they are: to a place, or to wait for one. Null, or why not. */
  enter(guest: Guest, address: string): Closing | null {
    if (this.#closing !== null) return this.#closing
    const networks = networksOf(address)
    const rank = this.#isFullFor(networks) ? null : 'stranger'
    this.#guests.set(guest, { networks, userId: null, rank })
    this.#countNetworks(networks, 1)
    if (rank === null) this.#wait(guest)
    else this.#places.add(guest, rank)
    this.#count()
    return null
  }

  /** Lets somebody in of whom all is known from the beginning, so that there is nothing to wait for. */
  admit(guest: Guest, address: string, rank: Rank): Closing | null {
    const { visitor } = guest
    if (visitor === null)
      return this.#isFullFor(networksOf(address)) ? closeCodes.try_later : this.enter(guest, address)
    const refusal = this.enter(guest, address)
    if (refusal !== null || this.recognise(guest, visitor.user.id, rank)) return refusal
    this.leave(guest)
    return closeCodes.try_later
  }

  /** Whether a guest has no place yet. */
  waits(guest: Guest): boolean {
    return this.#waiting.has(guest)
  }

  /** Where a guest came from. */
  networksOf(guest: Guest): readonly Network[] {
    return this.#guests.get(guest)?.networks ?? []
  }

  leave(guest: Guest): void {
    const known = this.#guests.get(guest)
    if (known === undefined) return
    this.#guests.delete(guest)
    this.#waiting.delete(guest)
    this.#places.delete(guest)
    if (known.userId === null) this.#countNetworks(known.networks, -1)
    else this.#byUser.add(known.userId, -1)
    this.#count()
  }

  /** Notes who a guest is, or that they have bid. False where there is no place, or too many of this person. */
  recognise(guest: Guest, userId: string, rank: Rank): boolean {
    const known = this.#guests.get(guest)
    if (known === undefined) return true
    if (known.userId === null) {
      known.userId = userId
      this.#countNetworks(known.networks, -1)
      this.#byUser.add(userId, 1)
      if (this.#byUser.of(userId) > this.#room.watchersPerUserMax) return false
    }
    return this.#seat(guest, known, rank)
  }

  /** Sends everyone away and lets nobody in. */
  close(closing: Closing): void {
    this.#closing = closing
    this.#stopBeating()
    this.#unsubscribe()
    for (const guest of this.#guests.keys()) guest.end(closing)
  }

  #isFullFor(networks: readonly Network[]): boolean {
    const { watchersPerAddressMax } = this.#room
    return (
      this.#places.full || networks.some(({ name, times }) => this.#byNetwork.of(name) >= watchersPerAddressMax * times)
    )
  }

  #countNetworks(networks: readonly Network[], more: number): void {
    for (const { name } of networks) this.#byNetwork.add(name, more)
  }

  #wait(guest: Guest): void {
    this.#waiting.add(guest)
    if (this.#waiting.size <= this.#room.watchersWaitingMax) return
    const [first] = this.#waiting
    this.#shed(first!)
  }

  /** Gives a place of this rank, a higher one kept. False where nobody gives way. */
  #seat(guest: Guest, known: Known, rank: Rank): boolean {
    if (known.rank === null && this.#places.full) {
      const yields = this.#places.yields(rank)
      if (yields === null) return false
      this.#shed(yields)
    }
    if (known.rank !== null && ranks.indexOf(rank) <= ranks.indexOf(known.rank)) return true
    this.#waiting.delete(guest)
    this.#places.delete(guest)
    this.#places.add(guest, rank)
    known.rank = rank
    return true
  }

  /** The place is free at once, not when the peer has answered. */
  #shed(guest: Guest): void {
    this.leave(guest)
    guest.end(closeCodes.try_later)
  }

  #count(): void {
    this.#metrics.watchers.set(this.#guests.size)
  }

  #beat(): void {
    void inTurns(this.#guests.keys(), (guest) => guest.beat())
  }

  #show(whom: (visitor: Visitor) => boolean, closing: Closing): void {
    for (const guest of this.#guests.keys()) if (guest.visitor !== null && whom(guest.visitor)) guest.end(closing)
  }
}
