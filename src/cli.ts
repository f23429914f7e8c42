import { Argument, Command, Option } from 'commander'
import closeWithGrace from 'close-with-grace'
import Fastify from 'fastify'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { SqliteAccounts } from './adapters/sqlite/accounts.ts'
import { type Held, backup } from './adapters/sqlite/backup.ts'
import { Sqlite, missingMigrations } from './adapters/sqlite/database.ts'
import { lockDataDir, wantDatabase } from './adapters/sqlite/file.ts'
import { restore } from './adapters/sqlite/restore.ts'
import { SqliteStore } from './adapters/sqlite/store.ts'
import { systemClock } from './adapters/system-clock.ts'
import { closeCodes } from './codes.ts'
import { email as emailShape } from './config/email.ts'
import { ConfigError, readConfig } from './config.ts'
import { limits } from './config/limits.ts'
import { toWire } from './domain/instant.ts'
import { role } from './domain/schema.ts'
import { audit } from './ledger/audit.ts'
import { type PublicJwk, exactJwk } from './ledger/jws.ts'
import { linesOf } from './ledger/lines.ts'
import type { Certificate } from './ledger/statements.ts'
import { verifyLedger } from './ledger/verify.ts'
import { Passwords } from './engine/passwords.ts'
import type { User } from './engine/ports.ts'
import { issueToken, registerTokens } from './http/access.ts'
import { signingKey } from './http/secrets.ts'
import { newUser } from './http/users.ts'
import { version } from './http/version.ts'
import { complaint, openNotary, rulesHash, serve } from './main.ts'
import { progressOf } from './replay/progress.ts'
import { replay } from './replay/replay.ts'

/** The `martillo` command. Commands on DATA_DIR work beside a running service. */
const program = new Command('martillo')
  .description('A self-hosted service for live auctions. Configuration is read from the environment (see the README).')
  .version(version)
  .showHelpAfterError()

program
  .command('serve')
  .description('Run the service until SIGTERM or Ctrl-C')
  .action(async () => {
    const service = await serve(readConfig())
    closeWithGrace({ delay: 10_000 }, async ({ signal, err }) => {
      if (err !== undefined) console.error(err)
      await service.close(signal === 'SIGINT' ? closeCodes.going_away : closeCodes.restart)
    })
  })

program
  .command('migrate')
  .description('Bring the database in DATA_DIR to the schema of this version')
  .option('--dry-run', 'say what would be applied, and change nothing')
  .action(({ dryRun = false }: { dryRun?: boolean }) => {
    if (dryRun) return console.log(sentenceOf('Would apply', missingMigrations(readConfig().DATA_DIR)))
    const sqlite = new Sqlite(readConfig().DATA_DIR, { as: 'service' })
    const applied = sqlite.migrate()
    sqlite.close()
    console.log(sentenceOf('Applied', applied))
  })

function sentenceOf(done: string, migrations: readonly string[]): string {
  return migrations.length === 0 ? 'Nothing to migrate' : `${done} ${migrations.join(', ')}`
}

program
  .command('backup')
  .description('Copy the database in DATA_DIR to a file, beside a running service')
  .argument('<file>')
  .option('--force', 'replace the file where there is one')
  .option('--passphrase-file <file>', 'encrypt it with the first line of this file, in the format of age')
  .action(async (file: string, options: Sealing) => {
    const passphrase = passphraseIn(options)
    const held = await backup(readConfig().DATA_DIR, file, { ...options, passphrase })
    console.log(`${file} holds ${figures(held)}`)
    console.log(`Not in it: ${APART}: keep copies of them too`)
    console.log(passphrase === null ? REVEALS : 'It is encrypted: without the passphrase nobody opens it, nor do you')
  })

program
  .command('restore')
  .description('Make a backup the database in DATA_DIR, while no service runs on it')
  .argument('<file>')
  .option('--force', 'replace the database where there is one')
  .option('--passphrase-file <file>', 'the passphrase it was encrypted with is the first line of this file')
  .action(async (file: string, options: Sealing) => {
    const { DATA_DIR } = readConfig()
    const { replaced, ...held } = await restore(DATA_DIR, file, { ...options, passphrase: passphraseIn(options) })
    console.log(`${DATA_DIR} holds ${figures(held)}${replaced === null ? '' : `; what it held before is ${replaced}`}`)
    console.log(`Not in a backup: ${APART}: put your copies of them back`)
  })

const user = program.command('user').description('Accounts in DATA_DIR')

user
  .command('erase')
  .description('Shred who somebody is: name, address, salts and sessions. Ledgers keep the paddle, and still verify')
  .argument('<email>')
  .action(async (address: string) => {
    const erased = await withUser(address, (accounts, { id }) => accounts.eraseUser(id, Date.now()))
    if (erased === null) return
    if (erased.result === 'held') return fail(`${address} is on hold: ${erased.reason}`)
    if (erased.result === 'needed') return fail(`${address} sells or bids in an auction that is not over`)
    if (erased.result === 'last_admin') return fail(`${address} is the only admin: make another one first`)
    console.log(`${address} is erased here; older backups still hold who this was`)
  })

user
  .command('hold')
  .description('Keep somebody from being erased while a dispute or the law asks for it')
  .argument('<email>')
  .addOption(new Option('--reason <text>', 'why').conflicts('release'))
  .option('--release', 'the reason is gone')
  .action(async (address: string, { reason, release }: { reason?: string; release?: true }) => {
    if (release === undefined && (reason ?? '') === '') return fail('give a --reason, or --release')
    const held = await withUser(address, async (accounts, { id }) => ({
      before: await accounts.setHold(id, reason ?? null),
    }))
    if (held === null) return
    if (release === undefined && held.before !== null)
      return fail(`${address} is on hold already: ${held.before} (--release it to give another reason)`)
    console.log(release === true ? `${address} may be erased` : `${address} is on hold`)
  })

user
  .command('add')
  .description('Add an account; without --password one is made and printed')
  .argument('<email>')
  .addOption(new Option('--role <role>').choices(role.options).default('bidder'))
  .option('--name <name>', 'the name shown to others (default: what stands before the @)')
  .option('--password <password>', 'at least 8 characters')
  .action(async (address: string, options: { role: User['role']; name?: string; password?: string }) => {
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
  })

user
  .command('list')
  .description('All accounts, newest first: address, rank, whether blocked, since when, name')
  .action(async () => {
    wantDatabase(readConfig().DATA_DIR)
    await withAccounts(async (accounts) => {
      for (let cursor: string | null = null; ;) {
        const page = await accounts.users({ limit: limits.pageMax, cursor, q: null })
        for (const { email, role, blocked, createdAt, displayName } of page.items)
          console.log([email, role, blocked ? 'blocked' : '-', toWire(createdAt), displayName].join('\t'))
        if ((cursor = page.nextCursor) === null) return
      }
    })
  })

user
  .command('role')
  .description('Give an account another rank; a running service follows at its next request')
  .argument('<email>')
  .addArgument(new Argument('<role>').choices(role.options))
  .action(async (address: string, rank: User['role']) => {
    const changed = await withUser(address, (accounts, { id }) => accounts.changeUser(id, { role: rank }))
    if (changed === 'last_admin') return fail(`${address} is the only admin: make another one first`)
    if (changed !== null) console.log(`${changed.email} is a ${rank} now`)
  })

user
  .command('block')
  .description('Keep an account from bidding and selling')
  .argument('<email>')
  .option('--lift', 'let it in again')
  .action(async (address: string, { lift = false }: { lift?: boolean }) => {
    const changed = await withUser(address, (accounts, { id }) => accounts.changeUser(id, { blocked: !lift }))
    if (changed === 'last_admin') return fail(`${address} is the only admin: make another one first`)
    if (changed !== null) console.log(`${changed.email} is ${lift ? 'let in again' : 'blocked'}`)
  })

user
  .command('passwd')
  .description('Give an account a new password, and sign it out everywhere; without --password one is made and printed')
  .argument('<email>')
  .option('--password <password>', 'at least 8 characters')
  .action(async (address: string, options: { password?: string }) => {
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
  })

program
  .command('token')
  .description(`Print an access token for an account, good for ${limits.accessTokenSeconds / 60} minutes`)
  .argument('<email>')
  .action(async (address: string) => {
    const { DATA_DIR } = readConfig()
    wantDatabase(DATA_DIR)
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
    const app = Fastify()
    await registerTokens(app, key)
    await app.ready()
    console.log(issueToken(app, { ...ends, userId: known.user.id }, now))
  })

program
  .command('replay')
  .description('Play the bids of a CSV through a running service as fast as it answers')
  .argument('<file>', 'columns auction, order, bidder, maximum, start_price; amounts in major units')
  .option('--results <file>', 'columns auction, closing_price and, where there is one, reserve')
  .option('--url <url>', 'the service', 'http://localhost:3000')
  .addOption(new Option('--email <email>', 'an admin').env('ADMIN_EMAIL').makeOptionMandatory())
  .addOption(new Option('--password <password>').env('ADMIN_PASSWORD').makeOptionMandatory())
  .option('--currency <code>', 'of all auctions', 'USD')
  .option('--increments <table>', 'of all auctions', 'ebay-us')
  .option('--at-once <n>', 'auctions played side by side', '16')
  .action(async (file: string, options: Omit<Parameters<typeof replay>[0], 'file'>) => {
    const mismatches = await replay({ file, ...options })
    if (mismatches > 0) process.exitCode = 1
  })

program
  .command('verify')
  .description('Check a ledger, as GET /v1/auctions/{id}/ledger gives it: its chain, the rules, every signature')
  .argument('<file>')
  .option('--receipt <file>', 'a saved answer to a bid, or its receipt; may be given again', collect, [])
  .option(
    '--checkpoint <file>',
    'a kept answer of /v1/log/checkpoint, /v1/log/proof or /v1/log/consistency; may be given again',
    collect,
    [],
  )
  .option(
    '--keys <file>',
    'the keys the house is known by, as /v1/keys answered; without it those in the file are believed',
  )
  .action(async (file: string, options: { receipt: string[]; checkpoint: string[]; keys?: string }) => {
    const proof = {
      receipts: options.receipt.map(named),
      log: options.checkpoint.map(named),
      rules: rulesHash(),
      keys: options.keys === undefined ? null : readKeys(options.keys),
    }
    const progress = progressOf('verifying', statSync(file).size)
    const bytes = createReadStream(file).on('data', (chunk) => progress.add(chunk.length))
    const verdict = await verifyLedger(linesOf(bytes), proof)
    progress.stop()
    if (!verdict.ok) return fail(`${file}: ${verdict.line === null ? '' : `line ${verdict.line} `}${verdict.why}`)
    const { entries, auction, head, certificate, keys, notes } = verdict
    console.log(`${file}: ${entries} entries of auction ${auction} hold, head ${head}`)
    if (certificate !== null) console.log(resultOf(certificate))
    for (const note of notes) console.log(note)
    console.log(`signed by ${keys.join(', ')}`)
  })

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function named(file: string) {
  return { name: file, text: readFileSync(file, 'utf8') }
}

function readKeys(file: string): PublicJwk[] {
  const read = z.object({ keys: z.array(exactJwk).min(1) }).safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!read.success) throw new ConfigError(`${file} is no set of keys as /v1/keys answers`)
  return read.data.keys
}

function resultOf({ status, outcome, at, software }: Certificate): string {
  if (outcome === null) return `certified: ${status} at ${at} by ${software}`
  const { result, price, winner, reason } = outcome
  const how = price === null ? (reason ?? '') : `to ${winner} for ${price} minor units`
  return `certified: ${result} ${how} at ${at} by ${software}`
}

program
  .command('audit')
  .description('Check the private chain of an auction in DATA_DIR against its public one: every maximum, every price')
  .argument('<auction>', 'its id')
  .action(async (id: string) => {
    const { DATA_DIR } = readConfig()
    wantDatabase(DATA_DIR)
    const sqlite = new Sqlite(DATA_DIR, { as: 'command' })
    // Open no longer than it is read: the rest takes seconds in a long auction.
    const audited = await new SqliteStore(sqlite).audited(id).finally(() => sqlite.close())
    if (audited === null) return fail(`there is no auction ${id}`)
    const finding = audit(audited)
    if (finding !== null) return fail(`${id}: ${finding.chain} entry ${finding.number} ${finding.why}`)
    const { entries, privateEntries, salts } = audited
    console.log(`${id}: ${entries.length} public and ${privateEntries.length} private entries agree`)
    console.log(`${salts.size} bids open to their maxima`)
  })

program
  .command('keys')
  .description('The keys that sign receipts and certificates')
  .command('rotate')
  .description('Make a new key, introduced in the log by the present one; the service must be stopped')
  .action(async () => {
    const { DATA_DIR } = readConfig()
    wantDatabase(DATA_DIR)
    const sqlite = new Sqlite(DATA_DIR, { as: 'service' })
    try {
      sqlite.migrate()
      const store = new SqliteStore(sqlite)
      const known = (await store.keyStatements()).length
      const notary = await openNotary(store, DATA_DIR, systemClock())
      // Where the present key's file is lost, opening has made a new one.
      if (notary.publicKeys.length === known) await notary.rotate()
      const { kid } = notary.publicKeys.at(-1)!
      console.log(`${kid} signs from now on; keep the older files of ${join(DATA_DIR, 'keys')}, or delete them`)
    } finally {
      sqlite.close()
    }
  })

/** What the work gives, or null where there is no such account, which was said. */
async function withUser<Result>(
  address: string,
  work: (accounts: SqliteAccounts, user: User) => Promise<Result>,
): Promise<Result | null> {
  wantDatabase(readConfig().DATA_DIR)
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

/** What a backup leaves out: keys, so that a stolen backup signs nothing, and pictures, which never change once written. */
const APART = 'the keys and secrets (*.pem, metrics-token) and the pictures (images/) of DATA_DIR'

/** What a backup that is not encrypted shows to whoever gets it. */
const REVEALS =
  'Whoever gets it reads every e-mail address, password hash and standing maximum: keep it as the house itself, or give --passphrase-file'

type Sealing = { force?: boolean; passphraseFile?: string }

function passphraseIn({ passphraseFile }: Sealing): string | null {
  if (passphraseFile === undefined) return null
  const [passphrase = ''] = readFileSync(passphraseFile, 'utf8').split(/\r?\n/)
  if (passphrase === '') throw new ConfigError(`${passphraseFile} has no passphrase in its first line`)
  return passphrase
}

function figures({ auctions, events }: Held): string {
  return `${auctions} auctions with ${events} events`
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

function fail(message: string): void {
  console.error(`martillo: ${message}`)
  process.exitCode = 1
}

try {
  await program.parseAsync()
} catch (error) {
  console.error(complaint(error))
  process.exitCode = 1
}
