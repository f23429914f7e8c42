import { z } from 'zod'
import { type Amount, AMOUNT_MAX } from '../domain/amount.ts'
import { formats } from '../domain/formats/index.ts'
import { fromWire, toWire } from '../domain/instant.ts'
import { nextBidOf } from '../domain/view.ts'
import type { ChannelEvent } from '../protocol.ts'
import { shown } from './canonical.ts'
import { commitMaximum } from './commitment.ts'
import { type PublicJwk, readJws } from './jws.ts'
import { type Kept, contradiction, readKept } from './kept.ts'
import { formatIn, limitOf, openedIn } from './openings.ts'
import { isBetween, judgeRefusal } from './refusals.ts'
import { auctionAfter } from './replay.ts'
import { fieldIn, hash } from './shapes.ts'
import { type Receipt, receipt } from './statements.ts'

/** Whether a ledger keeps what its house signed for a bidder. */

type Accepted = Extract<Receipt, { type: 'accepted' }>

type Ledger = { readonly auction: string; readonly events: readonly ChannelEvent[] }

export type Broken = { readonly line: number | null; readonly why: string }

const offered = z.int().min(1).max(AMOUNT_MAX)

/** A saved answer to an accepted bid: with it a maximum is shown to be the one that was committed to. */
const answer = z.looseObject({
  bid: z.looseObject({ amount: offered, maximum: offered.nullable(), minimum: offered.nullish(), salt: hash }),
})

export type Read = {
  readonly said: Receipt
  /** The answer or problem that held it; null for a bare one. */
  readonly given: Kept | null
}

/** `text` is a receipt, or the answer or problem that held it. Null where none of these keys signed it. */
export function readReceipt(text: string, keys: readonly PublicJwk[]): Read | null {
  const given = readKept(text)
  const jws = given === null ? text.trim() : given['receipt']
  const read = typeof jws === 'string' ? readJws(jws, 'receipt', keys) : null
  const said = receipt.safeParse(read?.payload)
  return said.success ? { said: said.data, given } : null
}

/** A note where the ledger keeps it. */
export function judgeReceipt({ said, given }: Read, ledger: Ledger): Broken | { readonly note: string } {
  if (said.auction !== ledger.auction) return broken(null, 'is of another auction')
  if (said.asOfSeq > ledger.events.length)
    return broken(null, `was given at entry ${said.asOfSeq}, and the ledger holds ${ledger.events.length}`)
  if (said.asOfSeq === 0) return broken(null, 'was given before there was an entry')
  if (ledger.events[said.asOfSeq - 1]!.hash !== said.head)
    return broken(said.asOfSeq, 'is not the entry that the receipt was given at')
  if (said.type === 'refused') {
    const { code, asOfSeq, fields } = said
    const wrong = contradiction(given ?? {}, { ...fields, code, asOfSeq })
    if (wrong !== null) return broken(null, `says another ${wrong} than its receipt`)
    const ruling = judgeRefusal(said, ledger.events)
    return 'why' in ruling ? broken(asOfSeq, ruling.why) : ruling
  }
  if (given === null) return judgeAcceptance(said, null, ledger.events) ?? { note: 'is kept' }
  const wrong = deniedBy(given, said, ledger.events)
  if (wrong !== null) return broken(null, `says another ${wrong} than its receipt`)
  const opened = answer.safeParse(given)
  if (!opened.success)
    return broken(null, `opens no commitment: ${fieldIn(opened.error)} is missing or not as an answer has it`)
  const { amount, maximum, minimum, salt } = opened.data.bid
  const most = maximum ?? minimum ?? amount
  if (commitMaximum(salt, said.auction, said.bid, most as Amount) !== said.commitment)
    return broken(null, 'commits to another maximum')
  return judgeAcceptance(said, most, ledger.events) ?? { note: 'is kept' }
}

/** The field in which an answer says otherwise than its receipt and the entries that stands on, or null. */
function deniedBy(given: Kept, said: Accepted, events: readonly ChannelEvent[]): string | null {
  const { bid: id, paddle, commitment, at, key, outcome, price, leader, closesAt, seq, asOfSeq } = said
  const next = nextBidOf(auctionAfter(events, asOfSeq))
  const wrong = contradiction(given, { key, outcome, price, leader, closesAt, seq, ...next })
  const bid = given['bid']
  if (wrong !== null || typeof bid !== 'object' || bid === null) return wrong
  const entry = seq === null ? undefined : events[seq - 1]
  const amount = entry?.type === 'bid.placed' ? entry.data.amount : price
  return contradiction(bid as Kept, { id, paddle, commitment, at, amount })
}

function judgeAcceptance(said: Accepted, most: number | null, events: readonly ChannelEvent[]): Broken | null {
  const entry = said.seq === null ? null : events[said.seq - 1]
  if (entry !== null) {
    if (entry?.type !== 'bid.placed' || entry.data.bid !== said.bid)
      return broken(said.seq, 'is not the bid that was acknowledged')
    if (entry.commitment !== said.commitment)
      return broken(said.seq, 'commits to another maximum than was acknowledged')
    if (
      entry.data.paddle !== said.paddle ||
      entry.data.leader !== said.leader ||
      entry.data.price !== said.price ||
      entry.at !== said.at
    )
      return broken(said.seq, 'shows another price, leader, paddle or time than was acknowledged')
  }
  return (
    judgeUnseen(said, events) ??
    judgeState(said, events) ??
    judgeOpened(said, events) ??
    (most === null ? null : judgeMaximum(said, most, events))
  )
}

/** What has no entry of its own stands between two, and is no bid that everybody sees. */
function judgeUnseen({ seq, bid, at, asOfSeq }: Accepted, events: readonly ChannelEvent[]): Broken | null {
  if (seq !== null) return null
  const placed = events.find((event) => event.type === 'bid.placed' && event.data.bid === bid)
  if (placed !== undefined) return broken(placed.seq, 'is the bid that was acknowledged as one that nobody sees')
  return isBetween(at, asOfSeq, events) ? null : broken(asOfSeq, `is not the last entry there was at ${at}`)
}

/** What a bid leads to is what was acknowledged: at the last entry that it caused. */
function judgeState(said: Accepted, events: readonly ChannelEvent[]): Broken | null {
  const { seq, asOfSeq } = said
  const caused = seq !== null && isCaused(events[seq]) ? 1 : 0
  if (seq !== null && asOfSeq !== seq + caused)
    return broken(asOfSeq, `is not the last entry that the bid of entry ${seq} caused`)
  const { stage, standing, closesAt } = auctionAfter(events, asOfSeq)
  const leader = standing?.bidder ?? null
  const lowers = said.outcome === 'lowered'
  if (lowers && !isAfterVoid(events.slice(0, asOfSeq), said.paddle))
    return broken(asOfSeq, 'lets no maximum be lowered')
  if (seq === null && !lowers && (stage.status !== 'open' || fromWire(said.at) >= closesAt!))
    return broken(asOfSeq, `leaves no bid to be taken at ${said.at}`)
  const led = seq === null ? leader : leaderBefore(events, seq)
  const leading = led === said.paddle ? 'raised' : 'leading'
  const outcome = lowers ? 'lowered' : stage.status === 'closed' ? 'won' : leader === said.paddle ? leading : 'outbid'
  const follows = { outcome, price: standing?.price ?? null, leader, closesAt: toWire(closesAt!) }
  for (const [name, value] of Object.entries(follows))
    if (said[name as keyof typeof follows] !== value)
      return broken(asOfSeq, `leads to another ${name} than was acknowledged: ${shown(name, value)}`)
  return seq === null && leader !== said.paddle ? broken(asOfSeq, 'lets somebody else lead than raised') : null
}

/** What a void opens of this bid is what was committed to, and where all that goes with a bid is opened, so is this. */
function judgeOpened(
  { auction, seq, bid, commitment, outcome, asOfSeq }: Accepted,
  events: readonly ChannelEvent[],
): Broken | null {
  const openings = events.flatMap((event) => (event.openings ?? []).map((one) => ({ ...one, by: event.seq })))
  const own = openings.filter((one) => one.bid === bid)
  const other = own.find((one) => commitMaximum(one.salt, auction, bid, limitOf(one)) !== commitment)
  if (other !== undefined) return broken(other.by, 'opens another maximum than was acknowledged')
  const led = auctionAfter(events, asOfSeq).standing?.bidId ?? ''
  const later = openings.some((one) => 'raises' in one && one.raises === led && one.asOfSeq === asOfSeq)
  if (seq !== null || own.length > 0 || (later && outcome === 'raised')) return null
  const whole = openedIn(events).wholeUntil.get(led) ?? 0
  return whole > asOfSeq ? broken(whole, 'does not open what was acknowledged of the bid that it opens') : null
}

function leaderBefore(events: readonly ChannelEvent[], seq: number): string | null {
  const before = events.slice(0, seq - 1).findLast(({ type }) => type === 'bid.placed' || type === 'bid.voided')
  return (before?.data as { leader: string | null } | undefined)?.leader ?? null
}

/** Whether a void let this paddle lead again, and no bid came since (VOID-3). */
function isAfterVoid(events: readonly ChannelEvent[], paddle: string): boolean {
  const last = events.findLast(({ type }) => type === 'bid.placed' || type === 'bid.voided')
  return last?.type === 'bid.voided' && last.data.leader === paddle
}

/** A bid causes one more entry at most: it moves the end, or buys at once. */
function isCaused(event: ChannelEvent | undefined): boolean {
  if (event?.type === 'closing.extended') return event.data.reason === 'bid'
  return event?.type === 'auction.closed' && event.data.outcome.reason === 'buy_now'
}

/** While a bid stands, nobody else leads below its maximum (PX-2, PX-4). */
function judgeMaximum(
  { paddle, bid, asOfSeq }: Accepted,
  most: number,
  events: readonly ChannelEvent[],
): Broken | null {
  const { side, limit } = formats[formatIn(events)]
  const reaches = (amount: number | null) => amount !== null && side.reaches(amount as Amount, most as Amount)
  for (const event of events.slice(asOfSeq)) {
    // With a voided bid go the raises of it, and which bid a silent raise belonged to is not public.
    if (event.type === 'bid.voided' && (event.data.bid === bid || event.data.paddle === paddle)) return null
    if (event.type !== 'bid.placed' && event.type !== 'bid.voided') continue
    const { leader, price } = event.data
    // Who leads again by a void may have lowered it since, which nobody saw (VOID-3).
    if (event.type === 'bid.voided' && leader === paddle && leaderBefore(events, event.seq) !== paddle) return null
    if (leader !== paddle && !reaches(price))
      return broken(
        event.seq,
        `lets ${leader ?? 'nobody'} lead at ${price ?? 0}, ${limit === 'maximum' ? 'below' : 'above'} the ${limit} of ${most} that was acknowledged`,
      )
  }
  const end = events.at(-1)
  const reserve = end?.opening?.reservePrice ?? null
  if (
    end?.type === 'auction.closed' &&
    end.data.outcome.reason === 'reserve_unmet' &&
    reserve !== null &&
    side.reaches(most as Amount, reserve as Amount)
  )
    return broken(
      end.seq,
      `says that the reserve of ${reserve} was not met, and a ${limit} of ${most} was acknowledged`,
    )
  return null
}

function broken(seq: number | null, why: string): Broken {
  return { line: seq === null ? null : seq + 1, why }
}
