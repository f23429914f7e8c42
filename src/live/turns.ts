import { setImmediate as nextTurn } from 'node:timers/promises'

/** Done in one turn of the event loop; the others wait for the next, so that a bid never waits for a whole room. */
const AT_ONCE = 128

/** Calls for each, a part of them in a turn. */
export async function inTurns<Item>(items: readonly Item[], call: (item: Item) => void): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    if (from > 0) await nextTurn()
    for (const item of items.slice(from, from + AT_ONCE)) call(item)
  }
}

/**
 * A line in which one steps forward in each turn of the loop: what comes from elsewhere meanwhile, bids above all, goes
 * between, and waits for one and not for all of them.
 */
export class Turns {
  readonly #waiting = new Set<() => void>()

  /** Calls when it is its turn, never at once. */
  take(step: () => void): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#next())
    this.#waiting.add(step)
  }

  #next(): void {
    const [first] = this.#waiting
    if (first === undefined) return
    this.#waiting.delete(first)
    if (this.#waiting.size > 0) setImmediate(() => this.#next())
    first()
  }
}

let turn = 0
let counting = false

/** A number that is the same for all that happens in one turn of the loop. */
export function thisTurn(): number {
  if (!counting) {
    counting = true
    setImmediate(() => {
      turn += 1
      counting = false
    })
  }
  return turn
}
