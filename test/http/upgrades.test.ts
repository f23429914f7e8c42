import { once } from 'node:events'
import { Socket, connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { rates } from '../../src/config/limits.ts'
import { frame, opcodes, FIN, upgradeHead } from '../hostile/kit/peer.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ask, onTheWire } from './support.ts'

const goodbye = frame(FIN | opcodes.close, '')

/** What is answered to an upgrade by one who says goodbye right behind it. */
function upgraded(url: string, head: string): Promise<string> {
  return onTheWire(url, Buffer.concat([Buffer.from(`${head}\r\n\r\n`), goodbye]))
}

test('the answer to an upgrade holds no header that only a page needs, and what is said first comes with it', async () => {
  const house = await sharedHouse()
  const alone = vi.spyOn(Socket.prototype, '_write')
  onTestFinished(() => alone.mockRestore())
  const { hostname, port } = new URL(house.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(`${upgradeHead(`/v1/auctions/${await house.auction()}/live`)}\r\n\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  const [head, rest] = answer.toString('latin1').split('\r\n\r\n') as [string, string]
  expect(head.split('\r\n').map((line) => line.split(':')[0]!.toLowerCase())).toEqual([
    'http/1.1 101 switching protocols',
    'upgrade',
    'connection',
    'sec-websocket-accept',
    'sec-websocket-protocol',
  ])
  expect(alone.mock.calls.filter(([chunk]) => String(chunk).startsWith('HTTP/1.1 101'))).toEqual([])
  expect(rest).toMatch(/"type":"hello".*"type":"snapshot"/)
})

test('upgrades count with all else that an address asks for, behind a proxy that is trusted each of its clients alone', async () => {
  const house = await openHouse({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' }, { clock: new ManualClock() })
  const id = await house.auction()
  const from = (address: string) =>
    upgraded(house.url, `${upgradeHead(`/v1/auctions/${id}/live`)}\r\nX-Forwarded-For: 10.9.9.9, ${address}`)
  for (let asked = 0; asked < rates.requests.burst; asked += 100)
    await Promise.all(
      Array.from({ length: 100 }, () => ask(house.url, 'GET /v1/live', { headers: { 'x-forwarded-for': '10.0.0.1' } })),
    )
  const limited = await from('10.0.0.1')
  expect(limited).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: \d+/i)
  expect(limited).toContain('"code":"rate_limited"')
  expect(await from('10.0.0.2')).toMatch(/^HTTP\/1\.1 101 /)
})
