import { WebSocket } from 'ws'
import type { Described } from './asyncapi.ts'

/** One socket with what is sent on it, and everything that is wrong with what it was told. */

export type Said = string | Buffer

export type Talked = { readonly faults: readonly string[]; readonly code: number | null; readonly accepted: number }

/** Says it all without waiting, then asks for a sign of life, and leaves. */
export function talk(url: string, path: string, said: readonly Said[], { checks }: Described): Promise<Talked> {
  const faults: string[] = []
  let accepted = 0
  return new Promise((resolve) => {
    const ws = new WebSocket(url.replace('http', 'ws') + path, 'auction.v1')
    const done = (code: number | null) => {
      ws.terminate()
      resolve({ faults, code, accepted })
    }
    ws.on('open', () => {
      for (const one of said) ws.send(one, { binary: typeof one !== 'string' })
      ws.send(JSON.stringify({ type: 'ping', sentAt: LAST }))
    })
    let lasts = 0
    ws.on('message', (data: Buffer, isBinary) => {
      const text = data.toString()
      const message = JSON.parse(text) as { type: string; sentAt?: unknown }
      const check = checks.get(message.type)
      const wrong = isBinary ? 'a binary frame' : check === undefined ? 'of no documented type' : check(message)
      if (wrong !== null) faults.push(`${path} ← ${text.slice(0, 500)}\n${wrong}`)
      if (message.type === 'ack') accepted += 1
      if (message.type !== 'pong' || message.sentAt !== LAST) return
      // Bids are answered when they are stored: a few turns later.
      lasts += 1
      if (lasts === TURNS) done(null)
      else ws.send(JSON.stringify({ type: 'ping', sentAt: LAST }))
    })
    ws.on('error', (error) => faults.push(`${path}: ${error.message}`))
    ws.on('close', (code) => done(code))
  })
}

const LAST = 'the last'
const TURNS = 4
