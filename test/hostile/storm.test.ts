import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { type Running, becomesReady, freePort, runService, spawnService } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'
import { callAttackers } from './kit/attackers.ts'
import { count, isLong, pause } from './kit/form.ts'
import { report, residentMiB } from './kit/meter.ts'

/** Descriptors of the service beside its sockets: files, journals, threads. */
const SPARE = 200
/** In short only what hangs takes so long. */
const WITHIN_MS = count(100_000, 20_000)
const BID_EVERY_MS = 1_000
const wanted = count(300, 10_000)

/** As many as this process, and those it starts, may open; said where it is fewer than wanted. */
function bearable(): number {
  const open = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1])
  const most = Math.min(wanted, open - SPARE)
  if (most < wanted) console.log(`only ${most} of ${wanted} sockets: raise ulimit -n above ${wanted + SPARE}`)
  return most
}

/** Bids once a second under one key until it is answered; keeps what it waited, in ms. */
class Bidder {
  readonly waits: number[] = []
  ended = false
  readonly #client: Client
  readonly #auction: string
  constructor(client: Client, auction: string) {
    this.#client = client
    this.#auction = auction
  }

  async bidOn(amountOf: () => number): Promise<void> {
    while (!this.ended) {
      const asked = performance.now()
      await this.#bid(randomUUID(), amountOf())
      this.waits.push(performance.now() - asked)
      await pause(BID_EVERY_MS)
    }
  }

  async #bid(key: string, amount: number): Promise<void> {
    const headers = {
      authorization: `Bearer ${await this.#client.session.token()}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    }
    for (;;) {
      const status = await fetch(`${this.#client.baseUrl}/v1/auctions/${this.#auction}/bids`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ amount }),
      }).then(
        async (response) => (await response.arrayBuffer(), response.status),
        () => 0,
      )
      if (status === 201 || status === 409) return
      await pause(50)
    }
  }
}

test(
  `after a restart ${wanted} watchers are back and current${isLong ? ' within 20 s' : ''}, while bids go on`,
  { timeout: 180_000 },
  async () => {
    const number = bearable()
    const [dataDir, port] = [temporaryFolder(), await freePort()]
    const env = { RATE_LIMITS: 'on' }
    let service: Running = await runService(dataDir, port, env)
    onTestFinished(() => service.kill('SIGKILL').then(() => {}))
    const admin = new Client(service.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 3_600 }
    const auction = (await admin.create(lot)).id
    const clients = await Promise.all(['Ana', 'Ben', 'Cleo', 'Dora'].map((name) => signedUp(service.url, name)))
    const rssBefore = residentMiB(service)

    const opening = performance.now()
    const target = { url: service.url, auction, other: auction, tokens: [], count: number, network: 1 }
    const crowd = await callAttackers('crowd', target)
    onTestFinished(() => crowd.end())
    await crowd.begin()
    let amount = 0
    const bidders = clients.map((client) => new Bidder(client, auction))
    const bidding = bidders.map((bidder) => bidder.bidOn(() => (amount += 1)))
    onTestFinished(() => bidders.forEach((bidder) => (bidder.ended = true)))

    /** The ms until everybody is there and knows what had happened a moment before they were asked. */
    const allCurrent = async (since: number): Promise<number> => {
      for (;;) {
        const seq = await admin.auction(auction).then(
          (view) => view.seq,
          () => Infinity,
        )
        await pause(200)
        const { back = 0, seq: least = 0 } = await crowd.fates()
        if (back === number && least >= seq) return performance.now() - since
        if (performance.now() - since > 3 * WITHIN_MS)
          throw new Error(`${JSON.stringify(await crowd.fates())} of ${number}, at ${least} of ${seq}`)
      }
    }
    const openedMs = await allCurrent(opening)
    const rssOpen = residentMiB(service)
    for (const bidder of bidders) bidder.waits.length = 0

    const cut = performance.now()
    expect(await service.kill('SIGTERM')).toBe(0)
    const stoppedMs = performance.now() - cut
    service = spawnService(dataDir, port, env)
    await becomesReady(service)
    const readyMs = performance.now() - cut
    const backMs = await allCurrent(cut)
    await pause(count(1_000, 5_000))
    for (const bidder of bidders) bidder.ended = true
    await Promise.all(bidding)
    const waits = bidders.flatMap((bidder) => bidder.waits)
    const figures = {
      number,
      openedMs,
      stoppedMs,
      readyMs,
      backMs,
      bids: waits.length,
      bidWaitMostMs: Math.max(...waits),
    }
    report({ ...figures, rssMiB: [rssBefore, rssOpen, residentMiB(service)], crowd: await crowd.fates() })
    expect(waits.length).toBeGreaterThan(isLong ? 20 : 4)
    expect(backMs).toBeLessThan(WITHIN_MS)
    expect(Math.max(...waits)).toBeLessThan(WITHIN_MS)
  },
)
