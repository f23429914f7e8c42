import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { Told } from './told.ts'

/**
 * Brings the WAL into the database in a thread of its own: tens of milliseconds for which no commit waits. The thread is
 * there from the beginning, as there may be no file descriptor for one later.
 */
export class Checkpoints {
  readonly #worker: Worker
  #answer: ((failure: Told | null) => void) | null = null
  #gone: Told | null = null
  #closing = false

  constructor(dataDir: string) {
    const file = `./checkpoints-main${extname(fileURLToPath(import.meta.url))}`
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: dataDir,
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    })
    this.#worker.on('message', (failure: Told | null) => this.#answer?.(failure))
    this.#worker.on('error', (error) => this.#lost(error as Error))
    this.#worker.on('exit', () => this.#lost({ message: 'the thread of the checkpoints ended' }))
    this.#worker.unref()
  }

  #lost(why: Told): void {
    if (this.#gone === null && !this.#closing)
      process.emitWarning(`commits wait for checkpoints from now on: ${why.message}`)
    this.#gone ??= why
    this.#answer?.(this.#gone)
  }

  /** One at a time. Rejects with what SQLite says where the disk fails. */
  async run(): Promise<void> {
    const failure = await new Promise<Told | null>((resolve) => {
      this.#answer = resolve
      if (this.#gone === null) this.#worker.postMessage(null)
      else resolve(this.#gone)
    })
    if (failure !== null) throw new Database.SqliteError(failure.message, failure.code ?? 'SQLITE_ERROR')
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#worker.terminate()
  }
}
