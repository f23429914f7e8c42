import { setTimeout as wait } from 'node:timers/promises'
import type { Crowd } from './crowd.ts'
import { Wire } from './wire.ts'

const LATE_MS_MAX = 60_000
/** In a room. */
const SAMPLED = 20

/** A few of those who watch, who read every word: a number that is missing, twice there or out of order is an error. */
export class Sample {
  readonly #wires: Wire[] = []
  readonly #seqs: number[] = []
  /** When the last of them had an event, by its seq. */
  readonly #heardAt = new Map<number, number>()
  #wrong: string | null = null
  /** Heartbeats that came, counted by their pings. */
  pings = 0

  /** One more. */
  async join(url: string, auction: string): Promise<void> {
    const wire = await Wire.open(`${url}/v1/auctions/${auction}/live`, { 'Sec-WebSocket-Protocol': 'auction.v1' })
    const who = this.#wires.push(wire) - 1
    await new Promise<void>((greeted) => {
      wire.onFrame = (payload) => {
        const message = JSON.parse(payload.toString()) as Message
        if (message.type === 'snapshot') {
          this.#seqs[who] = message.seq
          greeted()
        } else if (message.type === 'events') this.#heard(who, message.events)
      }
      wire.begin()
    })
    wire.onPing = () => (this.pings += 1)
    wire.onEnd = () => (this.#wrong ??= `watcher ${who} was sent away`)
  }

  #heard(who: number, events: readonly { seq: number }[]): void {
    const now = performance.now()
    for (const { seq } of events) {
      if (seq !== this.#seqs[who]! + 1) this.#wrong ??= `watcher ${who} had ${this.#seqs[who]} and was sent ${seq}`
      this.#seqs[who] = seq
      this.#heardAt.set(seq, now)
    }
  }

  /** Returns when all have everything up to a seq. */
  async hasAll(seq: number): Promise<void> {
    const until = performance.now() + LATE_MS_MAX
    while (this.#wrong === null && this.#seqs.some((had) => had < seq)) {
      if (performance.now() > until) throw new Error(`event ${seq} did not come within ${LATE_MS_MAX} ms`)
      await wait(1)
    }
    if (this.#wrong !== null) throw new Error(this.#wrong)
  }

  /** When the last of them had an event; `hasAll` came before. */
  heardAt(seq: number): number {
    return this.#heardAt.get(seq)!
  }

  close(): void {
    for (const wire of this.#wires) {
      wire.onEnd = () => {}
      wire.close()
    }
  }
}

type Message =
  | { readonly type: 'snapshot'; readonly seq: number }
  | { readonly type: 'events'; readonly events: readonly { readonly seq: number }[] }
  | { readonly type: 'hello' | 'heartbeat' }

/** So many watchers of the first auction of a service; those of the sample sit among the others, from the first to the last. */
export async function fillRoom(
  { url, auctions }: { readonly url: string; readonly auctions: readonly string[] },
  watchers: number,
  crowd: Crowd,
  sample: Sample,
): Promise<void> {
  const [auction, port] = [auctions[0]!, Number(new URL(url).port)]
  const join = (count: number) => crowd.join(count, { port, by: 'auction.v1', at: `/v1/auctions/${auction}/live` })
  const between = Math.floor((watchers - SAMPLED) / (SAMPLED - 1))
  await join((watchers - SAMPLED) % (SAMPLED - 1))
  for (let i = 0; i < SAMPLED; i += 1) {
    if (i > 0) await join(between)
    await sample.join(url, auction)
  }
}
