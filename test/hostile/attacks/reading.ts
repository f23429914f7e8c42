import { randomUUIDv7 } from 'node:crypto'
import { Agent, get, type IncomingMessage } from 'node:http'
import { type Attack, type Fates, type Target, addressOf, fatesOf, inTurn } from '../kit/attack.ts'
import { FIN, frame, opcodes, Peer } from '../kit/peer.ts'

const LIST_EVERY_MS = 2_000
const LIST_LENGTH = 200
const UPGRADES_AT_ONCE = 50
const AFTER_ERROR_MS = 50

type Asked = { readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly reads?: boolean }

/** Asks on as many connections as there may be, each from an address of its own: again as soon as it is answered. */
function readers(target: Target, ask: (sent: number, connection: number) => Asked): () => Fates {
  const fates: Record<string, number> = {}
  const note = (fate: string) => (fates[fate] = (fates[fate] ?? 0) + 1)
  let sent = 0
  const once = (agent: Agent, i: number): void => {
    const { path, headers = {}, reads = true } = ask((sent += 1), i)
    const localAddress = addressOf(target.network, i)
    const asked = get(target.url + path, { agent, headers, localAddress }, (answer: IncomingMessage) => {
      note(String(answer.statusCode))
      if (reads) answer.resume().on('end', () => once(agent, i))
    })
    asked.on('error', () => {
      note('cut')
      setTimeout(() => once(agent, i), AFTER_ERROR_MS)
    })
  }
  for (let i = 0; i < target.count; i += 1) once(new Agent({ keepAlive: true, maxSockets: 1 }), i)
  return () => fates
}

/** The largest pages of the catalogue there are. */
export const cataloguePages: Attack = async (target) => {
  const sorts = ['closing', 'newest', 'price', 'bids']
  return readers(target, (i) => ({ path: `/v1/auctions?limit=200&sort=${sorts[i % sorts.length]}` }))
}

/** The longest journal there is, in every form; some connections never read what they asked for. */
export const longEvents: Attack = async (target) => {
  const events = `/v1/auctions/${target.other}/events?after=0`
  const forms: Asked[] = [
    { path: events },
    { path: `/v1/auctions/${target.other}/ledger` },
    { path: events, headers: { accept: 'text/event-stream' } },
    { path: `/v1/auctions/${target.other}/ledger`, reads: false },
    { path: events, headers: { accept: 'text/event-stream' }, reads: false },
  ]
  return readers(target, (_, connection) => forms[connection % forms.length]!)
}

const LOCALES = 'en-GB en-IN en-ZA es-MX es-AR es-CL es-419 en-US en-AU en-CA es-ES es-PE en-NZ en-IE es-CO en-SG'

/** Pages for people, each time for somebody of another language. */
export const frontPages: Attack = async (target) => {
  const locales = LOCALES.split(' ')
  const paths = ['/', `/auctions/${target.auction}`, '/?sort=price', `/auctions/${target.other}`]
  return readers(target, (i) => ({
    path: paths[i % paths.length]!,
    headers: { 'accept-language': `${locales[(i >> 2) % locales.length]},xx-${i};q=0.5` },
  }))
}

/** Sockets that ask again and again to be told prices, each for another list. */
function lists(addressesFor: number, listOf: (known: readonly string[]) => string[]): Attack {
  return async ({ url, auction, other, count, network }) => {
    const peers = await inTurn(count, UPGRADES_AT_ONCE, (i) => {
      const peer = new Peer(url, addressOf(network, Math.floor(i / addressesFor)))
      peer.isPolite = true
      return peer.upgraded('/v1/live')
    })
    const known = [auction, other, ...(await someAuctions(url, addressOf(network, count)))]
    peers.forEach((peer, i) =>
      setTimeout(
        () => {
          const say = () => {
            const watch = { type: 'watch', auctions: listOf(known) }
            if (!peer.cut && peer.socket.writableLength === 0)
              peer.write(frame(FIN | opcodes.text, JSON.stringify(watch)))
          }
          say()
          setInterval(say, LIST_EVERY_MS)
        },
        (i * LIST_EVERY_MS) / count,
      ),
    )
    return fatesOf(peers)
  }
}

/** Ids of auctions that there are: as many as a list may have. */
async function someAuctions(url: string, localAddress: string): Promise<string[]> {
  const text = await new Promise<string>((resolve, reject) => {
    get(`${url}/v1/auctions?limit=${LIST_LENGTH}`, { localAddress, agent: false }, (answer) => {
      answer.setEncoding('utf8')
      void answer.toArray().then((parts) => resolve(parts.join('')), reject)
    }).on('error', reject)
  })
  return (JSON.parse(text) as { items: { id: string }[] }).items.map(({ id }) => id)
}

const unknown = (length: number) => Array.from({ length }, () => randomUUIDv7())

/** Lists of auctions that do not exist, from one address. */
export const catalogueLists = lists(Infinity, () => unknown(LIST_LENGTH))

/** … from many addresses, and half of each list exists. */
export const catalogueListsOfMany = lists(4, (known) => {
  const some = known.slice(0, LIST_LENGTH / 2)
  return [...some, ...unknown(LIST_LENGTH - some.length)]
})
