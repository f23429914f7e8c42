import { randomInt, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type AuctionView, type Client, type Offer, ProblemError, isUnknown } from '../../src/sdk/index.ts'
import type { People } from '../support/service.ts'
import { type Bidder, overRest, overSocket } from './bidder.ts'
import { faultsAt, told } from './house.ts'
import type { History } from './history.ts'
import { type Watcher, byEventStream, byLongPoll, bySocket } from './watcher.ts'

const BIDDERS = 12
const SECONDS = 3

/**
 * Bidders on mixed transports, watchers that come and go, and an admin at the hammer, spread over the nodes of a house: the checker
 * must find nothing. Returns what it finds by what any node says. `meanwhile` begins with the bidding; the admin brings the hammer
 * down once it is done.
 */
export async function playLive(
  history: History,
  nodes: readonly People[],
  meanwhile: () => Promise<void> = async () => {},
): Promise<string[]> {
  const node = (i: number) => nodes[i % nodes.length]!
  const people = await Promise.all(Array.from({ length: BIDDERS }, (_, i) => node(i).person()))
  const bidders = await Promise.all(people.map((one, i) => (i % 2 === 0 ? overRest : overSocket)(history, one)))
  const softClose = { windowSeconds: 1, extensionSeconds: 1, maxExtensions: 2 }
  const terms = { startPrice: 100, increments: 10 }
  const auctions = await Promise.all([
    node(0).auction({ durationSeconds: SECONDS, terms: { ...terms, softClose } }),
    node(1).auction({ durationSeconds: SECONDS - 1, terms: { ...terms, reservePrice: 900 } }),
    node(2).auction({ durationSeconds: 60, terms: { ...terms, increments: 'standard' } }),
  ])
  const watchers = auctions.flatMap((auction) => {
    const from = (i: number) => ({ history, url: node(i).url, auction })
    return [
      bySocket(from(0), 'socket'),
      bySocket(from(1), 'second socket'),
      byEventStream(from(2), 'SSE'),
      byLongPoll(from(1), 'poll'),
    ]
  })
  let isDone = false
  const done = meanwhile().then(() => (isDone = true))
  const admin = hammer(history, node(0), auctions[2], () => isDone)
  await Promise.all([
    done,
    admin,
    breaking(watchers, admin),
    ...bidders.map((bidder) => bidAway(bidder, auctions, admin)),
    looking(history, node(1).admin, auctions, admin),
  ])
  await Promise.all(watchers.map(({ over }) => over))
  for (const bidder of bidders) for (const auction of auctions) await bidder.bid(auction, randomUUID(), { amount: 9 })

  const answers = Map.groupBy(history.bids, ({ answer }) =>
    answer.kind === 'refused' ? answer.refusal.code : answer.kind,
  )
  for (const kind of ['accepted', ...REFUSALS, 'auction_closed'])
    expect(answers.get(kind)?.length, kind).toBeGreaterThan(0)
  expect(
    history.streams.flatMap(({ sights }) => sights.filter(({ kind }) => kind === 'connected')).length,
  ).toBeGreaterThan(50)
  expect(history.acts.length).toBeGreaterThan(10)
  const faults = await Promise.all(nodes.map(({ url }) => faultsAt(url, history, auctions)))
  return faults.flatMap(told)
}

/** Until the admin is done. */
async function until(done: Promise<void>, step: () => Promise<unknown>): Promise<void> {
  let going = true
  void done.then(() => (going = false))
  while (going) await step()
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

async function breaking(watchers: readonly Watcher[], done: Promise<void>): Promise<void> {
  await until(done, async () => {
    watchers[randomInt(watchers.length)]!.drop()
    await pause(30)
  })
}

async function looking(history: History, client: Client, auctions: readonly string[], done: Promise<void>) {
  await until(done, () => {
    const id = auctions[randomInt(auctions.length)]!
    return history.look(id, () => client.auction(id).catch(nullIfUnknown))
  })
}

/** Around what leads by now, so that some bids lead, some are beaten at once and some are refused; now and then a key again. */
async function bidAway(bidder: Bidder, auctions: readonly string[], done: Promise<void>): Promise<void> {
  let figure = 100
  await until(done, async () => {
    const auction = auctions[randomInt(auctions.length)]!
    const key = randomUUID()
    const asked = performance.now()
    figure += randomInt(-20, 40)
    const offer: Offer = [{ amount: figure }, { maximum: figure }, { atMost: figure }][randomInt(3)]!
    const answer = await bidder.bid(auction, key, offer)
    if (answer.kind === 'accepted') figure = Math.max(figure, answer.view.price)
    if (answer.kind === 'refused') figure = Math.max(figure, Number(answer.refusal['minimumBid'] ?? 0))
    const again = randomInt(8)
    if (again === 0) await bidder.bid(auction, key, offer)
    if (again === 1)
      await Promise.all([bidder.bid(auction, key, { amount: 1_000_000 }), bidder.bid(auction, key, offer)])
    // As long again as it took: where all wait for a processor they must not pile up.
    await pause(randomInt(8) + (performance.now() - asked) / 4)
  })
}

/** However slowly a busy machine lets it go: until all has happened that is to be checked. */
const ROUNDS_MIN = 3
const ROUNDS_MAX = 300
const REFUSALS = ['bid_too_low', 'already_leading', 'maximum_not_raised'] as const

function hasSeenAll({ bids, acts }: History): boolean {
  const codes = new Set(bids.map(({ answer }) => (answer.kind === 'refused' ? answer.refusal.code : answer.kind)))
  return acts.length > 10 && REFUSALS.every((code) => codes.has(code))
}

/** Pauses, resumes, extends, voids, and in the end brings the hammer down. */
async function hammer(history: History, { admin }: People, id: string, isDone: () => boolean): Promise<void> {
  const began = history.now()
  let isLost = false
  const outcome = (error: unknown) => {
    if (isUnknown(error)) isLost = true
    // Whether an act was carried out whose answer was lost is not known, nor what the next one meets.
    else if (!isLost || !(error instanceof ProblemError)) throw error
    return isUnknown(error) ? ('unknown' as const) : null
  }
  const act = (name: string, ask: () => Promise<AuctionView>) => history.act(id, name, () => ask().catch(outcome))
  const goesOn = (rounds: number) =>
    !isDone() ||
    rounds < ROUNDS_MIN ||
    history.now() - began < (SECONDS + 1) * 1_000 ||
    (rounds < ROUNDS_MAX && !hasSeenAll(history))
  for (let rounds = 0; goesOn(rounds); rounds += 1) {
    await pause(60)
    await act('pause', () => admin.pause(id, 'a question'))
    await pause(10)
    await act('resume', () => admin.resume(id))
    await act('extend', () => admin.extend(id, { closesAt: minutesOn(history, rounds), reason: 'a crowd' }))
    const bids = await admin.bids(id, { limit: 5 }).catch(nullIfUnknown)
    const bid = bids?.items.find(({ voided }) => !voided)
    if (bid !== undefined) await act('void', () => admin.void(id, bid.id, 'a mistake'))
  }
  while ((await act('close', () => admin.close(id))) === 'unknown') await pause(100)
}

/** Of what was asked of a node that could not answer. */
function nullIfUnknown(error: unknown): null {
  if (isUnknown(error)) return null
  throw error
}

function minutesOn(history: History, minutes: number): string {
  return new Date(Math.floor(history.now()) + (minutes + 2) * 60_000).toISOString()
}
