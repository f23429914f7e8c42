import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Client } from '../../src/sdk/index.ts'

/** A bidder that can be timed: resolves with whether the bid was accepted. */
export type Bid = (auction: string, amount: number) => Promise<boolean>

/** Bids over REST on one kept connection. */
export async function overRest(bidder: Client): Promise<Bid> {
  const headers = { authorization: `Bearer ${await bidder.session.token()}`, 'content-type': 'application/json' }
  return async (auction, amount) => {
    const response = await fetch(`${bidder.baseUrl}/v1/auctions/${auction}/bids`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ amount }),
    })
    await response.arrayBuffer()
    if (response.status !== 201 && response.status !== 409) throw new Error(`answered ${response.status}`)
    return response.status === 201
  }
}

/** Bids over the live channel of one auction; pushed events are read and dropped. */
export async function overSocket(bidder: Client, auction: string): Promise<Bid> {
  const ws = await openSocket(bidder.baseUrl, auction)
  const waiting = new Map<string, { resolve: (accepted: boolean) => void; reject: (error: Error) => void }>()
  let greeted = () => {}
  const ready = new Promise<void>((resolve) => (greeted = resolve))
  ws.on('message', (data: Buffer) => {
    const kind = data.toString('latin1', 9, 14)
    if (kind.startsWith('you')) greeted()
    if (!kind.startsWith('ack') && kind !== 'rejec') return
    const { key } = JSON.parse(data.toString()) as { key: string }
    waiting.get(key)?.resolve(kind.startsWith('ack'))
    waiting.delete(key)
  })
  ws.on('close', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`closed with ${code} before the answer`))
  })
  ws.send(JSON.stringify({ type: 'auth', token: await bidder.session.token() }))
  await ready
  return (_auction, amount) =>
    new Promise((resolve, reject) => {
      const key = randomUUID()
      waiting.set(key, { resolve, reject })
      ws.send(JSON.stringify({ type: 'bid', key, amount }))
    })
}

export async function openSocket(url: string, auction: string): Promise<WebSocket> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/v1/auctions/${auction}/live`, ['auction.v1'], {
    perMessageDeflate: false,
  })
  await new Promise((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
  })
  return ws
}

/** The value below which a share of the others lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
