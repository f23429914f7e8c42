import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { certainOffer, placed } from './bidding.ts'
import { pause } from './form.ts'
import type { CrashHouse } from './house.ts'

const LOOKS = 6
const READY_MS_MAX = 3_000

/** A limit of the kernel on a process that runs, to be lifted by the returned function. Needs no root. */
export function limited(pid: number, limit: 'fsize' | 'nofile', most: number): () => void {
  const { hard } = limitsOf(pid, limit)
  prlimit(pid, `--${limit}=${most}:${hard}`)
  return () => prlimit(pid, `--${limit}=${hard}:${hard}`)
}

function limitsOf(pid: number, limit: string): { hard: string } {
  return { hard: prlimit(pid, `--${limit}`, '--raw', '--noheadings', '--output=HARD').trim() }
}

function prlimit(pid: number, ...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync('prlimit', ['--pid', String(pid), ...args], { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`prlimit (util-linux) is needed on the machine: ${error.message}`)
  if (status !== 0) throw new Error(`prlimit: ${stderr.trim()}`)
  return stdout
}

/**
 * While nothing can be written: `readyz` says so, reads go on, and no bid is answered as accepted or refused. Where the
 * disk is gone as a whole a read may say try_again as well.
 */
export async function bearsIllness(house: CrashHouse, { disk = 'unwritable' } = {}): Promise<void> {
  const bidder = house.bidders[0]!
  const outcomes: unknown[] = []
  const answers = new Map<string, number>()
  for (let looks = 0; looks < LOOKS; looks += 1) {
    for (const auction of house.auctions) {
      const attempt = { auction, bidder, key: randomUUID(), offer: certainOffer() }
      house.record.untold.add(attempt)
      outcomes.push(await placed(attempt))
      for (const part of ['', '/bids', '/events', '/ledger']) {
        const { status } = await fetch(`${house.url}/v1/auctions/${auction}${part}`)
        answers.set(`${part || 'auction'} ${status}`, status)
      }
    }
    for (const path of ['/readyz', '/healthz', '/v1/auctions']) {
      const { status } = await fetch(house.url + path)
      answers.set(`${path} ${status}`, status)
    }
    await pause(100)
  }
  expect(new Set(outcomes)).toEqual(new Set([null]))
  const reads = ['auction 200', '/bids 200', '/events 200', '/ledger 200', '/v1/auctions 200']
  const mayFail = disk === 'gone' ? reads.map((one) => one.replace('200', '503')) : []
  const expected = new Set(['/readyz 503', '/healthz 200', ...reads, ...mayFail])
  expect([...answers.keys()].filter((answer) => !expected.has(answer))).toEqual([])
  expect(answers.size).toBeGreaterThanOrEqual(reads.length)
}

/** Ready again by itself, soon after the illness is over. */
export async function recovers(house: CrashHouse): Promise<number> {
  const started = performance.now()
  await expect
    .poll(async () => (await fetch(`${house.url}/readyz`)).status, { timeout: READY_MS_MAX, interval: 50 })
    .toBe(200)
  return performance.now() - started
}

/** Recovers, and bids are accepted again: true, or it throws. */
export async function goesOn(house: CrashHouse): Promise<true> {
  await recovers(house)
  const before = house.record.told.length
  await expect.poll(() => house.record.told.length, { timeout: 5_000 }).toBeGreaterThan(before + 20)
  return true
}
