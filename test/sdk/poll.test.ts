import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import {
  Client,
  Connection,
  FollowConnection,
  PriceConnection,
  type PriceView,
  ProblemError,
  type Room,
} from '../../src/sdk/index.ts'
import { openHouse } from '../support/service.ts'
import { until } from './until.ts'

/** A proxy that passes requests on and knows nothing of WebSocket, until it is told better. */
async function proxyTo(target: string) {
  const upgrades = { seen: 0, pass: false, ready: true }
  const { hostname, port } = new URL(target)
  const server = createServer((asked, answer) => {
    if (asked.url === '/readyz' && !upgrades.ready) return void answer.writeHead(503).end()
    const passed = request(target + asked.url, { method: asked.method, headers: asked.headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers)
      given.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  const open = new Set<Duplex>()
  server.on('upgrade', (asked, socket) => {
    upgrades.seen += 1
    open.add(socket)
    if (!upgrades.pass) return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
    const through = connect(Number(port), hostname, () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`]
      for (let i = 0; i < asked.rawHeaders.length; i += 2)
        lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`)
      through.write(`${lines.join('\r\n')}\r\n\r\n`)
      socket.pipe(through).pipe(socket)
    })
    open.add(through)
    for (const end of [socket, through]) end.on('error', () => end.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, upgrades }
}

async function behindProxy() {
  const house = await openHouse()
  const proxy = await proxyTo(house.url)
  const id = await house.auction({ durationSeconds: 600 })
  const clientOf = (of: Client) => {
    const client = new Client(proxy.url)
    Object.assign(client, { session: of.session })
    return client
  }
  const open = (client: Client) => {
    const connection = new Connection(client, id)
    onTestFinished(() => connection.close())
    return connection
  }
  return { house, proxy, id, clientOf, open }
}

const shown = ({ auction, bids, seq }: Room) => ({ seq, bids, auction: { ...auction, serverTime: '', terms: null } })

test('where no WebSocket comes through a room follows by long polls, bids by REST, and sees the close', async () => {
  const { house, id, clientOf, open, proxy } = await behindProxy()
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  const connection = open(clientOf(ana))
  await until(connection, ({ you }) => you !== null)
  expect([connection.isPolling, connection.phase]).toEqual([true, 'live'])
  expect(proxy.upgrades.seen).toBeGreaterThan(1)
  const answer = await connection.bid({ maximum: 5_000 })
  expect(answer).toMatchObject({ outcome: 'leading', price: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  await ben.bid(id, { amount: 6_000 })
  const room = await until(connection, ({ auction, you }) => auction.price === 6_000 && you?.standing === 'outbid')
  const direct = new Connection(ana, id)
  onTestFinished(() => direct.close())
  expect(shown(room)).toEqual(shown(await until(direct, () => true)))
  const refused = await connection.bid({ amount: 1_000 }).catch((error: unknown) => error)
  expect((refused as ProblemError).code).toBe('bid_too_low')
  await house.admin.close(id)
  const over = await until(connection, ({ auction, you }) => auction.status === 'closed' && you?.standing === 'lost')
  expect(over.auction.outcome).toMatchObject({ result: 'sold', price: 6_000 })
  await expect.poll(() => connection.phase).toBe('over')
})

test('while the storage of the service is away no socket opens either, and that is not taken for a proxy', async () => {
  const { house, clientOf, open, proxy } = await behindProxy()
  proxy.upgrades.ready = false
  const connection = open(clientOf(await house.person('ana')))
  await expect.poll(() => proxy.upgrades.seen).toBeGreaterThan(3)
  expect(connection.isPolling).toBe(false)
  Object.assign(proxy.upgrades, { ready: true, pass: true })
  await until(connection, ({ you }) => you !== null)
  expect([connection.isPolling, connection.phase]).toEqual([false, 'live'])
})

test('the clock is right all the same, and prices of many auctions are asked for', async () => {
  const { house, id, clientOf, open } = await behindProxy()
  const ana = await house.person('ana')
  const connection = open(clientOf(ana))
  await until(connection, () => true)
  await expect.poll(() => connection.tripMs, { timeout: 3_000 }).not.toBeNull()
  expect(Math.abs(connection.now() - Date.now())).toBeLessThan(200)
  const lines: PriceView[] = []
  const prices = new PriceConnection(clientOf(ana), (fresh) => lines.push(...fresh))
  onTestFinished(() => prices.close())
  prices.watch([id])
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1)
  await ana.bid(id, { amount: 3_000 })
  await expect.poll(() => lines.at(-1)?.price, { timeout: 8_000 }).toBe(3_000)
})

test('rooms of many auctions are followed all the same, each whole, and what is none is refused', async () => {
  const { house, id, clientOf } = await behindProxy()
  const [ana, ben, other] = [await house.person('ana'), await house.person('ben'), await house.auction()]
  const missing = '01930000-0000-7000-8000-000000000000'
  const [seqs, refused]: [number[], string[]] = [[], []]
  const connection = new FollowConnection(clientOf(ana), {
    changed: (of, _, { events }) => seqs.push(...events.filter(() => of === id).map(({ seq }) => seq)),
    refused: (of) => refused.push(of),
    prices: () => {},
  })
  onTestFinished(() => connection.close())
  connection.follow([id, missing, other])
  const patiently = { timeout: 10_000 }
  await expect.poll(() => connection.room(id)?.you?.standing, patiently).toBe('none')
  await expect.poll(() => connection.room(other)?.auction.id, patiently).toBe(other)
  expect(refused).toEqual([missing])
  await ana.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 1_100 })
  await expect.poll(() => connection.room(id)?.you?.standing, patiently).toBe('outbid')
  expect(seqs).toEqual([3, 4])
  connection.follow([other])
  expect(connection.room(id)).toBeNull()
})

test('a service that is away is no reason to go without WebSocket, and one that comes through again is taken', async () => {
  const { house, clientOf, open, proxy } = await behindProxy()
  const connection = open(clientOf(await house.person('ana')))
  await until(connection, () => true)
  expect(connection.isPolling).toBe(true)

  proxy.upgrades.pass = true
  const other = open(clientOf(await house.person('ben')))
  await until(other, () => true)
  expect(other.isPolling).toBe(false)
  await house.service.close()
  await expect.poll(() => other.phase, { timeout: 8_000 }).not.toBe('live')
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(other.isPolling).toBe(false)
})

test('a busy room is entered and followed, and what goes wrong behind a bid is no answer to it', async () => {
  const { house, id, clientOf, open } = await behindProxy()
  const rivals = [await house.person('ben'), await house.person('cleo')] as const
  const client = clientOf(await house.person('ana'))
  let isBusy = true
  const bidding = (async () => {
    for (let n = 0; isBusy; n += 1) await rivals[n % 2]!.bid(id, { atMost: 10_000_000 })
  })()
  const connection = open(client)
  const seen = await until(connection, () => true)
  await until(connection, ({ seq }) => seq > seen.seq + 10)
  isBusy = false
  await bidding
  const { seq } = await house.admin.auction(id)
  await until(connection, (room) => room.seq === seq)

  const ask = client.ask.bind(client)
  client.ask = (path, asked) =>
    path.endsWith('/you')
      ? Promise.reject(
          new ProblemError({ code: 'rate_limited', status: 429, type: '/docs/codes#rate_limited' } as never),
        )
      : ask(path, asked)
  expect(await connection.bid({ maximum: 20_000_000 })).toMatchObject({ outcome: 'leading' })
})
