import { type Offer as DomainOffer, mostOf } from '../../src/domain/schema.ts'
import type { Case } from './checker.ts'
import { show } from './check-bids.ts'
import { within } from './check-ledger.ts'
import type { BidCall, Refusal } from './history.ts'
import type { State } from './state.ts'

type Asked = {
  readonly call: BidCall
  readonly refusal: Refusal
  readonly state: State
  readonly one: Case
  /** Whether the caller led; null where that cannot be told from here. */
  readonly leads: boolean | null
}

/** When each refusal is right, by its code. A code that is not here is never right. */
const rules: Readonly<Record<string, (asked: Asked) => boolean>> = {
  bid_too_low: ({ call, refusal, state, leads }) =>
    leads !== true &&
    state.status === 'open' &&
    refusal['minimumBid'] === state.minimumBid &&
    refusal['price'] === state.price &&
    figure(call) < state.minimumBid!,
  already_leading: ({ call, state, leads }) => leads !== false && state.status === 'open' && !('maximum' in call.offer),
  maximum_not_raised: ({ call, state, leads, one }) =>
    leads !== false && state.status === 'open' && 'maximum' in call.offer && isNoStepAbove(one, call),
  auction_not_open: ({ refusal, state }) =>
    (state.status === 'scheduled' || state.status === 'draft') && refusal['opensAt'] === state.opensAt,
  auction_paused: ({ state }) => state.status === 'paused',
  auction_cancelled: ({ state }) => state.status === 'cancelled',
  auction_closed: ({ call, refusal, state }) =>
    state.status === 'closed' &&
    refusal['closesAt'] === state.closesAt &&
    Number(refusal['lateMilliseconds']) >= 0 &&
    within(Date.parse(state.closesAt!) + Number(refusal['lateMilliseconds']), call),
  own_auction: ({ call, state }) => state.seller === call.client,
  idempotency_key_reused: ({ call, one }) => one.bids.some((other) => isReused(call, other)),
}

export function checkRefusals(one: Case): void {
  for (const call of one.bids) {
    if (call.answer.kind !== 'refused') continue
    const { refusal } = call.answer
    const state = one.states[refusal.asOfSeq ?? -1]
    const right =
      state !== undefined &&
      rules[refusal.code]?.({ call, refusal, state, one, leads: leads(one, call.client, state) }) === true
    one.claim(right, 'refusal_wrong', () => `${show(call)} at ${show(state)}`)
  }
}

function figure({ offer }: BidCall): number {
  return mostOf(offer as DomainOffer)
}

function leads({ bids }: Case, client: string, { leader }: State): boolean | null {
  const own = bids.filter((call) => call.client === client)
  for (const { answer } of own) if (answer.kind === 'accepted') return answer.view.bid.paddle === leader
  return own.some(({ answer }) => answer.kind === 'unknown') ? null : false
}

/** What was offered before, and not refused, is as high, or less than a step below (PX-5). */
function isNoStepAbove({ bids, events }: Case, call: BidCall): boolean {
  return bids.some(
    (other) =>
      other.client === call.client &&
      other !== call &&
      other.answer.kind !== 'refused' &&
      other.begin <= call.end &&
      figure(call) < figure(other) + stepAt(events, figure(other)),
  )
}

/** By the terms that the auction was created with. */
function stepAt([created]: Case['events'], amount: number): number {
  if (created?.type !== 'auction.created') return 0
  const { increments } = created.data.terms
  if (!Array.isArray(increments)) throw new Error('no history has percentages')
  return increments.findLast(({ from }) => from <= amount)!.step
}

function isReused(call: BidCall, other: BidCall): boolean {
  const same = other.client === call.client && other.key === call.key && other.begin <= call.end
  return same && other.answer.kind !== 'refused' && show(other.offer) !== show(call.offer)
}
