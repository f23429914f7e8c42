import { expect, test } from 'vitest'
import type { Sessions } from '../../src/engine/sessions.ts'
import { LocalBus } from '../../src/adapters/local-bus.ts'
import type { Closing } from '../../src/codes.ts'
import { limits } from '../../src/config/limits.ts'
import { Metrics } from '../../src/engine/metrics.ts'
import { Admission, type Capacity, type Connection } from '../../src/live/admission.ts'
import { LoopScheduler } from '../../src/live/loop-scheduler.ts'
import type { Identity } from '../../src/live/identity.ts'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { holds } from '../support/patch.ts'
import { openHouse } from '../support/service.ts'

const wide: Capacity = {
  watchersMax: 10,
  watchersPerUserMax: 3,
  watchersPerAddressMax: 20,
  pendingSignInMax: 2,
  pendingSignInPerAddressMax: 2,
}

function openAdmission(capacity: Partial<Capacity> = {}) {
  const clock = new ManualClock()
  const parts = {
    bus: new LocalBus(),
    clock,
    metrics: new Metrics(),
    queue: new LoopScheduler(clock),
    sessions: {} as Sessions,
  }
  const admission = new Admission(parts, { ...wide, ...capacity })
  const closings = new Map<Connection, number>()
  const connection = (userId: string | null): Connection => {
    const identity = userId === null ? null : ({ user: { id: userId } } as Identity)
    const one: Connection = { identity, end: (closing: Closing) => closings.set(one, closing.code), ping: () => {} }
    return one
  }
  const note = (one: Connection, refusal: Closing | null) => {
    if (refusal !== null) closings.set(one, refusal.code)
    return one
  }
  /** A socket, of which it is not known yet who is there. */
  const come = (address = '192.0.2.1') => {
    const one = connection(null)
    return note(one, admission.enter(one, address))
  }
  const stream = (userId: string | null, address = '192.0.2.1') => {
    const one = connection(userId)
    return note(one, admission.admit(one, address))
  }
  const isIn = (one: Connection) => !closings.has(one) && !admission.isPendingSignIn(one)
  return { admission, closings, come, stream, isIn }
}

test('[LIVE-14] whoever is not signed in takes four fifths of the places, and the others are kept for who is', () => {
  const { admission, closings, come, stream, isIn } = openAdmission()
  const strangers = Array.from({ length: 8 }, () => come())
  expect(strangers.every(isIn)).toBe(true)
  const [ana, ben, cleo] = [come(), come(), come()]
  expect([isIn(ana), isIn(ben), closings.get(cleo)]).toEqual([false, false, 1013])
  expect(admission.authenticated(ana, 'ana')).toBe(true)
  expect(isIn(ana)).toBe(true)
  expect(closings.get(stream(null))).toBe(1013)
  admission.leave(ben)
  expect(isIn(stream('dora'))).toBe(true)
  // Now all are taken: nobody who is in is put out for anybody.
  expect([closings.get(come()), closings.get(stream('eve'))]).toEqual([1013, 1013])
  expect(strangers.every(isIn)).toBe(true)
  admission.leave(strangers[0]!)
  expect(isIn(stream('eve'))).toBe(true)
})

test('[LIVE-14] those who are signed in may have all the places', () => {
  const { come, isIn, stream } = openAdmission()
  const members = Array.from({ length: 10 }, (_, i) => stream(`user ${i}`))
  expect(members.every(isIn)).toBe(true)
  expect(isIn(come())).toBe(false)
})

test('[LIVE-14] whoever says who they are makes room for another who does not', () => {
  const { admission, come, isIn } = openAdmission()
  const strangers = Array.from({ length: 8 }, () => come())
  expect(isIn(come())).toBe(false)
  admission.authenticated(strangers[0]!, 'ana')
  expect(isIn(come())).toBe(true)
})

test('[LIVE-14] an address that is full of strangers is not full for who is signed in there', () => {
  const { admission, come, isIn } = openAdmission({ watchersMax: 20, watchersPerAddressMax: 2 })
  const sockets = [come(), come(), come()]
  expect(sockets.map(isIn)).toEqual([true, true, false])
  expect(isIn(come('192.0.2.2'))).toBe(true)
  expect(admission.authenticated(sockets[2]!, 'ana')).toBe(true)
  admission.authenticated(sockets[0]!, 'ben')
  expect([come(), come()].map(isIn)).toEqual([true, false])
})

test('[LIVE-14] those who have a moment to sign in are so many in all, and so many of one address', () => {
  const { closings, come } = openAdmission({ watchersMax: 30, watchersPerAddressMax: 1, pendingSignInMax: 3 })
  const from = (address: string, number: number) =>
    Array.from({ length: number }, () => closings.get(come(address)) ?? 'in')
  expect(from('192.0.2.1', 4)).toEqual(['in', 'in', 'in', 1013])
  expect(from('192.0.2.2', 2)).toEqual(['in', 'in'])
  expect(from('192.0.2.3', 2)).toEqual(['in', 1013])
})

test('[LIVE-14] addresses of one IPv6 /64 are full together, those of one /48 at eight times as many', () => {
  const capacity = {
    watchersMax: 200,
    watchersPerAddressMax: 2,
    pendingSignInMax: 100,
    pendingSignInPerAddressMax: 100,
  }
  const { come, isIn } = openAdmission(capacity)
  const enters = (address: string) => isIn(come(address))
  expect([1, 2, 3].map((host) => enters(`2001:db8:1:1::${host}`))).toEqual([true, true, false])
  expect(enters('2001:db8:1:2::1')).toBe(true)
  const placed = Array.from({ length: 40 }, (_, i) => enters(`2001:db8:1:${i + 3}::1`)).filter(Boolean)
  expect(placed.length).toBe(8 * 2 - 3)
  expect(enters('2001:db8:2:1::1')).toBe(true)
})

test('[LIVE-14] a person has so many sockets and streams, and whoever leaves makes room', () => {
  const { admission, closings, come, stream, isIn } = openAdmission({ watchersPerUserMax: 2 })
  const [one, two] = [stream('ana'), come()]
  expect(admission.authenticated(two, 'ana')).toBe(true)
  expect(closings.get(stream('ana'))).toBe(1013)
  expect(admission.authenticated(come(), 'ana')).toBe(false)
  expect(isIn(stream('ben'))).toBe(true)
  admission.leave(one)
  expect(isIn(stream('ana'))).toBe(true)
})

test('[LIVE-14] a house full of strangers: members come in, nobody is put out, and bids need no place', async () => {
  holds(limits, { watchersMax: 5 })
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const strangers = [watch(house.url, id), watch(house.url, id), watch(house.url, id)]
  const prices = new Channel(house.url, '/v1/live')
  await Promise.all(strangers.map((channel) => channel.next('snapshot')))
  await prices.next('hello')
  prices.send({ type: 'watch', auctions: [id] })
  await prices.next('prices')

  // A stranger is let in to sign in, is shown nothing, and goes after a moment.
  const late = watch(house.url, id)
  await late.next('hello')
  await clock.advance(limits.authTimeoutMs)
  expect((await late.closed).code).toBe(1013)
  expect(late.all('snapshot')).toEqual([])
  const page = new Channel(house.url, '/v1/live')
  await page.next('hello')
  page.send({ type: 'watch', auctions: [id] })
  expect((await page.closed).code).toBe(1013)

  const member = watch(house.url, id)
  await member.next('hello')
  member.send({ type: 'auth', token: (await ben.session.token())! })
  await member.next('snapshot')
  expect((await watch(house.url, id, '', await ana.session.token()).closed).code).toBe(1013)
  expect(await ana.bid(id, { amount: 1_100 })).toMatchObject({ outcome: 'leading' })
  await member.next('events')
  for (const channel of [...strangers, prices, member]) expect(channel.ws.readyState).toBe(channel.ws.OPEN)
  const headers = { accept: 'text/event-stream' }
  expect((await fetch(`${house.url}/v1/auctions/${id}/events`, { headers })).status).toBe(503)
})
