import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ours, openMartillo } from './contenders/ours.ts'
import { fsyncMs } from './disk.ts'
import { type Bidding, bidding, evenly, nextAmount } from './kit/bidding.ts'
import { type Scratch, type Seat, scratch } from './kit/contender.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { quantile } from '../support/load.ts'
import type { Row } from './main.ts'

const CONNECTIONS = 64
const SLOWER_MS = 2
/** One behind the other, in a round. */
const LONE_BIDS = 30

type Round = Bidding & { readonly loneMs: number; readonly halfMs: number }

/** The same service where each fsync takes 2 ms more: bids a second, and the wait of somebody who bids alone and at half load. */
export async function slowDiskRows({ rounds, ms }: { rounds: number; ms: number }): Promise<readonly Row[]> {
  const folder = scratch()
  const services: Ours[] = []
  try {
    const env = slowFsync(folder)
    if (env === null)
      return [
        { what: 'left out: an fsync is made slower by a library that the compiler `cc` builds, and there is none' },
      ]
    const slower = fsyncMsUnder(env)
    if (slower < SLOWER_MS) throw new Error(`an fsync took ${slower} ms: it was not made slower`)
    const open = async (env: Record<string, string>) => {
      const service = await openMartillo('socket', { auctions: CONNECTIONS + 1, env })
      services.push(service)
      const seats = await service.seats(CONNECTIONS, 'spread')
      return () => measure(service, seats, ms)
    }
    const run = { slow: await open(env), quick: await open({}) }
    for (const warm of Object.values(run)) await warm()
    const { slow, quick } = await interleaved(rounds, run)
    const row = (what: string, these: readonly Round[], fsync: number) => {
      const middle = (of: keyof Round) => median(these.map((one) => one[of]))
      return {
        what,
        'fsync ms': round(fsync),
        'accepted/s': Math.round(middle('acceptedPerSecond')),
        '× undisturbed': these === quick ? null : round(ratio(these, quick, (one) => one.acceptedPerSecond)),
        'alone p50 ms': round(middle('loneMs')),
        'alone p50 / fsync': round(middle('loneMs') / fsync),
        'half load p50 ms': round(middle('halfMs')),
        'half load p50 / fsync': round(middle('halfMs') / fsync),
      }
    }
    return [row(`${SLOWER_MS} ms more an fsync`, slow, slower), row('undisturbed', quick, fsyncMs())]
  } finally {
    for (const service of services) await service.stop()
    folder.drop()
  }
}

async function measure(service: Ours, seats: readonly Seat[], ms: number): Promise<Round> {
  const all = await bidding(service, seats, { ms, inFlight: CONNECTIONS, waves: false })
  const half = await evenly(seats, { ms, perSecond: all.acceptedPerSecond / 2 })
  return { ...all, halfMs: half.p50Ms, loneMs: await alone(seats) }
}

async function alone(seats: readonly Seat[]): Promise<number> {
  const waits: number[] = []
  for (let i = 0; i < LONE_BIDS; i += 1) {
    const asked = performance.now()
    await new Promise<void>((resolve) => seats[i % seats.length]!.bid(nextAmount(), () => resolve()))
    waits.push(performance.now() - asked)
  }
  return quantile(waits, 0.5)
}

/** The environment of a process whose fsync is slower; null where no compiler is at hand. */
function slowFsync({ path }: Scratch): Record<string, string> | null {
  const library = join(path, 'slow-fsync.so')
  const source = fileURLToPath(new URL('floors/slow-fsync.c', import.meta.url))
  const { error, status } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (error !== undefined) return null
  if (status !== 0) throw new Error(`cc could not build ${source}`)
  return { LD_PRELOAD: library, FSYNC_US: String(SLOWER_MS * 1_000) }
}

function fsyncMsUnder(env: Record<string, string>): number {
  const program = `import { fsyncMs } from '${new URL('disk.ts', import.meta.url).href}'; console.log(fsyncMs())`
  const args = ['--input-type=module', '-e', program]
  const { stdout } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return Number(stdout.toString())
}
