import { dueAt } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import type { Instant } from '../domain/instant.ts'
import { reject } from '../domain/rejection.ts'
import type { AuctionCache } from './auction-cache.ts'
import type { Batch, Pending } from './batch.ts'
import { type DecisionContext, decideSubmission } from './decide-submission.ts'
import type { Notary } from './notary.ts'
import type { BidSubmission, Submission, Verdict } from './submission.ts'
import type { Outage, Store } from './ports.ts'
import { Refusals } from './refusals.ts'
import type { Sessions } from './sessions.ts'
import { type UnitOfWork, begin, isChanged, savepoint } from './unit-of-work.ts'

export type DeciderDependencies = {
  readonly store: Store
  readonly auctions: AuctionCache
  readonly sessions: Sessions
  readonly notary: Notary
  /** Whether staff may bid in auctions of the house (WHO-2). */
  readonly staffBids: boolean
  /** The latest outages, the newest first. */
  outages(): readonly Outage[]
  /** Deciding one submission threw: a bug, or an auction that cannot be read. Others are not affected. */
  onUndecided(error: unknown, submission: Submission): void
}

/** Reads what a batch of submissions needs, and decides them in order. */
export class Decider {
  readonly #deps: DeciderDependencies
  readonly #refusals = new Refusals()

  constructor(deps: DeciderDependencies) {
    this.#deps = deps
  }

  /** Decides submissions in order into a batch. Throws if storage cannot be read. */
  async decide(pending: readonly Pending[], batch: Batch): Promise<void> {
    const submissions = pending.map(({ submission }) => submission)
    const unreadable = await this.#begin(submissions, batch)
    const context = await this.#context(submissions, batch)
    for (const one of pending) {
      const { submission } = one
      const error = unreadable.get(submission.auctionId)
      const verdict =
        error === undefined
          ? this.#decideOne(submission, batch.work.get(submission.auctionId)!, context)
          : this.#undecided(error, submission)
      batch.add(one, verdict)
    }
  }

  /**
   * Begins a unit of work for each auction that the batch does not change yet, on top of the batch ahead. The commit
   * checks that changed auctions are current; others are read, since a rejection stands on no commit. Returns the
   * auctions that cannot be read, each with its error.
   */
  async #begin(submissions: readonly Submission[], { work, ahead }: Batch): Promise<ReadonlyMap<string, unknown>> {
    const unreadable = new Map<string, unknown>()
    const ids = new Set(submissions.map(({ auctionId }) => auctionId).filter((id) => !isChanged(work.get(id))))
    const readings = [...ids].map(async (id) => {
      const before = ahead?.work.get(id)
      try {
        return isChanged(before) ? begin(id, before.after, before) : begin(id, await this.#deps.auctions.get(id))
      } catch (error) {
        if (!isBug(error)) throw error
        unreadable.set(id, error)
        return null
      }
    })
    for (const one of await Promise.all(readings)) if (one !== null) work.set(one.auctionId, one)
    return unreadable
  }

  /** Auctions that the batch leaves unchanged, but decided on a tentative state that another node has overtaken since. */
  async overtaken({ work }: Batch): Promise<readonly string[]> {
    const unchanged = [...work.values()].filter((one) => one.isTentative && one.after === one.before)
    const now = await Promise.all(unchanged.map(({ auctionId }) => this.#deps.auctions.get(auctionId)))
    return unchanged.filter(({ after }, i) => after?.version !== now[i]?.version).map(({ auctionId }) => auctionId)
  }

  async #context(submissions: readonly Submission[], { work }: Batch): Promise<DecisionContext> {
    const { store, sessions, notary, staffBids } = this.#deps
    const bids = submissions.filter((submission): submission is BidSubmission => submission.type === 'bid')
    const sellerOf = ({ auctionId }: BidSubmission) => work.get(auctionId)?.after?.auction.sellerId ?? ''
    const asks = bids.map((bid) => ({ ...bid, sellerId: sellerOf(bid) }))
    const rights = bids.length === 0 ? [] : await sessions.bidders(asks)
    const priors = bids.length === 0 ? [] : await store.priors(bids)
    const facts = new Map(bids.map((submission, i) => [submission, { ...rights[i]!, prior: priors[i]! }]))
    return { notary, staffBids, refusals: this.#refusals, facts, bidSecrets: await this.#bidSecrets(submissions) }
  }

  async #bidSecrets(submissions: readonly Submission[]): Promise<DecisionContext['bidSecrets']> {
    const voids = submissions.filter(
      (submission) => submission.type === 'command' && submission.command.type === 'void',
    )
    const auctionIds = [...new Set(voids.map(({ auctionId }) => auctionId))]
    const secrets = await Promise.all(auctionIds.map((id) => this.#deps.store.bidSecrets(id)))
    return new Map(auctionIds.map((id, i) => [id, secrets[i]!]))
  }

  /** Decides one submission. If that throws, its changes are undone, and it alone is answered with an error. */
  #decideOne(submission: Submission, work: UnitOfWork, context: DecisionContext): Verdict {
    const undo = savepoint(work)
    try {
      for (const outage of this.#deps.outages().toReversed()) {
        if (isDueBefore(outage, instantOf(submission), work)) catchUp(outage.since, work, context)
        if (isDueIn(outage, instantOf(submission), work)) applyOutage(outage, work, context)
      }
      return decideSubmission(submission, work, context)
    } catch (error) {
      undo()
      return this.#undecided(error, submission)
    }
  }

  #undecided(error: unknown, submission: Submission): Verdict {
    this.#deps.onUndecided(error, submission)
    return { ok: false, rejection: reject('internal'), asOfSeq: null, receipt: null }
  }
}

/**
 * Whether the auction's next opening or close was due during this outage and is still undecided. A decision moves the due
 * time past the outage (SC-5), so an outage is applied once.
 */
function isDueIn({ since, until }: Outage, at: Instant, { after }: UnitOfWork): boolean {
  const due = after === null ? null : dueAt(after.auction)
  return due !== null && due > since && due <= until && at > since
}

/** Whether something was due when the outage began, and is still undecided: an end behind it may fall into the outage. */
function isDueBefore({ since }: Outage, at: Instant, { after }: UnitOfWork): boolean {
  const due = after === null ? null : dueAt(after.auction)
  return due !== null && due <= since && at > since
}

function instantOf(submission: Submission): Instant {
  return submission.type === 'bid' ? submission.at : submission.command.at
}

function applyOutage({ since, until }: Outage, work: UnitOfWork, context: DecisionContext): void {
  decideByTime({ type: 'outage', since, at: until }, work, context)
}

function catchUp(at: Instant, work: UnitOfWork, context: DecisionContext): void {
  decideByTime({ type: 'tick', at }, work, context)
}

type TimedCommand = Extract<Command, { type: 'tick' | 'outage' }>

/** Decides what nobody asked for. */
function decideByTime(command: TimedCommand, work: UnitOfWork, context: DecisionContext): void {
  decideSubmission({ type: 'command', auctionId: work.auctionId, command, by: null, permit: () => null }, work, context)
}

/** Whether the error is a bug, which no disk and no other process can cause. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}
