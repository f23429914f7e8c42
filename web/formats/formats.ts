import type { AuctionView } from '../../src/sdk/index.ts'

type Format = {
  /** Whether prices fall: the lowest bid wins. */
  readonly falls: boolean
  /** Whether its terms have a buy-now price, and say what a maximum below the reserve shows. */
  readonly hasBuyNow: boolean
}

/** What forms and rules of each format differ by. */
export const formats: Readonly<Record<AuctionView['format'], Format>> = {
  english: { falls: false, hasBuyNow: true },
  reverse: { falls: true, hasBuyNow: false },
}

export const formatNames = Object.keys(formats) as readonly AuctionView['format'][]
