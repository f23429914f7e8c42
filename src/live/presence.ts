import { randomUUID } from 'node:crypto'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { repeatEvery } from '../engine/interval.ts'
import type { Bus, Clock } from '../engine/ports.ts'

const TELL_MS = 2 * SECOND_MS
/** Without news of it for this time a node is taken to be gone. */
const GONE_MS = 3 * TELL_MS

type Counts = ReadonlyMap<string, number>

/** How many watch each auction on the other nodes, as those told last. */
export class Presence {
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #counts: () => Iterable<readonly [auctionId: string, count: number]>
  readonly #node = randomUUID()
  readonly #others = new Map<string, { readonly counts: Counts; readonly at: Instant }>()
  readonly #stop: readonly (() => void)[]

  /** `counts` gives how many watch here. */
  constructor({ bus, clock }: { bus: Bus; clock: Clock }, counts: () => Iterable<readonly [string, number]>) {
    this.#bus = bus
    this.#clock = clock
    this.#counts = counts
    this.#stop = [
      repeatEvery(clock, TELL_MS, () => this.#tell()),
      bus.subscribe((message) => {
        if (message.type === 'watching') this.#heard(message.node, new Map(Object.entries(message.counts)))
      }),
    ]
  }

  elsewhere(auctionId: string): number {
    let sum = 0
    for (const { counts } of this.#others.values()) sum += counts.get(auctionId) ?? 0
    return sum
  }

  close(): void {
    for (const stop of this.#stop) stop()
    this.#bus.tell({ type: 'watching', node: this.#node, counts: {} })
  }

  #tell(): void {
    const now = this.#clock.now()
    for (const [node, { at }] of this.#others) if (at < now - GONE_MS) this.#others.delete(node)
    this.#bus.tell({ type: 'watching', node: this.#node, counts: Object.fromEntries(this.#counts()) })
  }

  #heard(node: string, counts: Counts): void {
    if (counts.size === 0) this.#others.delete(node)
    else this.#others.set(node, { counts, at: this.#clock.now() })
  }
}
