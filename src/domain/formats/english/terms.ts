import type { Amount } from '../../amount.ts'
import type { Increments } from '../../increments.ts'
import type { SoftClose } from '../../soft-close.ts'

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
