import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GENESIS, hashOf } from '../ledger/chain.ts'
import { ANSWER_COLUMNS, AUDIT_COLUMNS, AUTHOR_COLUMNS, ENTRY_COLUMNS } from './rows.ts'
import type { Queries } from './postgres/connections.ts'
import { textVector } from './postgres/full-text.ts'
import { PostgresPictureArchive } from './postgres/picture-archive.ts'
import { SealedSecrets } from './postgres/sealed.ts'
import type { Sqlite } from './sqlite/database.ts'
import { DatabaseError } from './sqlite/files.ts'
import { auctionAt, numberIn } from './sqlite/row-keys.ts'

/**
 * Copies a house from SQLite to PostgreSQL: rows, secrets and pictures. Ids, dates, hashes and the epoch stay the same, so
 * receipts, sessions and open pages go on.
 */

type Row = Record<string, unknown>

type Table = {
  readonly name: string
  /** The query that yields its rows in SQLite. */
  readonly from: string
  /** Columns that are computed for PostgreSQL, and not compared with what it returns. */
  readonly computed?: (row: Row) => Row
  /** Of the chain that its rows are. */
  readonly chain?: 'public' | 'private'
}

/** A table whose columns are the same in both schemas. */
const same = (name: string, order: string): Table => ({ name, from: `SELECT * FROM ${name} ORDER BY ${order}` })

/**
 * A table whose SQLite rows have a row key, and whose PostgreSQL rows have the auction's id and their number in it. `order` is that in
 * which SQLite has them: it would sort another in memory, all of them.
 */
function ofAuctions(
  name: string,
  columns: readonly string[],
  { order = 'row_key', chain }: { order?: string; chain?: Table['chain'] } = {},
): Table {
  const own = columns.filter((column) => column !== 'row_key' && column !== 'answer').map((column) => `r.${column}`)
  return {
    name,
    from: `SELECT a.id AS auction_id, ${numberIn('r.row_key')} AS number, ${own.join(', ')}
           FROM ${name} r JOIN auctions a ON a.number = ${auctionAt('r.row_key')} ORDER BY r.${order}`,
    ...(chain === undefined ? {} : { chain }),
  }
}

/** In the order of their foreign keys. The outbox is not copied: what it owes the log is found by what the log lacks. */
const TABLES: readonly Table[] = [
  same('house_terms', 'version'),
  same('house', 'id'),
  same('users', 'id'),
  same('sessions', 'id'),
  same('refresh_tokens', 'hash'),
  same('seller_blocks', 'seller_id, user_id'),
  same('revocations', 'count'),
  same('creations', 'user_id, key'),
  {
    ...same('auctions', 'number'),
    computed: ({ title, description }) => ({ words: textVector(String(title), String(description)) }),
  },
  ofAuctions('entries', ENTRY_COLUMNS, { chain: 'public' }),
  ofAuctions('audit_log', AUDIT_COLUMNS, { chain: 'private' }),
  ofAuctions('authors', AUTHOR_COLUMNS),
  ofAuctions('answers', ANSWER_COLUMNS, { order: 'number' }),
  same('labels', 'auction_id'),
  same('statements', 'number'),
  same('log_nodes', 'level, position'),
  same('outages', 'number'),
  same('watched', 'user_id, auction_id'),
  same('notices', 'id'),
  same('told_marks', 'auction_id, mark'),
  same('preferences', 'user_id'),
  same('deliveries', 'number'),
  same('email_tokens', 'hash'),
  same('devices', 'user_id, hash'),
  same('api_keys', 'id'),
  same('webhooks', 'id'),
  same('push_subscriptions', 'endpoint'),
  same('pictures', 'name'),
  same('copies', 'address'),
  same('rooms', 'auction_id'),
  same('room_speakers', 'auction_id, number'),
  same('conversations', 'id'),
  same('room_messages', 'number'),
  same('room_mutes', 'auction_id, user_id'),
  same('room_reports', 'message_id, user_id'),
  same('room_acts', 'number'),
]

/** The migrations give these a first row. */
const BEGUN = ['house', 'revocations']

/** Their numbers go on behind those that were copied. */
const NUMBERED = ['auctions', 'outages', 'deliveries', 'room_messages', 'room_acts']

const ROWS_AT_ONCE = 1_000
const PICTURES_AT_ONCE = 16

export type MoveParts = {
  readonly sqlite: Sqlite
  readonly dataDir: string
  /** In a transaction that is committed behind the copy. */
  readonly queries: Queries
  readonly houseSecret: string
  readonly onCopied: (what: string, count: number) => void
}

/** Throws a DatabaseError if the target holds anything of a house. */
export async function requireEmpty(queries: Queries): Promise<void> {
  for (const table of ['users', 'auctions', 'statements', 'secrets', 'pictures', 'house_terms'])
    if ((await queries.get(`SELECT FROM ${table} LIMIT 1`)) !== undefined)
      throw new DatabaseError(`the database holds a house already (${table} has rows): name an empty one`)
}

/** Throws a DatabaseError if a chain does not link up, or PostgreSQL returns anything else than what it was given. */
export async function copyHouse({ sqlite, dataDir, queries, houseSecret, onCopied }: MoveParts): Promise<void> {
  for (const table of BEGUN) await queries.run(`DELETE FROM ${table}`)
  for (const table of TABLES) onCopied(`rows of ${table.name}`, await copyTable(sqlite, queries, table))
  for (const table of NUMBERED)
    await queries.run(
      `SELECT setval(pg_get_serial_sequence('${table}', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM ${table}), false)`,
    )
  await queries.run(OWE_CERTIFICATES)
  for (const name of ['epoch', 'alive_at']) await copySetting(sqlite, queries, name)
  onCopied('secrets', await copySecrets(dataDir, new SealedSecrets(queries, houseSecret)))
  onCopied('picture files', await copyPictures(dataDir, new PostgresPictureArchive(queries)))
}

const OWE_CERTIFICATES = `INSERT INTO outbox (auction_id, from_seq, to_seq)
  SELECT id, 1, seq FROM auctions a
  WHERE status IN ('closed', 'cancelled') AND hidden = 0 AND NOT EXISTS (SELECT FROM statements WHERE auction_id = a.id)`

/** While PostgreSQL takes some rows, the next are read and checked. */
async function copyTable(sqlite: Sqlite, queries: Queries, table: Table): Promise<number> {
  const chains = table.chain === undefined ? null : new Chains(sqlite, table.chain)
  let copied = 0
  let inserting = Promise.resolve(0)
  const insertNext = async (rows: readonly Row[]) => {
    copied += await inserting
    inserting = insert(queries, table, rows)
    // It is awaited later, and nobody else looks at it if the next rows are refused.
    inserting.catch(() => {})
  }
  let batch: Row[] = []
  for (const row of sqlite.each<Row>(table.from)) {
    chains?.add(row)
    if (batch.push(row) < ROWS_AT_ONCE) continue
    await insertNext(batch)
    batch = []
  }
  await insertNext(batch)
  copied += await inserting
  chains?.requireHeads()
  return copied
}

/** Returns how many rows were inserted. */
async function insert(queries: Queries, { name, computed }: Table, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0
  const columns = Object.keys(rows[0]!)
  const all = [...columns, ...Object.keys(computed?.(rows[0]!) ?? {})].join(', ')
  const stored = await queries.all<Row>(
    `INSERT INTO ${name} (${all}) OVERRIDING SYSTEM VALUE
     SELECT ${all} FROM json_populate_recordset(NULL::${name}, $1::json) RETURNING ${columns.join(', ')}`,
    JSON.stringify(rows.map((row) => ({ ...row, ...computed?.(row) }))),
  )
  const differs = rows.findIndex((row, i) => columns.some((column) => stored[i]?.[column] !== row[column]))
  if (differs >= 0 || stored.length !== rows.length)
    throw new DatabaseError(`${name}: PostgreSQL stored other rows than it was given`)
  return stored.length
}

/** Checks the hashes of one kind of chain: each line's own, that it names the one before it, and that the last is the auction's head. */
class Chains {
  readonly #sqlite: Sqlite
  readonly #kind: 'public' | 'private'
  readonly #heads = new Map<string, string>()

  constructor(sqlite: Sqlite, kind: 'public' | 'private') {
    this.#sqlite = sqlite
    this.#kind = kind
  }

  add(row: Row): void {
    const {
      auction_id: auctionId,
      number,
      line,
      hash,
    } = row as Record<'auction_id' | 'line' | 'hash', string> & {
      number: number
    }
    const { previous } = JSON.parse(line) as { previous: string }
    if (hashOf(line, this.#kind) !== hash || previous !== (this.#heads.get(auctionId) ?? GENESIS))
      throw new DatabaseError(`the ${this.#kind} chain of auction ${auctionId} is broken at entry ${number}`)
    this.#heads.set(auctionId, hash)
  }

  requireHeads(): void {
    const column = this.#kind === 'public' ? 'head' : 'private_head'
    for (const { id, head } of this.#sqlite.each<{ id: string; head: string }>(
      `SELECT id, ${column} AS head FROM auctions`,
    ))
      if (head !== (this.#heads.get(id) ?? GENESIS))
        throw new DatabaseError(`the ${this.#kind} chain of auction ${id} does not end at its head`)
  }
}

async function copySetting(sqlite: Sqlite, queries: Queries, name: string): Promise<void> {
  const row = sqlite.get<{ value: string }>('SELECT value FROM service WHERE name = ?', name)
  if (row === undefined) return
  await queries.run(
    'INSERT INTO service (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    row.value,
  )
}

/** All files that DiskSecrets and DiskKeys keep. */
async function copySecrets(dataDir: string, secrets: SealedSecrets): Promise<number> {
  const isSecret = (file: string) => file.endsWith('.pem') || file === 'metrics-token'
  const names = [
    ...(await filesIn(dataDir)).filter(isSecret),
    ...(await filesIn(join(dataDir, 'keys'))).filter(isSecret).map((file) => `keys/${file}`),
  ]
  for (const name of names) {
    const text = await readFile(join(dataDir, name), 'utf8')
    await secrets.kept(name, () => text)
  }
  return names.length
}

async function copyPictures(dataDir: string, archive: PostgresPictureArchive): Promise<number> {
  const folder = join(dataDir, 'images')
  const files = (await filesIn(folder)).filter((file) => file.endsWith('.webp'))
  for (let from = 0; from < files.length; from += PICTURES_AT_ONCE) {
    const some = files.slice(from, from + PICTURES_AT_ONCE)
    const contents = await Promise.all(some.map(async (file) => [file, await readFile(join(folder, file))] as const))
    await archive.put(new Map(contents))
  }
  return files.length
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}
