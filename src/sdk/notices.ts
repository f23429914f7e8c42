import type { RoomClient } from './room-client.ts'
import { Link, type Phase } from './link.ts'
import type { NoticeView } from './wire.ts'

/** What somebody who is signed in is told, over one channel. */
export class NoticeConnection {
  readonly #link: Link

  /**
   * `listener` gets each notice as it comes, and null whenever it is sure that those will come which are made from now on,
   * for the first time or again: others may have been missed, so read the list.
   */
  constructor(client: RoomClient, listener: (notice: NoticeView | null) => void) {
    let isSure = false
    this.#link = new Link(client, {
      path: () => '/v1/live',
      opened: () => {
        isSure = false
      },
      received: (message) => {
        if (message.type === 'notice') listener(message.notice)
        // The service knows who asks once it answers what was sent behind the token, which may be late.
        const { namedAt } = this.#link
        if (message.type !== 'pong' || isSure || namedAt === null || Number(message.sentAt) < namedAt) return
        isSure = true
        listener(null)
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
