import { Webhook } from 'standardwebhooks'
import type { Delivery } from '../engine/delivery-ports.ts'
import { PermanentError, type Sender, type Sent } from '../engine/dispatcher.ts'
import type { Links } from '../engine/links.ts'
import type { Clock } from '../engine/ports.ts'
import type { Reach } from '../engine/reach-ports.ts'
import { type Outward, postOutward } from './outward.ts'

const THREE_DAYS_MS = 3 * 24 * 3_600 * 1_000
const GONE = 410

type WebhookSenderDependencies = {
  readonly reach: Pick<Reach, 'webhook'>
  readonly links: Pick<Links, 'webhookSecret'>
  readonly outward: Outward
  readonly clock: Clock
}

/** Sends events to webhooks, in the form of Standard Webhooks (standardwebhooks.com). */
export class WebhookSender implements Sender {
  readonly merges = false
  readonly triedForMs = THREE_DAYS_MS
  readonly #deps: WebhookSenderDependencies

  constructor(deps: WebhookSenderDependencies) {
    this.#deps = deps
  }

  async send({ id, stream, body }: Delivery, gone: AbortSignal): Promise<Sent> {
    const { reach, links, outward, clock } = this.#deps
    const webhook = await reach.webhook(stream.split(' ')[1]!)
    if (webhook === null) return { result: 'dropped' }
    const now = new Date(clock.now())
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(links.webhookSecret(webhook.id)).sign(id, now, body),
    }
    const status = await postOutward(webhook.url, { headers, body, gone, outward })
    if (status === GONE) throw new PermanentError('answers 410: it wants nothing more')
    if (status < 200 || status > 299) throw new Error(`answers ${status}`)
    return { result: 'sent' }
  }
}
