import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import type { Client } from '../../src/sdk/index.ts'
import { type Channel, watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ask, metricsToken } from '../http/support.ts'

const send = (channel: Channel, text: string) => channel.send({ type: 'message', key: randomUUID(), text, to: 'room' })

test('[ROOM-9] a reader that lags is sent no messages, which is counted, and the last ones when it reads again', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ room: { messages: 'members' } })
  const [ana, ben] = [await house.person(), await house.person()]
  const reader = watch(house.url, id, '', await ben.session.token())
  await reader.next('snapshot')
  const dropped = async (): Promise<number> => {
    const { text } = await ask(house.url, 'GET /metrics', { token: metricsToken(house) })
    return Number(/^martillo_room_dropped_total\{type="room-message"\} (\d+)$/m.exec(text)?.[1] ?? 0)
  }
  reader.ws.pause()
  // Long texts fill what the kernel holds for a reader that sleeps.
  let said = 0
  for (let i = 1; (await dropped()) === 0 && i < 2_000; i += 1) {
    await house.admin.update(id, { description: `${i} `.padEnd(19_000, '漢') })
    if (i % 20 > 0) continue
    said += 1
    await ask(house.url, `POST /v1/auctions/${id}/messages`, {
      as: ana,
      body: { text: `message ${said}` },
      headers: { 'idempotency-key': `${said}` },
    })
  }
  reader.ws.resume()
  const made = reader.next('room', ({ messages }) => messages.at(-1)?.text === `message ${said}`)
  const looks = async () => {
    await clock.advance(1_000)
    return reader.all('room').length
  }
  await expect.poll(looks, { timeout: 60_000 }).toBeGreaterThan(0)
  expect((await made).messages).toHaveLength(Math.min(said, limits.roomMessagesShown))
  expect(reader.all('message').length).toBeLessThan(said)
  // What is bid is never dropped.
  await ana.bid(id, { amount: 1_000 })
  await reader.next('events', ({ events }) => events.some(({ type }) => type === 'bid.placed'))
})

test('[ROOM-9] what is said in one moment leaves together, in its order, behind the bids', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members' } })
  const people: Client[] = await Promise.all(Array.from({ length: 3 }, () => house.person()))
  const channels = await Promise.all(people.map(async (as) => watch(house.url, id, '', await as.session.token())))
  await Promise.all(channels.map((channel) => channel.next('snapshot')))
  const texts = Array.from({ length: 30 }, (_, i) => `message ${i}`)
  for (const text of texts) send(channels[0]!, text)
  const bid = people[1]!.bid(id, { amount: 1_000 })
  for (const channel of channels) await channel.next('message', ({ text }) => text === texts.at(-1))
  await bid
  for (const channel of channels) expect(channel.all('message').map(({ text }) => text)).toEqual(texts)
})

test('[ROOM-5] a crowd is counted, at most once in 5 s; nobody is named in it, and nobody types', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ room: { messages: 'members', presence: 'paddles' } })
  const [ana, ben] = [await house.person(), await house.person()]
  await ana.bid(id, { amount: 1_000 })
  const [asAna, asBen] = [
    watch(house.url, id, '', await ana.session.token()),
    watch(house.url, id, '', await ben.session.token()),
  ]
  await Promise.all([asAna, asBen].map((channel) => channel.next('snapshot')))
  await clock.advance(1_000)
  expect(await asBen.next('presence')).toMatchObject({ watching: 2, joined: ['P1'] })
  const crowd = Array.from({ length: limits.crowdedRoom }, () => watch(house.url, id))
  await Promise.all(crowd.map((channel) => channel.next('snapshot')))
  const before = asBen.all('presence').length
  for (let second = 0; second < 20; second += 1) {
    // One comes and one goes in each second.
    crowd.shift()!.ws.close()
    crowd.push(watch(house.url, id))
    await crowd.at(-1)!.next('snapshot')
    if (second % 3 === 0) crowd.push(watch(house.url, id))
    await clock.advance(1_000)
  }
  const frames = asBen.all('presence').slice(before)
  expect(frames.length).toBeLessThanOrEqual(5)
  expect(frames.filter((frame) => frame.watching > limits.crowdedRoom && frame.joined !== undefined)).toEqual([])
  expect(frames.at(-1)!.watching).toBeGreaterThan(limits.crowdedRoom)
  asAna.send({ type: 'typing', to: 'room' })
  send(asAna, 'and yet we talk')
  await asBen.next('message', ({ text }) => text === 'and yet we talk')
  expect(asBen.all('typing')).toEqual([])
})
