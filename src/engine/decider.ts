import { dueAt } from '../domain/auction.ts'
import type { Instant } from '../domain/instant.ts'
import { reject } from '../domain/rejection.ts'
import type { StoredAuctions } from './auctions.ts'
import type { Batch, Pending } from './batch.ts'
import { type DecisionContext, decideOrder } from './decide-order.ts'
import type { Notary } from './notary.ts'
import type { BidOrder, Order, Verdict } from './order.ts'
import type { Outage, Store } from './ports.ts'
import { Refusals } from './refusals.ts'
import type { Sessions } from './sessions.ts'
import { type UnitOfWork, begin, isChanged, undoing } from './unit-of-work.ts'

export type DeciderDependencies = {
  readonly store: Store
  readonly auctions: StoredAuctions
  readonly sessions: Sessions
  readonly notary: Notary
  /** Whether the house lets its staff bid in its own lots (WHO-2). */
  readonly staffBids: boolean
  /** The latest outages, the newest first. */
  outages(): readonly Outage[]
  /** Deciding one order threw: a bug, or an auction that cannot be read. Nothing else is concerned. */
  undecided(error: unknown, order: Order): void
}

/** Reads what orders need, and decides them one after the other. */
export class Decider {
  readonly #parts: DeciderDependencies
  readonly #refusals = new Refusals()

  constructor(parts: DeciderDependencies) {
    this.#parts = parts
  }

  /** Adds to a batch, in order. Throws where storage cannot be read. */
  async decide(pending: readonly Pending[], batch: Batch): Promise<void> {
    const orders = pending.map(({ order }) => order)
    const unreadable = await this.#begin(orders, batch)
    const context = await this.#context(orders, batch)
    for (const one of pending) {
      const { order } = one
      const error = unreadable.get(order.auctionId)
      const verdict =
        error === undefined
          ? this.#decideOne(order, batch.work.get(order.auctionId)!, context)
          : this.#undecided(error, order)
      batch.add(one, verdict)
    }
  }

  /**
   * Begins the work on auctions that a batch does not change yet, behind what is ahead. What is changed is held to be current
   * by its commit; all else is read, as a refusal stands on no commit. Gives those that cannot be read, and why.
   */
  async #begin(orders: readonly Order[], { work, ahead }: Batch): Promise<ReadonlyMap<string, unknown>> {
    const unreadable = new Map<string, unknown>()
    const ids = new Set(orders.map(({ auctionId }) => auctionId).filter((id) => !isChanged(work.get(id))))
    const readings = [...ids].map(async (id) => {
      const before = ahead?.work.get(id)
      try {
        return isChanged(before) ? begin(id, before.stored, before) : begin(id, await this.#parts.auctions.get(id))
      } catch (error) {
        if (!isBug(error)) throw error
        unreadable.set(id, error)
        return null
      }
    })
    for (const one of await Promise.all(readings)) if (one !== null) work.set(one.auctionId, one)
    return unreadable
  }

  /** Auctions that a batch does not change and that were decided on a change since overtaken by another node. */
  async outdated({ work }: Batch): Promise<readonly string[]> {
    const unchanged = [...work.values()].filter((one) => one.isTentative && one.stored === one.before)
    const now = await Promise.all(unchanged.map(({ auctionId }) => this.#parts.auctions.get(auctionId)))
    return unchanged.filter(({ stored }, i) => stored?.version !== now[i]?.version).map(({ auctionId }) => auctionId)
  }

  async #context(orders: readonly Order[], { work }: Batch): Promise<DecisionContext> {
    const { store, sessions, notary, staffBids } = this.#parts
    const bids = orders.filter((order): order is BidOrder => order.type === 'bid')
    const sellerOf = ({ auctionId }: BidOrder) => work.get(auctionId)?.stored?.auction.sellerId ?? ''
    const asks = bids.map((bid) => ({ ...bid, sellerId: sellerOf(bid) }))
    const rights = bids.length === 0 ? [] : await sessions.bidders(asks)
    const priors = bids.length === 0 ? [] : await store.priors(bids)
    const facts = new Map(bids.map((order, i) => [order, { ...rights[i]!, prior: priors[i]! }]))
    return { notary, staffBids, refusals: this.#refusals, facts, bidSecrets: await this.#bidSecrets(orders) }
  }

  async #bidSecrets(orders: readonly Order[]): Promise<DecisionContext['bidSecrets']> {
    const voids = orders.filter((order) => order.type === 'act' && order.command.type === 'void')
    const auctionIds = [...new Set(voids.map(({ auctionId }) => auctionId))]
    const secrets = await Promise.all(auctionIds.map((id) => this.#parts.store.bidSecrets(id)))
    return new Map(auctionIds.map((id, i) => [id, secrets[i]!]))
  }

  /** An order whose deciding throws leaves nothing behind, and is answered alone. */
  #decideOne(order: Order, work: UnitOfWork, context: DecisionContext): Verdict {
    const undo = undoing(work)
    try {
      for (const outage of this.#parts.outages().toReversed())
        if (concerns(outage, instantOf(order), work)) giveBack(outage, work, context)
      return decideOrder(order, work, context)
    } catch (error) {
      undo()
      return this.#undecided(error, order)
    }
  }

  #undecided(error: unknown, order: Order): Verdict {
    this.#parts.undecided(error, order)
    return { ok: false, rejection: reject('internal'), asOfSeq: null, receipt: null }
  }
}

/** What an auction waited for fell into an outage, and nothing was decided of it since (SC-5): behind it that lies later. */
function concerns({ since, until }: Outage, at: Instant, { stored }: UnitOfWork): boolean {
  const due = stored === null ? null : dueAt(stored.auction)
  return due !== null && due > since && due <= until && at > since
}

function instantOf(order: Order): Instant {
  return order.type === 'bid' ? order.at : order.command.at
}

function giveBack({ since, until }: Outage, work: UnitOfWork, context: DecisionContext): void {
  const command = { type: 'outage', since, at: until } as const
  decideOrder({ type: 'act', auctionId: work.auctionId, command, by: null, permit: () => null }, work, context)
}

/** Not what a disk or another process can cause. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}
