import { limits } from '../config/limits.ts'
import type { Clock } from './ports.ts'
import type { AddedMessage, NewMessage, RoomRecords } from './room-ports.ts'

type Waiting = {
  readonly message: NewMessage
  readonly resolve: (added: AddedMessage) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes messages in batches, one at a time and with a pause between, so that the fsync of a room delays few bids (ROOM-9).
 */
export class RoomWriter {
  readonly #records: RoomRecords
  readonly #clock: Clock
  #waiting: Waiting[] = []
  #isWriting = false

  constructor({ records, clock }: { readonly records: RoomRecords; readonly clock: Clock }) {
    this.#records = records
    this.#clock = clock
  }

  /** Resolves when the message is durable. Returns null if too many wait. */
  add(message: NewMessage): Promise<AddedMessage> | null {
    if (this.#waiting.length >= limits.roomWritesWaitingMax) return null
    const added = new Promise<AddedMessage>((resolve, reject) => this.#waiting.push({ message, resolve, reject }))
    if (!this.#isWriting) void this.#write()
    return added
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, limits.roomBatchMax)
      try {
        const added = await this.#records.addMessages(batch.map(({ message }) => message))
        for (const [i, { resolve }] of batch.entries()) resolve(added[i]!)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
      await this.#clock.yield(limits.roomWriteEveryMs)
    }
    this.#isWriting = false
  }
}
