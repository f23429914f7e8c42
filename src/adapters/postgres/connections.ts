import { callbackify } from 'node:util'
import pg from 'pg'

/**
 * Connections to PostgreSQL. A statement or transaction whose outcome is unknown rejects with `statusCode` 503, and its connection
 * is destroyed: what it had in hand ends with it.
 */

/** Of a server that does not answer while it is connected to. */
const CONNECT_MS_MAX = 2_000
const CONNECTIONS_MAX = 8

/**
 * For every session, whatever role and database say. What is committed is on disk, and on the synchronous standby; a host that is
 * gone lets go of its locks within seconds.
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

/** PostgreSQL's classes of errors that say nothing about the statement: connection, resources, intervention, system, a primary that became a standby. */
const OF_STORAGE = /^(08|53|57|58|40001|40P01|55P03|25P03|25006|XX)/

export type Row = Readonly<Record<string, unknown>>

/** What both a connection of its own and a transaction do. Statements are prepared once a connection, by their text. */
export interface Queries {
  all<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result[]>
  get<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result | undefined>
  /** How many rows it changed. */
  run(sql: string, ...values: readonly unknown[]): Promise<number>
}

/** Lists are asked for in many ways: what is asked seldom is not prepared. */
const PREPARED_MAX = 500
const names = new Map<string, string>()

function nameOf(sql: string): string | undefined {
  if (!names.has(sql) && names.size < PREPARED_MAX) names.set(sql, `s${names.size}`)
  return names.get(sql)
}

/** The type of PostgreSQL's 64-bit integers: instants, amounts and counts here, all exact in a JavaScript number. */
const INT8 = 20

function parserOf(type: number): (text: string) => unknown {
  return type === INT8 ? Number : (pg.types.getTypeParser(type) as (text: string) => unknown)
}

class Connection extends pg.Client {
  /** PostgreSQL warned that what it committed may not be on the standby: the wait for that was cancelled. */
  isUnsure = false

  constructor(config: pg.ClientConfig) {
    super(config)
    // Whoever uses the connection hears of its end by a rejection.
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

/** Whether an error leaves the connection as good as it was: the statement was refused, and nothing else happened. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !OF_STORAGE.test(error.code ?? '')
}

function unknownOutcome(error: unknown): Error {
  return Object.assign(error as Error, { statusCode: 503 })
}

/** What the body of a transaction threw, which is undone. */
class Undone {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

function poolOf(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    application_name: 'martillo',
    options: Object.entries(SETTINGS)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: { getTypeParser: parserOf },
    Client: Connection as unknown as new () => pg.ClientBase,
    verify: callbackify(rejectStandby),
  })
  // A connection that ends while nobody uses it is replaced by the next that is needed.
  pool.on('error', () => {})
  return pool
}

async function rejectStandby(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ is: boolean }>('SELECT pg_is_in_recovery() AS is')
  if (rows[0]!.is) throw new Error('this server is a standby')
}

/** The addresses of `postgres://user@one:5432,two:5432/name`, one for each host. */
export function addressesIn(url: string): string[] {
  const [, start, hosts, rest] = /^([a-z]+:\/\/(?:[^/@]*@)?)([^/?]*)(.*)$/s.exec(url)!
  return hosts!.split(',').map((host) => start! + host + rest!)
}

/** Pools of connections, of which that to the primary is used: a host that does not answer or is a standby is passed over. */
export class Postgres implements Queries {
  readonly #pools: readonly pg.Pool[]
  #current = 0

  constructor(url: string) {
    this.#pools = addressesIn(url).map(poolOf)
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

  /** Several statements on one connection. */
  withConnection<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#with((connection) => body(queriesOn(connection)))
  }

  /**
   * Takes a lock that lasts as long as a connection of its own; null where another process has it. `lost` is called where the
   * connection ends before the lock was released.
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

  /** Several reads of one state. */
  reading<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', body)
  }

  /** All or nothing; what is thrown inside undoes it. */
  transaction<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#inTransaction('BEGIN', body)
  }

  async #inTransaction<Result>(begin: string, body: (queries: Queries) => Promise<Result>): Promise<Result> {
    const outcome = await this.#with(async (connection) => {
      await connection.ask(begin)
      try {
        const result = await body(queriesOn(connection))
        const { command } = await connection.ask('COMMIT')
        // Behind an error that nobody threw on, PostgreSQL answers so and keeps nothing.
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

  /** To the host that was the primary last, else to the next that is. */
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
