import type { PriceView } from '../domain/wire.ts'
import type { RoomClient } from './room-client.ts'
import { Link, type Phase } from './link.ts'

/** The prices of many auctions over one channel. */
export class PriceConnection {
  readonly #link: Link
  #watched: readonly string[] = []

  /** `listener` gets the lines that are new, and is called without any when the phase changes. */
  constructor(client: RoomClient, listener: (prices: readonly PriceView[]) => void) {
    this.#link = new Link(client, {
      path: () => '/v1/live',
      opened: () => this.#watch(),
      received: (message) => {
        if (message.type === 'prices') listener(message.prices)
      },
      phaseChanged: () => listener([]),
    })
  }

  get phase(): Phase {
    return this.#link.phase
  }

  /** The service's clock, in epoch milliseconds. */
  now(): number {
    return this.#link.clock.now()
  }

  /** The whole list, at most 200; replaces the one before. */
  watch(auctions: readonly string[]): void {
    this.#watched = auctions
    this.#watch()
  }

  close(): void {
    this.#link.close()
  }

  #watch(): void {
    this.#link.send({ type: 'watch', auctions: [...this.#watched] })
  }
}
