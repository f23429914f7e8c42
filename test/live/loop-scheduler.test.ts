import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { LoopScheduler } from '../../src/live/loop-scheduler.ts'

const HELD_MS = 0.3

/** Holds the loop, as writing to somebody does. */
function held(ms = HELD_MS): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

const queue = () => new LoopScheduler(systemClock())

test('[LIVE-15] who is told takes turns of the event loop, however long each takes', async () => {
  let done = false
  const called: number[] = []
  const all = queue()
    .each(new Set(Array.from({ length: 100 }, (_, i) => i)).values(), (i) => {
      held()
      called.push(i)
    })
    .then(() => (done = true))
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
  await queue().each(room, (name) => {
    told.push(name)
    room.delete('b')
  })
  expect(told).toEqual(['a', 'c'])
})

test('fan-out that took long rests for a part of that time, one that did not goes on at once', async () => {
  let turns = 0
  setImmediate(() => (turns += 1))
  await queue().rest(1)
  expect(turns).toBe(0)
  const began = performance.now()
  await queue().rest(40)
  expect(performance.now() - began).toBeGreaterThan(15)
})

test('[LIVE-15] a source is served at once for the first time in a turn of the loop, and no other source waits for it', async () => {
  const line = queue()
  const [one, two] = [{}, {}]
  expect([one, one, two, one, two].map((source) => line.isFirstOfTurn(source))).toEqual([
    true,
    false,
    true,
    false,
    false,
  ])
  await nextTurn()
  await nextTurn()
  expect([two, one].map((source) => line.isFirstOfTurn(source))).toEqual([true, true])
})

test('[LIVE-10] what is to be flushed is flushed once, when the turn of the loop is over', async () => {
  const line = queue()
  let flushed = 0
  const writer = { flush: () => (flushed += 1) }
  line.flushLater(writer)
  line.flushLater(writer)
  await Promise.resolve()
  expect(flushed).toBe(0)
  await nextTurn()
  await nextTurn()
  expect(flushed).toBe(1)
})

/** How many of a lane go forward in each turn of the loop. */
async function movedOn(number: number, step: () => void): Promise<number[]> {
  const line = queue()
  let done = 0
  for (let i = 0; i < number; i += 1)
    void line.turn('messages').then(async () => {
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

test('[LIVE-15] in a lane what costs little goes forward together, what holds the loop has a turn for itself', async () => {
  const [quick, slow] = [await movedOn(200, () => {}), await movedOn(10, () => held(1.5))]
  expect(quick.length).toBeLessThan(50)
  expect(Math.max(...slow)).toBe(1)
})

test('[LIVE-15] no class of work waits for another: a message is handled ahead of a queue of costly work', async () => {
  const line = queue()
  const order: string[] = []
  const costly = Array.from({ length: 20 }, () =>
    line.turn('costly').then(() => {
      held(1.5)
      order.push('costly')
    }),
  )
  const message = line.turn('messages').then(() => order.push('message'))
  await Promise.all([...costly, message])
  expect(order.indexOf('message')).toBeLessThan(3)
})
