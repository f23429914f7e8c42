import { createHash } from 'node:crypto'
import { newAuction } from '../../../src/domain/schema.ts'
import { ANYONE_MAY } from '../../../src/engine/engine.ts'
import { faultsOf } from '../checker.ts'
import { History } from '../history.ts'
import { bidAway, type Caller, closeAll, hammer, lookAround } from './bidder.ts'
import type { Breaks } from './breaks.ts'
import { SimulatedBus } from './bus.ts'
import { Disk } from './disk.ts'
import { type Absence, brokenInvariants } from './invariants.ts'
import { type House, SimulatedNode } from './node.ts'
import { follow } from './watcher.ts'
import { World, within } from './world.ts'

const CRASH_MS = 15_000
const SICKEN_MS = 12_000
const FOR_MS = 25_000
/** How long the last watchers are waited for once there is calm. */
const PATIENCE_MS = 60_000

export type Outcome = {
  readonly seed: number
  /** One line each: what was promised and does not hold. */
  readonly faults: readonly string[]
  readonly bids: number
  readonly events: number
  readonly crashes: number
  /** The same for the same seed: over everything that anybody asked and saw, and what was stored. */
  readonly digest: () => string
}

/** One run: a house of one to three nodes on one store, bidders, watchers and an admin, and all that can go wrong between them. */
export async function simulate(seed: number, breaks: Breaks = {}): Promise<Outcome> {
  const world = new World(seed)
  return within(world, () => new Simulation(world, breaks).run(seed))
}

class Simulation {
  readonly #world: World
  readonly #breaks: Breaks
  readonly #history: History
  readonly #disk = new Disk()
  readonly #house: House
  readonly #nodes: SimulatedNode[] = []
  readonly #auctions: string[] = []
  readonly #count: number
  #crashes = 0
  readonly #absences: Absence[] = []

  constructor(world: World, breaks: Breaks) {
    this.#world = world
    this.#breaks = breaks
    this.#history = new History(() => world.now)
    const { random } = world
    this.#count = random.int(1, 3)
    const bus = new SimulatedBus(world, {
      delayMs: random.pick([1, 4, 25]),
      loses: random.chance(0.5),
      local: random.chance(0.5),
    })
    this.#house = { world, disk: this.#disk, bus, breaks, isShared: this.#count > 1 }
  }

  async run(seed: number): Promise<Outcome> {
    await this.#world.run(() => this.#play())
    const ledgers = new Map(
      [...this.#disk.auctions].map(([id, { entries }]) => [id, entries.map(({ event }) => event)]),
    )
    const faults = faultsOf(this.#history, ledgers)
    const broken = brokenInvariants(this.#disk, this.#absences)
    return {
      seed,
      faults: [...faults.map(({ kind, auction, what }) => `${kind} in ${auction}: ${what}`), ...broken],
      bids: this.#history.bids.length,
      events: [...ledgers.values()].reduce((sum, events) => sum + events.length, 0),
      crashes: this.#crashes,
      digest: () =>
        createHash('sha256')
          .update(JSON.stringify([this.#history, [...ledgers]]))
          .digest('hex'),
    }
  }

  async #play(): Promise<void> {
    const world = this.#world
    const { random } = world
    for (let i = 0; i < this.#count; i += 1) await this.#startNode(i)
    for (let i = random.int(1, 3); i > 0; i -= 1) await this.#create()
    const caller: Caller = {
      world,
      history: this.#history,
      disk: this.#disk,
      auctions: this.#auctions,
      node: () => this.#ready(),
      until: world.now + FOR_MS,
    }
    const watchers = this.#auctions.flatMap((auction) => [this.#watch(auction, 'one'), this.#watch(auction, 'two')])
    const troubles = this.#troubles(caller.until)
    const checkpoints = this.#checkpoints(caller.until)
    const bidders = Array.from({ length: random.int(2, 8) }, (_, i) => bidAway(caller, `bidder ${i}`))
    await Promise.all([...bidders, hammer(caller), lookAround(caller), troubles, checkpoints])
    world.calm = true
    await closeAll(caller)
    await Promise.race([Promise.all(watchers), world.sleep(PATIENCE_MS)])
    for (let tries = 0; tries < 10 && this.#disk.statements.length <= this.#auctions.length; tries += 1)
      await world.sleep(1_000)
  }

  /** A process of those that are up; waits while there is none. */
  async #ready(): Promise<SimulatedNode> {
    for (;;) {
      const ready = this.#nodes.filter((node) => node.ready)
      if (ready.length > 0) return this.#world.random.pick(ready)
      await this.#world.sleep(50)
    }
  }

  async #startNode(i: number): Promise<void> {
    const node = new SimulatedNode(this.#house)
    this.#nodes[i] = node
    await node.start()
  }

  /** Processes die or are restarted, for a moment or for long. */
  async #troubles(until: number): Promise<void> {
    const { random } = this.#world
    for (;;) {
      await this.#world.sleep(random.delay(CRASH_MS))
      if (this.#world.now >= until) return
      const i = random.int(0, this.#count - 1)
      this.#crashes += 1
      if (random.chance(0.2)) await this.#nodes[i]!.stop()
      else this.#nodes[i]!.crash()
      const from = this.#world.now
      await this.#world.sleep(random.chance(0.15) ? random.between(25_000, 60_000) : random.delay(700))
      if (this.#count === 1) this.#absences.push({ from, to: this.#world.now })
      await this.#startNode(i)
    }
  }

  /** What brings in the journal beside the commits fails, and nobody had asked for it. */
  async #checkpoints(until: number): Promise<void> {
    for (;;) {
      await this.#world.sleep(this.#world.random.delay(SICKEN_MS))
      if (this.#world.now >= until) return
      const node = this.#world.random.pick(this.#nodes)
      if (node.ready) node.engine.fail(new Error('a checkpoint failed'))
    }
  }

  async #create(): Promise<void> {
    const { random } = this.#world
    const id = this.#world.id()
    const softClose = { windowSeconds: random.int(1, 5), extensionSeconds: random.int(1, 5), maxExtensions: 5 }
    const auction = newAuction.parse({
      title: 'A lot',
      currency: 'EUR',
      terms: {
        startPrice: 100,
        increments: random.pick([10, 25, 'standard']),
        reservePrice: random.chance(0.3) ? random.int(150, 600) : null,
        buyNowPrice: random.chance(0.1) ? 700 : null,
        softClose: random.chance(0.6) ? softClose : null,
      },
      opensAt: random.chance(0.2) ? new Date(this.#world.now + random.int(500, 4_000)).toISOString() : null,
      durationSeconds: random.int(5, 30),
    })
    const [node] = this.#nodes
    const create = { type: 'create', id, sellerId: 'seller', auction } as const
    for (; !this.#disk.auctions.has(id); await this.#world.sleep(100))
      await node!.engine.submitCommand(id, create, 'seller', ANYONE_MAY)
    this.#auctions.push(id)
  }

  #watch(auction: string, name: string): Promise<void> {
    const world = this.#world
    const { epoch } = this.#disk
    const losesFrames = this.#breaks.losesFrames === true
    const from = { world, history: this.#history, auction, epoch, losesFrames, node: () => this.#ready() }
    return follow(from, name)
  }
}
