import { expect, test } from 'vitest'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, openHouse } from '../support/service.ts'

const SECOND = 1_000

async function entered(house: House, id: string): Promise<Channel> {
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  return channel
}

test('[ROOM-5] a room that is to count nobody tells no number, in no frame, until it is to count again', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ room: { presence: 'off' } })
  const change = (presence: 'off' | 'count') => house.admin.update(id, { room: { presence } })
  const [first, second] = [await entered(house, id), await entered(house, id)]
  const followed = new Channel(house.url, '/v1/live')
  await followed.next('hello')
  followed.send({ type: 'follow', auctions: [{ id }] })
  const told: { readonly watching: number }[] = [await followed.next('snapshot'), ...second.all('snapshot')]
  await clock.advance(10 * SECOND)
  for (const channel of [first, followed]) told.push(await channel.next('heartbeat'))
  expect(told.map(({ watching }) => watching)).toEqual([0, 0, 0, 0])
  expect(first.all('presence')).toEqual([])

  await change('count')
  await first.next('room')
  await clock.advance(SECOND)
  expect(await first.next('presence')).toEqual({ type: 'presence', watching: 3 })
  expect((await entered(house, id)).all('snapshot')).toMatchObject([{ watching: 4 }])
  await change('off')
  await first.next('room', ({ room }) => room.presence === 'off')
  const count = first.all('presence').length
  await clock.advance(10 * SECOND)
  expect((await entered(house, id)).all('snapshot')).toMatchObject([{ watching: 0 }])
  expect(await first.next('heartbeat')).toMatchObject({ watching: 0 })
  expect(first.all('presence')).toHaveLength(count)
})
