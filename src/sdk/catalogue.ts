import type { RoomClient } from './room-client.ts'
import { Link, type Phase } from './link.ts'
import type { PriceView, Problem, ServerMessage } from './wire.ts'

/** The prices of many auctions over one channel. */
export class PriceConnection {
  protected readonly link: Link
  readonly #listener: (prices: readonly PriceView[]) => void
  #watched: readonly string[] = []
  #again: ReturnType<typeof setTimeout> | undefined

  /** `listener` gets the lines that are new, and is called without any when the phase changes. */
  constructor(client: RoomClient, listener: (prices: readonly PriceView[]) => void) {
    this.#listener = listener
    this.link = new Link(client, {
      path: () => '/v1/live',
      opened: (named) => this.opened(named),
      received: (message) => this.received(message),
      phaseChanged: () => listener([]),
    })
  }

  get phase(): Phase {
    return this.link.phase
  }

  /** The service's clock, in epoch milliseconds. */
  now(): number {
    return this.link.clock.now()
  }

  /** The whole list, at most 200; replaces the one before. */
  watch(auctions: readonly string[]): void {
    this.#watched = auctions
    this.#watch()
  }

  close(): void {
    clearTimeout(this.#again)
    this.link.close()
  }

  /** The channel is open, for the first time or again: what is wanted is said. */
  protected opened(_named: boolean): void {
    this.#watch()
  }

  protected received(message: ServerMessage): void {
    if (message.type === 'prices') this.#listener(message.prices)
    if (message.type === 'problem' && message.problem.code === 'rate_limited') this.later(message.problem as Problem)
  }

  /** Something was not taken: it is said once more when the service says. */
  protected later({ retryAfterSeconds }: Problem): void {
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.opened(true), 1_000 * (Number(retryAfterSeconds) || 1))
  }

  #watch(): void {
    this.link.send({ type: 'watch', auctions: [...this.#watched] })
  }
}
