import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contents, backup } from '../adapters/sqlite/backup.ts'
import { Sqlite } from '../adapters/sqlite/database.ts'
import { missingMigrations } from '../adapters/sqlite/migrations.ts'
import { requireDatabase } from '../adapters/sqlite/database-file.ts'
import { restore } from '../adapters/sqlite/restore.ts'
import { SqliteStore } from '../adapters/sqlite/store.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { ConfigError, readConfig } from '../config.ts'
import { audit } from '../ledger/audit.ts'
import { fail } from './say.ts'

/** Commands on the database and the keys in DATA_DIR. */

export function migrateDatabase({ dryRun = false }: { dryRun?: boolean }): void {
  if (dryRun) return console.log(sentenceOf('Would apply', missingMigrations(readConfig().DATA_DIR)))
  const sqlite = new Sqlite(readConfig().DATA_DIR, { as: 'service' })
  const applied = sqlite.migrate()
  sqlite.close()
  console.log(sentenceOf('Applied', applied))
}

function sentenceOf(done: string, migrations: readonly string[]): string {
  return migrations.length === 0 ? 'Nothing to migrate' : `${done} ${migrations.join(', ')}`
}

export type Sealing = { force?: boolean; passphraseFile?: string }

export async function backupTo(file: string, options: Sealing): Promise<void> {
  const passphrase = passphraseIn(options)
  const held = await backup(readConfig().DATA_DIR, file, { ...options, passphrase })
  console.log(`${file} holds ${figures(held)}`)
  console.log(`Not in it: ${APART}: keep copies of them too`)
  console.log(passphrase === null ? REVEALS : 'It is encrypted: without the passphrase nobody opens it, nor do you')
}

export async function restoreFrom(file: string, options: Sealing): Promise<void> {
  const { DATA_DIR } = readConfig()
  const { replaced, ...held } = await restore(DATA_DIR, file, { ...options, passphrase: passphraseIn(options) })
  console.log(`${DATA_DIR} holds ${figures(held)}${replaced === null ? '' : `; what it held before is ${replaced}`}`)
  console.log(`Not in a backup: ${APART}: put your copies of them back`)
}

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
  const { DATA_DIR } = readConfig()
  requireDatabase(DATA_DIR)
  const sqlite = new Sqlite(DATA_DIR, { as: 'command' })
  // Open no longer than it is read: the rest takes seconds in a long auction.
  const audited = await new SqliteStore(sqlite).audited(id).finally(() => sqlite.close())
  if (audited === null) return fail(`there is no auction ${id}`)
  const finding = audit(audited)
  if (finding !== null) return fail(`${id}: ${finding.chain} entry ${finding.number} ${finding.why}`)
  const { entries, privateEntries, salts } = audited
  console.log(`${id}: ${entries.length} public and ${privateEntries.length} private entries agree`)
  console.log(`${salts.size} bids open to their maxima`)
}

export async function rotateKeys(): Promise<void> {
  const { DATA_DIR } = readConfig()
  requireDatabase(DATA_DIR)
  const sqlite = new Sqlite(DATA_DIR, { as: 'service' })
  try {
    sqlite.migrate()
    const { openNotary } = await import('../main.ts')
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
}
