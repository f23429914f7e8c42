import type { RoomClient } from './room-client.ts'
import { Link, type Phase } from './link.ts'
import type { PriceView, Problem } from './wire.ts'

/** The prices of many auctions over one channel. */
export class PriceConnection {
  readonly #link: Link
  #watched: readonly string[] = []
  #again: ReturnType<typeof setTimeout> | undefined

  /** `listener` gets the lines that are new, and is called without any when the phase changes. */
  constructor(client: RoomClient, listener: (prices: readonly PriceView[]) => void) {
    this.#link = new Link(client, {
      path: () => '/v1/live',
      opened: () => this.#watch(),
      received: (message) => {
        if (message.type === 'prices') listener(message.prices)
        if (message.type === 'problem' && message.problem.code === 'rate_limited')
          this.#watchLater(message.problem as Problem)
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
    clearTimeout(this.#again)
    this.#link.close()
  }

  /** The list was not taken: it is sent once more when the service says. */
  #watchLater({ retryAfterSeconds }: Problem): void {
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.#watch(), 1_000 * (Number(retryAfterSeconds) || 1))
  }

  #watch(): void {
    this.#link.send({ type: 'watch', auctions: [...this.#watched] })
  }
}
