import { english } from './english/english.ts'
import type { Format } from './format.ts'
import type { FormatName } from './shapes.ts'

export const formats: Readonly<Record<FormatName, Format>> = { english }

export type { Offered, Standing } from './english/proxy.ts'
export type { Beaten, PublicAmount } from './english/public-amounts.ts'
export type { Terms } from './english/terms.ts'
