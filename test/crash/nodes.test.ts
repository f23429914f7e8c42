import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { type Channel, watch } from '../support/channel.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { runNodes } from '../support/nodes.ts'
import { peopleAt } from '../support/service.ts'
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

test(
  'who is there and what is said agree on all nodes, also after one of them died',
  { timeout: 120_000 },
  async () => {
    const nodes = await runNodes()
    const people = await Promise.all(nodes.map(({ url }) => peopleAt(url)))
    const id = await people[0]!.auction({ room: { presence: 'paddles', messages: 'members' } })
    const speakers = await Promise.all(people.map((those) => those.person()))
    for (const [i, speaker] of speakers.entries()) await speaker.bid(id, { amount: 1_000 + i * 100 })
    const channels = await Promise.all(
      nodes.map(async ({ url }, i) => watch(url, id, '', await speakers[i]!.session.token())),
    )
    const there = (channel: Channel) => {
      const paddles = new Set<string>()
      for (const { joined = [], left = [] } of channel.all('presence')) {
        for (const paddle of joined) paddles.add(paddle)
        for (const paddle of left) paddles.delete(paddle)
      }
      return { paddles: [...paddles].toSorted(), watching: channel.all('presence').at(-1)?.watching }
    }
    const texts = (channel: Channel) => channel.all('message').map(({ from, text }) => `${from} ${text}`)
    const all = { paddles: ['P1', 'P2', 'P3'], watching: 3 }
    for (const channel of channels) await expect.poll(() => there(channel), { timeout: 20_000 }).toEqual(all)
    for (const [i, speaker] of speakers.entries()) {
      await speaker.say(id, `hello ${i}`)
      for (const channel of channels) await channel.next('message', ({ text }) => text === `hello ${i}`)
    }
    await nodes[0]!.kill('SIGKILL')
    const rest = { paddles: ['P2', 'P3'], watching: 2 }
    for (const channel of channels.slice(1)) await expect.poll(() => there(channel), { timeout: 30_000 }).toEqual(rest)
    await speakers[2]!.say(id, 'are you there?')
    for (const channel of channels.slice(1)) {
      await channel.next('message', ({ text }) => text === 'are you there?')
      expect(texts(channel)).toEqual(['P1 hello 0', 'P2 hello 1', 'P3 hello 2', 'P3 are you there?'])
    }
    const late = await speakers[1]!.messages(id)
    expect(late.items.map(({ text }) => text)).toEqual(['are you there?', 'hello 2', 'hello 1', 'hello 0'])
  },
)
