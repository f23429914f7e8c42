import type { Sqlite } from './database.ts'

/** How many numbers an auction has: with 2^25 auctions all keys are exact in a JavaScript number. */
const NUMBERS = 2 ** 28

/** Where something stands in the house: by auction, and in it by its own number. */
export function rowKeyOf(auction: number, number: number): number {
  if (number >= NUMBERS) throw new RangeError(`an auction has room for ${NUMBERS - 1} entries`)
  return auction * NUMBERS + number
}

/** The first and the last key of the rows of an auction that come after a number. */
export function rowKeysAfter(auction: number, number = 0): readonly [number, number] {
  return [auction * NUMBERS + number + 1, (auction + 1) * NUMBERS - 1]
}

export function numberAt(key: number): number {
  return key % NUMBERS
}

/** In SQL: the number of the auction that a key belongs to. */
export const auctionAt = (key: string): string => `${key} / ${NUMBERS}`

export function auctionNumber(sqlite: Sqlite, auctionId: string): number | undefined {
  return sqlite.get<{ number: number }>('SELECT number FROM auctions WHERE id = ?', auctionId)?.number
}
