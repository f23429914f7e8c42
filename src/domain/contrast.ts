/**
 * Contrast as WCAG 2.2 measures it (success criteria 1.4.3 and 1.4.11), and the shades that pages make of an accent colour.
 * Colours are `#rrggbb`.
 */

export type Scheme = 'light' | 'dark'
export const SCHEMES = ['light', 'dark'] as const satisfies Scheme[]

/** What an accent stands on and what stands on it, as in web/style/tokens.css. */
export const PAPERS = {
  light: { paper: '#f6f2e9', sheet: '#fffdf8', sunk: '#ece7da' },
  dark: { paper: '#141512', sheet: '#1c1e1a', sunk: '#0e0f0d' },
} as const
export const ON_ACCENT = { light: '#fffdf8', dark: '#0d1d16' } as const

/** AA for text. Controls need 3:1, which whatever is good for text has. */
export const TEXT_CONTRAST = 4.5

type Channels = readonly [red: number, green: number, blue: number]

function channelsOf(colour: string): Channels {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return [red!, green!, blue!]
}

function luminance(colour: string): number {
  const [red, green, blue] = channelsOf(colour).map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light! + 0.05) / (dark! + 0.05)
}

/** So much of one colour in another. */
function mixed(colour: string, into: string, part: number): string {
  const base = channelsOf(into)
  const channels = channelsOf(colour).map((channel, i) => Math.round(channel * part + base[i]! * (1 - part)))
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** What is darker than an accent in the light scheme, and lighter in the dark one. */
const FAR = { light: '#000000', dark: '#ffffff' } as const
const DEEP_PART = 0.72
const WASH_PART = 0.1

/** The accent under the pointer, and what marks a place by a breath of it. */
export function shadesOf(accent: string, scheme: Scheme): { readonly deep: string; readonly wash: string } {
  return {
    deep: mixed(accent, FAR[scheme], DEEP_PART),
    wash: mixed(accent, PAPERS[scheme].sheet, WASH_PART),
  }
}

export type Weakness = { readonly where: 'paper' | 'text'; readonly ratio: number }

/** The pair in which an accent can be read worst; null where all of them are good for text. */
export function weaknessOf(accent: string, scheme: Scheme): Weakness | null {
  const grounds = [...Object.values(PAPERS[scheme]), shadesOf(accent, scheme).wash]
  const pairs = [
    ...grounds.map((ground) => ({ where: 'paper' as const, ratio: contrast(accent, ground) })),
    { where: 'text' as const, ratio: contrast(accent, ON_ACCENT[scheme]) },
  ]
  const worst = pairs.reduce((one, other) => (other.ratio < one.ratio ? other : one))
  return worst.ratio < TEXT_CONTRAST ? worst : null
}

const STEPS = 50

/** The colour itself, or the nearest to it that can be read: darker in the light scheme, lighter in the dark one. */
export function readable(accent: string, scheme: Scheme): string {
  for (let step = 0; step < STEPS; step += 1) {
    const shade = mixed(FAR[scheme], accent, step / STEPS)
    if (weaknessOf(shade, scheme) === null) return shade
  }
  return FAR[scheme]
}
