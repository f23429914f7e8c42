import { expect, test } from 'vitest'
import type { ServerMessageOf } from '../../src/protocol.ts'
import { watch } from '../support/channel.ts'
import { openHouse } from '../support/service.ts'
import { ask, lot } from '../http/support.ts'

test('[LIVE-17] whoever comes first: a stranger is never shown what the seller is, and the seller always', async () => {
  const house = await openHouse()
  const seller = await house.person('seller', 'seller')
  const token = await seller.session.token()
  const terms = { ...lot.terms, reservePrice: 77_777 }
  for (const order of [
    ['seller', 'stranger', 'seller'],
    ['stranger', 'seller', 'stranger'],
  ]) {
    const { id } = await seller.create({ ...lot, terms })
    for (const who of order) {
      const channel = watch(house.url, id, '', who === 'seller' ? token : null)
      const { auction } = await channel.next('snapshot')
      expect({ who, reserve: auction.terms.reservePrice }).toEqual({
        who,
        reserve: who === 'seller' ? 77_777 : undefined,
      })
    }
  }
})

test('[LIVE-17] a snapshot shows the name that the seller has by then', async () => {
  const house = await openHouse()
  const seller = await house.person('Sally', 'seller')
  const { id } = await seller.create(lot)
  const nameShown = async () => (await watch(house.url, id).next('snapshot')).auction.seller.displayName
  expect(await nameShown()).toBe('Sally')
  const body = { displayName: 'Sally Ann' }
  expect((await ask(house.url, 'PATCH /v1/me', { as: seller, body })).status).toBe(200)
  expect(await nameShown()).toBe('Sally Ann')
})

test('[LIVE-17] each who comes is told the moment, how many watch, and how things stand by then', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const shown: ServerMessageOf<'snapshot'>[] = []
  const come = async () => shown.push(await watch(house.url, id).next('snapshot'))
  await come()
  await come()
  await ana.bid(id, { amount: 1_000 })
  await come()
  const body = { description: 'More – of it 🔨' }
  expect((await ask(house.url, `PATCH /v1/auctions/${id}`, { as: house.admin, body })).status).toBe(200)
  await come()
  expect(shown.map(({ watching }) => watching)).toEqual([1, 2, 3, 4])
  expect(shown.map(({ seq }) => seq)).toEqual([2, 2, 3, 4])
  expect(shown.map(({ auction }) => auction.price)).toEqual([null, null, 1_000, 1_000])
  expect(shown[3]!.auction.description).toContain('More – of it 🔨')
  const moments = shown.map(({ auction }) => auction.serverTime)
  expect(moments).toEqual(moments.toSorted())
  expect(moments[3]! > moments[0]!).toBe(true)
})
