import { limits } from '../config/limits.ts'
import { NetworkFairQueue } from './network-fair-queue.ts'
import { RecentCounts } from './recent-counts.ts'
import { networksOf } from './network.ts'

/** Thrown where too many wait already: the answer is try_again. */
export class TooBusy extends Error {}

/** What a password is hashed for, and the address that asks. */
export type HashRequest = { readonly for: 'sign-in' | 'sign-up'; readonly address: string }

/** At most so many at once; so many waiting of one network (of IPv6 a /64), and in all. */
export type HashingLimits = Readonly<Record<'hashesAtOnce' | 'hashesWaitingMax' | 'hashesWaitingPerNetworkMax', number>>

type Waiting = { readonly start: () => void; readonly refuse: () => void }

/**
 * Hashes a few passwords at a time, sign-ins before sign-ups, and the networks that ask in turns, those first that had least
 * lately. When too many wait, the network that has most gives way, so one that floods is refused and no other.
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

  /** Does the work when its turn comes; throws TooBusy where it never does. */
  async run<Result>(asking: HashRequest, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(asking)
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

  /** Whether one more may wait beside `own` of the same network, another one giving way if need be. */
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
