import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type AnswerView, Client, newKey } from '../../src/sdk/index.ts'
import { newDatabase } from '../support/postgres.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { startRedis } from '../support/redis.ts'
import { freePort, runService } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'

const timeout = 240_000
const NODES = 3

test(
  '[kill -9] of a node under load: no acknowledged bid is lost, its keys answer the same at the others, which go on at once',
  { timeout },
  async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const environment = {
      DATABASE_URL: await newDatabase(),
      REDIS_URL: redis.url,
      HOUSE_SECRET: 'what the nodes of a house have in common',
    }
    const nodes = await Promise.all(
      Array.from({ length: NODES }, async () => runService(temporaryFolder(), await freePort(), environment)),
    )
    onTestFinished(async () => {
      for (const node of nodes) await node.kill('SIGKILL')
    })
    const admin = new Client(nodes[1]!.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const terms = { startPrice: 1_000, increments: 100 }
    const { id } = await admin.create({ title: 'A lot', currency: 'EUR', terms, durationSeconds: 3_600 })
    const [ana, ben, cem] = await Promise.all(
      nodes.map(({ url }) => signedUp(url)) as [Promise<Client>, Promise<Client>, Promise<Client>],
    )
    const acknowledged: {
      readonly key: string
      readonly at: number
      readonly by: Client
      readonly answer: AnswerView
    }[] = []
    let amount = 1_000
    let isOver = false
    onTestFinished(() => {
      isOver = true
    })
    const bidding = [ana, ben, cem].map(async (by) => {
      while (!isOver) {
        const key = newKey()
        const answer = await by.bid(id, { amount: (amount += 100) }, key).catch(() => null)
        if (answer !== null) acknowledged.push({ key, at: performance.now(), by, answer })
        else await pause(20)
      }
    })
    await expect.poll(() => acknowledged.length).toBeGreaterThan(60)
    await nodes[0]!.kill('SIGKILL')
    const killedAt = performance.now()
    await expect.poll(() => acknowledged.filter(({ by, at }) => by !== ana && at > killedAt).length).toBeGreaterThan(20)
    isOver = true
    await Promise.all(bidding)
    await admin.close(id)
    const ledger = await (await fetch(`${nodes[2]!.url}/v1/auctions/${id}/ledger`)).text()
    expect(acknowledged.filter(({ answer }) => !ledger.includes(`"${answer.bid.id}"`))).toEqual([])
    const last = acknowledged.findLast(({ by }) => by === ana)!
    const elsewhere = await fetch(`${nodes[2]!.url}/v1/auctions/${id}/bids`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await ana.session.token()}`,
        'content-type': 'application/json',
        'idempotency-key': last.key,
      },
      body: JSON.stringify({ amount: last.answer.bid.amount }),
    })
    expect(await elsewhere.json()).toMatchObject({ bid: { id: last.answer.bid.id } })
  },
)
