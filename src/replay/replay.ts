import { CsvError, parse } from 'csv-parse/sync'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import { z } from 'zod'
import { ConfigError } from '../config.ts'
import { exponentOf } from '../domain/currency.ts'
import { Client, type NewAuction, ProblemError } from '../sdk/index.ts'
import { progressOf } from './progress.ts'

export type ReplayOptions = {
  readonly file: string
  readonly results?: string
  readonly url: string
  readonly email: string
  readonly password: string
  readonly currency: string
  readonly increments: string
  readonly atOnce: string
}

const cell = z.string('is missing').min(1, 'is empty')
const bidRow = z.object({ auction: cell, order: cell, bidder: cell, maximum: cell, start_price: cell })
const resultRow = z.object({ auction: cell, closing_price: cell, reserve: z.string().optional() })
type BidRow = z.output<typeof bidRow>
type ResultRow = z.output<typeof resultRow>

/** What became of one recorded auction: minor units. */
type Played = {
  readonly auction: string
  readonly price: number | null
  readonly accepted: number
  readonly refused: string[]
}

/** Long enough that no auction closes by itself while it is played. */
const DURATION_SECONDS = 86_400

/** Plays recorded auctions through the public API; prints closing prices and returns how many do not match. */
export async function replay(options: ReplayOptions): Promise<number> {
  const bids = Map.groupBy(rowsOf(options.file, bidRow), (row) => row.auction)
  const results = new Map(
    (options.results === undefined ? [] : rowsOf(options.results, resultRow)).map((row) => [row.auction, row]),
  )
  const minor = minorUnitsOf(options.currency)
  const house = new Client(options.url)
  await house.signIn(options.email, options.password)
  const seats = Math.max(...[...bids.values()].map((rows) => new Set(rows.map((row) => row.bidder)).size))
  const bidders = await seat(house, options.url, seats)

  const total = [...bids.values()].reduce((sum, rows) => sum + rows.length, 0)
  const progress = progressOf('bidding', total)
  const atOnce = pLimit(Number(options.atOnce))
  const started = performance.now()
  const played = await Promise.all(
    [...bids].map(([auction, rows]) =>
      atOnce(async () => {
        const terms = termsOf(rows[0]!, results.get(auction), options, minor)
        return play({ auction, rows, terms, house, bidders, minor, currency: options.currency, progress })
      }),
    ),
  )
  const seconds = (performance.now() - started) / 1_000
  progress.stop()
  return report(played, results, { total, seconds, minor, exponent: exponentOf(options.currency) })
}

function rowsOf<Shape extends z.ZodType>(file: string, shape: Shape): z.output<Shape>[] {
  const read = z.array(shape).min(1).safeParse(cellsOf(file))
  if (read.success) return read.data
  const { path, message } = read.error.issues[0]!
  const where = path.length === 0 ? '' : `row ${Number(path[0]) + 1}, column ${String(path[1])}: `
  throw new ConfigError(`${file}: ${where}${message}`)
}

function cellsOf(file: string): unknown {
  try {
    return parse(readFileSync(file), { columns: true, skip_empty_lines: true, bom: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ConfigError(`${file} is no CSV: ${error.code}`)
  }
}

/** Reads a decimal figure without ever going through a fraction. */
function minorUnitsOf(currency: string): (major: string) => number {
  const exponent = exponentOf(currency)
  return (major) => {
    const [whole = '', fraction = ''] = major.split('.')
    if (!/^\d+$/.test(whole + fraction) || fraction.length > exponent)
      throw new ConfigError(`not an amount in ${currency}: ${major}`)
    return Number((whole || '0') + fraction.padEnd(exponent, '0'))
  }
}

function termsOf(
  { start_price }: BidRow,
  result: ResultRow | undefined,
  { increments }: ReplayOptions,
  minor: (major: string) => number,
): NewAuction['terms'] {
  const reserve = result?.reserve ?? ''
  return {
    startPrice: minor(start_price),
    increments: increments as NonNullable<NewAuction['terms']['increments']>,
    reservePrice: reserve === '' ? null : minor(reserve),
  }
}

/** As many bidders as the fullest auction needs; each auction hands them out anew. */
async function seat(house: Client, url: string, seats: number): Promise<Client[]> {
  const name = `replay-${randomBytes(4).toString('hex')}`
  const password = randomBytes(12).toString('base64url')
  const progress = progressOf('seating', seats)
  const bidders: Client[] = []
  for (let i = 1; i <= seats; i += 1) {
    const email = `${name}-${i}@replay.example`
    await patiently(() => house.signUp({ email, password, displayName: `${name} ${i}` }))
    const bidder = new Client(url)
    await patiently(() => bidder.signIn(email, password))
    bidders.push(bidder)
    progress.add(1)
  }
  progress.stop()
  return bidders
}

type Play = {
  readonly auction: string
  readonly rows: readonly BidRow[]
  readonly terms: NewAuction['terms']
  readonly house: Client
  readonly bidders: readonly Client[]
  readonly minor: (major: string) => number
  readonly currency: string
  readonly progress: { add(more: number): void }
}

async function play({ auction, rows, terms, house, bidders, minor, currency, progress }: Play): Promise<Played> {
  const lot = { title: `Replay of ${auction}`, currency, terms, durationSeconds: DURATION_SECONDS }
  const { id } = await patiently(() => house.create(lot))
  const seats = new Map<string, Client>()
  const refused: string[] = []
  for (const row of rows.toSorted((a, b) => Number(a.order) - Number(b.order))) {
    const bidder = seats.get(row.bidder) ?? bidders[seats.size]!
    seats.set(row.bidder, bidder)
    try {
      await patiently(() => bidder.bid(id, { maximum: minor(row.maximum) }, `${auction}-${row.order}`))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 409) throw error
      refused.push(error.code)
    }
    progress.add(1)
  }
  const { price } = await patiently(() => house.close(id))
  return { auction, price, accepted: rows.length - refused.length, refused }
}

/** Waits as long as it is told to where the service asks for patience. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'rate_limited') throw error
      await wait(Number(error.problem['retryAfterSeconds'] ?? 1) * 1_000)
    }
  }
}

type Figures = {
  readonly total: number
  readonly seconds: number
  readonly exponent: number
  readonly minor: (major: string) => number
}

function report(
  played: readonly Played[],
  results: ReadonlyMap<string, ResultRow>,
  { total, seconds, minor, exponent }: Figures,
): number {
  const show = (price: number | null) => (price === null ? 'no bid' : (price / 10 ** exponent).toFixed(exponent))
  const wrong = played.filter(({ auction, price }) => {
    const expected = results.get(auction)
    const mismatch = expected !== undefined && price !== minor(expected.closing_price)
    console.log(`${auction}  ${show(price)}${mismatch ? `  expected ${expected.closing_price}` : ''}`)
    return mismatch
  })
  const compared = played.filter(({ auction }) => results.has(auction)).length
  const refusals = Map.groupBy(
    played.flatMap(({ refused }) => refused),
    (code) => code,
  )
  const codes = [...refusals].map(([code, all]) => `${all.length} ${code}`).join(', ') || 'none'
  console.log(
    `${total} bids in ${seconds.toFixed(1)} s: ${Math.round(total / seconds)} bids a second; refused: ${codes}`,
  )
  if (compared > 0) console.log(`${compared - wrong.length} of ${compared} closing prices match`)
  return wrong.length
}
