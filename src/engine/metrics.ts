import { Counter, Gauge, Histogram, type Metric, Registry, collectDefaultMetrics } from 'prom-client'

/** Bytes by name. */
export type Sizes = Readonly<Record<string, number>>

const MIB_BYTES = 1024 * 1024

let processMetrics: Registry | null = null

/**
 * Default process metrics, registered once a process: prom-client cannot stop its observers of garbage collection and the
 * event loop.
 */
function defaultMetrics(): Metric[] {
  if (processMetrics === null) {
    processMetrics = new Registry()
    collectDefaultMetrics({ register: processMetrics })
  }
  return processMetrics.getMetricsAsArray() as unknown as Metric[]
}

/**
 * All metrics. None counts what is private: a silent raise must not move a number (PX-9), so bids are counted by the
 * events they cause, and only commits with events are counted.
 */
export class Metrics {
  readonly registry = new Registry()
  readonly #events = new Counter({
    name: 'martillo_events_total',
    help: 'Public events committed',
    labelNames: ['type'],
    registers: [this.registry],
  })
  /** One counter a type: to look it up by its label costs more than to count. */
  readonly #eventsOf = new Map<string, { inc(): void }>()
  readonly commitSeconds = new Histogram({
    name: 'martillo_commit_seconds',
    help: 'Time of a commit with public events',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [this.registry],
  })
  readonly commitEvents = new Histogram({
    name: 'martillo_commit_events',
    help: 'Public events in one commit',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers: [this.registry],
  })
  readonly failedCommits = new Counter({
    name: 'martillo_failed_commits_total',
    help: 'Commits whose outcome was unknown',
    registers: [this.registry],
  })
  readonly durabilityAtRisk = new Gauge({
    name: 'martillo_durability_at_risk',
    help: 'Whether storage could lose what it confirmed: 1 if it could, and the log says why',
    registers: [this.registry],
  })
  readonly watchers = new Gauge({
    name: 'martillo_watchers',
    help: 'Sockets and streams open',
    registers: [this.registry],
  })
  readonly slowWatchers = new Counter({
    name: 'martillo_slow_watchers_total',
    help: 'Watchers disconnected for reading too slowly',
    registers: [this.registry],
  })

  readonly requests = new Counter({
    name: 'martillo_http_requests_total',
    help: 'HTTP requests answered, except bids',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  })
  readonly refusedBids = new Counter({
    name: 'martillo_refused_bids_total',
    help: 'Bids rejected, by code',
    labelNames: ['code'],
    registers: [this.registry],
  })
  readonly roomMessages = new Counter({
    name: 'martillo_room_messages_total',
    help: 'Messages written in rooms and to sellers',
    registers: [this.registry],
  })
  readonly roomDropped = new Counter({
    name: 'martillo_room_dropped_total',
    help: 'Frames of rooms that were not sent to a slow reader or under load, by type',
    labelNames: ['type'],
    registers: [this.registry],
  })
  readonly signIns = new Counter({
    name: 'martillo_sign_ins_total',
    help: 'Attempts to sign in',
    labelNames: ['result'],
    registers: [this.registry],
  })
  readonly deliveries = new Counter({
    name: 'martillo_deliveries_total',
    help: 'Tries to send mails, push messages and webhooks, by what became of them',
    labelNames: ['way', 'result'],
    registers: [this.registry],
  })
  readonly #bytes = new Gauge({
    name: 'martillo_bytes',
    help: 'Size of the database, of its WAL, and of the free disk space, rounded up to MiB',
    labelNames: ['of'],
    registers: [this.registry],
    collect: () => this.#measure(),
  })
  #sizes: () => Promise<Sizes> = async () => ({})

  constructor() {
    for (const metric of defaultMetrics()) this.registry.registerMetric(metric)
  }

  /** Sets the build's version, as labels. */
  tellBuild(version: string): void {
    const labels = { version, node: process.versions.node }
    const names = Object.keys(labels)
    const registers = [this.registry]
    new Gauge({ name: 'martillo_build_info', help: 'Version, as labels', labelNames: names, registers }).set(labels, 1)
  }

  /** Sets how it is measured by how much the time may be wrong, when metrics are scraped. Only nodes that share it know. */
  measureTimeBy(inexactMs: () => number): void {
    this.registry.registerMetric(
      new Gauge({
        name: 'martillo_time_inexact_seconds',
        help: 'By how much the time of the house may be wrong here; above 0.05 the node takes no bids',
        registers: [],
        collect() {
          this.set(inexactMs() / 1_000)
        },
      }),
    )
  }

  /** Sets how sizes are measured when metrics are scraped. */
  measureBy(sizes: () => Promise<Sizes>): void {
    this.#sizes = sizes
  }

  /** Rounds up to MiB: one more page in the WAL would reveal a silent raise (PX-9). */
  async #measure(): Promise<void> {
    for (const [of, bytes] of Object.entries(await this.#sizes()))
      this.#bytes.set({ of }, Math.ceil(bytes / MIB_BYTES) * MIB_BYTES)
  }

  countCommit(events: readonly { readonly type: string }[], tookMs: number): void {
    if (events.length === 0) return
    for (const { type } of events) this.#countEvent(type)
    this.commitEvents.observe(events.length)
    this.commitSeconds.observe(tookMs / 1_000)
  }

  #countEvent(type: string): void {
    let counter = this.#eventsOf.get(type)
    if (counter === undefined) this.#eventsOf.set(type, (counter = this.#events.labels(type)))
    counter.inc()
  }
}
