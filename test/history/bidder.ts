import type { ServerMessage, ServerMessageOf } from '../../src/protocol.ts'
import type { AnswerView, Client, Offer, Problem } from '../../src/sdk/index.ts'
import { type Channel, watch } from '../support/channel.ts'
import type { Answer, History } from './history.ts'

/** Bids once, over some transport, and writes down what came of it. */
export type Bidder = {
  readonly id: string
  bid(auction: string, key: string, offer: Offer): Promise<Answer>
}

/** Over REST, one try as `fetch` makes it: the SDK would repeat an unknown outcome by itself. */
export async function overRest(history: History, client: Client): Promise<Bidder> {
  const id = client.session.user!.id
  const token = await client.session.token()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = async (auction: string, key: string, offer: Offer): Promise<Answer> => {
    try {
      const response = await fetch(`${client.baseUrl}/v1/auctions/${auction}/bids`, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': key },
        body: JSON.stringify(offer),
      })
      const body = (await response.json()) as AnswerView | Problem
      if (response.status >= 500) return { kind: 'unknown' }
      return response.ok
        ? { kind: 'accepted', view: body as AnswerView }
        : { kind: 'refused', refusal: body as Problem }
    } catch {
      return { kind: 'unknown' }
    }
  }
  return {
    id,
    bid: (auction, key, offer) => history.bid({ client: id, auction, key, offer }, () => ask(auction, key, offer)),
  }
}

/**
 * Over a socket of one's own in each auction, which is opened at the first bid; over REST where that was closed, or waits for
 * the answer to the same key: an answer on a socket says its key, and not which of two bids it answers.
 */
export async function overSocket(history: History, client: Client): Promise<Bidder> {
  const id = client.session.user!.id
  const token = await client.session.token()
  const rest = await overRest(history, client)
  const lines = new Map<string, BidLine>()
  return {
    id,
    async bid(auction, key, offer) {
      let line = lines.get(auction)
      if (line === undefined) lines.set(auction, (line = new BidLine(watch(client.baseUrl, auction, '', token))))
      await line.opened()
      if (!line.isOpen || line.waitsFor(key)) return rest.bid(auction, key, offer)
      return history.bid({ client: id, auction, key, offer }, () => line.ask(key, offer))
    },
  }
}

/** Bids on one channel. */
class BidLine {
  readonly #channel: Channel
  readonly #waiting = new Map<string, (answer: Answer) => void>()

  constructor(channel: Channel) {
    this.#channel = channel
    channel.ws.on('message', (data: Buffer) => this.#heard(JSON.parse(data.toString()) as ServerMessage))
    void channel.closed.then(() => {
      for (const answer of this.#waiting.values()) answer({ kind: 'unknown' })
    })
  }

  get isOpen(): boolean {
    return this.#channel.ws.readyState === this.#channel.ws.OPEN
  }

  waitsFor(key: string): boolean {
    return this.#waiting.has(key)
  }

  async opened(): Promise<void> {
    const { ws } = this.#channel
    if (ws.readyState === ws.CONNECTING) await this.#channel.opened().catch(() => {})
  }

  ask(key: string, offer: Offer): Promise<Answer> {
    if (!this.isOpen) return Promise.resolve({ kind: 'unknown' })
    return new Promise((answer) => {
      this.#waiting.set(key, answer)
      this.#channel.send({ type: 'bid', key, ...offer })
    })
  }

  #heard(message: ServerMessage): void {
    if (message.type !== 'ack' && message.type !== 'reject') return
    this.#waiting.get(message.key)?.(answerOf(message))
    this.#waiting.delete(message.key)
  }
}

function answerOf(message: ServerMessageOf<'ack' | 'reject'>): Answer {
  if (message.type === 'reject')
    return message.problem.status >= 500 ? { kind: 'unknown' } : { kind: 'refused', refusal: message.problem }
  const { type: _type, key: _key, ...view } = message
  return { kind: 'accepted', view }
}
