import type { Terms as EnglishTerms } from './english/terms.ts'
import { english } from './english/english.ts'
import type { Format } from './format.ts'
import type { Terms as ReverseTerms } from './reverse/terms.ts'
import { reverse } from './reverse/reverse.ts'
import type { FormatName } from './shapes.ts'

export const formats: Readonly<Record<FormatName, Format>> = { english, reverse }

export type Terms = EnglishTerms | ReverseTerms
export type { Offered, Standing } from './proxy/proxy.ts'
export type { Beaten, PublicAmount } from './proxy/public-amounts.ts'
