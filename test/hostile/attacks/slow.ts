import { type Attack, addressOf, atPace, fatesOf, inTurn, often } from '../kit/attack.ts'
import { FIN, frame, opcodes, Peer, upgradeHead } from '../kit/peer.ts'

/** Connections of which each does one thing slowly, or nothing at all; the kinds take turns. */
function dripping(first: (auction: string, token: string) => string, drop: string): Attack {
  return async ({ url, auction, count, tokens, network }) => {
    const peers = await inTurn(count, 20, async (i) => {
      const peer = new Peer(url, addressOf(network, i >> 6))
      peer.write(first(auction, tokens[0]!))
      return peer
    })
    often(1_000, () => peers.forEach((peer) => drop !== '' && peer.write(drop)))
    return fatesOf(peers)
  }
}

export const slowHeaders = dripping(() => 'GET /v1/auctions HTTP/1.1\r\nHost: localhost\r\nX: ', 'x')

export const slowBodies = dripping(
  (auction, token) =>
    `POST /v1/auctions/${auction}/bids HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
    'Idempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  ' ',
)

/** Connected, and not a word. */
export const silent = dripping(() => '', '')

/** The upgrade is asked for and never finished. */
export const halfOpenUpgrades = dripping((auction) => `${upgradeHead(`/v1/auctions/${auction}/live`)}\r\nX: `, 'x')

/** The upgrade is done, and then a frame comes a byte a second: pings are never answered. */
export const slowFrames: Attack = async ({ url, auction, count, network }) => {
  const peers = await inTurn(count, 20, (i) =>
    new Peer(url, addressOf(network, i >> 6)).upgraded(`/v1/auctions/${auction}/live`),
  )
  for (const peer of peers) peer.write(frame(FIN | opcodes.text, '', 10_000))
  often(1_000, () => peers.forEach((peer) => peer.write(' ')))
  return fatesOf(peers)
}

/** Sends its FIN as soon as it is let in, and keeps its own half open. */
export const halfClosed: Attack = async ({ url, auction, count, network }) => {
  const peers = await inTurn(count, 20, (i) =>
    new Peer(url, addressOf(network, i >> 6)).upgraded(`/v1/auctions/${auction}/live`),
  )
  for (const peer of peers) peer.socket.end()
  return fatesOf(peers)
}

/** Watches and never reads. What was sent is only looked at when it is asked how it went. */
export const neverReaders: Attack = async ({ url, other, count, network }) => {
  const peers = await inTurn(count, 20, async (i) => {
    const peer = new Peer(url, addressOf(network, i >> 6))
    peer.socket.pause()
    peer.write(`${upgradeHead(`/v1/auctions/${other}/live`)}\r\n\r\n`)
    return peer
  })
  let asked = false
  return () => {
    if (!asked) for (const peer of peers) peer.socket.resume()
    asked = true
    return fatesOf(peers)()
  }
}

const BREATHS_PER_SECOND = 100

/** Asks for what is large, a hundred times in one breath, and awaits no answer. */
export const pipeliners: Attack = async ({ url, count, network }) => {
  const peers = await atPace(count, BREATHS_PER_SECOND, (i) => {
    const peer = new Peer(url, addressOf(network, i))
    peer.write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100))
    return peer
  })
  return fatesOf(peers)
}

/** As many as one connection may, and reads none of it. */
export const neverReadAnswers: Attack = async ({ url, count, network }) => {
  const peers = await inTurn(count, 20, async (i) => {
    const peer = new Peer(url, addressOf(network, i))
    peer.socket.pause()
    peer.write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(16))
    return peer
  })
  return fatesOf(peers)
}
