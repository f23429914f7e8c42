import { limits } from '../config/limits.ts'
import type { Summary } from '../domain/auction.ts'
import type { Listed } from '../engine/ports.ts'
import { summaryIn } from './rows.ts'

/** Characters of a description that are read for a list, which shows its beginning: whole ones of 200 auctions would be megabytes. */
export const DESCRIPTION_READ = 200

/** A row of a list. `key` and `number` are its position in the order. */
export type ListedRow = {
  key: number
  number: number
  head: string
  state: string
  title: string
  description: string
  seller: string | null
}

/** Summaries parsed before, by the auction's row id: parsing a state costs more than reading it. */
export type ParsedSummaries = Map<number, { readonly state: string; readonly auction: Summary }>

export function listedOf(
  { number, state, title, description, head, seller }: ListedRow,
  parsed: ParsedSummaries,
): Listed {
  const known = parsed.get(number)
  const isSame = known?.state === state && known.auction.title === title && known.auction.description === description
  const auction = isSame ? known.auction : summaryIn(state, { title, description })
  if (!isSame) {
    if (parsed.size >= limits.listedKeptMax) parsed.clear()
    parsed.set(number, { state, auction })
  }
  return { auction, head, sellerName: seller ?? '' }
}
