import { randomInt } from 'node:crypto'
import { type AnswerView, type Offer, isUnknown } from '../../../src/sdk/index.ts'
import type { Channel } from '../../support/channel.ts'
import type { Try } from './record.ts'

/** The answer, the code of a definite refusal, or null where the outcome is unknown. One try, not repeated. */
export async function placed(
  { auction, bidder, key, offer }: Try,
  channel?: Channel,
): Promise<AnswerView | string | null> {
  if (channel !== undefined) return overSocket(channel, key, offer)
  try {
    const token = await bidder.session.token()
    const response = await fetch(`${bidder.baseUrl}/v1/auctions/${auction}/bids`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(offer),
    })
    const body = (await response.json()) as AnswerView & { code?: string }
    if (response.status >= 500) return null
    return response.ok ? body : body.code!
  } catch (error) {
    if (isUnknown(error) || error instanceof TypeError || error instanceof SyntaxError) return null
    throw error
  }
}

async function overSocket(channel: Channel, key: string, offer: Offer): Promise<AnswerView | string | null> {
  if (channel.ws.readyState === channel.ws.CONNECTING) await channel.opened().catch(() => {})
  if (channel.ws.readyState !== channel.ws.OPEN) return null
  channel.send({ type: 'bid', key, ...offer })
  const gone = channel.closed.then(() => null)
  const answer = await Promise.race([
    channel.next('ack', (message) => message.key === key),
    channel.next('reject', (message) => message.key === key),
    gone,
  ])
  if (answer === null) return null
  if (answer.type === 'reject') return answer.problem.status >= 500 ? null : answer.problem.code
  const { type: _type, key: _key, ...view } = answer
  return view
}

let offers = 0

/** About what leads by now, so that of many bids some lead, some are outbid at once, and some are too low. */
export function risingOffer(): Offer {
  offers += 1
  const figure = 1_000 + offers * 10 + randomInt(-150, 150)
  return offers % 3 === 0 ? { amount: figure } : { maximum: figure }
}

/** Above everything that was offered so far: it can only be accepted. */
export function certainOffer(): { amount: number } {
  offers += 100
  return { amount: 1_000 + offers * 10 }
}
