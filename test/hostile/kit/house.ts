import { existsSync, readFileSync, rmSync } from 'node:fs'
import { Client } from '../../../src/sdk/index.ts'
import { ADMIN } from '../../support/people.ts'
import { freePort, runService, type Running } from '../../support/process.ts'
import { Bidders } from './bidders.ts'
import { connectionsTo } from './connections.ts'
import { pause } from './form.ts'
import { type Share, residentMiB, shareOf } from './meter.ts'

const METRICS_TOKEN = 'theattackedhousereadsitsmeters'

/** As `npm start` runs it (src/launch.mjs): memory is looked at. */
export const SPARING = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' }
export const SMALL_NURSERY = '--max-semi-space-size=8'

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
  readonly #turnsFile: string

  private constructor(parts: { service: Running; turns: string; admin: Client; auctions: string[]; bidders: Bidders }) {
    this.#service = parts.service
    this.#turnsFile = parts.turns
    this.admin = parts.admin
    ;[this.auction, this.other] = parts.auctions as [string, string]
    this.bidders = parts.bidders
    this.rssAtFirst = this.rss
  }

  static async open(dataDir: string): Promise<House> {
    const NODE_OPTIONS = `--import ${new URL('collect.mjs', import.meta.url).href} ${SMALL_NURSERY}`
    const TURNS_FILE = `${dataDir}.turns`
    const own = { ...SPARING, RATE_LIMITS: 'on', METRICS_TOKEN, NODE_OPTIONS, TURNS_FILE }
    const service = await runService(dataDir, await freePort(), own)
    try {
      return await House.#furnish(service, TURNS_FILE)
    } catch (error) {
      await service.kill('SIGKILL')
      throw error
    }
  }

  static async #furnish(service: Running, turns: string): Promise<House> {
    const admin = new Client(service.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 3_600 }
    const auctions = [(await admin.create(lot)).id, (await admin.create(lot)).id]
    const house = new House({ service, turns, admin, auctions, bidders: await Bidders.in(service.url, auctions[0]!) })
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

  /** The longest turn of the service's loop since this was last asked, in ms of its own processor time. */
  async longestTurnMs(): Promise<number> {
    rmSync(this.#turnsFile, { force: true })
    this.#service.child.kill('SIGWINCH')
    while (!existsSync(this.#turnsFile)) await pause(5)
    return Number(readFileSync(this.#turnsFile, 'latin1'))
  }

  async metric(name: string): Promise<number> {
    const response = await fetch(`${this.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await response.text())?.[1] ?? 0)
  }

  async close(): Promise<void> {
    await this.#service.kill('SIGKILL')
  }
}
