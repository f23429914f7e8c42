import { isHidden } from '../domain/access.ts'
import { isOver } from '../domain/auction.ts'
import { SECOND_MS } from '../domain/instant.ts'
import type { Notary } from './notary.ts'
import { type Clock, type StoredAuction, type Statement, type Store, repeatEvery } from './ports.ts'

/** Commits of the outbox looked at in one step. */
const COMMITS_AT_ONCE = 1_000
const NAME = 'certifier'

type CertifierDependencies = {
  readonly store: Store
  readonly notary: Notary
  readonly clock: Clock
  readonly log: { error(fields: object, message: string): void }
}

/**
 * Consumes the outbox: certifies in the operator's log whatever is over and was public, behind the commit that ended it. Any
 * number of processes may do so: an auction has one certificate, whoever is first.
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

  /** Finishes what is under way. */
  async stop(): Promise<void> {
    this.#stop()
    await this.#running?.catch(() => {})
  }

  /** Something is over. */
  wake(): void {
    this.#runConsumer().catch((error: unknown) =>
      this.#deps.log.error({ err: error }, 'auctions that are over could not be certified'),
    )
  }

  /** An auction's certificate, signed now where it has none yet; null where it gets none. */
  async certificate({ auction }: StoredAuction): Promise<Statement | null> {
    if (!isOver(auction) || isHidden(auction)) return null
    const { store } = this.#deps
    const known = await store.statementOf(auction.id)
    if (known !== null) return known
    await this.catchUp()
    return store.statementOf(auction.id)
  }

  /** Certifies what is over by now: what runs already may have begun before that. */
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

  /** Seldom: what is looked at again costs little. */
  async #save(position: number): Promise<void> {
    await this.#deps.store.consume(NAME, position)
    this.#savedPosition = position
  }
}
