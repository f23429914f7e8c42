import type { Sqlite } from './database.ts'

/** Numbers of an auction. With 2^25 auctions all row keys are exact in a JavaScript number. */
const NUMBERS_PER_AUCTION = 2 ** 28

/** Packs an auction's row id and a number within it (version or `seq`) into one ordered integer key. */
export function rowKeyOf(auction: number, number: number): number {
  if (number >= NUMBERS_PER_AUCTION) throw new RangeError(`an auction has room for ${NUMBERS_PER_AUCTION - 1} entries`)
  return auction * NUMBERS_PER_AUCTION + number
}

/** The first and last row key of an auction after a number. */
export function rowKeysAfter(auction: number, number = 0): readonly [number, number] {
  return [auction * NUMBERS_PER_AUCTION + number + 1, (auction + 1) * NUMBERS_PER_AUCTION - 1]
}

export function numberAt(key: number): number {
  return key % NUMBERS_PER_AUCTION
}

/** SQL for the row id of the auction that a row key belongs to. */
export const auctionAt = (key: string): string => `${key} / ${NUMBERS_PER_AUCTION}`

/** SQL for the number within its auction of a row key. */
export const numberIn = (key: string): string => `${key} % ${NUMBERS_PER_AUCTION}`

export function auctionNumber(sqlite: Sqlite, auctionId: string): number | undefined {
  return sqlite.get<{ number: number }>('SELECT number FROM auctions WHERE id = ?', auctionId)?.number
}
