import { expect, onTestFinished, test } from 'vitest'
import { LocalBus } from '../../src/adapters/local-bus.ts'
import type { Closing } from '../../src/codes.ts'
import { limits } from '../../src/config/limits.ts'
import { Metrics } from '../../src/engine/metrics.ts'
import { Doorkeeper, type Guest, type Room } from '../../src/live/doorkeeper.ts'
import type { Rank } from '../../src/live/places.ts'
import type { Visitor } from '../../src/live/visitor.ts'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse } from '../support/service.ts'

const wide: Room = { watchersMax: 4, watchersPerUserMax: 3, watchersPerAddressMax: 9, watchersWaitingMax: 2 }

function openDoor(room: Partial<Room> = {}) {
  const door = new Doorkeeper(new LocalBus(), new ManualClock(), new Metrics(), { ...wide, ...room })
  const closings = new Map<Guest, number>()
  const come = (address = '192.0.2.1', visitor: Visitor | null = null): Guest => {
    const guest: Guest = { visitor, end: (closing: Closing) => closings.set(guest, closing.code), beat: () => {} }
    const refusal = door.enter(guest, address)
    if (refusal !== null) closings.set(guest, refusal.code)
    return guest
  }
  /** Comes and says who they are; is sent away where there is no place for them. */
  const comeAs = (rank: Rank, userId: string = crypto.randomUUID()): Guest => {
    const guest = come()
    if (rank !== 'stranger' && !door.recognise(guest, userId, rank)) {
      closings.set(guest, 1013)
      door.leave(guest)
    }
    return guest
  }
  return { door, closings, come, comeAs }
}

test('where it is full strangers give way to members, members to bidders, whoever came first going first', () => {
  const { door, closings, comeAs } = openDoor()
  const [one, two] = [comeAs('stranger'), comeAs('stranger')]
  const [ana, ben] = [comeAs('member'), comeAs('bidder')]
  expect(closings.size).toBe(0)
  comeAs('member')
  expect([...closings.keys()]).toEqual([one])
  comeAs('bidder')
  expect([...closings.keys()]).toEqual([one, two])
  const refused = comeAs('member')
  expect([...closings.keys()]).toEqual([one, two, refused])
  comeAs('bidder')
  expect([...closings.keys()]).toEqual([one, two, refused, ana])
  comeAs('bidder')
  const last = comeAs('bidder')
  expect(closings.get(last)).toBe(1013)
  expect(closings.has(ben)).toBe(false)
  door.leave(ben)
  expect(closings.has(comeAs('bidder'))).toBe(false)
})

test('whoever bids is a bidder from then on, and is none the less for showing a token again', () => {
  const { door, closings, comeAs } = openDoor({ watchersMax: 2 })
  const [ana, ben] = [comeAs('member', 'ana'), comeAs('member', 'ben')]
  door.recognise(ana, 'ana', 'bidder')
  door.recognise(ana, 'ana', 'member')
  comeAs('bidder')
  expect([...closings.keys()]).toEqual([ben])
  expect(closings.has(comeAs('bidder'))).toBe(true)
  expect(closings.has(ana)).toBe(false)
})

test('a stranger at a full house waits to say who they are; of too many the first go', () => {
  const { door, closings, come, comeAs } = openDoor()
  for (let i = 0; i < 4; i += 1) comeAs('stranger')
  const waiting = [come(), come(), come()]
  expect(waiting.map((guest) => door.waits(guest))).toEqual([false, true, true])
  expect([...closings]).toEqual([[waiting[0], 1013]])
  expect(door.recognise(waiting[1]!, 'ana', 'member')).toBe(true)
  expect(closings.size).toBe(2)
  expect(door.waits(waiting[1]!)).toBe(false)
})

test('an address that is full of strangers is not full for who is signed in there', () => {
  const { door, come } = openDoor({ watchersMax: 20, watchersPerAddressMax: 2 })
  const guests = [come(), come(), come()]
  expect(guests.map((guest) => door.waits(guest))).toEqual([false, false, true])
  expect(door.waits(come('192.0.2.2'))).toBe(false)
  expect(door.recognise(guests[2]!, 'ana', 'member')).toBe(true)
  door.recognise(guests[0]!, 'ben', 'member')
  expect([come(), come()].map((guest) => door.waits(guest))).toEqual([false, true])
})

test('addresses of one IPv6 /64 are full together, those of one /48 at eight times as many', () => {
  const { door, come } = openDoor({ watchersMax: 100, watchersPerAddressMax: 2, watchersWaitingMax: 100 })
  const waits = (address: string) => door.waits(come(address))
  expect([1, 2, 3].map((host) => waits(`2001:db8:1:1::${host}`))).toEqual([false, false, true])
  expect(waits('2001:db8:1:2::1')).toBe(false)
  const placed = Array.from({ length: 40 }, (_, i) => waits(`2001:db8:1:${i + 3}::1`)).filter((waiting) => !waiting)
  expect(placed.length).toBe(8 * 2 - 4)
  expect(waits('2001:db8:2:1::1')).toBe(false)
})

test('streams wait for nothing: a stranger is refused at once, a person has as many as anybody', () => {
  const { door, comeAs } = openDoor({ watchersMax: 20, watchersPerUserMax: 2 })
  const visitor = { user: { id: 'ana' } } as Visitor
  const stream = (): Guest => ({ visitor, end: () => {}, beat: () => {} })
  const streams = [stream(), stream(), stream()]
  expect(streams.map((guest) => door.admit(guest, 'here', 'member')?.code)).toEqual([undefined, undefined, 1013])
  door.leave(streams[0]!)
  expect(door.admit(stream(), 'here', 'member')).toBeNull()
  for (let i = 0; i < 18; i += 1) comeAs('bidder')
  expect(door.admit({ ...stream(), visitor: null }, 'here', 'stranger')?.code).toBe(1013)
  expect(door.admit({ ...stream(), visitor: { user: { id: 'eve' } } as Visitor }, 'here', 'member')?.code).toBe(1013)
})

test('a full house: members take the places of strangers, bidders those of members, and bids need none', async () => {
  const known = limits.watchersMax
  Object.assign(limits, { watchersMax: 4 })
  onTestFinished(() => void Object.assign(limits, { watchersMax: known }))
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, ben, cleo, dora, id] = [
    await house.person(),
    await house.person(),
    await house.person(),
    await house.person(),
    await house.auction(),
  ]
  await ana.bid(id, { amount: 1_000 })
  const strangers = [watch(house.url, id), watch(house.url, id), watch(house.url, id)]
  const prices = new Channel(house.url, '/v1/live')
  await Promise.all(strangers.map((channel) => channel.next('snapshot')))
  await prices.next('hello')
  prices.send({ type: 'watch', auctions: [id] })
  await prices.next('prices')

  const late = watch(house.url, id)
  await late.next('hello')
  const page = new Channel(house.url, '/v1/live')
  await page.next('hello')
  page.send({ type: 'watch', auctions: [id] })
  expect((await page.closed).code).toBe(1013)

  const b = watch(house.url, id)
  await b.next('hello')
  b.send({ type: 'auth', token: (await ben.session.token())! })
  await b.next('snapshot')
  const others = [
    watch(house.url, id, '', await cleo.session.token()),
    watch(house.url, id, '', await dora.session.token()),
  ]
  await Promise.all(others.map((channel) => channel.next('you')))
  const last = watch(house.url, id, '', await ben.session.token())
  await last.next('you')
  expect(await Promise.all([...strangers, prices].map(async ({ closed }) => (await closed).code))).toEqual(
    Array(4).fill(1013),
  )
  await clock.advance(limits.authTimeoutMs)
  expect((await late.closed).code).toBe(1013)
  expect(late.all('snapshot')).toEqual([])

  expect(await ben.bid(id, { amount: 1_100 })).toMatchObject({ outcome: 'leading' })
  await b.next('you', ({ standing }) => standing === 'leading')
  const a = watch(house.url, id, '', await ana.session.token())
  await a.next('you')
  await cleo.bid(id, { amount: 1_200 })
  const ended = await Promise.race(others.map(async (channel) => [channel, (await channel.closed).code] as const))
  expect(ended[1]).toBe(1013)
  expect(await dora.bid(id, { amount: 1_300 })).toMatchObject({ outcome: 'leading' })
  for (const channel of [a, b, last]) expect(channel.ws.readyState).toBe(channel.ws.OPEN)
  expect(
    (await fetch(`${house.url}/v1/auctions/${id}/events`, { headers: { accept: 'text/event-stream' } })).status,
  ).toBe(503)
})
