import { setTimeout as wait } from 'node:timers/promises'
import { type Child, begin, end, told } from './contender.ts'
import { cpuMsOf } from './cpu.ts'

/** Where the crowd goes: to a path by a WebSocket of this subprotocol or of none, to a room of Socket.IO, or just there. */
export type Venue = {
  readonly port: number
  readonly by: 'auction.v1' | 'WebSocket' | 'Socket.IO' | 'TCP'
  readonly at?: string
  /** As somebody who is signed in. */
  readonly token?: string
}

export type Ask =
  | ({ readonly do: 'join'; readonly count: number } & Venue)
  | { readonly do: 'doze'; readonly count: number }
  | { readonly do: 'quiet' | 'leave' }

/** All bytes that came so far, and how many were sent away. */
export type Heard = { readonly bytes: number; readonly gone: number } | { readonly failed: string }

/** An `Audience` that is a process of its own. */
export class Crowd {
  readonly #child: Child = begin('kit/crowd.main.ts')

  async join(count: number, venue: Venue): Promise<void> {
    await this.#ask({ do: 'join', count, ...venue })
  }

  /** The last so many read no more. */
  async doze(count: number): Promise<void> {
    await this.#ask({ do: 'doze', count })
  }

  /** The bytes that had come when nothing more came for a moment; throws where somebody was sent away. */
  async quiet(): Promise<number> {
    const { bytes, gone } = await this.#ask({ do: 'quiet' })
    if (gone > 0) throw new Error(`${gone} of the crowd were sent away`)
    return bytes
  }

  async leave(): Promise<void> {
    await this.#ask({ do: 'leave' })
  }

  end(): Promise<void> {
    return end(this.#child)
  }

  async #ask(ask: Ask): Promise<Exclude<Heard, { failed: string }>> {
    this.#child.send(ask)
    const heard = await told<Heard>(this.#child)
    if ('failed' in heard) throw new Error(heard.failed)
    return heard
  }
}

export type Told = { readonly cpuMs: number; readonly bytes: number; readonly events: number }

/** Sends so many events at an even pace, and gives what that cost until the last of them arrived. */
export async function telling(
  pid: number,
  crowd: Crowd,
  { events, everyMs, burst = 1 }: { events: number; everyMs: number; burst?: number },
  send: () => void,
): Promise<Told> {
  const bytesBefore = await crowd.quiet()
  const cpuBefore = cpuMsOf(pid)
  const started = performance.now()
  for (let i = 0; i < events / burst; i += 1) {
    for (let k = 0; k < burst; k += 1) send()
    await wait(Math.max(started + (i + 1) * everyMs - performance.now(), 0))
  }
  const bytes = (await crowd.quiet()) - bytesBefore
  return { cpuMs: cpuMsOf(pid) - cpuBefore, bytes, events }
}
