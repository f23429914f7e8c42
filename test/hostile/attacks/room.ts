import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { type Attack, type Fates, type Target, addressOf, often } from '../kit/attack.ts'
import { FIN, frame, opcodes, Peer } from '../kit/peer.ts'

const SECONDS_A_MINUTE = 60
const JOIN_EVERY_MS = 50
const STAYS_MS = 300
const TALK_EVERY_MS = 25
/** Messages in one breath: just below what a socket may send, and far above it. */
const TALK = 1
const SHOUT = 40
const SHOUTERS = 4
/** What is said in private, so that who must not hear it can look for it. */
export const IN_PRIVATE = 'in private'

const liveOf = ({ other }: Target): string => `/v1/auctions/${other}/live`

class Tally {
  readonly fates: Record<string, number> = {}

  note(fate: string): void {
    this.fates[fate] = (this.fates[fate] ?? 0) + 1
  }
}

/** `count` joins a minute, each from one of many addresses and as one of the speakers, who leave again at once. */
function comeAndGo(target: Target, tally: Tally): void {
  const began = performance.now()
  let came = 0
  const come = async (i: number): Promise<void> => {
    const token = target.tokens[i % target.tokens.length]!
    const peer = await new Peer(target.url, addressOf(target.network, 32 + (i % 64))).upgraded(liveOf(target), token)
    tally.note(`joined ${peer.status}`)
    setTimeout(() => peer.socket.destroy(), STAYS_MS)
  }
  often(JOIN_EVERY_MS, () => {
    const due = ((performance.now() - began) / 1_000) * (target.count / SECONDS_A_MINUTE)
    for (; came < due; came += 1) void come(came)
  })
}

/** Messages to the room and to the seller in turns, and typing, on one socket, which counts what it is answered. */
async function talk(target: Target, i: number, atOnce: number, tally: Tally): Promise<Peer> {
  const token = target.tokens[i % target.tokens.length]!
  const peer = await new Peer(target.url, addressOf(target.network, i)).upgraded(liveOf(target), token)
  peer.heard = (message) => {
    if (message.toString('latin1', 9, 15) !== 'reject') return
    tally.note(`refused ${(JSON.parse(message.toString()) as { problem: { code: string } }).problem.code}`)
  }
  let said = 0
  const next = (): Buffer => {
    const to = ['room', 'seller'][(said += 1) % 2]!
    const text = to === 'room' ? `a word ${said}` : `${IN_PRIVATE} ${said}`
    const kind = said % 5 === 0 ? { type: 'typing', to } : { type: 'message', key: randomUUID(), to, text }
    return frame(FIN | opcodes.text, JSON.stringify(kind))
  }
  often(TALK_EVERY_MS, () => {
    if (!peer.cut && peer.socket.writableLength === 0) peer.write(Buffer.concat(Array.from({ length: atOnce }, next)))
  })
  return peer
}

/** The same over HTTP, one as soon as another is answered. */
function post(target: Target, i: number, tally: Tally): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const localAddress = addressOf(target.network, i)
  const again = (said: number): void => {
    const headers = {
      authorization: `Bearer ${target.tokens[i % target.tokens.length]}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    }
    const path = `${target.url}/v1/auctions/${target.other}/messages`
    const asked = request(path, { method: 'POST', agent, headers, localAddress })
    asked.on('response', (answer) => {
      tally.note(`posted ${answer.statusCode}`)
      answer.resume().on('end', () => again(said + 1))
    })
    asked.on('error', () => setTimeout(() => again(said), 50))
    asked.end(JSON.stringify(said % 2 ? { text: `${IN_PRIVATE} ${said}`, to: 'seller' } : { text: `a word ${said}` }))
  }
  again(i)
}

/** A room that many people come to and leave, and in which they all talk without end. */
export const roomFlood: Attack = async (target) => {
  const tally = new Tally()
  const talkers = await Promise.all(target.tokens.map((_, i) => talk(target, i, TALK, tally)))
  const shouters = await Promise.all(Array.from({ length: SHOUTERS }, (_, i) => talk(target, i, SHOUT, new Tally())))
  for (const i of target.tokens.keys()) post(target, i, tally)
  comeAndGo(target, tally)
  return (): Fates => {
    const ends = new Tally()
    for (const { fate } of talkers) ends.note(`talker ${fate}`)
    for (const { fate } of shouters) ends.note(`shouter ${fate}`)
    return { ...tally.fates, ...ends.fates }
  }
}
