import { Argument, Command, Option } from 'commander'
import { limits } from './config/limits.ts'
import type { NewAccount } from './cli/users.ts'
import type { Sealing } from './cli/database.ts'
import type { Role } from './domain/schema.ts'
import { version } from './config/version.ts'
import type { ReplayOptions } from './replay/replay.ts'

/**
 * The `martillo` command. Commands on DATA_DIR work beside a running service. What a command needs is loaded when it is
 * called: a verifier starts without the service.
 */
const program = new Command('martillo')
  .description('A self-hosted service for live auctions. Configuration is read from the environment (see the README).')
  .version(version)
  .showHelpAfterError()

const users = () => import('./cli/users.ts')
const database = () => import('./cli/database.ts')
const ROLES: readonly Role[] = ['bidder', 'seller', 'admin']

program
  .command('serve')
  .description('Run the service until SIGTERM or Ctrl-C')
  .action(async () => (await import('./cli/serve.ts')).runService())

program
  .command('migrate')
  .description('Bring the database to the schema of this version')
  .option('--dry-run', 'say what would be applied, and change nothing')
  .action(async (options: { dryRun?: boolean }) => (await database()).migrateDatabase(options))

program
  .command('backup')
  .description('Copy the database in DATA_DIR to a file, beside a running service')
  .argument('<file>')
  .option('--force', 'replace the file where there is one')
  .option('--passphrase-file <file>', 'encrypt it with the first line of this file, in the format of age')
  .action(async (file: string, options: Sealing) => (await database()).backupTo(file, options))

program
  .command('restore')
  .description('Make a backup the database in DATA_DIR, while no service runs on it')
  .argument('<file>')
  .option('--force', 'replace the database where there is one')
  .option('--passphrase-file <file>', 'the passphrase it was encrypted with is the first line of this file')
  .action(async (file: string, options: Sealing) => (await database()).restoreFrom(file, options))

program
  .command('move')
  .description('Move the house in DATA_DIR to an empty PostgreSQL database, while no service runs on either')
  .requiredOption('--to <url>', 'the database, as DATABASE_URL names it; HOUSE_SECRET seals its keys')
  .option('--undo', 'go on with DATA_DIR after a move that was cut off; only if the database did not get the house')
  .action(async (options: { to: string; undo?: true }) => (await import('./cli/move.ts')).moveHouse(options))

program
  .command('restored')
  .description(
    'After PostgreSQL was restored to an earlier state: let every open page begin anew from what it holds now',
  )
  .action(async () => (await import('./cli/nodes.ts')).renewEpoch())

program
  .command('nodes')
  .description('The nodes that run on DATABASE_URL, and the certificates that the log still owes')
  .action(async () => (await import('./cli/nodes.ts')).listNodes())

program
  .command('secret')
  .description('Print a new HOUSE_SECRET, which opens the keys that a house on PostgreSQL keeps in its database')
  .action(async () => (await database()).printSecret())

const user = program.command('user').description('Accounts')

user
  .command('erase')
  .description('Shred who somebody is: name, address, salts and sessions. Ledgers keep the paddle, and still verify')
  .argument('<email>')
  .action(async (address: string) => (await users()).eraseUser(address))

user
  .command('hold')
  .description('Keep somebody from being erased while a dispute or the law asks for it')
  .argument('<email>')
  .addOption(new Option('--reason <text>', 'why').conflicts('release'))
  .option('--release', 'the reason is gone')
  .action(async (address: string, options: { reason?: string; release?: true }) =>
    (await users()).holdUser(address, options),
  )

user
  .command('add')
  .description('Add an account; without --password one is made and printed')
  .argument('<email>')
  .addOption(new Option('--role <role>').choices(ROLES).default('bidder'))
  .option('--name <name>', 'the name shown to others (default: what stands before the @)')
  .option('--password <password>', 'at least 8 characters')
  .action(async (address: string, options: NewAccount) => (await users()).addUser(address, options))

user
  .command('list')
  .description('All accounts, newest first: address, rank, whether blocked, since when, name')
  .action(async () => (await users()).listUsers())

user
  .command('role')
  .description('Give an account another rank; a running service follows at its next request')
  .argument('<email>')
  .addArgument(new Argument('<role>').choices(ROLES))
  .action(async (address: string, role: Role) => (await users()).giveRole(address, role))

user
  .command('block')
  .description('Keep an account from bidding and selling')
  .argument('<email>')
  .option('--lift', 'let it in again')
  .action(async (address: string, options: { lift?: boolean }) => (await users()).blockUser(address, options))

user
  .command('passwd')
  .description('Give an account a new password, and sign it out everywhere; without --password one is made and printed')
  .argument('<email>')
  .option('--password <password>', 'at least 8 characters')
  .action(async (address: string, options: { password?: string }) => (await users()).givePassword(address, options))

program
  .command('token')
  .description(`Print an access token for an account, good for ${limits.accessTokenSeconds / 60} minutes`)
  .argument('<email>')
  .action(async (address: string) => (await users()).printToken(address))

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
  .action(async (file: string, options: Omit<ReplayOptions, 'file'>) => {
    const { replay } = await import('./replay/replay.ts')
    if ((await replay({ file, ...options })) > 0) process.exitCode = 1
  })

program
  .command('verify')
  .description('Check ledgers, as GET /v1/auctions/{id}/ledger gives them: their chains, the rules, every signature')
  .argument('<file...>', 'ledgers, or folders of them: their files *.jsonl and *.ndjson')
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
  .action(async (files: string[], options: { receipt: string[]; checkpoint: string[]; keys?: string }) =>
    (await import('./cli/verify.ts')).verifyFiles(files, options),
  )

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

program
  .command('audit')
  .description('Check the private chain of an auction in DATA_DIR against its public one: every maximum, every price')
  .argument('<auction>', 'its id')
  .action(async (id: string) => (await database()).auditAuction(id))

program
  .command('keys')
  .description('The keys that sign receipts and certificates')
  .command('rotate')
  .description('Make a new key, introduced in the log by the present one; the service must be stopped')
  .action(async () => (await database()).rotateKeys())

try {
  await program.parseAsync()
} catch (error) {
  const { complaint } = await import('./cli/complaint.ts')
  console.error(complaint(error))
  process.exitCode = 1
}
