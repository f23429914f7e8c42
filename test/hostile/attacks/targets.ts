import { type Attack, addressOf, atPace, fatesOf } from '../kit/attack.ts'
import { Peer, upgradeHead } from '../kit/peer.ts'

const paths = (auction: string) => [
  '/v1/auctions/%zz/live',
  '/v1/auctions/%00/live',
  '/v1/auctions/%c3%28/live',
  `/v1/auctions/${auction}/live?after=%ff`,
  `/v1/auctions/${auction}/live?after=-1`,
  `/v1/auctions/${auction}/live?after=1&after=2`,
  `/v1/auctions/${auction}/live/../../../../etc/passwd`,
  `/v1/auctions/${'x'.repeat(10_000)}/live`,
  `/v1/auctions/${auction}/live?${'a=b&'.repeat(3_000)}`,
  '//live',
  '/v1//live',
  '*',
  'http://elsewhere.example/v1/live',
  'live',
  '/v1/users',
  '/nowhere',
  '/v1/live#x',
  '/v1/live\u0001',
  '/v1/live\u00ff',
]

const heads = (path: string) => [
  upgradeHead(path).replace('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 99'),
  upgradeHead(path).replace(/Sec-WebSocket-Key: .*/, 'Sec-WebSocket-Key: short'),
  upgradeHead(path).replace('GET', 'POST'),
  upgradeHead(path).replace('HTTP/1.1', 'HTTP/1.0'),
  upgradeHead(path).replace('auction.v1', 'a,,b'),
  `${upgradeHead(path)}\r\nContent-Length: 10`,
  `${upgradeHead(path)}\r\nTransfer-Encoding: chunked\r\nContent-Length: 3`,
  `${upgradeHead(path)}\r\nX: ${'x'.repeat(20_000)}`,
  `${upgradeHead(path)}\r\nAuthorization: Bearer \u0000`,
]

const PER_SECOND = 500

/** Upgrades of what cannot be upgraded, to what is not there, by what is no HTTP. */
export const brokenUpgrades: Attack = async ({ url, auction, count, network }) => {
  const kinds = [...paths(auction).map((path) => upgradeHead(path)), ...heads(`/v1/auctions/${auction}/live`)]
  const peers = await atPace(count, PER_SECOND, (i) => {
    const peer = new Peer(url, addressOf(network, i >> 4))
    peer.write(Buffer.from(`${kinds[i % kinds.length]}\r\n\r\n`, 'latin1'))
    return peer
  })
  return fatesOf(peers)
}
