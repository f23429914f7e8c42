import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { watch } from '../support/channel.ts'
import { freePort, runService } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'

const start = fileURLToPath(new URL('../../src/start.ts', import.meta.url))

/** It takes some 3 s, and ten times that where everything waits for a processor: none of it is what is tested here. */
const START_MS_MAX = 60_000
const timeout = 3 * START_MS_MAX

test(
  'npm start furnishes an empty house: seven auctions in their stages, people who can sign in, prices that move',
  { timeout },
  async () => {
    const dataDir = join(temporaryFolder(), 'data')
    const first = await open(dataDir)
    const people = [...first.said().matchAll(/^ {2}(\S+@\S+) +(\S+)$/gm)].map(([, email, password]) => ({
      email,
      password,
    }))
    expect(people.map(({ email }) => email)).toEqual(['admin@demo.example', 'ana@demo.example', 'ben@demo.example'])
    const client = new Client(first.url)
    for (const { email, password } of people) expect(await client.signIn(email!, password!)).toMatchObject({ email })
    expect(client.session.user!.role).toBe('bidder')

    const { items } = await client.auctions()
    const stages = items.map(({ status, reserve, terms, closesAt }) => {
      const endsSoon = status === 'open' && Date.parse(closesAt!) < Date.now() + 120_000
      return [status, reserve, ...(endsSoon && terms.softClose !== null ? ['ends soon, softly'] : [])].join(' ')
    })
    expect(stages.toSorted()).toEqual([
      'closed none',
      'open none',
      'open none',
      'open none ends soon, softly',
      'open unmet',
      'open unmet',
      'scheduled none',
    ])
    expect(items.filter(({ format }) => format === 'reverse')).toMatchObject([{ price: 220_000, maximumBid: 215_000 }])
    const lively = items.find(({ title }) => title.startsWith('Chess clock'))!
    const channel = watch(first.url, lively.id)
    const { auction } = await channel.next('snapshot')
    const { events } = await channel.next('events')
    expect(events[0]).toMatchObject({ type: 'bid.placed' })
    expect((events[0]!.data as { price: number }).price).toBeGreaterThan(auction.price ?? 0)
    expect(await first.end()).toBe(0)

    const second = await open(dataDir)
    expect(second.said()).toContain(people[1]!.password)
    expect((await new Client(second.url).auctions()).items).toHaveLength(7)
    expect(await second.end()).toBe(0)
  },
)

test('with DEMO=off, and in martillo serve, there is nothing of the demo', { timeout }, async () => {
  const [started, served] = [temporaryFolder(), temporaryFolder()]
  const house = await open(started, { DEMO: 'off' })
  expect(await new Client(house.url).auctions()).toMatchObject({ items: [] })
  expect(house.said()).not.toContain('@demo.example')
  expect(await house.end()).toBe(0)
  const service = await runService(served, await freePort(), { DEMO: 'on' })
  expect(await new Client(service.url).auctions()).toMatchObject({ items: [] })
  expect(await service.kill('SIGTERM')).toBe(0)
  expect([started, served].map((folder) => existsSync(join(folder, 'demo.json')))).toEqual([false, false])
})

/** `npm start` after the set-up, until it says that it is open. */
async function open(dataDir: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [start], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  const opened = /open at (http:\S+)/
  await expect.poll(() => said, { timeout: START_MS_MAX }).toMatch(opened)
  return {
    url: opened.exec(said)![1]!,
    said: () => said,
    end: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
