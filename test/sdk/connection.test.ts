import { expect, onTestFinished, test } from 'vitest'
import { Client, Connection, type Room } from '../../src/sdk/index.ts'
import { openHouse } from '../support/service.ts'
import { until } from './until.ts'

/** A WebSocket that loses what a test wants lost. */
class Fickle extends WebSocket {
  static opened: Fickle[] = []
  static loses: (type: string) => boolean = () => false

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    Fickle.opened.push(this)
  }

  override addEventListener(type: string, listener: unknown): void {
    const hear = listener as (event: MessageEvent) => void
    super.addEventListener(type, (event) => {
      const message = event as MessageEvent
      if (type === 'message' && Fickle.loses((JSON.parse(String(message.data)) as { type: string }).type)) return
      hear(message)
    })
  }
}

async function scene() {
  Fickle.opened = []
  Fickle.loses = () => false
  const house = await openHouse()
  const auctionId = await house.auction()
  const connect = (client: Client): Connection => {
    const fickle = new Client(house.url, { WebSocket: Fickle })
    Object.assign(fickle, { session: client.session })
    const connection = new Connection(fickle, auctionId)
    onTestFinished(() => connection.close())
    return connection
  }
  return { house, auctionId, connect, watcher: new Client(house.url) }
}

function untilPhase(connection: Connection, phase: Connection['phase']): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (connection.phase !== phase) return
      stop()
      resolve()
    }
    const stop = connection.subscribe(look)
    look()
  })
}

/** What somebody sees who comes now. */
async function freshRoom(connect: (client: Client) => Connection, watcher: Client): Promise<Room> {
  const connection = connect(watcher)
  const room = await until(connection, () => true)
  connection.close()
  return room
}

const shown = ({ auction, bids, seq }: Room) => ({ seq, bids, auction: { ...auction, serverTime: '' } })

test('after a break a room goes on by number and is as if there had been none', async () => {
  const { house, auctionId, connect, watcher } = await scene()
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  const connection = connect(watcher)
  await until(connection, () => true)
  Fickle.opened[0]!.close(4999)
  await untilPhase(connection, 'reconnecting')
  await ana.bid(auctionId, { maximum: 5_000 })
  await ben.bid(auctionId, { amount: 2_000 })
  const room = await until(connection, ({ auction }) => auction.bidCount === 2)
  expect(Fickle.opened[1]!.url).toMatch(/\?after=2&epoch=.+/)
  expect(shown(room)).toEqual(shown(await freshRoom(connect, watcher)))
})

test('a frame that was lost is noticed by the gap, and fetched', async () => {
  const { house, auctionId, connect, watcher } = await scene()
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  const connection = connect(watcher)
  await until(connection, () => true)
  let lost = 0
  Fickle.loses = (type) => type === 'events' && lost++ === 0
  await ana.bid(auctionId, { maximum: 5_000 })
  await ben.bid(auctionId, { amount: 2_000 })
  const room = await until(connection, ({ auction }) => auction.bidCount === 2)
  expect(lost).toBeGreaterThan(1)
  expect(Fickle.opened).toHaveLength(2)
  expect(shown(room)).toEqual(shown(await freshRoom(connect, watcher)))
})

test('a bid whose answer was lost is placed once, and answered the same', async () => {
  const { house, auctionId, connect } = await scene()
  const ana = await house.person('ana')
  const connection = connect(ana)
  await until(connection, ({ you }) => you !== null)
  let lost = 0
  Fickle.loses = (type) => {
    if (type !== 'ack' || lost > 0) return false
    lost += 1
    Fickle.opened[0]!.close(4999)
    return true
  }
  const answer = await connection.bid({ maximum: 5_000 })
  expect(lost).toBe(1)
  expect(answer).toMatchObject({ outcome: 'leading', price: 1_000, bid: { maximum: 5_000 } })
  const { items } = await ana.bids(auctionId)
  expect(items.map(({ id }) => id)).toEqual([answer.bid.id])
})

test('where the socket stays silent, a bid goes by REST under its key', async () => {
  const { house, auctionId, connect } = await scene()
  const ana = await house.person('ana')
  const connection = connect(ana)
  await until(connection, ({ you }) => you !== null)
  Fickle.loses = () => true
  Fickle.opened[0]!.close(4999)
  const answer = await connection.bid({ amount: 1_000 }, 'one and only')
  expect(await ana.bid(auctionId, { amount: 1_000 }, 'one and only')).toEqual(answer)
  expect((await ana.bids(auctionId)).items).toHaveLength(1)
})

test('a refusal is thrown as the problem it is', async () => {
  const { house, connect } = await scene()
  const connection = connect(await house.person('ana'))
  await until(connection, ({ you }) => you !== null)
  const refused = connection.bid({ amount: 5 })
  await expect(refused).rejects.toMatchObject({ code: 'bid_too_low', problem: { minimumBid: 1_000, status: 409 } })
})

test('who is signed out elsewhere goes on watching without a name', async () => {
  const { house, auctionId, connect } = await scene()
  const ana = await house.person('ana')
  const connection = connect(ana)
  await until(connection, ({ you }) => you !== null)
  const elsewhere = new Client(house.url, { token: (await ana.session.token())! })
  await elsewhere.signOut()
  await until(connection, ({ you }) => you === null)
  expect(ana.session.user).toBeNull()
  await (await house.person('ben')).bid(auctionId, { amount: 1_000 })
  expect((await until(connection, ({ auction }) => auction.bidCount === 1)).auction.leader).toBe('P1')
})

test('after a bid was made void the room is what a fresh one is', async () => {
  const { house, auctionId, connect, watcher } = await scene()
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  await ana.bid(auctionId, { maximum: 5_000 })
  const { bid } = await ben.bid(auctionId, { amount: 9_000 })
  const connection = connect(watcher)
  await until(connection, () => true)
  await house.admin.void(auctionId, bid.id, 'a slip')
  const room = await until(connection, ({ bids }) => bids[1]?.amount === 1_000)
  expect(shown(room)).toEqual(shown(await freshRoom(connect, watcher)))
})

test('when a bid is answered the room has heard of it', async () => {
  const { house, auctionId, connect } = await scene()
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  await ben.bid(auctionId, { maximum: 5_000 })
  const connection = connect(ana)
  await until(connection, ({ you }) => you !== null)
  const { outcome, seq, minimumBid } = await connection.bid({ amount: 2_000 })
  expect(outcome).toBe('outbid')
  expect(connection.room!.seq).toBeGreaterThanOrEqual(seq!)
  expect(connection.room!.auction.minimumBid).toBe(minimumBid)
  expect(connection.room!.you).toMatchObject({ standing: 'outbid', paddle: 'P2' })
})

test('the close ends the connection and the loop over it', async () => {
  const { house, auctionId, connect } = await scene()
  const ana = await house.person('ana')
  const connection = connect(ana)
  const outcomes: unknown[] = []
  const bot = (async () => {
    for await (const { auction, you } of connection) {
      outcomes.push(auction.outcome?.result ?? auction.price)
      if (auction.status === 'open' && you?.standing === 'none') await connection.bid({ amount: auction.minimumBid! })
    }
  })()
  await until(connection, ({ auction }) => auction.bidCount === 1)
  await house.admin.close(auctionId)
  await bot
  expect(outcomes.at(-1)).toBe('sold')
  expect(connection.ending).toBe(4000)
  expect(connection.room!.you?.standing).toBe('won')
})

test('of an auction that does not exist nothing more is expected', async () => {
  const { watcher } = await scene()
  const connection = new Connection(watcher, '01930000-0000-7000-8000-000000000000')
  await untilPhase(connection, 'over')
  expect(connection.ending).toBe(4404)
  expect(connection.room).toBeNull()
})

test('the loop over it throws for every end but that of the auction and your own', async () => {
  const { house, connect, auctionId } = await scene()
  const loop = async (connection: Connection) => {
    for await (const _ of connection) continue
  }
  const nowhere = new Connection(new Client(house.url), '01930000-0000-7000-8000-000000000000')
  await expect(loop(nowhere)).rejects.toMatchObject({ name: 'EndedError', code: 4404 })
  const foreign = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, { protocols, headers: { origin: 'https://elsewhere.example' } } as never)
    }
  }
  const elsewhere = new Connection(new Client(house.url, { WebSocket: foreign }), auctionId)
  await expect(loop(elsewhere)).rejects.toMatchObject({ code: 1008 })
  const ana = await house.person('ana')
  const watching = connect(ana)
  await until(watching, () => true)
  const blocked = loop(watching).catch((error: unknown) => error)
  await house.admin.patchUser(ana.session.user!.id, { blocked: true })
  expect(await blocked).toMatchObject({ code: 4403 })
  const members = await openHouse({ WATCHING: 'members' })
  const outside = new Connection(new Client(members.url), await members.auction())
  await expect(loop(outside)).rejects.toMatchObject({ code: 4401 })
  const own = connect(await house.person('ben'))
  await until(own, () => true)
  own.close()
  await expect(loop(own)).resolves.toBeUndefined()
})
