import type { Instant } from '../domain/instant.ts'
import type { Page, Paging } from './ports.ts'

/** Port of storage for what goes out of the house: e-mails, push messages and webhooks. */

export type DeliveryWay = 'email' | 'push' | 'webhook'

/** What somebody is sent. `body` is a JSON object: what the kind needs. */
export type NewDelivery = {
  /** The same however often it is sent. */
  readonly id: string
  readonly way: DeliveryWay
  /** Those of one stream are sent one after the other, in the order in which they were made. */
  readonly stream: string
  readonly userId: string
  readonly kind: string
  readonly auctionId: string | null
  readonly body: string
  readonly at: Instant
  /** When it is sent at the earliest. */
  readonly nextAt: Instant
}

/** `dropped`: nobody wants it any more. `dead`: given up. */
export type DeliveryState = 'waiting' | 'sent' | 'dropped' | 'dead'

export type Delivery = NewDelivery & {
  readonly number: number
  readonly state: DeliveryState
  readonly tries: number
  /** Why it was not sent when it was last tried. */
  readonly error: string | null
}

/** What became of a try. */
export type Settled = {
  readonly number: number
  readonly state: DeliveryState
  /** Of one that waits: when it is tried next. */
  readonly nextAt: Instant
  /** Whether this was a try that counts. */
  readonly isTried: boolean
  readonly error: string | null
}

export interface DeliveryReads {
  /** Deliveries, the newest first; the cursor is the number of the last. */
  deliveries(
    query: Paging & {
      readonly state: DeliveryState | null
      readonly way: DeliveryWay | null
      /** Those of one webhook. */
      readonly webhook?: string
    },
  ): Promise<Page<Delivery>>
  delivery(id: string): Promise<Delivery | null>
  /** How many there are by way and state. */
  deliveryCounts(): Promise<
    readonly { readonly way: DeliveryWay; readonly state: DeliveryState; readonly count: number }[]
  >
  /** Whether anything that waits is due. */
  isAnyDue(at: Instant): Promise<boolean>
  /** When somebody was last sent something of a kind about an auction, or null. */
  lastSent(delivery: Pick<Delivery, 'way' | 'userId' | 'kind' | 'auctionId'>): Promise<Instant | null>
}

export interface DeliveryWrites {
  deliver(deliveries: readonly NewDelivery[]): Promise<void>
  /**
   * Takes what is due of at most `streams` streams, the first of each and up to `perStream` behind it, in their order. Until
   * `until` no other node takes anything of these streams.
   */
  take(query: {
    readonly at: Instant
    readonly until: Instant
    readonly streams: number
    readonly perStream: number
  }): Promise<readonly (readonly Delivery[])[]>
  settle(settled: readonly Settled[], at: Instant): Promise<void>
  /** Sends one again, as the first of its stream. Returns false if it still waits. */
  redeliver(number: number, at: Instant): Promise<boolean>
  /** Removes up to `most` that were settled before. Returns how many; 0 if none is left. */
  removeDeliveries(before: Instant, most: number): Promise<number>
}

export type Deliveries = DeliveryReads & DeliveryWrites
