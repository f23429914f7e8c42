import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { AccountWrites, Accounts } from '../../engine/account-ports.ts'
import type { Deliveries, DeliveryWrites } from '../../engine/delivery-ports.ts'
import type { EmailWrites, Emails } from '../../engine/email-ports.ts'
import type { HouseRecords, HouseWrites, PictureRecords, PictureWrites } from '../../engine/house-ports.ts'
import type { Store } from '../../engine/ports.ts'
import type { Told, ToldWrites } from '../../engine/told-ports.ts'
import { DeliveryRecords } from '../deliveries.ts'
import { EmailRecords } from '../emails.ts'
import { ReachRecords } from '../reach.ts'
import { ToldRecords } from '../told.ts'
import type { Reach, ReachWrites } from '../../engine/reach-ports.ts'
import type { RoomRecords, RoomWrites } from '../../engine/room-ports.ts'
import { SqliteAccounts } from './accounts.ts'
import type { Sqlite } from './database.ts'
import { SqliteHouse } from './house.ts'
import { readOutbox } from './outbox.ts'
import { SqlitePictures } from './pictures.ts'
import { SqliteQueries } from './queries.ts'
import { SqliteRooms } from './room.ts'
import { SqliteStore } from './store.ts'
import type { RowWrites } from './store-writer.ts'
import type { ThreadError } from './thread-error.ts'

/** A call to the writing thread, and its answer. */
export type Call = {
  readonly callId: number
  readonly target: 'store' | 'accounts' | 'pictures' | 'house' | 'told' | 'deliveries' | 'emails' | 'reach' | 'rooms'
  readonly method: string
  readonly args: readonly unknown[]
}
export type Answer = { readonly callId: number } & ({ readonly result: unknown } | { readonly error: ThreadError })

/** The call id of a failure that no call waited for. */
export const UNSOLICITED = 0

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }

/**
 * The names of all write methods of a port. The type makes the list complete: a missing method would run on the read
 * connection.
 */
type Names<Writes> = Readonly<Record<keyof Writes, true>>

const STORE: Names<RowWrites> = {
  write: true,
  addToLog: true,
  beat: true,
  consume: true,
  setLabels: true,
  remove: true,
  recover: true,
}
const ACCOUNTS: Names<AccountWrites> = {
  addUser: true,
  changeUser: true,
  setPassword: true,
  rename: true,
  setHold: true,
  eraseUser: true,
  addSession: true,
  rotate: true,
  endSession: true,
  endSessions: true,
  removeSessions: true,
  claim: true,
  removeClaims: true,
  setBlock: true,
}
const PICTURES: Names<PictureWrites> = {
  record: true,
  forget: true,
  want: true,
  copied: true,
  copyFailed: true,
  forgetCopy: true,
}
const HOUSE: Names<HouseWrites> = { changeHouse: true }
const TOLD: Names<ToldWrites> = {
  watch: true,
  unwatch: true,
  read: true,
  changePreferences: true,
  tell: true,
  removeNotices: true,
}

const DELIVERIES: Names<DeliveryWrites> = {
  deliver: true,
  take: true,
  settle: true,
  redeliver: true,
  removeDeliveries: true,
}
const EMAILS: Names<EmailWrites> = {
  issue: true,
  use: true,
  verify: true,
  changeEmail: true,
  noteDevice: true,
  noteUse: true,
  removeTokens: true,
  voidTokens: true,
}

const REACH: Names<ReachWrites> = {
  addKey: true,
  addWebhook: true,
  removeWebhook: true,
  addPushSubscription: true,
  removePushSubscription: true,
}
const ROOMS: Names<RoomWrites> = {
  setRoom: true,
  addMessages: true,
  removeMessage: true,
  setMute: true,
  report: true,
  markRead: true,
  sweepRooms: true,
}

/**
 * The storage ports, whose writes run serially in a worker thread, over a connection of its own. Reads
 * continue while the disk is slow. All migrations must be applied.
 */
export class WritingThread {
  readonly store: Store
  readonly accounts: Accounts
  readonly pictures: PictureRecords
  readonly house: HouseRecords
  readonly told: Told
  readonly deliveries: Deliveries
  readonly emails: Emails
  readonly reach: Reach
  readonly rooms: RoomRecords
  /** Called if storage failed while no call waited for it. */
  onFailed: (error: Error) => void = () => {}
  readonly #dataDir: string
  readonly #reading: Sqlite
  /**
   * Set after the worker died. It may have switched the database file, so the read connection is reopened at the next
   * answer.
   */
  #isReadingStale = false
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #lastCallId = 0

  constructor(dataDir: string, reading: Sqlite) {
    this.#dataDir = dataDir
    this.#reading = reading
    const writes = this.#calls<RowWrites>('store', STORE)
    const recover = async () => {
      await writes.recover()
      reading.openCurrentFile()
    }
    this.store = new SqliteStore(reading, { ...writes, recover })
    this.accounts = Object.assign(new SqliteAccounts(reading), this.#calls<AccountWrites>('accounts', ACCOUNTS))
    this.pictures = Object.assign(new SqlitePictures(reading), this.#calls<PictureWrites>('pictures', PICTURES))
    this.house = Object.assign(new SqliteHouse(reading), this.#calls<HouseWrites>('house', HOUSE))
    const queries = new SqliteQueries(reading)
    this.told = Object.assign(new ToldRecords(queries, readOutbox), this.#calls<ToldWrites>('told', TOLD))
    const deliveries = this.#calls<DeliveryWrites>('deliveries', DELIVERIES)
    this.deliveries = Object.assign(new DeliveryRecords(queries), deliveries)
    this.emails = Object.assign(new EmailRecords(queries), this.#calls<EmailWrites>('emails', EMAILS))
    this.reach = Object.assign(new ReachRecords(queries), this.#calls<ReachWrites>('reach', REACH))
    this.rooms = Object.assign(new SqliteRooms(reading), this.#calls<RoomWrites>('rooms', ROOMS))
  }

  #calls<Writes>(target: Call['target'], names: Names<Writes>): Writes {
    const call =
      (method: string) =>
      (...args: unknown[]) =>
        this.#call(target, method, args)
    return Object.fromEntries(Object.keys(names).map((method) => [method, call(method)])) as Writes
  }

  #call(target: Call['target'], method: string, args: readonly unknown[]): Promise<unknown> {
    this.#lastCallId += 1
    const call: Call = { callId: this.#lastCallId, target, method, args }
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.callId, { resolve, reject })
      this.#runningWorker().postMessage(call)
    })
  }

  #runningWorker(): Worker {
    if (this.#worker !== null) return this.#worker
    const file = `./thread-main${extname(fileURLToPath(import.meta.url))}`
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: this.#dataDir,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    worker.on('message', (answer: Answer) => this.#onAnswer(answer))
    worker.on('error', (error) => this.#onWorkerLost(error as Error))
    this.#worker = worker
    return worker
  }

  #onAnswer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.callId)
    this.#waiting.delete(answer.callId)
    try {
      if (this.#isReadingStale) this.#reading.openCurrentFile()
      this.#isReadingStale = false
    } catch (error) {
      return waiting?.reject(error as Error)
    }
    if ('result' in answer) return waiting?.resolve(answer.result)
    const error = Object.assign(new Error(answer.error.message), answer.error)
    if (answer.callId === UNSOLICITED) this.onFailed(error)
    else waiting?.reject(error)
  }

  /** The worker died. The outcome of its calls is unknown; the next call starts another worker. */
  #onWorkerLost(error: Error): void {
    this.#worker = null
    this.#isReadingStale = true
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of all) reject(error)
  }

  /** Returns when all calls are answered. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    const exited = once(worker, 'exit')
    worker.postMessage(null)
    await exited
  }
}
