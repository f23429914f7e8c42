import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/**
 * Every metric's name, in one file. None counts what is private: a silent raise must not move a number (PX-9), so bids
 * are counted by the events they cause, and commits only where they hold one.
 */
export class Metrics {
  readonly registry = new Registry()
  readonly #events = new Counter({
    name: 'martillo_events_total',
    help: 'Public events committed',
    labelNames: ['type'],
    registers: [this.registry],
  })
  /** One for each type: to find it by its label costs more than to count. */
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
  readonly watchers = new Gauge({
    name: 'martillo_watchers',
    help: 'Sockets and streams open',
    registers: [this.registry],
  })
  readonly slowWatchers = new Counter({
    name: 'martillo_slow_watchers_total',
    help: 'Watchers let go for reading too slowly',
    registers: [this.registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  countEvent(type: string): void {
    let counter = this.#eventsOf.get(type)
    if (counter === undefined) this.#eventsOf.set(type, (counter = this.#events.labels(type)))
    counter.inc()
  }
}
