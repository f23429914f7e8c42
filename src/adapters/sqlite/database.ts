import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../folder.ts'
import Database from 'better-sqlite3'
import { type Applied, MigrationError, migrationsOf, pendingOf } from '../migrate.ts'
import {
  connect,
  databaseFile,
  fold,
  isLoss,
  isOfDisk,
  isThere,
  lockAgainstMove,
  lockForMove,
  lockForService,
  markIll,
  markOf,
  putWhole,
  takeWhole,
  wholeOf,
} from './file.ts'
import { flushed } from './files.ts'
import { completeLog } from './log.ts'

/** Pages copied before others have their turn. */
const PAGES_AT_ONCE = 1_000

/** Those of some 200 bids: what can wait is done in the moment behind them. */
const ROWS_PER_MOMENT = 1_000
/** Where there is no moment between transactions it is done within one. */
const ROWS_WITHOUT_ONE_MAX = 4 * ROWS_PER_MOMENT
/** Some 50 MB of WAL: pages that are written again and again meanwhile are brought in once. */
const PAGES_BESIDE = 12_000
/** So few take hardly longer than an fsync. */
const PAGES_LEFT_MAX = 60
/** What a transaction adds to the WAL, reckoned: for itself, for a row, and for what its values hold. */
const PAGES_PER_TRANSACTION = 4
const PAGES_PER_ROW = 0.5
const PAGE_BYTES = 4_096
const BESIDE_TIMES_MAX = 4
/** Where so much changes between two checkpoints, more is at hand than SQLite's 2 MiB. */
const CACHE_KIB = 16_384

/** A statement of each size is prepared once. */
const ROWS_AT_ONCE = [16, 4, 1]

const locks = { service: lockForService, thread: () => null, command: lockAgainstMove } as const

const inserts = new Map<string, string>()

function insertOf(table: string, columns: readonly string[], count: number): string {
  const name = `${table} ${count}`
  let sql = inserts.get(name)
  if (sql === undefined) {
    const row = `(${columns.map(() => '?').join(', ')})`
    sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: count }, () => row).join(', ')}`
    inserts.set(name, sql)
  }
  return sql
}

/** The migrations that a DATA_DIR lacks, all of them where it has no database. Nothing is written, nor made. */
export function missingMigrations(dataDir: string): string[] {
  const file = databaseFile(dataDir)
  const migrations = migrationsOf('sqlite')
  if (!isThere(file)) return migrations.map(({ name }) => name)
  const db = new Database(file, { readonly: true })
  try {
    const isKept = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get() !== undefined
    const applied = isKept ? (db.prepare('SELECT number, name, checksum FROM migrations').all() as Applied[]) : []
    return pendingOf(migrations, applied).map(({ name }) => name)
  } finally {
    db.close()
  }
}

/**
 * The one connection of this process to `DATA_DIR/martillo.db`, with its prepared statements. Everything on it is
 * synchronous, so a transaction is never interleaved with another.
 */
export class Sqlite {
  readonly #file: string
  readonly #lock: Database.Database | null
  #db: Database.Database
  #statements = new Map<string, Database.Statement>()
  /**
   * What the disk failed at since it was opened: nothing more is written until it is opened anew. The kernel tells of a page
   * that it could not write once, and takes it for written from then on.
   */
  #failed: Error | null = null
  /** Rows since the last moment, and pages since the WAL was last brought into the database. */
  #rows = 0
  #pages = 0
  /** A moment is about to be; the WAL is being brought in beside. */
  #settling: NodeJS.Immediate | null = null
  #bringing: Promise<void> | null = null
  #beside: (() => Promise<void>) | null = null
  /** Done in each moment. Where another process stands in the way, the next moment will do. */
  onSettle: () => void = () => {}
  /** Told where the disk failed when nobody waited for an answer. */
  onFailed: (error: Error) => void = () => {}

  /** The service is one on a file; its writing thread is in its care, and commands may be at work beside it. */
  constructor(dataDir: string, { as }: { as: 'service' | 'thread' | 'command' }) {
    makeFolder(dataDir)
    this.#file = databaseFile(dataDir)
    this.#lock = locks[as](dataDir)
    try {
      if (as !== 'command') takeWhole(dataDir)
      this.#db = connect(this.#file)
    } catch (error) {
      this.#lock?.close()
      throw error
    }
  }

  /** From now on the WAL is brought in by this, while writing goes on. */
  checkpointBeside(beside: () => Promise<void>): void {
    this.#beside = beside
    this.#widen(this.#db)
  }

  #widen(db: Database.Database): void {
    if (this.#beside !== null) db.pragma(`cache_size = -${CACHE_KIB}`)
  }

  /** Before anything else: makes good what the disk failed at before the last end. */
  async mend(): Promise<void> {
    if (isThere(markOf(this.#file))) await this.reopen()
  }

  /** Opens anew, as after a failed commit nothing written since may be trusted. Until that succeeds reads go on. */
  async reopen(): Promise<void> {
    await this.#bringing
    const isLost = isLoss(this.#failed) || isThere(markOf(this.#file))
    if (isLost || isThere(wholeOf(this.#file))) await this.#move(isLost && this.#db.open)
    const fresh = connect(this.#file)
    try {
      fold(fresh)
    } catch (error) {
      fresh.close()
      throw error
    }
    this.#replace(fresh)
    rmSync(markOf(this.#file), { force: true })
  }

  /** No command may have the old file open: what it wrote there would be gone. */
  async #move(isToCopy: boolean): Promise<void> {
    const alone = lockForMove(dirname(this.#file))
    try {
      if (isToCopy) await this.#copyToNewFile()
      putWhole(this.#file)
    } finally {
      alone.close()
    }
  }

  /** Opens the file that has the name now: another connection may have put a new one in its place. */
  refresh(): void {
    const fresh = connect(this.#file)
    this.#replace(fresh)
  }

  #replace(fresh: Database.Database): void {
    if (this.#db.open) this.#db.close()
    this.#forget()
    this.#widen(fresh)
    this.#db = fresh
    this.#failed = null
  }

  /**
   * A block whose write failed once can be reported as written the next time and yet be lost with the power: ext4 leaves
   * it marked as never written. So the database goes to new blocks, page by page as it is.
   */
  async #copyToNewFile(): Promise<void> {
    const half = `${this.#file}.half`
    for (const end of ['', '-journal']) rmSync(half + end, { force: true })
    writeFileSync(half, '', { mode: 0o600, flag: 'wx' })
    await this.#db.backup(half, { progress: () => PAGES_AT_ONCE })
    flushed(half)
    renameSync(half, wholeOf(this.#file))
    flushed(dirname(this.#file))
    this.#db.close()
  }

  /** Closes, where it can be after what the disk failed at is made good; otherwise the next start does that. */
  async finish(): Promise<void> {
    await this.#bringing
    if (this.#failed === null) this.#checkpoint()
    if (isLoss(this.#failed)) await this.reopen().catch(() => {})
    this.close()
  }

  close(): void {
    this.#forget()
    this.#db.close()
    this.#lock?.close()
  }

  /** A prepared statement, prepared once. */
  prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  pragma(text: string): void {
    this.#write(() => this.#db.pragma(text))
  }

  run(sql: string, ...values: unknown[]): number {
    return this.#write(() => this.#run(sql, values)).changes
  }

  #run(sql: string, values: readonly unknown[]): Database.RunResult {
    const done = this.prepare(sql).run(...values)
    this.#rows += done.changes
    this.#pages += done.changes * PAGES_PER_ROW + lengthOf(values) / PAGE_BYTES
    return done
  }

  get<Row>(sql: string, ...values: unknown[]): Row | undefined {
    return this.#asked(() => this.prepare(sql).get(...values) as Row | undefined)
  }

  all<Row>(sql: string, ...values: unknown[]): Row[] {
    return this.#asked(() => this.prepare(sql).all(...values) as Row[])
  }

  /** Rows one by one, read as they are asked for: nothing else is done on the connection until that is over. */
  *each<Row>(sql: string, ...values: unknown[]): Generator<Row> {
    const rows = this.#asked(() => this.prepare(sql).iterate(...values) as IterableIterator<Row>)
    try {
      for (;;) {
        const next = this.#asked(() => rows.next())
        if (next.done === true) return
        yield next.value
      }
    } finally {
      rows.return?.()
    }
  }

  /** Several reads of one state, whatever is written meanwhile. The type refuses a promise. */
  reading<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    return this.#asked(() => this.#db.transaction(body).deferred())
  }

  /** Rows into a table, many by one statement. In a transaction their numbers follow each other; gives the first. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): number {
    let last = 0
    for (let from = 0; from < rows.length;) {
      const count = ROWS_AT_ONCE.find((most) => from + most <= rows.length)!
      const values = rows.slice(from, from + count).flat()
      last = this.#write(() => this.#run(insertOf(table, columns, count), values)).lastInsertRowid as number
      from += count
    }
    return last - rows.length + 1
  }

  /** All or nothing; what is thrown inside undoes it. The type refuses a promise. */
  transaction<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    if (this.#rows >= ROWS_WITHOUT_ONE_MAX) this.#settle()
    this.#pages += PAGES_PER_TRANSACTION
    const result = this.#write(() => this.#db.transaction(body).immediate())
    // After the answer to who waits for this: it is in the WAL, and durable.
    if (this.#rows >= ROWS_PER_MOMENT) this.#settling ??= setImmediate(() => this.#settle())
    return result
  }

  /**
   * SQLite's own checkpoints tell nobody where the disk failed them: the next would take what was lost for written, and
   * begin the WAL anew. Where one of ours fails it is told at once, and to whoever writes next.
   */
  #settle(): void {
    this.#settled()
    try {
      this.onSettle()
    } catch (error) {
      if (!isOfDisk(error)) process.emitWarning(error as Error)
    }
    if (this.#beside === null) this.#checkpoint()
    else if (this.#pages >= PAGES_BESIDE) this.#bringing ??= this.#bringIn(this.#beside)
  }

  #settled(): void {
    if (this.#settling !== null) clearImmediate(this.#settling)
    this.#settling = null
    this.#rows = 0
  }

  /** Beside the writing, and again what came meanwhile, until that is little; behind the rest the WAL begins anew. */
  async #bringIn(beside: () => Promise<void>): Promise<void> {
    try {
      for (let times = 0; times < BESIDE_TIMES_MAX && this.#pages > PAGES_LEFT_MAX; times += 1) {
        this.#pages = 0
        await beside()
      }
    } catch (error) {
      if (isLoss(error)) this.#fail(error)
    }
    if (this.#failed === null) this.#checkpoint()
    this.#bringing = null
  }

  #checkpoint(): void {
    try {
      this.pragma('wal_checkpoint(PASSIVE)')
      this.#pages = 0
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail(error: Error): void {
    this.#failed ??= Object.assign(error, { statusCode: 503 })
    this.onFailed(this.#failed)
  }

  /** Until nothing that was removed is in the WAL; where somebody reads what was before, that is later. */
  async shred(): Promise<void> {
    await this.#bringing
    this.pragma('wal_checkpoint(TRUNCATE)')
  }

  #forget(): void {
    this.#settled()
    this.#pages = 0
    this.#statements.clear()
  }

  #write<Result>(work: () => Result): Result {
    if (this.#failed !== null) throw this.#failed
    try {
      return this.#asked(work)
    } catch (error) {
      if (isLoss(error)) markIll(this.#file)
      throw error
    }
  }

  /** What the disk refuses is no error of the program: the outcome is unknown, and HTTP answers 503. */
  #asked<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      if (isOfDisk(error)) {
        Object.assign(error, { statusCode: 503 })
        if (isLoss(error)) this.#failed ??= error
      }
      throw error
    }
  }

  /** Applies what is missing, each in a transaction, and returns the names. */
  migrate(): string[] {
    this.#db.exec(
      'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
    )
    const applied = this.all<Applied>('SELECT number, name, checksum FROM migrations ORDER BY number')
    const pending = pendingOf(migrationsOf('sqlite'), applied)
    // Sorting a long history would take much memory.
    if (pending.length > 0) this.pragma('temp_store = FILE')
    for (const { number, name, sql, checksum } of pending)
      this.transaction(() => {
        try {
          this.#db.exec(sql)
        } catch (error) {
          throw new MigrationError(`${name}: ${(error as Error).message}`, { cause: error })
        }
        this.run('INSERT INTO migrations (number, name, checksum) VALUES (?, ?, ?)', number, name, checksum)
      })
    if (applied.length + pending.length > 0)
      this.run("INSERT OR IGNORE INTO service (name, value) VALUES ('epoch', ?)", randomBytes(8).toString('hex'))
    completeLog(this)
    if (pending.length > 0) {
      this.pragma('temp_store = MEMORY')
      // All that was written anew would otherwise be brought in by some bidder's commit.
      this.pragma('wal_checkpoint(TRUNCATE)')
    }
    return pending.map(({ name }) => name)
  }

  /** Whether a migration is missing. */
  get isBehind(): boolean {
    const known = this.get("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'") !== undefined
    const applied = known ? this.all<Applied>('SELECT number, name, checksum FROM migrations ORDER BY number') : []
    return pendingOf(migrationsOf('sqlite'), applied).length > 0
  }
}

function lengthOf(values: readonly unknown[]): number {
  let length = 0
  for (const value of values) if (typeof value === 'string') length += value.length
  return length
}
