import type { Bus, BusMessage } from '../../../src/engine/ports.ts'
import type { World } from './world.ts'

const DELAY_MS = 4
const REPEATED = 0.03
const LOST = 0.03

export type BusHabits = {
  /** Whether messages get lost, but for those that end an auction. */
  readonly loses: boolean
  /** Whether who publishes hears it at once, as in a house with one process. */
  readonly local: boolean
}

type Listener = {
  readonly heard: (message: BusMessage) => void
  readonly of: object
  /** When the latest message of each auction arrives: they keep their order, auctions overtake each other. */
  readonly arrivals: Map<string, number>
}

/** Delays, repeats, and may lose. */
export class SimulatedBus {
  readonly #world: World
  readonly #habits: BusHabits
  readonly #listeners = new Set<Listener>()

  constructor(world: World, habits: BusHabits) {
    this.#world = world
    this.#habits = habits
  }

  /** One process's end of it. */
  port(of: object): Bus {
    return {
      publish: (message) => this.#publish(message, of),
      subscribe: (heard) => {
        const listener: Listener = { heard, of, arrivals: new Map() }
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
  }

  /** A process is gone with all its ends. */
  forget(of: object): void {
    for (const listener of this.#listeners) if (listener.of === of) this.#listeners.delete(listener)
  }

  #publish(message: BusMessage, from: object): void {
    for (const listener of this.#listeners) {
      if (this.#habits.local && listener.of === from) listener.heard(message)
      else this.#carry(message, listener)
    }
  }

  #carry(message: BusMessage, listener: Listener): void {
    const world = this.#world
    if (this.#habits.loses && world.unlucky(LOST) && !isLast(message)) return
    const auction = message.type === 'auction' ? message.auctionId : ''
    const arrival = Math.max(world.now + world.random.delay(DELAY_MS), listener.arrivals.get(auction) ?? 0)
    listener.arrivals.set(auction, arrival)
    const deliver = () => {
      if (this.#listeners.has(listener)) listener.heard(message)
    }
    world.after(arrival - world.now, deliver)
    if (world.unlucky(REPEATED)) world.after(arrival - world.now + world.random.delay(50), deliver)
  }
}

function isLast(message: BusMessage): boolean {
  return (
    message.type === 'auction' &&
    message.events.some(({ type }) => type === 'auction.closed' || type === 'auction.cancelled')
  )
}
