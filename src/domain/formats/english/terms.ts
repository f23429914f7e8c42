import { z } from 'zod'
import type { Amount } from '../../amount.ts'
import { exponentOf } from '../../currency.ts'
import { type Increments, readIncrements, showIncrements } from '../../increments.ts'
import { amount, incrementsInput, incrementsView, money } from '../../money-schema.ts'
import { type SoftClose, readSoftClose, showSoftClose, softCloseInput, softCloseView } from '../../soft-close.ts'
import type { Viewer } from '../../viewer.ts'

export type Terms = {
  readonly startPrice: Amount
  readonly increments: Increments
  readonly reservePrice: Amount | null
  readonly belowReserve: 'steps' | 'full'
  /** Whether the close shows what the reserve was. */
  readonly revealReserve: boolean
  readonly buyNowPrice: Amount | null
  readonly softClose: SoftClose | null
}

/** Terms as they are kept: earlier versions took a reserve below the start price, and the rules hold for it. */
export const keptTerms = z
  .strictObject({
    startPrice: amount,
    increments: incrementsInput.default('standard'),
    reservePrice: amount.nullable().default(null),
    belowReserve: z.enum(['steps', 'full']).default('steps'),
    revealReserve: z.boolean().default(false),
    buyNowPrice: amount.nullable().default(null),
    softClose: softCloseInput.nullable().default(null),
  })
  .refine((t) => t.buyNowPrice === null || t.buyNowPrice >= t.startPrice, {
    path: ['buyNowPrice'],
    message: 'must not be below startPrice',
  })
  .refine((t) => t.buyNowPrice === null || t.reservePrice === null || t.buyNowPrice >= t.reservePrice, {
    path: ['buyNowPrice'],
    message: 'must not be below reservePrice',
  })

/** As a seller gives them. */
export const termsInput = keptTerms.refine((t) => t.reservePrice === null || t.reservePrice >= t.startPrice, {
  path: ['reservePrice'],
  message: 'must not be below startPrice: no bid could miss it',
})
export type TermsInput = z.output<typeof termsInput>

/** As everyone reads them. */
export const termsView = z.object({
  startPrice: money,
  increments: incrementsView,
  buyNowPrice: money.nullable(),
  softClose: softCloseView.nullable(),
  belowReserve: z.enum(['steps', 'full']),
  revealReserve: z.boolean().meta({ description: 'Whether the close shows what the reserve was' }),
  reservePrice: money.nullable().optional().meta({ description: 'Shown to the seller and admins only' }),
})

export function readTerms(input: TermsInput, currency: string): Terms {
  const { startPrice, increments, reservePrice, belowReserve, revealReserve, buyNowPrice, softClose } = input
  return {
    startPrice,
    increments: readIncrements(increments, exponentOf(currency)),
    reservePrice,
    belowReserve,
    revealReserve,
    buyNowPrice,
    softClose: readSoftClose(softClose),
  }
}

export function showTerms(terms: Terms, viewer: Viewer): z.output<typeof termsView> {
  const { startPrice, increments, buyNowPrice, softClose, belowReserve, reservePrice, revealReserve } = terms
  return {
    startPrice,
    increments: showIncrements(increments),
    buyNowPrice,
    softClose: showSoftClose(softClose),
    belowReserve,
    revealReserve,
    ...(viewer === 'owner' ? { reservePrice } : {}),
  }
}
