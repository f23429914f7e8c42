import type { Queries, Transactions } from '../queries.ts'
import type { Sqlite } from './database.ts'

/** Statements of both engines, on SQLite: `$1` is a named parameter here, whose name is 1. */
export class SqliteQueries implements Transactions {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async all<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result[]> {
    return this.#sqlite.all<Result>(sql, ...named(values))
  }

  async get<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result | undefined> {
    return this.#sqlite.get<Result>(sql, ...named(values))
  }

  async run(sql: string, ...values: readonly unknown[]): Promise<number> {
    return this.#sqlite.run(sql, ...named(values))
  }

  transaction<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#sqlite.transactionOf(() => body(this))
  }
}

function named(values: readonly unknown[]): readonly object[] {
  return values.length === 0 ? [] : [Object.fromEntries(values.map((value, i) => [i + 1, value]))]
}
