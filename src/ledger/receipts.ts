import { z } from 'zod'
import type { Amount } from '../domain/amount.ts'
import type { ChannelEvent } from '../protocol.ts'
import { commitMaximum } from './commitment.ts'
import { GENESIS } from './chain.ts'
import { type PublicJwk, readJws } from './jws.ts'
import { type Receipt, receipt } from './statements.ts'

/** Whether a ledger keeps what its house signed for a bidder. */

type Ledger = {
  readonly auction: string
  readonly events: readonly ChannelEvent[]
  readonly keys: readonly PublicJwk[]
}

type Broken = { readonly line: number | null; readonly why: string }

/** A saved answer: with it a maximum is shown to be the one that was committed to. */
const answer = z.looseObject({
  receipt: z.string(),
  bid: z.looseObject({ amount: z.int(), maximum: z.int().nullable(), salt: z.string() }).optional(),
})

/** `text` is a receipt, or the answer or problem that held it. Null where the ledger keeps it. */
export function judgeReceipt(text: string, ledger: Ledger): Broken | null {
  const saved = answer.safeParse(parse(text))
  const jws = saved.success ? saved.data.receipt : text.trim()
  const read = receipt.safeParse(readJws(jws, 'receipt', ledger.keys)?.payload)
  if (!read.success) return broken(null, 'is not a receipt of this house')
  const said = read.data
  if (said.auction !== ledger.auction) return broken(null, 'is of another auction')
  if (said.asOfSeq > ledger.events.length)
    return broken(null, `was given at entry ${said.asOfSeq}, and the ledger holds ${ledger.events.length}`)
  const head = ledger.events[said.asOfSeq - 1]?.hash ?? GENESIS
  if (head !== said.head) return broken(said.asOfSeq, 'is not the entry that the receipt was given at')
  if (said.type === 'refused') return judgeRefusal(said, ledger.events)
  const bid = saved.success ? saved.data.bid : undefined
  const most = bid === undefined ? null : (bid.maximum ?? bid.amount)
  if (bid !== undefined && commitMaximum(bid.salt, said.auction, said.bid, most as Amount) !== said.commitment)
    return broken(null, 'commits to another maximum')
  return judgeAcceptance(said, most, ledger.events)
}

function judgeAcceptance(
  said: Extract<Receipt, { type: 'accepted' }>,
  most: number | null,
  events: readonly ChannelEvent[],
): Broken | null {
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
  return most === null ? null : judgeMaximum(said, most, events)
}

/** While a bid stands, nobody else leads below its maximum (PX-2, PX-4). */
function judgeMaximum(
  { paddle, bid, asOfSeq }: Extract<Receipt, { type: 'accepted' }>,
  most: number,
  events: readonly ChannelEvent[],
): Broken | null {
  for (const event of events.slice(asOfSeq)) {
    // With a voided bid go the raises of it, and which bid a silent raise belonged to is not public.
    if (event.type === 'bid.voided' && (event.data.bid === bid || event.data.paddle === paddle)) return null
    if (event.type !== 'bid.placed' && event.type !== 'bid.voided') continue
    const { leader, price } = event.data
    if (leader !== paddle && (price ?? 0) < most)
      return broken(
        event.seq,
        `lets ${leader ?? 'nobody'} lead at ${price ?? 0}, below the maximum of ${most} that was acknowledged`,
      )
  }
  const end = events.at(-1)
  const reserve = end?.opening?.reservePrice ?? null
  if (
    end?.type === 'auction.closed' &&
    end.data.outcome.reason === 'reserve_unmet' &&
    reserve !== null &&
    most >= reserve
  )
    return broken(end.seq, `says that the reserve of ${reserve} was not met, and a maximum of ${most} was acknowledged`)
  return null
}

/** A bid that was too low was below what the entry before asked for. */
function judgeRefusal(
  { code, offer, fields, asOfSeq }: Extract<Receipt, { type: 'refused' }>,
  events: readonly ChannelEvent[],
): Broken | null {
  const before = events.slice(0, asOfSeq)
  const end = before.at(-1)
  if (code === 'auction_closed' && end?.type !== 'auction.closed')
    return broken(asOfSeq, 'is no close, and the bid was refused for being late')
  if (code === 'auction_cancelled' && end?.type !== 'auction.cancelled')
    return broken(asOfSeq, 'is no cancellation, and the bid was refused for one')
  if (code !== 'bid_too_low') return null
  const minimum = before.findLast((event) => 'minimumBid' in event.data)?.data as
    | { minimumBid: number | null }
    | undefined
  const offered = 'amount' in offer ? offer.amount : offer.maximum
  if (minimum === undefined || minimum.minimumBid !== fields.minimumBid)
    return broken(
      asOfSeq,
      `asks for ${minimum?.minimumBid ?? 'nothing'}, and the bid was refused for ${fields.minimumBid}`,
    )
  return offered >= (fields.minimumBid ?? 0) ? broken(asOfSeq, 'was reached by the bid that was refused') : null
}

function broken(seq: number | null, why: string): Broken {
  return { line: seq === null ? null : seq + 1, why }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
