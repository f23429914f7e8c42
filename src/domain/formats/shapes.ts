import { z } from 'zod'
import * as english from './english/terms.ts'

/** The shapes that REST, the channel and the documents take from the formats. */

export const formatName = z.enum(['english'])
export type FormatName = z.output<typeof formatName>

/** Of an auction that names none. */
export const DEFAULT_FORMAT: FormatName = 'english'

export const { termsInput, keptTerms, termsView } = english
export type TermsInput = z.output<typeof termsInput>
export type TermsView = z.output<typeof termsView>
