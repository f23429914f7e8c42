import { Client } from '../../../src/sdk/index.ts'
import { ADMIN } from '../../support/people.ts'
import { freePort, runService, type Running } from '../../support/process.ts'
import { Bidders } from './bidders.ts'
import { connectionsTo } from './connections.ts'
import { type Share, residentMiB, shareOf } from './meter.ts'

const METRICS_TOKEN = 'theattackedhousereadsitsmeters'

/** A service with its limits on, and honest bidders who bid in it. */
export class House {
  readonly admin: Client
  /** The auction that honest bidders bid in, and another one. */
  readonly auction: string
  readonly other: string
  readonly bidders: Bidders
  readonly rssAtFirst: number
  heldAtFirst = 0
  readonly #service: Running

  private constructor(parts: { service: Running; admin: Client; auctions: string[]; bidders: Bidders }) {
    this.#service = parts.service
    this.admin = parts.admin
    ;[this.auction, this.other] = parts.auctions as [string, string]
    this.bidders = parts.bidders
    this.rssAtFirst = this.rss
  }

  static async open(dataDir: string): Promise<House> {
    const NODE_OPTIONS = `--import ${new URL('collect.mjs', import.meta.url).href}`
    const service = await runService(dataDir, await freePort(), { RATE_LIMITS: 'on', METRICS_TOKEN, NODE_OPTIONS })
    try {
      return await House.#furnish(service)
    } catch (error) {
      await service.kill('SIGKILL')
      throw error
    }
  }

  static async #furnish(service: Running): Promise<House> {
    const admin = new Client(service.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 3_600 }
    const auctions = [(await admin.create(lot)).id, (await admin.create(lot)).id]
    const house = new House({ service, admin, auctions, bidders: await Bidders.in(service.url, auctions[0]!) })
    await house.bidders.bid(1_000)
    house.heldAtFirst = await house.held()
    return house
  }

  get url(): string {
    return this.#service.url
  }

  get rss(): number {
    return residentMiB(this.#service)
  }

  get share(): Share {
    return shareOf(this.#service)
  }

  /** Connections of one network that are open on the service's side. */
  connectionsFrom(network: number): number {
    return connectionsTo(this.url, network)
  }

  /** MiB that are alive in the service's heap and outside of it. */
  async held(): Promise<number> {
    this.#service.child.kill('SIGURG')
    await fetch(`${this.url}/healthz`)
    const heap = await this.metric('nodejs_heap_size_used_bytes')
    return (heap + (await this.metric('nodejs_external_memory_bytes'))) / 1024 ** 2
  }

  /** The longest that the service's loop was held since this was last asked, in ms. */
  async loopHeldMs(): Promise<number> {
    return (await this.metric('nodejs_eventloop_lag_max_seconds')) * 1_000
  }

  async metric(name: string): Promise<number> {
    const response = await fetch(`${this.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await response.text())?.[1] ?? 0)
  }

  async close(): Promise<void> {
    await this.#service.kill('SIGKILL')
  }
}
