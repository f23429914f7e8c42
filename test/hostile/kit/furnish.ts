import { randomUUIDv7 } from 'node:crypto'
import { newAuction } from '../../../src/domain/schema.ts'
import { ANYONE_MAY, type Engine } from '../../../src/engine/engine.ts'
import { byEngine } from '../../crash/kit/fill.ts'

const AT_ONCE = 256
const DESCRIPTION_CHARACTERS = 20_000
const DAY_SECONDS = 86_400
const CURRENCIES = 'EUR USD GBP JPY CHF KWD MXN ARS CLP COP BRL INR CNY KRW TND PLN SEK NOK DKK CZK'.split(' ')

/** Three bytes a character: an edit of it is an event of 60 kB. */
function description(i: number): string {
  return `${i} `.padEnd(DESCRIPTION_CHARACTERS, '漆')
}

export type Furniture = { readonly auctions: number; readonly edits: number }
/** Auctions whose journals are of note: one that was edited often, and one of which nothing else is to tell. */
export type Furnished = { readonly long: string; readonly plain: string }

/** A DATA_DIR with auctions of which half have the longest description there is, and one that was edited again and again. */
export async function furnish(dataDir: string, { auctions, edits }: Furniture): Promise<Furnished> {
  const ids = Array.from({ length: auctions }, () => randomUUIDv7())
  const [long, plain] = ids as [string, string]
  await byEngine(dataDir, async ({ engine, bidders: [seller] }) => {
    const { userId } = seller!
    for (let from = 0; from < auctions; from += AT_ONCE)
      await Promise.all(ids.slice(from, from + AT_ONCE).map((id, i) => create(engine, id, userId, from + i)))
    for (let i = 0; i < edits; i += 1)
      await engine.submitCommand(long, { type: 'update', changes: { description: description(i) } }, userId, ANYONE_MAY)
  })
  return { long, plain }
}

async function create(engine: Engine, id: string, sellerId: string, i: number): Promise<void> {
  const auction = newAuction.parse({
    title: `Lot ${i}`,
    description: i % 2 === 0 ? description(i) : '',
    currency: CURRENCIES[i % CURRENCIES.length],
    terms: { startPrice: 1_000 + i, increments: 100 },
    // The last to close are the first that were made, and all are open for as long as a test may last.
    durationSeconds: 2 * DAY_SECONDS - i,
  })
  await engine.submitCommand(id, { type: 'create', id, sellerId, auction }, sellerId, ANYONE_MAY)
}
