import type { RecentCounts } from './recent-counts.ts'
import type { Payer } from './network.ts'

/**
 * A queue that serves networks in turns, the least recently served first: first between the widest networks, then between
 * the networks inside each. A network that queues for the first time waits for no flood.
 */
export class NetworkFairQueue<Item> {
  readonly #served: RecentCounts
  /** Items by widest and by narrowest network. Of equally served networks the first in the map is next. */
  readonly #networks = new Map<string, Map<string, Item[]>>()
  #size = 0

  /** Queues in front of one resource share one history of served networks. */
  constructor(served: RecentCounts) {
    this.#served = served
  }

  get size(): number {
    return this.#size
  }

  /** How many items of the narrowest and of the widest of these networks are queued. */
  waiting(networks: readonly Payer[]): { readonly narrow: number; readonly wide: number } {
    const { wide, narrow } = namesOf(networks)
    const inside = this.#networks.get(wide)
    return { narrow: inside?.get(narrow)?.length ?? 0, wide: inside === undefined ? 0 : countOf(inside) }
  }

  add(networks: readonly Payer[], item: Item): void {
    const { wide, narrow } = namesOf(networks)
    const inside = this.#networks.get(wide) ?? new Map<string, Item[]>()
    inside.set(narrow, [...(inside.get(narrow) ?? []), item])
    this.#networks.set(wide, inside)
    this.#size += 1
  }

  /** Removes and returns the next item, and moves its networks to the end. */
  next(): Item | undefined {
    const [wide, inside] = this.#leastServed(this.#networks) ?? []
    if (wide === undefined || inside === undefined) return undefined
    const [narrow, [item, ...rest]] = this.#leastServed(inside)!
    inside.delete(narrow)
    if (rest.length > 0) inside.set(narrow, rest)
    this.#networks.delete(wide)
    if (inside.size > 0) this.#networks.set(wide, inside)
    this.#size -= 1
    for (const name of new Set([wide, narrow])) this.#served.add(name)
    return item
  }

  /** The first of the least served networks: those after it had their turn later. */
  #leastServed<Value>(networks: ReadonlyMap<string, Value>): [string, Value] | undefined {
    return largest(networks, (_, name) => -this.#served.of(name))
  }

  /** Removes and returns the latest item of the widest network that has the most, if it has at least `atLeast`. */
  dropLatest(atLeast: number): Item | undefined {
    const [wide, inside] = largest(this.#networks, countOf) ?? []
    if (wide === undefined || inside === undefined || countOf(inside) < atLeast) return undefined
    const [narrow, items] = largest(inside, ({ length }) => length)!
    const item = items.pop()
    if (items.length === 0) inside.delete(narrow)
    if (inside.size === 0) this.#networks.delete(wide)
    this.#size -= 1
    return item
  }
}

function namesOf(networks: readonly Payer[]): { readonly narrow: string; readonly wide: string } {
  return { narrow: networks[0]!.name, wide: networks.at(-1)!.name }
}

function countOf(inside: ReadonlyMap<string, readonly unknown[]>): number {
  return [...inside.values()].reduce((sum, { length }) => sum + length, 0)
}

function largest<Value>(
  map: ReadonlyMap<string, Value>,
  sizeOf: (value: Value, name: string) => number,
): [string, Value] | undefined {
  let found: [string, Value] | undefined
  let most = -Infinity
  for (const entry of map) {
    const size = sizeOf(entry[1], entry[0])
    if (size > most) [found, most] = [entry, size]
  }
  return found
}
