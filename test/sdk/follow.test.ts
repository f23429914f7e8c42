import { expect, onTestFinished, test, vi } from 'vitest'
import { Client, FollowConnection, type PriceView, type Problem, type Room } from '../../src/sdk/index.ts'
import { type House, openHouse } from '../support/service.ts'

const MISSING = '01930000-0000-7000-8000-000000000000'

/** A WebSocket that loses what a test wants lost. */
class Fickle extends WebSocket {
  static opened: Fickle[] = []
  static loses: (message: { type: string; auction?: unknown }) => boolean = () => false

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    Fickle.opened.push(this)
  }

  override addEventListener(type: string, listener: unknown): void {
    const hear = listener as (event: MessageEvent) => void
    super.addEventListener(type, (event) => {
      const message = event as MessageEvent
      if (type === 'message' && Fickle.loses(JSON.parse(String(message.data)) as { type: string })) return
      hear(message)
    })
  }
}

function connect(house: House, as: Client | null = null) {
  Fickle.opened = []
  Fickle.loses = () => false
  const client = new Client(house.url, { WebSocket: Fickle })
  if (as !== null) Object.assign(client, { session: as.session })
  const told = { seqs: [] as [string, number][], refused: [] as [string, Problem][], prices: [] as PriceView[] }
  const connection = new FollowConnection(client, {
    changed: (id, _, { events }) => told.seqs.push(...events.map(({ seq }): [string, number] => [id, seq])),
    refused: (id, problem) => told.refused.push([id, problem]),
    prices: (prices) => told.prices.push(...prices),
  })
  onTestFinished(() => connection.close())
  return { connection, told }
}

async function until(connection: FollowConnection, id: string, suits: (room: Room) => boolean): Promise<void> {
  await expect.poll(() => connection.room(id) !== null && suits(connection.room(id)!), { timeout: 10_000 }).toBe(true)
}

test('many rooms over one socket: each is exact through breaks, prices beside', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const [one, two, three] = [await house.auction(), await house.auction(), await house.auction()]
  const { connection, told } = connect(house, ana)
  connection.follow([one, two])
  connection.watch([three])
  await until(connection, one, ({ you }) => you !== null)
  await ana.bid(one, { maximum: 5_000 })
  await until(connection, one, ({ you }) => you?.standing === 'leading')
  Fickle.opened[0]!.close()
  await ben.bid(one, { maximum: 6_000 })
  await ben.bid(two, { amount: 1_500 })
  await ben.bid(three, { amount: 1_700 })
  await until(connection, one, ({ seq, you }) => seq === 4 && you?.standing === 'outbid')
  await until(connection, two, ({ auction }) => auction.price === 1_500)
  await expect.poll(() => told.prices.at(-1)).toMatchObject({ auction: three, price: 1_700 })
  expect(Fickle.opened).toHaveLength(2)
  expect(told.seqs.filter(([id]) => id === one)).toEqual([
    [one, 3],
    [one, 4],
  ])
  const { serverTime: _, ...shown } = await new Client(house.url).auction(one)
  expect(connection.room(one)?.auction).toMatchObject(shown)
})

test('a list replaces the one before: rooms that stay go on, others are gone', async () => {
  const house = await openHouse()
  const [ana, one, two, three] = [
    await house.person(),
    await house.auction(),
    await house.auction(),
    await house.auction(),
  ]
  const { connection, told } = connect(house)
  connection.follow([one, two])
  await until(connection, two, () => true)
  connection.follow([one, three])
  await until(connection, three, () => true)
  expect(connection.room(two)).toBeNull()
  const room = connection.room(one)
  await ana.bid(two, { amount: 1_000 })
  await ana.bid(one, { amount: 1_000 })
  await until(connection, one, ({ seq }) => seq === 3)
  expect([room?.seq, told.seqs]).toEqual([2, [[one, 3]]])
})

test('a frame that was lost is noticed by the gap, and fetched', async () => {
  const house = await openHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const { connection, told } = connect(house)
  connection.follow([id])
  await until(connection, id, () => true)
  let lost = 0
  Fickle.loses = ({ type }) => type === 'events' && (lost += 1) === 1
  await ana.bid(id, { amount: 1_000 })
  await expect.poll(() => lost).toBe(1)
  await ben.bid(id, { amount: 1_100 })
  await until(connection, id, ({ seq }) => seq === 4)
  expect(told.seqs.map(([, seq]) => seq)).toEqual([3, 4])
})

test('what there is not is refused by its id, and the others go on', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const { connection, told } = connect(house)
  connection.follow([MISSING, id])
  await until(connection, id, () => true)
  expect(told.refused).toMatchObject([[MISSING, { code: 'auction_not_found' }]])
  await ana.bid(id, { amount: 1_000 })
  await until(connection, id, ({ seq }) => seq === 3)
})

test('a channel on which nothing is told stays: it asks for a sign of life itself', async () => {
  const house = await openHouse()
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { connection } = connect(house)
  await vi.waitFor(() => expect(connection.phase).toBe('live'))
  for (let i = 0; i < 6; i += 1) {
    await vi.advanceTimersByTimeAsync(10_000)
    // The pong comes over a real socket.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    await vi.waitFor(() => expect(Fickle.opened[0]!.bufferedAmount).toBe(0))
  }
  expect([connection.phase, Fickle.opened.length]).toEqual(['live', 1])
})
