import { isHidden } from '../domain/access.ts'
import { isOver } from '../domain/auction.ts'
import { SECOND_MS } from '../domain/instant.ts'
import type { Notary } from './notary.ts'
import { repeatEvery } from './interval.ts'
import type { Clock, StoredAuction, Statement, Store } from './ports.ts'

/** Commits of the outbox read in one step. */
const COMMITS_AT_ONCE = 1_000
const NAME = 'certifier'

type CertifierDependencies = {
  readonly store: Store
  readonly notary: Notary
  readonly clock: Clock
  readonly log: { error(fields: object, message: string): void }
}

/**
 * Consumes the outbox: after the commit that ended a public auction, signs its certificate into the operator's log. Any
 * number of processes may do so; whoever is first signs the one certificate of an auction.
 */
export class Certifier {
  readonly #deps: CertifierDependencies
  #position: number | null = null
  #savedPosition = 0
  #running: Promise<void> | null = null
  #stop = () => {}

  constructor(deps: CertifierDependencies) {
    this.#deps = deps
  }

  /** Looks once a second for what another process left, or a failure of storage. */
  start(): void {
    this.#stop = repeatEvery(this.#deps.clock, SECOND_MS, () => this.wake())
  }

  /** Finishes the run in progress. */
  async stop(): Promise<void> {
    this.#stop()
    await this.#running?.catch(() => {})
  }

  /** Call when an auction is over. */
  wake(): void {
    this.#runConsumer().catch((error: unknown) =>
      this.#deps.log.error({ err: error }, 'auctions that are over could not be certified'),
    )
  }

  /** Returns an auction's certificate, and signs it now if it is due; null if the auction gets none. */
  async certificate({ auction }: StoredAuction): Promise<Statement | null> {
    if (!isOver(auction) || isHidden(auction)) return null
    const { store } = this.#deps
    const known = await store.statementOf(auction.id)
    if (known !== null) return known
    await this.catchUp()
    return store.statementOf(auction.id)
  }

  /** Certifies everything that is over by now. A run in progress may have begun before that, so it is waited for first. */
  async catchUp(): Promise<void> {
    await this.#running?.catch(() => {})
    await this.#runConsumer()
  }

  #runConsumer(): Promise<void> {
    return (this.#running ??= this.#consume().finally(() => (this.#running = null)))
  }

  async #consume(): Promise<void> {
    const { store, notary } = this.#deps
    this.#position ??= this.#savedPosition = await store.consumed(NAME)
    for (let isBehind = true; isBehind;) {
      let isCertified = false
      const position = await store.certify(this.#position, COMMITS_AT_ONCE, (tip, auctions) => {
        isCertified = auctions.length > 0
        return notary.certify(tip, auctions)
      })
      isBehind = position > this.#position
      this.#position = position
      if (isCertified || position - this.#savedPosition >= COMMITS_AT_ONCE) await this.#save(position)
    }
  }

  /** Saves the position rarely: to read a few commits twice costs little. */
  async #save(position: number): Promise<void> {
    await this.#deps.store.consume(NAME, position)
    this.#savedPosition = position
  }
}
