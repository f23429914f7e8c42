import { parseArgs } from 'node:util'
import { breaks } from './simulation/breaks.ts'
import { simulate } from './simulation/simulation.ts'

/** Runs seeds one after the other and names those that fail; the same seed plays the same. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    broken: { type: 'string', default: '' },
  },
})
const first = Number(values.seed)
const count = Number(values.seeds)
const started = performance.now()
let failed = 0
let [bids, events, crashes] = [0, 0, 0]
for (let seed = first; seed < first + count; seed += 1) {
  const outcome = await simulate(seed, breaks[values.broken])
  bids += outcome.bids
  events += outcome.events
  crashes += outcome.crashes
  if (outcome.faults.length === 0) continue
  failed += 1
  if (failed > 20) continue
  console.log(`seed ${seed} fails: node test/history/simulate.ts --seed ${seed} --seeds 1`)
  for (const fault of outcome.faults.slice(0, count === 1 ? 100 : 3)) console.log(`  ${fault}`)
}
const seconds = ((performance.now() - started) / 1_000).toFixed(1)
console.log(`${count} seeds in ${seconds} s: ${failed} failed; ${bids} tries, ${events} events, ${crashes} crashes`)
process.exitCode = failed === 0 ? 0 : 1
