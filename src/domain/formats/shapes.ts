import { z } from 'zod'
import * as english from './english/terms.ts'
import * as reverse from './reverse/terms.ts'

/** The shapes that REST, the channel and the documents take from the formats. */

const terms = {
  english: { input: english.termsInput, kept: english.keptTerms, view: english.termsView },
  reverse: { input: reverse.termsInput, kept: reverse.termsInput, view: reverse.termsView },
} as const

export type FormatName = keyof typeof terms
const names = Object.keys(terms) as [FormatName]
export const formatName = z.enum(names)

/** Of an auction that names none. */
export const DEFAULT_FORMAT = 'english' satisfies FormatName

/** By format, as a seller gives terms; `kept` holds what earlier versions took as well. */
export const termsShapes: {
  readonly [Name in FormatName]: {
    readonly input: (typeof terms)[Name]['input']
    readonly kept: (typeof terms)[Name]['kept']
  }
} = terms
export type TermsInput = z.output<(typeof terms)[FormatName]['input']>

/** What is given of any auction, with the format and its terms. */
export function withTerms<Fields extends z.ZodRawShape>(fields: Fields, form: 'input' | 'kept') {
  return z.discriminatedUnion('format', [
    z.strictObject({ ...fields, format: z.literal('english').default(DEFAULT_FORMAT), terms: terms.english[form] }),
    z.strictObject({ ...fields, format: z.literal('reverse'), terms: terms.reverse[form] }),
  ])
}

/** As everyone reads them: what a format does not have is absent. */
export const termsView = z
  .object({
    ...reverse.termsView.partial().shape,
    ...english.termsView.partial().shape,
    // What all have.
    startPrice: english.termsView.shape.startPrice,
    increments: english.termsView.shape.increments,
    softClose: english.termsView.shape.softClose,
    revealReserve: english.termsView.shape.revealReserve,
  })
  .meta({ id: 'Terms' })
export type TermsView = z.output<typeof termsView>
