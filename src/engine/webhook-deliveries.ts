import { randomUUIDv7 } from 'node:crypto'
import { isHidden } from '../domain/access.ts'
import type { Auction } from '../domain/auction.ts'
import type { ChannelEvent } from '../protocol.ts'
import type { AccountReads } from './account-ports.ts'
import type { NewDelivery } from './delivery-ports.ts'
import type { Clock, StoreReads } from './ports.ts'
import type { Reach, Webhook } from './reach-ports.ts'
import type { Published } from './told-ports.ts'

const EVENTS_AT_ONCE = 500

type WebhookDeliveriesDependencies = {
  readonly reach: Pick<Reach, 'webhooks'>
  readonly accounts: Pick<AccountReads, 'user'>
  readonly store: Pick<StoreReads, 'entries'>
  readonly clock: Clock
}

/** What webhooks are sent of public events: a seller's of their own auctions, an admin's of all. */
export class WebhookDeliveries {
  readonly #deps: WebhookDeliveriesDependencies

  constructor(deps: WebhookDeliveriesDependencies) {
    this.#deps = deps
  }

  /** The webhooks that are told of anything now. */
  async live(): Promise<readonly (Webhook & { readonly isOfAdmin: boolean })[]> {
    const hooks = await this.#deps.reach.webhooks(null)
    const found = []
    for (const hook of hooks) {
      const user = await this.#deps.accounts.user(hook.userId)
      if (user !== null && !user.blocked && user.role !== 'bidder')
        found.push({ ...hook, isOfAdmin: user.role === 'admin' })
    }
    return found
  }

  async of(
    hooks: Awaited<ReturnType<WebhookDeliveries['live']>>,
    auction: Auction,
    { fromSeq, toSeq }: Pick<Published['auctions'][number], 'fromSeq' | 'toSeq'>,
  ): Promise<NewDelivery[]> {
    const told = hooks.filter(({ isOfAdmin, userId }) => isOfAdmin || userId === auction.sellerId)
    if (told.length === 0 || isHidden(auction)) return []
    const at = this.#deps.clock.now()
    const deliveries: NewDelivery[] = []
    for (let after = fromSeq - 1; after < toSeq;) {
      const entries = await this.#deps.store.entries(auction.id, after, Math.min(EVENTS_AT_ONCE, toSeq - after))
      if (entries.length === 0) break
      for (const { event } of entries)
        for (const hook of told)
          if (hook.events.includes(event.type)) deliveries.push(deliveryOf(hook, auction.id, event, at))
      after += entries.length
    }
    return deliveries
  }
}

function deliveryOf({ id, userId }: Webhook, auctionId: string, event: ChannelEvent, at: number): NewDelivery {
  const { type, seq, at: timestamp, data } = event
  const body = JSON.stringify({ type, timestamp, data: { ...data, auction: auctionId, seq, at: timestamp } })
  const stream = `webhook ${id} ${auctionId}`
  return { id: randomUUIDv7(), way: 'webhook', stream, userId, kind: type, auctionId, body, at, nextAt: at }
}
