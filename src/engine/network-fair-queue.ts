import type { RecentCounts } from './recent-counts.ts'
import type { Payer } from './network.ts'

/**
 * A queue that serves one item of each network in turn, those first that were served least lately: between the widest
 * networks first, then between the networks inside of each. Whoever comes for the first time waits for no flood.
 */
export class NetworkFairQueue<Item> {
  readonly #served: RecentCounts
  /** Items by widest and by narrowest network; whose turn is next comes first. */
  readonly #networks = new Map<string, Map<string, Item[]>>()
  #size = 0

  /** Queues that share what they serve share who was served. */
  constructor(served: RecentCounts) {
    this.#served = served
  }

  get size(): number {
    return this.#size
  }

  /** How many items wait of the narrowest of these networks, and of the widest. */
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

  /** Takes out the item whose turn it is, and puts its networks at the end. */
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

  /** The first of them, where several are alike: those behind it had their turn later. */
  #leastServed<Value>(networks: ReadonlyMap<string, Value>): [string, Value] | undefined {
    return largest(networks, (_, name) => -this.#served.of(name))
  }

  /** Takes out the latest item of the wide network that has most, where it has at least so many. */
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
