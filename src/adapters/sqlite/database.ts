import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Instant } from '../../domain/instant.ts'
import { makeFolder } from '../folder.ts'
import {
  adoptEarlierRepair,
  databaseFile,
  stagedFile,
  markForRepair,
  needsRepair,
  removeStaged,
  removeSuperseded,
  activateStaged,
} from './database-file.ts'
import { DatabaseError, isLoss, isOfStorage, keepToOwner } from './files.ts'
import { lockDatabaseShared, lockForService, lockDatabaseExclusive } from './locks.ts'
import { appliedTo, migrate } from './migrations.ts'
import { migrationsOf, pendingOf } from '../migrate.ts'
import { searchText } from './full-text.ts'

/** How long a writer waits for another process, such as `martillo user add` beside a running service. */
const BUSY_MS = 5_000

/** SQLite's number for FULL. WAL mode alone falls back to NORMAL silently, which loses acknowledged bids in a power cut. */
const SYNCHRONOUS_FULL = 2

/** Pages that a backup copies before other work gets its turn. */
const PAGES_AT_ONCE = 1_000

/**
 * WAL size in pages at which an idle writer checkpoints, and at which the next transaction must checkpoint first (16 MB).
 * Fewer checkpoints copy a hot page less often.
 */
const WAL_PAGES_IDLE = 1_000
const WAL_PAGES_MAX = 4_000
/** Page cache. Larger than SQLite's default of 2 MiB because up to `WAL_PAGES_MAX` pages change between checkpoints. */
const CACHE_KIB = 16_384

/** Rows of one INSERT; a statement of each size is prepared once. */
const ROWS_AT_ONCE = [16, 4, 1]

const locks = { service: lockForService, thread: () => null, command: lockDatabaseShared } as const

const inserts = new Map<string, string>()

function insertOf(table: string, columns: readonly string[], count: number): string {
  const name = `${table} ${columns.join()} ${count}`
  let sql = inserts.get(name)
  if (sql === undefined) {
    const row = `(${columns.map(() => '?').join(', ')})`
    sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: count }, () => row).join(', ')}`
    inserts.set(name, sql)
  }
  return sql
}

function connect(file: string): Database.Database {
  keepToOwner(file)
  const db = new Database(file, { timeout: BUSY_MS })
  try {
    prepare(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function prepare(db: Database.Database): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  // SQLite's automatic checkpoint swallows I/O errors and then resets the WAL over the hole, so checkpoints are explicit
  // here.
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`cache_size = -${CACHE_KIB}`)
  // The rollback data of a large statement stays in memory, so bids go on when file descriptors run out.
  db.pragma('temp_store = MEMORY')
  db.pragma('foreign_keys = ON')
  // Erased data must not survive in a part of a page that was freed long before.
  db.pragma('secure_delete = ON')
  // Called by the triggers that keep the full-text index.
  db.function('search_text', { deterministic: true }, (text) => searchText(String(text)))
  if (db.pragma('synchronous', { simple: true }) !== SYNCHRONOUS_FULL)
    throw new DatabaseError('SQLite did not take synchronous = FULL')
}

/**
 * Copies everything committed from the WAL into the database, and truncates the WAL. A page whose fsync failed may be in
 * memory and never reach the disk; entries appended to the WAL after such a hole would be lost in a power cut.
 */
function truncateWal(db: Database.Database): void {
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  if (result.busy !== 0) throw new DatabaseError('the WAL is being read and cannot begin anew')
}

/**
 * A connection to the database of a DATA_DIR, with its prepared statements. All its methods are synchronous, so no
 * transaction interleaves with another.
 *
 * Life cycle: `repair` at the start, if the last end left a mark; `recover` after a failed write; `openCurrentFile` after
 * another connection's recovery; `finish` at a clean end; `close` at any other.
 */
export class Sqlite {
  readonly #dataDir: string
  readonly #as: 'service' | 'thread' | 'command'
  readonly #lock: Database.Database | null
  #file: string
  #db: Database.Database
  #prepared = new Map<string, Database.Statement>()
  /**
   * The first I/O error since the database was opened; nothing is written until it is recovered. The kernel reports a
   * failed page write once, and treats the page as written from then on.
   */
  #failed: Error | null = null
  /** Pages that the last checkpoint could not copy, as somebody still read an older state. */
  #pagesLeft = 0
  /** Called if storage failed while no call waited for it. */
  onFailed: (error: Error) => void = () => {}

  /** A DATA_DIR has one service, and one thread that writes for it; commands may run beside it. */
  constructor(dataDir: string, { as }: { as: 'service' | 'thread' | 'command' }) {
    makeFolder(dataDir)
    this.#as = as
    this.#dataDir = dataDir
    this.#lock = locks[as](dataDir)
    try {
      if (as === 'service') {
        adoptEarlierRepair(dataDir)
        removeSuperseded(dataDir)
      }
      this.#file = databaseFile(dataDir)
      this.#db = connect(this.#file)
    } catch (error) {
      this.#lock?.close()
      throw error
    }
  }

  /** Repairs a database that was marked for it before the last end. Call before anything else at the start. */
  async repair(): Promise<void> {
    if (needsRepair(this.#file)) await this.recover()
  }

  /**
   * Opens the database anew after a failed write, since nothing written since may be trusted. Reads go on until this
   * succeeds.
   */
  async recover(): Promise<void> {
    if (isLoss(this.#failed) || needsRepair(this.#file)) await this.#copyToNewFile()
    const file = databaseFile(this.#dataDir)
    const fresh = connect(file)
    try {
      truncateWal(fresh)
    } catch (error) {
      fresh.close()
      throw error
    }
    this.#swapConnection(file, fresh)
  }

  /**
   * Copies the database to a new file, page by page, and makes that the database. A block whose write failed once may be
   * reported as written the next time and yet be lost in a power cut: ext4 leaves it marked as unwritten.
   */
  async #copyToNewFile(): Promise<void> {
    const alone = lockDatabaseExclusive(this.#dataDir)
    try {
      // Another connection has switched the file, and copied everything in the one open here.
      if (databaseFile(this.#dataDir) !== this.#file) return
      removeStaged(this.#dataDir)
      writeFileSync(stagedFile(this.#dataDir), '', { mode: 0o600, flag: 'wx' })
      await this.#db.backup(stagedFile(this.#dataDir), { progress: () => PAGES_AT_ONCE })
      activateStaged(this.#dataDir, { removesPrevious: true })
    } finally {
      alone.close()
    }
  }

  /** Opens the current file, to which another connection may have switched. */
  openCurrentFile(): void {
    const file = databaseFile(this.#dataDir)
    this.#swapConnection(file, connect(file))
  }

  #swapConnection(file: string, fresh: Database.Database): void {
    if (this.#db.open) this.#db.close()
    this.#prepared.clear()
    this.#file = file
    this.#db = fresh
    this.#failed = null
  }

  /** Checkpoints, repairs the database if a write was lost, and closes it. If the repair fails, the next start repairs. */
  async finish(): Promise<void> {
    if (this.#failed === null) this.#checkpoint()
    if (isLoss(this.#failed)) await this.recover().catch(() => {})
    this.close()
  }

  close(): void {
    this.#prepared.clear()
    this.#db.close()
    this.#lock?.close()
  }

  /** Returns the prepared statement of this SQL, which is prepared once. */
  prepare(sql: string): Database.Statement {
    let statement = this.#prepared.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#prepared.set(sql, statement)
    }
    return statement
  }

  pragma(text: string): void {
    this.#write(() => this.#db.pragma(text))
  }

  run(sql: string, ...values: unknown[]): number {
    return this.#write(() => this.prepare(sql).run(...values)).changes
  }

  get<Row>(sql: string, ...values: unknown[]): Row | undefined {
    return this.#attempt(() => this.prepare(sql).get(...values) as Row | undefined)
  }

  all<Row>(sql: string, ...values: unknown[]): Row[] {
    return this.#attempt(() => this.prepare(sql).all(...values) as Row[])
  }

  /** Yields rows as they are read. Nothing else may use the connection until the iteration ends. */
  *each<Row>(sql: string, ...values: unknown[]): Generator<Row> {
    const rows = this.#attempt(() => this.prepare(sql).iterate(...values) as IterableIterator<Row>)
    try {
      for (;;) {
        const next = this.#attempt(() => rows.next())
        if (next.done === true) return
        yield next.value
      }
    } finally {
      rows.return?.()
    }
  }

  /** Runs reads in one transaction, so that they see one state. The type rejects a promise. */
  reading<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    return this.#attempt(() => this.#db.transaction(body).deferred())
  }

  /** Inserts rows, many by one statement. In a transaction their row ids are consecutive; returns the first. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): number {
    let last = 0
    for (let from = 0; from < rows.length;) {
      const count = ROWS_AT_ONCE.find((most) => from + most <= rows.length)!
      const values = rows.slice(from, from + count).flat()
      const insert = this.prepare(insertOf(table, columns, count))
      last = this.#write(() => insert.run(...values)).lastInsertRowid as number
      from += count
    }
    return last - rows.length + 1
  }

  /** Runs a transaction. A thrown error rolls it back. The type rejects a promise. */
  transaction<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    this.#checkpointFrom(WAL_PAGES_MAX)
    return this.#write(() => this.#db.transaction(body).immediate())
  }

  /**
   * Runs a transaction whose body awaits nothing but statements on this connection: their answers come at once, so nothing
   * else uses the connection before the end.
   */
  async transactionOf<Result>(body: () => Promise<Result>): Promise<Result> {
    this.#checkpointFrom(WAL_PAGES_MAX)
    this.run('BEGIN IMMEDIATE')
    try {
      const result = await body()
      this.run('COMMIT')
      return result
    } catch (error) {
      if (this.#db.open && this.#db.inTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  /**
   * Runs a transaction that is not waited for on disk: a crash of the process loses nothing of it, a power cut perhaps the
   * last ones. The next transaction that is waited for takes it along, as they share the WAL.
   */
  unsyncedTransaction<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    this.#db.pragma('synchronous = NORMAL')
    try {
      return this.transaction(body)
    } finally {
      if (this.#db.open) this.#db.pragma('synchronous = FULL')
    }
  }

  /** Checkpoints if the WAL has grown. For a writer that has nothing else to do. */
  checkpointWhenIdle(): void {
    this.#checkpointFrom(WAL_PAGES_IDLE)
    if (this.#failed === null) this.#checkpointBy(() => this.truncateErased())
  }

  #checkpointFrom(pages: number): void {
    if (this.#failed !== null) return
    const now = this.#walPages()
    this.#pagesLeft = Math.min(this.#pagesLeft, now)
    if (now - this.#pagesLeft < pages) return
    this.#checkpoint()
    this.#pagesLeft = this.#walPages()
  }

  /** Pages of the WAL that are not in the database yet. */
  #walPages(): number {
    const { log, checkpointed } = this.get<{ log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')!
    return log - checkpointed
  }

  /** If a checkpoint fails, reports it at once: the next one would take the lost page for written. */
  #checkpoint(): void {
    this.#checkpointBy(() => this.pragma('wal_checkpoint(PASSIVE)'))
  }

  #checkpointBy(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#failed ??= Object.assign(error as Error, { statusCode: 503 })
      this.onFailed(this.#failed)
    }
  }

  /** Notes that the WAL holds erased data. Must run in the transaction of the erasure. */
  noteErased(at: Instant): void {
    this.run("INSERT OR REPLACE INTO service (name, value) VALUES ('erased_in_wal', ?)", String(at))
  }

  /**
   * Truncates the WAL if it holds erased data. A reader of an older state, such as a backup, prevents that; then the
   * writing thread tries again whenever it is idle. Only a command waits for the reader.
   */
  truncateErased(): void {
    const noted = this.get<{ value: string }>("SELECT value FROM service WHERE name = 'erased_in_wal'")
    if (noted === undefined || !this.#truncate()) return
    // Another erasure may have been noted since.
    this.run("DELETE FROM service WHERE name = 'erased_in_wal' AND value = ?", noted.value)
  }

  /** Returns whether the WAL was truncated; false if it is being read. */
  #truncate(): boolean {
    if (this.#as !== 'command') this.pragma('busy_timeout = 0')
    try {
      const truncate = this.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
      return this.#write(() => truncate.get() as { busy: number }).busy === 0
    } finally {
      this.#db.pragma(`busy_timeout = ${BUSY_MS}`)
    }
  }

  #write<Result>(work: () => Result): Result {
    if (this.#failed !== null) throw this.#failed
    try {
      return this.#attempt(work)
    } catch (error) {
      if (isLoss(error)) markForRepair(this.#file)
      throw error
    }
  }

  /** An error of storage is no bug: the outcome of the write is unknown, and HTTP answers 503. */
  #attempt<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      if (isOfStorage(error)) {
        Object.assign(error, { statusCode: 503 })
        if (isLoss(error)) this.#failed ??= error
      }
      throw error
    }
  }

  /** Applies missing migrations, each in a transaction, and returns their names. */
  migrate(): string[] {
    return migrate(this, this.#db)
  }

  /** Whether a migration is missing. */
  get isBehind(): boolean {
    return pendingOf(migrationsOf('sqlite'), appliedTo(this.#db)).length > 0
  }
}
