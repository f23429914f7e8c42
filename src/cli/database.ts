import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Contents, backup } from '../adapters/sqlite/backup.ts'
import { Sqlite } from '../adapters/sqlite/database.ts'
import { missingMigrations } from '../adapters/sqlite/migrations.ts'
import { restore } from '../adapters/sqlite/restore.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { auditedIn } from '../engine/audited.ts'
import { audit } from '../ledger/audit.ts'
import type { Storage } from '../adapters/storage.ts'
import { fail } from './say.ts'
import { withStorage } from './storage.ts'

/** Commands on the database and the keys. */

export async function migrateDatabase({ dryRun = false }: { dryRun?: boolean }): Promise<void> {
  const config = readConfig()
  const names = config.DATABASE_URL === null ? migrateSqlite(config, dryRun) : await migratePostgres(config, dryRun)
  console.log(sentenceOf(dryRun ? 'Would apply' : 'Applied', names))
}

function migrateSqlite({ DATA_DIR }: Config, isDryRun: boolean): string[] {
  if (isDryRun) return missingMigrations(DATA_DIR)
  const sqlite = new Sqlite(DATA_DIR, { as: 'service' })
  try {
    return sqlite.migrate()
  } finally {
    sqlite.close()
  }
}

async function migratePostgres({ DATABASE_URL }: Config, isDryRun: boolean): Promise<string[]> {
  const { Postgres } = await import('../adapters/postgres/connections.ts')
  const migrations = await import('../adapters/postgres/migrations.ts')
  const postgres = new Postgres(DATABASE_URL!)
  try {
    await postgres.askAll()
    return await (isDryRun ? migrations.missingMigrations(postgres) : migrations.migrate(postgres))
  } finally {
    await postgres.close()
  }
}

export function printSecret(): void {
  console.log(randomBytes(SECRET_BYTES).toString('base64url'))
}

/** Of HOUSE_SECRET. */
const SECRET_BYTES = 32

function sentenceOf(done: string, migrations: readonly string[]): string {
  return migrations.length === 0 ? 'Nothing to migrate' : `${done} ${migrations.join(', ')}`
}

export type Sealing = { force?: boolean; passphraseFile?: string }

export async function backupTo(file: string, options: Sealing): Promise<void> {
  if (readConfig().DATABASE_URL !== null) return fail(OF_POSTGRES)
  const passphrase = passphraseIn(options)
  const held = await backup(readConfig().DATA_DIR, file, { ...options, passphrase })
  console.log(`${file} holds ${figures(held)}`)
  console.log(`Not in it: ${APART}: keep copies of them too`)
  console.log(passphrase === null ? REVEALS : 'It is encrypted: without the passphrase nobody opens it, nor do you')
}

export async function restoreFrom(file: string, options: Sealing): Promise<void> {
  const { DATA_DIR, DATABASE_URL } = readConfig()
  if (DATABASE_URL !== null) return fail(OF_POSTGRES)
  const { replaced, ...held } = await restore(DATA_DIR, file, { ...options, passphrase: passphraseIn(options) })
  console.log(`${DATA_DIR} holds ${figures(held)}${replaced === null ? '' : `; what it held before is ${replaced}`}`)
  console.log(`Not in a backup: ${APART}: put your copies of them back`)
}

const OF_POSTGRES =
  'this house is on PostgreSQL: back it up with pg_dump -Fc or a base backup, restore with pg_restore, and keep HOUSE_SECRET apart'

/** What a backup leaves out: keys, so that a stolen backup signs nothing, and pictures, which never change once written. */
const APART = 'the keys and secrets (*.pem, metrics-token) and the pictures (images/) of DATA_DIR'

/** What a backup that is not encrypted shows to whoever gets it. */
const REVEALS =
  'Whoever gets it reads every e-mail address, password hash and standing maximum: keep it as the house itself, or give --passphrase-file'

function passphraseIn({ passphraseFile }: Sealing): string | null {
  if (passphraseFile === undefined) return null
  const [passphrase = ''] = readFileSync(passphraseFile, 'utf8').split(/\r?\n/)
  if (passphrase === '') throw new ConfigError(`${passphraseFile} has no passphrase in its first line`)
  return passphrase
}

function figures({ auctions, events }: Contents): string {
  return `${auctions} auctions with ${events} events`
}

export async function auditAuction(id: string): Promise<void> {
  // Open no longer than it is read: the rest takes seconds in a long auction.
  const audited = await withStorage(({ store }) => auditedIn(store, id))
  if (audited === null) return fail(`there is no auction ${id}`)
  const finding = audit(audited)
  if (finding !== null) return fail(`${id}: ${finding.chain} entry ${finding.number} ${finding.why}`)
  const { entries, privateEntries, salts } = audited
  console.log(`${id}: ${entries.length} public and ${privateEntries.length} private entries agree`)
  console.log(`${salts.size} bids open to their maxima`)
}

export async function rotateKeys(): Promise<void> {
  const { openNotary } = await import('../main.ts')
  const rotate = async ({ store, signingKeys }: Storage) => {
    const known = (await store.keyStatements()).length
    const notary = await openNotary(store, signingKeys, systemClock())
    // Where the present key is lost, opening has made a new one.
    if (notary.publicKeys.length === known) await notary.rotate()
    const { kid } = notary.publicKeys.at(-1)!
    console.log(`${kid} signs from now on; keep the older ones in ${signingKeys.where}, or delete them`)
  }
  await withStorage(rotate, { alone: true })
}
