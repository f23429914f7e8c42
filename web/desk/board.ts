import { type Signal, batch, signal } from '@preact/signals'
import {
  type ListedAuctionView,
  type BidView,
  type CatalogueQuery,
  RoomConnection,
  type Phase,
  PriceConnection,
  type PriceView,
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

/** Auctions followed bid by bid, each over a channel of its own; a browser bears some thirty well. */
const CHANNELS_MAX = 24
/** As many as one channel of prices watches, and one answer of the catalogue holds. */
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
  readonly #channels = new Map<string, RoomConnection>()
  readonly #prices: PriceConnection
  readonly #look: ReturnType<typeof setInterval>
  #soon: readonly string[] = []
  #isClosed = false

  constructor() {
    this.#prices = new PriceConnection(client, (lines) => {
      this.phase.value = this.#prices.phase
      for (const line of lines) this.#line(line)
    })
    clock.now = () => this.#prices.now()
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
    this.#prices.close()
    for (const connection of this.#channels.values()) connection.close()
    this.#channels.clear()
  }

  #hang(running: readonly ListedAuctionView[]): void {
    for (const auction of running) this.renew(auction)
    const before = this.shown.peek() ?? []
    const fresh = running.filter(({ id }) => !before.includes(id)).sort((a, b) => endOf(a) - endOf(b))
    if (fresh.length > 0 || this.shown.peek() === null) this.shown.value = [...before, ...fresh.map(({ id }) => id)]
    const ids = new Set(running.map(({ id }) => id))
    // Its channel tells what became of it; what has none is asked for.
    for (const id of before) {
      if (isRunning(this.lot(id).peek().auction) && !ids.has(id) && !this.#channels.has(id)) void this.#ask(id)
    }
    this.#allot()
  }

  /** Channels for the first that run, lines for the rest and for what is to open. */
  #allot(): void {
    const running = (this.shown.peek() ?? []).filter((id) => isRunning(this.lot(id).peek().auction))
    for (const id of running) {
      if (this.#channels.size >= CHANNELS_MAX) break
      if (!this.#channels.has(id)) this.#follow(id)
    }
    const lines = [...running.filter((id) => !this.#channels.has(id)), ...this.#soon]
    this.#prices.watch(lines.slice(0, LINES_MAX))
  }

  #follow(id: string): void {
    const connection = new RoomConnection(client, id)
    this.#channels.set(id, connection)
    connection.subscribe(({ events }) => {
      const { room } = connection
      if (this.#isClosed || room === null) return
      batch(() => {
        this.renew(room.auction)
        this.lot(id).value = { ...this.lot(id).peek(), bids: room.bids, watching: room.watching - 1 }
      })
      // The room is not told the reserve.
      if (events.some(({ type }) => type === 'auction.updated')) void this.#ask(id)
      if (isOver(room.auction) || connection.phase === 'over') this.#release(id)
    })
  }

  #release(id: string): void {
    if (!this.#channels.has(id)) return
    this.#channels.get(id)!.close()
    this.#channels.delete(id)
    this.#allot()
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
