import { limits } from '../config/limits.ts'
import { NetworkFairQueue } from './network-fair-queue.ts'
import { RecentCounts } from './recent-counts.ts'
import { networksOf } from './network.ts'

/** Thrown if too many hashes are queued; the client is answered `try_again`. */
export class TooBusy extends Error {}

/** What a password is hashed for, and the address of the client. */
export type HashRequest = { readonly for: 'sign-in' | 'sign-up'; readonly address: string }

/** The most hashes that run at once, are queued of one network (of IPv6 a /64), and are queued in all. */
export type HashingLimits = Readonly<Record<'hashesAtOnce' | 'hashesWaitingMax' | 'hashesWaitingPerNetworkMax', number>>

type Waiting = { readonly start: () => void; readonly refuse: () => void }

/**
 * Admits password hashing: a few at a time, sign-ins before sign-ups, and networks in turns. If the queue is full, the
 * network with the most in it loses its latest, so a flood is rejected and nobody else.
 */
export class PasswordHashQueue {
  readonly #limits: HashingLimits
  readonly #served = new RecentCounts(limits.hashesCounted)
  readonly #signIns = new NetworkFairQueue<Waiting>(this.#served)
  readonly #signUps = new NetworkFairQueue<Waiting>(this.#served)
  #running = 0

  constructor(room: HashingLimits = limits) {
    this.#limits = room
  }

  /** Runs the work when its turn comes. Throws `TooBusy` if it is not admitted. */
  async run<Result>(request: HashRequest, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(request)
    try {
      return await work()
    } finally {
      this.#running -= 1
      this.#startNext()
    }
  }

  #turn({ for: purpose, address }: HashRequest): Promise<void> {
    const networks = networksOf(address)
    const queue = purpose === 'sign-in' ? this.#signIns : this.#signUps
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new TooBusy('too many passwords to hash at once'))
      const { narrow, wide } = queue.waiting(networks)
      if (narrow >= this.#limits.hashesWaitingPerNetworkMax || !this.#makeRoom(queue, wide)) return refuse()
      queue.add(networks, { start: resolve, refuse })
      this.#startNext()
    })
  }

  /**
   * Whether one more hash of a network with `own` in the queue has room; drops another one if need be. A sign-in drops
   * any sign-up. Otherwise the largest network gives way, if it keeps at least as many as the newcomer's then has.
   */
  #makeRoom(queue: NetworkFairQueue<Waiting>, own: number): boolean {
    if (this.#signIns.size + this.#signUps.size < this.#limits.hashesWaitingMax) return true
    const yielding = (queue === this.#signIns ? this.#signUps.dropLatest(1) : undefined) ?? queue.dropLatest(own + 2)
    yielding?.refuse()
    return yielding !== undefined
  }

  #startNext(): void {
    if (this.#running >= this.#limits.hashesAtOnce) return
    const next = this.#signIns.next() ?? this.#signUps.next()
    if (next === undefined) return
    this.#running += 1
    next.start()
  }
}
