import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { Client } from '../../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../../support/people.ts'
import { type Bid, overRest, overSocket, quantile } from '../../support/load.ts'
import { freePort, runService, type Running } from '../../support/process.ts'
import type { AttackName } from '../attacks/index.ts'
import type { Fates } from './attack.ts'
import { type Attackers, callAttackers } from './attackers.ts'
import { count, pause } from './form.ts'

const BID_EVERY_MS = 200
const QUIET_MS = count(1_000, 6_000)
const ATTACK_MS = count(2_000, 8_000)
const METRICS_TOKEN = 'theattackedhousereadsitsmeters'
const ATTEMPTS = 4

/** A service with its limits on, four honest bidders who go on bidding, and those who attack it. */
export class AttackedHouse {
  readonly admin: Client
  readonly auction: string
  readonly other: string
  readonly rssAtFirst: number
  heldAtFirst = 0
  readonly #service: Running
  readonly #bids: readonly Bid[]
  readonly #tokens: readonly string[]
  readonly #attackers = new Set<Attackers>()
  #amount = 1_000
  #quiet: number | null = null

  private constructor(parts: { service: Running; admin: Client; auctions: string[]; bids: Bid[]; tokens: string[] }) {
    this.#service = parts.service
    this.admin = parts.admin
    ;[this.auction, this.other] = parts.auctions as [string, string]
    this.#bids = parts.bids
    this.#tokens = parts.tokens
    this.rssAtFirst = this.rss
  }

  static async open(dataDir: string, env: Record<string, string> = {}): Promise<AttackedHouse> {
    const NODE_OPTIONS = `--import ${new URL('collect.mjs', import.meta.url).href}`
    const own = { RATE_LIMITS: 'on', METRICS_TOKEN, NODE_OPTIONS, ...env }
    const service = await runService(dataDir, await freePort(), own)
    try {
      return await AttackedHouse.#furnish(service)
    } catch (error) {
      await service.kill('SIGKILL')
      throw error
    }
  }

  static async #furnish(service: Running): Promise<AttackedHouse> {
    const admin = new Client(service.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 3_600 }
    const auctions = [(await admin.create(lot)).id, (await admin.create(lot)).id]
    const bidders = await Promise.all(['Ana', 'Ben', 'Cleo', 'Dora'].map((name) => signedUp(service.url, name)))
    const villains = await Promise.all(['Eve', 'Mallory'].map((name) => signedUp(service.url, name)))
    const bids = await Promise.all(
      bidders.map((bidder, i) => (i % 2 === 0 ? overRest(bidder) : overSocket(bidder, auctions[0]!))),
    )
    const tokens = await Promise.all(villains.map(async ({ session }) => (await session.token())!))
    const house = new AttackedHouse({ service, admin, auctions, bids, tokens })
    await house.bidding(1_000)
    house.heldAtFirst = await house.held()
    return house
  }

  get url(): string {
    return this.#service.url
  }

  get rss(): number {
    return residentMiB(this.#service)
  }

  /** Connections that are open on the service's side. */
  get connections(): number {
    const folder = `/proc/${this.#service.child.pid}/fd`
    return readdirSync(folder).filter((fd) => linkOf(`${folder}/${fd}`).startsWith('socket:')).length
  }

  /** MiB that are alive in the service's heap and outside of it. */
  async held(): Promise<number> {
    this.#service.child.kill('SIGURG')
    await fetch(`${this.url}/healthz`)
    const heap = await this.metric('nodejs_heap_size_used_bytes')
    return (heap + (await this.metric('nodejs_external_memory_bytes'))) / 1024 ** 2
  }

  async metric(name: string): Promise<number> {
    const response = await fetch(`${this.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await response.text())?.[1] ?? 0)
  }

  /** The 99th percentile, in ms, of what honest bidders waited for an answer, each asking at an even pace whatever comes. */
  async bidding(ms: number): Promise<number> {
    const waits: number[] = []
    const until = performance.now() + ms
    const one = async (bid: Bid, i: number) => {
      const asking: Promise<void>[] = []
      await pause((i * BID_EVERY_MS) / this.#bids.length)
      while (performance.now() < until) {
        const asked = performance.now()
        asking.push(bid(this.auction, (this.#amount += 1)).then(() => void waits.push(performance.now() - asked)))
        await pause(BID_EVERY_MS)
      }
      await Promise.all(asking)
    }
    await Promise.all(this.#bids.map(one))
    return quantile(waits, 0.99)
  }

  /** Attackers who wait for the word, and go on until the house is closed or they are ended. */
  async call(attack: AttackName, number: number): Promise<Attackers> {
    const { url, auction, other } = this
    const attackers = await callAttackers(attack, { url, auction, other, tokens: this.#tokens, count: number })
    this.#attackers.add(attackers)
    return attackers
  }

  /**
   * Is attacked, from the first moment on, and throws where honest bidders noticed. A neighbour on this machine passes
   * by, what an attack does it does each time: so it may be tried again. Returns what became of the last attackers.
   */
  async withstand<Name extends AttackName>(
    numbers: Readonly<Record<Name, number>>,
    meanwhile: () => Promise<void> = async () => {},
  ): Promise<Record<Name, Fates>> {
    const quiet = [(this.#quiet ??= await this.bidding(QUIET_MS))]
    const attacked: number[] = []
    for (;;) {
      const { waited, fates, rss } = await this.#attempt(numbers, meanwhile)
      attacked.push(waited)
      this.#quiet = await this.bidding(QUIET_MS)
      quiet.push(this.#quiet)
      report({
        ...numbers,
        quietP99Ms: quiet,
        attackedP99Ms: attacked,
        rssMiB: [this.rssAtFirst, rss, this.rss],
        fates,
      })
      const most = 1.5 * Math.max(...quiet) + 20
      if (Math.min(...attacked) <= most) return fates
      if (attacked.length === ATTEMPTS) throw new Error(`bidders waited ${attacked.join(', ')} ms, beyond ${most}`)
    }
  }

  async #attempt<Name extends AttackName>(numbers: Readonly<Record<Name, number>>, meanwhile: () => Promise<void>) {
    const names = Object.keys(numbers) as Name[]
    const attackers = await Promise.all(names.map((name) => this.call(name, numbers[name])))
    const attack = async () => {
      await Promise.all(attackers.map((one) => one.begin()))
      await meanwhile()
    }
    const [waited] = await Promise.all([this.bidding(ATTACK_MS), attack()])
    const rss = this.rss
    const met = await Promise.all(attackers.map((one) => one.fates()))
    for (const one of attackers) await this.#end(one)
    return { waited, rss, fates: Object.fromEntries(names.map((name, i) => [name, met[i]])) as Record<Name, Fates> }
  }

  async close(): Promise<void> {
    for (const attackers of this.#attackers) await attackers.end()
    await this.#service.kill('SIGKILL')
  }

  async #end(attackers: Attackers): Promise<void> {
    this.#attackers.delete(attackers)
    await attackers.end()
  }
}

/** A descriptor may be gone before it is looked at. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** MiB of a service's memory that are resident. */
export function residentMiB({ child }: Running): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'latin1')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024
}

/** A line of figures: what was measured is worth as much as that it passed. */
export function report(figures: object): void {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value)
  console.log(JSON.stringify(figures, rounded))
}
