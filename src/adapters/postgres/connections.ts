import { hostname } from 'node:os'
import { callbackify } from 'node:util'
import pg from 'pg'
import { version } from '../../config/version.ts'
import type { Queries, Transactions } from '../queries.ts'

export type { Queries } from '../queries.ts'

/**
 * Connections to PostgreSQL. A statement or transaction whose outcome is unknown rejects with `statusCode` 503, and its connection
 * is destroyed, which ends its transaction.
 */

/** Time limit of a connection attempt. */
const CONNECT_MS_MAX = 2_000
const CONNECTIONS_MAX = 8
/** What PostgreSQL lists its connections by, of which it keeps 63 bytes. */
const APPLICATION = `martillo ${version} ${hostname()}`

/**
 * Settings of every session, whatever role and database say. COMMIT returns when the transaction is on disk and on the synchronous
 * standby. The locks of a host that disappears are released within seconds.
 */
const SETTINGS = {
  synchronous_commit: 'on',
  idle_in_transaction_session_timeout: '2s',
  lock_timeout: '2s',
  tcp_keepalives_idle: '2',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '3',
  client_connection_check_interval: '1s',
}

/** Error classes that say nothing about the statement: connection, resources, intervention, system, a primary that became a standby. */
const OF_STORAGE = /^(08|53|57|58|40001|40P01|55P03|25P03|25006|XX)/

export type Row = Readonly<Record<string, unknown>>

/** Texts that are prepared. The rest, such as rare combinations of filters, are not. */
const PREPARED_MAX = 500
const names = new Map<string, string>()

function nameOf(sql: string): string | undefined {
  if (!names.has(sql) && names.size < PREPARED_MAX) names.set(sql, `s${names.size}`)
  return names.get(sql)
}

/**
 * An array parameter whose length the planner does not see: it takes it for ten, and plans the statement once. By the true lengths
 * of short arrays it would plan each call anew, which costs more than most calls.
 */
export function hidden(place: number, type: 'text' | 'integer'): string {
  return `(SELECT $${place}::${type}[])`
}

/** The type id of PostgreSQL's 64-bit integers. Ours are instants, amounts and counts, all exact in a JavaScript number. */
const INT8 = 20

function parserOf(type: number): (text: string) => unknown {
  return type === INT8 ? Number : (pg.types.getTypeParser(type) as (text: string) => unknown)
}

class Connection extends pg.Client {
  /** PostgreSQL warned that what it committed may not be on the standby: the wait for that was cancelled. */
  isUnsure = false

  constructor(config: pg.ClientConfig) {
    super(config)
    // The statement that is running rejects when the connection ends; without a listener the process would end.
    this.on('error', () => {})
    this.on('notice', ({ code }) => {
      if (code === '01000') this.isUnsure = true
    })
  }

  async ask<Result extends object>(sql: string, values: readonly unknown[] = []): Promise<pg.QueryResult<Result>> {
    const name = values.length === 0 ? undefined : nameOf(sql)
    const result = await this.query<Result>({ name, text: sql, values: [...values] })
    if (this.isUnsure) throw new Error('PostgreSQL did not wait for its standby')
    return result
  }
}

function queriesOn(connection: Connection): Queries {
  return {
    all: async <Result extends object>(sql: string, ...values: readonly unknown[]) =>
      (await connection.ask<Result>(sql, values)).rows,
    get: async <Result extends object>(sql: string, ...values: readonly unknown[]) =>
      (await connection.ask<Result>(sql, values)).rows[0],
    run: async (sql, ...values) => (await connection.ask(sql, values)).rowCount ?? 0,
  }
}

/** Whether PostgreSQL rejected the statement itself, which leaves the connection usable. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !OF_STORAGE.test(error.code ?? '')
}

function unknownOutcome(error: unknown): Error {
  return Object.assign(error as Error, { statusCode: 503 })
}

/** The error of a transaction's body, after the transaction was rolled back. */
class Undone {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

function poolOf(url: string, check: (client: pg.ClientBase) => Promise<void>): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    application_name: APPLICATION,
    options: Object.entries(SETTINGS)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: { getTypeParser: parserOf },
    Client: Connection as unknown as new () => pg.ClientBase,
    verify: callbackify(check),
  })
  // An idle connection that ends is replaced when the next one is needed.
  pool.on('error', () => {})
  return pool
}

/** The first eight digits of a WAL file's name are the timeline, which each promotion raises. */
const TIMELINE = 'SELECT left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) AS timeline'

/** Rejects standbys and, where there are several hosts, a primary that came up again after its standby was promoted. */
class Primaries {
  readonly #isAlone: boolean
  /** The highest seen, in hexadecimal digits. */
  #timeline = ''

  constructor(hosts: number) {
    this.#isAlone = hosts === 1
  }

  async check(client: pg.ClientBase): Promise<void> {
    const { rows } = await client.query<{ is: boolean }>('SELECT pg_is_in_recovery() AS is')
    if (rows[0]!.is) throw new Error('this server is a standby')
    if (this.#isAlone) return
    const { timeline } = (await client.query<{ timeline: string }>(TIMELINE)).rows[0]!
    if (timeline < this.#timeline) throw new Error('this server was superseded by a standby that was promoted')
    this.#timeline = timeline
  }
}

/** The addresses of `postgres://user@one:5432,two:5432/name`, one for each host. */
export function addressesIn(url: string): string[] {
  const [, start, hosts, rest] = /^([a-z]+:\/\/(?:[^/@]*@)?)([^/?]*)(.*)$/s.exec(url)!
  return hosts!.split(',').map((host) => start! + host + rest!)
}

/** A pool of connections for each host. Uses the primary's; skips hosts that do not answer, are standbys or superseded. */
export class Postgres implements Transactions {
  readonly #pools: readonly pg.Pool[]
  #current = 0

  constructor(url: string) {
    const addresses = addressesIn(url)
    const primaries = new Primaries(addresses.length)
    this.#pools = addresses.map((address) => poolOf(address, (client) => primaries.check(client)))
  }

  /** Asks every host once: then the newest primary is known before one is used. */
  async askAll(): Promise<void> {
    await Promise.allSettled(this.#pools.map(async (pool) => (await pool.connect()).release(true)))
  }

  all<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result[]> {
    return this.#with((connection) => queriesOn(connection).all<Result>(sql, ...values))
  }

  get<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result | undefined> {
    return this.#with((connection) => queriesOn(connection).get<Result>(sql, ...values))
  }

  run(sql: string, ...values: readonly unknown[]): Promise<number> {
    return this.#with((connection) => queriesOn(connection).run(sql, ...values))
  }

  /** Runs several statements on one connection, outside of a transaction. */
  withConnection<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#with((connection) => body(queriesOn(connection)))
  }

  /**
   * Takes a lock that lasts as long as a connection of its own. Returns null if another process has it. Calls `lost` if the
   * connection ends before the lock is released.
   */
  async hold(
    lock: number,
    { isShared, lost }: { isShared: boolean; lost: (error: Error) => void },
  ): Promise<{ release(): void } | null> {
    const connection = await this.#connect()
    const take = isShared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock'
    const { rows } = await connection
      .query<{ taken: boolean }>(`SELECT ${take}($1) AS taken`, [lock])
      .catch((error: unknown) => {
        connection.release(true)
        throw unknownOutcome(error)
      })
    if (!rows[0]!.taken) {
      connection.release()
      return null
    }
    const onEnd = () => lost(new Error('the connection that held the lock of the service ended'))
    connection.once('error', onEnd)
    return {
      release: () => {
        connection.removeListener('error', onEnd)
        connection.release(true)
      },
    }
  }

  /** Runs a transaction. An error thrown in `body` rolls it back. */
  async transaction<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result> {
    const outcome = await this.#with(async (connection) => {
      await connection.ask('BEGIN')
      try {
        const result = await body(queriesOn(connection))
        const { command } = await connection.ask('COMMIT')
        // After an error that `body` has swallowed, PostgreSQL answers COMMIT with ROLLBACK.
        if (command !== 'COMMIT') throw new Error(`PostgreSQL answered COMMIT with ${command}`)
        return result
      } catch (error) {
        if (connection.isUnsure) throw error
        await connection.ask('ROLLBACK')
        if (error instanceof pg.DatabaseError && !isRefusal(error)) throw error
        return new Undone(error)
      }
    })
    if (outcome instanceof Undone) throw outcome.error
    return outcome
  }

  /** Connects to the last known primary, else to the next host that is one. */
  async #connect(): Promise<pg.PoolClient & Connection> {
    let failure: unknown
    for (const _ of this.#pools) {
      try {
        return (await this.#pools[this.#current]!.connect()) as pg.PoolClient & Connection
      } catch (error) {
        failure ??= error
        this.#current = (this.#current + 1) % this.#pools.length
      }
    }
    throw unknownOutcome(failure)
  }

  async #with<Result>(body: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await this.#connect()
    try {
      const result = await body(connection)
      connection.release(connection.isUnsure)
      return result
    } catch (error) {
      connection.release(!isRefusal(error))
      throw isRefusal(error) ? error : unknownOutcome(error)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()))
  }
}
