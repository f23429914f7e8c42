import { Agent, request } from 'node:http'
import { type Attack, type Fates, type Target, addressOf, fatesOf, inTurn, often } from '../kit/attack.ts'
import { FIN, frame, opcodes, Peer } from '../kit/peer.ts'

/** Requests that are sent on as many connections as there may be, one as soon as another is answered. */
async function requests(target: Target, ask: (i: number) => { path: string; body: object; token?: string }) {
  const fates: Record<string, number> = {}
  const note = (fate: string) => (fates[fate] = (fates[fate] ?? 0) + 1)
  let sent = 0
  const once = (agent: Agent, i: number): void => {
    const { path, body, token } = ask((sent += 1))
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': `flood-${sent}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const asked = request(target.url + path, {
      method: 'POST',
      agent,
      headers,
      localAddress: addressOf(target.network, i),
    })
    asked.on('response', (answer) => {
      note(String(answer.statusCode))
      answer.resume().on('end', () => once(agent, i))
    })
    asked.on('error', () => {
      note('cut')
      setTimeout(() => once(agent, i), 50)
    })
    asked.end(JSON.stringify(body))
  }
  for (let i = 0; i < target.count; i += 1) once(new Agent({ keepAlive: true, maxSockets: 1 }), i)
  return (): Fates => fates
}

/** Bids over HTTP, of few people on many connections. */
export const bidRequests: Attack = (target) =>
  requests(target, (i) => ({
    path: `/v1/auctions/${target.auction}/bids`,
    body: { amount: 1 },
    token: target.tokens[i % target.tokens.length]!,
  }))

/** Passwords tried from many addresses. */
export const signIns: Attack = (target) =>
  requests(target, (i) => ({
    path: '/v1/sessions',
    body: { email: `nobody-${i % 7}@house.example`, password: `a guess ${i}` },
  }))

function speakers(path: (target: Target) => string, talk: (target: Target) => (i: number) => string): Attack {
  return async (target) => {
    const peers = await inTurn(target.count, 20, (i) =>
      new Peer(target.url, addressOf(target.network, i >> 4)).upgraded(
        path(target),
        target.tokens[i % target.tokens.length],
      ),
    )
    let said = 0
    const says = talk(target)
    const speak = (peer: Peer) => peer.write(frame(FIN | opcodes.text, says((said += 1))))
    often(2, () => {
      for (const peer of peers) if (peer.socket.writableLength === 0 && !peer.cut) speak(peer)
    })
    return fatesOf(peers)
  }
}

/** Bids on the channel, hundreds a second on each socket. */
export const bidMessages = speakers(
  ({ auction }) => `/v1/auctions/${auction}/live`,
  () => (i) => JSON.stringify({ type: 'bid', key: `f${i}`, amount: 1 }),
)

/** Lists of auctions to be told the prices of, hundreds a second on each socket. */
export const subscriptions = speakers(
  () => '/v1/live',
  ({ auction, other }) => {
    const auctions = Array.from({ length: 200 }, (_, i) => (i % 2 ? auction : other))
    const list = JSON.stringify({ type: 'watch', auctions })
    return () => list
  },
)

const BREATHS_EVERY_MS = 250
const IN_ONE_BREATH = 10

/** Many small messages in one breath, as often as a socket may: all but the first stand in line. */
export const doubles: Attack = async ({ url, auction, count, tokens, network }) => {
  const peers = await inTurn(count, 20, (i) =>
    new Peer(url, addressOf(network, i >> 4)).upgraded(`/v1/auctions/${auction}/live`, tokens[i % tokens.length]),
  )
  const ping = frame(FIN | opcodes.text, '{"type":"ping"}')
  const breath = Buffer.concat(Array.from({ length: IN_ONE_BREATH }, () => ping))
  for (const peer of peers)
    often(BREATHS_EVERY_MS, () => peer.socket.writableLength === 0 && !peer.cut && peer.write(breath))
  return fatesOf(peers)
}

/** Comes, looks, goes, and comes again. */
export const comingAndGoing: Attack = async ({ url, auction, count, network }) => {
  const fates: Record<string, number> = {}
  const come = async (i: number): Promise<void> => {
    const peer = await new Peer(url, addressOf(network, i)).upgraded(`/v1/auctions/${auction}/live`)
    const status = String(peer.status)
    fates[status] = (fates[status] ?? 0) + 1
    peer.socket.destroy()
    setTimeout(() => void come(i), 5)
  }
  for (let i = 0; i < count; i += 1) void come(i)
  return () => fates
}
