import { ConfigError } from '../../config.ts'
import type { Postgres, Queries } from './connections.ts'

/** The oldest supported version, PostgreSQL 15. */
const VERSION_MIN = 150_000

/** Only a server that waits for something takes so long. */
const COMMIT_MS_MAX = 5_000

type Facts = {
  version: number
  version_text: string
  encoding: string
  in_recovery: boolean
}

/** `isReplicated`: several hosts are named, so a synchronous standby is required. `isTrusted`: the operator vouches for durability. */
export type Demands = { readonly isReplicated: boolean; readonly isTrusted: boolean }

/** Rejects a server that could lose acknowledged commits, in one line a person can act on. */
export async function checkServer(postgres: Postgres, demands: Demands): Promise<void> {
  if (demands.isReplicated) await postgres.askAll()
  const facts = await factsOf(postgres)
  if (facts.version < VERSION_MIN)
    throw new ConfigError(`DATABASE_URL: PostgreSQL ${facts.version_text} is too old; install 15 or newer`)
  if (facts.encoding !== 'UTF8')
    throw new ConfigError(
      `DATABASE_URL: the database has the encoding ${facts.encoding}; create it with ENCODING 'UTF8'`,
    )
  if (facts.in_recovery) throw new ConfigError('DATABASE_URL: this server is a standby; name the primary, or both')
  const risk = await durabilityRisk(postgres, demands)
  if (risk !== null) throw new ConfigError(`DATABASE_URL: ${risk}`)
  await checkSession(postgres)
  await checkCommits(postgres)
}

async function factsOf(postgres: Postgres): Promise<Facts> {
  try {
    const facts = await postgres.get<Facts>(
      `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_version') AS version_text,
         current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS in_recovery`,
    )
    return facts!
  } catch (error) {
    throw new ConfigError(`DATABASE_URL: PostgreSQL cannot be used: ${(error as Error).message}`, { cause: error })
  }
}

type DurabilitySettings = { fsync: string; full_page_writes: string; standbys: string }

/** Says why the server could lose acknowledged commits, and what to do; null if it could not. All of it may change while nodes run. */
export async function durabilityRisk(queries: Queries, { isReplicated, isTrusted }: Demands): Promise<string | null> {
  if (isTrusted) return null
  const settings = await queries.get<DurabilitySettings>(
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_standby_names') AS standbys`,
  )
  const { fsync, full_page_writes, standbys } = settings!
  const trusted = 'or set DURABILITY=trusted if its disks need no such thing'
  if (fsync !== 'on') return `fsync is off on this server, so a power cut loses bids; turn it on, ${trusted}`
  if (full_page_writes !== 'on') return `full_page_writes is off on this server; turn it on, ${trusted}`
  if (isReplicated && standbys === '')
    return 'several hosts are named, but no standby is synchronous, so a failover loses bids; set synchronous_standby_names, or DURABILITY=trusted until there is a standby again'
  return null
}

/** Rejects a pooler in transaction mode, which would lose settings, prepared statements and locks. */
async function checkSession(postgres: Postgres): Promise<void> {
  const kept = await postgres.withConnection(async (queries) => {
    await queries.run("SELECT set_config('martillo.session', '1', false)")
    const row = await queries.get<{ kept: string | null }>("SELECT current_setting('martillo.session', true) AS kept")
    return row!.kept
  })
  if (kept !== '1')
    throw new ConfigError(
      'DATABASE_URL: a pooler gives each transaction another session; connect to PostgreSQL itself, or set pool_mode=session',
    )
}

/** Rejects a server whose commits wait for a standby that does not answer: whatever starts would hang without a word. */
async function checkCommits(postgres: Postgres): Promise<void> {
  try {
    await postgres.withConnection(async (queries) => {
      const { pid } = (await queries.get<{ pid: number }>('SELECT pg_backend_pid() AS pid'))!
      // The wait ends with a warning, by which the connection knows that the commit is unsure.
      const cancel = () => void postgres.run('SELECT pg_cancel_backend($1)', pid).catch(() => {})
      const timer = setTimeout(cancel, COMMIT_MS_MAX)
      try {
        await queries.run("SELECT pg_logical_emit_message(true, 'martillo', 'start')")
      } finally {
        clearTimeout(timer)
      }
    })
  } catch (error) {
    throw new ConfigError(
      'DATABASE_URL: this server commits nothing within 5 seconds, as when its synchronous standby is away: start that, or change synchronous_standby_names',
      { cause: error },
    )
  }
}
