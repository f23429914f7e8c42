import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns, inTurns, rest } from '../../src/live/turns.ts'

const HELD_MS = 0.3

/** Holds the loop, as writing to somebody does. */
function held(ms = HELD_MS): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('who is told takes turns of the event loop, however long each takes', async () => {
  let done = false
  const called: number[] = []
  const all = inTurns(new Set(Array.from({ length: 100 }, (_, i) => i)).values(), (i) => {
    held()
    called.push(i)
  }).then(() => (done = true))
  const seen = [called.length]
  while (!done) {
    await nextTurn()
    seen.push(called.length)
  }
  await all
  expect(called).toEqual(Array.from({ length: 100 }, (_, i) => i))
  // Eight are called between two looks at the time.
  const longest = Math.max(...seen.map((count, i) => count - (seen[i - 1] ?? 0)))
  expect(longest).toBeLessThanOrEqual(8)
})

test('who leaves before it is their turn is passed over', async () => {
  const room = new Set(['a', 'b', 'c'])
  const told: string[] = []
  await inTurns(room, (name) => {
    told.push(name)
    room.delete('b')
  })
  expect(told).toEqual(['a', 'c'])
})

test('a room that took long to tell rests for a part of that time, one that did not goes on at once', async () => {
  let turns = 0
  setImmediate(() => (turns += 1))
  await rest(1)
  expect(turns).toBe(0)
  const began = performance.now()
  await rest(40)
  expect(performance.now() - began).toBeGreaterThan(15)
})

/** How many of a line go forward in each turn of the loop. */
async function movedOn(number: number, step: () => void): Promise<number[]> {
  const line = new Turns()
  let done = 0
  for (let i = 0; i < number; i += 1)
    void line.turn().then(async () => {
      await Promise.resolve()
      step()
      done += 1
    })
  const seen: number[] = []
  for (let before = 0; done < number; before = done) {
    await nextTurn()
    seen.push(done - before)
  }
  return seen
}

test('in a line what costs little goes forward together, what holds the loop has a turn for itself', async () => {
  const [quick, slow] = [await movedOn(200, () => {}), await movedOn(10, () => held(1.5))]
  expect(quick.length).toBeLessThan(50)
  expect(Math.max(...slow)).toBe(1)
})
