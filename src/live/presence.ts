import { randomUUID } from 'node:crypto'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { repeatEvery } from '../engine/interval.ts'
import type { Bus, Clock } from '../engine/ports.ts'

/** How often a node looks what has changed, and tells it. Every so many looks it tells everything. */
const LOOK_MS = 250
const LOOKS_A_WHOLE = 8
/** Without news of it for this time a node is taken to be gone. */
const GONE_MS = 6 * SECOND_MS

/** How long other nodes are waited for that might say that somebody is there. */
const ANSWER_MS = SECOND_MS

/** How many watch an auction on a node, and the paddles among them, if its room tells them. */
export type Watching = { readonly count: number; readonly paddles: readonly number[] }

type Node = { readonly auctions: Map<string, Watching>; at: Instant }

/** What a node tells of its own watchers. */
export type Here = {
  readonly all: () => Iterable<readonly [auctionId: string, watching: Watching]>
  readonly has: (userId: string, auctionId: string) => boolean
}

/** How many watch each auction on the other nodes, and which paddles, as those told last; and, asked, whether one person does. */
export class Presence {
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #here: Here
  readonly #node = randomUUID()
  readonly #others = new Map<string, Node>()
  readonly #stop: readonly (() => void)[]
  /** What was told last, as text. */
  #told = new Map<string, string>()
  #looks = 0
  /** Who waits for an answer, by question. */
  readonly #waiting = new Map<string, () => void>()

  constructor({ bus, clock }: { bus: Bus; clock: Clock }, here: Here) {
    this.#bus = bus
    this.#clock = clock
    this.#here = here
    this.#stop = [
      repeatEvery(clock, LOOK_MS, () => this.#look()),
      bus.subscribe((message) => {
        if (message.type === 'watching') this.#heard(message)
        if (message.type === 'presence-answer') this.#waiting.get(message.question)?.()
        if (message.type === 'presence-question' && here.has(message.userId, message.auctionId))
          bus.tell({ type: 'presence-answer', question: message.question })
      }),
    ]
  }

  elsewhere(auctionId: string): number {
    let sum = 0
    for (const { auctions } of this.#others.values()) sum += auctions.get(auctionId)?.count ?? 0
    return sum
  }

  *paddlesElsewhere(auctionId: string): Iterable<number> {
    for (const { auctions } of this.#others.values()) yield* auctions.get(auctionId)?.paddles ?? []
  }

  /** Whether somebody has the room of an auction open on another node; no where none says so in time. */
  isElsewhere(userId: string, auctionId: string): Promise<boolean> {
    if (this.elsewhere(auctionId) === 0) return Promise.resolve(false)
    const question = randomUUID()
    return new Promise((resolve) => {
      const answer = (isThere: boolean) => {
        forget()
        this.#waiting.delete(question)
        resolve(isThere)
      }
      const forget = this.#clock.wake(ANSWER_MS, () => answer(false))
      this.#waiting.set(question, () => answer(true))
      this.#bus.tell({ type: 'presence-question', question, userId, auctionId })
    })
  }

  close(): void {
    for (const stop of this.#stop) stop()
    this.#bus.tell({ type: 'watching', node: this.#node, whole: true, counts: {}, paddles: {} })
  }

  #look(): void {
    const now = this.#clock.now()
    for (const [node, { at }] of this.#others) if (at < now - GONE_MS) this.#others.delete(node)
    const whole = this.#looks % LOOKS_A_WHOLE === 0
    this.#looks += 1
    const here = new Map(this.#here.all())
    const texts = new Map([...here].map(([id, watching]) => [id, JSON.stringify(watching)]))
    const gone = [...this.#told.keys()].filter((id) => !here.has(id))
    const changed = whole ? [...here.keys()] : [...texts].filter(([id, text]) => this.#told.get(id) !== text).map(idOf)
    this.#told = texts
    if (!whole && changed.length + gone.length === 0) return
    const counts = Object.fromEntries([
      ...changed.map((id) => [id, here.get(id)!.count] as const),
      ...(whole ? [] : gone.map((id) => [id, 0] as const)),
    ])
    const named = changed.filter((id) => here.get(id)!.paddles.length > 0)
    const paddles = Object.fromEntries(named.map((id) => [id, here.get(id)!.paddles]))
    this.#bus.tell({ type: 'watching', node: this.#node, whole, counts, paddles })
  }

  #heard({
    node,
    whole,
    counts,
    paddles,
  }: {
    readonly node: string
    readonly whole: boolean
    readonly counts: Readonly<Record<string, number>>
    readonly paddles: Readonly<Record<string, readonly number[]>>
  }): void {
    const known = whole ? undefined : this.#others.get(node)
    const auctions = known?.auctions ?? new Map<string, Watching>()
    for (const [id, count] of Object.entries(counts))
      if (count === 0) auctions.delete(id)
      else auctions.set(id, { count, paddles: paddles[id] ?? [] })
    if (auctions.size === 0) this.#others.delete(node)
    else this.#others.set(node, { auctions, at: this.#clock.now() })
  }
}

function idOf([id]: readonly [string, string]): string {
  return id
}
