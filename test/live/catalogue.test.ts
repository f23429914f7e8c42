import { randomUUIDv7 } from 'node:crypto'
import { expect, test } from 'vitest'
import { limits, rates } from '../../src/config/limits.ts'
import { Channel } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { storeWith } from '../support/patch.ts'
import { type House, openHouse } from '../support/service.ts'

const ids = (count: number) => Array.from({ length: count }, () => randomUUIDv7())

function catalogue(house: House, token: string | null = null): Channel {
  return new Channel(house.url, '/v1/live', { token })
}

async function answerTo(channel: Channel, auctions: readonly string[]) {
  channel.send({ type: 'watch', auctions: [...auctions] })
  return channel.next('prices')
}

test('[LIVE-12] a list is one query, whatever is in it; ids that no auction has are remembered and cost nothing again', async () => {
  const asked = { existing: 0, read: 0 }
  const house = await openHouse(
    {},
    {
      wrapStore: storeWith((store) => ({
        existing: (which) => {
          asked.existing += 1
          return store.existing(which)
        },
        read: (asks) => {
          asked.read += asks.length
          return store.read(asks)
        },
      })),
    },
  )
  const id = await house.auction()
  asked.read = 0
  const unknown = ids(199)
  const channel = catalogue(house)
  await channel.opened()
  expect((await answerTo(channel, [...unknown, id])).prices.map(({ auction }) => auction)).toEqual([id])
  expect(asked).toEqual({ existing: 1, read: 0 })
  expect((await answerTo(channel, unknown)).prices).toEqual([])
  expect(asked).toEqual({ existing: 1, read: 0 })
})

test('an auction that is made behind a list that named it would not be missed: its id is known from its first event', async () => {
  const house = await openHouse()
  const channel = catalogue(house)
  await channel.opened()
  const id = await house.auction()
  expect((await answerTo(channel, [id])).prices).toMatchObject([{ auction: id }])
})

test('[LIVE-12] lists are paid by the id, by strangers of one address together; a member pays for themselves', async () => {
  const clock = new ManualClock()
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock })
  const ana = await house.person()
  const channel = catalogue(house)
  await channel.opened()
  const lists = Math.floor(rates.watchedByStrangers.burst / 210)
  for (let i = 0; i < lists; i += 1) {
    // One socket may say only so much at once.
    if (i % 50 === 49) await clock.advance(1_000)
    await answerTo(channel, ids(200))
  }
  for (let i = 0; i < 5; i += 1) channel.send({ type: 'watch', auctions: ids(200) })
  expect((await channel.next('problem')).problem).toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: expect.any(Number),
  })
  const member = catalogue(house, await ana.session.token())
  await member.opened()
  expect((await answerTo(member, ids(200))).prices).toEqual([])
})

test(`${limits.cataloguesPerAddressMax} strangers of one address follow the catalogue; a member beyond them is let in`, async () => {
  const house = await openHouse({ RATE_LIMITS: 'on' })
  const ana = await house.person()
  const strangers = Array.from({ length: limits.cataloguesPerAddressMax }, () => catalogue(house))
  await Promise.all(strangers.map((channel) => channel.opened()))
  expect(await catalogue(house).closed).toMatchObject({ code: 1013 })
  const token = await ana.session.token()
  const member = catalogue(house, token)
  await member.opened()
  expect((await answerTo(member, [])).prices).toEqual([])
  // Who says who they are is no stranger any longer, and makes room for another.
  strangers[0]!.send({ type: 'auth', token: token! })
  expect((await answerTo(strangers[0]!, [])).prices).toEqual([])
  const another = catalogue(house)
  await another.opened()
  expect((await answerTo(another, [])).prices).toEqual([])
})
