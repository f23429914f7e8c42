import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Accounts } from '../../engine/account-ports.ts'
import type { HouseRecords, PictureRecords } from '../../engine/house-ports.ts'
import type { Appended, Change, LogEntry, Store } from '../../engine/ports.ts'
import { SqliteAccounts } from './accounts.ts'
import type { Sqlite } from './database.ts'
import { SqliteHouse } from './house.ts'
import { SqlitePictures } from './pictures.ts'
import { rowsOf } from './rows.ts'
import { SqliteStore } from './store.ts'
import type { Told } from './told.ts'

/** What is asked of the writing thread, and what it answers. */
export type Call = {
  readonly number: number
  readonly part: 'store' | 'accounts' | 'pictures' | 'house'
  readonly method: string
  readonly values: readonly unknown[]
}
export type Answer = { readonly number: number } & ({ readonly result: unknown } | { readonly error: Told })

/** The number of what no call asked for: the disk failed behind the answers. */
export const UNASKED = 0

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }

const STORE_WRITES = ['beat', 'consume', 'setLabels', 'remove', 'recover'] as const satisfies (keyof Store)[]
const ACCOUNT_WRITES = [
  'addUser',
  'changeUser',
  'setPassword',
  'rename',
  'setHold',
  'eraseUser',
  'addSession',
  'rotate',
  'endSession',
  'endSessions',
  'removeSessions',
  'claim',
  'removeClaims',
  'setBlock',
] as const satisfies (keyof Accounts)[]
const PICTURE_WRITES = [
  'record',
  'forget',
  'want',
  'copied',
  'copyFailed',
  'forgetCopy',
] as const satisfies (keyof PictureRecords)[]
const HOUSE_WRITES = ['changeHouse'] as const satisfies (keyof HouseRecords)[]

/**
 * Store and accounts whose writes happen in a thread of their own, one after the other, over a connection of its own: while
 * a disk is slow, or hangs, everything that only reads goes on. The database is migrated.
 */
export class WritingThread {
  readonly store: Store
  readonly accounts: Accounts
  readonly pictures: PictureRecords
  readonly house: HouseRecords
  /** Told where the disk failed when nobody waited for an answer. */
  onFailed: (error: Error) => void = () => {}
  readonly #dataDir: string
  readonly #reading: Sqlite
  /** A thread died, perhaps while it moved the database: the next has it under its name, and reads may have another. */
  #stale = false
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #number = 0

  constructor(dataDir: string, reading: Sqlite) {
    this.#dataDir = dataDir
    this.#reading = reading
    const { recover, ...writes } = this.#calls('store', STORE_WRITES)
    const addToLog = (entries: readonly LogEntry[]) => this.#call('store', 'addToLog', [entries]) as Promise<boolean>
    const store = new SqliteStore(reading, addToLog)
    const write = (changes: readonly Change[]) =>
      this.#call('store', 'write', [changes.map(rowsOf)]) as Promise<Appended>
    this.store = replaced<Store>(store, {
      ...writes,
      append: (changes: readonly Change[]) => store.remembering(changes, () => write(changes)),
      recover: async () => {
        await recover!()
        reading.refresh()
      },
    })
    this.accounts = replaced<Accounts>(new SqliteAccounts(reading), this.#calls('accounts', ACCOUNT_WRITES))
    this.pictures = replaced<PictureRecords>(new SqlitePictures(reading), this.#calls('pictures', PICTURE_WRITES))
    this.house = replaced<HouseRecords>(new SqliteHouse(reading), this.#calls('house', HOUSE_WRITES))
  }

  #calls(part: Call['part'], methods: readonly string[]): Methods {
    const calls = methods.map((method) => [method, (...values: unknown[]) => this.#call(part, method, values)])
    return Object.fromEntries(calls) as Methods
  }

  #call(part: Call['part'], method: string, values: readonly unknown[]): Promise<unknown> {
    this.#number += 1
    const call: Call = { number: this.#number, part, method, values }
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.number, { resolve, reject })
      this.#running().postMessage(call)
    })
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker
    const file = `./thread-main${extname(fileURLToPath(import.meta.url))}`
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: this.#dataDir,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    worker.on('message', (answer: Answer) => this.#answered(answer))
    worker.on('error', (error) => this.#lost(error as Error))
    this.#worker = worker
    return worker
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number)
    this.#waiting.delete(answer.number)
    try {
      if (this.#stale) this.#reading.refresh()
      this.#stale = false
    } catch (error) {
      return waiting?.reject(error as Error)
    }
    if ('result' in answer) return waiting?.resolve(answer.result)
    const error = Object.assign(new Error(answer.error.message), answer.error)
    if (answer.number === UNASKED) this.onFailed(error)
    else waiting?.reject(error)
  }

  /** The thread died: the outcome of all it had is unknown, and the next call begins another. */
  #lost(error: Error): void {
    this.#worker = null
    this.#stale = true
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of all) reject(error)
  }

  /** Returns when all that was asked is done. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    const exited = once(worker, 'exit')
    worker.postMessage(null)
    await exited
  }
}

type Methods = Readonly<Record<string, (...values: never[]) => Promise<unknown>>>

/** The part itself, but for these. */
function replaced<Part extends object>(part: Part, methods: Methods): Part {
  return new Proxy(part, {
    get: (target, name: keyof Part & string): unknown => {
      const own = target[name]
      return methods[name] ?? (typeof own === 'function' ? own.bind(target) : own)
    },
  })
}
