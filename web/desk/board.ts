import { type Signal, batch, signal } from '@preact/signals'
import {
  type ListedAuctionView,
  type BidView,
  type CatalogueQuery,
  type ChannelEvent,
  FOLLOWED_MAX,
  FollowConnection,
  type Phase,
  type PriceView,
  type Room,
} from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'
import { clock } from '../shared/time.ts'
import { isOver, isRunning } from './hammer.ts'

/** One auction on the board. `bids` is null where only its price is followed. */
export type Lot = {
  readonly auction: ListedAuctionView
  readonly bids: readonly BidView[] | null
  /** Without this board. */
  readonly watching: number
}

/** As many prices as one channel watches, and one answer of the catalogue holds. */
const LINES_MAX = 200
/** What others open meanwhile is looked for this often. */
const LOOK_MS = 20_000

/** Everything that runs, as it runs; opened with the board and closed with it. */
export class Board {
  /** What is shown, soonest end first when one comes, and in that order from then on: nothing jumps. */
  readonly shown = signal<readonly string[] | null>(null)
  readonly phase = signal<Phase>('connecting')
  readonly failure = signal<unknown>(null)
  readonly #lots = new Map<string, Signal<Lot>>()
  /** One channel for all: the first that run are followed bid by bid, the others by price. */
  readonly #channel: FollowConnection
  readonly #look: ReturnType<typeof setInterval>
  #followed: ReadonlySet<string> = new Set()
  #soon: readonly string[] = []
  #isClosed = false

  constructor() {
    this.#channel = new FollowConnection(client, {
      changed: (id, room, { events }) => this.#changed(id, room, events),
      refused: (id) => void this.#ask(id),
      prices: (lines) => {
        this.phase.value = this.#channel.phase
        for (const line of lines) this.#line(line)
      },
    })
    clock.now = () => this.#channel.now()
    this.#look = setInterval(() => {
      if (!document.hidden) void this.read()
    }, LOOK_MS)
    void this.read()
  }

  lot(id: string): Signal<Lot> {
    return this.#lots.get(id)!
  }

  /** Looks for what runs, and for what is to open. */
  async read(): Promise<void> {
    try {
      const [open, paused, soon] = await Promise.all((['open', 'paused', 'scheduled'] as const).map(listed))
      if (this.#isClosed) return
      this.#soon = soon!.map(({ id }) => id)
      this.#hang([...open!, ...paused!])
      this.failure.value = null
    } catch (error) {
      if (!this.#isClosed) this.failure.value = error
    }
  }

  /** An auction's newer view, as an action answers with it. */
  renew(auction: ListedAuctionView): void {
    const known = this.#lots.get(auction.id)
    if (known === undefined) this.#lots.set(auction.id, signal({ auction, bids: null, watching: 0 }))
    else if (auction.seq >= known.peek().auction.seq)
      known.value = { ...known.peek(), auction: withReserve(auction, known.peek().auction) }
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#look)
    this.#channel.close()
  }

  #hang(running: readonly ListedAuctionView[]): void {
    for (const auction of running) this.renew(auction)
    const before = this.shown.peek() ?? []
    const fresh = running.filter(({ id }) => !before.includes(id)).sort((a, b) => endOf(a) - endOf(b))
    if (fresh.length > 0 || this.shown.peek() === null) this.shown.value = [...before, ...fresh.map(({ id }) => id)]
    const ids = new Set(running.map(({ id }) => id))
    // Whoever follows it is told what became of it; of the others it is asked.
    for (const id of before)
      if (isRunning(this.lot(id).peek().auction) && !ids.has(id) && !this.#followed.has(id)) void this.#ask(id)
    this.#allot()
  }

  /** Bid by bid the first that run, by price the rest and what is to open. Who is followed stays so until its end. */
  #allot(): void {
    const running = (this.shown.peek() ?? []).filter((id) => isRunning(this.lot(id).peek().auction))
    const stay = running.filter((id) => this.#followed.has(id))
    const others = running.filter((id) => !this.#followed.has(id))
    const followed = [...stay, ...others].slice(0, FOLLOWED_MAX)
    if (followed.length > stay.length || stay.length < this.#followed.size) this.#follow(followed)
    this.#channel.watch([...others.filter((id) => !this.#followed.has(id)), ...this.#soon].slice(0, LINES_MAX))
  }

  #follow(ids: readonly string[]): void {
    this.#followed = new Set(ids)
    this.#channel.follow(ids)
  }

  #changed(id: string, room: Room, events: readonly ChannelEvent[]): void {
    if (this.#isClosed) return
    batch(() => {
      this.renew(room.auction)
      this.lot(id).value = { ...this.lot(id).peek(), bids: room.bids, watching: room.watching - 1 }
    })
    // The room is not told the reserve.
    if (events.some(({ type }) => type === 'auction.updated')) void this.#ask(id)
    if (isOver(room.auction)) this.#allot()
  }

  #line({ auction: id, ...line }: PriceView): void {
    const lot = this.#lots.get(id)
    if (lot === undefined) {
      if (line.status === 'open') void this.read()
      return
    }
    const { auction } = lot.peek()
    if (line.seq <= auction.seq) return
    if (line.status === auction.status) lot.value = { ...lot.peek(), auction: { ...auction, ...line } }
    else void this.#ask(id)
  }

  async #ask(id: string): Promise<void> {
    const auction = await client.auction(id).catch(() => null)
    if (auction !== null && !this.#isClosed) this.renew(auction)
  }
}

/** Of sellers their own, of admins all. */
async function listed(status: NonNullable<CatalogueQuery['status']>): Promise<readonly ListedAuctionView[]> {
  const { role, id } = user.peek()!
  const mine = role === 'admin' ? {} : { seller: id }
  return (await client.auctions({ ...mine, status, sort: 'closing', limit: LINES_MAX })).items
}

function endOf({ closesAt }: ListedAuctionView): number {
  return closesAt === null ? Infinity : Date.parse(closesAt)
}

/** The channel shows what everybody sees: the reserve is kept from the desk's own view. */
function withReserve(auction: ListedAuctionView, { terms }: ListedAuctionView): ListedAuctionView {
  if (auction.terms.reservePrice !== undefined || terms.reservePrice === undefined) return auction
  return { ...auction, terms: { ...auction.terms, reservePrice: terms.reservePrice } }
}
