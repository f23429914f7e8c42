import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'

/** So long at a time: a bid never waits for a whole room. What is done for one takes some 15 µs. */
const TURN_MS = 1
/**
 * Turns of the loop between two steps of a line. The loop takes one new connection in each (libuv), and a bid needs a few
 * to be read, stored and answered: a crowd that connects must not make them wait for as many steps. Empty ones cost 20 µs.
 */
const TURNS_BETWEEN = 16
/** The time is looked at after so many. */
const BETWEEN_LOOKS = 8

/** Calls for each, and lets the event loop turn between; what is no longer there by then is passed over. */
export async function inTurns<Item>(items: Iterable<Item>, call: (item: Item) => void): Promise<void> {
  let began = performance.now()
  let called = 0
  for (const item of items) {
    call(item)
    called += 1
    if (called % BETWEEN_LOOKS > 0 || performance.now() - began < TURN_MS) continue
    await nextTurn()
    began = performance.now()
  }
}

/** How long a room rests that has more to tell than it can, for each time that it took to tell everyone. */
const REST_SHARE = 0.5
/** A timer knows nothing shorter. */
const REST_MS_MIN = 1

/** Leaves time to others, bids above all; what comes meanwhile travels together. */
export async function rest(tookMs: number): Promise<void> {
  const restMs = tookMs * REST_SHARE
  if (restMs >= REST_MS_MIN) await wait(restMs)
}

/**
 * A line that moves on for `TURN_MS` at a time, by one at least, and then lets the loop turn: what comes from elsewhere
 * meanwhile, bids above all, goes between. What costs much has a turn for itself, and what costs little does not wait as long as that.
 */
export class Turns {
  readonly #waiting = new Set<() => void>()
  #moving = false

  /** Calls when it is its turn, never at once. */
  take(step: () => void): void {
    this.#waiting.add(step)
    if (!this.#moving) void this.#move()
  }

  /** Resolves when it is its turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.take(resolve))
  }

  async #move(): Promise<void> {
    this.#moving = true
    let [began, turns] = [0, 1]
    while (this.#waiting.size > 0) {
      if (performance.now() - began >= TURN_MS) {
        for (let i = 0; i < turns; i += 1) await nextTurn()
        turns = TURNS_BETWEEN
        began = performance.now()
      }
      const [first] = this.#waiting
      this.#waiting.delete(first!)
      first!()
      await settled()
    }
    this.#moving = false
  }
}

/** Behind all that follows at once from what was resolved. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

/**
 * The line of what costs much, whoever asks for it: lists, journals, pages. A piece of one of them is done at a time, so
 * that a bid waits for one piece and not for a crowd.
 */
export const costly = new Turns()

/** Costly work cut into pieces: steps back into the line where the piece at hand has taken its time. */
export class Pieces {
  #began = performance.now()

  async next(): Promise<void> {
    if (performance.now() - this.#began < TURN_MS) return
    await costly.turn()
    this.#began = performance.now()
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
