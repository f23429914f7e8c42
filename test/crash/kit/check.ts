import { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { verifyLedger } from '../../../src/ledger/verify.ts'
import type { ChannelEvent } from '../../../src/protocol.ts'
import { placed } from './bidding.ts'
import { pause } from './form.ts'
import type { Room } from './load.ts'
import type { Told } from './record.ts'

const AT_ONCE = 16
/** The clock of the service begins at a whole millisecond of the wall clock. */
const CLOCKS_APART_MS = 5

/** Everything that was ever told is there unchanged, and nothing else is. */
export async function checkAll(room: Room): Promise<{ told: number; pushed: number; lost: number }> {
  const { record, auctions, url } = room
  await answersTheSame(record.told)
  // What was cut off had no answer: the same key gets one now, and from then on the same.
  for (const attempt of record.untold) {
    const answer = await placed(attempt)
    expect(await placed(attempt)).toEqual(answer)
    record.untold.delete(attempt)
    if (answer !== null && typeof answer !== 'string') record.told.push({ ...attempt, answer })
  }
  await briefsAreOver(room)
  const pushed = new Set<string>()
  for (const id of new Set([...auctions, ...record.briefs.map((brief) => brief.auction)])) {
    const events = await eventsOf(url, id)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    for (const event of events) {
      const known = record.pushed.get(`${id} ${event.seq}`)
      if (known !== undefined) expect(event).toEqual(known.event)
      pushed.add(`${id} ${event.seq}`)
    }
    for (const { answer } of record.told.filter((one) => one.auction === id && one.answer.seq !== null))
      expect(events[answer.seq! - 1]).toMatchObject({ type: 'bid.placed', data: { bid: answer.bid.id } })
    await verifies(url, id, events.length)
  }
  closedInTime(room)
  await nothingElseRecorded(room)
  const lost = [...record.pushed.keys()].filter((name) => !pushed.has(name)).length
  return { told: record.told.length, pushed: record.pushed.size, lost }
}

/** The only place that reads a ledger. */
export async function verifies(url: string, id: string, entries: number): Promise<void> {
  const ledger = await (await fetch(`${url}/v1/auctions/${id}/ledger`)).text()
  const verdict = await verifyLedger(createInterface({ input: Readable.from([ledger]) }))
  expect(verdict).toMatchObject({ ok: true, entries })
}

/** Each key is sent again and must get the very answer it got. */
export async function answersTheSame(told: readonly Told[]): Promise<void> {
  for (let from = 0; from < told.length; from += AT_ONCE)
    await Promise.all(
      told.slice(from, from + AT_ONCE).map(async ({ answer, ...attempt }) => {
        expect(await placed(attempt)).toEqual(answer)
      }),
    )
}

/** A pushed end never came before its time. */
export function closedInTime({ record }: Room): void {
  for (const { event, heardAt } of record.pushed.values())
    if (event.type === 'auction.closed') expect(heardAt + CLOCKS_APART_MS).toBeGreaterThanOrEqual(Date.parse(event.at))
}

/** Brief auctions closed by themselves at the very end they state, with no bid at or after it. */
async function briefsAreOver({ url, record }: Room): Promise<void> {
  const last = Math.max(...record.briefs.map(({ closesAt }) => Date.parse(closesAt)), 0)
  await pause(Math.max(last - Date.now(), 0) + 500)
  for (const { auction, closesAt } of record.briefs) {
    const events = await eventsOf(url, auction)
    const moved = events.findLast(({ type }) => type === 'closing.extended')
    const end = moved === undefined ? closesAt : (moved.data as { to: string }).to
    expect(events.at(-1)).toMatchObject({ type: 'auction.closed', at: end })
    expect(events.filter(({ type, at }) => type === 'bid.placed' && at >= end)).toEqual([])
  }
}

/** No bidder has a bid that was refused, or one more than was answered. */
async function nothingElseRecorded({ url, bidders, record }: Room): Promise<void> {
  for (const bidder of bidders) {
    const known = record.told.filter((one) => one.bidder === bidder).map(({ answer }) => answer.bid.id)
    expect((await bidsOf(url, await bidder.session.token())).toSorted()).toEqual([...new Set(known)].toSorted())
  }
}

async function bidsOf(url: string, token: string | null): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/v1/me/bids?limit=200${query}`, { headers })
    const page = (await response.json()) as {
      items: { bid?: { id: string }; id?: string }[]
      nextCursor: string | null
    }
    ids.push(...page.items.map((item) => item.bid?.id ?? item.id!))
    cursor = page.nextCursor
  }
  return ids
}

export async function eventsOf(url: string, id: string): Promise<ChannelEvent[]> {
  const events: ChannelEvent[] = []
  for (;;) {
    const response = await fetch(`${url}/v1/auctions/${id}/events?after=${events.length}`)
    const page = (await response.json()) as { events: ChannelEvent[]; seq: number }
    events.push(...page.events)
    if (events.length >= page.seq) return events
  }
}
