import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { ServerMessage } from '../../src/protocol.ts'
import type { ChannelEvent } from '../../src/sdk/index.ts'
import { watch } from '../support/channel.ts'
import { eventsOf } from '../support/event-stream.ts'
import { isEnd } from './check-ledger.ts'
import { type History, type Sight, type Stream, lastSeen } from './history.ts'

/** Follows one auction to its end over some transport, coming back after every break, and writes down what it sees. */
export type Watcher = {
  readonly stream: Stream
  /** Resolves when the service has said that there is no more to come. */
  readonly over: Promise<void>
  /** Breaks the connection, as when a phone loses its own. */
  drop(): void
}

/** Where a service is gone it is not asked all the time. */
const COME_BACK_MS = 10

type Unclocked<S> = S extends Sight ? Omit<S, 'at'> : never
type Noted = (sight: Unclocked<Sight>) => void

/** One connection: resolves with whether that was the end. */
type Connect = (after: number | null, note: Noted, broken: AbortSignal) => Promise<boolean>

export type WatchFrom = { readonly history: History; readonly url: string; readonly auction: string }

function follow({ history, auction }: WatchFrom, name: string, first: number | null, connect: Connect): Watcher {
  const stream = history.watch(name, auction)
  const note: Noted = (sight) => stream.sights.push({ at: history.ends(), ...sight })
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  let broken = new AbortController()
  const following = async () => {
    for (;;) {
      if (gone.signal.aborted) return
      broken = new AbortController()
      const after = lastSeen(stream) ?? first
      note({ kind: 'connected', after })
      const over = await connect(after, note, AbortSignal.any([gone.signal, broken.signal]))
      note({ kind: 'ended', over })
      if (over) return
      await pause(COME_BACK_MS)
    }
  }
  return { stream, over: following(), drop: () => broken.abort() }
}

/** A WebSocket: begins with a snapshot. */
export function bySocket(from: WatchFrom, name: string): Watcher {
  return follow(from, name, null, async (after, note, broken) => {
    const channel = watch(from.url, from.auction, after === null ? '' : `?after=${after}`)
    broken.addEventListener('abort', () => channel.ws.terminate())
    if (broken.aborted) channel.ws.terminate()
    channel.ws.on('message', (data: Buffer) => noteMessage(JSON.parse(data.toString()) as ServerMessage, note))
    const { code } = await channel.closed
    return code === 4000
  })
}

function noteMessage(message: ServerMessage, note: Noted): void {
  if (message.type === 'snapshot') note({ kind: 'snapshot', snapshot: message })
  if (message.type === 'events') note({ kind: 'events', events: message.events })
  if (message.type === 'heartbeat') note({ kind: 'heartbeat', seq: message.seq, head: message.head })
}

/** Server-sent events, from the first on. */
export function byEventStream(from: WatchFrom, name: string): Watcher {
  return follow(from, name, 0, async (after, note, broken) => {
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(after) }
      const response = await fetch(`${from.url}/v1/auctions/${from.auction}/events`, { headers, signal: broken })
      if (!response.ok) return false
      let isOver = response.status === 204
      for await (const { event } of eventsOf(response)) {
        note({ kind: 'events', events: [event] })
        isOver ||= isEnd(event)
      }
      return isOver
    } catch {
      return false
    }
  })
}

/** A long poll, from the first on: every answer is a connection of its own. */
export function byLongPoll(from: WatchFrom, name: string): Watcher {
  return follow(from, name, 0, async (after, note, broken) => {
    try {
      const path = `/v1/auctions/${from.auction}/events?after=${after}&waitSeconds=20`
      const response = await fetch(from.url + path, { signal: broken })
      if (!response.ok) return false
      const { events } = (await response.json()) as { events: readonly ChannelEvent[] }
      if (events.length > 0) note({ kind: 'events', events })
      return events.some(isEnd)
    } catch {
      return false
    }
  })
}
