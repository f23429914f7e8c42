import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Exchanges } from '../../src/main.ts'
import type { ChannelEvent, Offer } from '../../src/sdk/index.ts'
import { type House, openHouse } from '../support/service.ts'
import { type Bidder, overRest, overSocket } from './bidder.ts'
import { ledgerOf, sharedClock } from './house.ts'
import { type Answer, History, lastSeen } from './history.ts'
import { type WatchFrom, type Watcher, byEventStream, byLongPoll, bySocket } from './watcher.ts'

/** Small auctions in which everything that can be promised happens once: what is broken shows, what is sound does not. */

export type Played = { readonly history: History; readonly ledgers: Map<string, readonly ChannelEvent[]> }
export type Script = (exchanges?: Exchanges) => Promise<Played>

/** How long watchers of a broken service are waited for. */
const PATIENCE_MS = 600
const TRIES = 40

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Repeats with the same key until there is a definite answer, as a bidder does. */
async function insist(bidder: Bidder, auction: string, offer: Offer, key: string = randomUUID()): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await bidder.bid(auction, key, offer)
    if (answer.kind !== 'unknown' || tries === TRIES) return answer
    await pause(10)
  }
}

async function allOver(watchers: readonly Watcher[]): Promise<void> {
  await Promise.race([Promise.all(watchers.map(({ over }) => over)), pause(PATIENCE_MS)])
}

async function played(house: House, history: History, auction: string): Promise<Played> {
  return { history, ledgers: new Map([[auction, await ledgerOf(house.url, auction)]]) }
}

async function room(exchanges: Exchanges, details: Parameters<House['auction']>[0]) {
  const { now, clock } = sharedClock()
  const history = new History(now)
  const house = await openHouse({}, { clock, ...exchanges })
  const people = await Promise.all(['Ana', 'Ben', 'Cyd'].map((name) => house.person(name)))
  const auction = await house.auction(details)
  const [ana, ben, cyd] = await Promise.all([
    overRest(history, people[0]!),
    overSocket(history, people[1]!),
    overRest(history, people[2]!),
  ])
  const from: WatchFrom = { history, url: house.url, auction }
  const watchers = [bySocket(from, 'first socket'), bySocket(from, 'second socket'), byEventStream(from, 'SSE')]
  await expect.poll(() => watchers.every(({ stream }) => lastSeen(stream) !== null)).toBe(true)
  return { house, history, auction, ana, ben, cyd, from, watchers }
}

/** A haggle under an admin's hand, who brings the hammer down. */
export const haggle: Script = async (exchanges = {}) => {
  const { house, history, auction, ana, ben, cyd, from, watchers } = await room(exchanges, {})
  const { admin } = house
  const look = () => history.look(auction, () => admin.auction(auction))
  await insist(ana, auction, { maximum: 2_000 })
  const key = randomUUID()
  await insist(ben, auction, { amount: 1_500 }, key)
  await insist(ben, auction, { amount: 1_500 }, key)
  await look()
  await insist(cyd, auction, { amount: 1_050 })
  await insist(ana, auction, { amount: 5_000 })
  await insist(ana, auction, { maximum: 1_900 })
  await insist(ana, auction, { maximum: 3_000 })
  await insist(cyd, auction, { amount: 1_800 })
  watchers.push(byEventStream(from, 'late SSE'), byLongPoll(from, 'poll'), bySocket(from, 'late socket'))
  await insist(ben, auction, { maximum: 4_000 })
  watchers[1]!.drop()
  await history.act(auction, 'pause', () => admin.pause(auction, 'a question').catch(() => null))
  await insist(cyd, auction, { amount: 9_000 })
  await history.act(auction, 'resume', () => admin.resume(auction).catch(() => null))
  await Promise.all([insist(ana, auction, { maximum: 6_000 }), insist(cyd, auction, { amount: 5_000 })])
  const { bids } = await look().then(() => admin.bids(auction).then(({ items }) => ({ bids: items })))
  const last = bids.find(({ voided }) => !voided)
  if (last !== undefined)
    await history.act(auction, 'void', () => admin.void(auction, last.id, 'a mistake').catch(() => null))
  await insist(ben, auction, { maximum: 7_000 })
  await insist(cyd, auction, { amount: 9_000 })
  await look()
  await history.act(auction, 'close', () => admin.close(auction).catch(() => null))
  await insist(cyd, auction, { amount: 20_000 })
  await allOver(watchers)
  return played(house, history, auction)
}

/** An auction that ends by itself, and bids before and behind its end. */
export const untilTheEnd: Script = async (exchanges = {}) => {
  const softClose = { windowSeconds: 1, extensionSeconds: 1, maxExtensions: 1 }
  const terms = { startPrice: 1_000, increments: 100, softClose }
  const { house, history, auction, ana, cyd, watchers } = await room(exchanges, { durationSeconds: 1, terms })
  await insist(ana, auction, { maximum: 2_000 })
  await insist(cyd, auction, { amount: 1_500 })
  const { closesAt } = await history.look(auction, () => house.admin.auction(auction))
  await pause(Math.max(0, Date.parse(closesAt!) + 10 - history.now()))
  await insist(cyd, auction, { amount: 20_000 })
  await allOver(watchers)
  return played(house, history, auction)
}
