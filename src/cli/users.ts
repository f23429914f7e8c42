import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { SqliteAccounts } from '../adapters/sqlite/accounts.ts'
import { Sqlite } from '../adapters/sqlite/database.ts'
import { requireDatabase } from '../adapters/sqlite/database-file.ts'
import { lockDataDir } from '../adapters/sqlite/locks.ts'
import { email as emailShape } from '../config/email.ts'
import { ConfigError, readConfig } from '../config.ts'
import { limits } from '../config/limits.ts'
import { toWire } from '../domain/instant.ts'
import { Passwords } from '../engine/passwords.ts'
import type { User } from '../engine/account-ports.ts'
import { issueToken, registerTokens } from '../http/access.ts'
import { signingKey } from '../http/secrets.ts'
import { newUser } from '../http/users.ts'
import { fail } from './say.ts'

/** Commands on the accounts in DATA_DIR. */

export async function eraseUser(address: string): Promise<void> {
  const erased = await withUser(address, (accounts, { id }) => accounts.eraseUser(id, Date.now()))
  if (erased === null) return
  if (erased.result === 'held') return fail(`${address} is on hold: ${erased.reason}`)
  if (erased.result === 'needed') return fail(`${address} sells or bids in an auction that is not over`)
  if (erased.result === 'last_admin') return fail(`${address} is the only admin: make another one first`)
  console.log(`${address} is erased here; older backups still hold who this was`)
}

export async function holdUser(
  address: string,
  { reason, release }: { reason?: string; release?: true },
): Promise<void> {
  if (release === undefined && (reason ?? '') === '') return fail('give a --reason, or --release')
  const held = await withUser(address, async (accounts, { id }) => ({
    before: await accounts.setHold(id, reason ?? null),
  }))
  if (held === null) return
  if (release === undefined && held.before !== null)
    return fail(`${address} is on hold already: ${held.before} (--release it to give another reason)`)
  console.log(release === true ? `${address} may be erased` : `${address} is on hold`)
}

export type NewAccount = { role: User['role']; name?: string; password?: string }

export async function addUser(address: string, options: NewAccount): Promise<void> {
  const made = options.password === undefined ? randomBytes(12).toString('base64url') : null
  const displayName = options.name ?? address.split('@')[0]!
  const read = newUser.safeParse({ email: address, displayName, password: options.password ?? made })
  if (!read.success)
    return fail(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  const { email, password } = read.data
  const user = { id: randomUUIDv7(), email, displayName: read.data.displayName, role: options.role }
  const hash = await new Passwords().hash(password)
  const added = await withAccounts((accounts) =>
    accounts.addUser({ ...user, blocked: false, createdAt: Date.now() }, hash),
  )
  if (!added) return fail(`${email} has an account already`)
  console.log(`${email} is a ${options.role} now${made === null ? '' : `, password ${made}`}`)
}

export async function listUsers(): Promise<void> {
  requireDatabase(readConfig().DATA_DIR)
  await withAccounts(async (accounts) => {
    for (let cursor: string | null = null; ;) {
      const page = await accounts.users({ limit: limits.pageMax, cursor, q: null })
      for (const { email, role, blocked, createdAt, displayName } of page.items)
        console.log([email, role, blocked ? 'blocked' : '-', toWire(createdAt), displayName].join('\t'))
      if ((cursor = page.nextCursor) === null) return
    }
  })
}

export async function giveRole(address: string, rank: User['role']): Promise<void> {
  const changed = await withUser(address, (accounts, { id }) => accounts.changeUser(id, { role: rank }))
  if (changed === 'last_admin') return fail(`${address} is the only admin: make another one first`)
  if (changed !== null) console.log(`${changed.email} is a ${rank} now`)
}

export async function blockUser(address: string, { lift = false }: { lift?: boolean }): Promise<void> {
  const changed = await withUser(address, (accounts, { id }) => accounts.changeUser(id, { blocked: !lift }))
  if (changed === 'last_admin') return fail(`${address} is the only admin: make another one first`)
  if (changed !== null) console.log(`${changed.email} is ${lift ? 'let in again' : 'blocked'}`)
}

export async function givePassword(address: string, options: { password?: string }): Promise<void> {
  const made = options.password === undefined ? randomBytes(12).toString('base64url') : null
  const read = newUser.shape.password.safeParse(options.password ?? made)
  if (!read.success) return fail(`password: ${read.error.issues[0]!.message}`)
  const hash = await new Passwords().hash(read.data)
  const done = await withUser(address, async (accounts, { id }) => {
    await accounts.setPassword(id, hash)
    await accounts.endSessions(id)
    return true
  })
  if (done !== null) console.log(`${address} has a new password${made === null ? '' : `: ${made}`}`)
}

export async function printToken(address: string): Promise<void> {
  const { DATA_DIR } = readConfig()
  requireDatabase(DATA_DIR)
  const key = signingKey(DATA_DIR)
  const now = Date.now()
  const until = now + limits.accessTokenSeconds * 1_000
  const ends = { id: randomUUIDv7(), expiresAt: until, endsAt: until }
  const known = await withAccounts(async (accounts) => {
    const found = await accounts.userByEmail(addressIn(address))
    if (found !== null) await accounts.addSession({ ...ends, userId: found.user.id }, randomBytes(32).toString('hex'))
    return found
  })
  if (known === null) return fail(`${address} has no account`)
  const { fastify } = await import('fastify')
  const app = fastify()
  await registerTokens(app, key)
  await app.ready()
  console.log(issueToken(app, { ...ends, userId: known.user.id }, now))
}

/** What the work gives, or null where there is no such account, which was said. */
async function withUser<Result>(
  address: string,
  work: (accounts: SqliteAccounts, user: User) => Promise<Result>,
): Promise<Result | null> {
  requireDatabase(readConfig().DATA_DIR)
  return withAccounts(async (accounts) => {
    const found = await accounts.userByEmail(addressIn(address))
    if (found !== null) return work(accounts, found.user)
    fail(`${address} has no account`)
    return null
  })
}

/** As accounts are found by it. */
function addressIn(text: string): string {
  const read = emailShape.safeParse(text)
  if (!read.success) throw new ConfigError(`${text} ${read.error.issues[0]!.message}`)
  return read.data
}

async function withAccounts<Result>(work: (accounts: SqliteAccounts) => Promise<Result>): Promise<Result> {
  const { DATA_DIR } = readConfig()
  const sqlite = new Sqlite(DATA_DIR, { as: 'command' })
  try {
    // A service of an older version that runs would not know its own tables again.
    if (sqlite.isBehind) {
      const lock = lockDataDir(DATA_DIR)
      sqlite.migrate()
      lock.close()
    }
    return await work(new SqliteAccounts(sqlite))
  } finally {
    sqlite.close()
  }
}
