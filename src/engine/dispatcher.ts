import { limits } from '../config/limits.ts'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import type { Deliveries, Delivery, DeliveryWay, Settled } from './delivery-ports.ts'
import { repeatEvery } from './interval.ts'
import type { Metrics } from './metrics.ts'
import type { Clock } from './ports.ts'

/** What became of a delivery: `dropped`: nobody wants it any more. */
export type Sent =
  | { readonly result: 'sent' }
  | { readonly result: 'dropped' }
  | { readonly result: 'later'; readonly at: Instant }

/** Sends deliveries of one way. */
export interface Sender {
  /** Whether the latest of a stream takes the place of those before it. */
  readonly merges: boolean
  /** How long it is tried before a delivery is given up. */
  readonly triedForMs: number
  /** Throws a `PermanentError` where trying again would not help, and anything else where it may. */
  send(delivery: Delivery, gone: AbortSignal): Promise<Sent>
}

/** The receiver refuses this delivery for good. */
export class PermanentError extends Error {}

type DispatcherDependencies = {
  readonly deliveries: Deliveries
  readonly senders: Partial<Record<DeliveryWay, Sender>>
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'deliveries'>
  readonly log: { error(fields: object, message: string): void; warn(fields: object, message: string): void }
}

const FIRST_RETRY_MS = 5 * SECOND_MS
const RETRY_MS_MAX = 3_600 * SECOND_MS
const RETRY_FACTOR = 3

/** Sends what waits: at least once, those of one stream in their order, and again later what failed. */
export class Dispatcher {
  readonly #deps: DispatcherDependencies
  readonly #gone = new AbortController()
  #stop = () => {}
  #running: Promise<void> | null = null

  constructor(deps: DispatcherDependencies) {
    this.#deps = deps
  }

  start(): void {
    this.#stop = repeatEvery(this.#deps.clock, limits.deliveriesEveryMs, () => this.wake())
  }

  /** Gives up what is under way: it is sent again at the next start. */
  async stop(): Promise<void> {
    this.#stop()
    this.#gone.abort()
    await this.#running
  }

  wake(): void {
    this.#running ??= this.#run()
      .catch((error: unknown) => this.#deps.log.error({ err: error }, 'deliveries could not be read or written'))
      .finally(() => (this.#running = null))
  }

  async #run(): Promise<void> {
    const { deliveries, clock } = this.#deps
    while (!this.#gone.signal.aborted && (await deliveries.isAnyDue(clock.now()))) {
      const at = clock.now()
      const streams = await deliveries.take({
        at,
        until: at + limits.deliveryLeaseMs,
        streams: limits.deliveryStreamsMax,
        perStream: limits.deliveriesPerStreamMax,
      })
      // Of what is due all streams may wait for an earlier delivery.
      if (streams.length === 0) return
      await Promise.all(streams.map((stream) => this.#sendStream(stream)))
    }
  }

  async #sendStream(stream: readonly Delivery[]): Promise<void> {
    const { clock, deliveries, senders } = this.#deps
    const sender = senders[stream[0]!.way]
    const merged = sender?.merges === true ? stream.slice(0, -1) : []
    const settled: Settled[] = merged.map((one) => settledAs(one, 'dropped'))
    const until = clock.now() + limits.deliveryRunMsMax
    for (const delivery of stream.slice(merged.length)) {
      if (this.#gone.signal.aborted || clock.now() > until) break
      const one = await this.#try(delivery, sender)
      settled.push(one)
      if (one.state === 'waiting') break
    }
    // What was not tried is due as it was.
    if (settled.length === 0) settled.push({ ...settledAs(stream[0]!, 'waiting'), nextAt: clock.now() })
    await deliveries.settle(settled, clock.now())
  }

  async #try(delivery: Delivery, sender: Sender | undefined): Promise<Settled> {
    const { metrics } = this.#deps
    const { way } = delivery
    try {
      if (sender === undefined) throw new PermanentError(`the house sends no ${way}`)
      const sent = await sender.send(
        delivery,
        AbortSignal.any([this.#gone.signal, AbortSignal.timeout(limits.deliveryMsMax)]),
      )
      if (sent.result === 'later') return { ...settledAs(delivery, 'waiting'), nextAt: sent.at, isTried: false }
      metrics.deliveries.inc({ way, result: sent.result })
      return settledAs(delivery, sent.result)
    } catch (error) {
      return this.#failed(delivery, sender, error as Error)
    }
  }

  #failed(delivery: Delivery, sender: Sender | undefined, error: Error): Settled {
    const { clock, metrics, log } = this.#deps
    const { way, id, kind, tries } = delivery
    const now = clock.now()
    // An end of the service is no failure of the receiver.
    if (this.#gone.signal.aborted) return { ...settledAs(delivery, 'waiting'), nextAt: now, isTried: false }
    const isLost = error instanceof PermanentError || now - delivery.at > (sender?.triedForMs ?? 0)
    metrics.deliveries.inc({ way, result: isLost ? 'dead' : 'failed' })
    log.warn({ delivery: id, way, kind, tries: tries + 1, error: error.message }, 'a delivery failed')
    const nextAt = now + Math.min(FIRST_RETRY_MS * RETRY_FACTOR ** tries, RETRY_MS_MAX)
    return { ...settledAs(delivery, isLost ? 'dead' : 'waiting'), nextAt, error: error.message.slice(0, ERROR_MAX) }
  }
}

/** Characters of a failure that are kept. */
const ERROR_MAX = 500

function settledAs({ number, nextAt }: Delivery, state: Settled['state']): Settled {
  return { number, state, nextAt, isTried: true, error: null }
}
