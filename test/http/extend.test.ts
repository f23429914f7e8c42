import { expect, test } from 'vitest'
import { auctionView } from '../../src/domain/wire.ts'
import { channelEvent } from '../../src/protocol.ts'
import { watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, expectShape } from './support.ts'

const reason = 'A bidder lost the line'

test('extend: a later end, with its reason in the room and in the ledger', async () => {
  const house = await sharedHouse()
  const { url, admin } = house
  const softClose = { windowSeconds: 600, extensionSeconds: 600, maxExtensions: 1 }
  const id = await house.auction({ terms: { startPrice: 1_000, increments: 100, softClose } })
  const channel = watch(url, id)
  const from = (await channel.next('snapshot')).auction.closesAt!
  const closesAt = new Date(Date.parse(from) + 60_000).toISOString()
  const answer = await ask(url, `POST /v1/auctions/${id}/extend`, { as: admin, body: { closesAt, reason } })
  expect(answer.status).toBe(200)
  expect(expectShape(auctionView, answer.json)).toMatchObject({ status: 'open', closesAt, extensions: 0, seq: 3 })
  const { events } = await channel.next('events')
  expect(expectShape(channelEvent, events[0])).toMatchObject({
    seq: 3,
    type: 'closing.extended',
    data: { from, to: closesAt, reason: 'house', note: reason, extensions: 0 },
  })
  const ledger = await ask(url, `GET /v1/auctions/${id}/ledger`)
  expect(readCanonical(ledger.text.trimEnd().split('\n').at(-1)!)).toMatchObject({ data: events[0]!.data })
  // With an offset it is the same instant as without.
  const later = `${new Date(Date.parse(closesAt) + 3_601_000).toISOString().slice(0, -1)}+01:00`
  expect(await admin.extend(id, { closesAt: later, reason })).toMatchObject({
    closesAt: new Date(Date.parse(closesAt) + 1_000).toISOString(),
  })
})

test('extend takes a later end and a reason, and nothing else', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const say = (body: unknown) => ask(house.url, `POST /v1/auctions/${id}/extend`, { as: house.admin, body })
  const { closesAt: present } = await house.admin.auction(id)
  const later = new Date(Date.parse(present!) + 60_000).toISOString()
  for (const body of [
    undefined,
    {},
    { closesAt: later },
    { reason },
    { closesAt: null, reason },
    { closesAt: 'soon', reason },
    { closesAt: Date.parse(later), reason },
    { closesAt: later, reason: '' },
    { closesAt: later, reason: 'x'.repeat(501) },
    { closesAt: later, reason: null },
    { closesAt: later, reason, more: 1 },
    { durationSeconds: 60, reason },
  ])
    expectProblem(await say(body), 'invalid_request')
  const day = 86_400_000
  for (const closesAt of [
    present!,
    new Date(Date.parse(present!) - 1_000).toISOString(),
    '2020-01-01T00:00:00.000Z',
    new Date(Date.now() + 1_101 * day).toISOString(),
  ]) {
    const answer = await say({ closesAt, reason })
    expectProblem(answer, 'invalid_request')
    expect(answer.json).toMatchObject({ asOfSeq: 2, errors: [{ path: 'closesAt' }] })
  }
  await house.admin.pause(id, 'A question')
  expectProblem(await say({ closesAt: later, reason }), 'auction_paused', { asOfSeq: 3 })
  await house.admin.cancel(id, 'Broken')
  expectProblem(await say({ closesAt: later, reason }), 'auction_cancelled', { asOfSeq: 4 })
})

test('what was extended closes at its new end and not at the old one', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ durationSeconds: 60 })
  const closesAt = new Date(clock.now() + 120_000).toISOString()
  await house.admin.extend(id, { closesAt, reason })
  await clock.advance(119_999)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open' })
  await clock.advance(1)
  await expect.poll(async () => (await house.admin.auction(id)).status).toBe('closed')
  expect(await house.admin.auction(id)).toMatchObject({ closesAt, extensions: 0 })
})
