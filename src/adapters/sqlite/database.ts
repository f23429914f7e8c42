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

/** SQLite's name for FULL: WAL alone silently falls back to NORMAL, which loses acknowledged bids in a power cut. */
const SYNCHRONOUS_FULL = 2

/** Pages copied before others have their turn. */
const PAGES_AT_ONCE = 1_000

/**
 * Pages in the WAL from which on an idle writer does a checkpoint, and from which on the next transaction waits for one: a
 * page that is written again and again meanwhile is copied once. 16 MB.
 */
const WAL_PAGES_IDLE = 1_000
const WAL_PAGES_MAX = 4_000
/** Where so much changes between two checkpoints, more is at hand than SQLite's 2 MiB. */
const CACHE_KIB = 16_384

/** A statement of each size is prepared once. */
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
  // SQLite's automatic checkpoint swallows I/O errors and then resets the WAL over the hole, so checkpoints are explicit here.
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`cache_size = -${CACHE_KIB}`)
  // What a statement of many rows would undo is kept in memory: without a file descriptor left, bids go on.
  db.pragma('temp_store = MEMORY')
  db.pragma('foreign_keys = ON')
  // What is erased must not live on in a corner of a page that was moved long before.
  db.pragma('secure_delete = ON')
  // Called by the triggers that keep the index of texts.
  db.function('search_text', { deterministic: true }, (text) => searchText(String(text)))
  if (db.pragma('synchronous', { simple: true }) !== SYNCHRONOUS_FULL)
    throw new DatabaseError('SQLite did not take synchronous = FULL')
}

/**
 * Copies all that is committed from the WAL into the database and begins the WAL anew. A page whose fsync failed may be
 * in memory and never reach the disk: behind such a hole, what is appended later would be lost with the power.
 */
function truncateWal(db: Database.Database): void {
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  if (result.busy !== 0) throw new DatabaseError('the WAL is being read and cannot begin anew')
}

/**
 * A connection to the database of a DATA_DIR, with its prepared statements. Everything on it is synchronous, so a
 * transaction is never interleaved with another.
 */
export class Sqlite {
  readonly #dataDir: string
  readonly #as: 'service' | 'thread' | 'command'
  readonly #lock: Database.Database | null
  #file: string
  #db: Database.Database
  #prepared = new Map<string, Database.Statement>()
  /**
   * The first I/O error since the database was opened: nothing more is written until it is opened anew. The kernel reports a
   * page that it could not write once, and takes it for written from then on.
   */
  #failed: Error | null = null
  /** What the last checkpoint could not copy, as somebody still read what was before. */
  #pagesLeft = 0
  /** Called where storage failed when nobody waited for an answer. */
  onFailed: (error: Error) => void = () => {}

  /** There is one service on a DATA_DIR, and one thread that writes in its name; commands may be at work beside it. */
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

  /** Before anything else at a start: repairs what was marked for it before the last end. */
  async repair(): Promise<void> {
    if (needsRepair(this.#file)) await this.recover()
  }

  /** Opens the database anew: after a failed commit nothing written since may be trusted. Until that succeeds reads go on. */
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
   * A block whose write failed once can be reported as written the next time and yet be lost with the power: ext4 leaves
   * it marked as never written. So the database is copied to a new file, page by page as it is, which takes its place.
   */
  async #copyToNewFile(): Promise<void> {
    const alone = lockDatabaseExclusive(this.#dataDir)
    try {
      // Whoever switched it before copied all that is in the file that is open here.
      if (databaseFile(this.#dataDir) !== this.#file) return
      removeStaged(this.#dataDir)
      writeFileSync(stagedFile(this.#dataDir), '', { mode: 0o600, flag: 'wx' })
      await this.#db.backup(stagedFile(this.#dataDir), { progress: () => PAGES_AT_ONCE })
      activateStaged(this.#dataDir, { removesPrevious: true })
    } finally {
      alone.close()
    }
  }

  /** Opens the file that is current now: another connection may have switched to it. */
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

  /** Closes, where it can be after what storage failed at is repaired; otherwise the next start does that. */
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

  /** A prepared statement, prepared once. */
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

  /** Rows one by one, read as they are asked for: nothing else is done on the connection until that is over. */
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

  /** Several reads of one state, whatever is written meanwhile. The type refuses a promise. */
  reading<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    return this.#attempt(() => this.#db.transaction(body).deferred())
  }

  /** Rows into a table, many by one statement. In a transaction their numbers follow each other; gives the first. */
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

  /** All or nothing; what is thrown inside undoes it. The type refuses a promise. */
  transaction<Result>(body: () => Result extends Promise<unknown> ? never : Result): Result {
    this.#checkpointFrom(WAL_PAGES_MAX)
    return this.#write(() => this.#db.transaction(body).immediate())
  }

  /** For a writer that has nothing else to do. */
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

  /** Where it fails, whoever waits for commits is told at once: the next one would take what was lost for written. */
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

  /** Notes, in the transaction of an erasure, that the WAL holds erased content. */
  noteErased(at: Instant): void {
    this.run("INSERT OR REPLACE INTO service (name, value) VALUES ('erased_in_wal', ?)", String(at))
  }

  /**
   * Truncates the WAL if it holds erased content. Somebody who reads an older state, such as a backup, prevents that: then
   * the writing thread tries again whenever it is idle. Only a command waits for the reader.
   */
  truncateErased(): void {
    const noted = this.get<{ value: string }>("SELECT value FROM service WHERE name = 'erased_in_wal'")
    if (noted === undefined || !this.#truncate()) return
    // Another erasure may have been noted since.
    this.run("DELETE FROM service WHERE name = 'erased_in_wal' AND value = ?", noted.value)
  }

  /** Returns whether the WAL was truncated: false where it is being read. */
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

  /** What storage refuses is no error of the program: the outcome is unknown, and HTTP answers 503. */
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

  /** Applies what is missing, each in a transaction, and returns the names. */
  migrate(): string[] {
    return migrate(this, this.#db)
  }

  /** Whether a migration is missing. */
  get isBehind(): boolean {
    return pendingOf(migrationsOf('sqlite'), appliedTo(this.#db)).length > 0
  }
}
