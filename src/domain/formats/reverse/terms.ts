import { z } from 'zod'
import type { Amount } from '../../amount.ts'
import { exponentOf } from '../../currency.ts'
import { type Increments, readIncrements, showIncrements } from '../../increments.ts'
import { amount, incrementsInput, incrementsView, money } from '../../money-schema.ts'
import { type SoftClose, readSoftClose, showSoftClose, softCloseInput, softCloseView } from '../../soft-close.ts'
import type { Viewer } from '../../viewer.ts'

export type Terms = {
  /** The ceiling: the first bid is this at most. */
  readonly startPrice: Amount
  /** How far below the price the next bid must be. */
  readonly increments: Increments
  /** The most that the buyer accepts. */
  readonly reservePrice: Amount | null
  /** Whether the close shows what the reserve was. */
  readonly revealReserve: boolean
  readonly softClose: SoftClose | null
  readonly visibility: 'full'
}

/** As a buyer gives them, and as they are kept. */
export const termsInput = z
  .strictObject({
    startPrice: amount,
    increments: incrementsInput.default('standard'),
    reservePrice: amount.nullable().default(null),
    revealReserve: z.boolean().default(false),
    softClose: softCloseInput.nullable().default(null),
    visibility: z.enum(['full']).default('full'),
  })
  .refine((t) => t.reservePrice === null || t.reservePrice <= t.startPrice, {
    path: ['reservePrice'],
    message: 'must not be above startPrice: no bid could miss it',
  })
export type TermsInput = z.output<typeof termsInput>

/** As everyone reads them. */
export const termsView = z.object({
  startPrice: money,
  increments: incrementsView,
  softClose: softCloseView.nullable(),
  visibility: z.enum(['full']).meta({ description: 'Of `reverse`: everyone sees the price and who leads' }),
  revealReserve: z.boolean(),
  reservePrice: money.nullable().optional(),
})

export function readTerms(input: TermsInput, currency: string): Terms {
  const { startPrice, increments, reservePrice, revealReserve, softClose, visibility } = input
  return {
    startPrice,
    increments: readIncrements(increments, exponentOf(currency)),
    reservePrice,
    revealReserve,
    softClose: readSoftClose(softClose),
    visibility,
  }
}

export function showTerms(terms: Terms, viewer: Viewer): z.output<typeof termsView> {
  const { startPrice, increments, softClose, revealReserve, reservePrice, visibility } = terms
  return {
    startPrice,
    increments: showIncrements(increments),
    softClose: showSoftClose(softClose),
    visibility,
    revealReserve,
    ...(viewer === 'owner' ? { reservePrice } : {}),
  }
}
