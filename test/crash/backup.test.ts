import { randomInt } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { watch } from '../support/channel.ts'
import { martillo, startMartillo } from '../support/command.ts'
import { temporaryFolder } from '../support/service.ts'
import { answersTheSame, eventsOf, verifies } from './kit/check.ts'
import { fill } from './kit/fill.ts'
import { isLong, pause, rounds } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'
import { Record } from './kit/record.ts'

const EVENTS = rounds(5_000, 100_000)
const timeout = isLong ? 600_000 : 300_000

test(
  '[backup] taken under load and restored holds all that was told before it began, and the house goes on there',
  { timeout },
  async () => {
    const house = await CrashHouse.open(temporaryFolder())
    const [auction] = house.auctions as [string]
    const file = join(temporaryFolder(), 'house.backup')
    const load = await house.load({ bids: 100 })
    const before = house.record.told.length
    const taken = await martillo(['backup', file], { DATA_DIR: house.dataDir })
    expect(taken).toMatchObject({ code: 0, err: '' })
    expect(taken.out).toMatch(/house\.backup holds \d+ auctions with \d+ events\nNot in it: .*keys.*pictures/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(file, '..'))).toEqual(['house.backup'])
    const during = house.record.told.length
    while (house.record.told.length < during + 20) await pause(5)
    const refused = await martillo(['restore', file, '--force'], { DATA_DIR: house.dataDir })
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/^Martillo: another Martillo runs on/) })
    await load.stop()
    const epoch = await epochOf(house.url, auction)
    await house.kill('SIGTERM')

    const elsewhere = temporaryFolder()
    expect(await martillo(['restore', file], { DATA_DIR: elsewhere })).toMatchObject({ code: 0, err: '' })
    copyFileSync(join(house.dataDir, 'access-key.pem'), join(elsewhere, 'access-key.pem'))
    const told = house.record.told.slice(0, before)
    house.dataDir = elsewhere
    house.record = new Record()
    await house.start()
    await answersTheSame(told)
    for (const id of house.auctions) await verifies(house.url, id, (await eventsOf(house.url, id)).length)
    expect(await epochOf(house.url, auction)).not.toBe(epoch)
    const channel = watch(house.url, auction, `?after=2&epoch=${epoch}`)
    expect(await Promise.race([channel.next('snapshot'), channel.next('events')])).toMatchObject({ type: 'snapshot' })
    await (await house.load()).stop()
  },
)

test('[backup] cut short by kill -9, the file is there whole or not at all', { timeout }, async () => {
  const [dataDir, folder] = [temporaryFolder(), temporaryFolder()]
  await fill(dataDir, { auctions: 5, events: EVENTS })
  const copyMs = await copyingMs(dataDir, folder)
  let absent = 0
  for (let i = 0; i < rounds(6, 60); i += 1) {
    // Every second time there is an older backup, which must stay whole as well.
    const file = join(folder, i % 2 === 0 ? `${i}.backup` : 'older.backup')
    const before = readdirSync(folder).length
    const { child, ran } = startMartillo(['backup', file, '--force'], { DATA_DIR: dataDir })
    while (readdirSync(folder).length === before && i % 2 === 0) await pause(1)
    // The first time as soon as anything is there, so that one at least is cut short.
    if (i > 0) await pause(i % 2 === 0 ? randomInt(0, copyMs) : randomInt(100, 100 + 3 * copyMs))
    child.kill('SIGKILL')
    await ran
    const there = existsSync(file)
    expect(there ? eventsIn(file) : EVENTS).toBe(EVENTS)
    if (!there) absent += 1
  }
  expect(absent).toBeGreaterThan(0)
})

/** How long the copying itself takes, from its first file to its end; leaves `older.backup`. */
async function copyingMs(dataDir: string, folder: string): Promise<number> {
  const { ran } = startMartillo(['backup', join(folder, 'older.backup')], { DATA_DIR: dataDir })
  while (readdirSync(folder).length === 0) await pause(1)
  return Math.ceil(await timed(() => ran))
}

test('[backup] each thing in its way is said in one line, and nothing is overwritten', async () => {
  const [dataDir, folder] = [temporaryFolder(), temporaryFolder()]
  const at = (name: string) => join(folder, name)
  const run = (args: string[], where = dataDir) => martillo(args, { DATA_DIR: where })
  expect(await run(['backup', at('a')])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Martillo: there is no database in/),
  })
  await fill(dataDir, { auctions: 2, events: 2_000 })
  expect((await run(['backup', at('a')])).out).toContain('a holds 2 auctions with 2000 events')
  writeFileSync(at('b'), 'something else')
  expect(await run(['backup', at('b')])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is there already.*--force/),
  })
  expect(readFileSync(at('b'), 'utf8')).toBe('something else')
  expect(await run(['backup', at('no/such')])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there is no folder/),
  })
  expect(await run(['backup', folder])).toMatchObject({ code: 1, err: expect.stringMatching(/is a folder/) })

  expect(await run(['restore', at('none')])).toMatchObject({ code: 1, err: expect.stringMatching(/there is no file/) })
  const empty = temporaryFolder()
  expect(await run(['restore', at('b')], empty)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is not a database/),
  })
  expect(await run(['restore', at('a')])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/has a database already.*--force/),
  })
  const other = new Database(at('other'))
  other.exec('CREATE TABLE t (x)')
  other.close()
  expect(await run(['restore', at('other')], empty)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not one of Martillo/),
  })
  copyFileSync(at('a'), at('newer'))
  const newer = new Database(at('newer'))
  newer.exec("INSERT INTO migrations VALUES (9999, '9999_later.sql', '')")
  newer.close()
  expect(await run(['restore', at('newer')], empty)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/9999_later.*newer one/),
  })
  const bytes = readFileSync(at('a'))
  writeFileSync(at('torn'), bytes.subarray(0, bytes.length / 2))
  expect(await run(['restore', at('torn')], empty)).toMatchObject({ code: 1, err: expect.stringMatching(/is damaged/) })
  expect(readdirSync(empty).filter((name) => !name.endsWith('.lock'))).toEqual([])
  expect((await run(['restore', at('a')], empty)).out).toContain('holds 2 auctions with 2000 events')
  const replaced = await run(['restore', at('a'), '--force'])
  expect(replaced.out).toContain('what it held before is')
  expect(eventsIn(join(dataDir, 'martillo.db.replaced'))).toBe(2_000)
})

/** The events in a database that is sound as a whole. */
function eventsIn(file: string): unknown {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const sound = db.pragma('integrity_check(1)', { simple: true })
    return sound === 'ok' ? db.prepare('SELECT count(*) FROM entries').pluck().get() : sound
  } catch (error) {
    return (error as Error).message
  } finally {
    db.close()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function epochOf(url: string, id: string): Promise<string> {
  return ((await (await fetch(`${url}/v1/auctions/${id}/events`)).json()) as { epoch: string }).epoch
}
