import { dueAt } from '../../../src/domain/auction.ts'
import { OUTAGE_MS_MIN } from '../../../src/domain/soft-close.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import type { Entry } from '../../../src/ledger/chain.ts'
import type {
  Appended,
  Change,
  StoredAuction,
  KeyLookup,
  LogEntry,
  LogTip,
  Outage,
  PriorBid,
  Statement,
  Store,
} from '../../../src/engine/ports.ts'
import type { PrivateEntry } from '../../../src/ledger/chain.ts'
import type { BidSecret } from '../../../src/ledger/openings.ts'
import type { Breaks } from './breaks.ts'
import type { Disk } from './disk.ts'
import type { World } from './world.ts'

const FAILURES = 0.02
/** How often, and for how long, a commit hangs: longer than the engine waits for it. */
const HANGS = 0.01
const HANG_MS = { least: 2_000, most: 9_000 }
const READ_FAILURES = 0.002
const RECOVERY_FAILURES = 0.4

type StoreParts = {
  readonly world: World
  readonly disk: Disk
  readonly isShared: boolean
  readonly breaks: Breaks
  /** False once the process that asks is dead: it never hears an answer. */
  readonly alive: () => boolean
  readonly published: (change: Change) => void
}

/** One process's way to the disk: slow, and sometimes it breaks, before or after what was asked was done. */
export class SimulatedStore implements Store {
  readonly epoch: string
  readonly lanes: number
  readonly isShared: boolean
  readonly #parts: StoreParts
  /** Appends of which the outcome was told before it was there. */
  readonly #late = new Set<Promise<unknown>>()
  /** Means, in ms: a slow disk lets more happen meanwhile. */
  readonly #readMs: number
  readonly #commitMs: number

  constructor(parts: StoreParts) {
    this.#parts = parts
    this.epoch = parts.disk.epoch
    this.isShared = parts.isShared
    const { random } = parts.world
    this.lanes = random.int(1, 3)
    this.#readMs = random.pick([0.3, 1, 6])
    this.#commitMs = random.pick([1, 3, 20])
  }

  read(asks: Parameters<Store['read']>[0]): Promise<readonly (StoredAuction | null)[]> {
    return this.#read(({ auctions }) => asks.map(({ auctionId }) => auctions.get(auctionId)?.stored ?? null))
  }

  priors(asks: readonly KeyLookup[]): Promise<readonly (PriorBid | null)[]> {
    if (this.#parts.breaks.forgetsKeys === true) return this.#read(() => asks.map(() => null))
    return this.#read(({ auctions }) =>
      asks.map(({ auctionId, userId, key }) => {
        const bids = auctions.get(auctionId)?.bids ?? []
        return bids.find(({ bid, key: known }) => bid.bidder === userId && known === key) ?? null
      }),
    )
  }

  privateEntries(auctionId: string): Promise<readonly PrivateEntry[]> {
    return this.#read(({ auctions }) => auctions.get(auctionId)?.privateEntries ?? [])
  }

  bidSecrets(auctionId: string): Promise<ReadonlyMap<string, BidSecret>> {
    return this.#read(
      ({ auctions }) => new Map((auctions.get(auctionId)?.bids ?? []).map((one) => [one.bid.bidId, one])),
    )
  }

  async append(changes: readonly Change[]): Promise<Appended> {
    const { world, breaks, published } = this.#parts
    const fails = world.unlucky(FAILURES)
    const written = !fails || world.random.chance(0.5)
    if (breaks.pushesEarly === true) changes.forEach(published)
    if (world.unlucky(HANGS)) await world.sleep(world.random.between(HANG_MS.least, HANG_MS.most))
    const writing = this.#soon(this.#commitMs, (disk) => this.#write(disk, changes, written))
    if (!fails) return writing
    if (world.random.chance(0.5)) await writing
    else this.#late.add(writing)
    throw new Error('the connection was lost')
  }

  /** A dead process may have written what was on its way. */
  #write(disk: Disk, changes: readonly Change[], written: boolean): Appended {
    const { world, breaks, alive } = this.#parts
    if (!written || (!alive() && world.random.chance(0.5))) return { conflicts: [] }
    if (breaks.losesCommits === true && world.unlucky(0.02)) return { conflicts: [] }
    return disk.write(breaks.alters?.(changes, disk) ?? changes, world.now)
  }

  entries(auctionId: string, after: number, limit: number): Promise<readonly Entry[]> {
    const { breaks } = this.#parts
    const skipped = breaks.skipsEntries === true ? 1 : 0
    return this.#read(({ auctions }) => {
      const from = after + skipped
      return auctions.get(auctionId)?.entries.slice(from, from + limit) ?? []
    })
  }

  statementOf(auctionId: string): Promise<Statement | null> {
    return this.#read(({ statements }) => statements.find((one) => one.auctionId === auctionId) ?? null)
  }

  keyStatements(): Promise<readonly Statement[]> {
    return this.#soon(this.#readMs, ({ statements }) => statements.filter((one) => one.auctionId === null))
  }

  /** The house's key is introduced before anything goes wrong. */
  async inLog(sign: (tip: LogTip) => readonly LogEntry[]): Promise<void> {
    const { disk } = this.#parts
    if (!disk.log(sign(disk.tip))) throw new Error('the log is nobody else’s yet')
  }

  async certify(after: number, limit: number, sign: Parameters<Store['certify']>[2]): Promise<number> {
    const { world } = this.#parts
    for (;;) {
      const [tip, auctions, position] = await this.#read(
        (disk) => [disk.tip, disk.uncertified(after, limit), Math.min(after + limit, disk.outbox.length)] as const,
      )
      const entries = sign(tip, auctions)
      const fails = world.unlucky(FAILURES)
      const isWritten = !fails || world.random.chance(0.5)
      const isFirst = await this.#soon(
        this.#commitMs,
        (disk) => entries.length === 0 || (isWritten && disk.log(entries)),
      )
      if (fails) throw new Error('the connection was lost')
      if (isFirst) return position
    }
  }

  consumed(consumer: string): Promise<number> {
    return this.#read((disk) => disk.consumed.get(consumer) ?? 0)
  }

  consume(consumer: string, position: number): Promise<void> {
    return this.#soon(this.#commitMs, (disk) => void disk.consumed.set(consumer, position))
  }

  logSize(): Promise<number> {
    return this.#read(({ statements }) => statements.length)
  }

  logHashes(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  due(until: Instant): Promise<{ auctionId: string; dueAt: Instant }[]> {
    return this.#soon(this.#readMs, ({ auctions }) =>
      [...auctions].flatMap(([auctionId, { stored }]) => {
        const at = dueAt(stored.auction)
        return at === null || at > until ? [] : [{ auctionId, dueAt: at }]
      }),
    )
  }

  beat({ at, since }: Parameters<Store['beat']>[0]): Promise<readonly Outage[]> {
    return this.#soon(this.#commitMs, (disk) => {
      const lived = Math.max(disk.aliveAt ?? at, since)
      if (at - lived >= OUTAGE_MS_MIN) disk.outages.unshift({ since: lived, until: at })
      disk.aliveAt = Math.max(at, disk.aliveAt ?? at)
      return [...disk.outages]
    })
  }

  async recover(): Promise<void> {
    const { world } = this.#parts
    await this.#soon(this.#commitMs, () => {})
    // The connections of before are ended: what was on its way over them is written by now, or never.
    await Promise.all(this.#late)
    this.#late.clear()
    if (world.unlucky(RECOVERY_FAILURES)) throw new Error('the disk is still sick')
  }

  existing(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  catalogue(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  labels(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  labelled(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  setLabels(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  remove(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  bidsOf(): Promise<never> {
    return Promise.reject(new Error('not simulated'))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #read<Result>(happen: (disk: Disk) => Result): Promise<Result> {
    const fails = this.#parts.world.unlucky(READ_FAILURES)
    const result = await this.#soon(this.#readMs, happen)
    if (fails) throw new Error('the disk could not be read')
    return result
  }

  /** Happens in one instant after a while, and is heard of after another. */
  #soon<Result>(meanMs: number, happen: (disk: Disk) => Result): Promise<Result> {
    const { world, disk, alive } = this.#parts
    const { promise, resolve } = Promise.withResolvers<Result>()
    world.after(world.random.delay(meanMs), () => {
      const result = happen(disk)
      world.after(world.random.delay(this.#readMs), () => {
        if (alive()) resolve(result)
      })
    })
    return promise
  }
}
