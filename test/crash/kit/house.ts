import { onTestFinished } from 'vitest'
import { Client } from '../../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../../support/people.ts'
import { type Running, becomesReady, freePort, spawnService } from '../../support/process.ts'
import { answersTheSame, checkAll } from './check.ts'
import type { Disk } from './disk.ts'
import { isLong, pause } from './form.ts'
import { type Load, type Room, startLoad } from './load.ts'
import { Record } from './record.ts'

const AUCTIONS = 3
const BIDDERS = 6
const BIDS_MS_MAX = 15_000
/** The promise: ready again within it. Asked of most starts, as these share their cores with the load, and in long only. */
const READY_MS_MAX = 3_000

/** A house as a process of its own that is made to suffer, and people in it who remember all they were told. */
export class CrashHouse implements Room {
  /** Where the next start finds its data. */
  dataDir: string
  readonly port: number
  readonly env: Readonly<{ [name: string]: string }>
  record = new Record()
  readonly readyMs: number[] = []
  admin!: Client
  bidders: readonly Client[] = []
  auctions: readonly string[] = []
  service!: Running

  private constructor(dataDir: string, port: number, env: Readonly<{ [name: string]: string }>) {
    this.dataDir = dataDir
    this.port = port
    this.env = env
  }

  static async open(dataDir: string, env: Readonly<{ [name: string]: string }> = {}): Promise<CrashHouse> {
    const house = new CrashHouse(dataDir, await freePort(), env)
    onTestFinished(() => house.kill())
    await house.start()
    house.admin = new Client(house.url)
    await house.admin.signIn(ADMIN.email, ADMIN.password)
    house.bidders = await Promise.all(Array.from({ length: BIDDERS }, () => signedUp(house.url)))
    house.auctions = await Promise.all(Array.from({ length: AUCTIONS }, () => house.auction(3_600)))
    return house
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async auction(durationSeconds: number): Promise<string> {
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 100, increments: 10 }, durationSeconds }
    return (await this.admin.create(lot)).id
  }

  /** Somebody who signs up and in now. */
  newcomer(): Promise<Client> {
    return signedUp(this.url)
  }

  /** Somebody who only looks. */
  anonymous(): Client {
    return new Client(this.url)
  }

  spawn(env: Readonly<{ [name: string]: string }> = {}): void {
    this.service = spawnService(this.dataDir, this.port, { ...this.env, ...env })
  }

  async start(env: Readonly<{ [name: string]: string }> = {}): Promise<void> {
    this.spawn(env)
    this.readyMs.push(await becomesReady(this.service))
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.service.child.exitCode === null && this.service.child.signalCode === null) await this.service.kill(signal)
  }

  /** Load that runs until it is stopped, which has been answered a few bids already. */
  async load({ bids = 20, patient = false } = {}): Promise<Load> {
    const before = this.record.told.length
    const load = startLoad(this, { patient })
    onTestFinished(() => load.stop())
    const until = performance.now() + BIDS_MS_MAX
    while (this.record.told.length < before + bids) {
      await pause(5)
      if (performance.now() < until) continue
      await load.stop()
      throw new Error(`only ${this.record.told.length - before} bids were accepted in ${BIDS_MS_MAX} ms`)
    }
    return load
  }

  /** Load, then what happens to it, then a start; what was told meanwhile must be answered the same. */
  async survive(happening: () => Promise<void>, { between = async () => {} } = {}): Promise<void> {
    const before = this.record.told.length
    const load = await this.load()
    await happening()
    await load.stop()
    await between()
    await this.start()
    await answersTheSame(this.record.told.slice(before))
  }

  /**
   * Cuts the power under the load. Counted is what was told before: while the file system goes down a kernel may report
   * as synced what is not, which no machine without power could.
   */
  async losePower(disk: Disk, load: Load): Promise<void> {
    const takeBack = this.record.mark()
    disk.cut()
    await this.kill()
    await load.stop()
    takeBack()
  }

  async checkAll(): ReturnType<typeof checkAll> {
    const most = this.readyMs.toSorted((a, b) => a - b)[Math.floor(this.readyMs.length / 2)]!
    if (isLong && most > READY_MS_MAX) throw new Error(`most starts took more than ${Math.floor(most)} ms`)
    return checkAll(this)
  }
}
