import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import { ConfigError } from '../config.ts'
import { exponentOf } from '../domain/currency.ts'
import { title } from '../domain/schema.ts'
import { Client, type NewAuction, ProblemError } from '../sdk/index.ts'
import { ordersOf, sumsOf } from './figures.ts'
import { progressOf } from './progress.ts'
import { type Cell, type Row, readTable, refuse } from './table.ts'

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

const BID_COLUMNS = ['auction', 'order', 'bidder', 'maximum', 'start_price'] as const
const RESULT_COLUMNS = ['auction', 'closing_price'] as const

/** A recorded bid. `line` is that of the file: no other bid has it. */
type Bid = { readonly line: number; readonly bidder: string; readonly order: number; readonly maximum: number }
/** A recorded auction, in minor units. */
type Recorded = { readonly startPrice: number; readonly bids: readonly Bid[] }
type Result = { readonly closingPrice: number; readonly reserve: number; readonly shown: string }

/** What became of one recorded auction: minor units. */
type Played = {
  readonly auction: string
  readonly price: number | null
  readonly accepted: number
  readonly refused: string[]
}

/** Long enough that no auction closes by itself while it is played. */
const DURATION_SECONDS = 86_400
/** Characters of an auction's name in its title. */
const NAME_MAX = 150

/** Plays recorded auctions through the public API; prints closing prices and returns how many do not match. */
export async function replay(options: ReplayOptions): Promise<number> {
  try {
    return await playAll(options)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const errors = (error.problem['errors'] ?? []) as { path: string; message: string }[]
    const why = errors.map(({ path, message }) => `: ${path} ${message}`).join('')
    throw new ConfigError(`the service refused: ${error.message}${why}`)
  }
}

async function playAll(options: ReplayOptions): Promise<number> {
  const auctions = readBids(options)
  const results = options.results === undefined ? new Map<string, Result>() : readResults(options.results, options)
  const house = new Client(options.url)
  await house.signIn(options.email, options.password)
  const seats = Math.max(...[...auctions.values()].map(({ bids }) => new Set(bids.map((bid) => bid.bidder)).size))
  const bidders = await seat(house, options.url, seats)

  const total = [...auctions.values()].reduce((sum, { bids }) => sum + bids.length, 0)
  const progress = await progressOf('bidding', total)
  const atOnce = pLimit(Number(options.atOnce))
  const started = performance.now()
  const played = await Promise.all(
    [...auctions].map(([auction, recorded]) =>
      atOnce(async () => {
        const terms = termsOf(recorded, results.get(auction), options)
        return play({ auction, bids: recorded.bids, terms, house, bidders, currency: options.currency, progress })
      }),
    ),
  )
  const seconds = (performance.now() - started) / 1_000
  progress.stop()
  return report(played, results, { total, seconds, exponent: exponentOf(options.currency) })
}

function readBids({ file, currency }: ReplayOptions): Map<string, Recorded> {
  const rows = readTable(file, BID_COLUMNS)
  const minor = sumsOf(
    rows.flatMap(({ maximum, start_price }) => [maximum, start_price]),
    currency,
  )
  const orderOf = ordersOf(rows.map(({ order }) => order))
  const auctions = Map.groupBy(rows, ({ auction }) => titled(auction))
  const bidOf = ({ order, bidder, maximum }: (typeof rows)[number]): Bid => ({
    line: order.line,
    bidder: bidder.text,
    order: orderOf(order),
    maximum: positive(maximum, minor),
  })
  return new Map(
    [...auctions].map(([auction, all]) => {
      const bids = all.map(bidOf).toSorted((a, b) => a.order - b.order)
      return [auction, { startPrice: positive(all[0]!.start_price, minor), bids }]
    }),
  )
}

function readResults(file: string, { currency }: ReplayOptions): Map<string, Result> {
  const rows = readTable(file, RESULT_COLUMNS).map((row) => ({ ...row, reserve: reserveIn(row) }))
  const sums = rows.flatMap(({ closing_price, reserve }) =>
    reserve === null ? [closing_price] : [closing_price, reserve],
  )
  const minor = sumsOf(sums, currency)
  return new Map(
    rows.map(({ auction, closing_price, reserve }) => {
      const result = { closingPrice: minor(closing_price), reserve: reserve === null ? 0 : minor(reserve) }
      return [auction.text, { ...result, shown: closing_price.text }]
    }),
  )
}

function reserveIn(row: Row): Cell | null {
  const { reserve } = row
  return reserve === undefined || reserve.text === '' ? null : reserve
}

/** The name of an auction as it can be shown. */
function titled(auction: Cell): string {
  if (!title.safeParse(titleOf(auction.text)).success) refuse(auction, 'cannot be shown as a title')
  return auction.text
}

function titleOf(auction: string): string {
  return `Replay of ${Array.from(auction).slice(0, NAME_MAX).join('')}`
}

function positive(cell: Cell, minor: (cell: Cell) => number): number {
  const sum = minor(cell)
  return sum > 0 ? sum : refuse(cell, 'must be above 0')
}

function termsOf(
  { startPrice }: Recorded,
  result: Result | undefined,
  { increments }: ReplayOptions,
): NewAuction['terms'] {
  const reserve = result?.reserve ?? 0
  return {
    startPrice,
    increments: increments as NonNullable<NewAuction['terms']['increments']>,
    // One below the start is met by any bid.
    reservePrice: reserve < startPrice ? null : reserve,
  }
}

/** As many bidders as the fullest auction needs; each auction hands them out anew. */
async function seat(house: Client, url: string, seats: number): Promise<Client[]> {
  const name = `replay-${randomBytes(4).toString('hex')}`
  const password = randomBytes(12).toString('base64url')
  const progress = await progressOf('seating', seats)
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
  readonly bids: readonly Bid[]
  readonly terms: NewAuction['terms']
  readonly house: Client
  readonly bidders: readonly Client[]
  readonly currency: string
  readonly progress: { add(more: number): void }
}

async function play({ auction, bids, terms, house, bidders, currency, progress }: Play): Promise<Played> {
  const lot = { title: titleOf(auction), currency, terms, durationSeconds: DURATION_SECONDS }
  const { id } = await patiently(() => house.create(lot))
  const seats = new Map<string, Client>()
  const refused: string[] = []
  for (const { bidder, maximum, line } of bids) {
    const seated = seats.get(bidder) ?? bidders[seats.size]!
    seats.set(bidder, seated)
    try {
      // What people wrote is no key: a header takes ASCII only, and two rows may say the same.
      await patiently(() => seated.bid(id, { maximum }, `line-${line}`))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 409) throw error
      refused.push(error.code)
    }
    progress.add(1)
  }
  const { price } = await patiently(() => house.close(id))
  return { auction, price, accepted: bids.length - refused.length, refused }
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
}

function report(
  played: readonly Played[],
  results: ReadonlyMap<string, Result>,
  { total, seconds, exponent }: Figures,
): number {
  const show = (price: number | null) => (price === null ? 'no bid' : (price / 10 ** exponent).toFixed(exponent))
  const wrong = played.filter(({ auction, price }) => {
    const expected = results.get(auction)
    const mismatch = expected !== undefined && price !== expected.closingPrice
    console.log(`${auction}  ${show(price)}${mismatch ? `  expected ${expected.shown}` : ''}`)
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
