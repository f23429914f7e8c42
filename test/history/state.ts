import type { AuctionView, BidView, ChannelEvent } from '../../src/sdk/index.ts'

/** What everyone knows of an auction after an event, worked out from the public events alone. */
export type State = Pick<
  AuctionView,
  | 'seq'
  | 'head'
  | 'status'
  | 'price'
  | 'minimumBid'
  | 'leader'
  | 'bidCount'
  | 'bidderCount'
  | 'opensAt'
  | 'closesAt'
  | 'extensions'
  | 'outcome'
> & {
  readonly seller: string
  /** Newest first. */
  readonly bids: readonly BidView[]
}

export const nothing: State = {
  seq: 0,
  head: '0'.repeat(64),
  status: 'draft',
  price: null,
  minimumBid: null,
  leader: null,
  bidCount: 0,
  bidderCount: 0,
  opensAt: null,
  closesAt: null,
  extensions: 0,
  outcome: null,
  seller: '',
  bids: [],
}

/** The states by seq; the first is that before any event. */
export function statesOf(events: readonly ChannelEvent[]): State[] {
  const states = [nothing]
  for (const event of events) states.push(after(states.at(-1)!, event))
  return states
}

function after(state: State, event: ChannelEvent): State {
  return { ...state, ...changes(state, event), seq: event.seq, head: event.hash }
}

function changes(state: State, event: ChannelEvent): Partial<State> {
  switch (event.type) {
    case 'auction.created': {
      const { opensAt, closesAt, status, seller } = event.data
      return { opensAt, closesAt, status, seller }
    }
    case 'auction.updated': {
      const { opensAt = state.opensAt, closesAt = state.closesAt, status, minimumBid } = event.data
      return { opensAt, closesAt, status, minimumBid }
    }
    case 'auction.opened':
      return { ...event.data, status: 'open' }
    case 'bid.placed':
      return { ...roomOf(event.data), bids: withBid(state, event) }
    case 'bid.voided':
      return { ...roomOf(event.data), bids: withoutBid(state, event) }
    case 'closing.extended':
      return { closesAt: event.data.to, extensions: event.data.extensions }
    case 'auction.paused':
      return { status: 'paused', minimumBid: null }
    case 'auction.resumed':
      return { ...event.data, status: 'open' }
    case 'auction.closed':
      return { status: 'closed', outcome: event.data.outcome, closesAt: event.at, minimumBid: null }
    case 'auction.cancelled':
      return { status: 'cancelled', minimumBid: null }
  }
}

type EventOf<Type> = Extract<ChannelEvent, { type: Type }>

function roomOf({ price, leader, minimumBid, bidCount, bidderCount }: EventOf<'bid.placed' | 'bid.voided'>['data']) {
  return { price, leader, minimumBid, bidCount, bidderCount }
}

/** The leading row follows the price; one that lost the lead shows its whole maximum. */
function withBid({ bids, leader, price }: State, { seq, at, data }: EventOf<'bid.placed'>): BidView[] {
  const leading = bids.findLast((row) => !row.voided && row.paddle === leader && row.amount === price)?.id
  const amountOf = (row: BidView) => {
    if (row.id === data.beaten?.bid) return data.beaten.amount
    return row.id === leading && data.leader !== data.paddle ? data.price! : row.amount
  }
  const placed = { id: data.bid, paddle: data.paddle, amount: data.amount, price: data.price!, at, seq, voided: false }
  return [placed, ...bids.map((row) => ({ ...row, amount: amountOf(row) }))]
}

function withoutBid({ bids }: State, { data }: EventOf<'bid.voided'>): BidView[] {
  const amounts = new Map(data.amounts.map(({ bid, amount }) => [bid, amount]))
  return bids.map((row) => ({
    ...row,
    amount: amounts.get(row.id) ?? row.amount,
    voided: row.voided || row.id === data.bid,
  }))
}
