import { z } from 'zod'
import { fromWire } from '../domain/instant.ts'
import type { Amount } from '../domain/amount.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import { isCanonical, readCanonical } from './canonical.ts'
import { type Entry, GENESIS, type PrivateEntry, hashOf } from './chain.ts'
import { commitMaximum, commitPrivateHead, commitReserve } from './commitment.ts'
import { Replay } from './replay.ts'
import type { Guess } from './secrets.ts'

/** Checks the private chain of an auction against its public one: what a house shows to whom it lets look (docs/ledger.md). */

const offer = z.union([
  z.strictObject({ amount: z.int() }),
  z.strictObject({ maximum: z.int() }),
  z.strictObject({ atMost: z.int() }),
  z.strictObject({ minimum: z.int() }),
  z.strictObject({ atLeast: z.int() }),
  z.strictObject({ lowerTo: z.int(), bid: z.string() }),
])

const record = z.looseObject({
  auction: z.string(),
  number: z.int(),
  seq: z.int(),
  act: z.string(),
  at: z.string(),
  previous: z.string(),
  bid: z.string().optional(),
  paddle: z.string().optional(),
  offer: offer.optional(),
  commitment: z.string().optional(),
  reservePrice: z.int().nullable().optional(),
})
type AuditRecord = z.output<typeof record> & { readonly hash: string }

export type Audited = {
  readonly auction: string
  /** As the auction itself has them. */
  readonly head: string
  readonly privateHead: string
  readonly entries: readonly Entry[]
  readonly privateEntries: readonly PrivateEntry[]
  /** By bid; a person who was erased has none. */
  readonly salts: ReadonlyMap<string, string>
  /** Of the latest commitment to the reserve. */
  readonly reserveSalt: string
}

/** `chain` and `number` say which entry is wrong. */
export type Finding = { readonly chain: 'public' | 'private'; readonly number: number; readonly why: string }

/** What an exact bid amounted to: less than it offered where it bought at once. */
function amountOf(entries: readonly Entry[], bid: string): number {
  for (const { event } of entries) if (event.type === 'bid.placed' && event.data.bid === bid) return event.data.amount
  return 0
}

/** The first that is wrong, or null: links, commitments, and every price, leader and outcome out of the true maxima. */
export function audit({
  auction,
  head,
  privateHead,
  entries,
  privateEntries,
  salts,
  reserveSalt,
}: Audited): Finding | null {
  let last = GENESIS
  for (const [i, { seq, line, hash }] of entries.entries()) {
    const follows = seq === i + 1 && (JSON.parse(line) as { previous: string }).previous === last
    if (!follows || hashOf(line) !== hash) return wrong('public', i + 1, 'does not follow the entry before')
    last = hash
  }
  if (last !== head) return wrong('public', entries.length, 'is not the head of the auction')
  const records: AuditRecord[] = []
  for (const { number, line, hash } of privateEntries) {
    const read = isCanonical(line) ? record.safeParse(readCanonical(line)) : null
    const previous = records.at(-1)?.hash ?? GENESIS
    if (read?.success !== true) return wrong('private', number, 'is no audit record')
    const { data } = read
    if (
      data.auction !== auction ||
      data.number !== records.length + 1 ||
      data.previous !== previous ||
      hashOf(line, 'private') !== hash
    )
      return wrong('private', number, 'does not follow the entry before')
    records.push({ ...data, hash })
  }
  if (records.at(-1)?.hash !== privateHead) return wrong('private', records.length, 'is not the head of the auction')
  return opened({ auction, records, entries, salts, reserveSalt }) ?? replayed(records, entries)
}

function wrong(chain: Finding['chain'], number: number, why: string): Finding {
  return { chain, number, why }
}

type Opened = Omit<Audited, 'privateEntries' | 'head' | 'privateHead'> & { readonly records: readonly AuditRecord[] }

/** Every commitment opens to what the private chain says. */
function opened({ auction, records, entries, salts, reserveSalt }: Opened): Finding | null {
  for (const { seq, salt, event } of entries) {
    const behind = records.find((one) => one.seq >= seq)
    if (behind === undefined) return wrong('public', seq, 'has no audit record behind it')
    if (event.private !== commitPrivateHead(salt, auction, behind.hash))
      return wrong('public', seq, 'commits to another private head')
    if (event.type === 'bid.placed' && event.commitment !== behind.commitment)
      return wrong('public', seq, 'commits to another maximum than the private chain')
  }
  for (const { number, bid, offer: offered, commitment } of records) {
    const salt = bid === undefined ? undefined : salts.get(bid)
    if (salt === undefined || offered === undefined) continue
    const most = mostOf(offered, () => amountOf(entries, bid!)) as Amount
    if (commitMaximum(salt, auction, bid!, most) !== commitment)
      return wrong('private', number, 'commits to another maximum than was offered')
  }
  const last = entries.findLast(({ event }) => event.type !== 'bid.placed' && event.commitment !== undefined)
  const reserve = records.findLast(({ reservePrice }) => reservePrice !== undefined)?.reservePrice ?? null
  if (last?.event.commitment !== commitReserve(reserveSalt, auction, reserve as Amount | null))
    return wrong('public', last?.seq ?? 0, 'commits to another reserve than the private chain')
  return null
}

function mostOf(offered: z.output<typeof offer>, exact: () => number): number {
  if ('lowerTo' in offered) return offered.lowerTo
  if ('minimum' in offered) return offered.minimum
  return 'maximum' in offered ? offered.maximum : exact()
}

function replayed(records: readonly AuditRecord[], entries: readonly Entry[]): Finding | null {
  const offers = new Map(
    records.flatMap(({ act, bid, offer }) =>
      act === 'bid' && offer !== undefined ? [[bid!, offer as Offer | Lowering]] : [],
    ),
  )
  const truth = {
    reserve: null as Amount | null,
    reigns: [],
    opened: { offers: new Map(), silent: [], wholeUntil: new Map() },
    exactness: () => undefined,
    leadsAfter: () => null,
    buysNow: () => false,
    isEarlier: entries[0]?.event.ledger === undefined,
    offerOf: (bid: string) => offers.get(bid),
  }
  const house = new Replay(truth satisfies Guess)
  let seq = 0
  for (const { number, act, at, bid, paddle, reservePrice, ...rest } of records) {
    if (reservePrice !== undefined) truth.reserve = reservePrice as Amount | null
    if (act === 'bid' && rest.seq === seq) {
      const why = house.raise({ id: bid!, paddle: paddle!, offer: offers.get(bid!)!, at: fromWire(at) })
      if (why !== null) return wrong('private', number, why)
    }
    for (const { event } of entries.slice(seq, rest.seq)) {
      const why = house.follow(event)
      if (why !== null) return wrong('public', event.seq, why)
    }
    seq = rest.seq
  }
  return null
}
