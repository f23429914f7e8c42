import type { ChannelEvent } from '../../src/sdk/index.ts'
import type { Case } from './checker.ts'
import type { State } from './state.ts'

/** What must hold of the ledger whatever anybody asked. */
export function checkLedger(one: Case): void {
  const { events, claim } = one
  events.forEach(({ seq }, i) => claim(seq === i + 1, 'ledger_gap', () => `seq ${seq} in place ${i + 1}`))
  const ends = events.filter(isEnd)
  claim(ends.length <= 1, 'closed_twice', () => `seqs ${ends.map(({ seq }) => seq).join(', ')}`)
  const [end] = ends
  const last = events.at(-1)
  claim(
    end === undefined || isEnd(last!),
    'event_after_close',
    () => `${last!.type} ${last!.seq} after ${end!.type} ${end!.seq}`,
  )
  events.forEach((event, i) => {
    if (event.type === 'bid.placed') checkPlaced(one, one.states[i]!, event)
    if (event.type === 'auction.closed') checkClosed(one, one.states[i]!, event)
  })
}

export function isEnd({ type }: ChannelEvent): boolean {
  return type === 'auction.closed' || type === 'auction.cancelled'
}

function checkPlaced(
  { claim }: Case,
  before: State,
  { seq, at, data }: Extract<ChannelEvent, { type: 'bid.placed' }>,
): void {
  claim(before.status === 'open', 'ledger_inconsistent', () => `bid ${seq} while ${before.status}`)
  claim(at < before.closesAt!, 'accepted_late', () => `bid ${seq} at ${at}, the end was ${before.closesAt}`)
  const leads = data.paddle === before.leader
  claim(
    leads || data.amount >= before.minimumBid!,
    'ledger_inconsistent',
    () => `bid ${seq} amounts to ${data.amount}, below the minimum bid ${before.minimumBid}`,
  )
  const known = before.bids.some(({ paddle }) => paddle === data.paddle)
  claim(
    data.bidCount === before.bidCount + 1 && data.bidderCount === before.bidderCount + (known ? 0 : 1),
    'ledger_inconsistent',
    () => `bid ${seq} counts ${data.bidCount} bids and ${data.bidderCount} bidders`,
  )
  claim(
    data.price! >= (before.price ?? 0),
    'ledger_inconsistent',
    () => `bid ${seq} takes the price down to ${data.price}`,
  )
}

/** A close is due at the end, or was asked for: by hand, or by buying now. */
function checkClosed(
  { acts, claim }: Case,
  before: State,
  { seq, at, data }: Extract<ChannelEvent, { type: 'auction.closed' }>,
): void {
  const asked = acts.some(({ act, begin, end }) => act === 'close' && within(Date.parse(at), { begin, end }))
  const allowed = asked || data.outcome.reason === 'buy_now' || at >= before.closesAt!
  claim(allowed, 'closed_early', () => `closed (${seq}) at ${at}, the end was ${before.closesAt}`)
  claim(
    before.status === 'paused' || at <= before.closesAt!,
    'closed_late',
    () => `closed (${seq}) at ${at}, the end was ${before.closesAt}`,
  )
}

/** Instants are whole milliseconds, cut off. */
export function within(at: number, { begin, end }: { begin: number; end: number }): boolean {
  return at >= Math.floor(begin) && at <= end
}
