import { WebSocket } from 'ws'
import { type Attack, addressOf } from '../kit/attack.ts'

/** Fewer than an address may have, and few enough that all may come back at once, and once more. */
const PER_ADDRESS = 500
/** Who is cut off comes back within this, at random, and after as long again where that failed. */
const COMES_BACK_MS = 2_000

type Watched = { readonly url: string; readonly auction: string }

/** Somebody who watches, and goes on where they were whenever they are cut off. */
class Watcher {
  seq = 0
  isBack = false
  #epoch = ''
  readonly #watched: Watched
  readonly #from: string

  constructor(watched: Watched, from: string) {
    this.#watched = watched
    this.#from = from
    this.#connect()
  }

  #connect(): void {
    const { url, auction } = this.#watched
    const resume = this.seq === 0 ? '' : `?after=${this.seq}&epoch=${this.#epoch}`
    const ws = new WebSocket(`${url.replace('http', 'ws')}/v1/auctions/${auction}/live${resume}`, ['auction.v1'], {
      localAddress: this.#from,
      perMessageDeflate: false,
    })
    ws.on('message', (data: Buffer) => this.#hear(data))
    ws.on('error', () => {})
    ws.on('close', () => {
      this.isBack = false
      setTimeout(() => this.#connect(), Math.random() * COMES_BACK_MS)
    })
  }

  #hear(data: Buffer): void {
    this.isBack = true
    const type = data.toString('latin1', 9, 15)
    if (type === 'snapsh') {
      const { seq, epoch } = JSON.parse(data.toString()) as { seq: number; epoch: string }
      this.seq = seq
      this.#epoch = epoch
    }
    if (type === 'events') this.seq = Number.parseInt(data.toString('latin1', data.lastIndexOf('{"seq":') + 7), 10)
  }
}

/** Honest watchers by the thousand. Says how many are there, and up to which event each of them knows at least. */
export const crowd: Attack = async ({ url, auction, count }) => {
  const watchers: Watcher[] = []
  for (let i = 0; i < count; i += 1) {
    watchers.push(new Watcher({ url, auction }, addressOf(Math.floor(i / PER_ADDRESS))))
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return () => ({
    back: watchers.filter(({ isBack }) => isBack).length,
    seq: watchers.reduce((least, { seq }) => Math.min(least, seq), Number.MAX_SAFE_INTEGER),
    rssMiB: Math.round(process.memoryUsage().rss / 1024 ** 2),
  })
}
