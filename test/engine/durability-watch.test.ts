import { onTestFinished, expect, test } from 'vitest'
import { watchDurability } from '../../src/engine/durability-watch.ts'
import { Metrics } from '../../src/engine/metrics.ts'
import { ManualClock } from '../support/clock.ts'

test('what storage could lose is said once, measured as long as it is so, and taken back', async () => {
  const [clock, metrics, said] = [new ManualClock(), new Metrics(), [] as object[]]
  let risk: string | Error | null = null
  const note = (fields: object) => void said.push(fields)
  const stop = watchDurability({
    risk: async () => {
      if (risk instanceof Error) throw risk
      return risk
    },
    clock,
    metrics,
    log: { error: note, info: note },
  })
  onTestFinished(stop)
  const looked = async () => {
    await clock.advance(10_000)
    return (await metrics.durabilityAtRisk.get()).values[0]!.value
  }
  expect(await looked()).toBe(0)
  risk = 'no standby is synchronous'
  expect(await looked()).toBe(1)
  risk = new Error('the server is away')
  expect(await looked()).toBe(1)
  expect(said).toEqual([{ risk: 'no standby is synchronous' }])
  risk = null
  expect(await looked()).toBe(0)
  expect(said).toHaveLength(2)
})
