import { closeNumbers } from '../codes.ts'
import { RoomConnection } from './connection.ts'
import { settleable } from './pause.ts'
import { EndedError } from './problem.ts'
import type { Room } from './room.ts'

/** A connection that programs loop over; pages listen, and load no more than that takes. */
export class Connection extends RoomConnection {
  /** The room after each change, the newest only, until the auction is over or `close()`. Throws an EndedError at any other end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Room> {
    let wake = settleable<void>()
    const stop = this.subscribe(() => wake.resolve())
    try {
      for (let shown: Room | null = null; ;) {
        if (this.room !== null && this.room !== shown) yield (shown = this.room)
        else if (this.phase === 'over') return this.#leave()
        else await wake.promise
        wake = settleable()
      }
    } finally {
      stop()
    }
  }

  #leave(): void {
    if (this.ending !== null && this.ending !== closeNumbers.auction_over) throw new EndedError(this.ending)
  }
}
