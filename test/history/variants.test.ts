import { describe, expect, test } from 'vitest'
import { faultsOf } from './checker.ts'
import { told } from './house.ts'
import { haggle, untilTheEnd } from './scripts.ts'
import { variants } from './variants.ts'

describe('the service as it is', () => {
  test.each([
    ['a haggle under an admin’s hand', haggle],
    ['an auction that ends by itself', untilTheEnd],
  ])('%s: no fault', async (_, script) => {
    const { history, ledgers } = await script()
    expect(told(faultsOf(history, ledgers))).toEqual([])
  })
})

describe('a service that is broken on purpose', () => {
  test.each(Object.entries(variants))('%s', async (_, variant) => {
    const { history, ledgers } = await variant.script(variant.break())
    const faults = faultsOf(history, ledgers)
    expect(
      faults.map(({ kind }) => kind),
      told(faults).join('\n'),
    ).toContain(variant.kind)
  })
})
