import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config.ts'
import { SECOND_MS } from '../domain/instant.ts'
import type { Metrics } from '../engine/metrics.ts'
import { type Bus, type Clock, every } from '../engine/ports.ts'
import type { Visitor } from './visitor.ts'

/** A connection, as far as counting and ending it goes. */
export type Guest = {
  readonly visitor: Visitor | null
  end(closing: Closing): void
  beat(): void
}

/** Counts who is connected, keeps their heartbeat, and shows the door to those who are signed out or blocked. */
export class Doorkeeper {
  readonly #metrics: Metrics
  readonly #guests = new Map<Guest, { readonly address: string; userId: string | null }>()
  readonly #byAddress = new Counts()
  readonly #byUser = new Counts()
  readonly #unsubscribe: () => void
  readonly #stopBeating: () => void
  #closing: Closing | null = null

  constructor(bus: Bus, clock: Clock, metrics: Metrics) {
    this.#metrics = metrics
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

  /** Why nobody from this address is let in now, or null. */
  refusal(address: string): Closing | null {
    if (this.#closing !== null) return this.#closing
    const full = this.#guests.size >= limits.watchersMax
    return full || this.#byAddress.of(address) >= limits.watchersPerAddressMax ? closeCodes.try_later : null
  }

  enter(guest: Guest, address: string): void {
    this.#guests.set(guest, { address, userId: null })
    this.#byAddress.add(address, 1)
    this.#metrics.watchers.set(this.#guests.size)
  }

  leave(guest: Guest): void {
    const known = this.#guests.get(guest)
    if (known === undefined) return
    this.#guests.delete(guest)
    this.#byAddress.add(known.address, -1)
    if (known.userId !== null) this.#byUser.add(known.userId, -1)
    this.#metrics.watchers.set(this.#guests.size)
  }

  /** Notes who a guest is. False where this person has too many connections. */
  recognise(guest: Guest, userId: string): boolean {
    const known = this.#guests.get(guest)
    if (known === undefined || known.userId !== null) return true
    known.userId = userId
    this.#byUser.add(userId, 1)
    return this.#byUser.of(userId) <= limits.watchersPerUserMax
  }

  /** Sends everyone away and lets nobody in. */
  close(closing: Closing): void {
    this.#closing = closing
    this.#stopBeating()
    this.#unsubscribe()
    for (const guest of this.#guests.keys()) guest.end(closing)
  }

  #beat(): void {
    for (const guest of this.#guests.keys()) guest.beat()
  }

  #show(whom: (visitor: Visitor) => boolean, closing: Closing): void {
    for (const guest of this.#guests.keys()) if (guest.visitor !== null && whom(guest.visitor)) guest.end(closing)
  }
}

class Counts {
  readonly #counts = new Map<string, number>()

  of(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  add(key: string, more: number): void {
    const count = this.of(key) + more
    if (count === 0) this.#counts.delete(key)
    else this.#counts.set(key, count)
  }
}
