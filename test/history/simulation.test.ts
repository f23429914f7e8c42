import { expect, test } from 'vitest'
import { breaks } from './simulation/breaks.ts'
import { simulate } from './simulation/simulation.ts'

/** Other seeds each time, printed by those that fail; `SEED=` begins elsewhere. More of them by `npm run test:fuzz`. */
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const SEEDS = Number(process.env['SEEDS'] ?? 30)
const SEEDS_BROKEN_MAX = 1_000

test(
  `seeds from ${SEED} on: crashes, conflicts, delays and lost messages break no promise`,
  { timeout: 600_000 },
  async () => {
    const seen = { bids: 0, events: 0, crashes: 0 }
    for (let seed = SEED; seed < SEED + SEEDS; seed += 1) {
      const { faults, bids, events, crashes } = await simulate(seed)
      expect(faults, `node test/history/simulate.ts --seed ${seed} --seeds 1`).toEqual([])
      seen.bids += bids
      seen.events += events
      seen.crashes += crashes
    }
    // Nothing is proved of what never happened.
    expect(seen.bids).toBeGreaterThan(SEEDS * 50)
    expect(seen.events).toBeGreaterThan(SEEDS * 20)
    expect(seen.crashes).toBeGreaterThan(SEEDS / 2)
  },
)

test('a seed plays the same again, to the last byte', async () => {
  for (let seed = SEED; seed < SEED + 5; seed += 1) {
    const [one, two] = [await simulate(seed), await simulate(seed)]
    expect(two.digest()).toBe(one.digest())
  }
  expect((await simulate(SEED)).digest()).not.toBe((await simulate(SEED + 1)).digest())
})

test.each(Object.entries(breaks))('%s: found, and by the same seed again', async (_, broken) => {
  for (let seed = 1; seed <= SEEDS_BROKEN_MAX; seed += 1) {
    const { faults } = await simulate(seed, broken)
    if (faults.length === 0) continue
    expect((await simulate(seed, broken)).faults).toEqual(faults)
    return
  }
  expect.unreachable(`not found by ${SEEDS_BROKEN_MAX} seeds`)
})
