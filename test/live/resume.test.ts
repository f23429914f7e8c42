import { expect, test } from 'vitest'
import { LocalBus } from '../../src/adapters/local-bus.ts'
import { Engine } from '../../src/engine/engine.ts'
import { watch } from '../support/channel.ts'
import { FaultyStore } from '../support/faulty-store.ts'
import { patch, storeWith } from '../support/patch.ts'
import { openHouse } from '../support/service.ts'

test('[LIVE-2] who has the beginning already of what is read from a slow journal gets the rest', async () => {
  const faulty = new FaultyStore()
  const slow = Promise.withResolvers<void>()
  const slowly = storeWith((store) => ({
    entries: async (...asked) => {
      await slow.promise
      return store.entries(...asked)
    },
  }))
  const house = await openHouse({}, { wrapStore: (store) => slowly(faulty.wrap(store)) })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const early = watch(house.url, id)
  await early.next('snapshot')
  // A bid that is written though its commit fails: the room is not told of it and reads the journal.
  faulty.intercept(async (_, append) => {
    await append()
    throw new Error('the connection was lost after the commit')
  })
  await ana.bid(id, { amount: 1_000 })
  const late = watch(house.url, id)
  expect(await late.next('snapshot')).toMatchObject({ seq: 3 })
  await ben.bid(id, { amount: 1_100 })
  slow.resolve()
  expect(await early.next('events')).toMatchObject({ events: [{ seq: 3 }, { seq: 4 }] })
  expect(await late.next('events')).toMatchObject({ events: [{ seq: 4 }] })
  await ana.bid(id, { amount: 1_200 })
  expect(await late.next('events')).toMatchObject({ events: [{ seq: 5 }] })
})

test('[LIVE-1] a read that fails ends neither the process nor the stream: the next event brings what was missed', async () => {
  const faulty = new FaultyStore()
  let broken = false
  const unreadable = storeWith((store) => ({
    read: async (asks) => {
      if (!broken) return store.read(asks)
      broken = false
      throw new Error('read: input/output error')
    },
  }))
  const house = await openHouse({}, { wrapStore: (store) => unreadable(faulty.wrap(store)) })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  faulty.intercept(async (_, append) => {
    await append()
    broken = true
    throw new Error('the connection was lost after the commit')
  })
  await ana.bid(id, { amount: 1_000 })
  expect(broken).toBe(false)
  await ben.bid(id, { amount: 1_100 })
  expect(await channel.next('events', ({ events }) => events.at(-1)!.seq === 4)).toMatchObject({ type: 'events' })
  expect(channel.events().map(({ seq }) => seq)).toEqual([3, 4])
})

test('[LIVE-4] a silent raise in the middle of a fan-out is told to its bidder, though the state at hand was of before', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 4_000 })
  const channel = watch(house.url, id, '', await ana.session.token())
  expect(await channel.next('you')).toMatchObject({ maximum: 4_000 })
  const slow = Promise.withResolvers<void>()
  let [isPublishing, waits] = [false, 0]
  patch(
    LocalBus.prototype,
    'publish',
    (publish) =>
      function (this: LocalBus, message) {
        isPublishing = true
        publish.call(this, message)
        isPublishing = false
      },
  )
  // The first fan-out gets its state late.
  patch(
    Engine.prototype,
    'stored',
    (stored) =>
      async function (this: Engine, auctionId) {
        const isFirst = isPublishing && (waits += 1) === 1
        const state = await stored.call(this, auctionId)
        if (isFirst) await slow.promise
        return state
      },
  )
  await house.admin.extend(id, { closesAt: new Date(Date.now() + 86_400_000).toISOString(), reason: 'a question' })
  expect(await ana.bid(id, { maximum: 7_000 })).toMatchObject({ outcome: 'raised' })
  expect(waits).toBe(1)
  slow.resolve()
  expect(await channel.next('you', ({ maximum }) => maximum === 7_000)).toMatchObject({ standing: 'leading' })
})
