import type { Sqlite } from './database.ts'

/** How many numbers an auction has: with 2^25 auctions all keys are exact in a JavaScript number. */
const NUMBERS_PER_AUCTION = 2 ** 28

/** Where something stands in the house: by auction, and in it by its own number. */
export function rowKeyOf(auction: number, number: number): number {
  if (number >= NUMBERS_PER_AUCTION) throw new RangeError(`an auction has room for ${NUMBERS_PER_AUCTION - 1} entries`)
  return auction * NUMBERS_PER_AUCTION + number
}

/** The first and the last key of the rows of an auction that come after a number. */
export function rowKeysAfter(auction: number, number = 0): readonly [number, number] {
  return [auction * NUMBERS_PER_AUCTION + number + 1, (auction + 1) * NUMBERS_PER_AUCTION - 1]
}

export function numberAt(key: number): number {
  return key % NUMBERS_PER_AUCTION
}

/** In SQL: the number of the auction that a key belongs to. */
export const auctionAt = (key: string): string => `${key} / ${NUMBERS_PER_AUCTION}`

export function auctionNumber(sqlite: Sqlite, auctionId: string): number | undefined {
  return sqlite.get<{ number: number }>('SELECT number FROM auctions WHERE id = ?', auctionId)?.number
}
