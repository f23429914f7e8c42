import type { RoomClient } from './room-client.ts'
import { Link, type Phase } from './link.ts'
import type { NoticeView } from './wire.ts'

/** What somebody who is signed in is told, over one channel. */
export class NoticeConnection {
  readonly #link: Link

  /**
   * `listener` gets each notice as it comes, and null whenever the channel is open, for the first time or again: notices
   * may have been missed, so read the list.
   */
  constructor(client: RoomClient, listener: (notice: NoticeView | null) => void) {
    this.#link = new Link(client, {
      path: () => '/v1/live',
      opened: () => listener(null),
      received: (message) => {
        if (message.type === 'notice') listener(message.notice)
      },
      phaseChanged: () => {},
    })
  }

  get phase(): Phase {
    return this.#link.phase
  }

  close(): void {
    this.#link.close()
  }
}
