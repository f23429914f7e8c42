import { randomInt, randomUUID } from 'node:crypto'
import type { ChannelEvent } from '../../../src/protocol.ts'
import type { Client } from '../../../src/sdk/index.ts'
import { type Channel, watch } from '../../support/channel.ts'
import { placed, risingOffer } from './bidding.ts'
import { pause } from './form.ts'
import type { Record, Try } from './record.ts'

export type Room = {
  readonly url: string
  readonly admin: Client
  readonly bidders: readonly Client[]
  readonly auctions: readonly string[]
  readonly record: Record
}

const PATIENCE_MS = 1_000
const BRIEF_SECONDS_MAX = 4

/**
 * Everybody at once until `stop`: bidders over REST and over the socket, a watcher of each auction, and a clerk who
 * opens brief auctions, adds to descriptions and voids bids. `patient` bidders go on after an unknown outcome.
 */
export function startLoad(room: Room, { patient = false } = {}) {
  const { url, auctions, record } = room
  let stopped = false
  const over = () => stopped
  const watchers = auctions.map((id) => heard(watch(url, id), id, record))
  const running = room.bidders.map((bidder, i) => bidOn(room, bidder, { overSocket: i % 2 === 1, patient, over }))
  running.push(keepDesk(room, over))
  return {
    async stop(): Promise<void> {
      stopped = true
      await Promise.all(running)
      for (const channel of watchers) channel.ws.terminate()
    },
  }
}

export type Load = ReturnType<typeof startLoad>

/** Keeps what a channel is sent, as it comes. */
function heard(channel: Channel, auction: string, record: Record): Channel {
  channel.ws.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; events: ChannelEvent[] }
    if (message.type !== 'events') return
    for (const event of message.events) record.keep({ auction, event, heardAt: Date.now() })
  })
  return channel
}

type Manner = { readonly overSocket: boolean; readonly patient: boolean; over(): boolean }

async function bidOn({ url, auctions, record }: Room, bidder: Client, manner: Manner): Promise<void> {
  const token = await bidder.session.token().catch(() => null)
  const channels = new Map<string, Channel>()
  if (manner.overSocket) for (const id of auctions) channels.set(id, heard(watch(url, id, '', token), id, record))
  while (!manner.over()) {
    const auction = auctions[randomInt(auctions.length)]!
    const attempt: Try = { auction, bidder, key: randomUUID(), offer: risingOffer() }
    record.untold.add(attempt)
    const outcome = await Promise.race([placed(attempt, channels.get(auction)), pause(PATIENCE_MS).then(() => null)])
    if (outcome !== null) record.untold.delete(attempt)
    else if (!manner.patient) break
    else await pause(20)
    if (outcome !== null && typeof outcome !== 'string') record.told.push({ ...attempt, answer: outcome })
  }
  for (const channel of channels.values()) channel.ws.terminate()
}

async function keepDesk({ admin, bidders, auctions, record }: Room, over: () => boolean): Promise<void> {
  for (let turns = 0; !over(); turns += 1) {
    try {
      const lot = { title: `Brief lot ${turns}`, currency: 'EUR', terms: { startPrice: 100, increments: 10 } }
      const durationSeconds = randomInt(1, BRIEF_SECONDS_MAX)
      const { id, closesAt } = await once(admin, 'POST', '/v1/auctions', { ...lot, durationSeconds })
      record.briefs.push({ auction: id, closesAt })
      const attempt = { auction: id, bidder: bidders[0]!, key: randomUUID(), offer: { maximum: 500 } }
      record.untold.add(attempt)
      const outcome = await placed(attempt)
      if (outcome !== null) record.untold.delete(attempt)
      if (outcome !== null && typeof outcome !== 'string') record.told.push({ ...attempt, answer: outcome })
      await once(admin, 'PATCH', `/v1/auctions/${id}`, { description: `Turn ${turns}` })
      const bid = record.told.findLast((one) => auctions.includes(one.auction))
      if (turns % 5 === 4 && bid !== undefined)
        await once(admin, 'POST', `/v1/auctions/${bid.auction}/bids/${bid.answer.bid.id}/void`, { reason: 'A test' })
    } catch {
      // Refused, or the service is gone: what was not answered was not promised.
    }
    await pause(100)
  }
}

/** One try of a request by the admin; throws where it is not answered as done. */
async function once(admin: Client, method: string, path: string, body: object) {
  const response = await fetch(admin.baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${await admin.session.token()}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as { id: string; closesAt: string }
}
