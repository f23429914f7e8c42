import type { Sqlite } from './database.ts'

/** How many numbers an auction has: with 2^25 auctions all places are exact in a JavaScript number. */
const NUMBERS = 2 ** 28

/** Where something stands in the house: by auction, and in it by its own number. */
export function placeOf(auction: number, number: number): number {
  if (number >= NUMBERS) throw new RangeError(`an auction has room for ${NUMBERS - 1} entries`)
  return auction * NUMBERS + number
}

/** The first and the last place of those of an auction that come after a number. */
export function placesAfter(auction: number, number = 0): readonly [number, number] {
  return [auction * NUMBERS + number + 1, (auction + 1) * NUMBERS - 1]
}

export function numberAt(place: number): number {
  return place % NUMBERS
}

/** In SQL: the number of the auction that a place belongs to. */
export const auctionAt = (place: string): string => `${place} / ${NUMBERS}`

export function auctionNumber(sqlite: Sqlite, auctionId: string): number | undefined {
  return sqlite.get<{ number: number }>('SELECT number FROM auctions WHERE id = ?', auctionId)?.number
}
