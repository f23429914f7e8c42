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
