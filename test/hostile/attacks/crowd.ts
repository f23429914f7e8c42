import { type Attack, addressOf } from '../kit/attack.ts'
import { Peer, upgradeHead } from '../kit/peer.ts'

/** Fewer than an address may have, and few enough that all may come back at once, and once more. */
const PER_ADDRESS = 500
/** Who is cut off comes back within this, at random, and after as long again where that failed. */
const COMES_BACK_MS = 2_000

const ANSWER_MS_MAX = 4_000

type Watched = { readonly url: string; readonly auction: string }

/** Somebody who watches, and goes on where they were whenever they are cut off. */
class Watcher {
  seq = 0
  isBack = false
  #peer: Peer | null = null
  readonly #statuses: Record<string, number>
  #epoch = ''
  readonly #watched: Watched
  readonly #from: string

  constructor(watched: Watched, from: string, statuses: Record<string, number>) {
    this.#statuses = statuses
    this.#watched = watched
    this.#from = from
    this.#connect()
  }

  #connect(): void {
    const { url, auction } = this.#watched
    const resume = this.seq === 0 ? '' : `?after=${this.seq}&epoch=${this.#epoch}`
    const peer = new Peer(url, this.#from)
    this.#peer = peer
    peer.isPolite = true
    // An answer that stays away is asked for again: the connection may have been lost in the crowd.
    peer.socket.setTimeout(ANSWER_MS_MAX, () => peer.socket.destroy())
    peer.heard = (message) => this.#hear(message)
    peer.write(`${upgradeHead(`/v1/auctions/${auction}/live${resume}`)}\r\n\r\n`)
    peer.socket.on('close', () => {
      this.#statuses[String(peer.fate)] = (this.#statuses[String(peer.fate)] ?? 0) + 1
      this.isBack = false
      setTimeout(() => this.#connect(), Math.random() * COMES_BACK_MS)
    })
  }

  #hear(data: Buffer): void {
    if (!this.isBack) this.#peer?.socket.setTimeout(0)
    this.isBack = true
    const type = data.toString('latin1', 9, 15)
    if (type === 'snapsh') {
      const { seq, epoch } = JSON.parse(data.toString()) as { seq: number; epoch: string }
      this.seq = seq
      this.#epoch = epoch
    }
    if (type === 'events') this.seq = Number.parseInt(data.toString('latin1', data.lastIndexOf('"seq":') + 6), 10)
  }
}

/** Honest watchers by the thousand. Says how many are there, and up to which event each of them knows at least. */
export const crowd: Attack = async ({ url, auction, count, network }) => {
  const watchers: Watcher[] = []
  const statuses: Record<string, number> = {}
  for (let i = 0; i < count; i += 1) {
    watchers.push(new Watcher({ url, auction }, addressOf(network, Math.floor(i / PER_ADDRESS)), statuses))
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return () => ({
    back: watchers.filter(({ isBack }) => isBack).length,
    seq: watchers.reduce((least, { seq }) => Math.min(least, seq), Number.MAX_SAFE_INTEGER),
    ...statuses,
    rssMiB: Math.round(process.memoryUsage().rss / 1024 ** 2),
  })
}
