import { describe, expect, onTestFinished, test } from 'vitest'
import type { ChannelEvent } from '../../src/protocol.ts'
import { Channel, watch } from '../support/channel.ts'
import { eventsOf } from '../support/event-stream.ts'
import { type House, sharedHouse } from '../support/service.ts'

/** One who follows an auction over some transport, and what it has heard so far. */
type Follower = {
  readonly events: readonly ChannelEvent[]
  /** Resolves when the transport itself says that there is no more to come. */
  readonly ended: Promise<void>
  /** Goes away, as when a phone loses its connection. */
  drop(): Promise<void>
}

/** Begins to follow after a seq. Resolves when what happens from now on is heard. */
type Transport = (house: House, id: string, after: number) => Promise<Follower>

const transports: Record<string, Transport> = {
  async socket(house, id, after) {
    const { epoch } = await page(house, id, 0)
    const channel = watch(house.url, id, `?after=${after}&epoch=${epoch}`)
    await channel.next('hello')
    return {
      get events() {
        return channel.events()
      },
      get ended() {
        return channel.closed.then(({ code }) => expect(code).toBe(4000))
      },
      drop: async () => {
        channel.ws.terminate()
        await channel.closed
      },
    }
  },

  /** Beside another auction, of which nothing may be taken for it. */
  async 'a socket that follows many'(house, id, after) {
    const { epoch } = await page(house, id, 0)
    const other = await house.auction()
    const channel = new Channel(house.url, '/v1/live')
    await channel.next('hello')
    channel.send({ type: 'follow', auctions: [{ id, after, epoch }, { id: other }] })
    await channel.next('snapshot', ({ auction }) => auction.id === other)
    const own = () => channel.all('events').filter(({ auction }) => auction === id)
    const isOver = ({ type }: ChannelEvent) => type === 'auction.closed'
    return {
      get events() {
        return own().flatMap(({ events }) => events)
      },
      get ended() {
        const last = own().some(({ events }) => events.some(isOver))
          ? Promise.resolve()
          : channel.next('events', ({ auction, events }) => auction === id && events.some(isOver))
        return last.then(() => expect(channel.ws.readyState).toBe(channel.ws.OPEN))
      },
      drop: async () => {
        channel.ws.terminate()
        await channel.closed
      },
    }
  },

  async 'server-sent events'(house, id, after) {
    const events: ChannelEvent[] = []
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const response = await fetch(`${house.url}/v1/auctions/${id}/events`, {
      headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const reading = (async () => {
      for await (const { id: seq, event } of eventsOf(response)) {
        events.push(event)
        expect(seq).toBe(event.seq)
      }
    })()
    const gone = reading.catch(() => {})
    return {
      events,
      ended: reading,
      drop: async () => {
        abort.abort()
        await gone
      },
    }
  },

  async 'long poll'(house, id, after) {
    const events: ChannelEvent[] = []
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const polling = (async () => {
      for (;;) {
        const from = events.at(-1)?.seq ?? after
        const answer = await page(house, id, from, '&waitSeconds=20', abort.signal)
        events.push(...answer.events)
        if (answer.events.some(({ type }) => type === 'auction.closed')) return
      }
    })()
    const gone = polling.catch(() => {})
    return {
      events,
      ended: polling,
      drop: async () => {
        abort.abort()
        await gone
      },
    }
  },
}

type Page = { events: ChannelEvent[]; seq: number; head: string; epoch: string }

async function page(house: House, id: string, after: number, more = '', signal?: AbortSignal): Promise<Page> {
  const init = signal === undefined ? {} : { signal }
  const response = await fetch(`${house.url}/v1/auctions/${id}/events?after=${after}${more}`, init)
  expect(response.status).toBe(200)
  return (await response.json()) as Page
}

const seqs = (events: readonly ChannelEvent[]) => events.map(({ seq }) => seq)
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe.each(Object.entries(transports))('%s', (_, follow) => {
  test('[LIVE-1] hears everything from the beginning to the close, in order, as it is in the journal, and then the end', async () => {
    const house = await sharedHouse()
    const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
    const follower = await follow(house, id, 0)
    for (let amount = 1_000; amount < 2_000; amount += 100) await (amount % 200 === 0 ? ana : ben).bid(id, { amount })
    await house.admin.pause(id, 'a question')
    await house.admin.resume(id)
    await house.admin.close(id)
    await follower.ended
    const journal = await page(house, id, 0)
    expect(journal.events.at(-1)).toMatchObject({ type: 'auction.closed', hash: journal.head })
    expect(follower.events).toEqual(journal.events)
    expect(seqs(follower.events)).toEqual(upTo(15))
  })

  test('[LIVE-2] [LIVE-3] after a break it goes on where it was, with nothing missing and nothing twice', async () => {
    const house = await sharedHouse()
    const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
    const first = await follow(house, id, 0)
    await ana.bid(id, { amount: 1_000 })
    await expect.poll(() => first.events.length).toBe(3)
    await first.drop()
    for (let amount = 1_100; amount < 2_000; amount += 100) await (amount % 200 === 0 ? ana : ben).bid(id, { amount })
    const second = await follow(house, id, 3)
    await ana.bid(id, { maximum: 5_000 })
    await house.admin.close(id)
    await second.ended
    expect(seqs([...first.events, ...second.events])).toEqual(upTo(14))
  })

  test('[LIVE-1] [LIVE-2] who joins in the middle of a storm of bids gets every event once', async () => {
    const house = await sharedHouse()
    const bidders = await Promise.all(Array.from({ length: 6 }, () => house.person()))
    const id = await house.auction()
    let amount = 1_000
    let storming = true
    const storm = bidders.map(async (bidder) => {
      while (storming) await bidder.bid(id, { maximum: (amount += 150) }).catch(() => {})
    })
    const followers: Follower[] = []
    for (const after of [0, 1, 2, 0, 1]) followers.push(await follow(house, id, after))
    await expect.poll(async () => (await house.admin.auction(id)).seq).toBeGreaterThan(10)
    storming = false
    await Promise.all(storm)
    await house.admin.close(id)
    await Promise.all(followers.map(({ ended }) => ended))
    const { seq } = await page(house, id, 0)
    expect(seq).toBeGreaterThan(10)
    for (const [i, after] of [0, 1, 2, 0, 1].entries()) expect(seqs(followers[i]!.events)).toEqual(upTo(seq, after + 1))
  })

  test('[PX-9] a silent raise is heard by nobody', async () => {
    const house = await sharedHouse()
    const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
    const follower = await follow(house, id, 0)
    await ana.bid(id, { maximum: 777_001 })
    expect(await ana.bid(id, { maximum: 777_102 })).toMatchObject({ outcome: 'raised', seq: null })
    await ben.bid(id, { amount: 1_500 })
    await house.admin.close(id)
    await follower.ended
    expect(follower.events.map(({ type }) => type).slice(2)).toEqual(['bid.placed', 'bid.placed', 'auction.closed'])
    expect(JSON.stringify(follower.events)).not.toMatch(/777[01]0[12]/)
  })

  test('[LIVE-6] who comes after the close hears what there was, and the end', async () => {
    const house = await sharedHouse()
    const id = await house.auction()
    await house.admin.close(id)
    const follower = await follow(house, id, 0)
    await follower.ended
    expect(seqs(follower.events)).toEqual(upTo(3))
  })

  test('[LIVE-1] a longer past than one answer holds is heard whole', async () => {
    const house = await sharedHouse()
    const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
    for (let i = 0; i < 450; i += 1) await (i % 2 === 0 ? ana : ben).bid(id, { amount: 1_000 + i * 100 })
    const follower = await follow(house, id, 0)
    await house.admin.close(id)
    await follower.ended
    expect(seqs(follower.events)).toEqual(upTo(453))
  })
})
