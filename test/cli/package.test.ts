import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { startMartillo } from '../support/command.ts'
import { freePort } from '../support/process.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)
const ADMIN = { email: 'admin@house.example', password: 'a long password' }
const BUILD_MS = 180_000

/** As whoever takes the packages: by the Node.js that runs this, in a folder of their own. */
function npm(args: readonly string[], cwd: string) {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
  return run('npm', [...args], { cwd, env, maxBuffer: 1 << 26 })
}

const folder = mkdtempSync(join(tmpdir(), 'martillo-test-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  await npm(['run', '--silent', 'pack'], root)
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "type": "module" }')
  const packages = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.tgz'))
  const paths = packages.map((name) => join(root, 'dist', name))
  await npm(['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...paths], folder)
}, BUILD_MS)

async function serving() {
  const port = await freePort()
  const env = {
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'silent',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  }
  const { child, ran } = startMartillo(['serve'], env, join(folder, 'node_modules/.bin/martillo'))
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ran
  })
  const url = `http://127.0.0.1:${port}`
  await expect
    .poll(
      () =>
        fetch(`${url}/readyz`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 90_000 },
    )
    .toBe(200)
  return url
}

test('both packages, installed in an empty folder: the service serves its pages, and the bot of the README bids', async () => {
  const url = await serving()
  expect(await (await fetch(url)).text()).toContain('<!doctype html>')
  expect((await fetch(`${url}/docs/channel`)).status).toBe(200)
  const admin = new Client(url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1_000 }, durationSeconds: 600 }
  const { id } = await admin.create(lot)
  const bidder = { email: 'bot@house.example', password: 'a bot of the house', displayName: 'Bot' }
  await admin.signUp(bidder)
  const owner = new Client(url)
  await owner.signIn(bidder.email, bidder.password)
  const { secret } = await owner.makeKey({ name: 'Bot', scopes: ['read', 'bid'] })
  const bot = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!
  writeFileSync(join(folder, 'bot.ts'), bot)
  const ran = run(process.execPath, ['bot.ts', url, id, secret, '1500'], { cwd: folder })
  await expect.poll(async () => (await admin.auction(id)).bidCount).toBe(1)
  await admin.close(id)
  expect((await ran).stdout).toMatch(/result: 'sold'/)
})

test('the client depends on nothing, is loaded by import and by require, and brings its source maps', async () => {
  const at = join(folder, 'node_modules/@martillo/client')
  const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as object
  expect(manifest).not.toHaveProperty('dependencies')
  expect(manifest).not.toHaveProperty('private')
  const said = 'const { Client, Connection } = C; console.log(typeof Client, typeof Connection, typeof P.checkLedger)'
  writeFileSync(
    join(folder, 'a.mjs'),
    `import * as C from '@martillo/client'\nimport * as P from '@martillo/client/proof'\n${said}`,
  )
  writeFileSync(
    join(folder, 'b.cjs'),
    `const C = require('@martillo/client'), P = require('@martillo/client/proof')\n${said}`,
  )
  for (const file of ['a.mjs', 'b.cjs'])
    expect((await run(process.execPath, [file], { cwd: folder })).stdout.trim()).toBe('function function function')
  for (const name of ['index', 'proof']) {
    const map = JSON.parse(readFileSync(join(at, `${name}.js.map`), 'utf8')) as { sourcesContent: (string | null)[] }
    expect(map.sourcesContent.every((source) => (source?.length ?? 0) > 100)).toBe(true)
    expect(readFileSync(join(at, `${name}.js`), 'utf8')).toContain(`//# sourceMappingURL=${name}.js.map`)
  }
})

const consumer = `
import { type AuctionView, type ChannelEvent, type NewAuction, type Offer, ProblemError, Client, Connection } from '@martillo/client'
import { checkLedger } from '@martillo/client/proof'

export async function program(client: Client, auction: NewAuction): Promise<AuctionView> {
  const exact: Offer = { amount: 1 }
  // @ts-expect-error either an amount or a maximum
  const both: Offer = { amount: 1, maximum: 2 }
  // @ts-expect-error no such field
  await client.create({ ...auction, titel: 'A lot' })
  const made: AuctionView = await client.create(auction)
  const channel = new Connection(client, made.id)
  channel.subscribe(({ events }) => events.map(priceOf))
  for await (const { auction, you } of channel) console.log(auction.minimumBid?.toFixed(), you?.standing)
  try {
    await channel.bid(exact)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { problem } = error
    if (problem.code === 'bid_too_low') console.log(problem.minimumBid.toFixed())
    if (problem.code === 'auction_closed') console.log(problem.lateMilliseconds.toFixed(), problem.closesAt.length)
    // @ts-expect-error no such code
    if (problem.code === 'bid_to_low') throw error
  }
  console.log((await checkLedger('')).ok, both)
  return made
}

function priceOf(event: ChannelEvent): number | null {
  return event.type === 'bid.placed' ? event.data.price : event.type === 'auction.closed' ? event.data.outcome.price : null
}
`

test.each([
  ['of this repository', join(root, 'node_modules/typescript/bin/tsc')],
  ['5', join(root, 'test/clients/node_modules/typescript/bin/tsc')],
])('its types stand by themselves, and say what is wrong: TypeScript %s', async (_, tsc) => {
  writeFileSync(join(folder, 'consumer.ts'), consumer)
  // What the compiler itself brings is not ours to check.
  const options = [
    '--noEmit',
    '--strict',
    '--skipDefaultLibCheck',
    '--target',
    'es2024',
    '--lib',
    'es2024,dom,dom.iterable',
  ]
  for (const kind of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ]) {
    const { stdout } = await run(process.execPath, [tsc, ...options, ...kind, 'consumer.ts'], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toBe('')
  }
})

test('a clone is never packed as it is: npm says that it has no version', async () => {
  for (const at of [root, join(root, 'src/sdk')])
    await expect(npm(['pack', '--dry-run', '--loglevel=error'], at)).rejects.toThrow(/must have.*version/)
})
