import { expect, test } from 'vitest'
import { type Client, ProblemError } from '../../src/sdk/index.ts'
import { temporaryFolder } from '../support/service.ts'
import { Receiver } from '../support/webhook-receiver.ts'
import { pause } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'

const AUCTIONS = 10
const BIDS = 1_000
const KILLS = 4
/** Seqs of an auction before its first bid: created and opened. */
const BEFORE = 2

/** A bid under one key until it is answered, whatever dies meanwhile. */
async function placed(client: Client, id: string, amount: number): Promise<void> {
  for (;;) {
    try {
      await client.bid(id, { amount }, `bid of ${amount}`)
      return
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status < 500) throw error
      await pause(200)
    }
  }
}

test('10,000 events come to a webhook, though it fails at random and the service is killed: in order, again only with the same id', async () => {
  const house = await CrashHouse.open(temporaryFolder(), { WEBHOOKS_PRIVATE: 'on' })
  const receiver = await Receiver.open()
  const hook = { url: receiver.url, events: ['bid.placed'] }
  receiver.secret = (await house.admin.addWebhook(hook)).secret
  let asked = 0
  receiver.answer = () => {
    asked += 1
    return asked % 199 === 0 ? 503 : asked % 211 === 0 ? null : 200
  }
  const ids = await Promise.all(Array.from({ length: AUCTIONS }, () => house.auction(7_200)))
  const bids = ids.map(async (id) => {
    for (let n = 0; n < BIDS; n += 1) await placed(house.bidders[n % 2]!, id, 100 + 10 * n)
  })
  let isOver = false
  const kills = (async () => {
    for (let n = 0; n < KILLS; n += 1) {
      await pause(6_000)
      if (isOver) return
      await house.service.kill('SIGKILL')
      await house.start()
    }
  })()
  await Promise.all(bids)
  isOver = true
  await kills
  const expected = Array.from({ length: BIDS }, (_, i) => BEFORE + 1 + i)
  const seqsOf = (id: string) => receiver.arrived.filter(({ data }) => data.auction === id).map(({ data }) => data.seq)
  const isThere = () => new Set(receiver.arrived.map(({ data }) => `${data.auction} ${data.seq}`)).size
  await expect.poll(isThere, { timeout: 400_000, interval: 1_000 }).toBe(AUCTIONS * BIDS)
  const idOf = new Map<string, string>()
  for (const { id, data } of receiver.arrived) {
    const place = `${data.auction} ${data.seq}`
    expect(idOf.get(place) ?? id).toBe(id)
    idOf.set(place, id)
  }
  for (const id of ids) {
    // What was sent again goes back, never forward: each event is there before the next one is.
    let next = BEFORE + 1
    for (const seq of seqsOf(id)) {
      expect(seq).toBeLessThanOrEqual(next)
      next = Math.max(next, seq + 1)
    }
    expect([...new Set(seqsOf(id))]).toEqual(expected)
  }
  console.log(JSON.stringify({ events: AUCTIONS * BIDS, sent: receiver.arrived.length, kills: KILLS }))
})
