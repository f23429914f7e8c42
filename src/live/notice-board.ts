import type { Bus } from '../engine/ports.ts'
import type { Notice } from '../engine/told-ports.ts'

/** Passes each notice to every socket of its user. */
export class NoticeBoard {
  readonly #readers = new Map<string, Set<(notice: Notice) => void>>()
  readonly #unsubscribe: () => void

  constructor(bus: Bus) {
    this.#unsubscribe = bus.subscribe((message) => {
      if (message.type !== 'notice') return
      for (const read of this.#readers.get(message.notice.userId) ?? []) read(message.notice)
    })
  }

  /** Calls with each new notice of a user. The returned function ends that. */
  subscribe(userId: string, read: (notice: Notice) => void): () => void {
    const readers = this.#readers.get(userId) ?? new Set()
    this.#readers.set(userId, readers.add(read))
    return () => {
      readers.delete(read)
      if (readers.size === 0 && this.#readers.get(userId) === readers) this.#readers.delete(userId)
    }
  }

  close(): void {
    this.#unsubscribe()
  }
}
