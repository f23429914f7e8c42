import { limits } from '../config/limits.ts'
import { isAdmin } from '../domain/access.ts'
import { pictureAt } from '../domain/picture.ts'
import { PersonQueue } from './person-queue.ts'
import type { Accounts } from './account-ports.ts'
import type { Copy, StorageOwner, PictureRecords, Pictures } from './house-ports.ts'
import { repeatEvery } from './interval.ts'
import type { Clock } from './ports.ts'

/** Returns the bytes of a picture on another site, or throws the reason. */
export type Fetch = (address: string, stopping: AbortSignal) => Promise<Buffer>

type FetcherDependencies = {
  readonly records: PictureRecords
  readonly pictures: Pictures
  readonly accounts: Pick<Accounts, 'user'>
  readonly clock: Clock
  readonly fetch: Fetch
  readonly log: { error(fields: object, message: string): void; info(fields: object, message: string): void }
}

const MINUTE_MS = 60_000
/** The pauses before the second and all further tries; after the last one the address is given up. */
const PAUSES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 6 * 60 * MINUTE_MS, 24 * 60 * MINUTE_MS]

/** Whose quota a user's pictures count against: admins are bound by the disk alone. */
export function storageOwnerOf({
  id,
  role,
}: {
  readonly id: string
  readonly role: 'bidder' | 'seller' | 'admin'
}): StorageOwner {
  return { userId: id, bytesMax: isAdmin({ id, role }) ? null : limits.imagesBytesPerSellerMax }
}

/**
 * Copies pictures of other sites in the background, so that no watcher's browser ever calls a site that a seller chose. A
 * failed copy is tried again after growing pauses, also after a restart.
 */
export class RemotePictureFetcher {
  readonly #deps: FetcherDependencies
  readonly #queue = new PersonQueue(limits.copiesAtOnce)
  readonly #inFlight = new Set<string>()
  readonly #stopping = new AbortController()
  #work: Promise<unknown> = Promise.resolve()
  #stopLooking: (() => void) | null = null

  constructor(deps: FetcherDependencies) {
    this.#deps = deps
  }

  start(): void {
    this.#stopLooking = repeatEvery(this.#deps.clock, limits.copiesLookMs, () => this.#look())
    this.#look()
  }

  /** Returns when no copy is in progress. */
  async stop(): Promise<void> {
    this.#stopLooking?.()
    this.#stopping.abort()
    await this.#work
  }

  /**
   * Queues the remote pictures among `images`, and begins to copy them. What cannot be queued now is queued by the next
   * sweep.
   */
  want(images: readonly string[], userId: string): void {
    const addresses = images.filter((image) => pictureAt(image) === null)
    if (addresses.length > 0) this.#start(() => this.#note(addresses, userId))
  }

  async #note(addresses: readonly string[], userId: string): Promise<void> {
    await this.#deps.records.want(addresses, userId, this.#deps.clock.now())
    await this.#fetchDue()
  }

  #look(): void {
    this.#start(() => this.#fetchDue())
  }

  #start(work: () => Promise<void>): void {
    this.#work = Promise.all([this.#work, work()]).catch((error: unknown) =>
      this.#deps.log.error({ err: error }, 'copies of pictures could not be looked after'),
    )
  }

  async #fetchDue(): Promise<void> {
    const { records, clock } = this.#deps
    if (this.#stopping.signal.aborted) return
    const due = await records.dueCopies(clock.now(), limits.copiesDueMax, [...this.#inFlight])
    // Another call may have read the same addresses at the same time.
    const fresh = due.filter(({ address }) => !this.#inFlight.has(address))
    for (const { address } of fresh) this.#inFlight.add(address)
    await Promise.all(
      fresh.map((copy) =>
        this.#queue.run(copy.userId, () => this.#copy(copy)).finally(() => this.#inFlight.delete(copy.address)),
      ),
    )
  }

  async #copy({ address, userId, tries }: Copy): Promise<void> {
    const { records, pictures, accounts, clock, fetch, log } = this.#deps
    const user = await accounts.user(userId)
    if (user === null || this.#stopping.signal.aborted) return
    try {
      const bytes = await fetch(address, this.#stopping.signal)
      const added = await pictures.add(bytes, storageOwnerOf(user))
      if (added.result !== 'added') throw new Error('why' in added ? added.why : added.result)
      await records.copied(address, added.name)
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const pauseMs = PAUSES_MS[tries]
      // Logs the host alone, as an address may hold a key to what it names.
      const { host } = new URL(address)
      log.info({ host, why: (error as Error).message, tries }, 'a picture of another site could not be copied')
      await records.copyFailed(address, pauseMs === undefined ? null : clock.now() + pauseMs)
    }
  }
}
