import { isDeepStrictEqual } from 'node:util'
import type { AnswerView, ChannelEvent } from '../../src/sdk/index.ts'
import type { Case } from './checker.ts'
import { within } from './check-ledger.ts'
import { explain } from './explain.ts'
import type { BidCall } from './history.ts'
import type { State } from './state.ts'

type Placed = Extract<ChannelEvent, { type: 'bid.placed' }>

/** Every acknowledged bid is in the ledger once, as it was told; every bid in the ledger is somebody's. */
export function checkBids(one: Case): void {
  const { events, claim } = one
  const placed = new Map<string, Placed>()
  for (const event of events) {
    if (event.type !== 'bid.placed') continue
    const first = placed.get(event.data.bid)
    claim(first === undefined, 'bid_twice', () => `bid ${event.data.bid} is ${first?.seq} and ${event.seq}`)
    placed.set(event.data.bid, event)
  }
  for (const calls of byKey(one.bids)) checkKey(one, calls, placed)
  checkPaddles(one)
  explain(one, [...placed.values()])
}

/** The tries of each key, in the order in which they were made. */
function byKey(bids: readonly BidCall[]): Iterable<BidCall[]> {
  return Map.groupBy(bids, ({ client, key }) => `${client} ${key}`).values()
}

function checkKey(one: Case, calls: readonly BidCall[], placed: ReadonlyMap<string, Placed>): void {
  const { claim } = one
  const begin = Math.min(...calls.map((call) => call.begin))
  let told: BidCall | null = null
  for (const call of calls) {
    if (call.answer.kind !== 'accepted') continue
    const { view } = call.answer
    const first = told?.answer.kind === 'accepted' ? told.answer.view : view
    claim(isDeepStrictEqual(view, first), 'key_answered_twice', () => `${call.key}: ${show(first)}, then ${show(view)}`)
    told ??= call
    checkAck(one, call, view, placed)
    checkInstant(one, calls, view)
    const end = view.seq === null ? null : one.states[view.seq - 1]?.closesAt
    claim(
      typeof end !== 'string' || begin < Date.parse(end),
      'accepted_late',
      () => `${call.key} asked after the end ${end}`,
    )
  }
  if (told !== null) checkRepeats(one, calls, told)
}

/** Once a key is accepted it is not refused: neither later in time, nor at a seq that knows of it. */
function checkRepeats({ claim }: Case, calls: readonly BidCall[], told: BidCall): void {
  const seq = told.answer.kind === 'accepted' ? told.answer.view.seq : null
  for (const { begin, key, offer, answer } of calls) {
    if (answer.kind !== 'refused' || transient.has(answer.refusal.code)) continue
    if (!isDeepStrictEqual(offer, told.offer)) continue
    const knows = begin > told.end || (seq !== null && (answer.refusal.asOfSeq ?? 0) >= seq)
    claim(
      !knows,
      'key_answered_twice',
      () => `${key} accepted (${seq}), and ${show(answer)}; all: ${show(calls.map(tried))}`,
    )
  }
}

/** The instant of a bid lies within a try that was accepted, or behind one of which nothing is known. */
function checkInstant({ claim }: Case, calls: readonly BidCall[], { bid }: AnswerView): void {
  const at = Date.parse(bid.at)
  const inside = calls.filter(({ begin, end, answer }) =>
    answer.kind === 'unknown' ? at >= Math.floor(begin) : within(at, { begin, end }),
  )
  if (inside.some(({ answer }) => answer.kind !== 'refused')) return
  claim(false, inside.length > 0 ? 'refused_yet_recorded' : 'stamped_outside', () => `${calls[0]!.key} at ${bid.at}`)
}

/** Says nothing of the bid itself. */
const transient = new Set(['unauthenticated', 'rate_limited', 'bidder_blocked', 'auction_not_found'])

function checkAck(one: Case, call: BidCall, view: AnswerView, placed: ReadonlyMap<string, Placed>): void {
  const { claim, states } = one
  const { offer, key } = call
  const asked = 'maximum' in offer ? { maximum: offer.maximum } : { maximum: null }
  claim(view.bid.maximum === asked.maximum, 'ack_differs', () => `${key} asked ${show(offer)}: ${show(view)}`)
  const event = placed.get(view.bid.id)
  if (view.seq === null) {
    claim(event === undefined, 'silent_raise_shown', () => `${key} was told seq null, and is ${event!.seq}`)
    const raised = view.outcome === 'raised' && view.leader === view.bid.paddle
    const fits = states.some((state) => state.leader === view.leader && state.price === view.price)
    claim(raised && fits, 'ack_differs', () => `silent raise ${key}: ${show(view)}`)
    return
  }
  claim(event !== undefined, 'ack_lost', () => `${key} was told seq ${view.seq}: ${view.bid.id} is not in the ledger`)
  if (event === undefined) return
  const { leader, paddle, amount, price } = event.data
  const recorded = { seq: event.seq, at: event.at, paddle, amount, price, leader }
  const { bid } = view
  const said = { seq: view.seq, at: bid.at, paddle: bid.paddle, amount: bid.amount, price: view.price }
  claim(
    isDeepStrictEqual({ ...said, leader: view.leader }, recorded),
    'ack_differs',
    () => `${key} was told ${show(view)}, the ledger has ${show(recorded)}`,
  )
  const { minimumBid, closesAt } = settled(one, event)
  claim(
    view.minimumBid === minimumBid && view.closesAt === closesAt && outcomeFits(view, states[event.seq - 1]),
    'ack_differs',
    () => `${key} was told ${show(view)}, where minimumBid ${minimumBid} and closesAt ${closesAt} hold`,
  )
}

/** The state after a bid and what it brought along at once: a later end, or the close. */
function settled({ events, states }: Case, { seq, at }: Placed): State {
  const next = events[seq]
  const extended = next?.type === 'closing.extended' && next.data.reason === 'bid'
  const bought = next?.type === 'auction.closed' && next.data.outcome.reason === 'buy_now'
  return states[(extended || bought) && next.at === at ? seq + 1 : seq]!
}

function outcomeFits({ outcome, leader, bid }: AnswerView, before: State | undefined): boolean {
  if (outcome === 'outbid') return leader !== bid.paddle
  if (leader !== bid.paddle) return false
  return outcome === 'won' || (outcome === 'raised') === (before?.leader === bid.paddle)
}

function checkPaddles({ bids, claim }: Case): void {
  const owners = new Map<string, string>()
  const paddles = new Map<string, string>()
  for (const { client, answer } of bids) {
    if (answer.kind !== 'accepted') continue
    const { paddle } = answer.view.bid
    const same = (owners.get(paddle) ?? client) === client && (paddles.get(client) ?? paddle) === paddle
    claim(same, 'paddle_mixed', () => `${paddle} is ${client}’s and ${owners.get(paddle)}’s`)
    owners.set(paddle, client)
    paddles.set(client, paddle)
  }
}

export function show(value: unknown): string {
  return JSON.stringify(value)
}

function tried({ begin, end, offer, answer }: BidCall): object {
  return { begin, end, offer, answer: answer.kind }
}
