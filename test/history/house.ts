import { systemClock } from '../../src/adapters/system-clock.ts'
import type { Clock } from '../../src/engine/ports.ts'
import type { ChannelEvent } from '../../src/sdk/index.ts'
import { type Fault, faultKinds } from './fault.ts'
import { faultsOf } from './checker.ts'
import type { History } from './history.ts'

/** One clock for the service and for what is written down, where fractions of a millisecond tell what came first. */
export function sharedClock(): { readonly now: () => number; readonly clock: Clock } {
  const startedAt = Date.now() - performance.now()
  const system = systemClock()
  const now = () => startedAt + performance.now()
  return {
    now,
    clock: {
      now: () => Math.floor(now()),
      wake: (afterMs, call) => system.wake(afterMs, call),
      yield: (forMs) => system.yield(forMs),
    },
  }
}

/** The ledger as anybody can read it. */
export async function ledgerOf(url: string, auction: string): Promise<ChannelEvent[]> {
  const events: ChannelEvent[] = []
  for (;;) {
    const response = await fetch(`${url}/v1/auctions/${auction}/events?after=${events.at(-1)?.seq ?? 0}`)
    const page = (await response.json()) as { events: ChannelEvent[]; seq: number }
    events.push(...page.events)
    if (page.events.length === 0 || page.events.at(-1)!.seq >= page.seq) return events
  }
}

/** Holds a history against the ledgers of its auctions as the service gives them now. */
export async function faultsAt(url: string, history: History, auctions: readonly string[]): Promise<Fault[]> {
  const ledgers = new Map<string, ChannelEvent[]>()
  for (const auction of auctions) ledgers.set(auction, await ledgerOf(url, auction))
  return faultsOf(history, ledgers)
}

/** One line a fault, with the promise it breaks. */
export function told(faults: readonly Fault[]): string[] {
  return faults.map(({ kind, what }) => `${kind} (${faultKinds[kind]}): ${what}`)
}
