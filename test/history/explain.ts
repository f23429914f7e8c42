import { type Offer as DomainOffer, mostOf } from '../../src/domain/schema.ts'
import { isDeepStrictEqual } from 'node:util'
import type { ChannelEvent, Offer } from '../../src/sdk/index.ts'
import type { Case } from './checker.ts'
import type { BidCall } from './history.ts'

type Placed = Extract<ChannelEvent, { type: 'bid.placed' }>
/** The tries of one key that may have been recorded without anybody's knowing. */
type Open = { readonly client: string; readonly calls: readonly BidCall[] }

/**
 * An event of a bid belongs to a key that was acknowledged by its id, or else to one whose outcome is unknown; each of those
 * explains at most one. What is left was recorded though it was refused, or is nobody's.
 */
export function explain({ bids, events, claim }: Case, placed: readonly Placed[]): void {
  const acked = new Set(bids.flatMap(({ answer }) => (answer.kind === 'accepted' ? [answer.view.bid.id] : [])))
  const owners = ownersOf(bids)
  const open = openKeys(bids)
  const unexplained = placed.filter(({ data }) => !acked.has(data.bid))
  const taken = new Map<Open, Placed>()
  for (const event of unexplained) {
    if (assign(event, open, taken, owners, new Set())) continue
    const refused = bids.some((call) => isRefused(event, call, bids) && fits(event, call, owners))
    const kind = refused ? 'refused_yet_recorded' : 'bid_unexplained'
    claim(false, kind, () => `bid ${event.seq} of ${event.data.paddle}, one of ${events.length} events`)
  }
}

/** One path further in a matching of events and keys: makes room where another key will do for what took it. */
function assign(
  event: Placed,
  open: readonly Open[],
  taken: Map<Open, Placed>,
  owners: ReadonlyMap<string, string>,
  tried: Set<Open>,
): boolean {
  for (const key of open) {
    if (tried.has(key) || !explains(key, event, owners)) continue
    tried.add(key)
    const other = taken.get(key)
    if (other !== undefined && !assign(other, open, taken, owners, tried)) continue
    taken.set(key, event)
    return true
  }
  return false
}

/** A key that was refused later, at a seq that should have known it, was not recorded before. */
function explains({ calls }: Open, event: Placed, owners: ReadonlyMap<string, string>): boolean {
  return calls.some((call) => {
    if (call.answer.kind !== 'unknown' || !fits(event, call, owners)) return false
    const denied = calls.some(
      ({ begin, offer, answer }) =>
        begin > call.end &&
        isDeepStrictEqual(offer, call.offer) &&
        answer.kind === 'refused' &&
        (answer.refusal.asOfSeq ?? -1) >= event.seq,
    )
    return !denied
  })
}

function fits({ at, data }: Placed, { client, begin, offer }: BidCall, owners: ReadonlyMap<string, string>): boolean {
  const known = owners.get(client)
  const own = known === undefined ? ![...owners.values()].includes(data.paddle) : known === data.paddle
  return own && Date.parse(at) >= Math.floor(begin) && amountFits(data.amount, offer)
}

/** Whether it was recorded in this try, and this key was refused then or in another. */
function isRefused(event: Placed, { client, key, end, answer }: BidCall, bids: readonly BidCall[]): boolean {
  if (answer.kind === 'accepted' || (answer.kind === 'refused' && Date.parse(event.at) > end)) return false
  return bids.some((other) => other.client === client && other.key === key && other.answer.kind === 'refused')
}

/** A maximum may show as less; so may an exact bid that bought now. */
function amountFits(amount: number, offer: Offer): boolean {
  return amount <= mostOf(offer as DomainOffer)
}

function ownersOf(bids: readonly BidCall[]): Map<string, string> {
  const owners = new Map<string, string>()
  for (const { client, answer } of bids) if (answer.kind === 'accepted') owners.set(client, answer.view.bid.paddle)
  return owners
}

function openKeys(bids: readonly BidCall[]): Open[] {
  const keys = Map.groupBy(bids, ({ client, key }) => `${client} ${key}`).values()
  return [...keys]
    .filter((calls) => calls.every(({ answer }) => answer.kind !== 'accepted'))
    .filter((calls) => calls.some(({ answer }) => answer.kind === 'unknown'))
    .map((calls) => ({ client: calls[0]!.client, calls }))
}
