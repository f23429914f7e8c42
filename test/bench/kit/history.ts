import { join } from 'node:path'
import Database from 'better-sqlite3'
import { fill } from '../../crash/kit/fill.ts'

/** Auctions that the engine itself made; all others are copies of them. */
const MADE = 100

/**
 * A DATA_DIR with a long history of closed auctions. A few are made by the engine, the others are copies of their rows: as
 * large and as many, though their chains name the auction they were copied from.
 */
export async function longHistory(
  dataDir: string,
  { auctions, events }: { auctions: number; events: number },
): Promise<void> {
  await fill(dataDir, { auctions: MADE, events: Math.round((events / auctions) * MADE), close: true })
  const db = new Database(join(dataDir, 'martillo.db'))
  try {
    db.pragma('journal_mode = DELETE')
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.pragma('foreign_keys = OFF')
    db.pragma('cache_size = -500000')
    db.exec(`CREATE TEMP TABLE copies AS WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers
      WHERE n < ${auctions / MADE - 1}) SELECT n FROM numbers`)
    for (const table of OF_AN_AUCTION) db.exec(copiesOf(db, table))
  } finally {
    db.close()
  }
}

const OF_AN_AUCTION = ['auctions', 'answers', 'entries', 'audit_log', 'authors', 'statements']
/** Whose own `number` counts for the whole house. */
const NUMBERED = new Set(['auctions', 'answers', 'statements'])

/** What differs in the n-th copy of a row; an id ends with its number. */
const CHANGED: Readonly<Record<string, string>> = {
  'auctions.number': shifted('number', 'auctions'),
  row_key: `row_key + n * (SELECT last FROM temp.last_of_auctions) * ${2 ** 28}`,
  'auctions.id': numbered('id'),
  auction_id: numbered('auction_id'),
  'audit_log.id': numbered('id'),
  'audit_log.answer': shifted('answer', 'answers'),
  'answers.number': shifted('number', 'answers'),
  'statements.number': shifted('number', 'statements'),
}

function numbered(column: string): string {
  return `substr(${column}, 1, 24) || printf('%012x', n)`
}

function shifted(column: string, table: string): string {
  return `${column} + n * (SELECT last FROM temp.last_of_${table})`
}

/** In the order of the new rows' keys, so that they are appended. */
function copiesOf(db: Database.Database, table: string): string {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const values = columns.map((name) => CHANGED[`${table}.${name}`] ?? CHANGED[name] ?? name)
  const last = !NUMBERED.has(table)
    ? ''
    : `CREATE TEMP TABLE last_of_${table} AS SELECT max(number) AS last FROM main.${table};`
  const own = table === 'statements' ? 'WHERE auction_id IS NOT NULL' : ''
  return `${last} CREATE TEMP TABLE made AS SELECT * FROM main.${table} ${own};
    INSERT INTO main.${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM temp.made, temp.copies ORDER BY 1, 2;
    DROP TABLE temp.made`
}
