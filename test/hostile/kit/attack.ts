import type { Peer } from './peer.ts'

export type Target = {
  readonly url: string
  /** The auction that honest bidders bid in, and one of the attacker's own choice. */
  readonly auction: string
  readonly other: string
  /** Of people who are signed in and mean no good. */
  readonly tokens: readonly string[]
  /** How many connections. */
  readonly count: number
  /** They come from addresses of 127.`network`.0.0/16. */
  readonly network: number
}

/** How often each fate, or status, was met. */
export type Fates = Readonly<Record<string, number>>

/** Resolves when the attack is under way, with what tells how it went so far. */
export type Attack = (target: Target) => Promise<() => Fates>

export function tally(fates: Iterable<string | number>): Fates {
  const counts: Record<string, number> = {}
  for (const fate of fates) counts[fate] = (counts[fate] ?? 0) + 1
  return counts
}

export function fatesOf(peers: readonly Peer[]): () => Fates {
  return () => tally(peers.map((peer) => peer.fate))
}

/** Addresses of the loopback network: limits by address are met only by who has one. */
export function addressOf(network: number, i: number): string {
  return `127.${network}.${1 + (i >> 7)}.${1 + (i & 127)}`
}

/** Calls as fast as it may without keeping the attacker's own loop from reading. */
export function often(everyMs: number, call: () => void): void {
  setInterval(call, everyMs)
}

const BURST_EVERY_MS = 50

/** So many a second, a burst of them twenty times a second: all in one moment is what no network brings. */
export async function atPace<Made>(count: number, perSecond: number, make: (i: number) => Made): Promise<Made[]> {
  const made: Made[] = []
  const began = performance.now()
  while (made.length < count) {
    await new Promise((resolve) => setTimeout(resolve, BURST_EVERY_MS))
    const due = Math.min(count, ((performance.now() - began) * perSecond) / 1_000)
    while (made.length < due) made.push(make(made.length))
  }
  return made
}

/** One after the other, some at a time. */
export async function inTurn<Made>(count: number, atOnce: number, make: (i: number) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const i = next
      next += 1
      made[i] = await make(i)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return made
}
