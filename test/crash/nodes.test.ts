import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { runNodes } from '../support/nodes.ts'
import { ledgerAt, rivals } from './kit/rivals.ts'

const timeout = 240_000

test(
  '[kill -9] of a node under load: no acknowledged bid is lost, its keys answer the same at the others, which go on at once',
  { timeout },
  async () => {
    const nodes = await runNodes()
    const admin = new Client(nodes[1]!.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const terms = { startPrice: 1_000, increments: 100 }
    const { id } = await admin.create({ title: 'A lot', currency: 'EUR', terms, durationSeconds: 3_600 })
    const people = await Promise.all(nodes.map(({ url }) => signedUp(url)))
    const [ana] = people as [Client]
    const { acknowledged, more, stop, lostIn } = rivals(people, id)
    await more(60)
    await nodes[0]!.kill('SIGKILL')
    const killedAt = performance.now()
    const since = () => acknowledged.filter(({ by, at }) => by !== ana && at > killedAt)
    await expect.poll(() => since().length).toBeGreaterThan(20)
    await stop()
    await admin.close(id)
    expect(lostIn(await ledgerAt(nodes[2]!.url, id))).toEqual([])
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
