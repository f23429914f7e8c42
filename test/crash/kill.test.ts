import { randomInt, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { verifyLedger } from '../../src/ledger/verify.ts'
import type { ChannelEvent } from '../../src/protocol.ts'
import { type AnswerView, Client, type Offer, isUnknown } from '../../src/sdk/index.ts'
import { type Channel, watch } from '../support/channel.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { type Running, freePort, runService } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'

const KILLS = 12
const AUCTIONS = 3
const BIDDERS = 6

type Try = { readonly auction: string; readonly bidder: Client; readonly key: string; readonly offer: Offer }
type Told = Try & { readonly answer: AnswerView }

test(
  '[kill -9] under load no acknowledged bid and no pushed event is lost or changed, and keys answer the same',
  { timeout: 120_000 },
  async () => {
    const dataDir = temporaryFolder()
    const port = await freePort()
    let service: Running = await runService(dataDir, port)
    onTestFinished(async () => void (await service.kill('SIGKILL')))
    const admin = new Client(service.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const bidders = await Promise.all(Array.from({ length: BIDDERS }, () => signedUp(service.url)))
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 100, increments: 10 }, durationSeconds: 3_600 }
    const auctions = await Promise.all(Array.from({ length: AUCTIONS }, async () => (await admin.create(lot)).id))

    const told: Told[] = []
    const untold: Try[] = []
    const pushed = new Map<string, ChannelEvent>()
    for (let kills = 0; kills < KILLS; kills += 1) {
      const before = told.length
      const load = startLoad(service.url, auctions, bidders, { told, untold })
      while (told.length < before + 20) await pause(5)
      await pause(randomInt(0, 60))
      await service.kill('SIGKILL')
      for (const event of await load.stop()) pushed.set(`${event.auction} ${event.seq}`, event)

      service = await runService(dataDir, port)
      for (const { answer, ...attempt } of told.slice(before)) expect(await placed(attempt)).toEqual(answer)
    }

    expect(told.length).toBeGreaterThanOrEqual(KILLS * 20)
    expect(pushed.size).toBeGreaterThan(0)
    for (const attempt of told) {
      const { answer, ...rest } = attempt
      expect(await placed(rest)).toEqual(answer)
    }
    // What was cut off had no answer: the same key gets one now, and from then on the same.
    for (const attempt of untold) expect(await placed(attempt)).toEqual(await placed(attempt))
    for (const id of auctions) {
      const events = await allEvents(service.url, id)
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
      for (const event of events) {
        const known = pushed.get(`${id} ${event.seq}`)
        expect({ ...event, auction: id }).toEqual(known ?? { ...event, auction: id })
        pushed.delete(`${id} ${event.seq}`)
      }
      const acked = told.filter((one) => one.auction === id && one.answer.seq !== null)
      for (const { answer } of acked)
        expect(events[answer.seq! - 1]).toMatchObject({ type: 'bid.placed', data: { bid: answer.bid.id } })
      const ledger = await (await fetch(`${service.url}/v1/auctions/${id}/ledger`)).text()
      const lines = createInterface({ input: Readable.from([ledger]) })
      expect(await verifyLedger(lines)).toMatchObject({ ok: true, entries: events.length })
    }
    expect([...pushed.keys()]).toEqual([])
  },
)

/** Every bidder bids without pause until the service is gone, half over REST and half over the socket, while one watches each auction. */
function startLoad(
  url: string,
  auctions: readonly string[],
  bidders: readonly Client[],
  log: { told: Told[]; untold: Try[] },
) {
  let stopped = false
  const watchers = auctions.map((id) => ({ id, channel: watch(url, id) }))
  const running = bidders.map(async (bidder, i) => {
    const token = await bidder.session.token()
    const channels = new Map<string, Channel>()
    if (i % 2 === 1) for (const id of auctions) channels.set(id, watch(url, id, '', token))
    while (!stopped) {
      const auction = auctions[randomInt(auctions.length)]!
      const attempt: Try = { auction, bidder, key: randomUUID(), offer: risingOffer() }
      log.untold.push(attempt)
      const outcome = await Promise.race([placed(attempt, channels.get(auction)), pause(1_000).then(() => null)])
      if (outcome === null) return
      log.untold.splice(log.untold.indexOf(attempt), 1)
      if (typeof outcome !== 'string') log.told.push({ ...attempt, answer: outcome })
    }
  })
  return {
    async stop(): Promise<(ChannelEvent & { auction: string })[]> {
      stopped = true
      await Promise.all(running)
      return watchers.flatMap(({ id, channel }) => channel.events().map((event) => ({ ...event, auction: id })))
    },
  }
}

let offers = 0

/** About what leads by now, so that of many bids some lead, some are outbid at once, and some are too low. */
function risingOffer(): Offer {
  offers += 1
  const figure = 1_000 + offers * 10 + randomInt(-150, 150)
  return offers % 3 === 0 ? { amount: figure } : { maximum: figure }
}

/** The answer, the code of a definite refusal, or null where the outcome is unknown. One try, not repeated. */
async function placed({ auction, bidder, key, offer }: Try, channel?: Channel): Promise<AnswerView | string | null> {
  if (channel !== undefined) return overSocket(channel, key, offer)
  const token = await bidder.session.token()
  try {
    const response = await fetch(`${bidder.baseUrl}/v1/auctions/${auction}/bids`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(offer),
    })
    const body = (await response.json()) as AnswerView & { code?: string }
    if (response.status >= 500) return null
    return response.ok ? body : body.code!
  } catch (error) {
    if (isUnknown(error) || error instanceof TypeError || error instanceof SyntaxError) return null
    throw error
  }
}

async function overSocket(channel: Channel, key: string, offer: Offer): Promise<AnswerView | string | null> {
  if (channel.ws.readyState === channel.ws.CONNECTING) await channel.opened().catch(() => {})
  if (channel.ws.readyState !== channel.ws.OPEN) return null
  channel.send({ type: 'bid', key, ...offer })
  const gone = channel.closed.then(() => null)
  const answer = await Promise.race([
    channel.next('ack', (message) => message.key === key),
    channel.next('reject', (message) => message.key === key),
    gone,
  ])
  if (answer === null) return null
  if (answer.type === 'reject') return answer.problem.status >= 500 ? null : answer.problem.code
  const { type: _type, key: _key, ...view } = answer
  return view
}

async function allEvents(url: string, id: string): Promise<ChannelEvent[]> {
  const events: ChannelEvent[] = []
  for (;;) {
    const response = await fetch(`${url}/v1/auctions/${id}/events?after=${events.length}`)
    const page = (await response.json()) as { events: ChannelEvent[]; seq: number }
    events.push(...page.events)
    if (events.length >= page.seq) return events
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
