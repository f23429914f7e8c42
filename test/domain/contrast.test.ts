import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  ON_ACCENT,
  PAPERS,
  SCHEMES,
  TEXT_CONTRAST,
  contrast,
  readable,
  shadesOf,
  weaknessOf,
} from '../../src/domain/contrast.ts'

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const tokens = readFileSync(new URL('../../web/style/tokens.css', import.meta.url), 'utf8')
const token = (name: string) => {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(tokens)!
  return { light: light!, dark: dark! }
}

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#777777', '#ffffff', 4.48],
  ['#0000ff', '#ffffff', 8.59],
])('%s and %s differ as WCAG reckons: %d', (one, other, ratio) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 2)
  expect(contrast(other, one)).toBe(contrast(one, other))
})

test('what accents are measured against is what the pages are made of', () => {
  for (const scheme of SCHEMES) {
    for (const [name, value] of Object.entries(PAPERS[scheme])) expect(token(name)[scheme]).toBe(value)
    expect(token('on-accent')[scheme]).toBe(ON_ACCENT[scheme])
    expect(weaknessOf(token('accent')[scheme], scheme)).toBe(null)
  }
})

test('an accent that passes can be read wherever pages use it, and so can what stands on its shades', () => {
  fc.assert(
    fc.property(colour, fc.constantFrom(...SCHEMES), (accent, scheme) => {
      fc.pre(weaknessOf(accent, scheme) === null)
      const { deep, wash } = shadesOf(accent, scheme)
      const pairs = [
        ...Object.values(PAPERS[scheme]).flatMap((paper) => [
          [accent, paper],
          [deep, paper],
        ]),
        [accent, wash],
        [deep, wash],
        [ON_ACCENT[scheme], accent],
        [ON_ACCENT[scheme], deep],
        [token('ink')[scheme], wash],
        [token('muted')[scheme], wash],
      ] as [string, string][]
      for (const [one, other] of pairs) expect(contrast(one, other)).toBeGreaterThanOrEqual(TEXT_CONTRAST)
    }),
    { numRuns: 2_000 },
  )
})

test('every colour has one near it that passes, and one that passes is left as it is', () => {
  fc.assert(
    fc.property(colour, fc.constantFrom(...SCHEMES), (accent, scheme) => {
      const near = readable(accent, scheme)
      expect(weaknessOf(near, scheme)).toBe(null)
      expect(readable(near, scheme)).toBe(near)
    }),
  )
})
