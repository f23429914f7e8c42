import { z } from 'zod'
import * as english from './english/terms.ts'
import * as reverse from './reverse/terms.ts'

/** The shapes that REST, the channel and the documents take from the formats. */

/** By format, as a seller gives terms; `kept` holds what earlier versions took as well. */
export const termsShapes = {
  english: { input: english.termsInput, kept: english.keptTerms },
  reverse: { input: reverse.termsInput, kept: reverse.termsInput },
} as const

export type FormatName = keyof typeof termsShapes
export type TermsInput = z.output<(typeof termsShapes)[FormatName]['input']>

export const formatName = z.enum(Object.keys(termsShapes) as [FormatName])

/** Of an auction that names none. */
export const DEFAULT_FORMAT = 'english' satisfies FormatName

/** What is given of any auction, with the format and its terms. */
export function withTerms<Fields extends z.ZodRawShape>(fields: Fields, form: 'input' | 'kept') {
  return z.discriminatedUnion('format', [
    z.strictObject({
      ...fields,
      format: z.literal('english').default(DEFAULT_FORMAT),
      terms: termsShapes.english[form],
    }),
    z.strictObject({ ...fields, format: z.literal('reverse'), terms: termsShapes.reverse[form] }),
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
