/** Statements that both engines understand: placeholders are `$1`, `$2` …, and types those that both have. */
export interface Queries {
  all<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result[]>
  get<Result extends object>(sql: string, ...values: readonly unknown[]): Promise<Result | undefined>
  /** Returns the number of rows it changed. */
  run(sql: string, ...values: readonly unknown[]): Promise<number>
}

export interface Transactions extends Queries {
  /** Runs a transaction. An error thrown in `body` rolls it back. `body` awaits nothing but `queries`. */
  transaction<Result>(body: (queries: Queries) => Promise<Result>): Promise<Result>
}
