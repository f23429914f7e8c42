import type { FastifyReply, FastifyRequest } from 'fastify'
import { limits, rates } from '../config/limits.ts'
import { reject } from '../domain/rejection.ts'
import { ConcurrencyLimit } from '../engine/concurrency-limit.ts'
import { lru } from '../engine/lru.ts'
import { type Payer, networksOf } from '../engine/network.ts'
import type { Charge, Clock } from '../engine/ports.ts'
import type { SharedCharges } from '../engine/shared-charges.ts'
import { Bucket, Buckets, rejectFor } from '../engine/bucket.ts'
import type { App } from './parts.ts'
import { Refused } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which budget a request of this route is paid out of; `requests` where nothing is said. */
    budget?: Budget | 'none'
    /** What it costs; 1 where nothing is said. */
    cost?: number
  }
  interface FastifyRequest {
    readonly budgets: Budgets
  }
}

/** Sign-ins, sign-ups, bad tokens and refreshes are paid by the network, and so is all that somebody asks who is not signed in. */
export type Budget = 'requests' | 'signIn' | 'signUp' | 'images' | 'badTokens' | 'refreshes' | 'creations' | 'edits'

const BY_NETWORK_ALONE: ReadonlySet<Budget> = new Set(['signIn', 'signUp', 'badTokens', 'refreshes'])

/** What a person or a network may ask for, as token buckets. */
export class Budgets {
  readonly #clock: Clock
  readonly #limited: boolean
  readonly #charges: SharedCharges | null
  readonly #ledgers = new ConcurrencyLimit(limits.ledgersAtOnce)
  /** The bucket of a session, by the hash of each of its refresh tokens. */
  readonly #sessions = lru<Bucket>(rates.bucketsMax)
  readonly #buckets: Readonly<Record<Budget | 'wrongPasswords', Buckets>> = {
    wrongPasswords: new Buckets(rates.wrongPasswords),
    requests: new Buckets(rates.requests),
    signIn: new Buckets(rates.signIn),
    signUp: new Buckets(rates.signUp),
    images: new Buckets(rates.images),
    badTokens: new Buckets(rates.badTokens),
    refreshes: new Buckets(rates.refreshes),
    creations: new Buckets(rates.creations),
    edits: new Buckets(rates.edits),
  }

  /** `charges`: those that nodes tell each other; null if there is one node. */
  constructor(clock: Clock, limited: boolean, charges: SharedCharges | null = null) {
    this.#clock = clock
    this.#limited = limited
    this.#charges = charges
    charges?.onCharged((charge) => this.#chargedElsewhere(charge))
  }

  /** Takes what a request costs out of a budget, or refuses it with `rate_limited`. */
  take(request: FastifyRequest, budget: Budget, cost = 1): void {
    if (this.#limited) this.#takeFrom(budget, payersOf(request, budget), cost)
  }

  /** Takes out what a request turned out to cost: the next ones wait for it. */
  charge(request: FastifyRequest, budget: Budget, cost: number): void {
    if (this.#limited) this.#charge(budget, payersOf(request, budget), cost)
  }

  /** Looks at a password. Wrong ones for an account have a budget by network, whether there is such an account or not. */
  async guess({ ip }: FastifyRequest, email: string, isRight: () => Promise<boolean>): Promise<boolean> {
    if (!this.#limited) return isRight()
    const payers = networksOf(ip).map(({ name, multiplier }) => ({ name: `${name} ${email}`, multiplier }))
    // Taken first and given back, so that guesses made at once count as well.
    this.#takeFrom('wrongPasswords', payers, 1)
    let wrong = false
    try {
      wrong = !(await isRight())
      return !wrong
    } finally {
      if (!wrong) this.#charge('wrongPasswords', payers, -1)
    }
  }

  /**
   * Takes what a refresh costs out of the budgets of the network and of the session. Which session it is, only its token
   * tells: call what is returned with the hash of the next one, so that the bucket goes with it.
   */
  refresh(request: FastifyRequest, usedHash: string): (nextHash: string) => void {
    this.take(request, 'refreshes')
    const session = this.#sessions.get(usedHash) ?? new Bucket(rates.sessionRefreshes)
    const refusal = this.#limited ? rejectFor(session.take(this.#clock.now())) : null
    if (refusal !== null) throw new Refused(refusal)
    return (nextHash) => void this.#sessions.set(nextHash, session)
  }

  /** Counts a ledger that is sent until it is; refused where as many are being sent to whoever asks. */
  sendLedger(request: FastifyRequest, reply: FastifyReply): void {
    if (!this.#limited) return
    const payers = payersOf(request, 'requests')
    const { retryAfterSeconds } = limits
    if (!this.#ledgers.begin(payers)) throw new Refused(reject('rate_limited', { retryAfterSeconds }))
    reply.raw.once('close', () => this.#ledgers.end(payers))
  }

  #takeFrom(name: Budget | 'wrongPasswords', payers: readonly Payer[], cost: number): void {
    const waitMs = this.#buckets[name].wait(this.#clock.now(), payers, cost)
    const refusal = rejectFor(waitMs)
    if (refusal !== null) throw new Refused(refusal, limitHeaders(name, waitMs))
    this.#charge(name, payers, cost)
  }

  #charge(name: Budget | 'wrongPasswords', payers: readonly Payer[], cost: number): void {
    this.#buckets[name].charge(payers, cost)
    this.#charges?.add(name, payers, cost)
  }

  #chargedElsewhere({ budget, payer, cost }: Charge): void {
    const buckets = Object.hasOwn(this.#buckets, budget) ? this.#buckets[budget as Budget] : null
    // A bucket that is new here counts from now on.
    buckets?.wait(this.#clock.now(), [payer])
    buckets?.charge([payer], cost)
  }
}

/** Which limit was met, how much it holds in which time, and when there is something again: draft-ietf-httpapi-ratelimit-headers. */
function limitHeaders(name: Budget | 'wrongPasswords', waitMs: number): Record<string, string> {
  const { burst, perSecond } = rates[name]
  return {
    'ratelimit-policy': `"${name}";q=${burst};w=${Math.round(burst / perSecond)}`,
    ratelimit: `"${name}";r=0;t=${Math.ceil(waitMs / 1_000)}`,
  }
}

function payersOf(request: FastifyRequest, budget: Budget): readonly Payer[] {
  const { visitor } = request
  if (visitor === null || BY_NETWORK_ALONE.has(budget)) return networksOf(request.ip)
  return [{ name: visitor.user.id, multiplier: 1 }]
}

/** Makes `request.budgets` known. */
export function registerBudgets(app: App, budgets: Budgets): void {
  app.decorateRequest('budgets', { getter: () => budgets })
}

/** Takes what the route of each request in this scope costs, before its guards and before its body is read. */
export function chargeRequests(scope: App, applies: (request: FastifyRequest) => boolean = () => true): void {
  // Not at once: what comes behind it on the connection must find it unanswered (limitPipelining).
  scope.addHook('onRequest', async (request) => {
    const { budget = 'requests', cost = 1 } = request.routeOptions.config
    if (budget !== 'none' && applies(request)) request.budgets.take(request, budget, cost)
  })
}

/** For a handler that finds out what it costs: takes more out of the budget of its route. */
export function charge(request: FastifyRequest, cost: number): void {
  const { budget = 'requests' } = request.routeOptions.config
  if (budget !== 'none') request.budgets.charge(request, budget, cost)
}
