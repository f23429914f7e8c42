import type { Bus, BusMessage } from '../../../src/engine/ports.ts'
import type { World } from './world.ts'

const REPEATED = 0.03
const LOST = 0.03

export type BusHabits = {
  readonly delayMs: number
  /** Whether messages get lost, but for those that end an auction. */
  readonly loses: boolean
  /** Whether who publishes hears it at once, as in a house with one process. */
  readonly local: boolean
}

type Heard = (message: BusMessage) => void

/** One process's end of it: all who listen there hear a message one after the other, at once. */
type Port = {
  readonly of: object
  readonly listeners: Set<Heard>
  /** When the latest message of each auction arrives: they keep their order, auctions overtake each other. */
  readonly arrivals: Map<string, number>
}

/** Delays, repeats, and may lose. */
export class SimulatedBus {
  readonly #world: World
  readonly #habits: BusHabits
  readonly #ports = new Set<Port>()

  constructor(world: World, habits: BusHabits) {
    this.#world = world
    this.#habits = habits
  }

  port(of: object): Bus {
    const port: Port = { of, listeners: new Set(), arrivals: new Map() }
    this.#ports.add(port)
    return {
      publish: (message) => this.#publish(message, port),
      tell: () => {},
      onGap: () => () => {},
      subscribe: (heard) => {
        port.listeners.add(heard)
        return () => port.listeners.delete(heard)
      },
    }
  }

  /** A process is gone. */
  forget(of: object): void {
    for (const port of this.#ports) if (port.of === of) this.#ports.delete(port)
  }

  #publish(message: BusMessage, from: Port): void {
    for (const port of this.#ports) {
      if (this.#habits.local && port === from) this.#deliver(message, port)
      else this.#carry(message, port)
    }
  }

  #carry(message: BusMessage, port: Port): void {
    const world = this.#world
    if (this.#habits.loses && world.unlucky(LOST) && !isLast(message)) return
    const auction = message.type === 'auction' ? message.auctionId : ''
    const arrival = Math.max(world.now + world.random.delay(this.#habits.delayMs), port.arrivals.get(auction) ?? 0)
    port.arrivals.set(auction, arrival)
    const deliver = () => this.#deliver(message, port)
    world.after(arrival - world.now, deliver)
    if (world.unlucky(REPEATED)) world.after(arrival - world.now + world.random.delay(50), deliver)
  }

  #deliver(message: BusMessage, port: Port): void {
    if (this.#ports.has(port)) for (const heard of port.listeners) heard(message)
  }
}

function isLast(message: BusMessage): boolean {
  return (
    message.type === 'auction' &&
    message.events.some(({ type }) => type === 'auction.closed' || type === 'auction.cancelled')
  )
}
