import { Agent } from 'node:https'
import webPush from 'web-push'
import { limits } from '../config/limits.ts'
import { DEFAULT_PREFERENCES, type NoticeData, noticeKind } from '../domain/notices.ts'
import type { Delivery } from '../engine/delivery-ports.ts'
import type { Sender, Sent } from '../engine/dispatcher.ts'
import type { Engine } from '../engine/engine.ts'
import { type IsPresent, newsOf } from '../engine/notice-news.ts'
import type { PushSubscription, Reach } from '../engine/reach-ports.ts'
import type { Told } from '../engine/told-ports.ts'
import { noticeText } from '../text/mails.ts'
import { type Outward, guardedLookup, requireReachable } from './outward.ts'

const HOUR_MS = 3_600 * 1_000
/** How long a push service keeps what it cannot deliver. */
const TTL_SECONDS = 3_600

export type VapidKeys = { readonly publicKey: string; readonly privateKey: string }

type PushSenderDependencies = {
  readonly vapid: VapidKeys
  /** Whom a push service may write to: an address of the house. */
  readonly subject: string
  readonly reach: Pick<Reach, 'pushSubscriptions' | 'removePushSubscription'>
  readonly told: Pick<Told, 'preferences'>
  readonly engine: Pick<Engine, 'stored'>
  readonly isPresent: IsPresent
  readonly outward: Outward
}

/** Sends push messages (RFC 8030, encrypted by RFC 8291) to every browser of their reader. */
export class PushSender implements Sender {
  readonly merges = true
  readonly triedForMs = HOUR_MS
  readonly #deps: PushSenderDependencies
  readonly #agent: Agent

  constructor(deps: PushSenderDependencies) {
    this.#deps = deps
    const { ca } = deps.outward
    this.#agent = new Agent({ lookup: guardedLookup(deps.outward), ...(ca === undefined ? {} : { ca }) })
  }

  async send({ userId, kind: named, auctionId, body, stream }: Delivery): Promise<Sent> {
    const { told, reach, engine, isPresent } = this.#deps
    const kind = noticeKind.parse(named)
    const preferences = (await told.preferences([userId])).get(userId) ?? DEFAULT_PREFERENCES
    if (!preferences.notices[kind].includes('push')) return { result: 'dropped' }
    const subscriptions = await reach.pushSubscriptions(userId)
    const given = JSON.parse(body) as NoticeData
    const data = await newsOf({ kind, userId, auctionId, given }, { engine, isPresent })
    if (data === null || subscriptions.length === 0) return { result: 'dropped' }
    const [title, line] = noticeText(kind, data, preferences)
    const url = auctionId === null ? '/account' : `/auctions/${auctionId}`
    const message = JSON.stringify({ title, body: line, url, tag: stream })
    const pushed = await Promise.allSettled(subscriptions.map((one) => this.#push(one, message)))
    const failed = pushed.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw new Error((failed.reason as Error).message, { cause: failed.reason })
    return { result: 'sent' }
  }

  async #push({ endpoint, p256dh, auth }: PushSubscription, message: string): Promise<void> {
    const { vapid, subject, reach, outward } = this.#deps
    try {
      requireReachable(new URL(endpoint), outward)
      await webPush.sendNotification({ endpoint, keys: { p256dh, auth } }, message, {
        vapidDetails: { subject, ...vapid },
        TTL: TTL_SECONDS,
        timeout: limits.deliveryMsMax,
        agent: this.#agent,
      })
    } catch (error) {
      const { statusCode = 0 } = error as { statusCode?: number }
      // The browser is gone, or has taken its consent back.
      if (statusCode !== 404 && statusCode !== 410) throw error
      await reach.removePushSubscription(endpoint)
    }
  }
}
