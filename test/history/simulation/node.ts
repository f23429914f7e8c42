import { Certifier } from '../../../src/engine/certifier.ts'
import { Engine } from '../../../src/engine/engine.ts'
import { createPrivateKey } from 'node:crypto'
import { Notary } from '../../../src/engine/notary.ts'
import { GENESIS } from '../../../src/ledger/chain.ts'
import { signerOf } from '../../../src/ledger/jws.ts'
import { Sessions } from '../../../src/engine/sessions.ts'
import { Rooms } from '../../../src/engine/room.ts'
import type { RoomRecords } from '../../../src/engine/room-ports.ts'
import { Metrics } from '../../../src/engine/metrics.ts'
import type { Accounts } from '../../../src/engine/account-ports.ts'
import type { Change, Clock } from '../../../src/engine/ports.ts'
import { LoopScheduler } from '../../../src/live/loop-scheduler.ts'
import { Hub } from '../../../src/live/hub.ts'
import { auctionMessage } from '../../../src/engine/auction-message.ts'
import type { Breaks } from './breaks.ts'
import type { SimulatedBus } from './bus.ts'
import type { Disk } from './disk.ts'
import { SimulatedStore } from './store.ts'
import type { World } from './world.ts'

export type House = {
  readonly world: World
  readonly disk: Disk
  readonly bus: SimulatedBus
  readonly breaks: Breaks
  readonly isShared: boolean
}

/** Never read here: one will do for all. */
const metrics = new Metrics()
const silent = { error: () => {}, info: () => {} }
const accounts = {
  names: (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, 'Sally']))),
  authVersion: () => Promise.resolve(0),
  // A bidder's session is named like them.
  rights: (id: string) => Promise.resolve({ user: { id }, expiresAt: Infinity, blocked: false, staff: false }),
} as unknown as Accounts

/** Nobody says anything in these rooms. */
const records = { rooms: () => Promise.resolve(new Map()), said: () => Promise.resolve([]) } as unknown as RoomRecords

/** RFC 8410, section 7: an Ed25519 key of a fixed seed, so that the same run signs the same. */
const key = Buffer.from(`302e020100300506032b657004220420${'5e'.repeat(32)}`, 'hex')
const signer = signerOf(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
const keys = { where: '', read: () => Promise.resolve(signer), create: () => Promise.resolve(signer) }

/** The real engine, writer, scheduler and hub as one process, which may die at any moment. */
export class SimulatedNode {
  ready = false
  engine!: Engine
  hub!: Hub
  readonly #open: () => Promise<void>
  readonly #house: House
  readonly #store: SimulatedStore
  #certifier!: Certifier
  readonly #died = Promise.withResolvers<void>()
  #alive = true

  constructor(house: House) {
    this.#house = house
    const { world, disk, breaks, isShared, bus: network } = house
    const port = network.port(this)
    const bus = {
      ...port,
      publish: (message: Parameters<typeof port.publish>[0]) => {
        if (this.#alive) port.publish(message)
      },
    }
    const alive = () => this.#alive
    const clock: Clock = {
      now: () => Math.floor(world.now),
      wake: (afterMs, call) => world.after(afterMs, () => this.#alive && call()),
      yield: (forMs = 0) => (forMs > 0 ? world.sleep(forMs) : world.turn()),
    }
    const published = (change: Change) => bus.publish(auctionMessage(change))
    this.#store = new SimulatedStore({ world, disk, isShared, breaks, alive, published })
    const shared = { store: this.#store, bus, clock, metrics, log: silent }
    this.#open = async () => {
      const notary = await Notary.open({ store: this.#store, keys, clock, rules: GENESIS, software: 'simulated' })
      this.#certifier = new Certifier({ store: this.#store, notary, clock, log: silent })
      this.engine = new Engine({
        ...shared,
        sessions: new Sessions(accounts),
        notary,
        onEnded: () => this.#certifier.wake(),
      })
      const sessions = new Sessions(accounts)
      const rooms = new Rooms({ ...shared, engine: this.engine, sessions, records, charges: null, limited: false })
      const queue = new LoopScheduler(clock)
      this.hub = new Hub({ ...shared, engine: this.engine, accounts, rooms, roomRecords: records, queue })
      await this.engine.start()
      this.#certifier.start()
    }
  }

  /** Resolves when it is gone, and with it every connection. */
  get died(): Promise<void> {
    return this.#died.promise
  }

  async start(): Promise<void> {
    await Promise.race([this.#open(), this.died])
    this.ready = this.#alive
  }

  /** From one moment to the next, whatever it was at. */
  crash(): void {
    this.ready = false
    this.#alive = false
    this.#house.bus.forget(this)
    this.#died.resolve()
  }

  /** Finishes what it took. */
  async stop(): Promise<void> {
    this.ready = false
    await Promise.race([this.engine.stop().then(() => this.#certifier.stop()), this.died])
    this.hub.close()
    this.crash()
  }
}
